"""Whether what was found answers the question: several signals and a fitted logistic model.

The weights are in ``data/refusal.json``, written by ``tests/bench/fit_refusal.py``; it says from which questions.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import RagError
from rag.text.files import write_whole


class RefusalModelError(RagError):
    """The file of a calibrated refusal model can't be read, written or used."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision rests on.

    ``evidence``: how well the best quote meets the question; ``margin``: by how much the best passage leads the sixth,
    by fused score, and ``lead`` the eleventh, by late interaction; ``uncovered``: idf share of the rarest content word
    that stands in none of the five best passages; ``unnamed``: share of the named things (capitals, numbers) that
    stand in none of them; ``figure_lacking``: 1 if a figure or date is asked for and none of the best quotes has one
    of that kind.
    """

    evidence: float
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
    return _model_of(json.loads(files("rag").joinpath("data/refusal.json").read_text(encoding="utf-8")))


def model_at(path: Path) -> RefusalModel:
    """The calibrated model that ``save_model`` wrote to ``path``; the bundled one if there is none, or for os.devnull.

    Raises RefusalModelError if the file can't be read, is damaged, or weighs other signals than this version has.
    """
    if path == Path(os.devnull):
        return bundled_model()
    try:
        return _model_of(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return bundled_model()
    except OSError as error:
        reason = error.strerror or "can't be read"
    except (ValueError, KeyError, TypeError) as error:
        reason = str(error) if isinstance(error, _OtherSignalsError) else "it is damaged"
    raise RefusalModelError(
        f"the calibration in {path} can't be used ({reason}): "
        "delete this file, or calibrate again with: rag calibrate QUESTIONS --write"
    )


def save_model(path: Path, model: RefusalModel, about: Mapping[str, Any]) -> None:
    """Writes ``model`` as JSON, whole or not at all, headed by what it was made from. Raises RefusalModelError."""
    record = {**about, **asdict(model)}
    try:
        write_whole(path, json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise RefusalModelError(
            f"can't write {path} ({error.strerror}): choose another place with PRECEDENT_REFUSAL"
        ) from error


class _OtherSignalsError(ValueError):
    """A model of other signals than ours; the message says which differ."""


def _model_of(record: Any) -> RefusalModel:
    """The model of a JSON record. Raises ValueError, KeyError or TypeError if it is not one."""
    weights = {str(name): float(weight) for name, weight in dict(record["weights"]).items()}
    if others := weights.keys() ^ {field.name for field in fields(Signals)}:
        raise _OtherSignalsError(f"it is of another version, with other signals: {', '.join(sorted(others))}")
    intercept, answer, near = (float(record[name]) for name in ("intercept", "answer_above", "near_above"))
    if not all(map(math.isfinite, [*weights.values(), intercept])) or not 0 <= near <= answer <= 1:
        raise ValueError("no probabilities")
    return RefusalModel(weights, intercept, answer, near)
