"""The same question in other words: what is said out of politeness, and whether one or many are meant."""

from __future__ import annotations

import re

from rag.ask.query.intent import FRAME
from rag.text.patterns import patterns
from rag.text.spelling import is_english
from rag.text.words import ACRONYMS, IRREGULAR_PLURALS, STOP_WORDS, singular, stem

_PATTERNS = patterns("wording")
_WORD = re.compile(r"[^\W\d_]+")


def without_politeness(question: str) -> str:
    """The question itself: 'Could you tell me what worked, please?' asks 'what worked?'."""
    rest = question
    for name in ("opens", "frames", "closes"):
        rest = _PATTERNS[name].sub("", rest, count=1)
    return rest if _WORD.search(rest) else question


def in_the_singular(text: str) -> str:
    """``text`` with one of each thing and without its article: 'with GPs' and 'with a GP' are encoded alike."""
    return _WORD.sub(lambda match: _singular(match.group()), _PATTERNS["article"].sub("", text))


def _singular(word: str) -> str:
    if ACRONYMS.fullmatch(word):
        return word[:-1]
    if not word.islower() or word in STOP_WORDS or stem(word) in FRAME:
        return word  # with a capital it may be a name
    one = singular(word)
    return one if word in IRREGULAR_PLURALS or (stem(one) == stem(word) and is_english(one)) else word
