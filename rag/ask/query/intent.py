"""What a question asks for: one thing or several, a result, a figure; which of its words are about the topic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from rag.text.patterns import patterns
from rag.text.words import STOP_WORDS, content_terms, stem, word_list
from rag.types import Sought

QuestionKind = Literal["narrow", "what-worked", "several"]

#: Stems that frame a question about case studies without saying what it is about.
FRAME = frozenset(map(stem, word_list("frame")))

#: Stems that name nothing that a source would have to mention to answer.
LIGHT = FRAME | frozenset(map(stem, word_list("light")))

#: What is asked for that the words which answer must hold; the first that fits counts.
_FIGURES: tuple[Sought, ...] = ("email", "phone", "funder", "money", "share", "duration", "frequency", "number", "date")
_PREFIX = 4  # letters of a counted thing: singular or plural
_PATTERNS = patterns("intent")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def question_kind(question: str) -> QuestionKind:
    """'several' for who hunts precedents, 'what-worked' for who wants all that was done, else 'narrow'."""
    if _PATTERNS["several"].search(question):
        return "several"
    return "what-worked" if _PATTERNS["what_worked"].search(question) else "narrow"


def asks_a_fact(question: str) -> bool:
    """Whether a question asks for one thing, and is no bare topic."""
    return question_kind(question) == "narrow" and bool(_PATTERNS["question_word"].search(question))


def asks_trouble(question: str) -> bool:
    """Whether a question asks what got in the way, or what was learnt."""
    return bool(_PATTERNS["trouble"].search(question))


def asks_evidence(question: str) -> bool:
    """Whether a question asks if something was done or works: what is only planned does not answer that."""
    return bool(_PATTERNS["evidence"].search(question))


def asks_result(question: str) -> bool:
    """Whether a question asks what came of the work."""
    return bool(_PATTERNS["result"].search(question))


def asks_what_worked(question: str) -> bool:
    """Whether a question wants to know what helped, or what came of it: the stronger result is to come first."""
    return question_kind(question) == "what-worked" or asks_result(question)


def figure_asked(question: str) -> re.Pattern[str] | None:
    """What the words that answer must hold if the question asks for a figure, sum, length of time or date."""
    found = _figure(question)
    return found[1] if found else None


def figure_sought(question: str) -> Sought | None:
    """The kind of figure, sum, length of time or date that a question asks for."""
    found = _figure(question)
    return found[0] if found else None


@lru_cache(maxsize=256)
def _figure(question: str) -> tuple[Sought, re.Pattern[str]] | None:
    if (counted := _PATTERNS["counted"].search(question)) and (pattern := _number_of(counted.groups())):
        return "number", pattern
    if shared := _PATTERNS["share_of"].search(question):
        return "share", _share_of(question[shared.end() :])
    asked = (figure for figure in _FIGURES if _PATTERNS[f"asks_{figure}"].search(question))
    return next(((figure, _PATTERNS[figure]) for figure in asked), None)


def _number_of(things: Iterable[str | None]) -> re.Pattern[str] | None:
    """'How many women ...': '200 women', 'nine different languages', '30 per cent of women' too. In a sentence that
    names the first of the things: 'How many sepsis cases' asks of sepsis.
    """
    begun = [re.escape(word[:_PREFIX]) for word in things if word and word not in STOP_WORDS]
    if not begun:
        return None
    numeral = _PATTERNS.source("numeral")
    number = rf"\b(?:{numeral})(?!\s?(?:%|per ?cent))"
    share = rf"\b(?:{numeral})\s?(?:%|per ?cent) of"
    near = rf"[\s-]+(?:[^\s.;:!?]+\s+){{0,3}}[“‘\"']?(?:{'|'.join(begun)})"
    return re.compile(rf"^(?=.*\b{begun[0]}).*(?:{number}|{share}){near}", re.IGNORECASE | re.MULTILINE)


def _share_of(asked: str) -> re.Pattern[str]:
    """'What percentage of women came': a share that a word of what is asked stands near, '20 per cent of the women'."""
    begun = "|".join(re.escape(asked[t.start : t.end][:_PREFIX]) for t in content_terms(asked)) or r"\w"
    share = _PATTERNS.source("percentage")
    between = r"[\s,(–-]+(?:[^\s.;:!?]+\s+){0,4}"
    return re.compile(rf"{share}{between}(?:{begun})|\b(?:{begun})\w*{between}{share}", re.IGNORECASE)


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
