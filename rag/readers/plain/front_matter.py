"""The lines before a Markdown text that say what it is: a YAML block between '---', or TOML between '+++'.

Only plain entries are read, line by line, so that each value keeps its place in the source; what they nest is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.types import Span

_ENTRY = {
    "---": re.compile(r"([A-Za-z][\w -]{0,40}?)[ \t]*:(?:[ \t]+(.*)|$)"),
    "+++": re.compile(r"([A-Za-z][\w-]{0,40})[ \t]*=[ \t]*(.*)"),
}
_ITEM = re.compile(r"[ \t]*-[ \t]+(\S.*)")
_INDENTED = re.compile(r"[ \t]+\S|[ \t]*-[ \t]*$|\[|\s*#")
_LONGEST = 400  # lines


@dataclass(slots=True)
class Entry:
    """A key and where its values stand in the source."""

    key: str
    key_span: Span
    values: list[Span] = field(default_factory=list)


def read_front_matter(source: str) -> tuple[list[Entry], int]:
    """The entries, and where the text itself begins; ([], 0) if there is no front matter, or a broken one."""
    mark = source[:3]
    lines = _lines(source)
    if mark not in _ENTRY or (first := next(lines, None)) is None or source[slice(*first)].rstrip() != mark:
        return [], 0
    entries: list[Entry] = []
    for start, end in lines:
        words = source[start:end].rstrip()
        if words == mark or (mark == "---" and words == "..."):
            return entries, end
        if entry := _ENTRY[mark].match(words):
            entries.append(Entry(entry[1], (start, start + len(entry[1]))))
            if entry[2]:
                entries[-1].values += _values(source, start + entry.start(2), start + len(words))
        elif (item := _ITEM.match(words)) and entries:
            if not re.match(r"[\w-]+:(\s|$)", item[1]):
                entries[-1].values += _values(source, start + item.start(1), start + len(words))
        elif words and not _INDENTED.match(words):
            return [], 0
    return [], 0


def _lines(source: str) -> Iterator[Span]:
    place = 0
    for _ in range(_LONGEST):
        if place >= len(source):
            return
        end = source.find("\n", place)
        end = len(source) if end < 0 else end
        yield place, end
        place = end + 1


def _values(source: str, start: int, end: int) -> list[Span]:
    """Where the values of 'a value', '"a value"' or '[one, two]' stand."""
    words = source[start:end]
    if words[0] in "{|>&*!":
        return []  # nested, folded or an alias
    if not (words[0] == "[" and words[-1] == "]"):
        return _one(source, start, end)
    found: list[Span] = []
    for piece in re.finditer(r'"[^"]*"|\'[^\']*\'|[^,\s][^,]*', words[1:-1]):
        found += _one(source, start + 1 + piece.start(), start + 1 + piece.end())
    return found


def _one(source: str, start: int, end: int) -> list[Span]:
    if (comment := source.find(" #", start, end)) >= 0 and source[start] not in "\"'":
        end = comment
    while end > start and source[end - 1].isspace():
        end -= 1
    if end - start > 1 and source[start] in "\"'" and source[end - 1] == source[start]:
        start, end = start + 1, end - 1
    return [(start, end)] if source[start:end].strip() else []
