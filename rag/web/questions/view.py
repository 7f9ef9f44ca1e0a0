"""The second view of the page: the test questions, what checking them found, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from rag.evaluation.metrics.answers import Evaluation, Result
from rag.evaluation.questions.curated_file import key_of
from rag.evaluation.questions.sets import Gold, Question, Record
from rag.present.wording import counted
from rag.text.templates import render
from rag.types import Span
from rag.web.questions.background_checks import compared

_SHOWN_PASSAGES = 3  # of a missed question

#: Where the words of a piece of evidence stand in its document; () if they don't, None if there is no such document.
Places = Mapping[Gold, tuple[Span, ...] | None]
#: What came first instead of what should have: what it is, its source, where in it, its words.
Instead = tuple[str, str, list[Span], str]
#: A question with its key, the words it expects and where they stand, how it fared, and what a missed one got.
Row = tuple[Question, str, list[tuple[Gold, tuple[Span, ...] | None]], Result | None, str, list[Instead]]


def questions_html(
    questions: Sequence[Question],
    where: str,
    places: Places,
    *,
    latest: Evaluation | None = None,
    previous: Evaluation | None = None,
    problem: str = "",
) -> Markup:
    """The whole view. ``where`` names the file of the questions; ``problem`` says why it or the last check failed."""
    results = {result.question: result for result in latest.results} if latest else {}
    return render(
        "web/questions/questions.html",
        "questions",
        count="" if problem and not questions else count_text(questions),
        where=where,
        problem=problem,
        missed=len(latest.misses) if latest else 0,
        figures=_figures(latest) if latest else None,
        changes=_changes(previous, latest) if latest and previous else None,
        rows=[_row(question, places, results.get(question)) for question in questions],
    )


def count_text(questions: Sequence[Question]) -> str:
    """How many questions there are, and of which sort."""
    if not questions:
        return "No questions."
    answerable = sum(question.answerable for question in questions)
    return (
        f"{counted(len(questions), 'question')}: {answerable} with an answer here, "
        f"{len(questions) - answerable} that should be refused."
    )


def progress_text(done: int, total: int) -> str:
    """How far a check is."""
    return f"Checking: {done:,} of {counted(total, 'question')} done"


def checked_text(latest: Evaluation) -> str:
    """That a check came to an end, and how many questions it found missed."""
    n = len(latest.misses)
    return f"{counted(len(latest.results), 'question')} checked: {n or 'none'} missed."


def removed_html(question: Question) -> Markup:
    """What stands in place of a question that was taken out."""
    return render("web/questions/questions.html", "removed", question=question.question, key=key_of(question))


def outcome(result: Result) -> str:
    """How a question fared, in a few words."""
    if not result.question.answerable:
        return "Answered, though nothing here answers it" if result.missed else "Rightly refused"
    scores = result.scores
    if scores["false_refusal"]:
        said = "Wrongly refused"
    elif result.missed:
        said = "Other words quoted"
    else:
        said = "Right quote first" if scores["first_citation_right"] else "Right quote, but not first"
    return f"{said} · {_found(result)}"


def _found(result: Result) -> str:
    return f"evidence in passage {result.rank}" if result.rank else "evidence in none of the passages found"


def _figures(latest: Evaluation) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """What a check found, in plain words: of each sort of questions, how many did how."""
    figures = []
    for answerable, which, names in (
        (True, "with an answer here", _ANSWERABLE),
        (False, "that should be refused", _NOT),
    ):
        results = [result for result in latest.results if result.question.answerable == answerable]
        rows = [(label, f"{sum(r.scores[name] for r in results):.0f}", len(results)) for name, label in names.items()]
        if results:
            figures.append((f"Of {counted(len(results), 'question')} {which}", rows))
    return figures


_ANSWERABLE = {
    "hit@1": "evidence in the first passage",
    "hit@5": "evidence in the first five",
    "first_citation_right": "right words quoted first",
    "false_refusal": "wrongly refused",
}
_NOT = {"abstained": "rightly refused"}


def _changes(previous: Evaluation, latest: Evaluation) -> list[tuple[str, list[tuple[str, str, str]]]]:
    better, worse = (
        [(new.question.question, outcome(old), outcome(new)) for old, new in pairs]
        for pairs in compared(previous, latest)
    )
    return [("Better", better), ("Worse", worse)] if better or worse else []


def _row(question: Question, places: Places, result: Result | None) -> Row:
    expected = [(gold, places.get(gold)) for gold in question.evidence]
    instead = _instead(result) if result and result.missed else []
    return question, key_of(question), expected, result, outcome(result) if result else "", instead


def _instead(result: Result) -> list[Instead]:
    """What a missed question got: what was quoted first and the passages that came first."""
    rows = [("Quoted first", citation, "quote") for citation in result.answer.get("citations", ())[:1]]
    passages = result.answer.get("passages", ())[:_SHOWN_PASSAGES]
    rows += [(f"Passage {rank}", passage, "text") for rank, passage in enumerate(passages, 1)]
    return [
        (label, str(record.get("source", "")), _spans(record), str(record.get(words, "")))
        for label, record, words in rows
    ]


def _spans(record: Record) -> list[Span]:
    return [(start, end) for start, end in record.get("spans") or [[record.get("start", 0), record.get("end", 0)]]]
