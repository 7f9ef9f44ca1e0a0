"""Topics by communities as a table whose shades show how much there is, and where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rag.explore.overview import Grid, Tally
from rag.present.wording import counted
from rag.text.templates import render

ROWS, COLUMNS = 12, 10  # shown before 'show all'
#: The fewest cases of each shade: of a small library, a larger one, a large one.
SCALES = ((1, 2, 5, 10), (1, 5, 20, 50), (1, 10, 50, 200))


@dataclass(frozen=True, slots=True)
class Cell:
    """A topic and a community together; ``beyond`` says that it is shown when asked for."""

    tally: Tally
    shade: int
    beyond: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A topic with its cells."""

    topic: Tally
    cells: Sequence[Cell]
    beyond: bool


@dataclass(frozen=True, slots=True)
class Gaps:
    """How many of the cells that come first are empty, with the most frequent topic and community as the example."""

    empty: int
    of: int
    topic: str
    community: str


def heat_html(grid: Grid) -> Markup:
    """The table with what explains it; a sentence where no case names both a topic and a community."""
    scale = scale_of(grid)
    rows = [
        Row(topic, [Cell(cell, shade(cell.cases, scale), at >= COLUMNS) for at, cell in enumerate(cells)], row >= ROWS)
        for row, (topic, cells) in enumerate(zip(grid.rows, grid.cells, strict=True))
    ]
    return render(
        "web/overview/heat.html",
        "heat",
        head=[(community, at >= COLUMNS) for at, community in enumerate(grid.columns)],
        rows=rows,
        legend=_legend(scale),
        gaps=_gaps(grid),
        whole=_size(grid) if len(grid.rows) > ROWS or len(grid.columns) > COLUMNS else "",
        outside=grid.outside,
    )


def scale_of(grid: Grid) -> Sequence[int]:
    """The fewest cases of each shade, so that the largest cells differ from the middling ones."""
    most = max((cell.cases for cells in grid.cells for cell in cells), default=0)
    return next((scale for scale in SCALES if most <= 4 * scale[-1]), SCALES[-1])


def shade(cases: int, scale: Sequence[int]) -> int:
    """0 for none, up to 4 for the most."""
    return sum(cases >= fewest for fewest in scale)


def _gaps(grid: Grid) -> Gaps | None:
    empty = [
        (row.name, column.name)
        for row, cells in zip(grid.rows[:ROWS], grid.cells, strict=False)
        for column, cell in zip(grid.columns[:COLUMNS], cells, strict=False)
        if not cell.cases
    ]
    if not empty:
        return None
    return Gaps(len(empty), min(len(grid.rows), ROWS) * min(len(grid.columns), COLUMNS), *empty[0])


def _legend(scale: Sequence[int]) -> list[str]:
    """The numbers that each shade stands for."""
    ends = [*(fewest - 1 for fewest in scale[1:]), None]
    return ["0"] + [
        f"{first} or more" if last is None else f"{first}" if first == last else f"{first} to {last}"
        for first, last in zip(scale, ends, strict=True)
    ]


def _size(grid: Grid) -> str:
    return f"{counted(len(grid.rows), 'topic')} by {counted(len(grid.columns), 'community', 'communities')}"
