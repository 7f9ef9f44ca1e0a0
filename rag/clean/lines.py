"""A page's text as lines: what a reader sees as one heading, paragraph, list item, table row or quotation."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.clean.blocks import RawBlock
from rag.clean.dom import Element, Page, names
from rag.types import BlockKind, Role

_BLOCKS = names(
    "html body div p section article main header footer aside nav h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption "
    "thead tbody tfoot tr td th blockquote figure figcaption pre hr form fieldset legend address details summary "
    "center hgroup dir menu"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "dl"))
_CELLS = frozenset(("td", "th"))


@dataclass(slots=True)
class Line:
    """``pieces`` are runs of the page, or a separator and where the tag it stands for begins in the source.

    ``owner`` is the innermost block the line stands in; ``size`` and ``linked`` count characters.
    """

    kind: BlockKind
    level: int
    role: Role | None
    owner: Element
    pieces: list[int | tuple[str, int]] = field(default_factory=list)
    size: int = 0
    linked: int = 0

    def block(self, page: Page) -> RawBlock:
        """The line's text with its origins. A blank or separator made from a tag has that tag's '<' as origin."""
        text: list[str] = []
        origin: list[int] = []
        last: int | None = None
        for piece in self.pieces:
            if isinstance(piece, tuple):
                text.append(piece[0])
                origin += [piece[1]] * len(piece[0])
                continue
            if last is not None and piece != last + 1:  # white space, or something left out, stood between
                text.append(" ")
                origin.append(page.end(last))
            characters, places = page.characters(piece)
            text.append(characters)
            origin += places
            last = piece
        return RawBlock(self.kind, "".join(text), tuple(origin), self.level, role=self.role)

    def words(self, page: Page) -> str:
        """The line's text, white space collapsed."""
        return " ".join(self.block(page).text.split())


def read_lines(page: Page) -> list[Line]:
    """All text of the page's tree, in document order."""
    reader = _Reader(page)
    for node, entered in page.root.walk():
        if isinstance(node, int):
            reader.text(node)
        elif entered:
            reader.enter(node)
        else:
            reader.leave(node)
    reader.end_line()
    return reader.lines


class _Reader:
    """Where in the page the walk is, and the line being read."""

    def __init__(self, page: Page) -> None:
        self.lines: list[Line] = []
        self._page = page
        self._line: Line | None = None
        self._owners = [page.root]
        self._row: Element | None = None  # the row of a table of data
        self._heading = self._lists = self._quotes = self._terms = self._links = self._captions = 0
        self._after_break = False

    def text(self, run: int) -> None:
        if self._line and _last_run(self._line) > run:
            self.end_line()  # the parser moved text: a block's origins never fall
        if self._line is None:
            self._line = self._new_line()
        size = self._page.size(run)
        self._line.pieces.append(run)
        self._line.size += size
        self._line.linked += size if self._links else 0
        self._after_break = False

    def enter(self, element: Element) -> None:
        tag = element.tag
        if tag == "br":
            self._break(element)
        elif tag in _CELLS and self._row:
            self._separate(" | ", element)
        elif _is_note_mark(element):
            self._separate(" ", element)
        elif self._ends_line(tag):
            self.end_line()
        if tag == "tr" and _is_data(element):
            self._row = element
        if tag in _BLOCKS:
            self._owners.append(element)
        self._count(element, 1)

    def leave(self, element: Element) -> None:
        tag = element.tag
        if element is self._row:
            self._row = None
        if self._ends_line(tag):
            self.end_line()
        if tag in _BLOCKS:
            self._owners.pop()
        self._count(element, -1)

    def end_line(self) -> None:
        if self._line and self._line.size:
            self.lines.append(self._line)
        self._line = None
        self._after_break = False

    def _new_line(self) -> Line:
        kind: BlockKind = "paragraph"
        level = 0
        if self._heading:
            kind, level = "heading", self._heading
        elif self._quotes:
            kind = "quote"
        elif self._lists and not self._terms:
            kind, level = "item", self._lists
        return Line(kind, level, "caption" if self._captions else None, self._owners[-1])

    def _count(self, element: Element, step: int) -> None:
        tag = element.tag
        if tag == "a" and "href" in element.attributes:
            self._links += step
        elif tag in _HEADINGS:
            self._heading = _HEADINGS[tag] if step > 0 else 0
        elif tag in _LISTS:
            self._lists += step
        elif tag == "blockquote":
            self._quotes += step
        elif tag == "dt":
            self._terms += step
        elif tag == "figcaption":
            self._captions += step

    def _ends_line(self, tag: str) -> bool:
        if self._row and tag in ("p", *_CELLS):
            return False
        return tag in _BLOCKS or (tag == "cite" and self._quotes > 0)

    def _break(self, element: Element) -> None:
        """One <br> is a blank, two are a new paragraph."""
        if self._after_break and not self._row:
            self.end_line()
        elif self._line:
            self._line.pieces.append(("\n", element.start))
        self._after_break = True

    def _separate(self, separator: str, element: Element) -> None:
        if self._line:
            self._line.pieces.append((separator, element.start))


def _last_run(line: Line) -> int:
    return next((piece for piece in reversed(line.pieces) if isinstance(piece, int)), -1)


def _is_note_mark(element: Element) -> bool:
    """Whether it may point to a footnote; those stand right behind a word that they are no part of."""
    return element.tag == "sup" or (element.tag == "a" and element.attributes.get("href", "").startswith("#"))


def _is_data(row: Element) -> bool:
    """Whether a table row holds data; rows with whole blocks in their cells only lay out a page."""
    cells = [child for child in row.children if isinstance(child, Element)]
    return len(cells) > 1 and not any(e.tag in _BLOCKS and e.tag not in ("p", *_CELLS) for e in row.elements())
