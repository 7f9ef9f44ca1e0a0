"""What got in the way and what was learnt, over the whole library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from rag.ask.query.filters import terms_of
from rag.explore.lessons import LessonKind, Said, how_many, said
from rag.text.templates import render
from rag.types import Case, FilterKind, Filters
from rag.web.calls import Call, FilterPairs, Number, Reply, Text, View, Words
from rag.web.lessons.view import (
    GROUP_NAMES,
    TABS,
    TEMPLATE,
    options_html,
    sentences_html,
    sentences_text,
    wanted_html,
)

_ROWS = 40  # sentences shown at a time


class Lessons(Call):
    """A batch of the sentences of a kind (``show``) and group that hold the words, of cases that meet the filters."""

    show: Text = ""
    group: Text = ""
    words: Words = ""
    filters: FilterPairs = ()
    start: Number = 0


class LessonCalls(View):
    """Everything the view 'What didn't work' asks for."""

    def lessons(self, call: Lessons) -> Reply:
        """A batch of the sentences, and how many there are of each sort."""
        cases = self._live.cases().values()
        kind = _kind(call.show, cases)
        everything = said(cases, kind, call.filters, call.words)
        others = {each: how_many(cases, each, call.filters, call.words) for each in TABS if each != kind}
        found = [one for one in everything if one.group == call.group] if call.group in GROUP_NAMES else everything
        batch = found[call.start : call.start + _ROWS]
        before = found[call.start - 1].group if 0 < call.start <= len(found) else None
        narrowed = bool(call.words.strip() or call.filters or call.group)
        document, shown = self._library.snapshot.document, call.start + len(batch)
        html = sentences_html([(one, document(one.case.doc_id)) for one in batch], before)
        return {
            "done": True,
            "html": html or render(TEMPLATE, "nothing", kind=kind, narrowed=narrowed),
            "shown": sentences_text(shown, len(found), len({one.case.case_id for one in found})),
            "next": shown if shown < len(found) else 0,
            "show": kind,
            "counts": {**others, kind: len(everything)},
            "wanted": wanted_html(_not_listed(call.filters)),
            "topic": _choices("All topics", everything, "topic", call.filters),
            "community": _choices("Everybody", everything, "community", call.filters),
            "group": options_html("All kinds", _groups(everything), call.group, GROUP_NAMES),
        }


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
