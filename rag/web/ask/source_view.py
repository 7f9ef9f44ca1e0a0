"""Sources beside the chat: the cleaned text, and text files as they were found, with the quoted words marked."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from html import escape

from rag.present.wording import ROLE_LABELS, SHOW_CLEANED, SHOW_ORIGINAL
from rag.types import Block, Document, Part, Span
from rag.web.ask.answer_html import paragraph, source_button


def source_html(
    document: Document,
    spans: Sequence[Span] = (),
    *,
    switch: tuple[str, str] | None = ("original", SHOW_ORIGINAL),
    note: str = "",
) -> str:
    """A whole cleaned document with ``spans`` in <mark>; the first mark has the id 'cited'.

    Its pages, slides or rows are labelled where they begin. ``switch`` is another view to offer, with its label;
    ``note`` stands above the text.
    """
    marker = _Marker(document.text, spans, document.parts)
    body: list[str] = [paragraph("note", note)]
    cursor = 0
    listed = False
    for block in sorted(document.blocks, key=lambda block: block.start):
        between = marker.paragraph(cursor, block.start) + marker.labels(block.start)
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
    return panel_html(document, spans, "".join(body), switch)


def original_html(document: Document, original: str, spans: Sequence[Span] = ()) -> str:
    """The file as it was found, with the cited places in <mark>."""
    at = document.origin.to_source
    found = [(at(start), at(end - 1) + 1) for start, end in _within(spans, len(document.text))]
    body = f'<pre dir="auto">{_Marker(original, found).html(0, len(original))}</pre>'
    return panel_html(document, spans, body, ("cleaned", SHOW_CLEANED))


def failure_html(message: str) -> str:
    """What the source panel shows when it can't show a source."""
    return (
        '<header><h2>Not available</h2><div class="tools">'
        '<button type="button" class="quiet" data-close>Close</button></div></header>'
        f'<div class="text" tabindex="0"><p>{escape(message)}</p></div>'
    )


class _Marker:
    """Cuts ``text`` into escaped HTML with the spans in <mark>; only the first mark gets the id."""

    def __init__(self, text: str, spans: Sequence[Span], parts: Sequence[Part] = ()) -> None:
        self._text = text
        self._spans = _within(spans, len(text))
        self._parts = deque(parts)
        self._marked = False

    def html(self, start: int, end: int) -> str:
        found: list[str] = []
        cursor = start
        while self._parts and self._parts[0].start < end:  # a part that begins amid a paragraph
            part = self._parts.popleft()
            if part.start > cursor:
                found.append(self._marked_html(cursor, part.start))
                cursor = part.start
            found.append(f'<span class="part">{escape(part.label)}</span> ')
        return "".join([*found, self._marked_html(cursor, end)])

    def labels(self, at: int) -> str:
        """The labels of the parts that begin up to ``at`` and were not shown yet."""
        found = []
        while self._parts and self._parts[0].start <= at:
            found.append(f'<p class="part">{escape(self._parts.popleft().label)}</p>')
        return "".join(found)

    def _marked_html(self, start: int, end: int) -> str:
        found: list[str] = []
        cursor = start
        for a, b in self._spans:
            first, last = max(a, start), min(b, end)
            if first < last:
                found.append(escape(self._text[cursor:first]))
                found.append(f"<mark{self._identity()}>{escape(self._text[first:last])}</mark>")
                cursor = last
        return "".join([*found, escape(self._text[cursor:end])])

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


def panel_html(
    document: Document, spans: Sequence[Span], body: str, switch: tuple[str, str] | None, tools: str = ""
) -> str:
    """A source with its title above it. ``switch`` is another view of it, with its label; ``tools`` stand before it."""
    facts = " · ".join(filter(None, [document.doc_id, document.author, document.published]))
    other = source_button("quiet", document.doc_id, spans, switch[1], view=switch[0]) if switch else ""
    return (
        f'<header><h2 dir="auto">{escape(document.title or document.doc_id)}</h2>'
        f'<p class="facts" dir="auto">{escape(facts)}</p><div class="tools">{tools}{other}'
        '<button type="button" class="quiet" data-close>Close</button></div></header>'
        f'<div class="text" tabindex="0">{body}</div>'
    )
