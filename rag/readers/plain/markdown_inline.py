"""Markdown's marks inside a line taken out: emphasis, links, code marks, tags; what is left keeps its places."""

from __future__ import annotations

import html
import re
from collections.abc import Collection

# No group is repeated possessively: with one, `*code*` was once not found as code (Python 3.11, not reproduced).
_MARKS = re.compile(
    r"""\\(?P<escaped>[!-/:-@\[-`{-~])
    |(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    |(?P<gone><!--.*?(?:-->|\Z)|\{%[^%]*%\}|\{\{[^{}]*\}\}|\{:[^{}]*\}|\{\#[\w-]+\}|\[\^[^\]\s]+\])
    |<(?P<address>[^\s<>@.:]++[@.:][^\s<>]++)>
    |(?P<tag></?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>)
    |(?P<image>!)?\[(?P<words>(?:[^\[\]\\]|\\.|!\[[^\[\]]*\]\([^()\s]*\)|\[[^\[\]]*\](?!\())*)\]
       (?:\([ ]?<?(?P<url>(?:[^()\s]|\([^()\s]*\))*)>?(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)
         |[ ]?\[(?P<name>[^\[\]]*)\])
    |(?P<run>\*+|_+|~~)
    |(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)""",
    re.VERBOSE | re.DOTALL,
)
_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)

Kept = list[tuple[str, int]]  # what stays, and where it stands


def without_marks(source: str, pieces: list[tuple[int, int]], references: Collection[str]) -> Kept:
    """The characters that a reader sees of ``pieces`` of the source (lines of one paragraph), a blank between two.

    ``references`` are the names that links may refer to, in lower case.
    """
    text = "\n".join(source[start:end] for start, end in pieces)
    places: list[int] = []
    for start, end in pieces:
        places += range(start, end)
        places.append(min(end, len(source) - 1))
    kept = _Inline(text, references).kept
    return [(char, places[place]) for char, place in kept]


class _Inline:
    """One paragraph's text without its marks; ``kept`` counts places in it."""

    def __init__(self, text: str, references: Collection[str]) -> None:
        self._text = text
        self._references = references
        self._kept: Kept = []
        self._open: dict[str, list[tuple[int, int]]] = {"*": [], "_": [], "~": []}  # (index in kept, length)
        self._dropped: set[int] = set()  # indices in kept
        self._read(0, len(text), within_link=False)

    @property
    def kept(self) -> Kept:
        return [found for index, found in enumerate(self._kept) if index not in self._dropped]

    def _keep(self, start: int, end: int) -> None:
        self._kept += zip(self._text[start:end], range(start, end), strict=True)

    def _read(self, start: int, end: int, *, within_link: bool) -> None:
        place = start
        while place < end and (mark := _MARKS.search(self._text, place, end)):
            self._keep(place, mark.start())
            place = mark.end()
            if mark["escaped"]:
                self._keep(*mark.span("escaped"))
            elif mark["ticks"]:
                self._keep(*mark.span("code"))
            elif mark["address"]:
                self._keep(*mark.span("address"))
            elif mark["tag"]:
                if _LINE_BREAK.match(mark["tag"]):
                    self._kept.append((" ", mark.start()))
            elif mark["words"] is not None:
                place = self._link(mark, within_link=within_link)
            elif mark["run"]:
                self._emphasis(mark)
            elif mark["entity"]:
                self._kept += [(char, mark.start()) for char in html.unescape(mark["entity"])]
        self._keep(place, end)

    def _link(self, mark: re.Match[str], *, within_link: bool) -> int:
        """Where to read on."""
        if mark["image"]:
            return mark.end()
        name = mark["name"]
        if name is not None and (name or mark["words"]).lower() not in self._references:
            self._keep(mark.start(), mark.start() + 1)  # brackets that mean brackets
            return mark.start() + 1
        if within_link:
            self._keep(*mark.span("words"))
        else:
            self._read(*mark.span("words"), within_link=True)
        return mark.end()

    def _emphasis(self, mark: re.Match[str]) -> None:
        start, end = mark.span()
        before = self._text[start - 1] if start else " "
        after = self._text[end] if end < len(self._text) else " "
        char, length = mark.group()[0], end - start
        opens = not after.isspace() and (after.isalnum() or not before.isalnum())
        closes = not before.isspace() and (not before.isalnum() or not after.isalnum() or char != "_")
        if char == "_" and before.isalnum() and after.isalnum():
            opens = closes = False
        self._keep(start, end)
        index = len(self._kept) - length
        waiting = self._open[char]
        while closes and length and waiting:
            opened, left = waiting.pop()
            used = min(length, left)
            self._dropped.update(range(opened + left - used, opened + left))
            self._dropped.update(range(index, index + used))
            if left > used:
                waiting.append((opened, left - used))
            index, length = index + used, length - used
        if opens and length:
            waiting.append((index, length))
