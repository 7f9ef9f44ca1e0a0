"""An embedder whose vectors can be worked out by hand: one direction a word of a small vocabulary.

Words outside it share a few more directions, by the sum of their letters, so that few of them are alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rag.index.parse import parse
from rag.types import Parsed, SourceFile, TokenVectors, Vectors

VOCABULARY = ("booking", "maternity", "farmers", "market", "mosque", "screening", "diabetes", "leaflet")
_WORD = re.compile(r"\w+")


_OTHERS = 24


class FakeEmbedder:
    """Counts the words of VOCABULARY, unit length; other words count a tenth."""

    name = "fake"
    checksum = "0" * 64
    dimension = len(VOCABULARY) + _OTHERS
    window = 256

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Words, and two marks as real models have them."""
        return [len(_WORD.findall(text)) + 2 for text in texts]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self.embed_queries(texts)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        found = []
        for text in texts:
            words = list(_WORD.finditer(text))[: self.window - 2]
            vectors = np.zeros((len(words), self.dimension), dtype=np.float32)
            for row, word in enumerate(words):
                vectors[row, self._place(word.group())] = 1.0
            found.append(TokenVectors(vectors, [word.span() for word in words]))
        return found

    def encode_queries(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        return self.embed_queries(texts), self.embed_tokens(texts)

    def encode_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        return self.embed_passages(texts), self.embed_tokens(texts)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, dtype=np.float32)
        vector[-1] = 0.01  # even a text without words has a direction
        for word in _WORD.findall(text):
            place = self._place(word)
            vector[place] += 1.0 if place < len(VOCABULARY) else 0.1
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit

    @staticmethod
    def _place(word: str) -> int:
        if word.lower() in VOCABULARY:
            return VOCABULARY.index(word.lower())
        return len(VOCABULARY) + sum(map(ord, word.lower())) % _OTHERS


class Here:
    """A parser in this process: for files that the tests made themselves."""

    @staticmethod
    def parse(source: SourceFile) -> Parsed:
        return parse(source)

    @staticmethod
    def close() -> None:
        """There is nothing to let go of."""
