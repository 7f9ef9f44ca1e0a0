"""What headings and labels say they are: a step of an account, matter around cases, a case's own name."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.cases.facts import fact_kind, label_key, labelled
from rag.cases.places import places
from rag.text.patterns import patterns
from rag.types import Block, Document, Span

Family = Literal["context", "aims", "deed", "result", "lessons", "fact", "name", ""]

_PATTERNS = patterns("sections")
#: The steps in which accounts of projects are told. A case repeats the steps of the case before it.
_FAMILIES: tuple[Family, ...] = ("name", "context", "aims", "deed", "result", "lessons", "fact")

_TITLE_WORDS = 18


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading, a line that may be one, or a run-in label ('Aims: ...'), as ``block`` begins with it."""

    block: int
    key: str
    family: Family
    level: int  # of a heading; 0 of what is none

    @property
    def is_heading(self) -> bool:
        return self.level > 0


@lru_cache(maxsize=4096)
def family_of(key: str) -> Family:
    """Which step of an account a heading or label opens; '' if none."""
    if len(key) > 80:
        return ""
    for family in _FAMILIES:
        if _PATTERNS[family].fullmatch(key):
            return family
    return "fact" if fact_kind(key) else ""


@lru_cache(maxsize=4096)
def is_matter(key: str) -> bool:
    """Whether a heading stands over what surrounds cases: contents, methodology, references."""
    return len(key) <= 120 and bool(_PATTERNS["matter"].fullmatch(key))


def is_part_of_one(key: str) -> bool:
    """'Phase 2', 'Year 1', 'Workshop 3': parts of one undertaking."""
    return bool(_PATTERNS["parts_of_one"].match(key))


def is_over_many(key: str) -> bool:
    """'Case studies', 'Our projects': a heading with a case below it for each heading."""
    return len(key) <= 80 and bool(_PATTERNS["many"].fullmatch(key))


def tells_of_many(title: str) -> bool:
    return bool(_PATTERNS["many_in_title"].search(title))


def is_guidance(title: str) -> bool:
    """Whether a title announces advice rather than accounts."""
    return bool(_PATTERNS["guidance"].search(title)) and not tells_of_many(title)


def names_whose(text: str, span: Span) -> bool:
    """Whether a heading names a place or an organisation."""
    return bool(_PATTERNS["bodies"].search(text, *span)) or bool(places(text, *span))


def of_references(block: Block) -> bool:
    """Whether a block lists sources, which name people and bodies that had no part in the work."""
    return any(_is_references(label_key(heading)) for heading in block.heading_path[-2:])


@lru_cache(maxsize=4096)
def _is_references(key: str) -> bool:
    return bool(_PATTERNS["references"].fullmatch(key))


def may_be_title(text: str, block: Block) -> bool:
    """Whether a paragraph may be a heading that was not seen as one: short, capitalised, no sentence, no label."""
    words = text[block.start : block.end]
    return (
        block.kind == "paragraph"
        and block.role == "account"
        and 0 < len(words.split()) <= _TITLE_WORDS
        and (words[0].isupper() or words[0].isdigit())
        and words[-1] not in ".;,:!?”"
    )


def marks(document: Document) -> list[Mark]:
    """The headings and run-in labels of a document, in order."""
    found: list[Mark] = []
    for index, block in enumerate(document.blocks):
        text = document.text
        if block.kind == "heading":
            if block.role == "account":
                line = labelled(text, block.start, block.end)
                own = label_key(text[block.start : block.end])
                key = label_key(line[0]) if line and family_of(label_key(line[0])) in ("fact", "name") else own
                found.append(Mark(index, key, family_of(key), max(1, block.level)))
        elif line := labelled(text, block.start, block.end):
            key = label_key(line[0])
            if family := family_of(key):
                found.append(Mark(index, key, family, 0))
    return found


class Outline:
    """A document's marks, with what stands below and between them. All look-ups take logarithmic time or less."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.marks = marks(document)
        self.headings = [mark for mark in self.marks if mark.is_heading]
        self._starts = {part.start for part in document.parts if part.kind != "row"}
        self._told = [0]  # characters of account before each block
        for block in document.blocks:
            told = block.end - block.start if block.kind != "heading" and block.role == "account" else 0
            self._told.append(self._told[-1] + told)

    def span(self, block: int) -> Span:
        return self.document.blocks[block].start, self.document.blocks[block].end

    def words(self, block: int) -> str:
        return self.document.text[slice(*self.span(block))]

    def told(self, first: int, stop: int) -> int:
        """Characters of account in the blocks from ``first`` to before ``stop``."""
        return self._told[max(first, stop)] - self._told[first]

    @property
    def all_told(self) -> int:
        return self._told[-1]

    def opens_page(self, block: int) -> bool:
        """Whether a page, slide or chapter begins with the block."""
        return self.document.blocks[block].start in self._starts

    def is_line(self, block: int) -> bool:
        """Whether a block is a heading, a short line or a label with a short value rather than a sentence."""
        words = self.words(block)
        return len(words.split()) <= _TITLE_WORDS and words[-1] not in ".;!?”"

    def may_title(self, block: int) -> bool:
        """Whether a block is a heading or may be one."""
        found = self.document.blocks[block]
        return found.kind == "heading" or may_be_title(self.document.text, found)

    def headings_between(self, first: int, stop: int) -> list[Mark]:
        """The headings of the blocks from ``first`` to before ``stop``."""
        low = bisect_left(self.headings, first, key=lambda mark: mark.block)
        high = bisect_left(self.headings, stop, key=lambda mark: mark.block)
        return self.headings[low:high]
