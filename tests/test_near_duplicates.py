"""Copies: what counts as one, what does not, and what a list of passages keeps of them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.near_duplicates import COPY, SIZE, Signature, near_duplicates, once, signature, text_key
from rag.types import Passage, ScoredPassage

VOCABULARY = [f"{a}{b}" for a in "street health market uptake ward school leaflet farmer".split() for b in range(60)]


def text_of(seed: int, words: int = 600) -> str:
    return " ".join(random.Random(seed).choices(VOCABULARY, k=words))


def linked(**texts: str) -> dict[str, str]:
    return near_duplicates(list(texts), np.stack([signature(text) for text in texts.values()]))


def alike(a: str, b: str) -> float:
    return float((signature(a) == signature(b)).mean())


def test_a_signature_is_the_same_everywhere() -> None:
    """It is stored in indexes: if these numbers change, so must the index's format."""
    found = signature("Health checks at the farmers' market")
    assert found.dtype == np.uint32
    assert found.shape == (SIZE,)
    assert found[:4].tolist() == [64075335, 3013201486, 2110698834, 2273784001]


def test_case_punctuation_and_white_space_change_nothing() -> None:
    a, b = "Uptake rose: from 41 to 58 per\ncent, ﬁnally.", "  UPTAKE rose (from 41 to 58 per cent) finally"
    assert (signature(a) == signature(b)).all()
    assert text_key(a) == text_key(b)
    assert text_key(a) != text_key(b + " again")
    assert text_key("ab c") != text_key("a bc")


@pytest.mark.parametrize("common", [300, 400, 500])
def test_the_estimate_is_near_the_true_share(common: int) -> None:
    """Two texts of 600 words that begin alike: of 593 runs each, ``common`` - 7 are shared."""
    a, b = text_of(1), text_of(2)
    mixed = " ".join(a.split()[:common] + b.split()[common:])
    true = (common - 7) / (2 * 593 - (common - 7))
    assert alike(a, mixed) == pytest.approx(true, abs=3.5 * (true * (1 - true) / SIZE) ** 0.5)


def test_texts_with_nothing_in_common_are_not_alike() -> None:
    assert alike(text_of(1), text_of(2)) < 0.05


@pytest.mark.parametrize("text", ["", " \n", "— … !"])
def test_a_text_without_words_is_a_copy_of_nothing(text: str) -> None:
    assert linked(a=text, b=text, c="words") == {}


def test_texts_shorter_than_a_run_are_compared_whole() -> None:
    assert linked(a="Health checks", b="health checks!", c="checks health", d="health") == {"b": "a"}


def test_a_page_published_again_with_another_header_is_a_copy() -> None:
    text = text_of(3)
    assert linked(a=text, b="Home About us News " + text + " Share this page") == {"b": "a"}


def test_pages_that_fill_in_one_template_are_not_copies() -> None:
    """Two forms of 180 words that differ in a town's name here and there."""
    form = text_of(4, 180).split()
    towns = {town: [town if at % 60 == 30 else word for at, word in enumerate(form)] for town in ("Bauru", "Luton")}
    assert linked(a=" ".join(towns["Bauru"]), b=" ".join(towns["Luton"])) == {}


def signatures(*agreeing: int) -> Signature:
    """A row each, the first all zeros; each other one agrees with it in so many of its first places."""
    rows = [np.zeros(SIZE, dtype=np.uint32)]
    for number, count in enumerate(agreeing, start=1):
        rows.append(np.where(np.arange(SIZE) < count, 0, number).astype(np.uint32))
    return np.stack(rows)


def test_copies_are_not_chained() -> None:
    """Each agrees with the one before it in 112 of 128 places; with the first only the second does so."""
    rows = np.zeros((4, SIZE), dtype=np.uint32)
    for number in (1, 2, 3):
        rows[number:, 16 * number : 16 * (number + 1)] = number
    names = ["first", "second", "third", "fourth"]
    assert near_duplicates(names, rows, threshold=0.87) == {"second": "first", "fourth": "third"}


def test_the_threshold_itself_counts() -> None:
    assert near_duplicates(["a", "b", "c"], signatures(96, 95), threshold=0.75) == {"b": "a"}


def test_the_first_in_the_given_order_is_the_original() -> None:
    rows = signatures(SIZE, SIZE)
    assert near_duplicates(["c", "a", "b"], rows) == {"a": "c", "b": "c"}


def test_no_names_no_copies() -> None:
    assert near_duplicates([], np.empty((0, SIZE), dtype=np.uint32)) == {}


def test_what_banding_finds_is_what_comparing_all_finds() -> None:
    texts = [text_of(seed, 300) for seed in range(20)]
    texts += [" ".join(text.split()[3:]) for text in texts[:10]]
    rows = np.stack([signature(text) for text in texts])
    names = [f"{number:02}" for number in range(len(texts))]
    expected = {names[b]: names[a] for b in range(20, 30) for a in range(20) if (rows[a] == rows[b]).mean() >= COPY}
    assert len(expected) == 10
    assert near_duplicates(names, rows) == expected


def passage(doc_id: str, text: str, score: float = 1.0) -> ScoredPassage:
    found = Passage(f"{doc_id}:{text}", doc_id, None, doc_id, (), "account", text, 0, len(text), 1)
    return ScoredPassage(found, score, score, score)


LONG = "Health checks at the farmers market reached 212 people who had not seen a doctor for years and were glad of it."


def shown(found: list[ScoredPassage], original: dict[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    return [(kept.passage.doc_id, others) for kept, others in once(found, original)]


def test_a_copy_says_it_once_and_is_named() -> None:
    found = [passage("b", LONG), passage("a", LONG.upper()), passage("x", LONG), passage("c", LONG[:-1])]
    assert shown(found, {"b": "a", "c": "a"}) == [("b", ("a", "c")), ("x", ())]


def test_what_only_a_copy_says_stays() -> None:
    found = [passage("a", LONG), passage("b", "Nobody paid for the second year, and it ended in March.")]
    assert shown(found, {"b": "a"}) == [("a", ()), ("b", ())]


def test_another_figure_is_something_else() -> None:
    found = [passage("a", LONG), passage("b", LONG.replace("212", "221"))]
    assert shown(found, {"b": "a"}) == [("a", ()), ("b", ())]


def test_a_passage_cut_elsewhere_is_held_against_all_that_was_said() -> None:
    words = text_of(6, 90).split()
    first, second, across = words[:45], words[45:], words[20:70]
    found = [passage("a", " ".join(first)), passage("a", " ".join(second)), passage("b", " ".join(across))]
    assert shown(found, {"b": "a"}) == [("a", ("b",)), ("a", ())]


SAYINGS = [
    "",
    "—",
    "uptake rose",
    "uptake rose by 4",
    "uptake rose by 5",
    LONG,
    LONG + " They came again.",
    text_of(7, 40),
]
FOUND = st.lists(st.builds(passage, st.sampled_from("abcxy"), st.sampled_from(SAYINGS)), max_size=12)
ORIGINALS = st.sampled_from([{}, {"b": "a"}, {"b": "a", "c": "a"}, {"c": "b", "y": "x"}])


@given(FOUND, ORIGINALS)
def test_order_is_kept_and_nothing_lost_outside_groups(found: list[ScoredPassage], original: dict[str, str]) -> None:
    result = once(found, original)
    kept = [scored for scored, _ in result]
    rest = iter(found)
    assert all(any(scored is other for other in rest) for scored in kept)  # in order, each of them one that was given
    group = {name: original.get(name, name) for name in "abcxy"}
    copied = set(original.values())
    alone = [scored for scored in found if group[scored.passage.doc_id] not in copied]
    assert [scored for scored in kept if group[scored.passage.doc_id] not in copied] == alone
    texts = [(group[s.passage.doc_id], s.passage.text) for s in kept if group[s.passage.doc_id] in copied]
    assert len(texts) == len(set(texts))
    for scored, others in result:
        assert scored.passage.doc_id not in others
        assert {group[name] for name in others} <= {group[scored.passage.doc_id]}
        assert len(others) == len(set(others))
    # The best passage of each group is there.
    assert {group[s.passage.doc_id] for s in kept} == {group[s.passage.doc_id] for s in found}
