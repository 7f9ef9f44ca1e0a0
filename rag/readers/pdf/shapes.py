"""What a PDF page is made of, once it is upright: words, rules and pictures, and the lines that words stand in.

Coordinates are points, from the page's top left corner as it is read; ``top`` < ``bottom``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def area(self) -> float:
        return max(0.0, self.x1 - self.x0) * max(0.0, self.bottom - self.top)

    def holds(self, other: Boxed) -> bool:
        """Whether the middle of ``other`` lies within."""
        x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


def around(boxes: Iterable[Boxed]) -> Box:
    """The smallest rectangle around all of them (one at least)."""
    found = list(boxes)
    return Box(
        min(b.x0 for b in found), min(b.top for b in found), max(b.x1 for b in found), max(b.bottom for b in found)
    )


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text is set. ``artifact``: the file itself says that it is no part of
    the account."""

    size: float
    bold: bool = False
    invisible: bool = False
    artifact: bool = False


@dataclass(slots=True)
class Word:
    """Characters without a blank between. ``order`` counts words as the file has them.

    ``right_to_left`` is so by its letters, ``close``: no blank before it (a raised 'th' right behind its number).
    """

    text: str
    x0: float
    x1: float
    baseline: float
    style: Style
    order: int = 0
    right_to_left: bool = False
    close: bool = False

    @property
    def top(self) -> float:
        return self.baseline - 0.8 * self.style.size

    @property
    def bottom(self) -> float:
        return self.baseline + 0.2 * self.style.size


@dataclass(frozen=True, slots=True)
class Rule(Box):
    """A straight line, level or upright."""

    @property
    def level(self) -> bool:
        return self.x1 - self.x0 >= self.bottom - self.top


class HasBox:
    """Something with a ``box``: its edges."""

    box: Box

    @property
    def x0(self) -> float:
        return self.box.x0

    @property
    def x1(self) -> float:
        return self.box.x1

    @property
    def top(self) -> float:
        return self.box.top

    @property
    def bottom(self) -> float:
        return self.box.bottom


Boxed = Box | Word | HasBox


@dataclass
class Line(HasBox):
    """Words side by side, in the order they are read."""

    words: list[Word]

    @cached_property
    def box(self) -> Box:  # type: ignore[override]
        return around(self.words)

    @cached_property
    def baseline(self) -> float:
        return max(self.words, key=lambda word: len(word.text)).baseline

    @cached_property
    def size(self) -> float:
        """The size most of its characters are set in."""
        count: dict[float, int] = {}
        for word in self.words:
            count[word.style.size] = count.get(word.style.size, 0) + len(word.text)
        return max(count, key=lambda size: (count[size], size))

    @cached_property
    def bold(self) -> bool:
        """Whether nearly all of it is bold."""
        heavy = sum(len(word.text) for word in self.words if word.style.bold)
        return heavy > 0.9 * sum(len(word.text) for word in self.words)

    @cached_property
    def text(self) -> str:
        return words_text(self.words)

    @property
    def order(self) -> int:
        return min(word.order for word in self.words)


def words_text(words: Sequence[Word]) -> str:
    """The words with blanks between."""
    return "".join(word.text if word.close or not index else f" {word.text}" for index, word in enumerate(words))


@dataclass(frozen=True)
class Table(HasBox):
    """Rows of cells, each cell the lines that stand in it; ``order`` as in Word."""

    box: Box
    rows: list[list[list[Line]]]
    order: int = 0


@dataclass
class PageShapes:
    """A page as read, before its layout is understood. ``hidden`` are the words nobody sees, ``sideways`` those set at
    a right angle to most of the page.
    """

    number: int
    width: float
    height: float
    words: list[Word]
    rules: list[Rule] = field(default_factory=list)
    hidden: list[Word] = field(default_factory=list)
    sideways: list[Word] = field(default_factory=list)
    pictured: float = 0.0  # share of the page that pictures cover
