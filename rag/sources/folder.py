"""Finding and reading source files: the only module that reads documents from disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from rag.config import MOST_BYTES
from rag.errors import QuestionsError, SourceError
from rag.text.files import expanded
from rag.text.jsonl import json_lines
from rag.types import FoundFile, SourceFile

#: A file of this kind holds many sources, one a line.
_CORPUS_SUFFIX = ".jsonl"
_CORPUS_SHAPE = '{"_id": "d1", "title": "may be empty", "text": "..."}'

_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_LINK_OUT = "it is a link that leads out of the folder: copy the file itself there"
_LINKED_FOLDER = "a link to a folder is not followed: add that folder itself with 'rag add'"
_TOO_LARGE = f"it is larger than {MOST_BYTES // 1_000_000} MB: split it into smaller files and add those"
_NO_FILE = "it is no ordinary file"


def find_files(root: Path, prefix: str = "") -> list[FoundFile]:
    """Every file below ``root`` in order of name (``prefix`` before each); hidden ones are left out.

    If ``root`` is a BEIR corpus (.jsonl), its documents, each by its id, all at the same path.
    Raises SourceError if there is nothing at ``root``.
    """
    root = expanded(root)
    try:
        stat_of_root = root.stat()
    except OSError as error:
        raise SourceError(f"no documents at {root} ({error.strerror}): name a folder of documents") from error
    is_file = stat.S_ISREG(stat_of_root.st_mode)
    if root.suffix.lower() == _CORPUS_SUFFIX and is_file:
        stamp = _stamp(stat_of_root)
        return [FoundFile(name, root, stamp, of_corpus=True) for name in sorted(_corpus(root))]
    if is_file:
        return [FoundFile(prefix or root.name, root, _stamp(stat_of_root))]
    if not stat.S_ISDIR(stat_of_root.st_mode):
        raise SourceError(f"{root} is neither a file nor a folder: name a folder of documents")
    return sorted(_below(root, prefix), key=lambda found: found.name)


def _below(root: Path, prefix: str) -> Iterator[FoundFile]:
    unreadable: list[OSError] = []
    inside = root.resolve()
    for folder, folders, files in os.walk(root, onerror=unreadable.append):
        names = sorted(name for name in folders if not _is_hidden(name))
        # Not Path.is_symlink: that raises where it may not look.
        folders[:] = [name for name in names if not os.path.islink(Path(folder) / name)]  # noqa: PTH114
        for name in {*names} - {*folders}:
            yield FoundFile(_name(Path(folder) / name, root, prefix), Path(folder) / name, refused=_LINKED_FOLDER)
        for name in files:
            if not _is_hidden(name):
                yield _found(Path(folder) / name, root, prefix, inside)
    for error in unreadable:
        path = Path(error.filename)
        reason = f"can't look into this folder ({error.strerror}): make it readable"
        if path == root:
            raise SourceError(f"{root}: {reason}")
        yield FoundFile(_name(path, root, prefix), path, refused=reason)


def _is_hidden(name: str) -> bool:
    """Whether a file or folder is none of the user's own: programs hide theirs so."""
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM_FILES


def _found(path: Path, root: Path, prefix: str, inside: Path) -> FoundFile:
    name = _name(path, root, prefix)
    try:
        state = path.lstat()
        if stat.S_ISLNK(state.st_mode):
            if not path.resolve().is_relative_to(inside):
                return FoundFile(name, path, refused=_LINK_OUT)
            state = path.stat()
    except OSError:
        return FoundFile(name, path)  # who reads it is told why it can't be read
    if not stat.S_ISREG(state.st_mode):
        return FoundFile(name, path, refused=_NO_FILE)
    if state.st_size > MOST_BYTES:
        return FoundFile(name, path, refused=_TOO_LARGE)
    return FoundFile(name, path, _stamp(state))


def _name(path: Path, root: Path, prefix: str) -> str:
    below = path.relative_to(root).as_posix()
    return f"{prefix}/{below}" if prefix else below


def _stamp(state: os.stat_result) -> tuple[int, ...]:
    return (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


def read_file(found: FoundFile) -> SourceFile:
    """One source file. Raises SourceError saying what to do."""
    if found.of_corpus:
        return _corpus(found.path)[found.name]
    try:
        return SourceFile(found.name, found.path.read_bytes())
    except OSError as error:
        raise SourceError(f"it can't be read ({error.strerror}): make the file readable, or move it away") from error


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
            found[name] = SourceFile(name, (f"{title}\n\n{text}" if title else text).encode(), "text/plain")
    except QuestionsError as error:
        raise SourceError(str(error)) from error
    return found
