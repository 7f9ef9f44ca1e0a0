"""Answers, passages and sources as HTML. Everything that did not come from this package is escaped.

A button that opens a source carries ``data-source`` (the document) and ``data-spans`` ('12-40 52-60', offsets
into its clean text); ``page.js`` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape

from rag.present.text import answer_markdown
from rag.present.wording import (
    KEEP,
    KEEP_EXPLAINED,
    ROLE_LABELS,
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
from rag.types import Answer, Block, Citation, Document, Passage, ScoredPassage, Span, Statement

_SHOWN_QUESTION = 400


def answer_html(answer: Answer, case_titles: Mapping[str, str] | None = None) -> str:
    """One turn of the conversation: the question, what was searched, the answer, and what to do with it."""
    parts = [
        _question(answer.query.typed),
        _paragraph("searched", searched(answer)),
        f'<div class="reply" data-status="{answer.status}">',
        f'<p class="status" data-status="{answer.status}">{STATUS_LABELS[answer.status]}</p>',
        _paragraph("opening", opening(answer)),
        *(_statement(statement, notes, answer) for statement, notes in told(answer)),
        _paragraph("opening", unanswered(answer)),
        _sources(answer),
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
        f"{''.join(_paragraph('note', note) for note in notes)}<ol>{rows}</ol></details>"
    )


def source_html(document: Document, spans: Sequence[Span] = ()) -> str:
    """A whole cleaned document with ``spans`` in <mark>; the first mark has the id 'cited'."""
    marker = _Marker(document.text, spans)
    body: list[str] = []
    cursor = 0
    listed = False
    for block in sorted(document.blocks, key=lambda block: block.start):
        between = marker.paragraph(cursor, block.start)
        is_item = block.kind == "item"
        if listed and (not is_item or between):
            body.append("</ul>")
            listed = False
        body.append(between)
        if is_item and not listed:
            body.append("<ul>")
            listed = True
        body.append(_block(block, marker.html(max(block.start, cursor), block.end)))
        cursor = max(cursor, block.end)
    body += ["</ul>" if listed else "", marker.paragraph(cursor, len(document.text))]
    return _panel(document, spans, "".join(body), switch="original", label="Show the original file")


def original_html(document: Document, original: str, spans: Sequence[Span] = ()) -> str:
    """The file as it was found, with the cited places in <mark>."""
    at = document.origin.to_source
    found = [(at(start), at(end - 1) + 1) for start, end in _within(spans, len(document.text))]
    body = f'<pre dir="auto">{_Marker(original, found).html(0, len(original))}</pre>'
    return _panel(document, spans, body, switch="cleaned", label="Show the cleaned text")


def notice_html(question: str, message: str) -> str:
    """A turn that tells the user something instead of answering."""
    return f'{_question(question)}<div class="reply">{_paragraph("opening", message)}</div>'


def failure_html(message: str) -> str:
    """What the source panel shows when it can't show a source."""
    return (
        '<header><h2>Not available</h2><div class="tools">'
        '<button type="button" class="quiet" data-close>Close</button></div></header>'
        f'<div class="text" tabindex="0"><p>{escape(message)}</p></div>'
    )


def source_button(
    css: str, source: str, spans: Sequence[Span], text: str, *, label: str = "", view: str = "cleaned"
) -> str:
    """A button that opens ``source`` beside the chat, as ``view`` 'cleaned' or 'original'."""
    named = f' aria-label="{escape(label)}"' if label else ""
    return (
        f'<button type="button" class="{css}" data-source="{escape(source)}" data-spans="{places(spans)}" '
        f'data-view="{view}"{named}>{escape(text)}</button>'
    )


class _Marker:
    """Cuts ``text`` into escaped HTML with the spans in <mark>; only the first mark gets the id."""

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self._text = text
        self._spans = _within(spans, len(text))
        self._marked = False

    def html(self, start: int, end: int) -> str:
        parts: list[str] = []
        cursor = start
        for a, b in self._spans:
            first, last = max(a, start), min(b, end)
            if first < last:
                parts.append(escape(self._text[cursor:first]))
                parts.append(f"<mark{self._identity()}>{escape(self._text[first:last])}</mark>")
                cursor = last
        return "".join([*parts, escape(self._text[cursor:end])])

    def paragraph(self, start: int, end: int) -> str:
        """Text that no block holds; '' if it has no words (white space, bullets)."""
        if not any(character.isalnum() for character in self._text[start:end]):
            return ""
        return f'<p dir="auto">{self.html(start, end)}</p>'

    def _identity(self) -> str:
        if self._marked:
            return ""
        self._marked = True
        return ' id="cited" tabindex="-1"'


def _within(spans: Sequence[Span], length: int) -> list[Span]:
    """``spans`` in order, merged where they touch, cut to the text; empty ones left out."""
    merged: list[Span] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _block(block: Block, inner: str) -> str:
    role = ROLE_LABELS[block.role]
    if role:
        inner = f'<span class="role">{role}</span> {inner}'
    attributes = ' dir="auto" class="aside"' if role else ' dir="auto"'
    if block.kind == "heading":
        level = min(max(block.level, 1) + 2, 6)
        return f"<h{level}{attributes}>{inner}</h{level}>"
    if block.kind == "item":
        return f"<li{attributes}>{inner}</li>"
    if block.kind == "quote":
        return f"<blockquote{attributes}><p>{inner}</p></blockquote>"
    return f"<p{attributes}>{inner}</p>"


def _panel(document: Document, spans: Sequence[Span], body: str, *, switch: str, label: str) -> str:
    facts = " · ".join(filter(None, [document.doc_id, document.published]))
    return (
        f'<header><h2 dir="auto">{escape(document.title or document.doc_id)}</h2>'
        f'<p class="facts">{escape(facts)}</p><div class="tools">'
        f"{source_button('quiet', document.doc_id, spans, label, view=switch)}"
        '<button type="button" class="quiet" data-close>Close</button></div></header>'
        f'<div class="text" tabindex="0">{body}</div>'
    )


def _paragraph(css: str, text: str) -> str:
    return f'<p class="{css}" dir="auto">{escape(text)}</p>' if text else ""


def _question(typed: str) -> str:
    shown = typed if len(typed) <= _SHOWN_QUESTION else f"{typed[:_SHOWN_QUESTION].rstrip()} …"
    return f'<h2 class="question" dir="auto">{escape(shown)}</h2>'


def _statement(statement: Statement, notes: Sequence[str], answer: Answer) -> str:
    chip = f'<span class="chip">{remark(statement)}</span>' if statement.evidence else ""
    quotes = "".join(_quote(citation) for citation in cited_by(statement, answer))
    beside = "".join(_paragraph("note", note) for note in notes)
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


def _sources(answer: Answer) -> str:
    if not answer.citations:
        return ""
    rows = "".join(_source_row(cited, title, source) for cited, title, source in sources(answer))
    return f'<div class="sources"><h3>Sources</h3><ul>{rows}</ul></div>'


def _source_row(cited: Sequence[Citation], title: str, source: str) -> str:
    spans = [span for citation in cited for span in citation.spans]
    numbers = " ".join(f"[{citation.number}]" for citation in cited)
    return (
        f'<li><span class="numbers">{numbers}</span><div>{source_button("link", source, spans, title)} '
        f'<span class="file">{escape(files_of(cited))}</span> '
        f"{source_button('link minor', source, spans, 'original file', view='original')}</div></li>"
    )


def _passage(scored: ScoredPassage, titles: Mapping[str, str]) -> str:
    passage = scored.passage
    heading, where = passage_place(passage, titles)
    scores = f"score {scored.score:.3f} · meaning {scored.dense:.3f} · words {scored.lexical:.2f}"
    return (
        f"<li>{source_button('link', passage.doc_id, [(passage.start, passage.end)], heading)}"
        f'{_paragraph("facts", where)}<span class="scores">{scores}</span><p dir="auto">{escape(passage.text)}</p></li>'
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
        f'<div class="actions curating" data-asked="{escape(json.dumps(asked))}">Test question:'
        f'<button type="button" class="link" data-should title="{SHOULD_EXPLAINED}">{SHOULD}</button>'
        f'<button type="button" class="link" data-keep title="{KEEP_EXPLAINED[answered]}">{KEEP[answered]}</button>'
        '</div><div class="kept" role="status"></div>'
    )
