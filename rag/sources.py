"""Which files are to be in a library: those of its folder, and those added to it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from rag.additions import Additions
from rag.config import Settings
from rag.errors import SourceError
from rag.files import unused
from rag.load import find_files, read_file
from rag.types import FoundFile


@dataclass(frozen=True, slots=True)
class Sources:
    """The ``files`` of a library in order of name, and those the user ``left_out``."""

    files: tuple[FoundFile, ...]
    left_out: tuple[FoundFile, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.stamp[0] for file in self.files if file.stamp)


def checksums(sources: Sources) -> dict[str, str]:
    """name -> sha256 of every file that can be read."""
    found = {}
    for file in sources.files:
        with suppress(SourceError):
            found[file.name] = read_file(file).sha256
    return found


def sources_of(settings: Settings) -> Sources:
    """The files of the library of ``settings``. Raises SourceError if its folder is not there."""
    additions = Additions(settings.added_folder)
    found = {file.name: file for file in find_files(settings.seeds)}
    for addition in additions.added:
        place = additions.path_of(addition)
        try:
            files = find_files(place, addition.name)
        except SourceError as error:
            gone = f"it is not at {place} any more: take it off the list with: rag remove {addition.name!r}"
            files = [FoundFile(addition.name, place, refused=str(error) if place.exists() else gone)]
        for file in files:
            name = unused(file.name, found)
            found[name] = replace(file, name=name)
    left_out = {name for name in found if is_below(name, additions.left_out)}
    files = [found[name] for name in sorted(found)]
    return Sources(
        tuple(file for file in files if file.name not in left_out),
        tuple(file for file in files if file.name in left_out),
    )


def is_below(name: str, others: Collection[str]) -> bool:
    """Whether a file is one of the ``others``, or stands in a folder that is."""
    return name in others or any(name.startswith(f"{other}/") for other in others)
