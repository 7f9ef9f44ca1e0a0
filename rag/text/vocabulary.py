"""Lists of terms by label ('Diabetes: diabetes, type 2 diabetes'), and patterns that find the terms in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

#: By section of the file ('' before any), then by label: its terms.
Vocabulary = dict[str, dict[str, tuple[str, ...]]]

_APOSTROPHES = "'’´"


@lru_cache(maxsize=8)
def vocabulary(name: str) -> Vocabulary:
    """The lists of the package's data file ``name``: lines 'Label: term, term', sections '[section]'."""
    found: Vocabulary = {}
    section = ""
    for line in files("rag").joinpath(f"data/{name}").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif line.strip() and not line.startswith("#"):
            label, _, terms = line.partition(": ")
            found.setdefault(section, {})[label] = tuple(term.strip() for term in terms.split(",") if term.strip())
    return found


def labels_by_term(lists: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The labels of each term (as ``term_key`` gives it)."""
    found: dict[str, tuple[str, ...]] = {}
    for label, terms in lists.items():
        for term in terms:
            key = term_key(term)
            found[key] = (*found.get(key, ()), label)
    return found


class Lexicon:
    """The terms of some sections of a data file, found in a text with their labels.

    ``around`` is the pattern they are found by, with {} where they stand.
    """

    def __init__(self, name: str, *sections: str, around: str = r"(?<!\w){}s?(?!\w)") -> None:
        self._labels: dict[str, tuple[str, ...]] = {}
        terms: list[str] = []
        for lists in (vocabulary(name)[section] for section in sections):
            terms += [term for each in lists.values() for term in each]
            for term, found in labels_by_term(lists).items():
                self._labels[term] = tuple(dict.fromkeys((*self._labels.get(term, ()), *found)))
        self._pattern = re.compile(around.format(one_of(terms)))

    def find(
        self, text: str, start: int = 0, end: int | None = None
    ) -> Iterator[tuple[re.Match[str], tuple[str, ...]]]:
        """Each term in ``text[start:end]`` with its labels; those of a plural may be listed under the singular."""
        for match in self._pattern.finditer(text, start, len(text) if end is None else end):
            key = term_key(match.group())
            yield match, self._labels.get(key) or self._labels.get(key.removesuffix("s"), ())

    def labels_in(self, text: str) -> tuple[str, ...]:
        """The labels of all terms in a text, each once."""
        return tuple(dict.fromkeys(label for _, labels in self.find(text) for label in labels))


def term_key(words: str) -> str:
    """A term as it is compared: 'Long-term conditions' is 'long term conditions'."""
    plain = words.casefold().replace("-", " ")
    for mark in _APOSTROPHES:
        plain = plain.replace(mark, "'")
    return " ".join(plain.split())


_BRACKETS = re.compile(r"\s?\([^()]*\)?")


def outside_brackets(value: str) -> str:
    """What a value says itself: 'Planning' of 'Planning (e.g. Transport)'; all where it is but brackets."""
    return _BRACKETS.sub("", value).strip() or value


def one_of(terms: Iterable[str]) -> str:
    """A pattern for any of the terms, the longest that fits, in time that does not grow with their number.

    Words in lower case are found capitalised too; a space may be a hyphen or a line's end, an apostrophe a curly one.
    """
    tree: dict[str, Any] = {}
    for term in terms:
        node = tree
        for atom in _atoms(term):
            node = node.setdefault(atom, {})
        node[""] = {}
    return _pattern(tree)


def _atoms(term: str) -> list[str]:
    found = []
    begins = True
    for char in term:
        if char in " -":
            found.append(r"[\s-]")
        elif char in _APOSTROPHES:
            found.append(f"[{_APOSTROPHES}]")
        elif begins and char.islower():
            found.append(f"[{char}{char.upper()}]")
        else:
            found.append(re.escape(char))
        begins = char in " -"
    return found


def _pattern(tree: dict[str, Any]) -> str:
    """As deep as a term is long."""
    branches = [atom + _pattern(below) for atom, below in tree.items() if atom]
    if not branches:
        return ""
    if len(branches) == 1 and "" not in tree:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if '' in tree else ''}"
