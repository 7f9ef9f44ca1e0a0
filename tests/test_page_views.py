"""Every view over the real library: its address opens it, it is accessible, and nothing comes from elsewhere."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import overflow, phone

BROMLEY, LIVERPOOL = "001_3599fcccaf629e3b.txt#4", "004_ba27d4ad9cf846b9.txt#4"
QUESTION = "What worked for late antenatal booking?"
SITUATION = "A rural district with many farmers who never see a doctor, and a livestock market every week."

#: Each view as an address has it, and what it shows once it is there.
VIEWS = {
    "ask": ".examples",
    f"ask?q={quote(QUESTION)}": ".cite",
    f"ask?q={quote(QUESTION)}&place=London": ".cite",
    "ask?q=How%20do%20I%20land%20on%20the%20moon%3F": ".status",
    "cases": ".card",
    f"cases?like={quote(SITUATION)}": ".card",
    f"case?id={quote(BROMLEY)}": "[data-source]",
    "case?id=nothing": "a[href='#cases']",
    "compare": "a[href='#cases']",  # before any was chosen
    f"compare?case={quote(BROMLEY)}&case={quote(LIVERPOOL)}": "table",
    "lessons": "h2",
    "lessons?show=lesson": "blockquote",
    "overview": "svg",
    "pack": "h2",
    "library": ".files li",
    "tests": "h2",
    "gaps": "h2",
}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
#: The ordinary run takes the two modes that differ most; the others run with -m accessibility.
ORDINARY = {(390, "light"), (1280, "dark")}
MODES = [
    pytest.param(
        width,
        scheme,
        id=f"{width}-{scheme}",
        marks=() if (width, scheme) in ORDINARY else (pytest.mark.accessibility,),
    )
    for width in (390, 1280)
    for scheme in SCHEMES
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
def address(seeds_page: str) -> str:
    return seeds_page


def open_view(page: Page, view: str) -> None:
    """Goes to the address of a view and waits until what it shows is there."""
    name = view.partition("?")[0]
    restart = page.get_by_role("button", name="New conversation")
    if name == "ask" and restart.is_visible():  # what stands half below the bar counts as too small to be pressed
        restart.click()
    page.evaluate("hash => { location.hash = hash; }", view)
    shown = page.locator(f'.view[data-name="{name}"]')
    expect(shown).to_be_visible()
    expect(shown.locator(VIEWS[view]).first).to_be_attached()
    expect(shown.locator(".waiting:visible")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), MODES)
def test_no_view_has_an_accessibility_violation(browser: Browser, address: str, width: int, scheme: Scheme) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Your question").wait_for()
    found = []
    for view in VIEWS:
        open_view(page, view)
        for violation in Axe().run(page, options=RULES).response["violations"]:
            found += [f"{view}: {violation['id']}: {node['target']}" for node in violation["nodes"]]
        assert overflow(page) == 0, f"{view} scrolls sideways"
    context.close()
    assert found == []


@pytest.mark.parametrize("view", VIEWS)
def test_an_address_opens_its_view_in_a_fresh_page(page: Page, address: str, view: str) -> None:
    page.goto("about:blank")
    page.goto(f"{address}#{view}")
    name = view.partition("?")[0]
    shown = page.locator(f'.view[data-name="{name}"]')
    expect(shown.locator(VIEWS[view]).first).to_be_visible()
    expect(page.locator(".bar nav a[aria-current]")).to_have_count(1)
    expect(page.locator(".view:visible")).to_have_count(1)


def test_back_and_forward_go_through_the_views(page: Page) -> None:
    bar = page.get_by_role("navigation", name="Views")
    bar.get_by_role("link", name="Cases").click()
    page.locator(".card a").first.click()
    expect(page.locator('.view[data-name="case"]')).to_be_visible()
    page.go_back()
    expect(page.locator('.view[data-name="cases"]')).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Your question")).to_be_visible()
    page.go_forward()
    expect(page.locator('.view[data-name="cases"]')).to_be_visible()


def test_the_views_are_reached_with_the_keyboard_alone(page: Page) -> None:
    page.get_by_role("link", name="Ask", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('.view[data-name="cases"]')).to_be_visible()
    assert "Cases" in page.title()


@phone
def test_the_bar_leads_everywhere_on_a_phone(page: Page) -> None:
    for link in page.get_by_role("navigation", name="Views").get_by_role("link").all():
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        assert overflow(page) == 0
