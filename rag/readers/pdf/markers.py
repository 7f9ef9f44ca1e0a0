"""What stands before a list item."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]")
_BULLETS = frozenset("•‣▪◦·●○∙■□▶►➢➤✓✔❖◆♦☐☑☒–—-*o\ufffd") | {"nmlkj", "nmlkji", "gfedc", "gfedcb"}  # buttons of forms


def is_marker(word: str) -> bool:
    """Whether a first word is a bullet or an item's number."""
    return is_bullet(word) or bool(_NUMBER.fullmatch(word))


def is_bullet(word: str) -> bool:
    """Whether a first word is a bullet. Fonts of symbols give theirs in the private area of Unicode."""
    return word in _BULLETS or (len(word) == 1 and unicodedata.category(word) == "Co")
