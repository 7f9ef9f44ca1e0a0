"""Checking all test questions in the background, while others go on asking."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import TracebackType

from rag.errors import RagError
from rag.evaluation.metrics.answers import Evaluation, Result
from rag.evaluation.questions.sets import Question
from rag.types import Progress


class Turns:
    """A lock that is given in the order of asking for it: a long piece of work can let others in between."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next = 0  # the number the next who comes will draw
        self._served = 0

    def __enter__(self) -> None:
        with self._changed:
            mine = self._next
            self._next += 1
            self._changed.wait_for(lambda: self._served == mine)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._changed:
            self._served += 1
            self._changed.notify_all()

    def give_way(self) -> None:
        """Lets all who wait have their turn before the holder goes on."""
        self.__exit__(None, None, None)
        self.__enter__()


class Checks:
    """Runs one check at a time in a thread of its own; remembers the last two that came to an end.

    ``failure`` says why the last one did not, '' if it did; ``broken`` is said where a bug is why.
    """

    def __init__(
        self, evaluate: Callable[[Sequence[Question], Progress], Evaluation], turns: Turns, broken: str
    ) -> None:
        self._evaluate = evaluate
        self._turns = turns
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
            with self._turns:
                found = self._evaluate(questions, self._advance)
            self.previous, self.latest = self.latest, found
            self.failure = ""
        except RagError as error:
            self.failure = str(error)
        finally:
            self._running = None

    def _advance(self, stage: str, done: int, total: int) -> None:
        self._running = (done, total)
        self._turns.give_way()


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
