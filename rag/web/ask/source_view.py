"""Sources beside the chat, with the quoted words marked: the cleaned text, text files as they were found, pages of a
PDF as pictures.
"""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from rag.present.wording import ROLE_LABELS
from rag.text.templates import render
from rag.types import BlockKind, Document, Part, Span
from rag.web.page_pictures.page_image import PageImage

_TEMPLATE = "web/ask/source.html"


class _Piece(NamedTuple):
    """Words of a source, or the label of a part of it that begins there."""

    kind: Literal["text", "first mark", "mark", "part"]
    text: str


class _Block(NamedTuple):
    """A block as it is shown; of a 'part' the one piece is its label."""

    kind: BlockKind | Literal["part"]
    pieces: Sequence[_Piece]
    role: str = ""
    level: int = 0


def source_html(
    document: Document,
    spans: Sequence[Span] = (),
    *,
    switch: str = "original",
    note: str = "",
) -> str:
    """A whole cleaned document with ``spans`` in <mark>; the first mark has the id 'cited'.

    Its pages, slides or rows are labelled where they begin. ``switch`` is another view to offer, or '';
    ``note`` stands above the text.
    """
    runs = [(kind, list(run)) for kind, run in groupby(_blocks(document, spans), lambda block: block.kind)]
    return render(_TEMPLATE, "cleaned", document=document, spans=spans, switch=switch, note=note, runs=runs)


def original_html(document: Document, original: str, spans: Sequence[Span] = ()) -> str:
    """The file as it was found, with the cited places in <mark>."""
    at = document.origin.to_source
    found = [(at(start), at(end - 1) + 1) for start, end in _within(spans, len(document.text))]
    shown = _Marker(original, found).pieces(0, len(original))
    return render(_TEMPLATE, "original", document=document, spans=spans, switch="cleaned", shown=shown)


def page_picture_html(document: Document, spans: Sequence[Span], picture: PageImage, quoted_on: str = "") -> str:
    """The page with its marks; the first has the id 'cited'. ``quoted_on`` names the page that the quote is on."""
    quotes = [quote for start, end in spans if (quote := document.text[start:end].strip())]
    return render(
        _TEMPLATE,
        "picture",
        document=document,
        spans=spans,
        switch="cleaned",
        quotes=quotes,
        note="" if picture.marks or not quotes else _unmarked(picture, quoted_on),
        image=picture,
        data=base64.b64encode(picture.png).decode("ascii"),
    )


def _unmarked(picture: PageImage, quoted_on: str) -> str:
    if quoted_on and quoted_on != f"page {picture.page}":
        return f"The quote is on {quoted_on}."
    return "The quote could not be found on this picture of the page to mark it."


def failure_html(message: str) -> str:
    """What the source panel shows when it can't show a source."""
    return render(_TEMPLATE, "failure", message=message)


def _blocks(document: Document, spans: Sequence[Span]) -> Iterator[_Block]:
    marker = _Marker(document.text, spans, document.parts)
    cursor = 0
    for block in sorted(document.blocks, key=lambda block: block.start):
        yield from marker.loose(cursor, block.start)
        yield from marker.labels(block.start)
        shown = marker.pieces(max(block.start, cursor), block.end)
        yield _Block(block.kind, shown, ROLE_LABELS[block.role], min(max(block.level, 1) + 2, 6))
        cursor = max(cursor, block.end)
    yield from marker.loose(cursor, len(document.text))


class _Marker:
    """Cuts ``text`` into pieces, from its beginning to its end: marked where the spans are, labelled where the parts
    begin.
    """

    def __init__(self, text: str, spans: Sequence[Span], parts: Sequence[Part] = ()) -> None:
        self._text = text
        self._spans = _within(spans, len(text))
        self._parts = deque(parts)
        self._marked = False

    def pieces(self, start: int, end: int) -> list[_Piece]:
        found: list[_Piece] = []
        cursor = start
        while self._parts and self._parts[0].start < end:  # a part that begins amid a paragraph
            part = self._parts.popleft()
            if part.start > cursor:
                found += self._marked_pieces(cursor, part.start)
                cursor = part.start
            found.append(_Piece("part", part.label))
        return [*found, *self._marked_pieces(cursor, end)]

    def labels(self, at: int) -> Iterator[_Block]:
        """The labels of the parts that begin up to ``at`` and were not shown yet."""
        while self._parts and self._parts[0].start <= at:
            yield _Block("part", [_Piece("part", self._parts.popleft().label)])

    def loose(self, start: int, end: int) -> Iterator[_Block]:
        """Text that no block holds, unless it has no words (white space, bullets)."""
        if any(character.isalnum() for character in self._text[start:end]):
            yield _Block("paragraph", self.pieces(start, end))

    def _marked_pieces(self, start: int, end: int) -> Iterator[_Piece]:
        for a, b in self._spans:
            first, last = max(a, start), min(b, end)
            if first < last:
                if start < first:
                    yield _Piece("text", self._text[start:first])
                yield _Piece("mark" if self._marked else "first mark", self._text[first:last])
                self._marked = True
                start = last
        if start < end:
            yield _Piece("text", self._text[start:end])


def _within(spans: Sequence[Span], length: int) -> list[Span]:
    """``spans`` in order, merged where they touch, cut to the text; empty ones left out."""
    merged: list[Span] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
