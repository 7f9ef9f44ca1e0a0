"""Which cases are wanted: what a case must state, and how many cases state what.

What a question itself says of place, people, setting and time is read by ``rag.ask.query.preferences``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import get_args

from rag.types import Case, Facet, FacetKind, Filter, FilterKind, Filters, Outcome

KINDS: tuple[FilterKind, ...] = get_args(FilterKind)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

_YEAR = r"(?:1[89]|20)\d\d"
_PERIOD = re.compile(rf"(?P<first>{_YEAR})?(?:(?P<to>-)(?P<last>{_YEAR})?)?")
_PARTS = re.compile(r",|\band\b")  # of a place
#: Around a place's own name: a postcode before it, what of a place it is ('49th Ward', 'City of'), the state after it.
_ADDRESSED = re.compile(
    r"^.*\b(?i:ward|neighbou?rhoods?|(?:borough|city|town|province|county|region|state) of)\s+(?=[A-Z])"
    r"|^[\W\d]+|\s+[A-Z]{2,3}$"
)
_FIRST_YEAR, _LAST_YEAR = 1800, 2099
_LONGEST_VALUE = 300
_LONGEST_NAME = 1000  # of a document, with its folders


@dataclass(frozen=True, slots=True)
class Count:
    """How many ``cases`` state ``value``; ``below`` are the places of a region."""

    value: str
    cases: int
    below: tuple[Count, ...] = ()


Counts = Mapping[FilterKind, tuple[Count, ...]]


def meets(case: Case, filters: Filters) -> bool:
    """Whether a case states everything that is wanted: of each kind that is, one of the values."""
    return all(any(_states(case, each) for each in alternatives) for alternatives in _by_kind(filters).values())


def share(case: Case, preferred: Filters) -> float:
    """The share of the filters, 0 to 1, that a case states."""
    return sum(_states(case, each) for each in preferred) / len(preferred) if preferred else 0.0


def unmet(cases: Collection[Case], filters: Filters) -> Filters:
    """The filters that no case states."""
    return tuple(each for each in filters if not any(_states(case, each) for case in cases))


def emptied_by(cases: Collection[Case], filters: Filters) -> Filters:
    """What leaves nothing where no case meets the filters: the kinds that none meets by themselves, else all."""
    alone = [kind for kind in _by_kind(filters).values() if not any(meets(case, kind) for case in cases)]
    return tuple(each for kind in alone for each in kind) or filters


def filter_of(kind: str, value: str) -> Filter | None:
    """A filter as an address or a call words it; None if it is none."""
    known = next((k for k in KINDS if k == kind), None)
    if known != "source":  # a file's name may begin or end with a blank
        value = value.strip()
    if known is None or not 0 < len(value) <= (_LONGEST_NAME if known == "source" else _LONGEST_VALUE):
        return None
    if (known == "outcome" and value not in OUTCOMES) or (known == "period" and not years_of(value)):
        return None
    return Filter(known, value)


def years_of(value: str) -> tuple[int, int] | None:
    """The first and last year of '2015-2018', '2015-', '-2018' or '2015'; None if it is no period."""
    found = _PERIOD.fullmatch(value)
    if not found or not (found["first"] or found["last"]):
        return None
    first = int(found["first"] or _FIRST_YEAR)
    last = int(found["last"] or (_LAST_YEAR if found["to"] else first))
    return (first, last) if first <= last else None


def terms_of(facet: Facet) -> tuple[str, ...]:
    """What a facet is counted by: its general names; its own words where it has none."""
    return facet.labels or (facet.value,)


def _by_kind(filters: Filters) -> dict[FilterKind, Filters]:
    ordered = sorted(filters, key=lambda each: KINDS.index(each.kind))
    return {kind: tuple(alternatives) for kind, alternatives in groupby(ordered, key=lambda each: each.kind)}


def _states(case: Case, each: Filter) -> bool:
    if each.kind == "source":
        return case.doc_id == each.value or case.doc_id.startswith(f"{each.value.rstrip('/')}/")
    if each.kind == "outcome":
        return case.outcome == each.value
    if each.kind == "period":
        span = years_of(each.value)
        return span is not None and any(span[0] <= year <= span[1] for year in _years(case))
    wanted = each.value.casefold()
    return any(wanted == name.casefold() for facet in case.stated(each.kind) for name in names_of(facet))


def names_of(facet: Facet) -> Iterator[str]:
    """Everything that a facet may be called by; 'Westminster, London' is in Westminster and in London, '10013 New York
    NY' in New York.
    """
    yield facet.value
    yield from facet.labels
    if facet.kind == "place":
        yield from _within(facet.value)


@lru_cache(maxsize=65536)
def _within(place: str) -> tuple[str, ...]:
    """The places that a place's name is made of."""
    parts = [part.strip() for part in _PARTS.split(place)]
    return tuple(dict.fromkeys(name for part in parts for name in (part, _ADDRESSED.sub("", part)) if name))


def _years(case: Case) -> list[int]:
    return [int(label) for facet in case.stated("period") for label in facet.labels if label.isdecimal()]


# --- counting ---


def counts(
    cases: Sequence[Case], filters: Filters = (), found: Callable[[Filters], Collection[str]] | None = None
) -> Counts:
    """How many cases each value finds as a filter, by kind: of those that meet the filters of all other kinds.

    ``found`` gives the ids of the cases that a question finds within some filters; without it all cases count.
    What is wanted is listed even if it is no value that is offered, or no case is left that states it.
    """
    result: dict[FilterKind, tuple[Count, ...]] = {}
    within: dict[Filters, list[Case]] = {}
    for kind in KINDS:
        others = tuple(each for each in filters if each.kind != kind)
        if others not in within:
            ids = found(others) if found else None
            within[others] = [c for c in cases if (ids is None or c.case_id in ids) and meets(c, others)]
        counted = _counted(kind, within[others])
        there = {key_of(kind, count.value) for one in counted for count in (one, *one.below)}
        own = [each for each in filters if each.kind == kind and kind != "period"]
        missing = [each for each in own if key_of(kind, each.value) not in there]
        chosen = (Count(each.value, sum(_states(case, each) for case in within[others])) for each in missing)
        listed = (*counted, *chosen)
        result[kind] = _strongest_first(listed) if kind == "outcome" else listed
    return result


def _strongest_first(strengths: Iterable[Count]) -> tuple[Count, ...]:
    order: Sequence[str] = OUTCOMES
    return tuple(sorted(strengths, key=lambda count: order.index(count.value)))


def key_of(kind: FilterKind, value: str) -> str:
    """What is the same for the same value: upper and lower case are alike, but not in the names of files."""
    return value if kind == "source" else value.casefold()


def _counted(kind: FilterKind, cases: Sequence[Case]) -> tuple[Count, ...]:
    if kind == "place":
        return _places(cases)
    if kind == "outcome":
        found = Counter(case.outcome for case in cases)
        return tuple(Count(strength, found[strength]) for strength in OUTCOMES if found[strength])
    if kind == "period":
        years = Counter(year for case in cases for year in set(_years(case)))
        return tuple(Count(str(year), years[year]) for year in sorted(years))
    if kind == "source":
        return _most_first(Counter(case.doc_id for case in cases))
    finds = _finds(kind, cases)
    return _most_first(_tally(({t for f in case.stated(kind) for t in terms_of(f)} for case in cases), finds))


def _finds(kind: FacetKind, cases: Iterable[Case]) -> Counter[str]:
    """In how many cases each name stands that a facet may be called by, upper and lower case alike."""
    return Counter(name for c in cases for name in {n.casefold() for f in c.stated(kind) for n in names_of(f)})


def _places(cases: Sequence[Case]) -> tuple[Count, ...]:
    """Regions with their places; a place whose region is not known stands beside them."""
    finds = _finds("place", cases)
    areas: list[set[str]] = []
    below: dict[str, list[set[str]]] = {}
    for case in cases:
        stated = [(facet.labels[0] if facet.labels else facet.value, facet.value) for facet in case.stated("place")]
        areas.append({area for area, _ in stated})
        for area in areas[-1]:
            here = {place for other, place in stated if other == area and place.casefold() != area.casefold()}
            below.setdefault(area.casefold(), []).append(here)
    regions = _most_first(_tally(areas, finds))
    return tuple(Count(r.value, r.cases, _most_first(_tally(below[r.value.casefold()], finds))) for r in regions)


def _tally(stated: Iterable[set[str]], finds: Mapping[str, int]) -> dict[str, int]:
    """Each name that is ``stated``, as it is written first, with what it ``finds``; upper and lower case are alike."""
    written: dict[str, str] = {}
    for names in stated:
        for name in sorted(names):
            written.setdefault(name.casefold(), name)
    return {name: finds[key] for key, name in written.items()}


def _most_first(found: Mapping[str, int]) -> tuple[Count, ...]:
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0].casefold()))
    return tuple(Count(name, number) for name, number in ordered)
