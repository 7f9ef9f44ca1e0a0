"""A folder of documents with its index, to change and to sync; and what the index then holds, to be compared."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.config import Settings
from rag.index.collection import SourceCollection
from rag.index.late_interaction import TokenIndex
from rag.index.near_duplicates import text_key
from rag.index.parse import parse
from rag.index.quotable_units import QuotableUnit, QuotableUnitIndex
from rag.index.segment import SIGNATURES, copies_in
from rag.index.store.index import open_index
from rag.index.store.state import read_state
from rag.text.words import stems
from rag.types import (
    Case,
    Document,
    FileRecord,
    Parsed,
    Passage,
    Problem,
    Progress,
    SourceFile,
    Synced,
    TokenVectors,
    Vectors,
)
from tests.fakes import FakeEmbedder

TOWNS = ("Kendal", "Truro", "Luton", "Hull", "Bath", "York", "Leeds", "Derby", "Ely", "Wells", "Ripon", "Stoke")


def study(number: int, length: int = 1) -> str:
    """A small case study unlike that of any other number, of about ``length`` passages."""
    town = TOWNS[number % len(TOWNS)]
    name = "".join("abcdefghij"[int(digit)] for digit in str(number))
    body = " ".join(
        f"The team number {number} wrote leaflet {part} about booking, and {name}{part} farmers in {town} read it."
        for part in range(10 * length)
    )
    return f"Leaflets of {name} in {town}\n\n{body}\n\nThe {name} nurses measured {number} people.\n"


class Embedder(FakeEmbedder):
    """Counts the passages that it encodes."""

    def __init__(self) -> None:
        self.encoded = 0

    def encode_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        self.encoded += len(texts)
        return super().encode_passages(texts)


class Reader:
    """A parser in this process that keeps the names of what it was given.

    A '.bundle' holds several documents, divided by form feeds. What says 'BROKEN' can't be read.
    """

    def __init__(self) -> None:
        self.read: list[str] = []

    def parse(self, source: SourceFile) -> Parsed:
        self.read.append(source.name)
        if not source.name.endswith(".bundle"):
            return self._one(source)
        parts = source.data.split(b"\f")
        found = [self._one(SourceFile(f"{source.name}/{n}.txt", part)) for n, part in enumerate(parts)]
        return Parsed(
            tuple(document for one in found for document in one.documents),
            tuple(problem for one in found for problem in one.problems),
        )

    @staticmethod
    def _one(source: SourceFile) -> Parsed:
        if b"BROKEN" in source.data:
            return Parsed(problems=(Problem(source.name, "failed", "it is damaged"),))
        return parse(source)

    def close(self) -> None:
        """There is nothing to let go of."""


@dataclass(frozen=True)
class Shelf:
    """``folder`` is the library's folder; index and additions stand beside it."""

    folder: Path
    embedder: Embedder = field(default_factory=Embedder)
    reader: Reader = field(default_factory=Reader)

    @property
    def settings(self) -> Settings:
        return Settings(self.folder, self.folder.with_name("index"), added=self.folder.with_name("added"))

    @property
    def home(self) -> Path:
        return self.settings.index_home

    @cached_property
    def collection(self) -> SourceCollection:
        return SourceCollection(self.settings, self.embedder, self.reader)

    def write(self, name: str, content: str | bytes) -> Path:
        """Also if the clock of the file system has not moved on since it was last written."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.stat().st_mtime_ns if path.exists() else 0
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if path.stat().st_mtime_ns <= before:
            os.utime(path, ns=(before + 1000, before + 1000))
        return path

    def sync(self, progress: Progress | None = None, **options: Any) -> Synced:
        """``reader.read`` then has what this sync alone has read."""
        self.reader.read.clear()
        return self.collection.sync(progress, **options)

    @property
    def files(self) -> dict[str, FileRecord]:
        return {record.name: record for record in self.collection.records()}

    @property
    def statuses(self) -> dict[str, str]:
        return {name: record.status for name, record in self.files.items()}

    @property
    def documents(self) -> list[str]:
        return list(held(self.home).documents)


@dataclass(frozen=True)
class Held:
    """All that an index holds, whatever segments it lies in."""

    documents: dict[str, Document]
    cases: list[Case]
    passages: list[Passage]
    vectors: Vectors
    scores: dict[str, list[float]]  # BM25 of every word of the passages
    units: list[list[QuotableUnit]]
    unit_vectors: Vectors
    tokens: list[Vectors]  # in the embedder's own directions
    signatures: Any
    copies: dict[str, str]

    def assert_same(self, other: Held) -> None:
        assert list(self.documents) == list(other.documents)
        assert self.documents == other.documents
        assert self.cases == other.cases
        assert self.passages == other.passages
        np.testing.assert_array_equal(self.vectors, other.vectors)
        assert self.scores.keys() == other.scores.keys()
        for word, scores in self.scores.items():
            np.testing.assert_allclose(scores, other.scores[word], rtol=1e-5)
        assert self.units == other.units
        np.testing.assert_array_equal(self.unit_vectors, other.unit_vectors)
        for own, others in zip(self.tokens, other.tokens, strict=True):
            np.testing.assert_allclose(own, others, atol=0.05)  # kept as int8
        np.testing.assert_array_equal(self.signatures, other.signatures)
        assert self.copies == other.copies


def held(home: Path) -> Held:
    """What the live index holds. Every record of a file agrees with it, and no document is in it half."""
    state = read_state(home)
    assert state is not None
    with open_index(home) as index:
        tokens, units = TokenIndex(index.arrays), QuotableUnitIndex(index.arrays)
        basis = np.asarray(index.arrays.parts("token_basis")[0])
        rows = range(len(index.passages))
        passages = list(index.passages)
        words = sorted({word for passage in passages for word in stems(passage.searchable)})
        found = Held(
            documents=dict(index.documents),
            cases=list(index.cases.values()),
            passages=passages,
            vectors=index.vectors.matrix.copy(),
            scores={word: index.words.scores([word]).tolist() for word in words},
            units=[units.units(row) for row in rows],
            unit_vectors=np.concatenate(
                [units.vectors[units.first[row] + np.arange(units.last[row] - units.first[row])] for row in rows]
                or [np.zeros((0, index.vectors.matrix.shape[1]), np.float16)]
            ),
            tokens=[tokens.gathered(np.array([row]))[0] @ basis.T for row in rows],
            signatures=index.document_arrays.rows(SIGNATURES),
            copies=copies_in(index),
        )
        assert list(index.passage_documents) == [passage.doc_id for passage in passages]
    listed = {document.doc_id: document for record in state.files for document in record.documents}
    assert sorted(listed) == sorted(found.documents)
    for name, document in listed.items():
        assert document.text_key == text_key(found.documents[name].text)
        assert document.passages == sum(passage.doc_id == name for passage in passages)
        assert document.cases == sum(case.doc_id == name for case in found.cases)
    assert len(found.vectors) == len(passages)
    return found


def from_scratch(shelf: Shelf) -> Held:
    """What an index built anew of the same folder holds."""
    other = Shelf(shelf.folder)
    home = shelf.folder.with_name("index-from-scratch")
    settings = Settings(shelf.folder, home, added=shelf.settings.added)
    SourceCollection(settings, other.embedder, other.reader).sync(rebuild=True)
    return held(home)
