"""How a unit is quoted: with the sentence that says who 'They' are, with the whole of a short list."""

from __future__ import annotations

from rag.index.quotable_units import QuotableUnit
from rag.text.patterns import patterns
from rag.text.words import sentences
from rag.types import Document, Passage, Span


def with_antecedent(document: Document, unit: QuotableUnit, passage: Passage) -> tuple[Span, ...]:
    """The unit's core, and the sentence before it where it opens with a word that points back ('They took place')."""
    start, end = unit.core
    if unit.lead_in or not patterns("follow_ups")["needs_antecedent"].match(document.text[start:end]):
        return (unit.core,)
    before = [span for span in sentences(document.text, passage.start, start) if span[1] <= start]
    if not before:
        return (unit.core,)
    gap = document.text[before[-1][1] : start]
    return (before[-1], unit.core) if "\n" in gap else ((before[-1][0], end),)


_SHORT_LIST_WORDS = 60
_SHORT_ITEM_WORDS = 12


def short_list(document: Document, unit: QuotableUnit) -> list[Span]:
    """All items of the list that ``unit`` is of, if they are few words each and together; else none."""
    if not unit.lead_in or document.blocks[unit.block].kind != "item":
        return []
    items = [
        (block.start, block.end) for block in document.blocks if block.kind == "item" and block.lead_in == unit.lead_in
    ]
    lengths = [len(document.text[start:end].split()) for start, end in items]
    return items if max(lengths) <= _SHORT_ITEM_WORDS and sum(lengths) <= _SHORT_LIST_WORDS else []
