"""The script that misspells questions: one slip a content word, of the kinds people make."""

from __future__ import annotations

import json
import random

import pytest

from rag.text.words import content_terms
from tests.bench.misspell import KINDS, NEIGHBOURS, confused, doubled, dropped, misspelt, misspelt_lines, transposed


@pytest.mark.parametrize(
    ("kind", "word", "slip"),
    [
        (transposed, "booking", "bokoing"),
        (dropped, "pharmacy", "pharmcy"),
        (doubled, "screening", "screeening"),
        (confused, "antenatal", "antinatal"),
        (confused, "attendance", "attendence"),
        (confused, "receive", "recieve"),
    ],
)
def test_kinds_of_slips(kind: object, word: str, slip: str) -> None:
    assert kind in KINDS
    assert slip in kind(word)  # type: ignore[operator]


def test_keys_touch_their_neighbours() -> None:
    assert NEIGHBOURS["g"] == "bfhtvy"
    assert NEIGHBOURS["p"] == "lo"
    assert all(key in NEIGHBOURS[other] for key, others in NEIGHBOURS.items() for other in others)


def test_a_slip_changes_the_word_and_keeps_its_first_letter() -> None:
    rng = random.Random(1)
    for word in ("Coventry", "screening", "women") * 50:
        slip = misspelt(word, rng)
        assert slip != word
        assert slip[0] == word[0]
        assert abs(len(slip) - len(word)) <= 1


LINE = {
    "id": "q1",
    "question": "How many NHS women’s groups met 12000 times in Luton?",
    "history": ["What worked for late antenatal booking?"],
    "answerable": False,
}


def test_one_slip_in_each_content_word_and_nothing_else() -> None:
    (line,) = misspelt_lines([json.dumps(LINE)], seed=1)
    made = json.loads(line)
    assert {**made, "question": LINE["question"]} == LINE
    typed, meant = made["question"].split(), str(LINE["question"]).split()
    changed = {word.strip("?") for word, was in zip(typed, meant, strict=True) if word != was}
    assert len(changed) == 4  # women’s, groups, times, Luton
    assert made["question"].startswith("How many NHS ")
    assert " met 12000 " in made["question"]


def test_the_same_seed_gives_the_same_copy_and_history_only_if_asked_for() -> None:
    lines = [json.dumps(LINE)]
    assert misspelt_lines(lines, 1) == misspelt_lines(lines, 1)
    assert len({misspelt_lines(lines, seed)[0] for seed in range(5)}) == 5
    earlier: str = json.loads(misspelt_lines(lines, 1, history=True)[0])["history"][0]
    was = "What worked for late antenatal booking?"
    assert [len(earlier.split()), earlier == was] == [len(was.split()), False]
    assert len(content_terms(earlier)) == len(content_terms(was))
