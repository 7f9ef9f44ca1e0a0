"""Topics by communities as a table whose shades show how much there is, and where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.explore.overview import Grid, Tally
from rag.present.wording import counted
from rag.web.ask.answer_html import attribute
from rag.web.overview.links import cases_address, cases_link, named

ROWS, COLUMNS = 12, 10  # shown before 'show all'
#: The fewest cases of each shade: of a small library, a larger one, a large one.
SCALES = ((1, 2, 5, 10), (1, 5, 20, 50), (1, 10, 50, 200))


def heat_html(grid: Grid) -> str:
    """The table with what explains it; a sentence where no case names both a topic and a community."""
    if not grid.rows or not grid.columns:
        return (
            '<p class="empty">No case here states both a topic and whom it was for, so there is nothing to set out.</p>'
        )
    scale = scale_of(grid)
    head = "".join(_head(column, "col", place >= COLUMNS) for place, column in enumerate(grid.columns))
    body = "".join(_row(grid, number, scale) for number in range(len(grid.rows)))
    return (
        f'<p class="note">{_gaps(grid)}</p>{_legend(scale)}'
        '<div class="scrolling" role="region" tabindex="0" aria-label="Topics by community">'
        '<table class="heat"><thead><tr><th scope="col">Topic <span class="across">For whom</span></th>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>{_all(grid)}{_outside(grid)}"
    )


def scale_of(grid: Grid) -> Sequence[int]:
    """The fewest cases of each shade, so that the largest cells differ from the middling ones."""
    most = max(cell.cases for cells in grid.cells for cell in cells)
    return next((scale for scale in SCALES if most <= 4 * scale[-1]), SCALES[-1])


def shade(cases: int, scale: Sequence[int]) -> int:
    """0 for none, up to 4 for the most."""
    return sum(cases >= fewest for fewest in scale)


def _row(grid: Grid, number: int, scale: Sequence[int]) -> str:
    row = grid.rows[number]
    cells = "".join(_cell(cell, scale, place >= COLUMNS) for place, cell in enumerate(grid.cells[number]))
    beyond = ' class="beyond"' if number >= ROWS else ""
    return f"<tr{beyond}>{_head(row, 'row', beyond=False)}{cells}</tr>"


def _head(tally: Tally, scope: str, beyond: bool) -> str:
    return f'<th scope="{scope}"{_beyond(beyond)}>{cases_link(tally)}</th>'


def _cell(cell: Tally, scale: Sequence[int], beyond: bool) -> str:
    if not cell.cases:
        return f'<td data-shade="0"{_beyond(beyond)}>0</td>'
    address = attribute(cases_address(cell.filters))
    return (
        f'<td data-shade="{shade(cell.cases, scale)}"{_beyond(beyond)}>'
        f'<a href="{address}" aria-label="{attribute(named(cell))}">{cell.cases:,}</a></td>'
    )


def _beyond(beyond: bool) -> str:
    return ' class="beyond"' if beyond else ""


def _gaps(grid: Grid) -> str:
    """What the empty cells say, with those of the most frequent topic and communities as the example."""
    empty = [
        (row.name, column.name)
        for row, cells in zip(grid.rows[:ROWS], grid.cells, strict=False)
        for column, cell in zip(grid.columns[:COLUMNS], cells, strict=False)
        if not cell.cases
    ]
    told = "A number is how many cases tell of a topic and a community together."
    if not empty:
        return told
    topic, community = empty[0]
    of = min(len(grid.rows), ROWS) * min(len(grid.columns), COLUMNS)
    return (
        f"{told} Empty cells are gaps, {len(empty)} of the {of} that come first: "
        f"nothing here tells of “{escape(topic)}” for “{escape(community)}”, for example."
    )


def _legend(scale: Sequence[int]) -> str:
    ends = [*(fewest - 1 for fewest in scale[1:]), None]
    texts = [
        f"{first} or more" if last is None else f"{first}" if first == last else f"{first} to {last}"
        for first, last in zip(scale, ends, strict=True)
    ]
    keys = "".join(f'<li><span data-shade="{number}">{text}</span></li>' for number, text in enumerate(["0", *texts]))
    return f'<ul class="legend" aria-label="Cases in a cell, by shade">{keys}</ul>'


def _all(grid: Grid) -> str:
    if len(grid.rows) <= ROWS and len(grid.columns) <= COLUMNS:
        return ""
    size = f"{counted(len(grid.rows), 'topic')} by {counted(len(grid.columns), 'community', 'communities')}"
    return (
        '<button type="button" class="quiet" data-whole aria-expanded="false">'
        f'<span class="all">Show all: {size}</span><span class="fewer">Show fewer</span></button>'
    )


def _outside(grid: Grid) -> str:
    if not grid.outside:
        return ""
    why = "it names" if grid.outside == 1 else "they name"
    verb = "is" if grid.outside == 1 else "are"
    return f'<p class="note">{counted(grid.outside, "case")} {verb} not in the table: {why} no topic, or nobody.</p>'
