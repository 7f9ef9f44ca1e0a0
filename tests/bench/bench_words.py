"""Compares our word search with bm25s, tantivy and SQLite FTS5.

    python tests/bench/bench_words.py [FOLDER]

FOLDER holds BEIR sets below ``beir/`` (default ../shared/bench). All engines get the same words (those of
rag.text.words: lower case, English Snowball stems, no stop words); 'FTS5 porter' analyses the raw text itself.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np

from rag.index.store.search import K1, B, WordCounts, WordScores
from rag.text.words import content_terms
from tests.store_example import one_segment

Search = Callable[[Sequence[str]], list[tuple[int, float]]]
DEPTH = 10


@dataclass(frozen=True)
class Collection:
    """A BEIR set: texts and questions with their words, judgements by row."""

    texts: list[str]
    words: list[list[str]]
    questions: dict[str, list[str]]
    judgements: list[ir_measures.Qrel]


def read(folder: Path) -> Collection:
    """Reads corpus.jsonl, queries.jsonl and qrels/test.tsv."""
    corpus = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
    row = {passage["_id"]: str(i) for i, passage in enumerate(corpus)}
    texts = [f"{passage.get('title', '')} {passage['text']}" for passage in corpus]
    with (folder / "qrels" / "test.tsv").open(encoding="utf-8", newline="") as file:
        judged = list(csv.DictReader(file, delimiter="\t"))
    return Collection(
        texts=texts,
        words=[words_of(text) for text in texts],
        questions={query["_id"]: words_of(query["text"]) for query in queries},
        judgements=[
            ir_measures.Qrel(line["query-id"], row[line["corpus-id"]], int(line["score"]))
            for line in judged
            if line["corpus-id"] in row
        ],
    )


def words_of(text: str) -> list[str]:
    """The words that are searched, as the product analyses them."""
    return [term.stem for term in content_terms(text)]


def own_engine(collection: Collection, folder: Path) -> Search:
    """The product's own: counts of words by segment, scored as they are asked for."""
    counts = WordCounts.of(collection.words)
    (folder / "vocabulary.json").write_text(json.dumps(counts.vocabulary), encoding="utf-8")
    for name in WordCounts.ARRAYS:
        np.save(folder / f"{name}.npy", getattr(counts, name), allow_pickle=False)
    index = WordScores([counts], one_segment(len(collection.texts)))

    def search(words: Sequence[str]) -> list[tuple[int, float]]:
        rows, scores = index.search(words, DEPTH)
        return list(zip(rows.tolist(), scores.tolist(), strict=True))

    return search


def bm25s_engine(collection: Collection, folder: Path) -> Search:
    """bm25s in Lucene's variant."""
    import bm25s

    engine = bm25s.BM25(method="lucene", k1=K1, b=B)
    engine.index(collection.words, show_progress=False)
    engine.save(folder)

    def search(words: Sequence[str]) -> list[tuple[int, float]]:
        if not words:
            return []
        scores = engine.get_scores(list(words))
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [(int(row), float(scores[row])) for row in best if scores[row] > 0]

    return search


def tantivy_engine(collection: Collection, folder: Path) -> Search:
    """Tantivy over the words, split at white space; fixed k1 1.2, b 0.75."""
    import tantivy

    schema = (
        tantivy.SchemaBuilder()
        .add_integer_field("row", stored=True)
        .add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        .build()
    )
    index = tantivy.Index(schema, path=str(folder))
    writer = index.writer(num_threads=1)
    for row, words in enumerate(collection.words):
        writer.add_document(tantivy.Document(row=row, words=" ".join(words)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(words: Sequence[str]) -> list[tuple[int, float]]:
        terms = [tantivy.Query.term_query(schema, "words", word) for word in words]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        found = searcher.search(query, DEPTH).hits
        return [(int(searcher.doc(address)["row"][0]), float(score)) for score, address in found]

    return search


def fts5_engine(collection: Collection, folder: Path, *, porter: bool) -> Search:
    """SQLite FTS5 without a copy of the text; fixed k1 1.2, b 0.75."""
    connection = sqlite3.connect(folder / "words.sqlite")
    tokenizer = "porter unicode61" if porter else "unicode61"
    connection.execute(f"CREATE VIRTUAL TABLE passages USING fts5(words, content='', tokenize='{tokenizer}')")
    rows = collection.texts if porter else [" ".join(words) for words in collection.words]
    connection.executemany("INSERT INTO passages (rowid, words) VALUES (?, ?)", enumerate(rows))
    connection.execute("INSERT INTO passages (passages) VALUES ('optimize')")
    connection.commit()

    def search(words: Sequence[str]) -> list[tuple[int, float]]:
        if not words:
            return []
        query = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        found = connection.execute(
            "SELECT rowid, -bm25(passages) FROM passages WHERE passages MATCH ? ORDER BY 2 DESC LIMIT ?",
            (query, DEPTH),
        )
        return [(int(row), float(score)) for row, score in found]

    return search


ENGINES: dict[str, tuple[Callable[[Collection, Path], Search], str]] = {
    "Precedent": (own_engine, "by segment"),
    "bm25s": (bm25s_engine, "rebuilt"),
    "tantivy": (tantivy_engine, "yes"),
    "FTS5": (lambda collection, folder: fts5_engine(collection, folder, porter=False), "yes"),
    "FTS5 porter": (lambda collection, folder: fts5_engine(collection, folder, porter=True), "yes"),
}


def ndcg(collection: Collection, runs: Iterable[tuple[str, list[tuple[int, float]]]]) -> float:
    """nDCG@10; a question without hits counts as zero."""
    found = [ir_measures.ScoredDoc(q, str(row), score) for q, hits in runs for row, score in hits]
    return float(
        ir_measures.calc_aggregate([ir_measures.nDCG @ DEPTH], collection.judgements, found)[ir_measures.nDCG @ DEPTH]
    )


def measure(name: str, collection: Collection) -> dict[str, Any]:
    """One line of the table."""
    build, incremental = ENGINES[name]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        started = time.perf_counter()
        search = build(collection, Path(folder))
        seconds = time.perf_counter() - started
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        runs, times = [], []
        for question, words in collection.questions.items():
            started = time.perf_counter()
            runs.append((question, search(words)))
            times.append(time.perf_counter() - started)
    return {
        "engine": name,
        "nDCG@10": f"{ndcg(collection, runs):.3f}",
        "MB": f"{size / 1e6:.2f}",
        "build s": f"{seconds:.2f}",
        "query ms": f"{statistics.median(times) * 1e3:.2f}",
        "incremental": incremental,
    }


def parameter_grid(collection: Collection) -> list[dict[str, Any]]:
    """nDCG@10 of bm25s (Lucene's variant) for a few k1 and b."""
    import bm25s

    found = []
    for k1 in (0.9, 1.2, 1.5, 2.0):
        for b in (0.4, 0.6, 0.75, 0.9):
            engine = bm25s.BM25(method="lucene", k1=k1, b=b)
            engine.index(collection.words, show_progress=False)
            runs = []
            for question, words in collection.questions.items():
                if not words:
                    continue
                scores = engine.get_scores(words)
                best = np.argsort(-scores, kind="stable")[:DEPTH]
                runs.append((question, [(int(row), float(scores[row])) for row in best if scores[row] > 0]))
            found.append({"k1": k1, "b": b, "nDCG@10": f"{ndcg(collection, runs):.3f}"})
    return found


def show(title: str, lines: list[dict[str, Any]]) -> None:
    """Prints a Markdown table."""
    print(f"\n{title}\n\n| {' | '.join(lines[0])} |\n|{'---|' * len(lines[0])}")
    for line in lines:
        print(f"| {' | '.join(str(value) for value in line.values())} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--sets", nargs="+", default=["squad2-dev", "scifact"])
    parser.add_argument("--grid", action="store_true", help="also try several k1 and b")
    arguments = parser.parse_args()
    for name in arguments.sets:
        collection = read(arguments.folder / "beir" / name)
        title = f"{name}: {len(collection.texts)} passages, {len(collection.questions)} questions"
        show(title, [measure(engine, collection) for engine in ENGINES])
        if arguments.grid:
            show(f"{name}: bm25s parameters (in use: k1 {K1}, b {B})", parameter_grid(collection))
    return 0


if __name__ == "__main__":
    sys.exit(main())
