"""The interfaces that the house's rooms offer each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.types.arrays import Scores, TokenVectors, Vectors


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


class Reranker(Protocol):
    """A last stage that reads question and passage together."""

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """How well each passage answers, (n,)."""
