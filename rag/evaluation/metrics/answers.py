"""How good are the answers: metrics with intervals, and what was found where an answer missed.

Texts are compared by their words (case, punctuation and markup aside), in runs of three:

- a gold quote is *found* in a passage when at least 80% of its trigrams stand in the passage's first 2,000
  characters;
- a citation is *right* when it and a gold quote of the same source share at least half of either's trigrams;
  it needs three words, and its first 1,500 characters count;
- a citation is *verbatim* when each of its spans stands in its source as whole words.

A missing answer counts as wrong everywhere. Gold lists are never complete: precision is a lower bound.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from rag.evaluation.metrics.evaluated import Evaluated, Scored, figures_by_kind
from rag.evaluation.metrics.figures import Calibration, calibration, figures
from rag.evaluation.questions.sets import MISSING, Gold, Question, Record

FOUND, RIGHT = 0.8, 0.5  # share of trigrams
PASSAGE_READ, QUOTE_READ = 2_000, 1_500  # characters


def words_of(text: str) -> str:
    """The words of a text in small letters, one space between two."""
    folded = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    return re.sub(r"[^\w%£$]+", " ", folded).strip()


@lru_cache(maxsize=4_096)  # the same passages and quotes are compared again and again
def _trigrams(text: str) -> frozenset[tuple[str, ...]]:
    words = words_of(text).split()
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def cover(part: str, whole: str) -> float:
    """The share of ``part``'s trigrams that stand in ``whole``; one or two words stand there or not."""
    if wanted := _trigrams(part):
        return len(wanted & _trigrams(whole)) / len(wanted)
    few = words_of(part)
    return float(bool(few) and few in words_of(whole))


def is_right(citation: Record, gold: Iterable[Gold]) -> bool:
    """Whether a citation quotes what one of ``gold`` quotes."""
    quote = citation.get("quote", "")[:QUOTE_READ]
    return bool(_trigrams(quote)) and any(
        _same_source(citation, wanted) and max(cover(wanted.quote, quote), cover(quote, wanted.quote)) >= RIGHT
        for wanted in gold
    )


def is_verbatim(quote: str, words: str) -> bool:
    """Whether each span of a quote (an ellipsis between two) is a run of whole ``words`` of its source."""
    spans = [text for span in re.split(r"…|\.\.\.", quote) if (text := words_of(span))]
    return bool(spans) and all(f" {span} " in f" {words} " for span in spans)


def source_words(text: str) -> str:
    """The words of a source as it was read; scripts, styles and tags are not words."""
    text = re.sub(r"(?is)<(script|style)\b.*?</\1>", " ", text)
    return words_of(re.sub(r"<[^>]{1,2000}>", " ", text))


def _base(source: object) -> str:
    return PurePosixPath(str(source)).name


def _same_source(item: Record, gold: Gold) -> bool:
    return _base(item.get("source", "")) == _base(gold.source)


@dataclass(frozen=True, slots=True)
class Result(Scored):
    """``rank`` is that of the first passage with any of the evidence; ``not_verbatim`` are quotes that their source
    doesn't hold. ``answer`` is empty for a missing one.
    """

    question: Question
    answer: Record
    status: str
    not_verbatim: tuple[str, ...]

    @property
    def missed(self) -> bool:
        """An answerable question without a right citation, or an unanswerable one that was not refused."""
        return self.scores["cited_right" if self.question.answerable else "abstained"] == 0


@dataclass(frozen=True, slots=True)
class Evaluation(Evaluated[Result]):
    """``problems`` names gold quotes that their source doesn't hold."""

    @property
    def calibration(self) -> Calibration | None:
        """Whether questions were answerable as often as the answers' confidence says."""
        stated = ((result.answer.get("confidence"), result.question.answerable) for result in self.results)
        return calibration([(confidence, outcome) for confidence, outcome in stated if confidence is not None])

    @property
    def counts(self) -> dict[str, int]:
        """Questions, missing answers, citations, and citations that are not word for word."""
        return {
            "questions": len(self.results),
            "answers_missing": sum(not result.answer for result in self.results),
            "citations": sum(len(result.answer.get("citations", ())) for result in self.results),
            "citations_not_verbatim": sum(len(result.not_verbatim) for result in self.results),
        }


def evaluate(questions: Sequence[Question], answers: Iterable[Record], source_texts: Mapping[str, str]) -> Evaluation:
    """Score answers against a question set.

    Answers are matched by id, else by question; of two for one question the later counts. ``source_texts``
    maps the name of each source to its text as read, before cleaning; folders in names don't count.
    """
    answered = {answer.get("id") or answer.get("question"): answer for answer in answers}
    texts = {_base(name): source_words(text) for name, text in source_texts.items()}
    results = tuple(
        _result(question, answered.get(question.id) or answered.get(question.question) or {}, texts)
        for question in questions
    )
    return Evaluation(
        results,
        figures(result.scores for result in results),
        figures_by_kind(results),
        tuple(
            f"{question.id}: {gold.quote!r} is not in {gold.source}"
            for question in questions
            for gold in question.evidence
            if not is_verbatim(gold.quote, texts.get(_base(gold.source), ""))
        ),
    )


def _result(question: Question, answer: Record, texts: Mapping[str, str]) -> Result:
    status = answer.get("status", MISSING)
    citations = answer.get("citations", ())
    ranks = [_rank(gold, answer.get("passages", ())) for gold in question.evidence]
    scores = (
        _found(ranks) | _cited(question, citations, status == "answered")
        if question.answerable
        else {"abstained": float(status in ("closest", "none"))}
    )
    quotes = [(citation.get("quote", ""), texts.get(_base(citation.get("source", "")), "")) for citation in citations]
    return Result(
        question.id,
        question.kind,
        question.question,
        scores,
        rank=min((rank for rank in ranks if rank), default=None),
        ms=answer.get("ms"),
        question=question,
        answer=answer,
        status=status,
        not_verbatim=tuple(quote for quote, text in quotes if not is_verbatim(quote, text)),
    )


def _rank(gold: Gold, passages: Iterable[Record]) -> int | None:
    """The place, from 1, of the first passage that holds ``gold``."""
    return next(
        (
            rank
            for rank, passage in enumerate(passages, start=1)
            if _same_source(passage, gold) and cover(gold.quote, passage["text"][:PASSAGE_READ]) >= FOUND
        ),
        None,
    )


def _found(ranks: Sequence[int | None]) -> dict[str, float]:
    """What retrieval found: ``ranks`` has one place for each piece of evidence."""
    places = [rank or math.inf for rank in ranks]
    best = min(places, default=math.inf)
    return {
        "hit@1": float(best <= 1),
        "hit@5": float(best <= 5),
        "mrr@10": 1 / best if best <= 10 else 0.0,
        "evidence_recall@5": _share(place <= 5 for place in places),
        "evidence_recall@10": _share(place <= 10 for place in places),
    }


def _cited(question: Question, citations: Sequence[Record], answered: bool) -> dict[str, float]:
    """What the answer quoted. Precision is over answered questions only; coverage counts in a refusal too."""
    right = [is_right(citation, question.evidence + question.also) for citation in citations]
    covered = [
        any(_same_source(citation, gold) and cover(gold.quote, citation["quote"]) >= RIGHT for citation in citations)
        for gold in question.evidence
    ]
    scores = {
        "cited_right": float(answered and any(right)),
        "first_citation_right": float(answered and any(right[:1])),
        "cited_coverage": _share(covered),
        "false_refusal": float(not answered),
    }
    return scores | ({"citation_precision": _share(right)} if answered else {})


def _share(flags: Iterable[bool]) -> float:
    flags = list(flags)
    return sum(flags) / len(flags) if flags else 0.0
