"""Reading passages closely, against each signal worked out anew, one unit and one word of the question at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.ask.close_reading import COSINE, MEANING, WORDS, Reader, Reading, _best
from rag.index.late_interaction import QuestionTokens
from rag.index.quotable_units import units, word_key
from rag.index.store.index import OpenIndex
from rag.index.store.segment_arrays import ranges
from rag.text.synonyms import Phrase
from rag.text.words import stems, stop_stems
from rag.types import Rows, TokenVectors
from tests.fakes import FakeEmbedder
from tests.parts import index_of
from tests.store_example import arrays_of_one

FAKE = FakeEmbedder()
NEAR = 0.01  # what rounding token vectors to int8 and unit vectors to float16 may change
ITEMS = [f"a leaflet about booking in ward {n} of the maternity hospital" for n in range(40)]
FIGURES = "(40), (60), (80), (100), (120)."
TEXTS = {
    "list.txt": "Wards of Truro\n\nThe farmers wrote, for every ward:\n\n"
    + "".join(f"- {item}\n" for item in ITEMS)
    + "\nThe end.\n",
    "mosque.txt": "Screening in Luton\n\nThe mosque opened its hall. Farmers used it for:\n\n"
    "- diabetes screening\n- a market\n",
    "truro.txt": "Maternity in Truro\n\nLate booking was common. The team wrote a leaflet about maternity care.\n",
    "figures.txt": f"Sums of the year\n\n{FIGURES}\n\nOther sums of it\n\nFarmers came.\n",
}
Alternatives = Mapping[str, tuple[Phrase, ...]]


@dataclass(frozen=True)
class Asked:
    """A question by hand: its tokens' weights, its content stems with theirs, and what stands for them."""

    text: str
    weights: tuple[float, ...]
    words: Mapping[str, float]
    alternatives: Alternatives


QUESTIONS = [
    Asked("late booking in maternity", (2.0, 1.0, 0.1, 3.0), {"late": 2.0, "book": 1.0, "matern": 3.0}, {}),
    Asked("was the mosque hall used", (0.1, 0.1, 1.0, 1.5, 2.0), {"mosqu": 1.0, "hall": 1.5, "use": 2.5}, {}),
    Asked("zucchini for farmers", (3.0, 0.1, 1.0), {"zucchini": 3.0, "farmer": 1.0}, {}),
    Asked(
        "antenatal clinics",
        (1.0, 1.0),
        {"antenat": 3.0, "clinic": 1.0},
        {"antenat": (("matern", "care"), ("matern", "zucchini")), "clinic": (("zucchini",), ("hall",))},
    ),
    Asked("?!", (), {"market": 1.0}, {}),
    Asked("the market", (0.0, 0.0), {}, {}),
]


@dataclass(frozen=True)
class ByHand:
    """Of one passage: ``late``, and (meaning, words, cosine) of each unit."""

    late: float
    units: list[tuple[float, float, float]]

    @property
    def best(self) -> float:
        return max([MEANING * m + WORDS * w + COSINE * c for m, w, c in self.units], default=0.0)


def read_by_hand(index: OpenIndex, row: int, asked: Asked) -> ByHand:
    """The signals of the passage at ``row`` from its text, without close_reading or late_interaction."""
    passage = index.passages[row]
    document = index.documents[passage.doc_id]
    [question], [target] = FAKE.embed_tokens([asked.text]), FAKE.embed_queries([asked.text])
    [tokens] = FAKE.embed_tokens([passage.searchable])
    shift = passage.start - (len(passage.searchable) - len(passage.text))
    placed = [(start + shift, vector) for (start, _), vector in zip(tokens.spans, tokens.vectors, strict=True)]

    def met_by(vectors: Sequence[NDArray[Any]]) -> float:
        best = [max([0.0, *(float(mine @ other) for other in vectors)]) for mine in question.vectors]
        return sum(w * b for w, b in zip(asked.weights, best, strict=True)) / (sum(asked.weights) or 1.0)

    found = []
    for unit in units(document, passage):
        core = [vector for place, vector in placed if unit.core[0] <= place < unit.core[1]]
        lead = [v for p, v in placed if unit.lead_in and p >= passage.start and unit.lead_in[0] <= p < unit.lead_in[1]]
        context = [vector for place, vector in placed if place < passage.start]
        own = {stem for start, end in unit.spans for stem in stems(document.text[start:end])} - stop_stems()
        stated = [
            weight
            for word, weight in asked.words.items()
            if word in own or any(own.issuperset(phrase) for phrase in asked.alternatives.get(word, ()))
        ]
        mean = np.mean(core, axis=0)
        cosine = max(0.0, float(mean @ target / np.linalg.norm(mean)))
        found.append((met_by(core + lead + context), sum(stated) / (sum(asked.words.values()) or 1.0), cosine))
    return ByHand(met_by([vector for _, vector in placed]), found)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    with index_of(tmp_path_factory.mktemp("library"), TEXTS) as opened:
        yield opened


def read(index: OpenIndex, asked: Asked, rows: Sequence[int]) -> Reading:
    reader = Reader(index.arrays)
    [tokens], [vector] = FAKE.embed_tokens([asked.text]), FAKE.embed_queries([asked.text])
    weighted = reader.tokens.question(tokens, np.array(asked.weights))
    return reader.read(rows, tokens=weighted, vector=vector, words=asked.words, alternatives=asked.alternatives)


def passage_with(index: OpenIndex, words: str) -> int:
    [row] = [row for row, passage in enumerate(index.passages) if words in passage.text]
    return row


def signals(reading: Reading, of: int) -> list[tuple[float, float, float]]:
    part = slice(int(reading.start[of]), int(reading.start[of + 1]))
    columns = (reading.meaning[part], reading.words[part], reading.cosine[part])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_the_library_holds_what_can_go_wrong(index: OpenIndex) -> None:
    found = {row: units(index.documents[p.doc_id], p) for row, p in enumerate(index.passages)}
    inside = [u for row, here in found.items() for u in here if u.lead_in and u.lead_in[0] >= index.passages[row].start]
    outside = [u for row, here in found.items() for u in here if u.lead_in and u.lead_in[1] < index.passages[row].start]
    assert inside
    assert outside
    assert found[passage_with(index, FIGURES)] == []


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.text)
def test_signals_are_those_worked_out_by_hand(asked: Asked, index: OpenIndex) -> None:
    rows = range(len(index.passages))
    reading = read(index, asked, rows)
    for row in rows:
        expected = read_by_hand(index, row, asked)
        assert reading.late[row] == pytest.approx(expected.late, abs=NEAR)
        assert np.array(signals(reading, row)) == pytest.approx(np.array(expected.units), abs=NEAR)
        assert reading.best[row] == pytest.approx(expected.best, abs=NEAR)


@given(data=st.data())
def test_passages_read_together_are_read_as_each_alone(data: st.DataObject, index: OpenIndex) -> None:
    asked = data.draw(st.sampled_from(QUESTIONS))
    rows = data.draw(st.lists(st.sampled_from(range(len(index.passages))), max_size=12))
    together = read(index, asked, rows)
    assert len(together.late) == len(together.best) == len(rows)
    assert together.start.tolist()[0] == 0
    assert together.start.tolist()[-1] == len(together.meaning) == len(together.words) == len(together.cosine)
    for i, row in enumerate(rows):
        alone = read(index, asked, [row])
        assert together.late[i] == pytest.approx(alone.late[0], abs=1e-6)
        assert together.best[i] == pytest.approx(alone.best[0], abs=1e-6)
        assert np.array(signals(together, i)) == pytest.approx(np.array(signals(alone, 0)), abs=1e-6)


def test_reading_nothing(index: OpenIndex) -> None:
    reading = read(index, QUESTIONS[0], [])
    assert reading.start.tolist() == [0]
    for values in (reading.late, reading.best, reading.score, reading.meaning, reading.words, reading.cosine):
        assert values.shape == (0,)


def test_a_passage_without_units_has_no_best_unit(index: OpenIndex) -> None:
    row = passage_with(index, FIGURES)
    asked = Asked("sums 60", (1.0, 1.0), {"sum": 1.0, "60": 1.0}, {})
    reading = read(index, asked, [row])
    assert (reading.best.tolist(), reading.start.tolist()) == ([0.0], [0, 0])
    assert reading.late.tolist() == pytest.approx([1.0], abs=NEAR)


def test_a_question_without_tokens_is_met_by_no_meaning(index: OpenIndex) -> None:
    [asked] = [asked for asked in QUESTIONS if asked.text == "?!"]
    reading = read(index, asked, range(len(index.passages)))
    assert not reading.late.any()
    assert not reading.meaning.any()
    assert reading.words.any()


def words_of(index: OpenIndex, row: int, words: Mapping[str, float], alternatives: Alternatives) -> list[float]:
    return list(map(float, read(index, Asked("market", (1.0,), words, alternatives), [row]).words))


def test_all_words_of_a_phrase_must_stand_in_the_unit(index: OpenIndex) -> None:
    # 'Late booking was common.' | 'The team wrote a leaflet about maternity care.'
    row = passage_with(index, "Late booking")
    words = {"antenat": 3.0, "leaflet": 1.0}
    assert words_of(index, row, words, {}) == [0.0, 0.25]
    assert words_of(index, row, words, {"antenat": (("matern", "care"),)}) == [0.0, 1.0]
    assert words_of(index, row, words, {"antenat": (("matern", "book"),)}) == [0.0, 0.25]
    assert words_of(index, row, words, {"antenat": (("matern", "book"), ("late", "book"))}) == [0.75, 0.25]
    assert words_of(index, row, words, {"antenat": (("leaflet",),), "leaflet": (("common",),)}) == [0.25, 1.0]
    assert words_of(index, row, words, {"zucchini": (("leaflet",),)}) == [0.0, 0.25]


def test_a_lead_in_lends_its_words_wherever_it_stands(index: OpenIndex) -> None:
    # 'The farmers wrote, for every ward:' leads all of the items, in whichever passage they are.
    rows = [row for row, passage in enumerate(index.passages) if "a leaflet about booking" in passage.text]
    assert len(rows) > 1
    for row in rows:
        found = [unit for unit in units(index.documents["list.txt"], index.passages[row]) if unit.lead_in]
        assert words_of(index, row, {"farmer": 1.0}, {})[: len(found)] == [1.0] * len(found)


def test_a_lead_in_lends_its_meaning_to_its_own_items_only(index: OpenIndex) -> None:
    row = passage_with(index, "diabetes screening")
    reading = read(index, Asked("farmers", (1.0,), {}, {}), [row])
    # 'The mosque opened its hall.' | 'diabetes screening' | 'a market', the last two led by 'Farmers used it for:'
    assert reading.meaning.tolist() == pytest.approx([0.0, 1.0, 1.0], abs=NEAR)
    assert reading.cosine.tolist() == pytest.approx([0.0, 0.0, 0.0], abs=NEAR)  # that is of the core alone


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.text)
def test_scores_lie_between_0_and_1(asked: Asked, index: OpenIndex) -> None:
    assert sum((MEANING, WORDS, COSINE)) == pytest.approx(1.0)
    reading = read(index, asked, range(len(index.passages)))
    for values in (reading.late, reading.meaning, reading.words, reading.cosine, reading.score, reading.best):
        assert ((values >= 0) & (values <= 1 + NEAR)).all()


# --- arrays made by hand: what no text gives, such as units that the model's window cut off ---

WIDTH, VOCABULARY = 4, ("booking", "mosque", "care", "market")
STEP = 1 / 127


@dataclass(frozen=True)
class Shelf:
    """Passages of random vectors: ``context`` and all ``tokens`` of each; of each unit (passage, bounds, words)."""

    context: list[int]
    tokens: list[NDArray[np.int8]]
    units: list[tuple[int, tuple[int, int, int, int], frozenset[str]]]
    vectors: NDArray[np.float16]

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        words = [sorted(map(word_key, kept)) for _, _, kept in self.units]
        owners = [owner for owner, _, _ in self.units]
        per_passage = [owners.count(i) for i in range(len(self.tokens))]
        places = [
            place
            for context, tokens in zip(self.context, self.tokens, strict=True)
            for place in [-1] * context + list(range(len(tokens) - context))
        ]
        return {
            "token_basis": np.eye(WIDTH, dtype=np.float32),
            "token_vectors": np.concatenate([np.zeros((0, WIDTH), np.int8), *self.tokens]),
            "token_start": np.cumsum([0, *map(len, self.tokens)], dtype=np.int64),
            "token_places": np.array(places, dtype=np.int32),
            "unit_start": np.cumsum([0, *per_passage], dtype=np.int64),
            "unit_spans": np.zeros((len(self.units), 5), np.int32),
            "unit_tokens": np.array([bounds for _, bounds, _ in self.units], dtype=np.int32).reshape(-1, 4),
            "unit_vectors": self.vectors,
            "unit_words": np.array([key for kept in words for key in kept], dtype=np.uint32),
            "unit_words_start": np.cumsum([0, *map(len, words)], dtype=np.int64),
        }


def unit_vectors(random: np.random.Generator, count: int) -> NDArray[np.float32]:
    vectors = random.normal(size=(count, WIDTH))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@st.composite
def shelves(draw: st.DrawFn) -> Shelf:
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    sizes = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=5))
    made: list[tuple[int, tuple[int, int, int, int], frozenset[str]]] = []
    for owner, (context, text) in enumerate(sizes):
        place = st.integers(context, context + text)
        for _ in range(draw(st.integers(0, 3))):
            core = sorted(draw(st.tuples(place, place)))
            lead_in = sorted(draw(st.one_of(st.just((0, 0)), st.tuples(place, place))))
            words = draw(st.frozensets(st.sampled_from(VOCABULARY)))
            made.append((owner, (core[0], core[1], lead_in[0], lead_in[1]), words))
    tokens = [np.round(unit_vectors(random, sum(size)) * 127).astype(np.int8) for size in sizes]
    return Shelf([context for context, _ in sizes], tokens, made, unit_vectors(random, len(made)).astype(np.float16))


@st.composite
def questions(
    draw: st.DrawFn,
) -> tuple[TokenVectors, NDArray[np.float32], dict[str, float], dict[str, tuple[Phrase, ...]]]:
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    count = draw(st.integers(0, 4))
    weights = draw(st.lists(st.sampled_from([0.0, 0.1, 1.0, 2.5]), min_size=count, max_size=count))
    word = st.sampled_from(VOCABULARY)
    words = draw(st.dictionaries(word, st.sampled_from([0.0, 0.5, 2.0])))
    phrases = st.lists(st.lists(word, min_size=1, max_size=3).map(tuple), max_size=2).map(tuple)
    tokens = TokenVectors(unit_vectors(random, count), [(i, i + 1) for i in range(count)])
    return tokens, np.array(weights, dtype=np.float32), words, draw(st.dictionaries(word, phrases))


@given(shelves(), questions(), st.data())
def test_any_arrays_are_read_as_loops_read_them(
    shelf: Shelf,
    question: tuple[TokenVectors, NDArray[np.float32], dict[str, float], dict[str, tuple[Phrase, ...]]],
    data: st.DataObject,
) -> None:
    tokens, weights, words, alternatives = question
    target = unit_vectors(np.random.default_rng(7), 1)[0]
    n = len(shelf.tokens)
    rows = data.draw(st.lists(st.integers(0, n - 1), max_size=6) if n else st.just([]))
    reading = Reader(arrays_of_one(shelf.arrays, len(shelf.tokens))).read(
        rows, tokens=QuestionTokens(tokens.vectors, weights), vector=target, words=words, alternatives=alternatives
    )

    def met_by(row: int, which: set[int]) -> float:
        total = 0.0
        for vector, weight in zip(tokens.vectors, weights, strict=True):
            total += weight * max([0.0, *(STEP * float(shelf.tokens[row][i] @ vector) for i in which)])
        return total / float(weights.sum()) if weights.sum() > 0 else 0.0

    expected = []
    for row in rows:
        for number, (owner, (a, b, c, d), kept) in enumerate(shelf.units):
            if owner == row:
                read_tokens = {*range(a, b), *range(c, d), *range(shelf.context[row])}
                said = [word in kept or any(kept >= set(p) for p in alternatives.get(word, ())) for word in words]
                share = sum(w for w, s in zip(words.values(), said, strict=True) if s) / (sum(words.values()) or 1.0)
                cosine = max(0.0, float(shelf.vectors[number].astype(float) @ target))
                expected.append((met_by(row, read_tokens), share, cosine))
    found = np.stack([reading.meaning, reading.words, reading.cosine], axis=1)
    assert found == pytest.approx(np.array(expected).reshape(-1, 3), abs=1e-5)
    late = [met_by(row, set(range(len(shelf.tokens[row])))) for row in rows]
    assert reading.late == pytest.approx(np.array(late), abs=1e-5)
    counts = [sum(owner == row for owner, _, _ in shelf.units) for row in rows]
    assert np.diff(reading.start).tolist() == counts
    assert ((reading.score >= 0) & (reading.score <= 1 + NEAR)).all()
    best = [
        reading.score[start:end].max(initial=0) for start, end in zip(reading.start, reading.start[1:], strict=False)
    ]
    assert reading.best.tolist() == pytest.approx(best)


# --- the parts ---

pairs = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted)


def columns(bounds: Sequence[Sequence[int]]) -> tuple[Rows, Rows]:
    array = np.array(bounds, dtype=np.int64).reshape(-1, 2)
    return array[:, 0], array[:, 1]


@given(st.lists(pairs))
def testranges(bounds: list[list[int]]) -> None:
    expected = [number for start, end in bounds for number in range(start, end)]
    assert ranges(*columns(bounds)).tolist() == expected


@given(st.lists(pairs), st.integers(0, 3), st.integers(0, 10**6))
def test_best(bounds: list[list[int]], height: int, seed: int) -> None:
    similarity = np.random.default_rng(seed).normal(size=(height, 9)).astype(np.float32)
    expected = [[max([0.0, *row[a:b]]) for a, b in bounds] for row in similarity.tolist()]
    assert _best(similarity, *columns(bounds)).tolist() == np.array(expected).reshape(height, len(bounds)).tolist()


@pytest.mark.parametrize("width", [0, 1])
def test_best_of_the_narrowest_matrices(width: int) -> None:
    similarity = np.ones((2, width), dtype=np.float32)
    assert _best(similarity, *columns([[0, width], [width, width], [0, 0]])).tolist() == [[width, 0, 0]] * 2


def test_an_empty_library_is_read() -> None:
    nothing = Shelf([], [], [], np.zeros((0, WIDTH), np.float16))
    question = QuestionTokens(np.ones((1, WIDTH), np.float32), np.ones(1, np.float32))
    reader = Reader(arrays_of_one(nothing.arrays, 0))
    reading = reader.read([], tokens=question, vector=np.ones(WIDTH, np.float32), words={"care": 1.0}, alternatives={})
    assert reading.late.shape == reading.best.shape == reading.score.shape == (0,)
