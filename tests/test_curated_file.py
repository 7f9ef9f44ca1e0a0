"""The file of test questions changes whole or not at all; what is marked stands in its document word for word."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionsError
from rag.evaluation.metrics.answers import evaluate
from rag.evaluation.questions.curated_file import (
    MAX_MARKED,
    QuestionFile,
    key_of,
    marked,
    places_of,
    suggested,
    whole_words,
)
from rag.evaluation.questions.sets import Gold, Question
from rag.types import Document, OriginMap

TEXT = (
    "The work began in 2009. Bromley PCT goes on with outreach, including:\n\na pharmacy campaign\n"
    "work with children’s centres\nIt cost £3,000 – “little”, they said. 😀 Nobody minded."
)
EVIDENCE = [Gold("a.txt", "a pharmacy campaign")]


def document(text: str = TEXT) -> Document:
    return Document("a.txt", "A", text, (), OriginMap(), "")


@pytest.fixture
def file(tmp_path: Path) -> QuestionFile:
    return QuestionFile(tmp_path / "folder" / "questions.jsonl")


def test_the_first_question_makes_the_file(file: QuestionFile) -> None:
    assert file.questions() == []
    assert file.text() == ""
    added = file.add("What was done?", (), EVIDENCE)
    assert added == Question("q1", "What was done?", (), "from-chat", True, tuple(EVIDENCE))
    assert file.questions() == [added]
    assert json.loads(file.text())["evidence"] == [{"source": "a.txt", "quote": "a pharmacy campaign"}]


def test_the_kind_says_what_is_expected(file: QuestionFile) -> None:
    assert file.add("And where?", ["What was done?"], EVIDENCE).kind == "follow-up"
    refused = file.add("Who won?", (), ())
    assert (refused.kind, refused.answerable) == ("unanswerable", False)


def test_ids_are_free_ones(file: QuestionFile) -> None:
    for asked in "abc":
        file.add(asked, (), ())
    file.remove('"q2"')
    assert file.add("d", (), ()).id == "q4"
    file.remove('"q4"')
    assert file.add("e", (), ()).id == "q5"  # q4 may come back
    file.restore('"q4"')
    assert [question.id for question in file.questions()] == ["q1", "q3", "q4", "q5"]


def test_the_same_question_is_added_once(file: QuestionFile) -> None:
    file.add("And where?", (), EVIDENCE)
    with pytest.raises(QuestionsError, match="already test question q1"):
        file.add("And where?", (), ())
    file.add("And where?", ("What was done?",), EVIDENCE)
    assert len(file.questions()) == 2


@pytest.mark.parametrize("place", [0, 1, 2])
def test_removing_takes_one_line_and_restoring_brings_it_back_as_it_was(tmp_path: Path, place: int) -> None:
    path = tmp_path / "q.jsonl"
    rows = [
        '{"id": 1, "question": "a", "answerable": false, "note": "mine"}',
        "",
        '{"id": "1",  "question": "b", "answerable": false}',
        '{"id": "é", "question": "c", "answerable": false}',
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    before = path.read_bytes()
    file = QuestionFile(path)
    key = key_of(file.questions()[place])
    assert file.remove(key).question == "abc"[place]
    kept = [row for row in rows if f'"{"abc"[place]}"' not in row]
    assert path.read_text(encoding="utf-8").split("\n") == kept
    file.restore(key)
    assert path.read_bytes() == before


def test_the_last_question_can_go_and_another_come(file: QuestionFile) -> None:
    file.add("a", (), ())
    file.remove('"q1"')
    assert file.questions() == []
    file.add("b", (), ())
    file.restore('"q1"')
    assert [question.question for question in file.questions()] == ["a", "b"]


def test_what_can_not_be_done_is_said_and_changes_nothing(file: QuestionFile) -> None:
    file.add("a", (), ())
    before = file.text()
    with pytest.raises(QuestionsError, match="no longer among the test questions"):
        file.remove('"q7"')
    with pytest.raises(QuestionsError, match="can't be brought back"):
        file.restore('"q7"')
    with pytest.raises(QuestionsError, match="has a question with the id q1 again"):
        file.restore('"q1"')
    assert file.text() == before


def test_a_broken_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a", "question": "a", "answerable": false}\nbroken\n', encoding="utf-8")
    file = QuestionFile(path)
    changes: list[Callable[[], object]] = [lambda: file.add("b", (), ()), lambda: file.remove('"a"')]
    for change in changes:
        with pytest.raises(QuestionsError, match="line 2"):
            change()
    assert path.read_text(encoding="utf-8").endswith("\nbroken\n")


def test_utf_16_can_be_read_but_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a", "question": "é", "answerable": false}\n', encoding="utf-16")
    file = QuestionFile(path)
    assert "é" in file.text()
    with pytest.raises(QuestionsError, match="save it as UTF-8"):
        file.remove('"a"')


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match="can't be read"):
        QuestionFile(tmp_path).questions()


@pytest.mark.parametrize(
    ("words", "quotes"),
    [
        ("", [TEXT]),
        ("a pharmacy   campaign", ["a pharmacy campaign"]),
        ("campaign work with", ["campaign\nwork with"]),
        ("arket", None),
        ("harmacy camp", ["pharmacy campaign"]),
        ("including: … children’s centres", ["including:", "children’s centres"]),
        ("£3,000 – “little”,", ["£3,000 – “little”,"]),
        ("It cost £3,000 - \"LITTLE\"", ["It cost £3,000 – “little"]),
        ("😀 Nobody", ["😀 Nobody"]),
        ("😀", None),
        ("pharmacy … moon", None),
    ],
)  # fmt: skip
def test_marked_words_are_the_documents_own(words: str, quotes: list[str] | None) -> None:
    if quotes is None:
        with pytest.raises(QuestionsError):
            marked(document(), [(0, len(TEXT))], words)
    else:
        assert marked(document(), [(0, len(TEXT))], words) == [Gold("a.txt", quote) for quote in quotes]


def test_words_are_looked_for_in_the_marked_passage_only() -> None:
    with pytest.raises(QuestionsError, match="“pharmacy” does not stand in this passage"):
        marked(document(), [(0, 23)], "pharmacy")


def test_each_span_of_a_quote_is_marked() -> None:
    start = TEXT.index("including:")
    spans = [(start, start + 10), (TEXT.index("a pharmacy"), TEXT.index("\nwork"))]
    assert [gold.quote for gold in marked(document(), spans)] == ["including:", "a pharmacy campaign"]


@pytest.mark.parametrize("spans", [[], [(5, 5)], [(9, 3)], [(3, 4)], [(900, 950)]], ids=str)
def test_nothing_is_not_a_mark(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(QuestionsError, match="are marked: choose the words"):
        marked(document(), spans)


def test_too_much_is_not_a_mark() -> None:
    text = "word " * 400
    with pytest.raises(QuestionsError, match="more than 1,500 characters"):
        marked(document(text), [(0, len(text))])
    assert len(marked(document(text), [(0, MAX_MARKED)])[0].quote) <= MAX_MARKED


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_whatever_is_marked_counts_as_founded(start: int, end: int) -> None:
    """The evaluation finds every marked quote in its source: no words are cut in two."""
    try:
        golds = marked(document(), [(start, end)])
    except QuestionsError:
        return
    question = Question("q", "?", (), "k", True, tuple(golds))
    assert evaluate([question], [], {"a.txt": TEXT}).problems == ()


@given(st.text("ab ", max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_spans_grow_to_whole_words(text: str, start: int, end: int) -> None:
    a, b = whole_words(text, min(start, len(text)), min(end, len(text)))
    if a < b:
        words = [(i, j) for i in range(len(text)) for j in range(i + 1, len(text) + 1) if _is_word(text, i, j)]
        assert a in [i for i, _ in words]
        assert b in [j for _, j in words]


def _is_word(text: str, i: int, j: int) -> bool:
    return " " not in text[i:j] and text[i - 1 : i] in ("", " ") and text[j : j + 1] in ("", " ")


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("a PHARMACY campaign", ("a pharmacy campaign",)),
        ("outreach … a pharmacy campaign", ("outreach", "a pharmacy campaign")),
        ("nowhere to be found", ()),
        ("", ()),
    ],
)
def test_a_quote_is_found_where_it_stands(quote: str, found: tuple[str, ...]) -> None:
    assert tuple(TEXT[start:end] for start, end in places_of(quote, TEXT)) == found


def test_the_sentence_with_most_of_the_questions_words_is_suggested() -> None:
    passage = (
        f"{'Nurses met every week in the town hall. ' * 4}Mosques helped with vaccination. The end of it came soon."
    )
    assert suggested(passage, "How did mosques help vaccination?") == "Mosques helped with vaccination."
    assert suggested(passage, "Unrelated?") == "Nurses met every week in the town hall."
    assert suggested(" Short as it is. Two sentences. ", "sentences") == "Short as it is. Two sentences."
