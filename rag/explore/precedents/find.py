"""Which cases are like a situation that somebody describes: by problem, people, kind of place and means.

1. The situation's words are told apart by aspect (``situation``).
2. Of a large library, the cases that either search finds for the whole or for the problem, and those that bear its
   labels, are looked at.
3. Each is compared aspect by aspect (``likeness``): by the labels both bear, by what its text tells, and by the
   nearest of its sentences; the vectors are those of the index, only the situation's words are encoded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rag.explore.precedents.likeness import Profile, Wanted, match
from rag.explore.precedents.situation import read_situation
from rag.index.quotable_units import QuotableUnitIndex
from rag.index.store.segment_arrays import ranges
from rag.types import (
    Aspect,
    Case,
    Document,
    Embedder,
    Precedent,
    Precedents,
    Rows,
    ScoredPassage,
    Situation,
    Span,
    Vectors,
)

#: Shares of the aspects in a case's score, and of how well search finds it.
_WEIGHTS: dict[Aspect, float] = {"problem": 0.5, "people": 0.25, "place": 0.1, "means": 0.15}
_SEARCH = 0.7
_FEWEST = 3  # cases shown though they share neither problem nor people
_PASSAGES = 60  # found by each search
_LABELLED = 30  # cases looked at for their labels alone
_OTHER_SENTENCE = 0.85  # of the cosine of a sentence that states nothing of the aspect, where others do
#: Labels that most situations could bear: of 'young Roma girls' Roma counts.
_BROAD = frozenset({"Women", "Men", "Children and families", "Young people", "Workers", "Students", "England"})
_BROAD_WEIGHT = 0.3

Search = Callable[[str, int, Collection[int]], Sequence[ScoredPassage]]


@dataclass(frozen=True, eq=False, kw_only=True)
class PrecedentFinder:
    """Compares situations with the cases of a library.

    ``rows`` are those of each case's passages, by its id; ``search(text, k, rows)`` ranks passages.
    """

    cases: Mapping[str, Case]
    documents: Mapping[str, Document]
    rows: Mapping[str, Rows]
    units: QuotableUnitIndex
    encoder: Embedder
    search: Search

    @cached_property
    def _profiles(self) -> Mapping[str, Profile]:
        return {
            case_id: Profile(self.cases[case_id], self.documents[self.cases[case_id].doc_id]) for case_id in self.rows
        }

    def find(self, text: str, k: int, allowed: Collection[str]) -> Precedents:
        """The ``k`` of the ``allowed`` cases (by id) most like the situation, best first."""
        situation = read_situation(text)
        wanted = [self._wanted(situation, aspect) for aspect in situation.aspects]
        if not wanted or not allowed:
            return Precedents(situation, ())
        searched = self._searched(situation, allowed)
        looked_at = dict.fromkeys([*searched, *self._labelled(wanted, allowed)])
        vectors = self.encoder.embed_queries(["; ".join(each.words) for each in wanted])
        nearest = {case_id: self._nearest(case_id, wanted, vectors) for case_id in looked_at}
        found = []
        for case_id in looked_at:
            profile = self._profiles[case_id]
            matches = tuple(match(each, profile, nearest[case_id].get(each.aspect)) for each in wanted)
            total = sum(_WEIGHTS[m.aspect] for m in matches)
            score = sum(_WEIGHTS[m.aspect] * m.score for m in matches) / total
            found.append(Precedent(profile.case, score + _SEARCH * searched.get(case_id, 0.0), matches))
        found.sort(key=lambda precedent: -precedent.score)
        lacking = tuple(w.aspect for w in wanted if all(p.likeness(w.aspect) == "none" for p in found))
        alike = [precedent for precedent in found if _is_alike(precedent)]
        others = [precedent for precedent in found if not _is_alike(precedent)]
        return Precedents(situation, (*alike, *others[: max(0, _FEWEST - len(alike))])[:k], lacking)

    def _wanted(self, situation: Situation, aspect: Aspect) -> Wanted:
        labels = (label for part in situation.parts if part.aspect == aspect for label in part.labels)
        weights = {label: self._rarity(label) * (_BROAD_WEIGHT if label in _BROAD else 1.0) for label in labels}
        return Wanted(aspect, situation.words(aspect), weights)

    # --- which cases are looked at ---

    def _searched(self, situation: Situation, allowed: Collection[str]) -> dict[str, float]:
        """The cases that search finds for the whole situation and for its problem, with how well (0 to 1)."""
        rows = [int(row) for case_id in allowed for row in self.rows[case_id]]
        problem = "; ".join(situation.words("problem"))
        best: dict[str, float] = {}
        for text in dict.fromkeys(filter(None, (situation.text, problem))):
            found = self.search(text, _PASSAGES, rows)
            scores = [scored.score for scored in found]
            low, high = min(scores, default=0.0), max(scores, default=0.0)
            for scored in found:
                if (case_id := scored.passage.case_id) in self._profiles:
                    relative = (scored.score - low) / (high - low or 1.0)
                    best[str(case_id)] = max(best.get(str(case_id), 0.0), relative)
        return best

    def _labelled(self, wanted: Sequence[Wanted], allowed: Collection[str]) -> list[str]:
        """The cases that bear most of the situation's labels by weight."""
        weights: dict[str, float] = {}
        within = set(allowed)
        for each in wanted:
            for label, weight in each.labels.items():
                for case_id in self._bearers.get(label, ()):
                    if case_id in within:
                        weights[case_id] = weights.get(case_id, 0.0) + weight * _WEIGHTS[each.aspect]
        return sorted(weights, key=lambda case_id: -weights[case_id])[:_LABELLED]

    def _rarity(self, label: str) -> float:
        return math.log(1 + len(self._profiles) / (1 + len(self._bearers.get(label, ()))))

    @cached_property
    def _bearers(self) -> Mapping[str, list[str]]:
        """The cases that bear each label."""
        found: dict[str, list[str]] = {}
        for case_id, profile in self._profiles.items():
            for label in profile.labels:
                found.setdefault(label, []).append(case_id)
        return found

    # --- the nearest sentences ---

    def _nearest(self, case_id: str, wanted: Sequence[Wanted], vectors: Vectors) -> dict[Aspect, tuple[float, Span]]:
        """Of each aspect the sentence nearest in meaning, those first that state something of it."""
        rows = self.rows[case_id]
        units = ranges(self.units.first[rows], self.units.last[rows])
        if not len(units):
            return {}
        spans = self.units.spans[units][:, :2]
        cosines = self.units.vectors[units].astype(np.float32) @ vectors.T
        profile, found = self._profiles[case_id], dict[Aspect, tuple[float, Span]]()
        for column, each in enumerate(wanted):
            own = cosines[:, column] * self._shares(profile, each.aspect, spans)
            best = int(np.argmax(own))
            found[each.aspect] = float(own[best]), (int(spans[best, 0]), int(spans[best, 1]))
        return found

    @staticmethod
    def _shares(profile: Profile, aspect: Aspect, spans: Rows) -> Vectors:
        """1 for the sentences that state something of an aspect, less for the others; all alike if none does."""
        states = np.zeros(len(spans), dtype=bool)
        for facet in profile.facets(aspect):
            states |= (spans[:, 0] < facet.end) & (facet.start < spans[:, 1])
        shares: Vectors = np.where(states | ~states.any(), 1.0, _OTHER_SENTENCE).astype(np.float32)
        return shares


def _is_alike(precedent: Precedent) -> bool:
    """Whether a case shares the problem or the people; if the situation tells of neither, anything."""
    first = [match for match in precedent.matches if match.aspect in ("problem", "people")]
    return any(match.likeness != "none" for match in first or precedent.matches)
