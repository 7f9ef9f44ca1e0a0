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
    read_current,
    write_segment,
)
from rag.index.store.records import JoinedTable, KeyedTable, RecordFile, to_sqlite
from rag.index.store.search import FlatVectors, WordCounts, WordScores
from rag.index.store.segment_arrays import SegmentedArrays
from rag.index.store.state import IndexState, state_of
from rag.types import Case, Document, Passage, Vectors

T = TypeVar("T")

_LIBRARY = "library.sqlite"
_VECTORS = "vectors"  # the name of their array
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
    _files: Sequence[RecordFile] = field(repr=False)

    def close(self) -> None:
        """Closes the files. Nothing can be read from the index afterwards."""
        for file in self._files:
            file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def add_segment(home: Path, contents: SegmentContents) -> Folder:
    """Writes a segment that is not part of the index yet: ``commit`` makes it so. Raises IndexUnusableError.

    Must be called within ``locked(home)``.
    """
    words = WordCounts.of(contents.words)
    kept = {_VECTORS: contents.vectors, **contents.arrays}
    arrays = {f"arrays/{name}": array for name, array in kept.items()}
    arrays |= {f"words/{name}": getattr(words, name) for name in WordCounts.ARRAYS}
    tables: dict[str, list[tuple[str, str, Any]]] = {
        "documents": [(document.doc_id, document.doc_id, document) for document in contents.documents],
        "cases": [(case.case_id, case.doc_id, case) for case in contents.cases],
        "passages": [(passage.passage_id, passage.doc_id, passage) for passage in contents.passages],
    }
    files: dict[str, bytes | memoryview] = {
        _LIBRARY: to_sqlite(tables),
        _VOCABULARY: json.dumps(words.vocabulary).encode("ascii"),
    }
    files |= {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    manifest = {
        "rows": {name: len(records) for name, records in tables.items()},
        "arrays": sorted(kept),
    }
    return write_segment(home, files, manifest)


def segment_array(home: Path, segment: Folder, name: str) -> NDArray[Any]:
    """One of the arrays of a segment. Raises IndexUnusableError."""
    return _load(home, segment, f"arrays/{name}.npy", _mapped)


def open_index(home: Path, pointer: str = CURRENT, *, segments: Collection[str] | None = None) -> OpenIndex:
    """The live index, or what some of its ``segments`` hold of it.

    Raises IndexUnusableError if there is none, or naming what is damaged.
    """
    index = read_current(home, pointer, lambda generation: _open(home, generation, segments))
    if index is None:
        raise IndexUnusableError(f"There is no index in {home}. Build it with: rag index")
    return index


def _open(home: Path, generation: Folder, wanted: Collection[str] | None) -> OpenIndex:
    check_files(home, generation)
    state = state_of(home, generation)
    documents = state.documents
    folders = [segment for segment in state.segments if wanted is None or segment.name in wanted]
    live = [documents[segment.name] for segment in folders]
    with ExitStack() as undo:
        files, words, arrays = [], [], []
        for segment in folders:
            check_files(home, segment)
            library = RecordFile(segment.folder / _LIBRARY, partial(damaged, home, f"{segment.name}/{_LIBRARY}"))
            files.append(library)
            undo.callback(library.close)
            words.append(_words(home, segment))
            arrays.append({name: segment_array(home, segment, name) for name in segment.manifest["arrays"]})
            shape, dimension = arrays[-1][_VECTORS].shape, state.manifest.dimension
            _check_rows(home, segment, library, words[-1], shape=shape, dimension=dimension)
        passages = JoinedTable(files, "passages", Passage, live)
        listed = JoinedTable(files, "documents", Document, live)
        joined = SegmentedArrays(arrays, passages.placement)
        index = OpenIndex(
            generation=generation.line,
            state=state,
            documents=KeyedTable(listed),
            cases=KeyedTable(JoinedTable(files, "cases", Case, live)),
            passages=passages,
            passage_documents=passages.documents,
            vectors=FlatVectors(joined.rows(_VECTORS)),
            words=WordScores(words, passages.placement),
            arrays=joined,
            document_arrays=SegmentedArrays(arrays, listed.placement),
            _files=files,
        )
        undo.pop_all()
    return index


def _words(home: Path, segment: Folder) -> WordCounts:
    counts = {name: _load(home, segment, f"words/{name}.npy", _mapped) for name in WordCounts.ARRAYS}
    return _load(home, segment, _VOCABULARY, lambda path: WordCounts(json.loads(read_bytes(path)), **counts))


def _check_rows(
    home: Path, segment: Folder, library: RecordFile, words: WordCounts, *, shape: tuple[int, ...], dimension: int
) -> None:
    rows: Mapping[str, int] = segment.manifest["rows"]
    for name, expected in rows.items():
        ((count,),) = library.select(f"SELECT count(*) FROM {name}")
        if count != expected:
            raise damaged(home, f"{segment.name}/{_LIBRARY}", f"it has {count} {name}, not {expected}")
    if shape != (wanted := (rows["passages"], dimension)):
        reason = f"its vectors have the shape {shape}, not {wanted}"
        raise damaged(home, f"{segment.name}/arrays/{_VECTORS}.npy", reason)
    if len(words.lengths) != rows["passages"]:
        raise damaged(home, f"{segment.name}/{_VOCABULARY}", "the words are not those of its passages")


def _load(home: Path, segment: Folder, name: str, load: Callable[[Path], T]) -> T:
    try:
        return load(segment.folder / name)
    except (OSError, ValueError, EOFError) as error:
        raise damaged(home, f"{segment.name}/{name}", str(error)) from error


def _mapped(path: Path) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def _npy(array: NDArray[Any]) -> memoryview:
    content = BytesIO()
    np.save(content, array, allow_pickle=False)
    return content.getbuffer()
