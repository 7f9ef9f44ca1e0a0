"""What happened, as the words say it: outcomes and their figures, the problem, what was done, barriers, lessons."""

from __future__ import annotations

import pytest

from rag.cases.fields.outcomes import is_planned, outcome_of, triggers
from rag.cases.find import find_cases
from rag.readers.clean import clean
from rag.types import Case, Document, FacetKind, SourceFile
from tests.growth import assert_in_proportion

PAGE = """# Open mornings in Luton

## Background

Clinics had very low uptake of screening among Bangladeshi women before the work.
In 2010 only 20% of women booked early. Luton has a population of 200,000 and is a large town.

## Aims

The aim was to reach 500 women and raise uptake to 60%.

## What was done

A worker was appointed to visit mosques and community centres. The team ran weekly drop-in workshops with interpreters.
Activities included:

- a pharmacy campaign
- leaflets in Bengali and Sylheti

We may in future collaborate with local schools. The service will open a second clinic next year.

## Results

Uptake rose from 20% to 45% in two years. 230 women were screened. Of those, 7.3% were referred to hospital.
Staff say that the mornings helped women to trust the clinic.

## Challenges

Staff turnover was high and two workers left. However, it proved difficult to find others in the first year.

## Lessons learnt

It is important to offer sessions in places where women feel safe. The drop-in was green.
"""


def page(text: str) -> tuple[Document, Case]:
    document = clean(SourceFile("page.md", text.encode()))
    (case,) = find_cases(document)
    return document, case


@pytest.fixture(scope="module")
def luton() -> tuple[Document, Case]:
    return page(PAGE)


def words(case: Case, document: Document, kind: FacetKind) -> list[str]:
    return [document.text[f.start : f.end] for f in case.stated(kind)]


@pytest.mark.parametrize(
    ("sentence", "decided_by"),
    [
        ("Uptake rose from 20% to 45%.", ["rose", "from 20% to 45%"]),
        ("7.3% were positive.", ["7.3%", "were positive"]),
        ("94% said they felt more confident.", ["94%", "said"]),
        ("Three quarters of women attended.", ["Three quarters", "attended"]),
        ("In all, 12 of 40 women attended.", ["12 of 40", "attended"]),
        ("38% of those screened needed treatment.", ["38%", "of those screened"]),
        ("The plan won with 62% voting in favour.", ["62%", "voting"]),
        ("The measure was opposed by 63% of voters.", ["opposed", "63%"]),
        ("Support fell (53% to 34.3%).", ["(53% to 34.3%"]),
        ("And 40% of applications are now made online.", ["40%", "are now made"]),
        ("Satisfaction: before: 48%; after: 61%.", ["before", "48%; after: 61%"]),
        ("Visits doubled within a year.", ["doubled"]),
        ("It has cut waiting by 20%, and the trust will extend it to every ward in the coming year.", ["cut", "20%"]),
    ],
)
def test_measured_by_a_figure_with_what_it_is_compared_with(sentence: str, decided_by: list[str]) -> None:
    assert outcome_of(sentence) == "measured"
    assert [sentence[a:b] for a, b in triggers(sentence)] == decided_by


@pytest.mark.parametrize(
    ("sentence", "decided_by"),
    [
        ("230 people were screened.", ["230", "screened"]),
        ("Some 500 citizens took part.", ["500", "took part"]),
        ("It was attended by more than 2,800 students.", ["attended by", "2,800"]),
        ("Of the 565 parents who were asked, 127 attended.", ["127", "attended"]),
        ("Twenty bids were submitted.", ["Twenty", "submitted"]),
        ("Total number of participants: 1 700", ["number of participants", "1 700"]),
    ],
)
def test_a_bare_figure(sentence: str, decided_by: list[str]) -> None:
    assert outcome_of(sentence) == "figure"
    assert [sentence[a:b] for a, b in triggers(sentence)] == decided_by


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2010 only 20% of women booked early.",
        "One in four people has diabetes.",
        "Diabetes is six times more likely in South Asian people.",
        "The town has a population of 40,000, of whom 12% are over 65.",
        "At least 10% of members must be present.",
        "About 60% of participants were women aged 30 to 50.",
        "The project cost £40,000 over 18 months.",
        "Half of the budget was approved in March.",
        "On Day 5 participants visited the site.",
        "The panel had 24 members.",
    ],
)
def test_figures_that_are_no_results(sentence: str) -> None:
    assert outcome_of(sentence) == "activity"
    assert triggers(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("Of the participants, 25% of the participants wanted hydro power.", "figure"),
        ("The mobilisation rate was 20 percent, five times fewer than were asked.", "activity"),
        ("Sheets showed positive feedback from people who want to take part in the future.", "reported"),
        ("The numbers engaged exceeded all expectations.", "reported"),
    ],
)
def test_what_people_want_or_whether_they_came_is_not_measured(sentence: str, outcome: str) -> None:
    assert outcome_of(sentence) == outcome


def test_what_a_fact_box_counts_comes_after_what_is_told() -> None:
    _, case = page(
        "# Open day\n\nTotal Number of Participants: 69\n\nThe council held an open day in the town hall for all.\n\n"
        "## Outcomes\n\nIt helped the families to find a clinic.\n"
    )
    assert [facet.value for facet in case.stated("outcome")] == ["reported", "figure"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The solutions devised by the council have yet to show lasting impact.",
        "With the adoption of the law in 1994, the board was formed and replaced the council.",
    ],
)
def test_what_went_before_or_has_not_come_is_no_deed(sentence: str) -> None:
    document, case = page(f"# Open day\n\n## What was done\n\n{sentence}\n")
    assert words(case, document, "deed") == []


def test_words_that_decide_what_has_no_figure() -> None:
    reported = "The chaplaincy built greater trust among farmers."
    planned = "The PCT may in future collaborate with local mosques."
    assert [reported[a:b] for a, b in triggers(reported)] == ["built greater trust"]
    assert [planned[a:b] for a, b in triggers(planned)] == ["may"]


@pytest.mark.parametrize(
    "sentence",
    [
        "You will need a room and an interpreter.",
        "“If you build trust, they will come,” she says.",
        "People will always need advice.",
        "There are no plans to charge for it.",
        "Participants may be accompanied by a friend.",
        "In May they met twice.",
    ],
)
def test_guidance_and_general_truths_are_no_plans(sentence: str) -> None:
    assert not is_planned(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["It has not led to any change.", "The scheme aims to offer improved services.", "It could have helped carers."],
)
def test_what_is_denied_or_only_meant_is_not_reported(sentence: str) -> None:
    assert outcome_of(sentence) == "activity"


def test_results_of_a_page_stand_where_results_are_told(luton: tuple[Document, Case]) -> None:
    document, case = luton
    assert [(f.value, document.text[f.start : f.end]) for f in case.stated("outcome")] == [
        ("measured", "Uptake rose from 20% to 45% in two years."),
        ("measured", "Of those, 7.3% were referred to hospital."),
        ("figure", "230 women were screened."),
        ("reported", "Staff say that the mornings helped women to trust the clinic."),
        ("planned", "We may in future collaborate with local schools."),
        ("planned", "The service will open a second clinic next year."),
    ]
    assert case.outcome == "measured"
    decided = [[document.text[a:b] for a, b in f.trigger] for f in case.stated("outcome")]
    assert decided == [
        ["rose", "from 20% to 45%"],
        ["7.3%", "were referred"],
        ["230", "screened"],
        ["helped"],
        ["may"],
        ["will"],
    ]


def test_the_problem_is_what_stood_before_the_work(luton: tuple[Document, Case]) -> None:
    document, case = luton
    assert words(case, document, "problem") == [
        "Clinics had very low uptake of screening among Bangladeshi women before the work."
    ]


def test_deeds_are_what_was_done_not_what_is_planned(luton: tuple[Document, Case]) -> None:
    document, case = luton
    assert words(case, document, "deed") == [
        "A worker was appointed to visit mosques and community centres.",
        "The team ran weekly drop-in workshops with interpreters.",
        "a pharmacy campaign",
        "leaflets in Bengali and Sylheti",
    ]


def test_challenges_told_after_what_was_done_got_in_the_way(luton: tuple[Document, Case]) -> None:
    document, case = luton
    assert words(case, document, "barrier") == [
        "Staff turnover was high and two workers left. However, it proved difficult to find others in the first year."
    ]
    assert words(case, document, "lesson") == ["It is important to offer sessions in places where women feel safe."]


def test_challenges_told_first_are_the_problem() -> None:
    document, case = page(
        "# Farm mornings\n\n## Challenge\n\nThe biggest challenge was the isolation of farmers in the hills.\n\n"
        "## What was done\n\nNurses held a clinic at the market in Devizes.\n"
    )
    assert words(case, document, "problem") == ["The biggest challenge was the isolation of farmers in the hills."]
    assert words(case, document, "barrier") == []


def test_a_sentence_that_leans_on_the_one_before_brings_it() -> None:
    document, case = page(
        "# Farm mornings\n\n## What was done\n\nNurses held a clinic at the market in Devizes.\n\n"
        "## Review\n\nTwo interpreters worked on Tuesdays. They were unable to come in the evening.\n"
    )
    assert words(case, document, "barrier") == [
        "Two interpreters worked on Tuesdays. They were unable to come in the evening."
    ]


def test_a_list_of_aims_is_not_what_was_done() -> None:
    document, case = page(
        "# Farm mornings\n\nNurses held a clinic at the market. The aims were to:\n\n- train nurses\n"
    )
    assert words(case, document, "deed") == ["Nurses held a clinic at the market."]


def test_at_most_six_deeds_in_the_order_of_the_text() -> None:
    told = " ".join(f"In round {number} volunteers ran a workshop in hall {number}." for number in range(1, 10))
    _, case = page(f"# Halls\n\n## What was done\n\n{told}\n")
    assert [f.start for f in case.stated("deed")] == sorted(f.start for f in case.stated("deed"))
    assert len(case.stated("deed")) == 6


@pytest.mark.parametrize(
    "unit", ["111 ", "1,000 people ", "will ", "from 20% to ", "half of the ", "was not ", "a-b'c"]
)
def test_long_lines_take_time_in_proportion(unit: str) -> None:
    assert_in_proportion(lambda size: outcome_of((unit * size)[:size]), 1000)
