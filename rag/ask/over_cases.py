"""Lists and numbers of cases: every case is looked at, by its card and else by what it says, sentence by sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.ask.query.filter_rows import RowFilter
from rag.ask.query.filters import OUTCOMES, meets, years_of
from rag.ask.query.follow_ups import ASPECTS
from rag.ask.query.intent import FRAME, LIGHT
from rag.ask.query.preferences import PreferenceReader
from rag.cases.fields.plans import is_planned, is_under_way
from rag.text.patterns import patterns
from rag.text.synonyms import Phrase, Synonyms, met
from rag.text.words import content_terms, sentences, stems, word_list
from rag.types import Case, Document, Exclusion, Facet, FacetKind, Filter, Filters, Passage, Request, RequestOrder, Span

_PATTERNS = patterns("requests")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_OR = re.compile(r"\s+or\s+|\s*/\s*")
#: Stems that a condition may hold without naming anything: 'used', 'took place', 'described'.
_EMPTY = FRAME | LIGHT | ASPECTS | frozenset(stem for word in word_list("of_requests") for stem in stems(word))
_MOST_SENTENCES = 3  # of one case
_MEASURED = Filter("outcome", "measured")
_NAMING: tuple[FacetKind, ...] = ("topic", "setting", "community")
#: What so large a share of a case's passages, and at least two, names, the case is about. On participedia's pages the
#: topics that they state themselves are found as well at 0.3 to 0.7, and less well at 0.2.
_ABOUT = 0.5


@dataclass(frozen=True, slots=True)
class Condition:
    """What a case must meet: ``filters`` by its card, not ``without``; be about one of the ``topics``, and say one of
    the ``phrases`` (stems).

    ``names``: whether names are asked for; else the 'Medical School' that somebody works at is no school.
    ``alternatives``: what stands for a word. ``negated``: the cases that do not are
    meant. ``about``: the ids of the cases about one of the topics.
    """

    filters: Filters
    without: tuple[Exclusion, ...]
    topics: tuple[Phrase, ...]
    phrases: tuple[Phrase, ...]
    names: bool
    alternatives: Mapping[str, Sequence[Phrase]]
    negated: bool = False
    about: frozenset[str] = frozenset()

    @property
    def by_card(self) -> bool:
        """Whether the cards alone decide."""
        return bool(self.filters or self.without or self.topics) and not self.phrases

    @property
    def asks(self) -> bool:
        """Whether anything is asked of a case but what it is without."""
        return bool(self.filters or self.topics or self.phrases)

    def met_by(self, phrases: Iterable[Phrase], words: Collection[str]) -> bool:
        """Whether words (stems) hold all of one of the phrases."""
        return any(all(met(word, words, self.alternatives) for word in phrase) for phrase in phrases)


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
    reader: PreferenceReader
    synonyms: Synonyms

    def listing(self, request: Request, excluded: Sequence[Exclusion], among: Sequence[Case]) -> Listing:
        """The cases ``among`` some that meet what is requested, without those ``excluded``."""
        condition = self.condition(request, excluded)
        left_out = self.rows.cases_left_out(condition.without)
        stating = {each.kind for each in (*condition.filters, *(f for e in condition.without for f in e.filters))}
        stating &= {"place", "period"}
        undecided = [c.case_id for c in among if c.case_id not in left_out and stating - {f.kind for f in c.facets}]
        left_out.update(undecided)
        found = [case.case_id for case in among if case.case_id not in left_out and meets(case, condition.filters)]
        if condition.topics:
            found = [case_id for case_id in found if case_id in condition.about]
        said: dict[str, tuple[Span, ...]] = {}
        planned: dict[str, Span] = {}
        if request.kind == "failed":
            said = {case_id: trouble for case_id in found if (trouble := self._trouble(self.cases[case_id]))}
            found = list(said)
        elif condition.phrases:
            said, planned = self._saying(condition, found)
            found = list(said)
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

    # --- what is asked ---

    def condition(self, request: Request, excluded: Sequence[Exclusion] = ()) -> Condition:
        """What a request asks of a case."""
        unmeasured = _PATTERNS["unmeasured"].search(request.condition)
        asked = _without(request.condition, unmeasured)
        words = asked if unmeasured else _PATTERNS["negated"].sub("", asked, count=1)
        filters, rest = self.reader.split(words)
        named, topic = self.reader.split(f"in {request.topic}") if request.topic else ((), "")
        filters = tuple(dict.fromkeys((*filters, *named)))
        without = list(excluded)
        if unmeasured:
            without.append(Exclusion("", (_MEASURED,)))
        elif measured := _PATTERNS["measured"].search(rest):
            rest = _without(rest, measured)
            filters = (*filters, _MEASURED)
        topics = _phrases(topic, FRAME)
        if subject := _PATTERNS["topic_of_cases"].search(rest):
            topics += _phrases(subject["topic"], FRAME)
            rest = _without(rest, subject)
        names = any(rest[term.start].isupper() for term in content_terms(rest))
        alternatives = self.synonyms.alternatives(f"{request.topic} {request.condition}")
        negated = words != asked
        condition = Condition(filters, tuple(without), topics, _phrases(rest), names, alternatives, negated)
        if not topics:
            return condition
        if about := self._about(condition):
            return replace(condition, about=about)
        return replace(condition, topics=(), phrases=(*topics, *condition.phrases))  # no case is about it: who names it

    def _about(self, condition: Condition) -> frozenset[str]:
        """The ids of the cases about one of the topics: they name it in their title or on their card, say it all along,
        or say it often and their topic is of that kind.
        """
        saying = Counter(self.rows.case_of[row] for row in self._rows_holding(condition, condition.topics))
        often = {i for i, number in saying.items() if i and number >= _ABOUT * len(self.rows.case_rows[i])}
        about = {case_id for case_id in often if saying[case_id] > 1}
        for case_id in (often | self._naming(condition)) - about:
            named, kinds = self._named[case_id]
            said = [*named, *(kinds if case_id in often else ())]
            if any(condition.met_by(condition.topics, words) for words in said):
                about.add(case_id)
        return frozenset(about)

    def _naming(self, condition: Condition) -> set[str]:
        """The ids of the cases that may name one of the topics: they name its first word, or what stands for it."""
        first = {phrase[0] for phrase in condition.topics}
        first |= {other[0] for word in first for other in condition.alternatives.get(word, ())}
        return {case_id for word in first for case_id in self._named_by.get(word, ())}

    @cached_property
    def _named_by(self) -> dict[str, set[str]]:
        """The ids of the cases that name a stem."""
        found: dict[str, set[str]] = {}
        for case_id, (named, _) in self._named.items():
            for word in {word for words in named for word in words}:
                found.setdefault(word, set()).add(case_id)
        return found

    @cached_property
    def _named(self) -> dict[str, tuple[list[frozenset[str]], list[frozenset[str]]]]:
        """What each case with passages names in title, topics and settings, and the kinds of its topics, as stems."""

        def stems_of(names: Iterable[str]) -> list[frozenset[str]]:
            return [frozenset(stems(name)) for name in names]

        return {
            case_id: (
                stems_of([case.title, *(facet.value for facet in case.facets if facet.kind in ("topic", "setting"))]),
                stems_of(label for facet in case.stated("topic") for label in facet.labels),
            )
            for case_id, case in self.cases.items()
            if case_id in self.rows.case_rows
        }

    def _rows_holding(self, condition: Condition, phrases: Iterable[Phrase]) -> list[int]:
        rows = (self.rows.rows_holding(phrase, condition.alternatives) for phrase in phrases)
        return sorted({int(row) for each in rows for row in each})

    # --- what cases say ---

    def _saying(
        self, condition: Condition, among: Sequence[str]
    ) -> tuple[dict[str, tuple[Span, ...]], dict[str, Span]]:
        """The cases ``among`` some that say one of the phrases, those with most passages that do first, each with the
        words; and those that only plan it, with theirs.
        """
        rows: dict[str, list[int]] = {case_id: [] for case_id in among}
        for row in self._rows_holding(condition, condition.phrases):
            rows.get(self.rows.case_of[row], []).append(row)
        said: dict[str, tuple[Span, ...]] = {}
        planned: dict[str, Span] = {}
        for case_id in sorted(among, key=lambda case_id: -len(rows[case_id])):
            case = self.cases[case_id]
            if facet := self._facet(case, condition, condition.phrases):
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
                if condition.met_by(condition.phrases, set(words)):
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
        for facet in (self._facet(case, condition, condition.topics), *stated):
            if facet and (span := self._sentence(case, facet.start)):
                return span
        return self._opening(case)

    def _facet(self, case: Case, condition: Condition, phrases: Sequence[Phrase]) -> Facet | None:
        """What a card states of topic, setting or people that holds one of the phrases."""
        if not phrases:
            return None
        naming = (facet for facet in case.facets if facet.kind in _NAMING)
        return next((facet for facet in naming if condition.met_by(phrases, set(stems(facet.value)))), None)

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


def _without(text: str, found: re.Match[str] | None) -> str:
    """``text`` without what was found in it."""
    return text[: found.start()] + text[found.end() :] if found else text


def _phrases(text: str, empty: Collection[str] = _EMPTY) -> tuple[Phrase, ...]:
    """The stems of what ``text`` names, of each of its alternatives, without the ``empty`` ones."""
    phrases = (tuple(t.stem for t in content_terms(part) if t.stem not in empty) for part in _OR.split(text))
    return tuple(phrase for phrase in phrases if phrase)
