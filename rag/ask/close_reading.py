"""Reading passages closely: how well each passage, and each unit in it that can be quoted, meets a question.

Three signals of a unit: ``meaning``, late interaction between the question's tokens and those of the unit, its lead-in
and the passage's context; ``words``, the idf share of the question's words that stand in it; ``cosine`` of its vector
and the question's. The same score ranks passages (by their best unit) and chooses quotes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.index.late_interaction import QuestionTokens, TokenIndex
from rag.index.quotable_units import QuotableUnit, QuotableUnitIndex, word_key
from rag.index.store.segment_arrays import SegmentedArrays, ranges, starts_of
from rag.text.synonyms import Phrase
from rag.types import Rows, Scores, Vectors

#: Shares of a unit's score: chosen from a grid by how often the best sentence held the answer of public questions;
#: few differed much.
MEANING, WORDS, COSINE = 0.5, 0.125, 0.375


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading ``n`` passages gave: ``late`` (n,), how well each meets the question's words by meaning, and the
    signals of their units; those of passage ``i`` are ``start[i]:start[i + 1]``.
    """

    late: Scores
    start: Rows
    meaning: Scores
    words: Scores
    cosine: Scores

    @property
    def score(self) -> Scores:
        """The one figure that quotes are chosen by, of every unit: about 0 to 1."""
        combined: Scores = MEANING * self.meaning + WORDS * self.words + COSINE * self.cosine
        return combined

    @property
    def best(self) -> Scores:
        """The score of each passage's best unit, (n,); 0 of a passage with none."""
        score = self.score
        pairs = zip(self.start[:-1], self.start[1:], strict=True)
        return np.array([score[a:b].max(initial=0.0) for a, b in pairs], dtype=np.float32)


class Reader:
    """Reads the passages of an index."""

    def __init__(self, arrays: SegmentedArrays) -> None:
        self.tokens = TokenIndex(arrays)
        self._units = QuotableUnitIndex(arrays)

    def units(self, row: int) -> list[QuotableUnit]:
        """What can be quoted of a passage, in order."""
        return self._units.units(row)

    def read(
        self,
        rows: Sequence[int] | Rows,
        *,
        tokens: QuestionTokens,
        vector: Vectors,
        words: Mapping[str, float],
        alternatives: Mapping[str, tuple[Phrase, ...]],
    ) -> Reading:
        """How the passages at ``rows`` meet a question: its ``tokens``, its ``vector`` (dimension,), its content
        ``words`` (stem -> weight) and the phrases that stand for them.
        """
        rows = np.asarray(rows, dtype=np.int64)
        vectors, start, context = self.tokens.gathered(rows)
        similarity = tokens.vectors @ vectors.T
        first, last = self._units.first[rows], self._units.last[rows]
        units = ranges(first, last)
        owner = np.repeat(np.arange(len(rows)), last - first)
        bounds = self._units.tokens[units] + start[owner, None]
        own = np.maximum(_best(similarity, bounds[:, 0], bounds[:, 1]), _best(similarity, bounds[:, 2], bounds[:, 3]))
        around = _best(similarity, start[:-1], start[:-1] + context)
        return Reading(
            late=_weighted(_best(similarity, start[:-1], start[1:]), tokens.weights),
            start=starts_of(last - first),
            meaning=_weighted(np.maximum(own, around[:, owner]), tokens.weights),
            words=self._stated(first, last, words, alternatives),
            cosine=np.maximum(0.0, self._units.vectors[units].astype(np.float32) @ vector),
        )

    def _stated(
        self, first: Rows, last: Rows, words: Mapping[str, float], alternatives: Mapping[str, tuple[Phrase, ...]]
    ) -> Scores:
        """The share of the words' weight that stands in each of the units, themselves or by a phrase of theirs."""
        bounds = self._units.words_start
        counts = np.diff(bounds)[ranges(first, last)]
        kept = self._units.words[ranges(bounds[first], bounds[last])]
        owner = np.repeat(np.arange(len(counts)), counts)

        def holds(word: str) -> NDArray[np.bool_]:
            found = np.zeros(len(counts), dtype=bool)
            found[owner[kept == word_key(word)]] = True
            return found

        total = np.zeros(len(counts), dtype=np.float32)
        for word, weight in words.items():
            found = holds(word)
            for phrase in alternatives.get(word, ()):
                found |= np.logical_and.reduce([holds(other) for other in phrase])
            total += np.float32(weight) * found
        return total / np.float32(sum(words.values()) or 1.0)


def _best(similarity: Vectors, first: Rows, last: Rows) -> Vectors:
    """The best of each row of ``similarity`` (k, m) in each range of columns, (k, ranges); 0 where there is none."""
    padded = np.concatenate([similarity, np.zeros((len(similarity), 1), np.float32)], axis=1)
    edges = np.stack([first, last], axis=1).ravel()
    best: Vectors = np.maximum.reduceat(padded, edges, axis=1)[:, ::2] if len(edges) else padded[:, :0]
    best[:, first >= last] = 0.0
    return np.maximum(best, 0.0)


def _weighted(best: Vectors, weights: Scores) -> Scores:
    total = weights.sum()
    return weights @ best / total if total > 0 else np.zeros(best.shape[1], np.float32)
