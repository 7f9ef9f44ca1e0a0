"""What the reports of answers and of rankings share: plain text, records, rows and tables of figures."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.evaluation.metrics.figures import Figure
from rag.evaluation.report.page import interval_bar, table

SNIPPET = 220  # characters
DIGITS = 6  # of scores in JSON
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

ByKind = Mapping[str, Mapping[str, Figure]]


def plain(text: object) -> str:
    """One line without control characters or marks that turn the direction of what follows."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(str(text).split()))


def brief(text: object) -> str:
    """The beginning of ``plain(text)``."""
    line = plain(text)
    return line if len(line) <= SNIPPET else f"{line[:SNIPPET].rstrip()} …"


def escape(value: object) -> str:
    """``plain(value)`` as HTML."""
    return html.escape(plain(value))


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns aligned, a rule below the first row."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    head, *body = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in (head, "  ".join("-" * width for width in widths), *body))


def metric_table(metrics: Mapping[str, Figure], meanings: Mapping[str, str]) -> str:
    """Each metric with its interval and what it says: aligned plain text."""
    rows = [
        (name, f"{found.mean:.3f}", f"{found.low:.3f} - {found.high:.3f}", str(found.n), meaning)
        for name, meaning in meanings.items()
        if (found := metrics.get(name))
    ]
    return columns([("metric", "mean", "95% interval", "n", "what it says"), *rows])


def kind_table(names: Iterable[str], by_kind: ByKind) -> str:
    """Means by kind of question: aligned plain text."""
    kinds = [(plain(kind), figures) for kind, figures in by_kind.items() if figures]
    asked = ("questions", *(str(max(found.n for found in figures.values())) for _, figures in kinds))
    rows = [
        (name, *(f"{figures[name].mean:.3f}" if name in figures else "" for _, figures in kinds))
        for name in names
        if any(name in figures for _, figures in kinds)
    ]
    return columns([("by kind", *(kind for kind, _ in kinds)), asked, *rows])


def figures_record(metrics: Mapping[str, Figure]) -> dict[str, Any]:
    """Means as "metrics", and "intervals"."""
    return {
        "metrics": rounded({name: found.mean for name, found in metrics.items()}),
        "intervals": {
            name: rounded({"low": found.low, "high": found.high}) | {"n": found.n} for name, found in metrics.items()
        },
    }


def rounded(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores as JSON holds them."""
    return {name: round(score, DIGITS) for name, score in scores.items()}


def figure_row(name: str, meaning: str, found: Figure) -> str:
    """A figure as a bar with its interval, in HTML."""
    return (
        f'<div class="row"><div>{escape(name)}<small>{escape(meaning)}</small></div>'
        f'{interval_bar(found.mean, found.low, found.high)}<div class="number">{found.mean:.3f} '
        f"<small>{found.low:.2f} - {found.high:.2f}</small></div></div>"
    )


def kind_section(names: Iterable[str], by_kind: ByKind, metrics: Mapping[str, Figure]) -> str:
    """All means by kind, and over all questions, as an HTML table."""
    groups = [*by_kind.items(), ("all", metrics)]
    rows = [
        [f"<th>{escape(name)}</th>", *(_cell(figures.get(name)) for _, figures in groups)]
        for name in names
        if name in metrics
    ]
    head = ["<th></th>", *(f'<th class="number">{escape(kind)}</th>' for kind, _ in groups)]
    return f"<section><h2>All metrics by kind</h2>{table(head, rows)}</section>"


def header(title: str, summary: str, about: Mapping[str, str], problems: Iterable[str]) -> str:
    """The head of a report: what was measured, and what is wrong with the question set."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in about.items())
    warnings = "".join(f'<p class="warning">Check the question set: {escape(problem)}</p>' for problem in problems)
    return f"<header><h1>{escape(title)}</h1><p>{escape(summary)}</p><dl>{facts}</dl>{warnings}</header>"


def _cell(found: Figure | None) -> str:
    return f'<td class="number">{found.mean:.3f}</td>' if found else "<td></td>"
