"""The evidence pack: what the page collected, read anew from the library, and the files made of it."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any, get_args

from rag.errors import QuestionsError
from rag.present.packs.collect import MAX_ITEMS, MAX_NOTE, MAX_TITLE, Stacks, assemble, seals_of
from rag.present.packs.formats import PACK_FORMATS, pack_file
from rag.present.packs.markdown import pack_markdown
from rag.present.packs.write import addresses_of
from rag.present.wording import MAX_QUESTION
from rag.types import Asked, Collected, Pack, Place, Status
from rag.web.calls import Reply, ServerFunction, items_of, name_of, spans_in, text_of, texts_of
from rag.web.filters.calls import wants_in
from rag.web.live import Live
from rag.web.pack import view as pack_view
from rag.web.pack.preview import pack_rich

_PLACES, _SPANS = 50, 50  # of one item, at most
_STATUSES: tuple[Status, ...] = get_args(Status)


def packing(live: Live) -> list[ServerFunction]:
    """The view of the pack, its files, and the seals of what is being collected."""

    def pack_view_of(payload: Any) -> Reply:
        items, listed = _items(payload), _unanswered(payload)
        pack = _assembled(live, payload, items, [asked for asked, _ in listed])
        return {"done": True, "html": pack_view.packed_html(pack, [left_out for _, left_out in listed])}

    def pack_seals(payload: Any) -> Reply:
        """What tells later whether the words of each item are still the same."""
        stacks = _stacks(live)
        return {"done": True, "seals": [list(seals_of(stacks, item)) for item in _items(payload)]}

    def pack_file_of(payload: Any) -> Reply:
        ending = text_of(payload, "format")
        pack = _whole(live, payload)
        if ending not in PACK_FORMATS:
            raise QuestionsError(pack_view.no_such_format())
        file = pack_file(pack, ending)
        return {"done": True, "name": file.name, "type": file.type, "data": base64.b64encode(file.data).decode()}

    def pack_copy(payload: Any) -> Reply:
        """The whole pack for the clipboard: rich for word processors, plain for everything else."""
        pack = _whole(live, payload)
        return {"done": True, "rich": pack_rich(pack), "plain": pack_markdown(pack)}

    pack_view_of.__name__, pack_file_of.__name__ = "pack_view", "pack_file"
    return [pack_view_of, pack_seals, pack_file_of, pack_copy]


def _whole(live: Live, payload: Any) -> Pack:
    """The pack as it is saved. Raises QuestionsError if there is nothing in it."""
    items = _items(payload)
    included = [asked for asked, left_out in _unanswered(payload) if not left_out]
    if not items and not included:
        raise QuestionsError(pack_view.nothing_collected())
    return _assembled(live, payload, items, included)


def _assembled(live: Live, payload: Any, items: list[Collected], unanswered: list[Asked]) -> Pack:
    return assemble(
        _stacks(live),
        items,
        made=date.today().isoformat(),
        unanswered=unanswered,
        title=text_of(payload, "title").strip()[:MAX_TITLE],
        purpose=text_of(payload, "purpose").strip()[:MAX_NOTE],
    )


def _stacks(live: Live) -> Stacks:
    addresses = addresses_of(live.files, live.library.collection.settings.added_folder)
    return Stacks(live.library.snapshot.document, live.cases(), live.files, addresses)


def _items(payload: Any) -> list[Collected]:
    return [_item(item) for item in items_of(payload, "items")[:MAX_ITEMS]]


def _item(item: Any) -> Collected:
    kind = text_of(item, "kind")
    note, seals = text_of(item, "note")[:MAX_NOTE], tuple(texts_of(item, "seals")[:_PLACES])
    if kind == "case":
        return Collected(case=name_of(item, "case"), note=note, seals=seals)
    if kind == "answer":
        places = tuple(map(_place, items_of(item, "quotes")[:_PLACES]))
        return Collected(places, _asked(item), note=note, seals=seals)
    return Collected((_place(item),), note=note, seals=seals)


def _place(item: Any) -> Place:
    return Place(name_of(item, "source"), tuple(spans_in(text_of(item, "spans"))[:_SPANS]))


def _unanswered(payload: Any) -> list[tuple[Asked, bool]]:
    """The questions that were refused, and whether each is left out."""
    listed = items_of(payload, "unanswered")[:MAX_ITEMS]
    return [(_asked(item), text_of(item, "left") == "yes") for item in listed]


def _asked(item: Any) -> Asked:
    said = text_of(item, "status")
    status: Status = next((status for status in _STATUSES if status == said), "none")
    question, searched = (text_of(item, name)[:MAX_QUESTION] for name in ("question", "searched"))
    return Asked(question, status, wants_in(item), "" if searched == question else searched)
