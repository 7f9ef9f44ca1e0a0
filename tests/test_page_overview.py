"""The library at a glance, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from rag.types import Case, Facet, FacetKind
from tests.browser import Stage, contrast, overflow, phone
from tests.page_library import BETTER_HEALTH, COVENTRY, CannedLibrary

dark = pytest.mark.parametrize("page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)

#: Places with the numbers of their cases.
PLACES = {"Bradford": 12, "Liverpool": 5, "Bromley": 2, "Camden": 1, "Brazil": 3, "Nowhereham": 1}


class GlanceLibrary(CannedLibrary):
    """Cases in several places, of fourteen topics for two communities, over five years."""

    def cases(self) -> list[Case]:
        def told(kind: FacetKind, value: str, *labels: str) -> Facet:
            return Facet(kind, value, 0, 9, labels)

        cases = []
        for place, number in PLACES.items():
            for n in range(number):
                topic, year = f"Topic {n % 14:02}", str(2004 + n % 5)
                facets = [told("place", place), told("topic", topic), told("period", year, year)]
                facets.append(told("community", "Women" if place == "Bradford" else "Farmers"))
                facets += [told("deed", "done"), told("outcome", "measured")][: 1 + (n == 0)]
                doc = COVENTRY if place == "Brazil" else BETTER_HEALTH
                cases.append(Case(f"{place}-{n}", doc, f"{place} {n}", ((0, 9),), tuple(facets)))
        diabetes = (told("topic", "Diabetes"), told("community", "Women"))
        return [*cases, *(Case(f"d{n}", COVENTRY, f"Diabetes {n}", ((0, 9),), diabetes) for n in range(10))]


@pytest.fixture(scope="module")
def address(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    questions: Path = tmp_path_factory.mktemp("questions") / "questions.jsonl"
    with stage.serving(GlanceLibrary(), questions) as address:
        yield address


def glance(page: Page) -> Locator:
    page.evaluate("location.hash = '#overview'")
    page.locator(".glance .totals").wait_for()
    return page.locator(".glance")


def circle(page: Page, name: str) -> Locator:
    return page.locator("svg a").filter(has=page.locator("circle")).and_(page.get_by_label(name, exact=True))


def test_numbers_lead_to_the_cases_behind_them(page: Page) -> None:
    shown = glance(page)
    expect(shown.locator(".totals")).to_contain_text("2004–2008")
    cell = shown.get_by_role("link", name="Diabetes, Women: 10 cases")
    expect(cell).to_have_text("10")
    cell.click()
    assert page.evaluate("location.hash") == "#cases?topic=Diabetes&community=Women"
    expect(page.locator(".cases-view .card")).to_have_count(10)
    page.go_back()
    shown.get_by_role("link", name="Measured 6 cases").click()
    expect(page.locator(".cases-view .card")).to_have_count(6)
    page.go_back()
    shown.get_by_role("link", name="2008 3 cases").click()
    expect(page.locator(".cases-view .card")).to_have_count(3)


def test_the_map_by_keyboard(page: Page) -> None:
    shown = glance(page)
    expect(circle(page, "Bradford: 12 cases")).to_be_visible()
    home, world = shown.get_by_label("British Isles", exact=True), shown.get_by_label("The world", exact=True)
    expect(home.first).to_be_checked()
    home.first.focus()
    page.keyboard.press("ArrowRight")
    expect(world.first).to_be_checked()
    expect(circle(page, "Bradford: 12 cases")).to_be_hidden()
    expect(circle(page, "United Kingdom: 20 cases")).to_be_visible()
    circle(page, "Brazil: 3 cases").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cases-view .card")).to_have_count(3)
    page.go_back()
    expect(world.first).to_be_checked()


def test_places_lie_where_they_are(page: Page) -> None:
    glance(page)
    at = {
        name: centre(circle(page, f"{name}: {number} cases"))
        for name, number in (("Bradford", 12), ("Liverpool", 5), ("London", 3))
    }
    assert at["Liverpool"][0] < at["Bradford"][0] < at["London"][0]
    assert at["Bradford"][1] < at["Liverpool"][1] < at["London"][1]
    land = page.locator("[data-map=british-isles] .land")
    inside = """(land, [x, y]) => {
      const at = new DOMPoint(x, y).matrixTransform(land.getScreenCTM().inverse());
      return land.isPointInFill(at);
    }"""
    assert all(land.evaluate(inside, place) for place in at.values())
    assert not land.evaluate(inside, [at["London"][0] + 120, at["Bradford"][1]])  # the North Sea
    expect(page.locator(".placed")).to_contain_text("1 place not on the map")


def centre(part: Locator) -> list[float]:
    box = part.locator(".dot").bounding_box()
    assert box
    return [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]


def test_rarer_topics_are_shown_when_asked_for(page: Page) -> None:
    shown = glance(page)
    rows = shown.locator(".heat tbody tr:visible")
    expect(rows).to_have_count(12)
    button = shown.get_by_role("button", name="Show all: 13 topics by 2 communities")
    button.press("Enter")
    expect(rows).to_have_count(13)
    expect(shown.get_by_role("button", name="Show fewer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(12)


def test_coming_back_leaves_it_as_it_was(page: Page) -> None:
    shown = glance(page)
    shown.locator("[data-whole]").click()
    page.evaluate("location.hash = '#cases'")
    page.locator(".cases-view .card").first.wait_for()
    page.go_back()
    expect(shown.locator(".heat tbody tr:visible")).to_have_count(13)


@dark
def test_every_shade_can_be_read(page: Page) -> None:
    glance(page)
    for number in range(5):
        assert contrast(page, f".legend [data-shade='{number}']") >= 4.5, number
    for selector in (".heat [data-shade='4'] a", ".totals dt", ".columns .year", ".areas .n", "figcaption"):
        assert contrast(page, selector) >= 4.5, selector


@phone
def test_on_a_phone_only_the_wide_parts_scroll(page: Page) -> None:
    shown = glance(page)
    assert overflow(page) == 0
    head = shown.locator(".heat tbody th").first
    before = head.bounding_box()
    table = shown.get_by_role("region", name="Topics by community")
    table.evaluate("table => { table.style.width = '200px'; table.scrollLeft = 80; }")
    after = head.bounding_box()
    assert before and after
    assert after["x"] == pytest.approx(before["x"], abs=3)
    for small in shown.locator(":is(.areas, .bars, .heat, .columns) a:visible").all():
        box = small.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24, small.inner_text()
