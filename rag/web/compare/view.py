"""Two to five cases side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rag.present.comparison import Cell, Column, comparison_markdown, comparison_rich, rows_of
from rag.present.fields import NOT_STATED
from rag.present.wording import counted
from rag.text.templates import render
from rag.types import Case

#: The most cases that are compared at a time.
MOST_COMPARED = 5

_TEMPLATE = "web/compare/compared.html"
_NAMED = 10  # cases that are left out
_TITLE = 200  # characters of a title in the list to choose from


def choices_html(cases: Sequence[Case]) -> str:
    """Cases to choose from, each with its button."""
    return render(_TEMPLATE, "choices", cases=cases, longest=_TITLE, not_stated=NOT_STATED)


def choices_text(shown: int, found: int, words: str) -> str:
    """How many of the cases are shown to choose from."""
    if not found:
        return "No case has all these words in its title or place." if words else "There are no cases in the library."
    if shown < found:
        return f"{shown} of {counted(found, 'case')}: type words of a title or a place to find others."
    return f"{counted(found, 'case')}."


def no_comparison_html(missing: Sequence[str]) -> str:
    """What stands where nothing is compared."""
    return render(_TEMPLATE, "nothing", left_out=_left_out(missing))


def comparison_html(columns: Sequence[Column], missing: Sequence[str] = (), beyond: Sequence[str] = ()) -> str:
    """The table with what can be done with it; ``missing`` are cases that were asked for and are not in the library,
    ``beyond`` the titles of those that are too many.
    """
    rows = rows_of(columns)
    return render(
        _TEMPLATE,
        "comparison",
        columns=columns,
        rows=[(row, [(cell.values, _tags(cell, row.shared)) for cell in row.cells]) for row in rows],
        differing=sum(row.differs for row in rows),
        left_out=_left_out(missing, beyond),
        compared=counted(len(columns), "case"),
        not_stated=NOT_STATED,
        markdown=comparison_markdown(columns),
        rich=comparison_rich(columns),
    )


def _left_out(missing: Sequence[str], beyond: Sequence[str] = ()) -> list[str]:
    """What is said of cases that were asked for and are not shown."""
    told = []
    if missing:
        which = "This case is" if len(missing) == 1 else "These cases are"
        told.append(f"{which} not in the library, or not any more, and left out: {_names(missing)}")
    if beyond:
        told.append(f"{MOST_COMPARED} cases at most can be read side by side. Left out: {_names(beyond)}")
    return told


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(f'‘{name}’' for name in names[:_NAMED])}{more}"


def _tags(cell: Cell, shared: Collection[str]) -> list[str]:
    """Those of the cell's general names that all cases share, and those that add something to its words."""
    own = {value.words.casefold() for value in cell.values}
    named = [label for label in cell.labels if label.casefold() in shared and label.casefold() not in own]
    return named + [label for label in cell.adding if label not in named]
