"""Where the work took place: names of the gazetteer in a text, and which of them a case is about."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from rag.types import Span

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NAME = r"[A-Z][\w’'-]+(?: (?:upon|on|and the|of) [A-Z][\w’'-]+|(?: |-)[A-Z][\w’'-]+)*"
_IN_PLACE = re.compile(rf"\b(?:in|across|at|from|around|near|throughout|living in) (?:the )?({NAME})")
_NOT_PLACES = re.compile(rf"(?:{_MONTHS}|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|The|This|It|We)\b")

_CAPITALISED = re.compile(r"\b[A-Z]\w*")
#: 'South Manchester' is one name, 'New York' another place than York, 'Dr Lincoln' none.
_PART_OF_PLACE = re.compile(r"(?:North|South|East|West|Central|Mid|Upper|Lower|Inner|Outer|Greater)(?:ern)? $")
_OTHER_NAME_BEFORE = re.compile(
    r"\b(?:New|Fort|San|Santa|Saint|Port|Mount|Lake|Little|Old|Dr|Mr|Mrs|Ms|Miss|Prof|Professor|Sir|Lord|Lady"
    r"|Cllr|St)\.? $"
)
_OTHER_NAME_AFTER = re.compile(
    r" (?:Street|Road|Avenue|Lane|Drive|Terrace|Crescent|Square|Gardens|Place|Close|Way|Row|Station|Park"
    r"|Stadium|Airport)\b"
    r"|-(?!based\b)\w"
)
_LONGEST_BEFORE = 12
#: Names that are also words, where a sentence begins with them: 'Reading groups met', 'Bury the cables'.
_ALSO_WORDS = frozenset({"Reading", "Bath", "Bury", "Rugby", "Barking", "Borders", "Derby", "Hull", "Highlands"})


@lru_cache(maxsize=1)
def known_places() -> frozenset[str]:
    """The names of the gazetteer."""
    lines = files("rag").joinpath("data/places.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(
        name.strip() for line in lines if not line.startswith("#") for name in line.split(",") if name.strip()
    )


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
    if _OTHER_NAME_AFTER.match(text, stop):
        return None
    before = text[max(start, first - _LONGEST_BEFORE) : first]
    if _OTHER_NAME_BEFORE.search(before):
        return None
    begins = not before.strip() or before.rstrip()[-1] in ".!?:\n"
    if text[first:stop] in _ALSO_WORDS and begins and re.match(r" [a-z]", text[stop : stop + 2]):
        return None
    part = _PART_OF_PLACE.search(before)
    return (first - len(part.group()), stop) if part else span


def unlisted_places(text: str, start: int, end: int) -> list[tuple[str, Span]]:
    """Capitalised names after 'in', 'across', ...: places, more often than not, that no gazetteer lists."""
    return [
        (m[1], m.span(1)) for m in _IN_PLACE.finditer(text, start, end) if not _NOT_PLACES.match(m[1]) and len(m[1]) > 2
    ]
