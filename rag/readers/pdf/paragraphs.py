"""Lines of a document's columns become headings, paragraphs, list items, quotations and table rows."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from rag.readers.pdf.layout import Flow, Piece
from rag.readers.pdf.markers import is_bullet, is_marker
from rag.readers.pdf.shapes import Line, Table
from rag.types import BlockKind

_SAME_SIZE = 0.08
_LARGER = 1.12  # a heading is set in letters so much larger than the text
_LARGE = 1.35  # lines so large are one heading if they stand together
_WORDS_BOLD, _WORDS_LARGER = 16, 30
_LEADERS = re.compile(r"(\.\s?){5,}\s*\d*$|…{2,}\s*\d*$")
_CONTENTS = re.compile(r"(table of )?contents( page)?\s*:?", re.IGNORECASE)
_PAGE_AT_END = re.compile(r"(^|\s)\d{1,3}$")
_TERMINAL = re.compile(r"[.!?:;…][”\"’')\]]*$")
_OPENING, _CLOSING = ("“", '"'), ("”", '"', "”.", '".')


@dataclass
class Paragraph:
    """Lines that belong together; ``cells`` holds those of a table's row. ``goes_on``: it ends the one before it."""

    page: int
    kind: BlockKind
    lines: list[Line]
    level: int = 0
    cells: list[list[Line]] = field(default_factory=list)
    goes_on: bool = False
    marker: str = ""

    @property
    def size(self) -> float:
        return self.lines[0].size


@dataclass(frozen=True, slots=True)
class Measures:
    """How a document is set: its text's size, whether it is bold, how far apart lines of each size are."""

    body: float
    bold: bool
    pitch: dict[float, float]

    def pitch_of(self, size: float) -> float:
        return self.pitch.get(size, 1.25 * size)


def measures(pages: Iterable[Sequence[Piece]]) -> Measures:
    """Looks at all text outside tables, or, without any, at the tables."""
    sizes: Counter[tuple[float, bool]] = Counter()
    in_tables: Counter[tuple[float, bool]] = Counter()
    steps: defaultdict[float, list[float]] = defaultdict(list)
    for piece in (piece for page in pages for piece in page):
        lines = piece.lines if isinstance(piece, Flow) else [n for row in piece.rows for cell in row for n in cell]
        count = sizes if isinstance(piece, Flow) else in_tables
        for line in lines:
            count[line.size, line.bold] += len(line.text)
        if isinstance(piece, Flow):
            for upper, lower in pairwise(lines):
                if upper.size == lower.size:
                    steps[upper.size].append(lower.baseline - upper.baseline)
    if sum(in_tables.values()) > 2 * sum(sizes.values()):
        sizes = in_tables
    (body, bold), _ = sizes.most_common(1)[0] if sizes else ((10.0, False), 0)
    return Measures(body, bold, {size: _usual(found) for size, found in steps.items()})


def _usual(steps: list[float]) -> float:
    """The distance of lines within a paragraph: paragraphs stand further apart."""
    near = sorted(steps)[: max(1, (3 * len(steps) + 3) // 4)]
    return median(near)


def paragraphs(page: int, pieces: Sequence[Piece], how: Measures) -> list[Paragraph]:
    """What stands on one page, as paragraphs."""
    found: list[Paragraph] = []
    for piece in pieces:
        if isinstance(piece, Table):
            found += _rows(page, piece, how)
        else:
            found += [_classified(page, lines, how) for lines in _split(piece, how)]
    return _without_contents(found)


def _without_contents(found: list[Paragraph]) -> list[Paragraph]:
    """Leaves out the table of contents: lines with dots up to a page's number, or below 'Contents'."""
    kept: list[Paragraph] = []
    contents = False
    for paragraph in found:
        text = paragraph.lines[-1].text
        contents = (contents and bool(_PAGE_AT_END.search(text))) or bool(_CONTENTS.fullmatch(text))
        if not contents and (paragraph.cells or not _LEADERS.search(text)):
            kept.append(paragraph)
    return kept


def _split(flow: Flow, how: Measures) -> Iterator[list[Line]]:
    """A column's lines as paragraphs."""
    group: list[Line] = []
    for line in flow.lines:
        prominent = line.size > _LARGER * how.body or (line.bold and not how.bold)
        right = max(flow.x1, flow.right if prominent or len(flow.lines) < 3 else 0.0)
        if group and _parts(group, line, right, how):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _parts(group: list[Line], line: Line, right: float, how: Measures) -> bool:
    """Whether a new paragraph begins with ``line``."""
    last, size = group[-1], group[-1].size
    unlike = abs(line.size - size) > _SAME_SIZE * size or line.bold != last.bold
    if unlike and not _flows_on(last, line):
        return True
    step = line.baseline - last.baseline
    if step > how.pitch_of(size) + 0.3 * size or step > 2.3 * size:
        return not (step < 1.6 * size and _flows_on(last, line))
    if _LEADERS.search(line.text) or (_begins_item(line) and not _goes_on_with_dash(last, line, right)):
        return True
    if size > _LARGE * how.body:
        return False
    ended = bool(_TERMINAL.search(last.text))
    lower = line.text[:1].islower()
    if lower and not ended:
        return False
    first_word = line.words[0].x1 - line.words[0].x0
    if last.x1 + 0.25 * size + first_word < right - 0.4 * size and not _centred(last, line):
        return True
    in_item = _begins_item(group[0])
    indented = line.x0 > last.x0 + 0.7 * size and not (in_item and len(group) == 1)
    return ended and indented and not _centred(last, line)


def _flows_on(last: Line, line: Line) -> bool:
    """Whether a sentence goes on, whatever the letters look like (a line of bold words within a paragraph)."""
    larger = max(last.size, line.size) / min(last.size, line.size)
    return larger < 1.1 and line.text[:1].islower() and not _TERMINAL.search(last.text)


def _goes_on_with_dash(last: Line, line: Line, right: float) -> bool:
    """Whether a line begins with a dash of the sentence, not of a list."""
    if line.words[0].text not in ("–", "—", "-") or _TERMINAL.search(last.text):
        return False
    return abs(line.x0 - last.x0) < 3 and last.x1 > right - 6 * line.size and not _begins_item(last)


def _centred(a: Line, b: Line) -> bool:
    return abs((a.x0 + a.x1) - (b.x0 + b.x1)) < 4 and abs(a.x0 - b.x0) > 4


def _begins_item(line: Line) -> bool:
    first = line.words[0]
    if len(line.words) < 2:
        return False
    roomy = line.words[1].x0 - first.x1 > 0.35 * line.size
    if first.text in ("-", "–", "—", "*", "o"):
        return roomy or first.text == "*" or (first.text != "o" and line.words[1].x0 - first.x1 > 0.15 * line.size)
    return is_marker(first.text) and (is_bullet(first.text) or first.text[0] == "(" or first.text[0].isdigit() or roomy)


def _classified(page: int, lines: list[Line], how: Measures) -> Paragraph:
    text = " ".join(line.text for line in lines)
    if _is_heading(lines, text, how):
        return Paragraph(page, "heading", lines)
    if _begins_item(lines[0]):
        return Paragraph(page, "item", lines, 1, marker=lines[0].words[0].text)
    if text.startswith(_OPENING) and text.endswith(_CLOSING) and len(text) > 40:
        return Paragraph(page, "quote", lines)
    return Paragraph(page, "paragraph", lines)


def _is_heading(lines: list[Line], text: str, how: Measures) -> bool:
    size = max(line.size for line in lines)
    words = text.split()
    if sum(char.isalpha() for char in text) < 3 or is_bullet(words[0]) or text.startswith("“"):
        return False
    if text.endswith((",", ";", "-", "–")):
        return False
    if size >= _LARGER * how.body and not (how.bold and not lines[0].bold and size < _LARGE * how.body):
        return len(words) <= _WORDS_LARGER and (not text.endswith(".") or size >= _LARGE * how.body)
    if text.endswith(".") or size < 0.97 * how.body or len(lines) > 2 or how.bold:
        return False
    if all(line.bold for line in lines):
        return len(words) <= _WORDS_BOLD
    capitals = text.isupper() and sum(char.isalpha() for char in text) >= 5
    return capitals and len(words) <= 10 and sum(c.isdigit() for c in text) < 4


def with_levels(found: Sequence[Paragraph]) -> None:
    """Gives headings their level by how they are set, and items theirs by how far they stand in."""
    headings = [p for p in found if p.kind == "heading"]
    looks = sorted({_look(p) for p in headings}, reverse=True)
    largest = [p for p in headings if _look(p) == looks[0]] if looks else []
    titled = bool(largest) and largest[0].page == found[0].page and len(largest) <= 2
    levels: dict[tuple[float, bool, bool], int] = {}
    level = 0 if titled else 1
    size = float("inf")
    for look in looks:
        if look[0] < 0.96 * size or look[0] == size:
            level += 1
            size = look[0]
        levels[look] = min(level, 6)
    for heading in headings:
        heading.level = levels[_look(heading)]
    _nest(found)


def _look(heading: Paragraph) -> tuple[float, bool, bool]:
    lines = heading.lines
    return max(line.size for line in lines), all(n.bold for n in lines), " ".join(n.text for n in lines).isupper()


def _nest(found: Sequence[Paragraph]) -> None:
    edges: list[float] = []
    for paragraph in found:
        if paragraph.kind != "item":
            if paragraph.kind == "heading":
                edges = []
            continue
        x = paragraph.lines[0].x0
        slack = 0.7 * paragraph.size
        while edges and x < edges[-1] - slack:
            edges.pop()
        if not edges or x > edges[-1] + slack:
            edges.append(x)
        paragraph.level = min(len(edges), 6)


def _rows(page: int, table: Table, how: Measures) -> Iterator[Paragraph]:
    """A table's rows. A row with one cell is text like any other, and so are cells with lists in them."""
    for row in table.rows:
        cells = [cell for cell in row if cell]
        if len(cells) == 1 or any(sum(map(_begins_item, cell)) > 1 for cell in cells):
            for cell in cells:
                flow = Flow(cell, min(n.x0 for n in cell), max(n.x1 for n in cell))
                yield from (_classified(page, lines, how) for lines in _split(flow, how))
        elif cells:
            yield Paragraph(page, "paragraph", [line for cell in cells for line in cell], cells=cells)
