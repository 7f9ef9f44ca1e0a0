"""How text becomes sentences and words; every part that counts, matches or quotes words uses this.

A term is a word's Snowball stem without case or accents, so that 'Bookings' and 'booking' are one term.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from rag.types import Span

T = TypeVar("T")

#: Changing what counts as a word or its stem makes every index built before unreadable; the manifest keeps this number.
WORDS_VERSION = 2

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")


@cache
def _lists() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("rag").joinpath("data/words.toml").read_text(encoding="utf-8"))


def word_list(name: str) -> tuple[str, ...]:
    """A list of ``rag/data/words.toml``."""
    return tuple(_lists()[name]["words"].split())


def word_pairs(name: str) -> dict[str, str]:
    """A list of pairs of ``rag/data/words.toml``."""
    return dict(pair.split(":") for pair in word_list(name))


STOP_WORDS = frozenset(word_list("stop"))
IRREGULAR_PLURALS = word_pairs("irregular_plurals")
_IRREGULAR = IRREGULAR_PLURALS | word_pairs("irregular_verbs")
_ABBREVIATIONS = frozenset(word_list("abbreviations"))
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|\n+")

ACRONYMS = re.compile(r"[A-Z]{2,}s")  #: of more than one: 'GPs'

_NOT_SPACE = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Term:
    """A word at ``text[start:end]`` and its stem."""

    stem: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The term of one word: case, accents, possessive and ending taken off."""
    if ACRONYMS.fullmatch(word):
        word = word[:-1]
    folded = word.casefold().replace("’", "'")
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c)) or folded
    folded = folded.removesuffix("'s").rstrip("'")
    return str(_stemmer().stemWord(_IRREGULAR.get(folded, folded)))


def singular(word: str) -> str:
    """A word as names are compared: without case, possessive and plural."""
    folded = re.sub(r"[’']s?$", "", word.casefold())
    if folded in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[folded]
    if folded.endswith("ies") and len(folded) > 4:
        return f"{folded[:-3]}y"
    if folded.endswith(("sses", "xes", "ches", "shes")):
        return folded[:-2]
    return folded[:-1] if folded.endswith("s") and not folded.endswith("ss") and len(folded) > 3 else folded


def terms(text: str) -> list[Term]:
    """Every word of ``text``, in order."""
    return [Term(stem(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def stems(text: str) -> list[str]:
    """The stems of every word of ``text``, in order."""
    return [stem(m.group()) for m in _WORD.finditer(text)]


@lru_cache(maxsize=1)
def stop_stems() -> frozenset[str]:
    """The stems of STOP_WORDS, as they come out of ``terms``."""
    return frozenset(stem(word) for word in STOP_WORDS) | STOP_WORDS


def content_terms(text: str) -> list[Term]:
    """The words of ``text`` that say what it is about."""
    stop = stop_stems()
    return [term for term in terms(text) if term.stem not in stop and text[term.start : term.end].lower() not in stop]


def unique(items: Iterable[str]) -> list[str]:
    """``items`` without repeats, in order of first appearance."""
    return list(dict.fromkeys(items))


def without_repeats(items: Iterable[T], words_of: Callable[[T], str]) -> list[T]:
    """``items`` without those that only repeat the words of an earlier one, whatever their capitals and spacing."""
    kept: dict[str, T] = {}
    for item in items:
        kept.setdefault(" ".join(words_of(item).casefold().split()), item)
    return list(kept.values())


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the sentences of ``text[start:end]``, without surrounding white space; a line break ends a sentence."""
    end = len(text) if end is None else end
    found: list[Span] = []
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        if match.group()[0] != "\n" and not _ends_sentence(text, match.start(), match.end(), end):
            continue
        found.append((begin, match.end()))
        begin = match.end()
    found.append((begin, end))
    return [span for span in (trimmed(text, a, b) for a, b in found) if span[0] < span[1]]


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends_sentence(text: str, stop: int, after: int, end: int) -> bool:
    next_word = _NOT_SPACE.search(text, after, end)
    if not next_word:
        return True
    following = next_word.group()
    if following.islower():
        return False
    if text[stop] != ".":
        return True
    before = re.search(r"[\w.’']+$", text[max(0, stop - 12) : stop])
    word = before.group().lower().strip("’'") if before else ""
    single_initial = len(word) == 1 and word.isalpha() and following.isupper()
    return word not in _ABBREVIATIONS and not single_initial
