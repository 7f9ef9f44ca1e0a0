"""How right the fields of case cards are, against a gold table. tests/gold/README.md has the rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from rag.text.words import content_terms, stems, terms
from rag.types import Case, Document, Facet
from rag.types.documents import FacetKind, Outcome

GOLD = Path(__file__).parent / "gold" / "cases.jsonl"
KINDS: tuple[str, ...] = get_args(FacetKind)
CLASSES: tuple[str, ...] = get_args(Outcome)
#: Told in sentences: compared by where they stand. All other kinds are names, compared by their words.
SENTENCES = frozenset({"problem", "deed", "outcome", "barrier", "lesson"})
FIGURES = frozenset({"measured", "figure"})
#: Rows besides the kinds: only the outcomes with figures; every outcome with the right class.
FIGURE_ROW, CLASS_ROW = "outcome figures", "outcome class"
ROWS = (*KINDS, FIGURE_ROW, CLASS_ROW)


@dataclass(frozen=True, slots=True)
class Entry:
    """An acceptable value; ``needed`` if a careful reader would ask for it. ``words`` are the words and their
    alternatives; ``figure`` is what an outcome's words must include."""

    kind: str
    words: tuple[str, ...]
    needed: bool
    outcome: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """What is right of one case (``name`` is its id), or of a whole file (``name`` is the document's id)."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    of_file: bool = False
    judged: tuple[str, ...] = ROWS


@dataclass(frozen=True, slots=True)
class Finding:
    """A value that should not be there, or one that is missing."""

    case: str
    words: str


@dataclass(slots=True)
class Score:
    """Sums over cases. ``first`` and ``stated`` count cases that state the field: first value right; all."""

    right: int = 0
    found: int = 0
    needed: int = 0
    first: int = 0
    stated: int = 0
    wrong: list[Finding] = field(default_factory=list)
    missed: list[Finding] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of the extracted values, those that are right; 1.0 if nothing was extracted."""
        return self.right / (self.right + len(self.wrong)) if self.right or self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the needed values, those that were found; 1.0 if none is needed."""
        return self.found / self.needed if self.needed else 1.0

    @property
    def first_right(self) -> float:
        """Of the cases that state the field, those whose first value is right; 1.0 if none states it."""
        return self.first / self.stated if self.stated else 1.0

    def add(self, case: str, values: Sequence[tuple[str, bool]], needed: Sequence[tuple[str, bool]]) -> None:
        """One case: each extracted value with whether it is right, each needed one with whether it was found."""
        self.right += sum(right for _, right in values)
        self.found += sum(found for _, found in needed)
        self.needed += len(needed)
        self.stated += bool(needed)
        self.first += bool(needed and values and values[0][1])
        self.wrong += [Finding(case, words) for words, right in values if not right]
        self.missed += [Finding(case, words) for words, found in needed if not found]


def read_gold(path: Path = GOLD) -> list[Gold]:
    """The cases of a gold table."""
    return [_gold(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _gold(line: Mapping[str, Any]) -> Gold:
    entries = tuple(
        Entry(e["field"], (e["words"], *e.get("or", ())), e["needed"], e.get("class", ""), e.get("figure", ""))
        for e in line["fields"]
    )
    name = line.get("case") or line["file"]
    return Gold(name, line["title"], entries, "case" not in line, tuple(line.get("judged", ROWS)))


def score_cases(cases: Iterable[Case], documents: Mapping[str, Document], gold: Iterable[Gold]) -> dict[str, Score]:
    """Every field's score over the gold cases; cases without gold count for nothing. ``documents`` by their id."""
    scores = {row: Score() for row in ROWS}
    every = list(cases)
    for wanted in gold:
        found = [case for case in every if wanted.name == (case.doc_id if wanted.of_file else case.case_id)]
        facets = [facet for case in found for facet in case.facets]
        document = documents.get(found[0].doc_id) if found else None
        words = _Words(document.text if document else "")
        for row in wanted.judged:
            _score_row(scores[row], row, wanted, facets, words)
    return scores


def _score_row(score: Score, row: str, gold: Gold, facets: Sequence[Facet], words: _Words) -> None:
    entries = [entry for entry in gold.entries if _in_row(row, entry.kind, entry.outcome)]
    values = _distinct(facet for facet in facets if _in_row(row, facet.kind, facet.value))
    pairs = [[_agrees(row, facet, entry, words) for facet in values] for entry in entries]
    right = [any(pair[i] for pair in pairs) for i in range(len(values))]
    needed = [
        (_shown(entry), any(any(pairs[i]) for i, same in enumerate(entries) if same.words == entry.words))
        for entry in entries
        if entry.needed
    ]
    score.add(gold.name, [(words.shown(f), ok) for f, ok in zip(values, right, strict=True)], needed)


def _in_row(row: str, kind: str, outcome: str) -> bool:
    if row == FIGURE_ROW:
        return kind == "outcome" and outcome in FIGURES
    return kind == ("outcome" if row == CLASS_ROW else row)


def _distinct(facets: Iterable[Facet]) -> list[Facet]:
    """Without repeats: of sentences the same span, of names the same words."""
    by_key: dict[tuple[object, ...], Facet] = {}
    for facet in facets:
        key: tuple[object, ...] = (facet.start, facet.end) if facet.kind in SENTENCES else tuple(stems(facet.value))
        by_key.setdefault(key, facet)
    return list(by_key.values())


def _agrees(row: str, facet: Facet, entry: Entry, words: _Words) -> bool:
    if facet.kind not in SENTENCES:
        return any(same_name(facet.value, name) for name in entry.words)
    if row == CLASS_ROW and facet.value != entry.outcome:
        return False
    if row == FIGURE_ROW and not _contains(words.stems_of(facet.start, facet.end), stems(entry.figure)):
        return False
    return any(words.overlap(facet, _plain(quote)) for quote in entry.words)


def same_name(one: str, other: str) -> bool:
    """Equal, or one within the other and at least half of its content words. Case, endings and marks don't count."""
    a, b = (_content(text) for text in (one, other))
    short, long = sorted((a, b), key=len)
    return bool(short) and _contains(long, short) and 2 * len(short) >= len(long)


def _content(text: str) -> list[str]:
    return [term.stem for term in content_terms(_plain(text))] or stems(text)


def _contains(long: Sequence[str], short: Sequence[str]) -> bool:
    size = len(short)
    return any(list(long[i : i + size]) == list(short) for i in range(len(long) - size + 1))


def _plain(text: str) -> str:
    """Cleaning sets the accents that seeds have for apostrophes right."""
    return text.replace("´", "’")


def _shown(entry: Entry) -> str:
    return f"[{entry.outcome}] {entry.words[0]}" if entry.outcome else entry.words[0]


class _Words:
    """The words of a document, to compare spans by."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._terms = terms(text)
        self._stems = [term.stem for term in self._terms]
        self._at: dict[str, list[int]] = {}
        for number, stem in enumerate(self._stems):
            self._at.setdefault(stem, []).append(number)

    def shown(self, facet: Facet) -> str:
        """A name's value; of a sentence its words, an outcome's with its class."""
        if facet.kind not in SENTENCES:
            return facet.value
        words = " ".join(self._text[facet.start : facet.end].split())
        return f"[{facet.value}] {words}" if facet.kind == "outcome" else words

    def stems_of(self, start: int, end: int) -> list[str]:
        """The stems of the words within a span."""
        return [term.stem for term in self._terms if start <= term.start and term.end <= end]

    def places(self, quote: str) -> Iterator[tuple[int, int]]:
        """Where a quote's words stand: spans of the text."""
        wanted = stems(quote)
        for first in self._at.get(wanted[0], []) if wanted else []:
            if self._stems[first : first + len(wanted)] == wanted:
                yield self._terms[first].start, self._terms[first + len(wanted) - 1].end

    def overlap(self, facet: Facet, quote: str) -> bool:
        """Whether at least half of the words of the shorter are also the other's."""
        size = len(self.stems_of(facet.start, facet.end))
        for start, end in self.places(quote):
            shared = len(self.stems_of(max(start, facet.start), min(end, facet.end)))
            if shared and 2 * shared >= min(size, len(stems(quote))):
                return True
        return False


def quotes_missing(document: Document, gold: Gold) -> list[str]:
    """The words of a gold case that its document does not have."""
    words = _Words(document.text)
    return [quote for entry in gold.entries for quote in entry.words if next(words.places(_plain(quote)), None) is None]
