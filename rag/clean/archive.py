"""Files that hold other files: each file within is a source of its own, named 'archive.zip/folder/file.pdf'."""

from __future__ import annotations

from collections.abc import Iterator

from rag.types import Problem, SourceFile


def unpacked(source: SourceFile) -> Iterator[SourceFile | Problem]:
    """The files within a file, with why any of them can't be had; a file that holds no others is itself."""
    yield source
