"""The page in a real, headless Chromium: fixtures (see conftest.py) and what tests do there."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

from rag.library import Library
from rag.web.app import build_page, launch, page_calling
from rag.web.calls import Reply, ServerFunction
from rag.web.server import server_functions

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


#: How long something that is to come is waited for, in milliseconds: long enough for a machine with much else to do.
WAIT = 60_000
expect.set_options(timeout=WAIT)


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Stage:
    """One running page; which library stands behind it is changed from test to test."""

    def __init__(self, token: str = "stage") -> None:
        self._token = token
        self._functions: dict[str, ServerFunction] = {}
        self._address = ""

    @contextmanager
    def serving(self, library: Library, questions: Path) -> Iterator[str]:
        """The address of the page, over ``library`` and a file of test questions for as long as the context lasts."""
        before = self._functions
        self._functions = {each.__name__: each for each in server_functions(library, questions, self._token)}
        self._address = self._address or self._launched()
        yield self._address
        self._functions = before

    def close(self) -> None:
        """Stops the server."""
        if self._address:
            self._page.close(verbose=False)

    def _launched(self) -> str:
        self._page = page_calling([self._called(name) for name in self._functions], self._token)
        return launch(self._page, "127.0.0.1", free_port())

    def _called(self, name: str) -> ServerFunction:
        def called(payload: Any) -> Reply:
            return self._functions[name](payload)

        called.__name__ = name
        return called


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The page that tests put their libraries behind: Gradio starts once."""
    stage = Stage()
    yield stage
    stage.close()


@contextmanager
def served(library: Library, questions: Path) -> Iterator[str]:
    """The address of a page over ``library`` and a file of test questions, for as long as the context lasts."""
    page = build_page(library, questions)
    yield launch(page, "127.0.0.1", free_port())
    page.close(verbose=False)


def chromium(playwright: Playwright) -> Browser:
    """The installed Chromium or Chrome; the environment variable CHROMIUM names another one.

    The headless shell comes first: without windows of its own a page opens in half the time.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    try:
        if found:
            return playwright.chromium.launch(executable_path=found, args=list(QUIET))
        return playwright.chromium.launch(channel="chrome", args=list(QUIET))
    except Error as error:
        raise RuntimeError("no Chromium found: run 'apt-get install chromium', or set CHROMIUM to its path") from error


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(params=[{}], ids=["desk"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The page at ``address`` (a fixture of the test file) as it opens.

    Whatever a test does, nothing is requested from elsewhere and no script fails.
    """
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}} | request.param)
    context.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1; };")
    page = context.new_page()
    page.set_default_timeout(WAIT)
    requested: list[str] = []
    failures: list[str] = []
    page.on("request", lambda sent: requested.append(sent.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(address)
    page.get_by_label("Your question").wait_for()
    yield page
    hosts = {urlsplit(url).hostname for url in requested if not url.startswith(("data:", "blob:", "about:"))}
    assert hosts == {"127.0.0.1"}
    assert failures == []
    assert page.evaluate("window.hits") == 0
    context.close()


phone = pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)


def ask(page: Page, question: str) -> None:
    """Types the question and waits for its reply."""
    turns = page.locator(".turn").count()
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    page.locator(".turn").nth(turns).locator(".reply").wait_for()


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def seen_in_panel(page: Page) -> bool:
    """Whether the first highlighted words stand within the visible part of the source."""
    inside = """() => {
      const mark = document.querySelector('#cited').getBoundingClientRect();
      const text = document.querySelector('.source .text').getBoundingClientRect();
      return mark.top >= text.top && mark.bottom <= Math.min(text.bottom, innerHeight)
        && mark.left >= 0 && mark.right <= innerWidth;
    }"""
    return bool(page.evaluate(inside))


def contrast(page: Page, selector: str) -> float:
    """WCAG contrast of the first element's text with what lies behind it."""
    behind = """e => {
      const text = getComputedStyle(e).color;
      while (e && getComputedStyle(e).backgroundColor === 'rgba(0, 0, 0, 0)') e = e.parentElement;
      return [text, getComputedStyle(e ?? document.body).backgroundColor];
    }"""
    darker, lighter = sorted(luminance(colour) for colour in page.locator(selector).first.evaluate(behind))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """WCAG relative luminance of a CSS colour, rgb(...)."""
    channels = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
