"""Ours beside other ways with the same model weights: PYTHONPATH=. python tests/bench/peers.py SET --work DIR

nDCG@10 and Recall@10 of the documents of a BEIR folder: the model's cosine on whole documents, as LlamaIndex, Haystack
and LangChain search by default; BM25; the two fused by rank and by z-score; txtai's hybrid search; ``Library.rank``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import bm25s
import ir_measures
import numpy as np
import Stemmer
from ir_measures import R, nDCG
from numpy.typing import NDArray

from rag.config import Settings
from rag.index.embed import SentenceTransformerEmbedder
from rag.index.models import find_model
from rag.library import Library
from tests.bench.beir import read_jsonl, read_qrels

Run = dict[str, dict[str, float]]
DEPTH = 100


def run_of(names: Sequence[str], questions: Sequence[dict[str, Any]], scores: NDArray[np.floating[Any]]) -> Run:
    """The best of ``scores`` (questions, documents)."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    return {
        question["_id"]: {names[column]: float(scores[row, column]) for column in best[row]}
        for row, question in enumerate(questions)
    }


def z(scores: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    found: NDArray[np.floating[Any]] = scores - scores.mean(axis=1, keepdims=True)
    found /= scores.std(axis=1, keepdims=True) + 1e-9
    return found


def reciprocal(scores: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    ranks = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1)
    shares: NDArray[np.floating[Any]] = 1.0 / (60 + 1 + ranks)
    return shares


def bm25(texts: Sequence[str], queries: Sequence[str]) -> NDArray[np.float32]:
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(texts), stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)
    found = [
        index.get_scores(words)
        for words in bm25s.tokenize(
            list(queries), stopwords="en", stemmer=stemmer, show_progress=False, return_ids=False
        )
    ]
    return np.array(found, dtype=np.float32)


def txtai_hybrid(names: Sequence[str], texts: Sequence[str], questions: Sequence[dict[str, Any]]) -> Run:
    from txtai import Embeddings

    embeddings = Embeddings(path=str(find_model("")), hybrid=True, gpu=False)
    embeddings.index(list(zip(names, texts, [None] * len(names), strict=True)))
    found = embeddings.batchsearch([question["text"] for question in questions], DEPTH)
    return {question["_id"]: dict(hits) for question, hits in zip(questions, found, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path, help="a BEIR folder")
    parser.add_argument("--work", type=Path, required=True, help="where the index goes")
    options = parser.parse_args()
    folder: Path = options.set
    corpus, qrels = read_jsonl(folder / "corpus.jsonl"), read_qrels(folder / "qrels" / "test.tsv")
    questions = [question for question in read_jsonl(folder / "queries.jsonl") if question["_id"] in qrels]
    names = [document["_id"] for document in corpus]
    texts = [f"{document.get('title', '')}\n{document['text']}" for document in corpus]
    queries = [question["text"] for question in questions]
    embedder = SentenceTransformerEmbedder()
    dense = embedder.embed_queries(queries) @ embedder.embed_passages(texts).T
    lexical = bm25(texts, queries)
    library = Library.open(Settings(folder / "corpus.jsonl", options.work / folder.name))
    ways: dict[str, Callable[[], Run]] = {
        "cosine of whole documents": lambda: run_of(names, questions, dense),
        "BM25": lambda: run_of(names, questions, lexical),
        "reciprocal rank fusion": lambda: run_of(names, questions, reciprocal(dense) + reciprocal(lexical)),
        "z-scores added": lambda: run_of(names, questions, z(dense) + z(lexical)),
        "txtai hybrid": lambda: txtai_hybrid(names, texts, questions),
        "Precedent": lambda: {q["_id"]: dict(library.snapshot.rank(q["text"], DEPTH)) for q in questions},
    }
    for label, way in ways.items():
        found = ir_measures.calc_aggregate([nDCG @ 10, R @ 10], qrels, way())
        print(f"{label:28} nDCG@10 {found[nDCG @ 10]:.4f}  Recall@10 {found[R @ 10]:.4f}", flush=True)


if __name__ == "__main__":
    main()
