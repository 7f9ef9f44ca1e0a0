"""Which passages a search may find, and which it prefers: those of the cases that state what is wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from rag.ask.query.filters import meets, share
from rag.index.store.search import WordScores
from rag.sources.listed import is_below
from rag.text.synonyms import Phrase
from rag.text.words import content_terms
from rag.types import Case, Exclusion, Filters, Passage, Rows, Scores


class RowFilter:
    """The passages of an index by case, document and words; ``documents`` names each passage's document."""

    def __init__(
        self, passages: Sequence[Passage], documents: Sequence[str], cases: Mapping[str, Case], words: WordScores
    ) -> None:
        self._passages, self._documents, self._cases, self._words = passages, documents, cases, words

    def allowed(self, filters: Filters, within: Collection[int] | None = None) -> list[int]:
        """The rows, of those ``within``, that meet the filters; what belongs to no case meets those by source alone."""
        allowed = {int(row) for case_id in self.cases(filters) for row in self.case_rows[case_id]}
        if all(each.kind == "source" for each in filters):
            names = {each.value.rstrip("/") for each in filters}
            allowed |= {row for row, doc_id in enumerate(self._documents) if is_below(doc_id, names)}
        return sorted(allowed if within is None else allowed.intersection(within))

    def without(self, excluded: Sequence[Exclusion], within: Collection[int] | None = None) -> list[int]:
        """The rows, of those ``within``, that nothing ``excluded`` leaves out."""
        left_out: set[int] = set()
        for each in excluded:
            cases = self.cases_left_out([each])
            left_out.update(self.rows_saying(each.words), *(map(int, self.case_rows[case]) for case in cases))
        return sorted(set(range(len(self._passages)) if within is None else within) - left_out)

    def cases_left_out(self, excluded: Sequence[Exclusion]) -> set[str]:
        """The ids of the cases that something excluded leaves out as a whole."""
        found: set[str] = set()
        for each in excluded:
            saying = (self.case_of[row] for row in self.rows_saying(each.words))
            stating = [set(self.cases((one,))) for one in each.filters]
            found.update(set.intersection(*stating) if stating else filter(None, saying))
        return found

    def rows_saying(self, words: str) -> list[int]:
        """The rows of the passages that hold every word of ``words`` that says what it is about."""
        scores = [self._words.scores([term.stem]) for term in content_terms(words)]
        return [int(row) for row in np.flatnonzero(np.min(scores, axis=0) > 0)] if scores else []

    def rows_holding(self, phrases: Iterable[Phrase], alternatives: Mapping[str, Sequence[Phrase]]) -> list[int]:
        """The rows of the passages that hold each word of one of the phrases (stems), or all of what stands for it."""
        return sorted({int(row) for phrase in phrases for row in self._holding(phrase, alternatives)})

    def _holding(self, phrase: Phrase, alternatives: Mapping[str, Sequence[Phrase]]) -> Rows:
        def holding(words: Phrase) -> list[Scores]:
            return [self._words.scores([word]) for word in words]

        each = []
        for word in phrase:
            others = [np.min(holding(other), axis=0) for other in alternatives.get(word, ())]
            each.append(np.max([*holding((word,)), *others], axis=0))
        return np.flatnonzero(np.min(each, axis=0) > 0)

    def cases(self, filters: Filters) -> list[str]:
        """The ids of the cases with passages that meet the filters."""
        return [case_id for case_id in self.case_rows if meets(self._cases[case_id], filters)]

    def cases_among(self, rows: Collection[int] | None) -> list[Case]:
        """The cases that some rows are of, in their order; None: all."""
        among = None if rows is None else {self.case_of[row] for row in rows}
        return [self._cases[case_id] for case_id in self.case_rows if among is None or case_id in among]

    def shares(self, preferred: Filters) -> Scores:
        """The share of what is preferred that each passage's case states, (n,)."""
        shares = np.zeros(len(self._passages), dtype=np.float32)
        for case_id, rows in self.case_rows.items():
            shares[rows] = share(self._cases[case_id], preferred)
        return shares

    @cached_property
    def case_rows(self) -> dict[str, Rows]:
        """The rows of each case's passages."""
        found: dict[str, list[int]] = {}
        for row, case_id in enumerate(self.case_of):
            if case_id:
                found.setdefault(case_id, []).append(row)
        return {case_id: np.array(rows, dtype=np.int64) for case_id, rows in found.items()}

    @cached_property
    def case_of(self) -> list[str]:
        """The id of each passage's case, or ''. Read once: it lies in the passages' file."""
        return [passage.case_id or "" for passage in self._passages]
