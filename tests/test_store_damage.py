"""Searching an index by vectors and by words, as brute force does; and what is said of an index that is damaged."""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.errors import IndexUnusableError
from rag.index.store import generations
from rag.index.store.index import open_index
from rag.index.store.search import FlatVectors, WordCounts, WordScores
from rag.index.store.state import FORMAT_VERSION, read_state
from tests.store_example import assert_holds, bm25, example, one_segment, write_index


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An index of two segments."""
    home = tmp_path / "index"
    write_index(home, 1, 5)
    return home


def words_of(passages: Sequence[Sequence[str]]) -> WordScores:
    return WordScores([WordCounts.of(passages)], one_segment(len(passages)))


ALLOWED: list[set[int] | None] = [None, set(), {3}, {0, 2, 4, 6, 8}, set(range(-5, 200))]


@pytest.mark.parametrize("allowed", ALLOWED, ids=["all", "none", "one", "some", "beyond"])
@pytest.mark.parametrize("k", [1, 5, 1000])
def test_vector_search_agrees_with_brute_force(k: int, allowed: set[int] | None) -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(60, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = FlatVectors(vectors)
    for query in vectors[:5] + random.normal(size=(5, 16)).astype(np.float32) / 10:
        cosines = vectors @ query
        candidates = range(60) if allowed is None else sorted(allowed & set(range(60)))
        expected = sorted(candidates, key=lambda row: -cosines[row])[:k]
        rows, scores = index.search(query, k, allowed)
        assert rows.tolist() == expected
        np.testing.assert_allclose(scores, cosines[expected], rtol=1e-5)


@pytest.mark.parametrize("allowed", ALLOWED, ids=["all", "none", "one", "some", "beyond"])
@pytest.mark.parametrize("query", [["a"], ["a", "b", "b"], ["zebra"], ["zebra", "c"], []], ids=str)
def test_word_search_agrees_with_brute_force(query: list[str], allowed: set[int] | None) -> None:
    random = np.random.default_rng(1)
    passages = [list(random.choice(list("abcdefgh"), size=random.integers(0, 15))) for _ in range(40)]
    index = words_of(passages)
    expected = bm25(query, passages)
    np.testing.assert_allclose(index.scores(query), expected, rtol=1e-5)
    candidates = range(40) if allowed is None else allowed & set(range(40))
    best = sorted((row for row in candidates if expected[row] > 0), key=lambda row: (-expected[row], row))
    for k in (1, 5, 1000):
        rows, scores = index.search(query, k, allowed)
        np.testing.assert_allclose(scores, [expected[row] for row in best[:k]], rtol=1e-5)
        assert set(rows.tolist()) <= set(best)
        assert len(rows) == min(k, len(best))
    assert max(expected) <= index.idf(query).sum() + 1e-6


def test_rare_words_weigh_more_than_common_ones() -> None:
    passages = [["common", "rare"], ["common"], ["common"]]
    rare, common, unknown = words_of(passages).idf(["rare", "common", "unknown"])
    assert unknown > rare > common > 0
    assert rare == pytest.approx(math.log(1 + 2.5 / 1.5))


def test_equal_scores_come_in_row_order() -> None:
    vectors = np.tile(np.array([[1, 0]], dtype=np.float32), (6, 1))
    assert FlatVectors(vectors).search(vectors[0], 6)[0].tolist() == [*range(6)]
    words = words_of([["same"]] * 6)
    assert words.search(["same"], 4)[0].tolist() == [0, 1, 2, 3]


def test_searches_refuse_what_makes_no_sense() -> None:
    index = FlatVectors(np.eye(3, dtype=np.float32))
    with pytest.raises(ValueError, match="k should be at least 1, is 0"):
        index.search(np.ones(3, dtype=np.float32), 0)
    with pytest.raises(ValueError, match="should have 3 numbers, has 4"):
        index.search(np.ones(4, dtype=np.float32), 1)


# ------------------------------------------------------------------------------ damaged and unreadable

GENERATION = ["manifest.json", "files.json"]
SEGMENT = [
    "seg/manifest.json",
    "library.sqlite",
    "arrays/vectors.npy",
    "words/vocabulary.json",
    "words/rows.npy",
    "words/counts.npy",
    "words/start.npy",
    "words/lengths.npy",
    "arrays/sentences.npy",
]
FILES = [*GENERATION, *SEGMENT]


def live_file(home: Path, name: str) -> Path:
    """A file of the live generation, or of its second segment."""
    generation = home / (home / "current").read_text(encoding="ascii").split()[0]
    if name in GENERATION:
        return generation / name
    named: str = json.loads((generation / "manifest.json").read_bytes())["segments"][1]["name"]
    return home / named / name.removeprefix("seg/")


def assert_unusable(home: Path, *words: str) -> None:
    with pytest.raises(IndexUnusableError) as raised:
        open_index(home)
    for word in (str(home), *words):
        assert word in str(raised.value)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(home: Path, name: str) -> None:
    live_file(home, name).unlink()
    assert_unusable(home, name.removeprefix("seg/"), "it is missing", "rag index")
    write_index(home, 2)
    assert_holds(home, 2)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_noticed(home: Path, name: str) -> None:
    path = live_file(home, name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert_unusable(home, name.removeprefix("seg/"), "its content has changed", "rag index")


@pytest.mark.parametrize("name", ["files.json", *SEGMENT[1:]])
@pytest.mark.parametrize("size", [0, -1], ids=["emptied", "cut short"])
def test_a_file_cut_short_is_noticed_whatever_its_size(
    home: Path, name: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "_HASHED_ON_OPEN", 0)
    path = live_file(home, name)
    path.write_bytes(path.read_bytes()[:size])
    assert_unusable(home, name, "bytes, not", "rag index")


@pytest.mark.parametrize("name", ["files.json", *SEGMENT[1:]])
def test_a_large_file_overwritten_in_place_is_named(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "_HASHED_ON_OPEN", -1)
    path = live_file(home, name)
    content = path.read_bytes()
    path.write_bytes(b"\xff" * min(64, len(content)) + content[64:])
    assert_unusable(home, name, "rag index")


def test_a_damaged_record_is_noticed_when_it_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "_HASHED_ON_OPEN", -1)
    path = live_file(home, "library.sqlite")
    path.write_bytes(path.read_bytes().replace(b'"n_tokens"', b'"m_tokens"'))
    with open_index(home) as index:
        whole, damaged = map(list(index.passage_documents).index, ("0é-1.txt", "0é-5.txt"))
        assert index.passages[whole].doc_id == "0é-1.txt"
        with pytest.raises(IndexUnusableError, match=r"library\.sqlite"):
            index.passages[damaged]


@pytest.mark.parametrize("text", ["", "gen-nowhere", "one two three", "gen-nowhere 00", "\xff"], ids=repr)
def test_a_damaged_pointer_is_noticed(home: Path, text: str) -> None:
    (home / "current").write_bytes(text.encode("latin-1"))
    assert_unusable(home, "rag index")
    with pytest.raises(IndexUnusableError):
        read_state(home)
    write_index(home, 2)
    assert_holds(home, 2)


def forged(home: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Changes the second segment's manifest, with sums that are right."""
    manifest = live_file(home, "seg/manifest.json")
    recorded = json.loads(manifest.read_bytes())
    change(recorded)
    manifest.write_bytes(json.dumps(recorded).encode())
    generation = live_file(home, "manifest.json")
    whole = json.loads(generation.read_bytes())
    whole["segments"][1]["sha256"] = hashlib.sha256(manifest.read_bytes()).hexdigest()
    generation.write_bytes(json.dumps(whole).encode())
    sha256 = hashlib.sha256(generation.read_bytes()).hexdigest()
    (home / "current").write_text(f"{generation.parent.name} {sha256}", encoding="ascii")


def test_files_that_do_not_fit_together_are_noticed(home: Path) -> None:
    forged(home, lambda recorded: recorded["rows"].update(passages=8))
    assert_unusable(home, "library.sqlite", "7 passages, not 8")


def test_vectors_of_another_segment_are_noticed(tmp_path: Path) -> None:
    write_index(tmp_path, 1, 5)
    path = live_file(tmp_path, "arrays/vectors.npy")
    np.save(path, example(5, 6).vectors)
    content = path.read_bytes()
    recorded = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    forged(tmp_path, lambda manifest: manifest["files"].update({"arrays/vectors.npy": recorded}))
    assert_unusable(tmp_path, "arrays/vectors.npy", "(6, 4), not (7, 4)")


def test_no_index_is_no_error_until_it_is_opened(tmp_path: Path) -> None:
    for home in (tmp_path, tmp_path / "nowhere"):
        assert read_state(home) is None
        assert_unusable(home, "There is no index", "rag index")
    assert not (tmp_path / "nowhere").exists()


def test_another_format_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.index.store.state.FORMAT_VERSION", FORMAT_VERSION + 1)
    assert_unusable(home, f"format {FORMAT_VERSION}", "rag index")
    with pytest.raises(IndexUnusableError, match="format"):
        read_state(home)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    home = tmp_path / "index"
    home.write_text("not a folder", encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="not a folder") as raised:
        write_index(home, 1)
    assert str(home) in str(raised.value)
    with pytest.raises(IndexUnusableError, match="can't be written"):
        write_index(home / "below", 1)
    assert home.read_text(encoding="utf-8") == "not a folder"


def test_an_unreadable_file_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes = generations.read_bytes

    def forbidden(path: Path) -> bytes:
        if path.name == "library.sqlite":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return read_bytes(path)

    monkeypatch.setattr(generations, "read_bytes", forbidden)
    assert_unusable(home, "can't be read", "Permission denied", "library.sqlite", "Check its permissions")


def test_a_read_only_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path, content: bytes | memoryview) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(generations, "write_file", forbidden)
    with pytest.raises(IndexUnusableError, match="can't be written: Permission denied"):
        write_index(tmp_path, 1)
    assert read_state(tmp_path) is None
