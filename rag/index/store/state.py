"""What an index was built with, its segments, and what became of every file that was given."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from rag.errors import IndexUnusableError
from rag.index.store.generations import (
    CURRENT,
    REBUILD,
    Folder,
    check_files,
    damaged,
    locked,
    read_bytes,
    read_current,
    read_segments,
    write_generation,
)
from rag.types import FileRecord, Manifest
from rag.types.serialize import decode, encode

#: Goes up when the files change; a manifest with another number is never read.
FORMAT_VERSION = 4

_FILES = "files.json"


@dataclass(frozen=True, slots=True)
class IndexState:
    """An index as its pointer has it; ``files`` in order of name. A document is part of it if a file's record says so,
    whatever else its segments hold.
    """

    manifest: Manifest
    segments: tuple[Folder, ...] = ()
    files: tuple[FileRecord, ...] = ()

    @property
    def documents(self) -> dict[str, set[str]]:
        """The index's documents by the name of their segment."""
        found: dict[str, set[str]] = {segment.name: set() for segment in self.segments}
        for record in self.files:
            for document in record.documents:
                found[document.segment].add(document.doc_id)
        return found


def commit(home: Path, state: IndexState, pointer: str = CURRENT) -> None:
    """Makes ``state`` the index of this folder, all or nothing. Raises IndexUnusableError.

    Whoever has the last index open keeps it. Must be called within ``locked(home)``.
    """
    files = {_FILES: encode(state.files).encode("ascii")}
    with locked(home):
        write_generation(home, files, {"manifest": asdict(state.manifest)}, state.segments, pointer)


def read_state(home: Path, pointer: str = CURRENT, *, whole: bool = False) -> IndexState | None:
    """The state of the index, or None if there is none; with ``whole`` the files of its segments are looked at, too.

    Raises IndexUnusableError if it is damaged or was written in another format.
    """

    def read(generation: Folder) -> IndexState:
        check_files(home, generation)
        state = state_of(home, generation)
        for segment in state.segments if whole else ():
            check_files(home, segment)
        return state

    return read_current(home, pointer, read)


def state_of(home: Path, generation: Folder) -> IndexState:
    """The state a generation holds. Raises IndexUnusableError."""
    recorded = generation.manifest.get("manifest", {})
    if recorded.get("format_version") != FORMAT_VERSION:
        raise IndexUnusableError(
            f"The index in {home} has format {recorded.get('format_version')}; this version of Precedent reads "
            f"format {FORMAT_VERSION}. {REBUILD}"
        )
    try:
        files = decode(tuple[FileRecord, ...], read_bytes(generation.folder / _FILES).decode("ascii"))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise damaged(home, f"{generation.folder.name}/{_FILES}", str(error)) from error
    return IndexState(Manifest(**recorded), tuple(read_segments(home, generation)), files)
