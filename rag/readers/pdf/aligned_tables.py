"""Tables that are only set in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from rag.readers.pdf.shapes import Line, Table, around

_ROW_GAP = 3.2  # rows of a table set in columns are at most so many letter sizes apart
_SHORT_CELL = 6  # words
_FIGURE = re.compile(r"[£$€]?[+-]?[\d.,]+\s?%?|[-–]")
_FULL = 0.75  # lines of running text fill their column


def aligned_tables(rows: Sequence[list[Line]]) -> tuple[list[Table], list[Line]]:
    """Tables that are only set in columns, and the lines outside all of them.

    ``rows`` are lines side by side, from top to bottom. A row belongs to a table if the file has its lines one after
    the other: it would finish one column of running text before the next.
    """
    tables: list[Table] = []
    rest: list[Line] = []
    group: list[list[Line]] = []

    def end() -> None:
        nonlocal group
        while group and len(group[-1]) == 1:
            rest.extend(group.pop())
        if _is_table(group):
            tables.append(_table(group))
        else:
            rest.extend(line for row in group for line in row)
        group = []

    held: list[list[Line]] = []
    for row in rows:
        near = bool(group) and row[0].baseline - group[-1][0].baseline <= _ROW_GAP * max(row[0].size, group[-1][0].size)
        if _is_row(row):
            if not (near and _aligned(group, row)):
                end()
            group.append(row)
        elif near and len(row) == 1 and _continues(group, row[0]):
            group.append(row)
        else:
            end()
            held.append(row)
    end()
    rest.extend(line for row in held for line in row)
    return tables, rest


def _is_row(row: list[Line]) -> bool:
    if len(row) < 2:
        return False
    if _one_after_other(row):
        return True
    short = all(len(line.words) <= _SHORT_CELL for line in row)
    return short and (len(row) > 2 or bool(_FIGURE.fullmatch(row[1].text)))


def _one_after_other(row: list[Line]) -> bool:
    return all(max(w.order for w in a.words) + 1 == b.order and len(a.words) <= 30 for a, b in pairwise(row))


def _aligned(group: list[list[Line]], row: list[Line]) -> bool:
    """Whether a row's cells begin or end where cells above do, as most of them must."""
    edges = [edge for above in group[-4:] if len(above) > 1 for line in above for edge in (line.x0, line.x1)]
    fits = sum(any(abs(e - line.x0) < 4 or abs(e - line.x1) < 4 for e in edges) for line in row)
    return fits * 2 >= len(row) and fits >= min(2, len(row))


def _continues(group: list[list[Line]], line: Line) -> bool:
    """Whether a line alone is the rest of a cell above it, or a row of one cell."""
    above = next(row for row in reversed(group) if len(row) > 1)
    limit = 1.6 * max(line.size, above[0].size)
    starts = [cell.x0 for cell in above]
    index = next((i for i, x in enumerate(starts) if abs(x - line.x0) < 4), None)
    if index is None or line.baseline - group[-1][0].baseline > limit:
        return False
    return index + 1 == len(starts) or line.x1 < starts[index + 1]


def _is_table(group: list[list[Line]]) -> bool:
    rows = [row for row in group if len(row) > 1]
    if not rows or (len(rows) == 1 and not _one_after_other(rows[0])):
        return False
    if len(rows) < 4:
        return True
    fills = [(a.x1 - a.x0) / max(1.0, b.x0 - a.x0) for row in rows for a, b in pairwise(row) if len(a.words) > 2]
    return len(fills) < len(rows) / 2 or median(fills) < _FULL


def _table(group: list[list[Line]]) -> Table:
    rows: list[list[list[Line]]] = []
    for row in group:
        if len(row) == 1 and rows:
            starts = [cell[0].x0 for cell in rows[-1] if cell]
            index = next((i for i, x in enumerate(starts) if abs(x - row[0].x0) < 4), None)
            if index:  # in a first column it is a row of its own
                rows[-1][index].append(row[0])
                continue
        rows.append([[line] for line in row])
    lines = [line for row in group for line in row]
    return Table(around(lines), rows, min(line.order for line in lines))
