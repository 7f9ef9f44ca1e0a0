"""What to filter cases by, with numbers of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from rag.ask.query.filter_words import filter_text
from rag.ask.query.filters import Count, Counts, key_of
from rag.present.wording import FILTER_NAMES
from rag.text.templates import render
from rag.types import Filter, FilterKind, Filters
from rag.types.documents import STRENGTHS

_MOST = 60  # values of a group, beside those that are chosen: what is beyond is reached by another filter
_MOST_BELOW = 20  # places of a region
_OPEN: tuple[FilterKind, ...] = ("place", "community", "outcome")  # at first


class _Value(NamedTuple):
    """A value to tick, as it is ``counted``; the places of a region stand ``below``, unfolded if one is ticked."""

    counted: Count
    name: str
    explained: str
    ticked: bool
    below: _Values | None
    open: bool


class _Values(NamedTuple):
    """The values that are sent, of how many that are ``there``."""

    key: str
    sent: Sequence[_Value]
    there: int


class _Group(NamedTuple):
    """The values of one kind, how many are ``chosen``, and whether they are unfolded; a period is its first and last
    year, and the years with their numbers of cases.
    """

    kind: FilterKind
    name: str
    chosen: int
    open: bool
    values: _Values | None
    period: tuple[str, str, Sequence[tuple[str, int]]] | None


def facets_html(counts: Counts, chosen: Filters, titles: Mapping[str, str], *, followed: bool, view: str) -> str:
    """The groups of values with their numbers of cases; '' if no case states anything.

    ``chosen`` are ticked; ``titles`` is doc_id -> title; ``followed``: the numbers follow what was typed in the
    ``view`` they stand in: a situation in "cases", else a question.
    """
    groups = []
    for kind in FILTER_NAMES:
        own = [each.value for each in chosen if each.kind == kind]
        if own or counts.get(kind):
            groups.append(_group(kind, counts.get(kind, ()), own, titles))
    typed = "situation" if view == "cases" else "question"
    of = f"Numbers: of the cases found for the {typed}." if followed else "Numbers: of all cases."
    return render("web/filters/facets.html", "facets", groups=groups, chosen=len(chosen), of=of, view=view)


def _group(kind: FilterKind, counts: Sequence[Count], chosen: Sequence[str], titles: Mapping[str, str]) -> _Group:
    wanted = {key_of(kind, value) for value in chosen}
    values = None if kind == "period" else _values(kind, counts, wanted, titles)
    period = _period(counts, chosen) if kind == "period" else None
    return _Group(kind, FILTER_NAMES[kind], len(chosen), bool(chosen) or kind in _OPEN, values, period)


def _values(kind: FilterKind, counts: Sequence[Count], wanted: Set[str], titles: Mapping[str, str]) -> _Values:
    """The chosen first, then the most frequent; what is beyond is folded away. Strengths keep their order."""

    def is_chosen(count: Count) -> bool:
        return any(key_of(kind, each.value) in wanted for each in (count, *count.below))

    if kind != "outcome":
        counts = sorted(counts, key=lambda count: not is_chosen(count))
    kept = [count for number, count in enumerate(counts) if number < _MOST or is_chosen(count)]
    return _Values(f"{kind}-more", [_value(kind, count, wanted, titles) for count in kept], len(counts))


def _value(kind: FilterKind, count: Count, wanted: Set[str], titles: Mapping[str, str]) -> _Value:
    chosen = [key_of(kind, place.value) in wanted for place in count.below]
    kept = [place for number, place in enumerate(count.below) if number < _MOST_BELOW or chosen[number]]
    places = [_value(kind, place, wanted, titles) for place in kept]
    shown = filter_text(Filter(kind, count.value))
    why = next((why for strength, (_, why) in STRENGTHS.items() if strength == count.value and kind == "outcome"), "")
    return _Value(
        count,
        (titles.get(count.value) or count.value) if kind == "source" else shown,
        why,
        key_of(kind, count.value) in wanted,
        _Values(f"{count.value} more", places, len(count.below)) if places else None,
        any(chosen),
    )


def _period(counts: Sequence[Count], chosen: Sequence[str]) -> tuple[str, str, Sequence[tuple[str, int]]]:
    """From one year to another; each year with its number of cases."""
    first, last = "", ""
    if chosen:
        first, _, last = chosen[0].partition("-")
        last = last if "-" in chosen[0] else first
    numbers = {year: 0 for year in (first, last) if year} | {count.value: count.cases for count in counts}
    return first, last, sorted(numbers.items())
