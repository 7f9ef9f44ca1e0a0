"""Writing a file so that it is either whole or not there; names that nothing else has."""

from __future__ import annotations

import os
import threading
from collections.abc import Container
from contextlib import suppress
from pathlib import Path, PurePosixPath


def write_whole(path: Path, content: str | bytes) -> None:
    """Replaces ``path`` by ``content`` (text as UTF-8) in one step, its folders made first. Raises OSError."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    target = path.resolve()  # a link stays a link
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        sync_folder(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Writes through to the disk what names a folder holds."""
    with suppress(OSError):  # Windows can't open a folder, and needs not
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def expanded(path: Path) -> Path:
    """``path`` with '~' made the user's home; '~$report.docx' (Word's lock file) stays what it is."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def unused(name: str, taken: Container[str]) -> str:
    """``name``, or with a number if another has it: 'report (2).pdf'."""
    folder, slash, last = name.rpartition("/")
    path = PurePosixPath(last)
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{folder}{slash}{path.stem} ({number}){path.suffix}"
    return candidate
