"""How an evidence pack looks in Word: its page and styles are those of ``rag/data/pack.docx``, changed in Word."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.shared import RGBColor
    from docx.text.paragraph import Paragraph

#: The template's own styles: beneath a quote, small print, what is not there any more, a table's cells, the sources.
AUTHORED, REFERENCE, WARNING, CELL_QUOTE, SOURCE = (
    "Quote Reference",
    "Small Print",
    "Not There Any More",
    "Table Words",
    "Source",
)
_SOFT, _WASH, _RULE = "56646D", "EAF1F4", "B9C9D2"


def empty_document() -> WordDocument:
    """The template: A4, one font, British English, no words."""
    from docx import Document

    with files("rag").joinpath("data/pack.docx").open("rb") as template:
        return Document(template)


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def soft() -> RGBColor:
    """The colour of what stands behind."""
    from docx.shared import RGBColor

    return RGBColor.from_string(_SOFT)


def rule(table: Any) -> None:
    """Thin lines between and around the cells of a table, flush with the text above it."""
    borders = _element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color=_RULE))
    # The schema wants these before the layout, in this order; the indent, in twentieths of a point, is the space within
    # its cells.
    layout = table._tbl.tblPr.first_child_found_in("w:tblLayout")
    layout.addprevious(_element("w:tblInd", w="108", type="dxa"))
    layout.addprevious(borders)


def shade(cell: Any) -> None:
    """The ground of a table's header."""
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=_WASH))


def mark(row: Any, name: str) -> None:
    """Says of a table's row that it is a header, or that it is not to be split."""
    row._tr.get_or_add_trPr().append(_element(name))


def add_field(paragraph: Paragraph, name: str) -> None:
    """A field that Word works out: PAGE, NUMPAGES."""
    field, run, text = _element("w:fldSimple", instr=name), _element("w:r"), _element("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
