"""Test questions in a real browser: added from an answer, checked, removed; over the canned library."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from rag.evaluation.metrics.answers import Evaluation
from rag.evaluation.questions.sets import Gold, Question, add_question, read_questions
from rag.evaluation.run import evaluate_library
from rag.snapshot import Snapshot
from rag.types import Progress
from tests.browser import Stage, ask, contrast, overflow, phone, seen_in_panel
from tests.page_library import (
    ABSURD,
    ANTENATAL,
    BETTER_HEALTH,
    DATA,
    FOLLOW_UP,
    HOSTILE,
    LEAFLET,
    OUTREACH,
    WORSHIP,
    CannedLibrary,
)

SHOULD = "This should have found …"
CAMPAIGN = Question("c1", ANTENATAL, (), "what-worked", True, (Gold(BETTER_HEALTH, LEAFLET),))
MISSED = Question("m1", WORSHIP, (), "fact", True, (Gold(BETTER_HEALTH, DATA),))
REFUSED = Question("r1", ABSURD, (), "unanswerable", False)


class WaitingLibrary(CannedLibrary):
    """Begins a check when it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.go_on.set()


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> WaitingLibrary:
    library = WaitingLibrary()

    def when_let_go(snapshot: Snapshot, questions: Sequence[Question], progress: Progress) -> Evaluation:
        progress("ask", 1, len(questions))
        while not library.go_on.wait(0.01):
            progress("ask", 1, len(questions))
        return evaluate_library(snapshot, questions, progress)

    monkeypatch.setattr("rag.web.questions.calls.evaluate_library", when_let_go)
    return library


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


@pytest.fixture
def address(stage: Stage, library: WaitingLibrary, file: Path) -> Iterator[str]:
    with stage.serving(library, file) as address:
        yield address


def open_tests(page: Page) -> None:
    page.get_by_role("link", name="Tests", exact=True).click()
    page.locator(".tests .count").wait_for(state="attached")


def mark(page: Page, question: str) -> None:
    """Asks and opens the panel for marking."""
    ask(page, question)
    page.get_by_role("button", name=SHOULD).last.click()
    expect(page.get_by_role("heading", name=SHOULD)).to_be_visible()


def candidate(page: Page, words: str) -> Locator:
    return page.locator(".candidate").filter(has=page.locator(".passage", has_text=words))


def select(passage: Locator, words: str) -> None:
    """Selects ``words`` of a passage, as dragging over them does."""
    passage.evaluate(
        """(passage, words) => {
          const start = passage.firstChild.data.indexOf(words);
          getSelection().setBaseAndExtent(passage.firstChild, start, passage.firstChild, start + words.length);
        }""",
        words,
    )


def highlighted(page: Page) -> list[str]:
    found = page.evaluate("[...(CSS.highlights.get('answer') ?? [])].map(range => range.toString())")
    assert isinstance(found, list)
    return found


def save(page: Page) -> None:
    page.get_by_role("button", name="Save test question").click()
    expect(page.locator(".kept").filter(has_text="Kept as test question")).to_be_visible()


def test_a_passage_that_should_have_been_found_is_kept_with_the_words_selected(page: Page, file: Path) -> None:
    mark(page, WORSHIP)
    expect(page.get_by_role("textbox", name="Question", exact=True)).to_have_value(WORSHIP)
    page.get_by_label("Look for it with other words").fill("maternity leaflet")
    page.get_by_role("button", name="Search", exact=True).click()
    leaflet = candidate(page, LEAFLET)
    select(leaflet.locator(".passage"), "distribution of a maternity leaf")
    expect(leaflet.get_by_role("checkbox")).to_be_checked()
    expect(leaflet.locator("textarea")).to_have_value("distribution of a maternity leaf")
    assert highlighted(page) == ["distribution of a maternity leaf"]
    save(page)

    expect(page.locator(".source")).to_be_hidden()
    expect(page.locator(".turn .kept").last).to_contain_text("q1, with 1 quote that should be found")
    expect(page.locator(".turn .kept").last).to_contain_text(str(file))
    [kept] = read_questions(file)
    assert (kept.question, kept.history) == (WORSHIP, ())
    assert kept.evidence == (Gold(BETTER_HEALTH, "distribution of a maternity leaflet"),)

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".turn .kept").last).to_contain_text("Undone")
    assert file.read_bytes() == b""


def test_several_passages_of_a_follow_up_are_marked_by_keyboard(page: Page, file: Path) -> None:
    ask(page, ANTENATAL)
    ask(page, FOLLOW_UP)
    page.get_by_role("button", name=SHOULD).last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=marked]").first).to_be_focused()
    page.keyboard.press("Space")
    words = page.locator("textarea[name=words]").first
    page.keyboard.press("Tab")
    expect(words).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("no such words")
    expect(words).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Save test question").press("Enter")
    expect(page.locator(".save [role=alert]")).to_contain_text("“no such words” does not stand in this passage")
    assert not file.exists()

    first = (page.locator(".candidate .passage").first.text_content() or "").split()
    words.fill(" ".join(first[:4]))
    expect(words).to_have_attribute("aria-invalid", "false")
    second = page.locator("[name=marked]").nth(1)
    second.press("Space")
    save(page)
    [kept] = read_questions(file)
    assert (kept.question, kept.history, kept.kind) == (FOLLOW_UP, (ANTENATAL,), "follow-up")
    assert len(kept.evidence) == 2
    assert kept.evidence[0].quote.split() == first[:4]


def test_a_follow_up_made_whole_leaves_its_history_behind(page: Page, file: Path) -> None:
    ask(page, ANTENATAL)
    mark(page, FOLLOW_UP)
    expect(page.locator(".earlier li")).to_have_text([ANTENATAL])
    page.get_by_label("Keep this with the question").uncheck()
    page.get_by_role("textbox", name="Question", exact=True).fill("Who ran the project in Bromley?")
    page.locator(".candidate .passage").first.click()
    save(page)
    assert [(q.question, q.history) for q in read_questions(file)] == [("Who ran the project in Bromley?", ())]


def test_nothing_here_answers_it(page: Page, file: Path) -> None:
    mark(page, ANTENATAL)
    page.get_by_role("button", name="Save test question").click()
    expect(page.locator(".save [role=alert]")).to_contain_text("Nothing is marked")
    page.locator("[name=marked]").first.check()
    page.get_by_label("Nothing here answers this").check()
    expect(page.locator("[name=marked]").first).not_to_be_checked()
    save(page)
    assert [question.answerable for question in read_questions(file)] == [False]


def test_a_right_answer_is_kept_with_one_click(page: Page, file: Path) -> None:
    ask(page, ANTENATAL)
    page.get_by_role("button", name="This is right: keep it").click()
    expect(page.locator(".turn .kept").last).to_contain_text("with 7 quotes that should be found")
    ask(page, ABSURD)
    page.get_by_role("button", name="Rightly refused: keep it").click()
    expect(page.locator(".turn .kept").last).to_contain_text("as one that should be refused")
    answered, refused = read_questions(file)
    assert [gold.quote for gold in answered.evidence] == [DATA, *OUTREACH.split(" … "), LEAFLET]
    assert (refused.question, refused.answerable, refused.history) == (ABSURD, False, (ANTENATAL,))


def test_what_is_marked_outlasts_a_look_at_sources_and_another_search(page: Page) -> None:
    mark(page, ANTENATAL)
    page.get_by_label("Look for it with other words").fill("maternity leaflet")
    page.get_by_label("Look for it with other words").press("Enter")
    ticked = candidate(page, LEAFLET)
    ticked.get_by_role("checkbox").check()
    ticked.get_by_role("button", name="Show in its source").click()
    expect(page.locator(".source mark").first).to_be_visible()
    page.go_back()
    expect(ticked.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Citation 1").click()
    expect(page.locator(".source mark")).to_have_text(DATA)
    page.get_by_role("button", name="Close").click()
    expect(ticked.get_by_role("checkbox")).to_be_checked()

    page.get_by_label("Look for it with other words").fill("visiting places of worship")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(candidate(page, "visiting places of worship")).to_be_visible()
    expect(page.locator(".candidate").first.get_by_role("checkbox")).to_be_checked()
    expect(ticked).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".source")).to_be_hidden()


def test_without_questions_the_view_says_how_to_add_one_and_adds_one(page: Page, file: Path) -> None:
    open_tests(page)
    assert page.url.endswith("#tests")
    expect(page.locator(".tests .empty")).to_contain_text("No test questions yet.")
    expect(page.get_by_label("Your question")).to_be_hidden()
    page.get_by_role("button", name="New question").click()
    page.get_by_role("textbox", name="Question", exact=True).fill("Who won the cup?")
    page.get_by_label("Nothing here answers this").check()
    save(page)
    expect(page.locator(".questions h3")).to_have_text(["Who won the cup?"])
    assert len(read_questions(file)) == 1
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".tests .empty")).to_be_visible()
    expect(page.locator(".tests .kept")).to_contain_text("Undone")


def test_the_views_have_addresses_and_keep_what_they_show(page: Page) -> None:
    ask(page, ANTENATAL)
    page.get_by_role("button", name="Citation 1").click()
    expect(page.locator("#cited")).to_be_focused()
    open_tests(page)
    expect(page.locator(".source")).to_be_hidden()
    expect(page.get_by_role("link", name="Tests", exact=True)).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator(".status")).to_have_text("Answered")
    page.go_back()
    expect(page.locator(".tests h2")).to_be_visible()
    page.reload()
    expect(page.locator(".tests h2")).to_be_visible()


def test_all_questions_are_checked_while_others_are_answered(page: Page, library: WaitingLibrary, file: Path) -> None:
    for question in (CAMPAIGN, MISSED, REFUSED):
        add_question(file, question)
    library.go_on.clear()
    open_tests(page)
    page.get_by_role("button", name="Check all questions").click()
    expect(page.locator(".tests .progress p")).to_have_text("Checking: 1 of 3 questions done")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".tests .progress p")).to_have_text("Checking: 1 of 3 questions done")
    other.get_by_role("link", name="Ask", exact=True).click()
    ask(other, ANTENATAL)
    expect(other.locator(".status")).to_have_text("Answered")
    other.close()
    library.go_on.set()

    expect(page.locator(".tests > .kept")).to_have_text("3 questions checked: 1 missed.")
    assert page.locator(".figures dd").all_inner_texts() == ["0 of 2", "1 of 2", "0 of 2", "1 of 2", "1 of 1"]
    expect(page.locator(".outcome")).to_have_text(
        [
            "Right quote, but not first · evidence in passage 3",
            "Wrongly refused · evidence in none of the passages found",
            "Rightly refused",
        ]
    )
    page.get_by_label("Show only what was missed").check()
    expect(page.locator(".questions h3:visible")).to_have_text([WORSHIP])
    page.get_by_text("What came instead").click()
    expect(page.locator(".instead li").first).to_contain_text("visiting places of worship")

    page.get_by_text("Full report").click()
    report = page.frame_locator("iframe")
    expect(report.get_by_role("heading", name="Check of the test questions")).to_be_visible()
    page.get_by_role("button", name="Check all questions").click()
    expect(page.get_by_text("No question fares better or worse")).to_be_visible()


def test_marked_words_open_in_their_source(page: Page, file: Path) -> None:
    add_question(file, CAMPAIGN)
    open_tests(page)
    page.get_by_role("button", name=f"Open {BETTER_HEALTH} at these words").click()
    expect(page.locator(".source mark")).to_have_text(LEAFLET)
    assert seen_in_panel(page)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name=f"Open {BETTER_HEALTH} at these words")).to_be_focused()
    assert page.url.endswith("#tests")


def test_questions_and_report_are_downloaded(page: Page, file: Path) -> None:
    add_question(file, REFUSED)
    open_tests(page)
    page.get_by_role("button", name="Check all questions").click()
    for name, wanted in (
        ("Download the questions", "questions.jsonl"),
        ("Download the report", "questions-report.html"),
    ):
        with page.expect_download() as downloading:
            page.get_by_role("button", name=name).click()
        assert downloading.value.suggested_filename == wanted
        content = Path(downloading.value.path()).read_text(encoding="utf-8")
        assert content == file.read_text(encoding="utf-8") if wanted == "questions.jsonl" else ABSURD in content


def test_a_question_is_removed_and_brought_back(page: Page, file: Path) -> None:
    for question in (CAMPAIGN, REFUSED):
        add_question(file, question)
    before = file.read_bytes()
    open_tests(page)
    page.get_by_role("button", name=f"Remove: {ANTENATAL}").click()
    expect(page.locator(".questions .removed")).to_contain_text(f"Removed: {ANTENATAL}")
    expect(page.locator(".tests .count")).to_have_text("1 question: 0 with an answer here, 1 that should be refused.")
    assert [question.id for question in read_questions(file)] == ["r1"]
    page.keyboard.press("Enter")  # the focus is on 'Undo'
    expect(page.locator(".questions h3")).to_have_text([ANTENATAL, ABSURD])
    assert file.read_bytes() == before


def test_a_broken_file_is_shown_and_nothing_is_lost(page: Page, file: Path) -> None:
    file.write_text(f'{{"id": "a", "question": "{ABSURD}", "answerable": false}}\n{{"id": broken\n', encoding="utf-8")
    before = file.read_bytes()
    open_tests(page)
    expect(page.locator(".tests > .problem")).to_contain_text("line 2: is not JSON")
    expect(page.locator(".tests .empty")).to_have_count(0)
    page.get_by_role("link", name="Ask", exact=True).click()
    ask(page, ABSURD)
    page.get_by_role("button", name="Rightly refused: keep it").click()
    expect(page.locator(".turn .kept").last).to_contain_text("line 2: is not JSON")
    assert file.read_bytes() == before


def test_a_stopped_server_is_said(page: Page, file: Path) -> None:
    add_question(file, REFUSED)
    ask(page, ABSURD)
    page.context.set_offline(True)
    page.get_by_role("button", name="Rightly refused: keep it").click()
    expect(page.locator(".turn .kept").last).to_contain_text("start it again with ‘rag-ui’")
    page.get_by_role("button", name=SHOULD).click()
    expect(page.locator(".turn .kept").last).to_contain_text("start it again with ‘rag-ui’")
    open_tests_offline = page.get_by_role("link", name="Tests", exact=True)
    open_tests_offline.click()
    expect(page.locator(".tests")).to_contain_text("start it again with ‘rag-ui’")
    page.context.set_offline(False)


def test_script_in_test_questions_is_text(page: Page, file: Path) -> None:
    evil = "<script>hit()</script><img src=x onerror=hit()> ${hit()}"
    add_question(file, Question(evil, evil, (evil,), evil, True, (Gold(HOSTILE, evil),)))
    open_tests(page)
    expect(page.locator(".questions h3")).to_have_text(evil)
    page.get_by_role("button", name="Check all questions").click()
    page.get_by_text("Full report").click()
    expect(page.frame_locator("iframe").get_by_text(evil).first).to_be_attached()
    page.locator("[data-remove]").click()
    expect(page.locator(".questions .removed")).to_contain_text(evil)
    assert json.loads(f"[{file.read_text(encoding='utf-8')}]") == []


@pytest.mark.parametrize("page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_text_can_be_read_in_light_and_dark(page: Page, file: Path) -> None:
    for question in (CAMPAIGN, MISSED, REFUSED):
        add_question(file, question)
    mark(page, ANTENATAL)
    page.locator("[name=marked]").first.check()
    panel = (".field", ".candidate .heading", ".candidate .passage", ".candidate .chip", ".save .primary", ".nothing")
    contrasts = {part: contrast(page, f".source {part}") for part in panel}
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="This is right: keep it").click()
    contrasts |= {part: contrast(page, f".turn {part}") for part in (".curating", ".kept .problem", ".curating .link")}
    open_tests(page)
    page.get_by_role("button", name="Check all questions").click()
    page.locator(".check").wait_for()
    parts = (
        ".about",
        ".count",
        ".primary",
        ".figures dt",
        ".figures dd span",
        ".outcome[data-tone=met]",
        ".place .link",
        ".outcome[data-tone=missed]",
        ".bar a",
        ".bar a[aria-current]",
        ".tests > .kept",
    )
    contrasts |= {part: contrast(page, f".precedent {part}") for part in parts}
    assert {part: ratio for part, ratio in contrasts.items() if ratio < 4.5} == {}


@phone
def test_a_phone_shows_all_of_it_without_sideways_scrolling(page: Page, file: Path) -> None:
    add_question(file, Question("w" * 300, "w" * 500, (), "k", True, (Gold("w" * 100, "w" * 500),)))
    mark(page, ANTENATAL)
    page.locator("[name=marked]").first.check()
    assert overflow(page) <= 0
    assert page.locator(".source").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    page.locator("textarea[name=words]").first.fill("different approaches")
    save(page)
    assert overflow(page) <= 0
    page.get_by_role("link", name="See all test questions").click()
    expect(page.locator(".questions > li")).to_have_count(2)
    page.get_by_role("button", name="Check all questions").click()
    page.get_by_text("Full report").click()
    expect(page.frame_locator("iframe").get_by_role("heading").first).to_be_visible()
    assert overflow(page) <= 0
