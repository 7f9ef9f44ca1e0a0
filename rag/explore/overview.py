"""How much a library holds, of what, where and when: counted for the view 'The library at a glance'. Pure.

Each number is that of the cases which the filters beside it find (``rag.ask.query.filters.meets``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from rag.ask.query.filters import OUTCOMES, key_of, names_of, terms_of
from rag.text.gazetteer import NATIONS, Spot, lookup, spot
from rag.types import Case, Facet, FacetKind, Filter, FilterKind, Filters

LONDON = "London"
_UK = "United Kingdom"
_ISLES = frozenset({*NATIONS, _UK, "Ireland", "Isle of Man"})
_MOST_YEARS = 40  # beyond, years are counted by decade
_FACETS: tuple[FacetKind, ...] = get_args(FacetKind)


@dataclass(frozen=True, slots=True)
class Tally:
    """The cases ``found`` by the ``filters``, each by its place among all; ``below`` are parts of it."""

    name: str
    filters: Filters
    found: frozenset[int]
    below: tuple[Tally, ...] = ()

    @property
    def cases(self) -> int:
        """How many they are."""
        return len(self.found)


@dataclass(frozen=True, slots=True)
class Mark:
    """A tally's place on a map, in degrees."""

    tally: Tally
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Where:
    """Where the work was: ``areas`` are countries with their regions and places, or places, most cases first.

    On the map of the British Isles each town or county is a mark, London one, whose places are ``london``; on the
    world's, each country. ``unmapped`` are places that the gazetteer does not know; ``places`` counts the names.
    """

    areas: tuple[Tally, ...] = ()
    isles: tuple[Mark, ...] = ()
    london: tuple[Mark, ...] = ()
    world: tuple[Mark, ...] = ()
    unmapped: tuple[Tally, ...] = ()
    places: int = 0
    unstated: int = 0  # cases that name no place
    at_home: float = 0.0  # share of the located cases that are in the British Isles


@dataclass(frozen=True, slots=True)
class Grid:
    """Topics by communities: ``cells[row][column]``; ``outside`` is how many cases name no topic or nobody."""

    rows: tuple[Tally, ...] = ()
    columns: tuple[Tally, ...] = ()
    cells: tuple[tuple[Tally, ...], ...] = ()
    outside: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """A library in numbers. ``years`` go from the first year of work to the last without a gap, by decade where they
    are more than 40; ``span`` is the first and the last;
    ``undated`` is how many cases name none; ``stated`` is how many cases state each field.
    """

    cases: int
    where: Where
    grid: Grid
    outcomes: tuple[Tally, ...]
    years: tuple[Tally, ...]
    span: tuple[int, int] | None
    undated: int
    settings: tuple[Tally, ...]
    sources: tuple[Tally, ...]
    stated: Mapping[FacetKind, int]


def overview(cases: Sequence[Case], *, most_rows: int = 40, most_columns: int = 30) -> Overview:
    """The cases in numbers; the grid has the most frequent topics and communities, so many at most."""
    index = _Index(cases)
    years = _years(index)
    return Overview(
        cases=len(cases),
        where=_where(index),
        grid=_grid(index, most_rows, most_columns),
        outcomes=tuple(index.tally(Filter("outcome", strength)) for strength in OUTCOMES),
        years=years,
        span=(min(index.years), max(index.years)) if index.years else None,
        undated=len(cases) - len(frozenset[int]().union(*(year.found for year in years))),
        settings=index.most_first("setting"),
        sources=index.most_first("source"),
        stated={kind: sum(bool(case.stated(kind)) for case in cases) for kind in _FACETS},
    )


class _Index:
    """Which cases each filter finds."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self.years: defaultdict[int, set[int]] = defaultdict(set)
        self.facets: defaultdict[FacetKind, list[tuple[int, Facet]]] = defaultdict(list)
        self._names: dict[FilterKind, dict[str, str]] = defaultdict(dict)  # what is counted, as it is written first
        self._found: defaultdict[tuple[FilterKind, str], set[int]] = defaultdict(set)
        for number, case in enumerate(cases):
            self._add(number, case)

    def _add(self, number: int, case: Case) -> None:
        self._found["outcome", case.outcome].add(number)
        self._found["source", case.doc_id].add(number)
        self._names["source"][case.doc_id] = case.doc_id
        for facet in case.facets:
            self.facets[facet.kind].append((number, facet))
            if facet.kind == "period":
                for label in facet.labels:
                    if label.isdecimal():
                        self.years[int(label)].add(number)
            elif facet.kind in ("place", "community", "topic", "setting"):
                for name in names_of(facet):
                    self._found[facet.kind, name.casefold()].add(number)
                for term in terms_of(facet):
                    self._names[facet.kind].setdefault(term.casefold(), term)

    def found(self, each: Filter) -> frozenset[int]:
        return frozenset(self._found.get((each.kind, key_of(each.kind, each.value)), ()))

    def tally(self, *filters: Filter, name: str = "", below: Sequence[Tally] = ()) -> Tally:
        """Of filters of one kind."""
        found = frozenset[int]().union(*map(self.found, filters))
        return Tally(name or filters[0].value, filters, found, tuple(below))

    def most_first(self, kind: FilterKind) -> tuple[Tally, ...]:
        """What the cases state of a kind, by general names."""
        return _most_first(self.tally(Filter(kind, name)) for name in self._names[kind].values())

    def together(self, name: str, parts: Sequence[Tally], *, nested: bool = True) -> Tally:
        """An area or a group with its parts: found by its own name if that finds all of them, else by theirs."""
        own = Filter("place", name)
        everything = frozenset[int]().union(*(part.found for part in parts))
        filters = (own,) if everything <= self.found(own) else _once(each for part in parts for each in part.filters)
        kept = [part for part in parts if part.name.casefold() != name.casefold()]
        return self.tally(*filters, name=name, below=_most_first(kept) if nested else ())


def _most_first(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    return tuple(sorted(tallies, key=lambda tally: (-tally.cases, tally.name.casefold())))


def _once(filters: Iterable[Filter]) -> Filters:
    return tuple({each.value.casefold(): each for each in filters}.values())


# --- where ---


def _where(index: _Index) -> Where:
    stated: dict[str, Facet] = {}
    for _, facet in index.facets["place"]:
        stated.setdefault(facet.value.casefold(), facet)
    placed: list[tuple[Tally, Spot]] = []
    unmapped = []
    for facet in stated.values():
        tally, here = index.tally(Filter("place", facet.value)), spot(facet.value, facet.labels)
        if here:
            placed.append((tally, here))
        else:
            unmapped.append(tally)
    at_home = [(tally, here) for tally, here in placed if here.country in _ISLES]
    located, there = (_cases_of(tally for tally, _ in some) for some in (placed, at_home))
    return Where(
        areas=_areas(index, placed),
        isles=_towns(index, [(t, here) for t, here in at_home if here.region != LONDON]) + _london(index, at_home),
        london=_towns(index, [(t, here) for t, here in at_home if here.region == LONDON]),
        world=_countries(index, placed),
        unmapped=_most_first(unmapped),
        places=len(stated),
        unstated=len(index.cases) - len(_cases_of([*(tally for tally, _ in placed), *unmapped])),
        at_home=len(there) / len(located) if located else 0.0,
    )


def _cases_of(tallies: Iterable[Tally]) -> frozenset[int]:
    return frozenset[int]().union(*(tally.found for tally in tallies))


def _grouped(placed: Iterable[tuple[Tally, Spot]], area: str) -> dict[str, list[tuple[Tally, Spot]]]:
    groups: dict[str, list[tuple[Tally, Spot]]] = {}
    for tally, here in placed:
        groups.setdefault(getattr(here, area), []).append((tally, here))
    return groups


def _areas(index: _Index, placed: Sequence[tuple[Tally, Spot]]) -> tuple[Tally, ...]:
    """Countries, the United Kingdom's nations within it, unless the library knows nothing but them."""
    areas: list[Tally] = []
    united: list[Tally] = []
    for country, within in _grouped(placed, "country").items():
        area = index.together(country, _regions(index, country, within))
        if country == _UK:
            united += area.below or (area,)
        else:
            (united if country in NATIONS else areas).append(area)
    abroad = bool(areas) or any(here.country == _UK for _, here in placed)
    return _most_first([*areas, index.together(_UK, united)] if united and abroad else [*areas, *united])


def _regions(index: _Index, country: str, within: Sequence[tuple[Tally, Spot]]) -> list[Tally]:
    parts = []
    for region, inner in _grouped(within, "region").items():
        tallies = [tally for tally, _ in inner]
        parts += tallies if region in ("", country) else [index.together(region, tallies)]
    return parts


def _towns(index: _Index, placed: Sequence[tuple[Tally, Spot]]) -> tuple[Mark, ...]:
    """A mark for each place that is less than a region; a place may be worded in several ways."""
    local = [(tally, here) for tally, here in placed if here.name not in (here.region, here.country)]
    marks = []
    for name, same in _grouped(local, "name").items():
        here = same[0][1]
        filters = _once(each for tally, _ in same for each in tally.filters)
        marks.append(Mark(index.tally(*filters, name=name), here.latitude, here.longitude))
    return tuple(marks)


def _london(index: _Index, placed: Sequence[tuple[Tally, Spot]]) -> tuple[Mark, ...]:
    within = [tally for tally, here in placed if here.region == LONDON]
    return _countrywide(LONDON, index.together(LONDON, within, nested=False), ()) if within else ()


def _countries(index: _Index, placed: Sequence[tuple[Tally, Spot]]) -> tuple[Mark, ...]:
    """A mark for each country; the United Kingdom's nations have one."""
    marks: list[Mark] = []
    united = []
    for country, within in _grouped(placed, "country").items():
        tally = index.together(country, [tally for tally, _ in within], nested=False)
        if country in (*NATIONS, _UK):
            united.append(tally)
        else:
            marks += _countrywide(country, tally, within)
    if united:
        marks += _countrywide(_UK, index.together(_UK, united, nested=False), ())
    return tuple(marks)


def _countrywide(name: str, tally: Tally, within: Sequence[tuple[Tally, Spot]]) -> tuple[Mark, ...]:
    known = [entry.spot for entry in lookup(name)] or [here for _, here in within]
    return (Mark(tally, known[0].latitude, known[0].longitude),)


# --- what, for whom, when ---


def _grid(index: _Index, most_rows: int, most_columns: int) -> Grid:
    rows, columns = index.most_first("topic")[:most_rows], index.most_first("community")[:most_columns]
    cells = tuple(
        tuple(
            Tally(f"{row.name}, {column.name}", (*row.filters, *column.filters), row.found & column.found)
            for column in columns
        )
        for row in rows
    )
    inside = {number for number, _ in index.facets["topic"]} & {number for number, _ in index.facets["community"]}
    return Grid(rows, columns, cells, len(index.cases) - len(inside))


def _years(index: _Index) -> tuple[Tally, ...]:
    if not index.years:
        return ()
    first, last = min(index.years), max(index.years)
    step = 1 if last - first < _MOST_YEARS else 10
    return tuple(_span(index, year, step) for year in range(first - first % step, last + 1, step))


def _span(index: _Index, first: int, step: int) -> Tally:
    last = first + step - 1
    found = frozenset[int]().union(*(index.years.get(year, set()) for year in range(first, last + 1)))
    name, value = (str(first), str(first)) if step == 1 else (f"{first}s", f"{first}-{last}")
    return Tally(name, (Filter("period", value),), found)
