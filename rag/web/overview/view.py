"""How much the library holds, where and when the work was, about what and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from rag.explore.overview import Overview, Tally
from rag.present.fields import FIELDS
from rag.present.packs.collect import fingerprint
from rag.present.wording import counted
from rag.types import FileRecord
from rag.types.documents import STRENGTHS
from rag.web.ask.answer_html import attribute
from rag.web.overview.heat_view import heat_html
from rag.web.overview.links import cases_address, cases_link, folded
from rag.web.overview.map_view import map_html

_LISTED = 8  # settings, and documents, before 'more'
_MOST_LISTED = 200  # documents named
_ABOUT = "What the library holds, and where it has gaps. Choose any number, circle or cell to see the cases behind it."


def overview_html() -> str:
    """The frame of the view; its script fills it."""
    return (
        f'<h2 tabindex="-1">The library at a glance</h2><p class="about">{_ABOUT}</p>'
        '<div class="glance"><p class="waiting">Counting …</p></div>'
    )


def glance_html(seen: Overview, files: Sequence[FileRecord]) -> str:
    """The view filled; where there are no cases, what to do about it."""
    titles = {document.doc_id: document.title for file in files for document in file.documents}
    if not titles:
        return _nothing('The library is empty. <a href="#library">Add documents</a>, and this page fills.')
    if not seen.cases:
        held = counted(len(titles), "document")
        return _nothing(
            f"The library holds {held}, but none of them describes a case, so there is nothing to count. "
            '<a href="#library">See the library</a>.'
        )
    return (
        f"{_totals(seen, len(titles), fingerprint(files))}"
        f"{_part('where', 'Where', map_html(seen.where))}"
        f"{_part('gaps', 'About what, and for whom', heat_html(seen.grid))}"
        f"{_part('strength', 'How strongly results are stated', _outcomes(seen))}"
        f"{_part('settings', 'Where people were met', _settings(seen))}"
        f"{_part('years', 'When', _years(seen))}"
        f"{_part('stated', 'What the sources state', _fields(seen))}"
        f"{_part('documents', 'Documents', _documents(seen, titles))}"
    )


def _nothing(html: str) -> str:
    return f'<p class="empty">{html}</p>'


def _part(name: str, title: str, html: str) -> str:
    return f'<section data-part="{name}" aria-labelledby="at-{name}"><h3 id="at-{name}">{title}</h3>{html}</section>'


def _totals(seen: Overview, documents: int, mark: str) -> str:
    first, last = seen.span or (0, 0)
    span = f"{first}–{last}" if first < last else str(first or "none")
    facts = (
        (f"{documents:,}", "document" if documents == 1 else "documents", "#library"),
        (f"{seen.cases:,}", "case" if seen.cases == 1 else "cases", "#cases"),
        (f"{seen.where.places:,}", "place named" if seen.where.places == 1 else "places named", ""),
        (span, "years of work", ""),
    )
    rows = "".join(
        f"<div><dt>{label}</dt><dd>{f'<a href={chr(34)}{where}{chr(34)}>{number}</a>' if where else number}</dd></div>"
        for number, label, where in facts
    )
    return (
        f'<dl class="totals">{rows}</dl><p class="facts">Fingerprint of this library: <code>{mark}</code>. '
        "It is the same wherever the same documents were read in the same way.</p>"
    )


def _outcomes(seen: Overview) -> str:
    rows = []
    for tally in seen.outcomes:
        label, meaning = next(words for strength, words in STRENGTHS.items() if strength == tally.name)
        if tally.name == "planned" and not tally.cases:
            continue
        share = tally.cases / seen.cases
        rows.append(
            f'<li data-strength="{tally.name}">{cases_link(tally, label)} <span class="share">{share:.0%}</span>'
            f'{_bar(share)}<p class="facts">{escape(meaning)}</p></li>'
        )
    return f'<ul class="bars">{"".join(rows)}</ul>'


def _bar(share: float) -> str:
    return f'<span class="bar-of" aria-hidden="true"><span style="inline-size:{100 * share:.1f}%"></span></span>'


def _years(seen: Overview) -> str:
    undated = ""
    if seen.undated:
        verb = "names" if seen.undated == 1 else "name"
        undated = f'<p class="note">{counted(seen.undated, "case")} {verb} no year of the work.</p>'
    if not seen.years:
        return undated
    most = max(year.cases for year in seen.years)
    columns = "".join(_column(year, most) for year in seen.years)
    by = "A case counts in each year" if seen.years[0].name.isdecimal() else "A case counts in each decade"
    return (
        f'<p class="note">{by} in which its work went on.</p>'
        '<div class="scrolling" role="region" tabindex="0" aria-label="Cases by year">'
        f'<ol class="columns">{columns}</ol></div>{undated}'
    )


def _column(year: Tally, most: int) -> str:
    unit = f'<span class="unseen"> {"case" if year.cases == 1 else "cases"}</span>'
    inner = (
        f'<span class="year">{year.name}</span> <span class="n">{year.cases:,}{unit}</span>'
        f'<span class="rise" style="--height:{year.cases / most:.3f}"></span>'
    )
    if not year.cases:
        return f'<li><span class="none">{inner}</span></li>'
    return f'<li><a href="{attribute(cases_address(year.filters))}">{inner}</a></li>'


def _settings(seen: Overview) -> str:
    if not seen.settings:
        return '<p class="note">No case here states where people were met.</p>'
    rows = [f"<li>{cases_link(tally)}{_bar(tally.cases / seen.cases)}</li>" for tally in seen.settings]
    return folded(rows, _LISTED, "bars")


def _fields(seen: Overview) -> str:
    rows = "".join(_field(label, seen.stated.get(kind, 0), seen.cases) for kind, label in FIELDS)
    return (
        '<p class="note">In how many cases each field of the card is stated. What sources leave out, '
        "no search can find.</p>"
        '<table class="fields"><thead><tr><th scope="col">Field</th><th scope="col">Cases that state it</th>'
        f'<th scope="col">Share</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _field(label: str, stated: int, cases: int) -> str:
    share = stated / cases
    return f'<tr><th scope="row">{label}</th><td>{stated:,} of {cases:,}</td><td>{share:.0%}{_bar(share)}</td></tr>'


def _documents(seen: Overview, titles: Mapping[str, str]) -> str:
    rows = [f"<li>{cases_link(tally, titles.get(tally.name) or tally.name)}</li>" for tally in seen.sources]
    silent = len(titles) - len(rows)
    note = f'<p class="note">{counted(silent, "document")} without a case of its own.</p>' if silent > 0 else ""
    more = len(rows) - _MOST_LISTED
    if more > 0:
        note += f'<p class="note">{counted(more, "more document")}: <a href="#library">see the library</a>.</p>'
    return folded(rows[:_MOST_LISTED], _LISTED, "titles") + note
