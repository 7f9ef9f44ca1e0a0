"""Lists, numbers of cases, the library itself, greetings: what is asked for, and that every case was looked at."""

from __future__ import annotations

import re

import pytest

from rag.ask.conditions import Condition
from rag.ask.query.filters import OUTCOMES
from rag.ask.query.requests import read_request
from rag.library import Library
from rag.present.wording import opening, searched
from rag.text.language import other_language
from rag.text.words import stems
from rag.types import Answer, Case, Filter, Request


@pytest.mark.parametrize(
    ("question", "request_"),
    [
        ("How many projects are described here?", Request("count", " are described here?")),
        ("how many of the cases were in London", Request("count", " were in London")),
        ("Could you tell me how many projects used mosques?", Request("count", " used mosques?")),
        ("List all projects that used mosques", Request("list", " that used mosques")),
        ("everything you have about maternity", Request("list", " about maternity")),
        ("Anything from before 2010?", Request("list", " from before 2010?")),
        ("Which projects were for farmers?", Request("list", " were for farmers?")),
        ("Which is the most recent project?", Request("latest", "?")),
        ("What is the oldest case in Luton?", Request("earliest", " in Luton?")),
        ("What didn’t work?", Request("failed", "")),
        ("What documents do you have?", Request("documents")),
        ("What is this library about?", Request("about")),
        ("what can I ask you?", Request("help")),
        ("Thank you very much!", Request("talk")),
        ("Hello", Request("talk")),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, request_: Request) -> None:
    assert read_request(question) == request_


@pytest.mark.parametrize(
    "question",
    [
        "How many women came to the project?",
        "What worked for late antenatal booking?",
        "Who ran the projects in Luton?",
        "What documents did they hand out?",
        "Thanks to whom did it work?",
        "What didn’t work for farmers?",
        "What can I do for farmers who need help?",
        "Hello Brazil: who ran it?",
        "",
    ],
)
def test_passages_are_wanted_else(question: str) -> None:
    assert read_request(question) is None


def places(cases: list[Case]) -> dict[str, set[str]]:
    """case_id -> everything its place may be called"""
    return {
        case.case_id: {name for f in case.stated("place") for name in (f.value, *f.labels)}
        | set(case.place.split(", "))
        for case in cases
    }


@pytest.mark.parametrize("place", ["London", "Liverpool", "Bradford", "Luton"])
def test_cases_of_a_place_are_counted_and_all_listed(seeds_library: Library, place: str) -> None:
    cases = seeds_library.snapshot.cases()
    inside = [case for case, names in places(cases).items() if place in names]
    unknown = [case.case_id for case in cases if not case.stated("place")]
    counted = seeds_library.ask(f"How many projects were in {place}?")
    assert (list(counted.listed), counted.count) == (inside, len(inside))
    assert f"{len(inside)} of {len(cases)} cases" in counted.told
    others = seeds_library.ask(f"Which projects were not in {place}?")
    assert list(others.listed) == [case.case_id for case in cases if case.case_id not in {*inside, *unknown}]


def test_every_case_is_counted(seeds_library: Library) -> None:
    answer = seeds_library.ask("How many projects are there?")
    assert answer.count == len(seeds_library.snapshot.cases()) == len(answer.listed) == len(answer.statements)


def test_each_listed_case_is_shown_with_the_words_that_say_why(seeds_library: Library) -> None:
    answer = seeds_library.ask("List all projects that used mosques")
    assert answer.status == "answered"
    assert [statement.case for statement in answer.statements][: len(answer.listed)] == list(answer.listed)
    assert all(re.search("(?i)mosques?|places? of worship", citation.quote) for citation in answer.citations)


def test_what_is_only_planned_is_not_listed(seeds_library: Library) -> None:
    """Luton 'may in future' work with mosques."""
    answer = seeds_library.ask("how many projects used mosques")
    assert "001_3599fcccaf629e3b.txt#5" not in answer.listed
    assert "Only planned: Luton" in answer.told


def test_results_are_listed_by_their_strength(seeds_library: Library) -> None:
    measured = [case.case_id for case in seeds_library.snapshot.cases() if case.outcome == "measured"]
    assert list(seeds_library.ask("How many cases state a measured result?").listed) == measured
    without = seeds_library.ask("Which projects had no measured outcome?")
    assert not set(without.listed) & set(measured)
    assert len(without.listed) + len(measured) == len(seeds_library.snapshot.cases())


def test_where_no_case_meets_it_none_is_made_up(seeds_library: Library) -> None:
    answer = seeds_library.ask("How many projects used helicopters?")
    assert (answer.count, answer.listed) == (0, ())
    assert answer.status != "answered"
    assert answer.told == "None of the 15 cases says so."


def test_filters_hold_for_lists(seeds_library: Library) -> None:
    answer = seeds_library.snapshot.ask("How many projects are there?", sources=["000_c28814b4554d0604.txt"])
    assert answer.count == 1


@pytest.mark.parametrize("question", ["thanks", "Hello", "what can I ask you?", "What is this library about?"])
def test_the_library_itself_quotes_nothing(seeds_library: Library, question: str) -> None:
    answer = seeds_library.ask(question, ["What worked for farmers?"])
    assert (answer.status, answer.citations) == ("answered", ())
    assert answer.told


def test_documents_are_named(seeds_library: Library) -> None:
    told = seeds_library.ask("What documents do you have?").told
    assert "5 documents with 15 cases" in told
    assert all(document.title in told for document in seeds_library.snapshot.documents())


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿Qué funcionó para el cribado de mama?", "es"),
        ("Welche Projekte haben mit Moscheen gearbeitet?", "de"),
        ("Quels projets ont travaillé avec des mosquées ?", "fr"),
        ("What worked for late antenatal booking?", ""),
        ("BME CVD prevention", ""),
        ("What is Farida Yesmin’s email address?", ""),
    ],
)
def test_another_language_is_told_from_english(question: str, language: str) -> None:
    assert other_language(question) == language


def test_a_question_in_another_language_is_told_so(seeds_library: Library) -> None:
    answer = seeds_library.ask("¿Qué funcionó para el cribado de mama?")
    assert answer.status != "answered"
    assert "in English" in answer.told


# --- follow-ups ---


def shown(answer: Answer) -> list[str]:
    return [statement.case for statement in answer.statements]


def test_a_case_is_picked_by_its_number(seeds_library: Library) -> None:
    first = "Which projects tackled screening?"
    before = shown(seeds_library.ask(first))
    after = seeds_library.ask("the second one: what was the result?", [first])
    assert shown(after) == [before[1]]


def test_one_word_asks_of_what_was_answered(seeds_library: Library) -> None:
    first = "What stops women in Anfield going for breast screening?"
    assert "004_ba27d4ad9cf846b9.txt#4" in shown(seeds_library.ask("why?", [first]))


def test_a_place_that_has_nothing_on_the_topic_is_no_answer(seeds_library: Library) -> None:
    assert seeds_library.ask("and in Luton?", ["What worked for late antenatal booking?"]).status != "answered"
    assert seeds_library.ask("and in Bromley?", ["What worked for late antenatal booking?"]).status == "answered"


def test_two_places_are_asked_about_in_turn(seeds_library: Library) -> None:
    found = shown(seeds_library.ask("What was done in Bradford and in Wiltshire?"))
    assert {"004_ba27d4ad9cf846b9.txt#1", "004_ba27d4ad9cf846b9.txt#3"} <= set(found)


def test_a_case_is_summed_up_by_its_card(seeds_library: Library) -> None:
    answer = seeds_library.ask("Give me a summary of the Coventry project")
    [statement] = answer.statements
    assert (answer.status, statement.case) == ("answered", "000_c28814b4554d0604.txt#1")
    assert [citation.field for citation in answer.citations] == ["problem", "deed", "outcome"]
    assert "76 per cent" in answer.citations[-1].quote


def test_a_topic_is_no_case_to_sum_up(seeds_library: Library) -> None:
    answer = seeds_library.ask("Tell me about mosques")
    assert answer.citations
    assert all(citation.field is None for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    ["Which projects were about screening?", "How many screening projects are there?", "List screening projects"],
)
def test_about_means_what_a_case_is_about(seeds_library: Library, question: str) -> None:
    """Croydon mentions 'other screening developments'; its topic is another."""
    listed = set(seeds_library.ask(question).listed)
    assert listed == {"000_c28814b4554d0604.txt#1", "004_ba27d4ad9cf846b9.txt#4"}


def test_a_topic_of_no_card_is_looked_for_in_what_cases_say(seeds_library: Library) -> None:
    answer = seeds_library.ask("Which projects were about word of mouth?")
    assert answer.listed
    assert all("word of mouth" in citation.quote for citation in answer.citations)


def test_a_list_that_filters_find_says_which(seeds_library: Library) -> None:
    assert seeds_library.ask("Which projects were in London?").cards == (Filter("place", "London"),)
    assert seeds_library.ask("Which projects used mosques?").cards == ()


def test_what_is_left_out_can_be_kept(seeds_library: Library) -> None:
    asked = "What worked for screening but not in Coventry?"
    assert seeds_library.ask(asked).query.excluded
    kept = seeds_library.snapshot.ask(asked, kept=["Coventry"])
    assert not kept.query.excluded
    assert "000_c28814b4554d0604.txt#1" in {statement.case for statement in kept.statements}


@pytest.mark.parametrize(
    "question", ["Which projects did not use mosques?", "List projects that didn’t work with a mosque"]
)
def test_who_asks_which_did_not_gets_the_others(seeds_library: Library, question: str) -> None:
    used = seeds_library.ask("Which projects used mosques?")
    others = seeds_library.ask(question)
    assert not set(others.listed) & {statement.case for statement in used.statements}
    assert len(others.listed) + len(used.statements) == len(seeds_library.snapshot.cases())
    assert "do not say so" in others.told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Participants were paid £20.", True),
        ("They paid all of the participants.", True),
        ("Participants were not paid.", False),
        ("No participants were paid.", False),
        ("Attention was paid to the recruitment of a wide group of participants.", False),
        ("It was not only nurses: participants were paid.", True),
    ],
)
def test_a_sentence_says_it_where_its_words_stand_together_and_deny_nothing(sentence: str, told: bool) -> None:
    condition = Condition((), (), (), (("pay", "particip"),), False, {})
    assert condition.told_by(stems(sentence)) is told


def test_what_was_not_measured(seeds_library: Library) -> None:
    measured = {case.case_id for case in seeds_library.snapshot.cases() if case.outcome == "measured"}
    for question in ("projects that did not measure anything", "Which projects had no measured outcome?"):
        assert set(seeds_library.ask(question).listed) == {c.case_id for c in seeds_library.snapshot.cases()} - measured


@pytest.mark.parametrize("question", ["list the projects by result", "Which projects are there, strongest first?"])
def test_lists_are_put_in_the_order_that_is_asked_for(seeds_library: Library, question: str) -> None:
    outcomes = [statement.evidence for statement in seeds_library.ask(question).statements if statement.evidence]
    assert len(outcomes) == len(seeds_library.snapshot.cases())
    assert outcomes == sorted(outcomes, key=OUTCOMES.index)


def test_a_place_before_the_noun_is_a_place(seeds_library: Library) -> None:
    assert seeds_library.ask("Are there London projects?").listed == seeds_library.ask("projects in London").listed


@pytest.mark.parametrize(
    ("question", "before", "among"),
    [
        ("not in London", "Which projects are there?", 10),
        ("and outside London?", "Which projects were for women?", 3),
        ("show me everything", "What worked for farmers?", 15),
    ],
)
def test_a_follow_up_that_only_leaves_out_keeps_the_question(
    seeds_library: Library, question: str, before: str, among: int
) -> None:
    assert len(seeds_library.ask(question, [before]).listed) == among


def test_only_narrows_what_was_asked(seeds_library: Library) -> None:
    answer = seeds_library.ask("Only in Liverpool please", ["What worked for older people?"])
    assert answer.statements[0].case == "001_3599fcccaf629e3b.txt#1"


def test_who_paid_must_be_said(seeds_library: Library) -> None:
    assert seeds_library.ask("Who funded Partnerships for Better Health?").status == "answered"
    refused = seeds_library.ask("Who funded the Bradford events?")
    assert (refused.status, refused.query.sought, refused.lacking) == ("closest", "funder", "funder")
    assert "The nearest case does not say who paid." in opening(refused)


def test_how_many_is_no_word_that_a_source_lacks(seeds_library: Library) -> None:
    refused = seeds_library.ask("How many women attended cervical screening in Coventry?")
    assert (refused.status, refused.missing) == ("closest", ())
    assert "The nearest case does not say how many." in opening(refused)


def test_what_was_searched_and_left_out_is_told_in_a_line(seeds_library: Library) -> None:
    answer = seeds_library.ask("What worked for screening but not in Coventry?")
    assert searched(answer) == "Searched for: What worked for screening, leaving out Coventry"
