"""Source files from a folder, a single file or a BEIR corpus: the only module that reads documents from disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from rag.errors import QuestionsError, SourceError
from rag.questions import json_lines
from rag.types import SourceFile

#: What is read, by the end of its name. Content decides how: a .txt may hold a whole HTML page.
SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml"})

#: A file of this kind holds many sources, one a line.
CORPUS_SUFFIX = ".jsonl"
_CORPUS_SHAPE = '{"_id": "d1", "title": "may be empty", "text": "..."}'


def source_paths(root: Path) -> list[tuple[str, Path]]:
    """(name, path) of every readable source below ``root`` in order of name; hidden files are left out.

    If ``root`` is a BEIR corpus (.jsonl), its documents, each by its id, all at the same path.
    Raises SourceError if there is nothing at ``root``, or nothing to read.
    """
    root = root.expanduser()
    if root.is_file():
        return [(name, root) for name in sorted(_corpus(root))] if _is_corpus(root) else [(root.name, root)]
    if not root.is_dir():
        raise SourceError(f"no documents at {root}: give a folder of .txt, .md or .html files with --seeds DIR")
    found: list[tuple[str, Path]] = []
    for folder, folders, files in os.walk(root, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            path = Path(folder) / name
            if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                found.append((path.relative_to(root).as_posix(), path))
    if not found:
        raise SourceError(
            f"no .txt, .md or .html files in {root}: put documents there, or name another folder with --seeds DIR"
        )
    return sorted(found)


def other_files(root: Path) -> list[str]:
    """Names of the files below ``root`` that are of no kind that is read; hidden ones aside."""
    if not root.is_dir():
        return []
    names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    hidden = [name for name in names if any(part.startswith(".") for part in name.split("/"))]
    return sorted(name for name in set(names) - set(hidden) if Path(name).suffix.lower() not in SUFFIXES)


def load(root: Path) -> Iterator[SourceFile]:
    """Every source below ``root``. Raises SourceError for one that can't be read."""
    for name, path in source_paths(root):
        yield read_source(name, path)


def read_source(name: str, path: Path) -> SourceFile:
    """One source file. Raises SourceError naming the file and what to do."""
    if _is_corpus(path):
        return _corpus(path)[name]
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"can't read {name} ({error.strerror}): make the file readable, or move it out of the folder"
        ) from error
    return SourceFile(name, data)


def _is_corpus(path: Path) -> bool:
    return path.suffix.lower() == CORPUS_SUFFIX


def _corpus(path: Path) -> Mapping[str, SourceFile]:
    """The documents of a BEIR corpus by id. Raises SourceError naming file and line."""
    try:
        state = path.stat()
    except OSError as error:
        raise SourceError(f"can't read {path} ({error.strerror}): make the file readable") from error
    return _corpus_read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)  # the documents are asked for one by one
def _corpus_read(path: Path, _changed: int, _size: int) -> Mapping[str, SourceFile]:
    found: dict[str, SourceFile] = {}
    try:
        for line in json_lines(path, _CORPUS_SHAPE):
            name, title, text = line.text("_id"), line.text("title", ""), line.text("text")
            if not name.strip():
                raise line.wrong('"_id" is empty')
            if name in found:
                raise line.wrong(f"the id {name!r} is already that of an earlier line")
            found[name] = SourceFile(name, (f"{title}\n\n{text}" if title else text).encode())
    except QuestionsError as error:
        raise SourceError(str(error)) from error
    return found


def _refuse(error: OSError) -> None:
    raise SourceError(f"can't look into {error.filename} ({error.strerror}): make the folder readable") from error
