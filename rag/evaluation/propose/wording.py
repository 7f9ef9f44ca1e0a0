"""The parts questions are made of: numbers, dates, noun phrases and clauses that can be understood on their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from rag.text.words import content_terms

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NUMBER = (
    r"(?:\d[\d,.]*\d|\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty)"
)
FIGURE = rf"(?:{NUMBER}\s?(?:%|per ?cent|percentage points?|times)|a third|a quarter|half|two[- ]thirds)"
DATE = (
    rf"(?:(?:the )?(?:early |late |mid-)?(?:spring|summer|autumn|winter|fall) (?:of )?(?:19|20)\d\d"
    rf"|(?:early |late |mid-)?(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{_MONTHS})(?: \d{{1,2}}(?:st|nd|rd|th)?,?)?,?"
    r" (?:19|20)\d\d|(?:early |late |mid-)?(?:19|20)\d\d)"
)
#: A noun phrase that begins a sentence.
SUBJECT = r"(?P<subject>(?:[A-Z][\w’'-]*|\d+ [a-z]+)(?: [\w’'‘&/-]+){0,9}?)"
#: Words whose meaning stands elsewhere in the source.
POINTING = re.compile(
    r"\b(?:this|these|those|it|its|itself|he|she|his|her|him|hers|i|me|my|we|us|our|ours|you|your|such|above|below"
    r"|following|former|latter|another|also|here|there|same|then|however|therefore|which|who|whom|that they"
    r"|thus|but|some|both|others?|one|ones|either|neither|al)\b",
    re.IGNORECASE,
)
THEY = re.compile(r"\b(?:they|them|their|theirs|themselves)\b", re.IGNORECASE)
AUXILIARY = re.compile(
    r"\b(?:was|were|is|are|has|have|had|will|would|can|could|should|may|might|must|been|be|did|do)\b"
)
#: The case itself, as a sentence of it says.
THE_CASE = re.compile(
    r"^(?:It|This"
    r"|(?:The|This) (?:project|programme|program|initiative|scheme|campaign|work|process|partnership|pilot))$"
)
DANGLING = re.compile(
    r"\b(?:of|in|at|by|for|with|to|and|or|the|a|an|from|on|as|if|when|because|after|about|over|under|per|that|which"
    r"|who|has|have|not)$"
)
_NO_SUBJECT = re.compile(
    r"(?:In|At|On|By|For|With|From|After|Before|During|As|If|When|Since|To|Of|Once|While|Until|And|So|Among"
    r"|Under|Through|Within|Despite|Although|Based|Given|Following|Between|Throughout|Without|About|Over|Like|Unlike)\b"
)
_NEXT_THOUGHT = re.compile(
    r"[,;:()–—“”\"]| (?:which|while|whereas|although|who|and|but|as well as|thanks to|resulting|according)\b"
)
_LONGEST_CLAUSE, _LONGEST_SUBJECT = 22, 10  # words


class Asked(NamedTuple):
    """A question that a source answers: ``kind`` as in question sets, ``pattern`` what it was made by."""

    text: str
    kind: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the case called ``name`` ('' if it has no name).

    ``is_common`` tells words that are written with a small letter from names.
    """

    text: str
    name: str
    is_common: Callable[[str], bool]

    def subject(self, words: str) -> str:
        """A sentence's first noun phrase as it reads inside a question; '' if it can't be understood there."""
        if THE_CASE.match(words):
            return self.name
        points = POINTING.search(words) or THEY.search(words) or AUXILIARY.search(words)
        if points or DANGLING.search(words) or _NO_SUBJECT.match(words) or not content_terms(words):
            return ""
        first, _, rest = words.partition(" ")
        if len(words.split()) > _LONGEST_SUBJECT:
            return ""
        small = first in ("A", "An", "The") or self.is_common(first.lower())
        return f"{first.lower()} {rest}".strip() if small else words


def clause(words: str, least: int = 4) -> str:
    """``words`` up to where another thought begins; '' if too little, or something that points elsewhere, is left."""
    cut = _NEXT_THOUGHT.search(words)
    if cut and cut.group() in "“”\"(":  # fmt: skip
        return ""
    kept = DANGLING.sub("", (words[: cut.start()] if cut else words).strip()).strip()
    points = POINTING.search(kept) or THEY.search(" ".join(kept.split()[:3]))
    return "" if points or not least <= len(kept.split()) <= _LONGEST_CLAUSE or "[" in kept else kept
