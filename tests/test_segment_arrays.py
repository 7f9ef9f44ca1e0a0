"""Arrays of several segments read as one, against the same arrays in one piece."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index.store.search import FlatVectors, WordCounts, WordScores
from rag.index.store.segment_arrays import Placement, SegmentedArrays, Stacked
from tests.store_example import arrays_of_one, bm25, one_segment

LETTERS = "abcdef"
SIZES = st.lists(st.integers(0, 5), min_size=1, max_size=5)


def placed(pairs: list[tuple[int, int]]) -> Placement:
    places = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Placement(places[:, 0], places[:, 1])


@st.composite
def placements(draw: st.DrawFn) -> tuple[list[int], list[tuple[int, int]]]:
    """Sizes of segments, and some of their rows in any order."""
    sizes = draw(SIZES)
    rows = [(number, row) for number, size in enumerate(sizes) for row in range(size)]
    return sizes, draw(st.lists(st.sampled_from(rows), unique=True)) if rows else []


def test_a_whole_placement_is_one_segment_in_order() -> None:
    placement = one_segment(3)
    assert placement.segment.tolist() == [0, 0, 0]
    assert placement.local.tolist() == [0, 1, 2]
    assert placement.rows_in(0, 3).tolist() == [0, 1, 2]
    assert placement.rows_in(1, 2).tolist() == [-1, -1]


@given(placements())
def test_each_row_is_found_where_it_was_placed(case: tuple[list[int], list[tuple[int, int]]]) -> None:
    sizes, pairs = case
    placement = placed(pairs)
    for number, size in enumerate(sizes):
        expected = [pairs.index((number, row)) if (number, row) in pairs else -1 for row in range(size)]
        assert placement.rows_in(number, size).tolist() == expected


@given(SIZES, st.data())
def test_stacked_arrays_are_the_arrays_one_below_the_other(sizes: list[int], data: st.DataObject) -> None:
    parts = [np.arange(2 * size).reshape(size, 2) + 100 * number for number, size in enumerate(sizes)]
    stacked, whole = Stacked(parts), np.concatenate(parts)
    assert len(stacked) == len(whole)
    assert stacked.offsets.tolist() == [sum(sizes[:n]) for n in range(len(sizes) + 1)]
    if len(whole):
        rows = np.array(data.draw(st.lists(st.integers(0, len(whole) - 1))), dtype=np.int64)
        np.testing.assert_array_equal(stacked[rows], whole[rows])
    number = data.draw(st.integers(0, len(sizes) - 1))
    first = data.draw(st.integers(0, sizes[number]))
    last = data.draw(st.integers(first, sizes[number]))
    offset = sum(sizes[:number])
    np.testing.assert_array_equal(stacked[offset + first : offset + last], whole[offset + first : offset + last])


def test_rows_and_slices_keep_type_and_width() -> None:
    stacked = Stacked([np.zeros((0, 3), np.int8), np.ones((2, 3), np.int8)])
    for found, length in ((stacked[0:0], 0), (stacked[1:2], 1), (stacked[np.zeros(0, np.int64)], 0)):
        assert found.shape == (length, 3)
        assert found.dtype == np.int8


@settings(deadline=None)
@given(placements(), st.data())
def test_ranges_lead_to_the_parts_of_each_row(
    case: tuple[list[int], list[tuple[int, int]]], data: st.DataObject
) -> None:
    """Each row has some numbers of its own; whichever segment it lies in, they come back."""
    sizes, pairs = case
    lengths = [data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size)) for size in sizes]
    values = [np.array([10 * n + row for row, k in enumerate(ks) for _ in range(k)]) for n, ks in enumerate(lengths)]
    starts = [np.cumsum([0, *ks], dtype=np.int64) for ks in lengths]
    segments = [{"part": v.astype(np.int64), "part_start": s} for v, s in zip(values, starts, strict=True)]
    arrays = SegmentedArrays(segments, placed(pairs))
    first, last = arrays.ranges("part_start")
    stacked = arrays.stacked("part")
    for row, (number, local) in enumerate(pairs):
        expected = [10 * number + local] * lengths[number][local]
        assert stacked[int(first[row]) : int(last[row])].tolist() == expected
    every = [k for ks in lengths for k in ks]
    assert arrays.starts("part_start").tolist() == np.cumsum([0, *every]).tolist()
    assert [part.tolist() for part in arrays.parts("part")] == [v.tolist() for v in values]


def test_one_segment_is_as_it_was() -> None:
    arrays = arrays_of_one({"part": np.arange(5), "part_start": np.array([0, 2, 5])}, 2)
    assert [bounds.tolist() for bounds in arrays.ranges("part_start")] == [[0, 2], [2, 5]]
    assert arrays.starts("part_start").tolist() == [0, 2, 5]


# --- searching ---


@settings(deadline=None)
@given(placements(), st.integers(0, 2**16), st.sampled_from([None, set(), {0}, {1, 2, 9}, set(range(-3, 40))]))
def test_vectors_of_several_segments_are_searched_as_one(
    case: tuple[list[int], list[tuple[int, int]]], seed: int, allowed: set[int] | None
) -> None:
    sizes, pairs = case
    random = np.random.default_rng(seed)
    parts = [random.normal(size=(size, 8)).astype(np.float32) for size in sizes]
    joined = FlatVectors(SegmentedArrays([{"vectors": part} for part in parts], placed(pairs)).rows("vectors"))
    expected = np.array([parts[number][row] for number, row in pairs], dtype=np.float32).reshape(-1, 8)
    np.testing.assert_array_equal(joined.matrix, expected)
    query = random.normal(size=8).astype(np.float32)
    scores = expected @ query
    candidates = range(len(pairs)) if allowed is None else sorted(allowed & set(range(len(pairs))))
    best = sorted(candidates, key=lambda row: -scores[row])[:4]
    rows, found = joined.search(query, 4, allowed)
    assert rows.tolist() == best
    np.testing.assert_allclose(found, scores[best], rtol=1e-4, atol=1e-6)


@settings(deadline=None)
@given(placements(), st.data())
def test_words_of_several_segments_are_scored_as_one(
    case: tuple[list[int], list[tuple[int, int]]], data: st.DataObject
) -> None:
    """BM25 by brute force over the rows that are alive: how rare words are and how long passages is told by those."""
    sizes, pairs = case
    passage = st.lists(st.sampled_from(LETTERS), max_size=6)
    parts = [data.draw(st.lists(passage, min_size=size, max_size=size)) for size in sizes]
    counts = [WordCounts.of(part) for part in parts]
    index = WordScores(counts, placed(pairs))
    alive = [parts[number][row] for number, row in pairs]
    query = data.draw(st.lists(st.sampled_from(LETTERS + "z"), max_size=4))
    expected = bm25(query, alive)
    np.testing.assert_allclose(index.scores(query), expected, rtol=1e-5, atol=1e-7)
    best = sorted((row for row, score in enumerate(expected) if score > 0), key=lambda row: -expected[row])
    rows, scores = index.search(query, 3)
    np.testing.assert_allclose(scores, [expected[row] for row in best[:3]], rtol=1e-5)
    assert set(rows.tolist()) <= set(best)
    for letter in LETTERS:
        frequency = sum(letter in words for words in alive)
        assert (letter in index) == (frequency > 0)
        idf = math.log(1 + (len(alive) - frequency + 0.5) / (frequency + 0.5))
        assert index.idf([letter])[0] == pytest.approx(idf, rel=1e-5)
