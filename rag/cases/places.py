"""Where the work took place: names of the gazetteer in a text, and which of them a case is about."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from rag.text.patterns import patterns
from rag.types import Span

_PATTERNS = patterns("places")

_CAPITALISED = re.compile(r"\b[A-Z]\w*")
_LONGEST_BEFORE = 12


@lru_cache(maxsize=1)
def place_kinds() -> tuple[tuple[str, ...], ...]:
    """The gazetteer's places, those of a kind together."""
    lines = files("rag").joinpath("data/places.txt").read_text(encoding="utf-8").splitlines()
    listed = (line.split(",") for line in lines if line.strip() and not line.startswith("#"))
    return tuple(tuple(name.strip() for name in names if name.strip()) for names in listed)


@lru_cache(maxsize=1)
def known_places() -> frozenset[str]:
    """The names of the gazetteer."""
    return frozenset(name for names in place_kinds() for name in names)


@lru_cache(maxsize=1)
def _by_first_word() -> dict[str, list[str]]:
    """The gazetteer's names by their first word, longest first."""
    found: dict[str, list[str]] = {}
    for name in sorted(known_places(), key=len, reverse=True):
        first = _CAPITALISED.match(name)
        if first:
            found.setdefault(first.group(), []).append(name)
    return found


def places(text: str, start: int, end: int) -> list[tuple[str, Span]]:
    """Places of the gazetteer named in ``text[start:end]``, in order."""
    found: list[tuple[str, Span]] = []
    after = start
    for word in _CAPITALISED.finditer(text, start, end):
        if word.start() < after:
            continue
        for name in _by_first_word().get(word.group(), ()):
            stop = word.start() + len(name)
            if stop <= end and text.startswith(name, word.start()) and not text[stop : stop + 1].isalnum():
                if span := as_place(text, (word.start(), stop), start):
                    found.append((text[slice(*span)], span))
                after = stop
                break
    return found


def as_place(text: str, span: Span, start: int) -> Span | None:
    """The span of a gazetteer name, its 'South' included; None where it is part of another name."""
    first, stop = span
    if _PATTERNS["other_name_after"].match(text, stop):
        return None
    before = text[max(start, first - _LONGEST_BEFORE) : first]
    if _PATTERNS["other_name_before"].search(before):
        return None
    begins = not before.strip() or before.rstrip()[-1] in ".!?:\n"
    if begins and _PATTERNS["also_word"].fullmatch(text, first, stop) and re.match(r" [a-z]", text[stop : stop + 2]):
        return None
    part = _PATTERNS["part_before"].search(before)
    return (first - len(part.group()), stop) if part else span


def unlisted_places(text: str, start: int, end: int) -> list[tuple[str, Span]]:
    """Capitalised names after 'in', 'across', ...: places, more often than not, that no gazetteer lists."""
    return [
        (m[1], m.span(1))
        for m in _PATTERNS["in_place"].finditer(text, start, end)
        if not _PATTERNS["not_places"].match(m[1]) and len(m[1]) > 2
    ]
