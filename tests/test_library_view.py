"""The view of the library as mark-up, and sources in parts and as pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.types import Block, Case, Document, FileRecord, FoundFile, IndexedDocument, OriginMap, Part, Plan, Problem
from rag.web.ask.source_view import page_picture_html, source_html
from rag.web.library.arriving import arrival_html, update_failed_html, update_text
from rag.web.library.view import (
    Origin,
    changes_html,
    collection_summary,
    discarded_html,
    file_html,
    is_listed,
    no_files_html,
    states_html,
)
from rag.web.page import contents_html
from rag.web.page_pictures.page_image import PageImage
from rag.web.server import server_functions
from tests.page_library import CannedLibrary

EVIL = "<i onclick='x'>&\""


def indexed(name: str, *warnings: str, title: str = "", cases: int = 2, passages: int = 14) -> FileRecord:
    return FileRecord(name, "indexed", documents=(held(name, *warnings, title=title, cases=cases, passages=passages),))


def held(name: str, *warnings: str, title: str = "", cases: int = 2, passages: int = 14) -> IndexedDocument:
    return IndexedDocument(name, title or name, "s", "k", cases, passages, warnings)


GOOD = indexed("good.pdf", title="A good report")
WARNED = indexed("warned.html", "12 hidden words were left out")
SAME = FileRecord("same.pdf", "duplicate", "the same file as good.pdf", same_as="good.pdf")
SCANNED = FileRecord("scan.pdf", "empty", "scanned, no text: install tesseract")
LEFT_OUT = FileRecord("old.txt", "removed", "left out by you: bring it back with 'rag add'")
ARCHIVE = FileRecord(
    "all.zip",
    "indexed",
    documents=(held("all.zip/a.txt", title="A"), held("all.zip/b.txt", title="B", cases=1, passages=1)),
    problems=(
        Problem("all.zip/c.pdf", "failed", "it is protected"),
        Problem("all.zip/d.txt", "duplicate", "the same words as a", "a"),
    ),
)
FILES = (GOOD, WARNED, SAME, SCANNED, LEFT_OUT, ARCHIVE)
NEAR = {"warned.html": "good.pdf"}


def shown(file: FileRecord, origin: Origin = "folder") -> str:
    return file_html(file, origin, NEAR)


def test_each_file_says_what_became_of_it() -> None:
    assert '<p class="facts">2 cases, 14 passages</p>' in shown(GOOD)
    assert 'data-source="good.pdf"' in shown(GOOD)
    assert 'class="state"' not in shown(GOOD)
    assert "12 hidden words were left out" in shown(WARNED)
    assert "Like good.pdf, shown together" in shown(WARNED)
    assert "The same file as good.pdf" in shown(SAME)
    assert '<p class="state" data-state="empty">Without text</p>' in shown(SCANNED)
    assert "Scanned, no text: install tesseract" in shown(SCANNED)
    assert "It stays where it is; answers leave it out." in shown(LEFT_OUT)
    assert "rag add" not in shown(LEFT_OUT)


def test_files_within_another_are_told_of() -> None:
    html = shown(ARCHIVE)
    assert "2 documents, 3 cases, 15 passages" in html
    assert 'data-source="all.zip/b.txt"' in html
    assert "all.zip/b.txt: 1 case, 1 passage" in html
    assert '<span class="file">all.zip/c.pdf</span> could not be read: it is protected' in html
    many = replace(ARCHIVE, documents=tuple(held(f"all.zip/{n}.txt") for n in range(12)))
    assert "<summary>7 more</summary>" in shown(many)


def test_a_copy_is_deleted_only_when_asked_again() -> None:
    assert "data-discard" in shown(GOOD)
    assert "deletes the copy" not in shown(GOOD)
    assert "added by its path" in shown(GOOD, "listed")
    origins: tuple[Origin, ...] = ("copy", "web")
    for origin in origins:
        assert "data-ask-first" in shown(GOOD, origin)
        assert "This deletes the copy that was made of it." in shown(GOOD, origin)
    assert "data-bring-back" in shown(LEFT_OUT)
    assert "data-bring-back" in discarded_html("a", deleted=False)
    assert "button" not in discarded_html("a", deleted=True)


def test_states_are_counted() -> None:
    html = states_html(FILES, NEAR, "")
    for words in (
        "All <b>6</b>",
        "In the library <b>3</b>",
        "The same as another <b>2</b>",
        "Nearly the same as another <b>1</b>",
        "With something to know <b>1</b>",
        "Without text <b>1</b>",
        "Could not be read <b>1</b>",
        "Left out by you <b>1</b>",
    ):
        assert words in html
    assert "Not read" not in html
    assert '<input type="radio" name="state" value="" checked>' in html
    assert "Not read <b>0</b>" in states_html(FILES, NEAR, "unsupported")


def test_files_are_found_by_state_and_words() -> None:
    def found(state: str = "", words: str = "") -> list[str]:
        return [file.name for file in FILES if is_listed(file, NEAR, state, words)]

    assert found() == [file.name for file in FILES]
    assert found("failed") == ["all.zip"]
    assert found("alike") == ["warned.html"]
    assert found(words="GOOD report") == ["good.pdf"]
    assert found(words="c.pdf") == ["all.zip"]
    assert found("empty", "good") == []


def test_the_summary_counts_what_there_is() -> None:
    assert collection_summary(FILES) == "4 documents, 7 case studies, 43 passages, out of 6 files."
    assert collection_summary((SCANNED,)).startswith("None of the files could be read")
    assert collection_summary(()) == ""
    assert "Nothing is in the library yet" in no_files_html(False)
    assert "with these words" in no_files_html(True)


def test_changes_of_the_folder_are_offered() -> None:
    read = (FoundFile("a", Path("a")), FoundFile("b", Path("b")))
    html = changes_html(Plan((), read, (GOOD,), True), 0)
    assert "2 files added or changed and 1 file gone since the library was last brought up to date." in html
    assert 'data-update="everything"' not in html
    assert "Something changed" in changes_html(Plan((), (), (), True), 0)
    assert changes_html(Plan((), (), (), False), 0) == ""
    assert "index is to be built" in changes_html(None, 0)
    assert "3 files could not be read" in changes_html(Plan((), (), (), False), 3)


def test_only_what_may_be_read_another_time_is_offered_again(tmp_path: Path) -> None:
    class Some(CannedLibrary):
        def __init__(self) -> None:
            super().__init__()
            self.files = (*FILES, indexed("scans.pdf", "Pages 2 and 3 were not read: install tesseract"))

    functions = {f.__name__: f for f in server_functions(Some(), tmp_path / "questions.jsonl", "")}
    assert "3 files could not be read" in functions["changes"]({})["html"]  # scan.pdf, all.zip, scans.pdf


def test_a_name_keeps_its_carriage_return() -> None:
    odd = indexed("a\r\n.txt")
    assert '<li data-name="a&#13;\n.txt">' in shown(odd)
    assert 'data-source="a&#13;\n.txt"' in shown(odd)


def test_how_far_it_is_is_said() -> None:
    assert update_text("read", 1, 1200, "b.txt") == "1 of 1,200 files read; now: b.txt"
    assert update_text("read", 0, 0, "") == "Looking what there is to do …"
    assert update_text("read", 0, 0, "a.txt") == "Reading a.txt"
    assert update_text("embed", 64, 900, "") == "Making what was read searchable: 64 of 900 passages"
    assert "Another program" in update_text("wait", 0, 1, "")
    assert "In the library: 2 cases, 14 passages" in arrival_html("", GOOD)
    assert "12 hidden words were left out" in arrival_html("", WARNED)
    assert "Without text: scanned, no text: install tesseract" in arrival_html("", SCANNED)
    assert "Being read …" in arrival_html("reading", None)


def test_everything_is_escaped() -> None:
    hostile = FileRecord(
        EVIL, "indexed", EVIL, documents=(held(EVIL, EVIL, title=EVIL),), problems=(Problem(EVIL, "failed", EVIL),)
    )
    failed = FileRecord(EVIL, "failed", EVIL)
    document = Document(EVIL, EVIL, EVIL, (), OriginMap(), "", EVIL, EVIL, parts=(Part(0, "page", EVIL),))
    picture = PageImage(b"", 1, 1, (), 1, 2)
    pages = [
        *(file_html(file, "copy", {EVIL: EVIL}) for file in (hostile, failed)),
        file_html(replace(hostile, documents=(held(EVIL), held(EVIL, EVIL, title=EVIL))), "web", {EVIL: EVIL}),
        arrival_html("", hostile),
        arrival_html("", failed),
        discarded_html(EVIL, deleted=False),
        discarded_html(EVIL, deleted=True),
        update_failed_html(EVIL),
        contents_html((hostile,), [Case("c", EVIL, f"{EVIL} case", ((0, 1),))]),
        source_html(document, [(0, 3)], note=EVIL),
        page_picture_html(document, [(0, 3)], picture, EVIL),
    ]
    for html in pages:
        assert "&lt;i" in html
        assert "<i " not in html
        assert "='x'" not in html


def test_a_large_library_is_listed_by_the_hundred(tmp_path: Path) -> None:
    class Large(CannedLibrary):
        def __init__(self) -> None:
            super().__init__()
            self.files = tuple(indexed(f"{n:05}.txt", title=f"Report {n}") for n in range(10_000))

    functions = {f.__name__: f for f in server_functions(Large(), tmp_path / "questions.jsonl", "")}
    first = functions["collection"]({})
    assert (first["html"].count("<li data-name="), first["next"]) == (100, 100)
    assert first["shown"] == "100 of 10,000 files shown"
    last = functions["collection"]({"start": "9950"})
    assert (last["html"].count("<li data-name="), last["next"]) == (50, 0)
    some = functions["collection"]({"words": "report 999"})
    assert some["shown"] == "19 files"  # ten end in 999, nine more begin with it
    about = functions["about"]({})
    assert about["scope"].startswith("10,000 documents, 20,000 case studies")
    assert about["html"].count("<li") == 101
    assert "9,900 more documents" in about["html"]


# --- sources ---


def paged(text: str, *blocks: Block, parts: tuple[Part, ...]) -> Document:
    return Document("a.pdf", "T", text, blocks, OriginMap(), "", media_type="application/pdf", parts=parts)


def test_parts_are_labelled_where_they_begin() -> None:
    text = "one two three four"
    document = paged(
        text,
        Block("paragraph", 0, 7),
        Block("item", 8, 13),
        Block("item", 14, 18),
        parts=(Part(0, "slide", "slide 1"), Part(4, "slide", "slide 2"), Part(14, "slide", "slide 3")),
    )
    html = source_html(document, [(0, 7)])
    assert html.index('<p class="part">slide 1</p>') < html.index("one ")
    assert '<mark id="cited" tabindex="-1">one </mark><span class="part">slide 2</span> <mark>two</mark>' in html
    assert '<li dir="auto">three</li></ul><p class="part">slide 3</p><ul><li dir="auto">four</li></ul>' in html


def test_other_views_are_offered_where_there_are_any() -> None:
    document = paged("words", Block("paragraph", 0, 5), parts=())
    assert "Show the original file" in source_html(document)
    assert "Show" not in source_html(document, switch="")
    assert 'data-view="page"' in source_html(document, switch="page")


def test_a_page_has_its_marks_in_place() -> None:
    document = paged("some words", Block("paragraph", 0, 10), parts=(Part(0, "page", "page 3"),))
    picture = PageImage(b"png", 1000, 1414, ((0.1, 0.25, 0.5, 0.02), (0.1, 0.27, 0.2, 0.02)), 3, 12)
    html = page_picture_html(document, [(5, 10)], picture, "page 3")
    assert "page 3 of 12" in html
    assert 'src="data:image/png;base64,cG5n" width="1000" height="1414" alt="Page 3 of a.pdf as a picture' in html
    assert html.count('<mark class="box"') == 2
    assert html.count('id="cited"') == 1
    assert "left:10.000%;top:25.000%;width:50.000%;height:2.000%" in html
    assert "<p>words</p>" in html
    assert 'data-page="2" aria-label="Page before">' in html
    assert 'data-page="4" aria-label="Next page">' in html


@pytest.mark.parametrize(
    ("page", "quoted_on", "note"),
    [(2, "page 3", "The quote is on page 3."), (3, "page 3", "could not be found on this picture")],
)
def test_a_page_without_marks_says_why(page: int, quoted_on: str, note: str) -> None:
    document = paged("some words", parts=())
    html = page_picture_html(document, [(0, 4)], PageImage(b"", 1, 1, (), page, 3), quoted_on)
    assert note in html
    assert ("disabled" in html) == (page == 3)
    assert "note" not in page_picture_html(document, [], PageImage(b"", 1, 1, (), 1, 1), "")


def test_only_text_files_offer_the_original(tmp_path: Path) -> None:
    class Pdf(CannedLibrary):
        def document(self, doc_id: str) -> Document:
            return replace(super().document(doc_id), media_type="application/pdf")

    def answer(library: CannedLibrary) -> Any:
        functions = {f.__name__: f for f in server_functions(library, tmp_path / "questions.jsonl", "")}
        return functions["ask"]({"question": "What worked for late antenatal booking?"})["html"]

    assert "original file" in answer(CannedLibrary())
    assert "original file" not in answer(Pdf())
