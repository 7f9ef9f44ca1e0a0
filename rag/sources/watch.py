"""When to look again whether the sources of a library have changed."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.config import Settings
from rag.errors import SourceError
from rag.sources.additions import Additions
from rag.text.files import expanded


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. A burst of changes has ended once it is ``quiet``, and is broken off after the ``longest``; what no
    notification tells (another machine wrote to a network folder) is looked for ``anyway``; a ``glance`` is at which
    places there are to watch, and at everything where there are no notifications at all.
    """

    quiet: float = 0.4
    longest: float = 5.0
    anyway: float = 10.0
    glance: float = 2.0


def looks(settings: Settings, pace: Pace | None = None) -> Iterator[None]:
    """Comes back, for ever, when it is time to look: once it watches, and after every burst of changes."""
    pace = pace or Pace()
    while True:
        places = _places(settings)
        next_look = 0.0
        for changed in _changes(places, pace):
            if changed or time.monotonic() >= next_look:
                yield
                next_look = time.monotonic() + pace.anyway
            if _places(settings) != places:
                break


def _places(settings: Settings) -> dict[Path, tuple[int, int]]:
    """The folder, the list of additions and what is on it, as far as it is there, each with what tells it from another
    at the same path.
    """
    additions = Additions(settings.added_folder)
    paths = [expanded(settings.seeds), settings.added_folder]
    with suppress(SourceError):  # who looks is told
        paths += [additions.path_of(addition) for addition in additions.added if not addition.kept]
    found = {}
    for path in paths:
        with suppress(OSError):
            state = path.stat()
            found[path] = (state.st_dev, state.st_ino)
    return found


def _changes(places: Collection[Path], pace: Pace) -> Iterator[bool]:
    """Again and again, whether something changed; without notifications it may always have. Ends when one of the
    ``places`` itself did: if there is a new one at its path, that has to be watched.
    """
    from watchfiles import watch

    try:
        for changes in watch(
            *places,
            watch_filter=None,  # the folder's own rules say which files count
            debounce=round(pace.longest * 1000),
            step=round(pace.quiet * 1000),
            rust_timeout=round(pace.glance * 1000),
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            yield bool(changes)
            if any(Path(path) in places for _, path in changes):
                return
    except (OSError, RuntimeError):  # more folders than the system watches, a file system without notifications
        while True:
            time.sleep(pace.glance)
            yield True
