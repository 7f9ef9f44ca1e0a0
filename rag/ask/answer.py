"""From a question and the passages found to an Answer: verbatim quotes by case, or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from rag.ask.answerability import RefusalModel, Signals
from rag.ask.close_reading import Reader
from rag.ask.compose import Composer
from rag.ask.neighbours import FOUND_PER_SHOWN
from rag.ask.query.follow_ups import ASPECTS
from rag.ask.query.intent import LIGHT, figure_lacking, named, question_kind
from rag.ask.rank_quotes import QuoteRanker, RankedQuote, telling
from rag.ask.retrieve import Question, Retriever
from rag.cases.find import place_names
from rag.text.synonyms import met
from rag.text.words import content_terms, stem, stems, unique
from rag.types import Answer, Case, Document, Passage, Query, ScoredPassage, Status

CONSIDERED = 12  # passages that quotes are taken from
_QUOTES_LOOKED_AT = 10  # of all, the best, in which a figure that is asked for is looked for
_EVIDENCE = 5  # of them, the best, in which the question's words are looked for
_HOW = frozenset({stem("many")})  # of 'how many': no source has to say it
_MARGIN_TO, _LEAD_OVER = 5, 10  # counted from 0: passages whose distance from the best shows how far it stands out

#: Who asks which projects did something asks for the nearest precedents: they are shown on less evidence.
SEVERAL_SHARE = 0.75

_REASONS: dict[Status, str] = {
    "answered": "The passages found meet the question’s words and meaning.",
    "closest": "The passages found are near the question, but do not answer it.",
    "none": "No passage is near the question.",
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Answerer:
    """Composes answers from what a Retriever finds."""

    retriever: Retriever
    reader: Reader
    documents: Mapping[str, Document]
    cases: Mapping[str, Case]
    row: Callable[[Passage], int]
    with_neighbours: Callable[[Sequence[ScoredPassage], Collection[int] | None], Iterable[ScoredPassage]]
    once: Callable[[Sequence[ScoredPassage]], Sequence[ScoredPassage]]
    model: RefusalModel

    @cached_property
    def _ranker(self) -> QuoteRanker:
        return QuoteRanker(reader=self.reader, documents=self.documents, cases=self.cases, row=self.row)

    @cached_property
    def _composer(self) -> Composer:
        return Composer(self.documents, self.cases)

    def answer(self, query: Query, *, results: int, allowed: Collection[int] | None = None) -> Answer:
        """The answer to ``query`` from the ``allowed`` passages (all by default); ``results`` passages are reported."""
        if not content_terms(query.text):
            return Answer(query, "none", 0.0, "The question holds no word to search for.")
        question = self.retriever.question(query)
        ranked = self.once(self.retriever.search(question, max(FOUND_PER_SHOWN * results, CONSIDERED), allowed))
        found = ranked[:CONSIDERED]
        if not found:
            return Answer(query, "none", 0.0, "There is no passage to search.")
        quotes = self._ranker.rank(question, found)
        stated = [set(stems(scored.passage.searchable)) for scored in found]
        signals = self._signals(question, found, quotes, stated)
        confidence = self.model.confidence(signals)
        missing = _missing(question, set[str]().union(*stated))
        status = self._status(confidence, several=question_kind(query.asked) == "several")
        if status == "answered" and _strayed(question, stated[:_EVIDENCE]):
            status = "closest"
        shown = tuple(islice(self.with_neighbours(ranked, allowed), results))
        lacking = query.sought if signals.figure_lacking else None
        answer = Answer(query, status, confidence, _REASONS[status], passages=shown, missing=missing, lacking=lacking)
        return answer if status == "none" else self._composer.compose(answer, quotes, question)

    def signals(self, query: Query, *, allowed: Collection[int] | None = None) -> Signals | None:
        """The signals alone, for fitting the model; None where there is nothing to search."""
        if not content_terms(query.text):
            return None
        question = self.retriever.question(query)
        found = self.once(self.retriever.search(question, CONSIDERED, allowed))
        stated = [set(stems(scored.passage.searchable)) for scored in found]
        return self._signals(question, found, self._ranker.rank(question, found), stated) if found else None

    def _signals(
        self,
        question: Question,
        found: Sequence[ScoredPassage],
        quotes: Sequence[RankedQuote],
        stated: Sequence[Collection[str]],
    ) -> Signals:
        """``stated``: the stems of each of ``found``."""
        words, idf = telling(question)
        present = set[str]().union(*stated[:_EVIDENCE])
        lacking = [
            float(i)
            for w, i in zip(words, idf, strict=True)
            if w not in LIGHT and not met(w, present, question.alternatives)
        ]
        names = named(question.query.asked)
        late = sorted((scored.late for scored in found), reverse=True)
        first = [quote for quote in quotes if _place(quote.found) == _place(quotes[0].found)]
        looked_at = map(self._composer.text, first[:_QUOTES_LOOKED_AT])
        return Signals(
            evidence=max((quote.evidence for quote in quotes), default=0.0),
            margin=found[0].score - found[min(_MARGIN_TO, len(found) - 1)].score,
            lead=found[0].late - late[min(_LEAD_OVER, len(found) - 1)],
            uncovered=max(lacking, default=0.0) / (float(idf.sum()) or 1.0),
            unnamed=sum(word not in present for word in names) / len(names) if names else 0.0,
            figure_lacking=figure_lacking(question.query.asked, looked_at),
        )

    def _status(self, confidence: float, *, several: bool) -> Status:
        if confidence >= self.model.answer_above * (SEVERAL_SHARE if several else 1.0):
            return "answered"
        return "closest" if confidence >= self.model.near_above else "none"


def _place(scored: ScoredPassage) -> tuple[str, str | None]:
    """The document and case of a passage."""
    return scored.passage.doc_id, scored.passage.case_id


def _strayed(question: Question, stated: Sequence[Collection[str]]) -> bool:
    """Whether a follow-up that only names another place ('and in Luton?') found that place, but nothing of the topic:
    none of the best passages, given by their stems, holds one of the telling words of the question before it.
    """
    query = question.query
    if not query.carried or not place_names(query.asked):
        return False
    places = {stem for name in place_names(query.asked) for stem in stems(name)}
    if any(term.stem not in places | ASPECTS for term in content_terms(query.asked)):
        return False
    topic = [stem for word in query.carried for stem in stems(word) if stem not in LIGHT]
    here = [words for words in stated if places <= set(words)]
    return bool(topic) and not any(met(word, words, question.alternatives) for words in here for word in topic)


def _missing(question: Question, present: Collection[str]) -> tuple[str, ...]:
    """The question's words that are not among the stems ``present``, nor is a phrase that stands for them."""
    text = question.query.text
    return tuple(
        unique(
            text[term.start : term.end]
            for term in content_terms(text)
            if term.stem not in LIGHT | _HOW and not met(term.stem, present, question.alternatives)
        )
    )
