"""Word documents (.docx, .docm, .dotx, also 'strict' ones): the text as Word shows it.

The parts are read as they are: python-docx and mammoth give hidden text as if it were shown; python-docx also loses
notes, boxes, controls and tracked insertions, and unpacks every picture.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.readers.blocks import Content
from rag.readers.office.flow import NO_LOOK, Flow, Look, content_of
from rag.readers.office.package import DIAGRAM, RELATIONSHIPS, Package, Properties, diagram_texts, properties
from rag.readers.office.word_styles import Styles, W, is_shaded, kind_of, look_of, switch_of, value_of
from rag.types import SourceFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"

_TABLE_OF_CONTENTS = re.compile(r"(toc|contents) (\d|heading)$|table of (figures|authorities|contents)", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{4}")
_PRIVATE_USE = frozenset(map(chr, range(0xD800, 0xF900)))
_OPERATORS = {_MATH + "den": "/", _MATH + "sup": "^"}
_FUNCTION_APPLICATION = "\u2061"  # shows nothing
#: Properties, looked up where they apply; what is deleted; what is shown elsewhere.
_SKIPPED = frozenset(
    W + name for name in "pPr rPr tblPr tblGrid trPr tcPr sectPr sdtPr sdtEndPr del moveFrom rt".split()
)
_DELETED, _INSERTED = frozenset((W + "del", W + "moveFrom")), frozenset((W + "ins", W + "moveTo"))


def read_docx(source: SourceFile) -> Content:
    """The content of a Word document. Raises SourceError if it is damaged or none."""
    package = Package(source.data)
    main = next((part for _, kind, part in package.related("") if kind == "officeDocument"), "word/document.xml")
    root = package.xml(main)
    body = root.find(W + "body") if root is not None else None
    if body is None:
        raise SourceError("it is no Word document, whatever its name says: save it as .docx and add that")
    reader = _Reader(package, main)
    reader.walk(body)
    return content_of(reader.flow.lines(), _properties(package), reader.warnings())


def _properties(package: Package) -> Properties:
    name = next((part for _, kind, part in package.related("") if kind == "core-properties"), "docProps/core.xml")
    root = package.xml(name)
    if root is None:
        return Properties()
    title, author, comments = (root.findtext(_DC + tag) or "" for tag in ("title", "creator", "description"))
    dates = [root.findtext(_DCTERMS + tag) for tag in ("modified", "created")]
    return properties([title], [author], dates, comments)


def _symbol(code: str) -> str:
    """The character of a ``w:sym``; '' for one of a symbol font, which means nothing in another."""
    char = chr(int(code, 16)) if _HEXADECIMAL.fullmatch(code) else ""
    return "" if char in _PRIVATE_USE else char


class _Reader:
    def __init__(self, package: Package, main: str) -> None:
        self.flow = Flow()
        self._package = package
        self._related = {number: (kind, part) for number, kind, part in package.related(main)}
        self._styles = Styles(self._part("styles"))
        self._notes: dict[tuple[str, str], Element] = {}
        for kind in ("footnote", "endnote"):
            root = self._part(f"{kind}s")
            for note in root.iter(W + kind) if root is not None else ():
                if note.get(W + "type", "normal") == "normal":
                    self._notes[kind, note.get(W + "id", "")] = note
        self._in_note = False
        self._paragraphs: list[Look] = []  # of the open paragraphs, innermost last
        self._run = NO_LOOK
        self._revised = self._embedded = False

    def _part(self, wanted: str) -> Element | None:
        name = next((part for kind, part in self._related.values() if kind == wanted), "")
        return self._package.xml(name)

    def warnings(self) -> list[str]:
        found = self.flow.warnings(revised=self._revised)
        if self._embedded:
            found.append("Another document is embedded in it and was left out: add that one by itself.")
        return found

    def walk(self, top: Element) -> None:
        """Everything below ``top``, in document order."""
        from lxml import etree

        events = etree.iterwalk(top, events=("start", "end"))
        opened: set[Element] = set()
        for event, element in events:
            tag = element.tag
            if event == "end":
                if element in opened:
                    opened.remove(element)
                    self._close(element)
            elif tag in _SKIPPED or self._is_left_out(element):
                self._revised = self._revised or tag in _DELETED
                events.skip_subtree()
            elif tag.startswith(W):
                if self._open(element, tag[len(W) :]):
                    opened.add(element)
            elif tag == _MATH + "t":
                self.flow.text((element.text or "").replace(_FUNCTION_APPLICATION, ""), self._run)
            elif tag in _OPERATORS:
                self.flow.text(_OPERATORS[tag], self._run)
            elif tag == DIAGRAM + "relIds":
                self._diagram(element.get(RELATIONSHIPS + "dm", ""))

    def _is_left_out(self, element: Element) -> bool:
        name = element.tag
        if name == _COMPATIBILITY + "Fallback":
            return element.getparent().find(_COMPATIBILITY + "Choice") is not None  # the same once more
        if name == W + "p":
            style = self._styles.get(value_of(element.find(W + "pPr"), "pStyle"))
            return any(_TABLE_OF_CONTENTS.match(n) for n in style.names)
        if name == W + "sdt":
            about = element.find(W + "sdtPr")
            gallery = about.find(f"{W}docPartObj/{W}docPartGallery") if about is not None else None
            contents = gallery is not None and gallery.get(W + "val", "").startswith("Table of")
            return contents or (about is not None and bool(switch_of(about, "showingPlcHdr")))
        if name == W + "tc":
            merged = element.find(f"{W}tcPr/{W}vMerge")
            return merged is not None and merged.get(W + "val", "continue") == "continue"
        if name == W + "tr" and element.find(f"{W}trPr/{W}del") is not None:
            self._revised = True
            return True
        return False

    def _open(self, element: Element, name: str) -> bool:
        """Begins an element; whether it opened a frame of the flow."""
        flow = self.flow
        if name == "p":
            self._open_paragraph(element)
            return True
        if name in ("tbl", "tr", "tc", "txbxContent"):
            flow.open("table" if name == "tbl" else "row" if name == "tr" else "cell" if name == "tc" else "box")
            return True
        if name == "r":
            own = element.find(W + "rPr")
            style = value_of(own, "rStyle")
            named = self._styles.get(style).look if style else NO_LOOK
            paragraph = self._paragraphs[-1] if self._paragraphs else NO_LOOK
            self._run = look_of(own).over(named).over(paragraph)
        elif name == "t":
            flow.text(element.text or "", self._run)
        elif name in ("tab", "ptab"):
            flow.text(" ", self._run)
        elif name in ("br", "cr"):
            flow.line_break()
        elif name == "noBreakHyphen":
            flow.text("-", self._run)
        elif name == "sym":
            flow.text(_symbol(element.get(W + "char", "")), self._run)
        elif name in ("footnoteReference", "endnoteReference"):
            self._note(name.removesuffix("Reference"), element.get(W + "id", ""))
        elif name == "altChunk":
            self._embedded = True
        self._revised = self._revised or element.tag in _INSERTED
        return False

    def _open_paragraph(self, element: Element) -> None:
        own = element.find(W + "pPr")
        style = self._styles.get(value_of(own, "pStyle"))
        look = Look(shaded=is_shaded(own)).over(style.look).over(self._styles.base)
        self._paragraphs.append(look)
        self._run = look
        self.flow.open_paragraph(*kind_of(own, style))

    def _close(self, element: Element) -> None:
        if element.tag != W + "p":
            self.flow.close()
            return
        self._paragraphs.pop()
        mark = element.find(f"{W}pPr/{W}rPr")
        goes_on = mark is not None and mark.find(W + "del") is not None  # its paragraph mark was deleted
        self.flow.close(goes_on=goes_on)

    def _note(self, kind: str, number: str) -> None:
        note = self._notes.pop((kind, number), None)
        if note is None or self._in_note:
            return
        run = self._run
        self._in_note = True
        self.flow.open("note")
        self.walk(note)
        self.flow.close()
        self._in_note = False
        self._run = run

    def _diagram(self, number: str) -> None:
        root = self._package.xml(self._related.get(number, ("", ""))[1])
        self.flow.open("box")
        for text in diagram_texts(root) if root is not None else ():
            self.flow.open_paragraph()
            self.flow.text(text, NO_LOOK)
            self.flow.close()
        self.flow.close()
