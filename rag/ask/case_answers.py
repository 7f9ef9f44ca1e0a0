"""Answers over all cases: how many meet what is asked, each with the words that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.ask.compose import Composer
from rag.ask.over_cases import CaseLister, Listing
from rag.ask.query.requests import Request
from rag.types import Answer, Case, Citation, Passage, Query, Rows, Span, Statement

MOST_SHOWN = 25  # cases in one answer; ``Answer.listed`` names all
#: How sure a list is: the cards decide, or what a sentence says. Taken, not fitted.
_BY_CARD, _BY_WORDS = 0.95, 0.85
_MOST_NAMED = 3  # of the cases told of apart
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

        Where passages say it better (which projects did something that no card knows), that is kept.
        """
        listing = self.lister.listing(request, query.excluded, among)
        counts = replace(found, listed=tuple(listing.found), count=len(listing.found))
        if not listing.found:
            if request.kind == "which":
                return found
            told = f"None of the {listing.looked_at} cases says so. {self._apart(listing)}".strip()
            return replace(counts, status="closest" if found.statements else "none", told=told)
        if request.kind == "which" and not listing.condition.by_card and found.status == "answered":
            return counts
        return self._listed(counts, listing, request)

    def _listed(self, answer: Answer, listing: Listing, request: Request) -> Answer:
        citations: list[Citation] = []
        statements: list[Statement] = []
        for number, (case_id, spans) in enumerate(list(listing.found.items())[:MOST_SHOWN], 1):
            passage = self._passage(case_id, spans[0])
            citations.append(self.composer.citation(number, passage, spans))
            statements.append(self.composer.statement(passage, citations[-1:]))
        told = f"{len(listing.found)} of {listing.looked_at} cases"
        told += " tell what got in the way, or what the problem was" if request.kind == "failed" else ""
        told += f"; the first {MOST_SHOWN} follow." if len(listing.found) > MOST_SHOWN else "."
        return replace(
            answer,
            status="answered",
            confidence=_BY_WORDS if listing.condition.phrases else _BY_CARD,
            reason=_EXACT,
            told=f"{told} {self._apart(listing)}".strip(),
            statements=tuple(statements),
            citations=tuple(citations),
            missing=(),
            unanswered=(),
        )

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

    def _titles(self, cases: Sequence[str]) -> str:
        titles = [self.lister.cases[case_id].title for case_id in cases[:_MOST_NAMED]]
        return "; ".join([*titles, *(["..."] if len(cases) > _MOST_NAMED else [])])
