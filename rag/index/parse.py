"""One file's bytes into documents and their cases. Pure; ``rag.index.worker`` runs it where it can do no harm."""

from __future__ import annotations

from collections.abc import Iterable

from rag.cases.find import find_cases
from rag.errors import SourceError
from rag.readers.archive import unpacked
from rag.readers.clean import clean
from rag.types import Parsed, ParsedDocument, Problem, SourceFile

#: Goes up when files are read, cleaned or divided into cases otherwise; an index built before is built again.
READING_VERSION = 2


def parse(source: SourceFile) -> Parsed:
    """The documents of a file, and what in it could not be read."""
    return joined(
        Parsed(problems=(found,)) if isinstance(found, Problem) else parse_one(found) for found in unpacked(source)
    )


def parse_one(found: SourceFile) -> Parsed:
    """The document of a file that holds no others, or why there is none."""
    try:
        document = clean(found)
    except SourceError as error:
        return Parsed(problems=(Problem(found.name, error.status, str(error)),))
    if not document.text:
        return Parsed(problems=(Problem(found.name, "empty", " ".join(document.warnings) or "it has no text"),))
    return Parsed(documents=(ParsedDocument(document, tuple(find_cases(document))),))


def joined(found: Iterable[Parsed]) -> Parsed:
    """What several files gave, as one."""
    every = list(found)
    return Parsed(
        tuple(document for each in every for document in each.documents),
        tuple(problem for each in every for problem in each.problems),
    )
