"""The command line as its user meets it: in a process of its own, with the real model and the seeds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main
from rag.config import Settings
from rag.library import Library
from tests.conftest import SEEDS

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "index"
    Library.open(Settings(SEEDS, folder)).close()
    return folder


def rag(*arguments: str, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rag", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@dataclass(frozen=True)
class Done:
    """What a command in this process returned and printed."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs a command in this process, where the model is loaded once."""

    def run(*arguments: str) -> Done:
        code = main(arguments)
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run


def test_ask_in_plain_text(index: Path) -> None:
    done = rag("ask", "What worked for late antenatal booking?", "--index", str(index))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Bromley: late booking into antenatal services (activity only")
    assert "\x1b" not in done.stdout
    assert "a pharmacy campaign" in done.stdout


def test_ask_a_file_of_questions(here: Callable[..., Done], index: Path, tmp_path: Path) -> None:
    questions: list[dict[str, Any]] = [
        {"id": "a", "question": "How can we reach farmers with health checks?"},
        {"id": "b", "question": "And who ran it?", "history": ["How can we reach farmers with health checks?"]},
        {"question": "What is the capital of Mongolia?"},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(json.dumps(question) for question in questions), encoding="utf-8")
    done = here("ask", "--file", str(path), "--json", "--index", str(index))
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == [question["question"] for question in questions]
    assert [answer["id"] for answer in answers][:2] == ["a", "b"]
    assert answers[2]["status"] == "none"
    for answer in answers:
        assert set(answer) >= {"id", "question", "status", "confidence", "answer", "missing", "citations", "passages"}
        assert len(answer["passages"]) == 10
        assert [passage["rank"] for passage in answer["passages"]] == list(range(1, 11))
        for citation in answer["citations"]:
            assert set(citation) == {"number", "source", "title", "case", "section", "quote", "spans"}
    assert "jointly run by the NHS" in json.dumps(answers[1]["citations"])


def test_ask_and_eval_agree_on_a_file(here: Callable[..., Done], index: Path, tmp_path: Path) -> None:
    questions = str(ROOT / "tests" / "questions.jsonl")
    answered = here("ask", "--file", questions, "--json", "--index", str(index))
    answers = tmp_path / "answers.jsonl"
    answers.write_text(answered.stdout, encoding="utf-8")
    common = ["eval", questions, "--json", "--index", str(index), "--report"]
    fresh = here(*common, str(tmp_path / "fresh"))
    scored = here(*common, str(tmp_path / "scored"), "--answers", str(answers))
    assert fresh.returncode == scored.returncode == 0, fresh.stderr + scored.stderr
    assert json.loads(fresh.stdout)["metrics"] == json.loads(scored.stdout)["metrics"]
    assert json.loads((tmp_path / "fresh.json").read_text(encoding="utf-8")) == json.loads(fresh.stdout)
    assert json.loads(fresh.stdout)["latency"]["median_ms"] > 0
    assert json.loads(scored.stdout)["latency"] is None
    page = (tmp_path / "fresh.html").read_text(encoding="utf-8")
    assert not re.findall(r"https?://(?!www\.w3\.org)", page)


def test_search_and_cases(here: Callable[..., Done], index: Path) -> None:
    found = here("search", "mosque", "-k", "3", "--json", "--index", str(index))
    assert [passage["rank"] for passage in json.loads(found.stdout)] == [1, 2, 3]
    cases = json.loads(here("cases", "--json", "--index", str(index)).stdout)
    assert "Bromley: late booking into antenatal services" in [case["title"] for case in cases]
    assert {case["place"] for case in cases} >= {"Bromley", "Luton", "not stated"}


def test_a_console_that_is_not_utf8(index: Path) -> None:
    record = rag("ask", "hard-to-reach people in Coventry", "--json", "--index", str(index), PYTHONIOENCODING="ascii")
    assert "‘" in json.dumps(json.loads(record.stdout), ensure_ascii=False)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask"], 2, "give either a question or --file"),
        (["ask", "x", "--seeds", "nowhere"], 1, "rag: no documents at nowhere"),
        (["ask", "--file", "nowhere.jsonl"], 1, "nowhere.jsonl"),
        (["eval", "nowhere.jsonl"], 1, "nowhere.jsonl"),
        (["ask", "x", "--model", "./nowhere"], 1, "rag: There is no model folder"),
        (["search", "x", "-k", "0"], 2, "should be a number from 1 to 1000"),
        (["dance"], 2, "invalid choice"),
        ([], 2, "COMMAND"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_wrong_is_said_in_a_line(arguments: list[str], code: int, message: str) -> None:
    done = rag(*arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["index", "ask", "search", "cases", "eval"])
def test_help(command: str) -> None:
    done = rag(command, "--help")
    assert done.returncode == 0
    assert "--seeds DIR" in done.stdout
    assert "Exit codes" in done.stdout


def test_a_question_from_standard_input(index: Path) -> None:
    done = rag("ask", "-", "--index", str(index), stdin="How many languages are spoken in Coventry?\n")
    assert "126 languages are spoken in the city." in done.stdout
