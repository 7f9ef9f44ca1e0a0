"""Cases side by side as data: a row a field, a cell a case; that table as Markdown and for word processors. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rag.present.fields import (
    FIELDS,
    NOT_STATED,
    PLANNED,
    flat,
    general_names,
    is_plan,
    once,
    pages_of,
    shown_labels,
    strength_of,
    triggers,
    words_of,
)
from rag.text.templates import render
from rag.types import Case, Document, Facet, FacetKind, Span
from rag.types.documents import STRENGTHS

#: Two cases are alike in these where their labels are, however their sources word it.
_BY_LABEL: frozenset[FacetKind] = frozenset({"community", "topic", "setting", "period"})
_MARKDOWN = re.compile(r"([\\`*_\[\]<|])")
_NOTE = "What is in quotation marks is word for word from the source; ‘not stated’ means that the source does not say."


class Column(NamedTuple):
    """A case with the document that tells of it."""

    case: Case
    document: Document


@dataclass(frozen=True, slots=True)
class Value:
    """Something a source says, and where; ``note`` is what we say of it. What is not ``quoted`` are our words too."""

    words: str
    spans: tuple[Span, ...]
    note: str = ""
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """What one case states of a field. Cells with the same ``key`` say the same.

    ``labels`` are the general names of it, ``adding`` those that are not in its words already.
    """

    values: tuple[Value, ...] = ()
    key: frozenset[str] = frozenset()
    labels: tuple[str, ...] = ()
    adding: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A field of all cases."""

    name: str
    cells: tuple[Cell, ...]

    @cached_property
    def shared(self) -> frozenset[str]:
        """Words and labels, folded, that every one of several cases has."""
        if len(self.cells) < 2:
            return frozenset()
        return frozenset.intersection(*(_folded(cell) for cell in self.cells))

    @cached_property
    def differs(self) -> bool:
        """Whether the cases are not alike in it."""
        return len({cell.key for cell in self.cells}) > 1

    @property
    def verdict(self) -> str:
        """How the cases compare in it, in words; '' for one case."""
        stated = sum(bool(cell.values) for cell in self.cells)
        if len(self.cells) == 1:
            return ""
        if not stated:
            return "none says"
        if stated < len(self.cells):
            return f"{stated} of {len(self.cells)} say"
        if not self.differs:
            return "same"
        return "partly the same" if self.shared else "differs"


def rows_of(columns: Sequence[Column]) -> list[Row]:
    """The table: every field of the card, how strongly the outcome is stated, the source and its date."""
    rows: list[Row] = []
    for kind, name in FIELDS:
        if kind == "outcome":
            rows.append(_row("Strength of outcome", columns, _strength))
        rows.append(_row(name, columns, lambda column, kind=kind: _stated(column, kind)))  # type: ignore[misc]
        planned = _row(PLANNED, columns, _planned) if kind == "outcome" else None
        if planned and any(cell.values for cell in planned.cells):
            rows.append(planned)
    return [*rows, _row("Source", columns, _source), _row("Date of the source", columns, _date)]


def _row(name: str, columns: Sequence[Column], cell: Callable[[Column], Cell]) -> Row:
    return Row(name, tuple(map(cell, columns)))


def _stated(column: Column, kind: FacetKind) -> Cell:
    return _cell(column.document, [f for f in column.case.stated(kind) if not is_plan(f)])


def _planned(column: Column) -> Cell:
    return _cell(column.document, [f for f in column.case.stated("outcome") if is_plan(f)])


def _cell(document: Document, facets: Sequence[Facet]) -> Cell:
    values = tuple(_value(document, facet) for facet in once(document, facets))
    words = [value.words for value in values]
    labels = tuple(dict.fromkeys(label for f in facets for label in general_names(f)))
    adding = tuple(dict.fromkeys(label for facet in facets for label in shown_labels(facet, words)))
    named = {label for f in facets if f.kind in _BY_LABEL for label in f.labels}
    return Cell(values, frozenset(key.casefold() for key in named or words), labels, adding)


def _value(document: Document, facet: Facet) -> Value:
    return Value(flat(words_of(document, facet)), ((facet.start, facet.end),), strength_of(facet))


def _strength(column: Column) -> Cell:
    case, outcome = column.case, column.case.outcome
    name, explained = STRENGTHS[outcome]
    deciding = (
        case.stated("deed") if outcome == "activity" else [f for f in case.stated("outcome") if f.value == outcome]
    )
    words = ", ".join(f"“{words}”" for words in triggers(case, column.document))
    spans = tuple((facet.start, facet.end) for facet in deciding)
    note = " ".join(filter(None, [explained, words]))
    return Cell((Value(name, spans, note, quoted=False),), frozenset({name.casefold()}))


def _source(column: Column) -> Cell:
    document = column.document
    where = pages_of(column.case, document)
    note = ", ".join(filter(None, [flat(document.author), document.doc_id if document.title else "", where]))
    title = flat(document.title) or document.doc_id
    return Cell((Value(title, column.case.spans, note, quoted=False),), frozenset({document.doc_id}))


def _date(column: Column) -> Cell:
    published = flat(column.document.published)
    return Cell((Value(published, (), quoted=False),), frozenset({published.casefold()})) if published else Cell()


def _folded(cell: Cell) -> frozenset[str]:
    return frozenset(words.casefold() for words in (*(value.words for value in cell.values), *cell.labels))


def comparison_markdown(columns: Sequence[Column]) -> str:
    """The whole table in Markdown, values in quotation marks; no final line break."""
    head = ["", *(_plain(column.case.title) for column in columns)]
    rows = [[f"**{row.name}**", *(_plain(_cell_text(cell)) for cell in row.cells)] for row in rows_of(columns)]
    return "\n".join([*map(_line, (head, ["---"] * len(head), *rows)), "", _NOTE])


def comparison_rich(columns: Sequence[Column]) -> str:
    """The whole table as HTML for word processors, without anything to click on."""
    rows = [(row.name, [_parts(cell) for cell in row.cells]) for row in rows_of(columns)]
    titles = [column.case.title for column in columns]
    return render("present/comparison.html", titles=titles, rows=rows, not_stated=NOT_STATED, note=_NOTE)


def _cell_text(cell: Cell) -> str:
    return " · ".join(_parts(cell)) or NOT_STATED


def _parts(cell: Cell) -> list[str]:
    parts = []
    for value in cell.values:
        words = f"“{value.words}”" if value.quoted else value.words
        parts.append(f"{words} ({value.note})" if value.note else words)
    return parts


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """``text`` on one line, safe from Markdown's own marks and from those of its tables."""
    return _MARKDOWN.sub(r"\\\1", flat(text))
