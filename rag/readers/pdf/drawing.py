"""What is drawn on a PDF page beside its text: rules, pictures; and which words nobody sees."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.readers.pdf.characters import Angle, turned
from rag.readers.pdf.shapes import Box, Rule, Word

if TYPE_CHECKING:
    from pypdfium2 import PdfMatrix

_MOST_SEGMENTS = 20_000
_MOST_OBJECTS = 50_000
_DEPTH = 5
_STRAIGHT = 1.5  # points a rule may be thick or off the straight
_SHORT = 5.0


def read_drawing(page: Any, box: Box, angle: Angle) -> tuple[list[Rule], float]:
    """The page's straight rules as text of this direction sees them, and the share of the page pictures cover."""
    import pypdfium2.raw as pdfium

    rules: list[Rule] = []
    pictured = 0.0
    segments = 0
    for obj, kind, matrix in _objects(page):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictured += _within(_bounds(obj, matrix), box).area
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and segments < _MOST_SEGMENTS:
            segments += max(0, pdfium.FPDFPath_CountSegments(obj))
            rules += [_turned_rule(start, end, angle, box) for start, end in _straight(obj, matrix)]
    return rules, pictured / box.area if box.area else 0.0


def _objects(page: Any) -> Iterator[tuple[Any, int, PdfMatrix]]:
    """All objects of the page with their kind, and the matrix of the forms they stand in."""
    import pypdfium2.raw as pdfium
    from pypdfium2 import PdfMatrix

    todo = [(pdfium.FPDFPage_GetObject(page, i), PdfMatrix(), 0) for i in range(pdfium.FPDFPage_CountObjects(page))]
    todo.reverse()
    seen = 0
    while todo and seen < _MOST_OBJECTS:
        obj, matrix, depth = todo.pop()
        seen += 1
        kind = pdfium.FPDFPageObj_GetType(obj)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield obj, kind, matrix
        elif depth < _DEPTH:
            inner = _matrix(obj).multiply(matrix)
            count = max(0, pdfium.FPDFFormObj_CountObjects(obj))
            todo += [(pdfium.FPDFFormObj_GetObject(obj, i), inner, depth + 1) for i in range(min(count, _MOST_OBJECTS))]


def _matrix(obj: Any) -> PdfMatrix:
    import pypdfium2.raw as pdfium
    from pypdfium2 import PdfMatrix

    matrix = pdfium.FS_MATRIX()
    return PdfMatrix.from_raw(matrix) if pdfium.FPDFPageObj_GetMatrix(obj, matrix) else PdfMatrix()


def _bounds(obj: Any, matrix: PdfMatrix) -> Box:
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(obj, left, bottom, right, top)
    (x0, y0), (x1, y1) = matrix.on_point(left.value, bottom.value), matrix.on_point(right.value, top.value)
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _within(inner: Box, outer: Box) -> Box:
    return Box(
        max(inner.x0, outer.x0), max(inner.top, outer.top), min(inner.x1, outer.x1), min(inner.bottom, outer.bottom)
    )


Point = tuple[float, float]


def _straight(path: Any, form: PdfMatrix) -> Iterator[tuple[Point, Point]]:
    """The level and upright sides of a path that is drawn; a thin filled box is one rule."""
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if not stroke.value and (not fill.value or _is_white(path)):
        return  # white boxes lie behind words; they are no table
    box = _bounds(path, form)
    if min(box.x1 - box.x0, box.bottom - box.top) <= 2 * _STRAIGHT:
        if max(box.x1 - box.x0, box.bottom - box.top) >= _SHORT:
            yield (box.x0, box.top), (box.x1, box.bottom)
        return
    matrix = _matrix(path).multiply(form)
    start = last = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium.FPDFPath_CountSegments(path), _MOST_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO and _is_straight(last, point):
            yield last, point
        if pdfium.FPDFPathSegment_GetClose(segment) and _is_straight(point, start):
            yield point, start
        last = point


def _is_white(path: Any) -> bool:
    import pypdfium2.raw as pdfium

    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(path, red, green, blue, alpha)
    return min(red.value, green.value, blue.value) > 250 or alpha.value == 0


def _is_straight(a: Point, b: Point) -> bool:
    across, along = sorted((abs(a[0] - b[0]), abs(a[1] - b[1])))
    return across <= _STRAIGHT and along >= _SHORT


def _turned_rule(a: Point, b: Point, angle: Angle, page: Box) -> Rule:
    (ax, ay), (bx, by) = turned(*a, angle, page), turned(*b, angle, page)
    return Rule(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


_SMALL = 1.5  # points; nobody reads smaller letters
_FAINT = 10  # steps of 255 between the lightest and the darkest spot of a word that nobody sees
_OCR_SHARE = 0.5  # a scan covers more of its page than this


def split_hidden(
    page: Any, words: list[Word], size: tuple[float, float], angle: Angle, pictured: float
) -> tuple[list[Word], list[Word]]:
    """The words that are seen, and those that are not.

    Unseen are words off the page, too small to read, without colour, or where the page, drawn, shows nothing. The
    unseen text that lies on a scan is what OCR read from it, and counts as seen.
    """
    width, height = size
    scanned = pictured > _OCR_SHARE
    pixels = _pixels(page, width, height, angle)
    seen: list[Word] = []
    unseen: list[Word] = []
    for word in words:
        outside = not (-1 <= (word.x0 + word.x1) / 2 <= width + 1 and -1 <= word.baseline <= height + word.style.size)
        hidden = outside or word.style.size < _SMALL or (not scanned if word.style.invisible else _blank(pixels, word))
        (unseen if hidden else seen).append(word)
    # Where most of a page seems blank though the file draws it, the drawing failed, not the page.
    by_pixels = [w for w in unseen if not w.style.invisible and w.style.size >= _SMALL]
    if len(by_pixels) <= len(seen):
        return seen, unseen
    left_out = {id(w) for w in unseen} - {id(w) for w in by_pixels}
    return [w for w in words if id(w) not in left_out], [w for w in words if id(w) in left_out]


_MOST_PIXELS = 1600


def _pixels(page: Any, width: float, height: float, angle: Angle) -> tuple[Any, float]:
    """The page as drawn, upright for text of this direction, and pixels a point."""
    scale = min(1.25, _MOST_PIXELS / max(width, height, 1.0))
    turn = (angle * 90 - page.get_rotation()) % 360
    bitmap = page.render(scale=scale, rotation=turn)
    pixels = bitmap.to_numpy().copy()
    bitmap.close()
    return pixels, scale


def _blank(drawn: tuple[Any, float], word: Word) -> bool:
    """Whether nothing can be seen where the word stands."""
    pixels, scale = drawn
    if not any(char.isalnum() for char in word.text):
        return False
    top, bottom = word.baseline - 0.75 * word.style.size, word.baseline + 0.05 * word.style.size
    left, right = max(0, int(word.x0 * scale)), int(word.x1 * scale) + 1
    spot = pixels[max(0, int(top * scale)) : int(bottom * scale) + 1, left:right]
    if not spot.size:
        return False
    return bool(int((spot.max(axis=(0, 1)) - spot.min(axis=(0, 1))).max()) < _FAINT)
