"""An evaluation as a plain text table, a JSON record and a self-contained HTML page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.charts import histogram, interval_bar
from rag.evaluate import Evaluation, Figure, Result

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


def evaluation_table(evaluation: Evaluation) -> str:
    """Metrics with intervals, then the same by kind: aligned plain text."""
    rows = [
        (name, f"{found.mean:.3f}", f"{found.low:.3f} - {found.high:.3f}", str(found.n), meaning)
        for group in METRICS.values()
        for name, meaning in group.items()
        if (found := evaluation.metrics.get(name))
    ]
    kinds = [(kind, figures) for kind, figures in evaluation.by_kind.items() if figures]
    names = [name for name in NAMES if name in evaluation.metrics]
    by_kind = [
        (name, *(f"{figures[name].mean:.3f}" if name in figures else "" for _, figures in kinds))
        for name in names
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
        "metrics": {name: round(found.mean, 3) for name, found in evaluation.metrics.items()}
        | evaluation.counts,
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
        "expected": [gold._asdict() for gold in miss.question.evidence],
        "first_evidence_rank": miss.rank,
        "first_citation": _extract(cited[0], "quote") if cited else None,
        "retrieved": [_extract(passage, "text") for passage in miss.answer.get("passages", ())[:SHOWN]],
    }


def _extract(item: Mapping[str, Any], words: str) -> dict[str, str]:
    """Where a citation or passage stands, and the beginning of its words."""
    text = _plain(item[words])
    snippet = text if len(text) <= SNIPPET else f"{text[:SNIPPET].rstrip()} …"
    return {"source": item["source"], "case": item.get("case") or "", words: snippet}


def _plain(text: object) -> str:
    """One line without control characters or marks that turn the direction of what follows."""
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
        "\N{REPLACEMENT CHARACTER}",
        " ".join(str(text).split()),
    )


def _columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns aligned, a rule below the first row."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    head, *body = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
    return "\n".join(line.rstrip() for line in (head, "  ".join("-" * width for width in widths), *body))


def _miss_text(miss: Result) -> str:
    record = _miss_record(miss)
    lines = [f"{record['id']}  {_plain(record['question'])}  ({record['kind']}, {record['status']})"]
    lines += [f"    before:    {_plain(earlier)}" for earlier in record["history"]]
    lines += [f"    expected:  {gold['source']}: {_plain(gold['quote'])}" for gold in record["expected"]]
    lines.append("    expected:  a refusal" if not record["expected"] else f"    found:     {_place(miss)}")
    if cited := record["first_citation"]:
        lines.append(f"    cited:     {_where(cited)}: {cited['quote']}")
    lines += [
        f"    {rank}.         {_where(passage)}: {passage['text']}"
        for rank, passage in enumerate(record["retrieved"], start=1)
    ]
    return "\n".join(lines) + "\n"


def _where(extract: Mapping[str, str]) -> str:
    return " · ".join(part for part in (extract["source"], extract["case"]) if part)


def _place(result: Result) -> str:
    return f"in passage {result.rank}" if result.rank else "in none of the passages"


# The page ----------------------------------------------------------------------------------------------------

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d5dae0; --paper: #fff;
  --panel: #f5f7f9; --one: #2563a8; --two: #c2600a; --bad: #a8322a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa4af; --line: #373e47; --paper: #14171b;
  --panel: #1d2126; --one: #6aa9ec; --two: #f0a04b; --bad: #f08a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem 1rem 4rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0; }
small, dt, .soft { color: var(--soft); font-size: .875rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 1rem 0; }
dd { margin: 0; }
.row { display: grid; grid-template-columns: minmax(12rem, 24rem) 1fr 9rem; gap: 0 1rem; align-items: center;
  padding: .3rem 0; border-top: 1px solid var(--line); }
.row small { display: block; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line); vertical-align: top;
  overflow-wrap: normal; }
th { font-weight: 600; white-space: nowrap; }
td.wide { min-width: 18rem; }
article { background: var(--panel); border-left: 3px solid var(--bad); padding: .75rem 1rem; margin: .75rem 0; }
article h3 { margin: 0; }
summary { cursor: pointer; color: var(--soft); font-size: .875rem; margin-top: .5rem; }
blockquote { margin: .25rem 0 .5rem; padding-left: .75rem; border-left: 2px solid var(--line); }
.warning { border-left: 3px solid var(--two); padding-left: .75rem; }
.bar { display: block; width: 100%; height: 1rem; }
.track { fill: var(--panel); } .value { fill: var(--one); fill-opacity: .75; }
.whisker { stroke: var(--ink); stroke-width: 1.5; vector-effect: non-scaling-stroke; fill: none; }
.histogram { display: block; width: 100%; max-width: 34rem; }
.histogram text { font-size: 11px; text-anchor: middle; fill: var(--soft); }
.axis { stroke: var(--line); } .series0 { fill: var(--one); } .series1 { fill: var(--two); }
.key::before { content: ""; display: inline-block; width: .75rem; height: .75rem; margin: 0 .4rem 0 0;
  background: var(--one); } .key1::before { background: var(--two); margin-left: 1rem; }
@media (max-width: 40rem) { .row { grid-template-columns: 1fr auto; } .row .bar { grid-column: 1 / -1; order: 3; } }
"""


def evaluation_html(evaluation: Evaluation, *, title: str, about: Mapping[str, str]) -> str:
    """A self-contained page: charts, figures by kind, every miss and every question.

    ``about`` says what was measured (index, model, date, command), as shown under the title.
    """
    facts = "".join(f"<dt>{_escape(name)}</dt><dd>{_escape(value)}</dd>" for name, value in about.items())
    problems = "".join(
        f'<p class="warning">Check the question set: {_escape(p)}</p>' for p in evaluation.unfounded
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # the page needs nothing from anywhere, and may not fetch anything
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<header><h1>{_escape(title)}</h1><p>{_escape(summary(evaluation))}</p><dl>{facts}</dl>{problems}</header>"
        f"<main>{_metric_charts(evaluation)}{_kind_charts(evaluation)}{_histograms(evaluation.results)}"
        f"{_kind_table(evaluation)}{_misses(evaluation.misses)}{_question_table(evaluation.results)}"
        "</main></body></html>\n"
    )


def _escape(value: object) -> str:
    return html.escape(_plain(value))


def _row(name: str, meaning: str, found: Figure) -> str:
    return (
        f'<div class="row"><div>{_escape(name)}<small>{_escape(meaning)}</small></div>'
        f'{interval_bar(found.mean, found.low, found.high)}<div class="number">{found.mean:.3f} '
        f"<small>{found.low:.2f} - {found.high:.2f}</small></div></div>"
    )


def _metric_charts(evaluation: Evaluation) -> str:
    groups = [
        f"<h3>{group}</h3>" + "".join(rows)
        for group, meanings in METRICS.items()
        if (
            rows := [
                _row(name, meaning, evaluation.metrics[name])
                for name, meaning in meanings.items()
                if name in evaluation.metrics
            ]
        )
    ]
    return '<section><h2>Metrics</h2><p class="soft">Bars: means; whiskers: bootstrap 95% intervals.</p>' + (
        "".join(groups) + "</section>"
    )


def _kind_charts(evaluation: Evaluation) -> str:
    """Of each kind of question, how often the right thing was done: cited, or refused."""
    rows = [
        _row(kind, f"{METRICS[group][name]} · {figures[name].n} questions", figures[name])
        for kind, figures in evaluation.by_kind.items()
        for group, name in (("Citing", "cited_right"), ("Refusing", "abstained"))
        if name in figures
    ]
    return f"<section><h2>By kind of question</h2>{''.join(rows)}</section>"


def _histograms(results: Sequence[Result]) -> str:
    ranks = [result.rank for result in results if result.question.answerable]
    counts = [*(ranks.count(rank) for rank in range(1, 11)), sum(not rank or rank > 10 for rank in ranks)]
    return (
        '<div class="pair"><section><h2>Where the evidence stood</h2>'
        '<p class="soft">Answerable questions by the rank of the first passage with evidence.</p>'
        f"{histogram([*map(str, range(1, 11)), 'none'], [counts], about='Rank of the first evidence')}</section>"
        '<section><h2>Confidence</h2><p class="soft"><span class="key">answerable</span>'
        '<span class="key key1">not answerable</span></p>'
        f"{histogram([f'{tenth / 10:g}' for tenth in range(11)], _confidences(results), edges=True, about='Confidence')}"
        "</section></div>"
    )


def _confidences(results: Iterable[Result]) -> list[list[int]]:
    """How many answers have a confidence in each tenth: of answerable questions, of others."""
    counts = [[0] * 10, [0] * 10]
    for result in results:
        if (confidence := result.answer.get("confidence")) is not None:
            counts[not result.question.answerable][min(9, int(confidence * 10))] += 1
    return counts


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """``rows`` of cells that are HTML already."""
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{"".join(f"<th>{name}</th>" for name in head)}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _kind_table(evaluation: Evaluation) -> str:
    names = [name for name in NAMES if name in evaluation.metrics]
    rows = [
        [f"<th>{_escape(kind)}</th>"]
        + [
            f'<td class="number">{figures[name].mean:.2f}</td>' if name in figures else "<td></td>"
            for name in names
        ]
        for kind, figures in [*evaluation.by_kind.items(), ("all", evaluation.metrics)]
    ]
    return f"<section><h2>All metrics by kind</h2>{_table(['', *names], rows)}</section>"


def _misses(misses: Sequence[Result]) -> str:
    return f"<section><h2>Misses ({len(misses)})</h2>{''.join(map(_miss, misses))}</section>"


def _miss(miss: Result) -> str:
    record = _miss_record(miss)
    history = "".join(f'<p class="soft">before: {_escape(earlier)}</p>' for earlier in record["history"])
    expected = "".join(_quoted(gold, "quote") for gold in record["expected"]) or "<p>A refusal.</p>"
    cited = _quoted(record["first_citation"], "quote") if record["first_citation"] else "<p>Nothing.</p>"
    retrieved = "".join(f"<li>{_quoted(passage, 'text')}</li>" for passage in record["retrieved"])
    found = f" · evidence {_place(miss)}" if record["expected"] else ""
    return (
        f'<article><h3 dir="auto">{_escape(record["question"])}</h3>{history}'
        f'<p class="soft">{_escape(record["id"])} · {_escape(record["kind"])} · {_escape(record["status"])}{found}</p>'
        f'<div class="pair"><div><h4>Expected</h4>{expected}</div><div><h4>Cited first</h4>{cited}</div></div>'
        f"<details><summary>Retrieved instead</summary><ol>{retrieved}</ol></details></article>"
    )


def _quoted(extract: Mapping[str, str], words: str) -> str:
    where = _where({"case": "", **extract})
    return f'<small>{_escape(where)}</small><blockquote dir="auto">{_escape(extract[words])}</blockquote>'


def _question_table(results: Sequence[Result]) -> str:
    rows = [
        (
            f"<th>{_escape(result.question.id)}</th>",
            f'<td class="wide" dir="auto">{_escape(result.question.question)}</td>',
            f"<td>{_escape(result.question.kind)}</td>",
            f"<td>{_escape(result.status)}</td>",
            f'<td class="number">{_escape(result.answer.get("confidence", ""))}</td>',
            f'<td class="number">{result.rank or ""}</td>',
            f"<td>{'missed' if result.missed else 'met'}</td>",
            f'<td class="number">{len(result.not_verbatim) or ""}</td>',
        )
        for result in results
    ]
    head = ("id", "question", "kind", "status", "confidence", "first evidence", "", "not verbatim")
    return f"<section><h2>All questions</h2>{_table(head, rows)}</section>"
