"""Searching rows: by cosine with FAISS, by words with BM25."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rag.index.store.segment_arrays import Placement
from rag.types import Rows, Vectors

Hits = tuple[NDArray[np.int64], NDArray[np.float32]]

#: BM25's parameters: how soon a repeated word stops counting, how much a long passage is held back.
K1, B = 1.2, 0.75


class FlatVectors:
    """Exact cosine search over the unit vectors of a ``matrix`` (n, dimension)."""

    def __init__(self, matrix: Vectors) -> None:
        import faiss

        self.matrix = matrix
        self._index: Any = faiss.IndexFlatIP(matrix.shape[1])
        self._index.add(np.ascontiguousarray(matrix, dtype=np.float32))

    def search(self, vector: Vectors, k: int, allowed: Collection[int] | None = None) -> Hits:
        """Rows and cosines of the ``k`` nearest among the ``allowed`` rows (all by default), best first.

        ``vector`` has shape (dimension,) or (1, dimension). Fewer than ``k`` come back if there are no more.
        """
        import faiss

        _check_k(k)
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        n, dimension = self.matrix.shape
        if query.shape[1] != dimension:
            raise ValueError(f"the vector should have {dimension} numbers, has {query.shape[1]}")
        parameters, candidates = None, n
        if allowed is not None:
            rows = _existing(allowed, n)
            selector: Any = faiss.IDSelectorBatch(rows)
            parameters, candidates = faiss.SearchParameters(sel=selector), len(rows)  # type: ignore[call-arg]
        if not candidates:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        scores, found = self._index.search(query, min(k, candidates), params=parameters)
        best = np.lexsort((found[0], -scores[0]))
        return found[0][best], scores[0][best]


@dataclass(frozen=True, slots=True)
class WordCounts:
    """The words of a segment's passages: ``rows[start[c]:start[c + 1]]`` hold word ``c`` of the ``vocabulary``,
    ``counts`` says how often; ``lengths`` (n,) are the words of each passage.
    """

    vocabulary: Sequence[str]
    rows: NDArray[np.int32]
    counts: NDArray[np.int32]
    start: NDArray[np.int64]
    lengths: NDArray[np.int32]

    ARRAYS: ClassVar = ("rows", "counts", "start", "lengths")

    def __post_init__(self) -> None:
        if len(self.start) != len(self.vocabulary) + 1 or self.start[-1] != len(self.rows):
            raise ValueError("the words and their counts don't fit together")

    @classmethod
    def of(cls, passages: Sequence[Sequence[str]]) -> WordCounts:
        """Those of the words of each passage."""
        counted = [Counter(words) for words in passages]
        vocabulary = sorted({word for counts in counted for word in counts})
        column = {word: number for number, word in enumerate(vocabulary)}
        size = sum(map(len, counted))
        columns = np.fromiter((column[word] for counts in counted for word in counts), np.int64, size)
        counts = np.fromiter((n for counts in counted for n in counts.values()), np.int32, size)
        rows = np.repeat(np.arange(len(counted), dtype=np.int32), [len(counts) for counts in counted])
        order = np.argsort(columns, kind="stable")
        start = np.searchsorted(columns[order], np.arange(len(vocabulary) + 1)).astype(np.int64)
        lengths = np.array([counts.total() for counts in counted], dtype=np.int32)
        return cls(vocabulary, rows[order], counts[order], start, lengths)


class WordScores:
    """BM25 (in Lucene's variant) over the words of all segments' passages."""

    def __init__(self, parts: Sequence[WordCounts], placement: Placement) -> None:
        self._parts = parts
        self._n = len(placement)
        self._rows = [placement.rows_in(number, len(part.lengths)) for number, part in enumerate(parts)]
        self._columns = [{word: c for c, word in enumerate(part.vocabulary)} for part in parts]
        alive = [part.lengths[rows >= 0] for part, rows in zip(parts, self._rows, strict=True)]
        mean = sum(int(lengths.sum()) for lengths in alive) / max(1, self._n) or 1.0
        self._norms = [(K1 * (1 - B + B * part.lengths / mean)).astype(np.float32) for part in parts]

    def __len__(self) -> int:
        return self._n

    def __contains__(self, word: object) -> bool:
        """Whether the word stands in any passage."""
        return isinstance(word, str) and bool(len(self._found(word)[0]))

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Every passage's score, (n,). A word given twice counts twice."""
        total = np.zeros(self._n, dtype=np.float32)
        for word, times in Counter(words).items():
            rows, weights = self._found(word)
            total[rows] += np.float32(times) * self._idf(len(rows)) * weights
        return total

    def idf(self, words: Sequence[str]) -> NDArray[np.float32]:
        """How rare each word is; no passage's score can exceed the sum over the query's words."""
        return np.array([self._idf(len(self._found(word)[0])) for word in words], dtype=np.float32)

    def _idf(self, frequency: int) -> np.float32:
        return np.float32(np.log1p((self._n - frequency + 0.5) / (frequency + 0.5)))

    def _found(self, word: str) -> tuple[Rows, NDArray[np.float32]]:
        """The passages that hold a word, and what it weighs in each (0 to 1)."""
        found: list[Rows] = [np.zeros(0, dtype=np.int64)]
        weights: list[NDArray[np.float32]] = [np.zeros(0, dtype=np.float32)]
        for part, columns, rows, norms in zip(self._parts, self._columns, self._rows, self._norms, strict=True):
            if (column := columns.get(word)) is not None:
                here = slice(int(part.start[column]), int(part.start[column + 1]))
                local, counts = part.rows[here], part.counts[here].astype(np.float32)
                alive = rows[local] >= 0
                found.append(rows[local][alive])
                weights.append((counts / (counts + norms[local]))[alive])
        return np.concatenate(found), np.concatenate(weights)

    def search(self, words: Sequence[str], k: int, allowed: Collection[int] | None = None) -> Hits:
        """Rows and scores of the ``k`` best among the ``allowed`` rows (all by default), best first.

        A passage without any of the words is never found.
        """
        _check_k(k)
        scores = self.scores(words)
        if allowed is not None:
            forbidden = np.ones(self._n, dtype=bool)
            forbidden[_existing(allowed, self._n)] = False
            scores[forbidden] = 0
        found = np.flatnonzero(scores > 0)
        best = found[np.argsort(-scores[found], kind="stable")[:k]]
        return best.astype(np.int64), scores[best]


def _check_k(k: int) -> None:
    if k < 1:
        raise ValueError(f"k should be at least 1, is {k}")


def _existing(allowed: Collection[int], n: int) -> NDArray[np.int64]:
    rows = np.unique(np.fromiter(allowed, dtype=np.int64, count=len(allowed)))
    return rows[(rows >= 0) & (rows < n)]
