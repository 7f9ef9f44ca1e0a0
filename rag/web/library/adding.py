"""Adding files and addresses to the library, taking them out, and bringing it up to date."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from rag.errors import SourceError
from rag.index.collection import is_address
from rag.library import Library
from rag.present.wording import MAX_UPLOAD, NO_ADDRESS, TOO_LARGE, UPLOAD_BROKEN
from rag.sources.additions import Additions
from rag.web.calls import Reply, ServerFunction, name_of, names_of, text_of
from rag.web.library.background_sync import Updates
from rag.web.library.view import discarded_html

#: An address as people write it: www.example.org/report.pdf
_HOST_FIRST = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-zA-Z]{2,24}(:\d+)?(/|$)")


def adding(library: Library, updates: Updates) -> list[ServerFunction]:
    """Everything that changes what is in the library."""
    collection = library.collection
    additions = Additions(collection.settings.added_folder)
    taken_off: dict[str, str] = {}  # files the user added by their path: name -> path

    def upload(payload: Any) -> Reply:
        """Keeps a copy of a file the page sends as base64."""
        name = collection.keep(text_of(payload, "name"), _content(payload))
        updates.start([name])
        return {"done": True, "name": name}

    def fetch(payload: Any) -> Reply:
        """Fetches an address and keeps what it gives."""
        address = text_of(payload, "address").strip()
        if _HOST_FIRST.match(address):
            address = f"https://{address}"
        if not is_address(address):  # nor a path: a page open to others must not read this machine's files
            raise SourceError(NO_ADDRESS)
        name = collection.add(address)
        updates.start([name])
        return {"done": True, "name": name}

    def discard(payload: Any) -> Reply:
        """Takes a file out of the library."""
        name = name_of(payload, "name")
        before = additions.added
        collection.remove(name)
        after = additions.added
        off = next((addition for addition in before if addition not in after), None)  # else it was left out
        if off and not off.kept:
            taken_off[name] = off.place
        updates.start()
        return {"done": True, "html": discarded_html(name, deleted=bool(off and off.kept))}

    def bring_back(payload: Any) -> Reply:
        """Undoes that for a file that stayed where it was."""
        name = name_of(payload, "name")
        if place := taken_off.get(name):
            updates.start([collection.add(place)])
            taken_off.pop(name, None)
        else:
            collection.bring_back(name)
            updates.start([name])
        return {"done": True, "html": ""}

    def update(payload: Any) -> Reply:
        """Brings the library up to date; reads ``everything`` again that could not be read, if that is wanted."""
        updates.start(names_of(payload, "names"), everything=text_of(payload, "everything") == "yes")
        return {"done": True}

    return [upload, fetch, discard, bring_back, update]


def _content(payload: Any) -> bytes:
    """The file that the page sent as base64. Raises SourceError."""
    data = payload.get("data") if isinstance(payload, Mapping) else None
    if not isinstance(data, str):
        raise SourceError(UPLOAD_BROKEN)
    if len(data) > MAX_UPLOAD * 4 // 3 + 4:
        raise SourceError(TOO_LARGE)
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise SourceError(UPLOAD_BROKEN) from None
