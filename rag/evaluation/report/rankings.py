"""The evaluation of a ranking as a plain text table, a JSON record and a self-contained HTML page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from rag.evaluation.metrics.compare import Comparison
from rag.evaluation.metrics.rankings import RankedResult, RankingEvaluation
from rag.evaluation.report.sections import rank_counts, report_record, report_shown, report_text, rounded
from rag.text.plain import brief, plain
from rag.text.templates import render

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
    return report_text(evaluation, _summary(evaluation), MEANINGS, comparison)


def ranking_misses(evaluation: RankingEvaluation) -> str:
    """The first questions with nothing relevant among the first ten, and what was found instead: plain text."""
    lines = []
    for miss in evaluation.misses[:LISTED]:
        lines += [
            f"{plain(miss.id)}  {brief(miss.text)}",
            f"    expected:  {plain(', '.join(miss.relevant[:SHOWN]))}  ({_place(miss)})",
            f"    found:     {plain(', '.join(miss.found[:SHOWN])) or 'nothing'}\n",
        ]
    if more := len(evaluation.misses) - LISTED:
        lines += [f"{more} more in the report\n"] if more > 0 else []
    return "\n".join(lines)


def ranking_record(evaluation: RankingEvaluation, comparison: Comparison | None = None) -> dict[str, Any]:
    """The evaluation as JSON-able data."""
    questions = [_result_record(result) for result in evaluation.results]
    return report_record(evaluation, comparison, {"questions": questions, "problems": list(evaluation.problems)})


def ranking_html(
    evaluation: RankingEvaluation, *, title: str, about: Mapping[str, str], comparison: Comparison | None = None
) -> Markup:
    """A self-contained page; ``about`` says what was measured, as shown under the title."""
    return render(
        "evaluation/report/rankings.html",
        title=title,
        summary=_summary(evaluation),
        about=about,
        **report_shown(evaluation, MEANINGS, comparison),
        groups=[("", [(name, meaning, evaluation.metrics[name]) for name, meaning in MEANINGS.items()])],
        ranks=rank_counts(result.rank for result in evaluation.results),
        results=sorted(evaluation.results, key=lambda result: result.scores["ndcg@10"]),  # worst first
        shown=SHOWN,
    )


def _summary(evaluation: RankingEvaluation) -> str:
    counts = evaluation.counts
    unjudged = f", {counts['unjudged']} more without judgements" if counts["unjudged"] else ""
    return (
        f"{counts['questions']} questions{unjudged}; {len(evaluation.misses)} with nothing relevant in the first ten, "
        f"{counts['answers_missing']} with nothing found"
    )


def _place(result: RankedResult) -> str:
    return f"first at {result.rank}" if result.rank else "not found"


def _result_record(result: RankedResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "kind": result.kind,
        "question": result.text,
        "missed": result.missed,
        "first_relevant_rank": result.rank,
        "scores": rounded(result.scores),
        "relevant": list(result.relevant),
        "found": list(result.found),
        "ms": result.ms,
    }
