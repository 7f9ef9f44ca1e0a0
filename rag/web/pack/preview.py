"""An evidence pack as mark-up: for the page, and for the clipboard."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from rag.present.fields import NOT_STATED
from rag.present.packs.outline import Bullets, Card, Heading, Part, Quotation, SourceLine, Value, Words, outline
from rag.present.packs.wording import reference
from rag.present.wording import in_quotes
from rag.text.templates import render
from rag.types import Pack, PackQuote

_TEMPLATE = "web/pack/preview.html"


def pack_rich(pack: Pack) -> Markup:
    """The whole pack without anything that only works on the page: what a word processor pastes."""
    return parts_html(outline(pack), linked=False)


def parts_html(parts: Iterable[Part], *, linked: bool = True, raised: int = 0) -> Markup:
    """The parts; numbers of quotes are buttons that open their source if they are ``linked``, headings ``raised``
    levels deeper.
    """
    return Markup().join(_part(part, linked, raised) for part in parts)


def _part(part: Part, linked: bool, raised: int) -> Markup:
    match part:
        case Heading(level, text):
            return render(_TEMPLATE, "heading", level=level + raised, text=text)
        case Words(text, label, kind):
            lines = [line for line in text.splitlines() if line.strip()]
            return render(_TEMPLATE, "words", label=label, lines=lines, kind=kind)
        case Quotation(quote):
            return render(
                _TEMPLATE,
                "quotation",
                quoted=in_quotes(quote.text),
                number=f"[{quote.source.number}]",
                reference=reference(quote),
                opens=quote if linked else None,
            )
        case Bullets(items):
            return render(_TEMPLATE, "bullets", items=items)
        case SourceLine(source, text):
            return render(_TEMPLATE, "source", number=source.number, text=text)
        case Card(title, rows):
            told = [(label, [list(map(_value, line)) for line in lines]) for label, lines in rows]
            return render(_TEMPLATE, "card", title=title, rows=told, not_stated=NOT_STATED, linked=linked)


def _value(value: Value) -> tuple[str, str, PackQuote, str]:
    """A field's value: its label, its words on one line, the quote they are of, and where it stands."""
    return value.label, " ".join(in_quotes(value.quote.text).split()), value.quote, value.place
