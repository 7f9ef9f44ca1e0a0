"""The panel in which a curator marks the words that answer a question, and what saving them is answered with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rag.evaluation.questions.sets import Question
from rag.present.wording import MAX_QUESTION, counted
from rag.text.templates import render
from rag.types import Span

TEMPLATE = "web/questions/marking.html"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may be marked: ``text`` at ``span`` of ``source``; ``words`` are those suggested as the answer.

    ``quoted`` says that the answer quotes from it.
    """

    source: str
    span: Span
    heading: str
    where: str
    text: str
    words: str
    quoted: bool = False


def marking_html(question: str, history: Sequence[str], searched: str, candidates: Sequence[Candidate]) -> Markup:
    """The panel for ``question``, asked after those of ``history``; ``searched`` stands in the box to look further."""
    return render(
        TEMPLATE,
        "panel",
        question=question,
        history=history,
        searched=searched,
        candidates=candidates,
        max_length=MAX_QUESTION,
    )


def found_text(candidates: Sequence[Candidate]) -> str:
    """How many passages a search found."""
    return f"{counted(len(candidates), 'passage')} found." if candidates else "No passage found: try other words."


def saved_html(question: Question, where: str, key: str) -> Markup:
    """That a question was saved, and where, with a way to undo it."""
    marked = (
        f"with {counted(len(question.evidence), 'quote')} that should be found"
        if question.answerable
        else "as one that should be refused"
    )
    return render(TEMPLATE, "saved", id=question.id, marked=marked, where=where, key=key)
