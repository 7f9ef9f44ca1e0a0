"""The interfaces that the house's rooms offer each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from rag.types.arrays import Rows, Scores, TokenVectors, Vectors


class Embedder(Protocol):
    """Turns text into unit vectors. ``window`` is the most word pieces the model reads at once."""

    @property
    def name(self) -> str: ...
    @property
    def checksum(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def window(self) -> int: ...
    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, the model's own start and end marks included."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), unit length."""

    def encode_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """(n, dimension), unit length, and each text's token vectors, in one pass."""

    def encode_queries(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """The same of queries."""


class VectorStore(Protocol):
    """Cosine search over rows of unit vectors."""

    @property
    def matrix(self) -> Vectors:
        """All vectors, (n, dimension)."""

    def search(self, vector: Vectors, k: int, allowed: Collection[int] | None = None) -> tuple[Rows, Scores]:
        """Rows and cosines of the ``k`` nearest of the ``allowed`` rows (all by default), best first."""


class TextIndex(Protocol):
    """BM25 over rows of words."""

    def __contains__(self, word: object) -> bool:
        """Whether the word stands in any row."""

    def idf(self, words: Sequence[str]) -> Scores:
        """How rare each word is."""

    def scores(self, words: Sequence[str]) -> Scores:
        """Every row's score, (n,)."""

    def search(self, words: Sequence[str], k: int, allowed: Collection[int] | None = None) -> tuple[Rows, Scores]:
        """Rows and scores of the ``k`` best of the ``allowed`` rows (all by default), best first."""


class Reranker(Protocol):
    """A last stage that reads question and passage together."""

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """How well each passage answers, (n,)."""
