"""Looks through a spreadsheet's parts, piece by piece, before it is read: how far it reaches, what is a percentage.

The reader makes room for every cell between the first and the last, so that two cells far apart can take all memory.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from xml.parsers import expat

from rag.errors import SourceError
from rag.readers.office.package import RELATIONSHIPS, Package

Percentages = frozenset[tuple[int, int]]  # (row, column), from 0

_MOST_CELLS = 5_000_000
_MOST_PERCENTAGES = 500_000
_BUILT_IN = frozenset({9, 10})  # number formats of Office that show percentages
_PIECE = 2**16
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_TOO_LARGE = "its cells reach too far ({}): delete what stands far from its tables, or save it as .csv"
_DAMAGED = "it is damaged ({}): open it in a spreadsheet program and save it anew as .xlsx"
_ERRORS = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, ValueError, KeyError, RuntimeError)

Attributes = dict[str, str]


def check_extents(data: bytes) -> Mapping[str, Percentages]:
    """The cells of each sheet that show percentages (XLSX only). Raises SourceError if a sheet reaches too far."""
    if not data.startswith(b"PK"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                _check_ods(archive)
                return {}
            if "xl/workbook.xml" not in names:
                return {}
            package = Package(data)
            styles = _percentage_styles(package)
            parts = {
                sheet: part for sheet, part in _sheet_parts(package).items() if part in names and "sheets/" in part
            }
            return {sheet: _scan_sheet(archive, part, styles) for sheet, part in parts.items()}
    except _ERRORS as error:
        raise SourceError(_DAMAGED.format(error)) from error


def _parse(archive: zipfile.ZipFile, part: str, start: Callable[[str, Attributes], None]) -> None:
    """Reads an XML part; entities of its own are refused, others never fetched."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    parser.EntityDeclHandler = _refuse_entity
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)


def _refuse_entity(*_: object) -> None:
    raise SourceError("its XML defines entities, as no spreadsheet program does: save it anew as .xlsx")


def _percentage_styles(package: Package) -> frozenset[str]:
    """The numbers of the cell styles that show percentages."""
    root = package.xml("xl/styles.xml")
    if root is None:
        return frozenset()
    formats = {int(f.get("numFmtId", "-1")) for f in root.iter("{*}numFmt") if "%" in f.get("formatCode", "")}
    styles = (int(style.get("numFmtId", "0")) for style in root.iterfind("{*}cellXfs/{*}xf"))
    return frozenset(str(number) for number, shown in enumerate(styles) if shown in formats | _BUILT_IN)


def _sheet_parts(package: Package) -> dict[str, str]:
    """Sheet name -> its part of the file."""
    parts = {number: part for number, _, part in package.related("xl/workbook.xml")}
    root = package.xml("xl/workbook.xml")
    sheets = root.iter("{*}sheet") if root is not None else ()
    return {sheet.get("name", ""): parts.get(sheet.get(RELATIONSHIPS + "id"), "") for sheet in sheets}


def _scan_sheet(archive: zipfile.ZipFile, part: str, styles: frozenset[str]) -> Percentages:
    extent = [0, 0]
    found: set[tuple[int, int]] = set()

    def start(tag: str, attributes: Attributes) -> None:
        if tag != "c" or (place := _CELL.fullmatch(attributes.get("r", ""))) is None:
            return
        row, column = int(place[2]) - 1, _column(place[1])
        extent[0], extent[1] = max(extent[0], row + 1), max(extent[1], column + 1)
        _check_extent(*extent)
        if len(found) < _MOST_PERCENTAGES and attributes.get("s") in styles and attributes.get("t", "n") == "n":
            found.add((row, column))

    _parse(archive, part, start)
    return frozenset(found)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _check_extent(rows: int, columns: int) -> None:
    if rows * columns > _MOST_CELLS:
        raise SourceError(_TOO_LARGE.format(f"{rows:,} rows and {columns:,} columns"))


def _check_ods(archive: zipfile.ZipFile) -> None:
    """Cells and rows that hold something may be said to repeat."""
    rows, row_repeats, column, widest = 0, 1, 0, 0

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal rows, row_repeats, column, widest
        if tag == "table":
            rows = widest = 0
        elif tag == "table-row":
            row_repeats, column = int(attributes.get("table:number-rows-repeated", "1")), 0
            rows += row_repeats
        elif tag in ("table-cell", "covered-table-cell"):
            column += int(attributes.get("table:number-columns-repeated", "1"))
            if any(name.startswith(("office:", "table:formula")) for name in attributes):
                widest = max(widest, column)
                _check_extent(rows, widest)

    _parse(archive, "content.xml", start)
