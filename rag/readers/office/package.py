"""What Word, OpenDocument and PowerPoint files share: a zip archive of XML parts, properties, text not shown."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.text.patterns import patterns

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_PART = 64 << 20  # bytes of one XML part, unpacked; a thousand pages of text take about ten million
_SHOWN_WORDS = 12
_DAMAGED = "it is damaged and can't be read: open it in the program that made it, save it anew and add that"
#: What zipfile raises on archives that are cut off or altered.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, KeyError)

#: 'Strict' files differ from the usual ones in the names of their namespaces only.
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/diagram": b"http://schemas.openxmlformats.org/drawingml/2006/diagram",
}
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"


def damaged(error: Exception) -> SourceError:
    """What to say of a file that a parser failed on."""
    detail = " ".join(str(error).split())[:120]
    return SourceError(f"{_DAMAGED} ({detail})" if detail else _DAMAGED)


class Package:
    """The parts of an office file. Only the parts asked for are unpacked; nothing outside the file is ever read."""

    def __init__(self, data: bytes) -> None:
        """Raises SourceError if ``data`` is no zip archive, or a damaged one."""
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except ZIP_ERRORS as error:
            raise damaged(error) from error
        self._sizes = {info.filename: info.file_size for info in self._archive.infolist()}

    def __contains__(self, name: object) -> bool:
        return name in self._sizes

    def read(self, name: str) -> bytes:
        """A part's bytes; empty if there is none of that name."""
        if name not in self._sizes:
            return b""
        if self._sizes[name] > MAX_PART:
            raise SourceError(
                f"a part of it unpacks to more than {MAX_PART >> 20} MB: split the document and add those"
            )
        try:
            return self._archive.read(name)
        except ZIP_ERRORS as error:
            raise damaged(error) from error
        except RuntimeError as error:  # the archive itself is encrypted
            raise SourceError("it is protected by a password: save a copy without one and add that") from error

    def xml(self, name: str) -> Element | None:
        """A part's root element; None if there is no such part. Entities are not expanded."""
        data = self.read(name)
        return parse_xml(data) if data else None

    def related(self, name: str) -> list[tuple[str, str, str]]:
        """What the part ``name`` ('' for the file itself) refers to in the file: (id, kind, part name)."""
        folder = dirname(name)
        root = self.xml(join(folder, "_rels", f"{name[len(folder) :].lstrip('/')}.rels"))
        found: list[tuple[str, str, str]] = []
        for element in root.iter(RELATIONSHIP) if root is not None else ():
            if element.get("TargetMode") != "External":
                target = normpath(join("/", folder, element.get("Target", ""))).lstrip("/")
                found.append((element.get("Id", ""), element.get("Type", "").rpartition("/")[2], target))
        return found


def parse_xml(data: bytes) -> Element:
    """The root element. Raises SourceError for what is no XML, nests too deep or declares entities."""
    from lxml import etree

    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged(error) from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise SourceError("it declares entities, which no office program does: save it anew and add that")
    return root


def whole_number(value: str | None) -> int | None:
    """What an attribute counts; None if it is no small whole number."""
    return int(value) if value and len(value) < 7 and value.isascii() and value.isdecimal() else None


def diagram_texts(root: Element) -> list[str]:
    """The texts of a SmartArt diagram's points, in the order of the file."""
    points = ("".join(t.text or "" for t in point.iter(f"{DRAWING}t")) for point in root.iter(f"{DIAGRAM}pt"))
    return [text for text in points if text.strip()]


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says about itself; '' where it doesn't, or says what its program filled in. The date is ISO."""

    title: str = ""
    author: str = ""
    published: str = ""


_FILLED_IN = patterns("properties")
_FIRST_YEAR = 1990  # earlier dates are clocks that were never set
_UNTOUCHED = re.compile(r"generated (by|using) python-", re.IGNORECASE)  # author and dates are the library's template's


def properties(
    titles: Iterable[str], authors: Iterable[str], dates: Iterable[str | datetime | None], comments: str = ""
) -> Properties:
    """The first sensible one of each."""
    if _UNTOUCHED.match(comments):
        authors, dates = (), ()
    author = next((a.strip() for a in authors if not _FILLED_IN["no_author"].match(a.strip())), "")
    days = [day for value in dates if (day := _day(value)) and day.year >= _FIRST_YEAR]
    return Properties(
        title=next((title for raw in titles if (title := _sensible(raw))), ""),
        author=author,
        published=days[0].isoformat() if days else "",
    )


def _sensible(title: str) -> str:
    title = " ".join(_FILLED_IN["suffix"].sub("", _FILLED_IN["program_prefix"].sub("", title.strip())).split())
    return "" if _FILLED_IN["no_title"].match(title) else title


def _day(value: str | datetime | None) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def left_out(what: str, texts: Iterable[str]) -> list[str]:
    """The warning that text which is not shown was left out; none if there was none."""
    words = "".join(texts).split()
    shown = " ".join(words[:_SHOWN_WORDS]) + ("…" if len(words) > _SHOWN_WORDS else "")
    return [f"{what} was left out: “{shown}”"] if words else []
