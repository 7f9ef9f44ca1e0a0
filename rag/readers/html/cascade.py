"""What a page's own style sheets and style attributes say of its elements: of what may hide text only.

Selectors are read that name elements by tag, class, id or attribute, and by what they stand in ('.a .b', 'div > .b').
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.readers.html.dom import Element

Style = dict[str, str]
Weight = tuple[int, int, int, int]  # ids, classes and attributes, tags; then which comes later

_MAY_HIDE = re.compile(
    r"display|visibility|opacity|font-size|color|position|indent|clip|overflow|background|transform", re.IGNORECASE
)
_BRACE = re.compile(r"[{}]")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ON_SCREENS = re.compile(r"@(?:media\s+(?:only\s+)?(?:all|screen)|layer\b[^,]*)", re.IGNORECASE)
_TAG = re.compile(r"[a-zA-Z][\w-]*|\*")
_MARK = re.compile(r"""([.#])([\w-]+)|\[([\w-]+)(?:(~?=)(?:"([^"\]]*)"|'([^'\]]*)'|([\w-]+)))?\]""")
_COMBINATOR = re.compile(r"\s*(>?)\s*")
_LONGEST_SELECTOR = 200
_LONGEST_VALUE = 100
_MOST_LOOKS = 2_000_000  # elements looked at for selectors of several elements; a page of the web needs a few thousand


@dataclass(frozen=True, slots=True)
class _Selector:
    """``marks`` of the element itself ('p', '.name', '#id', '[name=value]'); ``around``, from the inside outwards, the
    marks of those it stands in, with whether right in it."""

    marks: frozenset[str]
    around: tuple[tuple[bool, frozenset[str]], ...]
    weight: Weight
    style: Style


class Cascade:
    """The styles of a page's elements."""

    def __init__(self, sheets: list[str]) -> None:
        self._own: dict[str, tuple[Weight, Style]] = {}  # by a selector that is one mark
        self._others: dict[str, list[_Selector]] = {}  # by a mark of the element
        self._marks: dict[int, frozenset[str]] = {}
        self._left = _MOST_LOOKS  # past them, such selectors name nothing
        number = 0
        for sheet in sheets:
            for selectors, declarations in _rules(_COMMENT.sub("", sheet)):
                if _MAY_HIDE.search(declarations):
                    style = declared(declarations)
                    for selector in selectors.split(","):
                        self._add(_read(selector.strip(), style, number))
                        number += 1

    def _add(self, selector: _Selector | None) -> None:
        if selector is None or not (named := selector.marks - {"*"}):
            return
        key = max(named, key=lambda mark: ("[.#".find(mark[0]), mark))
        if selector.around or len(selector.marks) > 1:
            self._others.setdefault(key, []).append(selector)
        else:
            before = self._own.get(key)
            self._own[key] = (selector.weight, (before[1] if before else {}) | selector.style)

    def style(self, element: Element) -> Style:
        """The declarations that count for an element itself, names and values in lower case."""
        stated = element.attributes.get("style", "") if element.attributes else ""
        found: list[tuple[Weight, Style]] = []
        if self._own or self._others:
            for mark in self._marks_of(element):
                if own := self._own.get(mark):
                    found.append(own)
                for selector in self._others.get(mark, ()):
                    if self._left <= 0:
                        break
                    if self._fits(selector, element):
                        found.append((selector.weight, selector.style))
        style: Style = {}
        for _, declarations in sorted(found, key=lambda one: one[0]):
            style |= declarations
        return style | declared(stated) if stated else style

    def _marks_of(self, element: Element) -> frozenset[str]:
        known = self._marks.get(id(element))
        if known is None:
            attributes = element.attributes
            known = frozenset(
                (
                    "*",
                    element.tag,
                    *(f".{name}" for name in attributes.get("class", "").split()),
                    f"#{attributes.get('id', '')}",
                    *(f"[{name}" for name in attributes),
                    *(f"[{name}={value}" for name, value in attributes.items() if len(value) <= _LONGEST_VALUE),
                )
            )
            self._marks[id(element)] = known
        return known

    def _fits(self, selector: _Selector, element: Element) -> bool:
        """Whether the selector names the element."""
        self._left -= 1
        if not selector.marks <= self._marks_of(element):
            return False
        above = element.parent
        for is_right_in, marks in selector.around:
            while above is not None and not is_right_in and not marks <= self._marks_of(above):
                self._left -= 1
                above = above.parent
            if above is None or not marks <= self._marks_of(above):
                return False
            above = above.parent
        return True


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The (selectors, declarations) that hold on every screen."""
    start = shut = 0
    opened: list[str] = []
    for brace in _BRACE.finditer(sheet):
        if brace.group() == "{":
            head = sheet[start : brace.start()].rpartition(";")[2].replace("<!--", "").strip()
            opened.append(head)
            shut += _ON_SCREENS.fullmatch(head) is None
        elif opened:
            head = opened.pop()
            shut -= _ON_SCREENS.fullmatch(head) is None
            if not shut and not head.startswith("@"):
                yield head, sheet[start : brace.start()]
        start = brace.end()


def _read(selector: str, style: Style, number: int) -> _Selector | None:
    """None for a selector of a kind that is not read (':hover', 'a + b', '[href^=x]')."""
    parts: list[tuple[bool, frozenset[str]]] = []
    place = 0
    weight = [0, 0, 0]
    if len(selector) > _LONGEST_SELECTOR:
        return None
    while place < len(selector):
        is_right_in = False
        if parts and (between := _COMBINATOR.match(selector, place)):
            is_right_in, place = bool(between[1]), between.end()
        marks: set[str] = set()
        begin = place
        if tag := _TAG.match(selector, place):
            marks.add(tag[0].lower())
            weight[2] += tag[0] != "*"
            place = tag.end()
        while mark := _MARK.match(selector, place):
            marks.add(_written(mark))
            weight[0 if mark[1] == "#" else 1] += 1
            place = mark.end()
        if place == begin:
            return None
        parts.append((is_right_in, frozenset(marks)))
    if not parts:
        return None
    outwards = parts[::-1]
    around = tuple((inner[0], outer[1]) for inner, outer in pairwise(outwards))
    return _Selector(outwards[0][1], around, (weight[0], weight[1], weight[2], number), style)


def _written(mark: re.Match[str]) -> str:
    if mark[1]:
        return mark[1] + mark[2]
    name, value = mark[3].lower(), mark[5] or mark[6] or mark[7] or ""
    if mark[4] == "~=" or (name in ("class", "id") and mark[4]):
        return ("#" if name == "id" else ".") + value if name in ("class", "id") else f"[{name}={value}"
    return f"[{name}={value}" if mark[4] else f"[{name}"


def declared(style: str) -> Style:
    """The declarations of a style attribute, names and values in lower case."""
    found: Style = {}
    for declaration in style[:2000].split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = value.lower().replace("!important", "").strip()
    return found
