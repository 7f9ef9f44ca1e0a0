"""A page as a tree that knows where each character of its text stands in the source."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from itertools import islice

_CHARACTER_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]{1,31};?)")
_LONGEST_BARE_NAME = max(len(name) for name in html5 if not name.endswith(";"))


def names(text: str) -> frozenset[str]:
    """The blank-separated names of a table of tags or words."""
    return frozenset(text.split())


@dataclass(slots=True, eq=False)
class Element:
    """``children`` holds elements and, as integers, the numbers of runs of text. ``start``: its '<' in the source.

    ``size`` counts the characters of its text, ``linked`` those of them that are links.
    """

    tag: str
    attributes: dict[str, str]
    start: int = 0
    parent: Element | None = None
    children: list[Element | int] = field(default_factory=list)
    size: int = 0
    linked: int = 0

    @property
    def unlinked(self) -> int:
        return self.size - self.linked

    def inside(self, tag: str) -> bool:
        """Whether it is, or stands in, an element of that tag."""
        element: Element | None = self
        while element is not None and element.tag != tag:
            element = element.parent
        return element is not None

    def remove(self, unwanted: Iterable[Element]) -> None:
        """Takes elements out of the tree below."""
        gone = set(unwanted)
        for element in list(self.subtree()):
            element.children = [child for child in element.children if child not in gone]

    def walk(self) -> Iterator[tuple[Element | int, bool]]:
        """Everything below in document order; an element comes twice, with True when entered, False when left."""
        stack = [iter(self.children)]
        path = [self]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
                left = path.pop()
                if stack:
                    yield left, False
            else:
                yield child, True
                if isinstance(child, Element):
                    stack.append(iter(child.children))
                    path.append(child)

    @property
    def inner(self) -> list[Element]:
        """The elements right in it."""
        return [child for child in self.children if isinstance(child, Element)]

    def subtree(self) -> Iterator[Element]:
        """It and all elements below, in document order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack += reversed(element.inner)

    def elements(self) -> Iterator[Element]:
        """All elements below, in document order."""
        return islice(self.subtree(), 1, None)


@dataclass(frozen=True, slots=True)
class Page:
    """``root`` is the <html> element; ``runs`` are (start in the source, raw text), in source order.

    ``bold`` holds the numbers of runs in bold type, ``styles`` the texts of <style>, ``data`` those of JSON-LD scripts.
    """

    root: Element
    runs: list[tuple[int, str]]
    bold: set[int] = field(default_factory=set)
    styles: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)

    def size(self, run: int) -> int:
        """Characters of a run, outer white space not counted."""
        return len(self.runs[run][1].strip())

    def end(self, run: int) -> int:
        """Where in the source a run ends: at the '<' of a tag, or at the source's end."""
        start, raw = self.runs[run]
        return start + len(raw)

    def characters(self, run: int) -> tuple[str, list[int]]:
        """A run's text with its character references resolved, and where each character stands in the source."""
        start, raw = self.runs[run]
        if "&" not in raw:
            return raw, list(range(start, start + len(raw)))
        text: list[str] = []
        origin: list[int] = []
        done = 0
        for match in _CHARACTER_REFERENCE.finditer(raw):
            meant, length = _resolve(match.group())
            text += (raw[done : match.start()], meant)
            origin += range(start + done, start + match.start())
            origin += [start + match.start()] * len(meant)
            done = match.start() + length
        text.append(raw[done:])
        origin += range(start + done, start + len(raw))
        return "".join(text), origin

    def text(self, element: Element) -> str:
        """All text below ``element``, white space collapsed."""
        runs = (node for node, _ in element.walk() if isinstance(node, int))
        return " ".join("".join(self.characters(run)[0] + " " for run in runs).split())


def _resolve(reference: str) -> tuple[str, int]:
    """What a character reference stands for, and how many of its characters belong to it."""
    if reference.startswith("&#"):
        return html.unescape(reference), len(reference)
    name = reference[1:]
    if name in html5:
        return html5[name], len(reference)
    for length in range(min(len(name), _LONGEST_BARE_NAME), 1, -1):
        if name[:length] in html5:
            return html5[name[:length]], length + 1
    return "&", 1
