"""An answer as plain text, as Markdown and as the JSON of ``rag ask --json``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rag.present.record import record
from rag.present.wording import (
    files_of,
    in_quotes,
    limits,
    opening,
    place_in,
    remark,
    searched,
    sources,
    statements_with_notes,
    told_as,
    unanswered,
)
from rag.types import Answer, Citation, ScoredPassage

_CITATION = "number source title case section page also quote spans field"  # of the JSON
_MARKDOWN = re.compile(r"([\\`*_\[\]<])")


def answer_text(answer: Answer) -> str:
    """Plain text: a block a case with its quotes and [1] markers, then the sources; no final line break."""
    blocks = [limits(answer), opening(answer)]
    for statement, notes in statements_with_notes(answer):
        shown_by = f": {' … '.join(f'“{words}”' for words in statement.shown_by)}" if statement.shown_by else ""
        evidence = f" ({remark(statement)}{shown_by})" if statement.evidence else ""
        lines = [f"{statement.heading}{evidence}"]
        lines += [f"  {told_as(c)}{in_quotes(c.quote)} [{c.number}]" for c in answer.cited_by(statement)]
        lines += [f"  Note: {note}" for note in notes]
        blocks.append("\n".join(lines))
    blocks.append(unanswered(answer))
    if answer.citations:
        lines = [f"  {_numbers(cited)} {title} ({files_of(cited)})" for cited, title, _ in sources(answer)]
        blocks.append("\n".join(["Sources", *lines]))
    return "\n\n".join(block for block in blocks if block)


def answer_markdown(answer: Answer) -> str:
    """The question, its answer and the sources, to paste into a document; no final line break."""
    blocks = [f"**{_plain(answer.query.typed)}**", _plain(searched(answer)), _plain(limits(answer))]
    blocks.append(_plain(opening(answer)))
    for statement, notes in statements_with_notes(answer):
        blocks.append(f"### {_plain(statement.heading)}")
        blocks.append(f"*{remark(statement)}*" if statement.evidence else "")
        blocks += [f"> {told_as(c)}{_plain(in_quotes(c.quote))} [{c.number}]" for c in answer.cited_by(statement)]
        blocks.append("\n".join(f"- {_plain(note)}" for note in notes))
    blocks.append(_plain(unanswered(answer)))
    if answer.citations:
        blocks.append("**Sources**")
        blocks.append("\n".join(f"[{c.number}] {_plain(place_in(c))}  " for c in answer.citations).rstrip())
    return "\n\n".join(block for block in blocks if block)


def answer_record(
    answer: Answer, question_id: str | int, case_titles: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object of ``rag ask --json``; ``case_titles`` (id to title) fills ``passages[].case``."""
    titles = case_titles or {}
    return {
        "id": question_id,
        "question": answer.query.typed,
        "searched": answer.query.text,
        "status": answer.status,
        "confidence": round(float(answer.confidence), 4),
        "reason": answer.reason,
        "answer": answer_text(answer),
        "missing": list(answer.missing),
        "unanswered": list(answer.unanswered),
        "sought": answer.query.sought,
        "listed": list(answer.listed),
        "count": answer.count,
        "request": answer.query.request.kind if answer.query.request else None,
        "filters": [[each.kind, each.value] for each in answer.filters],
        "preferred": [[each.kind, each.value] for each in answer.query.preferred],
        "excluded": [each.words for each in answer.query.excluded],
        "statements": [
            {
                "heading": statement.heading,
                "case": statement.case,
                "result": statement.evidence,
                "shown_by": list(statement.shown_by),
                "citations": list(statement.citations),
                "notes": [record(note, "kind words") for note in statement.notes],
            }
            for statement in answer.statements
        ],
        "citations": [record(citation, _CITATION) for citation in answer.citations],
        "passages": [passage_record(rank, p, titles) for rank, p in enumerate(answer.passages, 1)],
    }


def passage_record(rank: int, scored: ScoredPassage, titles: Mapping[str, str]) -> dict[str, Any]:
    """A passage of the JSON; ``titles`` is case_id -> title."""
    passage = scored.passage
    return {
        "rank": rank,
        "source": passage.doc_id,
        "case": titles.get(passage.case_id or "", ""),
        "page": passage.page,
        "also": list(scored.also),
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "score": round(float(scored.score), 4),
    }


def _numbers(citations: list[Citation]) -> str:
    return " ".join(f"[{citation.number}]" for citation in citations)


def _plain(text: str) -> str:
    """``text`` on one line, safe from Markdown's own marks."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
