"""Answers over all cases: how many meet what is asked, each with the words that show it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.ask.compose import Composer
from rag.ask.over_cases import CaseLister, Listing
from rag.ask.query.intent import FRAME, LIGHT
from rag.text.spans import overlap
from rag.text.words import content_terms, stems, unique
from rag.types import Answer, Case, Citation, FacetKind, Passage, Query, Request, Rows, Span, Statement

MOST_SHOWN = 25  # cases in one answer; ``Answer.listed`` names all
#: How sure a list is: the cards decide, or what a sentence says. Taken, not fitted.
_BY_CARD, _BY_WORDS = 0.95, 0.85
#: How sure passages must be that answer what no case says in the words of the question: rather so than not.
_SURE = 0.5
_MOST_NAMED = 3  # of the cases told of apart
#: The fields of a card that sum up a case, in their order, and how many sentences of each.
_SUMMARY: tuple[FacetKind, ...] = ("problem", "deed", "community", "outcome", "barrier")
_MOST_STATED = 2
_EXACT = "The cards of all cases were looked at, and what each case says."


@dataclass(frozen=True, eq=False, kw_only=True)
class CaseAnswerer:
    """Answers requests for lists and numbers of cases; ``rows`` are the rows of each case's ``passages``."""

    lister: CaseLister
    composer: Composer
    passages: Sequence[Passage]
    rows: Mapping[str, Rows]

    def answer(self, query: Query, request: Request, among: Sequence[Case], found: Answer) -> Answer:
        """The answer to a request over the cases ``among`` some; ``found`` is the answer from passages.

        That is kept where no case says it in the words of the question, and passages do in others.
        """
        if request.kind == "summary":
            return self._summary(request, among, found)
        listing = self.lister.listing(request, query.excluded, among)
        if listing.found:
            return self._listed(replace(found, listed=tuple(listing.found), count=len(listing.found)), listing, request)
        sure = found.status == "answered" and found.confidence >= _SURE
        if request.kind == "list" and not listing.condition.by_card and sure:
            near = unique(statement.case for statement in found.statements if statement.case)
            return replace(found, listed=tuple(near), count=len(near))
        told = f"None of the {listing.looked_at} cases says so. {self._apart(listing)}".strip()
        return replace(found, status="closest" if found.statements else "none", told=told, count=0)

    def _listed(self, answer: Answer, listing: Listing, request: Request) -> Answer:
        """The answer with every case that is listed, then those that only plan it, each with the words that show it:
        the quotes of ``answer`` that hold them, where it has some.
        """
        quoted = {statement.case: answer.cited_by(statement) for statement in answer.statements}
        citations: list[Citation] = []
        statements: list[Statement] = []
        condition = listing.condition
        for case_id in [*listing.found, *listing.planned][:MOST_SHOWN]:
            spans = self.lister.shown(listing, case_id)
            passage = self._passage(case_id, spans[0])
            own = quoted.get(case_id, [])
            if not any(overlap(c.spans, spans) or condition.said_by(stems(c.quote)) for c in own):
                own = [self.composer.citation(0, passage, spans), *own]
            own = [replace(citation, number=number) for number, citation in enumerate(own, len(citations) + 1)]
            citations += own
            statements.append(self.composer.statement(passage, own))
        told = f"{len(listing.found)} of {listing.looked_at} cases"
        told += " do not say so" if condition.negated and condition.asks else ""
        told += f", by {request.order}" if request.order else ""
        told += " tell what got in the way, or what the problem was" if request.kind == "failed" else ""
        told += f"; the first {MOST_SHOWN} follow." if len(listing.found) > MOST_SHOWN else "."
        return replace(
            answer,
            status="answered",
            confidence=_BY_WORDS if condition.phrases else _BY_CARD,
            cards=condition.filters if condition.by_card and not (condition.without or condition.topics) else (),
            reason=_EXACT,
            told=f"{told} {self._apart(listing)}".strip(),
            statements=tuple(statements),
            citations=tuple(citations),
            missing=(),
            unanswered=(),
        )

    # --- one case ---

    def _summary(self, request: Request, among: Sequence[Case], found: Answer) -> Answer:
        """The card of the case that a summary is asked of, as quotes by field; ``found`` if it is not clear which."""
        case = self._meant(request.condition, among, found)
        if case is None:
            return found
        citations: list[Citation] = []
        for kind in _SUMMARY:
            spans = tuple(span for span in self.lister.stating(case, kind, _MOST_STATED) if not _cited(span, citations))
            if spans:
                cited = self.composer.citation(len(citations) + 1, self._passage(case.case_id, spans[0]), spans)
                citations.append(replace(cited, field=kind))
        if not citations:
            return found
        return replace(
            found,
            status="answered",
            confidence=_BY_CARD,
            reason="This is what the case’s card holds.",
            statements=(self.composer.statement(self._passage(case.case_id, citations[0].spans[0]), citations),),
            citations=tuple(citations),
            missing=(),
        )

    def _meant(self, words: str, among: Sequence[Case], found: Answer) -> Case | None:
        """The one case whose title, place, people or topic hold all that ``words`` name; of several the one that
        passages are found of first.
        """
        named = {term.stem for term in content_terms(words)} - FRAME - LIGHT
        fitting = {c.case_id: c for c in among if named and named <= self.lister.names_of_case(c)}
        if len(fitting) == 1:
            return next(iter(fitting.values()))
        first = (statement.case for statement in found.statements if statement.case in fitting)
        return fitting.get(next(first, ""))

    # --- parts ---

    def _passage(self, case_id: str, span: Span) -> Passage:
        """The passage of a case that holds words, else its first."""
        own = [self.passages[int(row)] for row in self.rows[case_id]]
        return next((passage for passage in own if passage.start <= span[0] < passage.end), own[0])

    def _apart(self, listing: Listing) -> str:
        """What is told of cases beside those listed: they only plan it, or state nothing of it."""
        told = [f"Only planned: {self._titles(listing.planned)}."] if listing.planned else []
        if number := len(listing.undecided):
            cases = "1 case does not state it" if number == 1 else f"{number} cases do not state it"
            told.append(f"{cases}: {self._titles(listing.undecided)}.")
        return " ".join(told)

    def _titles(self, cases: Collection[str]) -> str:
        titles = [self.lister.cases[case_id].title for case_id in list(cases)[:_MOST_NAMED]]
        return "; ".join([*titles, *(["..."] if len(cases) > _MOST_NAMED else [])])


def _cited(span: Span, citations: Sequence[Citation]) -> bool:
    return any(overlap([span], citation.spans) for citation in citations)
