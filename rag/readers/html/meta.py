"""What a web page says of itself: title, date, author."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from rag.readers.html.dom import Element, Page
from rag.readers.html.naming import name_words
from rag.text.patterns import patterns

_SAYS = patterns("web_pages")
_DATE_NAMES = frozenset(
    ("article:published_time", "datepublished", "dc.date", "dcterms.issued", "dcterms.date", "date")
)
#: Metadata that name a person or body as author, best first; the site comes last.
_AUTHOR_NAMES = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author", "parsely-author")
_SITE_NAMES = ("dc.publisher", "dcterms.publisher", "og:site_name", "application-name")
_LONGEST_AUTHOR = 100
_ARTICLES = re.compile(r"Article|NewsArticle|BlogPosting|Report|WebPage|ScholarlyArticle|TechArticle")
_BY_NAMES = frozenset(("byline", "author", "submitted"))


def stated_title(page: Page) -> str:
    """og:title, else <title> without the site's name."""
    titles = {"": "", "title": ""}
    for element in page.root.elements():
        if element.tag == "meta" and element.attributes.get("property") == "og:title":
            titles.setdefault("og", element.attributes.get("content", ""))
        elif element.tag == "title" and not titles["title"]:
            titles["title"] = _SAYS["site_name"].sub("", page.text(element))
    return " ".join((titles.get("og") or titles["title"]).split())


def published(page: Page) -> str:
    """'Last revised: Wed 10 Jul 2024' as the page words it, else a date from its metadata, else ''."""
    text = " ".join(raw for _, raw in page.runs)
    if stated := _SAYS["stated_date"].search(text):
        return " ".join(html.unescape(stated.group()).split())
    for element in page.root.elements():
        attributes = element.attributes
        name = _meta_name(element)
        if element.tag == "meta" and name in _DATE_NAMES and attributes.get("content"):
            return attributes["content"].strip()
        if element.tag == "time" and (name in _DATE_NAMES or "pubdate" in attributes):
            return page.text(element) or attributes.get("datetime", "").strip()
    dates = (thing.get("datePublished") for thing in _data(page) if _is_article(thing))
    return next((date.strip() for date in dates if isinstance(date, str) and date.strip()), "")


def author(page: Page) -> str:
    """Who wrote the page, else whose it is, else ''.

    In this order: metadata that name an author, the author of an article in JSON-LD, a line called byline or author;
    then the publisher in JSON-LD or metadata, and the site's name. 'admin' and the like, addresses and links are no
    names.
    """
    stated: dict[str, str] = {}
    for element in page.root.elements():
        if element.tag == "meta" and (content := _name(element.attributes.get("content", ""))):
            stated.setdefault(_meta_name(element), content)
    data = list(_data(page))
    persons = [_names_of(thing.get("author")) for thing in data if _is_article(thing)]
    bodies = [_names_of(thing.get("publisher")) for thing in data]
    candidates = (
        *(stated.get(name, "") for name in _AUTHOR_NAMES),
        *persons,
        _byline(page),
        *bodies,
        *(stated.get(name, "") for name in _SITE_NAMES),
    )
    return next(filter(None, candidates), "")


def _meta_name(element: Element) -> str:
    attributes = element.attributes
    return (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()


def _name(text: str) -> str:
    """A name, if the text is one."""
    name = " ".join(text.split()).strip(" ,;|").removeprefix("By ").removeprefix("by ")
    if _SAYS["no_author"].match(name) or "://" in name or "@" in name or len(name) > _LONGEST_AUTHOR:
        return ""
    return name if any(char.isalpha() for char in name) else ""


def _byline(page: Page) -> str:
    """'By Ann Smith' in an element that is called byline or author."""
    for element in page.root.elements():
        if not 0 < element.size <= _LONGEST_AUTHOR:
            continue
        attributes = element.attributes
        marked = attributes.get("rel") == "author" or attributes.get("itemprop") == "author"
        if not marked and _BY_NAMES.isdisjoint(name_words(element)):
            continue
        text = page.text(element)
        said = _SAYS["byline"].fullmatch(text)
        if (said or marked) and (name := _name(_SAYS["after_author"].sub("", said.group(1) if said else text))):
            return name if len(name.split()) <= 8 else ""
    return ""


def _data(page: Page) -> Iterator[dict[str, object]]:
    """The things that a page's JSON-LD describes."""
    for text in page.data:
        try:
            stack: list[object] = [json.loads(text)]
        except (ValueError, RecursionError):
            continue
        while stack:
            thing = stack.pop()
            if isinstance(thing, list):
                stack += reversed(thing)
            elif isinstance(thing, dict):
                yield thing
                stack.append(thing.get("@graph"))


def _is_article(thing: dict[str, object]) -> bool:
    kinds = thing.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLES.fullmatch(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _names_of(stated: object) -> str:
    """The names of persons or organisations, joined by commas."""
    found: list[str] = []
    for thing in (stated if isinstance(stated, list) else [stated])[:10]:
        name = thing.get("name") if isinstance(thing, dict) else thing
        if isinstance(name, str) and (plain := _name(html.unescape(name))):
            found.append(plain)
    return ", ".join(dict.fromkeys(found))
