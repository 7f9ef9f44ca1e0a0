"""The evidence pack: what the page collected, read anew from the library, and the files made of it."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import date
from typing import Annotated

from rag.errors import QuestionsError
from rag.present.packs.collect import MAX_ITEMS, MAX_NOTE, MAX_TITLE, Stacks, assemble, seals_of
from rag.present.packs.formats import PACK_FORMATS, pack_file
from rag.present.packs.markdown import pack_markdown
from rag.present.packs.write import addresses_of
from rag.types import Asked, Collected, Pack, Place, Status
from rag.web.calls import Call, FilterPairs, Name, Reply, Spans, Text, Texts, Trimmed, View, Words, at_most
from rag.web.pack.view import pack_rich, packed_html

_PLACES, _SPANS = 50, 50  # of one item, at most


class Placed(Call):
    """Places in a document."""

    source: Name = ""
    spans: Annotated[Spans, at_most(_SPANS)] = ()

    def place(self) -> Place:
        return Place(self.source, self.spans)


class Question(Call):
    """A question and what came of it; ``left`` is 'yes' for one that was refused and is left out of the pack."""

    question: Words = ""
    searched: Words = ""
    status: Status = "none"
    filters: FilterPairs = ()
    left: Text = ""

    def asked(self) -> Asked:
        searched = "" if self.searched == self.question else self.searched
        return Asked(self.question, self.status, self.filters, searched)


class Item(Placed, Question):
    """A case, the quotes of an answer, or a quote, with the reader's note."""

    kind: Text = ""
    case: Name = ""
    quotes: Annotated[tuple[Placed, ...], at_most(_PLACES)] = ()
    note: Annotated[Text, at_most(MAX_NOTE)] = ""
    seals: Annotated[Texts, at_most(_PLACES)] = ()

    def collected(self) -> Collected:
        if self.kind == "case":
            return Collected(case=self.case, note=self.note, seals=self.seals)
        if self.kind == "answer":
            places = tuple(quote.place() for quote in self.quotes)
            return Collected(places, self.asked(), note=self.note, seals=self.seals)
        return Collected((self.place(),), note=self.note, seals=self.seals)


class Packed(Call):
    """What was collected, and the questions that were refused."""

    items: Annotated[tuple[Item, ...], at_most(MAX_ITEMS)] = ()
    unanswered: Annotated[tuple[Question, ...], at_most(MAX_ITEMS)] = ()
    title: Annotated[Trimmed, at_most(MAX_TITLE)] = ""
    purpose: Annotated[Trimmed, at_most(MAX_NOTE)] = ""
    format: Text = ""

    def collected(self) -> list[Collected]:
        return [item.collected() for item in self.items]


class PackCalls(View):
    """The view of the pack, its files, and the seals of what is being collected."""

    def pack_view(self, call: Packed) -> Reply:
        pack = self._assembled(call, call.unanswered)
        return {"done": True, "html": packed_html(pack, [one.left == "yes" for one in call.unanswered])}

    def pack_seals(self, call: Packed) -> Reply:
        """What tells later whether the words of each item are still the same."""
        stacks = self._stacks()
        return {"done": True, "seals": [list(seals_of(stacks, item)) for item in call.collected()]}

    def pack_file(self, call: Packed) -> Reply:
        pack = self._whole(call)
        if call.format not in PACK_FORMATS:
            raise QuestionsError("There is no such format: use one of the buttons.")
        file = pack_file(pack, call.format)
        return {"done": True, "name": file.name, "type": file.type, "data": base64.b64encode(file.data).decode()}

    def pack_copy(self, call: Packed) -> Reply:
        """The whole pack for the clipboard: rich for word processors, plain for everything else."""
        pack = self._whole(call)
        return {"done": True, "rich": pack_rich(pack), "plain": pack_markdown(pack)}

    def _whole(self, call: Packed) -> Pack:
        """The pack as it is saved. Raises QuestionsError if there is nothing in it."""
        included = [one for one in call.unanswered if one.left != "yes"]
        if not call.items and not included:
            raise QuestionsError("There is nothing in the pack yet: add an answer, a case or a quote.")
        return self._assembled(call, included)

    def _assembled(self, call: Packed, unanswered: Iterable[Question]) -> Pack:
        return assemble(
            self._stacks(),
            call.collected(),
            made=date.today().isoformat(),
            unanswered=[one.asked() for one in unanswered],
            title=call.title,
            purpose=call.purpose,
        )

    def _stacks(self) -> Stacks:
        live = self._live
        addresses = addresses_of(live.files, live.library.collection.settings.added_folder)
        return Stacks(live.library.snapshot.document, live.cases(), live.files, addresses)
