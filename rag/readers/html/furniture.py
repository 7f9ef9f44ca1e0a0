"""What on a web page is no part of its account: menus, banners, forms, share bars, teasers, comments."""

from __future__ import annotations

from rag.readers.html.dom import Element, Page, names
from rag.readers.html.facts import Facts
from rag.readers.html.naming import stated_names, words_in
from rag.text.words import word_list

#: Never text of the page, however much of it they hold.
_CONTROLS = names("head title button select input label object audio video canvas map datalist progress meter")
_TAGS = names(
    "nav form dialog menu aside footer amp-sidebar amp-consent amp-user-notification amp-social-share amp-ad "
    "amp-lightbox"
)
_ROLES = names(
    "navigation banner contentinfo search searchbox dialog alertdialog alert menu menubar toolbar tablist form "
    "complementary button status tooltip"
)
#: A class name or id with one of these words names furniture ('comment-list', 'siteFooter') ...
_WORDS = frozenset(word_list("furniture_names"))
#: ... unless one of these says that the furniture is beside it ('with-sidebar', 'no-comments').
_RELATIONS = names("no not with without has have one two")
#: Their class names tell what is around them or what they are about.
_NAMED_FREELY = names("html body main article")
#: Fact boxes stand in these, too.
_SIDES = names("sidebar widget widgets meta metadata utility")

#: These say what they are only as they stand: a wiki's marks, what Drupal adds to an address.
_NAMES = names("mw-editsection mw-editsection-like reference map-link location-hidden")

#: Shares of a page's unlinked text. What holds more than this is no furniture, whatever it is called;
_MOST_OF_PAGE = 0.5
#: and a page with more than this in teasers is a list of teasers.
_TEASERS = 0.8
_TEASER_SIZE = 900  # characters, at most


def drop_furniture(page: Page, facts: Facts) -> None:
    """Takes furniture out of the page's tree, but no fact box beside the account. Sizes stay as they were measured."""
    elements = list(page.root.elements())
    total = page.root.unlinked
    in_box, around_box = _boxes(facts)
    unwanted = []
    for element in elements:
        if element.tag in _CONTROLS or _is_mark(element):
            unwanted.append(element)
        elif element.unlinked <= _MOST_OF_PAGE * total and is_furniture(element):
            if element in in_box and element in facts.holders and _is_side(element):
                continue
            if element in around_box and _is_side(element):
                _keep_only(element, around_box, in_box)
            else:
                unwanted.append(element)
    page.root.remove(unwanted)
    teasers = _teasers(page)
    if sum(teaser.unlinked for teaser in teasers) <= _TEASERS * total:
        page.root.remove(teasers)


def _boxes(facts: Facts) -> tuple[set[Element], set[Element]]:
    """The fact boxes and all in them; what they stand in."""
    inside = {element for box in facts.boxes for element in box.subtree()}
    around: set[Element] = set()
    for box in facts.boxes:
        outer = box.parent
        while outer is not None and outer not in around:
            around.add(outer)
            outer = outer.parent
    return inside, around


def _keep_only(element: Element, around: set[Element], inside: set[Element]) -> None:
    """Of a sidebar only its fact boxes and headings."""
    stack = [element]
    while stack:
        outer = stack.pop()
        outer.children = [c for c in outer.children if c in around or c in inside or _is_heading(c)]
        stack += [c for c in outer.children if isinstance(c, Element) and c in around]


def _is_heading(node: Element | int) -> bool:
    return isinstance(node, Element) and node.tag in ("h2", "h3", "h4", "h5", "h6")


def is_furniture(element: Element) -> bool:
    """Whether an element's tag, role or names say that it is no part of the account."""
    if element.tag == "footer" and element.inside("blockquote"):
        return False  # it says who is quoted
    return (
        element.tag in _TAGS
        or (element.tag == "header" and not any(e.tag in ("h1", "h2") for e in element.elements()))
        or element.attributes.get("role") in _ROLES
        or (element.tag not in _NAMED_FREELY and bool(_furniture_words(element)))
    )


def _furniture_words(element: Element) -> frozenset[str]:
    """The words of its names that name furniture."""
    found: frozenset[str] = frozenset()
    for name in stated_names(element):
        words = words_in(name)
        if _RELATIONS.isdisjoint(words):
            found |= _WORDS & words
    return found


def _is_side(element: Element) -> bool:
    """Whether it is furniture only as what stands beside the account."""
    return (
        element.tag in ("aside", "div", "section", "dl", "table", "ul", "li", "p", "span")
        and element.attributes.get("role") in (None, "complementary")
        and _furniture_words(element) <= _SIDES
    )


def _is_mark(element: Element) -> bool:
    """A wiki's 'edit' behind a heading, the marks of its references."""
    if "mso-list:ignore" in element.attributes.get("style", "").lower():
        return True  # the bullet of a list as Word writes it
    return element.tag in ("span", "sup", "div") and not _NAMES.isdisjoint(stated_names(element))


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
