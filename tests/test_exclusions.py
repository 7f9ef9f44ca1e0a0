"""What a question leaves out is not searched for, not found and not quoted."""

from __future__ import annotations

import pytest

from rag.ask.query.exclusions import read_exclusions
from rag.library import Library
from rag.types import Exclusion, Filter, Filters

PLACES = ("Coventry", "London", "Luton", "Bradford", "Liverpool")
PEOPLE = ("Asian women", "farmers")


def named(text: str) -> Filters:
    places = (Filter("place", name) for name in PLACES if name in text)
    return (*places, *(Filter("community", name) for name in PEOPLE if name.lower() in text.lower()))


@pytest.mark.parametrize(
    ("question", "rest", "left_out"),
    [
        ("What worked for screening but not in Coventry?", "What worked for screening?", ["Coventry"]),
        ("Which projects were not in London?", "Which projects?", ["London"]),
        ("Which projects that aren’t in London reached women?", "Which projects reached women?", ["London"]),
        ("breast screening, not Liverpool", "breast screening", ["Liverpool"]),
        ("Excluding Liverpool, what worked for screening?", "what worked for screening?", ["Liverpool"]),
        ("Apart from Coventry what worked for screening?", "what worked for screening?", ["Coventry"]),
        ("What worked outside London, Luton and Bradford?", "What worked?", ["London", "Luton", "Bradford"]),
        ("projects for women other than Asian women", "projects for women", ["Asian women"]),
        ("health checks for anyone but farmers", "health checks for", ["farmers"]),
        ("What worked except leaflets?", "What worked?", ["leaflets"]),
        ("What worked without interpreters or translators?", "What worked?", ["interpreters", "translators"]),
        ("Was it done for women but not for men?", "Was it done for women?", ["men"]),
    ],
)
def test_what_is_left_out_is_taken_from_the_question(question: str, rest: str, left_out: list[str]) -> None:
    found, excluded = read_exclusions(question, named)
    assert (found, [each.words for each in excluded]) == (rest, left_out)


@pytest.mark.parametrize(
    "question",
    [
        "Why not in Luton?",
        "How can we reach women who did not attend screening?",
        "What was done for young people not in education?",
        "Which projects reached not only women but also men?",
        "How do we reach women without a GP?",
        "What worked outside of clinic hours?",
        "Did it work whether or not in London?",
        "Which projects were for people who do not speak English?",
        "What made the exceptional results in Coventry?",
    ],
)
def test_in_doubt_nothing_is_left_out(question: str) -> None:
    assert read_exclusions(question, named) == (question, ())


def test_a_named_thing_is_left_out_by_the_cases_that_state_it_other_words_by_what_is_said() -> None:
    _, excluded = read_exclusions("What worked except leaflets, other than in Luton?", named)
    assert excluded == (Exclusion("leaflets"), Exclusion("Luton", (Filter("place", "Luton"),)))


@pytest.mark.parametrize(
    "question",
    ["What battle outside London was lost?", "Other than the boat, what did the nurses of Luton travel by?"],
)
def test_the_passage_that_holds_one_fact_may_name_what_else_is_known(seeds_library: Library, question: str) -> None:
    query = seeds_library.snapshot.understand(question)
    assert (query.text, query.excluded) == (question, ())


def test_a_situation_leaves_out_only_what_it_says_is_unwanted() -> None:
    told = "We work outside London with women but not men. Not interested in mosques."
    assert read_exclusions(told, named, situation=True) == (
        "We work outside London with women but not men.",
        (Exclusion("mosques"),),
    )


TEMPLATES = (
    "What worked for screening but not in {}?",
    "What worked for screening, excluding {}?",
    "How were women reached outside {}?",
    "Which projects were not in {}?",
    "Which projects were based anywhere but {}?",
    "Apart from {}, where was screening offered?",
    "Except for {}, who worked with communities?",
    "What was done for families, not {}?",
    "Which projects that weren’t in {} worked with volunteers?",
    "What helped people other than in {}?",
    "Health checks, leaving out {}",
    "Not interested in {}: what worked for women?",
)


@pytest.mark.parametrize("place", ["Coventry", "Bradford", "London", "Liverpool", "Luton"])
def test_an_excluded_place_is_never_shown(seeds_library: Library, place: str) -> None:
    """Sixty questions: no case from the place, no quote, list of passages or precedent that names it."""
    snapshot = seeds_library.snapshot
    cases = {case.case_id: case for case in snapshot.cases()}
    shown = []
    for template in TEMPLATES:
        answer = snapshot.ask(template.format(place))
        assert answer.query.excluded, template
        shown += [cases[statement.case].place for statement in answer.statements if statement.case]
        shown += [citation.quote for citation in answer.citations]
        shown += [scored.passage.text for scored in answer.passages]
    assert shown
    assert [words for words in shown if place in words] == []


def test_an_excluded_means_leaves_its_cases_out_of_precedents(seeds_library: Library) -> None:
    situation = "Many South Asian people in our town have high blood pressure and never see a doctor."
    wanted = seeds_library.snapshot.precedents(situation)
    without = seeds_library.snapshot.precedents(f"{situation} We are not interested in mosques.")
    bradford = "004_ba27d4ad9cf846b9.txt#1"
    assert bradford in [precedent.case.case_id for precedent in wanted.found]
    assert bradford not in [precedent.case.case_id for precedent in without.found]
    assert without.found


def test_where_all_is_left_out_that_is_said(seeds_library: Library) -> None:
    answer = seeds_library.snapshot.ask("What worked, other than in London?", sources=["004_ba27d4ad9cf846b9.txt"])
    assert "London" not in " ".join(citation.quote for citation in answer.citations)
