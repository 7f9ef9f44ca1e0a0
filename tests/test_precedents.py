"""Situations: what they tell, how cases meet them, and whether the case that fits comes first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.config import Settings
from rag.explore.precedents.likeness import Profile, Wanted, kinship, match
from rag.explore.precedents.situation import read_situation, situation_of
from rag.library import Library
from rag.types import Aspect, Case, Document, Facet, FacetKind, Filter, OriginMap, Precedents
from tests.conftest import SEEDS
from tests.fakes import FakeEmbedder, Here

SITUATIONS = Path(__file__).parent / "situations.jsonl"


def told(text: str) -> dict[Aspect, tuple[str, ...]]:
    situation = read_situation(text)
    return {aspect: situation.words(aspect) for aspect in situation.aspects}


def labels(text: str, aspect: Aspect) -> set[str]:
    return {label for part in read_situation(text).parts if part.aspect == aspect for label in part.labels}


# --- what a situation tells ---


def test_the_words_are_told_apart_by_aspect() -> None:
    assert told("Seaside town, older Polish community, low flu jab uptake, one children’s centre.") == {
        "problem": ("low flu jab uptake",),
        "people": ("older Polish community",),
        "place": ("Seaside town",),
        "means": ("children’s centre",),
    }


def test_a_sentence_may_tell_several_aspects() -> None:
    assert told("Farmers in our rural district rarely see a doctor; there is a weekly cattle market") == {
        "problem": ("Farmers in our rural district rarely see a doctor",),
        "people": ("Farmers",),
        "place": ("rural",),
        "means": ("there is a weekly cattle market",),
    }


@pytest.mark.parametrize(
    ("text", "aspect", "expected"),
    [
        ("older Polish community", "people", {"Older people", "Eastern European"}),
        ("Bangladeshi mothers", "people", {"South Asian", "Women", "Children and families"}),
        ("a coastal resort", "place", {"Seaside and coast"}),
        ("Hastings", "place", {"Hastings", "Seaside and coast"}),
        ("low uptake of the MMR vaccine", "problem", {"Vaccination"}),
        ("elderly, Romanian", "people", {"Older people", "Eastern European"}),
        ("we have a mosque and volunteers", "means", {"Place of worship", "Volunteers and champions"}),
    ],
)
def test_words_come_under_the_labels_of_cases(text: str, aspect: Aspect, expected: set[str]) -> None:
    assert expected <= labels(text, aspect)


def test_a_place_by_name_brings_its_region() -> None:
    assert {"Bradford", "Yorkshire and the Humber", "City"} <= labels("We are in Bradford", "place")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Town; a large South Asian community; low take-up of bowel screening; District council",
            {"problem": ("low take-up of bowel screening",), "people": ("South Asian community",)},
        ),
        ("Metropolitan borough, mixed population", {"place": ("Metropolitan",)}),
        ("Rural; livestock market", {"place": ("Rural", "livestock market"), "means": ("livestock market",)}),
        ("District council", {}),
    ],
)
def test_who_or_where_somebody_is_is_never_the_problem(text: str, expected: dict[Aspect, tuple[str, ...]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "our council wants residents to decide how a 200k budget for three neighbourhoods is spent",
            {"problem": "our council wants residents to decide how a 200k budget for three neighbourhoods is spent"},
        ),
        (
            "we have a 200k budget for three neighbourhoods and want residents to vote on it",
            {"problem": "want residents to vote on it", "means": "we have a 200k budget"},
        ),
        (
            "mixed town large south asian community low uptake of breast screening we have a mosque",
            {"problem": "low uptake of breast screening", "people": "south asian community", "means": "mosque"},
        ),
        ("a budget for residents", {"problem": "a budget"}),
        (
            "women whose english is poor miss their appointments",
            {"problem": "women whose english is poor miss their appointments", "people": "women"},
        ),
    ],
)
def test_text_without_punctuation_tells_its_problem(text: str, expected: dict[Aspect, str]) -> None:
    assert {aspect: "; ".join(words) for aspect, words in told(text).items()} == expected


@pytest.mark.parametrize("text", ["", "   ", "?!", "\n\n", "the and of"])
def test_without_words_there_is_nothing_to_go_by(text: str) -> None:
    assert read_situation(text).parts == ()


def test_words_stand_where_the_parts_say() -> None:
    text = "Poor wards — women miss their smear test, and a chemist would help"
    for part in read_situation(text).parts:
        assert text[part.start : part.end].strip() == text[part.start : part.end] != ""


def test_a_very_long_situation_is_read_in_time() -> None:
    situation = read_situation("older Polish, low uptake; " * 5000)
    assert situation.words("people") == ("older Polish",)
    assert situation.parts[-1].end <= len(situation.text) == 2000


# --- labels ---


@pytest.mark.parametrize(
    ("label", "other", "expected"),
    [
        ("South Asian", "South Asian", 1.0),
        ("South Asian", "Ethnic minorities", 0.6),
        ("Ethnic minorities", "South Asian", 0.6),
        ("Eastern European", "Migrants, refugees and asylum seekers", 0.6),
        ("Gypsy, Roma and Traveller", "Ethnic minorities", 0.6),
        ("South Asian", "Turkish", 0.3),
        ("South Asian", "Older people", 0.0),
    ],
)
def test_kinship_of_labels(label: str, other: str, expected: float) -> None:
    assert kinship(label, other) == expected


# --- one case and one aspect ---

TEXT = "In Luton nurses met South Asian women at a mosque. Few had booked. A village hall was used once."
DOCUMENT = Document("d.txt", "D", TEXT, (), OriginMap(), "")
SENTENCE = (TEXT.index("Few"), TEXT.index(" A village"))


def facet(kind: FacetKind, words: str, *own: str) -> Facet:
    return Facet(kind, words, TEXT.index(words), TEXT.index(words) + len(words), own)


CASE = Case(
    "d.txt#1",
    "d.txt",
    "Luton",
    ((0, len(TEXT)),),
    (
        facet("place", "Luton", "East of England"),
        facet("community", "South Asian women", "South Asian", "Women"),
        facet("topic", "booked", "Maternity and antenatal care"),
    ),
)
PROFILE = Profile(CASE, DOCUMENT)


def words_of(spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [TEXT[start:end] for start, end in spans]


def test_the_same_people_match_by_the_words_of_the_case() -> None:
    met = match(Wanted("people", ("Indian ladies",), {"South Asian": 2.0, "Women": 1.0}), PROFILE, None)
    assert (met.likeness, met.score, met.shared) == ("full", 1.0, "")
    assert words_of(met.found) == ["South Asian women"]


def test_a_wider_group_matches_in_part_under_the_name_of_both() -> None:
    met = match(Wanted("people", ("Turkish elders",), {"Ethnic minorities": 2.0, "Older people": 1.0}), PROFILE, None)
    assert (met.likeness, met.shared) == ("part", "Ethnic minorities")
    assert met.score == pytest.approx(0.4)


def test_other_people_do_not_match_and_it_says_who_they_were() -> None:
    met = match(Wanted("people", ("care leavers",), {"Care leavers and looked-after children": 1.0}), PROFILE, None)
    assert (met.likeness, met.score, met.found) == ("none", 0.0, ())
    assert [TEXT[slice(*span)] for _, span in met.instead] == ["South Asian women"]


def test_the_same_region_is_part_of_a_place() -> None:
    met = match(Wanted("place", ("Norwich",), {"Norwich": 1.0, "East of England": 1.0}), PROFILE, None)
    assert (met.likeness, met.score) == ("part", 0.5)
    assert words_of(met.found) == ["Luton"]


def test_what_a_text_tells_in_passing_counts_less() -> None:
    met = match(Wanted("place", ("rural area",), {"Countryside": 1.0}), PROFILE, None)
    assert (met.likeness, met.score) == ("part", 0.6)
    assert words_of(met.found) == ["village"]


def test_a_shared_topic_alone_is_half_a_problem() -> None:
    wanted = Wanted("problem", ("few bookings",), {"Maternity and antenatal care": 1.0})
    apart = match(wanted, PROFILE, (0.1, SENTENCE))
    assert (apart.likeness, apart.score, words_of(apart.found)) == ("part", 0.5, ["booked"])


def stating(problem: str, text: str) -> Profile:
    """A case that states a problem in a text that is nothing else."""
    own = Facet("problem", problem, text.index(problem), text.index(problem) + len(problem))
    return Profile(Case("p#1", "p", "P", ((0, len(text)),), (own,)), Document("p", "P", text, (), OriginMap(), ""))


LATE = "Women booked late for antenatal care. Voters had a say. The turnout of 40 per cent was high."


@pytest.mark.parametrize(
    ("words", "topics", "stated", "expected"),
    [
        (
            "late antenatal booking",
            {"Maternity and antenatal care": 1.0},
            "Women booked late for antenatal care.",
            "full",
        ),
        (
            "low antenatal booking",
            {"Maternity and antenatal care": 1.0},
            "Women booked late for antenatal care.",
            "part",
        ),
        ("late smear tests", {"Cancer screening": 1.0}, "Women booked late for antenatal care.", "part"),
        ("high turnout", {}, "The turnout of 40 per cent was high.", "full"),
        ("low turnout", {}, "The turnout of 40 per cent was high.", "part"),
        ("high turnout", {}, "Voters had a say.", "part"),
    ],
)
def test_a_problem_is_the_same_only_where_the_case_states_it(
    words: str, topics: dict[str, float], stated: str, expected: str
) -> None:
    """However near the words are: the same matter, gone wrong the same way."""
    profile = stating(stated, LATE)
    near = (LATE.index(stated), LATE.index(stated) + len(stated))
    met = match(Wanted("problem", (words,), topics), profile, (0.9, near))
    assert (met.likeness, met.found) == (expected, (near,))


def test_a_problem_that_no_list_knows_is_met_by_meaning_in_part() -> None:
    wanted = Wanted("problem", ("nobody comes",), {})
    assert match(wanted, PROFILE, (0.6, SENTENCE)).likeness == "part"
    assert match(wanted, PROFILE, (0.2, SENTENCE)).likeness == "none"


def place_match(text: str, *facets: Facet) -> tuple[str, list[str]]:
    case = Case("w#1", "w", "W", ((0, len(text)),), facets)
    profile = Profile(case, Document("w", "W", text, (), OriginMap(), ""))
    met = match(Wanted("place", ("rural",), {"Countryside": 1.0}), profile, None)
    return met.likeness, [text[start:end] for start, end in met.found]


def test_a_kind_of_place_is_shown_by_the_words_that_tell_it() -> None:
    text = "In Wiltshire, farmer and rural populations met nurses at the livestock market."
    words = "farmer and rural populations"
    community = Facet("community", words, text.index(words), text.index(words) + len(words), ("Farmers and rural",))
    assert place_match(text, community) == ("full", [words, "livestock market"])
    assert place_match("In Wiltshire, people met nurses.") == ("part", ["Wiltshire"])


# --- a library ---

FARMERS = """Farmers at the market

In Wiltshire, farmers had not seen a doctor for years. Nurses offered health checks at the livestock market.

Blood pressure was taken and 120 farmers came.
"""
MOTHERS = """Late booking in Bromley

Nigerian women booked late into maternity services. A leaflet was given out in pharmacies.

After a year 40 per cent more booked in time.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("home")
    seeds = home / "seeds"
    seeds.mkdir()
    (seeds / "farmers.txt").write_text(FARMERS, encoding="utf-8")
    (seeds / "mothers.txt").write_text(MOTHERS, encoding="utf-8")
    library = Library.open(Settings(seeds, index=home / "index"), embedder=FakeEmbedder(), parser=Here())
    yield library
    library.close()


def first(found: Precedents) -> str:
    return found.found[0].case.doc_id


def test_the_nearest_case_comes_first_with_its_own_words(library: Library) -> None:
    found = library.snapshot.precedents("Farmers in a rural county never see the doctor, a cattle market")
    assert first(found) == "farmers.txt"
    people = found.found[0].matches[1]
    text = library.snapshot.document("farmers.txt").text
    assert (people.aspect, people.likeness) == ("people", "full")
    assert text[slice(*people.found[0])].casefold().startswith("farmers")
    assert first(library.snapshot.precedents("Nigerian women, late booking, maternity")) == "mothers.txt"


def test_every_aspect_told_has_its_match(library: Library) -> None:
    found = library.snapshot.precedents(
        "Seaside town, older Polish community, low flu jab uptake, one children’s centre"
    )
    for precedent in found.found:
        assert [m.aspect for m in precedent.matches] == ["problem", "people", "place", "means"]


def test_what_no_case_works_on_is_named(library: Library) -> None:
    found = library.snapshot.precedents("Farmers, diabetes")
    assert "problem" in found.lacking
    assert "people" not in found.lacking


def test_filters_come_before_the_search(library: Library) -> None:
    kept = (Filter("source", "mothers.txt"),)
    found = library.snapshot.precedents("Farmers who never see a doctor", filters=kept)
    assert {precedent.case.doc_id for precedent in found.found} == {"mothers.txt"}
    assert library.snapshot.precedents("Farmers", filters=(Filter("source", "none.txt"),)).found == ()


def test_nothing_to_go_by_finds_nothing(library: Library) -> None:
    assert library.snapshot.precedents("").found == ()


def test_a_case_is_most_like_itself(library: Library) -> None:
    for case in library.snapshot.cases():
        own = situation_of(case, library.snapshot.document(case.doc_id))
        assert library.snapshot.precedents(own).found[0].case.case_id == case.case_id


# --- the real thing ---


def test_the_case_that_fits_comes_first_in_the_seeds(tmp_path: Path) -> None:
    told = [json.loads(line) for line in SITUATIONS.read_text(encoding="utf-8").splitlines()]
    library = Library.open(Settings(SEEDS, index=tmp_path / "index"), parser=Here())
    ranked = [[p.case.case_id for p in library.snapshot.precedents(each["situation"]).found] for each in told]
    library.close()
    at_1 = sum(found[:1] == [each["case"]] for found, each in zip(ranked, told, strict=True)) / len(told)
    at_3 = sum(each["case"] in found[:3] for found, each in zip(ranked, told, strict=True)) / len(told)
    assert at_1 >= 0.85
    assert at_3 >= 0.94
