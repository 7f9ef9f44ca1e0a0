"""Lists and numbers of cases: every case is looked at, by its card and else by what it says, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.ask.conditions import Condition, ConditionReader
from rag.ask.query.filter_rows import RowFilter
from rag.ask.query.filters import OUTCOMES, meets, years_of
from rag.cases.fields.plans import is_planned, is_under_way
from rag.text.patterns import patterns
from rag.text.words import sentences, stems
from rag.types import Case, Document, Exclusion, Facet, FacetKind, Passage, Request, RequestOrder, Span

_PATTERNS = patterns("requests")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MOST_SENTENCES = 3  # of one case
_NAMING: tuple[FacetKind, ...] = ("topic", "setting", "community")


@dataclass(frozen=True, slots=True)
class Listing:
    """The cases (by id) that meet a ``condition``, those that say most of it first; ``undecided`` state nothing of it,
    ``planned`` only intend it, in these words. ``said``: the words of those that do not meet it by their cards alone.
    """

    found: Sequence[str]
    undecided: Sequence[str]
    planned: Mapping[str, Span]
    looked_at: int
    condition: Condition
    said: Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, eq=False, kw_only=True)
class CaseLister:
    """Finds every case that meets a condition."""

    cases: Mapping[str, Case]
    documents: Mapping[str, Document]
    passages: Sequence[Passage]
    rows: RowFilter
    conditions: ConditionReader

    def listing(self, request: Request, excluded: Sequence[Exclusion], among: Sequence[Case]) -> Listing:
        """The cases ``among`` some that meet what is requested, without those ``excluded``."""
        condition = self.conditions.read(request, excluded)
        left_out = self.rows.cases_left_out(condition.without)
        stating = {each.kind for each in (*condition.filters, *(f for e in condition.without for f in e.filters))}
        stating &= {"place", "period"}
        undecided = [c.case_id for c in among if c.case_id not in left_out and _lacks(c, stating, condition)]
        left_out.update(undecided)
        found = [case.case_id for case in among if case.case_id not in left_out and meets(case, condition.filters)]
        if condition.topics:
            found, undecided = ([i for i in each if i in condition.about] for each in (found, undecided))
        said: dict[str, tuple[Span, ...]] = {}
        planned: dict[str, Span] = {}
        if request.kind == "failed":
            said = {case_id: trouble for case_id in found if (trouble := self._trouble(self.cases[case_id]))}
            found = list(said)
        elif condition.phrases:
            said, planned = self._saying(condition, found)
            found, undecided = list(said), list(self._saying(condition, undecided)[0])
        if condition.negated and condition.asks:
            meeting = {*found, *planned}
            found = [case.case_id for case in among if case.case_id not in meeting | left_out]
            said, planned = {}, {}
        if request.kind in ("latest", "earliest"):
            found = self._at_the_end(found, last=request.kind == "latest")
        elif request.order:
            found = self._ordered(found, request.order)
        return Listing(found, undecided, planned, len(among), condition, said)

    def shown(self, listing: Listing, case_id: str) -> tuple[Span, ...]:
        """The words of a case of a listing that show why it is among them."""
        if case_id in listing.planned:
            return (listing.planned[case_id],)
        return listing.said.get(case_id) or (self._on_card(self.cases[case_id], listing.condition),)

    # --- what cases say ---

    def _saying(
        self, condition: Condition, among: Sequence[str]
    ) -> tuple[dict[str, tuple[Span, ...]], dict[str, Span]]:
        """The cases ``among`` some that say one of the phrases, those with most passages that do first, each with the
        words; and those that only plan it, with theirs.
        """
        rows: dict[str, list[int]] = {case_id: [] for case_id in among}
        for row in self.rows.rows_holding(condition.phrases, condition.alternatives):
            rows.get(self.rows.case_of[row], []).append(row)
        said: dict[str, tuple[Span, ...]] = {}
        planned: dict[str, Span] = {}
        for case_id in sorted(among, key=lambda case_id: -len(rows[case_id])):
            case = self.cases[case_id]
            if facet := self._facet(case, condition.said_by):
                said[case_id] = (self._sentence(case, facet.start) or self._opening(case),)
                continue
            for span in self._holding(case, rows[case_id], condition):
                text = self._text(case)[slice(*span)]
                if not is_planned(text) or is_under_way(text):
                    said[case_id] = (span,)
                    break
                planned.setdefault(case_id, span)
        return said, {case_id: span for case_id, span in planned.items() if case_id not in said}

    def _holding(self, case: Case, rows: Iterable[int], condition: Condition) -> Iterator[Span]:
        """The sentences of some passages of a case that say one of the phrases."""
        for row in rows:
            passage = self.passages[row]
            for start, end in self._sentences(case, (passage.start, passage.end)):
                text = self._text(case)[start:end]
                words = stems(text if condition.names else _PATTERNS["proper_name"].sub(" ", text))
                if condition.told_by(words):
                    yield start, end

    def _trouble(self, case: Case) -> tuple[Span, ...]:
        """The first sentences that state what got in the way, else what the problem was."""
        return self.stating(case, "barrier", _MOST_SENTENCES) or self.stating(case, "problem", _MOST_SENTENCES)

    def stating(self, case: Case, kind: FacetKind, most: int) -> tuple[Span, ...]:
        """The first sentences of a case that state something of a kind; the strongest results before others."""
        stated = sorted(case.stated(kind), key=lambda facet: facet.value != case.outcome)
        spans = (self._sentence(case, facet.start) for facet in stated)
        return tuple(sorted(list(dict.fromkeys(filter(None, spans)))[:most]))

    def names_of_case(self, case: Case) -> set[str]:
        """The stems of all that a case may be called by: its title, place, people and topics."""
        naming = (facet.value for facet in case.facets if facet.kind in (*_NAMING, "place"))
        return {stem for name in (case.title, case.place, *naming) for stem in stems(name)}

    def _on_card(self, case: Case, condition: Condition) -> Span:
        """The sentence that states what a case is listed for, else its first."""
        kinds = [each.kind for each in condition.filters]
        stated = (facet for kind in (*kinds, "place") for facet in case.facets if facet.kind == kind)
        for facet in (self._facet(case, condition.named_by), *stated):
            if facet and (span := self._sentence(case, facet.start)):
                return span
        return self._opening(case)

    @staticmethod
    def _facet(case: Case, holds: Callable[[Collection[str]], bool]) -> Facet | None:
        """What a card states of topic, setting or people whose stems hold what is asked."""
        naming = (facet for facet in case.facets if facet.kind in _NAMING)
        return next((facet for facet in naming if holds(set(stems(facet.value)))), None)

    def _sentence(self, case: Case, at: int) -> Span | None:
        return next((span for span in self._sentences(case, (at, at + 1)) if span[0] <= at < span[1]), None)

    def _opening(self, case: Case) -> Span:
        return next(self._sentences(case), case.spans[0])

    def _sentences(self, case: Case, within: Span | None = None) -> Iterator[Span]:
        """The sentences of a case's account, of the blocks that a span reaches into: no headings, no contacts."""
        document = self.documents[case.doc_id]
        for block in document.blocks:
            if block.role != "account" or block.kind == "heading":
                continue
            for first, last in case.spans:
                start, end = max(first, block.start), min(last, block.end)
                if start < end and (within is None or (start < within[1] and within[0] < end)):
                    yield from sentences(document.text, start, end)

    def _text(self, case: Case) -> str:
        return self.documents[case.doc_id].text

    def _ordered(self, found: Sequence[str], order: RequestOrder) -> list[str]:
        """The cases by their last year, the newest first, by the strength of their result, or by their place."""
        if order == "result":
            return sorted(found, key=lambda case_id: OUTCOMES.index(self.cases[case_id].outcome))
        if order == "place":
            return sorted(
                found, key=lambda case_id: (not self.cases[case_id].place, self.cases[case_id].place.casefold())
            )
        years = {case_id: max(self._years(self.cases[case_id]), default=0) for case_id in found}
        return sorted(found, key=lambda case_id: -years[case_id])

    def _years(self, case: Case) -> list[int]:
        """The years when a case took place; where it states none, the years that it names."""
        stated = [int(y) for f in case.stated("period") for y in f.labels if years_of(y)]
        return stated or [int(year) for a, b in case.spans for year in _YEAR.findall(self._text(case)[a:b])]

    def _at_the_end(self, found: Sequence[str], *, last: bool) -> list[str]:
        """Those of the cases that took place last, or first."""
        years: dict[str, int] = {}
        for case_id in found:
            if stated := self._years(self.cases[case_id]):
                years[case_id] = max(stated) if last else min(stated)
        best = (max if last else min)(years.values(), default=0)
        return [case_id for case_id, year in years.items() if year == best]


def _lacks(case: Case, kinds: Collection[str], condition: Condition) -> bool:
    """Whether a case states nothing of one of the kinds, and meets what is asked of the others."""
    lacking = set(kinds) - {facet.kind for facet in case.facets}
    return bool(lacking) and meets(case, tuple(each for each in condition.filters if each.kind not in lacking))
