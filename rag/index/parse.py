"""One file's bytes into documents and their cases. Pure; ``rag.index.worker`` runs it where it can do no harm."""

from __future__ import annotations

from rag.cases.find import find_cases
from rag.errors import SourceError
from rag.index.parsed import joined
from rag.readers.archive import unpacked
from rag.readers.clean import clean
from rag.types import Parsed, ParsedDocument, Problem, SourceFile


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
