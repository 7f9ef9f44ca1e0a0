"""How an evidence pack looks in Word: its page and its styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.shared import RGBColor
    from docx.text.paragraph import Paragraph

#: Our own styles: beneath a quote, small print, what is not there any more, a table's cells, the list of sources.
AUTHORED, REFERENCE, WARNING, CELL_QUOTE, SOURCE = (
    "Quote Reference",
    "Small Print",
    "Not There Any More",
    "Table Words",
    "Source",
)
_INK, _ACCENT, _SOFT, _WASH, _RULE = "1C2830", "1F5573", "56646D", "EAF1F4", "B9C9D2"
_FONT = "Arial"  # everywhere, or a font of the same widths


def prepare(document: WordDocument) -> None:
    """A4, one font, British English, and the styles that are used."""
    from docx.shared import Cm

    styles: Any = document.styles
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.3)
    _language(document)
    _style(document, "Normal", size=10.5, after=6, line=1.15)
    _style(document, "Title", size=22, colour=_ACCENT, after=8, border=False)
    _style(document, "Heading 1", size=15, colour=_ACCENT, before=18, after=6, bold=True)
    _style(document, "Heading 2", size=11.5, colour=_INK, before=12, after=4, bold=True)
    _style(document, "Quote", size=10.5, colour=_INK, before=4, after=2, left=0.6, italic=False, bar=True)
    _style(document, "List Bullet", size=10.5, after=4)
    _style(document, "Footer", size=8.5, colour=_SOFT)
    _style(document, AUTHORED, size=8.5, colour=_SOFT, after=8, left=0.6, own=True, bar=True)
    _style(document, REFERENCE, size=9, colour=_SOFT, after=6, own=True)
    styles[REFERENCE].paragraph_format.keep_with_next = True
    _style(document, WARNING, size=10.5, colour="8A1F14", after=6, bold=True, own=True)
    _style(document, CELL_QUOTE, size=9.5, before=2, after=2, own=True)
    _style(document, SOURCE, size=10, after=4, left=0.9, hanging=0.9, own=True)
    styles[SOURCE].paragraph_format.tab_stops.add_tab_stop(Cm(0.9))


def _style(
    document: WordDocument,
    name: str,
    *,
    size: float,
    colour: str = _INK,
    before: float = 0,
    after: float = 0,
    line: float = 0,
    left: float = 0,
    hanging: float = 0,
    bold: bool = False,
    italic: bool = False,
    own: bool = False,
    bar: bool = False,
    border: bool = True,
) -> None:
    """``size``, ``before`` and ``after`` in points; ``left`` and ``hanging`` in cm; ``bar``: a line at its left."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) if own else document.styles[name]
    if own:
        style.base_style = document.styles["Normal"]
        style.quick_style = True
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
    style.font.color.rgb = RGBColor.from_string(colour)
    _font(style)
    form = style.paragraph_format
    form.space_before, form.space_after, form.widow_control = Pt(before), Pt(after), True
    if line:
        form.line_spacing = line
    if left:
        form.left_indent = Cm(left)
    if hanging:
        form.first_line_indent = Cm(-hanging)
    if bar:
        _borders(style, "left", space="8", colour=_RULE, width="18")
    if not border:
        _no_borders(style)


def _font(style: Any) -> None:
    """The same font for every script, instead of the theme's."""
    from docx.oxml.ns import qn

    style.font.name = _FONT
    fonts = style.element.rPr.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), _FONT)


def _borders(style: Any, side: str, *, space: str, colour: str, width: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    form = style.element.get_or_add_pPr()
    _no_borders(style)
    borders, line = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", width), ("space", space), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    # The schema wants the elements of a paragraph's properties in its own order.
    after = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")
    form.insert_element_before(borders, *after)


def _no_borders(style: Any) -> None:
    from docx.oxml.ns import qn

    form = style.element.get_or_add_pPr()
    for borders in form.findall(qn("w:pBdr")):
        form.remove(borders)


def _language(document: WordDocument) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), "en-GB")


def soft() -> RGBColor:
    """The colour of what stands behind."""
    from docx.shared import RGBColor

    return RGBColor.from_string(_SOFT)


def rule(table: Any) -> None:
    """Thin lines between and around the cells of a table, flush with the text above it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _RULE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), "108")  # twentieths of a point: the space within its cells
    indent.set(qn("w:type"), "dxa")
    # The schema wants these before the layout, in this order.
    layout = table._tbl.tblPr.find(qn("w:tblLayout"))
    layout.addprevious(indent)
    layout.addprevious(borders)


def shade(cell: Any) -> None:
    """The ground of a table's header."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    ground = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _WASH)):
        ground.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(ground)


def add_field(paragraph: Paragraph, name: str) -> None:
    """A field that Word works out: PAGE, NUMPAGES."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field: Any = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run: Any = OxmlElement("w:r")
    text: Any = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
