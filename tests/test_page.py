"""The page in a real browser, over a library with canned answers."""

from __future__ import annotations

import json
import re
import socket
import sys
import types
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.cli import page as cli_page
from rag.present.text import answer_markdown
from rag.web import app
from rag.web.server import server_functions
from tests.browser import Stage, ask, contrast, free_port, luminance, overflow, phone, seen_in_panel
from tests.page_library import (
    ABSURD,
    ACTIVITY_CHIP,
    ANTENATAL,
    BETTER_HEALTH,
    BROKEN,
    BROMLEY,
    DATA,
    FAILING,
    FOLLOW_UP,
    HOSTILE,
    LAST_WORDS,
    LONG_LINE,
    MANY_BLOCKS,
    OUTREACH,
    WORSHIP,
    CannedLibrary,
)

SCRIPT = "<script>hit()</script><img src=x onerror=hit()> ${hit()} {{value}}"
_ANSWER_TEXTS = (
    ".question",
    ".status",
    ".opening",
    "h3",
    ".chip",
    "blockquote",
    ".note",
    ".cite",
    ".link",
    ".file",
)
TEXTS = (*_ANSWER_TEXTS, ".scores", ".actions .quiet", ".facts", ".role", "mark")


@pytest.fixture(scope="module")
def library() -> CannedLibrary:
    return CannedLibrary()


@pytest.fixture(scope="module")
def address(stage: Stage, library: CannedLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stage.serving(library, tmp_path_factory.mktemp("page") / "questions.jsonl") as address:
        yield address


def test_a_citation_opens_its_source_at_the_quote(page: Page) -> None:
    ask(page, ANTENATAL)
    expect(page.locator(".status")).to_have_text("Answered")
    expect(page.locator(".case h3")).to_have_text(BROMLEY)
    expect(page.locator(".chip")).to_have_text(ACTIVITY_CHIP)

    page.get_by_role("button", name="Citation 2").click()

    expect(page.locator(".source mark")).to_have_text(OUTREACH.split(" … "))
    expect(page.locator(".source h2")).to_have_text("Partnerships for Better Health")
    assert seen_in_panel(page)
    whole = page.locator(".source .text").inner_text()
    assert "What are the aims of the project?" in whole
    assert "The following report summarises the project findings:" in whole


def test_the_next_citation_replaces_the_highlight(page: Page) -> None:
    ask(page, ANTENATAL)
    page.get_by_role("button", name="Citation 2").click()
    expect(page.locator("#cited")).to_be_focused()

    page.get_by_role("button", name="Citation 1").click()

    expect(page.locator(".source mark")).to_have_text([DATA])
    assert seen_in_panel(page)


def test_an_example_is_asked_with_one_click(page: Page) -> None:
    page.get_by_role("button", name=ANTENATAL).click()
    expect(page.locator(".question")).to_have_text(ANTENATAL)
    expect(page.locator(".status")).to_have_text("Answered")


@pytest.mark.parametrize(
    ("question", "status", "words"),
    [
        (WORSHIP, "Closest precedents", "None of the passages found mentions ‘mosques’. The closest precedent is:"),
        (
            ABSURD,
            "Nothing near",
            "Nothing found here answers that or comes near it. None of the passages found mentions ‘moon’ or ‘land’.",
        ),
    ],
    ids=["closest", "none"],
)
def test_a_refusal_looks_like_an_answer(page: Page, question: str, status: str, words: str) -> None:
    ask(page, question)
    expect(page.locator(".status")).to_have_text(status)
    expect(page.locator(".opening")).to_contain_text(words)
    expect(page.locator(".toast-wrap .error, [role=alert]")).to_have_count(0)


def test_passages_unfold_with_their_scores(page: Page) -> None:
    ask(page, ANTENATAL)
    expect(page.get_by_text("score 0.900")).to_be_hidden()
    page.get_by_text("3 passages considered").click()
    expect(page.get_by_text("score 0.900 · meaning 0.450 · words 9.00")).to_be_visible()


def test_the_keyboard_reaches_everything(page: Page) -> None:
    ask(page, ANTENATAL)
    cite = page.get_by_role("button", name="Citation 1")
    page.get_by_role("button", name="New conversation").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".filters summary:visible").first).to_be_focused()
    page.locator(".case h3 a").focus()
    page.keyboard.press("Tab")
    expect(cite).to_be_focused()
    ring = cite.evaluate("e => [getComputedStyle(e).outlineStyle, parseFloat(getComputedStyle(e).outlineWidth)]")
    assert ring[0] == "solid"
    assert ring[1] >= 2

    page.keyboard.press("Enter")
    expect(page.locator("#cited")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".source")).to_be_hidden()
    expect(cite).to_be_focused()


@pytest.mark.parametrize("page", [{"viewport": {"width": 1280, "height": 420}}], ids=["low"], indirect=True)
def test_what_has_the_focus_is_not_covered(page: Page) -> None:
    covered = """() => {
      const at = document.activeElement.getBoundingClientRect();
      const bar = document.querySelector('.bar').getBoundingClientRect();
      const form = document.querySelector('form.ask').getBoundingClientRect();
      return at.top < bar.bottom - 1 || at.bottom > form.top + 1;
    }"""
    ask(page, ANTENATAL)
    page.get_by_text("3 passages considered").click()
    page.get_by_role("button", name="New conversation").focus()
    reached = 0
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "question":
        assert not page.evaluate(covered), page.evaluate("document.activeElement.outerHTML")
        reached += 1
        page.keyboard.press("Tab")
    assert reached >= 10


@phone
def test_a_phone_shows_all_of_it_without_sideways_scrolling(page: Page) -> None:
    assert overflow(page) <= 0
    for question in (WORSHIP, "w" * 1500, ANTENATAL):
        ask(page, question)
        assert overflow(page) <= 0
    page.get_by_text("3 passages considered").click()
    assert overflow(page) <= 0

    page.get_by_role("button", name="Citation 2").last.click()
    expect(page.locator("#cited")).to_be_focused()
    assert seen_in_panel(page)
    assert overflow(page) <= 0
    assert page.locator(".source").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".source")).to_be_hidden()


@pytest.mark.parametrize(
    ("page", "paper"),
    [({"color_scheme": "light"}, (0.8, 1.0)), ({"color_scheme": "dark"}, (0.0, 0.05))],
    ids=["light", "dark"],
    indirect=["page"],
)
def test_text_can_be_read_in_light_and_dark(page: Page, paper: tuple[float, float]) -> None:
    ask(page, WORSHIP)
    ask(page, ANTENATAL)
    page.get_by_role("button", name="Citation 1").last.click()
    page.get_by_text("3 passages considered").click()
    contrasts = {part: contrast(page, f".precedent {part}") for part in TEXTS}
    assert {part: ratio for part, ratio in contrasts.items() if ratio < 4.5} == {}
    lowest, highest = paper
    assert lowest <= luminance(page.evaluate("getComputedStyle(document.body).backgroundColor")) <= highest


def test_a_follow_up_says_what_was_searched_and_can_be_repeated_as_typed(page: Page, library: CannedLibrary) -> None:
    ask(page, ANTENATAL)
    expect(page.locator(".searched")).to_have_count(0)
    ask(page, FOLLOW_UP)
    assert library.last_asked() == (FOLLOW_UP, (ANTENATAL,))
    expect(page.locator(".searched")).to_have_text(
        f"Searched for: {FOLLOW_UP} antenatal booking (‘antenatal booking’ taken over from the conversation)"
    )

    page.get_by_role("button", name="Search exactly as typed").last.click()
    page.locator(".turn").nth(2).locator(".reply").wait_for()
    assert library.last_asked() == (FOLLOW_UP, ())


def test_a_new_conversation_forgets_the_old_one(page: Page, library: CannedLibrary) -> None:
    ask(page, ANTENATAL)
    page.get_by_role("button", name="Citation 1").click()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator(".source")).to_be_hidden()
    expect(page.get_by_role("button", name=ANTENATAL)).to_be_visible()
    ask(page, FOLLOW_UP)
    assert library.last_asked() == (FOLLOW_UP, ())


@pytest.mark.parametrize("page", [{"permissions": ["clipboard-read", "clipboard-write"]}], indirect=True)
def test_copying_takes_the_sources_along(page: Page, library: CannedLibrary) -> None:
    ask(page, ANTENATAL)
    page.get_by_role("button", name="Copy with sources").click()
    expect(page.locator(".done")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == answer_markdown(library.ask(ANTENATAL))
    rich = page.evaluate(
        "navigator.clipboard.read().then(items => items[0].getType('text/html')).then(blob => blob.text())"
    )
    assert "a pharmacy campaign" in rich
    assert "[2]" in rich
    assert "<button" not in rich


def test_the_original_file_is_one_click_away(page: Page) -> None:
    ask(page, ANTENATAL)
    page.get_by_role("button", name="original file").click()
    expect(page.locator(".source pre mark").first).to_have_text(DATA)
    assert seen_in_panel(page)
    page.get_by_role("button", name="Show the cleaned text").click()
    expect(page.locator(".source li mark").first).to_have_text("a pharmacy campaign")


def test_script_in_questions_and_documents_is_text(page: Page) -> None:
    ask(page, SCRIPT)
    expect(page.locator(".question")).to_have_text(SCRIPT)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_text("What is in here").click()
    page.get_by_role("button", name=HOSTILE).click()
    expect(page.locator(".source h2")).to_have_text(HOSTILE)
    expect(page.locator(".source .text")).to_contain_text("<script>hit()</script> & “text”")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("x" * 100_000, "100,000 characters long"),
        ("🦄🦄🦄", "Nothing found here answers that"),
        ("مرحبا \u202e abc \x00", "Nothing found here answers that"),
        (BROKEN, "the index is damaged: run 'rag index'"),
        (FAILING, "That did not work"),
    ],
    ids=["long", "emoji", "right-to-left", "expected-error", "unexpected-error"],
)
def test_whatever_is_asked_gets_a_polite_answer(page: Page, question: str, words: str) -> None:
    ask(page, question)
    expect(page.locator(".reply")).to_contain_text(words)
    ask(page, ANTENATAL)
    expect(page.locator(".status").last).to_have_text("Answered")


def test_a_second_question_waits_for_the_first(page: Page, library: CannedLibrary) -> None:
    box = page.get_by_label("Your question")
    both_at_once = """(box, questions) => {
      for (const question of questions) {
        box.value = question;
        box.form.requestSubmit();
      }
    }"""
    box.evaluate(both_at_once, [ANTENATAL, WORSHIP])
    expect(page.locator(".status")).to_have_text("Answered")
    expect(page.locator(".question")).to_have_text(ANTENATAL)
    expect(box).to_have_value(WORSHIP)
    box.press("Enter")
    expect(page.locator(".status").last).to_have_text("Closest precedents")
    assert library.last_asked() == (WORSHIP, (ANTENATAL,))


def test_reloading_during_an_answer_asks_again(page: Page, library: CannedLibrary) -> None:
    page.get_by_label("Your question").fill(ANTENATAL)
    page.get_by_label("Your question").press("Enter")
    page.reload()
    page.get_by_label("Your question").wait_for()
    expect(page.locator(".turn .status")).to_have_text("Answered")
    expect(page.locator(".turn")).to_have_count(1)
    assert library.last_asked() == (ANTENATAL, ())


@pytest.mark.parametrize(
    "page", [{}, {"viewport": {"width": 390, "height": 844}}], ids=["desk", "phone"], indirect=True
)
def test_back_closes_the_source_and_keeps_the_conversation(page: Page) -> None:
    ask(page, ANTENATAL)
    cite = page.get_by_role("button", name="Citation 2")
    for way in ("back", "button"):
        cite.click()
        expect(page.locator("#cited")).to_be_focused()
        if way == "back":
            page.go_back()
        else:
            page.get_by_role("button", name="Close").click()
        expect(page.locator(".source")).to_be_hidden()
        expect(page.locator(".turn")).to_have_count(1)
        expect(cite).to_be_focused()
        assert page.evaluate("history.state?.reading ?? false") is False


@pytest.mark.parametrize("page", [{"viewport": {"width": 1040, "height": 600}}], ids=["small"], indirect=True)
def test_opening_a_source_leaves_the_quote_where_it_was(page: Page) -> None:
    ask(page, ANTENATAL)
    cite = page.get_by_role("button", name="Citation 3")
    cite.scroll_into_view_if_needed()

    def top() -> float:
        return float(cite.evaluate("e => e.getBoundingClientRect().top"))

    before = top()
    cite.click()
    expect(page.locator("#cited")).to_be_focused()
    assert abs(top() - before) <= 2


def test_a_stopped_server_is_said_in_chat_and_panel(page: Page) -> None:
    ask(page, ANTENATAL)
    page.context.set_offline(True)
    ask(page, WORSHIP)
    expect(page.locator(".reply").last).to_contain_text("start it again with ‘rag-ui’")
    expect(page.get_by_label("Your question")).to_have_value(WORSHIP)
    page.get_by_role("button", name="Citation 1").click()
    expect(page.locator(".source .text")).to_contain_text("start it again with ‘rag-ui’")
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".source")).to_be_hidden()
    page.context.set_offline(False)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".status").last).to_have_text("Closest precedents")


def test_a_page_whose_scripts_cannot_be_had_says_so(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/scripts/pack/*", lambda route: route.abort())
    page.goto(address)
    expect(page.locator(".scope")).to_contain_text("start it again with ‘rag-ui’ and reload this page")
    page.close()


@pytest.mark.parametrize("title", [MANY_BLOCKS, LONG_LINE])
def test_a_very_long_document_opens_at_the_quote(page: Page, library: CannedLibrary, title: str) -> None:
    document = next(document for document in library.snapshot.documents() if document.title == title)
    start = document.text.index(LAST_WORDS)
    page.get_by_text("What is in here").click()
    button = page.get_by_role("button", name=title)
    button.evaluate("(button, spans) => (button.dataset.spans = spans)", f"{start}-{start + len(LAST_WORDS)}")
    button.click()
    for switch in ("Show the original file", "Show the cleaned text"):
        expect(page.locator(".source mark")).to_have_text(LAST_WORDS)
        assert seen_in_panel(page)
        page.get_by_role("button", name=switch).click()
        page.get_by_role("button", name=switch).wait_for(state="detached")


def test_blanks_are_not_asked(page: Page, library: CannedLibrary) -> None:
    before = len(library.asked)
    page.get_by_label("Your question").fill("  \n ")
    page.get_by_role("button", name="Ask", exact=True).click()
    ask(page, ABSURD)
    assert library.asked[before:] == [(ABSURD, ())]


def call(
    address: str, path: str, data: bytes | None = None, kind: str = "application/json", **headers: str
) -> tuple[int, Any]:
    request = urllib.request.Request(f"{address}{path}", data, {"Content-Type": kind, **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, None


def test_nothing_but_the_page_is_served(address: str) -> None:
    _, endpoints = call(address, "gradio_api/info")
    assert endpoints == {"named_endpoints": {}, "unnamed_endpoints": {}}
    assert call(address, "gradio_api/file=" + str(app.__file__))[0] in (403, 404)
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nlong\r\n--b--\r\n'
    assert call(address, "gradio_api/upload", part, "multipart/form-data; boundary=b")[0] == 413


@pytest.mark.parametrize("host", ["evil.example:7999", "evil.example", "localhost.evil.example", "[", "10.0.0.1", ""])
def test_names_that_others_lead_here_are_not_answered(address: str, host: str) -> None:
    """DNS rebinding: what the page holds, its token too, would be a stranger's."""
    for path in ("config", "scripts/page.js"):
        assert call(address, path, Host=host) == (400, None)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:7860", "LocalHost", "[::1]:7860"])
def test_this_machines_own_names_are_answered(address: str, host: str) -> None:
    assert call(address, "config", Host=host)[0] == 200


@pytest.mark.parametrize("payload", [None, [], {}, {"question": 7, "history": "x"}, {"question": "\ud800"}])
def test_malformed_calls_get_an_answer(library: CannedLibrary, tmp_path: Path, payload: Any) -> None:
    functions = {f.__name__: f for f in server_functions(library, tmp_path / "questions.jsonl", "")}
    assert "html" in functions["ask"](payload)
    # What is no object brings no token: it is not from our page.
    refused = "Not available" if isinstance(payload, dict) else "older than the program"
    assert refused in functions["source"](payload)["html"]
    for name in ("find", "keep", "remove", "forget", "restore", "upload", "fetch", "discard", "bring_back"):
        assert "html" in functions[name](payload), name
    assert not (tmp_path / "questions.jsonl").exists()


@pytest.fixture
def canned_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """``cli_page.main`` with the canned library in place of the real one."""

    class Opening:
        @staticmethod
        def open(settings: object, progress: object, *, empty: bool) -> CannedLibrary:
            return CannedLibrary()

    module = types.ModuleType("rag.library")
    module.Library = Opening  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rag.library", module)


@pytest.mark.usefixtures("canned_main")
def test_it_says_where_it_is_and_stops_on_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    statuses: list[int] = []

    def interrupted(seconds: float) -> None:
        statuses.append(urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).status)
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_page, "wait", interrupted)
    assert cli_page.main(["--port", str(port)]) == 0
    assert statuses == [200]
    assert f"http://127.0.0.1:{port}/" in capsys.readouterr().out
    socket.create_server(("127.0.0.1", port)).close()


def test_a_taken_port_is_named_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert cli_page.main(["--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"port {port}" in said
    assert f"--port {port + 1}" in said


class UsersBrowser:
    """Stands in for the user's browser."""

    def __init__(self, name: str, error: Exception | None = None) -> None:
        self.name = name
        self.error = error
        self.opened: list[str] = []

    def open(self, url: str) -> bool:
        self.opened.append(url)
        if self.error:
            raise self.error
        return True


@pytest.mark.usefixtures("canned_main")
@pytest.mark.parametrize(
    ("terminal", "arguments", "opens"),
    [(True, [], True), (True, ["--no-browser"], False), (False, [], False)],
    ids=["terminal", "no-browser", "pipe"],
)
def test_the_page_opens_in_the_browser_from_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, arguments: list[str], opens: bool
) -> None:
    def stopped(seconds: float) -> None:
        raise KeyboardInterrupt

    browser, port = UsersBrowser("firefox"), free_port()
    monkeypatch.setattr(cli_page, "wait", stopped)
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert cli_page.main(["--port", str(port), *arguments]) == 0
    assert browser.opened == ([f"http://127.0.0.1:{port}/"] if opens else [])


def test_a_machine_without_a_browser_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_found() -> None:
        raise webbrowser.Error("could not locate runnable browser")

    broken, in_terminal = UsersBrowser("firefox", OSError("gone")), UsersBrowser("w3m")
    for get in (none_found, lambda: broken, lambda: in_terminal):
        monkeypatch.setattr(webbrowser, "get", get)
        cli_page.show("http://127.0.0.1:1/")
    assert broken.opened == ["http://127.0.0.1:1/"]
    assert in_terminal.opened == []


def test_an_unusable_address_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_page.main(["--host", "203.0.113.7"]) == 1
    assert "203.0.113.7" in capsys.readouterr().err


def test_help_shows_the_options_and_no_tunnel(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_page.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert {"--host", "--port", "--no-browser", "--seeds", "--index", "--questions"} <= set(
        re.findall(r"--[\w-]+", shown)
    )
    assert "share" not in shown


@pytest.mark.parametrize(
    ("host", "open_to_others"),
    [("127.0.0.1", False), ("::1", False), ("localhost", False), ("0.0.0.0", True), ("192.168.1.4", True)],
)
def test_listening_beyond_this_machine_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], host: str, open_to_others: bool
) -> None:
    monkeypatch.setattr(socket, "create_server", lambda *_, **__: socket.socket())
    cli_page.check_address(host, 7860)
    assert ("others on the network can read" in capsys.readouterr().err) is open_to_others


def test_the_canned_quotes_are_real(library: CannedLibrary) -> None:
    text = library.snapshot.document(BETTER_HEALTH).text
    citation = library.ask(ANTENATAL).citations[1]
    assert " … ".join(text[start:end] for start, end in citation.spans) == citation.quote
