"""What to filter cases by, with numbers of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from rag.ask.query.filter_words import filter_text
from rag.ask.query.filters import Count, Counts, key_of
from rag.present.wording import FILTER_NAMES, counted
from rag.types import Filter, FilterKind, Filters
from rag.types.documents import STRENGTHS
from rag.web.ask.answer_html import attribute

_SHOWN = 8  # values of a group before 'more'
_MOST = 60  # values of a group, beside those that are chosen: what is beyond is reached by another filter
_MOST_BELOW = 20  # places of a region
_OPEN: tuple[FilterKind, ...] = ("place", "community", "outcome")  # at first


def facets_html(counts: Counts, chosen: Filters, titles: Mapping[str, str], *, followed: bool, view: str) -> str:
    """The groups of values with their numbers of cases; '' if no case states anything.

    ``chosen`` are ticked; ``titles`` is doc_id -> title; ``followed``: the numbers follow what was typed in the
    ``view`` they stand in: a situation in "cases", else a question.
    """
    groups = [
        _group(kind, name, counts.get(kind, ()), [want.value for want in chosen if want.kind == kind], titles)
        for kind, name in FILTER_NAMES.items()
    ]
    if not any(groups):
        return ""
    number = f' <span class="number">{len(chosen)}<span class="unseen"> chosen</span></span>' if chosen else ""
    clear = '<button type="button" class="link" data-clear>Clear all</button>' if chosen else ""
    typed = "situation" if view == "cases" else "question"
    of = f"Numbers: of the cases found for the {typed}." if followed else "Numbers: of all cases."
    return (
        f'<details class="folding" data-key="all"><summary>Filters{number}</summary>'
        f'<form class="facets" aria-label="Filters" data-view="{escape(view)}">'
        f'<div class="facets-head"><h2>Filters</h2>{clear}</div><p class="note">{of}</p>'
        f'<div class="groups">{"".join(groups)}</div></form></details>'
    )


def _group(
    kind: FilterKind, name: str, counts: Sequence[Count], chosen: Sequence[str], titles: Mapping[str, str]
) -> str:
    if not counts and not chosen:
        return ""
    inner = _period(counts, chosen) if kind == "period" else _values(kind, counts, chosen, titles)
    is_open = " open" if chosen or kind in _OPEN else ""
    number = f' <span class="number">{len(chosen)}<span class="unseen"> chosen</span></span>' if chosen else ""
    return (
        f'<details class="facet" data-key="{kind}"{is_open}><summary>{name}{number}</summary>'
        f'<div role="group" aria-label="{name}">{inner}</div></details>'
    )


def _values(kind: FilterKind, counts: Sequence[Count], chosen: Sequence[str], titles: Mapping[str, str]) -> str:
    """The chosen first, then the most frequent; what is beyond is folded away. Strengths keep their order."""
    wanted = {key_of(kind, value) for value in chosen}

    def is_chosen(count: Count) -> bool:
        return any(key_of(kind, each.value) in wanted for each in (count, *count.below))

    if kind != "outcome":
        counts = sorted(counts, key=lambda count: not is_chosen(count))
    kept = [count for number, count in enumerate(counts) if number < _MOST or is_chosen(count)]
    rows = [_row(kind, count, wanted, titles) for count in kept]
    return _folded(rows, f"{kind}-more", len(counts))


def _folded(rows: Sequence[str], key: str, there: int) -> str:
    """The first rows, the others folded away, and how many there are beyond these."""
    first, rest = rows[:_SHOWN], rows[_SHOWN:]
    if not rest:
        return _list(first)
    beyond = there - len(rows)
    note = f'<p class="note">and {beyond:,} more: narrow them down with another filter</p>' if beyond else ""
    return (
        f'{_list(first)}<details class="more" data-key="{escape(key)}"><summary>{there - len(first):,} more</summary>'
        f"{_list(rest)}{note}</details>"
    )


def _list(rows: Iterable[str]) -> str:
    return f"<ul>{''.join(rows)}</ul>"


def _row(kind: FilterKind, count: Count, wanted: set[str], titles: Mapping[str, str]) -> str:
    below = ""
    if count.below:
        chosen = [key_of(kind, place.value) in wanted for place in count.below]
        is_open = " open" if any(chosen) else ""
        kept = [place for number, place in enumerate(count.below) if number < _MOST_BELOW or chosen[number]]
        places = [_row(kind, place, wanted, titles) for place in kept]
        key = escape(f"below {count.value}")
        summary = f'{counted(len(count.below), "place")}<span class="unseen"> in {escape(count.value)}</span>'
        below = (
            f'<details class="below" data-key="{key}"{is_open}><summary>{summary}</summary>'
            f"{_folded(places, f'{count.value} more', len(count.below))}</details>"
        )
    ticked = " checked" if key_of(kind, count.value) in wanted else ""
    shown = titles.get(count.value) or count.value if kind == "source" else filter_text(Filter(kind, count.value))
    told = next((f' title="{why}"' for strength, (_, why) in STRENGTHS.items() if strength == count.value), "")
    return (
        f'<li><label{told if kind == "outcome" else ""}><input type="checkbox" name="{kind}" '
        f'value="{attribute(count.value)}"{ticked}>'
        f'<span dir="auto">{escape(shown)}</span> <span class="n">{count.cases:,}<span class="unseen"> '
        f"{'case' if count.cases == 1 else 'cases'}</span></span></label>{below}</li>"
    )


def _period(counts: Sequence[Count], chosen: Sequence[str]) -> str:
    """From one year to another; each year with its number of cases."""
    first, last = "", ""
    if chosen:
        first, _, last = chosen[0].partition("-")
        last = last if "-" in chosen[0] else first
    years = {count.value: count.cases for count in counts} | {year: 0 for year in (first, last) if year}
    numbers = {count.value: count.cases for count in counts}

    def choice(name: str, label: str, taken: str, unset: str) -> str:
        options = "".join(
            f'<option value="{year}"{" selected" if year == taken else ""}>{year} ({numbers.get(year, 0)})</option>'
            for year in sorted(years)
        )
        return f'<label>{label}<select name="{name}"><option value="">{unset}</option>{options}</select></label>'

    return f'<div class="years">{choice("first", "From", first, "any")}{choice("last", "To", last, "any")}</div>'
