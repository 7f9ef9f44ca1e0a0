"""What a library holds: adding to it, taking out, bringing its index up to date, and what became of every file."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from rag.additions import Additions
from rag.build import Parser, pending, sync
from rag.config import Settings
from rag.errors import IndexUnusableError, SourceError
from rag.store import read_state
from rag.types import Embedder, FileRecord, Plan, Progress, Synced

_MOST_STEM, _MOST_SUFFIX = 180, 20  # characters of a name


@dataclass(frozen=True, slots=True)
class Holdings:
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
        """Makes the index equal to the sources (``rag.build.sync``)."""
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
        """What a sync would have to do; None if it would build from scratch. Raises as ``rag.build.pending``."""
        return pending(self.settings, self.embedder)

    def is_behind(self) -> bool:
        """Whether a sync would change anything. Raises as ``rag.build.pending``."""
        plan = self.behind()
        return plan is None or plan.news

    def add(self, target: str) -> str:
        """Puts a path or an address on the list of sources; returns its name in the library. Raises SourceError."""
        if is_address(target):
            from rag.fetch import fetch

            page = fetch(target)
            kept = self._additions.keep(page.final_url, page.data, url=target, retrieved=page.retrieved)
            return kept.name
        path = Path(target).expanduser()
        if not path.exists():
            raise SourceError(
                f"there is nothing at {path}: check the path, or give an address that begins with https://"
            )
        name = self._name_within(path.resolve())
        if name is not None:
            self._additions.take_back(name)
            return name
        return self._additions.add(path, self._taken()).name

    def keep(self, name: str, data: bytes) -> str:
        """Adds a file that has no place of its own (dragged into the page); returns its name in the library."""
        last = PurePosixPath(re.split(r"[/\\]", name)[-1].strip(". "))
        short = f"{last.stem[:_MOST_STEM]}{last.suffix[:_MOST_SUFFIX]}"
        shown = "".join(char if char.isprintable() else "?" for char in short)
        return self._additions.keep(shown or "document", data, self._taken()).name

    def remove(self, name: str) -> None:
        """Takes a source out of the library; a file or folder of the user's own stays where it is.

        Raises SourceError if there is none of this name.
        """
        if self._additions.remove(name):
            return
        path = Path(name).expanduser()
        within = self._name_within(path.resolve()) if path.exists() else None
        known = self._taken()
        for candidate in filter(None, (name.rstrip("/"), within)):
            if candidate in known or any(other.startswith(f"{candidate}/") for other in known):
                self._additions.leave_out(candidate)
                return
        raise SourceError(f"there is no {name!r} in this library: 'rag list' shows what there is")

    @property
    def _additions(self) -> Additions:
        return Additions(self.settings.added_folder)

    def _taken(self) -> set[str]:
        """Names of files that are in the library."""
        try:
            return {record.name for record in self.records()}
        except IndexUnusableError:
            return set()  # it will be built again

    def _name_within(self, path: Path) -> str | None:
        """The name of what lies below one of the library's folders; '' is the folder itself."""
        roots = [("", self.settings.seeds.expanduser().resolve())]
        roots += [(a.name, self._additions.path_of(a).resolve()) for a in self._additions.added if not a.kept]
        for prefix, root in roots:
            if path.is_relative_to(root):
                below = path.relative_to(root).as_posix()
                return "/".join(part for part in (prefix, below) if part and part != ".")
        return None


def is_address(target: str) -> bool:
    """Whether a source is an address rather than a path."""
    return urlsplit(target).scheme.lower() in ("http", "https")
