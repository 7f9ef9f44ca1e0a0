"""What an index holds, written a segment at a time and opened again as one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexUnusableError
from rag.index.store.generations import (
    CURRENT,
    Folder,
    check_files,
    damaged,
    read_bytes,
    read_generation,
    write_segment,
)
from rag.index.store.records import JoinedTable, KeyedTable, RecordFile, Table, to_sqlite
from rag.index.store.search import FlatVectors, WordCounts, WordScores
from rag.index.store.segment_arrays import SegmentedArrays
from rag.index.store.state import IndexState, state_of
from rag.types import Case, Document, Passage, Vectors

T = TypeVar("T")

_LIBRARY = "library.sqlite"
_VECTORS = "vectors.faiss"
_VOCABULARY = "words/vocabulary.json"


@dataclass(frozen=True, kw_only=True)
class SegmentContents:
    """What is written. ``vectors`` (n, dimension) and ``words`` (for BM25) have a row for each passage.

    Cases and passages stand in the order of their documents.
    """

    documents: Sequence[Document]
    cases: Sequence[Case]
    passages: Sequence[Passage]
    vectors: Vectors
    words: Sequence[Sequence[str]]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.passages):
            raise ValueError(f"vectors should have {len(self.passages)} rows, have the shape {self.vectors.shape}")
        if len(self.words) != len(self.passages):
            raise ValueError(f"words should have {len(self.passages)} rows, have {len(self.words)}")
        for name in self.arrays:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(f"an array's name should be of letters, digits and _, is {name!r}")


@dataclass(frozen=True, kw_only=True)
class OpenIndex:
    """An index as it was when it was opened; a later build does not change it.

    Documents, cases and passages stand in the order of their documents' names, whatever segments they lie in. They are
    read from the file when asked for, arrays are mapped into memory: reading them raises IndexUnusableError if the file
    was damaged. ``close`` lets Windows delete the files.
    """

    generation: str  # as ``live_generation`` has it
    state: IndexState
    documents: Mapping[str, Document]
    cases: Mapping[str, Case]
    passages: Sequence[Passage]
    passage_documents: Sequence[str]  # the document of each passage
    vectors: FlatVectors
    words: WordScores
    arrays: SegmentedArrays  # with a row for each passage
    document_arrays: SegmentedArrays  # with a row for each document
    _segments: Sequence[_OpenSegment] = field(repr=False)

    def words_of(self, rows: Sequence[int]) -> list[list[str]]:
        """The words that BM25 has of some passages, in no special order."""
        found: dict[int, list[str]] = {}
        placement = self.arrays.placement
        wanted = np.asarray(rows, dtype=np.int64)
        for number, segment in enumerate(self._segments):
            here = wanted[placement.segment[wanted] == number]
            found.update(zip(here.tolist(), segment.words.words_of(placement.local[here]), strict=True))
        return [found[row] for row in rows]

    def close(self) -> None:
        """Closes the files. Nothing can be read from the index afterwards."""
        for segment in self._segments:
            segment.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _OpenSegment:
    library: RecordFile
    vectors: FlatVectors
    words: WordCounts
    arrays: Mapping[str, NDArray[Any]]


def add_segment(home: Path, contents: SegmentContents) -> Folder:
    """Writes a segment that is not part of the index yet: ``commit`` makes it so. Raises IndexUnusableError.

    Must be called within ``locked(home)``.
    """
    words = WordCounts.of(contents.words)
    arrays = {f"arrays/{name}": array for name, array in contents.arrays.items()}
    arrays |= {f"words/{name}": getattr(words, name) for name in WordCounts.ARRAYS}
    tables: dict[str, list[tuple[str, str, Any]]] = {
        "documents": [(document.doc_id, document.doc_id, document) for document in contents.documents],
        "cases": [(case.case_id, case.doc_id, case) for case in contents.cases],
        "passages": [(passage.passage_id, passage.doc_id, passage) for passage in contents.passages],
    }
    files: dict[str, bytes | memoryview] = {
        _LIBRARY: to_sqlite(tables),
        _VECTORS: FlatVectors.of(contents.vectors).dump(),
        _VOCABULARY: json.dumps(words.vocabulary).encode("ascii"),
    }
    files |= {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    manifest = {
        "rows": {name: len(records) for name, records in tables.items()},
        "dimension": contents.vectors.shape[1],
        "arrays": sorted(contents.arrays),
    }
    return write_segment(home, files, manifest)


def segment_array(home: Path, segment: Folder, name: str) -> NDArray[Any]:
    """One of the arrays of a segment. Raises IndexUnusableError."""
    return _load(home, segment.folder, f"arrays/{name}.npy", _mapped)


def open_index(home: Path, pointer: str = CURRENT, *, segments: Collection[str] | None = None) -> OpenIndex:
    """The live index, or what some of its ``segments`` hold of it.

    Raises IndexUnusableError if there is none, or naming what is damaged.
    """
    while True:
        generation = read_generation(home, pointer)
        if generation is None:
            raise IndexUnusableError(f"There is no index in {home}. Build it with: rag index")
        try:
            return _open(home, generation, segments)
        except IndexUnusableError:
            if read_generation(home, pointer) == generation:  # otherwise it was replaced while we were opening it
                raise


def _open(home: Path, generation: Folder, wanted: Collection[str] | None) -> OpenIndex:
    check_files(home, generation)
    state = state_of(home, generation)
    documents = state.documents
    folders = [segment for segment in state.segments if wanted is None or segment.name in wanted]
    live = [documents[segment.name] for segment in folders]
    with ExitStack() as undo:
        segments = []
        for segment in folders:
            segments.append(_open_segment(home, segment, state.manifest.dimension))
            undo.callback(segments[-1].library.close)

        def placed(kind: type[T], name: str) -> JoinedTable[T]:
            tables = [Table(segment.library, name, kind) for segment in segments]
            return JoinedTable(tables, live)

        passages, listed = placed(Passage, "passages"), placed(Document, "documents")
        arrays = [segment.arrays for segment in segments]
        index = OpenIndex(
            generation=generation.line,
            state=state,
            documents=KeyedTable(listed),
            cases=KeyedTable(placed(Case, "cases")),
            passages=passages,
            passage_documents=passages.documents,
            vectors=FlatVectors.joined([segment.vectors for segment in segments], passages.placement),
            words=WordScores([segment.words for segment in segments], passages.placement),
            arrays=SegmentedArrays(arrays, passages.placement),
            document_arrays=SegmentedArrays(arrays, listed.placement),
            _segments=segments,
        )
        undo.pop_all()
    return index


def _open_segment(home: Path, segment: Folder, dimension: int) -> _OpenSegment:
    folder, manifest = segment.folder, segment.manifest
    check_files(home, segment)
    load = partial(_load, home, folder)
    library = RecordFile(folder / _LIBRARY, partial(damaged, home, f"{folder.name}/{_LIBRARY}"))
    with ExitStack() as undo:
        undo.callback(library.close)
        counts = {name: load(f"words/{name}.npy", _mapped) for name in WordCounts.ARRAYS}
        opened = _OpenSegment(
            library=library,
            vectors=load(_VECTORS, lambda path: FlatVectors.parse(read_bytes(path))),
            words=load(_VOCABULARY, lambda path: WordCounts(json.loads(read_bytes(path)), **counts)),
            arrays={name: load(f"arrays/{name}.npy", _mapped) for name in manifest["arrays"]},
        )
        _check_rows(home, folder, opened, manifest["rows"], dimension)
        undo.pop_all()
    return opened


def _check_rows(home: Path, folder: Path, segment: _OpenSegment, rows: Mapping[str, int], dimension: int) -> None:
    for name, expected in rows.items():
        ((count,),) = segment.library.select(f"SELECT count(*) FROM {name}")
        if count != expected:
            raise damaged(home, f"{folder.name}/{_LIBRARY}", f"it has {count} {name}, not {expected}")
    shape, wanted = segment.vectors.matrix.shape, (rows["passages"], dimension)
    if shape != wanted:
        raise damaged(home, f"{folder.name}/{_VECTORS}", f"its vectors have the shape {shape}, not {wanted}")
    if len(segment.words.lengths) != rows["passages"]:
        raise damaged(home, f"{folder.name}/{_VOCABULARY}", "the words are not those of its passages")


def _load(home: Path, folder: Path, name: str, load: Callable[[Path], T]) -> T:
    try:
        return load(folder / name)
    except (OSError, ValueError, EOFError) as error:
        raise damaged(home, f"{folder.name}/{name}", str(error)) from error


def _mapped(path: Path) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def _npy(array: NDArray[Any]) -> memoryview:
    content = BytesIO()
    np.save(content, array, allow_pickle=False)
    return content.getbuffer()
