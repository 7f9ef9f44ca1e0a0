"""Retrieval against its documented formula, worked out anew from the passages themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from rag import retrieve
from rag.retrieve import CARRIED, Question, Retriever, Weights, standardised
from rag.store import OpenIndex
from rag.types import Passage, Query, Role, ScoredPassage
from rag.words import sentences, stem, stems, stop_stems, terms
from tests.fakes import FakeEmbedder
from tests.parts import index_of, retriever_of

TEXTS = {
    "farm.txt": "Farm checks in Kendal\n\nSome farmers came to the market. Nurses measured 40 farmers there.\n",
    "truro.txt": "Maternity in Truro\n\nLate booking was common. The team wrote a leaflet about booking.\n",
    "mosque.txt": "Screening in Luton\n\nThe mosque opened its hall. Diabetes screening was offered to every man.\n",
    "bakery.txt": "Bread in Leeds\n\nThe bakery baked. A leaflet about diabetes lay on its counter.\n",
    "library.txt": "Reading in York\n\nThe library lent tablets. Maternity patients read about booking and diabetes.\n",
    "choir.txt": "Singing in Bath\n\nA choir sang in the market. No leaflet was printed for farmers.\n",
    "garden.txt": "Growing in Hull\n\nPatients grew beans. Zucchini did well on the farm.\n",
}
QUESTION = "Was there a leaflet about late booking for maternity patients?"
K1, B = 1.2, 0.75


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    with index_of(tmp_path_factory.mktemp("library"), TEXTS) as opened:
        yield opened


@pytest.fixture
def retriever(index: OpenIndex) -> Retriever:
    return retriever_of(index)


def asked(retriever: Retriever, text: str) -> Question:
    return retriever.question(Query(text, text))


def names(found: Sequence[ScoredPassage]) -> list[str]:
    return [scored.passage.doc_id for scored in found]


# --- the formula, without any part of rag.retrieve, rag.tokens or rag.store ---


def z(values: Sequence[float]) -> NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)
    return (array - array.mean()) / array.std() if array.std() > 1e-9 else 0 * array


def content(text: str) -> list[str]:
    return [word for word in stems(text) if word not in stop_stems()]


def idf(word: str, passages: Sequence[Passage]) -> float:
    having = sum(word in content(passage.searchable) for passage in passages)
    return float(np.log1p((len(passages) - having + 0.5) / (having + 0.5)))


def bm25(question: str, passages: Sequence[Passage]) -> list[float]:
    lengths = [len(content(passage.searchable)) for passage in passages]
    scores = []
    for passage, length in zip(passages, lengths, strict=True):
        counts = Counter(content(passage.searchable))
        norm = K1 * (1 - B + B * length * len(lengths) / sum(lengths))
        scores.append(sum(idf(w, passages) * counts[w] / (counts[w] + norm) for w in content(question)))
    return scores


def late(question: str, passages: Sequence[Passage]) -> list[float]:
    fake = FakeEmbedder()
    [tokens] = fake.embed_tokens([question])
    weights = [0.1 if term.stem in stop_stems() else idf(term.stem, passages) for term in terms(question)]
    best = [
        (tokens.vectors @ found.vectors.T).max(axis=1) for found in fake.embed_tokens([p.searchable for p in passages])
    ]
    return [float(each @ weights / sum(weights)) for each in best]


def best_sentence(question: str, passages: Sequence[Passage]) -> list[float]:
    fake = FakeEmbedder()
    [target] = fake.embed_queries([question])
    found = []
    for passage in passages:
        means = [fake.embed_tokens([passage.text[a:b]])[0].vectors.mean(axis=0) for a, b in sentences(passage.text)]
        found.append(max(float(mean @ target / np.linalg.norm(mean)) for mean in means))
    return found


def by_hand(question: str, passages: Sequence[Passage]) -> NDArray[np.float64]:
    fake, weights = FakeEmbedder(), Weights()
    dense = fake.embed_passages([p.searchable for p in passages]) @ fake.embed_queries([question])[0]
    return np.asarray(
        weights.dense * z(dense.tolist())
        + weights.lexical * z(bm25(question, passages))
        + weights.late * z(late(question, passages))
        + weights.sentence * z(best_sentence(question, passages))
        - weights.aside * np.array([p.role != "account" for p in passages])
    )


@pytest.mark.parametrize(
    "question", [QUESTION, "Where were farmers reached?", "Did the mosque offer screening for diabetes?", "zucchini"]
)
def test_scores_are_the_documented_sum(question: str, retriever: Retriever, index: OpenIndex) -> None:
    passages = list(index.passages)
    found = retriever.search(asked(retriever, question), len(passages))
    expected = by_hand(question, passages)
    rows = [passages.index(scored.passage) for scored in found]
    assert sorted(rows) == list(range(len(passages)))
    assert [scored.score for scored in found] == pytest.approx(expected[rows].tolist(), abs=1e-3)
    assert all(before.score >= after.score for before, after in pairwise(found))
    assert [scored.lexical for scored in found] == pytest.approx(np.array(bm25(question, passages))[rows], abs=1e-4)
    assert [scored.late for scored in found] == pytest.approx(np.array(late(question, passages))[rows], abs=1e-2)
    assert [scored.sentence for scored in found] == pytest.approx(
        np.array(best_sentence(question, passages))[rows], abs=1e-2
    )


def test_the_best_passage_is_about_the_question(retriever: Retriever) -> None:
    assert names(retriever.search(asked(retriever, QUESTION), 1)) == ["truro.txt"]
    assert names(retriever.search(asked(retriever, "zucchini"), 1)) == ["garden.txt"]


def test_only_allowed_passages_are_found(retriever: Retriever, index: OpenIndex) -> None:
    question = asked(retriever, QUESTION)
    found = retriever.search(question, 10, [5, 1])
    assert {scored.passage.passage_id for scored in found} == {index.passages[row].passage_id for row in (1, 5)}
    assert retriever.search(question, 10, []) == []


def test_allowing_all_changes_nothing(retriever: Retriever, index: OpenIndex) -> None:
    question = asked(retriever, QUESTION)
    everything = range(len(index.passages))
    assert retriever.search(question, 5, everything) == retriever.search(question, 5)


@pytest.mark.parametrize("k", [1, 3, 7, 8, 500])
def test_k_cuts_and_reorders_nothing(k: int, retriever: Retriever) -> None:
    question = asked(retriever, QUESTION)
    assert retriever.search(question, k) == retriever.search(question, 7)[:k]


@pytest.mark.parametrize("role", ["contact", "callout", "caption", "pointer", "declaration", "date"])
def test_what_is_no_account_ranks_lower(role: Role, retriever: Retriever, index: OpenIndex) -> None:
    before = retriever.search(asked(retriever, QUESTION), 7)
    best = before[0].passage
    moved = [replace(p, role=role) if p == best else p for p in index.passages]
    other = retriever_of(index, passages=moved)
    after = other.search(asked(other, QUESTION), 7)
    [score] = [scored.score for scored in after if scored.passage.passage_id == best.passage_id]
    assert score == pytest.approx(before[0].score - Weights().aside, abs=1e-5)
    heavy = retriever_of(index, passages=moved, weights=Weights(aside=9.0))
    assert heavy.search(asked(heavy, QUESTION), 7)[-1].passage.passage_id == best.passage_id


@pytest.mark.parametrize("question", [QUESTION, "Where were farmers reached at the market?"])
def test_a_large_library_gives_the_same_best_passages(
    question: str, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = retriever.search(asked(retriever, question), 7)
    monkeypatch.setattr(retrieve, "CANDIDATES", 4)
    found = retriever.search(asked(retriever, question), 7)
    assert 4 <= len(found) < len(full)
    assert names(found)[:2] == names(full)[:2]
    signals = {scored.passage.passage_id: (scored.dense, scored.lexical) for scored in full}
    for scored in found:
        assert (scored.dense, scored.lexical) == pytest.approx(signals[scored.passage.passage_id], abs=1e-5)


def test_in_a_large_library_either_search_brings_candidates(
    retriever: Retriever, index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieve, "CANDIDATES", 1)
    # 'diabetes' outweighs every other word by meaning; the rare words stand in one passage that says nothing of it.
    question = asked(retriever, "diabetes zucchini beans")
    nearest = int(index.vectors.search(question.vector, 1)[0][0])
    by_words = int(index.words.search(question.words, 1)[0][0])
    assert nearest != by_words
    found = retriever.search(question, 7)
    assert {s.passage.passage_id for s in found} == {index.passages[row].passage_id for row in {nearest, by_words}}
    limited = retriever.search(question, 7, [0, 2, 3])
    assert {s.passage.doc_id for s in limited} <= {index.passages[row].doc_id for row in (0, 2, 3)}
    assert limited


def test_what_was_not_read_closely_stays_below(retriever: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieve, "READ_CLOSELY", 3)
    found = retriever.search(asked(retriever, QUESTION), 7)
    assert len(found) == 7
    assert all(scored.late for scored in found[:3])
    assert all((scored.late, scored.sentence) == (0.0, 0.0) for scored in found[3:])
    assert all(before.score >= after.score for before, after in pairwise(found))


def test_words_of_the_conversation_find_but_hardly_choose(retriever: Retriever) -> None:
    text = "booking maternity And who paid?"
    typed = "And who paid?"
    alone, carried = asked(retriever, text), retriever.question(Query(typed, text, ("booking", "maternity")))
    shares = [CARRIED, CARRIED, 1, 1, 1]
    assert carried.tokens.weights.tolist() == alone.tokens.weights.tolist()
    assert carried.asked.weights == pytest.approx(alone.asked.weights * shares)
    assert carried.words == alone.words
    assert carried.weights == pytest.approx(alone.weights * [CARRIED, CARRIED, 1])
    assert retriever.search(carried, 7) == retriever.search(alone, 7)


def test_a_new_topic_counts_before_the_words_of_the_conversation(retriever: Retriever) -> None:
    text = "booking maternity What about farmers?"
    carried = retriever.question(Query("What about farmers?", text, ("booking", "maternity")))
    assert carried.shares == pytest.approx((CARRIED, CARRIED, 1.0))
    assert carried.tokens.weights.tolist() == carried.asked.weights.tolist()


def test_who_hunts_precedents_is_not_sent_to_projects(retriever: Retriever) -> None:
    assert asked(retriever, "Which projects worked with farmers?").words == (stem("farmers"),)
    assert stem("projects") in asked(retriever, "How was the farmers projects book kept?").words


def test_sentence_cosines_of_spans_without_words(retriever: Retriever, index: OpenIndex) -> None:
    question = asked(retriever, QUESTION)
    assert retriever.sentence_cosines(question, 0, [(10_000, 10_001)]).tolist() == [-1.0]
    assert retriever.sentence_cosines(question, 0, []).shape == (0,)


def test_standardised() -> None:
    values = np.array([3.0, 1.0, 2.0, 6.0], dtype=np.float32)
    found = standardised(values)
    assert found == pytest.approx(z(values.tolist()), abs=1e-6)
    assert (float(found.mean()), float(found.std())) == pytest.approx((0, 1), abs=1e-6)
    assert standardised(np.zeros(0, dtype=np.float32)).shape == (0,)


@pytest.mark.parametrize("value", [0.0, 0.1, 0.7, -0.3, 12.3])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 60, 1000])
def test_values_that_are_alike_order_nothing(value: float, count: int) -> None:
    alike = np.full(count, value, dtype=np.float32)
    assert not standardised(alike).any()
    alike[::2] = np.nextafter(alike[::2], np.float32(np.inf))
    assert value == 0.0 or not standardised(alike).any()


def test_small_differences_count() -> None:
    assert standardised(np.array([0.5, 0.5001], dtype=np.float32)) == pytest.approx([-1, 1])
