"""A folder that changes, and its index after it: every file is accounted for, and only what is new is read."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import IndexBusyError, IndexUnusableError, SourceError
from rag.index.store.generations import live_generation, locked
from rag.types import Parsed, SourceFile
from tests.shelf import Shelf, from_scratch, held, study


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Three files, synced."""
    shelf = Shelf(tmp_path / "documents")
    for number, name in enumerate(("a.txt", "b/c.txt", "d.txt")):
        shelf.write(name, study(number))
    shelf.sync()
    return shelf


def names(records: tuple[object, ...]) -> list[str]:
    return [record.name for record in records]  # type: ignore[attr-defined]


# --- what changes ---


def test_what_is_new_is_read(shelf: Shelf) -> None:
    assert shelf.documents == ["a.txt", "b/c.txt", "d.txt"]
    shelf.write("b/b.txt", study(3))
    done = shelf.sync()
    assert shelf.reader.read == ["b/b.txt"]
    assert (names(done.read), done.gone, done.kept) == (["b/b.txt"], (), 3)
    assert shelf.documents == ["a.txt", "b/b.txt", "b/c.txt", "d.txt"]
    held(shelf.home).assert_same(from_scratch(shelf))


def test_nothing_new_costs_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is opened, nothing is embedded, the index is not written."""
    before, encoded = live_generation(shelf.home), shelf.embedder.encoded
    opened: list[Path] = []
    read_bytes = Path.read_bytes

    def noted(path: Path) -> bytes:
        opened.append(path)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    done = shelf.sync()
    assert (done.read, done.gone, done.kept) == ((), (), 3)
    assert [path for path in opened if path.is_relative_to(shelf.folder)] == []
    assert shelf.reader.read == []
    assert shelf.embedder.encoded == encoded
    assert live_generation(shelf.home) == before
    assert not shelf.collection.is_behind()


def test_what_changed_replaces_what_was(shelf: Shelf) -> None:
    kept = shelf.files["a.txt"]
    shelf.write("d.txt", study(7, length=2))
    assert shelf.collection.is_behind()
    done = shelf.sync()
    assert (names(done.read), done.gone, done.kept) == (["d.txt"], (), 2)
    assert shelf.files["a.txt"] == kept
    now = held(shelf.home)
    assert "Ely" not in now.documents["d.txt"].text
    assert "Derby" in now.documents["d.txt"].text
    assert not any("Luton" in passage.text for passage in now.passages)
    now.assert_same(from_scratch(shelf))


def test_what_is_gone_leaves(shelf: Shelf) -> None:
    (shelf.folder / "b" / "c.txt").unlink()
    done = shelf.sync()
    assert (done.read, names(done.gone), done.kept) == ((), ["b/c.txt"], 2)
    assert shelf.reader.read == []
    now = held(shelf.home)
    assert list(now.documents) == ["a.txt", "d.txt"]
    assert not now.scores.keys() & {"truro", "b0"}
    now.assert_same(from_scratch(shelf))


def test_a_renamed_file_changes_its_name(shelf: Shelf) -> None:
    (shelf.folder / "a.txt").rename(shelf.folder / "z.txt")
    done = shelf.sync()
    assert (names(done.read), names(done.gone)) == (["z.txt"], ["a.txt"])
    assert shelf.statuses == {"b/c.txt": "indexed", "d.txt": "indexed", "z.txt": "indexed"}
    held(shelf.home).assert_same(from_scratch(shelf))


def test_two_files_may_change_places(shelf: Shelf) -> None:
    shelf.write("a.txt", study(2))
    shelf.write("d.txt", study(0))
    shelf.sync()
    assert shelf.statuses == {"a.txt": "indexed", "b/c.txt": "indexed", "d.txt": "indexed"}
    held(shelf.home).assert_same(from_scratch(shelf))


def test_a_touched_file_is_not_read_again(shelf: Shelf) -> None:
    os.utime(shelf.folder / "a.txt", ns=(1, 1))
    encoded, document = shelf.embedder.encoded, shelf.files["a.txt"].documents
    done = shelf.sync()
    assert (done.read, done.gone) == ((), ())
    assert (shelf.reader.read, shelf.embedder.encoded) == ([], encoded)
    assert shelf.files["a.txt"].stamp == ((shelf.folder / "a.txt").stat().st_size, 1, *shelf.files["a.txt"].stamp[2:])
    assert shelf.files["a.txt"].documents == document
    assert not shelf.collection.is_behind()  # the new stamp is known


def test_a_change_that_keeps_size_and_time_is_noticed(shelf: Shelf) -> None:
    """As 'cp -p' or an archive restores it: only the change time, or the number of the file, tells."""
    path = shelf.folder / "a.txt"
    state = path.stat()
    other = shelf.folder / "new"
    other.write_text(study(0).replace("Kendal", "Fowey."[:6]), encoding="utf-8")
    assert other.stat().st_size == state.st_size
    os.utime(other, ns=(state.st_atime_ns, state.st_mtime_ns))
    other.replace(path)
    shelf.sync()
    assert "Fowey" in held(shelf.home).documents["a.txt"].text


def test_a_file_becomes_a_folder_and_a_folder_a_file(shelf: Shelf) -> None:
    (shelf.folder / "a.txt").unlink()
    shelf.write("a.txt/inner.txt", study(4))
    (shelf.folder / "b" / "c.txt").unlink()
    (shelf.folder / "b").rmdir()
    shelf.write("b", study(5))
    shelf.sync()
    assert shelf.documents == ["a.txt/inner.txt", "b", "d.txt"]
    held(shelf.home).assert_same(from_scratch(shelf))


def test_hidden_files_are_not_there(shelf: Shelf) -> None:
    shelf.write(".hidden.txt", study(5))
    shelf.write(".git/x.txt", study(6))
    assert not shelf.collection.is_behind()


def test_a_corpus_is_synced_document_by_document(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "corpus.jsonl")

    def write(numbers: dict[str, int]) -> None:
        lines = [
            f'{{"_id": "{name}", "title": "T{n}", "text": "{study(n).split(chr(10))[2]}"}}'
            for name, n in numbers.items()
        ]
        shelf.write("", "\n".join(lines) + "\n")

    write({"one": 1, "two": 2, "three": 3})
    shelf.sync()
    assert shelf.documents == ["one", "three", "two"]
    write({"two": 2, "three": 4, "four": 5})
    done = shelf.sync()
    assert (names(done.read), names(done.gone), done.kept) == (["four", "three"], ["one"], 1)
    held(shelf.home).assert_same(from_scratch(shelf))


# --- duplicates ---


def test_the_same_bytes_are_indexed_once(shelf: Shelf) -> None:
    shelf.write("copy.txt", study(0))
    done = shelf.sync()
    assert shelf.reader.read == []  # its bytes were enough
    assert [(record.status, record.same_as) for record in done.read] == [("duplicate", "a.txt")]
    assert "the same file as a.txt" in shelf.files["copy.txt"].reason
    assert shelf.documents == ["a.txt", "b/c.txt", "d.txt"]
    assert not shelf.collection.is_behind()
    held(shelf.home).assert_same(from_scratch(shelf))


def test_the_same_words_are_indexed_once(shelf: Shelf) -> None:
    shelf.write("loud.txt", study(0).upper().replace("\n\n", "\n\n\n\n  ").replace(",", " ;"))
    shelf.write("loud too.txt", study(0).upper().replace("\n\n", "\n\n\n\n  ").replace(",", " ;"))
    shelf.sync()
    assert shelf.reader.read == ["loud too.txt"]
    for name in ("loud.txt", "loud too.txt"):
        record = shelf.files[name]
        assert (record.status, record.same_as, record.documents) == ("duplicate", "a.txt", ())
    assert "the same words as a.txt" in shelf.files["loud too.txt"].reason
    assert not shelf.collection.is_behind()
    held(shelf.home).assert_same(from_scratch(shelf))


@pytest.mark.parametrize("goes", ["vanishes", "changes", "is left out"])
@pytest.mark.parametrize("change", [str, str.upper], ids=["same bytes", "same words"])
def test_a_duplicate_stands_in_when_its_original_goes(goes: str, change: Callable[[str], str], shelf: Shelf) -> None:
    shelf.write("x.txt", change(study(0)))
    shelf.write("y.txt", change(study(0)))
    shelf.sync()
    assert shelf.statuses == dict.fromkeys(("a.txt", "b/c.txt", "d.txt"), "indexed") | {
        "x.txt": "duplicate",
        "y.txt": "duplicate",
    }
    if goes == "vanishes":
        (shelf.folder / "a.txt").unlink()
    elif goes == "changes":
        shelf.write("a.txt", study(8))
    else:
        shelf.collection.remove("a.txt")
    shelf.sync()
    assert (shelf.statuses["x.txt"], shelf.files["y.txt"].same_as) == ("indexed", "x.txt")
    assert not shelf.collection.is_behind()
    held(shelf.home).assert_same(from_scratch(shelf))


def test_copies_of_what_can_not_be_read_are_listed_as_that(shelf: Shelf) -> None:
    shelf.write("bad 1.txt", "BROKEN")
    shelf.write("bad 2.txt", "BROKEN")
    shelf.sync()
    assert shelf.reader.read == ["bad 1.txt"]
    assert (shelf.statuses["bad 1.txt"], shelf.statuses["bad 2.txt"]) == ("failed", "failed")
    assert shelf.files["bad 2.txt"].reason == "it is damaged"


# --- what can't be read ---


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"BROKEN", "failed"), (b"", "empty"), (bytes(range(256)) * 9, "unsupported")],
    ids=["damaged", "empty", "binary"],
)
def test_every_file_is_accounted_for(content: bytes, status: str, shelf: Shelf) -> None:
    shelf.write("odd.txt", content)
    done = shelf.sync()
    assert [record.status for record in done.read] == [status]
    assert shelf.files["odd.txt"].reason
    assert shelf.documents == ["a.txt", "b/c.txt", "d.txt"]
    shelf.sync()
    assert shelf.reader.read == []  # not tried again until it changes
    shelf.sync(retry=["a.txt"])
    assert shelf.reader.read == []
    for again in (["odd.txt"], None):
        shelf.sync(retry=again)
        assert shelf.reader.read == ["odd.txt"]
    shelf.write("odd.txt", study(9))
    shelf.sync()
    assert shelf.statuses["odd.txt"] == "indexed"
    held(shelf.home).assert_same(from_scratch(shelf))


def test_a_file_that_changed_and_is_broken_now_is_no_document_any_more(shelf: Shelf) -> None:
    shelf.write("a.txt", "BROKEN")
    shelf.sync()
    assert shelf.statuses == {"a.txt": "failed", "b/c.txt": "indexed", "d.txt": "indexed"}
    assert shelf.documents == ["b/c.txt", "d.txt"]


def forbid(patch: pytest.MonkeyPatch, *forbidden: Path, below: Path | None = None) -> None:
    """As if these files and folders, or all that is ``below`` one, were another user's: to an administrator, who may
    run the tests, permissions mean nothing.
    """

    def refuse(owner: object, name: str, paths: tuple[Path, ...]) -> None:
        function = getattr(owner, name)

        def refused(given: object, *arguments: object, **named: object) -> Any:
            path = Path(str(given))
            if path in paths or (below is not None and below in path.parents):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return function(given, *arguments, **named)

        patch.setattr(owner, name, refused)

    refuse(Path, "read_bytes", forbidden)
    refuse(os, "scandir", forbidden)
    for owner in (Path, os):  # of what may not be opened it may still be seen that it is there
        refuse(owner, "lstat", ())
        refuse(owner, "stat", ())


def test_a_file_that_can_not_be_read_keeps_its_last_good_version(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.write("d.txt", study(7))
    with monkeypatch.context() as patch:
        forbid(patch, shelf.folder / "d.txt")
        shelf.sync()
        assert shelf.statuses["d.txt"] == "indexed"
        assert "Luton" in held(shelf.home).documents["d.txt"].text
        assert "can't be read (Permission denied)" in shelf.files["d.txt"].reason
        assert "from before" in shelf.files["d.txt"].reason
        assert not shelf.collection.is_behind()  # nothing more to say of it
    shelf.sync()
    assert "Derby" in held(shelf.home).documents["d.txt"].text
    assert shelf.files["d.txt"].reason == ""


def test_a_touched_file_that_can_be_read_again_is_as_it_was(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(shelf.folder / "d.txt", ns=(1, 1))
    with monkeypatch.context() as patch:
        forbid(patch, shelf.folder / "d.txt")
        shelf.sync()
    shelf.sync()
    assert shelf.reader.read == []
    assert (shelf.statuses["d.txt"], shelf.files["d.txt"].reason) == ("indexed", "")


def test_a_new_file_that_can_not_be_read_is_listed(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.write("e.txt", study(7))
    with monkeypatch.context() as patch:
        forbid(patch, shelf.folder / "e.txt")
        shelf.sync()
        assert shelf.statuses["e.txt"] == "failed"
        assert "make the file readable" in shelf.files["e.txt"].reason
    shelf.sync(retry=None)
    assert shelf.statuses["e.txt"] == "indexed"


@pytest.mark.parametrize("listed", [False, True], ids=["it can't be listed", "its files can't be looked at"])
def test_a_folder_that_can_not_be_looked_into_loses_nothing(
    listed: bool, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.write("b/deep/e.txt", study(5))
    shelf.sync()
    before = held(shelf.home)
    with monkeypatch.context() as patch:
        closed = shelf.folder / "b"
        forbid(patch, *(() if listed else (closed,)), below=closed)
        shelf.write("f.txt", study(6))
        shelf.sync()
        assert set(before.documents) < set(held(shelf.home).documents)
        assert shelf.statuses["b/c.txt"] == "indexed"
        problems = " ".join(record.reason for name, record in shelf.files.items() if name.startswith("b"))
        assert "Permission denied" in problems
        assert not shelf.collection.is_behind()
    (shelf.folder / "f.txt").unlink()
    shelf.sync()
    assert [record.reason for record in shelf.files.values()] == [""] * 4
    assert set(shelf.statuses) == {"a.txt", "b/c.txt", "b/deep/e.txt", "d.txt"}
    held(shelf.home).assert_same(before)


def test_a_folder_that_is_away_loses_nothing(shelf: Shelf) -> None:
    before = held(shelf.home)
    away = shelf.folder.rename(shelf.folder.with_name("away"))
    with pytest.raises(SourceError, match="no documents at"):
        shelf.sync()
    shelf.folder.mkdir()
    with pytest.raises(SourceError, match=r"no files in .* any more"):  # so an unplugged drive looks
        shelf.sync()
    held(shelf.home).assert_same(before)
    shelf.folder.rmdir()
    away.rename(shelf.folder)
    assert not shelf.collection.is_behind()


# --- several documents in a file ---


def test_documents_of_a_bundle_come_and_go_with_it(shelf: Shelf) -> None:
    shelf.write("all.bundle", "\f".join([study(4), "", study(5), "BROKEN", study(0)]))
    shelf.sync()
    record = shelf.files["all.bundle"]
    assert record.status == "indexed"
    assert [document.doc_id for document in record.documents] == ["all.bundle/0.txt", "all.bundle/2.txt"]
    assert [(problem.name, problem.status, problem.same_as) for problem in record.problems] == [
        ("all.bundle/1.txt", "empty", ""),
        ("all.bundle/3.txt", "failed", ""),
        ("all.bundle/4.txt", "duplicate", "a.txt"),
    ]
    held(shelf.home).assert_same(from_scratch(shelf))
    shelf.write("all.bundle", "\f".join([study(6), study(4)]))
    shelf.sync()
    assert shelf.documents == ["a.txt", "all.bundle/0.txt", "all.bundle/1.txt", "b/c.txt", "d.txt"]
    held(shelf.home).assert_same(from_scratch(shelf))
    (shelf.folder / "all.bundle").unlink()
    shelf.sync()
    assert shelf.documents == ["a.txt", "b/c.txt", "d.txt"]


def test_a_document_in_a_bundle_stands_in_for_its_original(shelf: Shelf) -> None:
    shelf.write("all.bundle", "\f".join([study(4), study(0)]))
    shelf.sync()
    assert shelf.documents == ["a.txt", "all.bundle/0.txt", "b/c.txt", "d.txt"]
    (shelf.folder / "a.txt").unlink()
    shelf.sync()
    assert shelf.documents == ["all.bundle/0.txt", "all.bundle/1.txt", "b/c.txt", "d.txt"]
    assert not shelf.collection.is_behind()
    held(shelf.home).assert_same(from_scratch(shelf))


def test_a_copy_of_what_becomes_a_copy_itself_is_told_so(shelf: Shelf) -> None:
    """The bundle is read again as its first document stands in; then its second is no original any more."""
    shelf.write("m.bundle", "\f".join([study(0), study(4)]))
    shelf.write("z.txt", study(4))
    shelf.sync()
    assert shelf.files["z.txt"].same_as == "m.bundle/1.txt"
    (shelf.folder / "a.txt").unlink()
    shelf.write("e.txt", study(4).upper())
    shelf.sync()
    assert shelf.documents == ["b/c.txt", "d.txt", "e.txt", "m.bundle/0.txt"]
    assert shelf.files["z.txt"].same_as == "e.txt"
    assert [problem.same_as for problem in shelf.files["m.bundle"].problems] == ["e.txt"]
    assert not shelf.collection.is_behind()
    held(shelf.home).assert_same(from_scratch(shelf))


def test_a_bundle_of_known_documents_is_a_duplicate(shelf: Shelf) -> None:
    shelf.write("all.bundle", study(0))
    shelf.write("two.bundle", "\f".join([study(0), study(1)]))
    shelf.sync()
    assert [(shelf.files[name].status, shelf.files[name].same_as) for name in ("all.bundle", "two.bundle")] == [
        ("duplicate", "a.txt"),
        ("duplicate", "a.txt"),
    ]
    assert not shelf.collection.is_behind()


# --- stopped on the way ---


class Stopping:
    """Ctrl-C at the n-th file."""

    def __init__(self, parse: Callable[[SourceFile], Parsed], after: int) -> None:
        self._parse, self._left = parse, after

    def __call__(self, source: SourceFile) -> Parsed:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return self._parse(source)


@pytest.mark.parametrize("after", range(4))
def test_a_sync_that_is_stopped_is_gone_on_with(after: int, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed document is the old or the new one until then, whole; what was read is not read again."""
    monkeypatch.setattr("rag.index.build._BATCH", 1)
    old = held(shelf.home).documents
    shelf.write("a.txt", study(6))
    shelf.write("e.txt", study(7))
    shelf.write("f.txt", study(8))
    (shelf.folder / "d.txt").unlink()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shelf.reader, "parse", Stopping(shelf.reader.parse, after))
        shelf.sync()
        raise KeyboardInterrupt  # with the fourth it was done
    new = from_scratch(shelf)
    for name, document in held(shelf.home).documents.items():
        assert document in (old.get(name), new.documents.get(name))
    shelf.sync()
    assert len(shelf.reader.read) == 3 - after
    held(shelf.home).assert_same(new)


def test_a_full_disk_stops_a_sync_and_loses_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    before = held(shelf.home)
    shelf.write("a.txt", study(6))

    def full(path: Path, content: bytes | memoryview) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as patch, pytest.raises(IndexUnusableError, match="No space left on device"):
        patch.setattr("rag.index.store.generations.write_file", full)
        shelf.sync()
    held(shelf.home).assert_same(before)
    shelf.sync()
    held(shelf.home).assert_same(from_scratch(shelf))


def test_a_sync_waits_for_another_or_says_that_it_is_busy(shelf: Shelf) -> None:
    import threading

    shelf.write("e.txt", study(7))
    stages: list[str] = []
    errors: list[Exception] = []

    def busy() -> None:
        try:
            shelf.sync(lambda stage, done, total: stages.append(stage), timeout=0.1)
        except IndexBusyError as error:
            errors.append(error)

    with locked(shelf.home):
        thread = threading.Thread(target=busy)
        thread.start()
        thread.join()
    assert (stages, len(errors)) == (["wait"], 1)
    assert shelf.documents == ["a.txt", "b/c.txt", "d.txt"]
