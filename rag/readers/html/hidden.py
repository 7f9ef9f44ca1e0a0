"""Text of a page that its reader doesn't see: left out, and the user told of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.readers.html.dom import Element, Page, names
from rag.readers.html.furniture import is_furniture
from rag.readers.html.naming import name_words, stated_names
from rag.readers.html.sight import Sight
from rag.readers.roles import is_furniture as is_furniture_text
from rag.text.words import word_list

_MOST_OF_PAGE = 0.5  # what holds more of a page's text than this is shown by a script
_WORDS = 5  # more of them, in no menu, dialog or form, are prose that someone hid
_SHOWN = 8  # words of it that a warning shows
_MOST_WARNINGS = 3

_HIDING_NAMES = names("hidden invisible hide is-hidden d-none")
#: Read aloud or printed, not seen.
_SPOKEN_NAMES = frozenset(word_list("spoken_names"))
_SHOWN_ON_WIDE_SCREENS = re.compile(r"(?:sm|md|lg|xl|2xl|d-(?:sm|md|lg|xl|xxl))[:-](?:block|flex|grid|inline|table)\S*")
#: What is called so opens when it is clicked: part of the page.
_OPENING = frozenset(word_list("opening_names"))
#: Called so, it is something that a script shows now and then.
_AT_TIMES = frozenset(word_list("passing_names"))


def drop_hidden(page: Page) -> tuple[str, ...]:
    """Takes hidden elements out of the page's tree; says what prose was among them.

    What tabs and accordions hide is part of the page and stays; so does what a script will show: most of the page.
    """
    sight = Sight(page)
    opened = _opened(page)
    total = page.root.unlinked
    hidden: list[Element] = []
    prose: list[Element] = []
    for element, in_furniture in _visible(page.root, hidden):
        if not element.size:
            continue
        how = _hidden_by(element, sight, opened)
        if not how or element.unlinked > _MOST_OF_PAGE * total:
            continue
        hidden.append(element)
        if (
            how == "style"
            and not in_furniture
            and _AT_TIMES.isdisjoint(name_words(element))
            and _is_prose(element, page)
        ):
            prose.append(element)
    texts = [page.text(element).split() for element in prose]
    page.root.remove(hidden)
    visible = page.text(page.root) if texts else ""
    told = [[word[:40] for word in words[:_SHOWN]] for words in texts if " ".join(words[:_SHOWN]) not in visible]
    return tuple(f"Text hidden in the page was left out: “{' '.join(words)} …”" for words in told[:_MOST_WARNINGS])


def _visible(root: Element, hidden: list[Element]) -> Iterator[tuple[Element, bool]]:
    """Elements in document order, with whether they are furniture or stand in some; not what stands in ``hidden``."""
    stack = [(root, False)]
    while stack:
        element, in_furniture = stack.pop()
        in_furniture = in_furniture or (element.tag != "html" and is_furniture(element))
        yield element, in_furniture
        if not hidden or hidden[-1] is not element:
            stack += [(child, in_furniture) for child in reversed(element.inner)]


def _is_prose(element: Element, page: Page) -> bool:
    if element.unlinked < 0.5 * element.size or any(
        e.tag in ("input", "button", "select", "form", "nav") for e in element.elements()
    ):
        return False
    text = page.text(element)
    return len(text.split()) > _WORDS and not is_furniture_text(text)


def _hidden_by(element: Element, sight: Sight, opened: set[str]) -> str:
    """'style' if it is hidden, 'name' if only by a name for what is read aloud, '' if it is seen."""
    stated = stated_names(element)
    if not _SPOKEN_NAMES.isdisjoint(stated):
        return "name"
    attributes = element.attributes
    how = sight.hidden_by(element)
    if how == "never seen":
        return "style"
    is_closed = (
        how == "closed"
        or attributes.get("aria-hidden") == "true"
        or ("hidden" in attributes and attributes["hidden"] != "until-found")
        or (not _HIDING_NAMES.isdisjoint(stated) and not any(map(_SHOWN_ON_WIDE_SCREENS.match, stated)))
    )
    opens = (
        attributes.get("role") == "tabpanel"
        or attributes.get("id", "") in opened
        or not _OPENING.isdisjoint(name_words(element))
    )
    return "style" if is_closed and not opens else ""


def _opened(page: Page) -> set[str]:
    """The ids of what a control of the page opens."""
    found: set[str] = set()
    for element in page.root.elements():
        for name in ("aria-controls", "data-target", "data-bs-target"):
            found |= {part.lstrip("#") for part in element.attributes.get(name, "").split()}
        href = element.attributes.get("href", "")
        if href.startswith("#") and element.tag == "a":
            found.add(href[1:])
    return found - {""}
