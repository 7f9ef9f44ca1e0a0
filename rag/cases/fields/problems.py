"""What problem the work set out to solve."""

from __future__ import annotations

import re

from rag.cases.account import Account
from rag.cases.fields.outcomes import is_planned
from rag.cases.steps import Step, is_alone, steps
from rag.types import Facet

_MOST = 3
#: What a problem is said to be, strongest first, with what it counts.
_CUES = [
    (weight, re.compile(pattern))
    for weight, pattern in (
        (
            4,
            r"\bto (?:address|tackle|combat|overcome|respond to|solve|resolve) (?:the |this |these |these |low "
            r"|high |such )?(?:\w+ ){0,3}?"
            r"(?:(?:issue|problem|concern|challenge|need|barrier)s? (?:of|that|with|facing|faced|around|caused|posed"
            r"|to)\b"
            r"|inequalit|lack|poor|high|low|gap|crisis|shortage|stigma|isolation)"
            r"|\b(?:set up|created|established|launched|developed|formed|began"
            r"|started) (?:\w+ ){0,6}?(?:in response to|because of|due to|following)\b"
            r"|\b(?:in response to|following) (?:\w+ ){0,4}?(?:concerns?|complaints?|problems?|fears|reports of"
            r"|criticism|a crisis|evidence)"
            r"|\bissues? of concern\b|\bsought to tackle\b|\b(?:the|main|key|biggest|a) (?:\w+ )?(?:problem"
            r"|challenge|issue|difficulty)s? (?:was|were|is|that|facing|faced|with)\b",
        ),
        (
            3,
            r"\b(?:high|higher|rising|increasing|growing|alarming) (?:\w+ ){0,2}?(?:rates?|levels?|numbers?"
            r"|incidence|prevalence) of\b"
            r"|\b(?:low|lower|poor|declining|falling|decreasing|reduced|very low) (?:\w+ ){0,3}?(?:uptake|take-?up"
            r"|attendance|turn-?out|rates?|levels?|participation|access|awareness|engagement|trust|screening"
            r"|coverage|satisfaction)"
            r"|\b(?:a |the |their |to |of )?(?:lack|shortage|absence) of\b|\blacked\b|\binequalit(?:y|ies)\b"
            r"|\bdisproportionate\w*"
            r"|\bbarriers? to\b|\bmore likely to (?:die|suffer|have|be|experience)|\b(?:late|delayed) (?:booking"
            r"|diagnosis|presentation|access)"
            r"|\b(?:did not|didn['’]t|do not|don['’]t|were not|unable to|failed to) (?:attend|access|engage|come"
            r"|know|book|seek|feel|receive)"
            r"|\bstruggl(?:ed|e|ing)\b|\bcomplain(?:ts?|ed|ing)\b|\bunder-?(?:served|represented|used)\b"
            r"|\bmuch younger age\b|\bconcern(?:s|ed)? (?:about|that|over|relating)\b|\bdissatisf\w+|\bdistrust"
            r"|\bmistrust|\bdisengage\w+|\bapathy\b",
        ),
        (
            2,
            r"\b(?:isolation|loneliness|deprivation|deprived|poverty|unemployment|crime|stigma|conflict|corruption"
            r"|crisis|pollution"
            r"|congestion|vandalism|deficit|decline|controvers\w+|tensions?|discriminat\w+|marginali[sz]\w+|excluded"
            r"|exclusion|neglect\w*"
            r"|threat\w*|violence|shortage|inadequate|insufficient|insecurity|fragmented|outdated"
            r"|missed or misunderstood)\b"
            r"|\b(?:problems?|issues?|challenges?|difficult(?:y|ies)) (?:with|facing|faced)\b",
        ),
    )
]
_STEPS: dict[Step, int] = {
    "problem": 3,
    "context": 2,
    "aims": 2,
    "summary": 2,
    "": 2,
    "deed": 1,
    "money": -2,
    "people": -2,
    "fact": -2,
    "result": -3,
    "review": -3,
    "lessons": -3,
    "barriers": -4,
}
_AFTERWARDS = re.compile(
    r"\b(?:finalists?|awards?|category|overcame|no longer|reduced the|as a result|led to|helped|improved|succeeded"
    r"|have been able|successful|suggest|overwhelming support|recommend\w*|participants (?:said|felt|were)"
    r"|will|would|may|might|can help|should)\b"
)
_AIMS = re.compile(
    r"\b(?:intended to|designed to|task|role|aims?|aimed|goals?|purposes?|objectives?|to avoid|in order to|mission"
    r"|encouraged to|way of)\b"
)
_FEWEST_WORDS, _MOST_WORDS = 7, 70
_ENOUGH, _STRONGEST, _NOT_AT_ALL = 6, 4, -100
_EARLY = 12  # sentences: problems are told first


def problems(account: Account) -> list[Facet]:
    """The sentences that say what the problem was, at most three, the clearest first."""
    scored: list[tuple[int, int, Facet]] = []
    for number, (told, step) in enumerate(steps(account)):
        sentence = account.text[told.start : told.end]
        expected = _STEPS.get(step, 0) + (1 if number < _EARLY else 0) - (2 if number > 4 * _EARLY else 0)
        if expected + _STRONGEST < _ENOUGH:
            continue
        score = expected + _clearness(sentence)
        if score >= _ENOUGH and is_alone(sentence):
            scored.append((-score, number, Facet("problem", sentence, told.start, told.end)))
    best: dict[str, Facet] = {}
    for _, _, facet in sorted(scored, key=lambda each: each[:2]):
        best.setdefault(facet.value, facet)
    return list(best.values())[:_MOST]


def _clearness(sentence: str) -> int:
    """How clearly a sentence says what the problem was, from 1 to 4; far below that if it does not."""
    if not _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS or sentence[-1] not in ".!”’\"')]":
        return _NOT_AT_ALL
    words = sentence.lower()
    cue = next((weight for weight, pattern in _CUES if pattern.search(words)), _NOT_AT_ALL)
    if cue == _NOT_AT_ALL or is_planned(sentence):
        return _NOT_AT_ALL
    is_aim = _AIMS.search(words) or (words.startswith("to ") and "," not in words)
    return cue - (3 if _AFTERWARDS.search(words) else 0) - (3 if is_aim else 0)
