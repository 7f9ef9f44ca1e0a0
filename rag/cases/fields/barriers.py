"""What got in the way or failed, and what was learnt."""

from __future__ import annotations

from rag.cases.account import Account, Told
from rag.cases.fields.outcomes import is_planned
from rag.cases.steps import Step, is_alone, most_telling, steps, with_the_one_before
from rag.text.patterns import patterns
from rag.types import Facet, FacetKind

_MOST = 6
_FEWEST_WORDS, _MOST_WORDS = 7, 60

_PATTERNS = patterns("barriers")
_JUDGING: frozenset[Step] = frozenset({"review", "lessons", "barriers"})
_UNTOLD: frozenset[Step] = frozenset({"", "summary"})
_PROBLEM_FIRST = 3  # where no heading tells, the first third of an account tells of the problem
_BEFORE_THE_WORK: frozenset[Step] = frozenset({"problem", "context", "aims", "fact"})


def barriers(account: Account) -> list[Facet]:
    """What got in the way of this work, then what was learnt from it: at most six sentences of each, in order."""
    found: dict[FacetKind, list[tuple[int, Facet]]] = {"barrier": [], "lesson": []}
    before: Told | None = None
    every = steps(account)
    for number, (told, step) in enumerate(every):
        sentence = account.words(told)
        is_early = step in _UNTOLD and number * _PROBLEM_FIRST < len(every)
        if (
            step not in _BEFORE_THE_WORK
            and _is_sentence(sentence)
            and (read := _read(sentence.lower(), step, is_early=is_early))
        ):
            kind, score = read
            start, end = with_the_one_before(account.text, told, before)
            if (start < told.start or is_alone(sentence)) and not is_planned(sentence):
                found[kind].append((score, Facet(kind, account.text[start:end], start, end)))
        before = told
    return [*_best(account.text, found["barrier"]), *_best(account.text, found["lesson"])]


def _best(text: str, scored: list[tuple[int, Facet]]) -> list[Facet]:
    """The surest, in order, none twice; two that share words as one."""
    kept: list[Facet] = []
    for facet in sorted(most_telling(scored, _MOST), key=lambda facet: (facet.start, facet.end)):
        start = facet.start
        if kept and facet.start < kept[-1].end:
            start = kept.pop().start
        kept.append(Facet(facet.kind, text[start : facet.end], start, facet.end))
    return kept


def _is_sentence(sentence: str) -> bool:
    is_row = "|" in sentence
    return _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS and sentence[-1] not in "?:" and not is_row


def _read(words: str, step: Step, *, is_early: bool) -> tuple[FacetKind, int] | None:
    """What a sentence in lower case tells of, and how surely; None if neither of barriers nor of lessons."""
    lesson, barrier = _lesson(words, step), 0 if is_early else _barrier(words, step)
    if not max(lesson, barrier):
        return None
    return ("lesson", lesson) if lesson >= barrier else ("barrier", barrier)


def _barrier(words: str, step: Step) -> int:
    hindered = bool(_PATTERNS["hindered"].search(words) or (step in _JUDGING and _PATTERNS["wanting"].search(words)))
    if step == "barriers":
        score = (
            4
            if hindered
            else 3
            if _PATTERNS["judged"].search(words) and not _PATTERNS["hypothetical"].search(words)
            else 0
        )
    elif not hindered or _PATTERNS["hypothetical"].search(words):
        score = 0
    else:
        score = 3 if step in ("review", "lessons", "result") else 2
    return 0 if score and _PATTERNS["no_barrier"].search(words) else score


def _lesson(words: str, step: Step) -> int:
    if "%" in words or "whether" in words or step == "barriers":
        return 0
    learnt = bool(_PATTERNS["learnt"].search(words) or _PATTERNS["quoted"].match(words))
    if step == "lessons":
        return 4 if learnt else 1 if _PATTERNS["advised"].search(words) else 0
    return 2 if learnt else 0
