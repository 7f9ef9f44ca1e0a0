"""Source files from a folder or a single file: the only module that reads documents from disk."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from pathlib import Path

from rag.errors import SourceError
from rag.types import SourceFile

#: What is read, by the end of its name. Content decides how: a .txt may hold a whole HTML page.
SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml"})


def source_paths(root: Path) -> list[tuple[str, Path]]:
    """(name, path) of every readable source below ``root`` in order of name; hidden files are left out.

    Raises SourceError if there is nothing at ``root``, or nothing to read.
    """
    root = root.expanduser()
    if root.is_file():
        return [(root.name, root)]
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
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"can't read {name} ({error.strerror}): make the file readable, or move it out of the folder"
        ) from error
    return SourceFile(name, data, mimetypes.guess_type(name)[0] or "text/plain")


def _refuse(error: OSError) -> None:
    raise SourceError(f"can't look into {error.filename} ({error.strerror}): make the folder readable") from error
