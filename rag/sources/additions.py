"""What the user added to a library beside its folder, and what she left out: a small file of her own, never the index.

FOLDER/sources.json   the list
FOLDER/files/         copies of what has no place of its own: fetched pages, files dragged into the page
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from rag.errors import SourceError
from rag.text.files import expanded, unused, write_whole
from rag.types.serialize import decode, encode


@dataclass(frozen=True, slots=True)
class Addition:
    """A file or folder that is in the library too. ``place`` is its path, or that of its copy below the folder of
    additions if it is ``kept`` there; ``url`` and ``retrieved`` (a date) say where a fetched page came from.
    """

    name: str
    place: str
    kept: bool = False
    url: str = ""
    retrieved: str = ""


@dataclass(slots=True)
class _Listed:
    added: tuple[Addition, ...] = ()
    left_out: tuple[str, ...] = ()


class Additions:
    """The additions of one library. Methods raise SourceError if the list can't be read or written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "sources.json"

    @property
    def added(self) -> tuple[Addition, ...]:
        """In the order they were added."""
        return self._read().added

    @property
    def left_out(self) -> tuple[str, ...]:
        """Names of files, or of folders, that are not to be in the library."""
        return self._read().left_out

    def path_of(self, addition: Addition) -> Path:
        """Where it is."""
        return self._folder / addition.place if addition.kept else Path(addition.place)

    def add(self, path: Path, taken: Collection[str]) -> Addition:
        """A file or folder, which stays where it is; ``taken`` are others' names. Added again, nothing changes."""
        place = str(expanded(path).resolve())
        with self._changing() as listed:
            for addition in listed.added:
                if addition.place == place:
                    return addition
            name = unused(Path(place).name or "documents", {*taken, *(a.name for a in listed.added)})
            listed.added += (new := Addition(name, place),)
            return new

    def keep(
        self, name: str, data: bytes, taken: Collection[str] = (), *, url: str = "", retrieved: str = ""
    ) -> Addition:
        """A copy of a file without a place of its own. What was fetched from the same ``url`` before is replaced."""
        suffix = re.sub(r"[^.\w]", "", PurePosixPath(name).suffix)[:12]
        place = f"files/{uuid.uuid4().hex}{suffix}"
        self._write(self._folder / place, data)
        with self._changing() as listed:
            replaced = [a for a in listed.added if url and a.url == url]
            others = tuple(a for a in listed.added if a not in replaced)
            free = unused(name, {*taken, *(a.name for a in others)} - {a.name for a in replaced})
            new = Addition(free, place, kept=True, url=url, retrieved=retrieved)
            listed.added = (*others, new)
        for old in replaced:
            self._delete(old)
        return new

    def remove(self, name: str) -> Addition | None:
        """Takes an addition off the list, by its name or address, and deletes its copy; None if there is none."""
        with self._changing() as listed:
            found = next((a for a in listed.added if name in (a.name, a.url)), None)
            listed.added = tuple(a for a in listed.added if a is not found)
        if found:
            self._delete(found)
        return found

    def leave_out(self, name: str) -> None:
        """A file, or a folder, below one of the library's folders is not to be read; it stays where it is."""
        with self._changing() as listed:
            listed.left_out = tuple(sorted({*listed.left_out, name}))

    def take_back(self, name: str) -> bool:
        """Whether a file or folder ('' for all), or anything in it, had been left out; it is not any more.

        Raises SourceError if it stands in a folder that is left out.
        """
        with self._changing() as listed:
            above = [out for out in listed.left_out if name.startswith(f"{out}/")]
            if above:
                raise SourceError(f"{above[0]} is left out as a whole: bring that back with: rag add {above[0]!r}")
            kept = tuple(n for n in listed.left_out if name and n != name and not n.startswith(f"{name}/"))
            taken_back = len(kept) < len(listed.left_out)
            listed.left_out = kept
        return taken_back

    def _read(self) -> _Listed:
        try:
            return decode(_Listed, self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return _Listed()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise SourceError(
                f"the list of added documents can't be read ({error}): mend or remove {self._file}"
            ) from error

    @contextmanager
    def _changing(self) -> Iterator[_Listed]:
        """The list, to be changed while nobody else can; it is written if it was."""
        from filelock import FileLock

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            held = FileLock(self._folder / ".lock", is_singleton=True).acquire()
        except OSError as error:
            raise SourceError(f"can't write in {self._folder} ({error.strerror}): make it writable") from error
        with held:
            listed = self._read()
            before = replace(listed)
            yield listed
            if listed != before:
                self._write(self._file, json.dumps(json.loads(encode(listed)), indent=1).encode())

    def _write(self, path: Path, content: bytes) -> None:
        try:
            write_whole(path, content)
        except OSError as error:
            raise SourceError(f"can't write {path} ({error.strerror}): free some space, or make it writable") from error

    def _delete(self, addition: Addition) -> None:
        if addition.kept:
            with suppress(OSError):  # open elsewhere on Windows; it is no longer listed
                self.path_of(addition).unlink(missing_ok=True)
