"""Maps drawn from our own outlines: a circle for each place, its area by the number of cases. No script is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import cos, dist, radians, sqrt

from rag.explore.overview import Mark, Tally, Where
from rag.present.wording import counted
from rag.text.gazetteer import Map, outlines
from rag.web.ask.answer_html import attribute
from rag.web.overview.links import cases_address, cases_link, folded, named

_LARGEST, _USUAL, _SMALLEST = 24.0, 7.0, 4.0  # radius of the most cases, of one case, of any
_LISTED = 10  # areas, and places of one area, before 'more'
_NAMED = 3  # places that a circle of several names
_MOSTLY = 0.6  # share of the cases in the British Isles, to show these first
_LABELLED = 16  # circles that have their name beside them, if there is room
_LETTER, _LINE = 6.4, 14.0  # pixels that a letter and a line of a name take

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Frame:
    """A window on the earth: degrees, and where on the drawing its north-west corner lies, in pixels.

    Circles whose centres would be less than ``apart`` pixels apart are one.
    """

    west: float
    north: float
    east: float
    south: float
    width: float
    apart: float = 16.0
    left: float = 0.0
    top: float = 0.0

    @property
    def per_degree(self) -> float:
        """Pixels a degree of longitude."""
        return self.width / (self.east - self.west)

    @property
    def height(self) -> float:
        """Pixels, so that the middle of the window is true to shape."""
        middle = radians((self.north + self.south) / 2)
        return (self.north - self.south) * self.per_degree / cos(middle)

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where on the drawing a place lies."""
        down = (self.north - latitude) / (self.north - self.south)
        return self.left + (longitude - self.west) * self.per_degree, self.top + down * self.height


ISLES = Frame(-10.8, 61.0, 4.4, 49.7, width=500)
WORLD = Frame(-172.0, 80.0, 190.5, -56.0, width=1000)
LONDON = Frame(-0.56, 51.72, 0.36, 51.26, width=150, left=342, top=120)
#: The Thames through London by hand, upstream to downstream: where north and south are.
_THAMES = (
    *((-0.51, 51.43), (-0.45, 51.39), (-0.36, 51.41), (-0.31, 51.41), (-0.31, 51.46), (-0.29, 51.49), (-0.23, 51.49)),
    *((-0.21, 51.47), (-0.15, 51.483), (-0.123, 51.50), (-0.10, 51.511), (-0.06, 51.503), (-0.03, 51.505)),
    *((-0.02, 51.485), (0.0, 51.487), (0.005, 51.507), (0.07, 51.497), (0.12, 51.512), (0.18, 51.485), (0.26, 51.465)),
)
_NAMES: dict[Map, str] = {"british-isles": "British Isles", "world": "The world"}
_FRAMES: dict[Map, Frame] = {"british-isles": ISLES, "world": WORLD}


@dataclass(frozen=True, slots=True)
class Circle:
    """One place, or several that lie too close together to be pointed at."""

    x: float
    y: float
    radius: float
    parts: tuple[Tally, ...]

    @property
    def tally(self) -> Tally:
        """The cases of all its places."""
        wants = {want.value.casefold(): want for part in self.parts for want in part.filters}
        names = [part.name for part in self.parts]
        shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        found = frozenset[int]().union(*(part.found for part in self.parts))
        return Tally(shown, tuple(wants.values()), found)


def map_html(where: Where) -> str:
    """The maps that have something to show, and the places as a list; a sentence if no case names a place."""
    if not where.places:
        return '<p class="empty">No case here names a place.</p>'
    shown = _shown(where)
    first = next(iter(shown), "")
    chosen = "".join(
        f'<label><input type="radio" name="map" value="{name}"{" checked" if name == first else ""}>'
        f"<span>{_NAMES[name]}</span></label>"
        for name in shown
    )
    choice = f'<fieldset class="maps"><legend class="unseen">Map</legend>{chosen}</fieldset>' if len(shown) > 1 else ""
    drawn = "".join(_map(where, name) for name in shown)
    return f'<div class="mapped" data-first="{first}">{choice}{drawn}</div><div class="placed">{_list(where)}</div>'


def _shown(where: Where) -> list[Map]:
    """The map that shows most of the cases first; one that has nothing to add is left out."""
    if not where.world:
        return []
    if not where.isles:
        return ["world"]
    if where.at_home == 1:
        return ["british-isles"]
    return ["british-isles", "world"] if where.at_home >= _MOSTLY else ["world", "british-isles"]


def _marks(where: Where, name: Map) -> tuple[Mark, ...]:
    return where.isles if name == "british-isles" else where.world


def _map(where: Where, name: Map) -> str:
    frame, marks = _FRAMES[name], _marks(where, name)
    inset, blocked = "", []
    told = "Each circle is a country, or several close together; its area shows how many cases."
    if name == "british-isles":
        inset = _inset(where.london)
        blocked = [(LONDON.left, LONDON.top - _LINE, ISLES.width, LONDON.top + LONDON.height)] if inset else []
        told = "Each circle is a town or county, or several close together; its area shows how many cases."
        told += " Cases that name only a region or a country are in the list."
    return (
        f'<figure class="map" data-map="{name}"><div class="scrolling" role="region" tabindex="0" '
        f'aria-label="Map: {_NAMES[name]}"><svg viewBox="0 0 {frame.width:.0f} {frame.height:.0f}" role="group" '
        f'aria-label="{_NAMES[name]}: cases by place"><path class="land" d="{_land(name)}"/>{inset}'
        f"{_circles(marks, frame, blocked)}</svg></div><figcaption>{told}</figcaption></figure>"
    )


def _inset(marks: Sequence[Mark]) -> str:
    """London enlarged, if several of its places are named."""
    if len(marks) < 2:
        return ""
    x, y = ISLES.point(-0.13, 51.51)
    corner = LONDON.top + LONDON.height
    return (
        f'<path class="lead" d="M{x:.0f} {y:.0f}L{LONDON.left + LONDON.width / 2:.0f} {corner:.0f}"/>'
        f'<rect class="inset" x="{LONDON.left:.0f}" y="{LONDON.top:.0f}" width="{LONDON.width:.0f}" '
        f'height="{LONDON.height:.0f}" rx="6"/>'
        f'<text class="over" x="{LONDON.left + 2:.0f}" y="{LONDON.top - 8:.0f}">London</text>'
        f'<path class="river" d="{_path(LONDON.point(*place) for place in _THAMES)}"/>{_circles(marks, LONDON)}'
    )


@lru_cache(maxsize=2)
def _land(name: Map) -> str:
    frame = _FRAMES[name]
    rings = ([frame.point(*place) for place in ring] for ring in outlines()[name])
    return "".join(f"{_path(ring)}Z" for ring in rings)


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def circles(marks: Iterable[Mark], frame: Frame) -> list[Circle]:
    """A circle for each mark, the largest first; those too near to a larger one join it."""
    ordered = sorted(marks, key=lambda mark: (-mark.tally.cases, mark.tally.name))
    groups: list[tuple[tuple[float, float], list[Tally]]] = []
    for mark in ordered:
        here = frame.point(mark.longitude, mark.latitude)
        near = next((tallies for centre, tallies in groups if dist(centre, here) < frame.apart), None)
        if near is None:
            groups.append((here, [mark.tally]))
        else:
            near.append(mark.tally)
    numbers = [len(frozenset[int]().union(*(tally.found for tally in tallies))) for _, tallies in groups]
    unit = min(_USUAL, _LARGEST / sqrt(max(numbers, default=1)))
    drawn = [
        Circle(x, y, max(_SMALLEST, unit * sqrt(number)), tuple(tallies))
        for ((x, y), tallies), number in zip(groups, numbers, strict=True)
    ]
    return sorted(drawn, key=lambda circle: -circle.radius)


def _circles(marks: Iterable[Mark], frame: Frame, blocked: Sequence[Box] | None = None) -> str:
    """The circles; where it is said what is ``blocked``, the largest have their names beside them."""
    drawn = circles(marks, frame)
    links = "".join(_circle(circle, frame.apart / 2) for circle in drawn)
    return links + ("" if blocked is None else _labels(drawn, frame, blocked))


def _labels(drawn: Sequence[Circle], frame: Frame, blocked: Sequence[Box]) -> str:
    """Names to the right or the left of circles, where they cover nothing."""
    taken = [*blocked, *((c.x - c.radius, c.y - c.radius, c.x + c.radius, c.y + c.radius) for c in drawn)]
    labels = []
    for circle in drawn[:_LABELLED]:
        name = circle.parts[0].name + (f" +{len(circle.parts) - 1}" if len(circle.parts) > 1 else "")
        beside = circle.radius + 4
        for anchor, x in (("start", circle.x + beside), ("end", circle.x - beside)):
            left = x if anchor == "start" else x - _LETTER * len(name)
            box = (left, circle.y - _LINE / 2, left + _LETTER * len(name), circle.y + _LINE / 2)
            if box[0] > 0 and box[2] < frame.width and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                at = f'x="{x:.1f}" y="{circle.y:.1f}" text-anchor="{anchor}"'
                labels.append(f'<text class="name" {at} aria-hidden="true">{escape(name)}</text>')
                break
    return "".join(labels)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _circle(circle: Circle, target: float) -> str:
    tally = circle.tally
    name = attribute(named(tally))
    at = f'cx="{circle.x:.1f}" cy="{circle.y:.1f}"'
    number = (
        f'<text class="number" x="{circle.x:.1f}" y="{circle.y:.1f}" aria-hidden="true">{tally.cases:,}</text>'
        if circle.radius >= 2 * _USUAL - 4 and tally.cases > 1
        else ""
    )
    return (
        f'<a href="{attribute(cases_address(tally.filters))}" aria-label="{name}"><title>{escape(named(tally))}</title>'
        f'<circle class="target" {at} r="{max(target, circle.radius):.1f}"/>'
        f'<circle class="dot" {at} r="{circle.radius:.1f}"/>{number}</a>'
    )


def _list(where: Where) -> str:
    areas = folded([_area(area) for area in where.areas], _LISTED, "areas")
    notes = ""
    if where.unmapped:
        rows = [f"<li>{cases_link(place)}</li>" for place in where.unmapped]
        notes += f"<h4>{counted(len(rows), 'place')} not on the map</h4>{folded(rows, _LISTED, 'places')}"
    if where.unstated:
        verb = "names" if where.unstated == 1 else "name"
        notes += f'<p class="note">{counted(where.unstated, "case")} {verb} no place.</p>'
    return f"<h4>Places</h4>{areas}{notes}"


def _area(area: Tally) -> str:
    """A country with its regions and places, or a place."""
    if not area.below:
        return f"<li>{cases_link(area)}</li>"
    return f"<li>{cases_link(area)}{folded([_area(part) for part in area.below], _LISTED, 'places')}</li>"
