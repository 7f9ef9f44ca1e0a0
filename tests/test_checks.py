"""A check runs beside other questions, one at a time, and is compared with the one before."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from rag.errors import SourceError
from rag.evaluation.metrics.answers import Evaluation, evaluate
from rag.evaluation.questions.sets import Gold, Question, Record
from rag.types import Progress
from rag.web.fair_lock import FairLock
from rag.web.questions.background_checks import Checks, compared

WORDS = "outreach in every borough of the city"
ASKED = Question("a", "What was done?", (), "k", True, (Gold("a.txt", WORDS),))
REFUSED = Question("r", "Who won?", (), "k", False)
SOURCES = {"a.txt": WORDS}
QUOTED: Record = {"source": "a.txt", "quote": WORDS}
OTHER: Record = {"source": "a.txt", "quote": "quite another thing that was done elsewhere"}
PASSAGE: Record = {"source": "a.txt", "text": WORDS}
ELSE: Record = {"source": "b.txt", "text": "something else"}


def answer(
    to: Question, status: str, citations: Sequence[Record] = (), passages: Sequence[Record] = (PASSAGE,)
) -> Record:
    return {"id": to.id, "status": status, "citations": list(citations), "passages": list(passages)}


def evaluation(*answers: Record) -> Evaluation:
    return evaluate([ASKED, REFUSED], answers, SOURCES)


def finished(checks: Checks) -> Checks:
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(0.01)
    while checks.running:
        threading.Event().wait(0.005)
    return checks


def test_turns_are_given_in_order() -> None:
    turns, order = FairLock(), list[int]()

    def work(number: int) -> None:
        with turns:
            order.append(number)

    threads = []
    with turns:
        for number in range(5):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            while turns._next < number + 2:  # until it stands in the queue
                threading.Event().wait(0.001)
        assert order == []
        turns.give_way()
        assert order == [0, 1, 2, 3, 4]
    for thread in threads:
        thread.join()


def test_others_are_answered_while_a_check_runs() -> None:
    turns, answered = FairLock(), threading.Event()

    def long(questions: Sequence[Question], progress: Progress) -> Evaluation:
        while not answered.is_set():
            progress("ask", 1, 2)
        return evaluation()

    checks = Checks(long, turns, "a bug")
    checks.start([ASKED, REFUSED])
    assert checks.running in ((0, 2), (1, 2))
    with turns:
        answered.set()
    assert finished(checks).latest == evaluation()


def test_one_check_at_a_time() -> None:
    started, go_on = list[int](), threading.Event()

    def waiting(questions: Sequence[Question], progress: Progress) -> Evaluation:
        started.append(len(questions))
        go_on.wait()
        return evaluation()

    checks = Checks(waiting, FairLock(), "a bug")
    checks.start([ASKED])
    checks.start([ASKED, REFUSED])
    go_on.set()
    assert finished(checks).running is None
    assert started == [1]


def test_the_last_two_are_remembered() -> None:
    found = [evaluation(), evaluation(answer(REFUSED, "none")), evaluation(answer(ASKED, "none"))]
    coming = iter(found)
    checks = Checks(lambda *_: next(coming), FairLock(), "a bug")
    for _ in found:
        finished(checks).start([ASKED])
    finished(checks)
    assert (checks.previous, checks.latest) == (found[1], found[2])


def test_a_failure_is_said_and_the_last_result_stays() -> None:
    results = [evaluation()]

    def failing(questions: Sequence[Question], progress: Progress) -> Evaluation:
        if results:
            return results.pop()
        raise SourceError("the document went away: run 'rag index'")

    turns = FairLock()
    checks = Checks(failing, turns, "a bug")
    checks.start([ASKED])
    finished(checks).start([ASKED])
    assert finished(checks).failure == "the document went away: run 'rag index'"
    assert checks.latest == evaluation()
    with turns:
        pass  # not held any more


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_ends_the_check_and_is_told_as_one() -> None:
    def bug(questions: Sequence[Question], progress: Progress) -> Evaluation:
        raise RuntimeError("a bug")

    checks = Checks(bug, FairLock(), "it failed: look at the terminal")
    checks.start([ASKED])
    assert finished(checks).failure == "it failed: look at the terminal"


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (answer(ASKED, "none"), answer(ASKED, "answered", [QUOTED])),
        (answer(ASKED, "answered", [OTHER]), answer(ASKED, "answered", [QUOTED])),
        (answer(ASKED, "answered", [OTHER, QUOTED]), answer(ASKED, "answered", [QUOTED])),
        (answer(ASKED, "none", passages=[ELSE]), answer(ASKED, "none", passages=[ELSE, PASSAGE])),
        (answer(ASKED, "none", passages=[ELSE, PASSAGE]), answer(ASKED, "none", passages=[PASSAGE])),
        (answer(REFUSED, "answered"), answer(REFUSED, "closest")),
    ],
    ids=["refused", "other-words", "not-first", "not-found", "found-later", "answered"],
)
def test_better_and_worse(worse: Record, better: Record) -> None:
    low, high = evaluation(worse), evaluation(better)
    number = int(better["id"] == "r")
    assert compared(low, high) == ([(low.results[number], high.results[number])], [])
    assert compared(high, low) == ([], [(high.results[number], low.results[number])])
    assert compared(low, low) == ([], [])


def test_only_questions_of_both_checks_are_compared() -> None:
    before = evaluate([ASKED], [], SOURCES)
    after = evaluate([REFUSED], [answer(REFUSED, "none")], SOURCES)
    assert compared(before, after) == ([], [])
