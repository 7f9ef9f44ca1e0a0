"""Words that mean the same to a practitioner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.text.words import stems, stop_stems, terms

#: Stems of a word or phrase, in order.
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """For each phrase those that stand for it, as they are searched; ``written``: each of these as the file has it."""

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


def any_met(phrases: Iterable[Phrase], present: Collection[str], alternatives: Mapping[str, Sequence[Phrase]]) -> bool:
    """Whether ``present`` (stems) holds every word of one of the phrases, or what stands for it."""
    return any(all(met(word, present, alternatives) for word in phrase) for phrase in phrases)


_LONGEST = 6


@lru_cache(maxsize=1)
def bundled_synonyms() -> Synonyms:
    """The groups of ``data/synonyms.txt``."""
    return parsed(files("rag").joinpath("data/synonyms.txt").read_text(encoding="utf-8").splitlines())


def parsed(lines: Iterable[str]) -> Synonyms:
    """One group a line, its phrases separated by commas; '#' begins a comment line."""
    groups: dict[Phrase, tuple[Phrase, ...]] = {}
    written: dict[Phrase, str] = {}
    for line in lines:
        if line.lstrip("\ufeff \t").startswith("#"):
            continue
        phrases: dict[Phrase, str] = {}
        for part in line.split(","):
            if phrase := tuple(stems(part)):
                phrases.setdefault(phrase, part.strip())
        for phrase, text in phrases.items():
            written.setdefault(_searched(phrase), text)
            others = (_searched(other) for other in phrases if other != phrase)
            groups[phrase] = tuple(dict.fromkeys((*groups.get(phrase, ()), *others)))
    return Synonyms(groups, written)


def _searched(phrase: Phrase) -> Phrase:
    """The words of a phrase that an index holds, if they still say what it says: not 'show' for 'no show'."""
    content = tuple(word for word in phrase if word not in stop_stems())
    return content if len(content) > 1 else phrase
