"""How Word says what a paragraph is and how it looks: properties, styles and what styles inherit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.readers.office.flow import NO_LOOK, Look
from rag.readers.office.package import whole_number
from rag.types import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_QUOTE = re.compile(r"quot|zitat", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list (?:bullet|number)(?: (\d))?$", re.IGNORECASE)
_BODY_LEVEL = 9  # an outline level that says 'no heading'
_DEEPEST = 9


def value_of(parent: Element | None, name: str) -> str | None:
    """The ``w:val`` of a child; '' if it has none; None if there is no such child."""
    child = parent.find(W + name) if parent is not None else None
    return None if child is None else child.get(W + "val", "")


def switch_of(parent: Element, name: str) -> bool | None:
    value = value_of(parent, name)
    return None if value is None else value not in ("0", "false", "off", "none")


def is_shaded(parent: Element | None) -> bool | None:
    shading = parent.find(W + "shd") if parent is not None else None
    return None if shading is None else shading.get(W + "fill", "auto").lower() not in ("auto", "ffffff")


def look_of(run: Element | None) -> Look:
    """What run properties (``w:rPr``) say."""
    if run is None:
        return NO_LOOK
    size = whole_number(value_of(run, "sz"))
    colour = value_of(run, "color")
    return Look(
        bold=switch_of(run, "b"),
        size=size / 2 if size else None,
        hidden=switch_of(run, "vanish"),
        colour=colour.upper() if colour is not None else None,
        shaded=is_shaded(run) or (run.find(W + "highlight") is not None or None),
    )


@dataclass(frozen=True, slots=True)
class Style:
    """A style with all it inherits. ``names``: its own first. ``numbered``: None if nothing is said."""

    names: tuple[str, ...] = ()
    outline: int | None = None
    numbered: bool | None = None
    depth: int | None = None
    look: Look = NO_LOOK


class Styles:
    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._resolved: dict[str, Style] = {}
        self._usual = ""
        self.base = NO_LOOK
        if root is None:
            return
        self.base = look_of(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        for element in root.iter(W + "style"):
            name = element.get(W + "styleId", "")
            self._elements[name] = element
            if element.get(W + "type") == "paragraph" and element.get(W + "default") in ("1", "true"):
                self._usual = name

    def get(self, name: str | None) -> Style:
        """The style of that id; the usual paragraph style for None."""
        name = self._usual if name is None else name
        if name not in self._resolved:
            self._resolved[name] = self._resolve(name)
        return self._resolved[name]

    def _resolve(self, name: str) -> Style:
        chain: dict[str, Element] = {}
        while name in self._elements and name not in chain:
            chain[name] = self._elements[name]
            name = value_of(chain[name], "basedOn") or ""
        names: list[str] = []
        outline = numbered = depth = None
        look = NO_LOOK
        for element in chain.values():
            own = element.find(W + "pPr")
            names.append(value_of(element, "name") or "")
            outline = whole_number(value_of(own, "outlineLvl")) if outline is None else outline
            stated, deep = _numbering(own)
            numbered = stated if numbered is None else numbered
            depth = deep if depth is None else depth
            look = look.over(look_of(element.find(W + "rPr"))).over(Look(shaded=is_shaded(own)))
        return Style(tuple(names), outline, numbered, depth, look)


def _numbering(properties: Element | None) -> tuple[bool | None, int | None]:
    """Whether paragraph properties make a list item, and how deep it stands (from 0)."""
    numbering = properties.find(W + "numPr") if properties is not None else None
    if numbering is None:
        return None, None
    number = value_of(numbering, "numId")
    return (None if number is None else number != "0"), whole_number(value_of(numbering, "ilvl"))


def kind_of(own: Element | None, style: Style) -> tuple[BlockKind, int]:
    """What a paragraph is, and its level."""
    if "title" in (name.lower() for name in style.names[:1]):
        return "heading", 1
    named = next((int(match[1]) - 1 for name in style.names if (match := _HEADING.match(name))), None)
    stated = whole_number(value_of(own, "outlineLvl"))
    outline = next((level for level in (stated, style.outline, named) if level is not None), _BODY_LEVEL)
    if outline < _BODY_LEVEL:
        return "heading", outline + 2
    own_numbered, own_depth = _numbering(own)
    numbered = style.numbered if own_numbered is None else own_numbered
    listed = next((match for name in style.names if (match := _LIST_STYLE.match(name))), None)
    if numbered or (numbered is None and listed):
        depth = own_depth or style.depth or 0
        return "item", min(1 + max(depth, int(listed[1] or 1) - 1 if listed else 0), _DEEPEST)
    return ("quote" if any(_QUOTE.search(name) for name in style.names) else "paragraph"), 0
