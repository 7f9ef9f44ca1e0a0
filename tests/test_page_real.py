"""The page over the real library: the seeds, their index, the bundled model, a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import ask, overflow, phone, seen_in_panel
from tests.page_library import SEEDS

FLAGSHIP = "What worked for late antenatal booking?"
FARMERS = "How can we reach farmers with health checks?"
WHO = "And who ran it?"
PARTNERS = "Who are the founding partners of the West Midlands knowledge and action partnership?"
ABSURD = "How do I land a rocket on the moon?"


@pytest.fixture(scope="module")
def address(seeds_page: str) -> str:
    return seeds_page


def test_the_flagship_question_leads_with_bromley(page: Page) -> None:
    ask(page, FLAGSHIP)
    expect(page.locator(".status")).to_have_text("Answered")
    first = page.locator(".case").first
    expect(first.locator("h3")).to_contain_text("Bromley")
    expect(first.locator(".chip")).to_contain_text("Activity only")
    for words in ("a pharmacy campaign", "maternity leaflet"):
        expect(first.locator("blockquote", has_text=words)).to_have_count(1)


def test_every_citation_opens_at_its_quote(page: Page) -> None:
    ask(page, FLAGSHIP)
    quotes = page.locator(".case").first.locator("blockquote")
    expect(quotes.first).to_be_visible()
    for quote in quotes.all():
        shown = quote.inner_text()
        quote.get_by_role("button").click()
        expect(page.locator(".cite.open")).to_have_text(quote.locator(".cite").inner_text())
        marks = page.locator(".source mark").all_inner_texts()
        assert marks
        assert all(words in shown for words in marks)
        assert seen_in_panel(page)


def test_the_absurd_is_refused_as_an_answer(page: Page) -> None:
    ask(page, ABSURD)
    expect(page.locator(".status")).to_have_text("Nothing near")
    expect(page.locator(".opening")).to_contain_text("‘moon’")
    expect(page.locator(".cite")).to_have_count(0)
    expect(page.locator(".toast-wrap .error, [role=alert]")).to_have_count(0)


def test_a_follow_up_says_what_was_searched_and_can_be_repeated_as_typed(page: Page) -> None:
    ask(page, FARMERS)
    ask(page, WHO)
    follow_up = page.locator(".turn").nth(1)
    expect(follow_up.locator(".searched")).to_contain_text("farmers")
    expect(follow_up.locator(".case h3").first).to_contain_text("Wiltshire")

    follow_up.get_by_role("button", name="Search exactly as typed").click()

    repeated = page.locator(".turn").nth(2)
    expect(repeated.locator(".status")).to_be_visible()
    expect(repeated.locator(".question")).to_have_text(WHO)
    expect(repeated.locator(".searched")).to_have_count(0)


@pytest.mark.parametrize(
    ("question", "name"),
    [(FLAGSHIP, "001_3599fcccaf629e3b.txt"), (PARTNERS, "003_0d58f38b3c0f60fc.txt")],
    ids=["text", "html"],
)
def test_the_original_file_is_shown_as_it_is(page: Page, question: str, name: str) -> None:
    ask(page, question)
    page.locator(".sources li", has_text=name).get_by_role("button", name="original file").click()
    expect(page.locator(".source pre mark").first).to_be_visible()
    assert seen_in_panel(page)
    shown = page.locator(".source pre").inner_text()
    assert "".join(shown.split()) == "".join((SEEDS / name).read_text(encoding="utf-8").split())


@phone
def test_a_phone_shows_real_answers_without_sideways_scrolling(page: Page) -> None:
    for question in (FLAGSHIP, FARMERS, ABSURD):
        ask(page, question)
        assert overflow(page) <= 0
    page.get_by_role("button", name="Citation 1:").first.click()
    expect(page.locator("#cited")).to_be_focused()
    assert seen_in_panel(page)
    assert overflow(page) <= 0


def test_right_answers_are_kept_and_checked(page: Page) -> None:
    for question, button in ((FLAGSHIP, "This is right: keep it"), (ABSURD, "Rightly refused: keep it")):
        ask(page, question)
        page.locator(".turn").last.get_by_role("button", name=button).click()
        expect(page.locator(".turn .kept").last).to_contain_text("Kept as test question")
    page.get_by_role("link", name="Tests", exact=True).click()
    page.get_by_role("button", name="Check all questions").click()
    expect(page.locator(".tests > .kept")).to_have_text("2 questions checked: none missed.")
    expect(page.locator(".outcome").first).to_contain_text("Right quote first")
    page.get_by_text("Full report").click()
    expect(page.frame_locator("iframe").get_by_text("Check the question set")).to_have_count(0)


def test_a_passage_of_the_library_is_marked(page: Page) -> None:
    ask(page, ABSURD)
    page.get_by_role("button", name="This should have found …").click()
    page.get_by_role("textbox", name="Question", exact=True).fill("How many languages are spoken in Coventry?")
    page.get_by_label("Look for it with other words").fill("languages spoken in Coventry")
    page.get_by_label("Look for it with other words").press("Enter")
    found = page.locator(".candidate").filter(has_text="126 languages").first
    found.get_by_role("checkbox").check()
    expect(found.locator("textarea")).to_have_value("126 languages are spoken in the city.")
    page.get_by_role("button", name="Save test question").click()
    expect(page.locator(".turn .kept").last).to_contain_text("with 1 quote that should be found")


def test_what_is_left_out_is_a_chip_that_comes_off(page: Page) -> None:
    ask(page, "What worked for screening but not in Coventry?")
    expect(page.locator(".want")).to_have_text(["without Coventry×"])
    expect(page.locator(".case h3", has_text="Coventry")).to_have_count(0)
    page.get_by_role("button", name="Do not leave out: Coventry").click()
    expect(page.locator(".case h3", has_text="Coventry")).to_have_count(1)
    expect(page.locator(".want")).to_have_count(0)
    assert page.url.endswith("&kept=Coventry")


def test_a_list_opens_among_the_cases(page: Page) -> None:
    ask(page, "Which projects were in London?")
    expect(page.locator(".case")).to_have_count(4)
    page.get_by_role("link", name="All of them among the cases").click()
    expect(page.locator(".cases-view .cards > li")).to_have_count(4)


def test_the_documents_are_named_as_links_and_thanks_get_no_buttons(page: Page) -> None:
    ask(page, "What documents do you have?")
    page.locator(".documents").get_by_role("button", name="Partnerships for Better Health").click()
    expect(page.locator(".source h2")).to_contain_text("Partnerships for Better Health")
    ask(page, "thanks")
    expect(page.locator(".turn").last.locator(".actions")).to_have_count(0)
