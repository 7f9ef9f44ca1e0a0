"""Lists and numbers of cases: every case is looked at, by its card and else by what it says, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.ask.query.filter_rows import RowFilter
from rag.ask.query.filters import meets, names_of, years_of
from rag.ask.query.follow_ups import ASPECTS
from rag.ask.query.intent import FRAME, LIGHT
from rag.ask.query.preferences import PreferenceReader
from rag.ask.query.requests import Request
from rag.cases.fields.plans import is_planned
from rag.text.patterns import patterns
from rag.text.synonyms import Phrase, Synonyms, met
from rag.text.words import content_terms, sentences, stems, word_list
from rag.types import Case, Document, Exclusion, FacetKind, Filter, Filters, Span

_PATTERNS = patterns("requests")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_OR = re.compile(r"\s+or\s+|\s*/\s*")
#: Stems that a condition may hold without naming anything: 'used', 'took place', 'described'.
_EMPTY = FRAME | LIGHT | ASPECTS | frozenset(stem for word in word_list("of_requests") for stem in stems(word))
_MOST_SENTENCES = 3  # of one case
_MEASURED = Filter("outcome", "measured")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a case must meet: ``filters`` by its card, not ``without``, and one of the ``phrases`` (stems) said.

    ``names``: whether names are asked for; else the 'Medical School' that somebody works at is no school.
    """

    filters: Filters
    without: tuple[Exclusion, ...]
    phrases: tuple[Phrase, ...]
    names: bool

    @property
    def by_card(self) -> bool:
        """Whether the cards alone decide."""
        return bool(self.filters or self.without) and not self.phrases


@dataclass(frozen=True, slots=True)
class Listing:
    """The cases (by id) that meet a condition, each with the words that show it; ``undecided`` state nothing of it,
    ``planned`` only intend it.
    """

    found: Mapping[str, tuple[Span, ...]]
    undecided: tuple[str, ...]
    planned: tuple[str, ...]
    looked_at: int
    condition: Condition


@dataclass(frozen=True, eq=False, kw_only=True)
class CaseLister:
    """Finds every case that meets a condition."""

    cases: Mapping[str, Case]
    documents: Mapping[str, Document]
    rows: RowFilter
    reader: PreferenceReader
    synonyms: Synonyms

    def listing(self, request: Request, excluded: Sequence[Exclusion], among: Sequence[Case]) -> Listing:
        """The cases ``among`` some that meet what is requested, without those ``excluded``."""
        condition = self.condition(request.condition, excluded)
        left_out = self.rows.cases_left_out(condition.without)
        kinds = {each.kind for each in (*condition.filters, *(f for e in condition.without for f in e.filters))}
        card_kinds = kinds & {"place", "period"}
        found: dict[str, tuple[Span, ...]] = {}
        undecided, planned = list[str](), list[str]()
        alternatives = self.synonyms.alternatives(request.condition)
        for case in among:
            stated = {facet.kind for facet in case.facets}
            if case.case_id in left_out:
                continue
            if card_kinds - stated:
                undecided.append(case.case_id)
            elif request.kind == "failed":
                if trouble := self._stated(case, "barrier") or self._stated(case, "problem"):
                    found[case.case_id] = trouble
            elif meets(case, condition.filters):
                done, intended = self._shown(case, condition, alternatives)
                if done:
                    found[case.case_id] = (done,)
                elif intended:
                    planned.append(case.case_id)
        if request.kind in ("latest", "earliest"):
            found = self._at_the_end(found, last=request.kind == "latest")
        return Listing(found, tuple(undecided), tuple(planned), len(among), condition)

    def condition(self, words: str, excluded: Sequence[Exclusion] = ()) -> Condition:
        """What ``words`` ask of a case."""
        filters, rest = self.reader.split(words)
        without = list(excluded)
        if unmeasured := _PATTERNS["unmeasured"].search(rest):
            rest = rest[: unmeasured.start()] + rest[unmeasured.end() :]
            without.append(Exclusion("", (_MEASURED,)))
        elif measured := _PATTERNS["measured"].search(rest):
            rest = rest[: measured.start()] + rest[measured.end() :]
            filters = (*filters, _MEASURED)
        phrases = (tuple(t.stem for t in content_terms(part) if t.stem not in _EMPTY) for part in _OR.split(rest))
        names = any(rest[term.start].isupper() for term in content_terms(rest))
        return Condition(filters, tuple(without), tuple(phrase for phrase in phrases if phrase), names)

    # --- the words that show it ---

    def _shown(
        self, case: Case, condition: Condition, alternatives: Mapping[str, Sequence[Phrase]]
    ) -> tuple[Span | None, Span | None]:
        """The words of a case that show that it meets a condition, and those that only intend it; None if none do."""
        if not condition.phrases:
            return self._on_card(case, [each.kind for each in condition.filters]) or self._opening(case), None
        intended: Span | None = None
        for facet in case.facets:
            if facet.kind in ("topic", "setting", "community"):
                named = {stem for name in names_of(facet) for stem in stems(name)}
                if any(all(met(word, named, alternatives) for word in phrase) for phrase in condition.phrases):
                    return self._sentence(case, facet.start) or self._opening(case), None
        for start, end in self._sentences(case):
            text = self._text(case)[start:end]
            said = set(stems(text if condition.names else _PATTERNS["proper_name"].sub(" ", text)))
            says = any(all(met(word, said, alternatives) for word in phrase) for phrase in condition.phrases)
            if says and not is_planned(text):
                return (start, end), None
            if says:
                intended = intended or (start, end)
        return None, intended

    def _stated(self, case: Case, kind: FacetKind) -> tuple[Span, ...]:
        """The first sentences that state something of a kind."""
        spans = (self._sentence(case, facet.start) for facet in case.stated(kind))
        return tuple(sorted(set(list(dict.fromkeys(filter(None, spans)))[:_MOST_SENTENCES])))

    def _on_card(self, case: Case, kinds: Sequence[str]) -> Span | None:
        """The sentence that states the first of some kinds."""
        for kind in (*kinds, "place"):
            stated = [facet for facet in case.facets if facet.kind == kind]
            for facet in stated:
                if span := self._sentence(case, facet.start):
                    return span
        return None

    def _sentence(self, case: Case, at: int) -> Span | None:
        return next((span for span in self._sentences(case) if span[0] <= at < span[1]), None)

    def _opening(self, case: Case) -> Span:
        return next(iter(self._sentences(case)), case.spans[0])

    def _sentences(self, case: Case) -> list[Span]:
        """The sentences of a case's account: no headings, no contacts."""
        document = self.documents[case.doc_id]
        kept = [block for block in document.blocks if block.role == "account" and block.kind != "heading"]
        return [
            span
            for first, last in case.spans
            for block in kept
            if block.start < last and first < block.end
            for span in sentences(document.text, max(first, block.start), min(last, block.end))
        ]

    def _text(self, case: Case) -> str:
        return self.documents[case.doc_id].text

    def _at_the_end(self, found: Mapping[str, tuple[Span, ...]], *, last: bool) -> dict[str, tuple[Span, ...]]:
        """Those of the cases that took place last, or first."""
        years: dict[str, int] = {}
        for case_id in found:
            case = self.cases[case_id]
            stated = [int(y) for f in case.stated("period") for y in f.labels if years_of(y)]
            stated = stated or [int(year) for a, b in case.spans for year in _YEAR.findall(self._text(case)[a:b])]
            if stated:
                years[case_id] = max(stated) if last else min(stated)
        best = (max if last else min)(years.values(), default=0)
        return {case_id: found[case_id] for case_id, year in years.items() if year == best}
