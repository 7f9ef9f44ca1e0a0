"""An evaluation as a plain text table, a JSON record and a self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from rag.evaluation.metrics.answers import Evaluation, Result
from rag.evaluation.metrics.compare import Comparison
from rag.evaluation.metrics.figures import Figure
from rag.evaluation.report.sections import (
    calibration_record,
    rank_counts,
    report_record,
    report_shown,
    report_text,
    rounded,
)
from rag.text.plain import brief, plain
from rag.text.templates import render

METRICS = {
    "Finding": {
        "hit@1": "evidence in the first passage",
        "hit@5": "evidence in the first five passages",
        "mrr@10": "1 / rank of the first passage with evidence, 0 beyond ten",
        "evidence_recall@5": "share of the evidence in the first five passages",
        "evidence_recall@10": "share of the evidence in the first ten passages",
    },
    "Citing": {
        "cited_right": "answered, and a citation is right",
        "first_citation_right": "answered, and the first citation is right",
        "cited_coverage": "share of the evidence that is cited",
        "citation_precision": "share of right citations in an answer (a lower bound)",
    },
    "Refusing": {
        "abstained": "unanswerable questions refused",
        "false_refusal": "answerable questions refused (lower is better)",
    },
}
MEANINGS = {name: meaning for group in METRICS.values() for name, meaning in group.items()}
SHOWN = 3  # passages listed for a miss


def evaluation_table(evaluation: Evaluation, comparison: Comparison | None = None) -> str:
    """Metrics with intervals, the same by kind, time, calibration, comparison: aligned plain text."""
    return report_text(evaluation, summary(evaluation), MEANINGS, comparison, evaluation.calibration)


def evaluation_misses(evaluation: Evaluation) -> str:
    """Every miss with what was expected, cited and retrieved instead: plain text."""
    return "\n".join(_miss_text(miss) for miss in evaluation.misses)


def summary(evaluation: Evaluation) -> str:
    """One line: how many questions, of which sort, and how many were missed."""
    counts = evaluation.counts
    answerable = sum(result.question.answerable for result in evaluation.results)
    return (
        f"{counts['questions']} questions ({answerable} answerable, {counts['questions'] - answerable} not), "
        f"{len(evaluation.misses)} missed, {counts['answers_missing']} without an answer; "
        f"{counts['citations_not_verbatim']} of {counts['citations']} quotes not verbatim"
    )


def evaluation_record(evaluation: Evaluation, comparison: Comparison | None = None) -> dict[str, Any]:
    """The evaluation as JSON-able data; "metrics" holds the counts too."""
    own = {
        "calibration": calibration_record(evaluation.calibration),
        "questions": [_result_record(result) for result in evaluation.results],
        "misses": [_miss_record(miss) for miss in evaluation.misses],
        "unfounded": list(evaluation.problems),
    }
    record = report_record(evaluation, comparison, own)
    return record | {"metrics": record["metrics"] | evaluation.counts}


def _result_record(result: Result) -> dict[str, Any]:
    return {
        "id": result.id,
        "kind": result.kind,
        "question": result.text,
        "status": result.status,
        "confidence": result.answer.get("confidence"),
        "missed": result.missed,
        "first_evidence_rank": result.rank,
        "scores": rounded(result.scores),
        "ms": result.ms,
        "not_verbatim": list(result.not_verbatim),
    }


def _miss_record(miss: Result) -> dict[str, Any]:
    cited = miss.answer.get("citations", ())
    return {
        "id": miss.id,
        "kind": miss.kind,
        "question": miss.text,
        "history": list(miss.question.history),
        "status": miss.status,
        "expected": [gold._asdict() for gold in miss.question.evidence if miss.question.answerable],
        "first_evidence_rank": miss.rank,
        "first_citation": _extract(cited[0], "quote") if cited else None,
        "retrieved": [_extract(passage, "text") for passage in miss.answer.get("passages", ())[:SHOWN]],
    }


def _extract(item: Mapping[str, Any], words: str) -> dict[str, str]:
    """Where a citation or passage stands, and the beginning of its words."""
    case = item.get("case") or ""
    return {"source": item.get("source", ""), "case": case, words: brief(item.get(words, ""))}


def _miss_text(miss: Result) -> str:
    record = _miss_record(miss)
    about = plain(f"{record['kind']}, {record['status']}")
    lines = [f"{plain(record['id'])}  {brief(record['question'])}  ({about})"]
    lines += [f"    before:    {brief(earlier)}" for earlier in record["history"]]
    lines += [f"    expected:  {_where(gold)}: {brief(gold['quote'])}" for gold in record["expected"]]
    lines.append(f"    found:     {_place(miss)}" if record["expected"] else "    expected:  a refusal")
    if cited := record["first_citation"]:
        lines.append(f"    cited:     {_where(cited)}: {cited['quote']}")
    lines += [
        f"    {f'{rank}.':<9}  {_where(passage)}: {passage['text']}"
        for rank, passage in enumerate(record["retrieved"], start=1)
    ]
    return "\n".join(lines) + "\n"


def _where(extract: Mapping[str, str]) -> str:
    return plain(" · ".join(filter(None, (extract["source"], extract.get("case")))))


def _place(result: Result) -> str:
    return f"in passage {result.rank}" if result.rank else "in none of the passages"


def evaluation_html(
    evaluation: Evaluation, *, title: str, about: Mapping[str, str], comparison: Comparison | None = None
) -> Markup:
    """A self-contained page: charts, figures by kind, every miss and every question.

    ``about`` says what was measured (index, model, date, command), as shown under the title.
    """
    return render(
        "evaluation/report/answers.html",
        title=title,
        summary=summary(evaluation),
        about=about,
        **report_shown(evaluation, MEANINGS, comparison),
        groups=_groups(evaluation),
        kinds=_kinds(evaluation),
        ranks=rank_counts(result.rank for result in evaluation.results if result.question.answerable),
        tenths=[f"{tenth / 10:g}" for tenth in range(11)],
        confidences=_confidences(evaluation.results),
        calibrated=evaluation.calibration,
        misses=[(_miss_record(miss), _place(miss)) for miss in evaluation.misses],
        results=evaluation.results,
    )


#: A figure with its name and what it says.
_Row = tuple[str, str, Figure]


def _groups(evaluation: Evaluation) -> list[tuple[str, list[_Row]]]:
    groups = [
        (
            group,
            [(name, meaning, evaluation.metrics[name]) for name, meaning in of.items() if name in evaluation.metrics],
        )
        for group, of in METRICS.items()
    ]
    return [(group, rows) for group, rows in groups if rows]


def _kinds(evaluation: Evaluation) -> list[_Row]:
    """Of each kind of question, how often the right thing was done: cited, or refused."""
    return [
        (kind, f"{METRICS[group][name]} · questions: {figures[name].n}", figures[name])
        for kind, figures in evaluation.by_kind.items()
        for group, name in (("Citing", "cited_right"), ("Refusing", "abstained"))
        if name in figures
    ]


def _confidences(results: Iterable[Result]) -> list[list[int]]:
    """How many answers have a confidence in each tenth: of answerable questions, of others."""
    counts = [[0] * 10, [0] * 10]
    for result in results:
        if (confidence := result.answer.get("confidence")) is not None:
            counts[not result.question.answerable][min(9, int(confidence * 10))] += 1
    return counts
