"""Words that mean the same to a practitioner, and misspelt words moved to words of the library."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.words import content_terms, stems, terms

#: Stems of a word or phrase, in order.
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Groups of phrases that stand for one another, by the phrase; ``written``: each phrase as the file writes it."""

    groups: Mapping[Phrase, tuple[Phrase, ...]]
    written: Mapping[Phrase, str]

    def alternatives(self, text: str) -> dict[str, tuple[Phrase, ...]]:
        """For each stem of ``text`` that is (part of) a listed phrase, the other phrases of its group."""
        words = [term.stem for term in terms(text)]
        found: dict[str, tuple[Phrase, ...]] = {}
        for start in range(len(words)):
            for length in range(min(_LONGEST, len(words) - start), 0, -1):
                phrase = tuple(words[start : start + length])
                for word in phrase if phrase in self.groups else ():
                    found.setdefault(word, self.groups[phrase])
        return found


def met(word: str, present: Collection[str], alternatives: Mapping[str, Sequence[Phrase]]) -> bool:
    """Whether ``present`` (stems) holds the word, or all of a phrase that stands for it."""
    return word in present or any(all(w in present for w in phrase) for phrase in alternatives.get(word, ()))


_LONGEST = 6


@lru_cache(maxsize=1)
def bundled_thesaurus() -> Thesaurus:
    """The groups of ``data/synonyms.txt``."""
    return parsed(files("rag").joinpath("data/synonyms.txt").read_text(encoding="utf-8").splitlines())


def parsed(lines: Iterable[str]) -> Thesaurus:
    """One group a line, its phrases separated by commas; '#' begins a comment line."""
    groups: dict[Phrase, tuple[Phrase, ...]] = {}
    written: dict[Phrase, str] = {}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            for part in line.split(","):
                written.setdefault(tuple(stems(part)), part.strip())
            phrases = list(dict.fromkeys(tuple(stems(part)) for part in line.split(",")))
            for phrase in phrases:
                others = tuple(other for other in phrases if other != phrase)
                groups[phrase] = tuple(dict.fromkeys((*groups.get(phrase, ()), *others)))
    return Thesaurus(groups, written)


def corrections(
    text: str,
    vocabulary: Callable[[], Mapping[str, int]],
    is_known: Callable[[str], bool],
    is_word: Callable[[str], bool],
) -> dict[str, str]:
    """Misspelt words of ``text`` and the words of the library they are taken for.

    Only a word that neither the library (``is_known``, of its stem) nor the language (``is_word``) has is moved, and
    only to a word of the library (``vocabulary``: lower-case words with their counts) one slip away, or two for a
    long word. Capitalised words may be names and stay.
    """
    found: dict[str, str] = {}
    for term in content_terms(text):
        word = text[term.start : term.end]
        if len(word) < _SHORTEST or not word.isalpha() or word[0].isupper() or is_known(term.stem) or is_word(word):
            continue
        slips = 2 if len(word) >= _LONG else 1
        near = {
            other: distance
            for other in vocabulary()
            if abs(len(other) - len(word)) <= slips and (distance := _slips(word.lower(), other, slips)) <= slips
        }
        if near:
            found[word] = min(near, key=lambda other: (near[other], -vocabulary()[other], other))
    return found


_SHORTEST, _LONG = 5, 8


def _slips(a: str, b: str, most: int) -> int:
    """Letters to insert, drop, change or swap with a neighbour (optimal string alignment); over ``most``: most + 1."""
    before, row = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i] + [0] * len(b)
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
