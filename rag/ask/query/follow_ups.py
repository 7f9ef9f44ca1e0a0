"""Follow-up questions: which words of the conversation a question leans on, by rules that can be shown.

A question that stands on its own is searched as it is. One that leans on the conversation ('and who ran it?',
'what about Luton?') is searched together with the words of the question it leans on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.text.patterns import patterns
from rag.text.words import content_terms, stem, word_list
from rag.types import Query

#: Words that ask for something about a topic without naming one.
ASPECTS = frozenset(map(stem, word_list("aspects")))
_PATTERNS = patterns("follow_ups")
MOST_NEW_WORDS = 2  # 'what about Polish men?' leans on the conversation; a longer question brings its own topic


def resolve_follow_up(question: str, history: Sequence[str], places: Callable[[str], Sequence[str]]) -> Query:
    """The query for ``question`` after the ``history`` of earlier questions, oldest first.

    ``places`` names the places in a text: a new place ('and in Luton?') takes the place of an old one.
    """
    if not history or not leans_back(question):
        return Query(question, question)
    earlier = resolve_follow_up(history[-1], history[:-1], places)
    own = {term.stem for term in content_terms(question)}
    gone = set(places(earlier.text)) if places(question) else set()
    left_out = {stem(word) for place in gone for word in place.split()}
    carried: dict[str, str] = {}
    for term in content_terms(earlier.text):
        if term.stem not in own and term.stem not in left_out and term.stem not in ASPECTS:
            carried.setdefault(term.stem, earlier.text[term.start : term.end])
    if not carried:
        return Query(question, question)
    words = tuple(carried.values())
    return Query(question, f"{' '.join(words)} {question}", words, earlier.typed)


def topic_words(question: str) -> list[str]:
    """Stems of the words that name a topic, rather than what is to be known of one."""
    return [term.stem for term in content_terms(question) if term.stem not in ASPECTS]


def points_back(text: str) -> bool:
    """Whether words of ``text`` stand for something said before: 'it', 'these projects'."""
    return bool(_PATTERNS["points_back"].search(text))


def picks_from_earlier(question: str) -> bool:
    """Whether a question asks which of the cases found before ('these') something holds for."""
    return bool(_PATTERNS["picks"].search(question))


def leans_back(question: str) -> bool:
    """Whether a question can't be understood without the one before it."""
    topics = [term for term in content_terms(question) if term.stem not in ASPECTS]
    if _PATTERNS["bare"].match(question):
        return True
    if not topics:
        return bool(content_terms(question)) or points_back(question)
    if _PATTERNS["connector"].match(question) and len(topics) <= MOST_NEW_WORDS:
        return True
    if _PATTERNS["expletive"].search(question):
        return False
    pointer = _PATTERNS["points_back"].search(question)
    return pointer is not None and all(term.start > pointer.start() for term in topics)
