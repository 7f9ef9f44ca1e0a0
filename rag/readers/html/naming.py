"""What a page's author called an element."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.readers.html.dom import Element

_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LONGEST = 200  # characters; a longer name is none


def stated_names(element: Element) -> list[str]:
    """Its class names and its id, as written."""
    attributes = element.attributes
    return f"{attributes.get('class', '')} {attributes.get('id', '')}".split() if attributes else []


@lru_cache(maxsize=4096)
def words_in(name: str) -> frozenset[str]:
    """The words of a name, in lower case: 'siteFooter' and 'site-footer' have two."""
    return frozenset(word.lower() for word in _NAME_WORD.findall(name[:_LONGEST]))


def name_words(element: Element) -> frozenset[str]:
    """All words of its names."""
    stated = stated_names(element)
    return frozenset().union(*map(words_in, stated)) if stated else frozenset()


def is_named(element: Element, last_words: frozenset[str]) -> bool:
    """Whether a name of it ends in one of the words: 'field-label' says what it is, 'field-label-above' doesn't."""
    return any(found and found[-1].lower() in last_words for found in map(_NAME_WORD.findall, stated_names(element)))
