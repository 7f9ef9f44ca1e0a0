"""A page of a PDF as a picture, with the places where quotes stand on it."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.errors import SourceError

Mark = tuple[float, float, float, float]

_NO_PICTURE = "its PDF can't be shown as pictures of its pages: open the file itself"
_LEAST_PIECE = 12  # letters of a quote that must stand on the page, if it begins or ends on another


@dataclass(frozen=True, slots=True)
class PageImage:
    """Page number ``page`` of ``pages``: ``png`` is ``width`` by ``height`` pixels; ``marks`` are (x, y, width, height)
    as shares of the page's size, from its top left corner, a box for each line of a quote.
    """

    png: bytes
    width: int
    height: int
    marks: tuple[Mark, ...]
    page: int
    pages: int


def page_image(data: bytes, page: int, quotes: Sequence[str], width: int = 1000) -> PageImage:
    """Page number ``page`` (from 1) of a PDF, ``width`` pixels wide, with the quotes marked that stand on it.

    A quote is found whatever its white space, hyphens and ligatures, and so is its part on this page if it begins or
    ends on another. Raises SourceError if the file can't be read or has no such page.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise SourceError(_NO_PICTURE) from error
    try:
        if not 1 <= page <= len(pdf):
            raise SourceError(f"it has no page {page}, only {len(pdf)}")
        opened = pdf[page - 1]
        page_width, page_height = opened.get_size()
        if page_width <= 0 or page_height <= 0:
            raise SourceError(_NO_PICTURE)
        scale = min(width / page_width, 4 * width / page_height)
        picture = opened.render(scale=scale).to_pil()
        target = io.BytesIO()
        picture.save(target, "PNG")
        marks = _marks(opened, quotes, page_width, page_height)
        return PageImage(target.getvalue(), picture.width, picture.height, marks, page, len(pdf))
    except pypdfium2.PdfiumError as error:
        raise SourceError(_NO_PICTURE) from error
    finally:
        pdf.close()


def _marks(page: Any, quotes: Sequence[str], width: float, height: float) -> tuple[Mark, ...]:
    textpage = page.get_textpage()
    letters, places = _letters(textpage)
    found: list[Mark] = []
    for quote in quotes:
        for start, end in _spans(letters, quote):
            for left, top, right, bottom in _lines(page, textpage, places[start:end]):
                mark = (left / width, top / height, (right - left) / width, (bottom - top) / height)
                if mark not in found:
                    found.append(mark)
    textpage.close()
    return tuple(found)


def _letters(textpage: Any) -> tuple[str, list[int]]:
    """The letters and digits of the page, and which character each is."""
    import pypdfium2.raw as pdfium

    letters: list[str] = []
    places: list[int] = []
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if code < 0x110000 and not 0xD800 <= code < 0xE000:
            for letter in _plain(chr(code)):
                letters.append(letter)
                places.append(index)
    return "".join(letters), places


def _plain(text: str) -> str:
    """Letters and digits alone, without case, accents and ligatures."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in apart if char.isalnum())


def _spans(letters: str, quote: str) -> list[tuple[int, int]]:
    """Where a quote's letters stand; of one with an ellipsis, where each of its parts does."""
    found: list[tuple[int, int]] = []
    for part in re.split(r"\s*…\s*|\s\|\s", quote):
        plain = _plain(part)
        if not plain:
            continue
        start = letters.find(plain)
        if start >= 0:
            found.append((start, start + len(plain)))
        else:
            found += _pieces(letters, plain)
    return found


def _pieces(letters: str, quote: str) -> list[tuple[int, int]]:
    """The longest beginning of a quote that ends the page, or the longest end of it that begins the page.

    Running headers and footers may stand between, so it is looked for everywhere; else the parts of it that stand on
    the page between what does not (a footnote's mark, a box in the middle of it).
    """
    found: list[tuple[int, int]] = []
    position = 0
    while position + _LEAST_PIECE <= len(quote):
        size = _longest(letters, quote, position)
        if size >= _LEAST_PIECE:
            start = letters.find(quote[position : position + size])
            found.append((start, start + size))
            position += size
        else:
            position += max(1, _LEAST_PIECE // 4)
    return found


def _longest(letters: str, quote: str, position: int) -> int:
    """How many letters of the quote from ``position`` on stand together on the page."""
    low, high = 0, len(quote) - position
    while low < high:
        middle = (low + high + 1) // 2
        if quote[position : position + middle] in letters:
            low = middle
        else:
            high = middle - 1
    return low


def _lines(page: Any, textpage: Any, places: Sequence[int]) -> list[tuple[float, float, float, float]]:
    """A box for each line of the characters: left, top, right, bottom in points of the page as it is shown."""
    import pypdfium2.raw as pdfium

    rectangle = pdfium.FS_RECTF()
    boxes: list[list[float]] = []
    for place in dict.fromkeys(places):
        if not pdfium.FPDFText_GetLooseCharBox(textpage, place, rectangle):
            continue
        box = _shown(page, rectangle)
        turns = round(math.degrees(pdfium.FPDFText_GetCharAngle(textpage, place)) / 90) - page.get_rotation() // 90
        if boxes and _same_line(boxes[-1], box, along=turns % 2):
            last = boxes[-1]
            last[:] = min(box[0], last[0]), min(box[1], last[1]), max(box[2], last[2]), max(box[3], last[3])
        else:
            boxes.append([*box])
    return [(left, top, right, bottom) for left, top, right, bottom in boxes if right > left and bottom > top]


def _same_line(last: Sequence[float], box: Sequence[float], along: int) -> bool:
    """Whether two boxes stand in one line, which runs across (``along`` 0) or down (1) the page."""
    across = 1 - along
    shared = min(box[across + 2], last[across + 2]) - max(box[across], last[across])
    height = min(box[across + 2] - box[across], last[across + 2] - last[across])
    apart = max(box[along] - last[along + 2], last[along] - box[along + 2])
    return shared > 0.5 * height and apart < 4 * height


def _shown(page: Any, rectangle: Any) -> tuple[float, float, float, float]:
    """A rectangle of the page as it is shown: turned, cropped, from the top left corner."""
    left, bottom, right, top = page.get_cropbox()
    a, b = (rectangle.left, rectangle.bottom), (rectangle.right, rectangle.top)
    turn = page.get_rotation()
    points = [
        {
            0: (x - left, top - y),
            90: (y - bottom, x - left),
            180: (right - x, y - bottom),
            270: (top - y, right - x),
        }[turn]
        for x, y in (a, b)
    ]
    xs, ys = sorted(p[0] for p in points), sorted(p[1] for p in points)
    return xs[0], ys[0], xs[1], ys[1]
