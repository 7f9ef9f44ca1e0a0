"""Late interaction over compressed token vectors against MaxSim worked out on the vectors themselves."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.index import late_interaction as tokens_module
from rag.index.embed import SentenceTransformerEmbedder
from rag.index.late_interaction import WIDTH, QuestionTokens, TokenIndex
from rag.types import Document, TokenVectors
from tests.fakes import FakeEmbedder
from tests.store_example import arrays_of_one

NEAR = 0.02  # what rounding to int8 may change of a score
#: What leaving out directions costs, as measured: the real model's tokens vary in more than WIDTH of them.
LEAST_CORRELATION, MOST_LOST = 0.97, 0.04
TEXTS = [
    "Late booking was common in Truro.",
    "Some farmers came to the market in Kendal.",
    "The mosque opened its hall for diabetes screening, and 40 men came.",
    "A leaflet about booking was given to every maternity ward.",
    "Nothing of this kind was tried here.",
]
ON_TOPIC = 3
QUESTIONS = [
    "What helped with late booking for maternity care?",
    "Was diabetes screening offered in a mosque?",
    "How were farmers reached at the market?",
    "Kubernetes ingress",
]


def index_of(vectors: Sequence[TokenVectors], order: Sequence[int] | None = None) -> TokenIndex:
    rows = range(len(vectors)) if order is None else order
    dimension = vectors[0].vectors.shape[1]
    passages = ((row, vectors[row], [start for start, _ in vectors[row].spans]) for row in rows)
    return TokenIndex(arrays_of_one(TokenIndex.build(passages, dimension), len(vectors)))


def kept(index: TokenIndex, name: str, row: int) -> list[Any]:
    """What an array holds of one passage."""
    arrays = index.segment()
    found: list[Any] = arrays[name][slice(*arrays["token_start"][row : row + 2])].tolist()
    return found


def uneven(count: int) -> NDArray[np.float64]:
    return np.array([0.1 + number % 3 for number in range(count)])


def max_sim(question: TokenVectors, passage: TokenVectors, weights: NDArray[np.float64]) -> float:
    best = (question.vectors.astype(np.float64) @ passage.vectors.T).max(axis=1)
    return float(best @ weights / weights.sum())


def scores_of(index: TokenIndex, asked: QuestionTokens, rows: Sequence[int]) -> list[float]:
    """Late interaction over the gathered tokens of ``rows``, none of which is empty."""
    vectors, start, _ = index.gathered(np.array(rows))
    best = [(asked.vectors @ vectors[a:b].T).max(axis=1) for a, b in pairwise(start)]
    return [float(each @ asked.weights / asked.weights.sum()) for each in best]


def scores_and_max_sims(
    questions: Sequence[TokenVectors], passages: Sequence[TokenVectors]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(questions, passages) each: from the index, and from the vectors as they came."""
    index = index_of(passages)
    scores, expected = [], []
    for question in questions:
        weights = uneven(len(question.vectors))
        scores.append(scores_of(index, index.question(question, weights), range(len(passages))))
        expected.append([max_sim(question, passage, weights) for passage in passages])
    return np.array(scores), np.array(expected)


def test_scores_are_max_sim() -> None:
    fake = FakeEmbedder()
    scores, expected = scores_and_max_sims(fake.embed_tokens(QUESTIONS), fake.embed_tokens(TEXTS))
    assert expected.max() > 0.5
    assert scores == pytest.approx(expected, abs=NEAR)


@pytest.fixture(scope="module")
def seed_tokens(
    documents: dict[str, Document], model: SentenceTransformerEmbedder
) -> tuple[list[TokenVectors], list[TokenVectors]]:
    """Token vectors of the real model: of the questions, and of paragraphs of the seeds."""
    texts = [d.text[b.start : b.end] for d in documents.values() for b in d.blocks if 80 < b.end - b.start < 600]
    return model.encode_queries(QUESTIONS)[1], model.encode_passages(texts[::6])[1]


def test_scores_of_the_real_model_are_max_sim_where_every_direction_is_kept(
    seed_tokens: tuple[list[TokenVectors], list[TokenVectors]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens_module, "WIDTH", 384)
    scores, expected = scores_and_max_sims(*seed_tokens)
    assert scores == pytest.approx(expected, abs=NEAR)


def test_what_leaving_out_directions_costs(seed_tokens: tuple[list[TokenVectors], list[TokenVectors]]) -> None:
    scores, expected = scores_and_max_sims(*seed_tokens)
    # Of words that the library knows nothing of, more is lost: their directions are among those left out.
    for found, wanted in zip(scores[:ON_TOPIC], expected[:ON_TOPIC], strict=True):
        assert np.corrcoef(found, wanted)[0, 1] > LEAST_CORRELATION
    assert np.quantile(abs(scores - expected), 0.95) < MOST_LOST


@pytest.mark.parametrize("fitted_on", [1, 2, 5, 512], ids="fitted on {}".format)
def test_the_order_of_building_does_not_matter(fitted_on: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "_FITTED_ON", fitted_on)
    order = list(range(len(TEXTS)))
    random.Random(1).shuffle(order)
    vectors = FakeEmbedder().embed_tokens(TEXTS)
    straight, shuffled = index_of(vectors), index_of(vectors, order)
    [question] = FakeEmbedder().embed_tokens(["farmers came to the mosque for booking"])
    weights = uneven(len(question.vectors))
    scores = [scores_of(i, i.question(question, weights), range(len(TEXTS))) for i in (straight, shuffled)]
    assert scores[0] == pytest.approx(scores[1], abs=NEAR)
    for row in range(len(TEXTS)):
        assert kept(straight, "token_places", row) == kept(shuffled, "token_places", row)


def test_dot_products_survive_compression() -> None:
    passages = FakeEmbedder().embed_tokens(TEXTS)
    index = index_of(passages)
    vector = FakeEmbedder().embed_queries(["booking in the mosque"])[0]
    projected = index.question(TokenVectors(vector[None], [(0, 1)]), np.ones(1)).vectors[0]
    for row, passage in enumerate(passages):
        vectors, _, _ = index.gathered(np.array([row]))
        assert vectors @ projected == pytest.approx(passage.vectors @ vector, abs=NEAR)


def test_vectors_are_kept_small(seed_tokens: tuple[list[TokenVectors], list[TokenVectors]]) -> None:
    vectors = seed_tokens[1]
    arrays = TokenIndex.build([(row, v, [0] * len(v.spans)) for row, v in enumerate(vectors)], 384)
    assert set(arrays) == set(TokenIndex.ARRAYS)
    assert arrays["token_vectors"].dtype == np.int8
    assert arrays["token_vectors"].shape == (sum(len(v.spans) for v in vectors), WIDTH)


def test_an_empty_library_has_empty_arrays() -> None:
    arrays = TokenIndex.build([], 32)
    assert arrays["token_start"].tolist() == [0]
    assert len(arrays["token_vectors"]) == len(arrays["token_places"]) == 0
    assert arrays["token_basis"].shape[0] == 32


def test_a_question_without_tokens() -> None:
    index = index_of(FakeEmbedder().embed_tokens(["booking"]))
    [nothing] = FakeEmbedder().embed_tokens(["?!"])
    asked = index.question(nothing, np.zeros(0))
    assert (asked.vectors.shape, asked.weights.shape) == ((0, FakeEmbedder.dimension), (0,))
    assert asked.vectors.dtype == asked.weights.dtype == np.float32


def test_places_are_those_given() -> None:
    _, [first, second] = FakeEmbedder().encode_passages(["Late booking", "The mosque opened"])
    index = TokenIndex(
        arrays_of_one(TokenIndex.build([(1, second, [7, 11, 18]), (0, first, [-1, 3])], FakeEmbedder.dimension), 2)
    )
    assert kept(index, "token_places", 0) == [-1, 3]
    assert kept(index, "token_places", 1) == [7, 11, 18]


@given(rows=st.lists(st.integers(0, 3), max_size=8))
def test_passages_are_gathered_as_each_alone(rows: list[int]) -> None:
    texts, places = ["Late booking", "...", "The mosque opened", "booking"], [[-1, 3], [], [7, 11, 18], [-1]]
    vectors = FakeEmbedder().embed_tokens(texts)
    passages = [(row, *parts) for row, parts in enumerate(zip(vectors, places, strict=True))]
    index = TokenIndex(arrays_of_one(TokenIndex.build(passages, FakeEmbedder.dimension), len(passages)))
    found, start, context = index.gathered(np.array(rows, dtype=np.int64))
    assert found.dtype == np.float32
    assert start.tolist()[0] == 0
    assert start.tolist()[-1] == len(found)
    assert context.tolist() == [places[row].count(-1) for row in rows]
    for row, (a, b) in zip(rows, pairwise(start), strict=True):
        assert np.round(found[a:b] * 127).tolist() == kept(index, "token_vectors", row)
        assert b - a == len(places[row])
