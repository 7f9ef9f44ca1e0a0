"""An index while it is being changed: rebuilt from scratch, in many small steps, by others, under readers' eyes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import IndexUnusableError
from rag.index.segment import SplitDocument
from rag.index.store.generations import BUILDING, live_generation
from rag.index.store.index import open_index
from rag.index.store.state import read_state
from rag.library import Library
from rag.types import Parsed, SourceFile
from tests.fakes import FakeEmbedder, Here
from tests.shelf import Shelf, from_scratch, held, study
from tests.store_example import ROOT, left_behind


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Five files, not synced yet."""
    shelf = Shelf(tmp_path / "documents")
    for number in range(5):
        shelf.write(f"{number}.txt", study(number))
    return shelf


def segments(shelf: Shelf) -> int:
    state = read_state(shelf.home)
    assert state is not None
    assert Counter(name.partition("-")[0] for name in left_behind(shelf.home)) == {
        "gen": 1,
        "seg": len(state.segments),
    }
    return len(state.segments)


# --- from scratch ---


def watched(shelf: Shelf, look: Callable[[], None], stop_after: int = 99) -> Callable[[SourceFile], Parsed]:
    """The shelf's parser; looks at the index before each file, and is stopped after some."""
    parse = shelf.reader.parse

    def looking(source: SourceFile) -> Parsed:
        look()
        if len(shelf.reader.read) == stop_after:
            raise KeyboardInterrupt
        return parse(source)

    return looking


def test_the_last_index_answers_until_a_rebuild_is_done(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.sync()
    before, generation = held(shelf.home), live_generation(shelf.home)
    for number in range(5):
        shelf.write(f"{number}.txt", study(number + 20))
    seen: list[str] = []

    def look() -> None:
        seen.append(live_generation(shelf.home))
        held(shelf.home).assert_same(before)

    monkeypatch.setattr("rag.index.build._BATCH", 1)
    monkeypatch.setattr(shelf.reader, "parse", watched(shelf, look))
    done = shelf.sync(rebuild=True)
    assert seen == [generation] * 5
    assert len(done.read) == 5
    held(shelf.home).assert_same(from_scratch(shelf))
    assert segments(shelf) == 5


@pytest.mark.parametrize("first", [True, False], ids=["first build", "rebuild"])
def test_a_build_from_scratch_that_is_killed_is_gone_on_with(
    first: bool, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not first:
        shelf.sync()
    live = live_generation(shelf.home)
    monkeypatch.setattr("rag.index.build._BATCH", 1)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shelf.reader, "parse", watched(shelf, lambda: None, stop_after=3))
        shelf.sync(rebuild=True)
    assert live_generation(shelf.home) == live
    begun = read_state(shelf.home, BUILDING)
    assert begun is not None
    assert [record.name for record in begun.files] == ["0.txt", "1.txt", "2.txt"]
    shelf.write("1.txt", study(30))  # changes meanwhile
    (shelf.folder / "2.txt").unlink()
    shelf.sync(rebuild=True)
    assert shelf.reader.read == ["1.txt", "3.txt", "4.txt"]
    held(shelf.home).assert_same(from_scratch(shelf))
    assert read_state(shelf.home, BUILDING) is None
    assert segments(shelf) == 4


def test_other_settings_are_another_index(shelf: Shelf) -> None:
    shelf.sync()
    state = read_state(shelf.home)

    class Other(FakeEmbedder):
        checksum = "1" * 64

    library = Library.open(shelf.settings, embedder=Other(), parser=Here())
    assert library.synced is not None
    assert len(library.synced.read) == 5
    assert read_state(shelf.home) != state
    library.close()


@pytest.mark.parametrize("news", [False, True], ids=["nothing new", "a new file"])
def test_a_damaged_index_is_not_built_upon(news: bool, shelf: Shelf) -> None:
    shelf.sync()
    for path in shelf.home.glob("seg-*/arrays/vectors.npy"):
        path.write_bytes(b"junk")
    if news:
        shelf.write("5.txt", study(5))
    shelf.sync()
    held(shelf.home).assert_same(from_scratch(shelf))
    assert segments(shelf) == 1


def test_a_damaged_build_from_scratch_is_not_gone_on_with(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("rag.index.build._BATCH", 1)
        patch.setattr(shelf.reader, "parse", watched(shelf, lambda: None, stop_after=3))
        shelf.sync()
    path = next(shelf.home.glob("seg-*/words/rows.npy"))
    path.write_bytes(path.read_bytes()[:-1])
    shelf.sync()
    assert len(shelf.reader.read) == 5
    held(shelf.home).assert_same(from_scratch(shelf))
    assert segments(shelf) == 1


# --- in many steps ---


def test_many_small_segments_become_one(shelf: Shelf) -> None:
    shelf.sync()
    counts = []
    for number in range(5, 22):
        shelf.write(f"{number}.txt", study(number))
        if number % 3 == 0:
            (shelf.folder / f"{number - 5}.txt").unlink()
        encoded = shelf.embedder.encoded
        shelf.sync()
        counts.append(segments(shelf))
        assert shelf.reader.read == [f"{number}.txt"]
        assert shelf.embedder.encoded - encoded <= 3  # joining embeds nothing
    assert max(counts) == 8
    assert 1 in counts
    held(shelf.home).assert_same(from_scratch(shelf))
    assert not shelf.collection.is_behind()


def test_joined_segments_rank_as_one_of_the_same_documents(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = ("booking leaflet in Luton", "nurses measured farmers", "team number 3", "Hull")

    def answers() -> list[list[tuple[str, float]]]:
        library = Library.open(shelf.settings, embedder=FakeEmbedder(), parser=Here())
        found = [library.snapshot.rank(question) for question in questions]
        library.close()
        return found

    shelf.sync()
    whole = answers()
    monkeypatch.setattr("rag.index.build._BATCH", 1)
    shelf.sync(rebuild=True)
    assert segments(shelf) == 5
    monkeypatch.setattr("rag.index.build._MOST_SMALL", 1)
    apart = answers()
    shelf.write("x.txt", "BROKEN")  # any commit joins
    shelf.sync()
    assert segments(shelf) == 1
    for joined in (apart, answers()):
        for one, other in zip(whole, joined, strict=True):
            assert [name for name, _ in one] == [name for name, _ in other]
            assert [score for _, score in one] == pytest.approx([score for _, score in other], abs=0.02)


def test_documents_of_headings_alone_are_listed_as_empty(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.index.build.split_document", lambda parsed, *_: SplitDocument(parsed, ()))
    shelf.sync()
    assert shelf.documents == []
    assert set(shelf.statuses.values()) == {"empty"}


# --- any changes ---

NAMES = ("a.txt", "b/c.txt", "b/d.txt", "e.txt", "f.bundle")
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.sampled_from(["write", "write", "write", "delete", "touch", "rename", "break"])
    ),
    max_size=4,
)


def change(shelf: Shelf, name: str, what: str, content: Callable[[], str]) -> None:
    path = shelf.folder / name
    if what == "write":
        shelf.write(name, "\f".join([content(), content()]) if name == "f.bundle" else content())
    elif what == "break":
        shelf.write(name, "BROKEN")
    elif path.exists() and what == "touch":
        os.utime(path, ns=(path.stat().st_mtime_ns + 1,) * 2)
    elif path.exists() and what == "delete":
        path.unlink()
    elif path.exists() and what == "rename" and name != "f.bundle":
        path.rename(path.with_name("renamed.txt"))


@pytest.mark.parametrize("copies", [False, True], ids=["all different", "with copies"])
def test_whatever_changes_the_index_is_as_if_built_anew(
    copies: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of copies any may stand for the others, but exactly one does."""
    monkeypatch.setattr("rag.index.store.generations.os.fsync", lambda handle: None)  # no power cut here; twice as fast
    monkeypatch.setattr("rag.index.build._MOST_SMALL", 2)
    examples = iter(range(10**6))

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(CHANGES, min_size=1, max_size=5), st.integers(1, 4), st.data())
    def check(rounds: list[list[tuple[str, str]]], batch: int, data: st.DataObject) -> None:
        monkeypatch.setattr("rag.index.build._BATCH", batch)
        shelf = Shelf(tmp_path / str(next(examples)) / "documents")
        shelf.write("always.txt", study(0))
        fresh = iter(range(1, 10**6))

        def content() -> str:
            return study(data.draw(st.integers(0, 3)) if copies else next(fresh))

        for changes in rounds:
            for name, what in changes:
                change(shelf, name, what, content)
            shelf.sync()
            assert not shelf.collection.is_behind()
        now, new = held(shelf.home), from_scratch(shelf)
        if not copies:
            now.assert_same(new)
        assert sorted(d.text for d in now.documents.values()) == sorted(d.text for d in new.documents.values())
        assert len({d.text for d in now.documents.values()}) == len(now.documents)
        on_disk = {path.relative_to(shelf.folder).as_posix() for path in shelf.folder.rglob("*") if path.is_file()}
        assert set(shelf.files) == on_disk
        for record in shelf.files.values():
            for same in (record.same_as, *(problem.same_as for problem in record.problems)):
                assert not same or same in now.documents

    check()


# --- under readers' eyes ---

WRITER = """
import json, sys
from pathlib import Path
from tests.shelf import Shelf, study

shelf = Shelf(Path(sys.argv[1]))
for line in sys.stdin:
    number = int(line)
    shelf.write("0.txt", study(number))
    shelf.sync()
    print(number, flush=True)
"""


def writer(shelf: Shelf) -> subprocess.Popen[str]:
    """A process that writes a study of each number that it is told as '0.txt', and syncs."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(shelf.folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def test_a_library_switches_to_what_another_process_wrote(shelf: Shelf) -> None:
    library = Library.open(shelf.settings, embedder=FakeEmbedder(), parser=Here())
    first = library.snapshot.passages()
    texts = [passage.text for passage in first]
    child = writer(shelf)
    assert child.stdin is not None
    assert child.stdout is not None
    for number in (31, 32):
        child.stdin.write(f"{number}\n")
        child.stdin.flush()
        assert child.stdout.readline() == f"{number}\n"
        assert f"measured {number} people" in library.snapshot.document("0.txt").text
        assert library.snapshot.rank(f"measured {number}")[0][0] == "0.txt"
    child.communicate(timeout=60)
    assert child.returncode == 0
    assert [passage.text for passage in first] == texts  # what was taken in hand before stays
    library.close()


def test_every_answer_is_of_one_state_while_another_process_writes(shelf: Shelf) -> None:
    """Threads ask all the time; each answer is checked against its documents by ``ask`` itself."""
    library = Library.open(shelf.settings, embedder=FakeEmbedder(), parser=Here())
    child = writer(shelf)
    assert child.stdin is not None
    done, errors, states = threading.Event(), list[Exception](), set[str]()

    def asking() -> None:
        while not done.is_set():
            try:
                answer = library.ask("How many people did the nurses measure in Kendal?")
                states.add(live_generation(shelf.home))
                assert answer.passages
                assert len(library.snapshot.documents()) == 5
            except Exception as error:  # noqa: BLE001 - a thread's failure is the test's
                errors.append(error)

    threads = [threading.Thread(target=asking) for _ in range(2)]
    for thread in threads:
        thread.start()
    child.stdin.write("".join(f"{number}\n" for number in range(40, 52)))
    child.stdin.close()
    child.wait(timeout=120)
    done.set()
    for thread in threads:
        thread.join()
    assert child.stdout is not None
    assert child.stdout.read().split() == [str(number) for number in range(40, 52)]
    child.stdout.close()
    assert errors == []
    assert len(states) > 2
    assert "measured 51 people" in library.snapshot.document("0.txt").text
    library.close()


def test_a_library_that_was_overtaken_while_it_opened_does_not_stay_behind(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is replaced between its opening and the look at which one is live."""
    shelf.sync()

    def overtaken(home: Path, *rest: str) -> object:
        index = open_index(home, *rest)
        monkeypatch.setattr("rag.library.open_index", open_index)
        shelf.write("0.txt", study(33))
        shelf.sync()
        return index

    monkeypatch.setattr("rag.library.open_index", overtaken)
    library = Library.open(shelf.settings, embedder=FakeEmbedder(), parser=Here())
    assert "measured 33 people" in library.snapshot.document("0.txt").text
    library.close()


def test_what_was_opened_answers_on_if_the_index_is_lost(shelf: Shelf) -> None:
    library = Library.open(shelf.settings, embedder=FakeEmbedder(), parser=Here())
    before = library.snapshot.rank("nurses")
    (shelf.home / "current").write_text("gen-nowhere 00", encoding="ascii")
    assert library.snapshot.rank("nurses") == before
    (shelf.home / "current").unlink()
    assert library.snapshot.rank("nurses") == before
    with pytest.raises(IndexUnusableError):
        open_index(shelf.home)
    library.close()
    again = Library.open(shelf.settings, embedder=FakeEmbedder(), parser=Here())
    assert again.snapshot.rank("nurses") == before
    again.close()


def test_the_records_are_plain_json(shelf: Shelf) -> None:
    shelf.sync()
    (path,) = shelf.home.glob("gen-*/files.json")
    files = json.loads(path.read_text(encoding="ascii"))
    assert [file["name"] for file in files] == [f"{number}.txt" for number in range(5)]


def test_an_index_of_an_older_version_is_built_again(shelf: Shelf) -> None:
    """Version 2 had everything in one generation, which named no segments."""
    content = json.dumps({"manifest": {"format_version": 2}, "files": {}}).encode("ascii")
    folder = shelf.home / "gen-old"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_bytes(content)
    (shelf.home / "current").write_text(f"gen-old {hashlib.sha256(content).hexdigest()}\n", encoding="ascii")
    shelf.sync()
    held(shelf.home).assert_same(from_scratch(shelf))
    assert not folder.exists()
