"""What a case tells, sentence by sentence, each with the step of the account it stands under."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rag.cases.facts import label_key, labelled
from rag.cases.sections import Family, family_of
from rag.text.words import sentences
from rag.types import Block, Document, Span


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence, list item or fact line: ``text[start:end]`` of the document, within ``block``.

    ``step`` is the step of the account that the nearest heading or label above it names ('aims', 'deed', 'result',
    ...), or ''.
    """

    start: int
    end: int
    block: Block
    step: Family

    @property
    def path(self) -> str:
        """The headings above it."""
        return " ".join(self.block.heading_path)


@dataclass(frozen=True)
class Account:
    """The ``blocks`` of a document that tell of one case, its headings among them, and the spans of its ``titles``.

    Of blocks that tell of others too only the sentences ``within`` some spans are the case's.
    """

    document: Document
    blocks: tuple[Block, ...]
    titles: tuple[Span, ...] = ()
    within: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The document's text."""
        return self.document.text

    def words(self, told: Told) -> str:
        """Those of one of its sentences."""
        return self.document.text[told.start : told.end]

    @property
    def is_all(self) -> bool:
        """Whether all of the document tells of this case, so that its title says what the case is about."""
        return not self.within and 10 * len(self.blocks) >= 9 * len(self.document.blocks)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Where the blocks of the account stand, without contacts, calls to take part and the like."""
        return tuple((b.start, b.end) for b in self.blocks if b.role == "account")

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """The account's sentences, in order, without headings."""
        found = []
        for block in self.blocks:
            if block.role != "account" or block.kind == "heading":
                continue
            step = _step(self.document, block)
            for start, end in sentences(self.text, block.start, block.end):
                if not self.within or any(a <= start and end <= b for a, b in self.within):
                    found.append(Told(start, end, block, step))
        return tuple(found)


def _step(document: Document, block: Block) -> Family:
    line = labelled(document.text, block.start, block.end)
    if line and (step := family_of(label_key(line[0]))):
        return step
    return next((step for heading in reversed(block.heading_path) if (step := family_of(label_key(heading)))), "")
