"""Cases: listed, one in full, and those like a situation or like another case."""

from __future__ import annotations

from typing import Annotated, get_args

from rag.ask.query.filters import meets
from rag.explore.precedents.situation import situation_of
from rag.present.precedents import count_precedents_text
from rag.types import Case, Outcome
from rag.web.calls import Call, FilterPairs, Name, Number, Reply, Text, View, at_most
from rag.web.cases import view as cases_view
from rag.web.cases.cards import card_html

_BATCH = 30  # cases listed at a time
_PRECEDENTS = 10
_ALIKE = 3
_SAME: Reply = {"done": True, "same": True}


class Cases(Call):
    """A batch of the cases that meet the filters, those ``like`` a situation, or one by its ``id``; and the state of
    the library that the page has ``seen``.
    """

    filters: FilterPairs = ()
    sort: Text = ""
    start: Number = 0
    like: Annotated[Text, at_most(cases_view.MAX_SITUATION)] = ""
    id: Name = ""
    seen: Text = ""


class CaseCalls(View):
    """The view of the cases. A reply is "same" alone if the page has seen this state of the library."""

    def cases(self, call: Cases) -> Reply:
        """A batch of the cases."""
        state = self._live.state()
        if call.seen == state:
            return _SAME
        held, document = self._live.cases(), self._library.snapshot.document
        found = in_order([case for case in held.values() if meets(case, call.filters)], call.sort)
        shown = min(len(found), call.start + _BATCH)
        return {
            "done": True,
            "html": cases_view.cards_html(found[call.start : shown], document) or cases_view.no_cases_html(len(held)),
            "count": cases_view.count_cases_text(shown, len(found), len(held)),
            "next": shown if shown < len(found) else 0,
            "state": state,
        }

    def precedents(self, call: Cases) -> Reply:
        """The cases most like a situation."""
        state = self._live.state()
        if call.seen == state:
            return _SAME
        snapshot, narrowed = self._library.snapshot, bool(call.filters)
        with self._lock:
            found = snapshot.precedents(call.like, _PRECEDENTS, filters=call.filters)
        return {
            "done": True,
            "html": cases_view.precedents_html(found, snapshot.document),
            "count": count_precedents_text(found, narrowed=narrowed),
            "remarks": cases_view.remarks_html(found, narrowed=narrowed),
            "state": state,
        }

    def card(self, call: Cases) -> Reply:
        """One case in full."""
        state = self._live.state()
        if call.seen == state:
            return _SAME
        case = self._live.cases().get(call.id)
        document = self._library.snapshot.document
        html = card_html(case, document(case.doc_id)) if case else cases_view.no_case_html()
        return {"done": True, "html": html, "title": case.title if case else "", "state": state}

    def alike(self, call: Cases) -> Reply:
        """The cases most like one."""
        case = self._live.cases().get(call.id)
        return {"done": True, "html": self._alike(case) if case else ""}

    def _alike(self, case: Case) -> str:
        snapshot = self._library.snapshot
        with self._lock:
            found = snapshot.precedents(situation_of(case, snapshot.document(case.doc_id)), _ALIKE + 1).found
        others = [p for p in found if p.case.case_id != case.case_id and any(m.likeness != "none" for m in p.matches)]
        return cases_view.alike_html(others[:_ALIKE])


def in_order(cases: list[Case], order: str) -> list[Case]:
    """The cases as they come, or those with the strongest results first."""
    strongest = get_args(Outcome)
    return sorted(cases, key=lambda case: strongest.index(case.outcome)) if order == "strength" else cases
