"""Words that stand for one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.config import Settings
from rag.library import Library
from rag.thesaurus import bundled_thesaurus, met, parsed
from rag.words import stem
from tests.conftest import SEEDS


def test_a_phrase_stands_for_another() -> None:
    thesaurus = parsed(["# a comment", "", "smear, smear test, cervical screening", "chemist, pharmacy"])
    found = thesaurus.alternatives("a smear test at the chemist")
    assert set(found) == {"smear", "test", "chemist"}
    assert met("smear", {"cervic", "screen"}, found)
    assert not met("smear", {"cervic"}, found)
    assert met("chemist", {"pharmaci"}, found)
    assert not met("booking", {"pharmaci"}, found)


def test_the_bundled_groups_are_read() -> None:
    thesaurus = bundled_thesaurus()
    assert (stem("pharmacy"),) in thesaurus.groups[(stem("chemist"),)]
    for phrase, others in thesaurus.groups.items():
        assert others, phrase
        assert phrase not in others


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library.open(Settings(SEEDS, tmp_path_factory.mktemp("thesaurus") / "index"))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What worked for late antinatal booking?", "reasons behind late booking into antenatal services"),
        ("chemist campaign for pregnant women", "a pharmacy campaign"),
        ("smear tests for asian ladies", "cervical"),
        ("dentist work in Luton", "preventative oral health"),
    ],
)
def test_practitioners_words_find_the_sources(library: Library, question: str, words: str) -> None:
    answer = library.ask(question)
    assert answer.status == "answered"
    assert words in " ".join(citation.quote for citation in answer.citations)


def test_what_was_searched_is_shown(library: Library) -> None:
    query = library.resolve("antinatal work of the chemist")
    assert query.typed == "antinatal work of the chemist"
    assert query.text == "antenatal work of the chemist"
    assert query.corrected == (("antinatal", "antenatal"),)
    assert "pharmacy" in dict(query.also)["chemist"]


def test_a_curator_can_edit_the_file() -> None:
    path = Path(__file__).parents[1] / "rag" / "data" / "synonyms.txt"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            assert len([part for part in line.split(",") if part.strip()]) > 1, number
