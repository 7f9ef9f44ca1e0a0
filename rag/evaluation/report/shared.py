"""What the reports of answers and of rankings share: plain text and records of figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.evaluation.metrics.figures import Figure
from rag.text.plain import plain

DIGITS = 6  # of scores in JSON

ByKind = Mapping[str, Mapping[str, Figure]]


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
