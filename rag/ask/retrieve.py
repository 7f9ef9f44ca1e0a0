"""Finding passages: dense and lexical search, fused; then the best of them read closely.

1. Candidates: every passage's cosine and BM25 score (of a large library: the best of either).
2. First order: the two z-scored over the candidates and added.
3. The best of that order are read closely (``close_reading``): late interaction, and their best sentence or item.
4. A CrossEncoder, if one is configured, puts the best of those in its own order.

Contacts, calls to take part, captions and the like rank below the account itself; cases that state what the question
says of place, people, setting and time rank a little above others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np

from rag.ask.close_reading import Reader, Reading
from rag.ask.query.follow_ups import topic_words
from rag.ask.query.intent import FRAME, asks_a_fact, question_kind
from rag.ask.query.wording import in_the_singular
from rag.index.late_interaction import QuestionTokens
from rag.index.store.search import FlatVectors, WordScores
from rag.text.synonyms import Phrase, Synonyms, bundled_synonyms
from rag.text.words import stop_stems, terms
from rag.types import (
    Embedder,
    Filters,
    Passage,
    Query,
    Reranker,
    Rows,
    ScoredPassage,
    Scores,
    Vectors,
)


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the stages in the final order; a stage without a share is left out."""

    dense: float
    lexical: float
    evidence: float
    late: float
    aside: float  # taken off what is no account of the work

    def without(self, *stages: str) -> Weights:
        """The same with some stages switched off."""
        return replace(self, **dict.fromkeys(stages, 0.0))


@lru_cache(maxsize=1)
def bundled_weights() -> Weights:
    """The weights that ship with the package, fitted by ``tests/bench/fit_ranking.py``."""
    record = json.loads(files("rag").joinpath("data/ranking.json").read_text(encoding="utf-8"))
    return Weights(**record["weights"])


CANDIDATES = 1000  # of a larger library, the passages that either search finds first
READ_CLOSELY = 60
RERANKED = 30  # by a CrossEncoder, if there is one
#: What is added to a score for stating all that the question says of place, people, setting and time.
PREFERRED = np.float32(0.2)
SYNONYM = np.float32(0.7)  # of the BM25 score of a phrase that stands for a word of the question
_STOP_WORD_WEIGHT = 0.1  # of a word as common as can be; keeps 'who' and 'how many' from counting for nothing
_ROUNDING = 1e-6  # of a float32, after some sums
#: Of a word's weight in choosing quotes, if it comes from the conversation: it names the topic, not what is asked.
CARRIED = 0.3


@dataclass(frozen=True, slots=True)
class Question:
    """A query as the stages see it.

    ``vector`` of the whole; the content ``words`` (stems) with their ``idf``, their ``shares`` in finding passages,
    their ``weights`` in choosing quotes and their ``alternatives``; the tokens for finding (``tokens``) and choosing
    (``asked``), where words carried over from the conversation count for less.
    """

    query: Query
    vector: Vectors
    words: tuple[str, ...]
    idf: Scores
    shares: Scores
    weights: Scores
    alternatives: Mapping[str, tuple[Phrase, ...]]
    tokens: QuestionTokens
    asked: QuestionTokens


@dataclass(frozen=True, eq=False, kw_only=True)
class Retriever:
    """Orders the passages of an index by relevance to a question.

    ``shares`` gives the share of what is preferred that each passage's case states, (n,).
    """

    passages: Sequence[Passage]
    vectors: FlatVectors
    words: WordScores
    reader: Reader
    encoder: Embedder
    weights: Weights = field(default_factory=bundled_weights)
    synonyms: Synonyms = field(default_factory=bundled_synonyms)
    reranker: Reranker | None = None
    shares: Callable[[Filters], Scores] | None = None

    def question(self, query: Query) -> Question:
        """The query, encoded once for all stages."""
        # A fact is found by its own words: encoding them in the singular cost 3 of 1,500 on squad2-dev.
        alike = str if asks_a_fact(query.asked) else in_the_singular
        carried = alike(" ".join(query.carried))
        text = f"{carried} {alike(query.asked)}".strip()
        typed_from = len(carried) + 1 if carried else 0
        found = terms(text)
        ignored = stop_stems() | (FRAME if question_kind(query.asked) == "several" else frozenset())
        if all(term.stem in ignored for term in found):
            ignored = stop_stems()
        idf = self.words.idf([term.stem for term in found])
        content = [i for i, term in enumerate(found) if term.stem not in ignored]
        share = np.array([1.0 if term.start >= typed_from else CARRIED for term in found], dtype=np.float32)
        # 'What about Luton?' names a topic of its own: the passages, too, are to be about that first.
        own_topic = query.carried and topic_words(query.asked)
        finding = share if own_topic else np.ones_like(share)
        vectors, [token_vectors] = self.encoder.encode_queries([text])
        word_of = [next((i for i, t in enumerate(found) if t.start <= a < t.end), -1) for a, _ in token_vectors.spans]
        # The root, so that one rare word does not silence the others.
        rarity = np.sqrt([_STOP_WORD_WEIGHT if t.stem in ignored else idf[i] for i, t in enumerate(found)] + [0.0])
        return Question(
            query=query,
            vector=vectors[0],
            words=tuple(found[i].stem for i in content),
            idf=idf[content],
            shares=finding[content],
            weights=(idf * share)[content],
            alternatives=self.synonyms.alternatives(query.text),
            tokens=self.reader.tokens.question(token_vectors, (rarity * np.append(finding, 1.0))[word_of]),
            asked=self.reader.tokens.question(token_vectors, (rarity * np.append(share, 1.0))[word_of]),
        )

    def search(self, question: Question, k: int, allowed: Collection[int] | None = None) -> list[ScoredPassage]:
        """The ``k`` most relevant of the ``allowed`` passages (all by default), best first."""
        rows, dense, lexical = self.candidates(question, allowed)
        if not len(rows):
            return []
        weights = self.weights
        first = (
            weights.dense * standardised(dense)
            + weights.lexical * standardised(lexical)
            - np.float32(weights.aside) * self.aside[rows]
        )
        if self.shares and question.query.preferred:
            first += PREFERRED * self.shares(question.query.preferred)[rows]
        order = np.argsort(-first, kind="stable")[: max(k, READ_CLOSELY)]
        rows, dense, lexical, first = rows[order], dense[order], lexical[order], first[order]
        # Where nothing depends on it, reading is spared.
        reading = self.reading(question, rows[: READ_CLOSELY if weights.evidence or weights.late else 0])
        read, evidence, late = len(reading.late), reading.best, reading.late
        closer = weights.evidence * standardised(evidence) + weights.late * standardised(late)
        # What was not read closely can't pass what was.
        rest = np.full(len(rows) - read, closer.min(initial=0.0), dtype=np.float32)
        score = first + np.concatenate([closer, rest])
        order = np.lexsort((rows, -score))
        ranked = score[order]  # falls; a place keeps its score, whoever takes it
        if self.reranker:
            order[:RERANKED] = self._reranked(question, rows, order[:RERANKED])
        found = []
        for i, value in zip(order[:k], ranked, strict=False):
            closely = (float(evidence[i]), float(late[i])) if i < read else (0.0, 0.0)
            passage = self.passages[int(rows[i])]
            found.append(ScoredPassage(passage, float(value), float(dense[i]), float(lexical[i]), *closely))
        return found

    def reading(self, question: Question, rows: Rows) -> Reading:
        """What reading the passages at ``rows`` closely gives."""
        return self.reader.read(
            rows,
            tokens=question.tokens,
            vector=question.vector,
            words=dict(zip(question.words, question.shares * question.idf, strict=True)),
            alternatives=question.alternatives,
        )

    def _reranked(self, question: Question, rows: Rows, best: Rows) -> Rows:
        """``best`` (numbers in ``rows``) in the order of the last stage."""
        assert self.reranker
        texts = [self.passages[int(row)].searchable for row in rows[best]]
        order: Rows = best[np.argsort(-self.reranker.scores(question.query.text, texts), kind="stable")]
        return order

    @cached_property
    def aside(self) -> Scores:
        """1 for every passage that is no account of the work, (n,). Read once: roles lie in the passages' file."""
        return np.array([passage.role != "account" for passage in self.passages], dtype=np.float32)

    def candidates(self, question: Question, allowed: Collection[int] | None) -> tuple[Rows, Scores, Scores]:
        """Rows with their cosine and BM25 score."""
        count = len(self.passages) if allowed is None else len(allowed)
        if not count:
            return np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32)
        rows, dense = self.vectors.search(question.vector, min(count, CANDIDATES), allowed)
        lexical = self._lexical(question)
        if count > CANDIDATES:
            found = np.flatnonzero(lexical) if allowed is None else np.array(sorted(allowed), dtype=np.int64)
            found = found[lexical[found] > 0]
            by_words = found[np.argsort(-lexical[found], kind="stable")[:CANDIDATES]]
            only_by_words = np.setdiff1d(by_words, rows)
            rows = np.concatenate([rows, only_by_words])
            dense = np.concatenate([dense, self.vectors.matrix[only_by_words] @ question.vector])
        return rows, dense, lexical[rows]

    def _lexical(self, question: Question) -> Scores:
        """BM25 of the question's words, or of the phrases that stand for them where those score higher."""
        total = np.zeros(len(self.passages), dtype=np.float32)
        for word, share in zip(question.words, question.shares, strict=True):
            best = self.words.scores([word])
            for phrase in question.alternatives.get(word, ()):
                each = [self.words.scores([other]) for other in phrase]
                whole = np.where(np.min(each, axis=0) > 0, np.sum(each, axis=0), np.float32(0))
                best = np.maximum(best, SYNONYM * whole)
            total += np.float32(share) * best
        return total


def standardised(values: Scores) -> Scores:
    """z-scores; zeros where all values are alike but for rounding."""
    if not len(values) or np.ptp(values) <= _ROUNDING * np.abs(values).max():
        return np.zeros_like(values)
    result: Scores = (values - values.mean()) / values.std()
    return result
