"""Which files are to be in a library: those of its folder, and those added to it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rag.config import Settings
from rag.errors import SourceError
from rag.sources.additions import Addition, Additions
from rag.sources.folder import find_files, read_file
from rag.text.files import unused
from rag.types import FoundFile


@dataclass(frozen=True, slots=True)
class Sources:
    """The ``files`` of a library in order of name, and those the user ``left_out``. ``bare``: its folder holds none."""

    files: tuple[FoundFile, ...]
    left_out: tuple[FoundFile, ...] = ()
    bare: bool = False

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
    bare = not found
    for addition in additions.added:
        for file in _added(addition, additions.path_of(addition)):
            name = unused(file.name, found)
            found[name] = replace(file, name=name, addition=addition.name)
    out = frozenset(additions.left_out)
    left_out = {name for name in found if is_below(name, out)}
    files = [found[name] for name in sorted(found)]
    return Sources(
        tuple(file for file in files if file.name not in left_out),
        tuple(file for file in files if file.name in left_out),
        bare,
    )


def _added(addition: Addition, place: Path) -> list[FoundFile]:
    """The files of an addition; one that says why there are none: it may only be away for a while."""
    remedy = f"bring it back, or take it off the list with: rag remove {addition.name!r}"
    try:
        return find_files(place, addition.name) or [
            FoundFile(addition.name, place, refused=f"there are no files in {place}: {remedy}")
        ]
    except SourceError as error:
        reason = str(error) if os.path.exists(place) else f"it is not at {place} any more"  # noqa: PTH110 - never raises
        return [FoundFile(addition.name, place, refused=f"{reason}: {remedy}")]


def is_below(name: str, others: Collection[str]) -> bool:
    """Whether a file is one of the ``others`` (a set, if they are many), or stands in a folder that is."""
    return name in others or any(name[: slash.start()] in others for slash in re.finditer("/", name))
