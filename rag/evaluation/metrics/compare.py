"""Two evaluations of the same questions: is the difference more than chance, and where does it lie?"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import QuestionsError
from rag.evaluation.metrics.figures import LOWER_IS_BETTER, SEED, Scores, figure

PERMUTATIONS = 9_999
_ALIKE = 1e-6  # reports round scores to six decimals
_MOST_CHANGED = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric over the questions that both have: means, ``now`` minus ``before`` with its paired bootstrap interval.

    ``p``: of a two-sided paired randomisation test (signs of the differences flipped at random). ``wins`` are
    questions that are better now.
    """

    now: float
    before: float
    low: float
    high: float
    p: float
    wins: int
    ties: int
    losses: int

    @property
    def mean(self) -> float:
        """``now`` minus ``before``."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose scores changed: by how much on average (above 0: better), and each that did (before, now)."""

    id: str
    mean: float
    scores: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``against``: the name of what was compared with; ``unpaired``: questions that only one of the two has."""

    against: str
    differences: Mapping[str, Difference]
    changes: tuple[Change, ...]
    unpaired: int


def compare(now: Scores, before: Scores, against: str) -> Comparison:
    """Paired by question id; only metrics that both have. Raises QuestionsError if they share none."""
    shared = [name for name in now if name in before]
    metrics = dict.fromkeys(metric for name in shared for metric in now[name] if metric in before[name])
    if not metrics:
        raise QuestionsError(
            f"{against} shares no question with what is evaluated: compare with a report or run of the same questions"
        )
    differences = {}
    for metric in metrics:
        pairs = [(now[q][metric], before[q][metric]) for q in shared if metric in now[q] and metric in before[q]]
        differences[metric] = _difference(pairs, -1 if metric in LOWER_IS_BETTER else 1)
    changes = [change for name in shared if (change := _change(name, now[name], before[name]))]
    changes.sort(key=lambda change: (-abs(change.mean), change.id))
    unpaired = len(now.keys() ^ before.keys())
    return Comparison(against, differences, tuple(changes[:_MOST_CHANGED]), unpaired)


def is_report(path: Path) -> bool:
    """Whether the file looks like JSON; a TREC run does not. Raises QuestionsError if it can't be read."""
    return _content(path).startswith("{")


def read_report(path: Path) -> dict[str, dict[str, float]]:
    """The scores in a report that `rag eval --report` wrote. Raises QuestionsError for anything else."""
    try:
        record = json.loads(_content(path))
        scores = {
            str(question["id"]): {str(metric): float(score) for metric, score in question["scores"].items()}
            for question in record["questions"]
        }
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise QuestionsError(f"{path} is no report: name the .json that 'rag eval --report NAME' wrote") from error
    if not all(math.isfinite(score) for found in scores.values() for score in found.values()):
        raise QuestionsError(f"{path} holds a score that is no finite number: write the report again")
    return scores


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace").lstrip()
    except OSError as error:
        raise QuestionsError(f"{path} can't be read ({error.strerror}): name an earlier report or run") from error


def _difference(pairs: list[tuple[float, float]], sign: int) -> Difference:
    now, before = (np.array(column, dtype=np.float64) for column in zip(*pairs, strict=True))
    changed = now - before
    changed[np.abs(changed) < _ALIKE] = 0.0
    _, low, high, _ = figure(changed.tolist())
    wins, losses = int((sign * changed > 0).sum()), int((sign * changed < 0).sum())
    return Difference(
        float(now.mean()), float(before.mean()), low, high, _sign_flips(changed), wins,
        len(pairs) - wins - losses, losses,
    )  # fmt: skip


def _sign_flips(changed: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """The share of random flips of the signs with a mean at least as far from 0; all flips where they are few."""
    moved = changed[changed != 0]  # a zero has no sign: it changes no sum
    if len(moved) < 2:
        return 1.0  # either sign of the only one is as far from 0
    from scipy.stats import permutation_test

    found = permutation_test(
        (moved,),
        lambda values, axis: np.sum(values, axis=axis),
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        batch=500,
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)


def _change(name: str, now: Mapping[str, float], before: Mapping[str, float]) -> Change | None:
    both = [metric for metric in now if metric in before]
    moved = {metric: (before[metric], now[metric]) for metric in both if abs(now[metric] - before[metric]) >= _ALIKE}
    if not moved:
        return None
    signed = sum((b - a) * (-1 if metric in LOWER_IS_BETTER else 1) for metric, (a, b) in moved.items())
    return Change(name, signed / len(both), moved)
