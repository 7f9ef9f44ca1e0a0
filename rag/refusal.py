"""Whether what was found answers the question: several signals and a fitted logistic model.

The weights are in ``data/refusal.json``, written by ``tests/bench/fit_refusal.py``; it says from which questions.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

_NUMBER_ASKED = re.compile(
    r"\b(?:how (?:many|much|often|long|old|far)|what (?:share|proportion|percentage|number|rate|fraction|cost|age)"
    r"|by how (?:much|many)|percentage of|price of|cost of)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million"
    r"|half|third|quarter|once|twice|weekly|monthly|daily|dozens?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision rests on; all but ``number_lacking`` grow with the likelihood of an answer.

    ``dense``, ``sentence``: best cosines of passage and sentence; ``late``: best late-interaction score; ``meaning``,
    ``words``: of the best quote; ``weakest``: how well the question's least met telling word is met by the passages
    considered, by meaning; ``coverage``: idf share of the question's words that stand in them; ``known``: idf share that
    stand in the library at all; ``number_lacking``: 1 if a number is asked for and the best quote has none.
    """

    dense: float
    sentence: float
    late: float
    meaning: float
    words: float
    weakest: float
    coverage: float
    known: float
    number_lacking: float

    def vector(self) -> NDArray[np.float64]:
        """The signals in the order of the fields."""
        return np.array(list(asdict(self).values()), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class RefusalModel:
    """Logistic regression: the probability that the passages found answer the question."""

    weights: Mapping[str, float]
    intercept: float
    answer_above: float
    near_above: float

    def confidence(self, signals: Signals) -> float:
        """Between 0 and 1."""
        score = self.intercept + sum(self.weights[name] * value for name, value in asdict(signals).items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


@lru_cache(maxsize=1)
def bundled_model() -> RefusalModel:
    """The fitted model that ships with the package."""
    record = json.loads(files("rag").joinpath("data/refusal.json").read_text(encoding="utf-8"))
    return RefusalModel(record["weights"], record["intercept"], record["answer_above"], record["near_above"])


def number_lacking(question: str, quote: str) -> float:
    """1.0 if the question asks for a number and the quote has none."""
    return float(bool(_NUMBER_ASKED.search(question)) and not _NUMBER.search(quote))


def weakest_word(best: NDArray[np.float32], weights: NDArray[np.float32], words: Sequence[int]) -> float:
    """The least met of the question's telling words: of each word its best token, weighted by rarity.

    ``best`` (k,) is each question token's best match among the passages considered, ``weights`` (k,) its idf.
    """
    met: dict[int, float] = {}
    weight: dict[int, float] = {}
    for word, value, share in zip(words, best, weights, strict=True):
        if word >= 0:
            met[word] = max(met.get(word, 0.0), float(value))
            weight[word] = max(weight.get(word, 0.0), float(share))
    heaviest = max(weight.values(), default=0.0)
    telling = [met[word] for word in met if weight[word] >= 0.5 * heaviest > 0]
    return min(telling, default=0.0)
