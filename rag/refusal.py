"""Whether what was found answers the question: several signals and a fitted logistic model.

The weights are in ``data/refusal.json``, written by ``tests/bench/fit_refusal.py``; it says from which questions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision rests on.

    ``dense``: best cosine of a passage; ``meaning``: how well the best quote meets the question's words by meaning;
    ``margin``: by how much the best passage leads the sixth, by fused score, and ``lead`` the eleventh, by late
    interaction; ``uncovered``: idf share of the rarest content word that stands in none of the five best passages;
    ``unnamed``: share of the named things (capitals, numbers) that stand in none of them; ``figure_lacking``: 1 if a
    figure or date is asked for and none of the best quotes has one of that kind.
    """

    dense: float
    meaning: float
    margin: float
    lead: float
    uncovered: float
    unnamed: float
    figure_lacking: float

    def vector(self) -> NDArray[np.float64]:
        """The signals in the order of the fields."""
        return np.array(list(asdict(self).values()), dtype=np.float64)


#: Of ``answer_above``: how sure a question can be answered at most that asks for a figure no quote has.
_FALSE_PREMISE = 0.9


@dataclass(frozen=True, slots=True)
class RefusalModel:
    """Logistic regression: the probability that the passages found answer the question."""

    weights: Mapping[str, float]
    intercept: float
    answer_above: float
    near_above: float

    def confidence(self, signals: Signals) -> float:
        """The probability; below ``answer_above`` where a figure is asked for that is nowhere stated."""
        probability = self.probability(signals)
        return min(probability, _FALSE_PREMISE * self.answer_above) if signals.figure_lacking else probability

    def probability(self, signals: Signals) -> float:
        """The logistic function of the weighted signals: between 0 and 1."""
        score = self.intercept + sum(self.weights[name] * value for name, value in asdict(signals).items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


@lru_cache(maxsize=1)
def bundled_model() -> RefusalModel:
    """The fitted model that ships with the package."""
    record = json.loads(files("rag").joinpath("data/refusal.json").read_text(encoding="utf-8"))
    return RefusalModel(record["weights"], record["intercept"], record["answer_above"], record["near_above"])
