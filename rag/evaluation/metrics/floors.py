"""Floors that quality must not fall through, tied to the documents and questions they were recorded for."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import QuestionsError, RagError
from rag.evaluation.metrics.figures import LOWER_IS_BETTER, Figure, wilson

_ABOUT = (
    "Floors of 'rag eval TARGET --floor FILE', which fails when a mean falls below its floor (or rises above its "
    "ceiling). Edit or delete any; 'rag eval TARGET --write-floor FILE' records them again."
)
_STEP = 1_000  # floors have three decimals


class FloorError(RagError):
    """Quality fell through a floor, or the floors are another corpus's or question set's."""


@dataclass(frozen=True, slots=True)
class Floors:
    """``corpus`` and ``questions`` are fingerprints; ``limits`` is metric -> the least (or, where lower is better,
    most) its mean may be; ``means`` what it was when they were recorded."""

    corpus: str
    questions: str
    limits: Mapping[str, float]
    means: Mapping[str, float]


def fingerprint(content: object) -> str:
    """SHA-256 of JSON-able content, the same whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def floors_of(metrics: Mapping[str, Figure], *, corpus: str, questions: str) -> Floors:
    """Floors at the lower end of each metric's 95% interval, where fewer questions mean a lower floor.

    The wider of bootstrap and Wilson interval: the former is empty where all questions scored alike.
    """
    limits = {}
    for name, found in metrics.items():
        low, high = wilson(found.mean, found.n)
        if name in LOWER_IS_BETTER:
            limits[name] = math.ceil(max(high, found.high) * _STEP) / _STEP
        else:
            limits[name] = math.floor(min(low, found.low) * _STEP) / _STEP
    return Floors(corpus, questions, limits, {name: round(found.mean, 4) for name, found in metrics.items()})


def floors_text(floors: Floors) -> str:
    """The floor file."""
    record = {
        "about": _ABOUT,
        "corpus": floors.corpus,
        "questions": floors.questions,
        "metrics": {
            name: {"mean": floors.means[name], "ceiling" if name in LOWER_IS_BETTER else "floor": limit}
            for name, limit in floors.limits.items()
        },
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def read_floors(path: Path) -> Floors:
    """A floor file. Raises QuestionsError if it is none."""
    remedy = f"write one with: rag eval TARGET --write-floor {path}"
    try:
        record = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise QuestionsError(f"{path} can't be read ({error.strerror}): {remedy}") from error
    except (ValueError, RecursionError) as error:
        raise QuestionsError(f"{path} is not JSON ({error}): {remedy}") from error
    try:
        corpus, questions, metrics = record["corpus"], record["questions"], dict(record["metrics"])
    except (KeyError, TypeError, ValueError) as error:
        raise QuestionsError(f"{path} lacks {error}: {remedy}") from error
    limits = {str(name): _limit(path, str(name), stated) for name, stated in metrics.items()}
    return Floors(str(corpus), str(questions), limits, {n: s["mean"] for n, s in metrics.items() if "mean" in s})


def _limit(path: Path, name: str, stated: Any) -> float:
    key = "ceiling" if name in LOWER_IS_BETTER else "floor"
    value = stated.get(key) if isinstance(stated, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise QuestionsError(f'{path}: {name} has no "{key}" from 0 to 1')
    return float(value)


def check_target(floors: Floors, path: Path, *, corpus: str, questions: str) -> None:
    """Raises FloorError if the floors were recorded for other documents or questions."""
    others = [
        what
        for what, recorded, found in (
            ("documents", floors.corpus, corpus),
            ("questions", floors.questions, questions),
        )
        if recorded != found
    ]
    if others:
        raise FloorError(
            f"the floors of {path} were recorded for other {' and '.join(others)}: if the change is meant, record new "
            f"ones with: rag eval TARGET --write-floor {path}"
        )


def check_floors(floors: Floors, path: Path, metrics: Mapping[str, Figure]) -> None:
    """Raises FloorError if a metric's mean fell through its floor, or is missing."""
    fallen = []
    for name, limit in floors.limits.items():
        was = f", was {floors.means[name]}" if name in floors.means else ""
        if name not in metrics:
            fallen.append(f"{name} was not measured")
        elif name in LOWER_IS_BETTER and metrics[name].mean > limit:
            fallen.append(f"{name} is {metrics[name].mean:.3f} (ceiling {limit:g}{was})")
        elif name not in LOWER_IS_BETTER and metrics[name].mean < limit:
            fallen.append(f"{name} is {metrics[name].mean:.3f} (floor {limit:g}{was})")
    if fallen:
        raise FloorError(
            f"quality fell through the floors of {path}: {'; '.join(fallen)}. Mend what made it fall, or, if it is "
            f"meant, record new floors with: rag eval TARGET --write-floor {path}"
        )
