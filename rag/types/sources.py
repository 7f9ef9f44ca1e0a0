"""Files, what became of them, and what an index was built from and with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.types.documents import Case, Document

#: What became of a file that was given: in the index; the same as another that is; without any text; of a kind that is
#: not read; damaged, protected or over a limit; left out by the user.
FileStatus = Literal["indexed", "duplicate", "empty", "unsupported", "failed", "removed"]

#: Called as progress(stage, done, total).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source as it was found. ``name`` is its path below the sources folder, with forward slashes.

    ``media_type`` is '' if the content is to show what it is.
    """

    name: str
    data: bytes
    media_type: str = ""

    @property
    def sha256(self) -> str:
        """Of the bytes as found, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that is to be in the library: its ``name`` there, and where it is.

    ``stamp`` is its state on the disk (size, times, number): as long as that is the same, so is the file.
    ``refused`` says why it is not read at all; ``of_corpus`` that it is one of many sources in the file at ``path``;
    ``addition`` is the name of what the user added that it is, or stands in.
    """

    name: str
    path: Path
    stamp: tuple[int, ...] = ()
    refused: str = ""
    of_corpus: bool = False
    addition: str = ""


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document with its cases."""

    document: Document
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A file, or a file within another ('archive.zip/notes.doc'), that gave no document, and why.

    ``same_as`` is the document that a duplicate is the same as.
    """

    name: str
    status: FileStatus
    reason: str
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file gave: a document, several (an archive), or none."""

    documents: tuple[ParsedDocument, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was built with; an index is never read with other settings."""

    format_version: int
    model: str
    model_checksum: str
    dimension: int
    splitter: dict[str, int | str]


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document in the index. ``segment`` holds it; ``text_key`` is the same for the same words."""

    doc_id: str
    title: str
    segment: str
    text_key: str
    cases: int
    passages: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What became of a file that was given. ``reason`` says why it is not in the index, or is it in part.

    ``stamp`` and ``addition``: as in FoundFile. ``same_as``: the document that a duplicate is the same as. ``problems``
    are those of files within it.
    """

    name: str
    status: FileStatus
    reason: str = ""
    sha256: str = ""
    stamp: tuple[int, ...] = ()
    documents: tuple[IndexedDocument, ...] = ()
    same_as: str = ""
    problems: tuple[Problem, ...] = ()
    addition: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """``kept`` are the records that stay (some with a new stamp), ``read`` the files that are new or changed, ``gone``
    the records of those that are no more. ``news`` says whether any record differs from before.
    """

    kept: tuple[FileRecord, ...]
    read: tuple[FoundFile, ...]
    gone: tuple[FileRecord, ...]
    news: bool

    @property
    def size(self) -> int:
        """Bytes of the files to read."""
        return sum(file.stamp[0] for file in self.read if file.stamp)


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: the records of the files it ``read`` and of those that are ``gone``; ``kept`` stayed."""

    read: tuple[FileRecord, ...] = ()
    gone: tuple[FileRecord, ...] = ()
    kept: int = 0
