"""Folders that are complete or not there: how an index is replaced without ever being half written."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import IndexUnusableError

MANIFEST = "manifest.json"
REBUILD = "Build it again with: rag index"

_CURRENT = "current"
_LIVE_PREFIX = "gen-"
_TRASH_PREFIX = "old-"
_HASHED_ON_OPEN = 8 * 1024 * 1024  # bytes; larger files are checked by size alone, or opening would take seconds


@dataclass(frozen=True, slots=True)
class Generation:
    """The live generation: its folder and the parsed manifest file."""

    folder: Path
    manifest: dict[str, Any]


@contextmanager
def locked(home: Path, timeout: float = -1, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Holds the index folder for one build; a thread that holds it may take it again.

    Calls ``waiting`` once if somebody else holds it, then waits up to ``timeout`` seconds (-1: no limit).
    The operating system frees the lock when its holder dies. Raises IndexUnusableError.
    """
    from filelock import FileLock, Timeout

    with _explained(home, "written"):
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / ".lock", is_singleton=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if waiting:
                waiting()
            try:
                lock.acquire(timeout=timeout)
            except Timeout as error:
                raise IndexUnusableError(
                    f"Another process has been building the index in {home} for over {timeout:g} seconds. "
                    "Wait until it has finished, or stop it, and try again."
                ) from error
    try:
        yield
    finally:
        lock.release()


def write_generation(home: Path, files: Mapping[str, bytes | memoryview], manifest: dict[str, Any]) -> None:
    """Makes ``files`` (name below the generation's folder -> content) the live generation, all or nothing.

    Must be called within ``locked(home)``. Raises IndexUnusableError; then the last generation is still live.
    """
    folder = home / f"{_LIVE_PREFIX}{uuid.uuid4().hex[:12]}"
    with _explained(home, "written"):
        try:
            _remove_dead(home)
            sums = {name: _write(folder / name, content) for name, content in files.items()}
            text = json.dumps({**manifest, "files": sums}, indent=1, sort_keys=True).encode("ascii")
            manifest_sha256 = str(_write(folder / MANIFEST, text)["sha256"])
            _write(folder / _CURRENT, f"{folder.name} {manifest_sha256}\n".encode("ascii"))
            for written in {(folder / name).parent for name in files} | {folder}:
                _sync_folder(written)
            _replace(folder / _CURRENT, home / _CURRENT)
            _sync_folder(home)
        finally:
            _remove_dead(home)


def read_generation(home: Path) -> Generation | None:
    """The live generation, or None if no index was ever built. Raises IndexUnusableError if it is damaged."""
    with _explained(home, "read"):
        if not home.exists():
            return None
        try:
            name, manifest_sha256 = read_bytes(home / _CURRENT).decode("ascii").split()
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise damaged(home, _CURRENT, "it does not name a generation") from error
        content = read_bytes(home / name / MANIFEST)
        if hashlib.sha256(content).hexdigest() != manifest_sha256:
            raise damaged(home, f"{name}/{MANIFEST}", "its content has changed")
        return Generation(home / name, json.loads(content))


def check_files(home: Path, generation: Generation) -> None:
    """Raises IndexUnusableError unless every file has its recorded size and, up to 8 MB, its sha256."""
    for name, recorded in generation.manifest["files"].items():
        path = generation.folder / name
        with _explained(home, "read"):
            size = path.stat().st_size
            if size != recorded["size"]:
                raise damaged(home, _place(path, home), f"it has {size} bytes, not {recorded['size']}")
            if size <= _HASHED_ON_OPEN and hashlib.sha256(read_bytes(path)).hexdigest() != recorded["sha256"]:
                raise damaged(home, _place(path, home), "its content has changed")


def damaged(home: Path, file: str, reason: str) -> IndexUnusableError:
    """The error to raise for a file of the index that can't be trusted."""
    return IndexUnusableError(f"The index in {home} is damaged: {file}: {reason}. {REBUILD}")


def read_bytes(path: Path) -> bytes:
    """The file's content."""
    return path.read_bytes()


def write_file(path: Path, content: bytes | memoryview) -> None:
    """Writes a new file through to the disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, content: bytes | memoryview) -> dict[str, int | str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, content)
    return {"size": memoryview(content).nbytes, "sha256": hashlib.sha256(content).hexdigest()}


def _replace(source: Path, target: Path) -> None:
    """os.replace that outlasts a reader: on Windows a file can't be replaced while somebody has it open."""
    for _ in range(20):
        with suppress(PermissionError):
            source.replace(target)
            return
        time.sleep(0.05)
    source.replace(target)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows can't open a folder, and needs not
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_dead(home: Path) -> None:
    """Removes what isn't live. A generation that is open on Windows stays whole, until next time."""
    with suppress(OSError, IndexUnusableError):
        live = read_generation(home)
        for folder in home.glob(f"{_LIVE_PREFIX}*"):
            if live is None or folder != live.folder:
                with suppress(OSError):
                    folder.rename(folder.with_name(folder.name.replace(_LIVE_PREFIX, _TRASH_PREFIX, 1)))
        for folder in home.glob(f"{_TRASH_PREFIX}*"):
            shutil.rmtree(folder, ignore_errors=True)


def _place(path: Path, home: Path) -> str:
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)


@contextmanager
def _explained(home: Path, done: str) -> Iterator[None]:
    """Turns an OSError into an IndexUnusableError that says what, where and what to do."""
    try:
        yield
    except OSError as error:
        file = Path(error.filename) if isinstance(error.filename, str) else home
        if done == "read" and isinstance(error, FileNotFoundError):
            raise damaged(home, _place(file, home), "it is missing") from error
        reason = f"{error.strerror or error}: {file}"
        if home.exists() and not home.is_dir():
            reason, remedy = "it is not a folder", "Choose another folder with --index, or remove the file."
        elif done == "read":
            remedy = "Check its permissions, or choose another folder with --index."
        else:
            remedy = (
                "Free some space, check its permissions, or choose another folder with --index. "
                "An index built earlier is unchanged."
            )
        raise IndexUnusableError(f"The index in {home} can't be {done}: {reason}. {remedy}") from error
