"""What evaluations of answers and of rankings have in common: how each question fared, and figures over all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rag.evaluation.metrics.figures import Figure, Latency, Scores, figures, latency


@dataclass(frozen=True, slots=True)
class Scored:
    """How one question fared. ``scores`` holds the metrics that apply to it, each from 0 to 1.

    ``rank`` is that of the first thing found that is right; ``ms`` what it took, if that is known.
    """

    id: str | int
    kind: str
    text: str
    scores: Mapping[str, float]
    rank: int | None
    ms: float | None

    @property
    def missed(self) -> bool:
        """Whether what matters was not found."""
        raise NotImplementedError


R = TypeVar("R", bound=Scored)


@dataclass(frozen=True, slots=True)
class Evaluated(Generic[R]):
    """``metrics`` over all questions to which they apply, ``by_kind`` the same of each kind of question.

    ``problems`` says what in the question set can't be met.
    """

    results: tuple[R, ...]
    metrics: Mapping[str, Figure]
    by_kind: Mapping[str, Mapping[str, Figure]]
    problems: tuple[str, ...]

    @property
    def misses(self) -> tuple[R, ...]:
        """The results that missed, in order."""
        return tuple(result for result in self.results if result.missed)

    @property
    def scores(self) -> Scores:
        """Of each question by its id."""
        return {str(result.id): result.scores for result in self.results}

    @property
    def texts(self) -> Mapping[str, str]:
        """Of each question by its id."""
        return {str(result.id): result.text for result in self.results}

    @property
    def latency(self) -> Latency | None:
        """Of the questions whose time is known."""
        return latency([result.ms for result in self.results if result.ms is not None])

    @property
    def counts(self) -> Mapping[str, int]:
        """Of questions, and of what is missing or wrong."""
        raise NotImplementedError


def figures_by_kind(results: Sequence[Scored]) -> dict[str, dict[str, Figure]]:
    """The figures of each kind of question, in order of appearance."""
    kinds = dict.fromkeys(result.kind for result in results)
    return {kind: figures(result.scores for result in results if result.kind == kind) for kind in kinds}
