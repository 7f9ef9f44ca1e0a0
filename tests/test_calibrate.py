"""The decision to answer, refitted: against probes whose best calibration is known, and through the command line."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.ask.answerability import RefusalModel, RefusalModelError, Signals, bundled_model, model_at, save_model
from rag.cli.main import main
from rag.cli.questions import probes_of
from rag.config import Settings
from rag.errors import QuestionsError
from rag.evaluation.calibrate import Probe, calibrate, calibrated_text, mapped, require_enough, status_of, threshold
from rag.evaluation.questions.sets import Question, read_questions
from rag.library import Library
from tests.fakes import FakeEmbedder

NAMES = [field.name for field in fields(Signals)]
NOTHING = Signals(**dict.fromkeys(NAMES, 0.0))
#: Its log-odds are the first signal.
BASE = RefusalModel(dict.fromkeys(NAMES, 0.0) | {NAMES[0]: 1.0}, 0.0, 0.4, 0.1)


def logistic(score: float) -> float:
    return 1 / (1 + math.exp(-score))


def logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def probe(answerable: bool, score: float, *, share: float = 1.0, figure: bool = True) -> Probe:
    signals = replace(NOTHING, **{NAMES[0]: score}, figure_lacking=float(not figure))
    return Probe(Question("q", "q?", (), "fact", answerable), signals, share)


def probes(answerable: Sequence[float], unanswerable: Sequence[float]) -> list[Probe]:
    return [probe(True, score) for score in answerable] + [probe(False, score) for score in unanswerable]


def test_many_probes_give_the_slope_and_shift_they_were_made_with() -> None:
    made = []
    for score in map(float, range(-5, 6)):
        right = round(150 * logistic(0.5 * score - 1))
        made += probes([score] * right, [score] * (150 - right))
    found = calibrate(BASE, made)
    assert found.slope == pytest.approx(0.5, abs=0.01)
    assert found.shift == pytest.approx(-1, abs=0.02)
    for score in (-3.0, 0.0, 3.0):
        confidence = found.model.probability(probe(True, score).signals)
        assert confidence == pytest.approx(logistic(0.5 * score - 1), abs=0.01)
    assert found.before.ece > 0.1
    assert found.after.ece < 0.02  # of models that had not seen them
    assert found.gains


def test_the_fit_is_the_likeliest_by_platts_targets_and_the_prior() -> None:
    answerable, unanswerable = [2.0, 1.0, 3.0, 0.5, 2.5, 1.5, 0.0, 4.0, 2.0, 1.0], [-1.0, 0.5, 1.0, -2.0, 0.0] * 3
    found = calibrate(BASE, probes(answerable, unanswerable))

    def loss(slope: float, shift: float) -> float:
        total = (slope - 1) ** 2 / (2 * 0.5**2) + shift**2 / 2
        for scores, target in ((answerable, 11 / 12), (unanswerable, 1 / 17)):
            for score in scores:
                p = logistic(slope * score + shift)
                total -= target * math.log(p) + (1 - target) * math.log(1 - p)
        return total

    least = loss(found.slope, found.shift)
    for slope, shift in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01), (0.01, 0.01), (-0.01, 0.01)):
        assert loss(found.slope + slope, found.shift + shift) > least


def test_few_probes_change_less_than_many() -> None:
    def shift(times: int) -> float:
        return calibrate(BASE, probes([0.0] * 10 * times, [0.0] * 30 * times)).shift

    assert 0 > shift(1) > shift(20) > logit(0.25) - 0.01
    assert shift(20) == pytest.approx(logit(0.25), abs=0.05)


def test_more_evidence_never_means_less_confidence() -> None:
    assert calibrate(BASE, probes([-3.0] * 200, [3.0] * 200)).slope > 0


@given(st.floats(0.05, 3), st.floats(-3, 3), st.floats(-6, 6))
def test_mapping_changes_confidences_and_no_decision(slope: float, shift: float, score: float) -> None:
    model = mapped(BASE, slope, shift)
    for cut in (BASE.answer_above, BASE.near_above):
        if abs(score - logit(cut)) < 1e-6:
            return
    assert status_of(model, probe(True, score)) == status_of(BASE, probe(True, score))
    assert model.probability(probe(True, score).signals) == pytest.approx(logistic(slope * score + shift))


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "old", "expected"),
    [
        ([0.6] * 20, [0.1] * 10, 0.4, 0.4),  # decides as well as any
        ([0.2] * 20, [0.1] * 10, 0.4, 0.15),
        ([0.1] + [0.8] * 19, [0.3] * 10, 0.4, 0.4),  # one of 20 may be refused
        ([0.1] + [0.8] * 19, [0.3] * 10, 0.2, 0.55),
        ([0.1] * 2 + [0.8] * 18, [0.3] * 10, 0.4, 0.05),  # two may not
        ([0.3] + [0.8] * 19, [0.1] * 10, 0.9, 0.2),  # nor one where nothing is gained by it
        ([0.3] + [0.8] * 19, [0.2] * 9 + [0.5], 0.4, 0.65),
        ([0.5] * 10, [0.9] * 10, 0.4, 0.4),  # no threshold tells them apart
    ],
)
def test_the_threshold(answerable: Sequence[float], unanswerable: Sequence[float], old: float, expected: float) -> None:
    made = probes([logit(p) for p in answerable], [logit(p) for p in unanswerable])
    assert threshold(replace(BASE, answer_above=old), made, 0.95) == pytest.approx(expected)


def test_the_threshold_of_who_needs_less_and_of_who_asks_for_a_figure() -> None:
    several = [probe(True, logit(0.3), share=0.75)] * 20  # answered up to a threshold of 0.4
    assert threshold(replace(BASE, answer_above=0.41), several + probes([], [logit(0.2)] * 10), 1.0) == pytest.approx(
        0.3
    )
    no_figure = [probe(True, 5.0, figure=False)] * 5  # never answered: they move nothing
    made = [*probes([logit(0.6)] * 20, [logit(0.2)] * 10), *no_figure, probe(False, 5.0, figure=False)]
    assert threshold(replace(BASE, answer_above=0.9), made, 0.95) == pytest.approx(0.4)
    assert threshold(BASE, [*no_figure, *probes([], [0.0])], 0.95) == BASE.answer_above


SCORES = st.lists(st.integers(-40, 40).map(lambda number: number / 10), min_size=10, max_size=20)


@given(SCORES, SCORES, st.sampled_from([0.5, 0.9, 0.95, 1.0]))
@settings(max_examples=40, deadline=None)
def test_no_threshold_that_keeps_as_many_refuses_more(
    answerable: list[float], unanswerable: list[float], keep: float
) -> None:
    made = probes(answerable, unanswerable)
    chosen = threshold(BASE, made, keep)

    def answered(cut: float) -> tuple[int, int]:
        told = [(p.question.answerable, status_of(replace(BASE, answer_above=cut), p) == "answered") for p in made]
        return told.count((True, True)), told.count((False, True))

    wanted = math.ceil(keep * len(answerable) - 1e-9)
    kept, wrong = answered(chosen)
    assert kept >= wanted
    cuts = [logistic(number / 10 + 0.05) for number in range(-41, 41)]  # one between any two scores
    allowed = [other for cut in cuts if (other := answered(cut))[0] >= wanted]
    assert wrong <= min((other[1] for other in allowed), default=wrong)


def test_what_is_said_of_it_is_of_questions_held_back() -> None:
    made = probes([-2.0] + [3.0] * 11, [-4.0] * 12)
    found = calibrate(BASE, made, keep=1.0)
    assert status_of(found.model, made[0]) == "answered"  # the only one so low, and no threshold was made without it
    assert found.after.answerable_refused == 1
    assert found.before[:2] == (1, 0)
    (change,) = (change for change in found.changes if change.question.answerable)
    assert (change.before, change.after) == ("closest", "answered")
    assert change.confidence_before == pytest.approx(logistic(-2))
    text = calibrated_text(found)
    assert "\n  closest -> answered (0.12 -> " in text
    assert "1 of 12" in text


def test_the_error_before_is_that_of_the_base() -> None:
    found = calibrate(BASE, probes([logit(0.55)] * 10, [logit(0.55)] * 30))
    assert found.before[:2] == (0, 30)
    assert found.before.ece == pytest.approx(0.55 - 0.25)
    assert found.after.ece < 0.15


def test_no_gain_is_said() -> None:
    found = calibrate(BASE, probes([6.0] * 12, [-6.0] * 12))
    assert (found.before[:2], found.after[:2]) == ((0, 0), (0, 0))
    assert not found.gains
    assert "keep the model as it ships" in calibrated_text(found)
    assert "No status changes." in calibrated_text(found)


def test_near_moves_with_the_threshold() -> None:
    found = calibrate(BASE, probes([logit(0.2)] * 20, [logit(0.1)] * 20))
    same = mapped(BASE, found.slope, found.shift)
    assert found.model.near_above / same.near_above == pytest.approx(found.model.answer_above / same.answer_above)
    assert found.model.answer_above < same.answer_above


def test_too_few_of_a_sort_say_what_to_do() -> None:
    with pytest.raises(QuestionsError, match=r"10 answerable and 9 unanswerable .* needs 10 .* rag propose"):
        calibrate(BASE, probes([1.0] * 10, [0.0] * 9))
    with pytest.raises(QuestionsError, match="0 answerable and 0 unanswerable"):
        require_enough([])


# --- the file ---


def test_a_model_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "model.json"
    save_model(path, BASE, {"keep": 0.95})
    assert model_at(path) == BASE
    assert json.loads(path.read_text(encoding="utf-8"))["keep"] == 0.95
    assert model_at(tmp_path / "none.json") == model_at(Path(os.devnull)) == bundled_model()
    with pytest.raises(RefusalModelError, match="choose another place with PRECEDENT_REFUSAL"):
        save_model(tmp_path, BASE, {})


GOOD: dict[str, Any] = {"weights": dict.fromkeys(NAMES, 1.0), "intercept": 0, "answer_above": 0.5, "near_above": 0.1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is damaged"),
        (b"\xff\xfe{", "it is damaged"),
        (b"[]", "it is damaged"),
        (json.dumps({}).encode(), "it is damaged"),
        (json.dumps(GOOD | {"intercept": "much"}).encode(), "it is damaged"),
        (json.dumps(GOOD | {"weights": None}).encode(), "it is damaged"),
        (json.dumps(GOOD | {"intercept": math.nan}).encode(), "it is damaged"),
        (json.dumps(GOOD | {"near_above": 0.6}).encode(), "it is damaged"),
        (json.dumps(GOOD | {"weights": GOOD["weights"] | {"mood": 1.0}}).encode(), "with other signals: mood"),
        (json.dumps(GOOD | {"weights": dict(list(GOOD["weights"].items())[1:])}).encode(), f"signals: {NAMES[0]}"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_can_not_be_used_is_named(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(json.dumps(GOOD).encode())
    assert model_at(path).answer_above == 0.5
    path.write_bytes(content)
    with pytest.raises(RefusalModelError) as error:
        model_at(path)
    assert str(path) in str(error.value)
    assert reason in str(error.value)
    assert "delete this file, or calibrate again with: rag calibrate" in str(error.value)


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(RefusalModelError, match="delete this file"):
        model_at(tmp_path)


# --- the command ---

DOCUMENTS = {
    "farm": "Farm checks in Kendal\n\nSome farmers came to the market. The market was in Kendal. Nurses saw 40.",
    "truro": "Maternity in Truro\n\nLate booking was common. The team wrote a leaflet about booking in maternity.",
    "mosque": "A visit in Hull\n\nThe mosque offered diabetes screening on a Friday. A leaflet told of the screening.",
}
THERE = ["farmers", "market farmers", "booking", "leaflet booking", "maternity booking", "mosque", "mosque screening"]
THERE += ["diabetes screening", "market in Kendal", "Has anyone had a leaflet about screening?", "nurses"]
NOT_THERE = ["How far is Neptune?", "asthma", "vaccines for sailors", "rockets", "volcanoes in Iceland", "Bolivia"]
NOT_THERE += ["piano lessons", "Has anyone sent rockets to Bolivia?", "salt mines", "How many pianos?", "tigers"]


@dataclass(frozen=True)
class Done:
    """What a command returned and printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "refusal.json"


@pytest.fixture
def rag(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Runs a command over DOCUMENTS with the hand-made embedder."""
    monkeypatch.setattr("rag.library.SentenceTransformerEmbedder", lambda _model: FakeEmbedder())
    monkeypatch.setenv("PRECEDENT_REFUSAL", str(kept))
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")

    def run(*arguments: object) -> Done:
        code = main([*map(str, arguments), "--seeds", str(folder), "--index", str(tmp_path / "index")])
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    gold = [{"source": "farm.txt", "quote": "Some farmers came to the market."}]
    asked: list[dict[str, Any]] = [{"question": asked, "answerable": True, "evidence": gold} for asked in THERE]
    asked += [{"question": asked, "answerable": False} for asked in NOT_THERE]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    return path


def statuses(rag: Callable[..., Done], questions: Path) -> dict[str, str]:
    answers = rag("ask", "--file", questions, "--json").out.splitlines()
    return {answer["question"]: answer["status"] for answer in map(json.loads, answers)}


def test_what_is_said_to_change_is_what_changes(rag: Callable[..., Done], questions: Path, kept: Path) -> None:
    before = statuses(rag, questions)
    tried = rag("calibrate", questions, "--json", "--keep", "0.5")
    assert tried.code == 0, tried.err
    record = json.loads(tried.out)
    assert (record["written"], kept.exists(), statuses(rag, questions)) == (False, False, before)
    assert record["calibrated_on"] == {"answerable": 11, "unanswerable": 11}
    told = {change["question"]: change["before"]["status"] for change in record["changes"]}
    assert told.items() <= before.items()
    written = rag("calibrate", questions, "--write", "--keep", "0.5")
    assert f"In use for these documents from now on: {kept}" in written.out
    changed = {change["question"]: change["after"]["status"] for change in record["changes"]}
    assert statuses(rag, questions) == before | changed
    assert changed  # else nothing was tested
    assert "Refusal" in json.loads(rag("eval", questions, "--json", "--report", kept.with_name("r")).out)["about"]
    assert rag("calibrate", "--reset").out.startswith(f"Deleted {kept}")
    assert not kept.exists()
    assert statuses(rag, questions) == before
    assert "Nothing was calibrated" in rag("calibrate", "--reset").out


def test_a_probe_is_judged_as_the_library_judges_it(rag: Callable[..., Done], questions: Path, tmp_path: Path) -> None:
    told = statuses(rag, questions)
    library = Library.open(Settings(tmp_path / "seeds", tmp_path / "index"), embedder=FakeEmbedder())
    made = probes_of(library, read_questions(questions))
    assert {probe.question.question: status_of(bundled_model(), probe) for probe in made} == told
    assert {probe.question.question for probe in made if probe.share < 1} == {
        "Has anyone had a leaflet about screening?",
        "Has anyone sent rockets to Bolivia?",
    }


def test_a_damaged_calibration_stops_asking_but_not_calibrating(
    rag: Callable[..., Done], questions: Path, kept: Path
) -> None:
    kept.parent.mkdir()
    kept.write_text("{", encoding="utf-8")
    done = rag("ask", "farmers")
    assert done.code == 1
    assert f"the calibration in {kept} can't be used (it is damaged)" in done.err
    assert rag("calibrate", questions, "--write").code == 0
    assert rag("ask", "farmers").code == 0


def test_calibrating_again_starts_from_the_model_as_it_ships(
    rag: Callable[..., Done], questions: Path, kept: Path
) -> None:
    first = rag("calibrate", questions, "--json", "--write").out
    assert kept.exists()
    assert rag("calibrate", questions, "--json", "--write").out == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either QUESTIONS or --reset"),
        (["q.jsonl", "--reset"], "give either QUESTIONS or --reset"),
        (["q.jsonl", "--keep", "95"], "should be a number from 0.5 to 1, is '95'"),
        (["q.jsonl", "--keep", "most"], "should be a number from 0.5 to 1, is 'most'"),
    ],
)
def test_wrong_usage(rag: Callable[..., Done], arguments: list[str], message: str) -> None:
    done = rag("calibrate", *arguments)
    assert done.code == 2
    assert message in done.err


def test_too_few_probes_are_said_before_anything_is_built(
    rag: Callable[..., Done], questions: Path, tmp_path: Path
) -> None:
    lines = questions.read_text(encoding="utf-8").splitlines()
    questions.write_text("\n".join(lines[:15]), encoding="utf-8")
    done = rag("calibrate", questions)
    assert (done.code, done.out) == (1, "")
    assert "11 answerable and 4 unanswerable questions are too few" in done.err
    assert not (tmp_path / "index").exists()


def test_a_question_without_a_word_is_left_out(rag: Callable[..., Done], questions: Path) -> None:
    with questions.open("a", encoding="utf-8") as file:
        file.write('\n{"id": "empty", "question": "of the?", "answerable": false}')
    done = rag("calibrate", questions, "--json")
    assert "left out: question empty holds no word to search for" in done.err
    assert json.loads(done.out)["calibrated_on"]["unanswerable"] == 11


def test_lists_are_not_the_models_to_decide(questions: Path, rag: Callable[..., Done], tmp_path: Path) -> None:
    rag("index")
    library = Library.open(Settings(tmp_path / "seeds", tmp_path / "index"), embedder=FakeEmbedder())
    asked = read_questions(questions)
    listed = replace(asked[0], question="Which projects reached farmers?")
    assert [probe.question for probe in probes_of(library, [listed, asked[0]])] == [asked[0]]
