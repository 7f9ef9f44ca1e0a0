"""What came of the work, how strongly the source states it, and the words that show it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.cases.account import Account, Told
from rag.cases.facts import labelled
from rag.cases.fields.measures import figures_in
from rag.cases.fields.plans import is_planned, plan_in
from rag.cases.steps import Step, steps
from rag.text.patterns import patterns
from rag.text.words import trimmed
from rag.types import Facet, Outcome, Span

__all__ = ["is_planned", "outcome_of", "outcomes", "triggers"]

_PATTERNS = patterns("outcomes")
_MOST_WORDS_OF_BOX = 4  # of the value of a fact
_LONGEST = 2000  # characters of a sentence; what is longer is a table or a list run together
_LETTERS = re.compile(r"[a-z]+")
#: One of these is in whatever says that it helped.
_PRAISE = frozenset(_PATTERNS.words("praise"))
#: Steps of an account that tell of no results, and those where praise is of something else.
_WITHOUT_RESULTS: frozenset[Step] = frozenset({"problem", "context", "aims", "money"})
_NO_PRAISE: frozenset[Step] = frozenset({"people", "fact", "barriers"})


@dataclass(frozen=True, slots=True)
class _Reading:
    kind: Outcome
    trigger: tuple[Span, ...] = ()


def outcome_of(sentence: str) -> Outcome:
    """What kind of result one sentence states."""
    return _read(sentence).kind


def triggers(sentence: str) -> tuple[Span, ...]:
    """The words that decide what kind of result a sentence states, as spans within it, in order."""
    return _read(sentence).trigger


def outcomes(account: Account) -> list[Facet]:
    """One facet for every sentence that states a result or a plan: the strongest and most telling first, what a fact
    box counts after what is told, plans last.
    """
    found: list[tuple[float, Facet]] = []
    for told, step in steps(account):
        if step in _WITHOUT_RESULTS:
            continue
        reading = _read(account.words(told), step)
        if reading.kind != "activity":
            trigger = tuple((told.start + a, told.start + b) for a, b in reading.trigger)
            facet = Facet("outcome", reading.kind, told.start, told.end, trigger=trigger)
            found.append((_rank(reading.kind, step, is_boxed=_is_boxed(account.text, told)), facet))
    return [facet for _, facet in sorted(found, key=lambda ranked: ranked[0])]


_RANKS: tuple[Outcome, ...] = ("measured", "figure", "reported", "activity", "planned")


def _is_boxed(text: str, told: Told) -> bool:
    """Whether a sentence is a line of a fact box: 'Total Number of Participants: 69'."""
    line = labelled(text, told.block.start, told.block.end)
    return line is not None and len(text[line[1] : told.block.end].split()) <= _MOST_WORDS_OF_BOX


def _rank(kind: Outcome, step: Step, *, is_boxed: bool) -> float:
    """Lower is stronger; of equal strength what is told as a result comes before what is told elsewhere."""
    if is_boxed and kind == "figure":
        return _RANKS.index("reported") + 0.5
    return _RANKS.index(kind) - 0.25 * (step == "result" and kind != "planned")


def _read(sentence: str, step: Step = "") -> _Reading:
    if len(sentence) > _LONGEST:
        return _Reading("activity")
    words = set(_LETTERS.findall(sentence.lower()))
    if figures := figures_in(sentence, words):
        return _Reading(*figures)
    plan = plan_in(sentence)
    if plan and not (_PATTERNS["fed_back"].search(sentence, 0, plan[0]) and step not in _NO_PRAISE):
        return _Reading("planned", (plan,))
    may_praise = step not in _NO_PRAISE and not words.isdisjoint(_PRAISE)
    if may_praise and (helped := _helped(sentence, told_as_result=step == "result")):
        return _Reading("reported", (helped,))
    return _Reading("activity")


def _helped(sentence: str, *, told_as_result: bool) -> Span | None:
    """The words that say that it helped, where they are neither denied nor only an aim."""
    if sentence.endswith(":"):
        return None
    patterns = (_PATTERNS["helped"], _PATTERNS["taken_up"]) if told_as_result else (_PATTERNS["helped"],)
    for match in (found for pattern in patterns for found in pattern.finditer(sentence)):
        before = sentence[max(0, match.start() - 80) : match.start()]
        if not (
            _PATTERNS["denied"].search(before)
            or _PATTERNS["intended"].search(before)
            or _PATTERNS["no_verb"].search(before + match.group())
        ):
            return trimmed(sentence, *match.span())
    return None
