"""Where in its account a sentence stands, told from the headings above it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from rag.cases.account import Account, Told
from rag.cases.facts import label_key
from rag.types import Span

#: 'problem': what was to be solved; 'people': who took part and how they were chosen; 'barriers': what got in the
#: way; 'review': the author's judgement, good and bad; 'outside': references and links.
Step = Literal[
    "problem",
    "context",
    "aims",
    "people",
    "money",
    "deed",
    "result",
    "barriers",
    "lessons",
    "review",
    "summary",
    "outside",
    "fact",
    "",
]

#: By a word of the heading, or by one that it opens with or has second: 'Having a data-driven approach' is no step.
_OPENS = r"^(?:the |our |their |its )?(?:(?:\w+ and |[\w-]+ )?)"
_HEADINGS: tuple[tuple[Step, str], ...] = (
    (
        "outside",
        r"\b(?:sources|references|bibliography|external links|links|see also|notes|further (?:reading|information)"
        r"|contacts?|credits|comments)$|^case data$|^related\b",
    ),
    ("review", r"\b(?:analys[ie]s|critici\w+|criticas?|critiques?|reflections?|discussion|conclu\w+|strengths)\b"),
    (
        "barriers",
        r"\b(?:barriers?|obstacles?|difficult(?:y|ies)|limitations?|weakness(?:es)?|drawbacks?|shortcomings?"
        r"|challenges? (?:faced|encountered|met)|what (?:didn['’]t|did not) work)\b(?! to (?:overcome|tackle))",
    ),
    ("lessons", r"\b(?:lessons?|learne?[dt]|learning points?|top tips|advice|success factors|what worked)\b"),
    (
        "result",
        rf"{_OPENS}(?:influence|outcomes?|effects|impacts?|results?|achievements?|benefits|findings|evaluation"
        rf"|outputs)\b"
        r"|\bwhat (?:changed|was (?:achieved|found))\b|\bdifference\b",
    ),
    ("people", r"\bparticipants?\b|\bparticipation selection\b|^who\b|\brecruitment\b|\btarget group\b"),
    ("problem", rf"{_OPENS}(?:problems?|challenges?|issues?|needs?)\b|^why\b"),
    ("aims", rf"{_OPENS}(?:aims?|objectives?|goals?|purposes?)\b"),
    ("money", rf"{_OPENS}(?:originating|funding|financ\w+|costs?|budget|sponsors?|resources)\b"),
    (
        "deed",
        rf"{_OPENS}(?:deliberations?|decisions?|public interactions?|methodology|methods?|process|implementation"
        r"|activit(?:y|ies)|intervention|approach|solution|response)\b"
        r"|\bwhat (?:\w+ ){1,3}did\b|\bwhat happened\b|\bhow it works?\b|\bdecisions?,? and public\b|^how$",
    ),
    ("summary", r"^(?:summary|overview|at a glance|abstract|introduction|(?:the )?story so far|what)$"),
    ("context", rf"{_OPENS}(?:history|background|context|rationale)\b|^about\b"),
)
_PATTERNS = [(step, re.compile(pattern)) for step, pattern in _HEADINGS]
_MOST_WORDS_OF_HEADING = 8
_NEEDS_THE_ONE_BEFORE = re.compile(
    r"[“\"‘']?(?:This|That|These|Those|They|He|She|Its|Their|However|But|Nevertheless|Nonetheless|Despite (?:this"
    r"|that)"
    r"|Moreover|Furthermore|In addition|Additionally|Also|Such|Thus|Therefore|Hence|As a result|For example"
    r"|For instance|Yet|Another|Others?|Secondly|Similarly|Instead|Finally|Both|Still|Here|Consequently"
    r"|On the other hand|Nor|Since then|To this end)\b"
    r"|[“\"‘']?It\b(?! (?:is|was|has been|proved|became) (?:\w+ )?\w+ (?:to|that|for)\b)(?!['’]s \w+ (?:to|that)\b)"
)
_MOST_WORDS_WITH_THE_ONE_BEFORE = 60


@lru_cache(maxsize=4096)
def _below(headings: tuple[str, ...]) -> Step:
    for heading in reversed(headings):
        key = label_key(heading)
        if len(key.split()) <= _MOST_WORDS_OF_HEADING:
            for step, pattern in _PATTERNS:
                if pattern.search(key):
                    return step
    return ""


def step_of(told: Told) -> Step:
    """The step of the account that the sentence belongs to; '' where no heading says."""
    if step := _below(told.block.heading_path):
        return step
    return told.step if told.step != "name" else ""


def steps(account: Account) -> list[tuple[Told, Step]]:
    """Every sentence with its step, without references and links.

    Challenges told of after what was done are what got in the way, those told before it the problem.
    """
    found: list[tuple[Told, Step]] = []
    is_done = False
    for told in account.told:
        step = step_of(told)
        if step == "outside":
            continue
        is_done = is_done or step in ("deed", "result")
        if step == "problem" and is_done and "challenge" in " ".join(told.block.heading_path[-1:]).casefold():
            step = "barriers"
        found.append((told, step))
    return found


def is_alone(sentence: str) -> bool:
    """Whether a sentence is understood without the one before it."""
    return not _NEEDS_THE_ONE_BEFORE.match(sentence)


def with_the_one_before(text: str, told: Told, before: Told | None) -> Span:
    """A sentence's span; of 'They ...' or 'However ...' that of the sentence before too, if they are short enough."""
    if before is None or before.block is not told.block or is_alone(text[told.start : told.end]):
        return told.start, told.end
    is_short = len(text[before.start : told.end].split()) < _MOST_WORDS_WITH_THE_ONE_BEFORE
    return (before.start if is_short else told.start), told.end
