"""Proposed test questions: made from words of the documents, readable, and near misses that nothing answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rag.cases.find import find_cases
from rag.evaluation.propose.headings import asked_below
from rag.evaluation.propose.near import Absent, swaps
from rag.evaluation.propose.patterns import asked_by
from rag.evaluation.propose.propose import Proposal, proposals_jsonl, propose
from rag.evaluation.propose.wording import Sentence
from rag.evaluation.questions.sets import read_questions
from rag.readers.clean import clean
from rag.text.synonyms import parsed
from rag.text.words import stems
from rag.types import Case, Document, SourceFile

COMMON = {"attendance", "events", "survey", "options", "learning", "testing", "participants", "learn"}


def asked(text: str, name: str = "the Bradford project") -> list[str]:
    return [question.text for question in asked_by(Sentence(text, name, COMMON.__contains__))]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "This increased uptake by 76 per cent in women attending cervical screening and helped to turn it round.",
            "By how much did the Bradford project increase uptake in women attending cervical screening?",
        ),
        ("Attendance rose by 12 per cent over the year.", "By how much did attendance rise?"),
        (
            "Roughly 30 per cent of people were flagged as being at risk of diabetes, and 35 per cent of stroke.",
            "What share of people were flagged as being at risk of diabetes?",
        ),
        ("In all, 200 women booked for mammography on the bus.", "How many women booked for mammography on the bus?"),
        ("126 languages are spoken in the city today.", "How many languages are spoken in the city today?"),
        ("The project was jointly run by the NHS and the council.", "Who ran the Bradford project?"),
        ("The Town Fair was held at the town hall in May 2009.", "When was the Town Fair held?"),
        ("The meeting took place on 13 November 2009.", "When did the meeting take place?"),
        ("Events were advertised via posters in local shops.", "How were events advertised?"),
        (
            "Working with the rural chaplaincy service built greater trust among farmers, says the manager.",
            "What built greater trust among farmers?",
        ),
        ("The survey showed that most of them wanted to be asked.", "What did the survey show?"),
        ("The aim of the project was to map the borough.", "What was the aim of the Bradford project?"),
        ("It looked at preventative oral health for young children.", "What did the Bradford project look at?"),
        ("The Esquel Group (EG) is a private non-profit body.", "What is the Esquel Group?"),
    ],
)
def test_a_sentence_asks_for_what_it_tells(sentence: str, question: str) -> None:
    assert asked(sentence) == [question]


@pytest.mark.parametrize(
    "sentence",
    [
        "19 of 24 panelists were in support of the measure.",  # 24 is the base, not the count
        "We hope that 80 per cent of patients will attend next year.",  # planned
        "They were advertised via posters in local shops.",  # nobody knows who 'they' are
        "In 2009 residents voted in large numbers on the plan.",  # a year counts nobody
        "“We increased uptake by 76 per cent,” said the manager.",
        "It was a success.",
        "The increased trust in the council, though hard won, was lost.",
    ],
)
def test_what_would_not_read_well_is_not_asked(sentence: str) -> None:
    assert asked(sentence) == []


@pytest.mark.parametrize(
    ("heading", "below", "question"),
    [
        ("Impact", "The trial led to shorter waits for all patients.", "What came of the Bradford project?"),
        ("Funding", "The council paid for all of the events.", "Who funded the Bradford project?"),
        ("Costs", "The events ran all year and drew crowds.", None),  # no sum below it
        (
            "Options for learning",
            "Formal training is only one part of learning.",
            "What is said about options for learning?",
        ),
        ("Talk to CESG", "Contact CESG as early as possible in your project.", "How should one talk to CESG?"),
        ("Why do people stay away?", "Many people stay away out of fear.", "Why do people stay away?"),
        ("Options for learning", "They are many and they are all good.", None),
        ("Further information", "Write to the office for further information.", None),
        ("url: /service-manual/agile", "The service manual of agile work.", None),
    ],
)
def test_a_heading_asks_for_what_stands_below_it(heading: str, below: str, question: str | None) -> None:
    found = asked_below(heading, [below], "the Bradford project", unique=True, is_common=COMMON.__contains__)
    assert (found and found[0].text) == question
    assert found is None or found[1] == below


def test_swaps_bring_in_only_what_stands_nowhere() -> None:
    document = document_of("Leeds ran it. So did York. Smears are offered to women in Somali and Polish groups.")
    synonyms = parsed(["smear, cervical screening"])
    absent = Absent([document], synonyms)
    assert not absent("York")
    assert not absent("cervical screening")  # the library calls it a smear
    assert absent("Hull")
    assert absent("breast screening", "cervical screening")
    swapped = swaps("What has been done for Somali women in Leeds?", absent, {})
    assert {swap.kind: swap.old for swap in swapped if swap.old != "women"} == {
        "place": "Leeds",
        "population": "Somali",
    }
    for swap in swapped:
        assert not set(stems(swap.new)) & set(stems(document.text))
        assert swap.text == "What has been done for Somali women in Leeds?".replace(swap.old, swap.new)


def test_a_name_is_not_swapped_in_part() -> None:
    absent = Absent([document_of("nothing here")], parsed([]))
    assert swaps("What came of ‘Eating well in Leeds’?", absent, {}) == []
    assert swaps("What has been done for Leeds Rhinos?", absent, {}) == []


def document_of(text: str) -> Document:
    return clean(SourceFile("a.txt", text.encode()))


@pytest.fixture(scope="module")
def proposals(documents: dict[str, Document], seed_cases: list[Case]) -> list[Proposal]:
    return propose(documents, seed_cases, n=40)


def test_evidence_is_verbatim_and_does_not_stand_in_the_question(
    proposals: list[Proposal], documents: dict[str, Document]
) -> None:
    for proposal in proposals:
        question = proposal.question
        assert bool(question.evidence) == question.answerable
        assert bool(proposal.near) != question.answerable
        assert proposal.reason
        for gold in (*question.evidence, *proposal.near):
            assert gold.quote in documents[gold.source].text
            assert gold.quote.rstrip(". ") not in question.question


def test_questions_are_many_different_and_of_every_kind(proposals: list[Proposal], seed_cases: list[Case]) -> None:
    texts = [proposal.question.question for proposal in proposals]
    assert len(texts) == len(set(texts))
    assert {proposal.question.kind for proposal in proposals} == {
        "fact",
        "what-worked",
        "precedent",
        "unanswerable-near",
    }
    sources = {gold.source for proposal in proposals for gold in proposal.question.evidence}
    assert sources == {case.doc_id for case in seed_cases}
    for text in texts:
        assert re.fullmatch(r"[A-Z].{15,200}[^?]\?", text), text


def test_the_figures_of_the_seeds_are_asked_for(proposals: list[Proposal]) -> None:
    texts = [proposal.question.question for proposal in proposals]
    assert "By how much did the Coventry project increase uptake in women attending cervical screening?" in texts
    assert "In the Bradford project, what share of people were flagged as being at risk of diabetes?" in texts
    assert any("how many women booked for mammography" in text for text in texts)


def test_near_misses_name_something_the_library_lacks(
    proposals: list[Proposal], documents: dict[str, Document]
) -> None:
    near = [proposal for proposal in proposals if proposal.near]
    assert 5 <= len(near) <= 12
    there = {stem for document in documents.values() for stem in stems(document.text)}
    for proposal in near:
        assert set(stems(proposal.question.question)) - there, proposal.question.question


def test_few_are_wanted_few_come_the_same_every_time(documents: dict[str, Document], seed_cases: list[Case]) -> None:
    few = propose(documents, seed_cases, n=10)
    assert len(few) == 10
    assert propose(documents, seed_cases, n=10) == few
    assert sum(bool(proposal.near) for proposal in few) == 3


def test_proposals_are_a_question_set(proposals: list[Proposal], tmp_path: Path) -> None:
    path = tmp_path / "proposed.jsonl"
    path.write_text(proposals_jsonl(proposals), encoding="utf-8")
    assert read_questions(path) == [proposal.question for proposal in proposals]


def test_a_library_without_cases_proposes_nothing() -> None:
    assert propose({}, []) == []
    empty = document_of("Contact us")
    assert propose({empty.doc_id: empty}, find_cases(empty)) == []
