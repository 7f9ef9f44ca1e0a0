"""An evidence pack as a table: a row a quote, a row a field of a case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rag.present.fields import FIELDS, NOT_STATED
from rag.present.packs.wording import CHECKING, UNTITLED, fingerprint_text, made_on, searched_text, source_text
from rag.present.wording import STATUS_LABELS
from rag.types import Asked, Outcome, Pack, PackItem, PackQuote
from rag.types.documents import STRENGTHS

COLUMNS = (
    "Item",
    "Kind",
    "Question",
    "How answered",
    "Searched",
    "Case",
    "Field",
    "Strength of result",
    "Words",
    "Source number",
    "Source",
    "File",
    "Page",
    "Section",
    "Source date",
    "Note",
)
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for one begins with these
Row = dict[str, str]


def pack_csv(pack: Pack) -> str:
    """Comma-separated values with a header row and CRLF line ends; no cell can be taken for a formula."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({name: harmless(cell) for name, cell in row.items()} for row in _rows(pack))
    return written.getvalue()


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _rows(pack: Pack) -> Iterator[Row]:
    for number, item in enumerate(pack.items, 1):
        for row in _item_rows(item):
            yield {"Item": str(number), "Note": item.note, **row}
    for asked in pack.unanswered:
        yield {"Kind": "Question not answered", **_asked(asked)}
    for source in pack.sources:
        yield {
            "Kind": "Source",
            "Words": source_text(source, pack),
            "Source number": str(source.number),
            "Source": source.title,
            "File": source.file,
            "Source date": source.published,
        }
    about = (
        ("Title", pack.title or UNTITLED),
        ("Purpose", pack.purpose),
        ("Made on", made_on(pack)),
        ("Library fingerprint", fingerprint_text(pack)),
        ("How to check", CHECKING),
    )
    for label, words in about:
        if words:
            yield {"Kind": "About this pack", "Field": label, "Words": words}


def _item_rows(item: PackItem) -> Iterator[Row]:
    kind = item.kind
    whole = _asked(item.asked) if item.asked else {}
    for lost in item.lost:
        yield {"Kind": f"{kind}: not there any more", **whole, "Words": lost}
    if item.asked and not item.groups and not item.lost:
        yield {"Kind": kind, **whole}
    for group in item.groups:
        for quote in group.quotes:
            yield {"Kind": kind, **whole, "Strength of result": _label(group.outcome), **_quote(quote)}
    if not item.case:
        return
    labels = dict(FIELDS)
    for field in item.case.fields:
        row = {"Kind": kind, "Case": item.case.title, "Field": labels[field.kind]}
        for at, quote in enumerate(field.quotes):
            outcome = field.outcomes[at] if field.outcomes else None
            yield {**row, "Strength of result": _label(outcome), **_quote(quote)}
        if not field.quotes:
            source = item.case.source
            yield {**row, "Words": NOT_STATED, "Source number": str(source.number), "Source": source.title}


def _asked(asked: Asked) -> Row:
    return {
        "Question": asked.question,
        "How answered": STATUS_LABELS[asked.status],
        "Searched": searched_text(asked),
    }


def _label(outcome: Outcome | None) -> str:
    return STRENGTHS[outcome][0] if outcome else ""


def _quote(quote: PackQuote) -> Row:
    return {
        "Case": quote.case,
        "Words": quote.text,
        "Source number": str(quote.source.number),
        "Source": quote.source.title,
        "File": quote.source.file,
        "Page": quote.page,
        "Section": quote.section,
        "Source date": quote.source.published,
    }
