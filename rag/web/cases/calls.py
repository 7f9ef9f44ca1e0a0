"""Cases: listed, one in full, and those like a situation or like another case."""

from __future__ import annotations

from typing import Annotated, get_args

from rag.ask.query.filters import meets
from rag.explore.precedents.situation import situation_of
from rag.present.precedents import count_precedents_text, remarks_text
from rag.text.templates import render
from rag.types import Case, Outcome
from rag.web.calls import FilterPairs, Name, Number, Reply, Seen, Text, View, at_most, unless_seen
from rag.web.cases.cards import brief_card_html, card_html
from rag.web.cases.view import MAX_SITUATION, alike_html, count_cases_text, precedents_html

_FOUND, _PARTS = "web/cases/found.html", "web/elements.html"
_BATCH = 30  # cases listed at a time
_PRECEDENTS = 10
_ALIKE = 3


class Cases(Seen):
    """A batch of the cases that meet the filters, those ``like`` a situation, or one by its ``id``."""

    filters: FilterPairs = ()
    sort: Text = ""
    start: Number = 0
    like: Annotated[Text, at_most(MAX_SITUATION)] = ""
    id: Name = ""


class CaseCalls(View):
    """The view of the cases."""

    @unless_seen
    def cases(self, call: Cases) -> Reply:
        """A batch of the cases."""
        held, document = self._live.cases(), self._library.snapshot.document
        found = in_order([case for case in held.values() if meets(case, call.filters)], call.sort)
        shown = min(len(found), call.start + _BATCH)
        cards = [brief_card_html(case, document(case.doc_id)) for case in found[call.start : shown]]
        return {
            "done": True,
            "html": "".join(cards) or render(_FOUND, "no_cases", held=len(held)),
            "count": count_cases_text(shown, len(found), len(held)),
            "next": shown if shown < len(found) else 0,
        }

    @unless_seen
    def precedents(self, call: Cases) -> Reply:
        """The cases most like a situation."""
        snapshot, narrowed = self._library.snapshot, bool(call.filters)
        with self._lock:
            found = snapshot.precedents(call.like, _PRECEDENTS, filters=call.filters)
        return {
            "done": True,
            "html": precedents_html(found, snapshot.document),
            "count": count_precedents_text(found, narrowed=narrowed),
            "remarks": render(_PARTS, "paragraph", css="remark", text=remarks_text(found, narrowed=narrowed)),
        }

    @unless_seen
    def card(self, call: Cases) -> Reply:
        """One case in full."""
        case = self._live.cases().get(call.id)
        document = self._library.snapshot.document
        html = card_html(case, document(case.doc_id)) if case else render(_FOUND, "no_case")
        return {"done": True, "html": html, "title": case.title if case else ""}

    def alike(self, call: Cases) -> Reply:
        """The cases most like one."""
        case = self._live.cases().get(call.id)
        return {"done": True, "html": self._alike(case) if case else ""}

    def _alike(self, case: Case) -> str:
        snapshot = self._library.snapshot
        with self._lock:
            found = snapshot.precedents(situation_of(case, snapshot.document(case.doc_id)), _ALIKE + 1).found
        others = [p for p in found if p.case.case_id != case.case_id and any(m.likeness != "none" for m in p.matches)]
        return alike_html(others[:_ALIKE])


def in_order(cases: list[Case], order: str) -> list[Case]:
    """The cases as they come, or those with the strongest results first."""
    strongest = get_args(Outcome)
    return sorted(cases, key=lambda case: strongest.index(case.outcome)) if order == "strength" else cases
