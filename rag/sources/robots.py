"""What a site's robots.txt lets a program read (RFC 9309)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

_AS_WRITTEN = "/%:@!&'()+,;=~?"  # '*' and '$' are written %2A and %24, so that in a pattern they can mean something
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ENCODED = re.compile("%([0-9A-Fa-f]{2})")
_PRODUCT = re.compile(r"\*|[A-Za-z_-]+")


class Robots:
    """The rules of a robots.txt for one program; those for all programs ('*') if it is not named."""

    def __init__(self, text: str, product: str) -> None:
        own: list[tuple[bool, str]] = []
        general: list[tuple[bool, str]] = []
        is_named = for_us = for_all = in_agents = False
        for field, value in _fields(text):
            if field == "user-agent":
                if not in_agents:
                    for_us = for_all = False
                name = _PRODUCT.match(value)
                for_us |= name is not None and name[0].lower() == product.lower()
                for_all |= name is not None and name[0] == "*"
                is_named |= for_us
            elif value and for_us:
                own.append((field == "allow", value))
            elif value and for_all:
                general.append((field == "allow", value))
            in_agents = field == "user-agent"
        self._rules = own if is_named else general

    def allows(self, target: str) -> bool:
        """Whether the path and query of a page may be read: the longest pattern decides, of two as long 'Allow'."""
        path = _comparable(target)
        lengths = {True: 0, False: -1}
        for allow, pattern in self._rules:
            if len(pattern) > lengths[allow] and _matches(pattern, path):
                lengths[allow] = len(pattern)
        return lengths[True] >= lengths[False]


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        field, _, value = line.partition("#")[0].partition(":")
        if (field := field.strip().lower()) in ("user-agent", "allow", "disallow"):
            yield field, value.strip()


def _matches(pattern: str, path: str) -> bool:
    """Looks for the pieces between '*' one after the other, so the time grows with the path's length only."""
    is_end = pattern.endswith("$")
    first, *others = (_comparable(piece) for piece in (pattern[:-1] if is_end else pattern).split("*"))
    if not path.startswith(first):
        return False
    place = len(first)
    last = others.pop() if is_end and others else None
    for piece in others:
        found = path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    if last is not None:
        return path.endswith(last) and len(path) - len(last) >= place
    return not is_end or place == len(path)


def _comparable(path: str) -> str:
    """'é' as '%C3%A9', '%7e' as '~': as the RFC compares them."""

    def plain(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        return char if char in _PLAIN else found[0].upper()

    return _ENCODED.sub(plain, quote(path, safe=_AS_WRITTEN))
