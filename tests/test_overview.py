"""The library in numbers: every number is that of the cases behind its link."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl

import pytest
from markupsafe import escape

from rag.ask.query.filters import filter_of, meets
from rag.explore.overview import Grid, Mark, Overview, Tally, overview
from rag.types import Case, Facet, FacetKind, FileRecord, Filter, IndexedDocument
from rag.web.overview.heat_view import heat_html, scale_of, shade
from rag.web.overview.map_view import ISLES, LONDON, WORLD, circles, map_html
from rag.web.overview.view import glance_html

EVIL = "<i onclick='x'>&\""


def case(name: str, *facets: Facet, doc: str = "a.txt") -> Case:
    return Case(name, doc, name, ((0, 9),), facets)


def told(kind: FacetKind, value: str, *labels: str) -> Facet:
    return Facet(kind, value, 0, 9, labels)


YORKSHIRE, ENGLISH = "Yorkshire and the Humber", "England"
CASES = [
    case(
        "mosques",
        told("place", "Bradford", YORKSHIRE, ENGLISH),
        told("topic", "diabetes", "Diabetes"),
        told("community", "Pakistani women", "South Asian", "Women"),
        told("period", "2008 to 2010", "2008", "2009", "2010"),
        told("outcome", "measured"),
        told("setting", "a mosque", "Place of worship"),
    ),
    case(
        "markets",
        told("place", "the city of Bradford", YORKSHIRE, ENGLISH),
        told("place", "Leeds", YORKSHIRE, ENGLISH),
        told("topic", "type 2 diabetes", "Diabetes"),
        told("community", "farmers", "Farmers"),
        told("period", "2010", "2010"),
        told("deed", "checks"),
    ),
    case("boroughs", told("place", "Westminster, London", "London", ENGLISH), told("place", "Croydon"), doc="b.txt"),
    case("abroad", told("place", "Porto Alegre, Brazil", "Brazil"), told("topic", "Smoking"), doc="b.txt"),
    case("nowhere", told("place", EVIL), told("community", "Women"), told("topic", EVIL), doc=EVIL),
    case("silent", doc=EVIL),
]
FILES = tuple(
    FileRecord(name, "indexed", documents=(IndexedDocument(name, title, "s", "k", 2, 2),))
    for name, title in (("a.txt", "A report"), ("b.txt", "B report"), (EVIL, EVIL), ("guide.txt", "A guide"))
)


def seen(cases: list[Case] | None = None) -> Overview:
    return overview(CASES if cases is None else cases)


def flat(tallies: tuple[Tally, ...]) -> dict[str, int]:
    """Names with numbers, whatever is below included."""
    found: dict[str, int] = {}
    for tally in tallies:
        found |= {tally.name: tally.cases, **flat(tally.below)}
    return found


def links(markup: str) -> list[tuple[dict[str, list[str]], str]]:
    """What each link to cases wants, by kind, and the text it shows or is called by."""
    found = []
    for address, attributes, inner in re.findall(r'<a href="#cases\?([^"]*)"([^>]*)>(.*?)</a>', markup, re.DOTALL):
        wants: dict[str, list[str]] = {}
        for kind, value in parse_qsl(html.unescape(address), strict_parsing=True):
            wants.setdefault(kind, []).append(value)
        called = re.search(r'aria-label="([^"]*)"', attributes)
        found.append((wants, html.unescape(called[1] if called else re.sub(r"<[^>]+>", "", inner))))
    return found


def test_every_number_is_that_of_the_cases_its_link_opens() -> None:
    followed = links(glance_html(seen(), FILES))
    assert len(followed) > 30
    assert {kind for wants, _ in followed for kind in wants} == {
        *("place", "topic", "community", "outcome", "period", "setting", "source")
    }
    for wanted, text in followed:
        wants = tuple(filter(None, (filter_of(kind, value) for kind, values in wanted.items() for value in values)))
        assert len(wants) == sum(map(len, wanted.values())), wanted
        number = re.search(r"(\d+) cases?$", text)
        assert number, text
        assert int(number[1]) == sum(meets(one, wants) for one in CASES), (wanted, text)


def test_places_stand_in_their_regions_and_countries() -> None:
    where = seen().where
    assert [area.name for area in where.areas] == ["United Kingdom", "Brazil"]
    assert flat(where.areas) == {
        "United Kingdom": 3,
        ENGLISH: 3,
        YORKSHIRE: 2,
        "Bradford": 2,  # as a filter it finds the city too
        "the city of Bradford": 1,
        "Leeds": 1,
        "London": 1,
        "Westminster, London": 1,
        "Croydon": 1,
        "Brazil": 1,
        "Porto Alegre, Brazil": 1,
    }
    assert [place.name for place in where.unmapped] == [EVIL]
    assert (where.places, where.unstated, where.at_home) == (7, 1, 0.75)
    assert [area.name for area in seen(CASES[:3]).where.areas] == [ENGLISH]


def test_marks_are_places_at_home_and_countries_abroad() -> None:
    where = seen().where
    assert {mark.tally.name: mark.tally.cases for mark in where.isles} == {"Bradford": 2, "Leeds": 1, "London": 1}
    assert {mark.tally.name for mark in where.london} == {"Westminster", "Croydon"}
    assert {mark.tally.name: mark.tally.cases for mark in where.world} == {"United Kingdom": 3, "Brazil": 1}
    only = seen([case("wide", told("place", "England", "England"), told("place", "Yorkshire and the Humber"))])
    assert only.where.isles == ()
    assert [mark.tally.name for mark in only.where.world] == ["United Kingdom"]


def test_a_region_that_no_label_names_is_found_by_its_places() -> None:
    unlabelled = [case("one", told("place", "Bradford")), case("two", told("place", "Leeds"))]
    (england,) = seen(unlabelled).where.areas
    assert england.cases == 2
    assert set(england.filters) == {Filter("place", "Bradford"), Filter("place", "Leeds")}


def test_files_differ_by_the_case_of_their_names() -> None:
    cases = [case("one", doc="A.txt"), case("two", doc="a.txt")]
    assert [(source.filters, source.cases) for source in seen(cases).sources] == [
        ((Filter("source", name),), 1) for name in ("A.txt", "a.txt")
    ]


def test_topics_by_communities_most_first() -> None:
    grid = seen().grid
    assert [(row.name, row.cases) for row in grid.rows] == [("Diabetes", 2), (EVIL, 1), ("Smoking", 1)]
    assert [(c.name, c.cases) for c in grid.columns] == [("Women", 2), ("Farmers", 1), ("South Asian", 1)]
    assert [[cell.cases for cell in cells] for cells in grid.cells] == [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert grid.outside == 3
    cut = overview(CASES, most_rows=1, most_columns=2).grid
    assert [[cell.cases for cell in cells] for cells in cut.cells] == [[1, 1]]


def test_years_have_no_gaps_and_long_spans_are_decades() -> None:
    years = {year.name: year.cases for year in seen().years}
    assert years == {"2008": 1, "2009": 1, "2010": 2}
    assert (seen().span, seen().undated) == ((2008, 2010), 4)
    sparse = [case("old", told("period", "1969", "1969")), case("new", told("period", "1971", "1971"))]
    assert [(year.name, year.cases) for year in seen(sparse).years] == [("1969", 1), ("1970", 0), ("1971", 1)]
    long = [*sparse, case("newest", told("period", "2009", "2009"))]
    assert [(y.name, y.cases) for y in seen(long).years] == [
        *(("1960s", 1), ("1970s", 1), ("1980s", 0), ("1990s", 0), ("2000s", 1))
    ]
    assert seen(long).years[0].filters == (Filter("period", "1960-1969"),)


def test_fields_and_strengths_are_counted() -> None:
    assert seen().stated["place"] == 5
    assert seen().stated["cost"] == 0
    assert {tally.name: tally.cases for tally in seen().outcomes if tally.cases} == {
        "measured": 1,
        "activity": 1,
        "unstated": 4,
    }
    shown = glance_html(seen(), FILES)
    assert '<th scope="row">Cost</th><td>0 of 6</td>' in shown
    assert '<th scope="row">Where</th><td>5 of 6</td><td>83%' in shown
    assert "The source gives a figure with a comparison or a base." in shown
    assert "4 cases name no year of the work." in shown
    assert "1 document without a case of its own." in shown


def test_what_the_sources_say_is_escaped() -> None:
    shown = glance_html(seen(), FILES)
    assert "<i onclick" not in shown
    assert escape(EVIL) in shown


def test_an_empty_library_says_what_to_do() -> None:
    assert 'href="#library">Add documents' in glance_html(seen([]), ())
    assert "holds 4 documents, but none of them describes a case" in glance_html(seen([]), FILES)
    bare = glance_html(seen([case("bare")]), FILES)
    for words in (
        "No case here names a place.",
        "No case here states both",
        "1 case names no year of the work.",
        "were met",
    ):
        assert words in bare


# --- the map ---


def mark(name: str, cases: range, latitude: float, longitude: float) -> Mark:
    return Mark(Tally(name, (Filter("place", name),), frozenset(cases)), latitude, longitude)


def test_the_maps_frames_are_true_to_shape() -> None:
    assert ISLES.point(ISLES.west, ISLES.north) == (0, 0)
    assert ISLES.point(ISLES.east, ISLES.south) == pytest.approx((ISLES.width, ISLES.height))
    # A degree of latitude is 111 km; at 55.35° north a degree of longitude is 63 km.
    east = ISLES.point(1, 55)[0] - ISLES.point(0, 55)[0]
    south = ISLES.point(0, 55)[1] - ISLES.point(0, 56)[1]
    assert south / east == pytest.approx(111 / 63, rel=0.02)
    left, top = LONDON.point(LONDON.west, LONDON.north)
    assert (left, top) == (LONDON.left, LONDON.top)
    assert LONDON.left + LONDON.width < ISLES.width


def test_a_circles_area_shows_its_cases_and_close_ones_are_one() -> None:
    leeds, bradford = mark("Leeds", range(0, 4), 53.8, -1.55), mark("Bradford", range(3, 5), 53.79, -1.75)
    penzance = mark("Penzance", range(5, 6), 50.12, -5.54)
    both, one = circles([penzance, bradford, leeds], ISLES)
    assert both.tally.name == "Leeds, Bradford"
    assert both.tally.found == frozenset(range(5))
    assert both.tally.filters == (Filter("place", "Leeds"), Filter("place", "Bradford"))
    assert (both.x, both.y) == ISLES.point(-1.55, 53.8)
    assert both.radius**2 / one.radius**2 == pytest.approx(5)
    assert len(circles([leeds, mark("York", range(9), 53.96, -1.08)], ISLES)) == 2
    (crowd,) = circles([mark(str(n), range(n, n + 1), 53.8, -1.5) for n in range(5)], ISLES)
    assert crowd.tally.name == "0, 1, 2 and 2 more"
    large = circles([mark("many", range(1000), 20, 20), penzance], WORLD)
    assert [round(circle.radius) for circle in large] == [24, 4]


def test_the_map_that_shows_most_comes_first() -> None:
    def maps(cases: list[Case]) -> list[str]:
        return re.findall(r'data-map="([a-z-]+)"', map_html(seen(cases).where))

    abroad = [case(f"b{n}", told("place", "Porto Alegre, Brazil", "Brazil")) for n in range(3)]
    assert maps(CASES) == ["british-isles", "world"]
    assert maps([*CASES, *abroad]) == ["world", "british-isles"]
    assert maps(CASES[:3]) == ["british-isles"]
    assert maps(abroad) == ["world"]
    assert maps([CASES[4]]) == []
    assert "1 place not on the map" in map_html(seen([CASES[4]]).where)


def test_london_is_enlarged_where_several_of_its_places_are_named() -> None:
    assert 'class="inset"' in map_html(seen().where)
    assert 'class="inset"' not in map_html(seen(CASES[:2]).where)
    names = re.findall(r"<title>(.*?)</title>", map_html(seen(CASES[2:3]).where))
    assert sorted(names) == ["Croydon: 1 case", "London: 1 case", "Westminster: 1 case"]


# --- the table ---


def grid_of(rows: int, columns: int, cases: int) -> Grid:
    def tallies(kind: str, number: int) -> tuple[Tally, ...]:
        wants = [filter_of(kind, f"{kind} {n}") for n in range(number)]
        return tuple(Tally(want.value, (want,), frozenset(range(cases))) for want in wants if want)

    down, across = tallies("topic", rows), tallies("community", columns)
    cells = tuple(tuple(Tally("both", (*r.filters, *c.filters), r.found) for c in across) for r in down)
    return Grid(down, across, cells)


def test_shades_follow_the_size_of_the_library() -> None:
    assert [shade(n, (1, 2, 5, 10)) for n in (0, 1, 2, 4, 5, 9, 10, 99)] == [0, 1, 2, 2, 3, 3, 4, 4]
    assert [scale_of(grid_of(1, 1, cases))[-1] for cases in (1, 40, 41, 200, 201, 5000)] == [10, 10, 50, 50, 200, 200]
    legend = heat_html(grid_of(1, 1, 1)).split("</ul>")[0]
    assert re.findall(r">([^<>]+)</span>", legend) == ["0", "1", "2 to 4", "5 to 9", "10 or more"]


def test_the_rarer_are_shown_when_asked_for() -> None:
    assert "data-whole" not in heat_html(grid_of(12, 10, 1))
    shown = heat_html(grid_of(13, 11, 1))
    assert "Show all: 13 topics by 11 communities" in shown
    assert shown.count('<tr class="beyond">') == 1
    assert shown.count('<td data-shade="1" class="beyond">') == 13
    assert shown.count('<th scope="col" class="beyond">') == 1


def test_empty_cells_are_called_gaps() -> None:
    shown = heat_html(seen().grid)
    assert "Empty cells are gaps, 5 of the 9 that come first" in shown
    assert "3 cases are not in the table" in shown
    assert shown.count('<td data-shade="0">0</td>') == 5
