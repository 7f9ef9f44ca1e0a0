"""`rag eval` from end to end, with the hand-made embedder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
import pytest

from rag.cli.main import main
from tests.fakes import FakeEmbedder

DOCUMENTS = {
    "farm": "Farm checks in Kendal\n\nSome farmers came to the market. The market was in Kendal.",
    "truro": "Maternity in Truro\n\nLate booking was common. The team wrote a leaflet about booking.",
    "mosque": "A visit in Hull\n\nThe mosque offered diabetes screening on a Friday.",
}
QUERIES = {"q1": "farmers at the market", "q2": "booking leaflet", "q3": "mosque screening", "q4": "Hull"}
QRELS = {("q1", "farm"): 1, ("q2", "truro"): 2, ("q2", "farm"): 1, ("q3", "farm"): 1}


@dataclass(frozen=True)
class Done:
    """What a command returned and printed."""

    code: int
    out: str
    err: str

    @property
    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Done]


@pytest.fixture
def rag_eval(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `rag eval` with its index and report below ``tmp_path``."""
    monkeypatch.setattr("rag.library.SentenceTransformerEmbedder", lambda _model: FakeEmbedder())
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Done:
        code = main(["eval", *map(str, arguments), "--index", str(tmp_path / "index")])
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    lines = [json.dumps({"_id": name, "text": text}) for name, text in DOCUMENTS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    lines = [json.dumps({"_id": name, "text": text}) for name, text in QUERIES.items()]
    (folder / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rows = [f"{query}\t{document}\t{grade}" for (query, document), grade in QRELS.items()]
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(rows), encoding="utf-8")
    return folder


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    evidence = [{"source": "truro.txt", "quote": "The team wrote a leaflet about booking."}]
    asked = [
        {"id": "a b", "kind": "fact", "question": "booking leaflet?", "answerable": True, "evidence": evidence},
        {"id": 2, "kind": "far", "question": "How far is the moon?", "answerable": False},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    return path


def means_by_ir_measures(run: Path, *measures: str) -> list[float]:
    qrels = [ir_measures.Qrel(query, document, grade) for (query, document), grade in QRELS.items()]
    parsed = [ir_measures.parse_measure(measure) for measure in measures]
    read: Any = ir_measures.read_trec_run
    found = ir_measures.calc_aggregate(parsed, qrels, read(str(run)))
    return [found[measure] for measure in parsed]


def test_a_beir_folder_end_to_end(rag_eval: Run, beir: Path, tmp_path: Path) -> None:
    done = rag_eval(beir, "--json", "--run", "out/run.txt")
    assert done.code == 0, done.err
    record = done.record
    theirs = means_by_ir_measures(tmp_path / "out" / "run.txt", "nDCG@10", "AP@100", "RR@10", "R@5")
    ours = [record["metrics"][name] for name in ("ndcg@10", "map@100", "mrr@10", "recall@5")]
    assert ours == pytest.approx(theirs, abs=1e-6)
    assert record["metrics"]["recall@10"] == 1
    first = {question["id"]: question["first_relevant_rank"] for question in record["questions"]}
    assert first["q1"] == first["q2"] == 1
    assert first["q3"] > 1
    lines = [line.split() for line in (tmp_path / "out" / "run.txt").read_text(encoding="utf-8").splitlines()]
    assert {line[0] for line in lines} == set(QUERIES)  # also what nobody judged
    assert [line[3] for line in lines[:3]] == ["1", "2", "3"]
    assert record["counts"]["unjudged"] == 1
    assert record["latency"]["median_ms"] > 0
    assert json.loads((tmp_path / "eval.json").read_text(encoding="utf-8")) == record
    assert "//" not in (tmp_path / "eval.html").read_text(encoding="utf-8")


def test_topics_and_judgements_over_documents_give_the_same(
    rag_eval: Run, beir: Path, seeds: Path, tmp_path: Path
) -> None:
    topics = tmp_path / "topics.tsv"
    topics.write_text("\n".join(f"{name}\t{text}" for name, text in QUERIES.items()), encoding="utf-8")
    qrels = tmp_path / "qrels.txt"
    rows = [f"{query} 0 {document} {grade}" for (query, document), grade in QRELS.items()]
    qrels.write_text("\n".join(rows), encoding="utf-8")
    done = rag_eval(topics, "--qrels", qrels, "--seeds", seeds, "--json", "--run", "run.txt")
    assert done.code == 0, done.err
    found = {line.split()[2] for line in (tmp_path / "run.txt").read_text(encoding="utf-8").splitlines()}
    assert found == {"farm", "truro", "mosque.txt"}  # named as the judgements name them
    (tmp_path / "index").rename(tmp_path / "other index")
    assert done.record["metrics"] == rag_eval(beir, "--json").record["metrics"]


def test_a_run_is_scored_and_compared(rag_eval: Run, beir: Path, tmp_path: Path) -> None:
    rag_eval(beir, "--run", "now.txt", "--report", "now")
    # q1: 1/log2(3) and 1/2; q2: the right documents the wrong way round; q3 is missing.
    (tmp_path / "run.txt").write_text(
        "q1 Q0 mosque 1 2.5 x\r\nq1 Q0 farm 2 2 x\r\nq2 Q0 farm 1 2 x\r\nq2 Q0 truro 2 1 x\r\n", encoding="utf-8"
    )
    done = rag_eval(beir, "--answers", "run.txt", "--json", "--report", "old")
    second = 0.6309298
    by_hand = (second + (1 + 2 * second) / (2 + second) + 0) / 3
    assert done.record["metrics"]["ndcg@10"] == pytest.approx(by_hand, abs=1e-6)
    assert done.record["metrics"]["mrr@10"] == 0.5
    assert done.record["counts"]["answers_missing"] == 1
    against_report = rag_eval(beir, "--answers", "now.txt", "--against", "old.json", "--json").record["comparison"]
    against_run = rag_eval(beir, "--answers", "now.txt", "--against", "run.txt", "--json").record["comparison"]
    assert {**against_run, "against": ""} == {**against_report, "against": ""}
    assert against_run["metrics"]["mrr@10"]["wins"] == 2
    text = rag_eval(beir, "--answers", "now.txt", "--against", "old.json").out
    assert "Against old.json:" in text
    assert "Changed most:" in text


def test_answers_to_our_questions_end_to_end(rag_eval: Run, seeds: Path, questions: Path, tmp_path: Path) -> None:
    first = rag_eval(questions, "--seeds", seeds, "--json", "--run", "run.txt", "--report", "first")
    assert first.code == 0, first.err
    record = first.record
    assert record["metrics"]["hit@1"] == 1
    assert record["metrics"]["questions"] == 2
    assert set(record) >= {"by_kind", "questions", "intervals", "latency", "calibration", "misses", "unfounded"}
    assert all(question["ms"] > 0 for question in record["questions"])
    rows = [line.split() for line in (tmp_path / "run.txt").read_text(encoding="utf-8").splitlines()]
    assert {row[0] for row in rows} == {"a%20b", "2"}
    assert rows[0][2] == "truro.txt"
    second = rag_eval(questions, "--seeds", seeds, "--json", "--against", "first.json").record
    assert {each["difference"] for each in second["comparison"]["metrics"].values()} == {0.0}
    assert second["comparison"]["unpaired"] == 0


def test_floors_hold_and_fail(rag_eval: Run, beir: Path, tmp_path: Path) -> None:
    assert rag_eval(beir, "--write-floor", "floor.json").code == 0
    done = rag_eval(beir, "--floor", "floor.json")
    assert (done.code, done.err) == (0, "Asking questions (3)\n")
    record = json.loads((tmp_path / "floor.json").read_text(encoding="utf-8"))
    assert record["metrics"]["recall@10"] == {"mean": 1.0, "floor": 0.438}  # Wilson, 3 of 3
    record["metrics"]["ndcg@10"]["floor"] = 0.99
    (tmp_path / "floor.json").write_text(json.dumps(record), encoding="utf-8")
    done = rag_eval(beir, "--floor", "floor.json")
    assert done.code == 1
    assert "quality fell through the floors of floor.json: ndcg@10 is" in done.err
    assert "ndcg@10" in done.out  # the report all the same


def test_floors_are_tied_to_documents_and_questions(rag_eval: Run, beir: Path) -> None:
    rag_eval(beir, "--write-floor", "floor.json")
    queries = beir / "queries.jsonl"
    queries.write_text(queries.read_text(encoding="utf-8").replace("at the market", "at a market"), encoding="utf-8")
    done = rag_eval(beir, "--floor", "floor.json")
    assert done.code == 1
    assert "recorded for other questions" in done.err
    assert "Asking" not in done.err  # said before anything is asked
    corpus = beir / "corpus.jsonl"
    corpus.write_text(corpus.read_text(encoding="utf-8").replace("Friday", "Monday"), encoding="utf-8")
    assert "recorded for other documents and questions" in rag_eval(beir, "--floor", "floor.json").err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["seeds"], 1, "a BEIR folder has qrels/test.tsv"),
        (["beir", "--split", "dev"], 1, "choose with --split from test"),
        (["questions.jsonl", "--split", "dev"], 2, "TARGET is no folder"),
        (["beir", "--run", "x", "--answers", "y"], 2, "leave out --answers"),
        (["beir", "--answers", "nowhere"], 1, "nowhere can't be read"),
        (["beir", "--against", "nowhere"], 1, "nowhere can't be read"),
        (["beir", "--floor", "nowhere"], 1, "write one with: rag eval TARGET --write-floor nowhere"),
        (["beir", "--run", "seeds"], 1, "can't write seeds (is a folder): choose another place with --run FILE"),
        (["seeds/farm.txt"], 1, "If these are TREC topics, name their judgements with --qrels FILE"),
        (["questions.jsonl", "--against", "questions.jsonl"], 1, "questions.jsonl is no report"),
    ],
)
@pytest.mark.usefixtures("beir", "seeds", "questions")
def test_what_is_wrong_is_said(rag_eval: Run, arguments: list[str], code: int, message: str) -> None:
    done = rag_eval(*arguments)
    assert done.code == code
    assert message in done.err


def test_a_report_names_the_settings_that_are_not_as_they_come(
    rag_eval: Run, seeds: Path, questions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = rag_eval(questions, "--seeds", seeds, "--json").record["about"]
    assert not {"Model", "Stages", "Reranker", "Refusal"} & set(plain)
    monkeypatch.setenv("PRECEDENT_STAGES", "dense")
    assert rag_eval(questions, "--seeds", seeds, "--json").record["about"]["Stages"] == "dense"
    # An argument beats the environment.
    done = rag_eval(questions, "--seeds", seeds, "--json", "--stages", "spelling,lexical")
    assert done.record["about"]["Stages"] == "lexical, spelling"
