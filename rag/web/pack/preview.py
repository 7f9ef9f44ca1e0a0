"""An evidence pack as mark-up: for the page, and for the clipboard."""

from __future__ import annotations

from html import escape

from rag.present.fields import NOT_STATED
from rag.present.packs.outline import Bullets, Card, Heading, Part, Quotation, SourceLine, Value, Words, outline
from rag.present.packs.wording import reference
from rag.present.wording import in_quotes
from rag.types import Pack
from rag.web.ask.answer_html import source_button


def pack_rich(pack: Pack) -> str:
    """The whole pack without anything that only works on the page: what a word processor pastes."""
    return "".join(part_html(part, linked=False) for part in outline(pack))


def part_html(part: Part, *, linked: bool = True, raised: int = 0) -> str:
    """One part; numbers of quotes are buttons that open their source if it is ``linked``, headings ``raised`` levels
    deeper.
    """
    match part:
        case Heading(level, text):
            return f'<h{level + raised} dir="auto">{escape(text)}</h{level + raised}>'
        case Words(text, label, kind):
            named = f"<b>{label}:</b> " if label else ""
            lines = "<br>".join(escape(line) for line in text.splitlines() if line.strip())
            return f'<p class="{kind}" dir="auto">{named}{lines}</p>'
        case Quotation():
            return _quotation(part, linked=linked)
        case Bullets(items):
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
        case SourceLine(source, text):
            return f"<p>[{source.number}] {escape(text)}</p>"
        case Card():
            return _table(part, linked=linked)


def _quotation(part: Quotation, *, linked: bool) -> str:
    quote = part.quote
    number = f"[{quote.source.number}]"
    if linked:
        label = f"{number} Open the source of this quote: {quote.source.title}"
        number = source_button("cite", quote.source.doc_id, quote.spans, number, label=label)
    return (
        f'<blockquote dir="auto"><p>{escape(in_quotes(quote.text))}</p></blockquote>'
        f'<p class="reference" dir="auto">{number} {escape(reference(quote))}</p>'
    )


def _table(card: Card, *, linked: bool) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{_cell(values, linked=linked)}</td></tr>'
        for label, values in card.rows
    )
    head = '<thead><tr><th scope="col">Field</th><th scope="col">In the source’s words</th></tr></thead>'
    return f'<table aria-label="{escape(card.title)}">{head}<tbody>{rows}</tbody></table>'


def _cell(lines: tuple[tuple[Value, ...], ...], *, linked: bool) -> str:
    told = ("; ".join(_value(value, linked=linked) for value in line) for line in lines)
    shown = "".join(f'<p dir="auto">{line}</p>' for line in told)
    return shown or f'<p class="blank">{NOT_STATED}</p>'


def _value(value: Value, *, linked: bool) -> str:
    label = f"<b>{value.label}:</b> " if value.label else ""
    words = " ".join(in_quotes(value.quote.text).split())
    if not linked:
        return f"{label}{escape(words)} {escape(value.place)}".rstrip()
    opened = source_button("words", value.quote.source.doc_id, value.quote.spans, words)
    place = f' <span class="facts">{escape(value.place)}</span>' if value.place else ""
    return f"{label}{opened}{place}"
