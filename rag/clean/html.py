"""The account a web page gives, without the page's furniture."""

from __future__ import annotations

import html
import re
from collections import Counter

from rag.clean.blocks import Content
from rag.clean.dom import Element, Page, names, parse_page
from rag.clean.furniture import drop_furniture
from rag.clean.lines import Line, read_lines

_SHORT = 80  # characters; a shorter line says little about where on a page the account is
_MOST = 0.8  # the account is in the smallest element with this share of the page's prose
_LINKED = 0.7  # a line with a larger share of linked text is a pointer elsewhere
#: Elements too small to hold an account.
_PARTS = names("p ul ol dl li dt dd blockquote pre tr h1 h2 h3 h4 h5 h6 span a")

_MARKUP_START = re.compile(r"<!doctype html|<(?:html|head|body)[\s>]", re.IGNORECASE)
_CLOSING_TAG = re.compile(r"</(?:p|div|h[1-6]|li|ul|ol|table|tr|td|section|article|blockquote)\s*>", re.IGNORECASE)
_MARKDOWN = re.compile(r"\A---\s*$|^#{1,6} \S|^[=-]{3,}\s*$", re.MULTILINE)

_SITE_NAME = re.compile(r"\s+(?:[|–—»·-]|::)\s+[^|–—»·]*$")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    rf"(?:[A-Z][a-z]{{2,8}},?\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}"
    rf"|{_MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?\d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})"
)
_STATED_DATE = re.compile(
    r"\b(?:(?:[Pp]age |[Cc]ontent )?[Ll]ast (?:revised|updated|modified|reviewed|changed|edited)"
    rf"|Published|Updated|Posted|Date published|Publication date)(?: on)?\s*:?\s+{_DATE}"
)
_DATE_NAMES = frozenset(
    ("article:published_time", "datepublished", "dc.date", "dcterms.issued", "dcterms.date", "date")
)


def looks_like_html(source: str) -> bool:
    """Whether a text is a web page or a piece of one, perhaps with a few lines before it."""
    if _MARKUP_START.search(source, 0, 2000):
        return True
    return len(_CLOSING_TAG.findall(source, 0, 5000)) >= 3 and not _MARKDOWN.search(source, 0, 5000)


def read_html(source: str) -> Content:
    """Reads any page, however broken; one without text gives no blocks.

    ``published`` is a date the page states about itself, as worded.
    """
    page = parse_page(source)
    stated_title, published = _stated_title(page), _published(page)
    drop_furniture(page)
    lines = read_lines(page)
    account = _account(page.root, lines)
    within = {id(element) for element in (account, *account.elements())}
    inside = [line for line in lines if id(line.owner) in within]
    title_line = _title_line(page, lines, inside, stated_title)
    title = title_line.words(page) if title_line else stated_title
    kept = _without_pointers(inside, account)
    return Content(tuple(line.block(page) for line in kept), title, published)


def _account(root: Element, lines: list[Line]) -> Element:
    """The smallest element that holds most of the page's prose."""
    prose: Counter[int] = Counter()
    for line in lines:
        prose[id(line.owner)] += _prose(line)
    for element in reversed(list(root.elements())):
        prose[id(element.parent)] += prose[id(element)]
    account = root
    while True:
        inner = [child for child in account.children if isinstance(child, Element) and child.tag not in _PARTS]
        heaviest = max(inner, key=lambda child: prose[id(child)], default=None)
        if heaviest is None or prose[id(heaviest)] < max(1, _MOST * prose[id(account)]):
            return account
        account = heaviest


def _prose(line: Line) -> int:
    """Characters that speak for a line being part of the account."""
    unlinked = line.size - line.linked
    return unlinked if unlinked >= _SHORT and line.kind != "heading" else 0


def _title_line(page: Page, lines: list[Line], inside: list[Line], stated: str) -> Line | None:
    """The <h1> that says what the page states as its title, else the account's first, else the nearest above it."""
    first = lines.index(inside[0]) if inside else 0
    headings = [line for line in inside + lines[:first][::-1] if line.kind == "heading" and line.level == 1]
    for line in headings:
        words = line.words(page).casefold()
        if words and (words in stated.casefold() or stated.casefold() in words):
            return line
    return headings[0] if headings else None


def _without_pointers(lines: list[Line], account: Element) -> list[Line]:
    """Drops lines that are links, but not those the account itself lists: items, and lines right below a heading."""
    kept: list[Line] = []
    below_heading = False
    for line in lines:
        is_pointer = line.linked > _LINKED * line.size
        below_heading = line.kind == "heading" or (below_heading and is_pointer)
        outer = line.owner.parent
        is_listed = outer is not None and (
            (line.kind == "item" and outer.parent is account) or (below_heading and outer is account)
        )
        if is_listed or not is_pointer:
            kept.append(line)
    return kept


def _stated_title(page: Page) -> str:
    """og:title, else <title> without the site's name."""
    titles = {"": "", "title": ""}
    for element in page.root.elements():
        if element.tag == "meta" and element.attributes.get("property") == "og:title":
            titles.setdefault("og", element.attributes.get("content", ""))
        elif element.tag == "title" and not titles["title"]:
            titles["title"] = _SITE_NAME.sub("", page.text(element))
    return " ".join((titles.get("og") or titles["title"]).split())


def _published(page: Page) -> str:
    """'Last revised: Wed 10 Jul 2024' as the page words it, else a date from its metadata, else ''."""
    text = " ".join(raw for _, raw in page.runs)
    if stated := _STATED_DATE.search(text):
        return " ".join(html.unescape(stated.group()).split())
    for element in page.root.elements():
        attributes = element.attributes
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        if element.tag == "meta" and name in _DATE_NAMES and attributes.get("content"):
            return attributes["content"].strip()
        if element.tag == "time" and (name in _DATE_NAMES or "pubdate" in attributes):
            return page.text(element) or attributes.get("datetime", "").strip()
    return ""
