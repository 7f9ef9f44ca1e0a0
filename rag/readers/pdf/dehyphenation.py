"""Lines become running text: words hyphenated at line ends become whole again, real hyphens stay."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_HYPHENATED = re.compile(r"([^\W\d_]+)-$")
_START = re.compile(r"([^\W\d_]+)")
_SELDOM_ALONE = 3  # letters: shorter pieces are no words of their own


class Dehyphenator:
    """Joins lines, knowing the words a document has elsewhere."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._known: set[str] = set()
        for line in lines:
            words = _WORD.findall(line.casefold())
            self._known.update(words[:-1] if line.endswith("-") else words)

    def text(self, lines: Iterable[str]) -> str:
        """The lines as one text."""
        out: list[str] = []
        for line in lines:
            if out:
                kept, between = self.seam(out[-1], line)
                out[-1] = kept + between
            out.append(line)
        return "".join(out)

    def seam(self, before: str, after: str) -> tuple[str, str]:
        """What stays of the text before a line's end, and what stands between it and the text after."""
        hyphenated, start = _HYPHENATED.search(before), _START.match(after)
        if not hyphenated:
            ends_open = before.endswith(("-", "–", "/")) and before[-2:-1].isalnum() and after[:1].isalnum()
            return before, "" if ends_open and not before.endswith("–") else " "
        if not start:
            return before, "" if after[:1].isdigit() else " "
        if start[1][0].islower() and not self._keeps_hyphen(hyphenated[1], start[1]):
            return before[:-1], ""
        # 'low- and middle-income': the hyphen waits for a word to come.
        return before, " " if start[1] in ("and", "or", "to") else ""

    def _keeps_hyphen(self, left: str, right: str) -> bool:
        left, right = left.casefold(), right.casefold()
        if right in ("and", "or", "to") and left + right not in self._known:
            return True
        if left + right in self._known:
            return False
        if f"{left}-{right}" in self._known:
            return True
        from rag.text.spelling import english

        listed = english()
        if left + right in listed:
            return False
        alone = min(len(left), len(right)) >= _SELDOM_ALONE
        return alone and all(word in listed or word in self._known for word in (left, right))
