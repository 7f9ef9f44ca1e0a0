"""What a site's robots.txt lets a program read (RFC 9309)."""

from __future__ import annotations

import re

from protego import Protego

_AGENT = re.compile(r"(\s*user-agent\s*:\s*[a-z_-]+).*", re.IGNORECASE)


class Robots:
    """The rules of a robots.txt for one program; those for all programs ('*') if it is not named."""

    def __init__(self, text: str, product: str) -> None:
        # Protego takes "User-agent: P" for any name that begins so, and "Precedent/2" for another than "Precedent/1".
        # The RFC compares products, whole: the slash ends every one of them, in the file and here.
        self._rules = Protego.parse("\n".join(_AGENT.sub(r"\1/", line) for line in text.splitlines()))
        self._agent = f"{product}/"

    def allows(self, url: str) -> bool:
        """Whether a page may be read."""
        return self._rules.can_fetch(url, self._agent)
