"""What got in the way and what was learnt, over the whole library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from rag.ask.query.filter_words import filter_text
from rag.explore.lessons import Group, LessonKind, Said
from rag.present.fields import NOT_STATED, flat, words_of
from rag.present.wording import FILTER_NAMES, counted
from rag.text.templates import render
from rag.types import Case, Document, Filters
from rag.types.documents import STRENGTHS

GROUP_NAMES: dict[str, str] = {
    "means": "Money and time",
    "staff": "Staff and skills",
    "trust": "Trust and confidence",
    "culture": "Language and culture",
    "access": "Access and transport",
    "uptake": "Low take-up",
    "partners": "Partners and politics",
    "data": "Data and evaluation",
    "other": "Other",
}
TABS: dict[LessonKind, str] = {"barrier": "What got in the way", "lesson": "What was learnt"}

TEMPLATE = "web/lessons/sentences.html"


def options_html(every: str, counts: Mapping[str, int], chosen: str, names: Mapping[str, str] | None = None) -> str:
    """The choices of a list, each with its number of sentences; one that is ``chosen`` stays even without any."""
    shown = dict(counts) if not chosen or chosen in counts else {**counts, chosen: 0}
    choices = [(value, (names or {}).get(value, value), number) for value, number in shown.items()]
    return render(TEMPLATE, "options", every=every, choices=choices, chosen=chosen)


def wanted_html(wanted: Filters) -> str:
    """What else is wanted than the lists show, each to be taken out."""
    return render(TEMPLATE, "wanted", chips=[(want, FILTER_NAMES[want.kind], filter_text(want)) for want in wanted])


def sentences_html(batch: Sequence[tuple[Said, Document]], before: Group | None = None) -> str:
    """Sentences under the headings of their groups; ``before`` is the group that the batch before ended with."""
    groups = [
        ("" if group == before and not number else GROUP_NAMES[group], [_sentence(*pair) for pair in pairs])
        for number, (group, pairs) in enumerate(groupby(batch, lambda pair: pair[0].group))
    ]
    return render(TEMPLATE, "grouped", groups=groups)


def _sentence(said: Said, document: Document) -> tuple[Said, str, str, str]:
    """A sentence with its words, what is known of its case, and where it stands."""
    facts = filter(None, [*_stated(said.case), STRENGTHS[said.case.outcome][0], document.published])
    page = document.pages(said.facet.start, said.facet.end)
    return said, flat(words_of(document, said.facet)), " · ".join(facts), ", ".join(filter(None, ["Source", page]))


def _stated(case: Case) -> list[str]:
    """Where and for whom, in the source's words."""
    place = [case.place] if case.place != NOT_STATED else []
    return [*place, *(facet.value for facet in case.stated("community")[:2])]


def sentences_text(shown: int, found: int, cases: int) -> str:
    """How many sentences are shown, and of how many cases."""
    of = f"{counted(found, 'sentence')} of {counted(cases, 'case')}"
    return f"{of}, {shown:,} shown." if shown < found else f"{of}." if found else ""
