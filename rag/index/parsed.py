"""What there is to say of files that were read, without importing all that reads them."""

from __future__ import annotations

from collections.abc import Iterable

from rag.types import Parsed

#: Goes up when files are read, cleaned or divided into cases otherwise; an index built before is built again.
READING_VERSION = 2


def joined(found: Iterable[Parsed]) -> Parsed:
    """What several files gave, as one."""
    every = list(found)
    return Parsed(
        tuple(document for each in every for document in each.documents),
        tuple(problem for each in every for problem in each.problems),
    )
