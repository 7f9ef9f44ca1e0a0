"""What can go wrong, said so that a user can mend it.

Every message names what was wrong, where, and what to do next; the command line and the page show it as it is.
"""

from __future__ import annotations

from typing import Literal


class RagError(Exception):
    """Base of all errors that Precedent raises on purpose."""


class SourceError(RagError):
    """A source document or folder can't be read or holds nothing to read.

    ``status`` is what ``rag status`` lists a file under that raised it.
    """

    status: Literal["failed", "unsupported", "empty"] = "failed"


class UnsupportedSourceError(SourceError):
    """A file of a kind that is not read."""

    status = "unsupported"


class EmptySourceError(SourceError):
    """A file without any text to read."""

    status = "empty"


class ModelError(RagError):
    """The embedding model can't be loaded, or gives what it should not."""


class IndexUnusableError(RagError):
    """The index is missing, damaged, built from other sources or settings, or can't be written."""


class IndexBusyError(IndexUnusableError):
    """Another process has been writing the index for longer than was to be waited."""


class QuestionsError(RagError):
    """A file of questions or answers can't be read."""
