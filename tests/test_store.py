"""The index folder: it comes back exactly, searches like brute force does, and is never read half written."""

from __future__ import annotations

import errno
import hashlib
import inspect
import json
import math
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.errors import IndexUnusableError
from rag.store import (
    FORMAT_VERSION,
    FlatVectors,
    IndexContents,
    WordScores,
    generations,
    locked,
    open_index,
    read_manifest,
    write_index,
)
from rag.store.records import RecordFile, Table, decode, encode, to_sqlite
from rag.types import Block, Case, Document, Facet, Manifest, OriginMap, Passage


def example(seed: int, n: int = 7) -> IndexContents:
    """A small library that differs from seed to seed in every file."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(n, 4)).astype(np.float32)
    blocks = (Block("paragraph", 0, 5, heading_path=("A", "B"), lead_in=(0, 2)),)
    origin = OriginMap((0, 3), (2, 9))
    return IndexContents(
        manifest=Manifest(FORMAT_VERSION, f"model {seed}", "c" * 64, 4, {"size": 200}, {"é.txt": "s" * 64}),
        documents=[Document(f"{seed}-{i}.txt", "Title", "text " * i, blocks, origin, "s") for i in range(3)],
        cases=[Case(f"{seed}-c{i}", f"{seed}-0.txt", "Luton", ((0, 2), (3, 4))) for i in range(2)],
        passages=[
            Passage(f"{seed}-p{i}", f"{seed}-0.txt", None, "Title", ("A",), "account", "text", 0, 4, 1)
            for i in range(n)
        ],
        vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        words=[[f"word{j}" for j in random.integers(0, 9, size=i)] for i in range(n)],
        arrays={"sentences": random.normal(size=(5, 4)).astype(np.float32)},
    )


# What a child process of these tests starts with.
CHILD = f"""
import os, sys, time
from pathlib import Path
import numpy as np
from rag.store import FORMAT_VERSION, IndexContents, generations, locked, write_index
from rag.types import Block, Case, Document, Manifest, OriginMap, Passage
{inspect.getsource(example)}
home = Path(sys.argv[1])
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    package = str(Path(rag.__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", CHILD + script, *arguments],
        env={**os.environ, "PYTHONPATH": package, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def assert_holds(home: Path, contents: IndexContents) -> None:
    """The live index is ``contents``, whole."""
    with open_index(home) as index:
        assert index.manifest == contents.manifest == read_manifest(home)
        assert index.documents == {document.doc_id: document for document in contents.documents}
        assert list(index.cases.values()) == contents.cases
        assert list(index.passages) == contents.passages
        np.testing.assert_array_equal(index.vectors.matrix, contents.vectors)
        assert index.arrays.keys() == contents.arrays.keys()
        for name, array in contents.arrays.items():
            np.testing.assert_array_equal(index.arrays[name], array)
        every_word = sorted({word for words in contents.words for word in words})
        expected = [brute_force_bm25([word], contents.words) for word in every_word]
        for word, scores in zip(every_word, expected, strict=True):
            np.testing.assert_allclose(index.words.scores([word]), scores, rtol=1e-5)


def left_behind(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.name not in {".lock", "current"})


def brute_force_bm25(query: list[str], passages: Sequence[Sequence[str]]) -> list[float]:
    rows = [Counter(words) for words in passages]
    n = len(rows)
    mean_length = sum(row.total() for row in rows) / n
    scores = [0.0] * n
    for word in query:
        frequency = sum(word in row for row in rows)
        idf = math.log(1 + (n - frequency + 0.5) / (frequency + 0.5))
        for i, row in enumerate(rows):
            norm = 1.2 * (1 - 0.75 + 0.75 * row.total() / mean_length)
            scores[i] += idf * row[word] / (row[word] + norm)
    return scores


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An index of ``example(1)``, below a name that FAISS on Windows could not open."""
    home = tmp_path / "ñämé 目录 😀"
    write_index(home, example(1))
    return home


# ------------------------------------------------------------------------------------- what comes back


def test_what_is_written_comes_back(home: Path) -> None:
    assert_holds(home, example(1))


def test_a_new_index_replaces_the_old_one(home: Path) -> None:
    write_index(home, example(2))
    assert_holds(home, example(2))
    assert len(left_behind(home)) == 1


def test_an_empty_library_can_be_written_opened_and_searched(tmp_path: Path) -> None:
    manifest = Manifest(FORMAT_VERSION, "model", "c", 4, {})
    nothing = np.zeros((0, 4), dtype=np.float32)
    write_index(
        tmp_path,
        IndexContents(manifest=manifest, documents=[], cases=[], passages=[], vectors=nothing, words=[]),
    )
    with open_index(tmp_path) as index:
        assert (len(index.documents), len(index.cases), len(index.passages)) == (0, 0, 0)
        assert index.vectors.matrix.shape == (0, 4)
        for rows, scores in (
            index.vectors.search(np.ones(4, dtype=np.float32), 5),
            index.words.search(["word"], 5),
        ):
            assert len(rows) == len(scores) == 0
        assert len(index.words.scores(["word"])) == 0


def test_passages_without_words_are_never_found(tmp_path: Path) -> None:
    wordless = example(1)
    write_index(tmp_path, IndexContents(**{**vars(wordless), "words": [[] for _ in wordless.passages]}))
    with open_index(tmp_path) as index:
        assert index.words.scores(["word1"]).tolist() == [0] * 7
        assert len(index.words.search(["word1"], 5)[0]) == 0


def test_an_open_index_outlives_its_replacement(home: Path) -> None:
    with open_index(home) as index:
        matrix = index.vectors.matrix
        write_index(home, example(2))
        write_index(home, example(3))
        assert list(index.passages) == example(1).passages
        np.testing.assert_array_equal(index.arrays["sentences"], example(1).arrays["sentences"])
    del index
    np.testing.assert_array_equal(matrix, example(1).vectors)
    assert_holds(home, example(3))


def test_an_open_index_serves_several_threads(home: Path) -> None:
    found: list[bool] = []
    with open_index(home) as index:

        def read() -> None:
            found.extend(list(index.passages) == example(1).passages for _ in range(5))

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [True] * 20


def test_the_passages_are_a_sequence(home: Path) -> None:
    passages = example(1).passages
    with open_index(home) as index:
        assert index.passages[-1] == passages[-1]
        assert index.passages[np.int64(2)] == passages[2]  # type: ignore[call-overload]
        assert index.passages[1:4] == passages[1:4]
        with pytest.raises(IndexError):
            index.passages[7]
        with pytest.raises(KeyError):
            index.documents["no such document"]


@pytest.mark.parametrize("kind", [Document, Case, Passage, Facet, OriginMap])
def test_every_record_survives_its_encoding(kind: type[object]) -> None:
    @settings(max_examples=20, deadline=None)
    @given(st.from_type(kind))
    def check(record: object) -> None:
        assert decode(kind, encode(record)) == record

    check()


def test_names_that_are_not_utf8_and_nul_survive_the_file(tmp_path: Path) -> None:
    text = "a\udcff\x00b\u202e😀"
    document = Document(text, text, text, (), OriginMap(), "s")
    path = tmp_path / "library.sqlite"
    path.write_bytes(to_sqlite({"documents": [(document.doc_id, document)]}))
    file = RecordFile(path, IndexUnusableError)
    table = Table(file, "documents", Document)
    assert table.keys() == [text]
    assert list(table) == [document]
    file.close()


def test_contents_that_do_not_fit_together_are_refused() -> None:
    fields = vars(example(1))
    for wrong in (
        {"vectors": np.zeros((6, 4), dtype=np.float32)},
        {"vectors": np.zeros((7, 5), dtype=np.float32)},
        {"words": [["word"]]},
        {"arrays": {"../escape": np.zeros(1)}},
    ):
        with pytest.raises(ValueError, match="should"):
            IndexContents(**{**fields, **wrong})


def test_nothing_is_pickled(tmp_path: Path) -> None:
    objects = np.array([{"a": 1}], dtype=object)
    with pytest.raises(ValueError, match="allow_pickle"):
        write_index(tmp_path, IndexContents(**{**vars(example(1)), "arrays": {"objects": objects}}))


# ------------------------------------------------------------------------------------------- searching

ALLOWED: list[set[int] | None] = [None, set(), {3}, {0, 2, 4, 6, 8}, set(range(-5, 200))]


@pytest.mark.parametrize("allowed", ALLOWED, ids=["all", "none", "one", "some", "beyond"])
@pytest.mark.parametrize("k", [1, 5, 1000])
def test_vector_search_agrees_with_brute_force(k: int, allowed: set[int] | None) -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(60, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = FlatVectors.parse(bytes(FlatVectors.dump(vectors)))
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
    index = WordScores(*WordScores.compute(passages), len(passages))
    expected = brute_force_bm25(query, passages)
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
    rare, common, unknown = WordScores(*WordScores.compute(passages), 3).idf(["rare", "common", "unknown"])
    assert unknown > rare > common > 0
    assert rare == pytest.approx(math.log(1 + 2.5 / 1.5))


def test_equal_scores_come_in_row_order() -> None:
    vectors = np.tile(np.array([[1, 0]], dtype=np.float32), (6, 1))
    assert FlatVectors.parse(bytes(FlatVectors.dump(vectors))).search(vectors[0], 6)[0].tolist() == [*range(6)]
    words = WordScores(*WordScores.compute([["same"]] * 6), 6)
    assert words.search(["same"], 4)[0].tolist() == [0, 1, 2, 3]


def test_searches_refuse_what_makes_no_sense() -> None:
    index = FlatVectors.parse(bytes(FlatVectors.dump(np.eye(3, dtype=np.float32))))
    with pytest.raises(ValueError, match="k should be at least 1, is 0"):
        index.search(np.ones(3, dtype=np.float32), 0)
    with pytest.raises(ValueError, match="should have 3 numbers, has 4"):
        index.search(np.ones(4, dtype=np.float32), 1)


# --------------------------------------------------------------------------- builds that are cut short

N_WRITES = 9
KILLED_BUILD = """
writes, point = 0, sys.argv[2]
write_file, replace = generations.write_file, generations._replace

def dying_write(path, content):
    global writes
    writes += 1
    if point == f"write {writes}":
        path.write_bytes(bytes(content)[: len(content) // 2])
        os._exit(9)
    write_file(path, content)

def dying_replace(source, target):
    if point == "before the switch":
        os._exit(9)
    replace(source, target)
    if point == "after the switch":
        os._exit(9)

generations.write_file, generations._replace = dying_write, dying_replace
new = generations.read_generation(Path(sys.argv[3]))
files = {name: (new.folder / name).read_bytes() for name in new.manifest.pop("files")}
with locked(home):
    generations.write_generation(home, files, new.manifest)
"""
DEATHS = [f"write {k}" for k in range(1, N_WRITES + 1)] + ["before the switch", "after the switch"]


@pytest.fixture(scope="module")
def killed_builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Index folders whose second build died at each of the points (started together, to save time)."""
    homes = {point: tmp_path_factory.mktemp("killed") for point in DEATHS}
    for home in homes.values():
        write_index(home, example(1))
    new = tmp_path_factory.mktemp("new")
    write_index(new, example(2))
    children = [start(KILLED_BUILD, str(home), point, str(new)) for point, home in homes.items()]
    for child in children:
        child.communicate(timeout=120)
    assert [child.returncode for child in children] == [9] * len(DEATHS)
    yield homes


@pytest.mark.parametrize("point", DEATHS)
def test_a_killed_build_leaves_a_whole_index(point: str, killed_builds: dict[str, Path]) -> None:
    home = killed_builds[point]
    assert_holds(home, example(2 if point == "after the switch" else 1))
    write_index(home, example(3))
    assert_holds(home, example(3))
    assert len(left_behind(home)) == 1


def test_builds_killed_at_any_moment_leave_a_whole_index(tmp_path: Path) -> None:
    write_index(tmp_path, example(1))
    child = start("print('ready', flush=True)\nfor i in range(10**6): write_index(home, example(i % 5))", str(tmp_path))
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    time.sleep(0.5)
    child.kill()
    child.communicate(timeout=60)
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert_holds(tmp_path, example(int(manifest.model.split()[1])))
    write_index(tmp_path, example(7))
    assert len(left_behind(tmp_path)) == 1


@pytest.mark.parametrize("k", range(1, N_WRITES + 1))
def test_a_full_disk_leaves_the_last_index(k: int, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file, writes = generations.write_file, 0

    def failing(path: Path, content: bytes | memoryview) -> None:
        nonlocal writes
        writes += 1
        if writes >= k:
            path.write_bytes(bytes(content)[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write_file(path, content)

    with monkeypatch.context() as patch, pytest.raises(IndexUnusableError) as raised:
        patch.setattr(generations, "write_file", failing)
        write_index(home, example(2))
    assert "No space left on device" in str(raised.value)
    assert str(home) in str(raised.value)
    assert "An index built earlier is unchanged" in str(raised.value)
    assert_holds(home, example(1))
    assert len(left_behind(home)) == 1


def test_a_reader_overtaken_by_a_build_gets_the_new_index(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.store import index as index_module

    check_files = generations.check_files

    def overtaken(*arguments: object) -> None:
        monkeypatch.setattr(index_module, "check_files", check_files)
        write_index(home, example(2))
        check_files(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(index_module, "check_files", overtaken)
    assert_holds(home, example(2))


# ----------------------------------------------------------------------------------- several processes


def test_two_processes_may_build_at_once(tmp_path: Path) -> None:
    script = "for i in range(4): write_index(home, example(int(sys.argv[2]) + i))"
    children = [start(script, str(tmp_path), seed) for seed in ("10", "20")]
    for child in children:
        child.communicate(timeout=120)
    assert [child.returncode for child in children] == [0, 0]
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    last = int(manifest.model.split()[1])
    assert last in (13, 23)
    assert_holds(tmp_path, example(last))
    assert len(left_behind(tmp_path)) == 1


def test_a_lock_is_waited_for_and_freed_by_death(tmp_path: Path) -> None:
    child = start("with locked(home):\n  print('held', flush=True)\n  time.sleep(60)", str(tmp_path))
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    announced: list[bool] = []
    with (
        pytest.raises(IndexUnusableError, match="Another process has been building"),
        locked(tmp_path, timeout=0.1, waiting=lambda: announced.append(True)),
    ):
        pass
    assert announced == [True]
    child.kill()
    child.communicate(timeout=60)
    with locked(tmp_path, timeout=5, waiting=lambda: announced.append(True)):
        write_index(tmp_path, example(1))
    assert_holds(tmp_path, example(1))


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    refused: list[str] = []

    def build() -> None:
        try:
            with locked(tmp_path, timeout=0.1):
                refused.append("entered")
        except IndexUnusableError as error:
            refused.append(str(error))

    with locked(tmp_path), locked(tmp_path):
        thread = threading.Thread(target=build)
        thread.start()
        thread.join()
    build()
    assert "Another process" in refused[0]
    assert refused[1] == "entered"


# ------------------------------------------------------------------------------ damaged and unreadable

FILES = [
    "manifest.json",
    "library.sqlite",
    "vectors.faiss",
    "words/vocabulary.json",
    "words/scores.npy",
    "words/rows.npy",
    "words/start.npy",
    "arrays/sentences.npy",
]


def live_file(home: Path, name: str) -> Path:
    return home / (home / "current").read_text(encoding="ascii").split()[0] / name


def assert_unusable(home: Path, *words: str) -> None:
    with pytest.raises(IndexUnusableError) as raised:
        open_index(home)
    for word in (str(home), *words):
        assert word in str(raised.value)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(home: Path, name: str) -> None:
    live_file(home, name).unlink()
    assert_unusable(home, name, "it is missing", "rag index")
    write_index(home, example(2))
    assert_holds(home, example(2))


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_noticed(home: Path, name: str) -> None:
    path = live_file(home, name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert_unusable(home, name, "its content has changed", "rag index")


@pytest.mark.parametrize("name", FILES[1:])
@pytest.mark.parametrize("size", [0, -1], ids=["emptied", "cut short"])
def test_a_file_cut_short_is_noticed_whatever_its_size(
    home: Path, name: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "_HASHED_ON_OPEN", 0)
    path = live_file(home, name)
    path.write_bytes(path.read_bytes()[:size])
    assert_unusable(home, name, "bytes, not", "rag index")


@pytest.mark.parametrize("name", FILES[1:])
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
    with open_index(home) as index, pytest.raises(IndexUnusableError, match=r"library\.sqlite"):
        index.passages[3]


@pytest.mark.parametrize("text", ["", "gen-nowhere", "one two three", "gen-nowhere 00", "\xff"], ids=repr)
def test_a_damaged_pointer_is_noticed(home: Path, text: str) -> None:
    (home / "current").write_bytes(text.encode("latin-1"))
    assert_unusable(home, "rag index")
    with pytest.raises(IndexUnusableError):
        read_manifest(home)
    write_index(home, example(2))
    assert_holds(home, example(2))


def test_files_that_do_not_fit_together_are_noticed(home: Path) -> None:
    manifest = live_file(home, "manifest.json")
    recorded = json.loads(manifest.read_bytes())
    recorded["rows"]["passages"] = 8
    content = json.dumps(recorded).encode()
    manifest.write_bytes(content)
    pointer = f"{manifest.parent.name} {hashlib.sha256(content).hexdigest()}"
    (home / "current").write_text(pointer, encoding="ascii")
    assert_unusable(home, "library.sqlite", "7 passages, not 8")


def test_no_index_is_no_error_until_it_is_opened(tmp_path: Path) -> None:
    for home in (tmp_path, tmp_path / "nowhere"):
        assert read_manifest(home) is None
        assert_unusable(home, "There is no index", "rag index")
    assert not (tmp_path / "nowhere").exists()


def test_another_format_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.store.index.FORMAT_VERSION", FORMAT_VERSION + 1)
    assert_unusable(home, f"format {FORMAT_VERSION}", "rag index")
    with pytest.raises(IndexUnusableError, match="format"):
        read_manifest(home)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    home = tmp_path / "index"
    home.write_text("not a folder", encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="not a folder") as raised:
        write_index(home, example(1))
    assert str(home) in str(raised.value)
    with pytest.raises(IndexUnusableError, match="can't be written"):
        write_index(home / "below", example(1))
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
        write_index(tmp_path, example(1))
    assert read_manifest(tmp_path) is None
