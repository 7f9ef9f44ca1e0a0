"""From ranked quotes to what an answer shows: statements by case, their citations, what a reader must know beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.ask.query.filters import OUTCOMES
from rag.ask.query.intent import QuestionKind, asks_what_worked, question_kind
from rag.ask.quotes import short_list, with_antecedent
from rag.ask.rank_quotes import RankedQuote, telling
from rag.ask.retrieve import Question
from rag.cases.fields.outcomes import is_planned
from rag.text.spans import merged, overlap, quoted
from rag.text.synonyms import met
from rag.text.words import sentences, stems, unique
from rag.types import Answer, Case, Citation, Document, Note, Passage, Span, Statement


@dataclass(frozen=True, slots=True)
class Breadth:
    """How much an answer shows: cases within ``case_share`` of the best one's score, quotes within ``quote_share``
    of the case's best; ``leading_quotes`` and ``quotes`` at most of the first and of each further case. With
    ``whole_lists`` a short list of which an item fits is quoted whole: what was done is the whole of it.
    """

    cases: int
    case_share: float
    quote_share: float
    leading_quotes: int
    quotes: int
    whole_lists: bool = False


BREADTHS: dict[QuestionKind, Breadth] = {
    "narrow": Breadth(cases=2, case_share=0.93, quote_share=0.85, leading_quotes=2, quotes=1),
    "what-worked": Breadth(cases=3, case_share=0.88, quote_share=0.7, leading_quotes=4, quotes=2, whole_lists=True),
    "several": Breadth(cases=5, case_share=0.75, quote_share=0.92, leading_quotes=2, quotes=1),
}
CLOSEST = Breadth(cases=3, case_share=0.8, quote_share=1.0, leading_quotes=1, quotes=1)

_QUOTE_WORDS = 80  # at most in one citation made of several sentences or items
_AS_NEAR = 0.06  # of the best quote's score: what a case may lack that passes it for its stronger result
_PERIODS = 2  # at most, beside a case
_BY_OCR = "read by OCR (tesseract)"  # in a document's warning

_Group = list[RankedQuote]  # the quotes of one case, best first


@dataclass(frozen=True, eq=False)
class Composer:
    """Composes what an answer shows from ranked quotes."""

    documents: Mapping[str, Document]
    cases: Mapping[str, Case]

    def compose(self, answer: Answer, quotes: Sequence[RankedQuote], question: Question) -> Answer:
        """``answer`` with statements and citations."""
        breadth = BREADTHS[question_kind(answer.query.asked)] if answer.status == "answered" else CLOSEST
        also = {quote.found.passage.passage_id: quote.found.also for quote in quotes}
        citations: list[Citation] = []
        statements: list[Statement] = []
        for number, group in enumerate(self._chosen(quotes, breadth, question)):
            limit = breadth.quotes if number else breadth.leading_quotes
            kept = [quote for quote in group if quote.score >= _least(1 - breadth.quote_share, group[0].score)]
            made = [
                self.citation(len(citations) + i, passage, spans, also[passage.passage_id])
                for i, (passage, spans) in enumerate(self._cited(kept, limit, whole_lists=breadth.whole_lists), 1)
            ]
            citations += made
            statements.append(self.statement(group[0].found.passage, made))
        return replace(answer, statements=tuple(statements), citations=tuple(citations))

    def text(self, quote: RankedQuote) -> str:
        """The words of a quote and its lead-in."""
        text = self.documents[quote.found.passage.doc_id].text
        return " ".join(text[start:end] for start, end in quote.unit.spans)

    # --- which cases ---

    def _chosen(self, quotes: Sequence[RankedQuote], breadth: Breadth, question: Question) -> list[_Group]:
        """The quotes of the cases that are shown, case by case."""
        groups: dict[tuple[str, str], _Group] = {}
        said: set[str] = set()  # a source may say the same twice; an answer does not
        for quote in quotes:
            if (words := self.text(quote)) not in said:
                said.add(words)
                groups.setdefault((quote.found.passage.doc_id, self._heading(quote.found.passage)), []).append(quote)
        least = _least(1 - breadth.case_share, quotes[0].score if quotes else 0.0)
        chosen = [group for group in groups.values() if group[0].score >= least][: breadth.cases]
        return self._strongest_first(chosen, question) if asks_what_worked(question.query.asked) else chosen

    def _strongest_first(self, chosen: Sequence[_Group], question: Question) -> list[_Group]:
        """The cases whose source states the stronger result first, of those that are as near the question as the best:
        their quotes fit about as well, and their passages hold as much of what it names.
        """
        if not chosen:
            return []
        least = _least(_AS_NEAR, chosen[0][0].score)
        held = [_held(group, question) for group in chosen]
        near = [g for g, share in zip(chosen, held, strict=True) if g[0].score >= least and share >= held[0]]
        return [
            *sorted(near, key=lambda group: self._strength(group[0].found.passage)),
            *(group for group in chosen if group not in near),
        ]

    def _strength(self, passage: Passage) -> int:
        case = self.cases.get(passage.case_id or "")
        return OUTCOMES.index(case.outcome) if case else len(OUTCOMES)

    # --- which words ---

    def _cited(
        self, quotes: Sequence[RankedQuote], limit: int, *, whole_lists: bool
    ) -> list[tuple[Passage, tuple[Span, ...]]]:
        """At most ``limit`` citations: sentences of one passage, or items under one lead-in, become one."""
        made: list[tuple[Passage, Span | None, list[Span]]] = []
        for quote in quotes:
            passage = quote.found.passage
            document = self.documents[passage.doc_id]
            taken = [span for *_, kept in made for span in kept]
            cores = list(with_antecedent(document, quote.unit, passage))
            if overlap(cores, taken):
                cores = [quote.unit.core]
            if overlap(cores, taken):
                continue
            words = _length(document, cores)
            place = (passage.passage_id, quote.unit.lead_in)
            near = [kept for other, lead_in, kept in made if (other.passage_id, lead_in) == place]
            if roomy := [kept for kept in near if words + _length(document, kept) <= _QUOTE_WORDS]:
                roomy[0].extend(cores)
            elif len(made) < limit:
                listed = short_list(document, quote.unit) if whole_lists else []
                made.append((passage, quote.unit.lead_in, cores if overlap(listed, taken) else listed or cores))
        return [
            (passage, merged([*([lead_in] if lead_in else []), *spans], self.documents[passage.doc_id].text))
            for passage, lead_in, spans in made
        ]

    # --- statements ---

    def citation(self, number: int, passage: Passage, spans: tuple[Span, ...], also: tuple[str, ...] = ()) -> Citation:
        """Words of a passage as a citation."""
        document = self.documents[passage.doc_id]
        case = self.cases.get(passage.case_id or "")
        return Citation(
            number=number,
            source=passage.doc_id,
            title=document.title,
            section=passage.heading_path[-1] if passage.heading_path else "",
            case=case.title if case else "",
            quote=quoted(document.text, spans),
            spans=spans,
            page=document.pages(spans[0][0], spans[-1][1]),
            also=also,
        )

    def _heading(self, passage: Passage) -> str:
        """The title of the case, or of the document where a passage belongs to no case."""
        case = self.cases.get(passage.case_id or "")
        return case.title if case else self.documents[passage.doc_id].title

    def statement(self, passage: Passage, citations: Sequence[Citation]) -> Statement:
        """What the case of a passage contributes."""
        document = self.documents[passage.doc_id]
        case = self.cases.get(passage.case_id or "")
        outcomes = case.stated("outcome") if case else ()
        trigger = next((f.trigger for f in outcomes if case and f.value == case.outcome and f.trigger), ())
        return Statement(
            heading=self._heading(passage),
            evidence=case.outcome if case else None,
            citations=tuple(citation.number for citation in citations),
            notes=tuple(_notes(document, case, citations)),
            case=case.case_id if case else "",
            trigger=trigger,
            shown_by=tuple(document.text[start:end] for start, end in trigger),
        )


def _least(lacking: float, best: float) -> float:
    """The score of what lacks a share of the ``best`` one, which may be below 0."""
    return best - lacking * abs(best)


def _held(group: _Group, question: Question) -> float:
    """The share of the question's telling words, by their weight, that the passages of a group hold."""
    words, weights = telling(question)
    here = {stem for quote in group for stem in stems(quote.found.passage.searchable)}
    return float(sum(w for word, w in zip(words, weights, strict=True) if met(word, here, question.alternatives)))


def _length(document: Document, spans: Sequence[Span]) -> int:
    """In words."""
    return sum(len(document.text[start:end].split()) for start, end in spans)


def _notes(document: Document, case: Case | None, citations: Sequence[Citation]) -> list[Note]:
    """What a reader must know beside the quotes."""
    quoted_sentences = (
        document.text[start:end]
        for citation in citations
        for span in citation.spans
        for start, end in sentences(document.text, *span)
    )
    notes = [Note("planned", sentence) for sentence in quoted_sentences if is_planned(sentence)]
    if periods := unique(facet.value for facet in case.stated("period")) if case else []:
        notes.append(Note("period", "; ".join(periods[:_PERIODS])))
    if document.published:
        notes.append(Note("published", document.published))
    notes += [Note("declared", document.text[start:end]) for start, end in document.declarations]
    return notes + [Note("scanned", warning) for warning in document.warnings if _BY_OCR in warning]
