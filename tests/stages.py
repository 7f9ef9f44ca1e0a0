"""What each stage of the search says of the passages that would be read closely: for fitting and checking weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rag.ask import retrieve
from rag.ask.retrieve import Question, Retriever, standardised
from rag.types import Rows, Scores


@dataclass(frozen=True, slots=True)
class Stages:
    """What each stage says of the passages read closely, best of the first order first.

    ``rows`` (n,) and the z-scores ``dense``, ``lexical`` (over all candidates), ``evidence`` and ``late`` (over those
    read), each (n,); ``aside`` (n,) is 1 for what is no account of the work.
    """

    rows: Rows
    dense: Scores
    lexical: Scores
    evidence: Scores
    late: Scores
    aside: Scores


def stages_of(retriever: Retriever, question: Question) -> Stages:
    """The stages of a question, dense and lexical search counting alike in the first order."""
    rows, dense, lexical = retriever.candidates(question, None)
    dense, lexical = standardised(dense), standardised(lexical)
    order = np.argsort(-(dense + lexical), kind="stable")[: retrieve.READ_CLOSELY]
    reading = retriever.reading(question, rows[order])
    return Stages(
        rows[order],
        dense[order],
        lexical[order],
        standardised(reading.best),
        standardised(reading.late),
        retriever.aside[rows[order]],
    )
