"""What stands on a page for the page's sake: running headers and footers, page numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.readers.pdf.layout import lines_of
from rag.readers.pdf.shapes import Line, PageShapes, Word

_ZONE = 0.13  # share of the page's height at its top and bottom where furniture stands
_LOW = 0.75  # share of the page's height below which a page number may stand
_ROWS = 4  # of a zone, outermost
_NEAR = 6.0  # points a running line may move by from page to page
_REACH = 2  # left and right pages may differ
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.?|pg\.?)?\s*[-–—|•]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*(?:(?:of|/)\s*\d{1,4})?\s*[-–—|•]?\s*(?:page|p\s*a\s*g\s*e)?",
    re.IGNORECASE,
)
_NAMED_NUMBER = re.compile(r"page\s*\d{1,4}\s*(?:of|/)\s*\d{1,4}", re.IGNORECASE)


@dataclass(slots=True)
class _Candidate:
    page: PageShapes
    line: Line
    bottom: bool
    outermost: bool
    key: str


def without_furniture(pages: Sequence[PageShapes]) -> None:
    """Takes the furniture off the pages."""
    for page in pages:
        page.words = [word for word in page.words if not (word.style.artifact and _is_outside(page, word))]
    candidates = [candidate for page in pages for candidate in _candidates(page)]
    groups: dict[tuple[str, bool], list[_Candidate]] = {}
    for candidate in candidates:
        groups.setdefault((candidate.key, candidate.bottom), []).append(candidate)
    dropped: dict[int, set[int]] = {}
    for group in groups.values():
        for index, candidate in enumerate(group):
            if _is_page_number(candidate, len(pages)) or _runs(group, index):
                dropped.setdefault(candidate.page.number, set()).update(id(w) for w in candidate.line.words)
    for page in pages:
        if gone := dropped.get(page.number):
            # What stands alone on its page is what the page is for.
            page.words = [word for word in page.words if id(word) not in gone] or page.words


def _is_outside(page: PageShapes, word: Word) -> bool:
    return word.bottom <= _ZONE * page.height or word.top >= (1 - _ZONE) * page.height


def _candidates(page: PageShapes) -> list[_Candidate]:
    lines = lines_of(page.words)
    top = [line for line in lines if line.bottom <= _ZONE * page.height][:_ROWS]
    bottom = [line for line in reversed(lines) if line.top >= (1 - _ZONE) * page.height][:_ROWS]
    if not bottom and lines and lines[-1].top > _LOW * page.height:
        bottom = lines[-1:]  # a page number may stand right below a short text
    return [
        _Candidate(page, line, zone is bottom, index == 0, re.sub(r"\d+", "#", line.text.casefold()))
        for zone in (top, bottom)
        for index, line in enumerate(zone)
    ]


def _is_page_number(candidate: _Candidate, pages: int) -> bool:
    text = candidate.line.text.strip()
    if not _PAGE_NUMBER.fullmatch(text) or not any(char.isalnum() for char in text):
        return False
    if text == str(candidate.page.number) or _NAMED_NUMBER.fullmatch(text):
        return candidate.outermost
    return (
        pages > 1
        and candidate.outermost
        and (candidate.bottom or candidate.line.top < _ZONE / 2 * candidate.page.height)
    )


def _runs(group: Sequence[_Candidate], index: int) -> bool:
    """Whether the same words stand at the same place of a page nearby."""
    own = group[index]
    if sum(char.isalpha() for char in own.key) < 3:
        return False
    for other in group[max(0, index - _REACH) : index + _REACH + 1]:
        apart = abs(other.page.number - own.page.number)
        if 0 < apart <= _REACH and abs(other.line.baseline - own.line.baseline) <= _NEAR:
            return True
    return False
