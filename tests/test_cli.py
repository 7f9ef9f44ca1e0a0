"""The command line as its user meets it, with the real model and the seeds."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from rag.cli.main import main
from rag.config import STAGES, Settings
from rag.errors import RagError
from rag.evaluation.questions.sets import read_questions
from rag.library import Library
from rag.snapshot import Snapshot
from rag.types import Document
from tests.conftest import SEEDS

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "add ask calibrate cases compare eval gaps index list pack precedents propose remove search status sync"
).split()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "index"
    Library.open(Settings(SEEDS, folder)).close()
    return folder


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
    """In a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "rag", "ask", "What worked for late antenatal booking?", "--index", str(index)],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("This case does not state a measured result.\n\nBromley: late booking into antenatal")
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
            assert set(citation) == {
                "number",
                "source",
                "title",
                "case",
                "section",
                "page",
                "also",
                "quote",
                "spans",
                "field",
            }
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


def test_the_cases_of_a_source(here: Callable[..., Done], index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Snapshot, "search")  # names are looked up, not searched for
    name = "001_3599fcccaf629e3b.txt"
    cases = json.loads(here("cases", "--json", "--source", name, "--index", str(index)).stdout)
    assert {case["source"] for case in cases} == {name}
    wrong = here("cases", "--source", name, "--source", "nowhere", "--index", str(index))
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "there is no document 'nowhere'" in wrong.stderr


def test_a_console_that_is_not_utf8(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["ask", "hard-to-reach people in Coventry", "--index", str(index)]
    shown = {}
    for form in ("--json", "--stages=dense,lexical"):
        console = TextIOWrapper(BytesIO(), encoding="ascii")
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", console)
            assert main([*asked, form]) == 0
        shown[form] = console.detach().getvalue().decode("ascii")
    assert "‘" in json.dumps(json.loads(shown["--json"]), ensure_ascii=False)
    assert "?" in shown["--stages=dense,lexical"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask"], 2, "give either a question or --file"),
        (["ask", "x", "--seeds", "nowhere"], 1, "rag: no documents at nowhere"),
        (["ask", "--file", "nowhere.jsonl"], 1, "nowhere.jsonl"),
        (["eval", "nowhere.jsonl"], 1, "nowhere.jsonl"),
        (["ask", "x", "--model", "./nowhere"], 1, "rag: There is no model folder"),
        (["ask", "x", "--stages", "dense,magic"], 1, "rag: there is no stage 'magic': PRECEDENT_STAGES and --stages"),
        (["cases", "--stages", "late"], 1, "rag: without a search nothing is found"),
        (["calibrate", "nowhere.jsonl"], 1, "nowhere.jsonl"),
        (["propose", "-n", "none"], 2, "should be a number from 1 to 1000"),
        (["search", "x", "-k", "0"], 2, "should be a number from 1 to 1000"),
        (["precedents", "x", "-n", "-3"], 2, "should be a number from 1 to 1000"),
        (["compare", "a#1", "a#1"], 2, "give 2 to 5 different cases"),
        (["compare", *"abcdef"], 2, "give 2 to 5 different cases"),
        (["dance"], 2, "No such command 'dance'"),
        ([], 2, "COMMAND"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_wrong_is_said_in_a_line(
    here: Callable[..., Done], arguments: list[str], code: int, message: str
) -> None:
    done = here(*arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_the_commands(here: Callable[..., Done]) -> None:
    done = here("--help")
    assert done.returncode == 0
    assert "Exit codes" in done.stdout
    listed = done.stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    assert set(re.findall(r"(?m)^  ([a-z]+) ", listed)) == set(COMMANDS)


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("command", COMMANDS)
def test_help(here: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, command: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    done = here(command, "--help")
    assert done.returncode == 0
    assert "--seeds DIR" in done.stdout
    assert "Exit codes" in done.stdout
    assert "<" not in done.stdout  # no types, '<list[str]>'
    assert max(map(len, done.stdout.splitlines())) <= width
    assert here(command, "-h") == done


def test_a_question_from_standard_input(
    here: Callable[..., Done], index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("How many languages are spoken in Coventry?\n"))
    done = here("ask", "-", "--index", str(index))
    assert "126 languages are spoken in the city." in done.stdout


@pytest.mark.parametrize(("installed", "said"), [(True, "rag 1.2.3\n"), (False, "rag (not installed)\n")])
def test_version(
    installed: bool, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def version(name: str) -> str:
        if not installed:
            raise importlib.metadata.PackageNotFoundError(name)
        return {"precedent": "1.2.3"}[name]

    monkeypatch.setattr("importlib.metadata.version", version)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == said


# --- propose ---


def test_proposals_are_a_question_set(
    here: Callable[..., Done], index: Path, tmp_path: Path, documents: dict[str, Document]
) -> None:
    path = tmp_path / "new" / "proposed.jsonl"
    done = here("propose", "-n", "12", "--write", str(path), "--index", str(index))
    questions = read_questions(path)
    near = [question for question in questions if not question.answerable]
    assert 0 < len(near) < len(questions) <= 12
    assert done.stdout.startswith(f"{len(questions)} questions, {len(near)} of them near misses, in {path}")
    for question in questions:
        assert all(gold.quote in documents[gold.source].text for gold in question.evidence)
    printed = here("propose", "-n", "12", "--index", str(index)).stdout
    assert list(map(json.loads, printed.splitlines())) == [
        json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()
    ]


def test_proposals_do_not_overwrite_corrections(here: Callable[..., Done], index: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text("corrected", encoding="utf-8")
    done = here("propose", "--write", str(path), "--index", str(index))
    assert (done.returncode, done.stdout) == (1, "")
    assert "mine.jsonl exists, and may hold your changes: choose a new file with --write FILE" in done.stderr
    assert path.read_text(encoding="utf-8") == "corrected"


def test_proposals_for_a_reader_at_a_terminal(
    here: Callable[..., Done], index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "1000")
    common = ["propose", "-n", "12", "--index", str(index)]
    records = [json.loads(line) for line in here(*common, "--json").stdout.splitlines()]
    shown = re.sub(r"\x1b\[\d*m", "", here(*common).stdout)
    for record in records:
        said = f"answerable, {record['reason']}" if record["answerable"] else record["reason"]
        assert f"{record['id']}  {record['question']}\n      {said}\n" in shown
        before = "" if record["answerable"] else "comes close to "
        for gold in record["evidence"] if record["answerable"] else record["near"]:
            assert f"      {before}‘{gold['quote']}’ ({gold['source']})\n" in shown


def test_nothing_to_propose(here: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Nothing much.", encoding="utf-8")
    path = tmp_path / "none.jsonl"
    done = here("propose", "--seeds", str(tmp_path / "docs"), "--index", str(tmp_path / "i"), "--write", str(path))
    assert done.returncode == 1
    assert "makes a question that reads well: write your own" in done.stderr
    assert not path.exists()


# --- settings of the search ---


@pytest.mark.parametrize(
    ("given", "stages"),
    [
        ("", STAGES),
        ("dense", ("dense",)),
        ("late, Dense,,lexical ,late", ("dense", "lexical", "late")),  # in the order they come in
        (",".join(STAGES), STAGES),
    ],
)
def test_stages_are_read_from_a_list(given: str, stages: tuple[str, ...]) -> None:
    assert Settings.from_environment({"PRECEDENT_STAGES": given}).stages == stages


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("dense,magic", "there is no stage 'magic': .* some of dense,lexical,evidence,late,synonyms,spelling"),
        ("late,spelling", "name dense or lexical in PRECEDENT_STAGES"),
        (",", "name dense or lexical in PRECEDENT_STAGES"),
    ],
)
def test_stages_that_can_not_be(given: str, message: str) -> None:
    with pytest.raises(RagError, match=message):
        Settings.from_environment({"PRECEDENT_STAGES": given})


def test_reranker_and_refusal_are_settings(tmp_path: Path) -> None:
    environ = {"PRECEDENT_RERANKER": "some/cross-encoder", "PRECEDENT_REFUSAL": str(tmp_path / "r.json")}
    settings = Settings.from_environment(environ)
    assert (settings.reranker, settings.refusal_file) == ("some/cross-encoder", tmp_path / "r.json")
    one, other = Settings(tmp_path / "a"), Settings(tmp_path / "b")
    assert (one.reranker, one.stages) == ("", STAGES)
    assert one.refusal_file != other.refusal_file
    assert one.refusal_file != one.questions_file
    assert one.refusal_file == Settings(tmp_path / "a", tmp_path / "another index").refusal_file
