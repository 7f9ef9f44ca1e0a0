"""Precedent: cited answers and precedents from case studies, on your own machine.

>>> from rag import Library
>>> answer = Library.open().ask("What worked for late antenatal booking?")
>>> answer.citations[0].quote
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rag.config import Settings
from rag.errors import IndexUnusableError, ModelError, QuestionsError, RagError, SourceError
from rag.types import Answer, Case, Citation, Document, Passage

if TYPE_CHECKING:
    from rag.library import Library

# torch and FAISS each bring threads that spin while idle and hold the other's up: a warm answer took twice as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__all__ = [
    "Answer",
    "Case",
    "Citation",
    "Document",
    "IndexUnusableError",
    "Library",
    "ModelError",
    "Passage",
    "QuestionsError",
    "RagError",
    "Settings",
    "SourceError",
]


def __getattr__(name: str) -> object:
    # The library brings numpy and more; 'rag --help' should not wait for them.
    if name == "Library":
        from rag.library import Library

        return Library
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
