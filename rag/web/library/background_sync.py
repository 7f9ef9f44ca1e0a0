"""Bringing the library up to date in the background, while others go on asking."""

from __future__ import annotations

import threading
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Literal

from rag.errors import RagError
from rag.index.build import Parser
from rag.index.collection import SourceCollection
from rag.types import Parsed, SourceFile

#: How far a file is that was given: 'waiting' to be read, 'reading', 'read' but not searchable yet; 'stopped': the
#: update ended before it was its turn; '' when nothing is to be done with it.
Stage = Literal["waiting", "reading", "read", "stopped", ""]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an update is: ``stage`` is 'wait' (another process is at it), 'read' or 'embed'; ``name`` is the file
    that is read now, or ''.
    """

    stage: str
    done: int
    total: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an update is to do beside what every one does: read ``names`` again, or ``everything`` that failed."""

    names: frozenset[str] = frozenset()
    everything: bool = False

    def __or__(self, other: _Wanted) -> _Wanted:
        return _Wanted(self.names | other.names, self.everything or other.everything)


class Updates:
    """Runs one sync at a time in a thread of its own; what is asked for meanwhile is done by one more after it.

    ``failure`` says why the last one did not come to its end, '' if it did; ``broken`` is said where a bug is why.
    """

    def __init__(self, collection: SourceCollection, broken: str) -> None:
        self._collection = replace(collection, parser=_Watched(collection.parser, self))
        self._broken = broken
        self._lock = threading.Lock()
        self._next: _Wanted | None = None
        self._now = _Wanted()
        self._unfinished = _Wanted()
        self._standing: Standing | None = None
        self._read: set[str] = set()
        self.failure = ""

    @property
    def running(self) -> Standing | None:
        """How far the update is; None when nothing runs."""
        return self._standing

    def start(self, names: Collection[str] = (), *, everything: bool = False) -> None:
        """Begins an update, or lets another follow the one that runs. ``names`` are files whose stage is of interest,
        and which are read again if they could not be read before; ``everything`` reads all of those again.
        """
        with self._lock:
            self._next = (self._next or _Wanted()) | _Wanted(frozenset(names), everything) | self._unfinished
            self._unfinished = _Wanted()
            if self._standing is None:
                self._standing = Standing("read", 0, 0)
                threading.Thread(target=self._run, daemon=True).start()

    def stage_of(self, name: str) -> Stage:
        """How far a file is."""
        with self._lock:
            if self._next and name in self._next.names:
                return "waiting"
            if name in self._unfinished.names:
                return "stopped"
            if self._standing is None or name not in self._now.names:
                return ""
            if name in self._read:
                return "read"
            return "reading" if name == self._standing.name else "waiting"

    def _run(self) -> None:
        with ExitStack() as undo:
            undo.callback(self._ended)  # after a bug: the next start must not wait for this thread
            while self._begun():
                self._sync()
            undo.pop_all()

    def _ended(self) -> None:
        with self._lock:
            self._standing = None

    def _begun(self) -> bool:
        """Whether there is something to do; it is then what is done now."""
        with self._lock:
            if self._next is None:
                self._standing = None
                return False
            self._now, self._next, self._read = self._next, None, set()
            self._standing = Standing("read", 0, 0)
            return True

    def _sync(self) -> None:
        self.failure = self._broken  # unless it turns out otherwise; a bug's traceback goes to the terminal
        try:
            self._collection.sync(self._advance, retry=None if self._now.everything else self._now.names)
            self.failure = ""
        except RagError as error:
            self.failure = str(error)
        except OSError as error:
            self.failure = f"the library can't be brought up to date ({error.strerror or error}): free some space"
        finally:
            with self._lock:
                if self.failure:
                    self._unfinished |= self._now
                self._now = _Wanted()

    def _advance(self, stage: str, done: int, total: int) -> None:
        name = self._standing.name if self._standing and stage == "read" and done < total else ""
        self._standing = Standing(stage, done, total, name)

    def _reading(self, name: str) -> None:
        with self._lock:
            self._standing = replace(self._standing or Standing("read", 0, 0), name=name)

    def _has_read(self, name: str) -> None:
        with self._lock:
            self._read.add(name)


class _Watched:
    """A parser that tells which file it reads."""

    def __init__(self, parser: Parser, updates: Updates) -> None:
        self._parser = parser
        self._updates = updates

    def parse(self, source: SourceFile) -> Parsed:
        self._updates._reading(source.name)
        parsed = self._parser.parse(source)
        self._updates._has_read(source.name)
        return parsed

    def close(self) -> None:
        self._parser.close()
