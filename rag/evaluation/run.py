"""A question set put to a library: each question is asked, timed and scored."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rag.evaluation.metrics.answers import Evaluation, evaluate
from rag.evaluation.questions.sets import Question
from rag.present.text import answer_record
from rag.snapshot import Snapshot
from rag.types import Progress


def evaluate_library(snapshot: Snapshot, questions: Sequence[Question], progress: Progress | None = None) -> Evaluation:
    """How well the library answers ``questions``: each is asked and timed; ``progress("ask", done, total)``."""
    titles = snapshot.case_titles()
    answers = []
    for question in questions[:1]:
        snapshot.ask(question.question)  # loads the model, which is no part of any question's time
    for done, question in enumerate(questions, 1):
        begun = time.perf_counter()
        answer = snapshot.ask(question.question, question.history)
        taken = round(1000 * (time.perf_counter() - begun), 1)
        answers.append({**answer_record(answer, question.id, titles), "ms": taken})
        if progress:
            progress("ask", done, len(questions))
    return evaluate(questions, answers, snapshot.originals.texts())
