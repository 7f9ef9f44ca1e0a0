"""When the work took place."""

from __future__ import annotations

import re

from rag.cases.account import Account
from rag.types import Facet, Span

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_YEARS = re.compile(r"\b(?:19|20)\d\d\s?[–-]\s?(?:(?:19|20)\d\d|\d\d)\b")
_PERIOD = re.compile(
    rf"\b(?:between (?:{_MONTHS})(?: (?:19|20)\d\d)? and (?:{_MONTHS}) (?:19|20)\d\d"
    rf"|(?:from )?(?:{_MONTHS})(?: (?:19|20)\d\d)? (?:to|until) (?:{_MONTHS}) (?:19|20)\d\d)\b|"
    r"\b(?:(?:(?:in|since|from|until|by|during|on) )?"
    r"(?:(?:\d{1,2} )?(?:early |late |spring |summer |autumn |winter )?"
    rf"(?:{_MONTHS}) (?:19|20)\d\d|(?:spring|summer|autumn|winter) (?:19|20)\d\d)"
    r"|(?:in|since|from|until|by|during) (?:19|20)\d\d"
    r"|for (?:over |about |around |more than )?"
    r"(?:\d+|two|three|four|five|six|ten|twelve|eighteen) (?:weeks|months|years))\b"
)

_AWARD = re.compile(r"\b(?:awards?|finalists?|winners?|shortlisted|won the)\b", re.IGNORECASE)


def periods(account: Account) -> list[Facet]:
    """Dates and durations, as worded; the years of awards are none of the work's."""
    text = account.text
    found = []
    for told in account.told:
        if _AWARD.search(text, told.start, told.end):
            continue
        ranges = [m.span() for m in _YEARS.finditer(text, told.start, told.end)]
        single = [m.span() for m in _PERIOD.finditer(text, told.start, told.end)]
        single = [(a, b) for a, b in single if not any(a < stop and begin < b for begin, stop in ranges)]
        found += [Facet("period", text[a:b], a, b) for a, b in (*ranges, *single)]
    return sorted(found, key=lambda facet: facet.start)


def years(text: str, start: int, end: int) -> Span | None:
    """The first range of years ('2008-2009') in ``text[start:end]``."""
    match = _YEARS.search(text, start, end)
    return match.span() if match else None
