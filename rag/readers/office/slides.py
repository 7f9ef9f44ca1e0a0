"""PowerPoint presentations (.pptx, .pptm, .ppsx, .potx): a part for each slide, its notes after it."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rag.errors import SourceError
from rag.readers.blocks import Content, ContentBuilder
from rag.readers.office.package import (
    DIAGRAM,
    DRAWING,
    MAX_PART,
    RELATIONSHIP,
    RELATIONSHIPS,
    ZIP_ERRORS,
    Package,
    damaged,
    diagram_texts,
    left_out,
    parse_xml,
    properties,
)
from rag.types import SourceFile

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SAME_ROW = 0.04  # of the slide's height: tops nearer than that are side by side
_FURNITURE = frozenset(("SLIDE_NUMBER", "FOOTER", "DATE", "HEADER"))
_FURNITURE_FIELDS = ("slidenum", "datetime", "footer", "header")
_NO_BULLETS = frozenset(("TITLE", "CENTER_TITLE", "VERTICAL_TITLE", "TABLE", "CHART", "PICTURE"))
_PARTS_READ = (".xml", ".rels")


def read_pptx(source: SourceFile) -> Content:
    """The content of a presentation. Raises SourceError if it is damaged or none."""
    presentation = _opened(source.data)
    builder = ContentBuilder()
    reader = _Reader(builder, presentation)
    try:
        for number, slide in enumerate(presentation.slides, 1):
            reader.slide(number, slide)
        core = presentation.core_properties
        about = properties([core.title], [core.author], [core.modified, core.created], core.comments)
    except _parser_errors() as error:
        raise damaged(error) from error
    return builder.content(
        reader.title or about.title, published=about.published, author=about.author, warnings=reader.warnings()
    )


def _parser_errors() -> tuple[type[Exception], ...]:
    """What python-pptx is seen to raise on altered files."""
    from lxml.etree import LxmlError
    from pptx.exc import PythonPptxError

    return (
        *ZIP_ERRORS,
        LxmlError,
        PythonPptxError,
        AttributeError,
        TypeError,
        IndexError,
        AssertionError,
        RecursionError,
    )


def _opened(data: bytes) -> Presentation:
    from pptx.package import Package as Deck

    slim = _slimmed(Package(data), data)
    try:
        # Not pptx.Presentation(): it refuses shows and templates.
        part: Any = Deck.open(BytesIO(slim)).main_document_part
        presentation: Presentation = part.presentation
    except _parser_errors() as error:
        raise SourceError(
            "it is damaged, or no presentation: open it in PowerPoint, save it anew as .pptx and add that"
        ) from error
    return presentation


def _slimmed(package: Package, data: bytes) -> bytes:
    """The file without pictures and films, and without references to what is missing: python-pptx opens everything."""
    slim = BytesIO()
    total = 0
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(slim, "w") as new:
        for name in dict.fromkeys(old.namelist()):
            part = package.read(name) if name.endswith(_PARTS_READ) else b""
            total += len(part)
            if total > MAX_PART:
                raise SourceError(f"it unpacks to more than {MAX_PART >> 20} MB: split the presentation and add those")
            new.writestr(name, _whole(package, name, part) if name.endswith(".rels") else part)
    return slim.getvalue()


def _whole(package: Package, name: str, relationships: bytes) -> bytes:
    """A part's relationships without those to parts that are not in the file ('NULL')."""
    from lxml import etree

    root = parse_xml(relationships)
    folder = posixpath.dirname(posixpath.dirname(name))
    for element in list(root.iter(RELATIONSHIP)):
        target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
        parent = element.getparent()
        if element.get("TargetMode") != "External" and target not in package and parent is not None:
            parent.remove(element)
    return bytes(etree.tostring(root))


class _Reader:
    def __init__(self, builder: ContentBuilder, presentation: Presentation) -> None:
        self._builder = builder
        self._row = max(1, int((presentation.slide_height or 0) * _SAME_ROW))
        self._hidden_slides: list[int] = []
        self._pictures: list[int] = []
        self._charts: list[int] = []
        self._hidden: list[str] = []
        self.title = ""

    def warnings(self) -> list[str]:
        found = left_out("Hidden text", self._hidden)
        if self._hidden_slides:
            found.append(f"Hidden slides were left out: {_listed(self._hidden_slides)}.")
        if self._pictures:
            found.append(f"Slides of pictures alone, without text to read: {_listed(self._pictures)}.")
        if self._charts:
            found.append(f"The figures of charts were left out, on slides: {_listed(self._charts)}.")
        return found

    def slide(self, number: int, slide: Slide) -> None:
        if slide.element.get("show", "1") in ("0", "false"):
            self._hidden_slides.append(number)
            return
        self._builder.part("slide", f"slide {number}")
        title = slide.shapes.title
        if title is not None and (text := " ".join(title.text_frame.text.split())):
            self._builder.add("heading", text, 1 if number == 1 else 2)
            self.title = self.title or (text if number == 1 else "")
        shapes = list(self._in_order(slide.shapes))
        for shape in shapes:
            if title is None or shape.shape_id != title.shape_id:
                self._shape(shape, slide)
        if any(shape.has_chart for shape in shapes):
            self._charts.append(number)
        if not any(text.strip() for shape in shapes for text in shape.element.itertext()):
            self._pictures += [number] if any(shape.element.tag == _P + "pic" for shape in shapes) else []
        if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
            for paragraph in notes.paragraphs:
                self._builder.add("paragraph", _text(paragraph._p))

    def _in_order(self, shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
        """Shapes from top to bottom, those side by side from left to right; groups as what they hold."""
        stack = list(reversed(self._sorted(shapes)))
        while stack:
            shape: Any = stack.pop()
            if shape.element.find(f".//{_P}cNvPr").get("hidden", "0") in ("1", "true"):
                self._hidden += [_text(paragraph) + " " for paragraph in shape.element.iter(DRAWING + "p")]
            elif shape.element.tag == _P + "grpSp":
                stack += reversed(self._sorted(shape.shapes))
            elif _placeholder(shape) not in _FURNITURE:
                yield shape

    def _sorted(self, shapes: Iterable[BaseShape]) -> list[BaseShape]:
        placed = sorted(shapes, key=lambda shape: shape.top or 0)
        rows: list[list[BaseShape]] = []
        for shape in placed:
            if rows and (shape.top or 0) - (rows[-1][0].top or 0) <= self._row:
                rows[-1].append(shape)
            else:
                rows.append([shape])
        return [shape for row in rows for shape in sorted(row, key=lambda shape: shape.left or 0)]

    def _shape(self, shape: Any, slide: Slide) -> None:
        if shape.has_table:
            for row in shape.element.iter(DRAWING + "tr"):  # python-pptx's rows take time by the square of their number
                self._builder.add("paragraph", _row(row))
        elif shape.has_text_frame:
            inherited = _level_styles(shape, slide)
            for paragraph in shape.text_frame.paragraphs:
                bulleted = _has_bullet(paragraph._p, paragraph.level, inherited)
                self._builder.add(
                    "item" if bulleted else "paragraph", _text(paragraph._p), paragraph.level + 1 if bulleted else 0
                )
        elif shape.has_chart:
            chart = shape.chart
            if chart.has_title and chart.chart_title.has_text_frame:
                self._builder.add("paragraph", chart.chart_title.text_frame.text)
        elif (diagram := shape.element.find(f".//{DIAGRAM}relIds")) is not None:
            part = slide.part.rels.get(diagram.get(RELATIONSHIPS + "dm", ""))
            if part is not None and not part.is_external:
                for text in diagram_texts(parse_xml(part.target_part.blob)):
                    self._builder.add("paragraph", text)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _placeholder(shape: Any) -> str:
    """The kind of placeholder a shape is ('BODY'); '' for none."""
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    return kind.name if kind is not None else ""


def _text(paragraph: Any) -> str:
    """The text of an ``a:p``, without slide numbers and dates that change by themselves."""
    parts: list[str] = []
    for child in paragraph:
        if child.tag == DRAWING + "br":
            parts.append("\n")
        elif child.tag == DRAWING + "r" or (
            child.tag == DRAWING + "fld" and not child.get("type", "").startswith(_FURNITURE_FIELDS)
        ):
            parts.append(child.findtext(DRAWING + "t") or "")
    return "".join(parts)


def _row(row: Any) -> str:
    """'a | b | c'; what was merged into another cell is left out."""
    whole = [cell for cell in row.iter(DRAWING + "tc") if not {cell.get("hMerge"), cell.get("vMerge")} & {"1", "true"}]
    cells = [" ".join(" ".join(_text(p) for p in cell.iter(DRAWING + "p")).split()) for cell in whole]
    while cells and not cells[-1]:
        cells.pop()
    return " | ".join(cells)


def _level_styles(shape: Any, slide: Slide) -> list[Any]:
    """The list styles a shape's paragraphs inherit from, nearest first: its own, its layout's, the master's."""
    holders = [shape]
    masters: list[Any] = []
    if shape.is_placeholder:
        layout: Any = slide.slide_layout
        index = shape.placeholder_format.idx
        holders += [p for p in layout.placeholders if p.placeholder_format.idx == index]
        if _placeholder(shape) not in _NO_BULLETS:
            master = layout.slide_master
            holders += [p for p in master.placeholders if _placeholder(p) == "BODY"]
            masters = [master.element.find(f"{_P}txStyles/{_P}bodyStyle")]
    styles = [holder.element.find(f"{_P}txBody/{DRAWING}lstStyle") for holder in holders] + masters
    return [style for style in styles if style is not None]


def _has_bullet(paragraph: Any, level: int, inherited: Iterable[Any]) -> bool:
    """Whether a paragraph is shown with a bullet or number: the nearest that says so decides."""
    stated = [paragraph.find(DRAWING + "pPr"), *(style.find(f"{DRAWING}lvl{level + 1}pPr") for style in inherited)]
    for properties_ in stated:
        for child in properties_ if properties_ is not None else ():
            if child.tag == DRAWING + "buNone":
                return False
            if child.tag in (DRAWING + "buChar", DRAWING + "buAutoNum", DRAWING + "buBlip"):
                return True
    return False
