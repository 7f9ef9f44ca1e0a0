"""A page of a PDF beside the chat, as a picture with the quote marked."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rag.present.wording import SHOW_CLEANED
from rag.types import Document, Span
from rag.web.ask.answer_html import attribute, places
from rag.web.ask.source_view import panel_html


@dataclass(frozen=True, slots=True)
class PagePicture:
    """Page number ``page`` of ``pages``; ``marks`` are (x, y, width, height) as shares of the picture's size."""

    png: bytes
    width: int
    height: int
    marks: tuple[tuple[float, float, float, float], ...]
    page: int
    pages: int


def page_picture_html(document: Document, spans: Sequence[Span], picture: PagePicture, quoted_on: str = "") -> str:
    """The page with its marks; the first has the id 'cited'. ``quoted_on`` names the page that the quote is on."""
    quotes = [quote for start, end in spans if (quote := document.text[start:end].strip())]
    said = "".join(f'<blockquote dir="auto"><p>{escape(quote)}</p></blockquote>' for quote in quotes)
    note = _note(picture, bool(quotes), quoted_on)
    boxes = "".join(_box(number, mark) for number, mark in enumerate(picture.marks))
    encoded = base64.b64encode(picture.png).decode("ascii")
    alt = f"Page {picture.page} of {document.doc_id} as a picture; ‘{SHOW_CLEANED}’ gives its words."
    image = (
        f'<img src="data:image/png;base64,{encoded}" width="{picture.width}" height="{picture.height}" '
        f'alt="{escape(alt)}">'
    )
    body = (
        f'<details class="quoted"><summary>The quote in words</summary>{said}</details>' if said else ""
    ) + f'{note}<div class="sheet">{image}{boxes}</div>'
    return panel_html(document, spans, body, ("cleaned", SHOW_CLEANED), _turning(document, spans, picture))


def _note(picture: PagePicture, quoted: bool, quoted_on: str) -> str:
    if not quoted or picture.marks:
        return ""
    if quoted_on and quoted_on != f"page {picture.page}":
        return f'<p class="note">The quote is on {escape(quoted_on)}.</p>'
    return '<p class="note">The quote could not be found on this picture of the page to mark it.</p>'


def _box(number: int, mark: tuple[float, float, float, float]) -> str:
    x, y, width, height = (f"{100 * share:.3f}%" for share in mark)
    style = f'style="left:{x};top:{y};width:{width};height:{height}"'
    if number:
        return f'<mark class="box" aria-hidden="true" {style}></mark>'
    return (
        f'<mark class="box" id="cited" tabindex="-1" role="img" aria-label="The quote is marked here" {style}></mark>'
    )


def _turning(document: Document, spans: Sequence[Span], picture: PagePicture) -> str:
    """Buttons to the page before and after, and which page this is."""

    def button(label: str, text: str, page: int) -> str:
        off = "" if 1 <= page <= picture.pages else " disabled"
        return (
            f'<button type="button" class="quiet turn-page" data-source="{attribute(document.doc_id)}" '
            f'data-spans="{places(spans)}" data-view="page" data-page="{page}" '
            f'aria-label="{label}"{off}>{text}</button>'
        )

    here = f'<span class="facts" role="status">page {picture.page:,} of {picture.pages:,}</span>'
    before, after = picture.page - 1, picture.page + 1
    return f'<span class="turning">{button("Page before", "‹", before)}{here}{button("Next page", "›", after)}</span>'
