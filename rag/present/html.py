"""Answers and passages as HTML. Everything that did not come from this package is escaped.

A button that opens a source carries ``data-source`` (the document) and ``data-spans`` ('12-40 52-60', offsets
into its clean text); ``page.js`` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from html import escape

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
    remark,
    searched,
    sources,
    told,
    unanswered,
)
from rag.types import Answer, Citation, Passage, ScoredPassage, Span, Statement

_SHOWN_QUESTION = 400


def answer_html(
    answer: Answer, case_titles: Mapping[str, str] | None = None, plain: Collection[str] | None = None
) -> str:
    """One turn of the conversation: the question, what was searched, the answer, and what to do with it.

    ``plain`` are the sources whose files are text, which can be shown as they were found; None is all.
    """
    parts = [
        _question(answer.query.typed),
        paragraph("searched", searched(answer)),
        f'<div class="reply" data-status="{answer.status}">',
        f'<p class="status" data-status="{answer.status}">{STATUS_LABELS[answer.status]}</p>',
        paragraph("opening", opening(answer)),
        *(_statement(statement, notes, answer) for statement, notes in told(answer)),
        paragraph("opening", unanswered(answer)),
        _sources(answer, plain),
        "</div>",
        passages_html(answer, case_titles),
        _actions(answer),
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


def paragraph(css: str, text: str) -> str:
    """A paragraph of one sort; '' without text."""
    return f'<p class="{css}" dir="auto">{escape(text)}</p>' if text else ""


def _question(typed: str) -> str:
    shown = typed if len(typed) <= _SHOWN_QUESTION else f"{typed[:_SHOWN_QUESTION].rstrip()} …"
    return f'<h2 class="question" dir="auto">{escape(shown)}</h2>'


def _statement(statement: Statement, notes: Sequence[str], answer: Answer) -> str:
    chip = f'<span class="chip">{remark(statement)}</span>' if statement.evidence else ""
    quotes = "".join(_quote(citation) for citation in cited_by(statement, answer))
    beside = "".join(paragraph("note", note) for note in notes)
    heading = f'<h3 dir="auto">{escape(statement.heading)}</h3>'
    return f'<section class="case">{heading}{chip}{quotes}{beside}</section>'


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
    return f'<div class="sources"><h3>Sources</h3><ul>{rows}</ul></div>'


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


def _actions(answer: Answer) -> str:
    return (
        '<div class="actions">'
        f'<button type="button" class="quiet" data-copy="{escape(answer_markdown(answer))}">'
        f"{'Copy with sources' if answer.citations else 'Copy'}</button>"
        f'<button type="button" class="quiet" data-again="{escape(answer.query.typed)}" '
        'title="Search with these words alone, without the conversation">Search exactly as typed</button>'
        '<span class="done" role="status"></span></div>'
        f"{_curating(answer)}"
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
