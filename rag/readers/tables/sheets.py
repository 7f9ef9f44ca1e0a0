"""Spreadsheets (XLSX, XLSB, XLS, ODS): the values last calculated, never the formulas."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.readers.blocks import Content
from rag.readers.tables.csv_tables import MOST_ROWS, Row, TableWriter, one_line
from rag.readers.tables.sheet_scan import Percentages, check_extents
from rag.types import SourceFile

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
_MOST_COLUMNS = 1000
_HEADER_WITHIN = 100  # rows read beyond the most that are shown: titles and empty rows above a table


def read_sheets(source: SourceFile) -> Content:
    """Each visible sheet's tables. Raises SourceError for what is damaged, protected or too large."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    percentages = check_extents(source.data)
    writer = TableWriter()
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(source.data)) as workbook:
            sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            shown = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
            for name in shown:
                _add_sheet(writer, workbook, name, percentages.get(name, frozenset()))
            hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
    except PasswordError as error:
        raise SourceError("it is protected with a password: open it and save a copy without one") from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise SourceError(
            f"it can't be read as a spreadsheet ({error}): open it in a spreadsheet program and save it anew as .xlsx"
        ) from error
    if hidden:
        names = ", ".join(f"'{name}'" for name in hidden[:5]) + (" and more" if len(hidden) > 5 else "")
        writer.warnings.append(f"What its hidden sheets hold was left out: {names}.")
    return writer.builder.content(warnings=writer.warnings)


def _add_sheet(writer: TableWriter, workbook: CalamineWorkbook, name: str, percentages: Percentages) -> None:
    sheet = workbook.get_sheet_by_name(name)
    rows: list[Row] = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + _HEADER_WITHIN)):
        cells = [_shown(value, (number, column) in percentages) for column, value in enumerate(values[:_MOST_COLUMNS])]
        rows.append(Row(number + 1, cells))
    _fill_down(rows, _merged_downwards(sheet))
    writer.add([row for row in rows if row.filled], name)


def _merged_downwards(sheet: CalamineSheet) -> dict[int, dict[int, int]]:
    """Row -> column -> last row of cells that reach over several rows ('Region' beside its projects)."""
    found: dict[int, dict[int, int]] = {}
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        if last > first:
            found.setdefault(first, {})[column] = last
    return found


def _fill_down(rows: Sequence[Row], merged: dict[int, dict[int, int]]) -> None:
    for first, columns in merged.items():
        for column, last in columns.items():
            for row in rows[first + 1 : last + 1]:
                if first < len(rows) and column < len(row.cells) and row.filled:
                    row.cells[column] = rows[first].cells[column]


def _shown(value: Cell, percentage: bool) -> str:
    """A cell as a reader sees it: 12 May 2014, 3, 45%."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        day = _day(value)
        return f"{day} {value:%H:%M}" if (value.hour, value.minute) != (0, 0) else day
    if isinstance(value, datetime.date):
        return _day(value)
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, (int, float)):
        return f"{_number(value * 100)}%" if percentage else _number(value)
    return one_line(str(value))


def _day(value: datetime.date) -> str:
    return f"{value.day} {value:%B} {value.year}"


def _number(value: float) -> str:
    """At most the digits that a spreadsheet keeps."""
    if abs(value) < 1e15 and value == round(value):
        return str(round(value))
    return f"{value:.12g}"
