"""Misspelt words moved to words of the library."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from math import log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.text.words import ACRONYMS, content_terms, stem

_SHORTEST, _TWO_SLIPS = 4, 8  # letters of a word that is moved at all; that is moved by two slips
_WORD = re.compile(r"[^\W\d_]+")
_ENDINGS = ("", "s", "es", "d", "ed", "r", "er", "ers", "ing", "ment", "ation")

# What a slip costs beside others. Letters that change places and doubled letters are the commonest; all are
# preferred to a letter changed for a far one. The least cost wins, and of near ones the more frequent word.
_SWAPPED, _DOUBLED, _NEAR, _DROPPED, _ADDED, _FAR = 0.7, 0.6, 0.8, 0.9, 1.0, 1.2
_TWO_COST = 1.8  # the most that two slips may cost
_FREQUENT = 0.15  # what ten times as many occurrences in the library are worth
_VOWELS = frozenset("aeiouy")
_KEYS = {
    key: (x + y / 2, y) for y, row in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm")) for x, key in enumerate(row)
}


class Spelling:
    """The words of a library, and which of them a misspelt word is meant for.

    ``texts``: what the library says, ``is_word``: whether the language has a (lower-case) word.
    """

    def __init__(self, texts: Iterable[str], is_word: Callable[[str], bool]) -> None:
        self._is_word = is_word
        written: Counter[str] = Counter()
        for text in texts:
            written.update(_WORD.findall(text))
        self._capitals = {word.lower(): word for word, _ in reversed(written.most_common()) if word[0].isupper()}
        words = {word.lower() for word in written}
        self._counts: Counter[str] = Counter()  # of stems
        for word, count in written.items():
            self._counts[stem(word)] += count
        forms = {form for term in self._counts for form in _forms(term) if form in english() and stem(form) == term}
        by_initial: dict[str, list[str]] = {}
        for word in sorted(words | forms):
            by_initial.setdefault(word[0], []).append(word)
        self._candidates = {initial: (found, _letters(found)) for initial, found in by_initial.items()}

    def corrections(self, text: str) -> dict[str, str]:
        """Misspelt words of ``text`` and the words of the library they are taken for.

        Only a word that neither the library (in any of its forms) nor the language has is moved, and only to a word
        of the library one slip away, or two for a long word. A capitalised word may be a name: it is moved by one
        slip, to a word that the library writes with a capital too.
        """
        found: dict[str, str] = {}
        for term in content_terms(text):
            match = _WORD.match(text, term.start, term.end)
            word = match.group() if match else ""
            lower = word.lower()
            regular = len(word) >= _SHORTEST and word.isascii() and word[1:] == lower[1:]
            if regular and word not in found and not self._counts[stem(word)] and not self._is_word(lower):
                meant = self._name(lower) if word[0].isupper() else self._word(lower)
                if meant:
                    found[word] = meant
            elif word and (several := self._acronyms(lower)) and word != several:
                found[word] = several
        return found

    def _acronyms(self, word: str) -> str:
        """'GPs', for 'gps', where the library writes 'GP' and has no 'gps'."""
        one = self._capitals.get(word.removesuffix("s"), "")
        several = f"{one}s"
        return several if ACRONYMS.fullmatch(several) and not self._counts[word] else ""

    def _word(self, word: str) -> str:
        near = self._near(word, 2 if len(word) >= _TWO_SLIPS else 1)
        best = min(near, default="", key=lambda other: (self._cost(near, other), other))
        # Of two slips, one may have made the word from one that the library lacks: 'crssation' is no 'creation'.
        if best and near[best][0] > 1 and (near[best][1] > _TWO_COST or _one_slip_from_english(word)):
            return ""
        return best

    def _name(self, word: str) -> str:
        near = {
            other: slips for other, slips in self._near(word, 1).items() if slips[1] < _FAR and other in self._capitals
        }
        best = min(near, default="", key=lambda other: (self._cost(near, other), other))
        return self._capitals.get(best, "")

    def _cost(self, near: dict[str, tuple[int, float]], other: str) -> float:
        return sum(near[other]) - _FREQUENT * log10(1 + self._counts[stem(other)])

    def _near(self, word: str, most: int) -> dict[str, tuple[int, float]]:
        """Words within ``most`` slips that begin alike, or with their first two letters swapped."""
        near: dict[str, tuple[int, float]] = {}
        for initial in sorted({word[0], word[1]}):
            words, letters = self._candidates.get(initial, ([], _letters([])))
            apart = np.abs(letters - _letters([word])).sum(axis=1)  # a slip changes at most two counts
            for row in np.flatnonzero(apart <= 2 * most):
                other = words[row]
                alike = initial == word[0] or other[1:2] == word[0]
                if alike and len(other) + len(word) > 2 * _SHORTEST and (slips := _slips(word, other))[0] <= most:
                    near[other] = slips
        return near


@lru_cache(maxsize=1)
def english() -> Any:
    """A list of English words: ``word in english()``."""
    from spellchecker import SpellChecker

    return SpellChecker(language="en")


def is_english(word: str) -> bool:
    """Whether the list has a lower-case word, in British or American spelling."""
    american = re.sub(r"(?<=[iy])s(?=e[ds]?$|ing$|ers?$|ations?$)", "z", word).replace("our", "or")
    return word in english() or american in english()


def _one_slip_from_english(word: str) -> bool:
    return bool(english().known(english().edit_distance_1(word)))


def _forms(term: str) -> set[str]:
    """What words of this stem may look like; most are none."""
    bases = {term, term + "e", term[:-1] + "y"}
    return {base + ending for base in bases for ending in _ENDINGS} if len(term) > 2 else set()


def _letters(words: list[str]) -> NDArray[np.int8]:
    """How many of each letter, (n, 26)."""
    counts = np.zeros((len(words), 26), np.int8)
    for row, word in enumerate(words):
        for letter in word:
            if "a" <= letter <= "z":
                counts[row, ord(letter) - ord("a")] += 1
    return counts


def _slips(typed: str, meant: str) -> tuple[int, float]:
    """Letters added, dropped, changed or swapped with a neighbour (optimal string alignment), and their cost."""
    rows = [[(j, _DROPPED * j) for j in range(len(meant) + 1)]]
    for i, x in enumerate(typed, 1):
        rows.append([(i, _ADDED * i)])
        for j, y in enumerate(meant, 1):
            ways = [
                _plus(rows[i - 1][j], _DOUBLED if typed[i - 2 : i - 1] == x else _ADDED),
                _plus(rows[i][j - 1], _DOUBLED if meant[j - 2 : j - 1] == y else _DROPPED),
                rows[i - 1][j - 1] if x == y else _plus(rows[i - 1][j - 1], _changed(x, y)),
            ]
            if i > 1 and j > 1 and x != y and x == meant[j - 2] and y == typed[i - 2]:
                ways.append(_plus(rows[i - 2][j - 2], _SWAPPED))
            rows[i].append(min(ways))
    return rows[-1][-1]


def _plus(before: tuple[int, float], cost: float) -> tuple[int, float]:
    return before[0] + 1, before[1] + cost


def _changed(x: str, y: str) -> float:
    """The cost of one letter for another: vowels are confused, neighbouring keys missed."""
    if x in _VOWELS and y in _VOWELS:
        return _NEAR
    (a, b), (c, d) = _KEYS.get(x, (0, 9)), _KEYS.get(y, (0, -9))
    return _NEAR if abs(a - c) <= 1 and abs(b - d) <= 1 else _FAR
