"""What a question asks for: one thing or several, a result, a figure; which of its words are about the topic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from rag.text.words import STOP_WORDS, content_terms, stems

QuestionKind = Literal["narrow", "what-worked", "several"]

#: Stems that frame a question about case studies without saying what it is about.
FRAME = frozenset(
    stems(
        """
        work works worked working project projects initiative initiatives programme case cases study studies example
        examples evidence help helped done do happen happened result results outcome outcomes tell find know show give
        use used using long often far people way ways anyone anybody tried try precedent precedents report reports
        reported took take taken place places
        """
    )
)

#: Stems of common verbs and adverbs: they name nothing that a source would have to mention to answer.
LIGHT = FRAME | frozenset(
    stems(
        """
        be become begin believe bring build call came carry cause change choose come consider continue cope cut
        deal decide demonstrate describe develop encourage end ensure explain feel follow found gain get go
        happen hear held hold improve include increase involve keep know lead learn leave look lower make manage
        mean meet move need never offer ever often persuade prove provide put raise reach reduce run saw say see
        seem set shift show speak spend start stay stop suggest support take talk tell think turn understand
        want went win work wrong actually really roughly exactly mainly mostly especially currently recently eventually
        """
    )
)

_SEVERAL = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,2}"
    r"(?:projects|initiatives|programmes|schemes|case studies|cases|places|areas|councils|examples|precedents"
    r"|organisations|sites|trusts|studies|pilots|campaigns|interventions)\b"
    r"|\b(?:examples?|precedents?) (?:of|for|are)\b"
    r"|\bwhere (?:has|have|did|was|were)\b|\bwho (?:has|have|else)\b"
    r"|\b(?:has|have) (?:anyone|anybody|any|other)\b|\bcompare\b|\bof these\b",
    re.IGNORECASE,
)
_WHAT_WORKED = re.compile(
    r"\bwhat (?:\w+ )?"
    r"(?:work(?:s|ed)|help(?:s|ed)|has been done|was done|can be done|reduced|increased|improved)\b"
    r"|\bhow (?:can|could|do|did)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:measured|results?|outcomes?|impact|effect(?:s|ive)?|evaluated|difference|success(?:ful)?)\b", re.IGNORECASE
)

_TROUBLE = re.compile(
    r"\b(?:went|go|goes) wrong\b|\b(?:didn[’']t|did not|doesn[’']t) work\b|\b(?:got|get|stood|gets) in the way\b"
    r"|\bbarriers?\b|\bobstacles?\b|\bdifficult(?:y|ies)\b|\bpitfalls?\b|\bfail(?:ed|ures?)?\b|\blessons?\b"
    r"|\b(?:was|were|did \w+) learn(?:ed|t)?\b|\bdrawbacks?\b|\blimitations?\b|\bcriticisms?\b",
    re.IGNORECASE,
)
_NUMERAL = (
    r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety|hundred|thousand|million|dozens?)"
)
_MONTHS = r"January|February|March|April|May|June|July|August|September|October|November|December"
#: What a question asks for, and what words that answer it must hold. The first row that fits counts.
_FIGURES = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(needed, re.IGNORECASE))
    for asked, needed in (
        (
            r"\bhow much\b.*"
            r"\b(?:costs?|pay|paid|spend|spent|charged?|budget|funding|money|worth|raised?|earn)\b"
            r"|\b(?:what|how much) (?:was|is|were|did) .{0,40}\b(?:cost|price|budget|fee|salary|funding)\b",
            r"[£$€]\s?\d|\b(?:pounds?|euros?|dollars?|pence)\b|\b\d[\d,.]*\s?(?:k|m|bn|million)\b",
        ),
        (
            r"\b(?:what|which) (?:share|proportion|percentage|fraction|rate)\b|\bby how (?:much|many)\b"
            r"|\bpercentage of\b",
            r"%|\bper ?cent\b|\b(?:half|thirds?|quarters?|doubled|halved|trebled)\b|\b\d[\d,.]*\b|\btimes\b",
        ),
        (
            r"\bhow long\b",
            rf"\b{_NUMERAL}[- ]?(?:\w+ )?(?:minutes?|hours?|days?|weeks?|months?|years?|decades?|terms?)\b"
            r"|\b(?:19|20)\d\d\b",
        ),
        (
            r"\bhow often\b",
            r"\b(?:weekly|monthly|daily|yearly|annual(?:ly)?|fortnightly|every|once|twice|each|times|per)\b",
        ),
        (r"\bhow (?:many|much|old|far)\b|\bwhat (?:number|age)\b", rf"\b{_NUMERAL}\b"),
        (
            r"^\W*(?:and )?(?:when|what year|which year|in what year|on what date)\b",
            rf"\b(?:1[5-9]|20)\d\d\b|\b(?:{_MONTHS}|spring|summer|autumn|winter|century|weekly|monthly)\b"
            r"|\b\d{1,2}(?:st|nd|rd|th)\b",
        ),
    )
)


_COUNTED = re.compile(r"\bhow many (?:different |other |new )?(\w+)(?: (\w+))?", re.IGNORECASE)
_PREFIX = 4  # letters of a counted thing: singular or plural


def question_kind(question: str) -> QuestionKind:
    """'several' for who hunts precedents, 'what-worked' for who wants all that was done, else 'narrow'."""
    if _SEVERAL.search(question):
        return "several"
    return "what-worked" if _WHAT_WORKED.search(question) else "narrow"


def asks_trouble(question: str) -> bool:
    """Whether a question asks what got in the way, or what was learnt."""
    return bool(_TROUBLE.search(question))


def asks_result(question: str) -> bool:
    """Whether a question asks what came of the work."""
    return bool(_RESULT.search(question))


def asks_what_worked(question: str) -> bool:
    """Whether a question wants to know what helped, or what came of it: the stronger result is to come first."""
    return question_kind(question) == "what-worked" or asks_result(question)


@lru_cache(maxsize=256)
def figure_asked(question: str) -> re.Pattern[str] | None:
    """What the words that answer must hold if the question asks for a figure, sum, length of time or date."""
    if counted := _COUNTED.search(question):
        # 'How many women ...': '200 women', 'nine different languages'; not '30 per cent of people'.
        things = "|".join(re.escape(word[:_PREFIX]) for word in counted.groups() if word and word not in STOP_WORDS)
        if things:
            return re.compile(
                rf"\b{_NUMERAL}(?!\s?(?:%|per ?cent))[\s-]+(?:[^\s.;:!?]+\s+){{0,3}}[“‘\"']?(?:{things})", re.IGNORECASE
            )
    return next((needed for asked, needed in _FIGURES if asked.search(question)), None)


def figure_lacking(question: str, quotes: Iterable[str]) -> float:
    """1.0 if the question asks for a figure and no quote has one of its kind."""
    needed = figure_asked(question)
    return float(needed is not None and not any(needed.search(quote) for quote in quotes))


def named(question: str) -> list[str]:
    """Stems of what the question names: capitalised words but its first, and numbers."""
    return [
        term.stem
        for term in content_terms(question)
        if question[term.start].isdigit() or (question[term.start].isupper() and term.start > 0)
    ]
