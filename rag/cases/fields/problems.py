"""What problem the work set out to solve."""

from __future__ import annotations

from rag.cases.account import Account
from rag.cases.fields.outcomes import is_planned
from rag.cases.steps import is_alone, most_telling, step_weights, steps
from rag.text.patterns import patterns
from rag.types import Facet

_MOST = 3
_PATTERNS = patterns("problems")
#: What a problem is said to be, strongest first, with what it counts.
_CUES = ((4, "strong"), (3, "clear"), (2, "weak"))
_STEPS = step_weights("problems")
_FEWEST_WORDS, _MOST_WORDS = 7, 70
_ENOUGH, _STRONGEST, _NOT_AT_ALL = 6, 4, -100
_EARLY = 12  # sentences: problems are told first


def problems(account: Account) -> list[Facet]:
    """The sentences that say what the problem was, at most three, the clearest first."""
    scored: list[tuple[int, Facet]] = []
    for number, (told, step) in enumerate(steps(account)):
        sentence = account.words(told)
        expected = _STEPS.get(step, 0) + (1 if number < _EARLY else 0) - (2 if number > 4 * _EARLY else 0)
        if expected + _STRONGEST < _ENOUGH:
            continue
        score = expected + _clearness(sentence)
        if score >= _ENOUGH and is_alone(sentence):
            scored.append((score, Facet("problem", sentence, told.start, told.end)))
    return most_telling(scored, _MOST)


def _clearness(sentence: str) -> int:
    """How clearly a sentence says what the problem was, from 1 to 4; far below that if it does not."""
    if not _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS or sentence[-1] not in ".!”’\"')]":
        return _NOT_AT_ALL
    words = sentence.lower()
    cue = next((weight for weight, cue in _CUES if _PATTERNS[cue].search(words)), _NOT_AT_ALL)
    if cue == _NOT_AT_ALL or is_planned(sentence):
        return _NOT_AT_ALL
    is_aim = _PATTERNS["aims"].search(words) or (words.startswith("to ") and "," not in words)
    return cue - (3 if _PATTERNS["afterwards"].search(words) else 0) - (3 if is_aim else 0)
