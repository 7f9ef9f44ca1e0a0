"""Late interaction: how well each word of a question is met by some word of a passage, by meaning.

The encoder gives every token a vector in its context. A question's token takes its best match among a passage's
tokens; the matches are averaged, rare words weighing more (ColBERT's MaxSim, Khattab and Zaharia 2020, with idf
weights and without a model trained for it). Mean token vectors also serve as sentence vectors, so that one pass of the
encoder over the passages is enough (``rag.index.quotable_units``).

Token vectors are kept in the ``WIDTH`` directions in which the library's tokens vary most, as int8: about 25 kB for a
passage of 200 tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index.store.segment_arrays import SegmentedArrays, ranges, starts_of
from rag.types import Rows, TokenVectors, Vectors

WIDTH = 128
_FITTED_ON = 512  # passages that the directions are fitted on
_STEP = np.float32(1 / 127)  # of the int8 scale: a unit vector's projections lie between -1 and 1


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """A question's tokens, projected (k, WIDTH), each with its weight (k,)."""

    vectors: Vectors
    weights: NDArray[np.float32]


class TokenIndex:
    """The compressed token vectors of every passage.

    ``start[i]:start[i + 1]`` are the tokens of passage ``i``; ``places`` holds where each begins in the clean text of
    its document, or -1 for a token of the passage's context.
    """

    ARRAYS = ("token_basis", "token_vectors", "token_start", "token_places")

    def __init__(self, arrays: SegmentedArrays) -> None:
        bases = arrays.parts("token_basis")
        if any(not np.array_equal(basis, bases[0]) for basis in bases[1:]):
            raise ValueError("the segments of an index should keep token vectors in the same directions")
        self._basis = np.asarray(bases[0]) if bases else np.zeros((0, 0), np.float32)
        self._vectors, self._places = arrays.stacked("token_vectors"), arrays.stacked("token_places")
        self._first, self._last = arrays.ranges("token_start")

    @classmethod
    def build(
        cls,
        passages: Iterable[tuple[int, TokenVectors, Sequence[int]]],
        dimension: int,
        basis: Vectors | None = None,
    ) -> dict[str, Any]:
        """The arrays of a segment over (row, tokens, places) in any order, every row once; ``places`` as in the class.

        ``basis`` are the directions of the index's other segments. Without it they are fitted on the first passages
        that come, so let them come in no special order.
        """
        rest = iter(passages)
        first = [] if basis is not None else list(islice(rest, _FITTED_ON))
        if basis is None:
            basis = _directions([tokens.vectors for _, tokens, _ in first], dimension)
        packed = {row: (_packed(tokens, basis), places) for row, tokens, places in chain(first, rest)}
        rows = [packed[row] for row in range(len(packed))]
        vectors = [v for v, _ in rows] or [np.zeros((0, basis.shape[1]), np.int8)]
        return {
            "token_basis": basis,
            "token_vectors": np.concatenate(vectors),
            "token_start": starts_of([len(v) for v, _ in rows]),
            "token_places": np.array([place for _, places in rows for place in places], dtype=np.int32),
        }

    def question(self, tokens: TokenVectors, weights: NDArray[np.floating[Any]]) -> QuestionTokens:
        """A question's tokens in the index's directions."""
        return QuestionTokens(
            tokens.vectors @ self._basis if len(tokens.vectors) else np.zeros((0, self._basis.shape[1]), np.float32),
            weights.astype(np.float32),
        )

    def segment(self) -> dict[str, Any]:
        """The arrays of one segment of these rows alone, in their order."""
        tokens = ranges(self._first, self._last)
        return {
            "token_basis": self._basis,
            "token_vectors": self._vectors[tokens],
            "token_start": starts_of(self._last - self._first),
            "token_places": self._places[tokens],
        }

    def gathered(self, rows: Rows) -> tuple[Vectors, Rows, Rows]:
        """The token vectors of several passages, one below the other (m, WIDTH); where each passage's begin in them
        and the end of the last (n + 1,); and how many of each passage's first ones are its context's (n,).
        """
        bounds = list(zip(self._first[rows].tolist(), self._last[rows].tolist(), strict=True))
        parts = [self._vectors[start:end] for start, end in bounds] or [np.zeros((0, self._basis.shape[1]), np.int8)]
        context = [np.searchsorted(self._places[start:end], 0) for start, end in bounds]
        lengths = [end - start for start, end in bounds]
        return (
            np.concatenate(parts).astype(np.float32) * _STEP,
            starts_of(lengths),
            np.array(context, dtype=np.int64),
        )


def _directions(vectors: Sequence[Vectors], dimension: int) -> Vectors:
    """The directions (dimension, at most WIDTH) that keep most of the dot products between ``vectors``."""
    gram = np.zeros((dimension, dimension))
    for part in vectors:
        gram += part.T.astype(np.float64) @ part
    _, basis = np.linalg.eigh(gram)
    kept: Vectors = np.ascontiguousarray(basis[:, ::-1][:, :WIDTH], dtype=np.float32)
    return kept


def _packed(tokens: TokenVectors, basis: Vectors) -> NDArray[np.int8]:
    packed: NDArray[np.int8] = np.clip(np.round(tokens.vectors @ basis / _STEP), -127, 127).astype(np.int8)
    return packed
