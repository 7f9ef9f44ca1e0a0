"""Asking, and reading the source of a quote."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from rag.ask.query.filters import unmet
from rag.errors import RagError, SourceError
from rag.library import Library
from rag.present.wording import MAX_QUESTION, NOTHING_TYPED, SHOW_ORIGINAL, SHOW_PAGES, no_picture, question_too_long
from rag.readers.media import is_text
from rag.types import Answer, Document, Span
from rag.web.ask.answer_html import answer_html, notice_html
from rag.web.ask.picture_view import PagePicture, page_picture_html
from rag.web.ask.source_view import failure_html, original_html, source_html
from rag.web.calls import Reply, ServerFunction, history_of, name_of, number_of, spans_in, text_of
from rag.web.filters.calls import wants_in
from rag.web.live import Live
from rag.web.page_pictures.drawn_apart import picture_of
from rag.web.questions.background_checks import Turns

_PDF = "application/pdf"


def asking(live: Live, turns: Turns) -> list[ServerFunction]:
    """Answers a question."""
    library = live.library

    def ask(payload: Any) -> Reply:
        question = text_of(payload, "question").strip()
        if not question:
            return {"asked": False, "html": notice_html("", NOTHING_TYPED)}
        if len(question) > MAX_QUESTION:
            reply = notice_html(question, question_too_long(len(question)))
            return {"asked": False, "html": reply}
        try:
            with turns:
                answer = _answered(library, question, payload)
                missing = unmet(live.cases().values(), answer.query.preferred)
                html = answer_html(
                    answer, live.titles(), _plain(library, answer), history=history_of(payload), unmet=missing
                )
        except RagError as error:
            return {"asked": False, "html": notice_html(question, str(error))}
        return {"asked": True, "html": html}

    return [ask]


def _answered(library: Library, question: str, payload: Any) -> Answer:
    """The answer within the payload's "filters", without what is taken "without" of what the question prefers."""
    history, without = history_of(payload), wants_in(payload, "without")
    preferred = None
    if without:
        understood = library.snapshot.understand(question, history).preferred
        preferred = tuple(want for want in understood if want not in without)
    return library.snapshot.ask(question, history, filters=wants_in(payload), preferred=preferred)


def _plain(library: Library, answer: Answer) -> set[str]:
    """Those of the cited sources whose file is text."""
    found = set()
    for name in {citation.source for citation in answer.citations}:
        with suppress(SourceError):  # the library changed meanwhile
            if is_text(library.snapshot.document(name).media_type):
                found.add(name)
    return found


def reading(library: Library, turns: Turns) -> list[ServerFunction]:
    """Shows a source: a PDF's page as a picture, the cleaned text, or a text file as it was found."""

    def source(payload: Any) -> Reply:
        doc_id, spans = name_of(payload, "source"), spans_in(text_of(payload, "spans"))
        view = text_of(payload, "view")
        try:
            with turns:
                document = library.snapshot.document(doc_id)
                original = library.snapshot.originals.text(doc_id) if view == "original" else ""
        except RagError as error:
            return {"html": failure_html(str(error))}
        if view == "original":
            return {"html": original_html(document, original, spans)}
        if document.media_type == _PDF and view != "cleaned":
            return {"html": _pages_html(library, document, spans, number_of(payload, "page"))}
        return {"html": _cleaned_html(document, spans)}

    return [source]


def _cleaned_html(document: Document, spans: Sequence[Span], note: str = "") -> str:
    plain, pages = is_text(document.media_type), document.media_type == _PDF and not note
    switch = ("original", SHOW_ORIGINAL) if plain else ("page", SHOW_PAGES) if pages else None
    return source_html(document, spans, switch=switch, note=note)


def _pages_html(library: Library, document: Document, spans: Sequence[Span], page: int) -> str:
    """The page that holds the first quote, unless another is wanted; the cleaned text if it can't be shown."""
    part = document.part_at(spans[0][0]) if spans else None
    page = page or (int(part.label.rpartition(" ")[2]) if part else 1)
    quotes = [quote for start, end in spans if (quote := document.text[start:end].strip())]
    try:
        image = picture_of(library.snapshot.originals.file(document.doc_id).data, page, quotes)
    except SourceError as error:
        return _cleaned_html(document, spans, no_picture(page, str(error)))
    shown = PagePicture(image.png, image.width, image.height, image.marks, page, image.pages)
    return page_picture_html(document, spans, shown, part.label if part else "")
