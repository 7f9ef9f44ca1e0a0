"""What got in the way and what was learnt, over the whole library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rag.ask.query.filters import terms_of
from rag.explore.lessons import LessonKind, Said, how_many, said
from rag.present.wording import MAX_QUESTION
from rag.types import Case, FilterKind, Filters
from rag.web.calls import Reply, ServerFunction, number_of, text_of
from rag.web.filters.calls import wants_in
from rag.web.lessons.view import (
    GROUP_NAMES,
    TABS,
    nothing_html,
    options_html,
    sentences_html,
    sentences_text,
    wanted_html,
)
from rag.web.live import Live

_ROWS = 40  # sentences shown at a time


def learning(live: Live) -> list[ServerFunction]:
    """Everything the view 'What didn't work' asks for."""

    def lessons(payload: Any) -> Reply:
        """A batch of the sentences that are wanted, and how many there are of each sort."""
        words, wanted, start = text_of(payload, "words")[:MAX_QUESTION], wants_in(payload), number_of(payload, "start")
        cases = live.cases().values()
        kind = _kind(text_of(payload, "show"), cases)
        everything = said(cases, kind, wanted, words)
        others = {each: how_many(cases, each, wanted, words) for each in TABS if each != kind}
        group = text_of(payload, "group")
        found = [one for one in everything if one.group == group] if group in GROUP_NAMES else everything
        batch = [(one, live.library.snapshot.document(one.case.doc_id)) for one in found[start : start + _ROWS]]
        shown = start + len(batch)
        before = found[start - 1].group if 0 < start <= len(found) else None
        narrowed = bool(words.strip() or wanted or group)
        return {
            "done": True,
            "html": sentences_html(batch, before) or nothing_html(kind, narrowed),
            "shown": sentences_text(shown, len(found), len({one.case.case_id for one in found})),
            "next": shown if shown < len(found) else 0,
            "show": kind,
            "counts": {**others, kind: len(everything)},
            "wanted": wanted_html(_not_listed(wanted)),
            "topic": _choices("All topics", everything, "topic", wanted),
            "community": _choices("Everybody", everything, "community", wanted),
            "group": options_html("All kinds", _groups(everything), group, GROUP_NAMES),
        }

    return [lessons]


def _kind(show: str, cases: Collection[Case]) -> LessonKind:
    """What is asked for; else what got in the way, or what was learnt if that is all the library tells."""
    if show in TABS:
        return "lesson" if show == "lesson" else "barrier"
    return "barrier" if how_many(cases, "barrier") or not how_many(cases, "lesson") else "lesson"


def _groups(found: Sequence[Said]) -> Mapping[str, int]:
    counts: Counter[str] = Counter(one.group for one in found)
    return {group: counts[group] for group in GROUP_NAMES if counts[group]}


def _choices(every: str, found: Sequence[Said], kind: FilterKind, wanted: Filters) -> str:
    """The general names that the sentences' cases are counted under, with how many sentences each has."""
    counts = Counter(term for one in found for term in _terms(one.case, kind))
    chosen = next((want.value for want in wanted if want.kind == kind), "")
    return options_html(every, dict(sorted(counts.items(), key=lambda item: item[0].casefold())), chosen)


def _terms(case: Case, kind: FilterKind) -> set[str]:
    return {term for facet in case.facets if facet.kind == kind for term in terms_of(facet)}


def _not_listed(wanted: Filters) -> Filters:
    """What is wanted without the first of each kind that has a list of its own."""
    listed = {next((want for want in wanted if want.kind == kind), None) for kind in ("topic", "community")}
    return tuple(want for want in wanted if want not in listed)
