"""The quality of the real thing: `rag eval` with the bundled model over the seeds, held to tests/floor.json."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.cli.main import main
from rag.evaluation.metrics.figures import LOWER_IS_BETTER
from rag.evaluation.metrics.floors import read_floors
from rag.index.embed import SentenceTransformerEmbedder
from tests.conftest import SEEDS

TESTS = Path(__file__).parent
QUESTIONS, FLOORS = TESTS / "questions.jsonl", TESTS / "floor.json"

#: What the product stands or falls by; each has a floor.
HELD = {"hit@1", "hit@5", "evidence_recall@10", "first_citation_right", "abstained", "false_refusal"}

RagEval = Callable[..., int]


@pytest.fixture(scope="module")
def rag_eval(
    model: SentenceTransformerEmbedder, seeds_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RagEval]:
    """Runs `rag eval` on the test questions as it comes; reports go to a folder of their own."""
    given = [str(QUESTIONS), "--seeds", str(SEEDS), "--index", str(seeds_index)]
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PRECEDENT_")]:
            patch.delenv(name)
        patch.setattr("rag.library.SentenceTransformerEmbedder", lambda _model: model)
        patch.chdir(tmp_path_factory.mktemp("floor"))
        yield lambda *more: main(["eval", *given, *map(str, more)])


def test_quality_is_above_its_floors(rag_eval: RagEval, capsys: pytest.CaptureFixture[str]) -> None:
    code = rag_eval("--floor", FLOORS)
    assert code == 0, capsys.readouterr().err


def test_what_matters_has_a_floor() -> None:
    assert FLOORS.exists(), "record it with: rag eval tests/questions.jsonl --write-floor tests/floor.json"
    floors = read_floors(FLOORS)
    assert floors.limits.keys() >= HELD
    for name, limit in floors.limits.items():
        assert limit >= floors.means[name] if name in LOWER_IS_BETTER else limit <= floors.means[name], name


@pytest.fixture(scope="module")
def recorded(rag_eval: RagEval, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The floors of the product as it is now."""
    path = tmp_path_factory.mktemp("recorded") / "floor.json"
    assert rag_eval("--write-floor", path) == 0
    return path


def test_what_was_just_recorded_holds(rag_eval: RagEval, recorded: Path) -> None:
    assert rag_eval("--floor", recorded) == 0


def test_a_higher_floor_does_not_hold(
    rag_eval: RagEval, recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(recorded.read_text(encoding="utf-8"))
    mean = record["metrics"]["cited_coverage"]["mean"]
    record["metrics"]["cited_coverage"]["floor"] = mean + 0.01
    higher = tmp_path / "higher.json"
    higher.write_text(json.dumps(record), encoding="utf-8")
    assert rag_eval("--floor", higher) == 1
    fallen = capsys.readouterr().err
    assert f"cited_coverage is {mean:.3f} (floor {mean + 0.01:g}, was {mean})" in fallen
    assert fallen.count("(floor") == 1


def test_one_search_alone_falls_through(rag_eval: RagEval, recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The floors are high enough to notice when most of the ranking is gone."""
    assert rag_eval("--floor", recorded, "--stages", "dense") == 1
    assert "hit@1 is" in capsys.readouterr().err
