"""The gold table of case cards holds what the seeds say, and the rules of judging do what tests/gold/README.md says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rag.cases.find import find_cases
from rag.readers.clean import clean
from rag.sources.folder import find_files, read_file
from rag.types import Case, Document, Facet, SourceFile
from tests.card_scores import (
    CLASSES,
    FIGURE_ROW,
    FIGURES,
    KINDS,
    Entry,
    Gold,
    quotes_missing,
    read_gold,
    same_name,
    score_cases,
)

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
GOLD = read_gold()


def spaced(text: str) -> str:
    """With single spaces; of HTML the text alone."""
    return " ".join((re.sub(r"<[^<>]+>", "", text) if "<html" in text else text).split())


@pytest.fixture(scope="module")
def seeds() -> dict[str, Document]:
    return {found.name: clean(read_file(found)) for found in find_files(SEEDS)}


@pytest.mark.parametrize("gold", GOLD, ids=[gold.name for gold in GOLD])
def test_every_quote_stands_in_its_seed(gold: Gold, seeds: dict[str, Document]) -> None:
    name = gold.name.partition("#")[0]
    source = spaced((SEEDS / name).read_text(encoding="utf-8"))
    assert [quote for entry in gold.entries for quote in entry.words if spaced(quote) not in source] == []
    assert quotes_missing(seeds[name], gold) == []


def test_the_gold_is_of_the_cases_that_are_found(seeds: dict[str, Document]) -> None:
    found = [case.case_id for document in seeds.values() for case in find_cases(document)]
    assert [gold.name for gold in GOLD] == sorted(found)


@pytest.mark.parametrize("gold", GOLD, ids=[gold.name for gold in GOLD])
def test_fields_and_classes_are_known(gold: Gold) -> None:
    for entry in gold.entries:
        assert entry.kind in KINDS
        assert (entry.outcome in CLASSES) == (entry.kind == "outcome")
        assert bool(entry.figure) == (entry.outcome in FIGURES)
        assert all(entry.figure in quote for quote in entry.words)


def test_nothing_is_listed_twice() -> None:
    for gold in GOLD:
        listed = [(entry.kind, entry.words[0], entry.outcome) for entry in gold.entries]
        assert len(listed) == len(set(listed)), gold.name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Bradford", "bradford", True),
        ("mosques", "local mosque", True),
        ("the Limehouse Project", "Limehouse Project", True),
        ("Westminster", "Westminster, London", True),
        ("2008-2009 project groups", "2008-2009", True),
        ("women", "ethnic minority women", False),
        ("East", "East London Boroughs", False),
        ("2000-2010", "2010-2011", False),
        ("", "Leeds", False),
    ],
)
def test_names_are_the_same_if_one_holds_the_other_and_is_not_twice_as_long(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


TEXT = "We ran a walking club in Leeds. Attendance rose by 20 per cent. It rained in 1999. Walkers felt better."


def span(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


DOCUMENT = clean(SourceFile("walk.txt", TEXT.encode()))
ROSE = "Attendance rose by 20 per cent."
WANTED = Gold(
    "walk.txt#1",
    "Walking",
    (
        Entry("place", ("Leeds",), needed=True),
        Entry("deed", ("We ran a walking club in Leeds.",), needed=True),
        Entry("outcome", (ROSE,), needed=True, outcome="measured", figure="20 per cent"),
        Entry("outcome", ("Walkers felt better.",), needed=False, outcome="reported"),
    ),
)
CASE = Case(
    "walk.txt#1",
    "walk.txt",
    "Walking",
    ((0, len(TEXT)),),
    (
        Facet("place", "Leeds", *span("Leeds")),
        Facet("place", "leeds", *span("Leeds")),
        Facet("period", "1999", *span("1999")),
        Facet("deed", "It rained in 1999.", *span("It rained in 1999.")),
        Facet("outcome", "measured", *span(ROSE)),
        Facet("outcome", "figure", *span("Walkers felt better.")),
    ),
)


def test_scores_count_right_wrong_and_missing_values() -> None:
    scores = score_cases([CASE], {"walk.txt": DOCUMENT}, [WANTED])
    counted = {
        row: (score.right, len(score.wrong), score.found, score.needed, score.first)
        for row, score in scores.items()
        if score.right or score.wrong or score.needed
    }
    assert counted == {
        "place": (1, 0, 1, 1, 1),  # the second value says the same
        "period": (0, 1, 0, 0, 0),  # the gold is empty
        "deed": (0, 1, 0, 1, 0),
        "outcome": (2, 0, 1, 1, 1),
        "outcome figures": (1, 1, 1, 1, 1),
        "outcome class": (1, 1, 1, 1, 1),  # 'felt better' is no figure
    }
    assert scores["deed"].wrong[0].words == "It rained in 1999."
    assert scores["deed"].missed[0].words == "We ran a walking club in Leeds."
    assert (scores["deed"].precision, scores["deed"].recall, scores["deed"].first_right) == (0.0, 0.0, 0.0)
    assert (scores["cost"].precision, scores["cost"].recall) == (1.0, 1.0)


@pytest.mark.parametrize(("words", "right"), [("by 20 per cent", 1), ("rose by", 0), ("felt better", 0)])
def test_a_figure_is_right_only_with_its_words(words: str, right: int) -> None:
    case = replace(CASE, facets=(Facet("outcome", "figure", *span(words)),))
    assert score_cases([case], {"walk.txt": DOCUMENT}, [WANTED])[FIGURE_ROW].right == right


@pytest.mark.parametrize(("words", "right"), [("in Leeds. Attendance rose", 1), ("Leeds. Attendance rose by", 0)])
def test_a_sentence_is_right_with_half_of_the_shorter(words: str, right: int) -> None:
    case = replace(CASE, facets=(Facet("deed", words, *span(words)),))
    assert score_cases([case], {"walk.txt": DOCUMENT}, [WANTED])["deed"].right == right


def test_a_case_that_is_not_found_is_missed_whole() -> None:
    scores = score_cases([], {}, [WANTED])
    assert [finding.case for finding in scores["place"].missed] == ["walk.txt#1"]


def test_gold_of_a_file_is_met_by_any_of_its_cases_in_the_judged_rows_alone() -> None:
    gold = replace(WANTED, name="walk.txt", of_file=True, judged=("place",))
    scores = score_cases([replace(CASE, case_id="walk.txt#2")], {"walk.txt": DOCUMENT}, [gold])
    assert (scores["place"].right, scores["place"].found) == (1, 1)
    assert not scores["period"].wrong
