"""Tables into blocks: where there is a header row, each row below it tells of one thing, 'Header: value' by cell."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rag.errors import SourceError
from rag.readers.blocks import Content, ContentBuilder
from rag.readers.decode import decode
from rag.readers.text_kinds import delimiter_of
from rag.text.patterns import patterns
from rag.types import Role, SourceFile

MOST_ROWS = 50_000
MOST_CHARACTERS = 4_000_000  # of all cells: what is read is held in memory with each character's place

_HEADER_WITHIN = 15  # filled rows: titles and notes may stand above a header row, no more
_LONGEST_HEADER = 80
_TITLES = ("project_title", "title", "some_title", "thing")  # names of columns that title a row, best first
_NAMES = patterns("tables")
_LONG_CELL = 200  # characters: no title


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells as shown; ``number`` as the spreadsheet shows it, from 1."""

    number: int
    cells: list[str]

    @property
    def filled(self) -> list[int]:
        return [column for column, cell in enumerate(self.cells) if cell]


class TableWriter:
    """Adds tables to a builder until its limits are reached; ``warnings`` say what was left out."""

    def __init__(self) -> None:
        self.builder = ContentBuilder()
        self.warnings: list[str] = []
        self._rows = MOST_ROWS
        self._characters = MOST_CHARACTERS

    def add(self, rows: Sequence[Row], name: str = "") -> None:
        """A table; ``name`` is its sheet's, if its file has several. Empty rows must be left out."""
        header = _header_of(rows)
        if header is None:
            for row in rows:
                if not self._fits(row):
                    return
                self._part(row, name)
                self.builder.add("paragraph", _side_by_side(row), role=_role(""))
            return
        for row in rows[:header]:
            self._part(row, name)
            self.builder.add("paragraph", " ".join(row.cells[column] for column in row.filled))
        titled = _title_column(rows[header], rows[header + 1 :])
        for row in rows[header + 1 :]:
            if not self._fits(row):
                return
            if row.cells != rows[header].cells:
                self._add_record(rows[header], row, titled, name)

    def _add_record(self, header: Row, row: Row, titled: int | None, name: str) -> None:
        filled = row.filled
        heading = titled if titled in filled else next((c for c in filled if len(row.cells[c]) <= _LONG_CELL), None)
        self._part(row, name)
        if len(filled) == 1 and len(header.filled) > 2:  # a line over a group of rows, or a note below the table
            self.builder.add("paragraph", row.cells[filled[0]])
            return
        if heading is not None:
            words = row.cells[heading]
            stands_alone = heading == titled or not _NAMES["figure"].fullmatch(words)
            self.builder.add("heading", words if stands_alone else _labelled(header, row, heading), 2)
        for column in filled:
            if column != titled or column != heading:
                self.builder.add("paragraph", _labelled(header, row, column), role=_role(_label(header, column)))

    def _part(self, row: Row, name: str) -> None:
        self.builder.part("row", f"{name}, row {row.number}" if name else f"row {row.number}")

    def _fits(self, row: Row) -> bool:
        self._rows -= 1
        self._characters -= sum(map(len, row.cells))
        if self._rows >= 0 and self._characters >= 0:
            return True
        limit = f"{MOST_ROWS:,} rows" if self._rows < 0 else f"{MOST_CHARACTERS:,} characters"
        warning = f"Only its first {limit} were read: divide it into smaller files to have all of it."
        if warning not in self.warnings:
            self.warnings.append(warning)
        return False


def read_csv(source: SourceFile) -> Content:
    """A table of cells divided by commas, semicolons, tabs or bars, in any encoding."""
    text = decode(source).replace("\0", "")
    delimiter = delimiter_of(text[:65536], sure=True) or ","
    lines = text.splitlines(keepends=True)
    try:
        rows = _csv_rows(lines, delimiter, csv.QUOTE_MINIMAL)
    except csv.Error:  # a quotation mark that nothing closes
        try:
            rows = _csv_rows(lines, delimiter, csv.QUOTE_NONE)
        except csv.Error as error:
            raise SourceError(
                f"it can't be read as a table ({error}): open it in a spreadsheet and save it anew"
            ) from error
    writer = TableWriter()
    writer.add(rows)
    return writer.builder.content(warnings=writer.warnings)


def _csv_rows(lines: list[str], delimiter: str, quoting: Literal[0, 3]) -> list[Row]:
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, skipinitialspace=True)
    numbered = ((number, cells) for number, cells in enumerate(reader, 1) if any(cell.strip() for cell in cells))
    return [
        Row(number, [one_line(cell) for cell in cells])
        for number, cells in islice(numbered, MOST_ROWS + _HEADER_WITHIN + 1)
    ]


def one_line(text: str) -> str:
    """A cell's text, its white space collapsed."""
    return " ".join(text.split())


def _side_by_side(row: Row) -> str:
    """'a | b | c', or 'a: b' for two."""
    cells = [row.cells[column] for column in row.filled]
    if len(cells) == 2 and len(cells[0]) <= _LONGEST_HEADER:
        return f"{cells[0].rstrip(' :')}: {cells[1]}"
    return " | ".join(cells)


def _labelled(header: Row, row: Row, column: int) -> str:
    label, words = _label(header, column), row.cells[column]
    if not label or words.lower().startswith(label.lower() + ":"):
        return words
    return f"{label} {words}" if label[-1] in "?:" else f"{label}: {words}"


def _label(header: Row, column: int) -> str:
    return header.cells[column] if column < len(header.cells) else ""


def _role(label: str) -> Role:
    """A cell with a date is no date of the file; who may be asked is no account."""
    return "contact" if _NAMES["contact_column"].search(label) else "account"


def _header_of(rows: Sequence[Row]) -> int | None:
    """Which row names the columns of those below it; None if none does."""
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        below = rows[index + 1 : index + 41]
        if below and not _is_form(rows[index:]) and _may_name(row, below) and _differs(row, below):
            return index
    return None


def _is_form(rows: Sequence[Row]) -> bool:
    """Whether rows are labels with a value each: 'Name: Walks', 'Location: Luton', ..."""
    if any(len(row.filled) > 2 for row in rows[:40]):
        return False
    labels = [row.cells[row.filled[0]] for row in rows[:40]]
    named = sum(bool(_NAMES["column_name"].match(label)) or label.endswith(":") for label in labels)
    return named > 1 and named >= 0.5 * len(labels)


def _may_name(row: Row, below: Sequence[Row]) -> bool:
    names = [row.cells[column] for column in row.filled]
    widths = sorted(len(other.filled) for other in below)
    wide = len(names) >= max(2, 0.6 * widths[len(widths) // 2])
    plain = all(len(name) <= _LONGEST_HEADER and not _NAMES["figure"].fullmatch(name) for name in names)
    years = sum(bool(re.fullmatch(r"(19|20)\d\d([/–-]\d\d(\d\d)?)?", name)) for name in names)
    if years and years < len(names):  # 'Region | 2013 | 2014'
        plain = all(re.search(r"[A-Za-z]|^(19|20)\d\d", name) for name in names)
    return wide and plain and len({name.lower() for name in names}) == len(names)


def _differs(row: Row, below: Sequence[Row]) -> bool:
    """Whether a row is of another sort than those below it: names over figures, dates or longer texts."""
    if sum(bool(_NAMES["column_name"].match(row.cells[column])) for column in row.filled) * 2 >= len(row.filled):
        return True
    for column in row.filled:
        name = row.cells[column]
        values = [other.cells[column] for other in below if column < len(other.cells) and other.cells[column]]
        if not values or name in values:
            continue
        figures = sum(bool(_NAMES["figure"].fullmatch(value)) for value in values)
        if figures > 0.6 * len(values) and not name.endswith(":"):
            return True
        if sum(map(len, values)) > 3 * len(values) * max(len(name), 15):
            return True
    return False


def _title_column(header: Row, below: Sequence[Row]) -> int | None:
    """The column whose cells name what the rows tell of."""
    for name in _TITLES:
        for column in header.filled:
            if _NAMES[name].fullmatch(header.cells[column].rstrip(":* ")):
                return column
    for column in header.filled:
        values = [row.cells[column] for row in below if column < len(row.cells) and row.cells[column]]
        words = [value for value in values if not _NAMES["figure"].fullmatch(value) and len(value) <= _LONG_CELL]
        if values and len(words) >= 0.9 * len(values) and len(set(words)) >= 0.9 * len(words):
            return column
    return None
