"""TREC runs: which documents a system found for each topic, best first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from rag.errors import QuestionsError
from rag.evaluation.questions.judged import one_word, text_lines

Run = Mapping[str, Mapping[str, float]]  # topic id -> document id -> score, best first

DEPTH = 100  # documents a topic
_TAG = "precedent"
_SHAPE = "'topic Q0 document rank score tag'"


def falling(ranking: Iterable[tuple[str, float]]) -> dict[str, float]:
    """A ranking (best first) as document -> score, each score below the one before even in 32 bits.

    Tools that judge a run sort it by score, in single precision, and break ties by name.
    """
    scores: dict[str, float] = {}
    last = np.float32(np.inf)
    for document, score in ranking:
        last = min(np.float32(score), np.nextafter(last, np.float32(-np.inf)))
        scores[document] = float(last)
    return scores


def run_text(run: Run) -> str:
    """A run as the lines of a TREC file."""
    return "".join(
        f"{topic} Q0 {document} {rank} {score:#.9g} {_TAG}\n"
        for topic, documents in run.items()
        for rank, (document, score) in enumerate(documents.items(), 1)
    )


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """A TREC run; of each topic the documents by falling score, ties by name as trec_eval breaks them.

    Raises QuestionsError, naming file and line, for an empty file, a line that is none of a run, a score that is no
    finite number, and a document that stands twice under a topic.
    """
    found: dict[str, dict[str, float]] = {}
    for number, line in text_lines(path):
        columns = line.split()
        if len(columns) != 6:
            raise QuestionsError(f"{path}, line {number}: has {len(columns)} columns, not 6. Expected {_SHAPE}")
        topic, _, document, _, score, _ = columns
        value = _single(score)
        if not math.isfinite(value):
            raise QuestionsError(f"{path}, line {number}: the score is {score!r}, no finite number. Expected {_SHAPE}")
        if document in found.setdefault(topic, {}):
            raise QuestionsError(f"{path}, line {number}: {document!r} stands twice under topic {topic!r}")
        found[topic][document] = value
    if not found:
        raise QuestionsError(f"{path} is empty. Expected lines {_SHAPE}")
    return {
        topic: dict(sorted(scores.items(), key=lambda s: (s[1], s[0]), reverse=True)) for topic, scores in found.items()
    }


def _single(score: str) -> float:
    """The number as trec_eval reads it, in single precision; NaN for what is none."""
    try:
        with np.errstate(over="ignore"):
            return float(np.float32(float(score)))
    except ValueError:
        return math.nan


def as_run(rankings: Sequence[tuple[str | int, Iterable[tuple[str, float]]]]) -> dict[str, dict[str, float]]:
    """(topic id, its ranking) of each topic, as a run; ids with white space are written as a run can hold them."""
    return {
        one_word(str(topic)): falling((one_word(document), score) for document, score in ranking)
        for topic, ranking in rankings
    }
