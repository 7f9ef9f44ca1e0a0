"""The index folder: it comes back exactly, and is never read half written."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import IndexBusyError, IndexUnusableError
from rag.index.store import generations
from rag.index.store.generations import BUILDING, live_generation, locked, remove_dead
from rag.index.store.index import SegmentContents, add_segment, open_index, segment_array
from rag.index.store.records import JoinedTable, RecordFile, to_sqlite
from rag.index.store.state import FORMAT_VERSION, IndexState, commit, read_state
from rag.types import Case, Document, FileRecord, Manifest, OriginMap, Passage
from rag.types.serialize import decode, encode
from tests.store_example import (
    assert_holds,
    example,
    is_tidy,
    manifest,
    records,
    seed_of,
    start,
    write_index,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An index of ``example(1)``, below a name that FAISS on Windows could not open."""
    home = tmp_path / "ñämé 目录 😀"
    write_index(home, 1)
    return home


# ------------------------------------------------------------------------------------- what comes back


def test_what_is_written_comes_back(home: Path) -> None:
    assert_holds(home, 1)


def test_a_new_index_replaces_the_old_one(home: Path) -> None:
    write_index(home, 2)
    assert_holds(home, 2)
    assert is_tidy(home)


@pytest.mark.parametrize(
    ("seeds", "dropped"),
    [
        ((1, 2), ()),
        ((3, 1, 2), ("0é-1.txt",)),
        ((1, 2), ("0é-1.txt", "1é-1.txt", "2é-1.txt")),
        ((2, 1), ("0é-1.txt", "1é-1.txt", "2é-1.txt", "0é-2.txt", "1é-2.txt", "2é-2.txt")),
    ],
    ids=["two segments", "one document dropped", "all of a segment", "all of all"],
)
def test_documents_of_several_segments_come_back_in_order(
    seeds: tuple[int, ...], dropped: tuple[str, ...], tmp_path: Path
) -> None:
    write_index(tmp_path, *seeds, dropped=dropped)
    assert_holds(tmp_path, *seeds, dropped=dropped)
    assert is_tidy(tmp_path, len(seeds))


def test_segments_are_kept_and_shared(home: Path) -> None:
    """A document is dropped, others are added: the segment that held it is the same file as before."""
    before = read_state(home)
    assert before is not None
    file = before.segments[0].folder / "library.sqlite"
    written = file.stat()
    with locked(home):
        added = add_segment(home, example(2))
        files = [*records(example(1), before.segments[0], ["1é-1.txt"]), *records(example(2), added)]
        commit(home, IndexState(manifest(1), (*before.segments, added), tuple(sorted(files, key=lambda f: f.name))))
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    assert_holds(home, 1, 2, dropped=["1é-1.txt"])
    np.testing.assert_array_equal(segment_array(home, added, "sentences"), example(2).arrays["sentences"])
    with locked(home):
        commit(home, IndexState(manifest(2), (added,), tuple(records(example(2), added))))
    assert_holds(home, 2)
    assert is_tidy(home)  # nothing names the first segment any more


def test_a_segment_that_is_not_committed_is_no_part_of_the_index(home: Path) -> None:
    with locked(home):
        add_segment(home, example(2))
        assert_holds(home, 1)
        remove_dead(home)
    assert is_tidy(home)


def test_a_build_from_scratch_leaves_the_live_index_until_it_is_done(home: Path) -> None:
    write_index(home, 2, pointer=BUILDING)
    assert_holds(home, 1)
    assert_holds(home, 2, pointer=BUILDING)
    remove_dead(home)
    assert_holds(home, 2, pointer=BUILDING)  # it can be gone on with
    with locked(home):
        begun = read_state(home, BUILDING)
        assert begun is not None
        commit(home, begun)
    assert_holds(home, 2)
    assert read_state(home, BUILDING) is None
    assert is_tidy(home)


def test_a_damaged_build_from_scratch_is_thrown_away(home: Path) -> None:
    write_index(home, 2, pointer=BUILDING)
    (home / BUILDING).write_text("gen-nowhere 00", encoding="ascii")
    with pytest.raises(IndexUnusableError):
        read_state(home, BUILDING)
    with locked(home):
        remove_dead(home)
    assert read_state(home, BUILDING) is None
    assert_holds(home, 1)
    assert is_tidy(home)


def test_a_build_that_was_killed_as_it_became_live_leaves_nothing(home: Path) -> None:
    """Between the switch and the removal of the other pointer."""
    write_index(home, 2, pointer=BUILDING)
    building = (home / BUILDING).read_bytes()
    before = (home / BUILDING).stat().st_mtime_ns
    write_index(home, 3)
    (home / BUILDING).write_bytes(building)
    os.utime(home / BUILDING, ns=(before, before))
    with locked(home):
        remove_dead(home)
    assert not (home / BUILDING).exists()
    assert_holds(home, 3)


def test_the_live_generation_changes_with_each_commit(tmp_path: Path) -> None:
    seen = [live_generation(tmp_path)]
    for seed in (1, 1, 2):
        write_index(tmp_path, seed)
        seen.append(live_generation(tmp_path))
    assert seen[0] == ""
    assert len(set(seen)) == 4


def test_an_empty_library_can_be_written_opened_and_searched(tmp_path: Path) -> None:
    nothing = np.zeros((0, 4), dtype=np.float32)
    failed = FileRecord("a.doc", "failed", "it is damaged")
    with locked(tmp_path):
        segment = add_segment(tmp_path, SegmentContents(documents=[], cases=[], passages=[], vectors=nothing, words=[]))
        commit(tmp_path, IndexState(Manifest(FORMAT_VERSION, "model", "c", 4, {}), (segment,), (failed,)))
    with open_index(tmp_path) as index:
        assert (len(index.documents), len(index.cases), len(index.passages)) == (0, 0, 0)
        assert index.state.files == (failed,)
        assert index.vectors.matrix.shape == (0, 4)
        for rows, scores in (
            index.vectors.search(np.ones(4, dtype=np.float32), 5),
            index.words.search(["word"], 5),
        ):
            assert len(rows) == len(scores) == 0
        assert len(index.words.scores(["word"])) == 0


def test_passages_without_words_are_never_found(tmp_path: Path) -> None:
    wordless = SegmentContents(**{**vars(example(1)), "words": [[] for _ in example(1).passages]})
    with locked(tmp_path):
        segment = add_segment(tmp_path, wordless)
        commit(tmp_path, IndexState(manifest(1), (segment,), tuple(records(wordless, segment))))
    with open_index(tmp_path) as index:
        assert index.words.scores(["word1"]).tolist() == [0] * 7
        assert len(index.words.search(["word1"], 5)[0]) == 0


def test_an_open_index_outlives_its_replacement(home: Path) -> None:
    with open_index(home) as index:
        matrix = index.vectors.matrix
        write_index(home, 2)
        write_index(home, 3)
        assert list(index.passages) == example(1).passages
        np.testing.assert_array_equal(index.arrays.parts("sentences")[0], example(1).arrays["sentences"])
    del index
    np.testing.assert_array_equal(matrix, example(1).vectors)
    assert_holds(home, 3)


def test_an_open_index_serves_several_threads(tmp_path: Path) -> None:
    write_index(tmp_path, 1, 2)
    found: list[int] = []
    with open_index(tmp_path) as index:

        def read() -> None:
            found.extend(len({passage.passage_id for passage in index.passages}) for _ in range(5))

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [14] * 20


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


@pytest.mark.parametrize("kind", [Document, Case, Passage, FileRecord, OriginMap])
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
    path.write_bytes(to_sqlite({"documents": [(document.doc_id, document.doc_id, document)]}))
    file = RecordFile(path, IndexUnusableError)
    table = JoinedTable([file], "documents", Document, [{text}])
    assert (table.keys, table.documents) == ([text], [text])
    assert list(table) == [document]
    file.close()


def test_a_long_table_is_read_whole(tmp_path: Path) -> None:
    """More rows than are read at once, every third dropped, over two files."""
    names = [f"{number:04d}" for number in range(2500)]
    files, live = [], []
    for part in range(2):
        path = tmp_path / f"{part}.sqlite"
        own = names[part::2] if part else names[:1200:2]
        rows = [(name, name, Document(name, name, name, (), OriginMap(), "s")) for name in own]
        path.write_bytes(to_sqlite({"documents": rows}))
        files.append(RecordFile(path, IndexUnusableError))
        live.append({name for name in own if int(name) % 3})
    table = JoinedTable(files, "documents", Document, live)
    assert [document.doc_id for document in table] == table.keys == sorted(live[0] | live[1])
    for file in files:
        file.close()


def test_contents_that_do_not_fit_together_are_refused() -> None:
    fields = vars(example(1))
    for wrong in (
        {"vectors": np.zeros((6, 4), dtype=np.float32)},
        {"vectors": np.zeros(7, dtype=np.float32)},
        {"words": [["word"]]},
        {"arrays": {"../escape": np.zeros(1)}},
    ):
        with pytest.raises(ValueError, match="should"):
            SegmentContents(**{**fields, **wrong})


def test_nothing_is_pickled(tmp_path: Path) -> None:
    objects = np.array([{"a": 1}], dtype=object)
    with pytest.raises(ValueError, match="allow_pickle"), locked(tmp_path):
        add_segment(tmp_path, SegmentContents(**{**vars(example(1)), "arrays": {"objects": objects}}))


# --------------------------------------------------------------------------- builds that are cut short

SEGMENT_WRITES, N_WRITES = 9, 12
KILLED_BUILD = """
from rag.index.store import generations
from rag.index.store.generations import locked
from rag.index.store.state import IndexState, commit, read_state

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
# A document is dropped, a segment is added; the segment's files are those of another index, to save FAISS's start.
state, new = read_state(home), read_state(Path(sys.argv[3])).segments[0]
written = dict(new.manifest)
files = {name: (new.folder / name).read_bytes() for name in written.pop("files")}
with locked(home):
    segment = generations.write_segment(home, files, written)
    added = records(example(2), segment)
    kept = [record for record in state.files if record.name != "1é-1.txt"]
    every = tuple(sorted([*kept, *added], key=lambda file: file.name))
    commit(home, IndexState(state.manifest, (*state.segments, segment), every))
"""
DEATHS = [f"write {k}" for k in range(1, N_WRITES + 1)] + ["before the switch", "after the switch"]


@pytest.fixture(scope="module")
def killed_builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Index folders whose second commit died at each of the points (started together, to save time)."""
    homes = {point: tmp_path_factory.mktemp("killed") for point in DEATHS}
    for home in homes.values():
        write_index(home, 1)
    new = tmp_path_factory.mktemp("new")
    write_index(new, 2)
    children = [start(KILLED_BUILD, str(home), point, str(new)) for point, home in homes.items()]
    for child in children:
        child.communicate(timeout=240)
    assert [child.returncode for child in children] == [9] * len(DEATHS)
    yield homes


@pytest.mark.parametrize("point", DEATHS)
def test_a_killed_build_leaves_a_whole_index(point: str, killed_builds: dict[str, Path]) -> None:
    home = killed_builds[point]
    if point == "after the switch":
        assert_holds(home, 1, 2, dropped=["1é-1.txt"])
    else:
        assert_holds(home, 1)
    write_index(home, 3)
    assert_holds(home, 3)
    assert is_tidy(home)


def test_builds_killed_at_any_moment_leave_a_whole_index(tmp_path: Path) -> None:
    write_index(tmp_path, 1)
    child = start("print('ready', flush=True)\nfor i in range(10**6): write_index(home, i % 5)", str(tmp_path))
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    time.sleep(0.5)
    with child:
        child.kill()
    assert_holds(tmp_path, seed_of(tmp_path))
    write_index(tmp_path, 7)
    assert is_tidy(tmp_path)


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
        write_index(home, 2)
    for words in ("No space left on device", str(home), "An index built earlier is unchanged"):
        assert words in str(raised.value)
    assert_holds(home, 1)
    assert is_tidy(home)  # what could not be written whole takes no space


def overtaking(
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    name: str,
    function: Callable[..., object],
    write: Callable[[], object],
) -> None:
    """The first time ``module`` calls ``function``, somebody writes the index just before."""

    def overtaken(*arguments: object) -> object:
        monkeypatch.setattr(module, name, function)
        write()
        return function(*arguments)

    monkeypatch.setattr(module, name, overtaken)


MOMENTS = ["before its manifest", "before its files", "before its segments", "before its records"]


@pytest.mark.parametrize(
    ("reader", "moment"), [("open_index", moment) for moment in MOMENTS] + [("read_state", m) for m in MOMENTS[:3]]
)
def test_a_reader_overtaken_by_a_build_gets_the_new_index(
    reader: str, moment: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.index.store import index as index_module
    from rag.index.store import state as state_module

    module = index_module if reader == "open_index" else state_module
    where: dict[str, tuple[object, str, Callable[..., object]]] = {
        "before its manifest": (generations, "_read_folder", generations._read_folder),
        "before its files": (module, "check_files", generations.check_files),
        "before its segments": (state_module, "read_segments", generations.read_segments),
        "before its records": (index_module, "RecordFile", RecordFile),
    }
    overtaking(monkeypatch, *where[moment], lambda: write_index(home, 2))
    if reader == "open_index":
        with open_index(home) as index:
            assert index.state.manifest == manifest(2)
            assert list(index.passages) == example(2).passages
    else:
        assert seed_of(home) == 2


# ----------------------------------------------------------------------------------- several processes


def test_two_processes_may_build_at_once(tmp_path: Path) -> None:
    script = "for i in range(4): write_index(home, int(sys.argv[2]) + i)"
    children = [start(script, str(tmp_path), seed) for seed in ("10", "20")]
    for child in children:
        child.communicate(timeout=120)
    assert [child.returncode for child in children] == [0, 0]
    assert seed_of(tmp_path) in (13, 23)
    assert_holds(tmp_path, seed_of(tmp_path))
    assert is_tidy(tmp_path)


def test_a_reader_always_finds_a_whole_index_while_another_process_writes(tmp_path: Path) -> None:
    write_index(tmp_path, 1, 2)
    child = start("print('ready', flush=True)\nfor i in range(30): write_index(home, i, i + 1)", str(tmp_path))
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    seen: set[int] = set()
    with child:
        while child.poll() is None:
            with open_index(tmp_path) as index:
                seed = int(index.state.manifest.model.split()[1])
                found = {passage.passage_id.partition("-")[0] for passage in index.passages}
            assert found == {str(seed), str(seed + 1)}
            seen.add(seed)
    assert child.returncode == 0
    assert len(seen) > 1
    assert_holds(tmp_path, 29, 30)
    assert is_tidy(tmp_path, 2)


def test_a_lock_is_waited_for_and_freed_by_death(tmp_path: Path) -> None:
    child = start("with locked(home):\n  print('held', flush=True)\n  time.sleep(60)", str(tmp_path))
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    announced: list[bool] = []
    with (
        pytest.raises(IndexBusyError, match="Another process has been building"),
        locked(tmp_path, timeout=0.1, waiting=lambda: announced.append(True)),
    ):
        pass
    assert announced == [True]
    with child:
        child.kill()
    with locked(tmp_path, timeout=5):
        write_index(tmp_path, 1)


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
