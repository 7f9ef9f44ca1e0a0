"""Asking, and reading the source of a quote."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from rag.ask.query.filters import unmet
from rag.errors import RagError, SourceError
from rag.library import Library
from rag.present.wording import MAX_QUESTION, NOTHING_TYPED, no_picture, question_too_long
from rag.readers.media import is_text
from rag.types import Answer, Document, Span
from rag.web.ask.answer_html import answer_html, notice_html
from rag.web.ask.source_view import failure_html, original_html, page_picture_html, source_html
from rag.web.calls import Call, FilterPairs, History, Name, Number, Reply, Spans, Text, Texts, Trimmed, View
from rag.web.page_pictures.drawn_apart import picture_of

_PDF = "application/pdf"


class Ask(Call):
    """A question; ``without`` is what is not taken of what it prefers, ``kept`` what it leaves out in so many words and
    is not left out.
    """

    question: Trimmed = ""
    history: History = ()
    filters: FilterPairs = ()
    without: FilterPairs = ()
    kept: Texts = ()


class Source(Call):
    """A document and the places of quotes in it; ``page`` 0 is the one that holds the first."""

    source: Name = ""
    spans: Spans = ()
    view: Text = ""
    page: Number = 0


class AskCalls(View):
    """Asking, and reading the source of a quote."""

    def ask(self, call: Ask) -> Reply:
        """Answers a question."""
        question = call.question
        if not question:
            return {"asked": False, "html": notice_html("", NOTHING_TYPED)}
        if len(question) > MAX_QUESTION:
            return {"asked": False, "html": notice_html(question, question_too_long(len(question)))}
        try:
            with self._lock:
                answer = _answered(self._library, call)
                missing = unmet(self._live.cases().values(), answer.query.preferred)
                plain = _plain(self._library, answer)
                html = answer_html(answer, self._live.titles(), plain, history=call.history, unmet=missing)
        except RagError as error:
            return {"asked": False, "html": notice_html(question, str(error))}
        return {"asked": True, "html": html}

    def source(self, call: Source) -> Reply:
        """Shows a source: a PDF's page as a picture, the cleaned text, or a text file as it was found."""
        library = self._library
        try:
            with self._lock:
                document = library.snapshot.document(call.source)
                original = library.snapshot.originals.text(call.source) if call.view == "original" else ""
        except RagError as error:
            return {"html": failure_html(str(error))}
        if call.view == "original":
            return {"html": original_html(document, original, call.spans)}
        if document.media_type == _PDF and call.view != "cleaned":
            return {"html": _pages_html(library, document, call.spans, call.page)}
        return {"html": _cleaned_html(document, call.spans)}


def _answered(library: Library, call: Ask) -> Answer:
    preferred = None
    if call.without:
        understood = library.snapshot.understand(call.question, call.history).preferred
        preferred = tuple(want for want in understood if want not in call.without)
    return library.snapshot.ask(call.question, call.history, filters=call.filters, preferred=preferred, kept=call.kept)


def _plain(library: Library, answer: Answer) -> set[str]:
    """Those of the cited sources whose file is text."""
    found = set()
    for name in {citation.source for citation in answer.citations}:
        with suppress(SourceError):  # the library changed meanwhile
            if is_text(library.snapshot.document(name).media_type):
                found.add(name)
    return found


def _cleaned_html(document: Document, spans: Sequence[Span], note: str = "") -> str:
    plain, pages = is_text(document.media_type), document.media_type == _PDF and not note
    switch = "original" if plain else "page" if pages else ""
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
    return page_picture_html(document, spans, image, part.label if part else "")
