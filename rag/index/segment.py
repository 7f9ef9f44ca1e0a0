"""Documents into a segment of the index: split, embedded in one pass, their tokens and units kept."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index.late_interaction import TokenIndex
from rag.index.near_duplicates import SIZE, near_duplicates, signature
from rag.index.quotable_units import QuotableUnitIndex, QuotableUnitRows, unit_rows
from rag.index.split import Splitter
from rag.index.store.index import OpenIndex, SegmentContents
from rag.text.words import stems, stop_stems
from rag.types import Document, Embedder, ParsedDocument, Passage, TokenVectors, Vectors

_CHUNK = 64  # passages embedded at a time

#: The array of the documents' signatures (``rag.index.near_duplicates``), (documents, 128).
SIGNATURES = "document_signatures"


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document, its cases and its passages."""

    parsed: ParsedDocument
    passages: tuple[Passage, ...]


def split_document(parsed: ParsedDocument, embedder: Embedder, tokens: int) -> SplitDocument:
    """The passages of a document, filled up to ``tokens`` tiktoken tokens and no longer than the model reads."""
    splitter = Splitter(tokens, embedder.window, embedder.count_pieces)
    return SplitDocument(parsed, tuple(splitter.split(parsed.document, parsed.cases)))


def contents_of(
    found: Sequence[SplitDocument],
    embedder: Embedder,
    directions: Vectors | None,
    progress: Callable[[int, int], None] | None = None,
) -> SegmentContents:
    """A segment of these documents. ``directions`` are those that the index's token vectors are kept in, if it has any.

    ``progress`` is called with how many passages are embedded, and of how many.
    """
    documents = {one.parsed.document.doc_id: one.parsed.document for one in found}
    passages = [passage for one in found for passage in one.passages]
    vectors, arrays = _embedded(embedder, documents, passages, directions, progress)
    signatures = [signature(document.text) for document in documents.values()]
    return SegmentContents(
        documents=list(documents.values()),
        cases=[case for one in found for case in one.parsed.cases],
        passages=passages,
        vectors=vectors,
        words=_words(passages),
        arrays=arrays | {SIGNATURES: np.array(signatures, dtype=np.uint32).reshape(-1, SIZE)},
    )


def _embedded(
    embedder: Embedder,
    documents: Mapping[str, Document],
    passages: Sequence[Passage],
    directions: Vectors | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[Vectors, dict[str, NDArray[Any]]]:
    """The passages' vectors (n, dimension) and the arrays of their tokens and units, in one pass of the encoder."""
    units: dict[int, QuotableUnitRows] = {}
    vectors = np.zeros((len(passages), embedder.dimension), dtype=np.float32)
    order = list(range(len(passages)))
    random.Random(0).shuffle(order)  # the token index fits its directions on the first that come

    def encoded() -> Iterator[tuple[int, TokenVectors, list[int]]]:
        for start in range(0, len(order), _CHUNK):
            rows = order[start : start + _CHUNK]
            chunk, tokens = embedder.encode_passages([passages[row].searchable for row in rows])
            vectors[rows] = chunk
            if progress:
                progress(start + len(rows), len(order))
            for row, found in zip(rows, tokens, strict=True):
                passage, places = passages[row], _places(passages[row], found)
                units[row] = unit_rows(documents[passage.doc_id], passage, found, places)
                yield row, found, places

    arrays = TokenIndex.build(encoded(), embedder.dimension, directions)
    return vectors, arrays | QuotableUnitIndex.build([units[row] for row in range(len(passages))], embedder.dimension)


def _places(passage: Passage, tokens: TokenVectors) -> list[int]:
    """Where each token of the searchable text begins in the document; -1 for those of the context."""
    before = len(passage.searchable) - len(passage.text)
    return [start - before + passage.start if start >= before else -1 for start, _ in tokens.spans]


def _words(passages: Sequence[Passage]) -> list[list[str]]:
    """What BM25 has of each passage."""
    stop = stop_stems()
    return [[word for word in stems(passage.searchable) if word not in stop] for passage in passages]


def joined(index: OpenIndex) -> SegmentContents:
    """One segment of the documents of several, opened as an index, without embedding them again."""
    passages = list(index.passages)
    return SegmentContents(
        documents=list(index.documents.values()),
        cases=list(index.cases.values()),
        passages=passages,
        vectors=index.vectors.matrix,
        words=_words(passages),
        arrays=TokenIndex(index.arrays).segment()
        | QuotableUnitIndex(index.arrays).segment()
        | {SIGNATURES: index.document_arrays.rows(SIGNATURES)},
    )


def copies_in(index: OpenIndex) -> dict[str, str]:
    """Documents that are nearly the same as an earlier one: doc_id -> the doc_id of that."""
    return near_duplicates(list(index.documents), index.document_arrays.rows(SIGNATURES))
