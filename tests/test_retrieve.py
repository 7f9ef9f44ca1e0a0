"""Retrieval against its documented formula, worked out anew from the passages themselves."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.ask import retrieve
from rag.ask.close_reading import WORDS, Reader
from rag.ask.query.intent import asks_a_fact
from rag.ask.query.wording import in_the_singular
from rag.ask.retrieve import CARRIED, SYNONYM, Question, Retriever, Weights, bundled_weights, standardised
from rag.index.store.index import OpenIndex
from rag.text.synonyms import parsed
from rag.text.words import stem, stems, stop_stems, terms
from rag.types import Passage, Query, Role, ScoredPassage
from tests.fakes import FakeEmbedder
from tests.parts import index_of, retriever_of
from tests.stages import stages_of
from tests.test_close_reading import Asked, read_by_hand

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
FAKE = FakeEmbedder()
NEAR = 0.03  # what rounding token vectors to int8 may change of a score, z-scored


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


# --- the formula, without any part of rag.ask.retrieve, rag.index.late_interaction or rag.index.store ---


def z(values: Sequence[float]) -> NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)
    return (array - array.mean()) / array.std() if array.std() > 1e-9 else 0 * array


def content(text: str) -> list[str]:
    return [word for word in stems(text) if word not in stop_stems()]


def idf(word: str, passages: Sequence[Passage]) -> float:
    having = sum(word in content(passage.searchable) for passage in passages)
    return float(np.log1p((len(passages) - having + 0.5) / (having + 0.5)))


def bm25(words: Sequence[str], passages: Sequence[Passage]) -> list[float]:
    lengths = [len(content(passage.searchable)) for passage in passages]
    scores = []
    for passage, length in zip(passages, lengths, strict=True):
        counts = Counter(content(passage.searchable))
        norm = K1 * (1 - B + B * length * len(lengths) / sum(lengths))
        scores.append(sum(idf(w, passages) * counts[w] / (counts[w] + norm) for w in words))
    return scores


def question_by_hand(question: str, passages: Sequence[Passage], frame: Sequence[str]) -> Asked:
    rarity = {term.stem: idf(term.stem, passages) for term in terms(question)}
    dropped = stop_stems() | set(frame)
    return Asked(
        text=question,
        weights=tuple(math.sqrt(0.1 if t.stem in dropped else rarity[t.stem]) for t in terms(question)),
        words={word: value for word, value in rarity.items() if word not in dropped},
        alternatives={},
    )


@dataclass(frozen=True)
class ByHand:
    """What each stage says of every passage of the library, all of them candidates and read closely."""

    dense: list[float]
    lexical: list[float]
    evidence: list[float]
    late: list[float]
    aside: list[bool]

    def score(self, weights: Weights) -> NDArray[np.float64]:
        total = np.zeros(len(self.dense))
        for stage in ("dense", "lexical", "evidence", "late"):
            total += getattr(weights, stage) * z(getattr(self, stage))
        return total - weights.aside * np.array(self.aside)


def by_hand(question: str, index: OpenIndex, frame: Sequence[str] = ()) -> ByHand:
    """``frame``: the question's stems that say nothing about what it is about."""
    passages = list(index.passages)
    question = question if asks_a_fact(question) else in_the_singular(question)
    [target] = FAKE.embed_queries([question])
    read = [read_by_hand(index, row, question_by_hand(question, passages, frame)) for row in range(len(passages))]
    return ByHand(
        dense=[float(vector @ target) for vector in FAKE.embed_passages([p.searchable for p in passages])],
        lexical=bm25([word for word in content(question) if word not in frame], passages),
        evidence=[passage.best for passage in read],
        late=[passage.late for passage in read],
        aside=[passage.role != "account" for passage in passages],
    )


SHIPPED = bundled_weights()


@pytest.mark.parametrize(
    "off", [(), ("dense",), ("lexical",), ("evidence",), ("late",), ("evidence", "late"), ("aside",)], ids=str
)
@pytest.mark.parametrize(
    ("question", "frame"),
    [
        (QUESTION, ()),
        ("Where were farmers reached?", ()),
        ("Did the mosque offer screening for diabetes?", ()),
        ("zucchini", ()),
        ("Which projects worked with patients?", ("project", "work")),
    ],
)
def test_scores_are_the_documented_sum(
    question: str, frame: tuple[str, ...], off: tuple[str, ...], index: OpenIndex
) -> None:
    passages = list(index.passages)
    weights = SHIPPED.without(*off)
    retriever = retriever_of(index, weights=weights)
    found = retriever.search(asked(retriever, question), len(passages))
    rows = [passages.index(scored.passage) for scored in found]
    assert sorted(rows) == list(range(len(passages)))
    assert all(before.score >= after.score for before, after in pairwise(found))
    expected = by_hand(question, index, frame)
    assert [scored.score for scored in found] == pytest.approx(expected.score(weights)[rows].tolist(), abs=NEAR)
    assert [scored.dense for scored in found] == pytest.approx([expected.dense[row] for row in rows], abs=1e-5)
    assert [scored.lexical for scored in found] == pytest.approx([expected.lexical[row] for row in rows], abs=1e-4)
    if not {"evidence", "late"} <= {*off}:
        assert [scored.evidence for scored in found] == pytest.approx([expected.evidence[r] for r in rows], abs=1e-2)
        assert [scored.late for scored in found] == pytest.approx([expected.late[row] for row in rows], abs=1e-2)


def test_where_no_stage_reads_closely_nothing_is_read(index: OpenIndex) -> None:
    retriever = retriever_of(index, weights=SHIPPED.without("evidence", "late"))
    found = retriever.search(asked(retriever, QUESTION), 7)
    assert {(scored.evidence, scored.late) for scored in found} == {(0.0, 0.0)}


@pytest.mark.parametrize("question", [QUESTION, "Where were farmers reached?", "diabetes zucchini beans"])
def test_stages_are_those_that_are_added(question: str, retriever: Retriever, index: OpenIndex) -> None:
    found, expected = stages_of(retriever, asked(retriever, question)), by_hand(question, index)
    assert sorted(found.rows.tolist()) == list(range(len(index.passages)))
    assert all(before >= after for before, after in pairwise((found.dense + found.lexical).tolist()))
    for stage in ("dense", "lexical", "evidence", "late"):
        assert getattr(found, stage) == pytest.approx(z(getattr(expected, stage))[found.rows], abs=NEAR)
    assert found.aside.tolist() == np.array(expected.aside)[found.rows].tolist()


def test_stages_are_of_the_first_in_order(retriever: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked(retriever, "diabetes zucchini beans")
    rows = stages_of(retriever, question).rows.tolist()
    monkeypatch.setattr(retrieve, "READ_CLOSELY", 3)
    fewer = stages_of(retriever, question)
    assert fewer.rows.tolist() == rows[:3]
    assert len(fewer.evidence) == len(fewer.late) == len(fewer.dense) == len(fewer.lexical) == len(fewer.aside) == 3


def test_a_question_as_the_stages_see_it(retriever: Retriever, index: OpenIndex) -> None:
    passages = list(index.passages)
    found = asked(retriever, "Was _ zucchini late?")
    rarity = [idf("zucchini", passages), idf("late", passages)]
    assert found.words == ("zucchini", "late")
    assert found.idf == pytest.approx(rarity, abs=1e-5)
    assert found.shares.tolist() == [1.0, 1.0]
    # The root of idf; of a stop word, of 0.1; nothing of a token that is no word.
    expected = [math.sqrt(0.1), 0.0, *map(math.sqrt, rarity)]
    assert found.tokens.weights == pytest.approx(expected, abs=1e-5)
    assert found.asked.weights == pytest.approx(expected, abs=1e-5)


def test_the_shipped_weights_give_every_stage_a_share() -> None:
    assert all(share > 0 for share in asdict(SHIPPED).values())
    assert asdict(SHIPPED.without("late", "aside")) == asdict(SHIPPED) | {"late": 0.0, "aside": 0.0}


# --- words that stand for others ---


def lexical_with(group: str, question: str, index: OpenIndex) -> list[float]:
    """The BM25 scores of the passages, by row."""
    synonyms = parsed([group])
    retriever = Retriever(
        passages=index.passages,
        vectors=index.vectors,
        words=index.words,
        reader=Reader(index.arrays),
        encoder=FAKE,
        synonyms=synonyms,
    )
    found = {s.passage.passage_id: s.lexical for s in retriever.search(asked(retriever, question), 7)}
    return [found[passage.passage_id] for passage in index.passages]


def test_a_synonym_counts_for_most_of_the_word(index: OpenIndex) -> None:
    passages = list(index.passages)
    expected = SYNONYM * np.array(bm25(["matern"], passages))
    assert lexical_with("antenatal, maternity", "antenatal", index) == pytest.approx(expected.tolist(), abs=1e-5)
    both = np.maximum(bm25(["book"], passages), SYNONYM * np.array(bm25(["leaflet"], passages)))
    assert lexical_with("booking, leaflet", "booking", index) == pytest.approx(both.tolist(), abs=1e-5)


def test_a_phrase_counts_where_all_of_it_stands(index: OpenIndex) -> None:
    passages = list(index.passages)
    late, booking = bm25(["late"], passages), bm25(["book"], passages)
    expected = [SYNONYM * (a + b) if a and b else 0.0 for a, b in zip(late, booking, strict=True)]
    assert 0 < sum(map(bool, expected)) < sum(map(bool, booking))
    assert lexical_with("dilatory, late booking", "dilatory", index) == pytest.approx(expected, abs=1e-5)


def test_a_synonym_is_evidence_as_the_word_is(index: OpenIndex) -> None:
    retriever = Retriever(
        passages=index.passages,
        vectors=index.vectors,
        words=index.words,
        reader=Reader(index.arrays),
        encoder=FAKE,
        synonyms=parsed(["dilatory, late booking"]),
    )
    found = {s.passage.doc_id: s.evidence for s in retriever.search(asked(retriever, "dilatory"), 7)}
    plain = retriever_of(index)
    without = {s.passage.doc_id: s.evidence for s in plain.search(asked(plain, "dilatory"), 7)}
    gained = {name: found[name] - without[name] for name in found}
    assert gained == pytest.approx({name: WORDS if name == "truro.txt" else 0.0 for name in found}, abs=1e-5)


# --- which passages, and in what order ---


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
    assert score == pytest.approx(before[0].score - SHIPPED.aside, abs=1e-5)
    heavy = retriever_of(index, passages=moved, weights=replace(SHIPPED, aside=50.0))
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
    assert all((scored.late, scored.evidence) == (0.0, 0.0) for scored in found[3:])
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


def test_a_new_topic_counts_before_the_words_of_the_conversation(retriever: Retriever, index: OpenIndex) -> None:
    text = "booking maternity What about farmers?"
    carried = retriever.question(Query("What about farmers?", text, ("booking", "maternity")))
    assert carried.shares == pytest.approx((CARRIED, CARRIED, 1.0))
    assert carried.tokens.weights.tolist() == carried.asked.weights.tolist()
    passages = list(index.passages)
    parts = [share * np.array(bm25([w], passages)) for w, share in zip(carried.words, carried.shares, strict=True)]
    expected = dict(zip((p.passage_id for p in passages), np.sum(parts, axis=0).tolist(), strict=True))
    found = {scored.passage.passage_id: scored.lexical for scored in retriever.search(carried, 7)}
    assert found == pytest.approx(expected, abs=1e-5)


def test_who_hunts_precedents_is_not_sent_to_projects(retriever: Retriever) -> None:
    assert asked(retriever, "Which projects worked with farmers?").words == (stem("farmers"),)
    assert stem("projects") in asked(retriever, "How was the farmers projects book kept?").words


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
