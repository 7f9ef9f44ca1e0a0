"""Arrays, and what a text's tokens are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from rag.types.documents import Span

if TYPE_CHECKING:  # 'rag --help' should not wait for it
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
Scores: TypeAlias = "NDArray[np.float32]"
Rows: TypeAlias = "NDArray[np.int64]"


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """A text's tokens: unit ``vectors`` (n, width) and where each token stands in the text.

    The model's start and end marks are left out, and so is what lies beyond its window.
    """

    vectors: Vectors
    spans: list[Span]
