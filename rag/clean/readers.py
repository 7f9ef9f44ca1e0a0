"""Which reader reads which kind of file. A reader imports its library when it is first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rag.clean.blocks import Content
from rag.clean.decode import decode
from rag.clean.html import read_html
from rag.clean.media import HTML, MARKDOWN, PLAIN
from rag.clean.text import read_text
from rag.errors import UnsupportedSourceError
from rag.types import SourceFile

Reader = Callable[[SourceFile], Content]


def _html(source: SourceFile) -> Content:
    return read_html(decode(source))


def _plain(source: SourceFile) -> Content:
    return Content(read_text(decode(source)))


READERS: Mapping[str, Reader] = {HTML: _html, MARKDOWN: _plain, PLAIN: _plain}


def content_of(source: SourceFile, media_type: str) -> Content:
    """What a source holds. Raises SourceError; its children tell apart what is empty and what is of no kind read."""
    if media_type not in READERS:
        raise UnsupportedSourceError(f"files of its kind ({media_type}) are not read: save its text in another kind")
    return READERS[media_type](source)
