"""OpenDocument texts (.odt, .ott): the text as LibreOffice shows it.

The parts are read as they are: odfdo loses the blanks of files that were converted from Word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.readers.blocks import Content
from rag.readers.office.flow import NO_LOOK, Flow, Look, content_of
from rag.readers.office.package import Package, Properties, properties, whole_number
from rag.types import BlockKind, SourceFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _DRAW, _OFFICE, _STYLE, _META, _MANIFEST = (
    _NS % name for name in ("text", "table", "drawing", "office", "style", "meta", "manifest")
)
_FORMAT, _SVG = (_NS % name for name in ("xsl-fo-compatible", "svg-compatible"))
_DC = "{http://purl.org/dc/elements/1.1/}"
_QUOTE = re.compile(r"quot|zitat", re.IGNORECASE)
_HEADING = re.compile(r"heading[ _](\d)$", re.IGNORECASE)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)pt")
_BOLD = frozenset(("bold", "600", "700", "800", "900"))

#: What is no text of the document, or shown elsewhere: deleted text, comments, indexes, forms, alternative texts.
_SKIPPED = frozenset(
    [
        *(
            _TEXT + name
            for name in ("tracked-changes", "note-citation", "ruby-text", "hidden-text", "hidden-paragraph")
        ),
        *(_TEXT + name for name in ("table-of-content", "illustration-index", "table-index", "object-index")),
        *(_TEXT + name for name in ("alphabetical-index", "user-index", "sequence-decls", "variable-decls")),
        *(_OFFICE + name for name in ("annotation", "forms", "scripts", "event-listeners", "binary-data")),
        *(_SVG + name for name in ("title", "desc")),
        _TABLE + "covered-table-cell",
    ]
)
_FRAMES = {
    _TABLE + "table": "table",
    _TABLE + "table-row": "row",
    _TABLE + "table-cell": "cell",
    _DRAW + "text-box": "box",
    _TEXT + "note-body": "note",
}
_PARAGRAPHS = frozenset((_TEXT + "p", _TEXT + "h"))
_ITEMS = frozenset((_TEXT + "list-item", _TEXT + "numbered-paragraph"))


def read_odt(source: SourceFile) -> Content:
    """The content of an OpenDocument text. Raises SourceError if it is damaged, protected or none."""
    package = Package(source.data)
    root = package.xml("content.xml")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text") if root is not None else None
    if root is None or body is None:
        raise SourceError("it is no OpenDocument text, whatever its name says: save it as .odt and add that")
    reader = _Reader(_Styles(package.xml("styles.xml"), root))
    reader.walk(body)
    return content_of(reader.flow.lines(), _properties(package), reader.flow.warnings(revised=reader.revised))


def _properties(package: Package) -> Properties:
    root = package.xml("meta.xml")
    meta = root.find(_OFFICE + "meta") if root is not None else None
    if meta is None:
        return Properties()
    authors = [meta.findtext(_META + "initial-creator") or "", meta.findtext(_DC + "creator") or ""]
    dates = [meta.findtext(_DC + "date"), meta.findtext(_META + "creation-date")]
    return properties([meta.findtext(_DC + "title") or ""], authors, dates)


def _look(element: Element) -> Look:
    """What a style says itself."""
    found = NO_LOOK
    for kind in ("text", "paragraph"):
        stated = element.find(f"{_STYLE}{kind}-properties")
        if stated is None:
            continue
        weight = stated.get(_FORMAT + "font-weight")
        size = _SIZE.fullmatch(stated.get(_FORMAT + "font-size", ""))
        colour = stated.get(_FORMAT + "color")
        ground = stated.get(_FORMAT + "background-color")
        display = stated.get(_TEXT + "display")
        own = Look(
            bold=None if weight is None else weight in _BOLD,
            size=float(size[1]) if size else None,
            hidden=None if display is None else display == "none",
            colour=None if colour is None else colour.lstrip("#").upper(),
            shaded=None if ground is None else ground.lower() not in ("transparent", "#ffffff"),
        )
        found = found.over(own)
    return found


@dataclass(frozen=True, slots=True)
class _Named:
    """A style with all it inherits. ``names``: as shown to users, its own first."""

    names: tuple[str, ...] = ()
    outline: int | None = None
    look: Look = NO_LOOK


class _Styles:
    """The styles of a document by family ('paragraph', 'text', 'section') and name."""

    def __init__(self, *roots: Element | None) -> None:
        self._elements: dict[tuple[str, str], Element] = {}
        self._base: dict[str, Look] = {}
        self._resolved: dict[tuple[str, str], _Named] = {}
        for root in roots:
            for element in root.iter(_STYLE + "style", _STYLE + "default-style") if root is not None else ():
                family = element.get(_STYLE + "family", "")
                if element.tag == _STYLE + "style":
                    self._elements[family, element.get(_STYLE + "name", "")] = element
                else:
                    self._base[family] = _look(element)

    def get(self, family: str, name: str) -> _Named:
        if (family, name) not in self._resolved:
            self._resolved[family, name] = self._resolve(family, name)
        return self._resolved[family, name]

    def _resolve(self, family: str, name: str) -> _Named:
        chain: dict[str, Element] = {}
        while (family, name) in self._elements and name not in chain:
            chain[name] = self._elements[family, name]
            name = chain[name].get(_STYLE + "parent-style-name", "")
        names: list[str] = []
        outline: int | None = None
        look = NO_LOOK
        for name, element in chain.items():
            names.append(element.get(_STYLE + "display-name") or name.replace("_20_", " "))
            level = element.get(_STYLE + "default-outline-level")
            if outline is None and level is not None:
                outline = whole_number(level) or 0
            look = look.over(_look(element))
        return _Named(tuple(names), outline or None, look.over(self._base.get(family, NO_LOOK)))


class _Reader:
    def __init__(self, styles: _Styles) -> None:
        self.flow = Flow()
        self._styles = styles
        self._looks = [NO_LOOK]  # of the open paragraphs and spans
        self._depth = [0]  # of lists, for each open frame
        self._begins_item = False
        self.revised = False

    def walk(self, top: Element) -> None:
        """Everything below ``top``, in document order."""
        from lxml import etree

        events = etree.iterwalk(top, events=("start", "end"))
        skipped: Element | None = None
        for event, element in events:
            if event == "start":
                if element.tag in _SKIPPED or self._is_hidden(element):
                    self.revised = self.revised or element.tag == _TEXT + "tracked-changes"
                    skipped = element
                    events.skip_subtree()
                elif element is not top:
                    self._open(element)
            elif element is not top:
                if element is skipped:
                    skipped = None
                else:
                    self._close(element)
                self.flow.text(element.tail or "", self._looks[-1])

    def _is_hidden(self, element: Element) -> bool:
        if element.tag != _TEXT + "section" or element.get(_TEXT + "display", "true") == "true":
            return False
        self.flow.hidden += [" ", *element.itertext()]
        return True

    def _open(self, element: Element) -> None:
        tag = element.tag
        if tag in _PARAGRAPHS:
            self._open_paragraph(element)
        elif tag in _FRAMES:
            self.flow.open(_FRAMES[tag])  # type: ignore[arg-type]
            self._depth.append(0)
        elif tag == _TEXT + "list":
            self._depth[-1] += 1
        elif tag in _ITEMS:
            self._begins_item = True
        elif tag == _TEXT + "span":
            self._looks.append(
                self._styles.get("text", element.get(_TEXT + "style-name", "")).look.over(self._looks[-1])
            )
        elif tag in (_TEXT + "s", _TEXT + "tab"):
            self.flow.text(" ", self._looks[-1])
        elif tag == _TEXT + "line-break":
            self.flow.line_break()
        self.flow.text(element.text or "", self._looks[-1])

    def _open_paragraph(self, element: Element) -> None:
        style = self._styles.get("paragraph", element.get(_TEXT + "style-name", ""))
        self._looks.append(style.look)
        kind, level = self._kind(element, style)
        self.flow.open_paragraph(kind, level)

    def _kind(self, element: Element, style: _Named) -> tuple[BlockKind, int]:
        begins_item, self._begins_item = self._begins_item, False
        if any(name.lower() == "title" for name in style.names[:1]):
            return "heading", 1
        named = next((int(match[1]) for name in style.names if (match := _HEADING.match(name))), None)
        if element.tag == _TEXT + "h" or style.outline or named:
            return "heading", 1 + (whole_number(element.get(_TEXT + "outline-level")) or style.outline or named or 1)
        if begins_item:
            return "item", max(1, self._depth[-1])
        return ("quote" if any(_QUOTE.search(name) for name in style.names) else "paragraph"), 0

    def _close(self, element: Element) -> None:
        tag = element.tag
        if tag in _PARAGRAPHS:
            self._looks.pop()
            self.flow.close()
        elif tag in _FRAMES:
            self._depth.pop()
            self.flow.close()
        elif tag == _TEXT + "list":
            self._depth[-1] -= 1
        elif tag in _ITEMS:
            self._begins_item = False
        elif tag == _TEXT + "span":
            self._looks.pop()
