"""Walks through every view of the page over a library in real Chromium, and checks what each shows:
``PYTHONPATH=. python tests/bench/page_tour.py --seeds DIR [--index DIR]``. Exits with 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from docx import Document as WordDocument
from playwright.sync_api import Browser, Page, sync_playwright

from rag.config import Settings
from rag.library import Library
from rag.present.fields import FIELDS
from tests.browser import ask, chromium, overflow, served
from tests.page_library import SEEDS

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SITUATION = (
    "Our district council wants residents to decide how a budget for three neighbourhoods is spent; low turnout."
)
QUESTION = "What worked to get more people to take part?"
ABSURD = "How do I land a rocket on the moon?"
VIEWS = (
    "ask",
    "cases",
    f"cases?like={SITUATION}",
    "compare",
    "lessons",
    "overview",
    "pack",
    "library",
    "tests",
    "gaps",
)
_NUMBER = re.compile(r"[\d,]+")


class WrongError(Exception):
    """What a view shows is not what it should."""


def expect(is_right: bool, what: str) -> None:
    if not is_right:
        raise WrongError(what)


def number_in(text: str) -> int:
    """The last number of a text: 'Bradford 3'."""
    return int(_NUMBER.findall(text)[-1].replace(",", ""))


def open_view(page: Page, view: str) -> None:
    page.evaluate("hash => { location.hash = hash; }", view)
    page.locator(f'.view[data-name="{view.partition("?")[0]}"]').wait_for()
    page.wait_for_function(
        "() => ![...document.querySelectorAll('.view:not([hidden]) .waiting')].some(e => e.offsetParent)"
    )
    page.wait_for_timeout(150)


def cases_listed(page: Page) -> int:
    """How many cases the view of cases says it found."""
    told = page.locator(".cases-view .count").inner_text()
    return int(_NUMBER.findall(told)[0].replace(",", ""))


def cards(page: Page) -> str:
    open_view(page, "cases")
    links = page.locator(".cards a[href^='#case?']")
    addresses = [link.get_attribute("href") or "" for link in links.all()[:6]]
    opened = 0
    for address in addresses:
        open_view(page, address[1:])
        told = page.locator(".case-view").inner_text()
        expect(all(label in told for _, label in FIELDS), f"{address}: a field is missing")
        for value in page.locator(".case-view button.value").all()[:4]:
            value.click()
            page.wait_for_timeout(300)  # what was open stays until the next is there
            page.locator(".source mark").first.wait_for()
            marked = " ".join(" ".join(page.locator(".source mark").all_inner_texts()).split())
            words = " ".join(value.inner_text().split()).strip("“” ")
            expect(marked[:20] in words or words[:20] in marked, f"{address}: {words[:60]!r} opens {marked[:60]!r}")
            opened += 1
        if page.locator(".source [data-close]").is_visible():
            page.locator(".source [data-close]").click()
    return f"{len(addresses)} cards, {opened} values opened at their words"


def strengths(page: Page) -> str:
    open_view(page, "cases?outcome=measured")
    chips = page.locator(".cards > li .strength .chip")
    shown = {chip.get_attribute("data-strength") for chip in chips.all()}
    expect(shown <= {"measured"}, f"outcome=measured shows {shown}")
    return f"{cases_listed(page)} measured"


def filters(page: Page) -> str:
    open_view(page, "cases")
    page.locator(".cases-view .facets input").first.wait_for(state="attached")
    values = page.locator(".cases-view .facets label:has(input)").all()
    offered = [(label.locator("input").get_attribute("name"), label.locator("input").get_attribute("value"),
                label.locator(".n").text_content() or "0") for label in values]  # fmt: skip
    tried = offered[:: max(1, len(offered) // 12)]
    for kind, value, number in tried:
        page.evaluate("([k, v]) => { location.hash = 'cases?' + new URLSearchParams([[k, v]]); }", [kind, value])
        page.wait_for_timeout(400)
        expect(
            cases_listed(page) == number_in(number), f"{kind} {value}: {number_in(number)}, opens {cases_listed(page)}"
        )
    return f"{len(tried)} of {len(offered)} values find as many cases as they say"


def precedents(page: Page) -> str:
    open_view(page, f"cases?like={SITUATION}")
    found = page.locator(".cards > li").count()
    rows = page.locator(".cards table tbody tr").count()
    expect(found > 0 and rows >= found, "no precedents, or without what matches")
    return f"{found} cases, {rows} aspects"


def comparison(page: Page) -> str:
    open_view(page, "cases")
    for button in page.locator(".cards [data-compare]").all()[:3]:
        button.click()
    open_view(page, "compare")
    page.locator(".compare-view table").wait_for()
    columns = page.locator(".compare-view thead th").count() - 1
    expect(columns == 3, f"{columns} columns")
    page.locator(".compare-view td [data-source]").first.click()
    page.locator(".source mark").first.wait_for()
    page.locator(".source [data-close]").click()
    return "3 cases side by side, a cell opened"


def lessons(page: Page) -> str:
    shown = []
    for show in ("barrier", "lesson"):
        open_view(page, f"lessons?show={show}")
        page.wait_for_timeout(300)
        quotes = page.locator(".lessons-view blockquote").count()
        expect(page.locator(".lessons-view li a[href^='#case?']").count() >= quotes, "a sentence without its case")
        shown.append(f"{quotes} {show}s")
    return "; ".join(shown)


def pack(page: Page) -> str:
    open_view(page, "cases")
    page.locator(".cards [data-collect]").first.click()
    open_view(page, "pack")
    page.locator(".pack-view .items > li").first.wait_for()
    saved = []
    for name in ("Word", "Markdown", "Spreadsheet (CSV)", "BibTeX", "RIS"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        path = Path(download.value.path())
        expect(path.stat().st_size > 100, f"{name} is empty")
        if name == "Word":
            expect(len(WordDocument(str(path)).paragraphs) > 5, "the Word document holds nothing")
        saved.append(name)
    return ", ".join(saved)


def glance(page: Page) -> str:
    open_view(page, "overview")
    page.locator(".overview-view svg").first.wait_for()
    links = page.locator(".overview-view :is(td, li) a[href^='#cases?']").all()
    told = [(link.get_attribute("href") or "", link.text_content() or "") for link in links]
    tried = [(href, text) for href, text in told if _NUMBER.search(text)][:: max(1, len(told) // 15)]
    for address, text in tried:
        page.evaluate("hash => { location.hash = hash; }", address[1:])
        page.wait_for_timeout(400)
        expect(cases_listed(page) == number_in(text), f"{address}: {text!r} opens {cases_listed(page)}")
    return f"{len(tried)} of {len(told)} numbers open as many cases"


def gaps(page: Page) -> str:
    open_view(page, "ask")
    ask(page, ABSURD)
    page.wait_for_timeout(500)
    open_view(page, "gaps")
    expect(ABSURD in page.locator(".gaps-view").inner_text(), "a refused question is not listed")
    return "a refused question is listed"


def answers(page: Page) -> str:
    open_view(page, "ask")
    ask(page, QUESTION)
    page.locator(".turn .status").last.wait_for()
    return page.locator(".turn .status").last.inner_text()


CHECKS: tuple[tuple[str, Callable[[Page], str]], ...] = (
    ("answers", answers),
    ("1 case cards", cards),
    ("2 strength of outcome", strengths),
    ("3 filters", filters),
    ("4 precedent search", precedents),
    ("5 compare", comparison),
    ("6 what didn't work", lessons),
    ("7 evidence pack", pack),
    ("8 at a glance", glance),
    ("9 gaps", gaps),
)


@contextmanager
def opened(browser: Browser, address: str, width: int, scheme: str) -> Iterator[tuple[Page, list[str]]]:
    """The page, and what it asked of other machines or threw."""
    context = browser.new_context(
        viewport={"width": width, "height": 860},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda sent: faults.append(sent.url) if _is_elsewhere(sent.url) else None)
    page.goto(address)
    page.get_by_label("Your question").wait_for()
    yield page, faults
    context.close()


def _is_elsewhere(url: str) -> bool:
    return not url.startswith(("data:", "blob:", "about:")) and urlsplit(url).hostname != "127.0.0.1"


def tour(address: str) -> bool:
    """Whether all is right; prints what each check saw."""
    right = True
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        with opened(browser, address, 1280, "light") as (page, faults):
            for name, check in CHECKS:
                try:
                    print(f"{name:24} {check(page)}", flush=True)
                except WrongError as wrong:
                    right = False
                    print(f"{name:24} WRONG: {wrong}", flush=True)
            painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            print(f"first content            {painted:.0f} ms; outside requests and errors: {faults or 'none'}")
            right &= not faults
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                with opened(browser, address, width, scheme) as (page, faults):
                    found = list(violations(page))
                    print(f"10 {width} {scheme:18} {found or 'no violations'}; {faults or 'no errors'}", flush=True)
                    right &= not found and not faults
        browser.close()
    return right


def violations(page: Page) -> Iterator[str]:
    """What axe-core finds wrong with the views, and those that scroll sideways."""
    for view in VIEWS:
        open_view(page, view)
        for violation in Axe().run(page, options=RULES).response["violations"]:
            yield f"{view}: {violation['id']}: {violation['nodes'][0]['target']}"
        if overflow(page):
            yield f"{view}: scrolls sideways"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=Path, default=SEEDS, metavar="DIR")
    parser.add_argument("--index", type=Path, metavar="DIR")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder)
        library = Library.open(Settings(options.seeds, options.index or kept / "index", gaps=kept / "gaps.jsonl"))
        with served(library, kept / "questions.jsonl") as address:
            right = tour(address)
        library.close()
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
