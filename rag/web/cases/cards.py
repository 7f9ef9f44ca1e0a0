"""A case as a card: what its source states, field by field, in the source's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.present.fields import (
    FIELDS,
    NOT_STATED,
    flat,
    pages_of,
    shown_labels,
    strength_of,
    told_fields,
    triggers,
    words_of,
)
from rag.text.templates import render
from rag.types import Case, Document, Facet, FacetKind, Outcome, Span
from rag.types.documents import STRENGTHS

_TEMPLATE = "web/cases/cards.html"
_IN_BRIEF: tuple[FacetKind, ...] = ("place", "community", "topic", "period")
_SHOWN_IN_BRIEF = 3  # values of one field


class Face(NamedTuple):
    """What every card of a case shows: how strong its result is, and where it stands in which source."""

    case: Case
    outcome: Outcome
    label: str
    meaning: str
    triggers: Sequence[str]
    source: str
    where: str


class _Value(NamedTuple):
    """Words that state a field, with what we say of them."""

    words: str
    span: Span
    strength: str
    labels: str


def face_of(case: Case, document: Document) -> Face:
    """What every card of the case shows."""
    where = ", ".join(filter(None, [pages_of(case, document), flat(document.published)]))
    outcome = case.outcome
    return Face(case, outcome, *STRENGTHS[outcome], triggers(case, document), document.title or case.doc_id, where)


def brief_card_html(case: Case, document: Document) -> str:
    """A case in a list: the most that can be seen at a glance."""
    fields = [_in_brief(case, document, kind) for kind in _IN_BRIEF]
    face = face_of(case, document)
    told = [
        ("What was done", _first(document, case.stated("deed"))),
        # What is only planned is no result.
        ("What came of it", _first(document, [f for f in case.stated("outcome") if f.value == face.outcome])),
    ]
    return render(_TEMPLATE, "brief", face=face, fields=fields, told=told, not_stated=NOT_STATED)


def card_html(case: Case, document: Document) -> str:
    """A case in full: every field, each value a button that opens the words in their source."""
    fields = [(name, [_value(document, facet) for facet in facets]) for name, facets in told_fields(case, document)]
    return render(_TEMPLATE, "full", face=face_of(case, document), fields=fields, not_stated=NOT_STATED)


def _in_brief(case: Case, document: Document, kind: FacetKind) -> tuple[str, str, str]:
    """A field's name, its first words, and the region of a place."""
    facets, label = case.stated(kind), dict(FIELDS)[kind]
    words = list(dict.fromkeys(flat(words_of(document, facet)) for facet in facets))
    more = f" and {len(words) - _SHOWN_IN_BRIEF} more" if len(words) > _SHOWN_IN_BRIEF else ""
    region = shown_labels(facets[0], words)[:1] if facets and kind == "place" else ()
    return label, "; ".join(words[:_SHOWN_IN_BRIEF]) + more, "".join(region)


def _first(document: Document, facets: Sequence[Facet]) -> str:
    return flat(words_of(document, facets[0])) if facets else ""


def _value(document: Document, facet: Facet) -> _Value:
    words = words_of(document, facet)
    labels = "; ".join(shown_labels(facet, [words]))
    return _Value(flat(words), (facet.start, facet.end), strength_of(facet), labels)
