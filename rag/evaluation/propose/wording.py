"""The parts questions are made of: numbers, dates, noun phrases and clauses that can be understood on their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from rag.text.patterns import patterns
from rag.text.words import content_terms

PATTERNS = patterns("proposals")
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
        if holds("the_case", words):
            return self.name
        if holds("pointing they auxiliary dangling no_subject", words) or not content_terms(words):
            return ""
        first, _, rest = words.partition(" ")
        if len(words.split()) > _LONGEST_SUBJECT:
            return ""
        small = first in ("A", "An", "The") or self.is_common(first.lower())
        return f"{first.lower()} {rest}".strip() if small else words


def holds(names: str, words: str) -> bool:
    """Whether any of these patterns is found in ``words``."""
    return any(PATTERNS[name].search(words) for name in names.split())


def clause(words: str, least: int = 4) -> str:
    """``words`` up to where another thought begins; '' if too little, or something that points elsewhere, is left."""
    cut = PATTERNS["next_thought"].search(words)
    if cut and cut.group() in "“”\"(":  # fmt: skip
        return ""
    kept = PATTERNS["dangling"].sub("", (words[: cut.start()] if cut else words).strip()).strip()
    points = holds("pointing", kept) or holds("they", " ".join(kept.split()[:3]))
    return "" if points or not least <= len(kept.split()) <= _LONGEST_CLAUSE or "[" in kept else kept
