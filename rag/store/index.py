"""What an index holds, written as one generation and opened again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexUnusableError
from rag.store.generations import (
    REBUILD,
    Generation,
    check_files,
    damaged,
    locked,
    read_bytes,
    read_generation,
    write_generation,
)
from rag.store.records import KeyedTable, RecordFile, Table, to_sqlite
from rag.store.search import FlatVectors, WordScores
from rag.types import Case, Document, Manifest, Passage, Vectors

T = TypeVar("T")

#: Goes up when the files change; a manifest with another number is never read.
FORMAT_VERSION = 2

_LIBRARY = "library.sqlite"
_VECTORS = "vectors.faiss"
_VOCABULARY = "words/vocabulary.json"


@dataclass(frozen=True, kw_only=True)
class IndexContents:
    """What is written. ``vectors`` (n, dimension) and ``words`` (for BM25) have a row for each passage."""

    manifest: Manifest
    documents: Sequence[Document]
    cases: Sequence[Case]
    passages: Sequence[Passage]
    vectors: Vectors
    words: Sequence[Sequence[str]]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = (len(self.passages), self.manifest.dimension)
        if self.vectors.shape != rows:
            raise ValueError(f"vectors should have the shape {rows}, have {self.vectors.shape}")
        if len(self.words) != len(self.passages):
            raise ValueError(f"words should have {len(self.passages)} rows, have {len(self.words)}")
        for name in self.arrays:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(f"an array's name should be of letters, digits and _, is {name!r}")


@dataclass(frozen=True, kw_only=True)
class OpenIndex:
    """An index as it was when it was opened; a later build does not change it.

    Documents, cases and passages are read from the file when asked for, arrays are mapped into memory:
    reading them raises IndexUnusableError if the file was damaged. ``close`` lets Windows delete the files.
    """

    manifest: Manifest
    documents: Mapping[str, Document]
    cases: Mapping[str, Case]
    passages: Sequence[Passage]
    vectors: FlatVectors
    words: WordScores
    arrays: Mapping[str, NDArray[Any]]
    _library: RecordFile = field(repr=False)

    def close(self) -> None:
        """Closes the files. Nothing can be read from the index afterwards."""
        self._library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def write_index(home: Path, contents: IndexContents) -> None:
    """Makes ``contents`` the index of this folder, all or nothing. Raises IndexUnusableError.

    Whoever has the last index open keeps it. Waits while another process writes; to read the sources and
    build without being overtaken, call it within ``locked(home)``.
    """
    vocabulary, words = WordScores.compute(contents.words)
    arrays = {f"arrays/{name}": array for name, array in contents.arrays.items()}
    arrays |= {f"words/{name}": array for name, array in words.items()}
    tables: dict[str, list[tuple[str, Any]]] = {
        "documents": [(document.doc_id, document) for document in contents.documents],
        "cases": [(case.case_id, case) for case in contents.cases],
        "passages": [(passage.passage_id, passage) for passage in contents.passages],
    }
    files: dict[str, bytes | memoryview] = {
        _LIBRARY: to_sqlite(tables),
        _VECTORS: FlatVectors.dump(contents.vectors),
        _VOCABULARY: json.dumps(vocabulary).encode("ascii"),
    }
    files |= {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    manifest = {
        "manifest": asdict(contents.manifest),
        "rows": {name: len(records) for name, records in tables.items()},
        "arrays": sorted(contents.arrays),
    }
    with locked(home):
        write_generation(home, files, manifest)


def read_manifest(home: Path) -> Manifest | None:
    """The live index's manifest, or None if there is no index. Reads two small files.

    Raises IndexUnusableError if they are damaged or were written in another format.
    """
    generation = read_generation(home)
    return None if generation is None else _manifest(home, generation)


def open_index(home: Path) -> OpenIndex:
    """The live index. Raises IndexUnusableError if there is none, or naming what is damaged."""
    while True:
        generation = read_generation(home)
        if generation is None:
            raise IndexUnusableError(f"There is no index in {home}. Build it with: rag index")
        try:
            return _open(home, generation)
        except IndexUnusableError:
            if read_generation(home) == generation:  # otherwise it was replaced while we were opening it
                raise


def _open(home: Path, generation: Generation) -> OpenIndex:
    manifest = _manifest(home, generation)
    check_files(home, generation)
    folder = generation.folder
    rows = generation.manifest["rows"]
    with ExitStack() as undo:
        library = RecordFile(folder / _LIBRARY, partial(damaged, home, f"{folder.name}/{_LIBRARY}"))
        undo.callback(library.close)
        load = partial(_load, home, folder)
        words = {name: load(f"words/{name}.npy", _mapped) for name in WordScores.ARRAYS}
        index = OpenIndex(
            manifest=manifest,
            documents=KeyedTable(Table(library, "documents", Document)),
            cases=KeyedTable(Table(library, "cases", Case)),
            passages=Table(library, "passages", Passage),
            vectors=load(_VECTORS, lambda path: FlatVectors.parse(read_bytes(path))),
            words=load(_VOCABULARY, lambda path: WordScores(json.loads(read_bytes(path)), words, rows["passages"])),
            arrays={name: load(f"arrays/{name}.npy", _mapped) for name in generation.manifest["arrays"]},
            _library=library,
        )
        _check_rows(home, folder, index, rows)
        undo.pop_all()
    return index


def _check_rows(home: Path, folder: Path, index: OpenIndex, rows: Mapping[str, int]) -> None:
    found = {"documents": len(index.documents), "cases": len(index.cases), "passages": len(index.passages)}
    for name, count in found.items():
        if count != rows[name]:
            raise damaged(home, f"{folder.name}/{_LIBRARY}", f"it has {count} {name}, not {rows[name]}")
    shape, expected = index.vectors.matrix.shape, (rows["passages"], index.manifest.dimension)
    if shape != expected:
        raise damaged(home, f"{folder.name}/{_VECTORS}", f"its vectors have the shape {shape}, not {expected}")


def _manifest(home: Path, generation: Generation) -> Manifest:
    recorded = generation.manifest["manifest"]
    if recorded["format_version"] != FORMAT_VERSION:
        raise IndexUnusableError(
            f"The index in {home} has format {recorded['format_version']}; this version of Precedent reads "
            f"format {FORMAT_VERSION}. {REBUILD}"
        )
    return Manifest(**recorded)


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
