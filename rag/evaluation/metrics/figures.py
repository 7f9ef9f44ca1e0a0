"""What is said of many questions at once: means with intervals, calibration, time taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np

RESAMPLES, SEED, INTERVAL = 2_000, 20_260, (2.5, 97.5)
BINS = 10  # of a reliability diagram
_Z = 1.959964  # of a two-sided 95% interval

#: question id -> metric -> score from 0 to 1
Scores = Mapping[str, Mapping[str, float]]

LOWER_IS_BETTER = frozenset({"false_refusal"})


class Figure(NamedTuple):
    """The mean of ``n`` questions and its bootstrap 95% interval."""

    mean: float
    low: float
    high: float
    n: int


class Latency(NamedTuple):
    """Milliseconds that questions took."""

    median_ms: float
    p95_ms: float


class Bin(NamedTuple):
    """Answers with a confidence from ``low`` to ``high``: how sure they were on average, how often they were right."""

    low: float
    high: float
    n: int
    confidence: float
    observed: float


class Calibration(NamedTuple):
    """``ece``: the expected calibration error over ``bins``; bins without answers are left out."""

    ece: float
    bins: tuple[Bin, ...]


def figure(values: Sequence[float]) -> Figure:
    """The mean of ``values`` (one at least) and its percentile bootstrap interval, the same at every call."""
    distinct, counts = np.unique(values, return_counts=True)
    drawn = np.random.default_rng(SEED).multinomial(len(values), counts / len(values), size=RESAMPLES)
    low, high = np.percentile(drawn @ distinct / len(values), INTERVAL)
    return Figure(sum(values) / len(values), float(low), float(high), len(values))


def figures(scores: Iterable[Mapping[str, float]]) -> dict[str, Figure]:
    """The figure of each metric over the questions it applies to; metrics in order of appearance."""
    values: dict[str, list[float]] = {}
    for each in scores:
        for name, score in each.items():
            values.setdefault(name, []).append(score)
    return {name: figure(found) for name, found in values.items()}


def wilson(mean: float, n: int) -> tuple[float, float]:
    """The Wilson 95% interval of a share; wide enough for the mean of any scores from 0 to 1.

    It does not collapse where every question scored 0 or 1, as the bootstrap's does.
    """
    middle = (mean + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * sqrt(mean * (1 - mean) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def latency(milliseconds: Sequence[float]) -> Latency | None:
    """Median and 95th percentile; None if nothing was timed."""
    if not milliseconds:
        return None
    median, p95 = np.percentile(milliseconds, (50, 95))
    return Latency(float(median), float(p95))


def calibration(answers: Sequence[tuple[float, bool]]) -> Calibration | None:
    """How far confidences (0 to 1) hold, over bins of equal width; None without answers.

    ``answers`` are (confidence, whether what it is the probability of was so). A confidence on the edge of two bins
    belongs to the upper.
    """
    if not answers:
        return None
    members: dict[int, list[tuple[float, bool]]] = {}
    for confidence, outcome in answers:
        members.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, outcome))
    bins = []
    for place, found in sorted(members.items()):
        sure = sum(confidence for confidence, _ in found) / len(found)
        observed = sum(outcome for _, outcome in found) / len(found)
        bins.append(Bin(place / BINS, (place + 1) / BINS, len(found), sure, observed))
    error = sum(each.n * abs(each.confidence - each.observed) for each in bins) / len(answers)
    return Calibration(error, tuple(bins))
