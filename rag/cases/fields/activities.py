"""What was done."""

from __future__ import annotations

from rag.cases.account import Account, Told
from rag.cases.fields.outcomes import is_planned, outcome_of
from rag.cases.steps import Step, most_telling, step_weights, steps
from rag.text.patterns import patterns
from rag.types import Facet

_MOST = 6
_PATTERNS = patterns("activities")
_STEPS = step_weights("activities")
_FEWEST_WORDS, _MOST_WORDS = 6, 60
_FEWEST_WORDS_OF_ITEM = 2
_ENOUGH = 4
_LEAST = -1  # of a step below which no sentence counts enough


def activities(account: Account) -> list[Facet]:
    """The sentences and list items that say what was done: the six most telling, in the order of the text."""
    scored: list[tuple[int, Facet]] = []
    for told, step in steps(account):
        sentence = account.words(told)
        item = _item_score(account.text, told, sentence)
        score = _score(sentence, step) if item is None else item
        if score >= _ENOUGH:
            scored.append((score, Facet("deed", sentence, told.start, told.end)))
    return sorted(most_telling(scored, _MOST), key=lambda facet: facet.start)


def _item_score(text: str, told: Told, sentence: str) -> int | None:
    """How tellingly an item of a list of activities says what was done: 0 in a list of aims or the like; None of what
    may say it in a sentence of its own.
    """
    lead_in = told.block.lead_in
    if told.block.kind != "item" or lead_in is None:
        return None
    lead = text[slice(*lead_in)]
    if _PATTERNS["leads_elsewhere"].search(lead) or is_planned(lead):
        return 0
    if not _PATTERNS["leads_to_activities"].search(lead) or told.start != told.block.start:
        return None
    if len(sentence.split()) < _FEWEST_WORDS_OF_ITEM or is_planned(sentence) or _PATTERNS["method"].fullmatch(sentence):
        return 0
    return _ENOUGH + 1 + bool(_PATTERNS["concrete"].search(sentence.lower()))


def _score(sentence: str, step: Step) -> int:
    """How tellingly a sentence says what was done; 0 if it does not."""
    if not _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS or sentence[-1] in ":?" or sentence[0] in "“\"‘'(":
        return 0
    if _STEPS.get(step, 0) < _LEAST or _PATTERNS["fact_line"].match(sentence):
        return 0
    words = sentence.lower()
    done = _PATTERNS["active"].search(words)
    verb = done or _PATTERNS["going_on"].search(words)
    if (
        not verb
        or "yet to" in words
        or _PATTERNS["not_the_activity"].search(words, 0, verb.end())
        or is_planned(sentence)
    ):
        return 0
    score = 2 + _STEPS.get(step, 0)
    score += min(2, len(set(_PATTERNS["concrete"].findall(words)))) + bool(_PATTERNS["passive"].search(words))
    score -= 2 * (outcome_of(sentence) in ("measured", "reported")) + (done is None)
    return score - bool(_PATTERNS["who_or_what"].match(sentence))
