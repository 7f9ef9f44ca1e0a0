"""Test collections, runs and the figures of rankings: by hand, and in every way files can be wrong."""

from __future__ import annotations

import codecs
import json
from itertools import pairwise
from math import log2
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionsError
from rag.evaluation.metrics.rankings import RankingEvaluation, evaluate_run
from rag.evaluation.questions.judged import Judged, Topic, document_ids, read_beir, read_qrels, read_trec
from rag.evaluation.questions.runs import as_run, read_run, run_text
from rag.evaluation.report.rankings import ranking_html, ranking_misses, ranking_record, ranking_table

QRELS = {"q1": {"a": 2, "b": 1, "c": 0}, "q2": {"d": 1}, "q3": {"e": 1}}
TOPICS = (Topic("q1", "One?", "short"), Topic("q2", "Two?", "long"), Topic("q3", "Three?", "long"))
RUN = {"q1": {"b": 3.0, "x": 2.0, "a": 1.0}, "q2": {"y": 0.5, "d": 0.25}, "unjudged": {"a": 1.0}}


def beir(folder: Path, queries: str, **qrels: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    (folder / "queries.jsonl").write_text(queries, encoding="utf-8")
    for split, text in qrels.items():
        (folder / "qrels" / f"{split}.tsv").write_text(text, encoding="utf-8")
    return folder


def query(name: str, text: str = "Which?", **fields: object) -> str:
    return json.dumps({"_id": name, "text": text, **fields}) + "\n"


def file(folder: Path, content: str | bytes) -> Path:
    path = folder / "file.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def evaluation() -> RankingEvaluation:
    return evaluate_run(Judged(TOPICS, QRELS), RUN, milliseconds={"q1": 10.0, "q2": 30.0})


# Figures ---------------------------------------------------------------------------------------------------


def test_metrics_are_those_worked_out_by_hand(evaluation: RankingEvaluation) -> None:
    second = 1 / log2(3)
    by_hand: dict[str, list[float]] = {
        "ndcg@10": [(1 + 2 / log2(4)) / (2 + second), second, 0],
        "map@100": [(1 + 2 / 3) / 2, 1 / 2, 0],
        "mrr@10": [1, 1 / 2, 0],
        "hit@1": [1, 0, 0],
        "recall@5": [1, 1, 0],
        "recall@10": [1, 1, 0],
        "recall@100": [1, 1, 0],
    }
    for metric, values in by_hand.items():
        assert [result.scores[metric] for result in evaluation.results] == pytest.approx(values, abs=1e-9), metric
        assert evaluation.metrics[metric].mean == pytest.approx(sum(values) / 3, abs=1e-9)
        assert evaluation.by_kind["long"][metric].mean == pytest.approx(sum(values[1:]) / 2, abs=1e-9)


def test_a_judged_topic_missing_from_the_run_scores_zero_and_an_unjudged_one_does_not_count(
    evaluation: RankingEvaluation,
) -> None:
    assert evaluation.counts == {"questions": 3, "answers_missing": 1, "unjudged": 0}
    assert [miss.id for miss in evaluation.misses] == ["q3"]
    assert [result.rank for result in evaluation.results] == [1, 2, None]


def test_latency_is_of_what_was_timed(evaluation: RankingEvaluation) -> None:
    assert evaluation.latency is not None
    assert evaluation.latency.median_ms == 20
    assert evaluation.latency.p95_ms == pytest.approx(29)


def test_topics_without_kinds_make_no_slices() -> None:
    assert evaluate_run(Judged((Topic("q2", "Two?"),), {"q2": {"d": 1}}), RUN).by_kind == {}


def test_what_can_not_be_met_is_said() -> None:
    judged = Judged((*TOPICS, Topic("q4", "")), {**QRELS, "q4": {"a": 0}})
    said = evaluate_run(judged, RUN, documents={"a", "b", "c", "d"}).problems
    assert said == (
        "1 judged topics have no question, 'q4' among them: they score zero",
        "1 judged topics have no relevant document, 'q4' among them: they score zero",
        "1 relevant documents are not in the library, 'e' among them",
    )


def test_the_report_shows_figures_misses_and_nothing_unescaped(evaluation: RankingEvaluation) -> None:
    judged = Judged((Topic("<b>", "Who is <i>?"),), {"<b>": {"<u>": 1}})
    shown = ranking_html(evaluate_run(judged, {"<b>": {"<s>": 1.0}}), title="<t>", about={"<k>": "<v>"})
    assert not [mark for mark in ("<b>", "<i>", "<u>", "<t>", "<k>", "<v>", "//") if mark in shown]
    assert "<s>" not in shown
    assert shown.startswith('<!doctype html><html lang="en"><head><meta charset="utf-8">')
    assert shown.count('<svg class="bar"') == 7
    text = ranking_table(evaluation)
    assert text.startswith("3 questions; 1 with nothing relevant in the first ten, 1 with nothing found\n")
    assert "Time a question: median 20 ms, 95% within 29 ms" in text
    assert ranking_misses(evaluation) == "q3  Three?\n    expected:  e  (not found)\n    found:     nothing\n"


def test_the_record_has_the_shape_of_all_targets(evaluation: RankingEvaluation) -> None:
    record = json.loads(json.dumps(ranking_record(evaluation)))
    assert record["metrics"]["mrr@10"] == 0.5
    assert record["intervals"]["mrr@10"]["n"] == 3
    assert record["by_kind"]["short"]["metrics"]["hit@1"] == 1.0
    assert record["latency"] == {"median_ms": 20.0, "p95_ms": 29.0}
    assert record["questions"][1]["scores"]["ndcg@10"] == 0.63093
    assert [question["ms"] for question in record["questions"]] == [10.0, 30.0, None]


# BEIR ------------------------------------------------------------------------------------------------------


def test_a_beir_folder(tmp_path: Path) -> None:
    queries = query("q1", metadata={"kind": "short"}) + "\n" + query("q2", "Größe?") + query("in train") + query("q9")
    folder = beir(
        tmp_path,
        "\ufeff" + queries.replace("\n", "\r\n"),
        test="query-id\tcorpus-id\tscore\r\nq1\td 1\t2\r\nq2\td2\t0\r\n",
        train="query-id\tcorpus-id\tscore\nin train\td1\t1\n",
    )
    judged = read_beir(folder)
    assert judged.topics == (Topic("q1", "Which?", "short"), Topic("q2", "Größe?"))
    assert judged.qrels == {"q1": {"d%201": 2}, "q2": {"d2": 0}}
    assert judged.others == (Topic("q9", "Which?"),)  # judged in no split; 'in train' is another split's
    assert [topic.id for topic in read_beir(folder, "train").topics] == ["in%20train"]


def test_the_only_split_is_taken(tmp_path: Path) -> None:
    assert read_beir(beir(tmp_path, query("q1"), dev="q1\td1\t1\n")).qrels == {"q1": {"d1": 1}}


def test_a_judged_topic_without_a_question_is_kept_to_score_zero(tmp_path: Path) -> None:
    judged = read_beir(beir(tmp_path, query("q1"), test="q1\td1\t1\nlost\td1\t1\n"))
    assert judged.topics == (Topic("q1", "Which?"), Topic("lost", ""))


@pytest.mark.parametrize(
    ("queries", "splits", "message"),
    [
        (query("q1"), {}, "no judgements in .*qrels: a BEIR folder has qrels/test.tsv; or give --qrels FILE"),
        (query("q1"), {"dev": "q1\td\t1", "train": "q1\td\t1"}, "holds dev, train: say which with --split"),
        ("{bad\n", {"test": "q1\td\t1"}, r"queries\.jsonl, line 1: is not JSON"),
        ("[]\n", {"test": "q1\td\t1"}, r"line 1: is not a JSON object"),
        ('{"text": "?"}', {"test": "q1\td\t1"}, 'line 1: "_id" is missing'),
        (query("q1") + query("q2", " "), {"test": "q1\td\t1"}, 'line 2: "_id" or "text" is empty'),
        (query("q1") * 2, {"test": "q1\td\t1"}, r"queries\.jsonl: two questions have the id 'q1'"),
        ("", {"test": "q1\td\t1"}, r"queries\.jsonl is empty"),
        (query("q1"), {"test": ""}, r"test\.tsv holds no judgements"),
        (query("q1"), {"test": "query-id\tcorpus-id\tscore\n"}, r"test\.tsv holds no judgements"),
        (query("q1"), {"test": "q1\td\n"}, r"test\.tsv, line 1: has not the columns of a judgement"),
        (query("q1"), {"test": "q1\td\t1\nq1\tx\t0.5\n"}, r"line 2: the grade is no whole number"),
        (query("q1"), {"test": "q1\td\t1\nq1\td\t2\n"}, r"line 2: 'd' already has another grade for topic 'q1'"),
        (query("q1"), {"test": "other\td\t1\n"}, r"none of the 1 judged topics is among the 1 questions"),
    ],
)
def test_a_beir_folder_that_is_wrong_is_explained(
    tmp_path: Path, queries: str, splits: dict[str, str], message: str
) -> None:
    with pytest.raises(QuestionsError, match=message):
        read_beir(beir(tmp_path, queries, **splits))


def test_a_split_that_is_not_there(tmp_path: Path) -> None:
    folder = beir(tmp_path, query("q1"), test="q1\td\t1", dev="q1\td\t1")
    with pytest.raises(QuestionsError, match=r"no train\.tsv in .*: choose with --split from dev, test"):
        read_beir(folder, "train")


# TREC ------------------------------------------------------------------------------------------------------

CLASSIC = """
<top>
<num> Number: 301
<title> International
Organized &amp; Crime

<desc> Description:
Not the question.
</top>
<TOP><NUM>302</NUM><TITLE>Topic: Poliomyelitis</TITLE></TOP>
"""


@pytest.mark.parametrize("text", [CLASSIC, "301\tInternational Organized & Crime\r\n302\tPoliomyelitis\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_topics_in_both_forms(tmp_path: Path, text: str, encoding: str) -> None:
    qrels = tmp_path / "qrels"
    qrels.write_bytes(codecs.BOM_UTF8 + b"301 0 FT-1 2\r\n301 0 FT-2 -1\n302\t0\tFT-1\t0\n")
    judged = read_trec(file(tmp_path, text.encode(encoding)), qrels)
    assert judged.topics == (Topic("301", "International Organized & Crime"), Topic("302", "Poliomyelitis"))
    assert judged.qrels == {"301": {"FT-1": 2, "FT-2": -1}, "302": {"FT-1": 0}}


@pytest.mark.parametrize(
    ("topics", "message"),
    [
        ("", "holds no questions"),
        ("301 no tab\n", "line 1: is no topic"),
        ("301\tx\n301\ty\n", "two questions have the id '301'"),
        ("<top><title>x</top>", "topic 1: has no <num>"),
        ("<top><num>1<title>x</top><top><num>2<title></top>", "topic 2: has no <title>"),
        (b"301\t\xff\xff\n", "line 1: is not UTF-8 text"),
    ],
)
def test_topics_that_are_wrong_are_explained(tmp_path: Path, topics: str | bytes, message: str) -> None:
    (tmp_path / "qrels").write_text("301 0 d 1\n", encoding="utf-8")
    with pytest.raises(QuestionsError, match=message):
        read_trec(file(tmp_path, topics), tmp_path / "qrels")


def test_judgements_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match="nowhere can't be read"):
        read_qrels(tmp_path / "nowhere")


def test_documents_are_known_with_and_without_their_suffix() -> None:
    names = ["a.txt", "b.html", "sub/c.md", "d.1", "d", "e f.txt"]
    qrels = {"q": {"a": 1, "b.html": 1, "sub/c": 1, "d": 1, "e%20f": 1}}
    ids = document_ids(names, qrels)
    assert ids == dict(zip(names, ["a", "b.html", "sub/c", "d.1", "d", "e%20f"], strict=True))
    with pytest.raises(QuestionsError, match=r"'a' in the judgements may be a\.txt or a\.md: write it with its suffix"):
        document_ids(["a.txt", "a.md"], qrels)


# Runs ------------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(-1e3, 1e3), max_size=30))
def test_a_written_run_keeps_its_order_in_single_precision(scores: list[float]) -> None:
    ranking = [(f"d{place}", score) for place, score in enumerate(sorted(scores, reverse=True))]
    rows = [line.split() for line in run_text(as_run([("q 1", ranking)])).splitlines()]
    assert [row[:4] for row in rows] == [["q%201", "Q0", f"d{place}", str(place + 1)] for place in range(len(scores))]
    singles = [np.float32(row[4]) for row in rows]
    assert all(one > following for one, following in pairwise(singles))


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    run = as_run([("q1", [("b", 2.0), ("a", 2.0), ("c", 2.0)]), ("q2", [("a", 1 / 3)])])
    again = read_run(file(tmp_path, codecs.BOM_UTF8 + run_text(run).replace("\n", "\r\n").encode()))
    assert [list(documents) for documents in again.values()] == [["b", "a", "c"], ["a"]]
    assert again["q1"] == pytest.approx(run["q1"])
    assert run_text(run).startswith("q1 Q0 b 1 2.00000000 precedent\nq1 Q0 a 2 1.99999988 precedent\n")


def test_ties_in_a_run_are_broken_as_trec_eval_does(tmp_path: Path) -> None:
    run = read_run(file(tmp_path, "q Q0 a 1 1.00000012 x\nq Q0 b 2 1.0000001 x\nq Q0 c 3 2 x\n"))
    assert list(run["q"]) == ["c", "b", "a"]
    judged = Judged((Topic("q", "?"),), {"q": {"a": 1}})
    result = evaluate_run(judged, run).results[0]
    assert result.scores["mrr@10"] == pytest.approx(1 / 3)
    assert result.rank == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty. Expected lines 'topic Q0 document rank score tag'"),
        ("\n \n", "is empty"),
        ("q Q0 d 1 0.5\n", "line 1: has 5 columns, not 6"),
        ("q Q0 d 1 0.5 x\nq Q0 e 2 nan x\n", "line 2: the score is 'nan', no finite number"),
        ("q Q0 d 1 inf x\n", "line 1: the score is 'inf'"),
        ("q Q0 d 1 1e99 x\n", "line 1: the score is '1e99'"),
        ("q Q0 d 1 high x\n", "line 1: the score is 'high'"),
        ("q Q0 d 1 2 x\nq Q0 d 2 1 x\n", "line 2: 'd' stands twice under topic 'q'"),
        (b"q Q0 \xff 1 1 x\n", "line 1: is not UTF-8 text"),
    ],
)
def test_a_run_that_is_wrong_is_explained(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(QuestionsError, match=message):
        read_run(file(tmp_path, text))
