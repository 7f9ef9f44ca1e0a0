"""A page of a PDF beside the chat, as a picture with the quote marked."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from rag.text.templates import render
from rag.types import Document, Span
from rag.web.page_pictures.page_image import PageImage


def page_picture_html(document: Document, spans: Sequence[Span], picture: PageImage, quoted_on: str = "") -> str:
    """The page with its marks; the first has the id 'cited'. ``quoted_on`` names the page that the quote is on."""
    quotes = [quote for start, end in spans if (quote := document.text[start:end].strip())]
    return render(
        "web/ask/source.html",
        "picture",
        document=document,
        spans=spans,
        switch="cleaned",
        quotes=quotes,
        note="" if picture.marks or not quotes else _unmarked(picture, quoted_on),
        image=picture,
        data=base64.b64encode(picture.png).decode("ascii"),
    )


def _unmarked(picture: PageImage, quoted_on: str) -> str:
    if quoted_on and quoted_on != f"page {picture.page}":
        return f"The quote is on {quoted_on}."
    return "The quote could not be found on this picture of the page to mark it."
