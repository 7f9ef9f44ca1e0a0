"""The one place where the parts are put together: documents in, answers out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from threading import Lock

from rag.config import Settings
from rag.errors import IndexBusyError, IndexUnusableError, SourceError
from rag.index.build import GONE_UNASKED, SYNCED_UNASKED, Parser, usable_state
from rag.index.collection import SourceCollection, problems_of
from rag.index.embed import SentenceTransformerEmbedder
from rag.index.store.generations import live_generation
from rag.index.store.index import OpenIndex, open_index
from rag.index.worker import Worker
from rag.snapshot import Snapshot
from rag.types import (
    Answer,
    Embedder,
    Plan,
    Progress,
    Synced,
)


class Library:
    """Documents with their index: ask, search, list cases. Make one with ``Library.open``.

    While another process changes the index, what was there goes on answering; every question begins with the state that
    is live then.
    """

    def __init__(
        self, collection: SourceCollection, index: OpenIndex, *, synced: Synced | None, behind: Plan | None, away: str
    ) -> None:
        self.collection = collection
        self.synced = synced  # what was done just now, because there was no index or it was out of date
        self.behind = behind  # what a sync would have to do; it was too much to be done unasked
        self.away = away  # why the sources can't be looked at; then the index answers as it was
        self._lock = Lock()
        self._use(index)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        progress: Progress | None = None,
        *,
        embedder: Embedder | None = None,
        parser: Parser | None = None,
        rebuild: bool = False,
        empty: bool = False,
    ) -> Library:
        """The library of ``settings``. Its index is built first if there is none, brought up to date first if that
        takes seconds, and else opened as it is: ``behind`` then says what a sync would do, ``away`` why the sources
        can't be found.

        Raises SourceError if there is nothing to read (unless it may be ``empty``), ModelError if the model can't be
        used, IndexUnusableError if the index was built with other settings and building it takes more than seconds
        (``rebuild`` does it all the same).
        """
        settings = settings or Settings.from_environment()
        embedder = embedder or SentenceTransformerEmbedder(settings.model)
        collection = SourceCollection(settings, embedder, parser or Worker())
        synced, behind, away = _up_to_date(collection, progress, rebuild=rebuild)
        try:
            index = open_index(settings.index_home)
        except IndexUnusableError:
            # Damaged: built again; nothing is lost, the sources are there.
            synced, behind = collection.sync(progress, rebuild=True), None
            index = open_index(settings.index_home)
        if not index.passages and not empty:
            reasons = "; ".join(problems_of(index.state.files)[:3]) or "it holds no files"
            index.close()
            raise SourceError(
                f"nothing to read in {settings.seeds} ({reasons}): put documents there, or name another folder "
                "with --seeds DIR"
            )
        return cls(collection, index, synced=synced, behind=behind, away=away)

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """``snapshot.ask`` for short."""
        return self.snapshot.ask(question, history)

    @property
    def settings(self) -> Settings:
        """What the library was opened with."""
        return self.collection.settings

    def close(self) -> None:
        """Lets go of the index's files."""
        self._snapshot.close()

    # --- the state that is live ---

    def _use(self, index: OpenIndex) -> None:
        self._live = index.generation
        self._snapshot = Snapshot(self.settings, index, self.collection.embedder)

    @property
    def snapshot(self) -> Snapshot:
        """The live state of the index, which asks, searches and looks.

        What was opened last, if the live one can't be read or was built with other settings.
        """
        with self._lock:
            live = live_generation(self.settings.index_home)
            if live not in (self._live, ""):
                self._live = live  # looked at once, whatever it holds
                with suppress(IndexUnusableError):
                    index = open_index(self.settings.index_home)
                    if index.state.manifest == self._snapshot.state.manifest:
                        self._use(index)
                    else:
                        index.close()
            return self._snapshot


def _up_to_date(
    collection: SourceCollection, progress: Progress | None, *, rebuild: bool
) -> tuple[Synced | None, Plan | None, str]:
    """What was done to the index, what is still to be done to it, and why its sources can't be looked at."""
    try:
        plan = None if rebuild else collection.behind()
        if plan is None:
            return collection.sync(progress, rebuild=rebuild), None, ""
        if plan.news and plan.size <= SYNCED_UNASKED and len(plan.gone) <= GONE_UNASKED:
            with suppress(IndexBusyError):  # somebody is at it: what is there answers meanwhile
                return collection.sync(progress, timeout=0), None, ""
    except SourceError as error:
        if rebuild or usable_state(collection.settings, collection.embedder) is None:
            raise
        return None, None, str(error)
    return None, plan if plan.news else None, ""
