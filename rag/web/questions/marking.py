"""The panel in which a curator marks the words that answer a question, and what saving them is answered with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rag.evaluation.questions.sets import Question
from rag.present.wording import MAX_QUESTION, counted
from rag.types import Span
from rag.web.ask.answer_html import attribute, places, source_button

_NEW = "New test question"
_SHOULD = "This should have found …"


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


def marking_html(question: str, history: Sequence[str], searched: str, candidates: Sequence[Candidate]) -> str:
    """The panel for ``question``, asked after those of ``history``; ``searched`` stands in the box to look further."""
    return f"""
<header><h2>{_SHOULD if question else _NEW}</h2><div class="tools">
  <p class="facts">Tick the passage that answers, then save.</p>
  <button type="button" class="quiet" data-close>Close</button></div></header>
<form class="text marking" tabindex="0" aria-label="{_NEW}">
  <label class="field">Question
    <textarea name="question" rows="2" maxlength="{MAX_QUESTION}" dir="auto">{escape(question)}</textarea></label>
  {_history(history)}
  <h3>Which passage answers it?</h3>
  <div class="finder"><label class="field">Look for it with other words
    <input type="search" name="searched" dir="auto" autocomplete="off" value="{escape(searched)}"></label>
    <button type="button" class="quiet" data-find>Search</button></div>
  <div class="note found" role="status"></div>
  <div class="candidates">{candidates_html(candidates)}</div>
  <label class="choice nothing"><input type="checkbox" name="nothing">
    <span>Nothing here answers this: it should be refused</span></label>
  <div class="save"><div class="why" role="alert"></div>
    <button type="submit" class="primary">Save test question</button></div>
</form>""".strip()


def candidates_html(candidates: Sequence[Candidate]) -> str:
    """The passages to choose from, best first."""
    return "".join(map(_candidate, candidates))


def found_text(candidates: Sequence[Candidate]) -> str:
    """How many passages a search found."""
    return f"{counted(len(candidates), 'passage')} found." if candidates else "No passage found: try other words."


def saved_html(question: Question, where: str, key: str) -> str:
    """That a question was saved, and where, with a way to undo it."""
    marked = (
        f"with {counted(len(question.evidence), 'quote')} that should be found"
        if question.answerable
        else "as one that should be refused"
    )
    return (
        f"<p>Kept as test question {escape(str(question.id))}, {marked}. "
        f'<span class="file">{escape(where)}</span></p>'
        f'<div class="tools"><button type="button" class="quiet" data-undo="{escape(key)}">Undo</button>'
        '<a href="#tests">See all test questions</a></div>'
    )


def undone_html() -> str:
    """That a question that was just saved is gone again."""
    return "<p>Undone: it is no test question any more.</p>"


def problem_html(message: str) -> str:
    """Why something could not be done."""
    return f'<p class="problem">{escape(message)}</p>'


def _history(history: Sequence[str]) -> str:
    if not history:
        return ""
    asked = "".join(f'<li dir="auto">{escape(earlier)}</li>' for earlier in history)
    return (
        f'<div class="earlier"><p class="note">Asked after:</p><ul>{asked}</ul>'
        '<label class="choice"><input type="checkbox" name="follows" checked>'
        "<span>Keep this with the question: it is a follow-up</span></label></div>"
    )


def _candidate(candidate: Candidate) -> str:
    where = " · ".join(filter(None, [candidate.where, candidate.source]))
    quoted = '<span class="chip">the answer quotes from this</span>' if candidate.quoted else ""
    return (
        f'<div class="candidate" role="group" aria-label="{escape(candidate.heading)}" '
        f'data-place="{attribute(candidate.source)}" data-at="{places([candidate.span])}">'
        f'<label class="choice"><input type="checkbox" name="marked">'
        f'<span class="heading" dir="auto">{escape(candidate.heading)}</span></label>'
        f'<p class="facts" dir="auto">{escape(where)}</p>{quoted}'
        f'<p class="passage" dir="auto">{escape(candidate.text)}</p>'
        f'<label class="field narrow">The words that answer: shorten this, or select words in the passage'
        f'<textarea name="words" rows="3" dir="auto">{escape(candidate.words)}</textarea></label>'
        f"{source_button('link minor', candidate.source, [candidate.span], 'Show in its source')}</div>"
    )
