"""Topics by communities as a table whose shades show how much there is, and where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from rag.explore.overview import Grid, Tally
from rag.present.wording import counted
from rag.text.templates import render

ROWS, COLUMNS = 12, 10  # shown before 'show all'
#: The fewest cases of each shade: of a small library, a larger one, a large one.
SCALES = ((1, 2, 5, 10), (1, 5, 20, 50), (1, 10, 50, 200))


def heat_html(grid: Grid) -> Markup:
    """The table with what explains it; a sentence where no case names both a topic and a community."""
    scale = scale_of(grid)
    return render(
        "web/overview/heat.html",
        "heat",
        grid=grid,
        first=(ROWS, COLUMNS),
        shades=[[shade(cell.cases, scale) for cell in cells] for cells in grid.cells],
        legend=_legend(scale),
        empty=_empty(grid),
        whole=_size(grid) if len(grid.rows) > ROWS or len(grid.columns) > COLUMNS else "",
    )


def scale_of(grid: Grid) -> Sequence[int]:
    """The fewest cases of each shade, so that the largest cells differ from the middling ones."""
    most = max((cell.cases for cells in grid.cells for cell in cells), default=0)
    return next((scale for scale in SCALES if most <= 4 * scale[-1]), SCALES[-1])


def shade(cases: int, scale: Sequence[int]) -> int:
    """0 for none, up to 4 for the most."""
    return sum(cases >= fewest for fewest in scale)


def _empty(grid: Grid) -> list[tuple[Tally, Tally]]:
    """The topics and communities of the empty ones among the cells that come first."""
    return [
        (row, column)
        for row, cells in zip(grid.rows[:ROWS], grid.cells, strict=False)
        for column, cell in zip(grid.columns[:COLUMNS], cells, strict=False)
        if not cell.cases
    ]


def _legend(scale: Sequence[int]) -> list[str]:
    """The numbers that each shade stands for."""
    ends = [*(fewest - 1 for fewest in scale[1:]), None]
    return ["0"] + [
        f"{first} or more" if last is None else f"{first}" if first == last else f"{first} to {last}"
        for first, last in zip(scale, ends, strict=True)
    ]


def _size(grid: Grid) -> str:
    return f"{counted(len(grid.rows), 'topic')} by {counted(len(grid.columns), 'community', 'communities')}"
