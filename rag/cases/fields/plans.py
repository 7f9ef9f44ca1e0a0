"""What a sentence says is intended rather than done."""

from __future__ import annotations

from rag.text.patterns import patterns
from rag.text.words import trimmed
from rag.types import Span

_PATTERNS = patterns("plans")


def is_planned(sentence: str) -> bool:
    """Whether a sentence tells what is intended rather than what was done."""
    return plan_in(sentence) is not None


def is_under_way(sentence: str) -> bool:
    """Whether a sentence that tells of a plan says that it is already being carried out."""
    return bool(_PATTERNS["under_way"].search(sentence))


def plan_in(sentence: str) -> Span | None:
    """The words that make a plan of a sentence; None if it is none. Guidance and general truths are no plans."""
    if not _PATTERNS["may_plan"].search(sentence):
        return None
    for match in _PATTERNS["planned"].finditer(sentence):
        is_will = match.group().startswith(("will", "may"))
        if not (is_will and _PATTERNS["supposed"].search(sentence, 0, match.start())):
            return match.start(), trimmed(sentence, *match.span())[1]
    return None
