"""What a page's own style sheets and style attributes say of its elements: of what may hide text only."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from rag.readers.html.dom import Element, Page, names

Style = dict[str, str]

_MAY_HIDE = names(
    "display visibility opacity font-size color position left top right bottom text-indent clip clip-path transform "
    "scale overflow overflow-x overflow-y width height max-width max-height background background-color "
    "background-image background-clip -webkit-background-clip -webkit-text-fill-color"
)
_BRACE = re.compile(r"[{}]")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ON_SCREENS = re.compile(r"@(?:media\s+(?:only\s+)?(?:all|screen)|layer\b[^,]*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\[\s*([a-zA-Z][\w-]*)")
_IMPORTANT = "!important"
_NUMBER = "data-number"
_SOME_TEXT = "x"  # an element that holds it is not ':empty'
_LONGEST_VALUE = 2000
_MOST_LOOKS = 40_000_000  # rules times elements; past them, only style attributes count


def styles(page: Page) -> dict[Element, Style]:
    """The declarations that count for each element; names and values in lower case."""
    elements = list(page.root.subtree())
    found: dict[Element, Style] = {}
    values: list[str] = []
    rules = list(_numbered(page.styles, values))
    if rules and len(rules) * len(elements) <= _MOST_LOOKS:
        import css_inline

        sheet = _encodable("".join(rules))
        inliner = css_inline.CSSInliner(extra_css=sheet, load_remote_stylesheets=False)
        markup = _encodable(_markup(page.root, elements, sheet))
        for node in LexborHTMLParser(inliner.inline(markup)).css(f"[{_NUMBER}][style]"):
            attributes = node.attributes
            said = declared(attributes["style"] or "")
            found[elements[int(attributes[_NUMBER] or 0)]] = {n: values[int(v[1:])] for n, v in said.items()}
    for element in elements:
        if own := element.attributes.get("style"):
            found[element] = found.get(element, {}) | declared(own)
    return found


def _numbered(sheets: list[str], values: list[str]) -> Iterator[str]:
    """The rules about what may hide text; their values go to ``values``, and the rules name the place there."""
    for sheet in sheets:
        for selectors, declarations in _rules(_COMMENT.sub("", sheet)):
            said = {name: value for name, value in _said(declarations).items() if name in _MAY_HIDE}
            if said:
                numbers = range(len(values), len(values) + len(said))
                values += map(_without_importance, said.values())
                kept = (f"{n}:v{at}{_IMPORTANT * (_IMPORTANT in said[n])}" for n, at in zip(said, numbers, strict=True))
                yield f"{selectors}{{{';'.join(kept)}}}\n"


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


def _markup(root: Element, elements: list[Element], sheet: str) -> str:
    """The page's tags with what selectors look at, and each element's number."""
    told = {"class", "id", *_ATTRIBUTE.findall(sheet.lower())} - {"style", _NUMBER}
    numbers = {element: number for number, element in enumerate(elements)}
    pieces = ["<!doctype html>"]
    for node, entered in root.walk():
        if isinstance(node, int):
            pieces.append(_SOME_TEXT)
        elif entered:
            stated = (f' {n}="{html.escape(v[:_LONGEST_VALUE])}"' for n, v in node.attributes.items() if n in told)
            pieces.append(f"<{node.tag} {_NUMBER}={numbers[node]}{''.join(stated)}>")
        else:
            pieces.append(f"</{node.tag}>")
    return "".join(pieces)


def _encodable(text: str) -> str:
    """The text without halves of characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def declared(style: str) -> Style:
    """The declarations of a style attribute, names and values in lower case."""
    return {name: _without_importance(value) for name, value in _said(style).items()}


def _said(style: str) -> Style:
    found: Style = {}
    for declaration in style[:_LONGEST_VALUE].split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = value.lower().strip()
    return found


def _without_importance(value: str) -> str:
    return value.replace(_IMPORTANT, "").strip()
