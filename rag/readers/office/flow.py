"""The flow of a word processor's document: nested paragraphs, tables, boxes and notes become lines, lines blocks.

A reader opens and closes frames as it meets elements. What a document shows as headings without saying so (a short
line in bold or large type) is found here, for all formats alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from rag.readers.blocks import Content, ContentBuilder
from rag.readers.office.package import Properties, left_out
from rag.types import BlockKind

FrameKind = Literal["body", "paragraph", "table", "row", "cell", "box", "note"]

_TITLE = 1
_HEADING_WORDS = 14
_LONGEST_HEADING = 40  # words; longer ones are text in a heading's style
_LABEL_WORDS = 8
_WHOLE_PARAGRAPHS = 50  # words of a cell of several paragraphs that make a table one of layout
_READABLE = 3.0  # points; smaller type is meant for machines
_LARGE = 1.25  # times the usual size: as good as bold
_MOSTLY = 0.4  # of a document's words: what is bold or large so often shows no heading
_BULLET = re.compile(r"[•‣▪◦·●○–—*-]\s+(?=\S)")


class Look(NamedTuple):
    """How text looks; None where nothing is said. ``size`` in points, ``colour`` as 'FFFFFF'."""

    bold: bool | None = None
    size: float | None = None
    hidden: bool | None = None
    colour: str | None = None
    shaded: bool | None = None

    def over(self, other: Look) -> Look:
        """This look, where it says nothing the ``other``."""
        return self._replace(**{name: said for name, said in other._asdict().items() if getattr(self, name) is None})


NO_LOOK = Look()


@dataclass(frozen=True, slots=True)
class Line:
    """A block to be; ``level`` as in Flow.open_paragraph, 0 for a heading one below the one before it.

    ``bold``: all of it is. ``size``: of its largest type, in points.
    """

    kind: BlockKind
    text: str
    level: int = 0
    bold: bool = False
    size: float = 0.0
    note: bool = False


@dataclass(slots=True)
class _Segment:
    """Text up to a line break."""

    parts: list[str] = field(default_factory=list)
    bold: bool = True
    size: float = 0.0

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


@dataclass(slots=True)
class _Frame:
    kind: FrameKind
    line_kind: BlockKind = "paragraph"
    level: int = 0
    segments: list[_Segment] = field(default_factory=lambda: [_Segment()])
    lines: list[Line] = field(default_factory=list)
    cells: list[list[Line]] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)


class Flow:
    """Collects lines. Every ``open`` needs its ``close``."""

    def __init__(self) -> None:
        self._frames = [_Frame("body")]
        self._carried: list[_Segment] = []
        self.hidden: list[str] = []
        self.white: list[str] = []

    @property
    def in_paragraph(self) -> bool:
        return self._frames[-1].kind == "paragraph"

    def open(self, kind: FrameKind) -> None:
        self._frames.append(_Frame(kind))

    def open_paragraph(self, kind: BlockKind = "paragraph", level: int = 0) -> None:
        """``level`` of a heading: 1 for the title, 2 for the highest below it; of an item: its depth, from 1."""
        self._frames.append(_Frame("paragraph", kind, level))
        for unseen in (self.hidden, self.white):
            unseen.append(" ")  # runs may end within a word, paragraphs don't
        if self._carried:
            self._frames[-1].segments = self._carried
            self._carried = []

    def text(self, words: str, look: Look) -> None:
        """Text of the open paragraph; what is hidden, or white on white, is put aside."""
        frame = self._frames[-1]
        if frame.kind != "paragraph" or not words:
            return
        nested = len(self._frames) > 2  # a table or box may well have a dark ground
        if look.hidden or (look.size or _READABLE) < _READABLE:
            self.hidden.append(words)
        elif look.colour == "FFFFFF" and not look.shaded and not nested and words.strip():
            self.white.append(words)
        else:
            segment = frame.segments[-1]
            segment.parts.append(words)
            if words.strip():
                segment.bold = segment.bold and bool(look.bold)
                segment.size = max(segment.size, look.size or 0.0)

    def line_break(self) -> None:
        if self.in_paragraph:
            self._frames[-1].segments.append(_Segment())

    def close(self, *, goes_on: bool = False) -> None:
        """Closes the innermost frame. ``goes_on``: the next paragraph goes on with this one."""
        frame = self._frames.pop()
        parent = self._frames[-1]
        if frame.kind == "paragraph":
            if goes_on:
                self._carried = frame.segments
                lines = frame.lines
            else:
                lines = _paragraph_lines(frame) + frame.lines
        elif frame.kind == "row":
            lines = _row_lines(frame.cells) + frame.lines
        else:
            lines = frame.lines
        if frame.kind == "note":
            parent.notes += [replace(line, note=True) for line in lines]
        elif frame.kind == "cell" and parent.kind == "row":
            parent.cells.append(lines)
        else:
            if parent.kind == "body" and lines and lines[0].kind != "item":
                parent.lines += parent.notes  # never within a list
                parent.notes = []
            parent.lines += lines
        parent.notes += frame.notes

    def warnings(self, *, revised: bool) -> list[str]:
        """What was left out. ``revised``: the document holds tracked changes."""
        found = left_out("Hidden text", self.hidden) + left_out("White text", self.white)
        return found + (["It holds tracked changes: insertions were read, deletions left out."] if revised else [])

    def lines(self) -> list[Line]:
        """All lines; every frame must have been closed."""
        body = self._frames[0]
        return body.lines + body.notes


def _paragraph_lines(frame: _Frame) -> list[Line]:
    """A paragraph is one line, but for a bold first line before a line break, and for empty lines within."""
    groups: list[list[_Segment]] = [[]]
    for index, segment in enumerate(frame.segments):
        if not segment.text:
            groups.append([])
            continue
        groups[-1].append(segment)
        following = frame.segments[index + 1] if index + 1 < len(frame.segments) else None
        if len(groups) == len(groups[-1]) == 1 and segment.bold and following and not following.bold:
            groups.append([])
    lines: list[Line] = []
    for group in filter(None, groups):
        text = " ".join(segment.text for segment in group)
        # What stands below an empty line is no list item of its own.
        kind = "paragraph" if lines and frame.line_kind == "item" else frame.line_kind
        bold = all(segment.bold for segment in group)
        lines.append(Line(kind, text, frame.level, bold, max(segment.size for segment in group)))
    return lines


def _row_lines(cells: list[list[Line]]) -> list[Line]:
    """'a | b | c'; but cells that hold whole paragraphs are given one after another, a short first one as heading."""
    filled = [cell for cell in cells if cell]
    if len(filled) <= 1:
        return filled[0] if filled else []
    if any(len(cell) > 1 and sum(len(line.text.split()) for line in cell) > _WHOLE_PARAGRAPHS for cell in filled):
        label = filled[0][0]
        if len(filled[0]) == 1 and len(label.text.split()) <= _LABEL_WORDS and label.text[-1] not in ".,;":
            filled[0] = [Line("heading", label.text)]
        return [line for cell in filled for line in cell]
    while not cells[-1]:
        cells.pop()
    return [Line("paragraph", " | ".join(" ".join(line.text for line in cell) for cell in cells))]


def content_of(lines: Sequence[Line], about: Properties, warnings: Sequence[str]) -> Content:
    """A document of these lines; the title it shows comes before the one in its properties."""
    builder = ContentBuilder()
    title = _add_lines(builder, lines)
    return builder.content(title or about.title, published=about.published, author=about.author, warnings=warnings)


def _add_lines(builder: ContentBuilder, lines: Sequence[Line]) -> str:
    """Adds lines as blocks, headings found and their levels made to fit; returns the title shown, or ''."""
    lines = [_as_item(line) if line.kind == "paragraph" else line for line in lines]
    stated = [line.kind == "heading" and len(line.text.split()) <= _LONGEST_HEADING for line in lines]
    shown = _shown_headings(lines, stated)
    levels = _levels(lines, stated, shown)
    title = ""
    for line, level, is_stated, is_shown in zip(lines, levels, stated, shown, strict=True):
        if is_stated or is_shown:
            builder.add("heading", line.text, level)
            title = title or (line.text if level == _TITLE else "")
        elif line.kind == "heading":
            builder.add("paragraph", line.text)
        else:
            builder.add(line.kind, line.text, line.level if line.kind == "item" else 0)
    return title


def _as_item(line: Line) -> Line:
    """A bullet that was typed makes a list item."""
    match = _BULLET.match(line.text)
    return replace(line, kind="item", text=line.text[match.end() :], level=1) if match else line


def _shown_headings(lines: Sequence[Line], stated: Sequence[bool]) -> list[bool]:
    """Which lines look like headings without being any: short, bold or large, with text below that is not."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    usual = max(sizes, key=lambda size: sizes[size], default=0.0)

    def stands_out(line: Line) -> bool:
        return line.bold or line.size >= _LARGE * usual > 0

    words = sum(len(line.text.split()) for line in lines)
    if sum(len(line.text.split()) for line in lines if stands_out(line)) > _MOSTLY * words:
        return [False] * len(lines)
    found: list[bool] = []
    for index, line in enumerate(lines):
        text = line.text.rstrip("”’\"')")
        following = lines[index + 1] if index + 1 < len(lines) else None
        found.append(
            line.kind == "paragraph"
            and not line.note
            and not stated[index]
            and stands_out(line)
            and len(line.text.split()) <= _HEADING_WORDS
            and any(char.isalpha() for char in text)
            and text[-1:] not in tuple(".,;")
            and line.text[0] not in '“"‘'  # somebody is quoted
            and following is not None
            # 'The post-holder will:' leads into a list and must stay with it.
            and not (text.endswith(":") and (following.kind != "paragraph" or stands_out(following)))
        )
    return found


def _levels(lines: Sequence[Line], stated: Sequence[bool], shown: Sequence[bool]) -> list[int]:
    """The level of each heading (0 for other lines); level 1 is the title's.

    Where most headings are only shown, the stated ones say little: all are ranked by size.
    """
    headings = [index for index in range(len(lines)) if stated[index] or shown[index]]
    levels = [0] * len(lines)
    if sum(shown) > sum(stated):
        titles = {i for i in headings if stated[i] and lines[i].level == _TITLE}
        sizes = sorted({lines[i].size for i in headings if i not in titles}, reverse=True)
        if not titles and headings[0] == 0 and [lines[i].size for i in headings].count(sizes[0]) == 1:
            titles, sizes = ({0}, sizes[1:]) if lines[0].size == sizes[0] else (titles, sizes)
        for i in headings:
            levels[i] = _TITLE if i in titles else min(2 + sizes.index(lines[i].size), 4)
        return levels
    top = min((lines[i].level for i in headings if lines[i].level), default=_TITLE)
    tops = [i for i in headings if lines[i].level == top]
    shift = top - _TITLE if tops == headings[:1] else 0  # a lone highest heading at the top is the title
    last = _TITLE
    for i in headings:
        levels[i] = min(lines[i].level - shift if lines[i].level else last + 1, 6)
        if lines[i].level:
            last = levels[i]
    return levels
