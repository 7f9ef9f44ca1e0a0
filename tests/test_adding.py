"""Adding to the library, taking out and reading its PDFs, in a real browser over a real index of small files."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

import rag.sources.fetch
from rag.config import Settings
from rag.errors import SourceError
from rag.index.collection import SourceCollection
from rag.index.parse import parse
from rag.library import Library
from rag.sources.fetch import Fetched
from rag.types import Parsed, SourceFile
from rag.web.library.background_sync import Updates
from rag.web.page_pictures.drawn_apart import picture_of
from rag.web.server import server_functions
from tests.browser import Stage, ask, contrast, overflow, phone, seen_in_panel
from tests.fakes import FakeEmbedder
from tests.page_library import HOSTILE
from tests.pdf_files import column, pdf

FARMERS = "Farm checks in Kendal\n\nSome farmers came to the market. Nurses measured 40 farmers in Kendal there.\n"
LEAFLET = "Maternity in Truro\n\nLate booking was common. The team wrote a leaflet about booking for every ward.\n"
MOSQUE = "The mosque gave a room for screening of diabetes."
REPORT = pdf(
    column(72, 750, ["Report of the year", "Late booking was common in the town."], step=20),
    column(72, 300, ["The second page", MOSQUE], step=20),
    column(72, 750, ["The third page has other words."]),
)
DIABETES = "Which mosque gave a room for screening of diabetes?"


class Gate:
    """A parser that waits while it is ``closed``; what it raises instead of reading is put in ``errors``."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.opened.set()
        self.errors: list[Exception] = []

    def parse(self, source: SourceFile) -> Parsed:
        self.opened.wait(20)
        if self.errors:
            raise self.errors.pop()
        return parse(source)

    def close(self) -> None:
        """There is nothing to let go of."""

    @contextmanager
    def closed(self) -> Iterator[None]:
        self.opened.clear()
        yield
        self.opened.set()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    seeds = tmp_path / "documents"
    seeds.mkdir()
    (seeds / "farm.txt").write_text(FARMERS, encoding="utf-8")
    (seeds / "report.pdf").write_bytes(REPORT)
    return seeds


@pytest.fixture
def library(folder: Path, tmp_path: Path, gate: Gate) -> Iterator[Library]:
    settings = Settings(folder, tmp_path / "index", added=tmp_path / "added")
    library = Library.open(settings, embedder=FakeEmbedder(), parser=gate)
    yield library
    library.close()


@pytest.fixture
def address(stage: Stage, library: Library, tmp_path: Path) -> Iterator[str]:
    with stage.serving(library, tmp_path / "questions.jsonl") as address:
        yield address


@pytest.fixture
def shelf(page: Page) -> Locator:
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".files > li")).to_have_count(2)
    return page.locator(".library")


def file(name: str, content: str | bytes) -> FilePayload:
    data = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def choose(page: Page, *files: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(list(files))


def line(page: Page, name: str) -> Locator:
    return page.locator(".arrivals > li").filter(has=page.locator(".name", has_text=name))


def row(page: Page, name: str) -> Locator:
    return page.locator(f'.files > li[data-name="{name}"]')


@pytest.mark.usefixtures("shelf")
def test_files_are_added_and_answered_from(page: Page, library: Library) -> None:
    choose(page, file("truro.md", f"# {LEAFLET}"), file("broken.pdf", b"%PDF-1.4 endobj"), file("again.txt", FARMERS))
    expect(line(page, "truro.md")).to_contain_text("In the library: 1 case, 1 passage")
    expect(line(page, "broken.pdf")).to_contain_text("Could not be read: its PDF is damaged")
    expect(line(page, "again.txt")).to_contain_text("the same file as farm.txt")
    expect(row(page, "truro.md")).to_contain_text("Maternity in Truro")
    expect(row(page, "truro.md")).to_contain_text("1 case, 1 passage · added here")
    expect(page.locator(".summary")).to_contain_text("3 documents")
    expect(page.locator(".progress").first).to_be_hidden()

    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator(".scope")).to_contain_text(f"3 documents, {len(library.snapshot.cases())} case studies")
    page.get_by_text("What is in here").click()
    expect(page.locator(".contents")).to_contain_text("Maternity in Truro")
    ask(page, "Was late booking common in Truro, and was there a leaflet about booking?")
    page.get_by_text("passages considered").click()
    expect(page.locator(".passages")).to_contain_text("leaflet about booking for every ward")


@pytest.mark.usefixtures("shelf")
def test_questions_are_answered_while_files_are_read(page: Page, gate: Gate) -> None:
    with gate.closed():
        choose(page, file("one.txt", LEAFLET), file("two.txt", LEAFLET.replace("Truro", "Bodmin")))
        expect(line(page, "one.txt")).to_contain_text("Being read")
        expect(line(page, "two.txt")).to_contain_text("Waiting to be read")
        expect(page.locator(".library .progress")).to_contain_text("one.txt")
        page.get_by_role("link", name="Ask", exact=True).click()
        ask(page, DIABETES)
        expect(page.locator(".passages")).to_contain_text("passages considered")
        page.get_by_role("link", name="Library").click()
        expect(line(page, "one.txt")).to_contain_text("Being read")
    for name in ("one.txt", "two.txt"):
        expect(line(page, name)).to_contain_text("In the library")


@pytest.mark.usefixtures("shelf")
def test_files_are_dropped_anywhere(page: Page) -> None:
    page.get_by_role("link", name="Ask", exact=True).click()
    page.evaluate(
        """words => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([words], 'dropped.txt'));
          document.querySelector('.welcome').dispatchEvent(
            new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }""",
        LEAFLET,
    )
    expect(line(page, "dropped.txt")).to_contain_text("In the library")
    expect(page.get_by_role("link", name="Library")).to_have_attribute("aria-current", "page")


@pytest.mark.usefixtures("shelf")
def test_a_folder_is_added_without_its_hidden_files(page: Page, tmp_path: Path) -> None:
    given = tmp_path / "given"
    (given / "deeper").mkdir(parents=True)
    (given / "deeper" / "truro.txt").write_text(LEAFLET, encoding="utf-8")
    (given / ".hidden").write_text("x", encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(given)
    expect(line(page, "truro.txt")).to_contain_text("In the library")
    expect(page.locator(".arrivals > li")).to_have_count(1)


@pytest.mark.usefixtures("shelf")
def test_names_and_titles_stay_text(page: Page) -> None:
    choose(page, file(HOSTILE, f"{HOSTILE}\n\nThe team wrote a leaflet about late booking, {HOSTILE}.\n"))
    expect(line(page, HOSTILE)).to_contain_text("In the library")
    expect(page.locator(".files > li", has_text=HOSTILE)).to_have_count(1)
    page.locator(".files > li", has_text=HOSTILE).get_by_role("button", name="Remove").click()
    expect(page.get_by_text("This deletes the copy")).to_be_visible()
    page.get_by_role("button", name="Delete the copy").click()
    expect(page.locator(".files > li")).to_have_count(2)
    assert page.locator(".library img").count() == 0


@pytest.mark.usefixtures("shelf")
def test_what_is_too_large_is_said_with_the_way_out(page: Page, library: Library) -> None:
    page.locator(".library").evaluate("shelf => (shelf.dataset.largest = 10)")
    choose(page, file("large.txt", LEAFLET))
    expect(line(page, "large.txt")).to_contain_text("It is larger than 50 MB. Add it where it lies with: rag add PATH")
    assert len(library.snapshot.files) == 2


@pytest.mark.usefixtures("shelf")
def test_a_file_of_the_folder_is_left_out_and_put_back(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="Remove: farm.txt").click()
    expect(row(page, "farm.txt")).to_contain_text("Left out by you")
    expect(row(page, "farm.txt")).to_contain_text("It stays where it is")
    expect(page.get_by_role("button", name="Put back: farm.txt")).to_be_focused()
    expect(page.locator(".summary")).to_contain_text("1 document")
    assert (folder / "farm.txt").is_file()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove: farm.txt")).to_be_focused()
    expect(page.locator(".summary")).to_contain_text("2 documents")


@pytest.mark.usefixtures("shelf")
def test_a_copy_is_deleted_after_a_question(page: Page, tmp_path: Path) -> None:
    choose(page, file("truro.txt", LEAFLET))
    remove = page.get_by_role("button", name="Remove: truro.txt")
    remove.click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(remove).to_be_focused()
    assert len(list((tmp_path / "added" / "files").iterdir())) == 1
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete the copy").click()
    expect(row(page, "truro.txt")).to_have_count(0)
    expect(page.locator(".summary")).to_contain_text("2 documents")
    assert list((tmp_path / "added" / "files").iterdir()) == []


@pytest.mark.usefixtures("shelf")
def test_what_the_browser_can_not_read_is_said(page: Page, library: Library) -> None:
    page.evaluate("""() => {
        const fails = (_, failed) => failed(new Error());
        const entries = [
            { name: "lost.txt", isFile: true, file: fails },
            { name: "shut", isFile: false, createReader: () => ({ readEntries: fails }) },
        ];
        const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
        window.dispatchEvent(Object.assign(new Event("drop"), { dataTransfer: { types: ["Files"], items } }));
    }""")
    for name in ("lost.txt", "shut"):
        expect(line(page, name)).to_contain_text("The browser could not read it")
    assert len(library.snapshot.files) == 2


def test_a_file_with_an_odd_name_is_opened_and_left_out(page: Page, folder: Path, library: Library) -> None:
    odd = "caf\udce9 \r\n.txt" if sys.platform == "linux" else "café.txt"  # elsewhere there are no such names
    (folder / odd).write_text(LEAFLET, encoding="utf-8")
    library.collection.sync()
    page.reload()
    expect(page.locator(".scope")).to_contain_text("3 documents")
    page.get_by_role("link", name="Library").click()
    page.get_by_role("button", name="Maternity in Truro").click()
    expect(page.locator(".source .text")).to_contain_text("Late booking was common.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove: caf").click()
    expect(page.get_by_role("button", name="Put back: caf")).to_be_focused()
    assert [file.name for file in library.snapshot.files if file.status == "removed"] == [odd]
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove: caf")).to_be_focused()


def test_an_empty_library_says_what_to_do(page: Page, shelf: Locator) -> None:
    for name in ("farm.txt", "report.pdf"):
        page.get_by_role("button", name=f"Remove: {name}").click()
        expect(page.get_by_role("button", name=f"Put back: {name}")).to_be_visible()
    expect(shelf.locator(".summary")).to_contain_text("None of the files could be read")
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator(".scope")).to_contain_text("There are no documents yet")
    ask(page, DIABETES)
    expect(page.locator(".status")).to_have_text("Nothing near")


@pytest.mark.usefixtures("shelf")
def test_changes_of_the_folder_are_noticed(page: Page, folder: Path) -> None:
    (folder / "truro.txt").write_text(LEAFLET, encoding="utf-8")
    (folder / "farm.txt").unlink()
    page.reload()
    expect(page.locator(".news")).to_contain_text("1 file added or changed and 1 file gone")
    page.get_by_role("button", name="Bring up to date").click()
    expect(row(page, "truro.txt")).to_contain_text("1 case, 1 passage")
    expect(row(page, "farm.txt")).to_have_count(0)
    expect(page.locator(".news")).to_be_empty()


@pytest.mark.usefixtures("shelf")
def test_what_could_not_be_read_is_tried_again(page: Page, gate: Gate) -> None:
    gate.errors = [SourceError("no memory for <b>it</b>")]
    choose(page, file("truro.txt", LEAFLET))
    expect(page.locator(".said")).to_contain_text("could not be brought up to date: no memory for <b>it</b>")
    expect(line(page, "truro.txt")).to_contain_text("Not read yet")
    page.locator(".said").get_by_role("button", name="Try again").click()
    expect(line(page, "truro.txt")).to_contain_text("In the library")
    expect(page.locator(".said")).to_be_empty()


@pytest.mark.usefixtures("shelf")
def test_a_full_disk_is_said(page: Page, gate: Gate) -> None:
    gate.errors = [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))]
    choose(page, file("truro.txt", LEAFLET))
    expect(page.locator(".said")).to_contain_text("No space left on device")
    expect(page.locator(".said")).to_contain_text("What was in it goes on answering.")


@pytest.mark.usefixtures("shelf")
def test_a_stopped_program_is_said(page: Page) -> None:
    page.context.set_offline(True)
    choose(page, file("truro.txt", LEAFLET))
    expect(line(page, "truro.txt")).to_contain_text("start it again with ‘rag-ui’")
    page.get_by_role("button", name="Remove: farm.txt").click()
    expect(row(page, "farm.txt")).to_contain_text("start it again with ‘rag-ui’")
    page.context.set_offline(False)


@pytest.mark.usefixtures("shelf")
def test_an_address_is_fetched(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetched(url: str) -> Fetched:
        if "gone" in url:
            raise SourceError(f"{url} is gone")
        return Fetched(url, url, LEAFLET.encode(), "text/plain", "2026-01-01")

    monkeypatch.setattr(rag.sources.fetch, "fetch", fetched)
    box = page.get_by_label("Address of a web page")
    box.fill("www.example.org/truro")
    box.press("Enter")
    expect(line(page, "https://www.example.org/truro")).to_contain_text("In the library")
    expect(row(page, "https://www.example.org/truro")).to_contain_text("from the web")
    box.fill("https://example.org/gone")
    box.press("Enter")
    expect(line(page, "gone")).to_contain_text("https://example.org/gone is gone")
    expect(box).to_have_value("https://example.org/gone")
    box.fill("/etc/hostname")
    box.press("Enter")
    expect(line(page, "/etc/hostname")).to_contain_text("begins with http:// or https://")


@pytest.mark.usefixtures("shelf")
def test_the_list_is_searched_and_filtered(page: Page) -> None:
    choose(page, file("empty.txt", b""))
    expect(row(page, "empty.txt")).to_be_visible()
    page.get_by_label("Find by name or title").fill("FARM")
    expect(page.locator(".files > li")).to_have_count(1)
    page.get_by_label("Find by name or title").fill("")
    expect(page.locator(".files > li")).to_have_count(3)
    page.get_by_role("radio", name="Without text").check()
    expect(page.locator(".files > li")).to_have_count(1)
    expect(page.get_by_role("radio", name="Without text")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".files > li")).to_have_count(2)
    expect(page.get_by_role("radio", name="In the library")).to_be_focused()


@pytest.mark.usefixtures("shelf")
def test_the_keyboard_reaches_everything(page: Page) -> None:
    page.get_by_role("link", name="Tests", exact=True).focus()
    names: list[str] = []
    while len(names) < 8:
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.innerText || document.activeElement.name"))
    assert names == [
        "Choose files", "Choose a folder", "address", "Add", "state", "words", "Farm checks in Kendal", "Remove"
    ]  # fmt: skip


@phone
@pytest.mark.usefixtures("shelf")
def test_a_phone_shows_all_of_it(page: Page) -> None:
    choose(page, file(f"{'long' * 40}.txt", LEAFLET), file("broken.pdf", b"%PDF-1.4 endobj"))
    expect(line(page, "broken.pdf")).to_contain_text("Could not be read")
    assert overflow(page) <= 0
    page.get_by_role("button", name="Report of the year").click()
    expect(page.locator(".sheet img")).to_be_visible()
    assert overflow(page) <= 0


@pytest.mark.parametrize("page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=str, indirect=True)
@pytest.mark.usefixtures("shelf")
def test_text_can_be_read_in_light_and_dark(page: Page) -> None:
    choose(page, file("broken.pdf", b"%PDF-1.4 endobj"), file("truro.txt", LEAFLET), file("again.txt", LEAFLET))
    for name in ("broken.pdf", "truro.txt", "again.txt"):
        expect(row(page, name)).to_be_visible()
    parts = [
        ".about",
        ".summary",
        ".drop .facts",
        ".stage[data-state=indexed]",
        ".stage[data-state=failed]",
        ".state[data-state=failed]",
        ".state[data-state=duplicate]",
        ".states :checked + span",
        ".states label:last-child span",
        ".files .facts",
        ".files .file",
        ".files .note",
        ".files button",
    ]
    contrasts = {part: contrast(page, f".library {part}") for part in parts}
    assert {part: ratio for part, ratio in contrasts.items() if ratio < 4.5} == {}


# --- reading a PDF ---


def open_quote(page: Page) -> None:
    page.get_by_role("link", name="Ask", exact=True).click()
    ask(page, DIABETES)
    page.get_by_role("button", name="Citation 1").click()


@pytest.mark.usefixtures("shelf")
def test_a_pdf_opens_at_the_page_with_the_quote_marked(page: Page) -> None:
    open_quote(page)
    expect(page.locator(".sources .file")).to_have_text("report.pdf, page 2")
    expect(page.get_by_role("button", name="original file")).to_have_count(0)
    expect(page.locator(".turning")).to_contain_text("page 2 of 3")
    mark = page.locator("#cited")
    expect(mark).to_be_focused()
    assert seen_in_panel(page)
    box, sheet = mark.bounding_box(), page.locator(".sheet").bounding_box()
    assert box
    assert sheet
    # The quote's baseline is at 280 of 842 points from below, its left edge at 72 of 595.
    assert (
        (box["y"] - sheet["y"]) / sheet["height"]
        < 1 - 280 / 842
        < (box["y"] + box["height"] - sheet["y"]) / sheet["height"]
    )
    assert abs((box["x"] - sheet["x"]) / sheet["width"] - 72 / 595) < 0.01
    page.get_by_text("The quote in words").click()
    expect(page.locator(".source blockquote")).to_have_text(MOSQUE)
    expect(page.get_by_role("img", name="Page 2 of report.pdf")).to_be_visible()


@pytest.mark.usefixtures("shelf")
def test_pages_are_turned_and_the_text_is_one_click_away(page: Page) -> None:
    open_quote(page)
    page.get_by_role("button", name="Next page").press("Enter")
    expect(page.locator(".turning")).to_contain_text("page 3 of 3")
    expect(page.locator(".source .note")).to_have_text("The quote is on page 2.")
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    expect(page.get_by_role("button", name="Page before")).to_be_focused()
    page.get_by_role("button", name="Show the cleaned text").click()
    expect(page.locator(".source mark")).to_have_text(MOSQUE)
    assert seen_in_panel(page)
    expect(page.locator(".source .part")).to_have_text(["page 1", "page 2", "page 3"])
    page.get_by_role("button", name="Show its pages").click()
    expect(page.locator(".turning")).to_contain_text("page 2 of 3")
    page.keyboard.press("Escape")
    expect(page.locator(".source")).to_be_hidden()


@pytest.mark.usefixtures("shelf")
def test_a_pdf_that_is_gone_is_said(page: Page, folder: Path) -> None:
    (folder / "report.pdf").write_bytes(b"%PDF-1.4 nothing")
    open_quote(page)
    expect(page.locator(".source .note")).to_contain_text("Page 2 can’t be shown as a picture")
    expect(page.locator(".source mark")).to_have_text(MOSQUE)


def test_pages_are_drawn_in_a_process_of_their_own() -> None:
    image = picture_of(REPORT, 2, [MOSQUE], 595)
    assert (image.width, image.height, image.pages, len(image.marks)) == (595, 842, 3, 1)
    assert image.png.startswith(b"\x89PNG")
    with pytest.raises(SourceError, match="no page 4, only 3"):
        picture_of(REPORT, 4, [])
    for limits in ({"seconds": 0.001}, {"megabytes": 50}):
        with pytest.raises(SourceError, match="took too long or broke down"):
            picture_of(REPORT, 1, [], **limits)


def test_pages_are_drawn_by_this_program_wherever_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Started as 'python ui.py' in a clone, the folder of the clone is known to that process alone."""
    (tmp_path / "rag").mkdir()
    (tmp_path / "rag" / "__init__.py").write_text("raise SystemExit(1)", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert picture_of(REPORT, 1, []).pages == 3


# --- without a browser ---

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def call(library: Library, tmp_path: Path) -> Call:
    functions = {f.__name__: f for f in server_functions(library, tmp_path / "questions.jsonl", "secret")}
    return lambda name, /, **payload: functions[name]({"token": "secret", **payload})


def test_other_sites_change_nothing(call: Call, library: Library) -> None:
    before = library.snapshot.files
    for name in ("upload", "fetch", "discard", "bring_back", "update"):
        assert "reload the page" in call(name, name="farm.txt", data="", address="https://a.org", token="x")["html"]
    assert library.snapshot.files == before
    assert library.collection.is_behind() is False


@pytest.mark.parametrize("data", ["ü", "YQ", "####", 7, None])
def test_an_upload_that_is_not_whole_is_refused(call: Call, data: object, tmp_path: Path) -> None:
    assert "did not arrive whole" in call("upload", name="a.txt", data=data)["html"]
    assert not (tmp_path / "added" / "files").exists()


@pytest.mark.parametrize("payload", [{}, {"name": "nowhere"}, {"name": 3}])
def test_what_is_not_there_is_not_changed(call: Call, payload: dict[str, Any]) -> None:
    assert not call("discard", **payload)["done"]
    assert not call("bring_back", **payload)["done"]
    assert not call("fetch", **payload)["done"]
    assert call("updating", names=[7, "nowhere"])["lines"].keys() == {"nowhere"}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("report.pdf", "report (2).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a b.docx", "a b.docx"),
        ("..", "document"),
        ("", "document"),
        ("a\nb\x00c\u202efdp.txt", "a?b?c?fdp.txt"),
        ("ünï “q” <b>.txt", "ünï “q” <b>.txt"),
    ],
)
def test_names_have_no_path_and_nothing_unseen(call: Call, tmp_path: Path, given: str, name: str) -> None:
    assert call("upload", name=given, data="YQ==") == {"done": True, "name": name}
    (copy,) = (tmp_path / "added" / "files").iterdir()
    assert copy.read_bytes() == b"a"


def finish(call: Call) -> None:
    """Waits for the update that runs."""
    while call("updating")["running"]:
        threading.Event().wait(0.01)


def test_an_undo_that_failed_can_be_repeated(call: Call, library: Library, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text(LEAFLET, encoding="utf-8")
    library.collection.add(str(elsewhere))
    library.collection.sync()
    assert "The file stays where it is" in call("discard", name="elsewhere.txt")["html"]
    finish(call)
    elsewhere.rename(tmp_path / "away.txt")
    assert "there is nothing at" in call("bring_back", name="elsewhere.txt")["html"]
    (tmp_path / "away.txt").rename(elsewhere)
    assert call("bring_back", name="elsewhere.txt")["done"]
    finish(call)
    assert "elsewhere.txt" in [file.name for file in library.snapshot.files]


def test_one_file_does_not_bring_its_folder_back(call: Call, library: Library, folder: Path) -> None:
    (folder / "old").mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / "old" / name).write_text(f"{name}. {LEAFLET}", encoding="utf-8")
    library.collection.sync()
    library.collection.remove("old")
    reply = call("bring_back", name="old/a.txt")
    assert not reply["done"]
    assert "old is left out as a whole" in reply["html"]
    library.collection.bring_back("old")
    library.collection.remove("old/a.txt")
    library.collection.remove("old/b.txt")
    assert call("bring_back", name="old/a.txt")["done"]
    finish(call)
    assert [file.name for file in library.snapshot.files if file.status == "removed"] == ["old/b.txt"]


def test_an_update_begun_as_another_ends_goes_on(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []
    second, opened = threading.Event(), threading.Event()
    begun = Updates._begun

    def sync(*_: object, **__: object) -> None:
        threads.append(threading.current_thread())
        if len(threads) == 2:
            second.set()
            opened.wait(10)

    def begins(updates: Updates) -> bool:
        found = begun(updates)
        if not found and len(threads) == 1:
            updates.start(["late.txt"])
            second.wait(10)
        return found

    monkeypatch.setattr(SourceCollection, "sync", sync)
    monkeypatch.setattr(Updates, "_begun", begins)
    updates = Updates(library.collection, "broken")
    updates.start()
    assert second.wait(10)
    threads[0].join(10)
    running, stage = updates.running, updates.stage_of("late.txt")
    opened.set()
    threads[1].join(10)
    assert (running is not None, stage, len(threads)) == (True, "waiting", 2)
    assert updates.running is None


def test_a_bug_does_not_bar_the_next_update(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def sync(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(SourceCollection, "sync", sync)
    monkeypatch.setattr(threading.Thread, "start", lambda _: None)
    updates = Updates(library.collection, "broken")
    for _ in range(2):
        updates.start()
        with pytest.raises(RuntimeError):
            updates._run()
        assert (updates.running, updates.failure) == (None, "broken")
