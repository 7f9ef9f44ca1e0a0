"""Small indexes to write, and what must come back of them: several test files and their child processes use these."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index.store.generations import CURRENT, Folder, locked
from rag.index.store.index import SegmentContents, add_segment, open_index
from rag.index.store.segment_arrays import Placement, SegmentedArrays
from rag.index.store.state import FORMAT_VERSION, IndexState, commit, read_state
from rag.types import Block, Case, Document, FileRecord, IndexedDocument, Manifest, OriginMap, Passage

ROOT = Path(__file__).resolve().parents[1]


def one_segment(n: int) -> Placement:
    """``n`` rows in one segment, in its own order."""
    return Placement(np.zeros(n, dtype=np.int64), np.arange(n, dtype=np.int64))


def arrays_of_one(arrays: Mapping[str, NDArray[Any]], n: int) -> SegmentedArrays:
    """Those of one segment of ``n`` rows."""
    return SegmentedArrays([arrays], one_segment(n))


def manifest(seed: int) -> Manifest:
    """One that tells the seed."""
    return Manifest(FORMAT_VERSION, f"model {seed}", "c" * 64, 4, {"size": 200})


def example(seed: int, n: int = 7) -> SegmentContents:
    """Three documents of ``n`` passages that differ from seed to seed in every file, but not in the documents' names'
    beginnings: those of several examples stand between one another.
    """
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(n, 4)).astype(np.float32)
    blocks = (Block("paragraph", 0, 5, heading_path=("A", "B"), lead_in=(0, 2)),)
    names = [f"{i}é-{seed}.txt" for i in range(3)]
    return SegmentContents(
        documents=[
            Document(name, "Title", "text " * i, blocks, OriginMap((0, 3), (2, 9)), "s") for i, name in enumerate(names)
        ],
        cases=[Case(f"{seed}-c{i}", names[i], "Luton", ((0, 2), (3, 4))) for i in range(2)],
        passages=[
            Passage(f"{seed}-p{i}", names[i * 3 // n], None, "Title", ("A",), "account", "text", 0, 4, 1)
            for i in range(n)
        ],
        vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        words=[[f"word{j}" for j in random.integers(0, 9, size=i)] for i in range(n)],
        arrays={"sentences": random.normal(size=(n, 4)).astype(np.float32)},
    )


def records(contents: SegmentContents, segment: Folder, dropped: Collection[str] = ()) -> list[FileRecord]:
    """A record for each document that was not ``dropped``."""
    return [
        FileRecord(
            name, "indexed", sha256="s", stamp=(1, 2), documents=(IndexedDocument(name, "T", segment.name, "k", 1, 2),)
        )
        for name in (document.doc_id for document in contents.documents)
        if name not in dropped
    ]


def write_index(home: Path, *seeds: int, dropped: Collection[str] = (), pointer: str = CURRENT) -> IndexState:
    """An index of the examples of these seeds, a segment each, without the ``dropped`` documents."""
    with locked(home):
        parts = [(example(seed), add_segment(home, example(seed))) for seed in seeds]
        files = [record for contents, segment in parts for record in records(contents, segment, dropped)]
        state = IndexState(
            manifest(seeds[0]), tuple(s for _, s in parts), tuple(sorted(files, key=lambda file: file.name))
        )
        commit(home, state, pointer)
    return state


def seed_of(home: Path) -> int:
    """That of the first example that the live index holds."""
    state = read_state(home)
    assert state is not None
    return int(state.manifest.model.split()[1])


def assert_holds(home: Path, *seeds: int, dropped: Collection[str] = (), pointer: str = CURRENT) -> None:
    """The index is that of these examples without the ``dropped`` documents, whole and nothing else."""
    parts = [example(seed) for seed in seeds]
    documents = sorted(
        (d for part in parts for d in part.documents if d.doc_id not in dropped), key=lambda document: document.doc_id
    )
    order = [document.doc_id for document in documents]
    rows = sorted(
        (order.index(passage.doc_id), number, row)
        for number, part in enumerate(parts)
        for row, passage in enumerate(part.passages)
        if passage.doc_id in order
    )
    cases = sorted(
        (case for part in parts for case in part.cases if case.doc_id in order),
        key=lambda case: (order.index(case.doc_id), case.case_id),
    )
    words = [parts[number].words[row] for _, number, row in rows]
    with open_index(home, pointer) as index:
        state = read_state(home, pointer)
        assert state is not None
        assert index.state == state
        assert state.manifest == manifest(seeds[0])
        assert [file.name for file in state.files] == order
        assert list(index.documents) == order
        assert list(index.documents.values()) == documents
        assert list(index.cases.values()) == cases
        assert list(index.passages) == [parts[number].passages[row] for _, number, row in rows]
        assert [index.passages[row] for row in range(len(rows))] == list(index.passages)
        assert list(index.passage_documents) == [order[place] for place, _, _ in rows]
        expected = np.array([parts[number].vectors[row] for _, number, row in rows]).reshape(-1, 4)
        np.testing.assert_array_equal(index.vectors.matrix, expected)
        for got, part in zip(index.arrays.parts("sentences"), parts, strict=True):
            np.testing.assert_array_equal(got, part.arrays["sentences"])
        for word in sorted({word for part in parts for found in part.words for word in found}):
            np.testing.assert_allclose(index.words.scores([word]), bm25([word], words), rtol=1e-5)
            assert (word in index.words) == any(word in found for found in words)


def bm25(query: Sequence[str], passages: Sequence[Sequence[str]]) -> list[float]:
    """By brute force, in Lucene's variant."""
    rows = [Counter(words) for words in passages]
    n = len(rows)
    mean_length = sum(row.total() for row in rows) / max(1, n) or 1.0
    scores = [0.0] * n
    for word in query:
        frequency = sum(word in row for row in rows)
        idf = math.log(1 + (n - frequency + 0.5) / (frequency + 0.5))
        for i, row in enumerate(rows):
            norm = 1.2 * (1 - 0.75 + 0.75 * row.total() / mean_length)
            scores[i] += idf * row[word] / (row[word] + norm)
    return scores


def left_behind(home: Path) -> list[str]:
    """What lies in an index folder beside its lock and pointer."""
    return sorted(path.name for path in home.iterdir() if path.name not in {".lock", "current"})


def is_tidy(home: Path, segments: int = 1) -> bool:
    """Whether there is one generation, and as many segments as it should have."""
    kinds = Counter(name.partition("-")[0] for name in left_behind(home))
    return kinds == {"gen": 1, "seg": segments}


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A child process that knows this module; ``home`` is its first argument."""
    head = (
        "import os, sys, time\nfrom pathlib import Path\nfrom tests.store_example import *\nhome = Path(sys.argv[1])\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", head + script, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
