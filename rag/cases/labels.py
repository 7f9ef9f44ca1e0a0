"""What stated periods and settings are counted and filtered by."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text.patterns import patterns
from rag.text.vocabulary import vocabulary

MOST_YEARS = 25  # of a longer time, history is told

_PATTERNS = patterns("periods")


def is_empty_date(value: str) -> bool:
    """Whether a date is what a computer prints for none: 'Wednesday, December 31, 1969 - 16:00'."""
    return bool(_PATTERNS["empty_date"].fullmatch(value))


def has_empty_date(sentence: str) -> bool:
    """Whether a sentence gives such a date with its time, as only a computer does."""
    return any(match["time"] for match in _PATTERNS["empty_date"].finditer(sentence))


def years_covered(period: str) -> tuple[str, ...]:
    """Every year of a period as worded: of '2009–11' 2009, 2010 and 2011; none where it names none."""
    named = [int(year) for year in _PATTERNS["year_alone"].findall(period)]
    if len(named) == 1 and (short := _PATTERNS["short_end"].search(period)):
        named.append(named[0] // 100 * 100 + int(short[1]))
    if not named:
        return ()
    first, last = named[0], named[-1]
    whole = 0 <= last - first <= MOST_YEARS
    return tuple(str(year) for year in (range(first, last + 1) if whole else sorted(set(named))))


@lru_cache(maxsize=1)
def setting_words() -> tuple[tuple[str, str], ...]:
    """The labels of settings, each with a pattern of the words for it ('mosques?|churchs?|...')."""
    return tuple(
        (label, "|".join(re.escape(term) + "(?:e?s)?" for term in sorted(terms, key=len, reverse=True)))
        for label, terms in vocabulary("settings.txt")[""].items()
    )


def setting_labels(setting: str) -> tuple[str, ...]:
    """The labels of a setting as a fact box words it ('Local mosques, community centre')."""
    return tuple(
        label
        for label, words in setting_words()
        if setting.casefold() == label.casefold() or re.search(rf"\b(?:{words})\b", setting, re.IGNORECASE)
    )
