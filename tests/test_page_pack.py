"""The evidence pack in a real browser: collecting anywhere on the page, the view, and the files."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx.api import Document as OpenWord
from playwright.sync_api import Locator, Page, expect

from tests.browser import Stage, contrast, overflow, phone
from tests.page_library import ABSURD, ANTENATAL, BETTER_HEALTH, COVENTRY, HOSTILE, VISITS, WORSHIP, CannedLibrary

Item = dict[str, Any]


@pytest.fixture(scope="module")
def library() -> CannedLibrary:
    return CannedLibrary()


@pytest.fixture(scope="module")
def address(stage: Stage, library: CannedLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stage.serving(library, tmp_path_factory.mktemp("pack") / "questions.jsonl") as address:
        yield address


@pytest.fixture(scope="module")
def visits(library: CannedLibrary) -> Item:
    start = library.snapshot.document(COVENTRY).text.index(VISITS)
    return {"kind": "quote", "source": COVENTRY, "spans": f"{start}-{start + len(VISITS)}"}


BROMLEY: Item = {"kind": "case", "case": "bromley"}
STRANGE: Item = {"kind": "quote", "source": HOSTILE, "spans": "0-14"}
LOST: Item = {"kind": "quote", "source": "gone.txt", "spans": "0-14"}


def offer(page: Page, item: Item, label: str) -> Locator:
    """A button that collects ``item``, among the conversation, as other parts of the page make them."""
    page.evaluate(
        """([item, label]) => {
          const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
          button.dataset.collect = item;
          button.setAttribute("aria-label", `${label}: it`);
          document.querySelector(".precedent .log").append(button);
        }""",
        [json.dumps(item), label],
    )
    return page.locator(".log [data-collect]").last


def fill(page: Page, *items: Item, unanswered: tuple[Item, ...] = ()) -> None:
    """Puts items into the pack and opens it."""
    basket = {"title": "", "purpose": "", "items": items, "unanswered": unanswered}
    page.evaluate("kept => localStorage.setItem('precedent.pack', kept)", json.dumps(basket))
    page.evaluate("location.hash = 'pack'")
    page.reload()
    page.locator(".pack-view .items > li, .pack-view .unanswered").first.wait_for()


def told(page: Page, question: str, status: str, *filters: list[str]) -> None:
    """A turn of the conversation says how a question was answered."""
    answer = {"kind": "answer", "question": question, "searched": question, "status": status, "filters": filters}
    page.evaluate(
        """collected => {
          const button = Object.assign(document.createElement("button"), { type: "button" });
          button.dataset.collect = collected;
          const turn = document.createElement("article");
          turn.append(button);
          document.querySelector(".precedent .log").append(turn);
          document.querySelector(".precedent").dispatchEvent(new CustomEvent("answered", { detail: { turn } }));
        }""",
        json.dumps({**answer, "quotes": []}),
    )


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("JSON.parse(localStorage.getItem('precedent.pack'))")
    return found


def headings(page: Page) -> list[str]:
    return page.locator(".pack-view .items h3").all_inner_texts()


def save(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as saving:
        page.get_by_role("button", name=label, exact=True).click()
    path = folder / saving.value.suggested_filename
    saving.value.save_as(path)
    return path


def test_a_button_anywhere_puts_in_and_takes_out(page: Page, visits: Item) -> None:
    button = offer(page, visits, "Add to the pack")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    expect(button).to_have_text("In the pack")
    expect(button).to_have_accessible_name("In the pack: it")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    count = page.locator('.bar nav a[href="#pack"] .count')
    expect(count).to_have_text("1")
    expect(page.locator(".pack-news")).to_have_text("Added to the evidence pack. It holds 1 item.")
    expect(offer(page, visits, "Another")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("JSON.parse(localStorage.getItem('precedent.pack')).items[0].seals?.[0].length === 16")
    page.reload()
    expect(count).to_have_text("1")
    button = offer(page, visits, "Add to the pack")
    button.click()
    expect(button).to_have_text("Add to the pack")
    expect(count).to_be_empty()
    assert kept(page)["items"] == []


def test_an_empty_pack_says_how_to_fill_it(page: Page) -> None:
    page.get_by_role("link", name="Evidence pack").click()
    expect(page.get_by_text("There is nothing in the pack yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Word", exact=True)).to_be_hidden()


def test_items_are_moved_noted_removed_and_put_back(page: Page, visits: Item) -> None:
    fill(page, BROMLEY, visits, LOST)
    first, second, third = headings(page)
    assert (first, third) == ("Bromley: late booking into antenatal services", "A quote that was collected")
    expect(page.get_by_text("‘gone.txt’ is not in the library any more.")).to_be_visible()
    page.get_by_label("Notes on Case").fill("Ring them")
    page.locator("[data-at='0'] summary").click()
    down = page.get_by_role("button", name=f"Move down: Case: {first}")
    down.press("Enter")
    expect(page.locator("[data-at='1'] h3")).to_have_text(first)
    expect(page.get_by_role("button", name=f"Move down: Case: {first}")).to_be_focused()
    expect(page.locator("[data-at='1'] details")).to_have_attribute("open", "")
    expect(page.get_by_label("Notes on Case")).to_have_value("Ring them")
    page.get_by_role("button", name=f"Remove: Case: {first}").click()
    expect(page.locator(".pack-view .items > li")).to_have_count(2)
    assert headings(page) == [second, third]
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".pack-view .items > li")).to_have_count(3)
    expect(page.get_by_label("Notes on Case")).to_have_value("Ring them")
    page.get_by_role("button", name="Remove everything").click()
    expect(page.get_by_text("There is nothing in the pack yet.")).to_be_visible()


def test_putting_back_keeps_what_was_collected_since(page: Page, visits: Item) -> None:
    refused = {"question": ABSURD, "status": "none", "left": ""}
    fill(page, BROMLEY, LOST, unanswered=(refused,))
    page.get_by_label("Title of your paper").fill("Ours")
    page.get_by_role("button", name="Remove: Quote").click()
    expect(page.locator(".pack-view .items > li")).to_have_count(1)
    page.get_by_label("Notes on Case").fill("Since")
    offer(page, visits, "Add").dispatch_event("click")
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".pack-view .items > li")).to_have_count(3)
    assert [item["kind"] for item in kept(page)["items"]] == ["case", "quote", "quote"]
    assert [item.get("source") for item in kept(page)["items"]] == [None, "gone.txt", COVENTRY]
    assert kept(page)["items"][0]["note"] == "Since"
    page.get_by_role("button", name="Remove everything").click()
    expect(page.get_by_text("There is nothing in the pack yet.")).to_be_visible()
    offer(page, STRANGE, "Add").dispatch_event("click")
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".pack-view .items > li")).to_have_count(4)
    assert [item.get("source") for item in kept(page)["items"]] == [None, "gone.txt", COVENTRY, HOSTILE]
    assert (kept(page)["title"], len(kept(page)["unanswered"])) == ("Ours", 1)


def test_whoever_stops_the_keeping_of_questions_is_kept_none_of(page: Page) -> None:
    page.evaluate("localStorage.setItem('precedent.gaps', 'off')")
    told(page, ABSURD, "none")
    assert kept(page)["unanswered"] == []
    page.evaluate("localStorage.removeItem('precedent.gaps')")
    told(page, ABSURD, "none")
    assert [asked["question"] for asked in kept(page)["unanswered"]] == [ABSURD]


def test_a_quote_opens_its_source(page: Page, visits: Item) -> None:
    fill(page, visits)
    page.locator(".pack-view summary").first.click()
    page.locator(".pack-view .cite").click()
    expect(page.locator(".source mark").first).to_contain_text("visiting places of worship")


def test_refused_questions_are_listed_until_answered(page: Page) -> None:
    told(page, ABSURD, "none")
    told(page, WORSHIP, "closest", ["place", "Luton"], ["community", "Women"])
    told(page, ANTENATAL, "answered")
    told(page, ABSURD, "none")
    page.get_by_role("link", name="Evidence pack").click()
    boxes = page.locator(".pack-view .unanswered label")
    expect(boxes).to_have_text(
        [f"{WORSHIP} (Limited to Place: Luton; For whom: Women) (only loosely related precedents were found)", ABSURD]
    )
    page.get_by_label(ABSURD).uncheck()
    page.reload()
    expect(page.get_by_label(ABSURD)).not_to_be_checked()
    told(page, WORSHIP, "answered", ["community", "Women"], ["place", "Luton"])
    assert [asked["question"] for asked in kept(page)["unanswered"]] == [ABSURD]


def test_files_hold_what_is_in_the_pack(page: Page, visits: Item, tmp_path: Path) -> None:
    left_out = {"question": "Left out?", "status": "none", "left": "yes"}
    refused = {"question": ABSURD, "status": "none", "left": ""}
    quotes = [{"source": BETTER_HEALTH, "spans": "0-20"}]
    answer = {"kind": "answer", "question": ANTENATAL, "status": "answered", "filters": [], "quotes": quotes}
    fill(page, answer, BROMLEY, visits, unanswered=(refused, left_out))
    page.get_by_label("Title of your paper").fill("My case")
    word = save(page, "Word", tmp_path)
    assert word.name.startswith("my-case-20")
    document = OpenWord(io.BytesIO(word.read_bytes()))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "My case"
    assert f"1. {ANTENATAL}" in texts
    assert any(VISITS in text for text in texts)
    assert ABSURD in texts
    assert "Left out?" not in texts
    markdown = save(page, "Markdown", tmp_path).read_text(encoding="utf-8")
    assert VISITS in markdown
    assert save(page, "Spreadsheet (CSV)", tmp_path).read_bytes().startswith(b"\xef\xbb\xbfItem,Kind")
    assert save(page, "BibTeX", tmp_path).read_text(encoding="utf-8").count("@misc{") == 2
    assert save(page, "RIS", tmp_path).read_text(encoding="utf-8").count("ER  - ") == 2
    expect(page.locator(".pack-view .saying")).to_contain_text(".ris")


def test_copying_gives_rich_and_plain_text(page: Page, visits: Item) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fill(page, visits)
    page.get_by_role("button", name="Copy all").click()
    expect(page.locator(".pack-view .saying")).to_have_text("Copied: paste it into your document.")
    read = """async type => (await (await navigator.clipboard.read())[0].getType(type)).text()"""
    assert VISITS in page.evaluate(read, "text/plain")
    assert "<blockquote" in page.evaluate(read, "text/html")


def test_words_that_changed_are_not_shown(page: Page, visits: Item) -> None:
    fill(page, {**visits, "seals": ["0" * 16]})
    expect(page.locator(".pack-view .warning")).to_contain_text("no longer stand where they stood")
    expect(page.get_by_text(VISITS)).to_have_count(0)


def test_whatever_is_stored_the_page_works(page: Page) -> None:
    page.get_by_role("link", name="Evidence pack").click()
    for stored in ("{", "null", "[]", '{"items": 5}', '{"items": [{"kind": "answer", "filters": ""}, null, 5]}'):
        page.evaluate("kept => localStorage.setItem('precedent.pack', kept)", stored)
        page.reload()
        expect(page.locator(".pack-view :is(.empty, .items):visible")).to_have_count(1)


@phone
def test_it_fits_a_phone_and_can_be_read(page: Page, visits: Item) -> None:
    fill(page, BROMLEY, visits, STRANGE, LOST)
    for summary in page.locator(".pack-view summary").all():
        summary.click()
    assert overflow(page) == 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for selector in (".pack-view .reference", ".pack-view .warning", ".pack-view .blank", ".pack-view .purpose"):
            assert contrast(page, selector) >= 4.5
    for button in page.locator(".pack-view button:visible:not(.words):not(.link)").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
