"""A PDF page's characters become upright words with their style."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rag.readers.pdf.shapes import Box, Style, Word

_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi|cmbx|[-,]bd\b", re.IGNORECASE)
_STYLED_NAME = re.compile(r"regular|roman|light|medium|italic|book|psmt|mt$", re.IGNORECASE)
_BOLD_WEIGHT = 680  # guessed by the library from the strokes' width: 400 to 630 for what is not bold
_FORCE_BOLD = 1 << 18
_INVISIBLE_MODES = (3, 7)
_STROKED_TOO = 2
_SLANT = 8.0  # degrees from upright
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_HYPHENS = "\u00ad\ufffe\u0002"  # characters that are shown as a hyphen
Angle = int  # quarter turns, anticlockwise
_ARTIFACT = "Artifact\0".encode("utf-16-le")
_UNITS = {"m", "km", "cm", "mm", "ft"}


@dataclass(slots=True)
class _Run:
    style: Style
    angle: Angle | None  # None: slanted, as watermarks are


@dataclass(slots=True)
class _Glyph:
    text: str
    x0: float
    x1: float
    baseline: float
    style: Style
    angle: Angle
    right_to_left: bool


def turned(x: float, y: float, angle: Angle, page: Box) -> tuple[float, float]:
    """A point of the page (y upwards, ``page.top`` its lower edge) as text of this direction sees it."""
    if angle == 0:
        return x - page.x0, page.bottom - y
    if angle == 1:
        return y - page.top, x - page.x0
    if angle == 2:
        return page.x1 - x, y - page.top
    return page.bottom - y, page.x1 - x


def read_words(textpage: Any, page: Box) -> dict[Angle, list[Word]]:
    """All words of the page by the direction they run in; slanted text (watermarks) is left out."""
    found: dict[Angle, list[Word]] = {}
    word: list[_Glyph] = []
    close = False
    for glyph in [*_decoded(list(_glyphs(textpage, page))), None]:
        broken = _broken(word[-1], glyph) if word else None
        if broken:
            words = found.setdefault(word[0].angle, [])
            words.append(_word(word, sum(map(len, found.values())), close))
            close = glyph is not None and broken == "close" and _closes(word, glyph)
            word = []
        if glyph:
            word.append(glyph)
        elif not word:
            close = False
    return found


def _glyphs(textpage: Any, page: Box) -> Iterator[_Glyph | None]:
    """The characters that show something, and None for a blank."""
    import pypdfium2.raw as pdfium

    runs: dict[int, _Run] = {}
    rectangle, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(textpage.count_chars()):
        text = _shown(pdfium.FPDFText_GetUnicode(textpage, index))
        obj = pdfium.FPDFText_GetTextObject(textpage, index) if text else None
        if not obj:
            yield None
            continue
        address = ctypes.addressof(obj.contents)
        run = runs.get(address)
        if run is None:
            run = runs[address] = _run(textpage, index, obj)
        if run.angle is None:
            continue
        pdfium.FPDFText_GetLooseCharBox(textpage, index, rectangle)
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        left, _ = turned(rectangle.left, rectangle.bottom, run.angle, page)
        right, _ = turned(rectangle.right, rectangle.top, run.angle, page)
        _, baseline = turned(x.value, y.value, run.angle, page)
        rtl = unicodedata.bidirectional(text[0]) in ("R", "AL")
        yield _Glyph(text, min(left, right), max(left, right), baseline, run.style, run.angle, rtl)


def _shown(code: int) -> str:
    """The character as shown, '' for a blank."""
    char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
    if not char or char in "\u200b\u2028\u2029" or (char >= " " and char.isspace()):
        return ""
    return "-" if char in _HYPHENS else _LIGATURES.get(char, char)


#: TrueType fonts keep to one order of glyphs; a file that states no letters for them gives the glyphs' numbers.
_GLYPH_SHIFT = 29
_GLYPH_BLANK = "\x03"
_BLANKS_SHARE = 0.05
_GLYPHS = {135: "•", 177: "–", 178: "—", 179: "“", 180: "”", 181: "‘", 182: "’"}
_UNKNOWN = "\ufffd"
_APOSTROPHE = re.compile(r"(?<=[a-z])\ufffd(?=(?:s|t|re|ve|ll|d)?\W*$)")


def _decoded(glyphs: list[_Glyph | None]) -> list[_Glyph | None]:
    """Text that is given by the numbers of its glyphs ('WKH' is 'the') as the letters it shows."""
    numbered = sum(1 for g in glyphs if g and g.text == _GLYPH_BLANK) > _BLANKS_SHARE * len(glyphs)
    found: list[_Glyph | None] = []
    for glyph in glyphs:
        if glyph is None or glyph.text in ((_GLYPH_BLANK,) if numbered else "\t\n\r"):
            found.append(None)
        elif numbered:
            glyph.text = _of_number(ord(glyph.text[0]))
            found.append(glyph)
        elif glyph.text >= " ":
            found.append(glyph)
    return found


def _of_number(number: int) -> str:
    return chr(number + _GLYPH_SHIFT) if number < 98 else _GLYPHS.get(number, _UNKNOWN)


def _broken(last: _Glyph, glyph: _Glyph | None) -> str | None:
    """Why a glyph does not belong to the word of the last one: 'apart', 'close' (raised or lowered), or None."""
    if glyph is None or glyph.angle != last.angle:
        return "apart"
    size = max(last.style.size, glyph.style.size)
    shift = last.baseline - glyph.baseline
    gap = last.x0 - glyph.x1 if last.right_to_left and glyph.right_to_left else glyph.x0 - last.x1
    if abs(shift) > 0.7 * size or gap > 0.28 * size or gap < -1.5 * size:
        return "apart"
    smaller = glyph.style.size < 0.8 * last.style.size and 0.15 * size < shift
    larger = last.style.size < 0.8 * glyph.style.size and shift < -0.15 * size
    return "close" if smaller or larger else None


def _closes(word: list[_Glyph], glyph: _Glyph) -> bool:
    """Whether a raised glyph is part of the word ('1st', 'm²'), or what follows it; a note's number is neither."""
    if glyph.style.size > word[-1].style.size:
        return not word[-1].text[0].isdigit()
    return glyph.text.isalpha() or "".join(g.text for g in word) in _UNITS


def _word(glyphs: list[_Glyph], order: int, close: bool) -> Word:
    style = max((g.style for g in glyphs), key=lambda s: s.size)
    right_to_left = sum(g.right_to_left for g in glyphs) * 2 > len(glyphs)
    if right_to_left and glyphs[0].x0 < glyphs[-1].x0:
        glyphs = glyphs[::-1]  # drawn from the left
    return Word(
        _APOSTROPHE.sub("’", "".join(g.text for g in glyphs)),
        min(g.x0 for g in glyphs),
        max(g.x1 for g in glyphs),
        glyphs[0].baseline,
        style,
        order,
        right_to_left,
        close,
    )


def _run(textpage: Any, index: int, obj: Any) -> _Run:
    import pypdfium2.raw as pdfium

    matrix, size = pdfium.FS_MATRIX(), ctypes.c_float()
    pdfium.FPDFText_GetMatrix(textpage, index, matrix)
    pdfium.FPDFTextObj_GetFontSize(obj, size)
    scaled = abs(size.value) * math.hypot(matrix.c, matrix.d)
    degrees = math.degrees(math.atan2(matrix.b, matrix.a)) % 360
    quarter = round(degrees / 90)
    angle = quarter % 4 if abs(degrees - 90 * quarter) <= _SLANT else None
    mode = pdfium.FPDFTextObj_GetTextRenderMode(obj)
    red, green, blue, alpha = (ctypes.c_uint(255) for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(obj, red, green, blue, alpha)
    style = Style(
        round(scaled * 4) / 4 or 0.25,
        _is_bold(pdfium.FPDFTextObj_GetFont(obj)) or mode == _STROKED_TOO,
        mode in _INVISIBLE_MODES or (mode == 0 and alpha.value == 0),
        _is_artifact(obj),
    )
    return _Run(style, angle)


def _is_bold(font: Any) -> bool:
    import pypdfium2.raw as pdfium

    if not font:
        return False
    buffer = ctypes.create_string_buffer(256)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
    name = buffer.value.decode("utf-8", "replace")
    if _BOLD_NAME.search(name) or pdfium.FPDFFont_GetFlags(font) & _FORCE_BOLD:
        return True
    return not _STYLED_NAME.search(name) and pdfium.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT


def _is_artifact(obj: Any) -> bool:
    """Whether the file marks the text as no part of its account (/Artifact: running headers and the like)."""
    import pypdfium2.raw as pdfium

    buffer, length = ctypes.create_string_buffer(64), ctypes.c_ulong()
    for index in range(max(0, pdfium.FPDFPageObj_CountMarks(obj))):
        mark = pdfium.FPDFPageObj_GetMark(obj, index)
        name = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
        if pdfium.FPDFPageObjMark_GetName(mark, name, 64, length) and buffer.raw.startswith(_ARTIFACT):
            return True
    return False
