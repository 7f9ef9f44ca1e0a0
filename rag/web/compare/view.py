"""Two to five cases side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from rag.present.comparison import Cell, Column, Row, Value, comparison_markdown, comparison_rich, rows_of
from rag.present.fields import NOT_STATED
from rag.present.wording import counted
from rag.types import Case
from rag.web.ask.answer_html import attribute, source_button
from rag.web.cases.cards import case_link

#: The most cases that are compared at a time.
MOST_COMPARED = 5

_SHOWN = 3  # values of a cell; the rest is folded away
_TAGS = 6  # general names of a cell
_NAMED = 10  # cases that are left out
_TITLE = 200  # characters of a title in the list to choose from
_ABOUT = (
    "Choose two to five cases and read them side by side, field by field. Every value is in the source’s own words: "
    "choose it to see where it stands."
)
_KEY = "Underlined: the source’s own words. In boxes: ours, the general names under which a case is counted."
_HOW = (
    "No cases are chosen yet. Tick some in the list above, or choose ‘Compare’ beside a case in "
    '<a href="#cases">Cases</a>.'
)


def compare_html() -> str:
    """The frame of the view; its script fills it."""
    return f"""
<h2 tabindex="-1">Compare</h2><p class="about">{_ABOUT}</p>
<details class="choose" data-most="{MOST_COMPARED}"><summary>Choose cases</summary>
  <label class="field search">Find by title or place<input type="search" name="words" autocomplete="off"></label>
  <ul class="choices" aria-label="Cases to choose from"></ul><p class="facts shown" role="status"></p>
</details>
<p class="note own" hidden>These cases are those of the address that you opened. <a href="#compare">Back to your own \
comparison (<span></span>)</a></p>
<div class="comparison"><p class="waiting">Opening …</p></div>
<template class="collected">All are in the evidence pack.</template>
<template class="full">Five cases are in the comparison, which is the most that can be read side by side. \
Take one out first. <a href="#compare">See the comparison</a></template>
""".strip()


def _compare_button(case: Case) -> str:
    """A button that takes a case into the comparison or out of it; the page's script says which."""
    return (
        f'<button type="button" class="quiet" data-compare="{attribute(case.case_id)}">Compare'
        f'<span class="apart" dir="auto"> {escape(case.title)}</span></button>'
    )


def choices_html(cases: Sequence[Case]) -> str:
    """Cases to choose from, each with its button."""
    return "".join(
        f'<li>{_compare_button(case)}<span dir="auto">{escape(case.title[:_TITLE])}{_where(case)}</span></li>'
        for case in cases
    )


def choices_text(shown: int, found: int, words: str) -> str:
    """How many of the cases are shown to choose from."""
    if not found:
        return "No case has all these words in its title or place." if words else "There are no cases in the library."
    if shown < found:
        return f"{shown} of {counted(found, 'case')}: type words of a title or a place to find others."
    return f"{counted(found, 'case')}."


def _where(case: Case) -> str:
    return f' <span class="facts">{escape(case.place)}</span>' if case.place != NOT_STATED else ""


def no_comparison_html(missing: Sequence[str]) -> str:
    """What stands where nothing is compared."""
    return f'{_missing_html(missing)}<p class="empty">{_HOW}</p>'


def comparison_html(columns: Sequence[Column], missing: Sequence[str] = (), beyond: Sequence[str] = ()) -> str:
    """The table with what can be done with it; ``missing`` are cases that were asked for and are not in the library,
    ``beyond`` the titles of those that are too many.
    """
    rows = rows_of(columns)
    same = sum(not row.differs for row in rows)
    toggle = (
        f'<label class="choice"><input type="checkbox" name="differing"><span>Show only rows that differ '
        f"({len(rows) - same} of {len(rows)})</span></label>"
    )
    alone = '<p class="note">This is one case: choose at least one more to compare it with.</p>'
    return f"""{_missing_html(missing)}{_beyond_html(beyond)}
<div class="tools">{toggle if len(columns) > 1 else ""}<span class="done" role="status"></span>
  <button type="button" class="quiet" data-copy-table>Copy as a table</button>
  <button type="button" class="quiet" data-collect-all>Add all to the evidence pack</button></div>
{alone if len(columns) == 1 else ""}
<div class="scroller" role="region" tabindex="0" aria-label="Comparison of {counted(len(columns), "case")}">
<table style="--cases: {len(columns)}">
<thead><tr><th scope="col" class="corner">Field</th>{_heads(columns)}</tr></thead>
<tbody>{"".join(_row(row, columns) for row in rows)}</tbody></table></div>
<p class="note">{_KEY}</p>
<template class="markdown">{escape(comparison_markdown(columns))}</template>
<template class="rich">{comparison_rich(columns)}</template>""".strip()


def _missing_html(missing: Sequence[str]) -> str:
    if not missing:
        return ""
    which = "This case is" if len(missing) == 1 else "These cases are"
    told = f"{which} not in the library, or not any more, and left out: {_names(missing)}"
    return f'<p class="problem" dir="auto">{escape(told)}</p>'


def _beyond_html(titles: Sequence[str]) -> str:
    if not titles:
        return ""
    told = f"{MOST_COMPARED} cases at most can be read side by side. Left out: {_names(titles)}"
    return f'<p class="problem" dir="auto">{escape(told)}</p>'


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(f'‘{name}’' for name in names[:_NAMED])}{more}"


def _heads(columns: Sequence[Column]) -> str:
    last = len(columns) - 1
    return "".join(_head(column.case, at > 0, at < last) for at, column in enumerate(columns))


def _head(case: Case, left: bool, right: bool) -> str:
    title, key = escape(case.title), attribute(case.case_id)

    def button(name: str, shown: str, label: str, *, enabled: bool = True) -> str:
        return (
            f'<button type="button" class="quiet" data-{name}="{key}" aria-label="{label}: {title}"'
            f"{'' if enabled else ' disabled'}>{shown}</button>"
        )

    tools = (
        button("left", "←", "Move left", enabled=left)
        + button("right", "→", "Move right", enabled=right)
        + button("take-out", "Remove", "Remove")
    )
    return f'<th scope="col">{case_link(case)}<div class="tools">{tools}</div></th>'


def _row(row: Row, columns: Sequence[Column]) -> str:
    verdict = f'<span class="verdict">{row.verdict}</span>' if row.verdict else ""
    shared = row.shared
    cells = "".join(_cell(cell, column, shared) for cell, column in zip(row.cells, columns, strict=True))
    name = f'<th scope="row"><div class="field-name">{row.name}{verdict}</div></th>'
    return f'<tr data-differs="{"yes" if row.differs else "no"}">{name}{cells}</tr>'


def _cell(cell: Cell, column: Column, shared: Collection[str]) -> str:
    if not cell.values:
        return f'<td class="blank">{NOT_STATED}</td>'
    items = [_value(value, column, shared) for value in cell.values]
    more = len(items) - _SHOWN
    folded = f"<details><summary>{more} more</summary><ul>{''.join(items[_SHOWN:])}</ul></details>" if more > 0 else ""
    return f"<td><ul>{''.join(items[:_SHOWN])}</ul>{folded}{_labels(cell, shared)}</td>"


def _value(value: Value, column: Column, shared: Collection[str]) -> str:
    note = f'<span class="facts" dir="auto">{escape(value.note)}</span>' if value.note else ""
    words = f'<span dir="auto">{escape(value.words)}</span>'
    if value.spans:
        words = source_button("value", column.case.doc_id, value.spans, value.words)
    return f"<li>{words}{_shared(value.words.casefold() in shared)}{note}</li>"


def _labels(cell: Cell, shared: Collection[str]) -> str:
    """The general names of what is stated: those that add something to its words, and those that all cases share."""
    own = {value.words.casefold() for value in cell.values}
    named = [label for label in cell.labels if label.casefold() in shared and label.casefold() not in own]
    named += [label for label in cell.adding if label not in named]
    tags = [f'<li class="tag">{escape(label)}{_shared(label.casefold() in shared)}</li>' for label in named[:_TAGS]]
    if more := len(named) - len(tags):
        tags.append(f'<li class="facts">and {more} more</li>')
    return f'<ul class="tags" aria-label="Counted under">{"".join(tags)}</ul>' if tags else ""


def _shared(is_shared: bool) -> str:
    return ' <b class="shared">shared</b>' if is_shared else ""
