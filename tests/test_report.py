"""The evaluation as text, data and page."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from rag.evaluation.metrics.answers import Evaluation, evaluate
from rag.evaluation.metrics.compare import compare
from rag.evaluation.questions.sets import Gold, Question
from rag.evaluation.report.answers import evaluation_html, evaluation_misses, evaluation_record, evaluation_table
from rag.text.templates import render

CHARTS = "evaluation/report/charts.html"
SCRIPT = "<script>alert(1)</script>"
QUOTE = "one two three four"


@pytest.fixture
def evaluation() -> Evaluation:
    """A hit, a miss that cited another case, a refusal, a false answer and a missing answer."""
    gold = (Gold("a.txt", QUOTE),)
    questions = [
        Question("hit", "Which one?", kind="fact", evidence=gold),
        Question("miss", f"What about {SCRIPT}?", ("Earlier?",), "fact", evidence=gold),
        Question("refused", "How far is the moon?", kind="far", answerable=False),
        Question("invented", "Who pays \x1b[31m\u202ethe moon?", kind="far", answerable=False),
        Question("lost", "Where?", kind=f"lost {SCRIPT}", evidence=gold),
    ]
    other: dict[str, Any] = {
        "status": "answered",
        "citations": [{"source": "b.txt", "case": f"Luton {SCRIPT}", "quote": "five six seven"}],
        "passages": [
            {"source": "b.txt", "case": "Luton", "text": f"five six seven {SCRIPT}"},
            {"source": "a.txt", "text": QUOTE},
        ],
    }
    answers = [
        {
            "id": "hit",
            "status": "answered",
            "confidence": 1.0,
            "ms": 10.0,
            "citations": [{"source": "a.txt", "quote": QUOTE}],
            "passages": [{"source": "a.txt", "text": QUOTE}],
        },
        {"id": "miss", "confidence": 0.75, "ms": 30.0, **other},
        {"id": "refused", "status": "none", "confidence": 0.0, "citations": [], "passages": []},
        {"id": "invented", "confidence": 0.5, **other},
    ]
    return evaluate(questions, answers, {"a.txt": QUOTE, "b.txt": "five six seven"})


class Page(HTMLParser):
    """Which elements and attributes a page has, and whether all that opens closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag != "meta":
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


@pytest.fixture
def page(evaluation: Evaluation) -> str:
    return evaluation_html(evaluation, title=f"Report {SCRIPT}", about={"Index": f"here {SCRIPT}"})


def test_the_table_gives_each_metric_with_its_interval(evaluation: Evaluation) -> None:
    lines = evaluation_table(evaluation).splitlines()
    assert lines[0] == ("5 questions (3 answerable, 2 not), 3 missed, 1 without an answer; 0 of 3 quotes not verbatim")
    row = next(line for line in lines if line.startswith("cited_right"))
    assert re.match(r"cited_right +0\.333  0\.000 - 1\.000 +3  answered, and a citation is right$", row)
    kinds = next(line for line in lines if line.startswith("by kind"))
    of_kinds = [line for line in lines[lines.index(kinds) :] if line.startswith("abstained")]
    assert of_kinds[0].index("0.500") == kinds.index("far")  # in the column of its kind


def test_the_list_of_misses_says_what_was_retrieved_instead(evaluation: Evaluation) -> None:
    first, invented, lost = evaluation_misses(evaluation).split("\n\n")
    assert first.splitlines() == [
        f"miss  What about {SCRIPT}?  (fact, answered)",
        "    before:    Earlier?",
        f"    expected:  a.txt: {QUOTE}",
        "    found:     in passage 2",
        f"    cited:     b.txt · Luton {SCRIPT}: five six seven",
        f"    1.         b.txt · Luton: five six seven {SCRIPT}",
        f"    2.         a.txt: {QUOTE}",
    ]
    assert "expected:  a refusal" in invented
    assert "(lost <script>alert(1)</script>, missing)" in lost
    assert "in none of the passages" in lost


def test_text_can_not_drive_the_terminal(evaluation: Evaluation) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", evaluation_misses(evaluation))


def test_the_record_survives_json(evaluation: Evaluation) -> None:
    record = json.loads(json.dumps(evaluation_record(evaluation)))
    assert record["metrics"]["cited_right"] == 0.333333
    assert record["metrics"]["answers_missing"] == 1
    assert record["intervals"]["cited_right"] == {"low": 0.0, "high": 1.0, "n": 3}
    assert record["by_kind"]["far"]["metrics"] == {"abstained": 0.5}
    assert [each["id"] for each in record["questions"]] == ["hit", "miss", "refused", "invented", "lost"]
    assert [each["id"] for each in record["misses"]] == ["miss", "invented", "lost"]
    assert record["counts"]["answers_missing"] == 1
    assert record["latency"] == {"median_ms": 20.0, "p95_ms": 29.0}
    assert record["calibration"]["ece"] == pytest.approx((0 + 0.25 + 0 + 0.5) / 4)
    assert record["calibration"]["bins"][-1] == {"low": 0.9, "high": 1.0, "n": 1, "confidence": 1.0, "observed": 1.0}
    assert "comparison" not in record
    miss = record["misses"][0]
    assert miss["expected"] == [{"source": "a.txt", "quote": QUOTE}]
    assert miss["first_evidence_rank"] == 2
    assert miss["first_citation"]["case"] == f"Luton {SCRIPT}"
    assert miss["retrieved"][0] == {"source": "b.txt", "case": "Luton", "text": f"five six seven {SCRIPT}"}


def test_the_page_escapes_what_it_shows(page: str) -> None:
    assert SCRIPT not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 7
    assert "script" not in Page(page).tags


def test_the_page_is_whole_and_needs_nothing_from_outside(page: str) -> None:
    parsed = Page(page)
    assert parsed.opened == []
    assert parsed.tags.isdisjoint({"link", "img", "iframe", "script", "object", "embed"})
    assert {name for name, _ in parsed.attributes}.isdisjoint({"src", "href", "srcset", "style", "onclick"})
    assert "url(" not in page
    assert "//" not in page
    assert "default-src 'none'" in page


def test_the_page_shows_misses_and_charts(page: str) -> None:
    assert page.count("<article>") == 3
    assert "evidence in passage 2" in page
    assert page.count('<svg class="bar"') == 11 + 3  # each metric, each kind
    assert page.count('<svg class="histogram"') == 2
    assert 'aria-label="0.333, between 0.000 and 1.000"' in page


def test_time_and_calibration_are_shown(evaluation: Evaluation, page: str) -> None:
    text = evaluation_table(evaluation)
    assert "Time a question: median 20 ms, 95% within 29 ms" in text
    assert "Expected calibration error: 0.188" in text
    assert "median 20 ms" in page
    assert page.count('<svg class="diagram"') == 1
    assert page.count("<circle") == 4


def test_a_comparison_is_shown_everywhere(evaluation: Evaluation) -> None:
    before = {"hit": {"cited_right": 0.0}, "miss": {"cited_right": 0.0}, "gone": {"cited_right": 1.0}}
    comparison = compare(evaluation.scores, before, f"old {SCRIPT}")
    text = evaluation_table(evaluation, comparison)
    row = next(line for line in text.splitlines() if line.startswith("cited_right") and "+" in line)
    assert re.match(r"cited_right +0\.000 +0\.500 +\+0\.500 +\+0\.000 to \+1\.000 +1\.0000 +1 +1 +0$", row)
    assert "  hit  Which one?  (cited_right 0.00 to 1.00)" in text
    assert "(4 questions are only in one of the two)" in text
    record = json.loads(json.dumps(evaluation_record(evaluation, comparison)))["comparison"]
    assert record["metrics"]["cited_right"] == {
        "now": 0.5, "before": 0.0, "difference": 0.5, "low": 0.0, "high": 1.0, "p": 1.0,
        "wins": 1, "ties": 1, "losses": 0,
    }  # fmt: skip
    assert record["changed"] == [
        {"id": "hit", "question": "Which one?", "change": 1.0, "scores": {"cited_right": {"before": 0.0, "now": 1.0}}}
    ]
    page = evaluation_html(evaluation, title="Report", about={}, comparison=comparison)
    assert SCRIPT not in page
    assert Page(page).opened == []
    assert "hit Which one? (cited_right 0.00 to 1.00)" in page


def test_a_histogram_draws_each_count_at_its_height() -> None:
    drawn = render(CHARTS, "histogram", bins=["a", "b", "c"], series=[[4, 0, 1]], about="Counts")
    assert re.findall(r'<rect[^>]* height="([\d.]+)"', drawn) == ["120.0", "30.0"]
    assert re.findall(r">([^<]+)</text>", drawn) == ["4", "1", "a", "b", "c"]


def test_an_evaluation_without_confidences_or_misses_is_shown() -> None:
    nothing = evaluate([Question("a", "Where?", answerable=False)], [{"id": "a", "status": "none"}], {})
    assert "Misses (0)" in evaluation_html(nothing, title="Empty", about={})
    assert evaluation_misses(nothing) == ""
    assert "abstained" in evaluation_table(nothing)


def test_a_question_of_100_000_characters_does_not_fill_the_report() -> None:
    long = evaluate([Question("a", "why " * 25_000, answerable=False)], [], {})
    assert len(evaluation_html(long, title="Long", about={})) < 20_000
    assert len(evaluation_misses(long)) < 1_000


def test_gold_that_no_source_holds_is_pointed_out() -> None:
    asked = [Question("a", "Where?", evidence=(Gold("a.txt", "not there at all"),))]
    wrong = evaluate(asked, [], {"a.txt": QUOTE})
    said = "Check the question set: a: "
    assert said in evaluation_table(wrong)
    assert said in evaluation_html(wrong, title="Wrong", about={})
