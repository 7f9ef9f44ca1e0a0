"""Questions that were not answered, and marks below answers, in a real browser over the canned library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from rag.cases.fields.topics import labels_of as topics_in
from rag.evaluation.questions.sets import read_questions
from rag.explore.gaps.file import GapEvent, GapFile
from rag.index.collection import SourceCollection
from rag.types import Filter
from tests.browser import Stage, ask, contrast, overflow, phone
from tests.page_library import ABSURD, ANTENATAL, BETTER_HEALTH, FOLLOW_UP, LEAFLET, WORSHIP, CannedLibrary

SOMALI = "Cervical screening for Somali women"
NOTED = "Noted on this computer. Thank you."
TAKEN_BACK = "Taken back: nothing of it is kept."


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> GapFile:
    return GapFile(tmp_path_factory.mktemp("gaps") / "gaps.jsonl")


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("questions") / "questions.jsonl"


@pytest.fixture(scope="module")
def serving(stage: Stage, kept: GapFile, questions: Path) -> Iterator[str]:
    library = CannedLibrary()
    held = library.collection
    library.collection = SourceCollection(replace(held.settings, gaps=kept.path), held.embedder, held.parser)
    with stage.serving(library, questions) as address:
        yield address


@pytest.fixture
def address(serving: str, kept: GapFile) -> str:
    kept.forget()
    return serving


def fill(kept: GapFile) -> None:
    kept.add(
        GapEvent("k1", "2026-05-01T10:00:00+01:00", "refused", SOMALI, "none", missing=("Somali",)),
        GapEvent("k2", "2026-05-02T10:00:00+01:00", "refused", SOMALI, "none", missing=("Somali",)),
        GapEvent(
            "k3", "2026-05-03T10:00:00+01:00", "refused", "Leeds?", "closest", filters=(Filter("place", "Leeds"),),
        ),
        GapEvent(
            "k4", "2026-05-04T10:00:00+01:00", "wrong citation", ANTENATAL, "answered", source=BETTER_HEALTH,
            quote=LEAFLET,
        ),
    )  # fmt: skip


def open_gaps(page: Page, address: str = "#gaps") -> None:
    page.evaluate("address => { location.hash = address; }", address)
    expect(page.locator(".gaps-view h2")).to_be_visible()
    page.locator(".gaps-view .waiting").wait_for(state="detached")


def kinds(kept: GapFile) -> list[str]:
    return [event.kind for event in kept.read().events]


def test_a_refused_question_is_kept_and_listed_with_what_is_lacking(page: Page, kept: GapFile) -> None:
    ask(page, ANTENATAL)
    ask(page, ABSURD)
    ask(page, WORSHIP)
    turn = page.locator(".log .turn").nth(1)
    expect(turn.locator(".kept-here")).to_contain_text("are kept on this computer")
    expect(page.locator(".log .turn").first.locator(".kept-here")).to_have_count(0)
    open_gaps(page)
    expect(page.locator(".gaps h4")).to_have_text([WORSHIP, ABSURD])
    moon = page.locator(".gaps > li").nth(1)
    expect(moon).to_contain_text("Nothing near")
    expect(moon).to_contain_text("Not answered once")
    expect(page.get_by_role("link", name="Tests")).to_have_attribute("aria-current", "page")
    expect(page.locator(".asked-for .file").first).to_have_text(str(kept.path))
    assert [(event.question, event.status, event.history) for event in kept.read().events] == [
        (ABSURD, "none", (ANTENATAL,)),
        (WORSHIP, "closest", (ANTENATAL, ABSURD)),
    ]


def test_marks_are_noted_changed_and_taken_back_by_keyboard(page: Page, kept: GapFile) -> None:
    ask(page, ANTENATAL)
    good = page.get_by_role("button", name="Helpful", exact=True)
    bad = page.get_by_role("button", name="Not helpful", exact=True)
    said = page.locator(".judging + .judged")
    expect(good).to_have_attribute("aria-pressed", "false")
    bad.focus()
    page.keyboard.press("Enter")
    expect(said).to_have_text(NOTED)
    expect(bad).to_have_attribute("aria-pressed", "true")
    assert kinds(kept) == ["unhelpful"]
    good.press("Space")
    expect(bad).to_have_attribute("aria-pressed", "false")
    expect(good).to_have_attribute("aria-pressed", "true")
    expect(said).to_have_text(NOTED)
    assert kinds(kept) == ["helpful"]
    good.press("Enter")
    expect(said).to_have_text(TAKEN_BACK)
    expect(good).to_be_focused()
    assert kinds(kept) == []


def test_a_wrong_citation_is_named_and_opens_in_its_source(page: Page, kept: GapFile) -> None:
    ask(page, ANTENATAL)
    page.get_by_text("Is a citation wrong?").click()
    wrong = page.get_by_role("button", name="Citation 3 is wrong")
    wrong.click()
    expect(page.locator(".wrong .judged")).to_have_text(NOTED)
    expect(wrong).to_have_attribute("aria-pressed", "true")
    assert [(event.source, event.quote) for event in kept.read().events] == [(BETTER_HEALTH, LEAFLET)]
    open_gaps(page)
    expect(page.locator(".gaps blockquote")).to_have_text(LEAFLET)
    page.get_by_role("button", name=f"Open {BETTER_HEALTH} at these words").click()
    expect(page.locator(".source mark")).to_have_text(LEAFLET)


def test_whoever_stops_it_is_kept_nothing_of(page: Page, kept: GapFile) -> None:
    ask(page, ABSURD)
    page.get_by_role("button", name="Stop keeping them").click()
    stopped = page.locator(".log .kept-here")
    expect(stopped).to_contain_text("are not kept any more")
    expect(stopped).to_be_focused()
    kept.forget()
    ask(page, WORSHIP)
    page.get_by_role("button", name="Not helpful", exact=True).last.click()
    expect(page.locator(".judging + .judged").last).to_contain_text("Not noted: you stopped keeping questions.")
    page.reload()
    page.locator(".log .judging").wait_for()
    assert kinds(kept) == []
    open_gaps(page)
    keep = page.get_by_label("Keep questions that are not answered")
    expect(keep).not_to_be_checked()
    keep.check()
    page.get_by_role("link", name="Ask", exact=True).click()
    ask(page, ABSURD)
    expect(page.locator(".log .turn").last.locator(".kept-here")).to_be_visible()
    assert kinds(kept) == ["refused"]


def test_asking_again_counts_but_a_reload_and_a_curators_check_do_not(page: Page, kept: GapFile) -> None:
    ask(page, ABSURD)
    page.reload()
    page.locator(".log .judging").wait_for()
    assert len(kept.read().events) == 1
    open_gaps(page)
    page.get_by_role("link", name="Ask it again").click()
    page.locator(".log .judging").last.wait_for()
    assert len(kept.read().events) == 1
    page.get_by_role("button", name="New conversation").click()
    page.evaluate("location.hash = '#ask'")
    page.reload()
    ask(page, ABSURD)
    open_gaps(page)
    expect(page.locator(".gaps > li")).to_contain_text("Not answered twice")


def test_a_topic_and_a_cell_open_the_questions_behind_them(page: Page, kept: GapFile) -> None:
    fill(kept)
    open_gaps(page)
    expect(page.locator(".total")).to_contain_text("3 questions: not answered 3 times, citation marked wrong once.")
    topic = topics_in(SOMALI)[0]
    page.get_by_role("link", name=topic, exact=True).click()
    expect(page.locator(".listed")).to_be_focused()
    expect(page.locator(".gaps h4")).to_have_text([SOMALI])
    assert page.url.endswith(f"#gaps?topic={quote_plus(topic)}")
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".gaps h4")).to_have_count(3)
    page.get_by_role("link", name="1 question: Other, No group named").click()
    expect(page.locator(".gaps h4")).to_have_text(["Leeds?"])
    page.go_back()
    expect(page.locator(".gaps h4")).to_have_count(3)


def test_the_passage_that_should_have_been_found_is_marked_from_the_list(
    page: Page, kept: GapFile, questions: Path
) -> None:
    kept.add(
        GapEvent("k1", "2026-05-01T10:00:00+01:00", "unhelpful", FOLLOW_UP, "answered", "leaflet", (ANTENATAL,))
    )  # fmt: skip
    open_gaps(page)
    page.get_by_role("button", name="This should have found").click()
    expect(page.locator(".marking .earlier li")).to_have_text([ANTENATAL])
    page.locator("[name=marked]").first.check()
    page.get_by_role("button", name="Save test question").click()
    expect(page.locator(".gaps .kept")).to_contain_text("Kept as test question q1")
    assert [(q.question, q.history) for q in read_questions(questions)] == [(FOLLOW_UP, (ANTENATAL,))]


def test_a_question_is_removed_and_brought_back_by_keyboard(page: Page, kept: GapFile) -> None:
    fill(kept)
    open_gaps(page)
    page.get_by_role("button", name=f"Remove: {SOMALI}").press("Enter")
    expect(page.locator(".gaps .removed")).to_contain_text(f"Removed: {SOMALI}")
    assert len(kept.read().events) == 2
    page.keyboard.press("Enter")  # the focus is on 'Undo'
    expect(page.get_by_role("button", name=f"Remove: {SOMALI}")).to_be_focused()
    assert len(kept.read().events) == 4


def test_the_question_set_is_downloaded_and_says_what_is_left_out(page: Page, kept: GapFile) -> None:
    fill(kept)
    open_gaps(page)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Save as a question set").click()
    assert downloading.value.suggested_filename == "not-answered.jsonl"
    [question] = read_questions(Path(downloading.value.path()))
    assert (question.question, question.answerable) == (SOMALI, False)
    said = page.locator(".gaps-view .told")
    expect(said).to_contain_text("1 question saved")
    expect(said).to_contain_text("1 question left out because there was an answer")


def test_all_is_forgotten_after_asking_first(page: Page, kept: GapFile) -> None:
    with page.expect_response(
        lambda reply: "component_server" in reply.url and "refused" in (reply.request.post_data or "")
    ):
        ask(page, ABSURD)
    assert page.evaluate("JSON.parse(localStorage.getItem('precedent.pack')).unanswered.length") == 1
    kept.forget()
    fill(kept)
    open_gaps(page)
    page.get_by_role("button", name="Forget all").press("Enter")
    expect(page.get_by_role("button", name="Keep them")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".gaps-view .sure")).to_be_hidden()
    assert len(kept.read().events) == 4
    page.keyboard.press("Enter")
    page.locator("[data-forget-gaps]").click()
    expect(page.locator(".gaps-view .empty")).to_contain_text("Nothing here yet.")
    expect(page.locator(".gaps-view .told")).to_have_text("Everything that was kept is deleted.")
    assert kept.read().events == []
    assert page.evaluate("JSON.parse(localStorage.getItem('precedent.pack')).unanswered") == []


def test_a_stopped_server_is_said(page: Page) -> None:
    ask(page, ANTENATAL)
    page.context.set_offline(True)
    page.get_by_role("button", name="Not helpful", exact=True).click()
    expect(page.locator(".judging + .judged")).to_contain_text("start it again with ‘rag-ui’")
    page.evaluate("location.hash = '#gaps'")
    expect(page.locator(".asked-for")).to_contain_text("start it again with ‘rag-ui’")
    page.context.set_offline(False)


def test_questions_are_text_whatever_they_hold(page: Page, kept: GapFile) -> None:
    evil = "<img src=x onerror=hit()> \"' ${hit()} {{x}}"
    kept.add(GapEvent("k1", "<b>", "wrong citation", evil, "answered", evil, (evil,), source=evil, quote=evil))
    open_gaps(page)
    expect(page.locator(".gaps h4")).to_have_text(evil)
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".gaps .removed")).to_contain_text(evil)


@pytest.mark.parametrize("page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_text_can_be_read_in_light_and_dark(page: Page, kept: GapFile) -> None:
    ask(page, ABSURD)
    page.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.locator(".judging + .judged")).to_have_text(NOTED)
    below = (".judging [aria-pressed=true]", ".judging + .judged", ".kept-here", ".kept-here .link")
    contrasts = {part: contrast(page, f".log {part}") for part in below}
    fill(kept)
    open_gaps(page)
    parts = (".about", ".about a", ".facts", ".total", "thead th", "tbody a", "td a", ".listed", ".gaps .note")
    contrasts |= {part: contrast(page, f".gaps-view {part}") for part in parts}
    assert {part: ratio for part, ratio in contrasts.items() if ratio < 4.5} == {}


@phone
def test_a_phone_shows_all_of_it_without_sideways_scrolling(page: Page, kept: GapFile) -> None:
    ask(page, ABSURD)
    expect(page.locator(".log .kept-here").last).to_be_visible()
    assert overflow(page) <= 0
    fill(kept)
    kept.add(GapEvent("k9", "2026-05-09T10:00:00+01:00", "refused", "w" * 500, "none", missing=("w" * 100,)))
    open_gaps(page)
    expect(page.locator(".gaps > li")).to_have_count(5)
    assert overflow(page) <= 0
