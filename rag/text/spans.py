"""Spans of a text: which overlap, which become one, the words they quote."""

from __future__ import annotations

from collections.abc import Iterable

from rag.types import Span


def overlap(some: Iterable[Span], others: Iterable[Span]) -> bool:
    """Whether any of ``some`` shares a character with any of the ``others``."""
    others = list(others)
    return any(start < stop and begin < end for start, end in some for begin, stop in others)


def merged(spans: Iterable[Span], text: str | None = None) -> tuple[Span, ...]:
    """The spans in order of the text, those that overlap made one; with the ``text`` also those between which only
    white space stands, on one line.
    """
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and _meet(found[-1], start, text):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def _meet(before: Span, start: int, text: str | None) -> bool:
    if text is None:
        return start < before[1]
    between = text[before[1] : start]
    return not between.strip() and "\n" not in between


def quoted(text: str, spans: Iterable[Span]) -> str:
    """The words at ``spans``, with ' … ' where some are left out between two."""
    return " … ".join(text[start:end] for start, end in spans)
