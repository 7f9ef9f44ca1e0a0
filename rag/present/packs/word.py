"""An evidence pack as a Word document: real headings, quotations and tables, to be pasted from or sent as it is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rag.present.packs.outline import Bullets, Card, Heading, Part, Quotation, SourceLine, Value, Words, outline
from rag.present.packs.word_styles import (
    AUTHORED,
    CELL_QUOTE,
    REFERENCE,
    SOURCE,
    WARNING,
    add_field,
    empty_document,
    mark,
    rule,
    shade,
    soft,
)
from rag.present.packs.wording import UNTITLED
from rag.types import Pack

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_FIELD_WIDTH, _WORDS_WIDTH = 3.6, 12.2  # cm: the width between the margins
_WHOLE = 600  # characters of a row that is kept on one page
_PROPERTY = 255  # characters of what is said of a Word document, at most


def pack_docx(pack: Pack) -> bytes:
    """The whole pack as the bytes of a .docx file."""
    document = empty_document()
    _describe(document, pack)
    for part in outline(pack):
        _write(document, part)
    _footer(document, pack)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _describe(document: WordDocument, pack: Pack) -> None:
    known = document.core_properties
    known.title = (pack.title or UNTITLED)[:_PROPERTY]
    known.author, known.last_modified_by, known.comments = "", "", ""
    known.language = "en-GB"
    known.created = known.modified = datetime.fromisoformat(pack.made)


def _write(document: WordDocument, part: Part) -> None:
    match part:
        case Heading(level, text):
            document.add_heading(text, 0 if level == 1 else level - 1)
        case Words(_, label, kind):
            for number, line in enumerate(part.lines):
                style = {"plain": None, "quiet": REFERENCE, "warning": WARNING}[kind]
                paragraph = document.add_paragraph(style=style)
                if label and not number:
                    paragraph.add_run(f"{label}: ").bold = True
                paragraph.paragraph_format.keep_with_next = True
                paragraph.add_run(line)
        case Quotation():
            _quotation(document, part)
        case Bullets(items):
            for item in items:
                document.add_paragraph(item, style="List Bullet")
        case SourceLine(source, text):
            document.add_paragraph(f"[{source.number}]\t{text}", style=SOURCE)
        case Card():
            _table(document, part)


def _quotation(document: WordDocument, part: Quotation) -> None:
    for line in part.words.splitlines():
        document.add_paragraph(line, style="Quote").paragraph_format.keep_with_next = True
    document.add_paragraph(f"{part.number} {part.reference}", style=AUTHORED)


def _table(document: WordDocument, card: Card) -> None:
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=2, style="Table Grid")
    table.autofit = False
    rule(table)
    header = table.rows[0]
    for cell, words in zip(header.cells, ("Field", "In the source’s words"), strict=True):
        _name(cell, words)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        shade(cell)
    mark(header, "w:tblHeader")
    for label, values in card.rows:
        row = table.add_row()
        if sum(len(value.quote.text) for line in values for value in line) < _WHOLE:
            mark(row, "w:cantSplit")
        _name(row.cells[0], label)
        _fill(row.cells[1], values, card.blank)
    for row in table.rows:
        for cell, width in zip(row.cells, (_FIELD_WIDTH, _WORDS_WIDTH), strict=True):
            cell.width = Cm(width)
    for column, width in zip(table.columns, (_FIELD_WIDTH, _WORDS_WIDTH), strict=True):
        column.width = Cm(width)
    document.add_paragraph(style=CELL_QUOTE)  # a table must not touch what follows it


def _name(cell: Any, words: str) -> None:
    cell.paragraphs[0].style = CELL_QUOTE
    cell.paragraphs[0].add_run(words).bold = True


def _fill(cell: Any, lines: Sequence[Sequence[Value]], blank: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = CELL_QUOTE
    if not lines:
        paragraph.add_run(blank).italic = True
    for number, line in enumerate(lines):
        if number:
            paragraph = cell.add_paragraph(style=CELL_QUOTE)
        for follows, value in enumerate(line):
            if value.label:
                paragraph.add_run(f"{value.label}: ").bold = True
            paragraph.add_run(f"{'; ' if follows else ''}{value.words}")
            if value.place:
                paragraph.add_run(f" {value.place}").font.color.rgb = soft()


def _footer(document: WordDocument, pack: Pack) -> None:
    footer = document.sections[0].footer.paragraphs[0]
    footer.add_run(f"Library fingerprint {pack.fingerprint}\t\tPage ")
    add_field(footer, "PAGE")
    footer.add_run(" of ")
    add_field(footer, "NUMPAGES")
