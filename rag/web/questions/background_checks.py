"""Checking all test questions in the background, while others go on asking."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from rag.errors import RagError
from rag.evaluation.metrics.answers import Evaluation, Result
from rag.evaluation.questions.sets import Question
from rag.types import Progress
from rag.web.fair_lock import FairLock


class Checks:
    """Runs one check at a time in a thread of its own; remembers the last two that came to an end.

    ``failure`` says why the last one did not, '' if it did; ``broken`` is said where a bug is why.
    """

    def __init__(
        self, evaluate: Callable[[Sequence[Question], Progress], Evaluation], lock: FairLock, broken: str
    ) -> None:
        self._evaluate = evaluate
        self._lock = lock
        self._broken = broken
        self._starting = threading.Lock()
        self._running: tuple[int, int] | None = None
        self.latest: Evaluation | None = None
        self.previous: Evaluation | None = None
        self.failure = ""

    @property
    def running(self) -> tuple[int, int] | None:
        """How many questions are done, of how many; None when nothing runs."""
        return self._running

    def start(self, questions: Sequence[Question]) -> None:
        """Begins a check, unless one is running."""
        with self._starting:
            if self._running is None:
                self._running = (0, len(questions))
                threading.Thread(target=self._run, args=(questions,), daemon=True).start()

    def _run(self, questions: Sequence[Question]) -> None:
        self.failure = self._broken  # unless it turns out otherwise; a bug's traceback goes to the terminal
        try:
            with self._lock:
                found = self._evaluate(questions, self._advance)
            self.previous, self.latest = self.latest, found
            self.failure = ""
        except RagError as error:
            self.failure = str(error)
        finally:
            self._running = None

    def _advance(self, stage: str, done: int, total: int) -> None:
        self._running = (done, total)
        self._lock.give_way()


def compared(before: Evaluation, after: Evaluation) -> tuple[list[tuple[Result, Result]], list[tuple[Result, Result]]]:
    """The questions that fare better now and those that fare worse, each as (before, after)."""
    earlier = {_asked(result): result for result in before.results}
    pairs = [(earlier[_asked(result)], result) for result in after.results if _asked(result) in earlier]
    better = [(old, new) for old, new in pairs if _standing(new) > _standing(old)]
    worse = [(old, new) for old, new in pairs if _standing(new) < _standing(old)]
    return better, worse


def _asked(result: Result) -> tuple[object, ...]:
    question = result.question
    return question.id, question.question, question.history, question.answerable


def _standing(result: Result) -> tuple[float, ...]:
    """Higher is better: cited, cited first, then how early the evidence was found; or refused."""
    if not result.question.answerable:
        return (result.scores["abstained"],)
    scores = result.scores
    return scores["cited_right"], scores["first_citation_right"], -(result.rank or float("inf"))
