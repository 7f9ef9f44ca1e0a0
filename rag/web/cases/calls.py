"""Cases: listed, one in full, and those like a situation or like another case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from rag.ask.query.filters import meets
from rag.explore.precedents.situation import situation_of
from rag.library import Library
from rag.present.precedents import count_precedents_text
from rag.types import Case, Outcome
from rag.web.calls import Reply, ServerFunction, name_of, number_of, text_of
from rag.web.cases import view as cases_view
from rag.web.cases.cards import card_html
from rag.web.filters.calls import wants_in
from rag.web.live import Live
from rag.web.questions.background_checks import Turns

_BATCH = 30  # cases listed at a time
_PRECEDENTS = 10
_ALIKE = 3


def finding(live: Live, turns: Turns) -> list[ServerFunction]:
    """The view of the cases."""
    library = live.library

    def cases(payload: Any) -> Reply:
        """A batch of the cases that meet the filters; "same" alone if the page has "seen" this state of the library."""
        state = live.state()
        if text_of(payload, "seen") == state:
            return {"done": True, "same": True}
        held, start, wanted = live.cases(), number_of(payload, "start"), wants_in(payload)
        found = in_order([case for case in held.values() if meets(case, wanted)], text_of(payload, "sort"))
        shown = min(len(found), start + _BATCH)
        return {
            "done": True,
            "html": cases_view.cards_html(found[start:shown], library.snapshot.document)
            or cases_view.no_cases_html(len(held)),
            "count": cases_view.count_cases_text(shown, len(found), len(held)),
            "next": shown if shown < len(found) else 0,
            "state": state,
        }

    def precedents(payload: Any) -> Reply:
        """The cases most like a situation, of those that meet the filters; "same" as for ``cases``."""
        state = live.state()
        if text_of(payload, "seen") == state:
            return {"done": True, "same": True}
        wanted = wants_in(payload)
        situation = text_of(payload, "like")[: cases_view.MAX_SITUATION]
        with turns:
            found = library.snapshot.precedents(situation, _PRECEDENTS, filters=wanted)
        return {
            "done": True,
            "html": cases_view.precedents_html(found, library.snapshot.document),
            "count": count_precedents_text(found, narrowed=bool(wanted)),
            "remarks": cases_view.remarks_html(found, narrowed=bool(wanted)),
            "state": state,
        }

    def card(payload: Any) -> Reply:
        """One case in full; "same" as for ``cases``."""
        state = live.state()
        if text_of(payload, "seen") == state:
            return {"done": True, "same": True}
        case = _named(live.cases(), payload)
        html = card_html(case, library.snapshot.document(case.doc_id)) if case else cases_view.no_case_html()
        return {"done": True, "html": html, "title": case.title if case else "", "state": state}

    def alike(payload: Any) -> Reply:
        """The cases most like one."""
        case = _named(live.cases(), payload)
        return {"done": True, "html": _alike(library, case, turns) if case else ""}

    return [cases, precedents, card, alike]


def _alike(library: Library, case: Case, turns: Turns) -> str:
    with turns:
        found = library.snapshot.precedents(
            situation_of(case, library.snapshot.document(case.doc_id)), _ALIKE + 1
        ).found
    others = [p for p in found if p.case.case_id != case.case_id and any(m.likeness != "none" for m in p.matches)]
    return cases_view.alike_html(others[:_ALIKE])


def _named(cases: Mapping[str, Case], payload: Any) -> Case | None:
    return cases.get(name_of(payload, "id"))


def in_order(cases: list[Case], order: str) -> list[Case]:
    """The cases as they come, or those with the strongest results first."""
    strongest = get_args(Outcome)
    return sorted(cases, key=lambda case: strongest.index(case.outcome)) if order == "strength" else cases
