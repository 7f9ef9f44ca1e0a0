"""Whether an element's style lets a reader see its text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Literal

from rag.readers.html.cascade import Style, styles
from rag.readers.html.colours import WHITE, Colour, are_near, colour_of, is_clear
from rag.readers.html.dom import Element, Page
from rag.readers.html.naming import name_words
from rag.text.words import word_list

#: A dark background may come from a style sheet that is not in the page.
_MAYBE_DARK = frozenset(word_list("dark_names"))
_FAR = re.compile(r"-\s*(?:\d{4,}(?:\.\d+)?(?:px|pt|r?em|%|vw)?|[5-9]\d\d(?:px|pt|r?em|%|vw)|[1-9]\d\d+(?:r?em|%|vw))")
_NO_SIZE = re.compile(r"(?:0{1,9}|1|(?=\.))(?:\.\d{0,9})?(?:px|%)?")
_NO_CLIP = re.compile(
    r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)|inset\((?:50|100)%\)"
)
_MEASURE = re.compile(r"(\d{0,9}\.?\d{1,9})(px|pt|r?em|%)?")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16}
_UNREADABLE = 2.5  # pixels
_UNSEEN = 0.05  # of full opacity or size
_SHRUNK = re.compile(r"scale(?:x|y|3d)?\(\s*(\d{0,9}\.?\d{1,9})")
_MOVED_FAR = re.compile(r"translate(?:x|y|3d)?\(\s*-\s*\d{4}")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|(?:rgb|hsl)a?\([^()]{1,100}\)|\b[a-z]+\b")
_PAINTED = re.compile(r"url\(|gradient|var\(|image|currentcolor")
_HALF = 0.5  # how opaque a background must be to be the colour that is seen
_GROUNDS = ("background", "background-color", "background-image")
#: What those within have from around them, unless their own style says otherwise.
_INHERITED = {"color": ("color", *_GROUNDS), "font-size": ("font-size",), "visibility": ("visibility",)}


class Sight:
    """What the styles of a page let be seen of its elements."""

    def __init__(self, page: Page) -> None:
        self._styles = styles(page)
        self._restated: defaultdict[tuple[Element, str], int] = defaultdict(int)  # characters below that do not inherit
        for element in reversed(list(page.root.subtree())):
            style = self._styles.get(element, {})
            if element.parent is None or not element.size:
                continue
            for what, how in _INHERITED.items():
                own = element.size if any(name in style for name in how) else self._restated.get((element, what), 0)
                if own:
                    self._restated[element.parent, what] += own

    def hidden_by(self, element: Element) -> Literal["never seen", "closed", ""]:
        """How its own style hides an element; what is closed may open by a script."""
        style = self._styles.get(element, {})
        if not style:
            return "never seen" if element.tag == "font" and self._is_of_its_ground(element, style) else ""
        if self._is_out_of_sight(element, style):
            return "never seen"
        is_closed = (
            style.get("display") == "none"
            or (style.get("visibility") in ("hidden", "collapse") and not self._is_restated(element, "visibility"))
            or _has_no_size(style)
        )
        return "closed" if is_closed else ""

    def _is_restated(self, element: Element, what: str) -> bool:
        """Whether most of its text has that from within."""
        return 2 * self._restated.get((element, what), 0) > element.size

    def _is_out_of_sight(self, element: Element, style: Style) -> bool:
        if _share(style.get("opacity", "")) <= _UNSEEN:
            return True
        if _pixels(style.get("font-size", "")) < _UNREADABLE and not self._is_restated(element, "font-size"):
            return True
        if _NO_CLIP.search(style.get("clip", "") + style.get("clip-path", "")):
            return True
        if _FAR.match(style.get("text-indent", "")) or _MOVED_FAR.search(style.get("transform", "")):
            return True
        is_placed = style.get("position") in ("absolute", "fixed", "relative")
        is_far = is_placed and any(_FAR.match(style.get(side, "")) for side in ("left", "top", "right", "bottom"))
        return is_far or self._is_of_its_ground(element, style)

    def _is_of_its_ground(self, element: Element, style: Style) -> bool:
        """Whether its text has the colour of what it stands on, or none: white unless something else is stated."""
        named = style.get("color", element.attributes.get("color", "").lower() if element.tag == "font" else "")
        colour = colour_of(named) if named else None
        if colour is None or self._is_restated(element, "color"):
            return False
        if is_clear(colour):  # a gradient may be seen through the letters
            return not {"background-clip", "-webkit-background-clip", "-webkit-text-fill-color"} & style.keys()
        around: Element | None = element
        while around is not None:
            is_stated, ground = _ground(around, self._styles.get(around, {}))
            if is_stated:
                return ground is not None and are_near(colour, ground)
            if element.tag in ("a", "h1", "h2", "h3") or not _MAYBE_DARK.isdisjoint(name_words(around)):
                return False
            around = around.parent
        return are_near(colour, WHITE)


def _ground(element: Element, style: Style) -> tuple[bool, Colour | None]:
    """Whether an element has a background of its own, and its colour, if it is one and can be told."""
    attributes = element.attributes
    written = [style[name] for name in _GROUNDS if name in style] or [attributes.get("bgcolor", "").lower()]
    if "background" in attributes or any(map(_PAINTED.search, written)):
        return True, None
    found = [colour for value in written for word in _COLOUR.findall(value) if (colour := colour_of(word))]
    if not found or is_clear(found[-1]):
        return False, None
    return True, found[-1] if found[-1][3] >= _HALF else None


def _share(written: str) -> float:
    """'.5' and '50%' are 0.5; what is no number counts as all."""
    found = _MEASURE.fullmatch(written)
    return float(found[1]) / (100 if found[2] == "%" else 1) if found else 1.0


def _pixels(written: str) -> float:
    """A size of type, roughly; usual size for what can't be told."""
    found = _MEASURE.fullmatch(written)
    if found is None or (not found[2] and float(found[1])):
        return 16.0
    return float(found[1]) * _PIXELS.get(found[2], 1.0)


def _has_no_size(style: Style) -> bool:
    shrunk = _SHRUNK.search(style.get("transform", ""))
    if (shrunk and float(shrunk[1]) <= _UNSEEN) or _share(style.get("scale", "")) <= _UNSEEN:
        return True
    cut = {word for name in ("overflow", "overflow-x", "overflow-y") for word in style.get(name, "").split()}
    sides = (style.get(side) or "auto" for side in ("width", "height", "max-width", "max-height"))
    return not cut.isdisjoint(("hidden", "clip")) and any(_NO_SIZE.fullmatch(side) for side in sides)
