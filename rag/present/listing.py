"""Passages and cases as lists, for the command line and its JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rag.present.fields import NOT_STATED, flat, once, pages_of, told_fields, words_of
from rag.present.precedents import ASPECTS, LIKENESSES, absent_text, count_precedents_text, remarks_text
from rag.present.record import record
from rag.present.wording import OUTCOME_LABELS
from rag.types import Case, Document, FacetKind, Precedents, ScoredPassage
from rag.types.documents import STRENGTHS

_WIDTH = 100
_LISTED: tuple[FacetKind, ...] = ("period", "community", "topic", "setting", "partner", "cost")


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
        facts += [f"{kind}: {values}" for kind in _LISTED if (values := _values(case, document, kind))]
        if pages := pages_of(case, document):
            facts.append(f"where: {pages}")
        lines = blocks.setdefault(case.doc_id, [f"{document.title} ({case.doc_id})"])
        lines += [f"  {case.title}", *(f"      {fact}" for fact in facts)]
    return "\n\n".join("\n".join(lines) for lines in blocks.values())


def card_text(case: Case, document: Document) -> str:
    """A case in full: every field in the source's words, or that it is not stated."""
    label, meaning = STRENGTHS[case.outcome]
    lines = [f"{case.title} ({case.case_id})", _field("Result", [f"{label}. {meaning}"])]
    for name, facets in told_fields(case, document):
        lines.append(_field(name, [flat(words_of(document, facet)) for facet in facets]))
    known = [document.title, case.doc_id, pages_of(case, document), flat(document.published)]
    lines.append(_field("Source", [", ".join(dict.fromkeys(filter(None, known)))]))
    return "\n".join(lines)


def precedents_text(found: Precedents, documents: Mapping[str, Document]) -> str:
    """The cases most like a situation, each with what matches and what does not."""
    blocks = [count_precedents_text(found)]
    blocks += filter(None, [remarks_text(found)])
    for rank, precedent in enumerate(found.found, 1):
        case, document = precedent.case, documents[precedent.case.doc_id]
        lines = [f"{rank:2d}. {case.title} ({case.case_id}): {STRENGTHS[case.outcome][0].lower()}"]
        for match in precedent.matches:
            words = "; ".join(flat(document.text[start:end]) for start, end in match.found)
            told = f"“{words}”" if words else absent_text(match, document)
            how = f"{ASPECTS[match.aspect]}: {LIKENESSES[match.likeness].lower()}"
            lines.append(_indented(f"{how}: {'; '.join(match.wanted)} → {told}"))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def precedents_record(found: Precedents) -> dict[str, Any]:
    """What ``precedents_text`` tells, for JSON; offsets are into the cleaned text."""
    return {
        "situation": found.situation.text,
        "parts": {aspect: list(found.situation.words(aspect)) for aspect in found.situation.aspects},
        "lacking": list(found.lacking),
        "found": [
            {
                "case": precedent.case.case_id,
                "title": precedent.case.title,
                "score": round(precedent.score, 4),
                "matches": [record(match, "aspect likeness wanted found") for match in precedent.matches],
            }
            for precedent in found.found
        ],
    }


def case_record(case: Case, document: Document) -> dict[str, Any]:
    """A case for ``rag cases --json``; offsets are into the cleaned text."""
    return {
        "id": case.case_id,
        "source": case.doc_id,
        "title": case.title,
        "place": case.place,
        "result": case.outcome,
        "pages": pages_of(case, document),
        "spans": [list(span) for span in case.spans],
        "facets": [record(facet, "kind value labels start end") for facet in case.facets],
        "text": [document.text[start:end] for start, end in case.spans],
    }


def _values(case: Case, document: Document, kind: FacetKind) -> str:
    facets = once(document, case.stated(kind))
    return "; ".join(flat(words_of(document, facet)) for facet in facets)


def _field(name: str, values: Sequence[str]) -> str:
    return "\n".join([f"  {name}", *(_indented(value) for value in values or [NOT_STATED])])


def _indented(text: str) -> str:
    return textwrap.indent(textwrap.fill(text, _WIDTH), "      ")


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.fill(line, _WIDTH) if line else "" for line in text.split("\n"))
