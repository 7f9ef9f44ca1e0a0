"""Misspelt words are moved to words of the library, and nothing else is."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.spelling import Spelling, _slips, is_english

LIBRARY = (
    "Late antenatal booking: mosques and persons in Bradford, West Yorkshire.",
    "Screening at the pharmacy. Screening, again. The phase began; breast cancer areas. Recommendations were studied.",
)
SPELLING = Spelling(LIBRARY, is_english)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("late antinatal booking", {"antinatal": "antenatal"}),
        ("late antenatal bokoing", {"bokoing": "booking"}),
        ("screning and screeening", {"screning": "screening", "screeening": "screening"}),
        ("pharmcy", {"pharmcy": "pharmacy"}),
        ("phese", {"phese": "phase"}),  # not 'these': words begin alike
        ("breas", {"breas": "breast"}),  # not 'areas'
        ("recommind", {"recommind": "recommend"}),  # a form of a word of the library
        ("health in Braford", {"Braford": "Bradford"}),
        ("the mosqeu’s roof", {"mosqeu": "mosque"}),
        ("Perrsons came", {}),  # may be a name: the library writes no such word with a capital
        ("Bradley came", {}),  # a name of its own
        ("prisons", {}),  # a real word that the library lacks is no misspelling of one it has
        ("mosk", {}),  # too short to be sure
        ("NHSX", {}),
        ("kubernetes", {}),
        ("bookings", {}),  # the library has it, by its stem
        ("crssation", {}),  # two slips from 'creation', but one from a word the library lacks
        ("paralysed", {}),
    ],
)
def test_misspelt_words_move_only_to_words_of_the_library(text: str, moved: dict[str, str]) -> None:
    assert SPELLING.corrections(text) == moved


def test_british_and_american_words_are_english() -> None:
    words = ["optimise", "optimize", "organisations", "analysed", "neighbour", "neighbor", "carers"]
    assert [word for word in words if not is_english(word)] == []
    assert [word for word in ("antinatal", "recieve", "bokoing") if is_english(word)] == []


def brute_force(a: str, b: str) -> int:
    """Optimal string alignment by its definition."""
    if not a or not b:
        return len(a) + len(b)
    ways = [brute_force(a[1:], b) + 1, brute_force(a, b[1:]) + 1, brute_force(a[1:], b[1:]) + (a[0] != b[0])]
    if a[:2] == b[1::-1] and len(a) > 1 and len(b) > 1:
        ways.append(brute_force(a[2:], b[2:]) + 1)
    return min(ways)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_slips_are_counted_as_by_brute_force(typed: str, meant: str) -> None:
    assert _slips(typed, meant)[0] == brute_force(typed, meant)


def test_likelier_slips_cost_less() -> None:
    swapped, doubled, near, far = (_slips(typed, "book")[1] for typed in ("boko", "boook", "bool", "boot"))
    assert doubled < swapped < near < far
    assert all(_slips(a * 3, b * 3)[0] in (0, 3) for a, b in product("ab", "ab"))
