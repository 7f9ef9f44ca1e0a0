"""An evaluation as a plain text table, a JSON record and a self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.evaluation.metrics.answers import Evaluation, Result
from rag.evaluation.metrics.compare import Comparison
from rag.evaluation.report.page import histogram, page, table
from rag.evaluation.report.sections import (
    calibration_html,
    calibration_record,
    calibration_text,
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
    parts = [
        summary(evaluation),
        metric_table(evaluation.metrics, MEANINGS),
        kind_table(MEANINGS, evaluation.by_kind),
    ]
    if evaluation.latency:
        parts.append(latency_text(evaluation.latency))
    if evaluation.calibration:
        parts.append(calibration_text(evaluation.calibration))
    if comparison:
        parts.append(comparison_text(comparison, _texts(evaluation)))
    parts += [f"Check the question set: {plain(problem)}" for problem in evaluation.unfounded]
    return "\n\n".join(parts) + "\n"


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
    figures = figures_record(evaluation.metrics)
    record = {
        "metrics": figures["metrics"] | evaluation.counts,
        "intervals": figures["intervals"],
        "by_kind": {kind: figures_record(found) for kind, found in evaluation.by_kind.items()},
        "counts": evaluation.counts,
        "latency": latency_record(evaluation.latency),
        "calibration": calibration_record(evaluation.calibration),
        "questions": [_result_record(result) for result in evaluation.results],
        "misses": [_miss_record(miss) for miss in evaluation.misses],
        "unfounded": list(evaluation.unfounded),
    }
    return record | ({"comparison": comparison_record(comparison, _texts(evaluation))} if comparison else {})


def _texts(evaluation: Evaluation) -> dict[str, str]:
    return {str(result.question.id): result.question.question for result in evaluation.results}


def _result_record(result: Result) -> dict[str, Any]:
    return {
        "id": result.question.id,
        "kind": result.question.kind,
        "question": result.question.question,
        "status": result.status,
        "confidence": result.answer.get("confidence"),
        "missed": result.missed,
        "first_evidence_rank": result.rank,
        "scores": rounded(result.scores),
        "ms": result.answer.get("ms"),
        "not_verbatim": list(result.not_verbatim),
    }


def _miss_record(miss: Result) -> dict[str, Any]:
    cited = miss.answer.get("citations", ())
    return {
        "id": miss.question.id,
        "kind": miss.question.kind,
        "question": miss.question.question,
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
) -> str:
    """A self-contained page: charts, figures by kind, every miss and every question.

    ``about`` says what was measured (index, model, date, command), as shown under the title.
    """
    sections = (
        comparison_html(comparison, _texts(evaluation)) if comparison else "",
        _metric_charts(evaluation),
        _kind_charts(evaluation),
        _histograms(evaluation.results),
        calibration_html(evaluation.calibration) if evaluation.calibration else "",
        kind_section(MEANINGS, evaluation.by_kind, evaluation.metrics),
        _misses(evaluation.misses),
        _question_table(evaluation.results),
    )
    head = header(title, summary(evaluation), about, evaluation.unfounded)
    return page(escape(title), f"{head}<main>{''.join(sections)}</main>")


def _metric_charts(evaluation: Evaluation) -> str:
    rows = []
    for group, meanings in METRICS.items():
        figures = [(name, evaluation.metrics[name]) for name in meanings if name in evaluation.metrics]
        rows += [f"<h3>{group}</h3>"] if figures else []
        rows += [figure_row(name, meanings[name], found) for name, found in figures]
    key = '<p class="soft">Bars: means; whiskers: bootstrap 95% intervals.</p>'
    taken = latency_html(evaluation.latency) if evaluation.latency else ""
    return f"<section><h2>Metrics</h2>{key}{''.join(rows)}{taken}</section>"


def _kind_charts(evaluation: Evaluation) -> str:
    """Of each kind of question, how often the right thing was done: cited, or refused."""
    rows = [
        figure_row(kind, f"{METRICS[group][name]} · questions: {figures[name].n}", figures[name])
        for kind, figures in evaluation.by_kind.items()
        for group, name in (("Citing", "cited_right"), ("Refusing", "abstained"))
        if name in figures
    ]
    return f"<section><h2>By kind of question</h2>{''.join(rows)}</section>"


def _histograms(results: Sequence[Result]) -> str:
    ranks = [result.rank for result in results if result.question.answerable]
    counts = [*(ranks.count(rank) for rank in range(1, 11)), sum(not rank or rank > 10 for rank in ranks)]
    of_ranks = histogram([*map(str, range(1, 11)), "none"], [counts], about="Rank of the first evidence")
    edges = [f"{tenth / 10:g}" for tenth in range(11)]
    of_confidence = histogram(edges, _confidences(results), edges=True, about="Confidence of the answers")
    return (
        '<div class="pair"><section><h2>Where the evidence stood</h2>'
        '<p class="soft">Answerable questions by the rank of the first passage with evidence.</p>'
        f"{of_ranks}</section><section><h2>Confidence</h2>"
        '<p class="soft"><span class="key">answerable</span><span class="key key1">not answerable</span></p>'
        f"{of_confidence}</section></div>"
    )


def _confidences(results: Iterable[Result]) -> list[list[int]]:
    """How many answers have a confidence in each tenth: of answerable questions, of others."""
    counts = [[0] * 10, [0] * 10]
    for result in results:
        if (confidence := result.answer.get("confidence")) is not None:
            counts[not result.question.answerable][min(9, int(confidence * 10))] += 1
    return counts


def _misses(misses: Sequence[Result]) -> str:
    return f"<section><h2>Misses ({len(misses)})</h2>{''.join(map(_miss, misses))}</section>"


def _miss(miss: Result) -> str:
    record = _miss_record(miss)
    history = "".join(f'<p class="soft">before: {escape(brief(earlier))}</p>' for earlier in record["history"])
    expected = "".join(_quoted(gold, "quote") for gold in record["expected"]) or "<p>A refusal.</p>"
    cited = _quoted(record["first_citation"], "quote") if record["first_citation"] else "<p>Nothing.</p>"
    retrieved = "".join(f"<li>{_quoted(passage, 'text')}</li>" for passage in record["retrieved"])
    found = f" · evidence {_place(miss)}" if record["expected"] else ""
    facts = f"{escape(record['id'])} · {escape(record['kind'])} · {escape(record['status'])}{found}"
    return (
        f'<article><h3 dir="auto">{escape(brief(record["question"]))}</h3>{history}'
        f'<p class="soft">{facts}</p>'
        f'<div class="pair"><div><h4>Expected</h4>{expected}</div>'
        f"<div><h4>Cited first</h4>{cited}</div></div>"
        f"<details><summary>Retrieved instead</summary><ol>{retrieved}</ol></details></article>"
    )


def _quoted(extract: Mapping[str, str], words: str) -> str:
    where, text = escape(_where(extract)), escape(brief(extract[words]))
    return f'<small>{where}</small><blockquote dir="auto">{text}</blockquote>'


def _question_table(results: Sequence[Result]) -> str:
    rows = [
        (
            f"<th>{escape(result.question.id)}</th>",
            f'<td class="wide" dir="auto">{escape(brief(result.question.question))}</td>',
            f"<td>{escape(result.question.kind)}</td>",
            f"<td>{escape(result.status)}</td>",
            f'<td class="number">{escape(result.answer.get("confidence", ""))}</td>',
            f'<td class="number">{result.rank or ""}</td>',
            f"<td>{'missed' if result.missed else 'met'}</td>",
            f'<td class="number">{len(result.not_verbatim) or ""}</td>',
        )
        for result in results
    ]
    names = ("id", "question", "kind", "status", "confidence", "first evidence", "", "not verbatim")
    head = [f"<th>{name}</th>" for name in names]
    return f"<section><h2>All questions</h2>{table(head, rows)}</section>"
