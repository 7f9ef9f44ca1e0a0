"""Plain text and Markdown into raw blocks: headings, paragraphs, list items and quotations, by layout alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rag.readers.blocks import Content, RawBlock
from rag.readers.decode import decode
from rag.types import Role, SourceFile

_BULLET = re.compile(r"([•‣▪◦·●○*–—-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_UNDERLINE = re.compile(r"(={3,}|-{3,})\s*$")
_METADATA = re.compile(
    r"(funded|supported|sponsored|commissioned|published|updated|reviewed|revised|posted|uploaded|written|by|author"
    r"|contact|tel|telephone|phone|e-?mail|source|date|image|photo|picture|credit|copyright|©)\b",
    re.IGNORECASE,
)
_OPENING, _CLOSING = '“"', '”"'
_HEADING_WORDS = 14
_TITLE_WORDS = 30
_CAPTION_WORDS = 6
_PREAMBLE_WORDS = 40  # a caption or a sponsor's line may come before the title; a longer text has begun without one


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int  # without the line break
    indent: int
    blanks: int  # empty lines before it


def read_plain(source: SourceFile) -> Content:
    """A plain-text file."""
    return Content(read_text(decode(source)))


def read_text(source: str) -> tuple[RawBlock, ...]:
    """The blocks of a plain-text or Markdown source, in order; the first may be its title (level 1 heading)."""
    lines = list(_lines(source))
    paragraphs = _paragraphs(source, lines)
    usual = _usual_blanks(paragraphs)
    blocks: list[RawBlock] = []
    open_quote = titled = False
    for index, group in enumerate(paragraphs):
        following = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
        block, open_quote = _block(source, group, following, open_quote, first=not titled)
        gap = index > 0 and group[0].blanks > usual
        role: Role | None = "caption" if _is_caption(block, group, blocks, following) else None
        blocks.append(RawBlock(block.kind, block.text, block.origin, block.level, gap, role))
        titled = titled or block.kind == "heading" or len(block.text.split()) > _PREAMBLE_WORDS
    return tuple(blocks)


def _lines(source: str) -> Iterator[_Line]:
    blanks = 0
    position = 0
    for raw in source.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped:
            indent = len(raw) - len(raw.lstrip())
            start = position + indent
            yield _Line(start, start + len(stripped), indent, blanks)
            blanks = 0
        else:
            blanks += 1
        position += len(raw)


def _paragraphs(source: str, lines: list[_Line]) -> list[list[_Line]]:
    """Lines grouped into blocks: each line is one, unless the text is wrapped at a fixed width."""
    lengths = [line.end - line.start for line in lines]
    full = [n for n, after in zip(lengths, lines[1:], strict=False) if not after.blanks and n > 45]
    wrapped = len(full) >= 3 and max(lengths, default=0) <= 120
    groups: list[list[_Line]] = []
    for line in lines:
        text = source[line.start : line.end]
        follows = bool(groups) and not line.blanks
        underlines = follows and len(groups[-1]) == 1 and _UNDERLINE.match(text)
        if underlines or (follows and wrapped and _continues(source, groups[-1], line)):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _continues(source: str, group: list[_Line], line: _Line) -> bool:
    last = group[-1]
    text = source[line.start : line.end]
    starts_new = _BULLET.match(text) or _MARKDOWN_HEADING.match(text) or text.startswith(">")
    return not starts_new and (last.end - last.start > 45 or line.indent > group[0].indent > 0)


def _usual_blanks(paragraphs: list[list[_Line]]) -> int:
    counts = Counter(group[0].blanks for group in paragraphs[1:] if group[0].blanks)
    return counts.most_common(1)[0][0] if counts else 1


def _block(
    source: str, group: list[_Line], following: list[_Line] | None, open_quote: bool, *, first: bool
) -> tuple[RawBlock, bool]:
    text = source[group[0].start : group[0].end]
    underlined = len(group) == 2 and bool(_UNDERLINE.match(source[group[1].start : group[1].end]))
    if underlined:
        level = 1 if source[group[1].start] == "=" else 2
        return _raw("heading", source, group[:1], level=level), False
    if heading := _MARKDOWN_HEADING.match(text):
        return _raw("heading", source, group, skip=heading.end(), level=len(heading[1])), False
    if text.startswith(">"):
        return _raw("quote", source, group, skip=1), False
    if (bullet := _BULLET.match(text)) and not open_quote:
        depth = 1 + group[0].indent // 4 if group[0].indent > 3 else 1
        return _raw("item", source, group, skip=bullet.end(), level=depth), False
    whole = source[group[0].start : group[-1].end]
    if open_quote or whole[0] in _OPENING:
        ends = whole[-1] in _CLOSING or (whole[0] == "“" and "”" in whole)
        return _raw("quote", source, group), not ends and not _closed(whole, open_quote)
    set_apart = first or group[0].blanks > 0
    if set_apart and _is_heading(whole, following, words=_TITLE_WORDS if first else _HEADING_WORDS):
        return _raw("heading", source, group, level=1 if first else 2), False
    return _raw("paragraph", source, group), False


def _closed(text: str, open_quote: bool) -> bool:
    """Whether a quotation that this block opens or goes on with ends inside it."""
    straight = text.count('"') + open_quote
    return straight % 2 == 0 if '"' in text else "”" in text


def _is_caption(block: RawBlock, group: list[_Line], before: list[RawBlock], following: list[_Line] | None) -> bool:
    """A few words without a full stop right below a line, then an empty line: what stood under a picture."""
    if block.kind != "paragraph" or not before or group[0].blanks or before[-1].text.endswith(":"):
        return False
    few = len(block.text.split()) <= _CAPTION_WORDS and block.text[-1].isalnum() and block.text[0].isupper()
    return few and (following is None or following[0].blanks > 0)


def _is_heading(text: str, following: list[_Line] | None, *, words: int) -> bool:
    """A short line without a full stop, set apart from the line after it, that has text to stand over."""
    if following is None or not following[0].blanks:
        return False
    if text[-1] in ".;:,!…" or not (text[0].isupper() or text[0].isdigit()):
        return False
    return len(text.split()) <= words and not _METADATA.match(text)


def _raw(kind: str, source: str, group: list[_Line], *, skip: int = 0, level: int = 0) -> RawBlock:
    start, end = group[0].start + skip, group[-1].end
    text = source[start:end]
    if kind == "heading":
        text = text.rstrip("#")
    return RawBlock(kind, text, tuple(range(start, start + len(text))), level)  # type: ignore[arg-type]
