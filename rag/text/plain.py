"""Text of others on one line of ours: in reports, and on terminals."""

from __future__ import annotations

import re

SNIPPET = 220  # characters
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: object) -> str:
    """One line without control characters or marks that turn the direction of what follows."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(str(text).split()))


def brief(text: object) -> str:
    """The beginning of ``plain(text)``."""
    return shortened(plain(text), SNIPPET)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning where it has more than ``most`` characters."""
    return text if len(text) <= most else f"{text[:most].rstrip()} …"
