"""What a library holds: adding to it, taking out, bringing its index up to date, and what became of every file."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from rag.config import Settings
from rag.errors import IndexUnusableError, SourceError
from rag.index.build import Parser, pending, sync
from rag.index.store.state import read_state
from rag.sources.additions import Additions
from rag.text.files import expanded
from rag.types import Embedder, FileRecord, Plan, Progress, Synced

_MOST_STEM, _MOST_SUFFIX = 180, 20  # characters of a name


@dataclass(frozen=True, slots=True)
class SourceCollection:
    """The sources of one library. ``parser`` reads files, ``embedder`` is loaded only when there is something new."""

    settings: Settings
    embedder: Embedder
    parser: Parser

    def sync(
        self,
        progress: Progress | None = None,
        *,
        rebuild: bool = False,
        retry: Collection[str] | None = (),
        timeout: float = -1,
    ) -> Synced:
        """Makes the index equal to the sources (``rag.index.build.sync``)."""
        given = (self.settings, self.embedder, self.parser, progress)
        try:
            return sync(*given, rebuild=rebuild, retry=retry, timeout=timeout)
        finally:
            self.parser.close()

    def records(self) -> tuple[FileRecord, ...]:
        """What became of every file at the last sync, in order of name. Raises IndexUnusableError."""
        state = read_state(self.settings.index_home)
        return state.files if state else ()

    def behind(self) -> Plan | None:
        """What a sync would have to do; None if it would build from scratch. Raises as ``rag.index.build.pending``."""
        return pending(self.settings, self.embedder)

    def is_behind(self) -> bool:
        """Whether a sync would change anything. Raises as ``rag.index.build.pending``."""
        plan = self.behind()
        return plan is None or plan.news

    def add(self, target: str) -> str:
        """Puts a path or an address on the list of sources; returns its name in the library. Raises SourceError."""
        if is_address(target):
            from rag.sources.fetch import fetch

            self._check_folder()
            page = fetch(target)
            kept = self._additions.keep(page.final_url, page.data, url=target, retrieved=page.retrieved)
            return kept.name
        path = expanded(Path(target))
        if not os.path.exists(path):  # noqa: PTH110 - never raises
            known = self._known(target)
            if known and self._additions.take_back(known):
                return known
            raise SourceError(
                f"there is nothing at {path}: check the path, or give an address that begins with https://"
            )
        name = self._name_within(path.resolve())
        if name is not None:
            self._additions.take_back(name)
            return name
        self._check_folder()
        return self._additions.add(path, self._taken()).name

    def bring_back(self, name: str) -> None:
        """Takes a file or folder, and everything in it, into the library again. Raises SourceError."""
        if not self._additions.take_back(name):
            raise SourceError(f"{name!r} is not left out: 'rag list' shows what there is")

    def keep(self, name: str, data: bytes) -> str:
        """Adds a file that has no place of its own (dragged into the page); returns its name in the library."""
        self._check_folder()
        last = PurePosixPath(re.split(r"[/\\]", name)[-1].strip(". "))
        short = f"{last.stem[:_MOST_STEM]}{last.suffix[:_MOST_SUFFIX]}"
        shown = "".join(char if char.isprintable() else "?" for char in short)
        return self._additions.keep(shown or "document", data, self._taken()).name

    def remove(self, name: str) -> None:
        """Takes a source out of the library; a file or folder of the user's own stays where it is.

        Raises SourceError if there is none of this name.
        """
        record = next((record for record in self._records() if record.name == name), None)
        own = next((a for a in self._additions.added if a.name == (record.addition if record else name)), None)
        is_whole = own is not None and (record is None or own.kept or not Path(own.place).is_dir())
        if own and is_whole:
            self._additions.remove(own.name)
            return
        if record is None and self._additions.remove(name):  # the address of a page
            return
        known = record.name if record else self._known(name)
        if not known:
            raise SourceError(f"there is no {name!r} in this library: 'rag list' shows what there is")
        self._additions.leave_out(known)

    @property
    def _additions(self) -> Additions:
        return Additions(self.settings.added_folder)

    def _check_folder(self) -> None:
        """Raises SourceError if the library's folder is not there: nothing could be added to it."""
        if not os.path.exists(expanded(self.settings.seeds)):  # noqa: PTH110 - never raises
            raise SourceError(
                f"there is no folder {self.settings.seeds}: make it first, or name another with --seeds DIR"
            )

    def _records(self) -> tuple[FileRecord, ...]:
        try:
            return self.records()
        except IndexUnusableError:
            return ()  # it will be built again

    def _taken(self) -> set[str]:
        """Names of files and outermost folders that are in the library."""
        names = {record.name for record in self._records()}
        return names | {name.split("/")[0] for name in names}

    def _known(self, name: str) -> str:
        """The name of a file or folder of the library, given by its name or its path; '' if there is none."""
        path = expanded(Path(name))
        within = self._name_within(path.resolve()) if os.path.exists(path) else None  # noqa: PTH110 - never raises
        names = {record.name for record in self._records()}
        for candidate in (name.rstrip("/"), within):
            if candidate and (candidate in names or any(other.startswith(f"{candidate}/") for other in names)):
                return candidate
        return ""

    def _name_within(self, path: Path) -> str | None:
        """The name of what lies below one of the library's folders; '' is the folder itself."""
        roots = [("", expanded(self.settings.seeds).resolve())]
        roots += [(a.name, self._additions.path_of(a).resolve()) for a in self._additions.added if not a.kept]
        for prefix, root in roots:
            if path.is_relative_to(root):
                below = path.relative_to(root).as_posix()
                return "/".join(part for part in (prefix, below) if part and part != ".")
        return None


def is_address(target: str) -> bool:
    """Whether a source is an address rather than a path."""
    return urlsplit(target).scheme.lower() in ("http", "https")


def problems_of(files: Sequence[FileRecord]) -> tuple[str, ...]:
    """Of each file, and file within one, that should be in the library and is not, why."""
    found = []
    for file in files:
        if file.status in ("empty", "unsupported", "failed") or (file.reason and file.status == "indexed"):
            found.append(f"{file.name}: {file.reason}")
        found += [f"{p.name}: {p.reason}" for p in file.problems if p.status not in ("duplicate", "removed")]
    return tuple(found)
