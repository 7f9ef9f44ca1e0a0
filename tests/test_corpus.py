"""A BEIR corpus as documents, and a library's documents ranked and its answers evaluated."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rag.config import Settings
from rag.errors import SourceError
from rag.evaluation.questions.sets import Gold, Question
from rag.evaluation.run import evaluate_library
from rag.index.collection import problems_of
from rag.library import Library
from rag.sources.folder import find_files, read_file
from rag.types import SourceFile
from tests.fakes import FakeEmbedder, Here

CORPUS = [
    {"_id": "farm/1.a", "title": "Farm checks", "text": "Some farmers came to the market. Nurses saw forty farmers."},
    {
        "_id": "b",
        "title": "",
        "text": "Late booking was common in maternity care.\n\nThe team wrote a booking leaflet.",
    },
    {"_id": "c", "text": "The mosque offered screening. A diabetes screening came to each mosque."},
]


def corpus(folder: Path, records: list[dict[str, str]] | str, name: str = "corpus.jsonl") -> Path:
    path = folder / name
    text = records if isinstance(records, str) else "\n".join(map(json.dumps, records)) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(Settings(corpus(tmp_path, CORPUS), tmp_path / "index"), embedder=FakeEmbedder(), parser=Here())


def load(root: Path) -> list[SourceFile]:
    return [read_file(found) for found in find_files(root)]


def test_each_line_is_a_source_named_by_its_id(tmp_path: Path) -> None:
    files = {file.name: file for file in load(corpus(tmp_path, CORPUS))}
    assert list(files) == ["b", "c", "farm/1.a"]
    assert files["farm/1.a"].data.decode() == f"Farm checks\n\n{CORPUS[0]['text']}"
    assert files["b"].data.decode() == CORPUS[1]["text"]


def test_a_changed_corpus_is_read_again(tmp_path: Path) -> None:
    path = corpus(tmp_path, CORPUS)
    assert len(load(path)) == 3
    corpus(tmp_path, CORPUS[:1])
    os.utime(path, ns=(1, 1))
    assert [file.name for file in load(path)] == ["farm/1.a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"corpus\.jsonl is empty"),
        ('{"_id": "a", "text": "x"}\n{', r"corpus\.jsonl, line 2: is not JSON"),
        ('{"_id": "a"}', r'line 1: "text" is missing'),
        ('{"text": "a"}', r'line 1: "_id" is missing'),
        ('{"_id": " ", "text": "x"}', r'line 1: "_id" is empty'),
        ('{"_id": 7, "text": "x"}', r'line 1: "_id" is not a text'),
        ('{"_id": "a", "text": "x"}\r\n\r\n{"_id": "a", "text": "y"}', r"line 3: the id 'a' is already that of"),
    ],
)
def test_a_corpus_that_is_wrong_is_explained(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        load(corpus(tmp_path, text))


def test_a_corpus_is_a_library(library: Library) -> None:
    assert [document.doc_id for document in library.snapshot.documents()] == ["b", "c", "farm/1.a"]
    assert library.snapshot.originals.text("farm/1.a") == f"Farm checks\n\n{CORPUS[0]['text']}"
    assert library.snapshot.document("farm/1.a").title == "Farm checks"
    answer = library.ask("What did the mosque offer?")
    assert answer.passages[0].passage.doc_id == "c"


def test_an_empty_document_is_left_out_and_said(tmp_path: Path) -> None:
    path = corpus(tmp_path, [*CORPUS, {"_id": "void", "text": " "}])
    library = Library.open(Settings(path, tmp_path / "index"), embedder=FakeEmbedder(), parser=Here())
    assert problems_of(library.snapshot.files) == ("void: it has no text",)


def test_documents_are_ranked_by_their_best_passage(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    filler = "\n\n".join(f"Nobody said a word about it in week {week}, nor later in that year." for week in range(60))
    for name, text in {
        "long.txt": f"A long account of the year\n\n{filler}\n\nThe mosque offered screening.",
        "farm.txt": "Farm checks in Kendal\n\nSome farmers came to the market.",
        "mosque.txt": "A visit\n\nThe mosque offered diabetes screening, screening at the mosque.",
    }.items():
        (sources / name).write_text(text, encoding="utf-8")
    library = Library.open(
        Settings(sources, tmp_path / "index", passage_tokens=40), embedder=FakeEmbedder(), parser=Here()
    )
    assert len(library.snapshot.passages()) > 10
    found = library.snapshot.search("mosque screening", 1000)
    best = {
        name: max(scored.score for scored in found if scored.passage.doc_id == name)
        for name in ("long.txt", "farm.txt", "mosque.txt")
    }
    expected = sorted(best.items(), key=lambda item: -item[1])
    assert library.snapshot.rank("mosque screening") == expected
    assert library.snapshot.rank("mosque screening", 2) == expected[:2]
    assert {name for name, _ in expected[:2]} == {"long.txt", "mosque.txt"}


def test_answers_are_evaluated_and_timed(library: Library) -> None:
    steps: list[tuple[str, int, int]] = []
    questions = [
        Question("m", "What did the mosque offer?", evidence=(Gold("c", "The mosque offered screening"),)),
        Question("x", "How far is the moon?", answerable=False),
    ]
    found = evaluate_library(library.snapshot, questions, lambda *step: steps.append(step))
    assert found.metrics["hit@1"].mean == 1
    assert found.latency is not None
    assert found.latency.median_ms > 0
    assert steps == [("ask", 1, 2), ("ask", 2, 2)]
    assert found.problems == ()
