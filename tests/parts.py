"""The parts of a library, put together by hand over a real index with the hand-made embedder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from rag.ask.answer import Answerer
from rag.ask.answerability import RefusalModel, Signals
from rag.ask.close_reading import Reader
from rag.ask.neighbours import with_neighbours
from rag.ask.retrieve import Retriever, Weights, bundled_weights
from rag.config import Settings
from rag.index.store.index import OpenIndex, open_index
from rag.library import Library
from rag.text.synonyms import Synonyms
from rag.types import Answer, Passage, Query
from tests.fakes import FakeEmbedder, Here

#: Confident of everything: what is chosen and shown is tested apart from whether it should be.
SURE = RefusalModel({field.name: 0.0 for field in fields(Signals)}, 0.0, 0.0, 0.0)


def index_of(folder: Path, texts: Mapping[str, str] | Path) -> OpenIndex:
    """An index of ``texts`` (name -> content), or of a folder of documents, built as the library builds it."""
    sources = texts if isinstance(texts, Path) else folder / "sources"
    if not isinstance(texts, Path):
        sources.mkdir()
        for name, text in texts.items():
            (sources / name).write_text(text, encoding="utf-8")
    home = folder / "index"
    Library.open(Settings(sources, home, added=folder / "added"), embedder=FakeEmbedder(), parser=Here()).close()
    return open_index(home)


def retriever_of(
    index: OpenIndex, *, passages: Sequence[Passage] | None = None, weights: Weights | None = None
) -> Retriever:
    """A retriever over ``index``; ``passages`` may take the place of its own."""
    return Retriever(
        passages=index.passages if passages is None else passages,
        vectors=index.vectors,
        words=index.words,
        reader=Reader(index.arrays),
        encoder=FakeEmbedder(),
        weights=weights or bundled_weights(),
        synonyms=Synonyms({}, {}),
    )


def answer(index: OpenIndex, question: str | Query, *, model: RefusalModel = SURE, results: int = 10) -> Answer:
    """What an Answerer over ``index`` says; 'answered' for every question unless ``model`` says otherwise."""
    rows = {passage.passage_id: row for row, passage in enumerate(index.passages)}
    answerer = Answerer(
        retriever=retriever_of(index),
        reader=Reader(index.arrays),
        documents=index.documents,
        cases=index.cases,
        row=lambda passage: rows[passage.passage_id],
        with_neighbours=lambda found, _: with_neighbours(
            found, index.passages, lambda p: rows[p.passage_id], lambda name: index.documents[name].text
        ),
        once=list,
        model=model,
    )
    query = question if isinstance(question, Query) else Query(question, question)
    return answerer.answer(query, results=results)
