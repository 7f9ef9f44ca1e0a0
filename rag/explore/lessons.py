"""What got in the way and what was learnt, over many cases: grouped by the words of the sentences themselves.

The grouping is ours and only helps to browse; ``rag/data/lessons.txt`` is all there is to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from rag.ask.query.filters import meets
from rag.text.vocabulary import vocabulary
from rag.text.words import stem, stems, without_repeats
from rag.types import Case, Facet, Filters

LessonKind = Literal["barrier", "lesson"]
Group = Literal["means", "staff", "trust", "culture", "access", "uptake", "partners", "data", "other"]

_LISTED = vocabulary("lessons.txt")[""]
#: The words that put a sentence into a group; any form of a word counts ('funded', 'funding').
GROUP_WORDS: dict[Group, tuple[str, ...]] = {group: _LISTED.get(group, ()) for group in get_args(Group)}


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
    return {group: frozenset(map(stem, words)) for group, words in GROUP_WORDS.items()}
