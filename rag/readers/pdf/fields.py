"""What is filled into a PDF's form, and typed onto its pages."""

from __future__ import annotations

import ctypes
from typing import Any

from rag.readers.pdf.characters import Angle, turned
from rag.readers.pdf.shapes import Box, Style, Word

_MOST_ANNOTATIONS = 5000
_CHECKED = "☑"


def field_words(page: Any, box: Box, angle: Angle, order: int) -> list[Word]:
    """The words of filled-in fields and of text typed onto the page, where they stand."""
    import pypdfium2.raw as pdfium

    found: list[Word] = []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        text = _filled(annotation)
        rectangle = pdfium.FS_RECTF()
        if text and pdfium.FPDFAnnot_GetRect(annotation, rectangle):
            a = turned(rectangle.left, rectangle.bottom, angle, box)
            b = turned(rectangle.right, rectangle.top, angle, box)
            found += _placed(text, Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])), order)
            order += len(found) + 2
        pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _filled(annotation: Any) -> str:
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        return _string(annotation, b"Contents")
    if kind != pdfium.FPDF_ANNOT_WIDGET or pdfium.FPDFAnnot_GetFlags(annotation) & pdfium.FPDF_ANNOT_FLAG_HIDDEN:
        return ""
    state = _string(annotation, b"AS")
    if state:
        return "" if state == "Off" else _CHECKED
    return _string(annotation, b"V")


def _string(annotation: Any, key: bytes) -> str:
    import pypdfium2.raw as pdfium

    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace").strip()


def _placed(text: str, box: Box, order: int) -> list[Word]:
    """The words of a field, its lines from the top of its box."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    size = min(11.0, max(4.0, 0.75 * (box.bottom - box.top) / max(1, len(lines))))
    found: list[Word] = []
    for row, words in enumerate(lines):
        baseline = (
            box.top + (row + 0.95) * size * 1.15 if len(lines) > 1 else box.bottom - 0.28 * (box.bottom - box.top)
        )
        width = min(0.5 * size, (box.x1 - box.x0) / max(1, sum(len(w) + 1 for w in words)))
        x = box.x0
        for word in words:
            found.append(Word(word, x, x + width * len(word), baseline, Style(size), order + len(found)))
            x += width * (len(word) + 1)
    return found
