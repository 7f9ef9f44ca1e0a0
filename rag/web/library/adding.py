"""Adding files and addresses to the library, taking them out, and bringing it up to date."""

from __future__ import annotations

import base64
import binascii
import re

from rag.errors import SourceError
from rag.index.collection import is_address
from rag.present.wording import MAX_UPLOAD, NO_ADDRESS, TOO_LARGE, UPLOAD_BROKEN
from rag.sources.additions import Additions
from rag.web.calls import Call, Name, Names, Reply, Text, Trimmed, View
from rag.web.library.background_sync import Updates
from rag.web.library.view import discarded_html
from rag.web.live import Live

#: An address as people write it: www.example.org/report.pdf
_HOST_FIRST = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-zA-Z]{2,24}(:\d+)?(/|$)")


class Added(Call):
    """A file by its name, with its ``data`` as base64 if it is new; an address, as people write it; or files to read
    again if they could not be read before, all of those if ``everything`` is 'yes'.
    """

    name: Name = ""
    data: str | None = None
    address: Trimmed = ""
    names: Names = ()
    everything: Text = ""


class AddCalls(View):
    """Everything that changes what is in the library."""

    def __init__(self, live: Live, updates: Updates) -> None:
        super().__init__(live)
        self._collection = live.library.collection
        self._additions = Additions(self._collection.settings.added_folder)
        self._updates = updates
        self._taken_off: dict[str, str] = {}  # files the user added by their path: name -> path

    def upload(self, call: Added) -> Reply:
        """Keeps a copy of a file the page sends."""
        return self._added(self._collection.keep(call.name, _content(call.data)))

    def fetch(self, call: Added) -> Reply:
        """Fetches an address and keeps what it gives."""
        address = f"https://{call.address}" if _HOST_FIRST.match(call.address) else call.address
        if not is_address(address):  # nor a path: a page open to others must not read this machine's files
            raise SourceError(NO_ADDRESS)
        return self._added(self._collection.add(address))

    def _added(self, name: str) -> Reply:
        self._updates.start([name])
        return {"done": True, "name": name}

    def discard(self, call: Added) -> Reply:
        """Takes a file out of the library."""
        before = self._additions.added
        self._collection.remove(call.name)
        after = self._additions.added
        off = next((addition for addition in before if addition not in after), None)  # else it was left out
        if off and not off.kept:
            self._taken_off[call.name] = off.place
        self._updates.start()
        return {"done": True, "html": discarded_html(call.name, deleted=bool(off and off.kept))}

    def bring_back(self, call: Added) -> Reply:
        """Undoes that for a file that stayed where it was."""
        if place := self._taken_off.get(call.name):
            self._updates.start([self._collection.add(place)])
            self._taken_off.pop(call.name, None)
        else:
            self._collection.bring_back(call.name)
            self._updates.start([call.name])
        return {"done": True, "html": ""}

    def update(self, call: Added) -> Reply:
        self._updates.start(call.names, everything=call.everything == "yes")
        return {"done": True}


def _content(data: str | None) -> bytes:
    """The file that the page sent as base64. Raises SourceError."""
    if data is None:
        raise SourceError(UPLOAD_BROKEN)
    if len(data) > MAX_UPLOAD * 4 // 3 + 4:
        raise SourceError(TOO_LARGE)
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise SourceError(UPLOAD_BROKEN) from None
