"""Where places are: the gazetteer's spots, regions and namesakes, and the outlines of the map."""

from __future__ import annotations

from importlib.resources import files

import pytest

from rag.cases.places import known_places
from rag.text.gazetteer import NATIONS, REGIONS, labels, lookup, names_in, outlines, spot

FARTHEST = 0.1  # degrees


@pytest.mark.parametrize(
    ("place", "name", "latitude", "longitude"),
    [
        ("Leeds", "Leeds", 53.8, -1.55),
        ("Westminster, London", "Westminster", 51.5, -0.14),
        ("South Birmingham", "South Birmingham", 52.42, -1.92),
        ("Porto Alegre, Rio Grande do Sul, Brazil", "Porto Alegre", -30.03, -51.22),
        ("Perth, Australia", "Perth", -31.95, 115.86),
        ("Perth", "Perth", 56.4, -3.43),
        ("Durham, NC", "Durham", 35.99, -78.9),
        ("Melbourne, Victoria, Australia", "Melbourne", -37.81, 144.96),
        ("New York City, New York, United States", "New York City", 40.71, -74.0),
    ],
)
def test_the_most_exact_part_of_a_place_that_fits_the_others_is_its_spot(
    place: str, name: str, latitude: float, longitude: float
) -> None:
    found = spot(place)
    assert found is not None
    assert found.name == name
    assert abs(found.latitude - latitude) < FARTHEST
    assert abs(found.longitude - longitude) < FARTHEST


@pytest.mark.parametrize(
    ("place", "areas"),
    [
        ("Leeds", ("Yorkshire and the Humber", "England", "United Kingdom")),
        ("Glossop", ("East Midlands", "England", "United Kingdom")),
        ("Tower Hamlets", ("London", "England", "United Kingdom")),
        ("Bangor", ("Wales", "United Kingdom")),
        ("Scotland", ("Scotland", "United Kingdom")),
        ("Derry", ("Northern Ireland", "United Kingdom")),
        ("Atlanta, Georgia", ("United States",)),
        ("Kanada", ("Canada",)),
        ("Bogotá, Kolumbien", ("Colombia",)),
        ("Ulaanbaatar, Mongolei", ("Mongolia",)),
        ("Reykjavik, Island", ("Iceland",)),
        ("Rhode Island", ("United States",)),
        ("Vancouver Island", ("Canada",)),
        ("City of Canada Bay, Australia", ("Australia",)),
        ("Kirkwall", ("Scotland", "United Kingdom")),
        ("England", ("England", "United Kingdom")),
        ("UK", ("United Kingdom",)),
        ("Nether Wallop", ()),
        ("European Union", ()),
    ],
)
def test_a_place_counts_for_its_region_and_country(place: str, areas: tuple[str, ...]) -> None:
    assert labels(place) == areas


def test_a_town_elsewhere_than_the_area_named_is_not_meant() -> None:
    found = spot("Whitchurch, Hampshire")
    assert found is not None
    assert (found.name, found.region) == ("Hampshire", "South East")


def test_the_areas_of_a_case_tell_namesakes_apart() -> None:
    assert labels("Boston") == ("East Midlands", "England", "United Kingdom")
    assert labels("Boston", ["United States"]) == ("United States",)
    american = spot("Boston", labels("Boston", ["Massachusetts"]))
    assert american is not None
    assert round(american.latitude) == 42


def test_names_are_found_whole() -> None:
    assert names_in("Newcastle upon Tyne and New York City") == ["Newcastle upon Tyne", "New York City"]
    assert lookup("Nowhere in particular") == ()


def test_every_name_that_is_known_to_be_a_place_has_a_spot_in_a_region() -> None:
    without = [name for name in known_places() if not lookup(name)]
    assert without == []
    towns = [entry.spot for name in known_places() for entry in lookup(name)[:1] if entry.kind == "town"]
    strays = [t.name for t in towns if t.country == "England" and t.region not in REGIONS]
    assert strays == []
    assert {t.region for t in towns if t.country in NATIONS} == {*REGIONS, *NATIONS} - {"England"}


def test_the_gazetteer_names_its_source_and_licence() -> None:
    head = files("rag").joinpath("data", "gazetteer.tsv").read_text(encoding="utf-8")[:400]
    assert "GeoNames" in head
    assert "Creative Commons Attribution 4.0" in head


def test_outlines_hold_what_they_show() -> None:
    maps = outlines()
    isles = [point for ring in maps["british-isles"] for point in ring]
    assert all(-11 < longitude < 3 and 49 < latitude < 62 for longitude, latitude in isles)
    britain = max(maps["british-isles"], key=len)
    assert _inside(britain, (-1.5, 53.8))  # Leeds
    assert not _inside(britain, (-6.0, 53.9))  # the Irish Sea
    assert any(_inside(ring, (-51.2, -30.0)) for ring in maps["world"])  # Porto Alegre
    assert all(len(ring) > 3 for rings in maps.values() for ring in rings)


def _inside(ring: tuple[tuple[float, float], ...], point: tuple[float, float]) -> bool:
    """Whether a ray from the point crosses the ring an odd number of times."""
    x, y = point
    crossings = 0
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            crossings += 1
    return crossings % 2 == 1
