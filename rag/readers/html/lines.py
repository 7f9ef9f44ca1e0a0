"""A page's text as lines: what a reader sees as one heading, paragraph, list item, table row or quotation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.readers.blocks import RawBlock
from rag.readers.html.dom import Element, Page, names
from rag.readers.html.facts import Facts
from rag.types import BlockKind, Role

_BLOCKS = names(
    "html body div p section article main header footer aside nav h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption "
    "thead tbody tfoot tr td th blockquote figure figcaption pre hr form fieldset legend address details summary "
    "center hgroup dir menu"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "dl"))
_CELLS = frozenset(("td", "th"))
_LONGEST_LABEL = 60  # characters
_LONGEST_BELOW = 120
_ENOUGH = 80  # a line of this length before a single <br>, ended as a sentence is, is a paragraph ...
_MANY_BREAKS = 6  # ... in an element with so many of them
_SENTENCE_END = (".", "!", "?", ":", "”", '"')


_WORD_LIST = re.compile(r"mso-list:\s*l\d+ level([1-9])")


@dataclass(slots=True, eq=False)
class Line:
    """``pieces`` are runs of the page, or a separator and where the tag it stands for begins in the source.

    ``owner`` is the innermost block the line stands in; ``size`` and ``linked`` count characters. A fact is a label
    with its value: 'Location: Leeds'.
    """

    kind: BlockKind
    level: int
    role: Role | None
    owner: Element
    pieces: list[int | tuple[str, int]] = field(default_factory=list)
    size: int = 0
    linked: int = 0
    is_fact: bool = False

    def block(self, page: Page) -> RawBlock:
        """The line's text with its origins. A blank or separator made from a tag has that tag's '<' as origin."""
        text: list[str] = []
        origin: list[int] = []
        last: int | None = None
        for piece in self.pieces:
            if isinstance(piece, tuple):
                if piece[0][0] in ",;:":
                    _strip_end(text, origin)
                text += piece[0]
                origin += [piece[1]] * len(piece[0])
                continue
            if last is not None and piece != last + 1:  # white space, or something left out, stood between
                text.append(" ")
                origin.append(page.end(last))
            characters, places = page.characters(piece)
            text += characters
            origin += places
            last = piece
        return RawBlock(self.kind, "".join(text), tuple(origin), self.level, role=self.role)

    def words(self, page: Page) -> str:
        """The line's text, white space collapsed."""
        return " ".join(self.block(page).text.split())


def read_lines(page: Page, facts: Facts) -> list[Line]:
    """All text of the page's tree, in document order."""
    reader = _Reader(page, facts)
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

    def __init__(self, page: Page, facts: Facts) -> None:
        self.lines: list[Line] = []
        self._page = page
        self._facts = facts
        self._fact: Element | None = None  # what holds the fact being read
        self._breaks: dict[Element, int] = {}  # how many <br> an element has
        self._waiting = ""  # what comes between two parts of a fact
        self._line: Line | None = None
        self._owners = [page.root]
        self._row: Element | None = None  # the row of a table of data
        self._heading = self._lists = self._quotes = self._terms = self._links = self._captions = 0
        self._word_list = 0  # the level of a list as Word writes it
        self._after_break = False

    def text(self, run: int) -> None:
        if self._line and _last_run(self._line) > run:
            self.end_line()  # the parser moved text: a block's origins never fall
        if self._after_break and self._line and self._begins_fact(run):
            self.end_line()
        if self._line is None:
            self._line = self._new_line()
        elif self._waiting:
            last = _last_run(self._line)
            divided = self._page.runs[last][1].rstrip().endswith((",", ";"))
            self._line.pieces.append((" " if divided else self._waiting, self._page.end(last)))
        self._waiting = ""
        size = self._page.size(run)
        self._line.pieces.append(run)
        self._line.size += size
        self._line.linked += size if self._links else 0
        self._after_break = False

    def enter(self, element: Element) -> None:
        tag = element.tag
        if element in self._facts.labels and not self._row:
            self.end_line()
            self._fact = element.parent
        elif self._fact:
            self._part(element)
        elif tag == "br":
            self._break(element)
        elif tag in _CELLS and self._row:
            self._separate(" | ", element)
        elif _is_note_mark(element):
            self._separate(" ", element)
        elif self._ends_line(tag):
            self.end_line()
        if tag == "tr" and not self._fact and is_data(element) and not _holds(element, self._facts):
            self._row = element
        if tag in _BLOCKS:
            self._owners.append(element)
        self._count(element, 1)

    def leave(self, element: Element) -> None:
        tag = element.tag
        if element is self._row:
            self._row = None
        if element is self._fact:
            self.end_line()
            self._fact = None
        elif self._fact and element in self._facts.labels:
            self._waiting = self._facts.labels[element]
        elif self._fact:
            self._part(element)
        if self._ends_line(tag):
            self.end_line()
        if tag in _BLOCKS:
            self._owners.pop()
        self._count(element, -1)

    def end_line(self) -> None:
        if self._line and self._line.size:
            self.lines += self._below_bold(self._line)
        self._line = None
        self._waiting = ""
        self._after_break = False

    def _below_bold(self, line: Line) -> list[Line]:
        """A bold label above a short text is a fact; above a longer one it is a line of its own."""
        pieces = line.pieces
        if (
            line.kind == "heading"
            or len(pieces) < 3
            or not isinstance(pieces[0], int)
            or not isinstance(pieces[1], tuple)
        ):
            return [line]
        label = self._page.size(pieces[0])
        runs = {piece for piece in pieces if isinstance(piece, int)}
        if pieces[1][0] != "\n" or label > _LONGEST_LABEL or runs & self._page.bold != {pieces[0]}:
            return [line]
        if line.size - label <= _LONGEST_BELOW and not any(isinstance(piece, tuple) for piece in pieces[2:]):
            if self._page.runs[pieces[0]][1].rstrip()[-1] not in ":?":
                pieces[1] = (": ", pieces[1][1])
            return [line]
        rest = Line(line.kind, line.level, line.role, line.owner, pieces[2:], line.size - label, line.linked)
        line.pieces, line.size, line.linked = pieces[:1], label, 0
        return [line, rest]

    def _part(self, element: Element) -> None:
        """A block within a fact is divided from what stands before it."""
        if element in self._facts.further:
            self._waiting = "; "
        elif not self._waiting and (element.tag in _BLOCKS or element.tag == "br"):
            self._waiting = ", "

    def _begins_fact(self, run: int) -> bool:
        """Whether after a line break there is another label: 'Where: Leeds', 'When: 2010' in one paragraph."""
        first = next((piece for piece in self._line.pieces if isinstance(piece, int)), None) if self._line else None
        return first is not None and {first, run} <= self._page.bold

    def _new_line(self) -> Line:
        kind: BlockKind = "paragraph"
        level = 0
        if self._fact:
            return Line(kind, level, None, self._owners[-1], is_fact=True)
        if self._heading:
            kind, level = "heading", self._heading
        elif self._quotes:
            kind = "quote"
        elif (self._lists or self._word_list) and not self._terms:
            kind, level = "item", self._lists or self._word_list
        return Line(kind, level, "caption" if self._captions else None, self._owners[-1])

    def _count(self, element: Element, step: int) -> None:
        tag = element.tag
        if tag == "p" and (marked := _WORD_LIST.search(element.attributes.get("style", ""))):
            self._word_list = int(marked.group(1)) if step > 0 else 0
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
        if self._fact or (self._row and tag in ("p", *_CELLS)):
            return False
        return tag in _BLOCKS or (tag == "cite" and self._quotes > 0)

    def _break(self, element: Element) -> None:
        """One <br> is a blank, two are a new paragraph."""
        if not self._row and (self._after_break or self._is_paragraph(element)):
            self.end_line()
        elif self._line:
            self._line.pieces.append(("\n", element.start))
        self._after_break = True

    def _is_paragraph(self, element: Element) -> bool:
        """Whether the line before a single <br> is a paragraph, as in pages that know no other mark-up."""
        outer = element.parent
        if self._line is None or self._line.size < _ENOUGH or outer is None:
            return False
        if outer not in self._breaks:
            self._breaks[outer] = sum(inner.tag == "br" for inner in outer.inner)
        raw = self._page.runs[_last_run(self._line)][1].rstrip()
        return self._breaks[outer] >= _MANY_BREAKS and raw.endswith(_SENTENCE_END)

    def _separate(self, separator: str, element: Element) -> None:
        if self._line:
            self._line.pieces.append((separator, element.start))


def _strip_end(text: list[str], origin: list[int]) -> None:
    while text and text[-1].isspace():
        text.pop()
        origin.pop()


def _last_run(line: Line) -> int:
    return next((piece for piece in reversed(line.pieces) if isinstance(piece, int)), -1)


def _is_note_mark(element: Element) -> bool:
    """Whether it may point to a footnote; those stand right behind a word that they are no part of."""
    return element.tag == "sup" or (element.tag == "a" and element.attributes.get("href", "").startswith("#"))


def is_data(row: Element) -> bool:
    """Whether a table row holds data; rows with whole blocks in their cells only lay out a page."""
    return len(row.inner) > 1 and not any(e.tag in _BLOCKS and e.tag not in ("p", *_CELLS) for e in row.elements())


def _holds(row: Element, facts: Facts) -> bool:
    """Whether a row is a fact."""
    return any(cell in facts.labels for cell in row.inner)
