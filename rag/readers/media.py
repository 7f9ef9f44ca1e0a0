"""What a file's content shows it to be, whatever its name says."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
import zlib
from functools import cache
from importlib.resources import files
from typing import Any

from rag.readers.decode import decode_bytes, looks_like_text
from rag.readers.text_kinds import HTML, MARKDOWN, PLAIN, text_kind

_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
PDF = "application/pdf"
DOCX = _OFFICE + "wordprocessingml.document"
PPTX = _OFFICE + "presentationml.presentation"
XLSX = _OFFICE + "spreadsheetml.sheet"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
XLS = "application/vnd.ms-excel"
ODT = _ODF + "text"
ODS = _ODF + "spreadsheet"
ODP = _ODF + "presentation"
EPUB = "application/epub+zip"
ZIP = "application/zip"
DOC = "application/msword"
PPT = "application/vnd.ms-powerpoint"
MSG = "application/vnd.ms-outlook"
PROTECTED = "application/x-ms-encrypted"
OLE = "application/x-ole-storage"
IWORK = "application/x-iwork"
JAR = "application/java-archive"
LOCK = "application/x-office-lock"
UNKNOWN = "application/octet-stream"

#: Files of these kinds are zip archives inside.
ZIPPED = frozenset({DOCX, PPTX, XLSX, XLSB, ODT, ODS, EPUB})

_HEAD = 65536  # bytes of a text that are looked at
_PDF_START = re.compile(rb"%PDF-\d")
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_NAMES = (
    ("EncryptedPackage", PROTECTED),
    ("__properties_version1.0", MSG),
    ("WordDocument", DOC),
    ("PowerPoint Document", PPT),
    ("Workbook", XLS),
    ("Book", XLS),
)
#: In the content types of an Office file: its main part's type, and what that makes it.
_MAIN_PARTS = (
    (re.compile(rb"word(processingml|\.)[^\"']{0,60}main\+xml"), DOCX),
    (re.compile(rb"(presentationml|powerpoint\.)[^\"']{0,60}main\+xml"), PPTX),
    (re.compile(rb"sheet\.binary\.macroenabled\.main", re.IGNORECASE), XLSB),
    (re.compile(rb"(spreadsheetml|ms-excel\.)[^\"']{0,60}main\+xml"), XLSX),
)
_FOLDERS = (("word/document", DOCX), ("ppt/presentation", PPTX), ("xl/workbook.bin", XLSB), ("xl/workbook", XLSX))
_MIME_ENTRIES = ((_ODF + "text", ODT), (_ODF + "spreadsheet", ODS), (_ODF + "presentation", ODP), (EPUB, EPUB))
_SMALL = 65536  # bytes of a type entry that are read


@cache
def known() -> dict[str, Any]:
    """What ``rag/data/media_types.toml`` knows of kinds of files."""
    return tomllib.loads(files("rag").joinpath("data/media_types.toml").read_text(encoding="utf-8"))


def media_type_of(name: str, data: bytes) -> str:
    """The media type of a file's content; its ``name`` decides only between kinds of text.

    UNKNOWN for what nothing is known of.
    """
    if data.startswith(_ZIP_STARTS):
        return _zip_kind(data)
    if data.startswith(_OLE_START):
        return _ole_kind(data)
    if _is_pdf(data):
        return PDF
    if name.rsplit("/", 1)[-1].startswith(("~$", ".~lock.")) and len(data) < 1024:
        return LOCK
    is_text = looks_like_text(data)
    marks: list[tuple[int, str, str]] = known()["signatures"]["marks"]
    for place, mark, kind in marks:
        # 'MZ' and 'ID3' may begin a text
        if data.startswith(mark.encode("latin-1"), place) and (not is_text or kind == "application/rtf"):
            return kind
    return text_kind(name, decode_bytes(data[:_HEAD])) if is_text else UNKNOWN


def is_text(media_type: str) -> bool:
    """Whether a file of this type is text: each of its characters can be shown as it stands in the file."""
    return media_type in (HTML, MARKDOWN, PLAIN)


def _is_pdf(data: bytes) -> bool:
    """Junk may come before its first words, but a text about PDF files is none."""
    start = _PDF_START.search(data, 0, 1024 + 8)
    if start is None:
        return False
    return start.start() == 0 or b"endobj" in data or b"startxref" in data


def _zip_kind(data: bytes) -> str:
    names, types, mimetype = _zip_entries(data)
    for stated, kind in _MIME_ENTRIES:
        if mimetype.startswith(stated.encode()):
            return kind
    for pattern, kind in _MAIN_PARTS:
        if pattern.search(types):
            return kind
    for folder, kind in _FOLDERS:
        if any(name.startswith(folder) for name in names):
            return kind
    if "META-INF/container.xml" in names:
        return EPUB
    if any(name.endswith(".iwa") for name in names):
        return IWORK
    if "META-INF/MANIFEST.MF" in names and any(name.endswith(".class") for name in names):
        return JAR
    return ZIP


def _zip_entries(data: bytes) -> tuple[list[str], bytes, bytes]:
    """Names of a zip's members, and the beginnings of its two entries that say what it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            return names, _beginning(archive, "[Content_Types].xml"), _beginning(archive, "mimetype")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        return _names_of_damaged(data), b"", data[38:120] if data[30:38] == b"mimetype" else b""


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as entry:
            return entry.read(_SMALL)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        return b""


def _names_of_damaged(data: bytes) -> list[str]:
    """Names before each member of a zip whose list of members is gone."""
    names: list[str] = []
    place = 0
    while len(names) < 1000 and (place := data.find(b"PK\x03\x04", place)) >= 0:
        length = int.from_bytes(data[place + 26 : place + 28], "little")
        names.append(data[place + 30 : place + 30 + length].decode("cp437"))
        place += 30
    return names


def _ole_kind(data: bytes) -> str:
    """The kind of an old Office file, by the first name its directory holds (entries stand at multiples of 128)."""
    found: list[tuple[int, str]] = []
    for name, kind in _OLE_NAMES:
        sought = (name + "\0").encode("utf-16-le")
        place = data.find(sought)
        while place >= 0 and place % 128:
            place = data.find(sought, place + 1)
        if place >= 0 and kind in (PROTECTED, MSG):
            return kind
        if place >= 0:
            found.append((place, kind))
    return min(found)[1] if found else OLE
