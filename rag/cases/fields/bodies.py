"""Names of organisations in a text, and which kind of body each is of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.cases.places import known_places
from rag.text.patterns import patterns
from rag.types import Span

_PATTERNS = patterns("bodies")


def labels_of(name: str) -> tuple[str, ...]:
    """The kind of body ('NHS', 'Council', ...) that a name is of; () if its words don't say."""
    return next(((label,) for label, pattern in patterns("body_kinds").items() if pattern.search(name)), ())


def body_names(text: str, start: int, end: int) -> Iterator[Span]:
    """Names of bodies in ``text[start:end]``."""
    for match in _PATTERNS["name"].finditer(text, start, end):
        for a, b in _single(text, *match.span()):
            ranks = _PATTERNS["ranks"].search(text[a:b])
            b = a + ranks.start() if ranks else b  # noqa: PLW2901
            words = text[a:b].removesuffix("’s").removesuffix("'s")
            if (" " in words and _PATTERNS["is_body"].search(words) and not _is_none(words)) or _PATTERNS[
                "known"
            ].fullmatch(words):
                yield a, a + len(words)


def _is_none(words: str) -> bool:
    return bool(_PATTERNS["inner"].match(words) or _PATTERNS["cut_off"].match(words))


def _single(text: str, start: int, end: int) -> Iterator[Span]:
    """A run of capitalised words as one name, or two where each side of 'and' names a body."""
    if (first := _PATTERNS["first"].match(text, start, end)) and not _PATTERNS["with_article"].fullmatch(
        text, start, end
    ):
        start = first.end()
    for match in _PATTERNS["between"].finditer(text, start, end):
        left, right = text[start : match.start()], text[match.end() : end]
        if (
            _PATTERNS["has_body"].search(left)
            and _PATTERNS["has_body"].search(right)
            and re.search(r"[ -]", left)
            and not left.startswith("Department")
        ):
            yield start, match.start()
            start = match.end()
    yield start, end


def members(text: str, start: int, end: int) -> Iterator[Span]:
    """The names of a list 'Partners of the project: Aston Dars group, Bangladeshi Women’s Association'."""
    at = start
    for mark in re.finditer(r", |; |\.?$", text[start:end]):
        a, b = at, start + mark.start()
        at = start + mark.end()
        a += 4 * text.startswith("The ", a)
        b = a + len(_BRACKETS.sub("", text[a:b]))
        words = text[a:b]
        is_name = words[:1].isupper() and _WORDLIKE.search(words) and len(words.split()) <= _LONGEST_NAME
        if is_name and not _PATTERNS["too_general"].fullmatch(words) and words not in known_places():
            yield a, b


_BRACKETS = re.compile(r" \([^()]*\)$")
_LONGEST_NAME = 10  # words
_WORDLIKE = re.compile(r"[^\W\d_]{3}|[A-Z]{2}")
