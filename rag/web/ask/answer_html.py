"""Answers and passages as HTML."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from rag.ask.query.filter_words import filter_text, nowhere
from rag.present.fields import FIELD_NAMES
from rag.present.text import answer_markdown
from rag.present.wording import (
    STATUS_LABELS,
    counted,
    files_of,
    opening,
    place_in,
    searched,
    sentence,
    sources,
    statements_with_notes,
    unanswered,
)
from rag.text.jinja import places
from rag.text.templates import render
from rag.types import Answer, Citation, Filters, Passage, Statement
from rag.types.documents import STRENGTHS


def answer_html(
    answer: Answer,
    case_titles: Mapping[str, str] | None = None,
    plain: Collection[str] | None = None,
    *,
    history: Sequence[str] = (),
    unmet: Filters = (),
) -> str:
    """One turn of the conversation: the question, what was searched, the answer, and what to do with it.

    ``plain`` are the sources whose files are text, which can be shown as they were found; None is all. ``history`` are
    the questions before it; ``unmet`` is what the question prefers that no case states.
    """
    asked = _asked(answer, history)
    titles = case_titles or {}
    quoted = {statement.case for statement in answer.statements}
    probability = f"Estimated probability that they answer the question: {answer.confidence:.0%}."
    return render(
        "web/ask/answer.html",
        answer=answer,
        searched=searched(answer),
        wants=[*_chips(answer.filters, hard=True), *_chips(answer.query.preferred, hard=False)],
        unmet=nowhere(unmet),
        status=STATUS_LABELS[answer.status],
        strengths=STRENGTHS,
        of_library=answer.query.request is not None and answer.query.request.of_library,
        opening=opening(answer).partition("\n")[0] if answer.documents else opening(answer),
        rest=[(case_id, titles.get(case_id, case_id)) for case_id in answer.listed if case_id not in quoted],
        cards=[(each.kind, each.value) for each in answer.cards],
        field_names=FIELD_NAMES,
        statements=[(*told, _quotes(told[0], answer)) for told in statements_with_notes(answer)],
        unanswered=unanswered(answer),
        sources=[(*source, files_of(source[0])) for source in sources(answer)],
        plain=plain,
        passages=[(scored, *passage_place(scored.passage, titles)) for scored in answer.passages],
        considered=f"{counted(len(answer.passages), 'passage')} considered",
        probability=" ".join(filter(None, [answer.reason, probability])),
        markdown=answer_markdown(answer),
        asked=asked,
        collected={"kind": "answer", **asked},
        tested=_tested(answer),
    )


def notice_html(question: str, message: str) -> str:
    """A turn that tells the user something instead of answering."""
    return render("web/ask/notice.html", question=question, message=message)


def passage_place(passage: Passage, titles: Mapping[str, str]) -> tuple[str, str]:
    """What a passage is headed with (its case, else its document) and the headings above it."""
    heading = titles.get(passage.case_id or "") or passage.title or passage.doc_id
    steps = [step for step in (passage.title, *passage.heading_path) if step and step != heading]
    return heading, " › ".join(dict.fromkeys(steps))


def _chips(wants: Filters, *, hard: bool) -> Iterator[tuple[str, str, bool]]:
    """What the search was limited to (``hard``), or what comes first: its name, and in words."""
    for want in wants:
        text = filter_text(want)
        yield f"{want.kind}:{want.value}", sentence(text) if hard else text, hard


def _quotes(statement: Statement, answer: Answer) -> list[tuple[Citation, str, Sequence[str]]]:
    """The quotes of a statement, each with its place and, of a list, its parts."""
    return [(citation, place_in(citation), _listed(citation)) for citation in answer.cited_by(statement)]


def _listed(citation: Citation) -> Sequence[str]:
    """A quote's lead-in and the items that hang on it; nothing of another quote."""
    parts = citation.quote.split(" … ")
    is_list = 1 < len(parts) == len(citation.spans) and parts[0].endswith(":")
    return parts if is_list else ()


def _asked(answer: Answer, history: Sequence[str]) -> dict[str, Any]:
    """What was asked and quoted, for what keeps answers."""
    return {
        "question": answer.query.typed,
        "searched": answer.query.text,
        "history": list(history),
        "filters": [[want.kind, want.value] for want in answer.filters],
        "status": answer.status,
        "missing": list(answer.missing),
        "quotes": [{"number": citation.number, **_quoted(citation)} for citation in answer.citations],
    }


def _tested(answer: Answer) -> dict[str, Any]:
    """What was asked and quoted, for a test question."""
    return {
        "question": answer.query.typed,
        "searched": answer.query.text,
        "quoted": list(map(_quoted, answer.citations)),
        "answered": answer.status == "answered",
    }


def _quoted(citation: Citation) -> dict[str, str]:
    return {"source": citation.source, "spans": places(citation.spans)}
