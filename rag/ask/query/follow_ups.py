"""Follow-up questions: which words of the conversation a question leans on, by rules that can be shown.

A question that stands on its own is searched as it is. One that leans on the conversation ('and who ran it?',
'what about Luton?') is searched together with the words of the question it leans on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.text.words import content_terms, stem
from rag.types import Query

#: Words that ask for something about a topic without naming one.
_ASPECTS = frozenset(
    stem(word)
    for word in """
    work worked project programme scheme initiative case study example evidence help done happen happened result outcome
    impact effect difference success successful tell find know explain describe show detail information more people
    community communities group organisation partner funder place area where who year time date long cost pay paid fund
    funded money run ran running lead led involve involved take took part start started begin end finish last aim goal
    purpose problem challenge learn lesson evaluate evaluated evaluation measure measured change improve reach reached
    many number use used do make made and also next other others approach way target targeted work deliver delivered
    provide set up support supported attend attended go went come came say said think thought
    compare compared comparison versus contrast
    """.split()
)
_CONNECTOR = re.compile(r"\W*(?:and|but|so|also|ok(?:ay)?|then|or|what about|how about|same for|in)\b", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\b(?:is|was|does|did|can|could|would|will) it "
    r"(?:possible|take|cost|true|legal|safe|ok|okay|necessary|normal|hard|easy)\b"
    r"|\bit (?:is|was|takes?|costs?|took) (?:possible|true|to|for|that)\b|\bit’?'?s (?:possible|true|like|to|that)\b",
    re.IGNORECASE,
)
_NOUN = (
    r"(?:projects?|programmes?|schemes?|initiatives?|sets?|campaigns?|ones?|works?|pilots?|services?|events?"
    r"|case|study|area|group)"
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|she|him|her|his|itself|themselves)\b"
    rf"|\b(?:this|that|these|those)(?= {_NOUN}\b|\W*$| (?:was|is|were|are|did|cost|work)\b)"
    r"|\b(?:of|about|from|in) (?:these|those)\b"
    rf"|\bthe (?:same )?{_NOUN}\b(?! (?:in|at|for|of|on|with|called|that|which)\b)|(?<!is )(?<!are )\bthere\b(?=\W*$)",
    re.IGNORECASE,
)
_PICKS = re.compile(
    r"\b(?:which|what|who|how many|any|some|all|none|each|most) of (?:these|those)\b"
    r"|\b(?:of|among|from) (?:these|those)\W*$"
    r"|\bcompare (?:them|these|those)\b|\bhow do they (?:compare|differ)\b"
    r"|\b(?:which|any|all|none|each|most) of them\b|\bwhich ones\b"
    r"|\b(?:these|those) (?:projects|programmes|schemes|initiatives|campaigns|pilots|cases|case studies|places)\b",
    re.IGNORECASE,
)
MOST_NEW_WORDS = 2  # 'what about Polish men?' leans on the conversation; a longer question brings its own topic


def resolve(question: str, history: Sequence[str], places: Callable[[str], Sequence[str]]) -> Query:
    """The query for ``question`` after the ``history`` of earlier questions, oldest first.

    ``places`` names the places in a text: a new place ('and in Luton?') takes the place of an old one.
    """
    if not history or not leans_back(question):
        return Query(question, question)
    earlier = resolve(history[-1], history[:-1], places)
    own = {term.stem for term in content_terms(question)}
    gone = set(places(earlier.text)) if places(question) else set()
    left_out = {stem(word) for place in gone for word in place.split()}
    carried: dict[str, str] = {}
    for term in content_terms(earlier.text):
        if term.stem not in own and term.stem not in left_out and term.stem not in _ASPECTS:
            carried.setdefault(term.stem, earlier.text[term.start : term.end])
    if not carried:
        return Query(question, question)
    words = tuple(carried.values())
    return Query(question, f"{' '.join(words)} {question}", words, earlier.typed)


def topic_words(question: str) -> list[str]:
    """Stems of the words that name a topic, rather than what is to be known of one."""
    return [term.stem for term in content_terms(question) if term.stem not in _ASPECTS]


def points_back(text: str) -> bool:
    """Whether words of ``text`` stand for something said before: 'it', 'these projects'."""
    return bool(_POINTS_BACK.search(text))


def picks_from_earlier(question: str) -> bool:
    """Whether a question asks which of the cases found before ('these') something holds for."""
    return bool(_PICKS.search(question))


def leans_back(question: str) -> bool:
    """Whether a question can't be understood without the one before it."""
    topics = [term for term in content_terms(question) if term.stem not in _ASPECTS]
    if not topics:
        return bool(content_terms(question)) or points_back(question)
    if _CONNECTOR.match(question) and len(topics) <= MOST_NEW_WORDS:
        return True
    if _EXPLETIVE.search(question):
        return False
    pointer = _POINTS_BACK.search(question)
    return pointer is not None and all(term.start > pointer.start() for term in topics)
