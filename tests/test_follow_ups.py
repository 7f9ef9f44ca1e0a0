"""Which questions lean on the one before, and what they take from it."""

from __future__ import annotations

import pytest

from rag.ask.query.follow_ups import leans_back, picks_from_earlier, resolve_follow_up
from rag.cases.find import place_names

FARMERS = "How can we reach farmers with health checks?"
BOOKING = "What worked for late antenatal booking in Bromley?"


@pytest.mark.parametrize(
    "question",
    [
        "And who ran it?",
        "Which communities was it for?",
        "who paid for it?",
        "and in Luton?",
        "what about Polish men?",
        "Who funded the project?",
        "Which of these were evaluated?",
        "How long did they run?",
        "What were the results?",
        "did that work?",
    ],
)
def test_leans_back(question: str) -> None:
    assert leans_back(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who won the football World Cup in 1998?",
        "What worked to raise HPV vaccination among Roma girls?",
        "How did Bradford advertise its health check events?",
        "Is it possible to reach farmers with health checks?",
        "How long does it take to get a GP appointment?",
        "What is the capital of Mongolia?",
        "compare Bradford and Wiltshire",
        "Which projects worked through mosques?",
        "support for women with diabetes and their families",
    ],
)
def test_stands_alone(question: str) -> None:
    assert not leans_back(question)
    assert resolve_follow_up(question, [FARMERS], place_names).text == question


def test_takes_the_topic_along_and_shows_it() -> None:
    query = resolve_follow_up("And who ran it?", [FARMERS], place_names)
    assert query.typed == "And who ran it?"
    assert query.carried == ("farmers", "health", "checks")
    assert query.earlier == FARMERS
    assert query.text == "farmers health checks And who ran it?"


def test_a_new_place_replaces_the_old_one() -> None:
    query = resolve_follow_up("and in Luton?", [BOOKING], place_names)
    assert query.carried == ("late", "antenatal", "booking")


def test_a_chain_of_follow_ups_keeps_the_topic() -> None:
    query = resolve_follow_up("and who paid for it?", [FARMERS, "who ran it?"], place_names)
    assert "farmers" in query.carried


def test_a_new_topic_ends_the_chain() -> None:
    history = [FARMERS, "What worked for late antenatal booking?"]
    assert "farmers" not in resolve_follow_up("who ran it?", history, place_names).carried


def test_without_a_conversation_nothing_is_carried() -> None:
    assert resolve_follow_up("And who ran it?", [], place_names).text == "And who ran it?"


@pytest.mark.parametrize(
    "question",
    [
        "Which of these were evaluated?",
        "Did any of those cost money?",
        "which of them used leaflets",
        "What did these projects cost?",
        "Which ones had measured results?",
    ],
)
def test_asks_about_the_cases_found_before(question: str) -> None:
    assert picks_from_earlier(question)


@pytest.mark.parametrize(
    "question",
    ["who paid for it?", "and in Luton?", "How many of them attended?", "Which of the projects used leaflets?"],
)
def test_asks_about_something_else(question: str) -> None:
    assert not picks_from_earlier(question)


def test_that_things_were_compared_is_no_topic() -> None:
    assert resolve_follow_up("who paid for it?", ["Compare Bradford and Wiltshire"], place_names).carried == (
        "Bradford",
        "Wiltshire",
    )
