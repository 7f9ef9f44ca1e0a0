"""An evaluation as a plain text table, a JSON record and a self-contained HTML page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.evaluate import Evaluation, Figure, Result
from rag.html_parts import histogram, interval_bar, page, table

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
NAMES = [name for group in METRICS.values() for name in group]
SHOWN = 3  # passages listed for a miss
SNIPPET = 220  # characters
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def evaluation_table(evaluation: Evaluation) -> str:
    """Metrics with intervals, then the same by kind: aligned plain text."""
    rows = [
        (name, f"{found.mean:.3f}", f"{found.low:.3f} - {found.high:.3f}", str(found.n), meaning)
        for group in METRICS.values()
        for name, meaning in group.items()
        if (found := evaluation.metrics.get(name))
    ]
    kinds = [(_plain(kind), figures) for kind, figures in evaluation.by_kind.items() if figures]
    names = [name for name in NAMES if name in evaluation.metrics]
    by_kind = [
        (name, *(f"{figures[name].mean:.3f}" if name in figures else "" for _, figures in kinds)) for name in names
    ]
    asked = ("questions", *(str(max(found.n for found in figures.values())) for _, figures in kinds))
    parts = [
        summary(evaluation),
        _columns([("metric", "mean", "95% interval", "n", "what it says"), *rows]),
        _columns([("by kind", *(kind for kind, _ in kinds)), asked, *by_kind]),
        *(f"Check the question set: {_plain(problem)}" for problem in evaluation.unfounded),
    ]
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


def evaluation_record(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as JSON-able data. "metrics" are rounded to three decimals, as a scorer prints them."""
    return {
        "metrics": {name: round(found.mean, 3) for name, found in evaluation.metrics.items()} | evaluation.counts,
        "intervals": _intervals(evaluation.metrics),
        "by_kind": {
            kind: {
                "metrics": {name: round(found.mean, 3) for name, found in figures.items()},
                "intervals": _intervals(figures),
            }
            for kind, figures in evaluation.by_kind.items()
        },
        "questions": [_result_record(result) for result in evaluation.results],
        "misses": [_miss_record(miss) for miss in evaluation.misses],
        "unfounded": list(evaluation.unfounded),
    }


def _intervals(figures: Mapping[str, Figure]) -> dict[str, dict[str, float]]:
    return {
        name: {"low": round(found.low, 3), "high": round(found.high, 3), "n": found.n}
        for name, found in figures.items()
    }


def _result_record(result: Result) -> dict[str, Any]:
    return {
        "id": result.question.id,
        "kind": result.question.kind,
        "question": result.question.question,
        "status": result.status,
        "confidence": result.answer.get("confidence"),
        "missed": result.missed,
        "first_evidence_rank": result.rank,
        "scores": {name: round(score, 3) for name, score in result.scores.items()},
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
    return {"source": item.get("source", ""), "case": case, words: _brief(item.get(words, ""))}


def _brief(text: object) -> str:
    plain = _plain(text)
    return plain if len(plain) <= SNIPPET else f"{plain[:SNIPPET].rstrip()} …"


def _plain(text: object) -> str:
    """One line without control characters or marks that turn the direction of what follows."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(str(text).split()))


def _columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns aligned, a rule below the first row."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    head, *body = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in (head, "  ".join("-" * width for width in widths), *body))


def _miss_text(miss: Result) -> str:
    record = _miss_record(miss)
    about = _plain(f"{record['kind']}, {record['status']}")
    lines = [f"{_plain(record['id'])}  {_brief(record['question'])}  ({about})"]
    lines += [f"    before:    {_brief(earlier)}" for earlier in record["history"]]
    lines += [f"    expected:  {_where(gold)}: {_brief(gold['quote'])}" for gold in record["expected"]]
    lines.append(f"    found:     {_place(miss)}" if record["expected"] else "    expected:  a refusal")
    if cited := record["first_citation"]:
        lines.append(f"    cited:     {_where(cited)}: {cited['quote']}")
    lines += [
        f"    {f'{rank}.':<9}  {_where(passage)}: {passage['text']}"
        for rank, passage in enumerate(record["retrieved"], start=1)
    ]
    return "\n".join(lines) + "\n"


def _where(extract: Mapping[str, str]) -> str:
    return _plain(" · ".join(filter(None, (extract["source"], extract.get("case")))))


def _place(result: Result) -> str:
    return f"in passage {result.rank}" if result.rank else "in none of the passages"


def evaluation_html(evaluation: Evaluation, *, title: str, about: Mapping[str, str]) -> str:
    """A self-contained page: charts, figures by kind, every miss and every question.

    ``about`` says what was measured (index, model, date, command), as shown under the title.
    """
    facts = "".join(f"<dt>{_escape(name)}</dt><dd>{_escape(value)}</dd>" for name, value in about.items())
    problems = "".join(
        f'<p class="warning">Check the question set: {_escape(problem)}</p>' for problem in evaluation.unfounded
    )
    sections = (
        _metric_charts(evaluation),
        _kind_charts(evaluation),
        _histograms(evaluation.results),
        _kind_table(evaluation),
        _misses(evaluation.misses),
        _question_table(evaluation.results),
    )
    head = f"<h1>{_escape(title)}</h1><p>{_escape(summary(evaluation))}</p><dl>{facts}</dl>{problems}"
    return page(_escape(title), f"<header>{head}</header><main>{''.join(sections)}</main>")


def _escape(value: object) -> str:
    return html.escape(_plain(value))


def _row(name: str, meaning: str, found: Figure) -> str:
    return (
        f'<div class="row"><div>{_escape(name)}<small>{_escape(meaning)}</small></div>'
        f'{interval_bar(found.mean, found.low, found.high)}<div class="number">{found.mean:.3f} '
        f"<small>{found.low:.2f} - {found.high:.2f}</small></div></div>"
    )


def _metric_charts(evaluation: Evaluation) -> str:
    rows = []
    for group, meanings in METRICS.items():
        figures = [(name, evaluation.metrics[name]) for name in meanings if name in evaluation.metrics]
        rows += [f"<h3>{group}</h3>"] if figures else []
        rows += [_row(name, meanings[name], found) for name, found in figures]
    key = '<p class="soft">Bars: means; whiskers: bootstrap 95% intervals.</p>'
    return f"<section><h2>Metrics</h2>{key}{''.join(rows)}</section>"


def _kind_charts(evaluation: Evaluation) -> str:
    """Of each kind of question, how often the right thing was done: cited, or refused."""
    rows = [
        _row(kind, f"{METRICS[group][name]} · questions: {figures[name].n}", figures[name])
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


def _kind_table(evaluation: Evaluation) -> str:
    columns = [*evaluation.by_kind.items(), ("all", evaluation.metrics)]
    rows = [
        [f"<th>{name}</th>", *(_cell(figures.get(name)) for _, figures in columns)]
        for name in NAMES
        if name in evaluation.metrics
    ]
    head = ["<th></th>", *(f'<th class="number">{_escape(kind)}</th>' for kind, _ in columns)]
    return f"<section><h2>All metrics by kind</h2>{table(head, rows)}</section>"


def _cell(found: Figure | None) -> str:
    return f'<td class="number">{found.mean:.3f}</td>' if found else "<td></td>"


def _misses(misses: Sequence[Result]) -> str:
    return f"<section><h2>Misses ({len(misses)})</h2>{''.join(map(_miss, misses))}</section>"


def _miss(miss: Result) -> str:
    record = _miss_record(miss)
    history = "".join(f'<p class="soft">before: {_escape(_brief(earlier))}</p>' for earlier in record["history"])
    expected = "".join(_quoted(gold, "quote") for gold in record["expected"]) or "<p>A refusal.</p>"
    cited = _quoted(record["first_citation"], "quote") if record["first_citation"] else "<p>Nothing.</p>"
    retrieved = "".join(f"<li>{_quoted(passage, 'text')}</li>" for passage in record["retrieved"])
    found = f" · evidence {_place(miss)}" if record["expected"] else ""
    facts = f"{_escape(record['id'])} · {_escape(record['kind'])} · {_escape(record['status'])}{found}"
    return (
        f'<article><h3 dir="auto">{_escape(_brief(record["question"]))}</h3>{history}'
        f'<p class="soft">{facts}</p>'
        f'<div class="pair"><div><h4>Expected</h4>{expected}</div>'
        f"<div><h4>Cited first</h4>{cited}</div></div>"
        f"<details><summary>Retrieved instead</summary><ol>{retrieved}</ol></details></article>"
    )


def _quoted(extract: Mapping[str, str], words: str) -> str:
    where, text = _escape(_where(extract)), _escape(_brief(extract[words]))
    return f'<small>{where}</small><blockquote dir="auto">{text}</blockquote>'


def _question_table(results: Sequence[Result]) -> str:
    rows = [
        (
            f"<th>{_escape(result.question.id)}</th>",
            f'<td class="wide" dir="auto">{_escape(_brief(result.question.question))}</td>',
            f"<td>{_escape(result.question.kind)}</td>",
            f"<td>{_escape(result.status)}</td>",
            f'<td class="number">{_escape(result.answer.get("confidence", ""))}</td>',
            f'<td class="number">{result.rank or ""}</td>',
            f"<td>{'missed' if result.missed else 'met'}</td>",
            f'<td class="number">{len(result.not_verbatim) or ""}</td>',
        )
        for result in results
    ]
    names = ("id", "question", "kind", "status", "confidence", "first evidence", "", "not verbatim")
    head = [f"<th>{name}</th>" for name in names]
    return f"<section><h2>All questions</h2>{table(head, rows)}</section>"
