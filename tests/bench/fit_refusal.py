"""Fits the refusal model: python tests/bench/fit_refusal.py [--bench ../shared/bench] [--write]

Questions that are answered, and three kinds that are not, none of them about the seed documents:

- squad2-dev: its questions; the same with the paragraph that answers them left out (near); questions about articles
  that are not there (far);
- participedia: practitioners' questions; the same with the cases that answer them left out; questions written to look
  answerable.

Prints each set's AUROC and error rates, of a model fitted on the other set and of one fitted on both.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
from tests.bench.beir import library_of, read_jsonl, read_qrels
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import rag
from rag.config import Settings
from rag.library import Library
from rag.refusal import Signals

Row = tuple[NDArray[np.float64], bool, str]
NAMES = [field.name for field in fields(Signals)]


def rows_of(library: Library, question: str, history: Sequence[str], without: Collection[str]) -> NDArray[np.float64] | None:
    """The signals of a question, searched in the library without some of its documents."""
    names = None
    if without:
        names = [document.doc_id for document in library.documents() if document.doc_id not in without]
    signals = library.signals(question, history, sources=names)
    return None if signals is None else signals.vector()


def squad(bench: Path, work: Path, count: int) -> Iterator[Row]:
    folder = bench / "beir" / "squad2-dev"
    library = library_of(folder, work)
    qrels = read_qrels(folder / "qrels" / "test.tsv")
    questions = read_jsonl(folder / "queries.jsonl")
    random.Random(0).shuffle(questions)
    for question in questions[:count]:
        gold = {f"{doc}.txt" for doc in qrels[question["_id"]]}
        yield from labelled(library, question["text"], [], gold)
    for question in read_jsonl(folder / "queries_off_corpus.jsonl")[: count // 2]:
        signals = rows_of(library, question["text"], [], ())
        if signals is not None:
            yield signals, False, "far"


def participedia(bench: Path, work: Path) -> Iterator[Row]:
    folder = bench / "library" / "participedia"
    library = Library.open(Settings(folder / "html", work / "participedia-index"))
    for question in read_jsonl(folder / "questions.jsonl"):
        history = question.get("history", [])
        gold = {evidence["source"] for evidence in question["evidence"]}
        if question["answerable"]:
            yield from labelled(library, question["question"], history, gold)
        elif (signals := rows_of(library, question["question"], history, ())) is not None:
            yield signals, False, question["kind"].removeprefix("unanswerable-")


def labelled(library: Library, question: str, history: Sequence[str], gold: Collection[str]) -> Iterator[Row]:
    """A question that is answered, and the same without the documents that answer it."""
    for without, kind in (((), "answered"), (gold, "near")):
        signals = rows_of(library, question, history, without)
        if signals is not None:
            yield signals, not without, kind


def fitted(rows: Sequence[Row], strength: float) -> LogisticRegression:
    """Classes weigh alike, so that 0.5 is as likely as not."""
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=5000)
    model.fit(np.array([signals for signals, _, _ in rows]), [answered for _, answered, _ in rows])
    return model


def report(name: str, model: LogisticRegression, rows: Sequence[Row]) -> None:
    scores = model.predict_proba(np.array([signals for signals, _, _ in rows]))[:, 1]
    labels = np.array([answered for _, answered, _ in rows])
    kinds = np.array([kind for _, _, kind in rows])
    parts = [f"{name:34s} AUROC {roc_auc_score(labels, scores):.3f}"]
    for kind in ("answered", "near", "far"):
        own = scores[kinds == kind]
        if len(own):
            parts.append(f"{kind}: {np.mean(own >= 0.5):.2f} answered (median {np.median(own):.2f}, n {len(own)})")
    far = labels | (kinds == "far")
    parts.append(f"AUROC far only {roc_auc_score(labels[far], scores[far]):.3f}" if (kinds == "far").any() else "")
    print("  ".join(parts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "precedent-bench")
    parser.add_argument("--count", type=int, default=500, help="SQuAD questions (default 500)")
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    options = parser.parse_args()
    sets = {
        "squad2-dev": list(squad(options.bench, options.work, options.count)),
        "participedia": list(participedia(options.bench, options.work)),
    }
    options.work.mkdir(parents=True, exist_ok=True)
    everything = [row for rows in sets.values() for row in rows]
    print("signals alone, AUROC:")
    for i, signal in enumerate(NAMES):
        values = [f"{roc_auc_score([r[1] for r in rows], [r[0][i] for r in rows]):.3f}" for rows in sets.values()]
        print(f"  {signal:16s}", "  ".join(values))
    for strength in (0.1, 1.0, 10.0):
        print(f"C = {strength}")
        for name, rows in sets.items():
            others = [row for other, part in sets.items() if other != name for row in part]
            report(f"  {name}, fitted on the other", fitted(others, strength), rows)
            report(f"  {name}, fitted on both", fitted(everything, strength), rows)
    model = fitted(everything, 1.0)
    weights = {name: round(float(value), 3) for name, value in zip(NAMES, model.coef_[0], strict=True)}
    print(weights, round(float(model.intercept_[0]), 3))
    if options.write:
        record = {
            "fitted_on": {name: len(rows) for name, rows in sets.items()},
            "weights": weights,
            "intercept": round(float(model.intercept_[0]), 3),
            "answer_above": 0.5,
            "near_above": 0.1,
        }
        path = Path(rag.__file__).parent / "data" / "refusal.json"
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
