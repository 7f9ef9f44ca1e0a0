"""Near misses: answerable questions with one thing swapped for another of its kind that the library never mentions."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from rag.cases.places import place_kinds
from rag.text.synonyms import Synonyms
from rag.text.vocabulary import vocabulary
from rag.text.words import stems, stop_stems
from rag.types import Document


class Swap(NamedTuple):
    """``text`` with ``old`` swapped for ``new``; ``kind`` says of what kind both are."""

    text: str
    kind: str
    old: str
    new: str


class Absent:
    """Which words stand nowhere in a library, nor any that a synonyms lists beside them."""

    def __init__(self, documents: Collection[Document], synonyms: Synonyms) -> None:
        self._there = {stem for document in documents for stem in stems(f"{document.title}\n{document.text}")}
        self._synonyms = synonyms

    def __call__(self, new: str, old: str = "") -> bool:
        """Whether what sets ``new`` apart from ``old`` is absent."""
        own = [word for word in stems(new) if word not in stop_stems() and word not in stems(old)]
        others = [phrase for phrases in self._synonyms.alternatives(new).values() for phrase in phrases]
        return bool(own) and not self._there & {own[0]} and not any(set(other) <= self._there for other in others)


def swaps(question: str, absent: Absent, used: Mapping[str, int]) -> list[Swap]:
    """What ``question`` becomes with one place, population or condition swapped, for what was ``used`` least."""
    kinds: list[tuple[str, Sequence[str]]] = [("place", names) for names in place_kinds()]
    kinds += [(kind, names) for kind, listed in vocabulary("swaps.txt").items() for names in listed.values()]
    found = []
    for kind, names in kinds:
        for old in sorted(names, key=len, reverse=True):
            match = re.search(rf"(?<![\w-])(?<!New ){re.escape(old)}(?![\w-])", question)
            if match and not _within_name(question, match.start(), match.end()):
                able = [name for name in names if name != old and absent(name, old)]
                if able:
                    new = min(able, key=lambda name: (used.get(name, 0), zlib.crc32(f"{question} {name}".encode())))
                    found.append(Swap(_in_place(question, match.start(), match.end(), new), kind, old, new))
                break
    return found


def _within_name(question: str, start: int, end: int) -> bool:
    """Whether the words are part of a longer name, a title in quotation marks or a list, or a possessive."""
    before, after = question[:start], question[end:]
    in_title = before.count("‘") > len(re.findall(r"’(?!\w)", before))
    in_list = before.endswith((", ", " and ")) or after.startswith((",", " and ", "’s", "'s"))
    longer = re.match(r" [A-Z]", after) or re.search(r"\w [A-Z][\w’'-]+ $", before)
    return in_title or in_list or bool(longer)


def _in_place(question: str, start: int, end: int, new: str) -> str:
    before = question[:start]
    if re.search(r"\b[Aa]n? $", before):  # 'a Polish group', 'an Eritrean group'
        article = "an " if new[0].lower() in "aeiou" else "a "
        before = re.sub(r"\b[Aa]n? $", article, before)
    return before + new + question[end:]
