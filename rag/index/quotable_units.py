"""What can be quoted alone: the sentences and list items of a passage, and what the index keeps of each.

A unit's vector is the mean of its tokens' vectors in the context of their passage ('late chunking', Günther et al.
2024), at full width: in the few directions that tokens are kept in, sentences are hard to tell apart.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index.store.segment_arrays import SegmentedArrays, ranges, starts_of
from rag.text.words import sentences, stems, stop_stems
from rag.types import Document, Passage, Span, TokenVectors

_LED = ("item", "quote")  # what its lead-in or speaker is quoted with


@dataclass(frozen=True, slots=True)
class QuotableUnit:
    """A sentence, a list item with its lead-in, a quotation with its speaker. ``core`` is without the ``lead_in``;
    ``block`` is the number of its block in the document.
    """

    core: Span
    lead_in: Span | None
    block: int

    @property
    def spans(self) -> tuple[Span, ...]:
        """The lead-in, if any, and the core, in order of the text."""
        return tuple(sorted((self.lead_in, self.core))) if self.lead_in else (self.core,)


def units(document: Document, passage: Passage) -> list[QuotableUnit]:
    """What can be quoted of a passage, in order."""
    found: list[QuotableUnit] = []
    led = {block.lead_in for block in document.blocks if block.kind in _LED and block.lead_in}
    for number, block in enumerate(document.blocks):
        start, end = max(block.start, passage.start), min(block.end, passage.end)
        if start >= end or block.kind == "heading":
            continue
        for span in sentences(document.text, start, end):
            # A lead-in or a speaker alone says nothing; they are quoted with what they lead.
            if span in led or not any(char.isalpha() for char in document.text[slice(*span)]):
                continue
            before = found[-1] if found else None
            if before and block.kind == "paragraph" and document.text[before.core[1] - 1] == ":":
                # 'For further details contact:' goes with the name on the next line.
                found[-1] = QuotableUnit((before.core[0], span[1]), before.lead_in, before.block)
            else:
                found.append(QuotableUnit(span, block.lead_in if block.kind in _LED else None, number))
    return found


@dataclass(frozen=True, slots=True)
class QuotableUnitRows:
    """What is kept of a passage's units: ``spans`` (u, 5: core, lead-in or -1, number of the block), ``tokens``
    (u, 4: which of the passage's tokens are the core and the lead-in), ``vectors`` (u, dimension) and ``words``.
    """

    spans: NDArray[np.int32]
    tokens: NDArray[np.int32]
    vectors: NDArray[np.float16]
    words: list[NDArray[np.uint32]]


def unit_rows(document: Document, passage: Passage, tokens: TokenVectors, places: Sequence[int]) -> QuotableUnitRows:
    """The units of a passage; ``places`` as in ``TokenIndex``: rising, -1 for tokens of the context."""
    found = units(document, passage)
    spans = [(*unit.core, *(unit.lead_in or (-1, -1)), unit.block) for unit in found]
    bounds = np.searchsorted(np.asarray(places), np.array([span[:4] for span in spans], dtype=np.int64).reshape(-1, 4))
    vectors = np.zeros((len(found), tokens.vectors.shape[1]), dtype=np.float16)
    for number, (start, end, *_) in enumerate(bounds):
        if start < end:
            mean = tokens.vectors[start:end].mean(axis=0)
            vectors[number] = mean / (np.linalg.norm(mean) or 1.0)
    words = [words_kept(stem for span in unit.spans for stem in stems(document.text[slice(*span)])) for unit in found]
    return QuotableUnitRows(np.array(spans, dtype=np.int32).reshape(-1, 5), bounds.astype(np.int32), vectors, words)


def words_kept(words: Iterable[str]) -> NDArray[np.uint32]:
    """The content words among stems, each once, as ``word_key`` has them."""
    return np.array(sorted({word_key(word) for word in set(words) - stop_stems()}), dtype=np.uint32)


def word_key(word: str) -> int:
    """A number that stands for a stem; of a million words two would share one in about a hundred pairs."""
    return zlib.crc32(word.encode("utf-8"))


class QuotableUnitIndex:
    """The units of every passage, as arrays: those of passage ``i`` are ``first[i]:last[i]``."""

    ARRAYS = ("unit_start", "unit_spans", "unit_tokens", "unit_vectors", "unit_words", "unit_words_start")

    def __init__(self, arrays: SegmentedArrays) -> None:
        self.first, self.last = arrays.ranges("unit_start")
        self.spans, self.tokens, self.vectors, self.words = map(
            arrays.stacked, ("unit_spans", "unit_tokens", "unit_vectors", "unit_words")
        )
        self.words_start = arrays.starts("unit_words_start")

    def segment(self) -> dict[str, NDArray[Any]]:
        """The arrays of one segment of these rows alone, in their order."""
        units = ranges(self.first, self.last)
        words_first, words_last = self.words_start[units], self.words_start[units + 1]
        return {
            "unit_start": starts_of(self.last - self.first),
            "unit_spans": self.spans[units],
            "unit_tokens": self.tokens[units],
            "unit_vectors": self.vectors[units],
            "unit_words": self.words[ranges(words_first, words_last)],
            "unit_words_start": starts_of(words_last - words_first),
        }

    @classmethod
    def build(cls, passages: Sequence[QuotableUnitRows], dimension: int) -> dict[str, NDArray[Any]]:
        """The arrays of an index over the passages' units, in order of their rows."""
        words = [unit for passage in passages for unit in passage.words]
        return {
            "unit_start": starts_of([len(passage.spans) for passage in passages]),
            "unit_spans": np.concatenate([np.zeros((0, 5), np.int32), *(passage.spans for passage in passages)]),
            "unit_tokens": np.concatenate([np.zeros((0, 4), np.int32), *(passage.tokens for passage in passages)]),
            "unit_vectors": np.concatenate(
                [np.zeros((0, dimension), np.float16), *(passage.vectors for passage in passages)]
            ),
            "unit_words": np.concatenate([np.zeros(0, np.uint32), *words]),
            "unit_words_start": starts_of(list(map(len, words))),
        }

    def units(self, row: int) -> list[QuotableUnit]:
        """The units of a passage, in order."""
        return [
            QuotableUnit((core_start, core_end), (lead_start, lead_end) if lead_start >= 0 else None, block)
            for core_start, core_end, lead_start, lead_end, block in self.spans[
                int(self.first[row]) : int(self.last[row])
            ].tolist()
        ]
