"""Passages and cases as lists, for the command line and its JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rag.present.wording import OUTCOME_LABELS
from rag.types import Case, Document, ScoredPassage

_WIDTH = 100
_LISTED = ("period", "community", "topic", "partner")


def passages_text(passages: Sequence[ScoredPassage], titles: Mapping[str, str]) -> str:
    """Ranked passages with where they stand and their scores; ``titles`` is case_id -> title."""
    blocks = []
    for rank, scored in enumerate(passages, 1):
        passage = scored.passage
        heading = titles.get(passage.case_id or "") or passage.title
        page = f", {passage.page}" if passage.page else ""
        where = " › ".join([f"{passage.doc_id}{page}", *passage.heading_path])
        scores = f"score {scored.score:.2f}, cosine {scored.dense:.2f}, words {scored.lexical:.2f}"
        body = textwrap.indent(_wrapped(passage.text), "    ")
        blocks.append(f"{rank:2d}. {heading}\n    {where} ({scores})\n{body}")
    return "\n\n".join(blocks)


def cases_text(cases: Sequence[Case], documents: Mapping[str, Document]) -> str:
    """Cases by document: title, place, period, result."""
    blocks: dict[str, list[str]] = {}
    for case in cases:
        document = documents[case.doc_id]
        facts = [f"place: {case.place}", f"result: {OUTCOME_LABELS[case.outcome]}"]
        facts += [f"{kind}: {values}" for kind in _LISTED if (values := _values(case, kind))]
        if pages := documents[case.doc_id].pages(case.spans[0][0], case.spans[-1][1]):
            facts.append(f"where: {pages}")
        lines = blocks.setdefault(case.doc_id, [f"{document.title} ({case.doc_id})"])
        lines += [f"  {case.title}", *(f"      {fact}" for fact in facts)]
    return "\n\n".join("\n".join(lines) for lines in blocks.values())


def case_record(case: Case, document: Document) -> dict[str, Any]:
    """A case for ``rag cases --json``; offsets are into the cleaned text."""
    return {
        "id": case.case_id,
        "source": case.doc_id,
        "title": case.title,
        "place": case.place,
        "result": case.outcome,
        "pages": document.pages(case.spans[0][0], case.spans[-1][1]),
        "spans": [list(span) for span in case.spans],
        "facets": [
            {"kind": facet.kind, "value": facet.value, "start": facet.start, "end": facet.end} for facet in case.facets
        ],
        "text": [document.text[start:end] for start, end in case.spans],
    }


def _values(case: Case, kind: str) -> str:
    return "; ".join(dict.fromkeys(facet.value for facet in case.facets if facet.kind == kind))


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.fill(line, _WIDTH) if line else "" for line in text.split("\n"))
