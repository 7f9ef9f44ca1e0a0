"""The reader of each kind of file. A reader imports its library when it is first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rag.errors import SourceError, UnsupportedSourceError
from rag.readers import media, text_kinds
from rag.readers.archive import check_container
from rag.readers.blocks import Content
from rag.readers.decode import decode
from rag.readers.html.html import read_html
from rag.readers.plain.markdown import read_markdown
from rag.readers.plain.text import read_text
from rag.types import SourceFile

Reader = Callable[[SourceFile], Content]


def _html(source: SourceFile) -> Content:
    return read_html(decode(source))


def _plain(source: SourceFile) -> Content:
    return Content(read_text(decode(source)))


def _pdf(source: SourceFile) -> Content:
    from rag.readers.pdf.reader import read_pdf

    return read_pdf(source)


def _docx(source: SourceFile) -> Content:
    from rag.readers.office.word import read_docx

    return read_docx(source)


def _odt(source: SourceFile) -> Content:
    from rag.readers.office.odt import read_odt

    return read_odt(source)


def _pptx(source: SourceFile) -> Content:
    from rag.readers.office.slides import read_pptx

    return read_pptx(source)


def _sheets(source: SourceFile) -> Content:
    from rag.readers.tables.sheets import read_sheets

    return read_sheets(source)


def _csv(source: SourceFile) -> Content:
    from rag.readers.tables.csv_tables import read_csv

    return read_csv(source)


def _epub(source: SourceFile) -> Content:
    from rag.readers.epub import read_epub

    return read_epub(source)


def _mail(source: SourceFile) -> Content:
    from rag.readers.mail import read_mail

    return read_mail(source)


READERS: Mapping[str, Reader] = {
    text_kinds.HTML: _html,
    text_kinds.MARKDOWN: read_markdown,
    text_kinds.PLAIN: _plain,
    text_kinds.CSV: _csv,
    text_kinds.EML: _mail,
    text_kinds.MHTML: _mail,
    media.PDF: _pdf,
    media.DOCX: _docx,
    media.ODT: _odt,
    media.PPTX: _pptx,
    media.XLSX: _sheets,
    media.XLSB: _sheets,
    media.XLS: _sheets,
    media.ODS: _sheets,
    media.EPUB: _epub,
}

_PACKED = "it is {} archive: unpack it and add the files in it, or pack them as .zip"
_DATA = "it is {}, no document: if it holds text to be quoted, save that as .txt, .csv or .html"
#: Why a kind is not read, and what to do instead.
_REASONS: Mapping[str, str] = {
    media.DOC: "it is in Word's old format (.doc): open it and save it as .docx",
    media.PPT: "it is in PowerPoint's old format (.ppt): open it and save it as .pptx",
    media.ODP: "OpenDocument presentations are not read: save it as .pptx or .pdf",
    media.MSG: "it is a mail in Outlook's own format (.msg): open it and save it as .eml or .html",
    media.OLE: "it is in an old Office format: open it and save it as .docx, .xlsx or .pptx",
    media.IWORK: "it is an Apple Pages, Numbers or Keynote file: export it as .docx, .xlsx, .pptx or .pdf",
    media.LOCK: "it is a lock file that an open Office program left: close the document that it names",
    media.JAR: _DATA.format("a program"),
    media.UNKNOWN: "files of its kind are not read: save its text as .txt, .docx, .html or .pdf",
    "application/rtf": "it is Rich Text (.rtf): open it and save it as .docx or .odt",
    "application/gzip": _PACKED.format("a gzip (.gz)"),
    "application/x-bzip2": _PACKED.format("a bzip2 (.bz2)"),
    "application/x-xz": _PACKED.format("an xz"),
    "application/x-tar": _PACKED.format("a tar"),
    "application/x-7z-compressed": _PACKED.format("a 7-Zip (.7z)"),
    "application/vnd.rar": _PACKED.format("a RAR"),
    "application/x-executable": _DATA.format("a program"),
    "application/x-database": _DATA.format("a database"),
    "application/vnd.ms-outlook-pst": "it is an Outlook mailbox (.pst): save the mails that matter as .eml",
    text_kinds.MBOX: "it is a mailbox of several mails: save the mails that matter as .eml, each by itself",
    text_kinds.XML: _DATA.format("XML data"),
    text_kinds.JSON: _DATA.format("JSON data"),
    text_kinds.PROGRAM: _DATA.format("a program or its settings"),
    text_kinds.CALENDAR: _DATA.format("a calendar or address card"),
    text_kinds.LINK: "it is a link to a web page: add the page itself, with rag add and its address",
}
_MEDIA_REASONS: Mapping[str, str] = {
    "image": "it is a picture: if it is a page that was scanned, save it as .pdf",
    "audio": "it is a sound recording: add its transcript",
    "video": "it is a film: add its transcript or subtitles as .txt",
}


def content_of(source: SourceFile, media_type: str) -> Content:
    """What a source holds. Raises SourceError; its children tell apart what is empty and what is of no kind read."""
    if media_type == media.PROTECTED:
        raise SourceError("it is protected with a password: open it and save a copy without one")
    if media_type not in READERS:
        raise UnsupportedSourceError(reason_against(media_type))
    if media_type in media.ZIPPED:
        check_container(source.data)
    return READERS[media_type](source)


def reason_against(media_type: str) -> str:
    """Why files of this kind are not read, and what to do."""
    general = _MEDIA_REASONS.get(media_type.partition("/")[0], _REASONS[media.UNKNOWN])
    return _REASONS.get(media_type, general)
