"""Where, when, at what cost and in what setting a case's work was done, read from what it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rag.cases.account import Account
from rag.cases.card import card
from rag.cases.facts import facts
from rag.cases.fields.costs import costs
from rag.cases.fields.periods import periods
from rag.cases.fields.settings import settings
from rag.cases.fields.where import place_facets
from rag.cases.labels import setting_labels, years_covered
from rag.types import Block, BlockKind, Document, Facet, OriginMap


def account(*lines: str, title: str = "A pilot") -> Account:
    """An account of paragraphs; a line that begins with '# ' is the heading above the next ones."""
    blocks: list[Block] = []
    text = ""
    path: tuple[str, ...] = ()
    for line in lines:
        words = line.removeprefix("# ")
        path = (words,) if line.startswith("# ") else path
        kind: BlockKind = "heading" if line.startswith("# ") else "paragraph"
        blocks.append(Block(kind, len(text), len(text) + len(words), heading_path=() if kind == "heading" else path))
        text += words + "\n\n"
    return Account(Document("d", title, text, tuple(blocks), OriginMap(), ""), tuple(blocks))


def values(read: Callable[[Account], list[Facet]], *lines: str) -> list[str]:
    told = account(*lines)
    found = read(told)
    assert all(told.text[facet.start : facet.end] == facet.value for facet in found)
    return [facet.value for facet in found]


# --- place ---


@pytest.mark.parametrize(
    ("title", "lines", "value", "labels"),
    [
        ("Late booking", ["Bromley PCT ran a pharmacy campaign."], "Bromley", ("London", "England", "United Kingdom")),
        (
            "Participatory budgeting",
            ["Residents vote on the budget of Porto Alegre, Brazil. In Porto Alegre 40,000 people took part."],
            "Porto Alegre, Brazil",
            ("Brazil",),
        ),
        (
            "Voting event in Frodsham",
            ["The event took place in Frodsham, Cheshire. Cheshire police gave money."],
            "Frodsham, Cheshire",
            ("North West", "England", "United Kingdom"),
        ),
        (
            "Hampton (Virginia) deliberates",
            ["People in Brooklyn, New York, learn.", "The city of Hampton, Virginia asked its residents."],
            "Hampton, Virginia",
            ("United States",),
        ),
        (
            "Clinics",
            ["The Leeds-based charity held clinics."],
            "Leeds",
            ("Yorkshire and the Humber", "England", "United Kingdom"),
        ),
    ],
)
def test_the_place_told_about_is_found(title: str, lines: list[str], value: str, labels: tuple[str, ...]) -> None:
    told = account(*lines, title=title)
    (facet, *_) = place_facets(told)
    assert facet is not None
    assert (facet.value, facet.labels) == (value, labels)
    assert told.text[facet.start : facet.end] == value


@pytest.mark.parametrize(
    "lines",
    [
        ["The team met weekly.", "Guides to reading were lent. The Reading Foundation gave advice."],
        ["Volunteers met weekly.", "They learnt from other cities such as Leeds and Hull."],
        ["Volunteers met weekly.", "They had heard of it at the University of Bristol."],
        ["Volunteers met weekly.", "# References", "Smith, J. Walking in Leeds. Leeds: Press. In Leeds and Leeds."],
        ["The forum met in March and again in May.", "In March it closed."],
        ["Half live in Leeds.", "Half live in Hull.", "Leeds and Hull took part."],
    ],
)
def test_a_place_in_passing_is_none(lines: list[str]) -> None:
    assert place_facets(account("An opening.", "Another.", *lines)) == []


def test_only_the_spans_within_count() -> None:
    told = account("The Luton set met in Luton.", "The Bromley set met in Bromley.")
    (facet, *_) = place_facets(told, [(told.blocks[1].start, told.blocks[1].end)])
    assert facet is not None
    assert facet.value == "Bromley"


def test_the_areas_a_case_names_decide_between_namesakes() -> None:
    told = account("The city of Cambridge asked its residents.", "Cambridge is in Massachusetts.")
    (facet, *_) = place_facets(told)
    assert facet is not None
    assert (facet.value, facet.labels) == ("Cambridge", ("United States",))


@pytest.mark.parametrize(
    ("title", "sentence", "found"),
    [
        ("Whitmore Dene Decided!", "Residents in Whitmore Dene took part.", ["Whitmore Dene"]),
        ("Budgets in St. Oddo", "The town of St Oddo, Cornwall, held a vote.", ["St Oddo, Cornwall"]),
        (
            "Voting in Luton",
            "The Ashby & Thornfield area of Luton was given a fund.",
            ["Luton", "Ashby & Thornfield"],
        ),
        (
            "Clay country votes, Cornwall",
            "It ran in Cornwall. It covered the villages of Whitmoor, Nanspen and Foxhollow.",
            ["Whitmoor, Nanspen and Foxhollow", "Cornwall"],
        ),
        ("Rosario decides", "The vote of Rosario was new. Many towns learn from Rosario.", ["Rosario"]),
        ("The Madison Project", "Madison is software. People like Madison.", []),
        ("A vote in Leeds", "The Leeds vote was run by Roots of Change in Leeds.", ["Leeds"]),
        ("A vote in Leeds", "In Leeds, the areas of Participatory Budgeting and Health were new.", ["Leeds"]),
    ],
)
def test_small_places_stand_beside_the_listed_one_the_more_exact_of_an_area_first(
    title: str, sentence: str, found: list[str]
) -> None:
    told = account(sentence, title=title)
    facets = place_facets(told)
    assert [facet.value for facet in facets] == found
    assert all(told.text[facet.start : facet.end] == facet.value for facet in facets)


def test_a_small_place_counts_for_the_region_of_the_listed_one() -> None:
    small, listed = place_facets(account("It ran in Cornwall. It covered the villages of Whitmoor and Foxhollow."))
    assert (small.value, small.labels) == ("Whitmoor and Foxhollow", ("South West", "England", "United Kingdom"))
    assert listed.labels == small.labels


# --- period ---


@pytest.mark.parametrize(
    ("sentence", "value", "labels"),
    [
        ("The clinics ran from September 2010 to March 2012.", "from September 2010 to March 2012", "2010 2011 2012"),
        ("Funded by the Department of Health, 2009–2011", "2009–2011", "2009 2010 2011"),
        ("The scheme was piloted in 2015/16.", "2015/16", "2015 2016"),
        ("Events were held between May and July 2014.", "between May and July 2014", "2014"),
        ("The meetings came to an end in July 2010.", "in July 2010", "2010"),
        ("The scheme was launched in 2012.", "in 2012", "2012"),
        ("On Saturday 12th November 2011 residents were given a say.", "On Saturday 12th November 2011", "2011"),
        ("The vote [27th November 2010] drew 15 projects.", "27th November 2010", "2010"),
        ("On August 11-12th, 2011, 193 people took part in a poll.", "On August 11-12th, 2011", "2011"),
        ("Dulverton has been implementing it since 2009.", "since 2009", "2009"),
        ("In 2007, the community committee decided to trial it.", "In 2007", "2007"),
        (
            "In 2005, under the mayor of that time and with help from the whole of the council, a new exercise"
            " of the borough was launched.",
            "In 2005",
            "2005",
        ),
        ("The clinic took place weekly for 18 months.", "for 18 months", ""),
        ("This 3-year project works with voluntary organisations.", "3-year project", ""),
    ],
)
def test_when_the_work_took_place(sentence: str, value: str, labels: str) -> None:
    told = account(sentence)
    (facet,) = periods(told)
    assert (facet.value, facet.labels) == (value, tuple(labels.split()))
    assert told.text[facet.start : facet.end] == value


@pytest.mark.parametrize(
    "sentence",
    [
        "The project was a finalist in 2023.",
        "The Health and Social Care Act 2012 was launched in March 2012.",
        "At the 2011 census half of the people who took part were held to be Asian.",
        "The report was published in May 2014.",
        "Since the 1960s the town has held events.",
        "The service will be launched in June 2030.",
        "She has lived there for 18 years.",
        "Smith et al. (2009) held workshops.",
        "The workshops were held (Smith, 12 May 2009).",
        "As of April 2013, 582 workshops were held.",
        "This case study was submitted in May 2011 by the organisers.",
        "Its share rose from 2.6% in 2000, when it was held, to 12.7% in 2013.",
        "The workshops relied on the 1993 model.",
        "The authors held interviews with the mayor in May 2015.",
    ],
)
def test_other_dates_are_no_period_of_the_work(sentence: str) -> None:
    assert periods(account(sentence)) == []


def test_the_most_telling_period_comes_first_and_what_lies_far_from_it_is_left_out() -> None:
    found = values(
        periods,
        "A first forum was held in 1985.",
        "The clinics were launched in 2012.",
        "They ran from May 2011 to June 2012.",
    )
    assert found == ["from May 2011 to June 2012", "in 2012"]


@pytest.mark.parametrize(
    ("period", "years"),
    [
        ("2009–11", "2009 2010 2011"),
        ("2015/16", "2015 2016"),
        ("3/2014", "2014"),
        ("Sunday, January 11, 2004 - 16:00", "2004"),
        ("18 months", ""),
    ],
)
def test_every_year_of_a_period_counts(period: str, years: str) -> None:
    assert years_covered(period) == tuple(years.split())


# --- cost ---


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The project cost £20,000 in its first year.", ["£20,000"]),
        (
            "It began with a £1.2 million grant from the Big Lottery Fund.",
            ["a £1.2 million grant from the Big Lottery Fund"],
        ),
        ("The process was run at no additional cost.", ["at no additional cost"]),
        ("The work had a total budget of around €76,000.", ["around €76,000"]),
        ("The scheme saved the NHS £40,000 a year and cost nothing.", []),
        ("Residents voted on how to spend £50,000 of funding.", []),
        ("Each session costs £5 per person.", []),
        ("The next phase will cost £30,000.", []),
        ("Families there live on £9,000.", []),
    ],
)
def test_what_the_work_cost(sentence: str, found: list[str]) -> None:
    assert values(costs, sentence) == found


def test_a_bare_sum_below_a_heading_of_costs_is_one() -> None:
    assert values(costs, "# Costs", "$718,000") == ["$718,000"]


# --- setting ---


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The first event took place in a local mosque.", [("local mosque", "Place of worship")]),
        ("A weekly clinic was run at a livestock market.", [("livestock market", "Farm or rural event")]),
        ("Staff worked with children’s centres.", [("children’s centres", "Nursery or children's centre")]),
        ("They ran a pharmacy campaign.", [("pharmacy", "Pharmacy")]),
        ("Residents voted using online forms.", [("online", "Online")]),
        ("The PCT may in future work with local mosques.", []),
        ("The team recorded work with hospital admissions.", []),
        ("For more information visit our library.", []),
        ("The mosque is old.", []),
    ],
)
def test_where_people_were_met(sentence: str, found: list[tuple[str, str]]) -> None:
    assert [(facet.value, *facet.labels) for facet in settings(account(sentence))] == found


def test_each_setting_counts_once() -> None:
    assert values(settings, "Events were held in a school.", "Other events were held in schools.") == ["school"]


def test_settings_of_fact_boxes_have_labels() -> None:
    assert setting_labels("Community pharmacies and GP practices") == ("GP practice", "Pharmacy")
    assert setting_labels("care home") == ("Care home",)


# --- fact boxes ---


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Location: Bromley, London"], [("place", "Bromley, London", ("London", "England", "United Kingdom"))]),
        (
            ["Location: participatory body Seattle, WA, United States"],
            [("place", "Seattle, WA, United States", ("United States",))],
        ),
        (["Location: LEC, United Kingdom"], [("place", "United Kingdom", ("United Kingdom",))]),
        (["Location: Whitmoor Parish Council"], [("place", "Whitmoor", ())]),
        (["Start date: Wednesday, December 31, 1969 - 16:00"], []),
        (["End date: 1900-01-01 00:00"], []),
        (["Target group: Women, Elm Primary School, Dayton, OH"], [("community", "Women", ())]),
        (["Total budget: £12,000.50"], [("cost", "£12,000.50", ())]),
        (["Funding: Big Lottery Fund"], []),
        (["Setting: Local mosques"], [("setting", "Local mosques", ("Place of worship",))]),
        (
            ["Start date: May 2010", "End date: June 2012"],
            [("period", "May 2010", ("2010", "2011", "2012")), ("period", "June 2012", ("2012",))],
        ),
        (
            ["Town: Perth", "Country: Australia"],
            [("place", "Perth", ("Australia",)), ("place", "Australia", ("Australia",))],
        ),
    ],
)
def test_facts_have_the_labels_of_facets_from_prose(
    lines: list[str], found: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    told = account(*lines)
    assert [(f.kind, f.value, f.labels) for f in facts(told.document, told.blocks)] == found


def test_a_computers_empty_date_is_no_period_of_the_account() -> None:
    assert periods(account("Start Date: Wednesday, December 31, 1969 - 16:00")) == []


def test_the_phone_is_a_setting_only_where_the_work_is_done_by_it() -> None:
    assert [facet.value for facet in settings(account("Volunteers offered advice by phone."))] == ["by phone"]
    assert settings(account("The group used a phone in a survey.")) == []
    assert settings(account("Residents were selected and interviewed by phone.")) == []


def test_a_sum_is_told_in_the_words_of_the_prose() -> None:
    told = account("A budget of £6000 was funded.", "Total Budget: US$6 000.00")
    assert [facet.value for facet in card(told) if facet.kind == "cost"] == ["£6000"]


def test_a_planned_setting_of_a_later_sentence_does_not_hide_a_real_one() -> None:
    told = account("The group may meet in a church.", "The group met in a temple.")
    assert [facet.value for facet in settings(replace(told))] == ["temple"]
