"""Markdown into blocks: front matter, headings, lists, quotations, tables, code; its marks are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.readers.blocks import Content, RawBlock
from rag.readers.decode import decode
from rag.readers.plain.front_matter import Entry, read_front_matter
from rag.readers.plain.markdown_inline import Kept, without_marks
from rag.text.words import word_list
from rag.types import BlockKind, Role, SourceFile, Span

_HEADING = re.compile(r"(#[ \t]+|##{1,5}[ \t]*)(?=[^#\s])")
_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*$|[ \t]*\{[:#][^{}]*\}[ \t]*$")
_UNDERLINE = re.compile(r"(=+|-{2,})[ \t]*$")
_RULE = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")
_ITEM = re.compile(r"([-*+•]|\d{1,9}[.)])[ \t]+(\[[ xX]\][ \t]+)?(?=\S)")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_TABLE_RULE = re.compile(r"[|+:= \t-]*-{2}[|+:= \t-]*$")
_DIRECTIVE = re.compile(r"(?:\{:[^{}]*\}|\{%[^%]*%\}|\[\[?_?TOC_?\]?\]|\{\{[^{}]*\}\})[ \t]*$")
_REFERENCE = re.compile(r"\[([^\[\]^]+)\]:[ \t]+\S+(?:[ \t]+[\"'(].*)?$")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:[ \t]*")
_IMAGE = re.compile(r"!\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])(?:\{:[^{}]*\})?[ \t]*$")
_MADE_TAGS = re.compile(r"<(/?)(script|style)\b", re.IGNORECASE)

_TITLE_KEYS = frozenset({"title"})
_AUTHOR_KEYS = frozenset({"author", "authors", "organisation", "organization", "publisher", "by"})
_SUMMARY_KEYS = frozenset({"subtitle", "description", "summary", "abstract", "excerpt", "tagline"})
_DATE_KEYS = frozenset({"date", "published", "updated", "last_updated", "publication_date", "pubdate"})
#: Entries for the program that makes pages of the text, not for its readers.
_SITE_KEYS = frozenset(word_list("site_keys"))

_SITE_VALUES = frozenset({"true", "false", "draft", "published", "post", "page", "none", "null"})


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    indent: int


@dataclass(slots=True)
class _Reader:
    """``pieces`` are the lines of the block being read, ``indents`` those of the lists that are open."""

    source: str
    references: set[str]
    blocks: list[RawBlock] = field(default_factory=list)
    pieces: list[Span] = field(default_factory=list)
    kind: BlockKind = "paragraph"
    indents: list[int] = field(default_factory=list)
    after_blank: bool = True
    never_ending: set[str] = field(default_factory=set)

    def flush(self) -> None:
        if self.pieces:
            level = len(self.indents) if self.kind == "item" else 0
            self.add(self.kind, self.pieces, level)
        self.pieces, self.kind = [], "paragraph"

    def add(self, kind: BlockKind, pieces: list[Span], level: int = 0, role: Role | None = None) -> None:
        self.add_kept(kind, without_marks(self.source, pieces, self.references), level, role)

    def add_kept(self, kind: BlockKind, kept: Kept, level: int = 0, role: Role | None = None) -> None:
        text = "".join(char for char, _ in kept)
        if text.strip(" \t|\n"):
            self.blocks.append(RawBlock(kind, text, tuple(place for _, place in kept), level, role=role))


def read_markdown(file: SourceFile) -> Content:
    """Any Markdown text; ``origin`` of its blocks counts characters of the decoded file."""
    source = decode(file)
    entries, start = read_front_matter(source)
    lines = list(_lines(source, start))
    reader = _Reader(source, {m[1].lower() for line in lines if (m := _REFERENCE.match(source, line.start, line.end))})
    stated = _add_front_matter(reader, entries)
    index = 0
    while index < len(lines):
        index = _read_block(reader, lines, index)
    reader.flush()
    title, author, published = stated
    return Content(tuple(reader.blocks), title, published, author)


def _lines(source: str, place: int) -> Iterator[_Line]:
    for raw in source[place:].splitlines(keepends=True):
        body = raw.strip()
        start = place + len(raw) - len(raw.lstrip()) if body else place
        indent = len(raw[: start - place].expandtabs(4))
        yield _Line(start, start + len(body), indent)
        place += len(raw)


def _add_front_matter(reader: _Reader, entries: list[Entry]) -> tuple[str, str, str]:
    """Title, author and date; what else the entries say of the work becomes a paragraph each."""
    title = author = published = ""
    for entry in entries:
        key = entry.key.lower()
        words = ", ".join(" ".join(reader.source[slice(*value)].split()) for value in entry.values)
        if key in _TITLE_KEYS and words:
            title = title or words
            reader.blocks.insert(0, _whole(reader.source, entry, "heading"))
        elif key in _SUMMARY_KEYS and words:
            reader.blocks.append(_whole(reader.source, entry, "paragraph"))
        elif key in _DATE_KEYS:
            published = published or words
        elif (
            key not in _SITE_KEYS
            and words
            and not words.startswith(("/", "http"))
            and words.lower() not in _SITE_VALUES
        ):
            reader.add_kept("paragraph", _labelled(reader.source, entry))
            author = author or (words if key in _AUTHOR_KEYS else "")
    return title, author, published


def _whole(source: str, entry: Entry, kind: BlockKind) -> RawBlock:
    start, end = entry.values[0][0], entry.values[-1][1]
    return RawBlock(kind, source[start:end], tuple(range(start, end)), int(kind == "heading"))


def _labelled(source: str, entry: Entry) -> Kept:
    """'topics: [health, housing]' as 'Topics: health, housing'."""
    start, end = entry.key_span
    label = source[start:end].replace("_", " ").replace("-", " ")
    kept = list(zip(label[0].upper() + label[1:] + ":", range(start, end + 1), strict=True))
    for number, (first, last) in enumerate(entry.values):
        place = kept[-1][1]
        kept += [(char, place) for char in (", " if number else " ")]
        kept += zip(source[first:last], range(first, last), strict=True)
    return kept


def _read_block(reader: _Reader, lines: list[_Line], index: int) -> int:
    """Reads the block that begins at, or goes on with, a line; where to read on."""
    source, line = reader.source, lines[index]
    text = source[line.start : line.end]
    if not text:
        reader.after_blank = True
        if reader.kind != "item":
            reader.flush()
        return index + 1
    blank_before, reader.after_blank = reader.after_blank, False
    if fence := _FENCE.match(text):
        return _read_code(reader, lines, index, fence[1])
    if text.startswith("<!--") or _MADE_TAGS.match(text):
        return _skip_markup(reader, lines, index)
    if _DIRECTIVE.match(text) or _REFERENCE.match(text):
        return index + 1
    if reader.pieces and reader.kind == "paragraph" and _UNDERLINE.match(text):
        reader.kind = "heading"
        reader.add("heading", reader.pieces, 1 if text[0] == "=" else 2)
        reader.pieces, reader.kind = [], "paragraph"
        return index + 1
    if _RULE.match(text):
        _end_list(reader)
        return index + 1
    if heading := _HEADING.match(text):
        _end_list(reader)
        ending = _CLOSING_HASHES.search(text)
        last = line.start + (ending.start() if ending and ending.start() > heading.end() else len(text))
        reader.add("heading", [(line.start + heading.end(), last)], heading[1].count("#"))
        return index + 1
    ruled = index + 1 < len(lines) and _is_table_rule(source, lines[index + 1])
    if text.startswith("|") or ("|" in text and ruled):
        return _read_table(reader, lines, index)
    _read_line(reader, line, text, blank_before=blank_before)
    return index + 1


def _read_line(reader: _Reader, line: _Line, text: str, *, blank_before: bool) -> None:
    """A line of a paragraph, item or quotation."""
    if text.startswith(">"):
        if reader.kind != "quote":
            _end_list(reader)
        reader.kind = "quote"
        inner = len(text) - len(text.lstrip("> \t"))
        if inner < len(text):
            if item := _ITEM.match(text, inner):
                reader.flush()
                reader.kind, inner = "quote", item.end()
            reader.pieces.append((line.start + inner, line.end))
        else:
            reader.flush()
    elif item := _ITEM.match(text):
        reader.flush()
        while reader.indents and reader.indents[-1] > line.indent:
            reader.indents.pop()
        if not reader.indents or line.indent > reader.indents[-1] + 1:
            reader.indents.append(line.indent)
        reader.kind = "item"
        reader.pieces = [(line.start + item.end(), line.end)]
    elif reader.kind == "item" and blank_before and line.indent <= (reader.indents or [0])[0]:
        _end_list(reader)
        _paragraph_line(reader, line, text)
    elif reader.kind == "quote" and blank_before:
        reader.flush()
        _paragraph_line(reader, line, text)
    else:
        _paragraph_line(reader, line, text)


def _paragraph_line(reader: _Reader, line: _Line, text: str) -> None:
    if not reader.pieces and reader.kind == "paragraph":
        reader.indents = []
    if not reader.pieces and (image := _IMAGE.match(text)):
        reader.add("paragraph", [(line.start + image.start(1), line.start + image.end(1))], role="caption")
        return
    skip = note.end() if (note := _FOOTNOTE.match(text)) else 0
    reader.pieces.append((line.start + skip, line.end))


def _end_list(reader: _Reader) -> None:
    reader.flush()
    reader.indents = []


def _read_code(reader: _Reader, lines: list[_Line], index: int, fence: str) -> int:
    """A block of code is a paragraph as it stands."""
    _end_list(reader)
    kept: Kept = []
    for number in range(index + 1, len(lines)):
        line = lines[number]
        if reader.source.startswith(fence, line.start) and not reader.source[line.start : line.end].strip(fence[0]):
            reader.add_kept("paragraph", kept)
            return number + 1
        kept += zip(reader.source[line.start : line.end], range(line.start, line.end), strict=True)
        kept.append((" ", line.end if line.end < len(reader.source) else line.end - 1))
    reader.add_kept("paragraph", kept)
    return len(lines)


def _skip_markup(reader: _Reader, lines: list[_Line], index: int) -> int:
    """A comment, script or style sheet, to the line in which it ends; to the next line if it does not."""
    source, line = reader.source, lines[index]
    tag = _MADE_TAGS.match(source, line.start)
    ending = f"</{tag[2].lower()}>" if tag else "-->"
    for number in range(index, len(lines) if ending not in reader.never_ending else index):
        words = source[lines[number].start : lines[number].end]
        if (end := words.lower().find(ending)) >= 0:
            reader.flush()
            rest = lines[number].start + end + len(ending)
            if source[rest : lines[number].end].strip():
                reader.pieces.append((rest, lines[number].end))
            return number + 1
    reader.never_ending.add(ending)
    _paragraph_line(reader, line, source[line.start : line.end])
    return index + 1


def _is_table_rule(source: str, line: _Line) -> bool:
    text = source[line.start : line.end]
    return "-" in text and "|" in text and bool(_TABLE_RULE.match(text))


def _read_table(reader: _Reader, lines: list[_Line], index: int) -> int:
    """Each row is a paragraph, 'a | b'."""
    _end_list(reader)
    number = index
    while number < len(lines) and "|" in reader.source[lines[number].start : lines[number].end]:
        line = lines[number]
        text = reader.source[line.start : line.end]
        if not _is_table_rule(reader.source, line):
            first = line.start + text.startswith("|")
            reader.add("paragraph", [(first, line.end - (text.endswith("|") and len(text) > 1))])
        number += 1
    return number
