"""The optional last stage: a CrossEncoder, here a tiny one with random weights, and what the retriever makes of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.ask.close_reading import Reader
from rag.ask.rerank import CrossEncoderReranker
from rag.ask.retrieve import RERANKED, Retriever, Weights, bundled_weights
from rag.config import Settings
from rag.errors import ModelError
from rag.index.models import find_model, quiet
from rag.index.store.index import OpenIndex
from rag.library import Library
from rag.types import Query, Reranker, ScoredPassage, Scores
from tests.fakes import FakeEmbedder
from tests.parts import index_of

QUESTION = "Who ran the market for farmers?"
PASSAGES = ["Nurses ran it.", "", "The mosque opened its hall on Fridays.", "farmers " * 1000, "Ünïcode 😀"]
LEXICAL = Weights(dense=0, lexical=1, evidence=0, late=0, aside=0)


def save_model(folder: Path, *, labels: int = 1, headless: bool = False) -> Path:
    """A BERT of one layer with random weights, and the bundled model's tokenizer."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, BertModel

    torch.manual_seed(0)
    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(str(find_model("")))
        config = BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            id2label={label: str(label) for label in range(labels)},
            initializer_range=0.5,  # wide, so that scores differ by more than rounding
        )
        model = BertModel(config) if headless else BertForSequenceClassification(config)
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("cross-encoder"))


def by_hand(folder: Path, question: str, passages: Sequence[str]) -> list[float]:
    """The logistic function of the model's one figure for each pair, the pair alone in its batch."""
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(str(folder))
        scorer = BertForSequenceClassification.from_pretrained(str(folder))
        scorer.train(mode=False)
    found = []
    for passage in passages:
        with torch.no_grad():
            read = tokenizer(question, passage, truncation=True, max_length=512, return_tensors="pt")
            found.append(float(torch.sigmoid(scorer(**read).logits[0, 0])))
    return found


# --- the model ---


def test_scores_are_the_models(model: Path) -> None:
    reranker: Reranker = CrossEncoderReranker(str(model))
    found = reranker.scores(QUESTION, PASSAGES)
    assert found.dtype == np.float32
    assert np.ptp(found) > 0.01
    assert found == pytest.approx(by_hand(model, QUESTION, PASSAGES), abs=1e-5)


def test_no_passages_have_no_scores(model: Path) -> None:
    assert CrossEncoderReranker(str(model)).scores(QUESTION, []).shape == (0,)


def test_text_that_is_no_unicode_is_read(model: Path) -> None:
    reranker = CrossEncoderReranker(str(model))
    found = reranker.scores("farmers \ud800", ["market \udfff", "market ?"])
    assert found[0] == pytest.approx(found[1])


def test_nothing_is_loaded_before_it_is_wanted(tmp_path: Path) -> None:
    reranker = CrossEncoderReranker(str(tmp_path / "nowhere"))
    with pytest.raises(ModelError, match=r"There is no model folder .*nowhere\. Correct the path"):
        reranker.scores(QUESTION, PASSAGES)


def test_a_model_with_two_labels_is_no_reranker(tmp_path: Path) -> None:
    reranker = CrossEncoderReranker(str(save_model(tmp_path / "two", labels=2)))
    with pytest.raises(ModelError, match=r"two gives \(2,\) figures a passage, not one: .* PRECEDENT_RERANKER empty"):
        reranker.scores(QUESTION, PASSAGES)


def test_a_model_without_a_head_is_no_reranker(tmp_path: Path) -> None:
    """Its head would be made up at random, anew in each process."""
    reranker = CrossEncoderReranker(str(save_model(tmp_path / "headless", headless=True)))
    with pytest.raises(ModelError, match=r"headless .*PRECEDENT_RERANKER empty"):
        reranker.scores(QUESTION, PASSAGES)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_damaged_model_is_named(name: str, model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model, tmp_path / "damaged")
    (folder / name).write_bytes(b"junk")
    with pytest.raises(ModelError, match=r"^The reranker in .*damaged can't be loaded: .*PRECEDENT_RERANKER empty\.$"):
        CrossEncoderReranker(str(folder)).scores(QUESTION, PASSAGES)


def test_pickled_weights_are_not_read(model: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    folder = shutil.copytree(model, tmp_path / "pickled")
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"pickled can't be loaded: .*model\.safetensors"):
        CrossEncoderReranker(str(folder)).scores(QUESTION, PASSAGES)


# --- the retriever ---


class Backwards:
    """Prefers what the retriever likes least, and remembers what it was given."""

    def __init__(self) -> None:
        self.question = ""
        self.passages: list[str] = []

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        self.question, self.passages = question, list(passages)
        return np.arange(len(passages), dtype=np.float32)


class Indifferent:
    """Finds all passages alike."""

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        return np.zeros(len(passages), dtype=np.float32)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    texts = {
        f"{n:02}.txt": f"Town {n}\n\n{'The farmers went to the market. ' * (n % 7)}Nurses saw {n} men in the hall.\n"
        for n in range(RERANKED + 15)
    }
    with index_of(tmp_path_factory.mktemp("library"), texts) as opened:
        yield opened


def found_by(
    index: OpenIndex, reranker: Reranker | None, k: int, weights: Weights | None = None
) -> list[ScoredPassage]:
    retriever = Retriever(
        passages=index.passages,
        vectors=index.vectors,
        words=index.words,
        reader=Reader(index.arrays),
        encoder=FakeEmbedder(),
        weights=weights or bundled_weights(),
        reranker=reranker,
    )
    return retriever.search(retriever.question(Query(QUESTION, QUESTION)), k)


@pytest.mark.parametrize("weights", [None, LEXICAL], ids=["all stages", "many scores alike"])
def test_the_best_come_in_its_order(weights: Weights | None, index: OpenIndex) -> None:
    everything = len(index.passages)
    assert everything > RERANKED
    plain, reranker = found_by(index, None, everything, weights), Backwards()
    found = found_by(index, reranker, everything, weights)
    assert reranker.question == QUESTION
    assert reranker.passages == [scored.passage.searchable for scored in plain[:RERANKED]]
    expected = [*reversed(plain[:RERANKED]), *plain[RERANKED:]]
    assert [scored.passage.passage_id for scored in found] == [scored.passage.passage_id for scored in expected]
    # The scores stay those of the places; all else stays the passage's.
    assert [scored.score for scored in found] == pytest.approx([scored.score for scored in plain], abs=1e-5)
    assert [replace(scored, score=0) for scored in found] == [replace(scored, score=0) for scored in expected]
    falling = [scored.score for scored in found]
    assert falling == sorted(falling, reverse=True)


def test_the_order_does_not_depend_on_how_many_are_wanted(index: OpenIndex) -> None:
    found = found_by(index, Backwards(), len(index.passages))
    assert [one.passage for one in found_by(index, Backwards(), 3)] == [one.passage for one in found[:3]]


def test_what_it_finds_alike_stays_as_it_was(index: OpenIndex) -> None:
    assert found_by(index, Indifferent(), 40) == found_by(index, None, 40)


def test_a_library_uses_the_one_of_its_settings(model: Path, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    towns = ("Kendal", "Truro", "Hull", "Leeds", "York", "Bath", "Luton", "Derby")
    for number, town in enumerate(towns):
        text = f"A visit in {town}\n\nThe farmers met {number} nurses at the market hall of {town}.\n"
        (seeds / f"{town}.txt").write_text(text, encoding="utf-8")
    settings = Settings(seeds, tmp_path / "index")
    plain = Library.open(settings, embedder=FakeEmbedder())
    library = Library.open(replace(settings, reranker=str(model)), embedder=FakeEmbedder())
    texts = {passage.doc_id: passage.searchable for passage in library.snapshot.passages()}
    assert len(texts) == len(library.snapshot.passages()) == len(towns)
    scores = dict(zip(texts, by_hand(model, QUESTION, list(texts.values())), strict=True))
    best_first = sorted(texts, key=lambda name: -scores[name])
    assert [name for name, _ in library.snapshot.rank(QUESTION)] == best_first
    assert [name for name, _ in plain.snapshot.rank(QUESTION)] != best_first
    assert library.ask(QUESTION).passages[0].passage.doc_id == best_first[0]


def test_a_library_says_what_is_wrong_with_its_reranker(tmp_path: Path) -> None:
    (tmp_path / "farm.txt").write_text("Some farmers came to the market.\n", encoding="utf-8")
    settings = Settings(tmp_path, tmp_path / "index", reranker=str(tmp_path / "nowhere"))
    with pytest.raises(ModelError, match=r"There is no model folder .*nowhere"):
        Library.open(settings, embedder=FakeEmbedder()).ask(QUESTION)
