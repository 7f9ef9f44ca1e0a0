"""What an answer shows: verbatim quotes by case, what must be known beside them, and what to say when unsure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from rag.ask.answerability import RefusalModel
from rag.index.store.index import OpenIndex
from rag.types import Answer, Document, Note, Query, Span, Status
from tests.conftest import SEEDS
from tests.parts import SURE, answer, index_of

TRURO = """Maternity in Truro

Late booking was common in Truro. The team talked to mothers from 2008-2009 about booking and tried:

- a leaflet about booking
- a maternity evening
- visits to the market

Booking rose by 40 per cent, compared with 2007. The team may in future open a booking office.

This article was funded by Acme Pharma.

Updated July 2015
"""
MOSQUE = """Screening in Luton

Nurses asked the mosque for its hall. They screened 60 men for diabetes there.

The results of the diabetes screening were told to:

- every man who had come to the mosque on one of the three evenings, by letter, by telephone or in person
- the doctors of those men whose diabetes screening had found something that needed to be looked at again soon
- the imam of the mosque, without any name, as the number of those who had come and of those who had diabetes
- the nurses of the other mosques of the town, who wished to know whether diabetes screening could be done there too
"""
QUESTIONS = [
    json.loads(line) for line in (Path(__file__).parent / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    with index_of(tmp_path_factory.mktemp("small"), {"truro.txt": TRURO, "mosque.txt": MOSQUE}) as opened:
        yield opened


@pytest.fixture(scope="module")
def seed_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    with index_of(tmp_path_factory.mktemp("seeds"), SEEDS) as opened:
        yield opened


@pytest.fixture(scope="module")
def seed_answers(seed_index: OpenIndex) -> list[Answer]:
    """Answers to every test question, as if all of them could be answered, and the nearest as if none could."""
    unsure = replace(SURE, answer_above=2.0)
    return [answer(seed_index, asked["question"], model=model) for asked in QUESTIONS for model in (SURE, unsure)]


def quotes(found: Answer) -> list[str]:
    return [citation.quote for citation in found.citations]


def notes(found: Answer, source: str) -> list[Note]:
    cited = {citation.number for citation in found.citations if citation.source == source}
    return [note for statement in found.statements if cited & {*statement.citations} for note in statement.notes]


# --- whatever is asked ---


def test_quotes_are_the_words_of_their_spans(seed_answers: list[Answer], documents: Mapping[str, Document]) -> None:
    for found in seed_answers:
        for citation in found.citations:
            text = documents[citation.source].text
            assert citation.quote == " … ".join(text[start:end] for start, end in citation.spans)
            assert list(citation.spans) == sorted(citation.spans)
            assert all(text[start:end].strip() == text[start:end] != "" for start, end in citation.spans)


def test_citations_are_numbered_and_each_belongs_to_one_statement(seed_answers: list[Answer]) -> None:
    assert any(len(found.statements) > 1 for found in seed_answers)
    for found in seed_answers:
        assert [citation.number for citation in found.citations] == [*range(1, len(found.citations) + 1)]
        told = [number for statement in found.statements for number in statement.citations]
        assert told == [citation.number for citation in found.citations]
        assert all(statement.citations for statement in found.statements)


def test_no_words_are_cited_twice(seed_answers: list[Answer], documents: Mapping[str, Document]) -> None:
    for found in seed_answers:
        assert len({(citation.source, citation.quote) for citation in found.citations}) == len(found.citations)
        for one, other in combinations(found.citations, 2):
            if one.source == other.source:
                shared = {
                    span for span in common(one.spans, other.spans) if span not in lead_ins(documents[one.source])
                }
                assert not shared, (found.query.typed, one.quote, other.quote)


def common(some: tuple[Span, ...], others: tuple[Span, ...]) -> list[Span]:
    return [(max(a, c), min(b, d)) for a, b in some for c, d in others if max(a, c) < min(b, d)]


def lead_ins(document: Document) -> set[Span]:
    return {block.lead_in for block in document.blocks if block.lead_in}


def test_items_come_with_their_lead_in(seed_answers: list[Answer], documents: Mapping[str, Document]) -> None:
    seen = 0
    for found in seed_answers:
        for citation in found.citations:
            for block in documents[citation.source].blocks:
                quoted = any(block.start < end and start < block.end for start, end in citation.spans)
                if block.kind == "item" and block.lead_in and quoted:
                    start, end = block.lead_in
                    assert any(a <= start and end <= b for a, b in citation.spans), citation.quote
                    seen += 1
    assert seen


def test_no_more_cases_and_quotes_than_wanted(seed_answers: list[Answer]) -> None:
    for found in seed_answers:
        assert 1 <= len(found.statements) <= (3 if found.status == "closest" else 5)
        if found.status == "closest":
            assert all(len(statement.citations) == 1 for statement in found.statements)
        assert len({statement.heading for statement in found.statements}) == len(found.statements)


# --- lists ---


def test_one_item_is_quoted_with_its_lead_in(index: OpenIndex) -> None:
    found = answer(index, "Was the imam of the mosque told of the men with diabetes without any name?")
    [quote] = [quote for quote in quotes(found) if "the imam of the mosque" in quote]
    assert quote.startswith("The results of the diabetes screening were told to: … ")


@pytest.mark.parametrize(
    "question",
    ["What worked for booking: a leaflet?", "What helped with booking, a leaflet?", "How did a leaflet help?"],
)
def test_a_short_list_is_quoted_whole_when_it_is_asked_what_worked(question: str, index: OpenIndex) -> None:
    [quote] = [quote for quote in quotes(answer(index, question)) if "a leaflet about booking" in quote]
    lead, *items = quote.split(" … ")
    assert lead.endswith("about booking and tried:")
    assert items == ["a leaflet about booking", "a maternity evening", "visits to the market"]


def test_other_questions_get_the_item_asked_for(index: OpenIndex) -> None:
    found = answer(index, "Was there a leaflet?")
    assert "a leaflet about booking" in found.citations[0].quote
    assert "visits to the market" not in found.citations[0].quote


def test_a_long_list_is_not_quoted_whole(index: OpenIndex) -> None:
    found = answer(index, "What worked for telling the results of diabetes screening to the imam of the mosque?")
    [quote] = [quote for quote in quotes(found) if "the imam" in quote]
    _, *items = quote.split(" … ")
    assert 1 <= len(items) < 4
    assert sum(len(item.split()) for item in items) <= 70


# --- sentences ---


def test_a_pronoun_brings_the_sentence_before(index: OpenIndex) -> None:
    found = answer(index, "How many men were screened for diabetes?")
    assert found.citations[0].quote == (
        "Nurses asked the mosque for its hall. They screened 60 men for diabetes there."
    )


def test_a_citation_says_where_it_stands(index: OpenIndex) -> None:
    [first, *_] = answer(index, "How many men were screened for diabetes?").citations
    assert (first.source, first.title, first.case) == ("mosque.txt", "Screening in Luton", "Screening in Luton")


# --- notes ---


def test_what_was_planned_is_marked(index: OpenIndex) -> None:
    planned = Note("planned", "The team may in future open a booking office.")
    assert planned in notes(answer(index, "Is there an office for booking?"), "truro.txt")
    assert "planned" not in {note.kind for note in notes(answer(index, "By how much did booking rise?"), "truro.txt")}


def test_the_sources_own_words_about_itself_stand_beside_its_quotes(index: OpenIndex) -> None:
    found = notes(answer(index, "By how much did booking rise?"), "truro.txt")
    assert Note("declared", "This article was funded by Acme Pharma.") in found
    assert Note("published", "Updated July 2015") in found
    assert not notes(answer(index, "How many men were screened for diabetes?"), "mosque.txt")


def test_the_period_is_given_as_the_source_words_it(index: OpenIndex) -> None:
    [period] = [note for note in notes(answer(index, "Was booking late?"), "truro.txt") if note.kind == "period"]
    assert "2008-2009" in period.words


def test_a_misprinted_period_stays_misprinted(seed_index: OpenIndex) -> None:
    case = next(case for case in seed_index.cases.values() if case.title.startswith("Bromley"))
    found = answer(seed_index, "late booking into antenatal services in Bromley")
    [beside] = [statement for statement in found.statements if statement.heading == case.title]
    [period] = [note.words for note in beside.notes if note.kind == "period"]
    assert period.startswith("2000-2010 project groups")


def test_a_statement_names_the_strongest_result(index: OpenIndex) -> None:
    found = answer(index, "By how much did booking rise?")
    assert found.statements[0].heading == "Maternity in Truro"
    assert found.statements[0].evidence == "measured"


# --- statuses ---


def test_missing_words_are_those_of_no_passage_as_typed(index: OpenIndex) -> None:
    found = answer(index, "Did Glasgow’s Bookings project reach the Roma of Glasgow’s market?")
    assert found.missing == ("Glasgow’s", "Roma")  # common verbs name nothing
    assert answer(index, "Was booking late?").missing == ()


@pytest.mark.parametrize(
    ("answer_above", "near_above", "status"),
    [
        (0.5, 0.2, "answered"),
        (0.51, 0.2, "closest"),
        (0.51, 0.5, "closest"),
        (0.51, 0.51, "none"),
        (0.0, 0.0, "answered"),
        (1.0, 1.0, "none"),
    ],
)
def test_the_status_follows_the_thresholds(
    answer_above: float, near_above: float, status: Status, index: OpenIndex
) -> None:
    model = RefusalModel(SURE.weights, 0.0, answer_above, near_above)
    found = answer(index, "Was booking late?", model=model)
    assert (found.status, found.confidence) == (status, 0.5)
    assert bool(found.citations) == bool(found.statements) == (status != "none")
    assert found.passages
    assert found.reason


def test_each_status_has_its_own_reason(index: OpenIndex) -> None:
    models = [SURE, replace(SURE, answer_above=1.0), replace(SURE, answer_above=1.0, near_above=1.0)]
    assert len({answer(index, "Was booking late?", model=model).reason for model in models}) == 3


def test_signals_decide(index: OpenIndex) -> None:
    model = RefusalModel(dict(SURE.weights) | {"unnamed": -8.0}, 4.0, 0.5, 0.5)
    assert answer(index, "Was booking late in Truro?", model=model).status == "answered"
    assert answer(index, "Was booking late in Glasgow?", model=model).status == "none"


@pytest.mark.parametrize("question", ["", "what is the of", "?!"])
def test_a_question_without_a_word_to_search_for(question: str, index: OpenIndex) -> None:
    found = answer(index, question)
    assert (found.status, found.confidence, found.passages, found.citations) == ("none", 0.0, (), ())


def test_as_many_passages_as_wanted_are_reported(index: OpenIndex) -> None:
    whole = answer(index, "Was booking late?", results=50)
    assert len(whole.passages) == len(index.passages)
    assert answer(index, "Was booking late?", results=1).passages == whole.passages[:1]


def test_the_query_stands_in_its_answer(index: OpenIndex) -> None:
    query = Query("And in Luton?", "booking And in Luton?", ("booking",), "Was booking late?")
    assert answer(index, query).query == query
