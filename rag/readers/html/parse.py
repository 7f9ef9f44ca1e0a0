"""From an HTML source to its tree.

The parser (selectolax's lexbor, which follows the HTML5 rules) tells no positions, so it never sees the text: the
source is read once into tags and runs of text, and the parser is given the tags with each run's number in place of
the run. Whatever it moves, closes or repairs, a number leads back to the run.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.readers.html.dom import Element, Page, names

#: Elements whose content is no text that a reader sees.
_SKIPPED = names("script style noscript svg math iframe textarea template xmp noembed noframes")
#: Tags that say nothing we need; leaving them out keeps the tree small.
_IGNORED = names("plaintext frameset frame wbr")
#: Tags that say something only if they have attributes ('<font color=white>').
_INLINE = names("b strong i em u s strike font big small tt code nobr")
_BOLD = names("b strong")
_ENDS_BOLD = names("p div li td th dd dt h1 h2 h3 h4 h5 h6 table ul ol")  # where an unclosed <b> is taken to end
_INLINE_DEPTH = 100  # deeper, they are left out: pages that never close them would lose all other tags
_VOID = names("area base br col embed hr img input link meta param source track")
#: Elements that others close, so that their start tags don't add up to depth.
_SELF_CLOSING = names("p li dd dt td th tr tbody thead tfoot option optgroup html head body") | _VOID
#: The parser would read tags inside a title as text.
_ALIASES = {"title": "x-title"}
#: The parser repairs these by copying them around, without end.
_ALIASES |= dict.fromkeys(_INLINE, "span")
_MAX_DEPTH = 400  # the parser's time grows with the square of the depth; browsers stop at 512

_ATTRIBUTES = r"""(?:[^>=]|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+"""
_MOST_STYLE = 200_000  # characters of <style> and of data for machines that are looked at
_MARKUP = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<(/?)([a-zA-Z][^\s/>]*+)({_ATTRIBUTES})(?:>|\Z)|<(?:[!?][^>]*+|/[^>]*+)(?:>|\Z)",
    re.DOTALL,
)
_NAME = re.compile(r"[a-z][a-z0-9:_-]*")
_ATTRIBUTE = re.compile(r"""([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'>][^\s>]*)))?""")


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    start: int
    closing: bool
    attributes: str


def parse_page(source: str) -> Page:
    """Reads any text as HTML; never fails, on whatever input."""
    skeleton = _Skeleton()
    page = Page(Element("html", {}), skeleton.runs, skeleton.bold)
    for token in _tokens(source, page):
        if isinstance(token, _Tag):
            skeleton.tag(token)
        else:
            skeleton.text(token)
    _copy_tree(LexborHTMLParser("".join(skeleton.pieces)).root, skeleton.tags, page.root)
    _measure(page)
    return page


class _Skeleton:
    """What the parser is given: the tags, numbered, and the numbers of the runs of text."""

    def __init__(self) -> None:
        self.pieces = ["<!doctype html>"]
        self.tags: list[_Tag] = []
        self.runs: list[tuple[int, str]] = []
        self.bold: set[int] = set()
        self._depth = self._too_deep = 0
        self._is_bold = False
        self._inline: dict[str, list[bool]] = {}  # of each open inline tag, whether the parser was given it

    def text(self, run: tuple[int, str]) -> None:
        if not run[1].isspace():
            self.pieces.append(f" {len(self.runs)} ")
            if self._is_bold:
                self.bold.add(len(self.runs))
        self.runs.append(run)

    def tag(self, tag: _Tag) -> None:
        if tag.name in _INLINE:
            if not self._is_given(tag):
                return
        elif tag.name in _ENDS_BOLD:
            self._is_bold = False
        nests = tag.name not in _SELF_CLOSING
        name = _ALIASES.get(tag.name, tag.name)
        if tag.closing:
            if nests and self._too_deep:
                self._too_deep -= 1
                return
            self._depth = max(0, self._depth - nests)
            self.pieces.append(f"</{name}>")
        elif nests and self._depth >= _MAX_DEPTH:
            self._too_deep += 1
        else:
            self._depth += nests
            self.pieces.append(f"<{name} id={len(self.tags)}>")
            self.tags.append(tag)

    def _is_given(self, tag: _Tag) -> bool:
        """Whether the parser sees an inline tag: one with attributes does."""
        if tag.name in _BOLD:
            self._is_bold = not tag.closing
        opened = self._inline.setdefault(tag.name, [])
        if tag.closing:
            return opened.pop() if opened else False
        opened.append("=" in tag.attributes and self._depth < _INLINE_DEPTH)
        return opened[-1]


def _measure(page: Page) -> None:
    """Sets the sizes of all elements."""
    for element in reversed(list(page.root.subtree())):
        for child in element.children:
            if isinstance(child, Element):
                element.size += child.size
                element.linked += child.linked
            else:
                element.size += page.size(child)
        if element.tag == "a" and "href" in element.attributes:
            element.linked = element.size


def _tokens(source: str, page: Page) -> Iterator[tuple[int, str] | _Tag]:
    """The source's tags, and its text as (start, raw text). Styles and data are noted in ``page``."""
    position = text_start = 0
    unclosed: set[str] = set()
    while match := _MARKUP.search(source, position):
        if match.start() > text_start:
            yield text_start, source[text_start : match.start()]
        position = text_start = match.end()
        name = (match.group(2) or "").lower()
        if name in _SKIPPED:
            if match.group(1) or match.group(3).endswith("/") or name in unclosed:
                continue
            if end := re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, position):
                _note(page, name, match.group(3), source[position : min(end.start(), position + _MOST_STYLE)])
                position = text_start = end.start()
            elif name in ("script", "style"):
                return
            else:
                unclosed.add(name)
        elif name not in _IGNORED and _NAME.fullmatch(name):
            yield _Tag(name, match.start(), bool(match.group(1)), match.group(3))
    if text_start < len(source):
        yield text_start, source[text_start:]


def _note(page: Page, name: str, attributes: str, content: str) -> None:
    """Keeps what a <style>, or a script that is data, says of the page."""
    if name == "style" and "print" not in attributes:
        page.styles.append(content)
    elif name == "script" and "ld+json" in attributes:
        page.data.append(content)


def _read_attributes(raw: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if raw:
        for name, double, single, bare in _ATTRIBUTE.findall(raw):
            found.setdefault(name.lower(), html.unescape(double or single or bare))
    return found


def _copy_tree(root: LexborNode | None, tags: list[_Tag], top: Element) -> None:
    """Copies the parser's tree below ``top``, without recursion."""
    parent, node = top, root.first_child if root else None
    while node is not None:
        following = None
        if node.is_text_node:
            parent.children += map(int, (node.text_content or "").split())
        elif node.is_element_node:
            number = node.id
            if number is None:
                element = Element(node.tag or "", {}, parent.start, parent)
            else:
                tag = tags[int(number)]
                element = Element(tag.name, _read_attributes(tag.attributes), tag.start, parent)
            parent.children.append(element)
            if (following := node.first_child) is not None:
                parent = element
        while following is None and node is not None:
            following = node.next
            if following is None:
                node = node.parent
                if parent.parent is None:
                    break
                parent = parent.parent
        node = following
