"""The evaluation of a ranking as a plain text table, a JSON record and a self-contained HTML page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rag.evaluation.metrics.compare import Comparison
from rag.evaluation.metrics.rankings import RankedResult, RankingEvaluation
from rag.evaluation.report.page import histogram, page, table
from rag.evaluation.report.sections import (
    comparison_html,
    comparison_record,
    comparison_text,
    latency_html,
    latency_record,
    latency_text,
)
from rag.evaluation.report.shared import (
    brief,
    escape,
    figure_row,
    figures_record,
    header,
    kind_section,
    kind_table,
    metric_table,
    plain,
    rounded,
)

MEANINGS = {
    "ndcg@10": "normalised discounted cumulative gain of the first ten",
    "map@100": "mean average precision of the first hundred",
    "mrr@10": "1 / rank of the first relevant document, 0 beyond ten",
    "hit@1": "the first document is relevant",
    "recall@5": "share of the relevant documents in the first five",
    "recall@10": "share of the relevant documents in the first ten",
    "recall@100": "share of the relevant documents in the first hundred",
}
LISTED = 20  # misses in plain text
SHOWN = 3  # documents listed for a miss


def ranking_table(evaluation: RankingEvaluation, comparison: Comparison | None = None) -> str:
    """Metrics with intervals, by kind, and the comparison: aligned plain text."""
    parts = [_summary(evaluation), metric_table(evaluation.metrics, MEANINGS)]
    if evaluation.by_kind:
        parts.append(kind_table(MEANINGS, evaluation.by_kind))
    if evaluation.latency:
        parts.append(latency_text(evaluation.latency))
    if comparison:
        parts.append(comparison_text(comparison, _texts(evaluation)))
    parts += [f"Check the question set: {plain(problem)}" for problem in evaluation.problems]
    return "\n\n".join(parts) + "\n"


def ranking_misses(evaluation: RankingEvaluation) -> str:
    """The first questions with nothing relevant among the first ten, and what was found instead: plain text."""
    lines = []
    for miss in evaluation.misses[:LISTED]:
        lines += [
            f"{plain(miss.topic.id)}  {brief(miss.topic.text)}",
            f"    expected:  {plain(', '.join(miss.relevant[:SHOWN]))}  ({_place(miss)})",
            f"    found:     {plain(', '.join(miss.found[:SHOWN])) or 'nothing'}\n",
        ]
    if more := len(evaluation.misses) - LISTED:
        lines += [f"{more} more in the report\n"] if more > 0 else []
    return "\n".join(lines)


def ranking_record(evaluation: RankingEvaluation, comparison: Comparison | None = None) -> dict[str, Any]:
    """The evaluation as JSON-able data."""
    record = {
        **figures_record(evaluation.metrics),
        "by_kind": {kind: figures_record(figures) for kind, figures in evaluation.by_kind.items()},
        "counts": evaluation.counts,
        "latency": latency_record(evaluation.latency),
        "questions": [_result_record(result) for result in evaluation.results],
        "problems": list(evaluation.problems),
    }
    return record | ({"comparison": comparison_record(comparison, _texts(evaluation))} if comparison else {})


def ranking_html(
    evaluation: RankingEvaluation, *, title: str, about: Mapping[str, str], comparison: Comparison | None = None
) -> str:
    """A self-contained page; ``about`` says what was measured, as shown under the title."""
    rows = [figure_row(name, meaning, evaluation.metrics[name]) for name, meaning in MEANINGS.items()]
    sections = (
        comparison_html(comparison, _texts(evaluation)) if comparison else "",
        f'<section><h2>Metrics</h2><p class="soft">Bars: means; whiskers: bootstrap 95% intervals.</p>{"".join(rows)}'
        f"{latency_html(evaluation.latency) if evaluation.latency else ''}</section>",
        kind_section(MEANINGS, evaluation.by_kind, evaluation.metrics) if evaluation.by_kind else "",
        _ranks(evaluation),
        _question_table(evaluation),
    )
    head = header(title, _summary(evaluation), about, evaluation.problems)
    return page(escape(title), f"{head}<main>{''.join(sections)}</main>")


def _summary(evaluation: RankingEvaluation) -> str:
    counts = evaluation.counts
    unjudged = f", {counts['unjudged']} more without judgements" if counts["unjudged"] else ""
    return (
        f"{counts['questions']} questions{unjudged}; {len(evaluation.misses)} with nothing relevant in the first ten, "
        f"{counts['answers_missing']} with nothing found"
    )


def _texts(evaluation: RankingEvaluation) -> dict[str, str]:
    return {result.topic.id: result.topic.text for result in evaluation.results}


def _place(result: RankedResult) -> str:
    return f"first at {result.rank}" if result.rank else "not found"


def _result_record(result: RankedResult) -> dict[str, Any]:
    return {
        "id": result.topic.id,
        "kind": result.topic.kind,
        "question": result.topic.text,
        "missed": result.missed,
        "first_relevant_rank": result.rank,
        "scores": rounded(result.scores),
        "relevant": list(result.relevant),
        "found": list(result.found),
        "ms": result.ms,
    }


def _ranks(evaluation: RankingEvaluation) -> str:
    ranks = [result.rank for result in evaluation.results]
    counts = [*(ranks.count(rank) for rank in range(1, 11)), sum(not rank or rank > 10 for rank in ranks)]
    drawn = histogram([*map(str, range(1, 11)), "later"], [counts], about="Rank of the first relevant document")
    return (
        '<section><h2>Where the first relevant document stood</h2><p class="soft">Questions by its rank.</p>'
        f"{drawn}</section>"
    )


def _question_table(evaluation: RankingEvaluation) -> str:
    """Worst first: that is where to look."""
    rows = [
        (
            f"<th>{escape(result.topic.id)}</th>",
            f'<td class="wide" dir="auto">{escape(brief(result.topic.text))}</td>',
            f'<td class="number">{result.scores["ndcg@10"]:.3f}</td>',
            f'<td class="number">{result.rank or ""}</td>',
            f"<td>{escape(', '.join(result.relevant[:SHOWN]))}</td>",
            f"<td>{escape(', '.join(result.found[:SHOWN]))}</td>",
        )
        for result in sorted(evaluation.results, key=lambda result: result.scores["ndcg@10"])
    ]
    names = ("id", "question", "ndcg@10", "first relevant", "relevant", "found first")
    return f"<section><h2>All questions</h2>{table([f'<th>{name}</th>' for name in names], rows)}</section>"
