"""Folders that are complete or not there: how an index is replaced without ever being half written.

A generation is a small folder that names segments, which hold the documents. Segments never change; a new generation
may name old ones. A pointer, a file of one line, says which generation is live.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import IndexBusyError, IndexUnusableError
from rag.text.files import sync_folder

T = TypeVar("T")

MANIFEST = "manifest.json"
REBUILD = "Build it again with: rag index"

#: The pointers: to what readers open, and to what a build from scratch has got so far.
CURRENT, BUILDING = "current", "building"

_GENERATION, _SEGMENT, _TRASH = "gen-", "seg-", "old-"
_HASHED_ON_OPEN = 8 * 1024 * 1024  # bytes; larger files are checked by size alone, or opening would take seconds


@dataclass(frozen=True, slots=True)
class Folder:
    """A generation or a segment: its folder, the parsed manifest file and that file's sha256."""

    folder: Path
    manifest: dict[str, Any]
    sha256: str

    @property
    def name(self) -> str:
        """Of the folder."""
        return self.folder.name

    @property
    def line(self) -> str:
        """What a pointer to it says."""
        return f"{self.name} {self.sha256}\n"

    @property
    def reference(self) -> dict[str, str]:
        """What names it in a generation's manifest."""
        return {"name": self.name, "sha256": self.sha256}


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
            held = lock.acquire(timeout=0)
        except Timeout:
            if waiting:
                waiting()
            try:
                held = lock.acquire(timeout=timeout)
            except Timeout as error:
                raise IndexBusyError(
                    f"Another process has been building the index in {home} for over {timeout:g} seconds. "
                    "Wait until it has finished, or stop it, and try again."
                ) from error
    with held:
        yield


def write_segment(home: Path, files: Mapping[str, bytes | memoryview], manifest: dict[str, Any]) -> Folder:
    """A new segment of ``files`` (name below its folder -> content), which no generation names yet.

    Must be called within ``locked(home)``. Raises IndexUnusableError; then nothing is changed.
    """
    folder = home / f"{_SEGMENT}{uuid.uuid4().hex[:12]}"
    with _explained(home, "written"):
        with ExitStack() as undo:
            undo.callback(shutil.rmtree, folder, ignore_errors=True)  # on a full disk half a segment must not stay
            written = _write_folder(folder, files, manifest)
            undo.pop_all()
        return written


def write_generation(
    home: Path,
    files: Mapping[str, bytes | memoryview],
    manifest: dict[str, Any],
    segments: Collection[Folder],
    pointer: str = CURRENT,
) -> None:
    """Points ``pointer`` at a new generation of these ``files`` and ``segments``, all or nothing.

    Must be called within ``locked(home)``. Raises IndexUnusableError; then the last generation is still live.
    """
    folder = home / f"{_GENERATION}{uuid.uuid4().hex[:12]}"
    with _explained(home, "written"):
        try:
            named = [segment.reference for segment in segments]
            written = _write_folder(folder, files, {**manifest, "segments": named})
            pointing = folder / pointer
            write_file(pointing, written.line.encode("ascii"))
            sync_folder(folder)
            _replace(pointing, home / pointer)
            if pointer == CURRENT:
                (home / BUILDING).unlink(missing_ok=True)
            sync_folder(home)
        finally:
            remove_dead(home)


def read_generation(home: Path, pointer: str = CURRENT) -> Folder | None:
    """The generation of a pointer, or None if there is none. Raises IndexUnusableError if it is damaged."""
    with _explained(home, "read"):
        if not home.exists():
            return None
        while True:
            try:
                pointed = read_bytes(home / pointer)
                name, sha256 = pointed.decode("ascii").split()
            except FileNotFoundError:
                return None
            except ValueError as error:
                raise damaged(home, pointer, "it does not name a generation") from error
            try:
                return _read_folder(home, name, sha256)
            except FileNotFoundError:
                if (home / pointer).exists() and read_bytes(home / pointer) == pointed:
                    raise  # otherwise it was replaced, and removed, since we read the pointer


def read_current(home: Path, pointer: str, read: Callable[[Folder], T]) -> T | None:
    """What ``read`` makes of the generation of a pointer, None if there is none; read again if it was replaced
    meanwhile. Raises IndexUnusableError.
    """
    while generation := read_generation(home, pointer):
        try:
            return read(generation)
        except IndexUnusableError:
            if read_generation(home, pointer) == generation:
                raise
    return None


def live_generation(home: Path) -> str:
    """What the pointer to the live generation says; '' if there is none. Costs one small read."""
    try:
        return read_bytes(home / CURRENT).decode("ascii", "replace")
    except OSError:
        return ""


def read_segments(home: Path, generation: Folder) -> list[Folder]:
    """The segments a generation names. Raises IndexUnusableError if one is damaged."""
    with _explained(home, "read"):
        return [_read_folder(home, named["name"], named["sha256"]) for named in generation.manifest["segments"]]


def _read_folder(home: Path, name: str, sha256: str) -> Folder:
    content = read_bytes(home / name / MANIFEST)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise damaged(home, f"{name}/{MANIFEST}", "its content has changed")
    return Folder(home / name, json.loads(content), sha256)


def _write_folder(folder: Path, files: Mapping[str, bytes | memoryview], manifest: dict[str, Any]) -> Folder:
    """Written through to the disk."""
    sums = {name: _write(folder / name, content) for name, content in files.items()}
    whole = {**manifest, "files": sums}
    text = json.dumps(whole, indent=1, sort_keys=True).encode("ascii")
    sha256 = str(_write(folder / MANIFEST, text)["sha256"])
    for written in {(folder / name).parent for name in files} | {folder}:
        sync_folder(written)
    return Folder(folder, whole, sha256)


def check_files(home: Path, folder: Folder) -> None:
    """Raises IndexUnusableError unless every file has its recorded size and, up to 8 MB, its sha256."""
    for name, recorded in folder.manifest["files"].items():
        path = folder.folder / name
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


def remove_dead(home: Path) -> None:
    """Removes what no pointer leads to. A folder that is open on Windows stays whole, until next time.

    Must be called within ``locked(home)``.
    """
    with suppress(OSError):  # a build that was stopped just after it became the live index
        if (home / BUILDING).stat().st_mtime_ns < (home / CURRENT).stat().st_mtime_ns:
            (home / BUILDING).unlink()
    try:
        read_generation(home, BUILDING)
    except IndexUnusableError:
        with suppress(OSError):
            (home / BUILDING).unlink(missing_ok=True)  # what can't be read can't be gone on with
    with suppress(OSError, IndexUnusableError):
        kept: set[str] = set()
        for pointer in (CURRENT, BUILDING):
            if generation := read_generation(home, pointer):
                kept.add(generation.folder.name)
                kept |= {named["name"] for named in generation.manifest.get("segments", ())}
        for prefix in (_GENERATION, _SEGMENT):
            for folder in home.glob(f"{prefix}*"):
                if folder.name not in kept:
                    with suppress(OSError):
                        folder.rename(folder.with_name(f"{_TRASH}{folder.name}"))
        for folder in home.glob(f"{_TRASH}*"):
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
