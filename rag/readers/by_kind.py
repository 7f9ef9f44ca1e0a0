"""The reader of each kind of file, imported when it is first used, and why other kinds are not read."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from rag.errors import SourceError, UnsupportedSourceError
from rag.readers import media, text_kinds
from rag.readers.archive import check_container
from rag.readers.blocks import Content
from rag.types import SourceFile

#: The module in ``rag.readers`` and the function that reads a SourceFile of each kind into Content.
READERS = {
    text_kinds.HTML: "html.html:read_page",
    text_kinds.MARKDOWN: "plain.markdown:read_markdown",
    text_kinds.PLAIN: "plain.text:read_plain",
    text_kinds.CSV: "tables.csv_tables:read_csv",
    text_kinds.EML: "mail:read_mail",
    text_kinds.MHTML: "mail:read_mail",
    media.PDF: "pdf.reader:read_pdf",
    media.DOCX: "office.word:read_docx",
    media.ODT: "office.odt:read_odt",
    media.PPTX: "office.slides:read_pptx",
    media.XLSX: "tables.sheets:read_sheets",
    media.XLSB: "tables.sheets:read_sheets",
    media.XLS: "tables.sheets:read_sheets",
    media.ODS: "tables.sheets:read_sheets",
    media.EPUB: "epub:read_epub",
}


def content_of(source: SourceFile, media_type: str) -> Content:
    """What a source holds. Raises SourceError; its children tell apart what is empty and what is of no kind read."""
    if media_type == media.PROTECTED:
        raise SourceError("it is protected with a password: open it and save a copy without one")
    if media_type not in READERS:
        raise UnsupportedSourceError(reason_against(media_type))
    if media_type in media.ZIPPED:
        check_container(source.data)
    module, _, name = READERS[media_type].partition(":")
    read: Callable[[SourceFile], Content] = getattr(import_module(f"rag.readers.{module}"), name)
    return read(source)


def reason_against(media_type: str) -> str:
    """Why files of this kind are not read, and what to do."""
    reasons: dict[str, str] = media.known()["refused"]
    general = reasons.get(media_type.partition("/")[0], reasons[media.UNKNOWN])
    return reasons.get(media_type, general)
