"""What the parts of 'The library at a glance' share: a number is a link to the cases behind it."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from rag.explore.overview import Tally
from rag.present.wording import counted
from rag.types import Filters
from rag.web.ask.answer_html import attribute


def cases_address(wants: Filters) -> str:
    """The address of the cases that the wants find. What is not ASCII stays: a file's name may hold what is no
    character."""
    pairs = (f"{want.kind}={''.join(quote(c, safe='') if c.isascii() else c for c in want.value)}" for want in wants)
    return f"#cases?{'&'.join(pairs)}"


def named(tally: Tally, name: str = "") -> str:
    """A tally as it is read out: 'Bradford: 3 cases'."""
    return f"{name or tally.name}: {counted(tally.cases, 'case')}"


def cases_link(tally: Tally, name: str = "") -> str:
    """The tally's name and number as a link to its cases; plain text if there are none."""
    unit = "case" if tally.cases == 1 else "cases"
    words = (
        f'<span dir="auto">{escape(name or tally.name)}</span> '
        f'<span class="n">{tally.cases:,}<span class="unseen"> {unit}</span></span>'
    )
    if not tally.cases:
        return f'<span class="none">{words}</span>'
    return f'<a href="{attribute(cases_address(tally.filters))}">{words}</a>'


def folded(rows: list[str], most: int, css: str = "") -> str:
    """Rows as a list; those after the first ``most`` are folded away."""
    kept = most if len(rows) > most + 2 else len(rows)
    first = f'<ul class="{css}">{"".join(rows[:kept])}</ul>'
    if kept == len(rows):
        return first
    more = f"{len(rows) - kept:,} more"
    return f'{first}<details><summary>{more}</summary><ul class="{css}">{"".join(rows[kept:])}</ul></details>'
