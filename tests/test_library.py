"""The whole way with a hand-made embedder: building, asking, and everything that can be wrong with the sources."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.config import Settings, default_index_root
from rag.errors import IndexUnusableError, RagError, SourceError
from rag.library import Library
from rag.store import read_manifest
from rag.types import TokenVectors, Vectors
from tests.fakes import FakeEmbedder

FARMERS = (
    "Farm checks in Kendal\n\n"
    "Some farmers came to the market. The market was in Kendal. Nurses measured 40 farmers there.\n"
)
BOOKING = (
    "Maternity in Truro\n\n"
    "Late booking was common. The team wrote a leaflet about booking. They gave it to every ward.\n"
)


class CountingEmbedder(FakeEmbedder):
    """Counts the passages it encodes."""

    def __init__(self) -> None:
        self.encoded = 0

    def encode_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        self.encoded += len(texts)
        return super().encode_passages(texts)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "farm.txt").write_text(FARMERS, encoding="utf-8")
    (folder / "truro.txt").write_text(BOOKING, encoding="utf-8")
    return folder


def opened(seeds: Path, embedder: FakeEmbedder | None = None, **settings: int | str) -> Library:
    chosen = Settings(seeds, seeds.parent / "index", **settings)  # type: ignore[arg-type]
    return Library.open(chosen, embedder=embedder or FakeEmbedder())


def test_answers_from_the_right_document(seeds: Path) -> None:
    library = opened(seeds)
    answer = library.ask("How was late booking dealt with by a leaflet about booking?")
    assert answer.passages[0].passage.doc_id == "truro.txt"
    assert answer.citations[0].source == "truro.txt"
    for citation in answer.citations:
        text = library.document(citation.source).text
        assert citation.quote == " … ".join(text[start:end] for start, end in citation.spans)


def test_a_pronoun_brings_its_sentence_along(seeds: Path) -> None:
    answer = opened(seeds).ask("Was it given to each ward in Truro?")
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert "The team wrote a leaflet about booking. They gave it to every ward." in quotes


def test_sources_can_be_chosen(seeds: Path) -> None:
    library = opened(seeds)
    found = library.search("booking leaflet", sources=["farm.txt"])
    assert {scored.passage.doc_id for scored in found} == {"farm.txt"}
    with pytest.raises(SourceError, match=r"no document 'x\.txt'"):
        library.ask("booking", sources=["x.txt"])


def test_passages_come_best_first_whatever_the_status(seeds: Path) -> None:
    answer = opened(seeds).ask("diabetes screening")
    assert answer.status != "answered"
    assert answer.passages
    scores = [scored.score for scored in answer.passages]
    assert scores == sorted(scores, reverse=True)
    assert answer.missing == ("diabetes", "screening")


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "😀🎉",
        "???",
        "\x00",
        "the of and",
        "\u202eمرحبا",
        "<script>alert(1)</script>",
        "a" * 100_000,
        "booking " * 12_500,
    ],
    ids=["empty", "blank", "emoji", "marks", "nul", "stop words", "right to left", "html", "one long word", "long"],
)
def test_odd_questions_get_an_answer(question: str, seeds: Path) -> None:
    answer = opened(seeds).ask(question, [question])
    assert answer.status in ("answered", "closest", "none")
    assert 0 <= answer.confidence <= 1


def test_an_index_is_used_again_until_something_changes(seeds: Path) -> None:
    embedder = CountingEmbedder()
    opened(seeds, embedder)
    built = embedder.encoded
    opened(seeds, embedder)
    assert embedder.encoded == built
    (seeds / "farm.txt").write_text(FARMERS + "\nIt closed in May.\n", encoding="utf-8")
    assert "closed" in opened(seeds, embedder).document("farm.txt").text
    assert embedder.encoded > built


def test_other_settings_build_another_index(seeds: Path) -> None:
    opened(seeds)
    opened(seeds, passage_tokens=50)
    manifest = read_manifest(seeds.parent / "index")
    assert manifest is not None
    assert manifest.splitter["tokens"] == 50


def test_a_large_library_is_not_rebuilt_unasked(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.library.REBUILT_UNASKED", 1000)
    (seeds / "big.txt").write_text("Booking is early. " * 100, encoding="utf-8")
    opened(seeds)
    (seeds / "farm.txt").unlink()
    with pytest.raises(IndexUnusableError, match=r"other documents \(1 added.*rag index --seeds"):
        opened(seeds)
    settings = Settings(seeds, seeds.parent / "index")
    library = Library.open(settings, embedder=FakeEmbedder(), rebuild=True)
    assert [document.doc_id for document in library.documents()] == ["big.txt", "truro.txt"]


def test_a_damaged_index_is_built_again(seeds: Path) -> None:
    opened(seeds).close()
    for path in (seeds.parent / "index").rglob("library.sqlite"):
        path.write_bytes(b"junk")
    assert opened(seeds).documents()


def test_each_folder_gets_an_index_of_its_own(tmp_path: Path) -> None:
    one, other = Settings(tmp_path / "a" / "seeds"), Settings(tmp_path / "b" / "seeds")
    assert one.index_home != other.index_home
    assert one.index_home.parent == default_index_root()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder.rmdir(), "no documents at"),
        (lambda folder: None, "no .txt, .md or .html files in"),
        (lambda folder: (folder / "empty.txt").write_bytes(b""), "nothing to read in"),
        (lambda folder: (folder / "photo.txt").write_bytes(bytes(range(256)) * 9), "photo.txt is not text"),
    ],
    ids=["no folder", "empty folder", "0 bytes", "binary"],
)
def test_nothing_to_read_is_said(make: object, message: str, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    make(folder)  # type: ignore[operator]
    with pytest.raises(SourceError, match=message.replace(".", r"\.")):
        opened(folder)


def test_one_bad_file_does_not_spoil_the_rest(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (seeds / "empty.txt").write_bytes(b"")
    (seeds / "photo.txt").write_bytes(bytes(range(256)) * 9)
    (seeds / "locked.txt").write_text("Nobody may read this.", encoding="utf-8")
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "locked.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    library = opened(seeds)
    assert [document.doc_id for document in library.documents()] == ["farm.txt", "truro.txt"]
    assert [problem.split()[0] for problem in library.problems] == ["empty.txt", "can't", "photo.txt"]


def test_a_full_disk_leaves_the_last_index(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(seeds).close()
    (seeds / "new.txt").write_text("Mosque screening began.", encoding="utf-8")

    def full(path: Path, content: bytes | memoryview) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as disk:
        disk.setattr("rag.store.generations.write_file", full)
        with pytest.raises(IndexUnusableError, match="No space left on device"):
            opened(seeds)
    (seeds / "new.txt").unlink()
    embedder = CountingEmbedder()
    assert len(opened(seeds, embedder).documents()) == 2
    assert embedder.encoded == 0


def test_script_in_a_document_stays_text(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "page.html").write_text(
        "<h1>Booking</h1><p>The leaflet about booking says 1 &lt; 2 &amp; <script>alert(1)</script>more.</p>",
        encoding="utf-8",
    )
    text = opened(folder).document("page.html").text
    assert "1 < 2 &" in text
    assert "alert" not in text


def test_names_below_folders_keep_forward_slashes(seeds: Path) -> None:
    (seeds / "späte Buchung").mkdir()
    (seeds / "späte Buchung" / "mosque.md").write_text(
        "# Mosque screening\n\nThe mosque opened its hall.\n", encoding="utf-8"
    )
    names = [document.doc_id for document in opened(seeds).documents()]
    assert names == ["farm.txt", "späte Buchung/mosque.md", "truro.txt"]


def test_settings_come_from_the_environment_and_arguments_beat_them(tmp_path: Path) -> None:
    environ = {"PRECEDENT_SEEDS": str(tmp_path), "PRECEDENT_PASSAGE_TOKENS": "150", "PRECEDENT_MODEL": " "}
    settings = Settings.from_environment(environ, results=7)
    assert (settings.seeds, settings.passage_tokens, settings.results, settings.model) == (tmp_path, 150, 7, "")
    with pytest.raises(RagError, match="PRECEDENT_RESULTS should be a whole number, is now 'many'"):
        Settings.from_environment({"PRECEDENT_RESULTS": "many"})
    with pytest.raises(RagError, match="passage_tokens should be between 20 and 2000, is now 5"):
        Settings.from_environment({"PRECEDENT_PASSAGE_TOKENS": "5"})


def test_every_setting_is_in_the_readme() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    for name in Settings.__slots__:
        assert f"PRECEDENT_{name.upper()}" in readme
