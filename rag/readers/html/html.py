"""The account a web page gives, without the page's furniture."""

from __future__ import annotations

import re
from collections import Counter

from rag.readers.blocks import Content
from rag.readers.decode import decode
from rag.readers.html import meta
from rag.readers.html.dom import Element, Page, names
from rag.readers.html.facts import Facts, find_facts
from rag.readers.html.furniture import drop_furniture
from rag.readers.html.hidden import drop_hidden
from rag.readers.html.lines import Line, is_data, read_lines
from rag.readers.html.parse import parse_page
from rag.types import SourceFile

_SHORT = 80  # characters; a shorter line says little about where on a page the account is
_MOST = 0.8  # the account is in the smallest element with this share of the page's prose
_LINKED = 0.7  # a line with a larger share of linked text is a pointer elsewhere
#: Elements too small to hold an account.
_PARTS = names("p ul ol dl li dt dd blockquote pre h1 h2 h3 h4 h5 h6 span a")

_MARKUP_START = re.compile(r"<!doctype html|<(?:html|head|body)[\s>]", re.IGNORECASE)
_CLOSING_TAG = re.compile(r"</(?:p|div|h[1-6]|li|ul|ol|table|tr|td|section|article|blockquote)\s*>", re.IGNORECASE)
_MARKDOWN = re.compile(r"\A---\s*$|^#{1,6} \S|^[=-]{3,}\s*$", re.MULTILINE)

_ADDRESS = re.compile(r"(?:https?://|www\.)\S")
#: A fact whose value is left open: 'Total budget: [no data entered]'.
_NOTHING_STATED = re.compile(r"[:?]\s*(?:\[[^\]]{0,60}\]|[-–—.?]*|n/?a)\s*\Z", re.IGNORECASE)


def looks_like_html(source: str) -> bool:
    """Whether a text is a web page or a piece of one, perhaps with a few lines before it."""
    if _MARKUP_START.search(source, 0, 2000):
        return True
    return len(_CLOSING_TAG.findall(source, 0, 5000)) >= 3 and not _MARKDOWN.search(source, 0, 5000)


def read_page(source: SourceFile) -> Content:
    """A page as it was saved."""
    return read_html(decode(source))


def read_html(source: str) -> Content:
    """Reads any page, however broken; one without text gives no blocks.

    ``published`` is a date the page states about itself, as worded. Fact boxes beside the account are kept, a block
    'Label: value' a fact. Warnings tell of prose that is hidden in the page.
    """
    page = parse_page(source)
    title, date, by = meta.stated_title(page), meta.published(page), meta.author(page)
    warnings = drop_hidden(page)
    facts = find_facts(page)
    drop_furniture(page, facts)
    lines = [line for line in read_lines(page, facts) if not _states_nothing(line, page)]
    account = _account(page.root, lines)
    within = set(account.subtree())
    inside = [line for line in lines if line.owner in within]
    title_line = _title_line(page, lines, inside, title)
    title = title_line.words(page) if title_line else title
    kept = {*_without_pointers(page, inside, account), *_beside(lines, within, facts)}
    return Content(tuple(line.block(page) for line in lines if line in kept), title, date, by, warnings=warnings)


def _beside(lines: list[Line], account: set[Element], facts: Facts) -> list[Line]:
    """The lines of fact boxes outside the account: facts, and headings right above them."""
    boxes = {e for box in facts.boxes if box not in account for e in box.subtree()} - account
    kept: list[Line] = []
    headings: list[Line] = []  # with nothing below them yet
    for line in lines:
        if line.owner not in boxes:
            headings = [line] if line.kind == "heading" and line.owner not in account else []
        elif line.is_fact:
            kept += (*headings[:1], *headings[1:][-1:], line)
            headings = []
        elif line.kind == "heading":
            headings.append(line)
    return kept


def _states_nothing(line: Line, page: Page) -> bool:
    return line.is_fact and bool(_NOTHING_STATED.search(line.words(page)))


def _account(root: Element, lines: list[Line]) -> Element:
    """The smallest element that holds most of the page's prose."""
    prose: Counter[Element | None] = Counter()
    for line in lines:
        prose[line.owner] += _prose(line)
    for element in reversed(list(root.elements())):
        prose[element.parent] += prose[element]
    account = root
    while True:
        inner = [child for child in account.inner if not _is_part(child)]
        heaviest = max(inner, key=lambda child: prose[child], default=None)
        if heaviest is None or prose[heaviest] < max(1, _MOST * prose[account]):
            return account
        account = heaviest


def _is_part(element: Element) -> bool:
    return element.tag in _PARTS or (element.tag == "tr" and is_data(element))


def _prose(line: Line) -> int:
    """Characters that speak for a line being part of the account."""
    unlinked = line.size - line.linked
    return unlinked if unlinked >= _SHORT and line.kind != "heading" and not line.is_fact else 0


def _title_line(page: Page, lines: list[Line], inside: list[Line], stated: str) -> Line | None:
    """The <h1> that says what the page states as its title, else the account's first, else the nearest above it."""
    first = lines.index(inside[0]) if inside else 0
    headings = [line for line in inside + lines[:first][::-1] if line.kind == "heading" and line.level == 1]
    for line in headings:
        words = line.words(page).casefold()
        if words and (words in stated.casefold() or stated.casefold() in words):
            return line
    return headings[0] if headings else None


def _without_pointers(page: Page, lines: list[Line], account: Element) -> list[Line]:
    """Drops lines that are links, but not those the account itself lists: items, lines right below a heading, sources
    given by their address."""
    kept: list[Line] = []
    below_heading = False
    for line in lines:
        is_pointer = line.linked > _LINKED * line.size and not line.is_fact
        below_heading = line.kind == "heading" or (below_heading and is_pointer)
        outer = line.owner.parent
        is_listed = outer is not None and (
            (line.kind == "item" and outer.parent is account) or (below_heading and outer is account)
        )
        if is_listed or not is_pointer or _ADDRESS.match(line.words(page)):
            kept.append(line)
    return kept
