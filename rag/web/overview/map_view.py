"""Maps drawn from our own outlines: a circle for each place, its area by the number of cases. No script is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, dist, radians, sqrt
from typing import Literal

from markupsafe import Markup

from rag.explore.overview import Mark, Tally, Where
from rag.present.wording import counted
from rag.text.gazetteer import Map, outlines
from rag.text.templates import render

_LARGEST, _USUAL, _SMALLEST = 24.0, 7.0, 4.0  # radius of the most cases, of one case, of any
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
    """One place, or several that lie too close together to be pointed at; clicks within ``target`` are its own."""

    x: float
    y: float
    radius: float
    target: float
    parts: tuple[Tally, ...]

    @property
    def tally(self) -> Tally:
        """The cases of all its places."""
        filters = {each.value.casefold(): each for part in self.parts for each in part.filters}
        names = [part.name for part in self.parts]
        shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        return Tally(shown, tuple(filters.values()), _found(self.parts))

    @property
    def numbered(self) -> bool:
        """Whether its number is written on it."""
        return self.radius >= 2 * _USUAL - 4 and len(_found(self.parts)) > 1

    @property
    def box(self) -> Box:
        """What it covers."""
        return self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius


def _found(tallies: Iterable[Tally]) -> frozenset[int]:
    return frozenset[int]().union(*(tally.found for tally in tallies))


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside a circle."""

    x: float
    y: float
    anchor: Literal["start", "end"]
    text: str


@dataclass(frozen=True, slots=True)
class Inset:
    """A part of a map enlarged; ``lead`` is the line that leads to it."""

    frame: Frame
    lead: str
    river: str
    circles: Sequence[Circle]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map with what is on it."""

    name: Map
    title: str
    frame: Frame
    land: str
    circles: Sequence[Circle]
    labels: Sequence[Label]
    inset: Inset | None


def map_html(where: Where) -> Markup:
    """The maps that have something to show, and the places as a list; a sentence if no case names a place."""
    drawings = [_drawing(where, name) for name in _shown(where)]
    unmapped = counted(len(where.unmapped), "place")
    return render("web/overview/map.html", "maps", drawings=drawings, where=where, unmapped=unmapped)


def _shown(where: Where) -> list[Map]:
    """The map that shows most of the cases first; one that has nothing to add is left out."""
    if not where.world:
        return []
    if not where.isles:
        return ["world"]
    if where.at_home == 1:
        return ["british-isles"]
    return ["british-isles", "world"] if where.at_home >= _MOSTLY else ["world", "british-isles"]


def _drawing(where: Where, name: Map) -> Drawing:
    frame, at_home = _FRAMES[name], name == "british-isles"
    drawn = circles(where.isles if at_home else where.world, frame)
    inset = _inset(where.london) if at_home else None
    blocked = [(LONDON.left, LONDON.top - _LINE, ISLES.width, LONDON.top + LONDON.height)] if inset else []
    return Drawing(name, _NAMES[name], frame, _land(name), drawn, _labels(drawn, frame, blocked), inset)


def _inset(marks: Sequence[Mark]) -> Inset | None:
    """London enlarged, if several of its places are named."""
    if len(marks) < 2:
        return None
    x, y = ISLES.point(-0.13, 51.51)
    lead = f"M{x:.0f} {y:.0f}L{LONDON.left + LONDON.width / 2:.0f} {LONDON.top + LONDON.height:.0f}"
    return Inset(LONDON, lead, _path(LONDON.point(*place) for place in _THAMES), circles(marks, LONDON))


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
    numbers = [len(_found(tallies)) for _, tallies in groups]
    unit = min(_USUAL, _LARGEST / sqrt(max(numbers, default=1)))
    drawn = []
    for ((x, y), tallies), number in zip(groups, numbers, strict=True):
        radius = max(_SMALLEST, unit * sqrt(number))
        drawn.append(Circle(x, y, radius, max(frame.apart / 2, radius), tuple(tallies)))
    return sorted(drawn, key=lambda circle: -circle.radius)


def _labels(drawn: Sequence[Circle], frame: Frame, blocked: Sequence[Box]) -> list[Label]:
    """Names to the right or the left of the largest circles, where they cover nothing."""
    taken = [*blocked, *(circle.box for circle in drawn)]
    labels = []
    for circle in drawn[:_LABELLED]:
        name = circle.parts[0].name + (f" +{len(circle.parts) - 1}" if len(circle.parts) > 1 else "")
        beside, long = circle.radius + 4, _LETTER * len(name)
        right = Label(circle.x + beside, circle.y, "start", name), circle.x + beside
        left = Label(circle.x - beside, circle.y, "end", name), circle.x - beside - long
        for label, start in (right, left):
            box = (start, circle.y - _LINE / 2, start + long, circle.y + _LINE / 2)
            if box[0] > 0 and box[2] < frame.width and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                labels.append(label)
                break
    return labels


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
