"""Test questions: marking the words that answer, keeping and removing questions, checking them all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from rag.errors import QuestionsError, RagError, SourceError
from rag.evaluation.metrics.answers import Evaluation
from rag.evaluation.metrics.compare import Comparison, compare
from rag.evaluation.questions.curated_file import QuestionFile, key_of, marked, places_of, suggested
from rag.evaluation.questions.sets import Gold
from rag.evaluation.report.answers import evaluation_html
from rag.evaluation.run import evaluate_library
from rag.library import Library
from rag.present.wording import (
    CHECK_BEFORE,
    MAX_QUESTION,
    NO_QUESTION,
    NOTHING_MARKED,
    PAGE_FAILED,
    REPORT_TITLE,
    question_too_long,
)
from rag.types import ScoredPassage, Span
from rag.web.ask.answer_html import passage_place
from rag.web.calls import Reply, ServerFunction, history_of, items_of, name_of, spans_in, text_of
from rag.web.questions.background_checks import Checks, Turns
from rag.web.questions.marking import Candidate, candidates_html, found_text, marking_html, saved_html, undone_html
from rag.web.questions.view import checked_text, count_text, progress_text, questions_html, removed_html

_CANDIDATES = 10  # passages offered for marking
_MARKS = 50  # at most, for one question

Titles = Callable[[], Mapping[str, str]]


def looking(library: Library, titles: Titles, turns: Turns) -> list[ServerFunction]:
    """The panel in which words are marked, and passages for it."""

    def candidates(payload: Any) -> list[Candidate]:
        searched = text_of(payload, "searched").strip()[:MAX_QUESTION]
        if not searched:
            return []
        with turns:
            found = library.snapshot.search(searched, _CANDIDATES)
        question = text_of(payload, "question")[:MAX_QUESTION]
        quoted = [(mark.source, span) for mark in _marks(payload, "quoted") for span in mark.spans]
        return _candidates(found, titles(), f"{question} {searched}", quoted)

    def mark(payload: Any) -> Reply:
        question, searched = text_of(payload, "question").strip(), text_of(payload, "searched").strip()
        html = marking_html(question, history_of(payload), searched, candidates(payload))
        return {"done": True, "html": html}

    def find(payload: Any) -> Reply:
        found = candidates(payload)
        return {"done": True, "html": candidates_html(found), "text": found_text(found)}

    return [mark, find]


def changing(library: Library, file: QuestionFile) -> list[ServerFunction]:
    """Adding a test question, removing one, and undoing either."""

    def keep(payload: Any) -> Reply:
        asked = text_of(payload, "question").strip()
        if not asked or len(asked) > MAX_QUESTION:
            raise QuestionsError(question_too_long(len(asked)) if asked else NO_QUESTION)
        marks = _marks(payload, "marks")
        if bool(marks) == bool(payload.get("refuse")):
            raise QuestionsError(NOTHING_MARKED)
        evidence = [gold for m in marks for gold in marked(library.snapshot.document(m.source), m.spans, m.words)]
        question = file.add(asked, history_of(payload), list(dict.fromkeys(evidence)))
        return {"done": True, "html": saved_html(question, str(file.path), key_of(question))}

    def remove(payload: Any) -> Reply:
        question = file.remove(text_of(payload, "key"))
        count = count_text(file.questions())
        return {"done": True, "html": removed_html(question), "count": count}

    def forget(payload: Any) -> Reply:
        file.remove(text_of(payload, "key"))
        return {"done": True, "html": undone_html()}

    def restore(payload: Any) -> Reply:
        file.restore(text_of(payload, "key"))
        return {"done": True, "html": ""}

    return [keep, remove, forget, restore]


def checking(library: Library, turns: Turns, file: QuestionFile) -> list[ServerFunction]:
    """The view of the test questions, checking them all, and taking questions or report away as a file."""
    checks = Checks(
        lambda questions, progress: evaluate_library(library.snapshot, questions, progress), turns, PAGE_FAILED
    )

    def questions(_: Any) -> Reply:
        try:
            listed, problem = file.questions(), checks.failure
        except RagError as error:
            listed, problem = [], str(error)
        places = {gold: _places(library, gold) for question in listed for gold in question.evidence}
        html = questions_html(
            listed, str(file.path), places, latest=checks.latest, previous=checks.previous, problem=problem
        )
        checked = checked_text(checks.latest) if checks.latest and not problem else ""
        return {"html": html, "checked": checked, **progress(None)}

    def check(_: Any) -> Reply:
        try:
            checks.start(file.questions())
        except QuestionsError:
            return {"running": False}  # the view says why
        return progress(None)

    def progress(_: Any) -> Reply:
        running = checks.running
        done, total = running or (0, 0)
        text = progress_text(done, total)
        return {"running": running is not None, "done": done, "total": total, "text": text}

    def export(payload: Any) -> Reply:
        if text_of(payload, "what") == "report" and checks.latest:
            comparison = _comparison(checks.latest, checks.previous)
            about = {"questions": str(file.path)}
            text = evaluation_html(checks.latest, title=REPORT_TITLE, about=about, comparison=comparison)
            return {"done": True, "name": f"{file.path.stem}-report.html", "type": "text/html", "text": text}
        return {"done": True, "name": file.path.name, "type": "application/jsonl", "text": file.text()}

    return [questions, check, progress, export]


def _comparison(latest: Evaluation, previous: Evaluation | None) -> Comparison | None:
    """With the check before, if there was one and they share a question."""
    if previous is None:
        return None
    try:
        return compare(latest.scores, previous.scores, CHECK_BEFORE)
    except QuestionsError:
        return None


def _candidates(
    found: Sequence[ScoredPassage], titles: Mapping[str, str], question: str, quoted: Collection[tuple[str, Span]]
) -> list[Candidate]:
    """Passages to mark, best first; those that the answer quotes from come after the others."""
    candidates = []
    for passage in (scored.passage for scored in found):
        heading, where = passage_place(passage, titles)
        candidates.append(
            Candidate(
                source=passage.doc_id,
                span=(passage.start, passage.end),
                heading=heading,
                where=where,
                text=passage.text,
                words=suggested(passage.text, question),
                quoted=any(
                    source == passage.doc_id and start < passage.end and passage.start < end
                    for source, (start, end) in quoted
                ),
            )
        )
    return sorted(candidates, key=lambda candidate: candidate.quoted)


def _places(library: Library, gold: Gold) -> tuple[Span, ...] | None:
    try:
        return places_of(gold.quote, library.snapshot.document(gold.source).text)
    except SourceError:
        return None


class _Mark(NamedTuple):
    """A marked place: the spans of a document, or only some ``words`` of them."""

    source: str
    spans: list[Span]
    words: str


def _marks(payload: Any, name: str) -> list[_Mark]:
    items = items_of(payload, name)[:_MARKS]
    return [_Mark(name_of(item, "source"), spans_in(text_of(item, "spans")), text_of(item, "words")) for item in items]
