"""What got in the way and what was learnt, over many cases: grouped by the words of the sentences themselves.

The grouping is ours and only helps to browse; the table below is all there is to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.ask.query.filters import meets
from rag.text.words import stem, stems, without_repeats
from rag.types import Case, Facet, Filters

LessonKind = Literal["barrier", "lesson"]
Group = Literal["means", "staff", "trust", "culture", "access", "uptake", "partners", "data", "other"]

#: The words that put a sentence into a group; any form of a word counts ('funded', 'funding').
GROUP_WORDS: dict[Group, str] = {
    "means": """money fund funder budget cost costly expensive financial finance afford affordable grant resource
        invest investment time deadline delay sustainable sustainability bureaucracy bureaucratic""",
    "staff": """staff staffing workforce recruit recruitment turnover vacancy volunteer nurse midwife clinician
        train trainer workload overworked capacity skill facilitator sickness burnout practitioner""",
    "trust": """trust mistrust distrust suspicion suspicious fear afraid stigma stigmatise shame ashamed embarrass
        embarrassment confidentiality sceptic sceptical scepticism skeptical skepticism reluctant reluctance hesitant
        hesitancy worry legitimacy confidence transparency""",
    "culture": """language interpreter translate translation translator english literacy illiterate culture cultural
        religion religious faith belief taboo gender custom ethnic jargon multilingual""",
    "access": """transport travel bus distance rural remote access accessible inaccessible venue childcare disability
        disabled wheelchair parking internet broadband digital""",
    "uptake": """uptake attend attendance attendee turnout dropout retention engage engagement participate
        participation interest uninterested motivation awareness unaware apathy apathetic representative
        unrepresentative""",
    "partners": """partner partnership politics political politician government council councillor mayor lawmaker party
        stakeholder authority agency commissioner opposition conflict power leadership ownership collaborate
        collaboration election policy bureaucrat""",
    "data": """data evaluate evaluation evidence measure measurement monitor monitoring baseline indicator statistics
        sample survey""",
    "other": "",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a case that says what got in the way, or what was learnt, and the group its words put it in."""

    case: Case
    facet: Facet
    group: Group


def said(cases: Iterable[Case], kind: LessonKind, filters: Filters = (), words: str = "") -> list[Said]:
    """The sentences of the cases that are wanted which hold all ``words`` (in any form), group by group."""
    order = {group: number for number, group in enumerate(GROUP_WORDS)}
    found = [Said(case, facet, group_of(facet.value)) for case, facet in _told(cases, kind, filters, words)]
    return sorted(found, key=lambda one: order[one.group])  # stable: within a group as in the library


def how_many(cases: Iterable[Case], kind: LessonKind, filters: Filters = (), words: str = "") -> int:
    """How many sentences ``said`` finds."""
    return sum(1 for _ in _told(cases, kind, filters, words))


def _told(cases: Iterable[Case], kind: LessonKind, filters: Filters, words: str) -> Iterator[tuple[Case, Facet]]:
    wanted = frozenset(stems(words))
    for case in cases:
        facets = case.stated(kind)
        if not facets or not meets(case, filters):
            continue
        for facet in without_repeats(facets, lambda facet: facet.value):
            if wanted <= _terms_of(facet.value):
                yield case, facet


@lru_cache(maxsize=65536)
def group_of(sentence: str) -> Group:
    """The group with most of its words in the sentence, of several the first; 'other' without any."""
    found = stems(sentence)
    counts = {group: sum(word in words for word in found) for group, words in _stems().items()}
    best = max(counts, key=lambda group: counts[group])  # the first of equals
    return best if counts[best] else "other"


@lru_cache(maxsize=32768)
def _terms_of(sentence: str) -> frozenset[str]:
    return frozenset(stems(sentence))


@lru_cache(maxsize=1)
def _stems() -> dict[Group, frozenset[str]]:
    return {group: frozenset(map(stem, words.split())) for group, words in GROUP_WORDS.items()}
