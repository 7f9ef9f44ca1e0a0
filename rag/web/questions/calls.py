"""Test questions: marking the words that answer, keeping and removing questions, checking them all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated

from pydantic import PlainValidator

from rag.errors import QuestionsError, RagError, SourceError
from rag.evaluation.metrics.answers import Evaluation
from rag.evaluation.metrics.compare import Comparison, compare
from rag.evaluation.questions.curated_file import QuestionFile, key_of, marked, places_of, suggested
from rag.evaluation.questions.sets import Gold
from rag.evaluation.report.answers import evaluation_html
from rag.evaluation.run import evaluate_library
from rag.library import Library
from rag.present.wording import MAX_QUESTION, PAGE_FAILED, question_too_long
from rag.text.templates import render
from rag.types import ScoredPassage, Span
from rag.web.ask.answer_html import passage_place
from rag.web.calls import Call, History, Name, Reply, Spans, Text, Trimmed, View, at_most
from rag.web.live import Live
from rag.web.questions.background_checks import Checks
from rag.web.questions.marking import TEMPLATE, Candidate, found_text, marking_html, saved_html
from rag.web.questions.view import checked_text, count_text, progress_text, questions_html, removed_html

_NO_QUESTION = "There is no question: type the one that should have been answered."
_NOTHING_MARKED = "Nothing is marked: tick the passage that answers, or ‘Nothing here answers this’."
_CANDIDATES = 10  # passages offered for marking
_MARKS = 50  # at most, for one question


class Mark(Call):
    """A marked place: the spans of a document, or only some ``words`` of them."""

    source: Name = ""
    spans: Spans = ()
    words: Text = ""


class Tests(Call):
    """What passages are ``searched`` for, with what the answer ``quoted``; a test question with the marks that answer
    it, or as one to ``refuse``; one that is kept, by its ``key``; or ``what`` is to be exported.
    """

    question: Trimmed = ""
    history: History = ()
    searched: Trimmed = ""
    quoted: Annotated[tuple[Mark, ...], at_most(_MARKS)] = ()
    marks: Annotated[tuple[Mark, ...], at_most(_MARKS)] = ()
    refuse: Annotated[bool, PlainValidator(bool)] = False
    key: Text = ""
    what: Text = ""


class MarkCalls(View):
    """The panel in which words are marked, and passages for it."""

    def mark(self, call: Tests) -> Reply:
        html = marking_html(call.question, call.history, call.searched, self._candidates(call))
        return {"done": True, "html": html}

    def find(self, call: Tests) -> Reply:
        found = self._candidates(call)
        return {"done": True, "html": render(TEMPLATE, "listed", candidates=found), "text": found_text(found)}

    def _candidates(self, call: Tests) -> list[Candidate]:
        searched = call.searched[:MAX_QUESTION]
        if not searched:
            return []
        with self._lock:
            found = self._library.snapshot.search(searched, _CANDIDATES)
        quoted = [(mark.source, span) for mark in call.quoted for span in mark.spans]
        return _candidates(found, self._live.titles(), f"{call.question[:MAX_QUESTION]} {searched}", quoted)


class KeepCalls(View):
    """Adding a test question, removing one, and undoing either."""

    def __init__(self, live: Live, file: QuestionFile) -> None:
        super().__init__(live)
        self._file = file

    def keep(self, call: Tests) -> Reply:
        asked = call.question
        if not asked or len(asked) > MAX_QUESTION:
            raise QuestionsError(question_too_long(len(asked)) if asked else _NO_QUESTION)
        if bool(call.marks) == call.refuse:
            raise QuestionsError(_NOTHING_MARKED)
        document = self._library.snapshot.document
        evidence = [gold for m in call.marks for gold in marked(document(m.source), m.spans, m.words)]
        question = self._file.add(asked, call.history, list(dict.fromkeys(evidence)))
        return {"done": True, "html": saved_html(question, str(self._file.path), key_of(question))}

    def remove(self, call: Tests) -> Reply:
        question = self._file.remove(call.key)
        return {"done": True, "html": removed_html(question), "count": count_text(self._file.questions())}

    def forget(self, call: Tests) -> Reply:
        self._file.remove(call.key)
        return {"done": True, "html": render(TEMPLATE, "undone")}

    def restore(self, call: Tests) -> Reply:
        self._file.restore(call.key)
        return {"done": True, "html": ""}


class CheckCalls(View):
    """The view of the test questions, checking them all, and taking questions or report away as a file."""

    def __init__(self, live: Live, file: QuestionFile) -> None:
        super().__init__(live)
        self._file = file
        self._checks = Checks(lambda *given: evaluate_library(live.library.snapshot, *given), live.lock, PAGE_FAILED)

    def questions(self, call: Call) -> Reply:
        checks = self._checks
        try:
            listed, problem = self._file.questions(), checks.failure
        except RagError as error:
            listed, problem = [], str(error)
        places = {gold: _places(self._library, gold) for question in listed for gold in question.evidence}
        path, latest = str(self._file.path), checks.latest
        html = questions_html(listed, path, places, latest=latest, previous=checks.previous, problem=problem)
        checked = checked_text(latest) if latest and not problem else ""
        return {"html": html, "checked": checked, **self.progress(call)}

    def check(self, call: Call) -> Reply:
        try:
            self._checks.start(self._file.questions())
        except QuestionsError:
            return {"running": False}  # the view says why
        return self.progress(call)

    def progress(self, _: Call) -> Reply:
        running = self._checks.running
        done, total = running or (0, 0)
        return {"running": running is not None, "done": done, "total": total, "text": progress_text(done, total)}

    def export(self, call: Tests) -> Reply:
        """The report of the last check, or the questions."""
        file, latest = self._file, self._checks.latest
        if call.what == "report" and latest:
            comparison = _comparison(latest, self._checks.previous)
            about = {"questions": str(file.path)}
            text = evaluation_html(latest, title="Check of the test questions", about=about, comparison=comparison)
            return {"done": True, "name": f"{file.path.stem}-report.html", "type": "text/html", "text": text}
        return {"done": True, "name": file.path.name, "type": "application/jsonl", "text": file.text()}


def _comparison(latest: Evaluation, previous: Evaluation | None) -> Comparison | None:
    """With the check before, if there was one and they share a question."""
    if previous is None:
        return None
    try:
        return compare(latest.scores, previous.scores, "the check before")
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
