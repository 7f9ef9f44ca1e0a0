"""The cases in a real browser: listed, one in full, and those like a situation; over a small library."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from rag.config import Settings
from rag.library import Library
from rag.web.cases.view import EXAMPLE_SITUATION
from tests.browser import Stage, overflow, phone, seen_in_panel
from tests.fakes import FakeEmbedder, Here

FARMERS = """Farmers at the market

In Wiltshire, farmers had not seen a doctor for years. Nurses offered health checks at the livestock market.

Blood pressure was taken. The number of farmers who came rose from 20 to 120 by 2015.
"""
MOTHERS = """Late booking <b>in Bromley</b>

In Bromley, Nigerian women booked late into maternity services. A leaflet was given out in pharmacies.

In Bromley the leaflet was liked by all.
"""
OTHERS = 35  # more than one batch
SITUATION = "Farmers in a rural county, late screening, a cattle market"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("home")
    seeds = home / "seeds"
    seeds.mkdir()
    (seeds / "a farmers & #1.txt").write_text(FARMERS, encoding="utf-8")
    (seeds / "b mothers.txt").write_text(MOTHERS, encoding="utf-8")
    for number in range(OTHERS):
        text = (
            f"Garden {number:02d}\n\nResidents of ward {number} planted a garden. It was opened in {1980 + number}.\n"
        )
        (seeds / f"garden{number:02d}.txt").write_text(text, encoding="utf-8")
    library = Library.open(Settings(seeds, index=home / "index"), embedder=FakeEmbedder(), parser=Here())
    yield library
    library.close()


@pytest.fixture(scope="module")
def address(stage: Stage, library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stage.serving(library, tmp_path_factory.mktemp("kept") / "questions.jsonl") as address:
        yield address


def open_cases(page: Page) -> None:
    page.get_by_role("link", name="Cases", exact=True).click()
    page.locator(".cards .card").first.wait_for()


def test_cases_come_in_batches(page: Page) -> None:
    open_cases(page)
    cards = page.locator(".cards .card")
    expect(cards).to_have_count(30)
    expect(page.locator(".cases-view .count")).to_have_text(f"{OTHERS + 2} cases, 30 shown")
    page.get_by_role("button", name="Show more").click()
    expect(cards).to_have_count(OTHERS + 2)
    expect(cards.nth(30).get_by_role("link")).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_a_card_opens_and_its_words_open_in_their_source(page: Page) -> None:
    open_cases(page)
    page.get_by_role("link", name="Farmers at the market").click()
    heading = page.get_by_role("heading", level=2, name="Farmers at the market")
    expect(heading).to_be_visible()
    assert "id=a%20farmers%20%26%20%231.txt%231" in page.url
    expect(page).to_have_title(re.compile("Farmers at the market – Precedent$"))
    page.locator(".fields button.value", has_text="Wiltshire").first.click()
    expect(page.locator(".source mark").first).to_have_text("Wiltshire")
    assert seen_in_panel(page)
    page.keyboard.press("Escape")
    expect(page.locator(".fields button.value").first).to_be_focused()
    expect(page.locator(".case-view .others")).not_to_contain_text("Looking")
    page.go_back()
    expect(page.locator(".cards .card")).to_have_count(30)


def test_a_card_has_an_address_of_its_own(page: Page, address: str) -> None:
    open_cases(page)
    page.get_by_role("link", name="Late booking").click()
    expect(page.locator(".case-view h2")).to_contain_text("Late booking <b>in Bromley</b>")
    shared = page.url
    page.goto("about:blank")
    page.goto(shared)
    expect(page.locator(".case-view h2")).to_contain_text("Late booking <b>in Bromley</b>")


@pytest.mark.parametrize("where", ["#case?id=gone%231", "#case"])
def test_an_unknown_case_leads_back_to_all(page: Page, address: str, where: str) -> None:
    page.goto(f"{address}{where}")
    expect(page.locator(".case-view h2")).to_have_text("This case is not here")
    page.get_by_role("link", name="See all cases").click()
    expect(page.locator(".cards .card")).to_have_count(30)


def test_cases_like_a_situation_say_what_matches(page: Page) -> None:
    open_cases(page)
    expect(page.get_by_text(EXAMPLE_SITUATION)).to_be_visible()
    page.get_by_label("Describe your situation").fill(SITUATION)
    page.get_by_role("button", name="Find cases like it").click()
    first = page.locator(".cards .card").first
    expect(first.locator("h3")).to_contain_text("Farmers at the market")
    people = first.get_by_role("row", name="People")
    expect(people).to_contain_text("Matches")
    people.get_by_role("button").first.click()
    expect(page.locator(".source mark").first).to_have_text("farmers", ignore_case=True)
    page.keyboard.press("Escape")
    shared = page.url
    page.goto("about:blank")
    page.goto(shared)
    expect(page.get_by_label("Describe your situation")).to_have_value(SITUATION)
    expect(page.locator(".cards .card").first.locator("h3")).to_contain_text("Farmers at the market")
    page.get_by_role("link", name="Show all cases").click()
    expect(page.locator(".cards .card")).to_have_count(30)
    expect(page.get_by_label("Describe your situation")).to_have_value("")


def test_a_situation_that_tells_nothing_is_asked_for_more(page: Page, address: str) -> None:
    page.goto(f"{address}#cases?like=%3F%3F")
    expect(page.locator(".cases-view .count")).to_contain_text("there is nothing to go by")
    expect(page.locator(".cards")).to_be_hidden()


def test_the_strongest_results_can_come_first(page: Page) -> None:
    open_cases(page)
    page.get_by_label("Order").select_option("strength")
    expect(page).to_have_url(re.compile(r"#cases\?sort=strength$"))
    expect(page.locator(".cards .card").first.locator(".chip")).to_have_text("Measured")


def test_the_order_outlives_the_next_filter(page: Page) -> None:
    open_cases(page)
    page.get_by_label("Order").select_option("strength")
    expect(page).to_have_url(re.compile("sort=strength"))
    filters = page.locator('.filters[data-for="cases"]')
    filters.get_by_label("Activity only").check()
    expect(page).to_have_url(re.compile("outcome=activity"))
    expect(page).to_have_url(re.compile("sort=strength"))
    filters.get_by_role("button", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"#cases\?sort=strength$"))
    expect(page.get_by_label("Order")).to_have_value("strength")


def test_what_is_shown_follows_the_library(page: Page, library: Library) -> None:
    """A list and a card are shown again as they were left, but not once a file has been added or changed."""
    open_cases(page)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".cards .card")).to_have_count(OTHERS + 2)
    page.get_by_role("link", name="Farmers at the market").click()
    expect(page.locator(".fields")).to_contain_text("Wiltshire")
    page.go_back()
    page.wait_for_timeout(300)
    expect(page.locator(".cards .card")).to_have_count(OTHERS + 2)

    changed, added = library.settings.seeds / "a farmers & #1.txt", library.settings.seeds / "a new.txt"
    page.get_by_role("link", name="Farmers at the market").click()
    added.write_text("Swimming\n\nIn Hull, carers swam on Mondays for a year.\n", encoding="utf-8")
    changed.write_text(FARMERS.replace("Wiltshire", "Norfolk"), encoding="utf-8")
    try:
        library.collection.sync()
        page.go_back()
        expect(page.locator(".cases-view .count")).to_have_text(f"{OTHERS + 3} cases, 30 shown")
        expect(page.get_by_role("link", name="Swimming")).to_be_visible()
        page.get_by_role("link", name="Farmers at the market").click()
        expect(page.locator(".fields")).to_contain_text("Norfolk")
    finally:
        added.unlink()
        changed.write_text(FARMERS, encoding="utf-8")
        library.collection.sync()


def test_what_cannot_be_shown_leaves_what_is_there(page: Page) -> None:
    open_cases(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".cases-view .none .problem")).to_be_visible()
    expect(page.locator(".cards .card")).to_have_count(30)
    expect(page.locator(".cases-view .count")).to_have_text(f"{OTHERS + 2} cases, 30 shown")
    page.context.set_offline(False)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".cards .card")).to_have_count(OTHERS + 2)
    expect(page.locator(".cases-view .none")).to_be_empty()


def test_an_address_that_names_no_view_opens_the_first(page: Page, address: str) -> None:
    page.goto("about:blank")
    page.goto(f"{address}#constructor")  # which every object of JavaScript has
    expect(page.get_by_label("Your question")).to_be_visible()


def test_it_works_with_the_keyboard_alone(page: Page) -> None:
    open_cases(page)
    page.get_by_label("Describe your situation").focus()
    page.keyboard.type(SITUATION)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".cases-view .count")).to_contain_text("most like it")
    expect(page.locator(".cases-view .count")).to_be_focused()


@phone
def test_nothing_is_wider_than_a_phone(page: Page, address: str) -> None:
    open_cases(page)
    assert overflow(page) == 0
    page.goto(f"{address}#cases?like={SITUATION.replace(' ', '+')}")
    page.locator(".matches").first.wait_for()
    assert overflow(page) == 0
    page.locator(".cards h3 a").first.click()
    page.locator(".fields").wait_for()
    assert overflow(page) == 0
