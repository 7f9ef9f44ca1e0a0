"""What the page shows of the library as it is now; worked out once for each state of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import TypeVar, cast

from rag.explore.overview import overview
from rag.library import Library
from rag.present.packs.collect import fingerprint
from rag.types import Case, FileRecord
from rag.web.fair_lock import FairLock
from rag.web.overview.view import glance_html
from rag.web.page import contents_html

T = TypeVar("T")


class Live:
    """A library's files, titles and near-duplicates. Who has its models at work holds the ``lock``."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.lock = FairLock()
        self._lock = Lock()
        self._files: tuple[FileRecord, ...] | None = None
        self._known: dict[str, object] = {}

    @property
    def files(self) -> tuple[FileRecord, ...]:
        """What became of every file."""
        return self.library.snapshot.files

    def titles(self) -> Mapping[str, str]:
        """case_id -> title"""
        return self._once("titles", self.library.snapshot.case_titles)

    def cases(self) -> Mapping[str, Case]:
        """case_id -> case, in order of document and appearance"""
        return self._once("cases", lambda: {case.case_id: case for case in self.library.snapshot.cases()})

    def near(self) -> Mapping[str, str]:
        """Documents that are nearly the same as an earlier one: doc_id -> the doc_id of that."""
        return self.library.snapshot.near_duplicates

    def contents(self) -> str:
        """'What is in here' as mark-up."""
        return self._once("contents", lambda: contents_html(self.files, self.library.snapshot.cases()))

    def state(self) -> str:
        """The library's fingerprint: what the page has seen is as it was while this is the same."""
        return self._once("state", lambda: fingerprint(self.library.snapshot.files))

    def overview(self) -> str:
        """'The library at a glance' as mark-up."""
        return self._once(
            "overview", lambda: glance_html(overview(self.library.snapshot.cases()), self.library.snapshot.files)
        )

    def _once(self, name: str, work: Callable[[], T]) -> T:
        """What ``work`` gives, done once for each state of the library."""
        with self._lock:
            files = self.library.snapshot.files
            if files is not self._files:
                self._files, self._known = files, {}
            if name not in self._known:
                self._known[name] = work()
            return cast("T", self._known[name])
