"""What cases are about: what they name in their title and on their cards, and what they say all along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.ask.query.filter_rows import RowFilter
from rag.text.synonyms import Phrase, any_met
from rag.text.words import stems
from rag.types import Case

#: What so large a share of a case's passages, and at least two, names, the case is about. On participedia's pages the
#: topics that they state themselves are found as well at 0.3 to 0.7, and less well at 0.2.
_ABOUT = 0.5

Stems = frozenset[str]


@dataclass(frozen=True, eq=False)
class Topics:
    """The topics of cases; ``rows`` knows which passages hold words."""

    cases: Mapping[str, Case]
    rows: RowFilter

    def about(self, topics: Sequence[Phrase], alternatives: Mapping[str, Sequence[Phrase]]) -> frozenset[str]:
        """The ids of the cases about one of the topics: they name it in their title or on their card, say it all along,
        or say it often and their topic is of that kind.
        """
        saying = Counter(self.rows.case_of[row] for row in self.rows.rows_holding(topics, alternatives))
        often = {i for i, number in saying.items() if i and number >= _ABOUT * len(self.rows.case_rows[i])}
        about = {case_id for case_id in often if saying[case_id] > 1}
        first = {phrase[0] for phrase in topics}
        first |= {other[0] for word in first for other in alternatives.get(word, ())}
        naming = {case_id for word in first for case_id in self._naming.get(word, ())}
        for case_id in (often | naming) - about:
            named, kinds = self._named[case_id]
            said = [*named, *(kinds if case_id in often else ())]
            if any(any_met(topics, words, alternatives) for words in said):
                about.add(case_id)
        return frozenset(about)

    @cached_property
    def _naming(self) -> dict[str, set[str]]:
        """The ids of the cases that name a stem."""
        found: dict[str, set[str]] = {}
        for case_id, (named, _) in self._named.items():
            for word in {word for words in named for word in words}:
                found.setdefault(word, set()).add(case_id)
        return found

    @cached_property
    def _named(self) -> dict[str, tuple[list[Stems], list[Stems]]]:
        """What each case with passages names in title, topics and settings, and the kinds of its topics."""

        def stems_of(names: Iterable[str]) -> list[Stems]:
            return [frozenset(stems(name)) for name in names]

        return {
            case_id: (
                stems_of([case.title, *(facet.value for facet in case.facets if facet.kind in ("topic", "setting"))]),
                stems_of(label for facet in case.stated("topic") for label in facet.labels),
            )
            for case_id, case in self.cases.items()
            if case_id in self.rows.case_rows
        }
