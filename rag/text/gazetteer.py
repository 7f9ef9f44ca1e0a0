"""Where the places are that a case may name, and the outlines of a map to show them on."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from rag.text.patterns import patterns

#: England's regions, north to south.
REGIONS = (
    "North East",
    "North West",
    "Yorkshire and the Humber",
    "East Midlands",
    "West Midlands",
    "East of England",
    "London",
    "South East",
    "South West",
)
#: The nations of the United Kingdom, each a country of its own here.
NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")

#: What a place is, the most exact first.
PlaceKind = Literal["town", "county", "state", "region", "nation", "country"]
_EXACT: tuple[PlaceKind, ...] = ("town", "county", "state", "region", "nation", "country")

Ring = tuple[tuple[float, float], ...]
Map = Literal["british-isles", "world"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: its ``region`` (an English region, 'Scotland', 'Wales', 'Northern Ireland', else ''), its country, and
    where it is in degrees.
    """

    name: str
    region: str
    country: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the gazetteer: a spot, what it is, and the state or region it is in."""

    spot: Spot
    kind: PlaceKind
    within: str

    @property
    def areas(self) -> frozenset[str]:
        """What it may be said to be in: region or state, country, and the United Kingdom as one."""
        of_uk = {"United Kingdom"} if self.spot.country in NATIONS else set()
        return frozenset({self.within, self.spot.country, *of_uk} - {""})

    def lies_in(self, area: Entry) -> bool:
        """Whether it may lie in ``area``, or ``area`` in it; of counties only the region is known."""
        inner, outer = sorted((self, area), key=lambda entry: _EXACT.index(entry.kind))
        if outer.kind == "county":
            return inner.within == outer.within
        return outer.spot.name in inner.areas or (inner.kind == outer.kind and inner.spot == outer.spot)


#: Words of a name, joined by spaces, hyphens, points or apostrophes.
_WORD = re.compile(r"[^\W\d_][\w.’'-]*")
_MOST_WORDS = 5


def spot(place: str, within: Sequence[str] = ()) -> Spot | None:
    """The spot of the most exact known part of a place as a case words it ('Westminster, London'); None if no part
    is known. Of namesakes it is the one in the area that the place names too ('Boston, Massachusetts'), or that is one
    of ``within`` (a facet's labels), else the likelier.
    """
    parts = [known for name in names_in(place) if (known := lookup(name))]
    if "," in place:
        parts = _in_last_country(parts)
    stated = [known for known in parts if known[0].kind != "town"]
    hints = set(within)
    best: Entry | None = None
    for known in parts:
        others = [area for area in stated if area is not known]
        fitting = [entry for entry in known if all(any(map(entry.lies_in, area)) for area in others)]
        if not fitting and known[0].kind not in ("nation", "country"):
            continue  # 'Whitchurch, Hampshire' is none of the Whitchurches that are known
        likeliest = max(fitting or known, key=lambda entry: len(entry.areas & hints))
        if best is None or _EXACT.index(likeliest.kind) < _EXACT.index(best.kind):
            best = likeliest
    return best.spot if best else parts[0][0].spot if parts else None


def _in_last_country(parts: list[tuple[Entry, ...]]) -> list[tuple[Entry, ...]]:
    """The parts without countries that the one named last is not in: 'City of Canada Bay, Australia' is no Canada."""
    last = parts[-1][0] if parts else None
    if last is None or last.kind not in ("nation", "country"):
        return parts
    return [known for known in parts if known[0].kind != "country" or any(entry.lies_in(last) for entry in known)]


def labels(place: str, within: Sequence[str] = ()) -> tuple[str, ...]:
    """What a place is counted and filtered by: its region if it has one, then its country, of one of the nations of the
    United Kingdom that too; none if unknown.
    """
    found = spot(place, within)
    if not found:
        return ()
    united = "United Kingdom" if found.country in NATIONS else ""
    return tuple(dict.fromkeys(area for area in (found.region, found.country, united) if area))


def names_in(place: str) -> list[str]:
    """The known names in a place as worded, in order, the longest at each word."""
    words = list(_WORD.finditer(place))
    found: list[str] = []
    first = 0
    while first < len(words):
        for last in range(min(first + _MOST_WORDS, len(words)), first, -1):
            name = place[words[first].start() : words[last - 1].end()]
            known = next((n for n in (name, name.rstrip(".'’-"), name.removesuffix("'s")) if n in _entries()), "")
            if known and not (first and _within_name(place, words[first - 1], words[first], _entries()[known][0])):
                found.append(known)
                first = last - 1
                break
        first += 1
    return [*found, "Iceland"] if place.endswith(_ICELAND) else found


_ICELAND = ", Island"  # as German has it: elsewhere an island
_PART_OF = re.compile(rf"{patterns('common').source('compass')}(?:ern)?|NHS|City|Of")


def _within_name(place: str, before: re.Match[str], word: re.Match[str], entry: Entry) -> bool:
    """Whether a town abroad is the end of another name: 'European Union', not the Union in New Jersey."""
    if entry.kind != "town" or entry.spot.country in NATIONS or place[before.end() : word.start()] != " ":
        return False
    return before.group()[0].isupper() and not _PART_OF.fullmatch(before.group()) and before.group() not in _entries()


def lookup(name: str) -> tuple[Entry, ...]:
    """The places of exactly this name, the likeliest first."""
    return _entries().get(name, ())


@lru_cache(maxsize=1)
def _entries() -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for line in _data("gazetteer.tsv").splitlines():
        if line.startswith("#"):
            continue
        name, others, kind, area, country, latitude, longitude = line.split("\t")
        region = area if country in NATIONS else ""
        here = Spot(name, region, country, float(latitude), float(longitude))
        entry = Entry(here, next((k for k in _EXACT if k == kind), "town"), area)
        for called in (name, *(other for other in others.split("|") if other)):
            found.setdefault(called, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


@lru_cache(maxsize=1)
def outlines() -> dict[Map, tuple[Ring, ...]]:
    """Coasts and borders: for each map its rings, each of (longitude, latitude) in degrees, the last point joining the
    first. 'british-isles' is detailed (-11 to 2, 49 to 61), 'world' coarse; Russia's longitudes go on beyond 180.
    """
    read = json.loads(_data("outlines.json"))
    maps: tuple[Map, ...] = ("british-isles", "world")
    return {name: tuple(tuple((float(x), float(y)) for x, y in ring) for ring in read[name]) for name in maps}


def _data(name: str) -> str:
    return files("rag").joinpath("data", name).read_text(encoding="utf-8")
