"""Answers and passages as HTML. Everything that did not come from this package is escaped.

A button that opens a source carries ``data-source`` (the document) and ``data-spans`` ('12-40 52-60', offsets
into its clean text); ``page.js`` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from rag.ask.query.filter_words import nowhere, want_text
from rag.present.text import answer_markdown
from rag.present.wording import (
    KEEP,
    KEEP_EXPLAINED,
    SCORES_EXPLAINED,
    SHOULD,
    SHOULD_EXPLAINED,
    STATUS_LABELS,
    cited_by,
    counted,
    files_of,
    opening,
    place_in,
    searched,
    sentence,
    sources,
    told,
    unanswered,
)
from rag.types import Answer, Citation, Filters, Passage, ScoredPassage, Span, Statement, Want
from rag.types.documents import STRENGTHS

_SHOWN_QUESTION = 400


def answer_html(
    answer: Answer,
    case_titles: Mapping[str, str] | None = None,
    plain: Collection[str] | None = None,
    *,
    history: Sequence[str] = (),
    unmet: Filters = (),
) -> str:
    """One turn of the conversation: the question, what was searched, the answer, and what to do with it.

    ``plain`` are the sources whose files are text, which can be shown as they were found; None is all. ``history`` are
    the questions before it; ``unmet`` is what the question prefers that no case states.
    """
    parts = [
        _question(answer.query.typed),
        paragraph("searched", searched(answer)),
        _wants(answer, unmet),
        f'<div class="reply" data-status="{answer.status}">',
        f'<p class="status" data-status="{answer.status}">{STATUS_LABELS[answer.status]}</p>',
        paragraph("opening", opening(answer)),
        *(_statement(statement, notes, answer) for statement, notes in told(answer)),
        paragraph("opening", unanswered(answer)),
        _sources(answer, plain),
        "</div>",
        passages_html(answer, case_titles),
        _actions(answer, history),
    ]
    return "".join(parts)


def passages_html(answer: Answer, case_titles: Mapping[str, str] | None = None) -> str:
    """The passages considered, best first, with their scores, folded away; '' if there are none."""
    if not answer.passages:
        return ""
    titles = case_titles or {}
    rows = "".join(_passage(scored, titles) for scored in answer.passages)
    confidence = f"Estimated probability that they answer the question: {answer.confidence:.0%}."
    notes = [" ".join(filter(None, [answer.reason, confidence])), SCORES_EXPLAINED]
    return (
        f'<details class="passages"><summary>{counted(len(answer.passages), "passage")} considered</summary>'
        f"{''.join(paragraph('note', note) for note in notes)}<ol>{rows}</ol></details>"
    )


def notice_html(question: str, message: str) -> str:
    """A turn that tells the user something instead of answering."""
    return f'{_question(question)}<div class="reply">{paragraph("opening", message)}</div>'


def source_button(css: str, source: str, spans: Sequence[Span], text: str, *, label: str = "", view: str = "") -> str:
    """A button that opens ``source`` beside the chat, as ``view`` 'page', 'cleaned' or 'original'; '' is the one that
    suits it.
    """
    named = f' aria-label="{escape(label)}"' if label else ""
    return (
        f'<button type="button" class="{css}" data-source="{attribute(source)}" data-spans="{places(spans)}" '
        f'data-view="{view}"{named}>{escape(text)}</button>'
    )


def attribute(name: str) -> str:
    """A name as the value of an attribute that is read back: a browser would make a line feed of a carriage return."""
    return escape(name).replace("\r", "&#13;")


def case_address(case_id: str) -> str:
    """The address of a case's card on the page."""
    # What is not ASCII stays: bytes of odd file names reach the page as private characters (rag.web.calls).
    return "#case?id=" + "".join(quote(char, safe="") if char.isascii() else char for char in case_id)


def paragraph(css: str, text: str) -> str:
    """A paragraph of one sort; '' without text."""
    return f'<p class="{css}" dir="auto">{escape(text)}</p>' if text else ""


def _question(typed: str) -> str:
    shown = typed if len(typed) <= _SHOWN_QUESTION else f"{typed[:_SHOWN_QUESTION].rstrip()} …"
    return f'<h2 class="question" dir="auto">{escape(shown)}</h2>'


def _wants(answer: Answer, unmet: Filters) -> str:
    """What the search was limited to and what came first, each to be taken off; ``unmet`` is stated by no case."""
    chips = [_chip(want, hard=True) for want in answer.filters]
    chips += [_chip(want, hard=False) for want in answer.query.preferred]
    if not chips:
        return ""
    missing = f'<p class="note">{escape(nowhere(unmet))}</p>' if unmet else ""
    return f'<ul class="wants" aria-label="What cases are looked for">{"".join(chips)}</ul>{missing}'


def _chip(want: Want, *, hard: bool) -> str:
    text = escape(sentence(want_text(want)) if hard else want_text(want))
    name = attribute(f"{want.kind}:{want.value}")
    if hard:
        return (
            f'<li class="want hard"><span dir="auto"><span class="how">only</span> {text}</span>'
            f'<button type="button" data-unfilter="{name}" aria-label="Take off the filter: {text}">×</button></li>'
        )
    why = "Read from the question: cases that state it come first"
    return (
        f'<li class="want" title="{why}"><span dir="auto">{text}</span>'
        f'<button type="button" data-only="{name}" title="Show nothing else">only'
        f'<span class="unseen"> {text}</span></button>'
        f'<button type="button" data-without="{name}" aria-label="Ask without: {text}">×</button></li>'
    )


def _statement(statement: Statement, notes: Sequence[str], answer: Answer) -> str:
    cited = cited_by(statement, answer)
    quotes = "".join(_quote(citation) for citation in cited)
    beside = "".join(paragraph("note", note) for note in notes)
    title = escape(statement.heading)
    compare = ""
    if statement.case:
        title = f'<a href="{attribute(case_address(statement.case))}">{title}</a>'
        compare = (
            f'<button type="button" class="quiet minor" data-compare="{attribute(statement.case)}">Compare'
            f'<span class="unseen"> {escape(statement.heading)}</span></button>'
        )
    strength = _strength(statement, cited[0].source if cited else "")
    return f'<section class="case"><h3 dir="auto">{title}</h3>{strength}{quotes}{beside}{compare}</section>'


def _strength(statement: Statement, source: str) -> str:
    """How strongly the source states what came of the work, and the words that show it, to be opened."""
    if not statement.evidence:
        return ""
    label, meaning = STRENGTHS[statement.evidence]
    chip = (
        f'<span class="chip" data-strength="{statement.evidence}" title="{escape(meaning)}">{label}'
        f'<span class="unseen">: {escape(meaning)}</span></span>'
    )
    if not statement.shown_by:
        return f'<p class="strength">{chip}</p>'
    words = " … ".join(f"“{' '.join(shown.split())}”" for shown in statement.shown_by)
    button = source_button("link trigger", source, statement.trigger, words)
    return f'<p class="strength">{chip} {button}</p>'


def _quote(citation: Citation) -> str:
    """A quote with its number. Several spans that hang on a lead-in are shown as the list they were."""
    button = source_button(
        "cite",
        citation.source,
        citation.spans,
        f"[{citation.number}]",
        label=f"Citation {citation.number}: open {place_in(citation)}",
    )
    parts = citation.quote.split(" … ")
    if len(parts) < 2 or len(parts) != len(citation.spans) or not parts[0].endswith(":"):
        return f'<blockquote dir="auto"><p>{escape(citation.quote)}&nbsp;{button}</p></blockquote>'
    first, *items, last = (escape(part) for part in parts)
    listed = "".join(f"<li>… {item}</li>" for item in items)
    return f'<blockquote dir="auto"><p>{first}</p><ul>{listed}<li>… {last}&nbsp;{button}</li></ul></blockquote>'


def _sources(answer: Answer, plain: Collection[str] | None) -> str:
    if not answer.citations:
        return ""
    rows = "".join(
        _source_row(cited, title, source, plain=plain is None or source in plain)
        for cited, title, source in sources(answer)
    )
    wrong = "".join(
        f'<li><button type="button" class="quiet" data-judge="wrong" data-number="{citation.number}">'
        f"Citation {citation.number} is wrong</button></li>"
        for citation in answer.citations
    )
    judging = f'<details class="wrong minor"><summary>Is a citation wrong?</summary><ul>{wrong}</ul></details>'
    return f'<div class="sources"><h3>Sources</h3><ul>{rows}</ul>{judging}</div>'


def _source_row(cited: Sequence[Citation], title: str, source: str, *, plain: bool) -> str:
    spans = [span for citation in cited for span in citation.spans]
    numbers = " ".join(f"[{citation.number}]" for citation in cited)
    original = f" {source_button('link minor', source, spans, 'original file', view='original')}" if plain else ""
    return (
        f'<li><span class="numbers">{numbers}</span><div>{source_button("link", source, spans, title)} '
        f'<span class="file" dir="auto">{escape(files_of(cited))}</span>{original}</div></li>'
    )


def _passage(scored: ScoredPassage, titles: Mapping[str, str]) -> str:
    passage = scored.passage
    heading, where = passage_place(passage, titles)
    scores = f"score {scored.score:.3f} · meaning {scored.dense:.3f} · words {scored.lexical:.2f}"
    return (
        f"<li>{source_button('link', passage.doc_id, [(passage.start, passage.end)], heading)}"
        f'{paragraph("facts", where)}<span class="scores">{scores}</span><p dir="auto">{escape(passage.text)}</p></li>'
    )


def passage_place(passage: Passage, titles: Mapping[str, str]) -> tuple[str, str]:
    """What a passage is headed with (its case, else its document) and the headings above it."""
    heading = titles.get(passage.case_id or "") or passage.title or passage.doc_id
    steps = [step for step in (passage.title, *passage.heading_path) if step and step != heading]
    return heading, " › ".join(dict.fromkeys(steps))


def places(spans: Sequence[Span]) -> str:
    """Spans as the page's script passes them on: '12-40 52-60'."""
    return " ".join(f"{start}-{end}" for start, end in spans)


def _actions(answer: Answer, history: Sequence[str]) -> str:
    collected = escape(json.dumps({"kind": "answer", **_asked(answer, history)}, ensure_ascii=False))
    return (
        '<div class="actions">'
        f'<button type="button" class="quiet" data-copy="{escape(answer_markdown(answer))}">'
        f"{'Copy with sources' if answer.citations else 'Copy'}</button>"
        f'<button type="button" class="quiet" data-collect="{collected}">Add to evidence pack</button>'
        f'<button type="button" class="quiet" data-again="{escape(answer.query.typed)}" '
        'title="Search with these words alone, without the conversation">Search exactly as typed</button>'
        '<span class="done" role="status"></span></div>'
        f"{_judging(answer, history)}{_curating(answer)}"
    )


def _asked(answer: Answer, history: Sequence[str]) -> dict[str, Any]:
    """What was asked and quoted, for what keeps answers."""
    return {
        "question": answer.query.typed,
        "searched": answer.query.text,
        "history": list(history),
        "filters": [[want.kind, want.value] for want in answer.filters],
        "status": answer.status,
        "missing": list(answer.missing),
        "quotes": [
            {"number": citation.number, "source": citation.source, "spans": places(citation.spans)}
            for citation in answer.citations
        ],
    }


def _judging(answer: Answer, history: Sequence[str]) -> str:
    """Whether the answer helped: kept on this machine, for who looks after the library."""
    asked = escape(json.dumps(_asked(answer, history), ensure_ascii=False))
    return (
        f'<div class="actions judging" data-asked="{asked}">Was this any help?'
        '<button type="button" class="quiet" data-judge="helpful">Helpful</button>'
        '<button type="button" class="quiet" data-judge="unhelpful">Not helpful</button></div>'
        '<div class="judged" role="status"></div>'
    )


def _curating(answer: Answer) -> str:
    """What makes a test question of an answer that is wrong, and of one that is right."""
    answered = answer.status == "answered"
    quoted = [{"source": citation.source, "spans": places(citation.spans)} for citation in answer.citations]
    asked = {"question": answer.query.typed, "searched": answer.query.text, "quoted": quoted, "answered": answered}
    return (
        f'<div class="actions curating" data-asked="{escape(json.dumps(asked, ensure_ascii=False))}">Test question:'
        f'<button type="button" class="link" data-should title="{SHOULD_EXPLAINED}">{SHOULD}</button>'
        f'<button type="button" class="link" data-keep title="{KEEP_EXPLAINED[answered]}">{KEEP[answered]}</button>'
        '</div><div class="kept" role="status"></div>'
    )
