"""Figures of many questions, comparisons of two evaluations, and floors: against brute force and scipy."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from rag.errors import QuestionsError
from rag.evaluation.metrics.compare import Comparison, compare, read_report
from rag.evaluation.metrics.figures import Bin, Figure, calibration, figure, latency, wilson
from rag.evaluation.metrics.floors import (
    FloorError,
    check_floors,
    check_target,
    fingerprint,
    floors_of,
    floors_text,
    read_floors,
)
from rag.text.templates import render

BEFORE = {"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.25, "e": 1.0}
NOW = {"a": 1.0, "b": 0.75, "c": 0.5, "d": 0.0, "e": 1.0, "new": 1.0}


def compared() -> Comparison:
    return compare({q: {"m": s} for q, s in NOW.items()}, {q: {"m": s} for q, s in BEFORE.items()}, "old.json")


# Comparing -------------------------------------------------------------------------------------------------


def test_a_difference_is_paired_and_counted() -> None:
    found = compared()
    difference = found.differences["m"]
    assert difference.now == pytest.approx(0.65)
    assert difference.before == pytest.approx(0.55)
    assert difference.mean == pytest.approx(0.1)
    assert (difference.wins, difference.ties, difference.losses) == (2, 2, 1)
    assert difference.low < 0.1 < difference.high
    assert found.unpaired == 1


def test_p_is_the_share_of_all_sign_flips_that_are_as_far_off() -> None:
    changed = [0.5, 0.25, -0.25, 0.0, 0.0]
    sums = [abs(sum(sign * value for sign, value in zip(signs, changed, strict=True))) for signs in SIGNS]
    assert compared().differences["m"].p == pytest.approx(sum(total >= 0.5 for total in sums) / len(sums))


SIGNS = list(product((-1, 1), repeat=5))


def test_nothing_changed_is_no_evidence_and_much_is() -> None:
    same = compare({"a": {"m": 0.5}}, {"a": {"m": 0.5000004}}, "x")  # a report rounds
    assert (same.differences["m"].p, same.differences["m"].ties, same.changes) == (1.0, 1, ())
    many = {str(i): {"m": 1.0} for i in range(200)}
    assert compare(many, {q: {"m": 0.5} for q in many}, "x").differences["m"].p < 0.001


def test_a_lower_false_refusal_is_a_win() -> None:
    found = compare({"a": {"false_refusal": 0.0}}, {"a": {"false_refusal": 1.0}}, "x")
    assert (found.differences["false_refusal"].wins, found.differences["false_refusal"].mean) == (1, -1.0)
    assert found.changes[0].mean == 1.0


def test_the_questions_that_changed_most_come_first() -> None:
    assert [(change.id, change.mean) for change in compared().changes] == [("a", 0.5), ("b", 0.25), ("d", -0.25)]
    assert compared().changes[0].scores == {"m": (0.5, 1.0)}


def test_what_shares_nothing_can_not_be_compared() -> None:
    with pytest.raises(QuestionsError, match=r"old\.json shares no question"):
        compare({"a": {"m": 1.0}}, {"b": {"m": 1.0}}, "old.json")


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"questions": [{"id": "a"}]}', '{"questions": [{"id": "a", "scores": {"m": "high"}}]}', "q Q0 d"],
)
def test_what_is_no_report_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(QuestionsError, match=r"r\.json is no report: name the \.json that"):
        read_report(path)


def test_a_report_with_a_nan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"questions": [{"id": 1, "scores": {"m": NaN}}]}', encoding="utf-8")
    with pytest.raises(QuestionsError, match="no finite number"):
        read_report(path)


# Figures ---------------------------------------------------------------------------------------------------


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_is_scipys(counts: tuple[int, int]) -> None:
    right, n = counts
    theirs = binomtest(right, n).proportion_ci(0.95, method="wilson")
    assert wilson(right / n, n) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_calibration_by_hand() -> None:
    answers = [(0.05, False), (0.1, True), (0.15, False), (0.95, True), (1.0, True)]
    found = calibration(answers)
    assert found is not None
    assert [(b.low, b.high, b.n) for b in found.bins] == [(0.0, 0.1, 1), (0.1, 0.2, 2), (0.9, 1.0, 2)]
    assert [b.observed for b in found.bins] == [0.0, 0.5, 1.0]
    assert [b.confidence for b in found.bins] == pytest.approx([0.05, 0.125, 0.975])
    assert found.ece == pytest.approx((0.05 + 2 * 0.375 + 2 * 0.025) / 5)
    assert calibration([]) is None
    assert latency([]) is None


def test_the_diagram_puts_points_where_they_belong() -> None:
    bins = (Bin(0.0, 0.1, 1, 0.0, 1.0), Bin(0.9, 1.0, 4, 1.0, 0.0))
    drawn = render("evaluation/report/charts.html", "reliability", bins=bins)
    assert 'cx="30.0" cy="10.0" r="6.5"' in drawn
    assert 'cx="230.0" cy="210.0" r="10.0"' in drawn


# Floors ----------------------------------------------------------------------------------------------------


def metrics(right: int, n: int = 40) -> dict[str, Figure]:
    return {
        "hit@1": figure([1.0] * right + [0.0] * (n - right)),
        "false_refusal": figure([0.0] * right + [1.0] * (n - right)),
    }


def test_a_floor_does_not_stand_at_one(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    path.write_text(floors_text(floors_of(metrics(40), corpus="c", questions="q")), encoding="utf-8")
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["metrics"] == {
        "hit@1": {"mean": 1.0, "floor": 0.912},  # Wilson for 40 of 40: 0.91238
        "false_refusal": {"mean": 0.0, "ceiling": 0.088},
    }
    floors = read_floors(path)
    assert floors == floors_of(metrics(40), corpus="c", questions="q")
    check_target(floors, path, corpus="c", questions="q")
    check_floors(floors, path, metrics(37))
    with pytest.raises(FloorError) as failure:
        check_floors(floors, path, metrics(36))
    assert "hit@1 is 0.900 (floor 0.912, was 1.0)" in str(failure.value)
    assert "false_refusal is 0.100 (ceiling 0.088, was 0.0)" in str(failure.value)
    assert f"rag eval TARGET --write-floor {path}" in str(failure.value)


def test_floors_of_other_documents_or_questions_are_said() -> None:
    floors = floors_of(metrics(40), corpus="c", questions="q")
    for found, what in (
        ({"corpus": "x", "questions": "q"}, "documents"),
        ({"corpus": "c", "questions": "x"}, "questions"),
    ):
        with pytest.raises(FloorError, match=rf"f\.json were recorded for other {what}: .*--write-floor f\.json"):
            check_target(floors, Path("f.json"), **found)


def test_a_floor_for_what_was_not_measured_fails() -> None:
    floors = floors_of(metrics(40), corpus="c", questions="q")
    with pytest.raises(FloorError, match="false_refusal was not measured"):
        check_floors(floors, Path("f.json"), {"hit@1": metrics(40)["hit@1"]})


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("{", "is not JSON"),
        ([], "lacks"),
        ({"corpus": "c", "questions": "q"}, "lacks 'metrics'"),
        ({"corpus": "c", "questions": "q", "metrics": [1]}, "lacks"),
        (
            {"corpus": "c", "questions": "q", "metrics": {"hit@1": {"floor": "high"}}},
            'hit@1 has no "floor" from 0 to 1',
        ),
        ({"corpus": "c", "questions": "q", "metrics": {"hit@1": 0.9}}, 'hit@1 has no "floor" from 0 to 1'),
        (
            {"corpus": "c", "questions": "q", "metrics": {"false_refusal": {"floor": 1}}},
            'false_refusal has no "ceiling"',
        ),
    ],
)
def test_a_floor_file_that_is_wrong_is_explained(tmp_path: Path, record: Any, message: str) -> None:
    path = tmp_path / "floors.json"
    path.write_text(record if isinstance(record, str) else json.dumps(record), encoding="utf-8")
    with pytest.raises(QuestionsError, match=message):
        read_floors(path)


def test_a_fingerprint_knows_content_not_order_of_keys() -> None:
    assert fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})
    assert fingerprint(["a", "b"]) != fingerprint(["b", "a"])
