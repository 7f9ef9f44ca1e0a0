"""Comparing cases, and what didn't work, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from rag.types import Case, Facet, FacetKind
from tests.browser import Stage, overflow, phone, seen_in_panel
from tests.page_library import BETTER_HEALTH, BROMLEY, COVENTRY, DATA, LEAFLET, VISITS, CannedLibrary

ASIAN = "Coventry: health of Asian women"


class CardLibrary(CannedLibrary):
    """Seven cases with what they state."""

    def cases(self) -> list[Case]:
        def told(kind: FacetKind, doc_id: str, words: str, *labels: str) -> Facet:
            ((start, end),) = self._spans(doc_id, words)
            return Facet(kind, words, start, end, labels)

        bromley, coventry = super().cases()
        other = [Case(f"other#{n}", COVENTRY, f"Other case {n}", coventry.spans) for n in range(5)]
        stated = (told("place", BETTER_HEALTH, "Bromley"), told("community", BETTER_HEALTH, "Nigerian", "Women"))
        deeds = (told("deed", BETTER_HEALTH, LEAFLET), told("barrier", BETTER_HEALTH, DATA))
        asian = (told("place", COVENTRY, "Coventry"), told("community", COVENTRY, "Asian", "Women"))
        return [
            Case("bromley", BETTER_HEALTH, BROMLEY, bromley.spans, (*stated, *deeds)),
            Case("coventry", COVENTRY, ASIAN, coventry.spans, (*asian, told("barrier", COVENTRY, VISITS))),
            *other,
        ]


@pytest.fixture(scope="module")
def address(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    questions: Path = tmp_path_factory.mktemp("questions") / "questions.jsonl"
    with stage.serving(CardLibrary(), questions) as address:
        yield address


def visit(page: Page, where: str) -> None:
    page.evaluate("where => { location.hash = where; }", where)


def compare(page: Page, *cases: str) -> None:
    visit(page, "#compare?" + "&".join(f"case={case}" for case in cases))
    expect(page.locator(".comparison thead a")).to_have_count(len(cases))


def heads(page: Page) -> list[str]:
    return page.locator(".comparison thead a").all_inner_texts()


def row(page: Page, name: str) -> Locator:
    return page.locator(".comparison tbody tr").filter(has=page.locator("th", has_text=name))


def test_cases_are_chosen_kept_and_in_the_address(page: Page) -> None:
    visit(page, "#compare")
    expect(page.get_by_text("No cases are chosen yet.")).to_be_visible()
    choices = page.locator(".choices [data-compare]")
    expect(choices).to_have_count(7)
    choices.first.press("Enter")
    expect(choices.first).to_have_attribute("aria-pressed", "true")
    expect(choices.first).to_contain_text("In comparison")
    expect(choices.first).to_be_focused()
    page.get_by_label("Find by title or place").fill("asian")
    expect(choices).to_have_count(1)
    choices.first.press("Space")
    expect(page.locator(".comparison thead a")).to_have_count(2)
    assert page.evaluate("location.hash") == "#compare?case=bromley&case=coventry"
    expect(page.get_by_role("link", name="Compare 2")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Ask").click()
    page.get_by_role("link", name="Compare 2").click()
    expect(page.locator(".comparison thead a")).to_have_text([BROMLEY, ASIAN])


def test_a_sixth_case_is_declined_politely(page: Page) -> None:
    compare(page, "bromley", *(f"other%23{n}" for n in range(4)))
    page.locator(".choose summary").click()
    page.get_by_role("button", name="Compare Coventry").click()
    expect(page.get_by_role("status").filter(has_text="Take one out first.")).to_be_visible()
    expect(page.locator(".comparison thead a")).to_have_count(5)
    assert overflow(page) == 0
    page.get_by_role("button", name="In comparison Other case 2").click()
    expect(page.get_by_text("Take one out first.")).to_have_count(0)
    expect(page.locator(".comparison thead a")).to_have_count(4)


def test_an_address_that_names_too_many_says_which_are_left_out(page: Page) -> None:
    visit(page, "#compare?case=bromley&case=coventry&" + "&".join(f"case=other%23{n}" for n in range(5)))
    expect(page.locator(".comparison .problem")).to_have_text(
        "5 cases at most can be read side by side. Left out: ‘Other case 3’, ‘Other case 4’"
    )
    expect(page.locator(".comparison thead a")).to_have_count(5)
    expect(page.get_by_role("link", name="Compare 5")).to_be_visible()


def test_an_address_does_not_take_the_place_of_ones_own_comparison(page: Page) -> None:
    own = page.locator(".compare-view .own")
    compare(page, "bromley", "coventry", "other%230")
    expect(own).to_be_hidden()
    compare(page, "other%231", "other%232")
    back = page.get_by_role("link", name="Back to your own comparison (3 cases)")
    expect(back).to_be_visible()
    expect(page.get_by_role("link", name="Compare 3")).to_be_visible()
    page.reload()
    expect(back).to_be_visible()
    expect(page.locator(".comparison thead a")).to_have_count(2)
    back.press("Enter")
    expect(page.locator(".comparison thead a")).to_have_count(3)
    expect(own).to_be_hidden()
    expect(page.locator(".compare-view h2")).to_be_focused()
    compare(page, "other%231", "other%232")
    page.get_by_role("button", name="Remove: Other case 1").click()  # now it is hers
    expect(own).to_be_hidden()
    expect(page.get_by_role("link", name="Compare 1")).to_be_visible()
    assert page.evaluate("JSON.parse(localStorage.getItem('precedent.compare'))") == ["other#2"]


@pytest.mark.parametrize(
    ("where", "what", "shown"), [("compare", "asian", ".choices"), ("lessons", "trust", ".sentences")]
)
def test_typing_asks_once(page: Page, where: str, what: str, shown: str) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(words_in(request))

    visit(page, f"#{where}")
    found = page.locator(f".{where}-view {shown} li")
    expect(found.nth(1)).to_be_attached()
    page.on("request", note)
    page.locator(f".{where}-view [name=words]").press_sequentially(what)
    expect(found).to_have_count(1)
    assert list(filter(None, asked)) == [what]


def words_in(request: Request) -> str:
    """The words that a call to the server sends; '' if it sends none."""
    found = re.search(r'"words": ?"([^"]*)"', request.post_data or "")
    return found[1] if found else ""


def test_cases_are_moved_and_taken_out_by_keyboard(page: Page) -> None:
    compare(page, "bromley", "coventry", "other%230")
    page.get_by_role("button", name="Move right: Bromley").press("Enter")
    expect(page.locator(".comparison thead a").first).to_have_text(ASIAN)
    expect(page.get_by_role("button", name="Move right: Bromley")).to_be_focused()
    page.get_by_role("button", name="Move right: Bromley").press("Enter")
    expect(page.get_by_role("button", name="Move left: Bromley")).to_be_focused()  # it can't go further
    assert heads(page) == [ASIAN, "Other case 0", BROMLEY]
    page.get_by_role("button", name="Remove: Bromley").press("Space")
    expect(page.get_by_role("button", name="Remove: Other case 0")).to_be_focused()
    assert page.evaluate("location.hash") == "#compare?case=coventry&case=other%230"


def test_rows_in_which_the_cases_are_alike_can_be_left_out(page: Page) -> None:
    compare(page, "bromley", "coventry")
    expect(row(page, "For whom").locator("th")).to_contain_text("same")
    expect(row(page, "For whom").get_by_text("shared")).to_have_count(2)
    page.get_by_label("Show only rows that differ").check()
    expect(row(page, "For whom")).to_be_hidden()
    expect(row(page, "Where")).to_be_visible()
    assert page.evaluate("location.hash").endswith("&rows=differing")
    page.reload()
    expect(row(page, "Where")).to_be_visible()
    expect(row(page, "For whom")).to_be_hidden()


def test_a_value_opens_the_words_in_their_source(page: Page) -> None:
    compare(page, "bromley", "coventry")
    page.get_by_role("button", name=LEAFLET).press("Enter")
    expect(page.locator("#cited")).to_have_text(LEAFLET)
    assert seen_in_panel(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=LEAFLET)).to_be_focused()


def test_an_unknown_case_is_named_and_left_out(page: Page) -> None:
    visit(page, "#compare?case=bromley&case=gone")
    expect(page.get_by_text("not in the library, or not any more, and left out: ‘gone’")).to_be_visible()
    assert heads(page) == [BROMLEY]
    expect(page.get_by_role("link", name="Compare 1")).to_be_visible()


def test_the_table_is_copied_and_all_cases_are_collected(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    compare(page, "bromley", "coventry")
    page.get_by_role("button", name="Copy as a table").click()
    expect(page.locator(".comparison .done")).to_have_text("Copied.")
    read = "async type => (await (await navigator.clipboard.read())[0].getType(type)).text()"
    assert page.evaluate(read, "text/plain").startswith(f"|  | {BROMLEY} | {ASIAN} |")
    assert "<table" in page.evaluate(read, "text/html")
    for _ in range(2):  # the second time nothing is taken out again
        page.get_by_role("button", name="Add all to the evidence pack").click()
        expect(page.locator(".comparison .done")).to_have_text("All are in the evidence pack.")
    expect(page.locator('.bar a[href="#pack"] .count')).to_have_text("2")


@phone
def test_on_a_phone_the_table_scrolls_within_itself(page: Page) -> None:
    compare(page, "bromley", "coventry", "other%230")
    region = page.get_by_role("region", name="Comparison of 3 cases")
    region.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.scroller').scrollLeft > 100")
    left = "e => e.getBoundingClientRect().left - document.querySelector('.scroller').getBoundingClientRect().left"
    assert abs(row(page, "Where").locator("th").evaluate(left)) < 2
    assert overflow(page) == 0


def test_what_did_not_work_is_narrowed_and_the_address_says_how(page: Page) -> None:
    visit(page, "#lessons")
    expect(page.locator(".sentences blockquote")).to_have_count(2)
    page.get_by_label("Words in the sentence").fill("trusting women")
    expect(page.locator(".sentences blockquote")).to_have_text([VISITS])
    expect(page.get_by_role("heading", name="Trust and confidence")).to_be_visible()
    assert page.evaluate("location.hash") == "#lessons?words=trusting+women"
    page.get_by_role("button", name="Source").click()
    expect(page.locator("#cited")).to_have_text(VISITS)
    page.keyboard.press("Escape")
    page.get_by_label("Words in the sentence").fill("moon")
    expect(page.get_by_text("No sentence is like that")).to_be_visible()
    visit(page, "#lessons?place=Bromley")
    expect(page.locator(".sentences blockquote")).to_have_text([DATA])
    page.get_by_role("button", name="Place: Bromley").click()
    expect(page.locator(".sentences blockquote")).to_have_count(2)


def test_the_word_barrier_can_be_searched_for(page: Page) -> None:
    visit(page, "#lessons")
    expect(page.locator(".sentences blockquote")).to_have_count(2)
    page.get_by_label("Words in the sentence").fill("barrier")
    expect(page.get_by_text("No sentence is like that")).to_be_visible()
    assert page.evaluate("location.hash") == "#lessons?words=barrier"


def test_the_tabs_of_what_did_not_work_go_by_keyboard(page: Page) -> None:
    visit(page, "#lessons")
    expect(page.locator(".sentences blockquote")).to_have_count(2)
    page.get_by_label("What got in the way").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("No case here says what was learnt.")).to_be_visible()
    assert page.evaluate("location.hash") == "#lessons?show=lesson"
    page.keyboard.press("ArrowLeft")
    page.locator(".sentences li").first.get_by_role("button", name="Copy").press("Enter")
    expect(page.locator(".sentences li").first.get_by_role("button", name="Copied.")).to_be_focused()
