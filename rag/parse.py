"""One file's bytes into documents and their cases. Pure; ``rag.worker`` runs it where it can do no harm."""

from __future__ import annotations

from rag.cases import find_cases
from rag.clean import clean, unpacked
from rag.errors import SourceError
from rag.types import Parsed, ParsedDocument, Problem, SourceFile


def parse(source: SourceFile) -> Parsed:
    """The documents of a file, and what in it could not be read."""
    documents: list[ParsedDocument] = []
    problems: list[Problem] = []
    for found in unpacked(source):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        try:
            document = clean(found)
        except SourceError as error:
            problems.append(Problem(found.name, error.status, str(error)))
            continue
        if document.text:
            documents.append(ParsedDocument(document, tuple(find_cases(document))))
        else:
            reason = " ".join(document.warnings) or "it has no text"
            problems.append(Problem(found.name, "empty", reason))
    return Parsed(tuple(documents), tuple(problems))
