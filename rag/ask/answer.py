"""From a question and the passages found to an Answer: verbatim quotes by case, or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rag.ask.answerability import RefusalModel, Signals
from rag.ask.close_reading import Reader
from rag.ask.neighbours import PER_WINDOW
from rag.ask.query.filters import OUTCOMES
from rag.ask.query.follow_ups import topic_words
from rag.ask.query.intent import (
    FRAME,
    LIGHT,
    QuestionKind,
    asks_result,
    asks_trouble,
    asks_what_worked,
    figure_asked,
    figure_lacking,
    named,
    question_kind,
)
from rag.ask.quotes import short_list, with_antecedent
from rag.ask.retrieve import Question, Retriever
from rag.cases.fields.outcomes import is_planned, outcome_of
from rag.index.quotable_units import Unit
from rag.text.synonyms import met
from rag.text.words import content_terms, sentences, stems, unique
from rag.types import Answer, Case, Citation, Document, Note, Passage, Query, ScoredPassage, Span, Statement, Status

CONSIDERED = 12  # passages that quotes are taken from
_QUOTES_LOOKED_AT = 10  # of all, the best, in which a figure that is asked for is looked for
_EVIDENCE = 5  # of them, the best, in which the question's words are looked for
_MARGIN_TO, _LEAD_OVER = 5, 10  # counted from 0: passages whose distance from the best shows how far it stands out


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

#: Who asks which projects did something asks for the nearest precedents: they are shown on less evidence.
SEVERAL_SHARE = 0.75
_QUOTE_WORDS = 80  # at most in one citation made of several sentences or items
_AS_NEAR = 0.06  # of the best quote's score: what a case may lack that passes it for its stronger result
_PERIODS = 2  # at most, beside a case
_PASSAGE_SHARE = 0.05  # of the passage's own score in the score of its quotes
_OFF_TOPIC = 0.4  # off the score of what holds nothing of the new topic that a follow-up names ('What about Luton?')
_ASIDE = 0.1  # off the score of contacts, pointers elsewhere and the like
_FIGURE_BONUS = 0.1  # for words with a figure of the kind asked for
_TROUBLE_BONUS = 0.1  # for words that tell what got in the way, where that is asked
_RESULT_BONUS = {"measured": 0.1, "figure": 0.05, "reported": 0.02}


@dataclass(frozen=True, slots=True)
class _Quote:
    unit: Unit
    found: ScoredPassage
    evidence: float  # how well the unit itself meets the question
    score: float  # that, and what its passage and kind add


class Answerer:
    """Composes answers from what a Retriever finds."""

    def __init__(
        self,
        *,
        retriever: Retriever,
        reader: Reader,
        documents: Mapping[str, Document],
        cases: Mapping[str, Case],
        row: Callable[[Passage], int],
        windows: Callable[[Sequence[ScoredPassage]], Iterable[ScoredPassage]],
        once: Callable[[Sequence[ScoredPassage]], Sequence[ScoredPassage]],
        model: RefusalModel,
    ) -> None:
        self._retriever = retriever
        self._reader = reader
        self._documents = documents
        self._cases = cases
        self._row = row
        self._windows = windows
        self._once = once
        self._model = model

    def answer(self, query: Query, *, results: int, allowed: Collection[int] | None = None) -> Answer:
        """The answer to ``query`` from the ``allowed`` passages (all by default); ``results`` passages are reported."""
        if not content_terms(query.text):
            return Answer(query, "none", 0.0, "The question holds no word to search for.")
        question = self._retriever.question(query)
        ranked = self._once(self._retriever.search(question, max(PER_WINDOW * results, CONSIDERED), allowed))
        found = ranked[:CONSIDERED]
        if not found:
            return Answer(query, "none", 0.0, "There is no passage to search.")
        quotes = self._quotes(question, found)
        stated = [set(stems(scored.passage.searchable)) for scored in found]
        signals = self._signals(question, found, quotes, stated)
        confidence = self._model.confidence(signals)
        missing = _missing(question, set[str]().union(*stated))
        status = self._status(confidence, several=question_kind(query.asked) == "several")
        shown = tuple(islice(self._windows(ranked), results))
        answer = Answer(query, status, confidence, _REASONS[status], passages=shown, missing=missing)
        return answer if status == "none" else self._with_statements(answer, quotes, question)

    def _signals(
        self,
        question: Question,
        found: Sequence[ScoredPassage],
        quotes: Sequence[_Quote],
        stated: Sequence[Collection[str]],
    ) -> Signals:
        """``stated``: the stems of each of ``found``."""
        words, idf = _telling(question)
        present = set[str]().union(*stated[:_EVIDENCE])
        lacking = [
            float(i)
            for w, i in zip(words, idf, strict=True)
            if w not in LIGHT and not met(w, present, question.alternatives)
        ]
        names = named(question.query.asked)
        return Signals(
            evidence=max((quote.evidence for quote in quotes), default=0.0),
            margin=found[0].score - found[min(_MARGIN_TO, len(found) - 1)].score,
            lead=found[0].late
            - sorted((scored.late for scored in found), reverse=True)[min(_LEAD_OVER, len(found) - 1)],
            uncovered=max(lacking, default=0.0) / (float(idf.sum()) or 1.0),
            unnamed=sum(word not in present for word in names) / len(names) if names else 0.0,
            figure_lacking=figure_lacking(question.query.asked, map(self._text, quotes[:_QUOTES_LOOKED_AT])),
        )

    def signals(self, query: Query, *, allowed: Collection[int] | None = None) -> Signals | None:
        """The signals alone, for fitting the model; None where there is nothing to search."""
        if not content_terms(query.text):
            return None
        question = self._retriever.question(query)
        found = self._once(self._retriever.search(question, CONSIDERED, allowed))
        stated = [set(stems(scored.passage.searchable)) for scored in found]
        return self._signals(question, found, self._quotes(question, found), stated) if found else None

    def _text(self, quote: _Quote) -> str:
        text = self._documents[quote.found.passage.doc_id].text
        return " ".join(text[start:end] for start, end in quote.unit.spans)

    def _status(self, confidence: float, *, several: bool) -> Status:
        if confidence >= self._model.answer_above * (SEVERAL_SHARE if several else 1.0):
            return "answered"
        return "closest" if confidence >= self._model.near_above else "none"

    def _quotes(self, question: Question, found: Sequence[ScoredPassage]) -> list[_Quote]:
        """Every quotable unit of the passages, best first."""
        rows = [self._row(scored.passage) for scored in found]
        reading = self._reader.read(
            rows,
            tokens=question.asked,
            vector=question.vector,
            words=dict(zip(*_telling(question), strict=True)),
            alternatives=question.alternatives,
        )
        evidence, start = reading.score, reading.start
        quotes: list[_Quote] = []
        for i, scored in enumerate(found):
            passage_share = self._passage_share(question, scored, found[0])
            for number, unit in enumerate(self._reader.units(rows[i]), start[i]):
                score = float(evidence[number]) + passage_share + self._bonus(question, scored.passage, unit)
                quotes.append(_Quote(unit, scored, float(evidence[number]), score))
        return sorted(quotes, key=lambda quote: -quote.score)

    def _passage_share(self, question: Question, scored: ScoredPassage, best: ScoredPassage) -> float:
        """What a passage's own rank, and its topic, do to the score of its quotes."""
        share = _PASSAGE_SHARE * (scored.score - best.score)
        if question.query.carried and (own_topic := topic_words(question.query.asked)):
            words_here = set(stems(scored.passage.searchable))
            if not any(met(word, words_here, question.alternatives) for word in own_topic):
                share -= _OFF_TOPIC
        return share

    def _bonus(self, question: Question, passage: Passage, unit: Unit) -> float:
        """What the kind of words does to their score as a quote."""
        document = self._documents[passage.doc_id]
        text = document.text[slice(*unit.core)]
        figure = figure_asked(question.query.asked)
        bonus = _FIGURE_BONUS if figure and figure.search(text) else 0.0
        if document.blocks[unit.block].role != "account":
            bonus -= _ASIDE
        if asks_result(question.query.text):
            bonus += _RESULT_BONUS.get(outcome_of(text), 0.0)
        if asks_trouble(question.query.asked) and self._tells_of_trouble(passage, unit):
            bonus += _TROUBLE_BONUS
        return bonus

    def _tells_of_trouble(self, passage: Passage, unit: Unit) -> bool:
        """Whether words are among those of the case's card that say what got in the way, or what was learnt."""
        case = self._cases.get(passage.case_id or "")
        start, end = unit.core
        facets = (*case.stated("barrier"), *case.stated("lesson")) if case else ()
        return any(facet.start < end and start < facet.end for facet in facets)

    def _with_statements(self, answer: Answer, quotes: Sequence[_Quote], question: Question) -> Answer:
        breadth = BREADTHS[question_kind(answer.query.asked)] if answer.status == "answered" else CLOSEST
        groups: dict[tuple[str, str], list[_Quote]] = {}
        said: set[str] = set()  # a source may say the same twice; an answer does not
        for quote in quotes:
            if (words := self._text(quote)) not in said:
                said.add(words)
                groups.setdefault((quote.found.passage.doc_id, self._heading(quote.found.passage)), []).append(quote)
        best = quotes[0].score if quotes else 0.0
        least = best - (1 - breadth.case_share) * abs(best)
        chosen = [group for group in groups.values() if group[0].score >= least][: breadth.cases]
        if asks_what_worked(answer.query.asked):
            chosen = self._strongest_first(chosen, question)
        also = {quote.found.passage.passage_id: quote.found.also for quote in quotes}
        citations: list[Citation] = []
        statements: list[Statement] = []
        for number, group in enumerate(chosen):
            limit = breadth.quotes if number else breadth.leading_quotes
            least = group[0].score - (1 - breadth.quote_share) * abs(group[0].score)
            kept = [quote for quote in group if quote.score >= least]
            spans = self._merged(kept, limit, whole_lists=breadth.whole_lists)
            made = [
                self._citation(len(citations) + i, passage, span, also[passage.passage_id])
                for i, (passage, span) in enumerate(spans, 1)
            ]
            citations += made
            statements.append(self._statement(group[0].found.passage, made))
        return replace(answer, statements=tuple(statements), citations=tuple(citations))

    def _strongest_first(self, chosen: Sequence[list[_Quote]], question: Question) -> list[list[_Quote]]:
        """The cases whose source states the stronger result first, of those that are as near the question as the best:
        their quotes fit about as well, and their passages hold as much of what it names.
        """
        if not chosen:
            return []
        least = chosen[0][0].score - _AS_NEAR * abs(chosen[0][0].score)
        held = [self._held(group, question) for group in chosen]
        near = [g for g, share in zip(chosen, held, strict=True) if g[0].score >= least and share >= held[0]]
        return [
            *sorted(near, key=lambda group: self._strength(group[0].found.passage)),
            *(g for g in chosen if g not in near),
        ]

    def _held(self, group: Sequence[_Quote], question: Question) -> float:
        """The share of the question's telling words, by their weight, that the passages of a group hold."""
        words, weights = _telling(question)
        here = {stem for quote in group for stem in stems(quote.found.passage.searchable)}
        return float(sum(w for word, w in zip(words, weights, strict=True) if met(word, here, question.alternatives)))

    def _strength(self, passage: Passage) -> int:
        case = self._cases.get(passage.case_id or "")
        return OUTCOMES.index(case.outcome) if case else len(OUTCOMES)

    def _merged(
        self, quotes: Sequence[_Quote], limit: int, *, whole_lists: bool
    ) -> list[tuple[Passage, tuple[Span, ...]]]:
        """At most ``limit`` citations: sentences of one passage, or items under one lead-in, become one."""
        made: list[tuple[Passage, Span | None, list[Span]]] = []
        for quote in quotes:
            passage = quote.found.passage
            document = self._documents[passage.doc_id]
            taken = [span for *_, kept in made for span in kept]
            cores = list(with_antecedent(document, quote.unit, passage))
            if _overlap(cores, taken):
                cores = [quote.unit.core]
            if _overlap(cores, taken):
                continue
            words = self._words(document, cores)
            place = (passage.passage_id, quote.unit.lead_in)
            near = [kept for other, lead_in, kept in made if (other.passage_id, lead_in) == place]
            if roomy := [kept for kept in near if words + self._words(document, kept) <= _QUOTE_WORDS]:
                roomy[0].extend(cores)
            elif len(made) < limit:
                listed = short_list(document, quote.unit) if whole_lists else []
                made.append((passage, quote.unit.lead_in, cores if _overlap(listed, taken) else listed or cores))
        return [
            (passage, _joined(self._documents[passage.doc_id], [*([lead_in] if lead_in else []), *spans]))
            for passage, lead_in, spans in made
        ]

    @staticmethod
    def _words(document: Document, spans: Sequence[Span]) -> int:
        return sum(len(document.text[start:end].split()) for start, end in spans)

    def _citation(self, number: int, passage: Passage, spans: tuple[Span, ...], also: tuple[str, ...]) -> Citation:
        document = self._documents[passage.doc_id]
        case = self._cases.get(passage.case_id or "")
        return Citation(
            number=number,
            source=passage.doc_id,
            title=document.title,
            section=passage.heading_path[-1] if passage.heading_path else "",
            case=case.title if case else "",
            quote=" … ".join(document.text[start:end] for start, end in spans),
            spans=spans,
            page=document.pages(spans[0][0], spans[-1][1]),
            also=also,
        )

    def _heading(self, passage: Passage) -> str:
        """The title of the case, or of the document where a passage belongs to no case."""
        case = self._cases.get(passage.case_id or "")
        return case.title if case else self._documents[passage.doc_id].title

    def _statement(self, passage: Passage, citations: Sequence[Citation]) -> Statement:
        document = self._documents[passage.doc_id]
        case = self._cases.get(passage.case_id or "")
        trigger = (
            next((f.trigger for f in case.stated("outcome") if f.value == case.outcome and f.trigger), ())
            if case
            else ()
        )
        return Statement(
            heading=self._heading(passage),
            evidence=case.outcome if case else None,
            citations=tuple(citation.number for citation in citations),
            notes=tuple(self._notes(document, case, citations)),
            case=case.case_id if case else "",
            trigger=trigger,
            shown_by=tuple(document.text[start:end] for start, end in trigger),
        )

    def _notes(self, document: Document, case: Case | None, citations: Sequence[Citation]) -> list[Note]:
        """What a reader must know beside the quotes."""
        notes = [
            Note("planned", sentence)
            for citation in citations
            for span in citation.spans
            for start, end in sentences(document.text, *span)
            for sentence in [document.text[start:end]]
            if is_planned(sentence)
        ]
        periods = unique(f.value for f in case.facets if f.kind == "period") if case else []
        if periods:
            notes.append(Note("period", "; ".join(periods[:_PERIODS])))
        if document.published:
            notes.append(Note("published", document.published))
        notes += [Note("declared", document.text[start:end]) for start, end in document.declarations]
        return notes + [Note("scanned", warning) for warning in document.warnings if _BY_OCR in warning]


_BY_OCR = "read by OCR (tesseract)"  # in a document's warning

_REASONS: dict[Status, str] = {
    "answered": "The passages found meet the question’s words and meaning.",
    "closest": "The passages found are near the question, but do not answer it.",
    "none": "No passage is near the question.",
}


def _telling(question: Question) -> tuple[list[str], NDArray[np.float32]]:
    """The question's words that say what it is about, each once, with their weights."""
    weights = dict(zip(question.words, question.weights, strict=True))
    words = [word for word in weights if word not in FRAME] or list(weights)
    return words, np.array([weights[word] for word in words], dtype=np.float32)


def _missing(question: Question, present: Collection[str]) -> tuple[str, ...]:
    """The question's words that are not among the stems ``present``, nor is a phrase that stands for them."""
    text = question.query.text
    return tuple(
        unique(
            text[term.start : term.end]
            for term in content_terms(text)
            if term.stem not in LIGHT and not met(term.stem, present, question.alternatives)
        )
    )


def _touches(document: Document, spans: Sequence[Span], span: Span) -> bool:
    """Whether only white space lies between ``span`` and one of ``spans``, or they overlap, within one paragraph."""
    for start, end in spans:
        between = document.text[min(end, span[1]) : max(start, span[0])]
        if not between.strip() and "\n" not in between:
            return True
    return False


def _overlap(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(start < stop and begin < end for start, end in some for begin, stop in others)


def _joined(document: Document, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order of the text; those that overlap or touch on one line become one."""
    found: list[Span] = []
    for span in sorted(set(spans)):
        if found and _touches(document, [found[-1]], span):
            found[-1] = (found[-1][0], max(found[-1][1], span[1]))
        else:
            found.append(span)
    return tuple(found)
