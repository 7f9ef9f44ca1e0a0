"""EPUB books: the chapters in reading order, each with its title."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rag.errors import SourceError
from rag.readers.blocks import Content, ContentBuilder
from rag.readers.decode import decode_bytes
from rag.readers.html.facts import find_facts
from rag.readers.html.lines import read_lines
from rag.readers.html.parse import parse_page
from rag.readers.office.package import Package
from rag.types import SourceFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DAMAGED = "it can't be read as an EPUB book ({}): get it again from where it came, or convert it to .pdf or .html"
_NO_CHAPTER = re.compile(r"(table of contents|contents|cover|title ?page|copyright( page)?|index|landmarks)\W*", re.I)
_CHAPTER_TYPES = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})


def read_epub(source: SourceFile) -> Content:
    """All chapters but a list of contents. Raises SourceError for a damaged or protected book."""
    builder = ContentBuilder()
    book = Package(source.data)
    if _hides_text(book):
        raise SourceError("it is protected against copying: ask its publisher for a copy that is not")
    place = _package_place(book)
    package = book.xml(place)
    if package is None:
        raise SourceError(_DAMAGED.format("its list of chapters is missing"))
    missing = 0
    for number, part in enumerate(_chapters(package, place), 1):
        if part in book:
            _add_chapter(builder, decode_bytes(book.read(part)), number)
        else:
            missing += 1
    warnings = [f"{missing} of its chapters are missing in the file."] if missing else []
    stated = {name: _metadata(package, name) for name in ("title", "creator", "publisher", "date")}
    return builder.content(
        stated["title"], published=stated["date"], author=stated["creator"] or stated["publisher"], warnings=warnings
    )


def _package_place(book: Package) -> str:
    container = book.xml("META-INF/container.xml")
    for element in container.iter("{*}rootfile") if container is not None else ():
        if element.get("full-path"):
            return str(element.get("full-path"))
    raise SourceError(_DAMAGED.format("it names no list of chapters"))


def _hides_text(book: Package) -> bool:
    """Whether more than fonts is encrypted."""
    listed = book.xml("META-INF/encryption.xml")
    if listed is None:
        return False
    places: list[str] = [element.get("URI", "") for element in listed.iter("{*}CipherReference")]
    return any(place.lower().endswith((".xhtml", ".html", ".htm", ".xml", ".opf")) for place in places)


def _chapters(package: Element, place: str) -> Iterator[str]:
    """The parts of the book in reading order, as named in the archive."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type", "") not in _CHAPTER_TYPES:
            continue
        if "nav" not in (item.get("properties") or "").split():
            target = unquote(item.get("href", "")).partition("#")[0]
            yield posixpath.normpath(posixpath.join(posixpath.dirname(place), target))


def _add_chapter(builder: ContentBuilder, source: str, number: int) -> None:
    page = parse_page(source)
    page.root.remove([element for element in page.root.elements() if element.tag in ("head", "title")])
    blocks = [line.block(page) for line in read_lines(page, find_facts(page))]
    headings = [" ".join(block.text.split()) for block in blocks if block.kind == "heading"]
    if headings and _NO_CHAPTER.fullmatch(headings[0]) and not any(b.kind == "paragraph" for b in blocks):
        return
    builder.part("chapter", headings[0] if headings else f"chapter {number}")
    for block in blocks:
        builder.add(block.kind, block.text, block.level, role=block.role, gap=block.gap)


def _metadata(package: Element, name: str) -> str:
    """The first words the book states under a Dublin Core name."""
    values = (" ".join((e.text or "").split()) for e in package.iter(f"{{*}}{name}") if "purl.org" in str(e.tag))
    words = next((value for value in values if value), "")
    return re.sub(r"T\d\d:.*", "", words) if name == "date" else words
