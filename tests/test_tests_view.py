"""The view of the test questions and the panel to mark words in, as mark-up."""

from __future__ import annotations

from rag.evaluation.metrics.answers import Evaluation, evaluate
from rag.evaluation.questions.sets import Gold, Question, Record
from rag.text.templates import render
from rag.web.questions.marking import Candidate, marking_html, saved_html
from rag.web.questions.view import checked_text, outcome, questions_html, removed_html

EVIL = "<i onclick='x'>&\""
WORDS = "outreach in every borough of the city"
GOLD = Gold("a.txt", WORDS)
ASKED = Question("a", "What was done?", ("Where?",), "fact", True, (GOLD,))
REFUSED = Question(7, "Who won?", (), "far", False)
QUOTED: Record = {"source": "a.txt", "quote": WORDS, "spans": [[0, 37]]}
OTHER: Record = {"source": "b.txt", "quote": "quite another thing was done elsewhere", "spans": [[5, 9]]}
PASSAGES: list[Record] = [
    {"source": "b.txt", "text": "something else entirely " * 30, "start": 3, "end": 8},
    {"source": "a.txt", "text": WORDS, "start": 0, "end": 37},
]


def evaluation(asked: Record, refused: Record) -> Evaluation:
    answers = [{"id": "a", **asked}, {"id": 7, **refused}]
    return evaluate([ASKED, REFUSED], answers, {"a.txt": WORDS, "b.txt": ""})


RIGHT = evaluation({"status": "answered", "citations": [QUOTED], "passages": PASSAGES}, {"status": "none"})
WRONG = evaluation(
    {"status": "answered", "citations": [OTHER], "passages": PASSAGES[:1]}, {"status": "answered", "citations": [OTHER]}
)


def view(latest: Evaluation | None = None, previous: Evaluation | None = None) -> str:
    return questions_html([ASKED, REFUSED], "q.jsonl", {GOLD: ((0, 37),)}, latest=latest, previous=previous)


def test_questions_are_listed_with_what_is_expected() -> None:
    html = view()
    assert "2 questions: 1 with an answer here, 1 that should be refused." in html
    assert "after: Where?" in html
    assert "a · fact" in html
    assert f"<p>{WORDS}</p>" in html
    assert 'data-source="a.txt" data-spans="0-37"' in html
    assert html.count("Should be refused: nothing here answers it.") == 1
    assert 'class="outcome"' not in html
    assert "Download the report" not in html


def test_words_that_went_missing_are_pointed_out() -> None:
    for found, warning in (
        ((), "These words are not in the document as it is now."),
        (None, "This document is not in the library."),
    ):
        assert warning in questions_html([ASKED], "q.jsonl", {GOLD: found})
    assert 'class="problem"' not in view()


def test_without_questions_it_says_how_to_add_one() -> None:
    html = questions_html([], "q.jsonl", {})
    assert "No test questions yet." in html
    assert "Check all questions" not in html
    assert "New question" in html
    broken = questions_html([], "q.jsonl", {}, problem="line 3: broken")
    assert "line 3: broken" in broken
    assert "No test questions yet." not in broken
    assert "No questions." not in broken


def test_the_figures_are_said_in_words() -> None:
    html = view(RIGHT)
    assert "Of 1 question with an answer here" in html
    assert "<dt>evidence in the first passage</dt><dd>0 <span>of 1</span>" in html
    assert "<dt>evidence in the first five</dt><dd>1 <span>of 1</span>" in html
    assert "<dt>right words quoted first</dt><dd>1 <span>of 1</span>" in html
    assert "<dt>wrongly refused</dt><dd>0 <span>of 1</span>" in html
    assert "<dt>rightly refused</dt><dd>1 <span>of 1</span>" in html
    assert "Show only what was missed" not in html
    assert "Show only what was missed" in view(WRONG)


def test_each_question_says_how_it_fared() -> None:
    assert [outcome(result) for result in RIGHT.results] == [
        "Right quote first · evidence in passage 2",
        "Rightly refused",
    ]
    assert [outcome(result) for result in WRONG.results] == [
        "Other words quoted · evidence in none of the passages found",
        "Answered, though nothing here answers it",
    ]
    late = evaluation({"status": "answered", "citations": [OTHER, QUOTED], "passages": PASSAGES}, {"status": "none"})
    assert outcome(late.results[0]) == "Right quote, but not first · evidence in passage 2"
    refused = evaluation({"status": "closest", "citations": [QUOTED], "passages": PASSAGES}, {"status": "none"})
    assert outcome(refused.results[0]) == "Wrongly refused · evidence in passage 2"


def test_a_miss_shows_what_came_instead() -> None:
    html = view(WRONG)
    assert html.count("What came instead") == 2
    assert "Quoted first" in html
    assert 'data-source="b.txt" data-spans="5-9"' in html
    assert 'data-source="b.txt" data-spans="3-8"' in html
    assert "something el …</p>" in html
    assert "What came instead" not in view(RIGHT)


def test_an_edited_question_has_no_result_until_the_next_check() -> None:
    edited = Question("a", "What was done?", (), "fact", True, (Gold("a.txt", "outreach"),))
    html = questions_html([edited], "q.jsonl", {}, latest=WRONG)
    assert 'class="outcome"' not in html


def test_what_changed_is_told_in_both_directions() -> None:
    assert "Better: 2" in view(RIGHT, WRONG)
    assert "Worse: 0" in view(RIGHT, WRONG)
    assert "Worse: 2" in view(WRONG, RIGHT)
    assert "Answered, though nothing here answers it → Rightly refused" in view(RIGHT, WRONG)
    assert "No question fares better or worse" in view(RIGHT, RIGHT)
    assert checked_text(WRONG) == "2 questions checked: 2 missed."


def test_the_panel_has_what_was_asked_and_what_may_be_marked() -> None:
    candidates = [
        Candidate("a.txt", (5, 9), "A case", "T › S", "words of it", "words"),
        Candidate("a.txt", (9, 12), "Another", "", "more", "more", quoted=True),
    ]
    html = marking_html("And where?", ["What was done?"], "where done", candidates)
    assert "This should have found …" in html
    assert 'dir="auto">And where?</textarea>' in html
    assert '<li dir="auto">What was done?</li>' in html
    assert 'value="where done"' in html
    assert 'data-place="a.txt" data-at="5-9"' in html
    assert html.count("the answer quotes from this") == 1
    new = marking_html("", (), "", ())
    assert "New test question" in new
    assert "Asked after" not in new


def test_everything_is_escaped() -> None:
    gold = Gold(EVIL, EVIL)
    question = Question(EVIL, EVIL, (EVIL,), EVIL, True, (gold,))
    record: Record = {"source": EVIL, "quote": EVIL, "text": EVIL}
    wrong = evaluate([question], [{"id": EVIL, "status": "answered", "citations": [record], "passages": [record]}], {})
    right = evaluate([question], [{"id": EVIL, "status": "none"}], {})
    candidate = Candidate(EVIL, (0, 1), EVIL, EVIL, EVIL, EVIL)
    for html in (
        questions_html([question], EVIL, {gold: ()}, latest=wrong, previous=right, problem=EVIL),
        marking_html(EVIL, [EVIL], EVIL, [candidate]),
        saved_html(question, EVIL, EVIL),
        removed_html(question),
        render("web/elements.html", "problem", message=EVIL),
    ):
        assert "&lt;i" in html
        assert "<i " not in html
        assert "='x'" not in html
