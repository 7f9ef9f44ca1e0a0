"""Makes an index equal to its sources: reads what is new or changed, drops what is gone, commits as it goes."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Protocol

from rag.config import Settings
from rag.errors import IndexUnusableError, SourceError
from rag.index.near_duplicates import text_key
from rag.index.parsed import READING_VERSION
from rag.index.segment import SplitDocument, contents_of, joined, split_document
from rag.index.split import SPLITTER_VERSION
from rag.index.store.generations import BUILDING, CURRENT, Folder, locked, remove_dead
from rag.index.store.index import add_segment, open_index, segment_array
from rag.index.store.state import FORMAT_VERSION, IndexState, commit, read_state
from rag.sources.changes import plan_of
from rag.sources.folder import read_file
from rag.sources.listed import sources_of
from rag.text.words import WORDS_VERSION
from rag.types import (
    Embedder,
    FileRecord,
    FoundFile,
    IndexedDocument,
    Manifest,
    Parsed,
    ParsedDocument,
    Plan,
    Problem,
    Progress,
    SourceFile,
    Synced,
    Vectors,
)

#: Bytes of new and changed files up to which an index is brought up to date without being asked: some seconds' work.
SYNCED_UNASKED = 400_000

#: Vanished files up to which the same holds: many at once may only be away for a while.
GONE_UNASKED = 10

_BATCH = 2_000  # passages of a segment: what a build that is killed may have to do again
_SMALL, _MOST_SMALL = 1_000, 8  # passages of a small segment, and how many of these there may be


class Parser(Protocol):
    """Reads a file into documents."""

    def parse(self, source: SourceFile) -> Parsed: ...
    def close(self) -> None:
        """Lets go of what it holds, until it is asked again."""


def sync(
    settings: Settings,
    embedder: Embedder,
    parser: Parser,
    progress: Progress | None = None,
    *,
    rebuild: bool = False,
    retry: Collection[str] | None = (),
    timeout: float = -1,
) -> Synced:
    """Makes the index equal to its sources; with ``rebuild`` from scratch, the last one answering until it is done.

    Whatever it is stopped by, the index holds whole documents only, and the next sync goes on from there. ``retry``
    are names of files to read again that could not be read before, None is all. Waits up to ``timeout`` seconds (-1:
    no limit) for another process that builds. Raises SourceError if there are no sources, IndexUnusableError.
    """
    home = settings.index_home
    with locked(home, timeout, waiting=lambda: progress("wait", 0, 1) if progress else None):
        remove_dead(home)
        state, pointer = _begun(settings, embedder, rebuild=rebuild)
        sources = sources_of(settings)
        plan = plan_of(sources, state.files, retry=retry)
        if sources.bare and any(record.documents and not record.addition for record in plan.gone):
            raise SourceError(
                f"there are no files in {settings.seeds} any more, so the library was left as it is: bring the folder "
                "back, or take them out with: rag remove NAME"
            )
        if not plan.news and pointer == CURRENT:
            return Synced(kept=len(plan.kept))
        sync = _Sync(settings, embedder, progress, state=state, pointer=pointer, plan=plan)
        for done, file in enumerate(plan.read, 1):
            sync.read(file, parser)
            if progress:
                progress("read", done, len(plan.read))
        sync.finish()
        return Synced(tuple(sync.records[file.name] for file in plan.read), plan.gone, len(plan.kept))


def pending(settings: Settings, embedder: Embedder) -> Plan | None:
    """What a sync would have to do; None if there is no index that it could go on from.

    Raises SourceError if there are no sources, IndexUnusableError if the index was built with other settings and
    building it again takes more than seconds.
    """
    sources = sources_of(settings)
    if state := usable_state(settings, embedder):
        return plan_of(sources, state.files)
    other = None
    with suppress(IndexUnusableError):  # damaged: built again; nothing is lost, the sources are there
        other = read_state(settings.index_home, whole=True)
    if other and sources.size > SYNCED_UNASKED:
        raise IndexUnusableError(
            f"The index in {settings.index_home} was built with other settings (model or passage size); building it "
            f"again takes a while. Do it with: rag index --seeds {settings.seeds}"
        )
    return None


def _begun(settings: Settings, embedder: Embedder, *, rebuild: bool) -> tuple[IndexState, str]:
    """The state to go on from, and which pointer leads to it: the live index, or a build from scratch."""
    live = None if rebuild else usable_state(settings, embedder, whole=True)
    if live:
        return live, CURRENT
    wanted = manifest_of(settings, embedder)
    with suppress(IndexUnusableError):
        begun = read_state(settings.index_home, BUILDING, whole=True)
        if begun and begun.manifest == wanted:
            return begun, BUILDING
    return IndexState(wanted), BUILDING


def usable_state(settings: Settings, embedder: Embedder, *, whole: bool = False) -> IndexState | None:
    """The live index, if it was built with these settings and can be read; ``whole`` as in ``read_state``."""
    with suppress(IndexUnusableError):
        state = read_state(settings.index_home, whole=whole)
        if state and state.manifest == manifest_of(settings, embedder, state.manifest.dimension):
            return state
    return None


def manifest_of(settings: Settings, embedder: Embedder, dimension: int = 0) -> Manifest:
    """What an index is built with now; the model is asked for its dimension only if it is not given."""
    return Manifest(
        format_version=FORMAT_VERSION,
        model=embedder.name,
        model_checksum=embedder.checksum,
        dimension=dimension or embedder.dimension,
        splitter={
            "reading": READING_VERSION,
            "version": SPLITTER_VERSION,
            "words": WORDS_VERSION,
            "tokens": settings.passage_tokens,
        },
    )


class _Sync:
    """A sync at work: the ``records`` so far, and the documents that wait for the next commit."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        progress: Progress | None,
        *,
        state: IndexState,
        pointer: str,
        plan: Plan,
    ) -> None:
        self._settings, self._embedder, self._progress = settings, embedder, progress
        self._home, self._pointer = settings.index_home, pointer
        self._manifest, self._segments = state.manifest, list(state.segments)
        # What is to be read stays in the index as it was until it has been; what is gone leaves with the first commit.
        read = {file.name for file in plan.read}
        self.records = {record.name: record for record in state.files if record.name in read}
        self.records |= {record.name: record for record in plan.kept}
        self._by_bytes = {record.sha256: record for record in plan.kept if record.sha256}
        self._by_words = {d.text_key: d.doc_id for record in plan.kept for d in record.documents}
        self._names = {d.doc_id for record in plan.kept for d in record.documents}
        self._waiting: list[SplitDocument] = []
        self._new: dict[str, FileRecord] = {}

    def read(self, file: FoundFile, parser: Parser) -> None:
        """Reads a file; its documents wait for the next commit."""
        try:
            source = read_file(file)
        except SourceError as error:
            self._new[file.name] = FileRecord(file.name, error.status, str(error), addition=file.addition)
            return
        record = self._known(file, source.sha256) or self._parsed(file, source, parser.parse(source))
        record = replace(record, addition=file.addition)
        self._new[file.name] = record
        self._by_bytes.setdefault(record.sha256, record)
        if sum(len(one.passages) for one in self._waiting) >= _BATCH:
            self._commit()

    def finish(self) -> None:
        """Commits what waits; a build from scratch becomes the live index."""
        self._pointer = CURRENT
        self._commit()
        self._join_small()

    def _known(self, file: FoundFile, sha256: str) -> FileRecord | None:
        """The record of a file whose bytes another has too."""
        same = self._by_bytes.get(sha256)
        if same is None or same.name == file.name:
            return None
        if same.status not in ("indexed", "duplicate"):
            return replace(same, name=file.name, stamp=file.stamp)
        original = same.same_as or same.documents[0].doc_id
        reason = f"the same file as {same.same_as or same.name}"
        within = tuple(
            Problem(f"{file.name}{document.doc_id.removeprefix(same.name)}", "duplicate", reason, document.doc_id)
            for document in same.documents
            if document.doc_id != same.name
        )
        found = FileRecord(file.name, "duplicate", reason, sha256, file.stamp)
        return replace(found, problems=within) if within else replace(found, same_as=original)

    def _parsed(self, file: FoundFile, source: SourceFile, parsed: Parsed) -> FileRecord:
        taken = [self._taken(one) for one in parsed.documents]
        documents = tuple(one for one in taken if isinstance(one, IndexedDocument))
        problems = (*parsed.problems, *(one for one in taken if isinstance(one, Problem)))
        if documents:
            found = FileRecord(file.name, "indexed", "", source.sha256, file.stamp)
            return replace(found, documents=documents, problems=problems)
        only = problems[0] if problems else Problem(file.name, "empty", "it holds nothing to read")
        if problems and all(problem.name != file.name for problem in problems) and not only.same_as:
            only = Problem(file.name, only.status, "nothing in it can be read")
        within = tuple(problem for problem in problems if problem.name != file.name)
        found = FileRecord(file.name, only.status, only.reason, source.sha256, file.stamp)
        return replace(found, same_as=only.same_as, problems=within)

    def _taken(self, one: ParsedDocument) -> IndexedDocument | Problem:
        """A document that waits for the next commit now, or why it does not."""
        document = one.document
        key = text_key(document.text)
        if original := self._by_words.get(key):
            return Problem(document.doc_id, "duplicate", f"the same words as {original}", original)
        if document.doc_id in self._names:
            return Problem(document.doc_id, "failed", "another document has this name: rename the file")
        self._names.add(document.doc_id)
        split = split_document(one, self._embedder, self._settings.passage_tokens)
        if not split.passages:
            return Problem(document.doc_id, "empty", "it holds headings alone, and nothing to quote")
        self._by_words[key] = document.doc_id
        self._waiting.append(split)
        return IndexedDocument(
            doc_id=document.doc_id,
            title=document.title,
            segment="",
            text_key=key,
            cases=len(one.cases),
            passages=len(split.passages),
            warnings=document.warnings,
        )

    def _commit(self) -> None:
        if self._waiting or not self._segments:
            step = partial(self._progress, "embed") if self._progress else None
            contents = contents_of(self._waiting, self._embedder, self._directions(), step)
            segment = add_segment(self._home, contents)
            self._segments.append(segment)
            self._new = {name: _placed(record, segment.name) for name, record in self._new.items()}
        self.records |= self._new
        self._waiting, self._new = [], {}
        self._write()

    def _write(self) -> None:
        used = {document.segment for record in self.records.values() for document in record.documents}
        self._segments = [s for s in self._segments if s.name in used] or self._segments[:1]
        records = tuple(self.records[name] for name in sorted(self.records))
        commit(self._home, IndexState(self._manifest, tuple(self._segments), records), self._pointer)

    def _directions(self) -> Vectors | None:
        """Those the first segment keeps its token vectors in; an empty one has none to follow."""
        for segment in self._segments:
            if _size(segment):
                return segment_array(self._home, segment, "token_basis")
        return None

    def _join_small(self) -> None:
        """Many small segments become one: each costs some time whenever the index is opened."""
        names = {segment.name for segment in self._segments if _size(segment) < _SMALL}
        if len(names) <= _MOST_SMALL:
            return
        with open_index(self._home, segments=names) as index:
            segment = add_segment(self._home, joined(index))
        self._segments = [s for s in self._segments if s.name not in names] + [segment]
        self.records = {name: _placed(record, segment.name, names) for name, record in self.records.items()}
        self._write()


def _size(segment: Folder) -> int:
    return int(segment.manifest["rows"]["passages"])


def _placed(record: FileRecord, segment: str, before: Collection[str] = ("",)) -> FileRecord:
    """The record, its documents that were in one of the segments ``before`` now in ``segment``."""
    documents = tuple(replace(d, segment=segment) if d.segment in before else d for d in record.documents)
    return replace(record, documents=documents)
