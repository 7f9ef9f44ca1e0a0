"""The one place where the parts are put together: documents in, answers out."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Lock

from rag.build import GONE_UNASKED, SYNCED_UNASKED, Parser, usable_state
from rag.clean import decode as decode_source
from rag.clean import is_text, unpacked
from rag.config import Settings
from rag.embed import SentenceTransformerEmbedder
from rag.errors import IndexBusyError, IndexUnusableError, SourceError
from rag.evaluate import Evaluation, Question, evaluate
from rag.filters import Counts
from rag.holdings import Holdings
from rag.load import read_file
from rag.present import answer_record, problems_of
from rag.refusal import Signals
from rag.retrieve import Stages
from rag.snapshot import Snapshot
from rag.sources import sources_of
from rag.store import OpenIndex, live_generation, open_index
from rag.types import (
    Answer,
    Case,
    Document,
    Embedder,
    FileRecord,
    Filters,
    Passage,
    Plan,
    Precedents,
    Progress,
    Query,
    ScoredPassage,
    SourceFile,
    Synced,
)
from rag.worker import Worker


class Library:
    """Documents with their index: ask, search, list cases. Make one with ``Library.open``.

    While another process changes the index, what was there goes on answering; every question begins with the state that
    is live then.
    """

    def __init__(
        self, holdings: Holdings, index: OpenIndex, *, synced: Synced | None, behind: Plan | None, away: str
    ) -> None:
        self.holdings = holdings
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
        holdings = Holdings(settings, embedder, parser or Worker())
        synced, behind, away = _up_to_date(holdings, progress, rebuild=rebuild)
        try:
            index = open_index(settings.index_home)
        except IndexUnusableError:
            # Damaged: built again; nothing is lost, the sources are there.
            synced, behind = holdings.sync(progress, rebuild=True), None
            index = open_index(settings.index_home)
        if not index.passages and not empty:
            reasons = "; ".join(problems_of(index.state.files)[:3]) or "it holds no files"
            index.close()
            raise SourceError(
                f"nothing to read in {settings.seeds} ({reasons}): put documents there, or name another folder "
                "with --seeds DIR"
            )
        return cls(holdings, index, synced=synced, behind=behind, away=away)

    # --- asking ---

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        sources: Collection[str] | None = None,
        filters: Filters = (),
        preferred: Filters | None = None,
    ) -> Answer:
        """The answer to ``question``; ``history`` holds the conversation's earlier questions as typed, oldest first.

        A question of several parts gets evidence for each. ``sources`` limits the search to these documents,
        ``filters`` to the cases that meet them. Cases that state what is ``preferred`` come before others; None: what
        the question says of place, people, setting and time. Every quote is checked against its stored document.
        """
        return self._now.ask(question, history, sources=sources, filters=filters, preferred=preferred)

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        sources: Collection[str] | None = None,
        filters: Filters = (),
        preferred: Filters | None = None,
    ) -> list[ScoredPassage]:
        """The ``k`` most relevant passages, best first, each with its neighbours of the same case (``rag.windows``).

        ``sources``, ``filters`` and ``preferred`` as for ``ask``.
        """
        return self._now.search(question, k, sources=sources, filters=filters, preferred=preferred)

    def precedents(self, situation: str, k: int = 10, *, filters: Filters = ()) -> Precedents:
        """The ``k`` cases most like a situation, of those that meet the filters: by problem, people, place and means,
        each with what matches and what does not.
        """
        return self._now.precedents(situation, k, filters=filters)

    def counts(self, question: str = "", history: Sequence[str] = (), *, filters: Filters = ()) -> Counts:
        """How many cases state what, of those that meet the filters of all other kinds.

        With a ``question``: of the cases of the best passages found for it within those filters.
        """
        return self._now.counts(question, history, filters=filters)

    def stages(self, question: str, history: Sequence[str] = ()) -> Stages:
        """What each stage of the ranking says of the passages it reads closely. For fitting and looking."""
        return self._now.stages(question, history)

    def signals(
        self, question: str, history: Sequence[str] = (), *, sources: Collection[str] | None = None
    ) -> Signals | None:
        """What the decision to answer rests on; None if there is nothing to search. For fitting and looking."""
        return self._now.signals(question, history, sources=sources)

    def rank(self, question: str, n: int = 100, history: Sequence[str] = ()) -> list[tuple[str, float]]:
        """The ``n`` best documents, best first: (name, score of its best passage)."""
        return self._now.rank(question, n, history)

    def resolve(self, question: str, history: Sequence[str] = ()) -> Query:
        """What would be searched for ``question`` in this conversation."""
        return self._now.resolve(question, history)

    def evaluate(self, questions: Sequence[Question], progress: Progress | None = None) -> Evaluation:
        """How well the library answers ``questions``: each is asked and timed; ``progress("ask", done, total)``."""
        snapshot = self._now
        titles = snapshot.case_titles()
        answers = []
        for question in questions[:1]:
            snapshot.ask(question.question)  # loads the model, which is no part of any question's time
        for done, question in enumerate(questions, 1):
            begun = time.perf_counter()
            answer = snapshot.ask(question.question, question.history)
            taken = round(1000 * (time.perf_counter() - begun), 1)
            answers.append({**answer_record(answer, question.id, titles), "ms": taken})
            if progress:
                progress("ask", done, len(questions))
        return evaluate(questions, answers, self.source_texts())

    # --- looking ---

    @property
    def settings(self) -> Settings:
        """What the library was opened with."""
        return self.holdings.settings

    @property
    def files(self) -> tuple[FileRecord, ...]:
        """What became of every file that was given, in order of name."""
        return self._now.state.files

    @property
    def problems(self) -> tuple[str, ...]:
        """Of each file that is not in the index, or is in part, why."""
        return problems_of(self.files)

    def near_duplicates(self) -> Mapping[str, str]:
        """Documents that are nearly the same as an earlier one: doc_id -> the doc_id of that."""
        return self._now.near_duplicates

    def documents(self) -> list[Document]:
        """Every document in order of its name."""
        return self._now.documents()

    def document(self, doc_id: str) -> Document:
        """One document. Raises SourceError if there is none of this name."""
        return self._now.document(doc_id)

    def documents_of(self, sources: Collection[str]) -> set[str]:
        """The names of the documents that are one of the ``sources``, or in a folder that is. Raises SourceError for a
        source that there is not.
        """
        return self._now.documents_of(sources)

    def original(self, doc_id: str) -> str:
        """The decoded text of the document's source file, as it is now. Raises SourceError, also if it is no text."""
        if not is_text(self.document(doc_id).media_type):
            raise SourceError(f"{doc_id} is no text file: its cleaned text is all there is to show")
        return decode_source(self.source(doc_id))

    def source(self, doc_id: str) -> SourceFile:
        """The document's source as it is now: a file, or one within an archive. Raises SourceError."""
        document = self.document(doc_id)
        source = next(self._sources({doc_id}), None)
        if source is None or source.sha256 != document.sha256:
            raise SourceError(f"{doc_id} has changed since it was read: bring the index up to date with: rag sync")
        return source

    def source_texts(self) -> dict[str, str]:
        """The text of each document, and of each file that is the same, as its source has it now.

        Of what is no text file, its cleaned text.
        """
        documents = {document.doc_id: document for document in self.documents()}
        plain = {name for name, document in documents.items() if is_text(document.media_type)}
        texts = {name: document.text for name, document in documents.items() if name not in plain}
        texts |= {source.name: decode_source(source) for source in self._sources(plain)}
        return texts | {file.name: texts[file.same_as] for file in self.files if file.same_as in texts}

    def _sources(self, doc_ids: Collection[str]) -> Iterator[SourceFile]:
        """The sources of some documents. Raises SourceError for one that is there no more."""
        there = {file.name: file for file in sources_of(self.settings).files}
        for record in self.files:
            wanted = {document.doc_id for document in record.documents} & set(doc_ids)
            if wanted and record.name not in there:
                raise SourceError(
                    f"{record.name} is not among the sources any more: bring the index up to date with: rag sync"
                )
            if wanted:
                found = unpacked(read_file(there[record.name]))
                yield from (source for source in found if isinstance(source, SourceFile) and source.name in wanted)

    def cases(self) -> list[Case]:
        """Every case in order of document and appearance."""
        return self._now.cases()

    def passages(self) -> Sequence[Passage]:
        """Every passage in row order."""
        return self._now.passages()

    def case_titles(self) -> Mapping[str, str]:
        """case_id -> title"""
        return self._now.case_titles()

    def close(self) -> None:
        """Lets go of the index's files."""
        self._snapshot.close()

    # --- the state that is live ---

    def _use(self, index: OpenIndex) -> None:
        self._live = index.generation
        self._snapshot = Snapshot(self.settings, index, self.holdings.embedder)

    @property
    def _now(self) -> Snapshot:
        """The live state; what was opened last if it can't be read, or was built with other settings."""
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
    holdings: Holdings, progress: Progress | None, *, rebuild: bool
) -> tuple[Synced | None, Plan | None, str]:
    """What was done to the index, what is still to be done to it, and why its sources can't be looked at."""
    try:
        plan = None if rebuild else holdings.behind()
        if plan is None:
            return holdings.sync(progress, rebuild=rebuild), None, ""
        if plan.news and plan.size <= SYNCED_UNASKED and len(plan.gone) <= GONE_UNASKED:
            with suppress(IndexBusyError):  # somebody is at it: what is there answers meanwhile
                return holdings.sync(progress, timeout=0), None, ""
    except SourceError as error:
        if rebuild or usable_state(holdings.settings, holdings.embedder) is None:
            raise
        return None, None, str(error)
    return None, plan if plan.news else None, ""
