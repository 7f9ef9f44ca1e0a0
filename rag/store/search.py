"""Searching rows: by cosine with FAISS, by words with BM25."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.types import Vectors

Hits = tuple[NDArray[np.int64], NDArray[np.float32]]

#: BM25's parameters: how soon a repeated word stops counting, how much a long passage is held back.
K1, B = 1.2, 0.75


class FlatVectors:
    """Exact cosine search over unit vectors (a VectorStore)."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @staticmethod
    def dump(vectors: Vectors) -> memoryview:
        """The content of a FAISS file of (n, dimension) vectors; FAISS itself can't open every path."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        content: NDArray[np.uint8] = faiss.serialize_index(index)
        return content.data

    @classmethod
    def parse(cls, content: bytes) -> FlatVectors:
        """Raises ValueError if the content is no flat FAISS index."""
        import faiss

        try:
            index = faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8))
        except RuntimeError as error:
            raise ValueError("it is no FAISS index") from error
        if not isinstance(index, faiss.IndexFlatIP):
            raise ValueError("it is no flat inner-product index")  # noqa: TRY004
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def matrix(self) -> Vectors:
        """All vectors (n, dimension): a read-only view of FAISS's own memory."""
        if not len(self):
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.asarray(_Rows(self._index))

    def search(self, vector: Vectors, k: int, allowed: Collection[int] | None = None) -> Hits:
        """Rows and cosines of the ``k`` nearest among the ``allowed`` rows (all by default), best first.

        ``vector`` has shape (dimension,) or (1, dimension). Fewer than ``k`` come back if there are no more.
        """
        import faiss

        _check_k(k)
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if query.shape[1] != self.dimension:
            raise ValueError(f"the vector should have {self.dimension} numbers, has {query.shape[1]}")
        parameters, candidates = None, len(self)
        if allowed is not None:
            rows = _existing(allowed, len(self))
            selector: Any = faiss.IDSelectorBatch(rows)
            parameters, candidates = faiss.SearchParameters(sel=selector), len(rows)  # type: ignore[call-arg]
        if not candidates:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        scores, found = self._index.search(query, min(k, candidates), params=parameters)
        best = np.lexsort((found[0], -scores[0]))
        return found[0][best], scores[0][best]


class WordScores:
    """BM25 over the passages' words (a TextIndex): a sum of columns of a precomputed sparse matrix.

    The columns are words; ``rows[start[c]:start[c + 1]]`` are the passages that hold word ``c`` and
    ``scores`` beside them what it is worth there.
    """

    ARRAYS = ("scores", "rows", "start")

    def __init__(self, vocabulary: Sequence[str], arrays: Mapping[str, NDArray[Any]], n_passages: int) -> None:
        self._column = {word: column for column, word in enumerate(vocabulary)}
        self._scores, self._rows, self._start = arrays["scores"], arrays["rows"], arrays["start"]
        self._n = n_passages
        if len(self._start) != len(vocabulary) + 1 or self._start[-1] != len(self._rows):
            raise ValueError("the words and their scores don't fit together")

    @staticmethod
    def compute(passages: Sequence[Sequence[str]]) -> tuple[list[str], dict[str, NDArray[Any]]]:
        """The vocabulary, sorted, and the arrays of the matrix, by bm25s in Lucene's variant."""
        import bm25s

        vocabulary = sorted({word for words in passages for word in words})
        if not vocabulary:
            empty = np.zeros(0, dtype=np.int32)
            return [], {
                "scores": empty.astype(np.float32),
                "rows": empty,
                "start": np.zeros(1, dtype=np.int64),
            }
        column = {word: number for number, word in enumerate(vocabulary)}
        bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
        columns = [[column[word] for word in words] for words in passages]
        bm25.index((columns, column), create_empty_token=False, show_progress=False)
        matrix = bm25.scores
        return vocabulary, {"scores": matrix["data"], "rows": matrix["indices"], "start": matrix["indptr"]}

    def __len__(self) -> int:
        return self._n

    def __contains__(self, word: object) -> bool:
        """Whether the word stands in any passage."""
        return word in self._column

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Every passage's score, (n,). A word given twice counts twice."""
        total = np.zeros(self._n, dtype=np.float32)
        for word in words:
            if (column := self._column.get(word)) is not None:
                part = slice(self._start[column], self._start[column + 1])
                total[self._rows[part]] += self._scores[part]
        return total

    def idf(self, words: Sequence[str]) -> NDArray[np.float32]:
        """How rare each word is; no passage's score can exceed the sum over the query's words."""
        columns = [self._column.get(word) for word in words]
        counts = [0 if c is None else self._start[c + 1] - self._start[c] for c in columns]
        frequency = np.array(counts, dtype=np.float64)
        return np.log1p((self._n - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)

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


class _Rows:
    """FAISS's memory as numpy sees it; an array made from it keeps the index alive."""

    def __init__(self, index: Any) -> None:
        import faiss

        view = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)
        self.owner = index
        self.__array_interface__ = {
            "version": 3,
            "shape": (index.ntotal, index.d),
            "typestr": view.dtype.str,
            "data": (view.ctypes.data, True),
        }


def _check_k(k: int) -> None:
    if k < 1:
        raise ValueError(f"k should be at least 1, is {k}")


def _existing(allowed: Collection[int], n: int) -> NDArray[np.int64]:
    rows = np.unique(np.fromiter(allowed, dtype=np.int64, count=len(allowed)))
    return rows[(rows >= 0) & (rows < n)]
