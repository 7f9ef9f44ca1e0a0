"""What the user adds to a library and takes out of it, beside what its folder holds."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from rag.errors import SourceError
from rag.index.collection import problems_of
from rag.sources.additions import Addition, Additions
from rag.sources.fetch import Fetched
from rag.text.files import unused
from tests.shelf import Shelf, from_scratch, held, study


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Three files, synced."""
    shelf = Shelf(tmp_path / "documents")
    for number, name in enumerate(("a.txt", "b/c.txt", "b/d.txt")):
        shelf.write(name, study(number))
    shelf.sync()
    return shelf


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Another folder, of two files; one is called as one of the library's."""
    folder = tmp_path / "elsewhere"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text(study(10), encoding="utf-8")
    (folder / "deep" / "e.txt").write_text(study(11), encoding="utf-8")
    return folder


# --- left out ---


def test_a_file_is_left_out_and_taken_back(shelf: Shelf) -> None:
    before = held(shelf.home)
    shelf.collection.remove("b/c.txt")
    assert shelf.collection.is_behind()
    shelf.sync()
    assert (shelf.folder / "b" / "c.txt").exists()
    assert shelf.statuses == {"a.txt": "indexed", "b/c.txt": "removed", "b/d.txt": "indexed"}
    assert "rag add" in shelf.files["b/c.txt"].reason
    assert shelf.documents == ["a.txt", "b/d.txt"]
    assert not shelf.collection.is_behind()
    held(shelf.home).assert_same(from_scratch(shelf))
    assert shelf.collection.add(str(shelf.folder / "b" / "c.txt")) == "b/c.txt"
    shelf.sync()
    held(shelf.home).assert_same(before)


@pytest.mark.parametrize("as_path", [False, True], ids=["by name", "by path"])
def test_a_folder_is_left_out_and_taken_back(as_path: bool, shelf: Shelf) -> None:
    shelf.write("bc.txt", study(5))  # not in the folder, though its name begins like it
    shelf.collection.remove(str(shelf.folder / "b") if as_path else "b/")
    shelf.sync()
    assert shelf.documents == ["a.txt", "bc.txt"]
    shelf.write("b/new.txt", study(6))
    shelf.sync()
    assert shelf.statuses["b/new.txt"] == "removed"  # as all that ever comes into it
    shelf.collection.add(str(shelf.folder / "b"))
    shelf.sync()
    assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt", "b/new.txt", "bc.txt"]


def test_everything_can_be_taken_out_and_come_back(shelf: Shelf) -> None:
    before = held(shelf.home)
    for name in ("a.txt", "b"):
        shelf.collection.remove(name)
    shelf.sync()
    assert set(shelf.statuses.values()) == {"removed"}
    empty = held(shelf.home)
    assert (len(empty.documents), len(empty.passages), empty.vectors.shape[0]) == (0, 0, 0)
    shelf.sync()
    assert not shelf.collection.is_behind()
    for name in ("a.txt", "b"):
        shelf.collection.add(str(shelf.folder / name))
    shelf.sync()
    held(shelf.home).assert_same(before)


def test_what_is_not_there_can_not_be_removed(shelf: Shelf) -> None:
    for name in ("nowhere.txt", "b/c", "", "b/c.txt/x"):
        with pytest.raises(SourceError, match=r"there is no .* in this library: 'rag list'"):
            shelf.collection.remove(name)
    assert not shelf.collection.is_behind()


# --- added ---


def test_an_added_file_stays_where_it_is_and_is_kept_up_to_date(shelf: Shelf, elsewhere: Path) -> None:
    path = elsewhere / "deep" / "e.txt"
    assert shelf.collection.add(str(path)) == "e.txt"
    shelf.sync()
    assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt", "e.txt"]
    assert shelf.collection.add(str(path)) == "e.txt"  # again: nothing changes
    assert not shelf.collection.is_behind()
    path.write_text(study(8), encoding="utf-8")
    shelf.sync()
    assert shelf.reader.read == ["e.txt"]
    held(shelf.home).assert_same(from_scratch(shelf))
    shelf.collection.remove("e.txt")
    shelf.sync()
    assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt"]
    assert "e.txt" not in shelf.statuses  # it is off the list, not left out
    assert path.exists()


def test_an_added_folder_stands_below_its_name(shelf: Shelf, elsewhere: Path) -> None:
    shelf.collection.add(str(elsewhere))
    shelf.sync()
    assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt", "elsewhere/a.txt", "elsewhere/deep/e.txt"]
    shelf.collection.remove("elsewhere/deep/e.txt")
    shelf.sync()
    assert shelf.statuses["elsewhere/deep/e.txt"] == "removed"
    assert shelf.collection.add(str(elsewhere / "deep" / "e.txt")) == "elsewhere/deep/e.txt"
    shelf.sync()
    held(shelf.home).assert_same(from_scratch(shelf))
    shelf.collection.remove("elsewhere")
    shelf.sync()
    assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt"]


def test_two_of_one_name_are_two(shelf: Shelf, elsewhere: Path) -> None:
    assert shelf.collection.add(str(elsewhere / "a.txt")) == "a (2).txt"
    (elsewhere / "deep" / "a.txt").write_text(study(9), encoding="utf-8")
    assert shelf.collection.add(str(elsewhere / "deep" / "a.txt")) == "a (3).txt"
    shelf.sync()
    documents = held(shelf.home).documents
    assert [documents[name].text for name in ("a (2).txt", "a (3).txt", "a.txt")] == [
        study(number).strip() for number in (10, 9, 0)
    ]


def test_a_file_of_the_folder_takes_its_name_back_from_an_added_one(shelf: Shelf, elsewhere: Path) -> None:
    shelf.collection.add(str(elsewhere / "deep" / "e.txt"))
    shelf.sync()
    shelf.write("e.txt", study(7))
    shelf.sync()
    documents = held(shelf.home).documents
    assert (documents["e.txt"].text, documents["e (2).txt"].text) == (study(7).strip(), study(11).strip())
    held(shelf.home).assert_same(from_scratch(shelf))


def test_what_is_not_there_can_not_be_added(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there is nothing at .*nowhere"):
        shelf.collection.add(str(tmp_path / "nowhere"))
    assert not shelf.collection.is_behind()


def test_an_added_folder_that_is_away_loses_nothing(shelf: Shelf, elsewhere: Path) -> None:
    """As a drive that is not plugged in; when it is back it need not be read again."""
    shelf.collection.add(str(elsewhere))
    shelf.sync()
    before = held(shelf.home)
    away = elsewhere.rename(elsewhere.with_name("away"))
    shelf.write("f.txt", study(6))
    shelf.sync()
    assert set(before.documents) < set(held(shelf.home).documents)
    (problem,) = problems_of(tuple(shelf.files.values()))
    assert "is not at" in problem
    assert "rag remove" in problem
    (shelf.folder / "f.txt").unlink()
    away.rename(elsewhere)
    shelf.sync()
    assert shelf.reader.read == []
    held(shelf.home).assert_same(before)
    elsewhere.rename(away)
    shelf.collection.remove("elsewhere")
    shelf.sync()
    assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt"]


def test_an_added_file_that_is_away_is_listed_and_comes_back(shelf: Shelf, elsewhere: Path) -> None:
    path = elsewhere / "deep" / "e.txt"
    shelf.collection.add(str(path))
    shelf.sync()
    before = held(shelf.home)
    away = path.rename(path.with_name("away"))
    shelf.sync()
    assert "take it off the list with: rag remove 'e.txt'; what is in the library is from before" in (
        shelf.files["e.txt"].reason
    )
    held(shelf.home).assert_same(before)
    away.rename(path)
    shelf.sync()
    assert shelf.reader.read == []
    assert shelf.files["e.txt"].reason == ""


def test_an_emptied_folder_loses_nothing_though_something_was_added(shelf: Shelf, elsewhere: Path) -> None:
    shelf.collection.keep("notes.txt", study(5).encode())
    shelf.collection.add(str(elsewhere))
    shelf.sync()
    before = held(shelf.home)
    away = shelf.folder.rename(shelf.folder.with_name("away"))
    shelf.folder.mkdir()
    with pytest.raises(SourceError, match="no files in"):
        shelf.sync()
    held(shelf.home).assert_same(before)
    shelf.folder.rmdir()
    away.rename(shelf.folder)
    emptied = elsewhere.rename(elsewhere.with_name("emptied"))
    elsewhere.mkdir()
    shelf.sync()
    held(shelf.home).assert_same(before)
    elsewhere.rmdir()
    emptied.rename(elsewhere)


def test_an_unreadable_file_is_no_news_every_time(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    shelf.write("locked.txt", study(7))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        shelf.write("other.txt", study(8))
        assert shelf.collection.is_behind()
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: refuse(path) if path.name == "locked.txt" else real(path))
    shelf.sync()
    assert shelf.statuses["locked.txt"] == "failed"
    assert not shelf.collection.is_behind()


def test_the_copy_that_was_dragged_in_is_the_one_that_is_deleted(shelf: Shelf) -> None:
    assert shelf.collection.keep("report.txt", study(5).encode()) == "report.txt"
    shelf.sync()
    own = shelf.write("report.txt", study(6))  # the folder gets a file of the same name
    shelf.sync()
    assert shelf.statuses["report (2).txt"] == "indexed"
    shelf.collection.remove("report (2).txt")
    shelf.sync()
    assert own.exists()
    assert list((shelf.settings.added_folder / "files").iterdir()) == []
    assert shelf.statuses["report.txt"] == "indexed"


def test_a_folder_is_brought_back_with_all_that_was_left_out_in_it(shelf: Shelf) -> None:
    shelf.sync()
    shelf.collection.remove("b/c.txt")
    shelf.collection.add(str(shelf.folder / "b"))
    shelf.sync()
    assert shelf.statuses["b/c.txt"] == "indexed"
    shelf.collection.remove("b")
    with pytest.raises(SourceError, match="b is left out as a whole"):
        shelf.collection.bring_back("b/c.txt")
    shelf.collection.bring_back("b")
    shelf.sync()
    assert shelf.statuses["b/c.txt"] == "indexed"


def test_lock_files_and_the_like_are_no_documents(shelf: Shelf) -> None:
    for name in ("~$report.docx", "Thumbs.db", "b/desktop.ini"):
        shelf.write(name, "no document")
    shelf.sync()
    assert sorted(shelf.statuses) == ["a.txt", "b/c.txt", "b/d.txt"]


def test_a_dragged_file_is_kept_as_a_copy_until_it_is_removed(shelf: Shelf) -> None:
    assert shelf.collection.keep("C/folder/notes.txt", study(5).encode()) == "notes.txt"
    assert shelf.collection.keep("a.txt", study(6).encode()) == "a (2).txt"
    shelf.sync()
    copies = list((shelf.settings.added_folder / "files").iterdir())
    assert len(copies) == 2
    assert shelf.documents == ["a (2).txt", "a.txt", "b/c.txt", "b/d.txt", "notes.txt"]
    held(shelf.home).assert_same(from_scratch(shelf))
    shelf.collection.remove("a (2).txt")
    shelf.sync()
    assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt", "notes.txt"]
    assert len(list((shelf.settings.added_folder / "files").iterdir())) == 1


def test_an_address_that_is_added_again_replaces_what_it_gave(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [study(5), study(6)]

    def fetched(url: str) -> Fetched:
        return Fetched(url, url, pages.pop(0).encode(), "text/plain", "2026-11-22")

    monkeypatch.setattr("rag.sources.fetch.fetch", fetched)
    for number in (5, 6):
        assert shelf.collection.add("https://example.org/report.txt") == "https://example.org/report.txt"
        shelf.sync()
        assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt", "https://example.org/report.txt"]
        assert held(shelf.home).documents["https://example.org/report.txt"].text == study(number).strip()
        assert len(list((shelf.settings.added_folder / "files").iterdir())) == 1
    shelf.collection.remove("https://example.org/report.txt")
    shelf.sync()
    assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt"]


# --- the list itself ---


def test_the_list_comes_back(tmp_path: Path) -> None:
    additions = Additions(tmp_path)
    assert (additions.added, additions.left_out) == ((), ())
    (tmp_path / "näme 😀.txt").write_text("x", encoding="utf-8")
    first = additions.add(tmp_path / "näme 😀.txt", ())
    second = additions.keep("r.pdf", b"1", ["r.pdf"], url="https://a.example/r", retrieved="2026-11-22")
    additions.leave_out("b")
    additions.leave_out("a")
    again = Additions(tmp_path)
    assert again.added == (first, second)
    assert first == Addition("näme 😀.txt", str(tmp_path / "näme 😀.txt"))
    assert (second.name, second.kept, second.url, second.retrieved) == (
        "r (2).pdf",
        True,
        "https://a.example/r",
        "2026-11-22",
    )
    assert again.path_of(second).read_bytes() == b"1"
    assert again.left_out == ("a", "b")
    assert again.take_back("a")
    assert not again.take_back("a")
    assert again.remove(second.name) == second
    assert again.remove(second.name) is None
    assert not again.path_of(second).exists()


def test_many_hands_at_the_list_lose_nothing(tmp_path: Path) -> None:
    threads = [threading.Thread(target=lambda n=n: Additions(tmp_path).keep(f"{n}.txt", b"x")) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(addition.name for addition in Additions(tmp_path).added) == sorted(f"{n}.txt" for n in range(12))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"added": 1}', '{"added": [{"name": "x"}]}'])
def test_a_damaged_list_is_named_and_never_overwritten(content: str, tmp_path: Path) -> None:
    (tmp_path / "sources.json").write_text(content, encoding="utf-8")
    additions = Additions(tmp_path)
    for action in (lambda: additions.added, lambda: additions.leave_out("x"), lambda: additions.add(tmp_path, ())):
        with pytest.raises(SourceError, match=r"mend or remove .*sources\.json"):
            action()
    assert (tmp_path / "sources.json").read_text(encoding="utf-8") == content


def test_a_kept_file_never_leaves_its_folder(tmp_path: Path) -> None:
    additions = Additions(tmp_path / "added")
    for name in ("../../evil.sh", "..\\evil.b\\at", "a/b/c.t/xt", "x." + "y" * 300, "näme.\x00txt", ".."):
        path = additions.path_of(additions.keep(name, b"x"))
        assert path.parent == tmp_path / "added" / "files"
        assert len(path.suffix) <= 12
        assert path.read_bytes() == b"x"
    assert [path.name for path in tmp_path.iterdir()] == ["added"]


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("a.txt", [], "a.txt"),
        ("a.txt", ["a.txt"], "a (2).txt"),
        ("a.txt", ["a.txt", "a (2).txt"], "a (3).txt"),
        ("deep/a", ["deep/a"], "deep/a (2)"),
        ("https://example.org/r.pdf", ["https://example.org/r.pdf"], "https://example.org/r (2).pdf"),
    ],
)
def test_a_name_is_used_once(name: str, taken: list[str], expected: str) -> None:
    assert unused(name, taken) == expected


# --- links and what is no file ---

if sys.platform != "win32":
    import socket

    def test_links_out_of_the_folder_are_not_followed(shelf: Shelf, tmp_path: Path) -> None:
        (tmp_path / "secret").mkdir()
        (tmp_path / "secret" / "s.txt").write_text(study(5), encoding="utf-8")
        (shelf.folder / "out.txt").symlink_to(tmp_path / "secret" / "s.txt")
        (shelf.folder / "out").symlink_to(tmp_path / "secret")
        (shelf.folder / "broken.txt").symlink_to(shelf.folder / "nowhere")
        (shelf.folder / "round").symlink_to(shelf.folder)
        (shelf.folder / "b" / "in.txt").symlink_to(shelf.folder / "b" / "d.txt")
        shelf.sync()
        assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt"]
        assert "leads out of the folder" in shelf.files["out.txt"].reason
        assert "link to a folder is not followed" in shelf.files["out"].reason
        assert "link to a folder is not followed" in shelf.files["round"].reason
        assert shelf.statuses["broken.txt"] == "failed"
        assert "No such file" in shelf.files["broken.txt"].reason
        assert (shelf.statuses["b/in.txt"], shelf.files["b/in.txt"].same_as) == ("duplicate", "b/d.txt")
        assert not shelf.collection.is_behind()

    def test_a_file_that_becomes_a_link_out_leaves(shelf: Shelf, tmp_path: Path) -> None:
        (shelf.folder / "a.txt").rename(tmp_path / "moved.txt")
        (shelf.folder / "a.txt").symlink_to(tmp_path / "moved.txt")
        shelf.sync()
        assert shelf.documents == ["b/c.txt", "b/d.txt"]
        assert shelf.statuses["a.txt"] == "failed"

    @pytest.mark.timeout(30)
    def test_what_would_wait_for_ever_is_never_opened(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        os.mkfifo(shelf.folder / "pipe.txt")
        monkeypatch.chdir(shelf.folder)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket.txt")
            shelf.sync(retry=None)
        assert [shelf.files[name].reason for name in ("pipe.txt", "socket.txt")] == ["it is no ordinary file"] * 2
        assert shelf.documents == ["a.txt", "b/c.txt", "b/d.txt"]
