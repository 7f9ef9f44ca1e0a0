"""Whom a case was for, what it was about, who did it: each value in the source's words."""

from __future__ import annotations

import re

import pytest

from rag.cases.account import Account
from rag.cases.facts import facts
from rag.cases.fields.bodies import labels_of as labels_of_body
from rag.cases.fields.communities import communities
from rag.cases.fields.communities import labels_of as labels_of_people
from rag.cases.fields.partners import partners
from rag.cases.fields.topics import labels_of as labels_of_topic
from rag.cases.fields.topics import topics
from rag.readers.clean import clean
from rag.text.vocabulary import one_of, term_key, vocabulary
from rag.types import Facet, SourceFile


def account(text: str, title: str = "An account") -> Account:
    """The account of a Markdown document of one case, below ``title``."""
    document = clean(SourceFile("case.md", f"# {title}\n\n{text}".encode()))
    titles = tuple((b.start, b.end) for b in document.blocks if document.text[b.start : b.end] == title)
    return Account(document, document.blocks, titles)


def shown(found: list[Facet], told: Account) -> list[tuple[str, tuple[str, ...]]]:
    assert all(told.text[facet.start : facet.end] == facet.value for facet in found)
    return [(facet.value, facet.labels) for facet in found]


def groups(text: str, title: str = "An account") -> list[tuple[str, tuple[str, ...]]]:
    told = account(text, title)
    return shown(communities(told), told)


def topics_of(text: str, title: str = "An account") -> list[tuple[str, tuple[str, ...]]]:
    told = account(text, title)
    return shown(topics(told), told)


def bodies(text: str) -> list[str]:
    told = account(text)
    return [value for value, _ in shown(partners(told), told)]


# --- whom the work was for ---


@pytest.mark.parametrize(
    ("text", "value", "labels"),
    [
        (
            "Rates were high for Nigerian, Ghanaian, Turkish and Sri Lankan women.",
            "Nigerian, Ghanaian, Turkish and Sri Lankan women",
            ("West African", "Turkish", "South Asian", "Women", "African", "Black", "Ethnic minorities", "Asian"),
        ),
        (
            "We held talks with East and West African elders.",
            "East and West African elders",
            ("West African", "Older people", "African", "Black", "Ethnic minorities"),
        ),
        ("It was for Black, Asian and Minority Ethnic groups.", "Black, Asian and Minority Ethnic groups",
         ("Ethnic minorities",)),
        ("It worked with women from BAME backgrounds.", "women from BAME backgrounds", ("Women", "Ethnic minorities")),
        ("Courses were offered to unpaid carers.", "unpaid carers", ("Carers",)),
        ("Refugees and migrants came.", "Refugees and migrants", ("Migrants, refugees and asylum seekers",)),
        (
            "The bus reached women in the more deprived areas of Diss and Eye.",
            "women in the more deprived areas of Diss and Eye",
            ("Women", "Deprived areas"),
        ),
        (
            "Support for people with a learning disability grew.",
            "people with a learning disability",
            ("People with a learning disability",),
        ),
        ("Diss’s Polish population came late.", "Polish population", ("Eastern European", "Ethnic minorities")),
        ("Help for Gypsy, Roma and Traveller families.", "Gypsy, Roma and Traveller families",
         ("Gypsy, Roma and Traveller", "Children and families")),
    ],
)  # fmt: skip
def test_a_group_is_its_whole_phrase_under_its_general_names(text: str, value: str, labels: tuple[str, ...]) -> None:
    assert groups(text) == [(value, labels)]


@pytest.mark.parametrize(
    "text",
    [
        "Leaflets were printed in Polish and Romanian.",
        "The African Development Bank paid.",
        "It came from the Bangladeshi Women’s Association.",
        "They fell ill earlier than their white counterparts and than Irish men.",
        "The bread was Asian.",
        "A Women’s Centre opened beside the Coventry Empowered African Women Group.",
        "The youth council met under the Youth Statute.",
        "They polish children’s shoes.",
    ],
)
def test_languages_bodies_and_comparisons_are_no_community(text: str) -> None:
    assert groups(text) == []


def test_one_group_is_one_facet_in_its_fullest_words_and_the_title_comes_first() -> None:
    text = "The bakery was for Somali families.\n\nIt worked with carers. Carers baked. It reached unpaid carers."
    assert groups(text, "Bread for Tamil elders") == [
        ("Tamil elders", ("South Asian", "Older people", "Asian", "Ethnic minorities")),
        ("unpaid carers", ("Carers",)),
        ("Somali families", ("East African", "Children and families", "African", "Black", "Ethnic minorities")),
    ]


def test_these_women_are_those_named_before() -> None:
    text = "It was for Turkish women. These women baked. Many women came, and women stayed."
    assert groups(text) == [("Turkish women", ("Turkish", "Women", "Ethnic minorities"))]


def test_a_group_that_a_long_account_names_once_is_none() -> None:
    filler = "The oven was cleaned and the flour was weighed on the old scales again. " * 60
    assert groups(f"{filler}Some carers came.") == []
    assert groups(f"{filler}It worked with carers, for carers and with carers.") == [("carers", ("Carers",))]


def test_the_public_is_a_community_only_without_a_nearer_one() -> None:
    text = "It was open to local residents. It informed local residents."
    assert groups(text) == [("local residents", ("General public",))]
    assert groups(f"{text} It helped carers.") == [("carers", ("Carers",))]


def test_the_public_has_its_most_used_words_and_where_it_lives() -> None:
    text = "Residents in Kirkby met. Members of the public came. The vote involved residents. It gave residents a say."
    assert groups(text) == [("Residents in Kirkby", ("General public",))]


def test_whom_a_fund_was_meant_for_is_served() -> None:
    told = "It was agreed that young people, the intended beneficiaries, should decide. Young people voted."
    assert groups(told) == [("young people", ("Young people",))]


@pytest.mark.parametrize("value", ["Dulverton Town Council", "Staff of Sunderland's NDC", "Youth services"])
def test_a_body_or_its_staff_is_no_community(value: str) -> None:
    told = account(f"Who: {value}\n\nWho: Council tenants")
    assert [facet.value for facet in facts(told.document, told.blocks)] == ["Council tenants"]


def test_a_fact_box_is_not_read_twice() -> None:
    assert groups("Target population: Young mothers\n\nLocal residents were invited and local residents came.") == []


def test_the_people_of_a_fact_box_have_labels() -> None:
    assert labels_of_people("Low-Income Earners") == ("Deprived areas",)
    assert labels_of_people("General Public") == ("General public",)
    assert labels_of_people("Polish") == ("Eastern European", "Ethnic minorities")
    assert labels_of_people("275") == ()


# --- what it was about ---


def test_a_topic_is_what_is_told_of_with_what_it_is_joined_to() -> None:
    text = "Few came early: late booking into antenatal services. Maternity data showed it."
    assert topics_of(text) == [("late booking into antenatal services", ("Maternity and antenatal care",))]


def test_the_title_names_the_main_topic() -> None:
    text = "Dental checks were free. Dental nurses called. Smokers asked for help with smoking."
    assert topics_of(text, "Quit smoking in Diss") == [("Quit smoking", ("Smoking",)), ("Dental", ("Oral health",))]


def test_a_topic_in_passing_is_none() -> None:
    filler = "The oven was cleaned and the flour was weighed on the old scales again. " * 40
    assert topics_of(f"{filler}One had diabetes.") == []
    assert topics_of("Aids were lent by the Department of Transport.") == []


def test_beside_a_fact_box_only_the_title_names_topics() -> None:
    text = "General issue(s): Health\n\nDementia was told of. Dementia was met. Dementia was heard of."
    assert topics_of(text) == []
    assert topics_of(text, "Baking and dementia") == [("dementia", ("Dementia",))]


def test_only_words_outside_brackets_give_labels() -> None:
    assert labels_of_people("Experts (e.g. young people)") == ()
    assert labels_of_people("(young people)") == ("Young people",)
    assert labels_of_people("Elected Public Officials") == ()
    assert labels_of_people("older children") == ("Children and families",)


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ("Budget – Local", ("Budgets and participatory budgeting",)),
        ("Planning (e.g. Urban planning, Transportation, etc.)", ("Planning and regeneration",)),
        ("Health", ("Health care",)),
        ("breast cancer screening", ("Cancer screening",)),
        ("Vaccinations", ("Vaccination",)),
        ("random sample recruitment", ()),
    ],
)
def test_topics_of_fact_boxes_have_labels(value: str, labels: tuple[str, ...]) -> None:
    assert labels_of_topic(value) == labels


# --- who did it ---


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("It was funded by Age UK and led by Diss Town Council.", ["Diss Town Council", "Age UK"]),
        ("In partnership with Diss School, Eye Care Trust ran it.", ["Eye Care Trust", "Diss School"]),
        ("It was run by the NHS, local government and some charities.", ["NHS", "local government"]),
        ("We worked with faith and voluntary organisations.", ["faith and voluntary organisations"]),
        ("Founding partners of the Club: Dars group, Diss Hall, Eye Mill.", ["Dars group", "Diss Hall", "Eye Mill"]),
        ("Who paid for the project?: Diss Town Council", ["Diss Town Council"]),
        ("According to the Office for National Statistics, Diss grew.", []),
        ("It was organised by NHS North West and Diss Hospital.", ["NHS North West", "Diss Hospital"]),
        ("Who ran the project?: The Bread Club (BC), Norwich, Norfolk", ["Bread Club"]),
        ("Diss Town Council is old.", []),
        ("It won an award run by the Bread Trust.", []),
        ("The work was led by a Steering Group.", []),
    ],
)  # fmt: skip
def test_partners_are_those_that_are_said_to_have_done_it(text: str, names: list[str]) -> None:
    assert bodies(text) == names


def test_sources_are_no_partners() -> None:
    assert bodies("## References\n\n- A report published and funded by the Bread Trust, 2009.") == []


def test_a_body_has_the_kind_that_its_name_says() -> None:
    names = ("Bromley PCT", "Leeds City Council", "University of Hull", "Fresh Start")
    assert [labels_of_body(name) for name in names] == [("NHS",), ("Council",), ("University",), ()]


# --- lists of words ---


def test_every_label_of_the_lists_has_words_of_its_own() -> None:
    for name in ("communities.txt", "topics.txt"):
        lists = vocabulary(name)
        assert all(terms for section in lists.values() for terms in section.values())
        for section in lists.values():
            for label, terms in section.items():
                keys = [term_key(term) for term in terms]
                assert len(keys) == len(set(keys)), label


def test_a_pattern_of_terms_finds_the_longest_as_it_may_be_written() -> None:
    pattern = re.compile(rf"\b{one_of(['care', 'care home', 'carers', 'women’s health', 'AIDS'])}\b")
    text = "Care homes, a care-home, carers' care; Women's Health, aids, AIDS"
    assert [m.group() for m in pattern.finditer(text)] == [
        "Care", "care-home", "carers", "care", "Women's Health", "AIDS",
    ]  # fmt: skip
