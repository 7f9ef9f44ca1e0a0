"""The decision to answer, refitted on a curator's own probe questions.

The bundled model's weights stay. Its score (log-odds) is mapped to a * score + b: Platt scaling (Platt 1999), with his
smoothed targets, held near a = 1, b = 0 so that few probes change little. Then ``answer_above`` is moved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.ask.answerability import RefusalModel, Signals
from rag.errors import QuestionsError
from rag.evaluation.metrics.figures import calibration
from rag.evaluation.questions.sets import Question
from rag.types import Status

#: Of either sort; below that, what is found says more about the probes than about the library.
MIN_PROBES = 10
#: Share of the answerable questions that are to be answered, as the bundled model was made for.
KEEP = 0.95
_FOLDS = 10
#: How far a and b are expected to be from 1 and 0: standard deviations of a normal prior.
_SLOPE_SPREAD, _SHIFT_SPREAD = 0.5, 1.0
_MIN_SLOPE = 0.05  # more evidence never means less confidence
_MAX_THRESHOLD = 0.99


@dataclass(frozen=True, slots=True)
class Probe:
    """A question whose answer is known to be there or not, and what the decision about it rests on.

    ``share``: of ``answer_above``, what its confidence has to reach.
    """

    question: Question
    signals: Signals
    share: float = 1.0


class Rates(NamedTuple):
    """How decisions come out: numbers of questions, and the expected calibration error of the confidence."""

    answerable_refused: int
    unanswerable_answered: int
    ece: float


class Change(NamedTuple):
    """A question that would be told something else."""

    question: Question
    before: Status
    after: Status
    confidence_before: float
    confidence_after: float


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A refitted model. ``before`` is the model it was made from; ``after`` is said of questions held back in turn."""

    model: RefusalModel
    base: RefusalModel
    slope: float
    shift: float
    keep: float
    answerable: int
    unanswerable: int
    before: Rates
    after: Rates
    changes: tuple[Change, ...]

    @property
    def gains(self) -> bool:
        """Whether anything is better on questions held back."""
        return any(after < before for before, after in zip(self.before, self.after, strict=True))

    @property
    def about(self) -> dict[str, Any]:
        """What the model was made from, for the head of its file."""
        fitted_on = {"answerable": self.answerable, "unanswerable": self.unanswerable}
        return {"calibrated_on": fitted_on, "keep": self.keep, "slope": self.slope, "shift": self.shift}


def require_enough(questions: Sequence[Question]) -> None:
    """Raises QuestionsError if there are too few questions of either sort."""
    answerable = sum(question.answerable for question in questions)
    unanswerable = len(questions) - answerable
    if min(answerable, unanswerable) < MIN_PROBES:
        raise QuestionsError(
            f"{answerable} answerable and {unanswerable} unanswerable questions are too few: calibration needs "
            f"{MIN_PROBES} of either. Add some of your own, or let some be proposed and correct them: "
            "rag propose --write proposed.jsonl"
        )


def calibrate(base: RefusalModel, probes: Sequence[Probe], *, keep: float = KEEP) -> Calibrated:
    """``base`` refitted on ``probes``, so that a share of ``keep`` (above 0 to 1) of the answerable ones is answered.

    Raises QuestionsError if there are fewer than MIN_PROBES of either sort.
    """
    require_enough([probe.question for probe in probes])
    model, slope, shift = _fitted(base, probes, keep)
    pairs = [(probe, status_of(base, probe), status_of(model, probe)) for probe in probes]
    return Calibrated(
        model=model,
        base=base,
        slope=slope,
        shift=shift,
        keep=keep,
        answerable=sum(probe.question.answerable for probe in probes),
        unanswerable=sum(not probe.question.answerable for probe in probes),
        before=_rates([(probe, base) for probe in probes]),
        after=_rates(_held_back(base, probes, keep)),
        changes=tuple(
            Change(probe.question, old, new, base.confidence(probe.signals), model.confidence(probe.signals))
            for probe, old, new in pairs
            if old != new
        ),
    )


def mapped(base: RefusalModel, slope: float, shift: float) -> RefusalModel:
    """``base`` with ``slope`` * log-odds + ``shift``: other confidences, the same decisions."""

    def probability(old: float) -> float:
        return 1 / (1 + math.exp(-(slope * math.log(old / (1 - old)) + shift)))

    return RefusalModel(
        weights={name: slope * weight for name, weight in base.weights.items()},
        intercept=slope * base.intercept + shift,
        answer_above=probability(base.answer_above),
        near_above=probability(base.near_above),
    )


def status_of(model: RefusalModel, probe: Probe) -> Status:
    """What an answer to the probe would say."""
    confidence = model.confidence(probe.signals)
    if confidence >= model.answer_above * probe.share:
        return "answered"
    return "closest" if confidence >= model.near_above else "none"


def _fitted(base: RefusalModel, probes: Sequence[Probe], keep: float) -> tuple[RefusalModel, float, float]:
    """The refitted model, and the slope and shift it was mapped by."""
    slope, shift = _platt(base, probes)
    model = mapped(base, slope, shift)
    above = threshold(model, probes, keep)
    near = model.near_above * above / model.answer_above
    return replace(model, answer_above=above, near_above=near), slope, shift


def _platt(base: RefusalModel, probes: Sequence[Probe]) -> tuple[float, float]:
    """Slope and shift of the score that make the probes likeliest, given what is expected of both."""
    from scipy.optimize import minimize

    names = list(asdict(probes[0].signals))
    weights = np.array([base.weights[name] for name in names])
    scores = np.array([probe.signals.vector() @ weights + base.intercept for probe in probes])
    answerable = np.array([probe.question.answerable for probe in probes])
    right, wrong = int(answerable.sum()), int((~answerable).sum())
    targets = np.where(answerable, (right + 1) / (right + 2), 1 / (wrong + 2))

    def loss(found: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The negative log posterior and its gradient."""
        slope, shift = found
        logits = slope * scores + shift
        off = np.array([(slope - 1) / _SLOPE_SPREAD, shift / _SHIFT_SPREAD])
        error = 1 / (1 + np.exp(-np.clip(logits, -50, 50))) - targets
        value = float((np.logaddexp(0, logits) - targets * logits).sum() + off @ off / 2)
        slopes = np.array([error @ scores, error.sum()]) + off / (_SLOPE_SPREAD, _SHIFT_SPREAD)
        return value, slopes

    found = minimize(loss, (1.0, 0.0), jac=True, method="L-BFGS-B", bounds=[(_MIN_SLOPE, None), (None, None)]).x
    return float(found[0]), float(found[1])


def threshold(model: RefusalModel, probes: Sequence[Probe], keep: float) -> float:
    """The ``answer_above`` that refuses most unanswerable probes while ``keep`` of the answerable ones are answered.

    Of all that do it alike, the model's own if it is one of them, else the middle one.
    """
    answerable = sorted(_reach(model, probe) for probe in probes if probe.question.answerable)
    unanswerable = [_reach(model, probe) for probe in probes if not probe.question.answerable]
    spared = int((1 - keep) * len(answerable) + 1e-9)  # 1 - 0.9 is a little less than 0.1
    # What no threshold would answer can't be kept; the threshold is for the others.
    limit = next((reach for reach in answerable[spared:] if reach > 0), 0.0)
    if limit == 0:
        return model.answer_above
    below = max((reach for reach in unanswerable if reach < limit), default=0.0)
    top = next(reach for reach in answerable if reach > below)
    return min(_MAX_THRESHOLD, model.answer_above if below < model.answer_above <= top else (below + top) / 2)


def _reach(model: RefusalModel, probe: Probe) -> float:
    """The highest ``answer_above`` with which the probe is answered; 0 if it never is, however low."""
    probability = model.probability(probe.signals)
    low = replace(model, answer_above=probability / 2)
    return probability / probe.share if status_of(low, probe) == "answered" else 0.0


def _held_back(base: RefusalModel, probes: Sequence[Probe], keep: float) -> list[tuple[Probe, RefusalModel]]:
    """Each probe with the model fitted on the other folds; each fold has its part of either sort."""
    sorts = [[probe for probe in probes if probe.question.answerable is answerable] for answerable in (True, False)]
    found = []
    for fold in range(_FOLDS):
        others = [probe for sort in sorts for place, probe in enumerate(sort) if place % _FOLDS != fold]
        model = _fitted(base, others, keep)[0]
        found += [(probe, model) for sort in sorts for probe in sort[fold::_FOLDS]]
    return found


def _rates(decided: Sequence[tuple[Probe, RefusalModel]]) -> Rates:
    answered = [(probe.question.answerable, status_of(model, probe) == "answered") for probe, model in decided]
    held = calibration([(model.confidence(probe.signals), probe.question.answerable) for probe, model in decided])
    return Rates(
        answerable_refused=answered.count((True, False)),
        unanswerable_answered=answered.count((False, True)),
        ece=held.ece if held else 0.0,
    )


# --- what is said of it ---


def calibrated_text(found: Calibrated) -> str:
    """What changes, in plain text."""
    rows = [
        ("answerable refused", *_of(found.answerable, found.before[0], found.after[0])),
        ("unanswerable answered", *_of(found.unanswerable, found.before[1], found.after[1])),
        ("calibration error", f"{found.before.ece:.3f}", f"{found.after.ece:.3f}"),
        ("answered from a confidence of", f"{found.base.answer_above:.3f}", f"{found.model.answer_above:.3f}"),
        ("closest from a confidence of", f"{found.base.near_above:.3f}", f"{found.model.near_above:.3f}"),
    ]
    lines = [
        f"Calibrated on {found.answerable} answerable and {found.unanswerable} unanswerable questions, "
        f"to answer {found.keep:.0%} of the answerable ones.",
        "Under 'calibrated', what is counted and the error are of models fitted without the question they judge.",
        "",
        f"  {'':30}{'as it ships':>14}{'calibrated':>14}",
        *(f"  {name:30}{before:>14}{after:>14}" for name, before, after in rows),
        f"  The log-odds of a confidence are multiplied by {found.slope:.2f}, then {found.shift:+.2f} is added.",
        "",
    ]
    if not found.gains:
        lines += ["Nothing got better on questions that the fit had not seen: keep the model as it ships.", ""]
    lines.append(f"Questions whose status changes ({len(found.changes)}):" if found.changes else "No status changes.")
    for change in found.changes:
        truth = "answerable" if change.question.answerable else "unanswerable"
        lines.append(
            f"  {change.before} -> {change.after} ({change.confidence_before:.2f} -> {change.confidence_after:.2f}), "
            f"{truth}: {change.question.question} [{change.question.id}]"
        )
    return "\n".join(lines)


def calibrated_record(found: Calibrated) -> dict[str, Any]:
    """The same as JSON-able data; shares from 0 to 1."""

    def rates(of: Rates, model: RefusalModel) -> dict[str, float]:
        return {
            "answerable_refused": round(of.answerable_refused / found.answerable, 4),
            "unanswerable_answered": round(of.unanswerable_answered / found.unanswerable, 4),
            "ece": round(of.ece, 4),
            "answer_above": model.answer_above,
            "near_above": model.near_above,
        }

    changes = [
        {
            "id": change.question.id,
            "question": change.question.question,
            "answerable": change.question.answerable,
            "before": {"status": change.before, "confidence": round(change.confidence_before, 4)},
            "after": {"status": change.after, "confidence": round(change.confidence_after, 4)},
        }
        for change in found.changes
    ]
    before, after = rates(found.before, found.base), rates(found.after, found.model)
    return {**found.about, "before": before, "after": after, "gains": found.gains, "changes": changes}


def _of(total: int, *counts: int) -> list[str]:
    return [f"{count} of {total}" for count in counts]
