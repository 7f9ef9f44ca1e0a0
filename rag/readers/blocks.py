"""From raw blocks, whatever they were read from, to the clean text with its map back to the source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import BlockKind, OriginMap, PartKind, Role


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block as read: ``origin[i]`` is where ``text[i]`` stands in the decoded source.

    ``level`` is 1-6 for headings and the nesting depth (from 1) for items. ``role`` is set where markup says it.
    """

    kind: BlockKind
    text: str
    origin: Sequence[int]
    level: int = 0
    gap: bool = False
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A page, slide, row or chapter that begins at ``origin`` of the source (as ``RawBlock.origin`` counts)."""

    origin: int
    kind: PartKind
    label: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader of one format gives. Empty strings where the source does not say.

    ``warnings`` are whole sentences for the user.
    """

    blocks: tuple[RawBlock, ...]
    title: str = ""
    published: str = ""
    author: str = ""
    parts: tuple[SourcePart, ...] = ()
    warnings: tuple[str, ...] = ()


class ContentBuilder:
    """Collects the blocks of a format that is no text: their origins count on through the blocks, rising always."""

    def __init__(self) -> None:
        self._blocks: list[RawBlock] = []
        self._parts: list[SourcePart] = []
        self._size = 0

    def part(self, kind: PartKind, label: str) -> None:
        """What is added from now on stands on this page, slide, row or in this chapter."""
        if self._parts and self._parts[-1].origin == self._size:
            self._parts.pop()  # nothing stood on it
        self._parts.append(SourcePart(self._size, kind, label))

    def add(self, kind: BlockKind, text: str, level: int = 0, *, role: Role | None = None, gap: bool = False) -> None:
        """A block; ``level`` as in RawBlock. Text without any words is left out."""
        if text.strip():
            origin = range(self._size, self._size + len(text))
            self._blocks.append(RawBlock(kind, text, origin, level, gap, role))
            self._size += len(text)

    def goes_on(self, text: str) -> None:
        """``text`` goes on with the last block (a paragraph that a page break split)."""
        last = self._blocks[-1]
        origin = (*last.origin, *range(self._size, self._size + len(text)))
        self._blocks[-1] = RawBlock(last.kind, last.text + text, origin, last.level, last.gap, last.role)
        self._size += len(text)

    def content(
        self, title: str = "", *, published: str = "", author: str = "", warnings: Sequence[str] = ()
    ) -> Content:
        """All of it."""
        return Content(tuple(self._blocks), title, published, author, tuple(self._parts), tuple(warnings))


@dataclass(frozen=True, slots=True)
class CleanText:
    """A block's normalised text; ``origin[i]`` as in RawBlock."""

    text: str
    origin: tuple[int, ...]


#: Characters that show nothing and only get in the way of words.
#: Joiners stay: Arabic, Indic scripts and emoji need them.
_INVISIBLE = frozenset("\u00ad\u200b\u2060\ufeff")
#: What is no white space; control characters and halves of a character count as white space.
_WORD = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_ACCENT = "\u00b4"  # typed for an apostrophe or a quotation mark


def normalise(text: str, origin: Sequence[int]) -> CleanText:
    """White space collapsed, NFC, stray acute accents made apostrophes or quotation marks.

    Each character of the result keeps the origin of the first source character it was made from.
    """
    out: list[str] = []
    places: list[int] = []
    blank = 0  # where the white space after the last word begins
    for match in _WORD.finditer(text):
        start, end = match.span()
        word, own = match.group(), origin[start:end]
        if not word.isascii():
            word, own = _normal_word(word, own)
        if word:
            if out:
                out.append(" ")
                places.append(origin[blank])
            out.append(word)
            places += own
            blank = end
    return CleanText("".join(out), tuple(places))


def _normal_word(word: str, origin: Sequence[int]) -> tuple[str, list[int]]:
    seen = [(char, place) for char, place in zip(word, origin, strict=True) if char not in _INVISIBLE]
    visible = "".join(char for char, _ in seen)
    out: list[str] = []
    places: list[int] = []
    index = 0
    while index < len(visible):
        end = index + 1
        while end < len(visible) and _composes(visible[index:end], visible[end]):
            end += 1
        cluster = visible[index:end]
        if cluster == _ACCENT:
            cluster = _meant_by_accent(visible, index)
        normal = unicodedata.normalize("NFC", cluster)
        out.append(normal)
        places += [seen[index][1]] * len(normal)
        index = end
    return "".join(out), places


def _composes(cluster: str, char: str) -> bool:
    """Whether ``char`` belongs to the character before it: an accent, or a letter that NFC joins to it."""
    if char < "\u0300":
        return False
    if unicodedata.combining(char):
        return True
    apart = unicodedata.normalize("NFC", cluster) + unicodedata.normalize("NFC", char)
    return unicodedata.normalize("NFC", cluster + char) != apart


def _meant_by_accent(text: str, index: int) -> str:
    before = text[index - 1] if index else " "
    after = text[index + 1] if index + 1 < len(text) else " "
    return "‘" if not before.isalnum() and after.isalnum() else "’"


def origin_map(places: Sequence[int]) -> OriginMap:
    """``places[i]`` for every character, packed into runs."""
    clean: list[int] = [0]
    source: list[int] = [places[0] if places else 0]
    for index in range(1, len(places)):
        if places[index] != places[index - 1] + 1:
            clean.append(index)
            source.append(places[index])
    return OriginMap(tuple(clean), tuple(source))
