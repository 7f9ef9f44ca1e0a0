"""What reports of answers and of rankings are made of: figures, time, calibration, comparison with an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.evaluation.metrics.compare import Change, Comparison, Difference
from rag.evaluation.metrics.evaluated import Evaluated
from rag.evaluation.metrics.figures import Calibration, Figure, Latency
from rag.text.plain import brief, plain

DIGITS = 6  # of scores in JSON
NAMED = 3  # scores of a question that changed; the JSON has all
_HEAD = ("before", "now", "change", "95% interval", "p", "better", "alike", "worse")


ByKind = Mapping[str, Mapping[str, Figure]]


# --- plain text ---


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


def report_text(
    evaluation: Evaluated[Any],
    summary: str,
    meanings: Mapping[str, str],
    comparison: Comparison | None,
    calibration: Calibration | None = None,
) -> str:
    """Metrics with intervals, the same by kind, time, calibration, comparison: aligned plain text."""
    parts = [
        summary,
        metric_table(evaluation.metrics, meanings),
        kind_table(meanings, evaluation.by_kind) if evaluation.by_kind else "",
        latency_text(evaluation.latency),
        calibration_text(calibration) if calibration else "",
        comparison_text(comparison, evaluation.texts) if comparison else "",
        *(f"Check the question set: {plain(problem)}" for problem in evaluation.problems),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def latency_text(latency: Latency | None) -> str:
    """A line; '' if nothing was timed."""
    if latency is None:
        return ""
    return f"Time a question: median {latency.median_ms:,.0f} ms, 95% within {latency.p95_ms:,.0f} ms"


def calibration_text(calibration: Calibration) -> str:
    """A line and a table."""
    rows = [
        (f"{each.low:.1f} - {each.high:.1f}", str(each.n), f"{each.confidence:.2f}", f"{each.observed:.2f}")
        for each in calibration.bins
    ]
    error = (
        f"Expected calibration error: {calibration.ece:.3f} (are questions answerable as often as answers are sure?)"
    )
    return f"{error}\n\n{columns([('confidence', 'answers', 'mean', 'answerable'), *rows])}"


def comparison_text(comparison: Comparison, questions: Mapping[str, str]) -> str:
    """Differences with their tests, then the questions that changed most; ``questions`` maps ids to texts."""
    rows = [(name, *_cells(difference)) for name, difference in comparison.differences.items()]
    parts = [f"Against {plain(comparison.against)}{_unpaired(comparison)}:", columns([("compared", *_HEAD), *rows])]
    if comparison.changes:
        changes = "\n".join(f"  {_change(each, questions)}" for each in comparison.changes)
        parts.append(f"Changed most:\n{changes}")
    return "\n\n".join(parts)


# --- JSON ---


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


def report_record(evaluation: Evaluated[Any], comparison: Comparison | None, own: Mapping[str, Any]) -> dict[str, Any]:
    """The evaluation as JSON-able data; ``own`` is what its kind has beside."""
    record = {
        **figures_record(evaluation.metrics),
        "by_kind": {kind: figures_record(figures) for kind, figures in evaluation.by_kind.items()},
        "counts": evaluation.counts,
        "latency": latency_record(evaluation.latency),
        **own,
    }
    return record | ({"comparison": comparison_record(comparison, evaluation.texts)} if comparison else {})


def latency_record(latency: Latency | None) -> dict[str, float] | None:
    """ "latency"; None if nothing was timed."""
    return None if latency is None else {name: round(value, 1) for name, value in latency._asdict().items()}


def calibration_record(calibration: Calibration | None) -> dict[str, Any] | None:
    """ "calibration"; None if no answer states a confidence."""
    if calibration is None:
        return None
    bins = [rounded(each._asdict()) | {"n": each.n} for each in calibration.bins]
    return {"ece": round(calibration.ece, 6), "bins": bins}


def comparison_record(comparison: Comparison, questions: Mapping[str, str]) -> dict[str, Any]:
    """ "comparison"."""
    return {
        "against": comparison.against,
        "unpaired": comparison.unpaired,
        "metrics": {
            name: rounded(
                {"now": d.now, "before": d.before, "difference": d.mean, "low": d.low, "high": d.high, "p": d.p}
            )
            | {"wins": d.wins, "ties": d.ties, "losses": d.losses}
            for name, d in comparison.differences.items()
        },
        "changed": [
            {
                "id": each.id,
                "question": questions.get(each.id, ""),
                "change": round(each.mean, 6),
                "scores": {
                    name: rounded({"before": before, "now": now}) for name, (before, now) in each.scores.items()
                },
            }
            for each in comparison.changes
        ],
    }


# --- HTML ---


def report_shown(
    evaluation: Evaluated[Any], meanings: Iterable[str], comparison: Comparison | None
) -> dict[str, object]:
    """What the page shows of both kinds of evaluation."""
    return {
        "problems": evaluation.problems,
        "compared": comparison_shown(comparison, evaluation.texts),
        "latency": latency_text(evaluation.latency),
        "names": [name for name in meanings if name in evaluation.metrics],
        "all_kinds": [*evaluation.by_kind.items(), ("all", evaluation.metrics)],
    }


def rank_counts(ranks: Iterable[int | None]) -> list[int]:
    """How often each rank up to ten was the first that is right, then how often a later one or none was."""
    found = list(ranks)
    return [*(found.count(rank) for rank in range(1, 11)), sum(not rank or rank > 10 for rank in found)]


def comparison_shown(comparison: Comparison | None, questions: Mapping[str, str]) -> dict[str, Any] | None:
    """What the page shows of a comparison."""
    if comparison is None:
        return None
    return {
        "against": comparison.against,
        "unpaired": _unpaired(comparison),
        "names": ("", *_HEAD),
        "rows": [(name, _cells(difference)) for name, difference in comparison.differences.items()],
        "changes": [_change(change, questions) for change in comparison.changes],
    }


def _cells(d: Difference) -> tuple[str, ...]:
    figures = (f"{d.before:.3f}", f"{d.now:.3f}", f"{d.mean:+.3f}", f"{d.low:+.3f} to {d.high:+.3f}", f"{d.p:.4f}")
    return *figures, str(d.wins), str(d.ties), str(d.losses)


def _unpaired(comparison: Comparison) -> str:
    return f" ({comparison.unpaired} questions are only in one of the two)" if comparison.unpaired else ""


def _change(change: Change, questions: Mapping[str, str]) -> str:
    moved = ", ".join(
        f"{name} {before:.2f} to {now:.2f}" for name, (before, now) in list(change.scores.items())[:NAMED]
    )
    return f"{plain(change.id)}  {brief(questions.get(change.id, ''))}  ({moved})"
