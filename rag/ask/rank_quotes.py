"""The quotable units of the passages found, ranked by how well they meet the question and by their kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.ask.close_reading import Reader
from rag.ask.query.filters import meets
from rag.ask.query.follow_ups import topic_words
from rag.ask.query.intent import FRAME, YEAR, asks_evidence, asks_result, asks_trouble, figure_asked
from rag.ask.retrieve import Question
from rag.cases.fields.outcomes import outcome_of
from rag.cases.fields.plans import is_planned
from rag.index.quotable_units import QuotableUnit
from rag.text.spans import overlap
from rag.text.synonyms import met
from rag.text.words import stems
from rag.types import Case, Document, Filter, Passage, ScoredPassage

_PASSAGE_SHARE = 0.05  # of the passage's own score in the score of its quotes
_OFF_TOPIC = 0.4  # off the score of what holds nothing of the new topic that a follow-up names ('What about Luton?')
_ASIDE = 0.1  # off the score of contacts, pointers elsewhere and the like
_FIGURE_BONUS = 0.1  # for words with a figure of the kind asked for
_TROUBLE_BONUS = 0.1  # for words that tell what got in the way, where that is asked
_RESULT_BONUS = {"measured": 0.1, "figure": 0.05, "reported": 0.02}


@dataclass(frozen=True, slots=True)
class RankedQuote:
    """A unit of a passage. ``evidence``: how well the unit itself meets the question; ``score``: that, and what its
    passage and the kind of its words add.
    """

    unit: QuotableUnit
    found: ScoredPassage
    evidence: float
    score: float


@dataclass(frozen=True, eq=False, kw_only=True)
class QuoteRanker:
    """Ranks what can be quoted of passages; ``row`` is the number of a passage in the index."""

    reader: Reader
    documents: Mapping[str, Document]
    cases: Mapping[str, Case]
    row: Callable[[Passage], int]

    def rank(self, question: Question, found: Sequence[ScoredPassage]) -> list[RankedQuote]:
        """Every quotable unit of the passages, best first."""
        rows = [self.row(scored.passage) for scored in found]
        reading = self.reader.read(
            rows,
            tokens=question.asked,
            vector=question.vector,
            words=dict(zip(*telling(question), strict=True)),
            alternatives=question.alternatives,
        )
        evidence, start = reading.score, reading.start
        quotes: list[RankedQuote] = []
        for i, scored in enumerate(found):
            passage_share = self._passage_share(question, scored, found[0])
            for number, unit in enumerate(self.reader.units(rows[i]), start[i]):
                score = float(evidence[number]) + passage_share + self._bonus(question, scored.passage, unit)
                quotes.append(RankedQuote(unit, scored, float(evidence[number]), score))
        return sorted(quotes, key=lambda quote: -quote.score)

    def _passage_share(self, question: Question, scored: ScoredPassage, best: ScoredPassage) -> float:
        """What a passage's own rank, and its topic, do to the score of its quotes."""
        share = _PASSAGE_SHARE * (scored.score - best.score)
        if question.query.carried and (own_topic := topic_words(question.query.asked)):
            words_here = set(stems(scored.passage.searchable))
            if not any(met(word, words_here, question.alternatives) for word in own_topic):
                share -= _OFF_TOPIC
        return share

    def _bonus(self, question: Question, passage: Passage, unit: QuotableUnit) -> float:
        """What the kind of words does to their score as a quote."""
        document = self.documents[passage.doc_id]
        text = document.text[slice(*unit.core)]
        figure = figure_asked(question.query.asked)
        bonus = _FIGURE_BONUS if figure and figure.search(text) else 0.0
        if any(year in text for year in self._told_years(question, passage)):
            bonus += _FIGURE_BONUS
        if document.blocks[unit.block].role != "account":
            bonus -= _ASIDE
        if asks_result(question.query.text) or asks_evidence(question.query.asked):
            bonus += _RESULT_BONUS.get(outcome_of(text), 0.0)
        if asks_evidence(question.query.asked) and is_planned(text):
            bonus -= _OFF_TOPIC
        if asks_trouble(question.query.asked) and self._tells_of_trouble(passage, unit):
            bonus += _TROUBLE_BONUS
        return bonus

    def _told_years(self, question: Question, passage: Passage) -> list[str]:
        """The years that a question names, but for those of the passage's case: any of its words may answer then."""
        case = self.cases.get(passage.case_id or "")
        years = YEAR.findall(question.query.asked)
        return [year for year in years if not case or not meets(case, (Filter("period", year),))]

    def _tells_of_trouble(self, passage: Passage, unit: QuotableUnit) -> bool:
        """Whether words are among those of the case's card that say what got in the way, or what was learnt."""
        case = self.cases.get(passage.case_id or "")
        facets = (*case.stated("barrier"), *case.stated("lesson")) if case else ()
        return overlap([unit.core], ((facet.start, facet.end) for facet in facets))


def telling(question: Question) -> tuple[list[str], NDArray[np.float32]]:
    """The question's words that say what it is about, each once, with their weights."""
    weights = dict(zip(question.words, question.weights, strict=True))
    words = [word for word in weights if word not in FRAME] or list(weights)
    return words, np.array([weights[word] for word in words], dtype=np.float32)
