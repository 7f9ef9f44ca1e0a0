"""When the work took place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from rag.cases.account import Account, Told
from rag.cases.fields.outcomes import is_planned
from rag.cases.labels import MOST_YEARS, has_empty_date, years_covered
from rag.text.patterns import patterns
from rag.types import Facet, Span

_PATTERNS = patterns("periods")

_NEAR = 80  # characters between a date and the word that ties it to the work
_CLAUSE = 160  # characters that an opening 'In 2005, ...' may govern
_OFTEN = 3  # times that the year told most often is told
_APART = 2  # years between the most telling period and any other
_MOST = 5
_TELLING = 2.0
_ENOUGH = 1.5  # for the one that tells most
_FIRST = 3


@dataclass(frozen=True, slots=True)
class _Dated:
    span: Span
    years: tuple[str, ...]
    telling: float


def periods(account: Account) -> list[Facet]:
    """When the work took place, as worded, the most telling first; each with every year it covers. Last stands how long
    it took ('for 18 months'), which has no years.
    """
    titled = set(years_covered(account.document.title)) if not account.titles else set()
    found = sorted(_dated(account, titled), key=lambda dated: -dated.telling)
    text = account.text
    facets: dict[tuple[str, ...], Facet] = {}
    for dated in found:
        if dated.telling >= (_TELLING if facets else _ENOUGH) and _is_near(dated.years, found[0].years):
            facets.setdefault(dated.years, Facet("period", text[slice(*dated.span)], *dated.span, dated.years))
    duration = next((span for span in _durations(account)), None)
    took = [Facet("period", text[slice(*duration)], *duration)] if duration else []
    return [*list(facets.values())[:_MOST], *took]


def years(text: str, start: int, end: int) -> Span | None:
    """The first range of years ('2008-2009') in ``text[start:end]``."""
    match = _PATTERNS["years"].search(text, start, end)
    return match.span() if match else None


def _is_near(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return int(one[0]) - int(other[-1]) <= _APART and int(other[0]) - int(one[-1]) <= _APART


def _dated(account: Account, titled: Set[str]) -> Iterator[_Dated]:
    """The dates in an account's sentences, and how surely they are the work's: more so those of its title and of the
    year that it tells most often.
    """
    text = account.text
    dated: list[tuple[Span, tuple[str, ...], float]] = []
    for number, told in enumerate(account.told):
        if _PATTERNS["section_without_dates"].search(told.path) or told.step == "lessons":
            continue
        heading = 0.5 if number < _FIRST else -1.5 if _PATTERNS["section_before_the_work"].search(told.path) else 0.0
        for span, is_range in _dates(text, told):
            covered = years_covered(text[slice(*span)])
            if covered and len(covered) <= MOST_YEARS:
                telling = _telling(text, told, span, is_range=is_range)
                if telling is not None:
                    dated.append((span, covered, telling + heading + (1.0 if titled & {*covered} else 0.0)))
    often = _often(covered for _, covered, _ in dated)
    for span, covered, telling in dated:
        yield _Dated(span, covered, telling + (0.5 if often & {*covered} else 0.0))


def _often(periods_told: Iterable[tuple[str, ...]]) -> Set[str]:
    """The year of the most dates, if it is clearly told most."""
    counts = Counter(year for covered in periods_told for year in covered).most_common(2)
    if not counts or counts[0][1] < _OFTEN or (len(counts) > 1 and counts[1][1] == counts[0][1]):
        return set()
    return {counts[0][0]}


def _dates(text: str, told: Told) -> Iterator[tuple[Span, bool]]:
    taken: list[Span] = []
    if has_empty_date(text[told.start : told.end]):
        return
    for pattern in (_PATTERNS["range"], _PATTERNS["years"], _PATTERNS["date_alone"]):
        for match in pattern.finditer(text, told.start, told.end):
            if not any(match.start() < b and a < match.end() for a, b in taken):
                taken.append(match.span())
                yield match.span(), pattern is not _PATTERNS["date_alone"]


def _telling(text: str, told: Told, span: Span, *, is_range: bool) -> float | None:
    """How surely a date is the work's; None for a date of a plan, of a reference or of the writing."""
    words, sentence = text[slice(*span)], text[told.start : told.end]
    before = text[max(told.start, span[0] - _NEAR) : span[0]]
    near = before + text[span[0] : min(told.end, span[1] + _NEAR)]
    bare = not is_range and not _PATTERNS["month_or_season"].search(words)
    if is_planned(sentence) or _PATTERNS["as_of"].search(before) or (not is_range and _is_cited(before, bare=bare)):
        return None
    if bare and words.casefold().startswith("since ") and _PATTERNS["ever_since"].search(before):
        return 2.0
    if _PATTERNS["of_something_else"].search(near) or (
        bare and (_PATTERNS["of_history"].search(near) or _is_of_something(text, before, span))
    ):
        return 0.5
    governed = text[span[1] : min(told.end, span[1] + _CLAUSE)] if span[0] == told.start else ""
    is_work = (
        _PATTERNS["work"].search(near)
        or _PATTERNS["work"].search(governed)
        or _PATTERNS["just_before"].search(f"{before}{words[:3]}")
    )
    score = 2.0 if is_work else 1.0 if _PATTERNS["also_work"].search(near) and not bare else 0.0
    if is_range:
        score += 2.0 if _PATTERNS["month"].search(words) else 1.0
        return max(score, 2.0) if len(sentence) < _NEAR else score  # 'Funded by the Department of Health, 2009–2011'
    if bare:
        return score - (1.0 if words[0].isdigit() else 0.0)
    return score + (1.0 if _PATTERNS["to_the_day"].search(words) else 0.5)


def _is_of_something(text: str, before: str, span: Span) -> bool:
    """Whether a year only tells a figure ('2.6% in 2000') or which one is meant ('the 1993 model')."""
    if re.search(r"[\d%] $", before):
        return True
    meant = _PATTERNS["the_year"].match(text[slice(*span)]) or before.endswith(("the ", "The "))
    noun = _PATTERNS["noun_after"].match(text[span[1] : span[1] + _NEAR])
    return bool(
        meant
        and noun
        and not _PATTERNS["also_work"].search(noun.group())
        and not _PATTERNS["work"].search(noun.group())
    )


def _is_cited(before: str, *, bare: bool) -> bool:
    """Whether a date is a reference's: '(Smith 2009', but not 'the day of the vote (27th November 2010'."""
    bracket = _PATTERNS["cited"].search(before)
    return bool(bracket and (bare or bracket["words"].strip()))


def _durations(account: Account) -> Iterator[Span]:
    text = account.text
    for told in account.told:
        if is_planned(account.words(told)) or _PATTERNS["section_without_dates"].search(told.path):
            continue
        for match in _PATTERNS["duration"].finditer(text, told.start, told.end):
            near = text[max(told.start, match.start() - _NEAR) : match.end()]
            if (_PATTERNS["work"].search(near) or match["whose"]) and not _PATTERNS["of_a_person"].search(near):
                yield match.span()
