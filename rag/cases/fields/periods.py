"""When the work took place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from rag.cases.account import Account, Told
from rag.cases.fields.outcomes import is_planned
from rag.cases.labels import MOST_YEARS, YEAR, has_empty_date, years_covered
from rag.types import Facet, Span

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
#: '12th', '11-12th', '3 and 4'; 'Saturday the '.
_DAYS = rf"(?:{_NTH}(?:\s?[–&-]\s?{_NTH}| (?:and|to) (?:the )?{_NTH})?)"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? (?:the )?)"
_DAY = rf"(?:{_DAYS}(?: of)? )"
_SEASON = (
    r"(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter|[Ee]arly|[Mm]id|[Ll]ate|(?:the )?(?:end|beginning|start) of)"
)
_DATE = rf"(?:{_WEEKDAY}?{_DAY}?{_MONTH}(?: {_DAYS})?,? (?:of )?{YEAR}|{_SEASON}[ -](?:of )?{YEAR}|{YEAR})"
_OPEN = rf"(?:{_DATE}|{_WEEKDAY}?{_DAY}?{_MONTH}(?: {_DAYS})?)"

#: '2008-2009', '2009–11', '2015/16': not the ends of telephone numbers or of pages.
_YEARS = re.compile(rf"(?<![\d–/-]){YEAR}(?:\s?[–-]\s?(?:{YEAR}|\d\d)|/\d\d)(?![\d–/-])")
_RANGE = re.compile(
    rf"\b(?:[Bb]etween {_OPEN} and {_DATE}|(?:[Ff]rom )?{_OPEN} (?:to|until|till|through) (?:the )?{_DATE}"
    rf"|{_OPEN}\s?[–-]\s?{_DATE})(?![\d-])"
)
_SINGLE = re.compile(
    rf"\b(?:(?:[Ii]n|[Ss]ince|[Ff]rom|[Uu]ntil|[Dd]uring|[Oo]n|[Bb]y) (?:the )?)?{_DATE}(?![\d–/-]|[’']?s\b)"
)
_NUMBER = r"(?:\d{1,2}|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen)"
_DURATION = re.compile(
    rf"\b(?:(?:for|over|lasted|lasting)(?: a period of)?(?: over| about| around| more than)? {_NUMBER} (?:weeks"
    rf"|months|years)"
    rf"|{_NUMBER}[- ](?:day|week|month|year)(?:[- ]long)? (?P<whose>project|programme|program|pilot"
    r"|initiative|scheme|campaign|intervention|trial|course))\b",
    re.IGNORECASE,
)
#: What is said of the work itself; the weaker words only tie a month or a range to it, not a bare year.
_WORK = re.compile(
    r"\b(?:launch\w*|beg[au]n|begins|start(?:ed|s)|held|hosted|took place|takes place|ran|running|pilot(?:ed"
    r"|s)?|established"
    r"|set up|created|convened|conducted|completed|came to an end|ended|concluded|implemented|introduced|organi[sz]ed"
    r"|voted|carried out|undert\w+|inception|delivered|decision day|gathered|trial(?:l?ed)?|took part|came together"
    r"|rolled out|brought together|assembled|initiated|kicked off)\b",
    re.IGNORECASE,
)
_ALSO_WORK = re.compile(
    r"\b(?:end|finished|met|meetings?|allocated|funded|adopted|opened|developed|events?|workshops?|project"
    r"|process|participat\w+"
    r"|vot(?:e|ing)|sessions?|groups?|programme|campaign|scheme|survey(?:ed)?|consult\w+)\b",
    re.IGNORECASE,
)
#: Years of something else: what was published, won, counted, enacted or elected.
_OTHER = re.compile(
    r"\b(?:awards?|awarded the|finalists?|winners?|shortlisted|won|census|Acts?|laws?|legislation|enacted"
    r"|constitution\w*|elections?"
    r"|elected|referendum|population|statistics|born|died|publish\w*|report(?:ed)? (?:by|in)|article|journal"
    r"|press|vol|edition"
    r"|pp?\.|retrieved|accessed|et al|https?|www|doi|thesis|decades?|centur\w+|crisis|war|rates? (?:of|rose"
    r"|fell)|unemployment"
    r"|inspired|originat\w+|founded|replaced|coalition|Congress\w*|Conference|disaster|earthquake"
    r"|(?:for|covered) the (?:time )?period|[Ff]unds|World|United Nations|UN|submitted|interview\w*|authors?"
    r"|prizes?|medals?)\b",
    re.IGNORECASE,
)
#: Words of history: beside a bare year they tell what went before.
_BEFORE = re.compile(
    r"\b(?:historical\w*|previously|earlier|prior|since|after the|email|evaluat\w+|stud(?:y|ies)"
    r"|according to|university"
    r"|first (?:time|used|introduced|developed)|future|next|plan(?:s|ned)? (?:to|for))\b",
    re.IGNORECASE,
)
#: 'has been implementing it since ', 'has run since ': what goes on is the work's.
_EVER_SINCE = re.compile(
    r"\b(?:has|have) (?:been )?(?:implement(?:ing|ed)|run(?:ning)?|us(?:ing|ed)|h[eo]ld(?:ing)?|operat(?:ing|ed)"
    r"|deliver(?:ing|ed)|organi[sz](?:ing|ed)|worked|working|taken place|met|meeting)\b[^.;]{0,60}$"
)
#: What the work itself did right before its year: 'the jury met in ', 'was adopted by the borough in '.
_JUST_BEFORE = re.compile(
    r"\b(?:met|meets|adopted|introduced|opened|developed|finished|trained|recruited|invited|surveyed|consulted|decided"
    r"|created)(?: [\w’'-]+){0,3} $",
    re.IGNORECASE,
)
_IS_DAY = re.compile(rf"{_WEEKDAY}|{_DAY}{_MONTH}|{_MONTH} \d{{1,2}}(?!\d)")
_CITED = re.compile(r"[(\[](?P<words>[^()\[\]]{0,60})$")
_AS_OF = re.compile(r"\b(?:[Aa]s (?:of|at|from)|[Bb]y the|[Uu]p to|to date,?|so far,?) ?$")
_NOT_TOLD = re.compile(
    r"\b(?:references|bibliography|links|notes|sources?|see also|further reading|literature|footnotes|analysis"
    r"|criticisms?"
    r"|lessons|publications)\b",
    re.IGNORECASE,
)
_BEFORE_IT = re.compile(r"\b(?:history|background|context|problems?)\b", re.IGNORECASE)
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
    match = _YEARS.search(text, start, end)
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
        path = " ".join(told.block.heading_path)
        if _NOT_TOLD.search(path) or told.step == "lessons":
            continue
        heading = 0.5 if number < _FIRST else -1.5 if _BEFORE_IT.search(path) else 0.0
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
    for pattern in (_RANGE, _YEARS, _SINGLE):
        for match in pattern.finditer(text, told.start, told.end):
            if not any(match.start() < b and a < match.end() for a, b in taken):
                taken.append(match.span())
                yield match.span(), pattern is not _SINGLE


def _telling(text: str, told: Told, span: Span, *, is_range: bool) -> float | None:
    """How surely a date is the work's; None for a date of a plan, of a reference or of the writing."""
    words, sentence = text[slice(*span)], text[told.start : told.end]
    before = text[max(told.start, span[0] - _NEAR) : span[0]]
    near = before + text[span[0] : min(told.end, span[1] + _NEAR)]
    bare = not is_range and not re.search(rf"{_MONTH}|{_SEASON}", words)
    if is_planned(sentence) or _AS_OF.search(before) or (not is_range and _is_cited(before, bare=bare)):
        return None
    if bare and words.casefold().startswith("since ") and _EVER_SINCE.search(before):
        return 2.0
    if _OTHER.search(near) or (bare and (_BEFORE.search(near) or _is_of_something(text, before, span))):
        return 0.5
    governed = text[span[1] : min(told.end, span[1] + _CLAUSE)] if span[0] == told.start else ""
    is_work = _WORK.search(near) or _WORK.search(governed) or _JUST_BEFORE.search(f"{before}{words[:3]}")
    score = 2.0 if is_work else 1.0 if _ALSO_WORK.search(near) and not bare else 0.0
    if is_range:
        score += 2.0 if re.search(_MONTH, words) else 1.0
        return max(score, 2.0) if len(sentence) < _NEAR else score  # 'Funded by the Department of Health, 2009–2011'
    if bare:
        return score - (1.0 if words[0].isdigit() else 0.0)
    return score + (1.0 if _IS_DAY.search(words) else 0.5)


def _is_of_something(text: str, before: str, span: Span) -> bool:
    """Whether a year only tells a figure ('2.6% in 2000') or which one is meant ('the 1993 model')."""
    if re.search(r"[\d%] $", before):
        return True
    meant = re.match(r"(?:\w+ )?the (?=\d)", text[slice(*span)]) or before.endswith(("the ", "The "))
    noun = re.match(r" (?!and\b|or\b|with\b|to\b|in\b)[A-Za-z’'-]+(?: [a-z-]+)?", text[span[1] : span[1] + _NEAR])
    return bool(meant and noun and not _ALSO_WORK.search(noun.group()) and not _WORK.search(noun.group()))


def _is_cited(before: str, *, bare: bool) -> bool:
    """Whether a date is a reference's: '(Smith 2009', but not 'the day of the vote (27th November 2010'."""
    bracket = _CITED.search(before)
    return bool(bracket and (bare or bracket["words"].strip()))


def _durations(account: Account) -> Iterator[Span]:
    text = account.text
    for told in account.told:
        sentence = text[told.start : told.end]
        if is_planned(sentence) or _NOT_TOLD.search(" ".join(told.block.heading_path)):
            continue
        for match in _DURATION.finditer(text, told.start, told.end):
            near = text[max(told.start, match.start() - _NEAR) : match.end()]
            if (_WORK.search(near) or match["whose"]) and not re.search(
                r"\b(?:aged?|old|sentenced|served|term)\b", near
            ):
                yield match.span()
