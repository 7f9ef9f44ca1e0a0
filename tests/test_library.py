"""The whole way with a hand-made embedder: building, asking, and everything that can be wrong with the sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag.ask.close_reading import Reader
from rag.ask.retrieve import Retriever, Weights, bundled_weights
from rag.config import SEARCH_STAGES, STAGES, Settings, default_index_root
from rag.errors import IndexUnusableError, RagError, SourceError
from rag.index.collection import problems_of
from rag.index.store.index import open_index
from rag.index.store.state import read_state
from rag.library import Library
from rag.text.synonyms import Synonyms, bundled_synonyms
from rag.types import TokenVectors, Vectors
from tests.fakes import FakeEmbedder, Here

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
    return Library.open(chosen, embedder=embedder or FakeEmbedder(), parser=Here())


def test_answers_from_the_right_document(seeds: Path) -> None:
    library = opened(seeds)
    answer = library.ask("How was late booking dealt with by a leaflet about booking?")
    assert answer.passages[0].passage.doc_id == "truro.txt"
    assert answer.citations[0].source == "truro.txt"
    for citation in answer.citations:
        text = library.snapshot.document(citation.source).text
        assert citation.quote == " … ".join(text[start:end] for start, end in citation.spans)


def test_a_pronoun_brings_its_sentence_along(seeds: Path) -> None:
    answer = opened(seeds).ask("Was it given to each ward in Truro?")
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert "The team wrote a leaflet about booking. They gave it to every ward." in quotes


def test_sources_can_be_chosen(seeds: Path) -> None:
    library = opened(seeds)
    found = library.snapshot.search("booking leaflet", sources=["farm.txt"])
    assert {scored.passage.doc_id for scored in found} == {"farm.txt"}
    with pytest.raises(SourceError, match=r"no document 'x\.txt'"):
        library.snapshot.ask("booking", sources=["x.txt"])


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
    assert "closed" in opened(seeds, embedder).snapshot.document("farm.txt").text
    assert embedder.encoded > built


def test_other_settings_build_another_index(seeds: Path) -> None:
    opened(seeds)
    opened(seeds, passage_tokens=50)
    state = read_state(seeds.parent / "index")
    assert state is not None
    assert state.manifest.splitter["tokens"] == 50


def test_a_large_library_is_not_rebuilt_unasked(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.index.build.SYNCED_UNASKED", 1000)
    monkeypatch.setattr("rag.library.SYNCED_UNASKED", 1000)
    opened(seeds)
    (seeds / "farm.txt").unlink()
    (seeds / "big.txt").write_text("Booking is early. " * 100, encoding="utf-8")
    behind = opened(seeds)
    assert [document.doc_id for document in behind.snapshot.documents()] == [
        "farm.txt",
        "truro.txt",
    ]  # what was there answers
    assert behind.behind is not None
    assert ([file.name for file in behind.behind.read], [file.name for file in behind.behind.gone]) == (
        ["big.txt"],
        ["farm.txt"],
    )
    with pytest.raises(IndexUnusableError, match=r"built with other settings.*rag index --seeds"):
        opened(seeds, passage_tokens=50)
    settings = Settings(seeds, seeds.parent / "index")
    library = Library.open(settings, embedder=FakeEmbedder(), parser=Here(), rebuild=True)
    assert [document.doc_id for document in library.snapshot.documents()] == ["big.txt", "truro.txt"]


def test_a_damaged_index_is_built_again(seeds: Path) -> None:
    opened(seeds).close()
    for path in (seeds.parent / "index").rglob("library.sqlite"):
        path.write_bytes(b"junk")
    assert opened(seeds).snapshot.documents()


def test_each_folder_gets_an_index_of_its_own(tmp_path: Path) -> None:
    one, other = Settings(tmp_path / "a" / "seeds"), Settings(tmp_path / "b" / "seeds")
    assert one.index_home != other.index_home
    assert one.index_home.parent == default_index_root()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder.rmdir(), "no documents at"),
        (lambda folder: None, "it holds no files"),
        (lambda folder: (folder / "empty.txt").write_bytes(b""), "nothing to read in"),
        (lambda folder: (folder / "photo.txt").write_bytes(bytes(range(256)) * 9), "photo.txt: "),
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
    assert [document.doc_id for document in library.snapshot.documents()] == ["farm.txt", "truro.txt"]
    assert [problem.split(":")[0] for problem in problems_of(library.snapshot.files)] == [
        "empty.txt",
        "locked.txt",
        "photo.txt",
    ]
    assert [file.status for file in library.snapshot.files] == ["empty", "indexed", "failed", "unsupported", "indexed"]


def test_a_full_disk_leaves_the_last_index(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(seeds).close()
    (seeds / "new.txt").write_text("Mosque screening began.", encoding="utf-8")

    def full(path: Path, content: bytes | memoryview) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as disk:
        disk.setattr("rag.index.store.generations.write_file", full)
        with pytest.raises(IndexUnusableError, match="No space left on device"):
            opened(seeds)
    (seeds / "new.txt").unlink()
    embedder = CountingEmbedder()
    assert len(opened(seeds, embedder).snapshot.documents()) == 2
    assert embedder.encoded == 0


def test_script_in_a_document_stays_text(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "page.html").write_text(
        "<h1>Booking</h1><p>The leaflet about booking says 1 &lt; 2 &amp; <script>alert(1)</script>more.</p>",
        encoding="utf-8",
    )
    text = opened(folder).snapshot.document("page.html").text
    assert "1 < 2 &" in text
    assert "alert" not in text


def test_names_below_folders_keep_forward_slashes(seeds: Path) -> None:
    (seeds / "späte Buchung").mkdir()
    (seeds / "späte Buchung" / "mosque.md").write_text(
        "# Mosque screening\n\nThe mosque opened its hall.\n", encoding="utf-8"
    )
    names = [document.doc_id for document in opened(seeds).snapshot.documents()]
    assert names == ["farm.txt", "späte Buchung/mosque.md", "truro.txt"]


def test_settings_come_from_the_environment_and_arguments_beat_them(tmp_path: Path) -> None:
    environ = {"PRECEDENT_SEEDS": str(tmp_path), "PRECEDENT_PASSAGE_TOKENS": "150", "PRECEDENT_MODEL": " "}
    settings = Settings.from_environment(environ, results=7)
    assert (settings.seeds, settings.passage_tokens, settings.results, settings.model) == (tmp_path, 150, 7, "")
    with pytest.raises(RagError, match="PRECEDENT_RESULTS should be a whole number, is now 'many'"):
        Settings.from_environment({"PRECEDENT_RESULTS": "many"})
    with pytest.raises(RagError, match="passage_tokens should be between 20 and 2000, is now 5"):
        Settings.from_environment({"PRECEDENT_PASSAGE_TOKENS": "5"})


# --- stages ---

TYPED = "Was the chemist's leaflet about bokking in Truro?"  # 'chemist' has synonyms; 'bokking' is misspelt
VISITS = {
    "farm.txt": FARMERS,
    "truro.txt": BOOKING,
    "hull.txt": "Advice in Hull\n\nThe pharmacy kept a leaflet. The pharmacist read it to mothers in Truro.\n",
    "bath.txt": "Booking in Bath\n\nA mosque was painted. It had a market and diabetes screening.\n",
    "york.txt": "York\n\nEvery ward was visited; nobody came from Truro.\n\nContact: Ann Lee, ann@york.example\n",
}


class SpellingOutEmbedder(FakeEmbedder):
    """Has whole words for none: it reads a single word letter by letter, as models do with words they don't know."""

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        counts = zip(texts, super().count_pieces(texts), strict=True)
        return [count if " " in text else len(text) + 2 for text, count in counts]


class Visits:
    """The documents of VISITS as libraries with some stages, and as a bare retriever over the same index."""

    def __init__(self, folder: Path) -> None:
        self._seeds, self._home = folder / "seeds", folder / "index"
        self._seeds.mkdir()
        for name, text in VISITS.items():
            (self._seeds / name).write_text(text, encoding="utf-8")
        self.all = self.without()
        self._index = open_index(self._home)

    def without(self, *stages: str) -> Library:
        kept = tuple(stage for stage in STAGES if stage not in stages)
        return Library.open(
            Settings(self._seeds, self._home, stages=kept), embedder=SpellingOutEmbedder(), parser=Here()
        )

    def close(self) -> None:
        self.all.close()
        self._index.close()

    def by_retriever(self, library: Library, weights: Weights, synonyms: Synonyms) -> list[tuple[str, float]]:
        """What ``library`` resolves the question to, ranked with other weights and synonyms."""
        retriever = Retriever(
            passages=self._index.passages,
            vectors=self._index.vectors,
            words=self._index.words,
            reader=Reader(self._index.arrays),
            encoder=FakeEmbedder(),
            weights=weights,
            synonyms=synonyms,
        )
        best: dict[str, float] = {}
        for scored in retriever.search(
            retriever.question(library.snapshot.understand(TYPED)), len(self._index.passages)
        ):
            best.setdefault(scored.passage.doc_id, scored.score)
        return list(best.items())


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    visits = Visits(tmp_path_factory.mktemp("visits"))
    yield visits
    visits.close()


def test_all_stages_are_on(visits: Visits) -> None:
    query = visits.all.snapshot.understand(TYPED)
    assert query.corrected == (("bokking", "booking"),)
    assert query.text == TYPED.replace("bokking", "booking")
    assert "pharmacist" in dict(query.also)["chemist's"]
    assert visits.all.snapshot.rank(TYPED) == visits.by_retriever(visits.all, bundled_weights(), bundled_synonyms())


@pytest.mark.parametrize("stage", SEARCH_STAGES)
def test_a_search_stage_that_is_off_weighs_nothing(stage: str, visits: Visits) -> None:
    library = visits.without(stage)
    weights = bundled_weights().without(stage)
    assert getattr(weights, stage) == 0
    assert library.snapshot.rank(TYPED) == visits.by_retriever(library, weights, bundled_synonyms())
    assert library.snapshot.rank(TYPED) != visits.all.snapshot.rank(TYPED)
    assert library.snapshot.understand(TYPED) == visits.all.snapshot.understand(TYPED)


def test_without_synonyms_nothing_is_searched_beside_the_words(visits: Visits) -> None:
    library = visits.without("synonyms")
    query = library.snapshot.understand(TYPED)
    assert query.also == ()
    assert query.corrected == visits.all.snapshot.understand(TYPED).corrected
    assert library.snapshot.rank(TYPED) == visits.by_retriever(library, bundled_weights(), Synonyms({}, {}))
    assert library.snapshot.rank(TYPED) != visits.all.snapshot.rank(TYPED)
    lexical = {scored.passage.doc_id: scored.lexical for scored in library.snapshot.search("chemist")}
    with_synonyms = {scored.passage.doc_id: scored.lexical for scored in visits.all.snapshot.search("chemist")}
    assert not any(lexical.values())
    assert [name for name, score in with_synonyms.items() if score] == ["hull.txt"]


def test_without_spelling_nothing_is_corrected(visits: Visits) -> None:
    library = visits.without("spelling")
    query = library.snapshot.understand(TYPED, ["And the bokking?"])
    assert (query.text, query.corrected) == (TYPED, ())
    assert query.also == visits.all.snapshot.understand(TYPED).also
    assert library.snapshot.rank(TYPED) == visits.by_retriever(library, bundled_weights(), bundled_synonyms())
    assert library.snapshot.rank(TYPED) != visits.all.snapshot.rank(TYPED)
    assert library.ask(TYPED).missing == ("bokking",)
