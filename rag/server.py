"""What the page's script calls: functions from one JSON object to another. Gradio is not known here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from rag import present
from rag.checks import Checks, Turns
from rag.curate import QuestionFile, key_of, marked, places_of, suggested
from rag.errors import QuestionsError, RagError, SourceError
from rag.evaluate import Comparison, Evaluation, compare
from rag.questions import Gold, Question
from rag.report import evaluation_html
from rag.types import Answer, Case, Document, Progress, ScoredPassage, Span

_EARLIER_QUESTIONS = 20
_CANDIDATES = 10  # passages offered for marking
_MARKS = 50  # at most, for one question

Reply = dict[str, Any]
ServerFunction = Callable[[Any], Reply]


class PageLibrary(Protocol):
    """What the page needs of a ``rag.library.Library``."""

    def ask(self, question: str, history: Sequence[str] = (), *, sources: Collection[str] | None = None) -> Answer: ...
    def search(
        self, question: str, k: int = 10, *, sources: Collection[str] | None = None
    ) -> Sequence[ScoredPassage]: ...
    def evaluate(self, questions: Sequence[Question], progress: Progress | None = None) -> Evaluation: ...
    def document(self, doc_id: str) -> Document: ...
    def original(self, doc_id: str) -> str: ...
    def documents(self) -> list[Document]: ...
    def cases(self) -> list[Case]: ...


def server_functions(library: PageLibrary, questions: Path, token: str) -> list[ServerFunction]:
    """All of them, each under its own name; ``questions`` is the file that test questions are kept in.

    A reply's "html" is what is to be shown; "done" is False where it says why something could not be done. What changes
    the file asks for the ``token`` that only the page knows: any other site open in the browser can call us too.
    """
    titles = {case.case_id: case.title for case in library.cases()}
    turns = Turns()
    file = QuestionFile(questions)
    changing = [_of_this_page(function, token) for function in _changing(library, file)]
    telling = [*_looking(library, titles, turns), *changing]
    return [*_asking(library, titles, turns), *map(_telling_why, telling), *_checking(library, turns, file)]


def _telling_why(function: ServerFunction) -> ServerFunction:
    """An error that was raised on purpose becomes a reply."""

    @wraps(function)
    def telling(payload: Any) -> Reply:
        try:
            return function(payload)
        except RagError as error:
            return {"done": False, "html": present.problem_html(str(error))}

    return telling


def _of_this_page(function: ServerFunction, token: str) -> ServerFunction:
    @wraps(function)
    def guarded(payload: Any) -> Reply:
        if _text(payload, "token") != token:
            raise QuestionsError(present.page_outdated())
        return function(payload)

    return guarded


def _asking(library: PageLibrary, titles: Mapping[str, str], turns: Turns) -> list[ServerFunction]:
    def ask(payload: Any) -> Reply:
        question = _text(payload, "question").strip()
        if not question:
            return {"asked": False, "html": present.notice_html("", present.nothing_typed())}
        if len(question) > present.MAX_QUESTION:
            reply = present.notice_html(question, present.question_too_long(len(question)))
            return {"asked": False, "html": reply}
        try:
            with turns:
                answer = library.ask(question, _history(payload))
        except RagError as error:
            return {"asked": False, "html": present.notice_html(question, str(error))}
        return {"asked": True, "html": present.answer_html(answer, titles)}

    def source(payload: Any) -> Reply:
        doc_id, spans = _text(payload, "source"), _spans(_text(payload, "spans"))
        try:
            with turns:
                document = library.document(doc_id)
                if _text(payload, "view") != "original":
                    return {"html": present.source_html(document, spans)}
                return {"html": present.original_html(document, library.original(doc_id), spans)}
        except RagError as error:
            return {"html": present.failure_html(str(error))}

    return [ask, source]


def _looking(library: PageLibrary, titles: Mapping[str, str], turns: Turns) -> list[ServerFunction]:
    """The panel in which words are marked, and passages for it."""

    def candidates(payload: Any) -> list[present.Candidate]:
        searched = _text(payload, "searched").strip()[: present.MAX_QUESTION]
        if not searched:
            return []
        with turns:
            found = library.search(searched, _CANDIDATES)
        question = _text(payload, "question")[: present.MAX_QUESTION]
        quoted = [(mark.source, span) for mark in _marks(payload, "quoted") for span in mark.spans]
        return _candidates(found, titles, f"{question} {searched}", quoted)

    def mark(payload: Any) -> Reply:
        question, searched = _text(payload, "question").strip(), _text(payload, "searched").strip()
        html = present.marking_html(question, _history(payload), searched, candidates(payload))
        return {"done": True, "html": html}

    def find(payload: Any) -> Reply:
        found = candidates(payload)
        return {"done": True, "html": present.candidates_html(found), "text": present.found_text(found)}

    return [mark, find]


def _changing(library: PageLibrary, file: QuestionFile) -> list[ServerFunction]:
    """Adding a test question, removing one, and undoing either."""

    def keep(payload: Any) -> Reply:
        asked = _text(payload, "question").strip()
        if not asked or len(asked) > present.MAX_QUESTION:
            raise QuestionsError(present.question_too_long(len(asked)) if asked else present.no_question())
        marks = _marks(payload, "marks")
        if bool(marks) == bool(payload.get("refuse")):
            raise QuestionsError(present.nothing_marked())
        evidence = [gold for m in marks for gold in marked(library.document(m.source), m.spans, m.words)]
        question = file.add(asked, _history(payload), list(dict.fromkeys(evidence)))
        return {"done": True, "html": present.saved_html(question, str(file.path), key_of(question))}

    def remove(payload: Any) -> Reply:
        question = file.remove(_text(payload, "key"))
        count = present.count_text(file.questions())
        return {"done": True, "html": present.removed_html(question), "count": count}

    def forget(payload: Any) -> Reply:
        file.remove(_text(payload, "key"))
        return {"done": True, "html": present.undone_html()}

    def restore(payload: Any) -> Reply:
        file.restore(_text(payload, "key"))
        return {"done": True, "html": ""}

    return [keep, remove, forget, restore]


def _checking(library: PageLibrary, turns: Turns, file: QuestionFile) -> list[ServerFunction]:
    """The view of the test questions, checking them all, and taking questions or report away as a file."""
    checks = Checks(library.evaluate, turns, present.page_failed())

    def questions(_: Any) -> Reply:
        try:
            listed, problem = file.questions(), checks.failure
        except RagError as error:
            listed, problem = [], str(error)
        places = {gold: _places(library, gold) for question in listed for gold in question.evidence}
        html = present.questions_html(
            listed, str(file.path), places, latest=checks.latest, previous=checks.previous, problem=problem
        )
        checked = present.checked_text(checks.latest) if checks.latest and not problem else ""
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
        text = present.progress_text(done, total)
        return {"running": running is not None, "done": done, "total": total, "text": text}

    @_telling_why
    def export(payload: Any) -> Reply:
        if _text(payload, "what") == "report" and checks.latest:
            comparison = _comparison(checks.latest, checks.previous)
            about = {"questions": str(file.path)}
            text = evaluation_html(checks.latest, title=present.REPORT_TITLE, about=about, comparison=comparison)
            return {"done": True, "name": f"{file.path.stem}-report.html", "type": "text/html", "text": text}
        return {"done": True, "name": file.path.name, "type": "application/jsonl", "text": file.text()}

    return [questions, check, progress, export]


def _comparison(latest: Evaluation, previous: Evaluation | None) -> Comparison | None:
    """With the check before, if there was one and they share a question."""
    if previous is None:
        return None
    try:
        return compare(latest.scores, previous.scores, present.CHECK_BEFORE)
    except QuestionsError:
        return None


def _candidates(
    found: Sequence[ScoredPassage], titles: Mapping[str, str], question: str, quoted: Collection[tuple[str, Span]]
) -> list[present.Candidate]:
    """Passages to mark, best first; those that the answer quotes from come after the others."""
    candidates = []
    for passage in (scored.passage for scored in found):
        heading, where = present.passage_place(passage, titles)
        candidates.append(
            present.Candidate(
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


def _places(library: PageLibrary, gold: Gold) -> tuple[Span, ...] | None:
    try:
        return places_of(gold.quote, library.document(gold.source).text)
    except SourceError:
        return None


def _text(payload: Any, name: str) -> str:
    value = payload.get(name) if isinstance(payload, Mapping) else None
    # A lone surrogate can't be sent back as UTF-8.
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _items(payload: Any, name: str) -> list[Any]:
    value = payload.get(name) if isinstance(payload, Mapping) else None
    return value if isinstance(value, list) else []


def _history(payload: Any) -> list[str]:
    questions = [question for question in _items(payload, "history") if isinstance(question, str)]
    return [question[: present.MAX_QUESTION] for question in questions[-_EARLIER_QUESTIONS:]]


def _spans(text: str) -> list[Span]:
    return [(int(start), int(end)) for start, end in re.findall(r"\b(\d{1,9})-(\d{1,9})\b", text)]


class _Mark(NamedTuple):
    """A marked place: the spans of a document, or only some ``words`` of them."""

    source: str
    spans: list[Span]
    words: str


def _marks(payload: Any, name: str) -> list[_Mark]:
    items = _items(payload, name)[:_MARKS]
    return [_Mark(_text(item, "source"), _spans(_text(item, "spans")), _text(item, "words")) for item in items]
