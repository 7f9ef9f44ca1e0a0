"""Paragraphs that the end of a page or column split in two are merged again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.readers.pdf.paragraphs import Measures, Paragraph

_ENDED = re.compile(r"[.!?:;…][”\"’')\]\d]*$")
_NEEDS_MORE = re.compile(
    r"\b(the|an?|of|and|or|in|to|for|with|by|at|on|from|that|which|as|our|their|its|is|are|was)$|,$|-$"
)
_BETWEEN = 5  # things that may stand between the two: footnotes, pictures' captions, boxes, a table's rows
_SMALLER = 0.95


def merged(found: Sequence[Paragraph], how: Measures) -> list[Paragraph]:
    """Split paragraphs as one; over a page's end the second half is marked as going on with the one before it."""
    todo = list(found)
    done: list[Paragraph] = []
    index = 0
    while index < len(todo):
        paragraph = todo[index]
        other = _rest(todo, index, how)
        if other is None:
            done.append(paragraph)
            index += 1
            continue
        rest, between = todo[other], todo[index + 1 : other]
        if rest.page == paragraph.page:
            paragraph.lines = paragraph.lines + rest.lines
            todo[index : other + 1] = [paragraph, *between]
            continue
        rest.goes_on = True
        before = [p for p in between if p.page == paragraph.page]
        after = [p for p in between if p.page != paragraph.page]
        done += [*before, paragraph]
        todo[index : other + 1] = [rest, *after]
    return done


def _rest(todo: Sequence[Paragraph], index: int, how: Measures) -> int | None:
    """Where the second half of a paragraph stands."""
    paragraph = todo[index]
    text = paragraph.lines[-1].text
    if (
        paragraph.cells
        or paragraph.kind not in ("paragraph", "item")
        or _ENDED.search(text)
        or _is_aside(paragraph, how)
    ):
        return None
    for place in range(index + 1, min(len(todo), index + 2 + _BETWEEN)):
        other = todo[place]
        if other.page > paragraph.page + 1:
            return None
        if _goes_on(paragraph, other, adjacent=place == index + 1):
            return place
        if not (other.cells or other.kind == "quote" or _is_aside(other, how)):
            return None
    return None


def _is_aside(paragraph: Paragraph, how: Measures) -> bool:
    return paragraph.size < _SMALLER * how.body


def _goes_on(paragraph: Paragraph, other: Paragraph, *, adjacent: bool) -> bool:
    if other.cells or other.goes_on or other.kind != "paragraph":
        return False
    if abs(other.size - paragraph.size) > 0.08 * paragraph.size:
        return False
    last, first = paragraph.lines[-1], other.lines[0]
    below = paragraph.page == other.page and 0 < first.baseline - last.baseline < 4 * last.size
    if below and first.x0 < last.x1 and last.x0 < first.x1 and adjacent and not first.text[:1].islower():
        return False  # a new paragraph right below
    if first.text[:1].islower():
        return len(paragraph.lines) > 1 or len(last.words) > 4
    return bool(_NEEDS_MORE.search(last.text)) and len(last.words) > 4
