"""Takes the README's pictures of the page: ``python -m tests.bench.screenshot``, written to .github/."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

from rag.config import Settings
from rag.library import Library
from rag.web.page import EXAMPLES
from tests.browser import ask, chromium, served
from tests.page_library import SEEDS

PICTURE = Path(__file__).resolve().parents[2] / ".github" / "page.png"
LIBRARY = "library.png"  # the second picture, beside it
SITUATION = "Rural district, farmers who never see a doctor, a livestock market every week, one outreach nurse."
BROMLEY, LIVERPOOL = "001_3599fcccaf629e3b.txt%234", "004_ba27d4ad9cf846b9.txt%234"
#: The other pictures: address of the view, and what it shows once it is there.
VIEWS = {
    "precedents.png": (f"cases?like={quote(SITUATION)}", ".cards > li"),
    "compare.png": (f"compare?case={BROMLEY}&case={LIVERPOOL}", ".compare-view table"),
    "lessons.png": ("lessons?show=lesson", ".lessons-view blockquote"),
    "overview.png": ("overview", ".overview-view svg"),
    "pack.png": ("pack", ".pack-view .items > li"),
    "gaps.png": ("gaps", ".gaps-view table"),
}
ON_PHONE = {"case-phone.png": (f"case?id={LIVERPOOL}", ".case-view [data-source]")}
REFUSED = "What worked to raise bowel screening among farmers?", "How do I land a rocket on the moon?"
SHOWN = "a pharmacy campaign"  # words of the citation that is opened


def take(address: str, picture: Path) -> None:
    """The flagship answer at ``address`` with a citation opened beside it, and the library; 1280 x 800, light."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        page.goto(address)
        page.get_by_label("Your question").wait_for()
        ask(page, EXAMPLES[0])
        page.locator("blockquote", has_text=SHOWN).get_by_role("button").click()
        page.locator("#cited").wait_for()
        page.get_by_label("Your question").evaluate("box => box.blur()")
        page.wait_for_timeout(300)  # fonts and scrolling settle
        picture.parent.mkdir(exist_ok=True)
        page.screenshot(path=picture)
        page.get_by_role("button", name="Close").click()
        page.get_by_role("link", name="Library").click()
        page.locator(".files .row").first.wait_for()
        page.screenshot(path=picture.with_name(LIBRARY))
        page.get_by_role("link", name="Ask").click()
        page.get_by_role("button", name="Add to evidence pack").first.click()
        for question in REFUSED:
            ask(page, question)
        for name, (view, shown) in VIEWS.items():
            _take_view(page, view, shown, picture.with_name(name))
        page.set_viewport_size({"width": 390, "height": 800})
        for name, (view, shown) in ON_PHONE.items():
            _take_view(page, view, shown, picture.with_name(name))
        browser.close()


def _take_view(page: Page, view: str, shown: str, picture: Path) -> None:
    page.evaluate("hash => { location.hash = hash; }", view)
    page.locator(shown).first.wait_for()
    page.wait_for_timeout(300)
    page.screenshot(path=picture)


def main(argv: Sequence[str] | None = None) -> None:
    """Serves the page over the seeds on a free loopback port and takes its picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path, default=PICTURE, help="file to write (default: %(default)s)")
    picture = parser.parse_args(argv).picture
    picture = picture.resolve()
    with tempfile.TemporaryDirectory() as index, chdir(index):
        library = Library.open(Settings(SEEDS, Path(index), gaps=Path("gaps.jsonl")))
        with served(library, Path(index) / "questions.jsonl") as address:
            take(address, picture)
        library.close()
    print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
