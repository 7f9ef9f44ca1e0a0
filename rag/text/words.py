"""How text becomes sentences and words; every part that counts, matches or quotes words uses this.

A term is a word's Snowball stem without case or accents, so that 'Bookings' and 'booking' are one term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from rag.types import Span

T = TypeVar("T")

#: Changing what counts as a word or its stem makes every index built before unreadable; the manifest keeps this number.
WORDS_VERSION = 1

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")

#: Words that say nothing about what a question is about.
STOP_WORDS = frozenset(
    """
    a about above after again against all also am among amongst an and any anybody anyone anything are aren't as
    at be because been before being below between both but by can can't cannot could couldn't d did didn't do
    does doesn't doing don't done down during each else ever every few for from further get gets give given got
    had hadn't has hasn't have haven't having he her here hers herself him himself his how i if in into is isn't
    it its itself just let ll m may me might more most much must my myself no nor not of off on once one only or
    other our ours ourselves out over own per please re s same shall she should shouldn't so some somebody
    someone something such t tell than that the their theirs them themselves then there these they thing things
    this those though through to too under until up upon us very ve via was wasn't we were weren't what what's
    when where whether which while who whom whose why will with within without won't would wouldn't you your
    yours yourself yourselves
    """.split()
)

#: Forms that a stemmer by endings can't bring together.
_IRREGULAR = dict(
    pair.split(":")
    for pair in """
    ran:run women:woman men:man children:child paid:pay held:hold led:lead built:build won:win met:meet took:take
    taken:take found:find taught:teach spent:spend sent:send kept:keep felt:feel fell:fall grew:grow grown:grow
    chose:choose chosen:choose rose:rise risen:rise spoke:speak spoken:speak bought:buy brought:bring began:begin
    begun:begin wrote:write written:write drew:draw drawn:draw lent:lend lost:lose sought:seek
    understood:understand heard:hear wives:wife lives:life mice:mouse feet:foot teeth:tooth
    """.split()
)
_ABBREVIATIONS = frozenset(
    "dr mr mrs ms prof rev st sr jr hon cllr e.g i.e eg ie etc vs cf no fig approx inc ltd co al dept gov "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|\n+")

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
    folded = word.casefold().replace("’", "'")
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c)) or folded
    folded = folded.removesuffix("'s").rstrip("'")
    return str(_stemmer().stemWord(_IRREGULAR.get(folded, folded)))


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
