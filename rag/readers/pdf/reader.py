"""From a PDF's bytes to its blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.errors import EmptySourceError
from rag.readers.blocks import Content, ContentBuilder
from rag.readers.pdf import ocr
from rag.readers.pdf.characters import read_words
from rag.readers.pdf.dehyphenation import Dehyphenator
from rag.readers.pdf.drawing import read_drawing, split_hidden
from rag.readers.pdf.fields import field_words
from rag.readers.pdf.furniture import without_furniture
from rag.readers.pdf.layout import Piece, laid_out
from rag.readers.pdf.opening import opened, page_of, stated_author, stated_date, stated_title
from rag.readers.pdf.paragraph_merging import merged
from rag.readers.pdf.paragraphs import Paragraph, measures, paragraphs, with_levels
from rag.readers.pdf.shapes import Box, PageShapes, Word
from rag.readers.roles import is_date
from rag.types import Role, SourceFile

_CAPTION = re.compile(r"(figure|fig\.?|photo|picture|image)\s*\d*\s*[:.–-]", re.IGNORECASE)
_SHOWN_WORDS = 8


def read_pdf(source: SourceFile) -> Content:
    """The blocks of a PDF, its pages as parts.

    Raises SourceError for a damaged or protected file, EmptySourceError for one without any text.
    """
    with opened(source.data) as pdf:
        reading = _read(pdf)
        metadata = pdf.get_metadata_dict()
    without_furniture(reading.pages)
    laid: list[list[Piece]] = [laid_out(page.words, page.rules) for page in reading.pages]
    how = measures(laid)
    found = [p for page, pieces in zip(reading.pages, laid, strict=True) for p in paragraphs(page.number, pieces, how)]
    found = merged(found, how)
    if not found:
        raise EmptySourceError(_why_empty(reading))
    with_levels(found)
    builder = ContentBuilder()
    text = _fill(builder, found)
    dated = any(is_date(p.lines[0].text) for p in found if len(p.lines) == 1)
    return builder.content(
        stated_title(metadata, text) or _largest_heading(found),
        published="" if dated else stated_date(metadata),
        author=stated_author(metadata, text),
        warnings=_warnings(reading),
    )


_TITLE_WITHIN = 5  # paragraphs from the top of the first page
_AS_LARGE = 0.97
_MOST_PAGES = 5_000
_A_SENTENCE = 6  # words; fewer set sideways are a label


@dataclass(slots=True)
class _Reading:
    """The pages, and the numbers of those that OCR read, that hold only a picture, and that are damaged."""

    pages: list[PageShapes] = field(default_factory=list)
    scanned: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    tried: int = 0  # pages given to OCR
    beyond: int = 0  # pages more than are read


def _read(pdf: Any) -> _Reading:
    reading = _Reading()
    tesseract = ocr.command()
    reading.beyond = max(0, len(pdf) - _MOST_PAGES)
    for index in range(min(len(pdf), _MOST_PAGES)):
        page = page_of(pdf, index)
        if page is None:
            reading.damaged.append(index + 1)
            continue
        shapes = _page(page, index + 1)
        if not shapes.words and not shapes.hidden and shapes.pictured > 0:
            if tesseract and reading.tried < ocr.MOST_PAGES:
                reading.tried += 1
                shapes.words = ocr.read_scan(page, tesseract)
            (reading.scanned if shapes.words else reading.unread).append(shapes.number)
        reading.pages.append(shapes)
        page.close()
    return reading


def _page(page: Any, number: int) -> PageShapes:
    """A page's words and rules, upright for the direction most of its text runs in."""
    left, bottom, right, top = page.get_cropbox()
    box = Box(left, bottom, right, top)
    textpage = page.get_textpage()
    by_angle = read_words(textpage, box)
    textpage.close()
    angle = (
        max(by_angle, key=lambda a: sum(len(w.text) for w in by_angle[a])) if by_angle else page.get_rotation() // 90
    )
    width, height = (right - left, top - bottom) if angle % 2 == 0 else (top - bottom, right - left)
    rules, pictured = read_drawing(page, box, angle)
    words = by_angle.pop(angle, [])
    seen, hidden = split_hidden(page, words, (width, height), angle, pictured) if words else ([], [])
    seen += field_words(page, box, angle, len(words))
    sideways = [word for words in by_angle.values() for word in words]
    return PageShapes(number, width, height, seen, rules, hidden, sideways, pictured)


def _fill(builder: ContentBuilder, found: Sequence[Paragraph]) -> str:
    """Adds the paragraphs to the builder and gives the text of them all."""
    dehyphenator = Dehyphenator(line.text for p in found for line in p.lines)
    texts = [_text(p, dehyphenator) for p in found]
    page = 0
    for index, paragraph in enumerate(found):
        if paragraph.page != page:
            page = paragraph.page
            builder.part("page", f"page {page}")
        text = texts[index]
        if paragraph.goes_on:
            builder.goes_on(text)
        else:
            if index + 1 < len(found) and found[index + 1].goes_on:
                text, between = dehyphenator.seam(text, texts[index + 1])
                texts[index + 1] = between + texts[index + 1]
            role: Role | None = "caption" if paragraph.kind == "paragraph" and _CAPTION.match(text) else None
            builder.add(paragraph.kind, text, paragraph.level, role=role)
    return "\n".join(texts)


def _text(paragraph: Paragraph, dehyphenator: Dehyphenator) -> str:
    if paragraph.cells:
        cells = [dehyphenator.text(line.text for line in cell) for cell in paragraph.cells]
        is_labelled = len(cells) == 2 and cells[0].endswith(":")
        return (" " if is_labelled else " | ").join(cells)
    text = dehyphenator.text(line.text for line in paragraph.lines)
    return text.removeprefix(paragraph.marker).lstrip() if paragraph.kind == "item" else text


def _largest_heading(found: Sequence[Paragraph]) -> str:
    """The heading near the top of the first page that is larger than every other."""
    headings = [paragraph for paragraph in found if paragraph.kind == "heading"]
    best = max(headings, key=lambda heading: heading.size, default=None)
    if best is None or not any(best is paragraph for paragraph in found[:_TITLE_WITHIN]):
        return ""
    if any(heading.size > _AS_LARGE * best.size for heading in headings if heading is not best):
        return ""
    return " ".join(line.text for line in best.lines)


def _warnings(reading: _Reading) -> list[str]:
    warnings: list[str] = []
    if reading.scanned:
        warnings.append(f"{_named(reading.scanned)} read by OCR (tesseract): some letters may be wrong.")
    if reading.beyond:
        warnings.append(f"Pages after {_MOST_PAGES:,} were not read: split the file into smaller ones.")
    if reading.damaged:
        warnings.append(f"{_named(reading.damaged)} not read: damaged. Print the file as a new PDF to mend it.")
    if reading.unread:
        one = len(reading.unread) == 1
        hint = (
            f": OCR reads {ocr.MOST_PAGES} pages of a file, each for {ocr.SECONDS} seconds at most"
            if ocr.command()
            else f": install tesseract and run 'rag sync --retry' to have {'it' if one else 'them'} read by OCR"
        )
        holds = "it holds a picture" if one else "they hold pictures"
        warnings.append(f"{_named(reading.unread)} not read, as {holds} and no text{hint}.")
    hidden = {page.number: page.hidden for page in reading.pages if any(w.text.strip() for w in page.hidden)}
    sideways = {page.number: page.sideways for page in reading.pages if len(page.sideways) >= _A_SENTENCE}
    return [*warnings, *_left_out("Hidden text", hidden), *_left_out("Text set sideways", sideways)]


def _left_out(what: str, words: Mapping[int, Sequence[Word]]) -> list[str]:
    """The warning that such words, by the number of their page, were left out, if there are any."""
    if not words:
        return []
    pages = ", ".join(map(str, words))
    first = _first_words(next(iter(words.values())))
    return [f"{what} on page{'s' if len(words) > 1 else ''} {pages} was left out: “{first}”."]


def _first_words(words: Sequence[Word]) -> str:
    shown = " ".join(word.text for word in words[:_SHOWN_WORDS])
    return f"{shown[:80]} …" if len(words) > _SHOWN_WORDS or len(shown) > 80 else shown


def _named(pages: Sequence[int]) -> str:
    if len(pages) == 1:
        return f"Page {pages[0]} was"
    return f"Pages {', '.join(map(str, pages[:20]))}{' and others' if len(pages) > 20 else ''} were"


def _why_empty(reading: _Reading) -> str:
    if any(page.hidden for page in reading.pages):
        return "all of its text is hidden: nothing of it can be seen on the pages"
    if reading.damaged:
        return "its pages are damaged and can't be read: open it in a PDF viewer, print it as a new PDF and add that"
    if not reading.unread:
        return "it has no text: its pages are empty"
    if ocr.command():
        return "scanned, no text: OCR (tesseract) found no words on its pages either"
    return "scanned, no text: install tesseract (the OCR program) and run 'rag sync --retry'"
