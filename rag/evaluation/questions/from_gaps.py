"""Test questions from what was asked and not answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.evaluation.questions.sets import Question
from rag.explore.gaps.summary import Gap


class GapQuestions(NamedTuple):
    """Questions for ``rag eval``, and how many are left out: answered, so that the right words are not known; asked
    under filters, which a question set has none of.
    """

    questions: list[Question]
    answered: int
    filtered: int


def gaps_questions(gaps: Sequence[Gap]) -> GapQuestions:
    """Those that were refused when last noted, as questions that are to be refused until a document answers them."""
    answered = sum(gap.latest.status == "answered" for gap in gaps)
    refused = [gap for gap in gaps if gap.latest.status != "answered"]
    plain = [gap for gap in refused if not gap.latest.filters]
    questions = [
        Question(f"gap-{gap.key[:8]}", gap.latest.question, gap.latest.history, "unanswerable-near", answerable=False)
        for gap in plain
    ]
    return GapQuestions(questions, answered, len(refused) - len(plain))
