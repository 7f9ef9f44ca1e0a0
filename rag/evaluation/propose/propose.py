"""Test questions a curator can accept or edit, proposed from what the documents say, without a language model.

Answerable ones are made from sentences with figures, dates, aims and agents, from headings, and from the topics,
places and communities of cases; near misses from these, with one thing swapped for another that the library lacks.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.evaluation.propose.drafts import Draft, drafts
from rag.evaluation.propose.near import Absent, swaps
from rag.evaluation.questions.sets import Gold, Question, question_record
from rag.text.synonyms import bundled_synonyms
from rag.types import Case, Document

_NEAR_SHARE = 0.3  # near misses, of all questions
_MOST_OF_ONE = 2  # near misses made by swapping the same word
#: Patterns taken when others ran out.
_WEAKER = {"heading about": 3, "heading how": 2, "community": 2, "found": 1, "definition": 1}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A test question. ``reason``: what it was made from; ``near``: what a near miss comes close to."""

    question: Question
    reason: str
    near: tuple[Gold, ...] = ()

    @property
    def record(self) -> dict[str, Any]:
        """The question as ``read_questions`` reads it, with what a curator must know to judge it."""
        near = {"near": [gold._asdict() for gold in self.near]} if self.near else {}
        return {**question_record(self.question), "reason": self.reason, **near}


def proposals_jsonl(proposals: Iterable[Proposal]) -> str:
    """One JSON object a line, as ``read_questions`` reads them."""
    return "".join(json.dumps(proposal.record, ensure_ascii=False) + "\n" for proposal in proposals)


def propose(documents: Mapping[str, Document], cases: Sequence[Case], *, n: int = 40) -> list[Proposal]:
    """At most ``n`` test questions, spread over cases and over kinds of questions; the same ones every time.

    Every quote of the evidence stands word for word in its document's text. Up to a third are near misses, which
    nothing in the library answers. Fewer come if the documents don't give more that reads well.
    """
    answerable = _spread(list(drafts(documents, cases)), n)
    near = _near_misses(answerable, documents, round(n * _NEAR_SHARE))
    proposals = [
        Proposal(Question("", d.asked.text, (), d.asked.kind, True, d.evidence), d.reason)
        for d in answerable[: n - len(near)]
    ]
    return [
        replace(proposal, question=replace(proposal.question, id=f"p{number:03}"))
        for number, proposal in enumerate([*proposals, *near], 1)
    ]


def _spread(found: Sequence[Draft], n: int) -> list[Draft]:
    """At most ``n`` drafts, one case after the other, each time one of the pattern used least; no quote twice."""
    waiting: dict[str, list[Draft]] = defaultdict(list)
    for draft in found:
        if draft.evidence:
            waiting[draft.case].append(draft)
    used: Counter[str] = Counter()
    seen: set[str] = set()
    chosen: list[Draft] = []
    for most in (max(2, n // 5), n):  # of one pattern; more only when nothing else is left
        while len(chosen) < n and any(waiting.values()):
            before = len(chosen)
            for case in list(waiting):
                waiting[case] = [draft for draft in waiting[case] if not _says(draft) & seen]
                can = [draft for draft in waiting[case] if used[draft.asked.pattern] < most]
                if can and len(chosen) < n:
                    best = min(can, key=lambda d: used[d.asked.pattern] + _WEAKER.get(d.asked.pattern, 0))
                    used[best.asked.pattern] += 1
                    seen |= _says(best)
                    chosen.append(best)
            if len(chosen) == before:
                break
    return chosen


def _says(draft: Draft) -> set[str]:
    quotes = set() if draft.asked.kind == "precedent" else {gold.quote for gold in draft.evidence}
    return {draft.asked.text, *quotes}


def _near_misses(answerable: Sequence[Draft], documents: Mapping[str, Document], n: int) -> list[Proposal]:
    absent = Absent(list(documents.values()), bundled_synonyms())
    made: list[Proposal] = []
    used: Counter[str] = Counter()  # kinds of swaps, words swapped out and in
    for draft in answerable:
        can = [
            swap
            for swap in swaps(draft.asked.text, absent, used)
            if used[swap.old] < _MOST_OF_ONE and used[swap.new] < _MOST_OF_ONE
        ]
        if not can or len(made) == n:
            continue
        swap = min(can, key=lambda one: used[one.kind])
        used.update((swap.kind, swap.old, swap.new))
        reason = f"near miss: ‘{swap.old}’ became ‘{swap.new}’, which stands nowhere in the library"
        question = Question("", swap.text, (), "unanswerable-near", False)
        made.append(Proposal(question, reason, draft.evidence))
    return made
