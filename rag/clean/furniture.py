"""What on a web page is no part of its account: menus, banners, forms, share bars, teasers, comments, hidden text."""

from __future__ import annotations

import re

from rag.clean.dom import Element, Page, names

#: Never text of the page, however much of it they hold.
_CONTROLS = names("head title button select input label object audio video canvas map datalist progress meter")
_TAGS = names("nav form dialog menu aside footer")
_ROLES = names(
    "navigation banner contentinfo search searchbox dialog alertdialog alert menu menubar toolbar tablist form "
    "complementary button status tooltip"
)
#: A class name or id with one of these words names furniture ('comment-list', 'siteFooter') ...
_WORDS = names(
    "nav navbar navigation menu submenu breadcrumb breadcrumbs masthead footer sidebar toolbar topbar skip "
    "cookie cookies consent gdpr banner popup modal tooltip "
    "login signin signup register subscribe subscription newsletter donate "
    "share sharing shares social sharebar addthis addtoany sharedaddy "
    "comment comments disqus respond reply replies discussion discussions feedback rating ratings "
    "related recommended recommendations recommend readmore trending popular outbrain taboola teaser teasers "
    "ad ads advert adverts advertisement advertising advertorial sponsored sponsor promo promos promotion "
    "pager pagination paging tags taglist byline author authors bio meta metadata dateline timestamp "
    "copyright credit credits gallery carousel slideshow widget utility buttons button btn"
)
#: ... unless one of these says that the furniture is beside it ('with-sidebar', 'no-comments') ...
_RELATIONS = names("no not with without has have one two")
#: ... and these hide only as they stand ('label-hidden' says that another element is hidden).
_NAMES = names(
    "hidden invisible hide visually-hidden visuallyhidden is-hidden sr-only screen-reader-text element-invisible "
    "print noprint no-print"
)
#: Their class names tell what is around them or what they are about.
_NAMED_FREELY = names("html body main article")
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

#: Shares of a page's unlinked text. What holds more than this is no furniture, whatever it is called;
_MOST_OF_PAGE = 0.5
#: and a page with more than this in teasers is a list of teasers.
_TEASERS = 0.8
_TEASER_SIZE = 900  # characters, at most


def drop_furniture(page: Page) -> None:
    """Takes furniture out of the page's tree. Elements must have been measured; sizes stay as they were."""
    elements = list(page.root.elements())
    total = page.root.unlinked
    unwanted = []
    for element in elements:
        if element.tag in _CONTROLS:
            unwanted.append(element)
        if element.unlinked > _MOST_OF_PAGE * total:
            continue
        by_name = element.tag not in _NAMED_FREELY and _is_named_furniture(element)
        if by_name or _is_furniture(element):
            unwanted.append(element)
    page.root.remove(unwanted)
    teasers = _teasers(page)
    if sum(teaser.unlinked for teaser in teasers) <= _TEASERS * total:
        page.root.remove(teasers)


def _is_furniture(element: Element) -> bool:
    attributes = element.attributes
    if element.tag == "footer" and element.inside("blockquote"):
        return False  # it says who is quoted
    return (
        element.tag in _TAGS
        or (element.tag == "header" and not any(e.tag in ("h1", "h2") for e in element.elements()))
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role") in _ROLES
        or bool(_HIDING_STYLE.search(attributes.get("style", "")))
    )


def _is_named_furniture(element: Element) -> bool:
    stated = f"{element.attributes.get('class', '')} {element.attributes.get('id', '')}".split()
    for name in stated:
        words = [word.lower() for word in _NAME_WORD.findall(name)]
        if name.lower() in _NAMES or (not _WORDS.isdisjoint(words) and _RELATIONS.isdisjoint(words)):
            return True
    return False


def _teasers(page: Page) -> list[Element]:
    """Pieces of text that announce another page: a heading that is a link as a whole, and what stands around it."""
    found: list[Element] = []
    for element in page.root.elements():
        if element.tag in ("h2", "h3", "h4", "h5", "h6") and element.size and not element.unlinked:
            teaser, outer = element, element.parent
            while outer is not None and outer.size <= _TEASER_SIZE and not teaser.unlinked:
                teaser, outer = outer, outer.parent
            found.append(teaser)
    return found
