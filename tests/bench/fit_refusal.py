"""Fits the refusal model: python tests/bench/fit_refusal.py [--bench ../shared/bench] [--write]

Questions that are answered, and three kinds that are not, none of them about the seed documents:

- squad2-dev: its questions; the same with the paragraph that answers them left out (near); questions about articles
  that are not there (far);
- participedia: practitioners' questions; the same with the cases that answer them left out; questions written to look
  answerable.

Prints each set's AUROC and error rates, of a model fitted on the other set and of one fitted on both. An answer is
given where KEPT of the questions that are answered would be: a refusal shows the nearest precedents, which costs a
reader less than an answer withheld.
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
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

import rag
from rag.config import Settings
from rag.library import Library
from rag.refusal import Signals
from tests.bench.beir import library_of, read_jsonl, read_qrels

Row = tuple[NDArray[np.float64], bool, str]
SHARES = {"answered": 1.0, "near": 0.6, "far": 0.4}
KEPT = 0.9
NAMES = [field.name for field in fields(Signals)]


def rows_of(
    library: Library, question: str, history: Sequence[str], without: Collection[str]
) -> NDArray[np.float64] | None:
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


def weights_of(rows: Sequence[Row], sets: Sequence[str]) -> NDArray[np.float64]:
    """Each set weighs alike; within it answered questions weigh as much as near and far ones together."""
    keys = list(zip(sets, (kind for _, _, kind in rows), strict=True))
    return np.array([SHARES[kind] / keys.count((name, kind)) for name, kind in keys])


def fitted(rows: Sequence[Row], sets: Sequence[str]) -> Pipeline:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=5000))
    weights = weights_of(rows, sets)
    x, y = np.array([signals for signals, _, _ in rows]), [answered for _, answered, _ in rows]
    model.fit(x, y, logisticregression__sample_weight=weights * len(rows) / weights.sum())
    return model


def scored(model: Pipeline, rows: Sequence[Row]) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    return model.predict_proba(np.array([signals for signals, _, _ in rows]))[:, 1], np.array([k for _, _, k in rows])


def answer_threshold(model: Pipeline, sets: dict[str, list[Row]]) -> float:
    """The probability above which KEPT of the answered questions lie, mean over the sets."""
    cuts = []
    for rows in sets.values():
        scores, kinds = scored(model, rows)
        cuts.append(np.quantile(scores[kinds == "answered"], 1 - KEPT))
    return float(np.mean(cuts))


def near_threshold(model: Pipeline, rows: Sequence[Row]) -> float:
    """The probability above which KEPT of the near questions lie: they are shown their nearest precedents."""
    scores, kinds = scored(model, rows)
    return float(np.quantile(scores[kinds == "near"], 1 - KEPT))


def report(name: str, model: Pipeline, rows: Sequence[Row], cut: float) -> None:
    scores, kinds = scored(model, rows)
    parts = [f"{name:36s}"]
    for kind in ("near", "far"):
        kept = (kinds == "answered") | (kinds == kind)
        parts.append(f"AUROC {kind} {roc_auc_score(kinds[kept] == 'answered', scores[kept]):.3f}")
    parts += [f"{kind} {np.mean(scores[kinds == kind] >= cut):.2f}" for kind in ("answered", "near", "far")]
    print("  ".join(parts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "precedent-bench")
    parser.add_argument("--count", type=int, default=500, help="SQuAD questions (default 500)")
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    sets = {
        "squad2-dev": list(squad(options.bench, options.work, options.count)),
        "participedia": list(participedia(options.bench, options.work)),
    }
    everything = [row for rows in sets.values() for row in rows]
    names = [name for name, rows in sets.items() for _ in rows]
    print("signals alone, AUROC against near and far together:")
    for i, signal in enumerate(NAMES):
        values = [f"{roc_auc_score([r[1] for r in rows], [r[0][i] for r in rows]):.3f}" for rows in sets.values()]
        print(f"  {signal:16s}", "  ".join(values))
    model = fitted(everything, names)
    cut = answer_threshold(model, sets)
    print(f"share answered (at {cut:.3f}) of questions that are answered, near and far:")
    for name, rows in sets.items():
        (other,) = [o for o in sets if o != name]
        alone = fitted(sets[other], [other] * len(sets[other]))
        report(f"  {name}, fitted on the other", alone, rows, answer_threshold(alone, {other: sets[other]}))
        report(f"  {name}, fitted on both", model, rows, cut)
    scaler, regression = model[0], model[-1]
    coefficients = regression.coef_[0] / scaler.scale_
    record = {
        "fitted_on": {name: len(rows) for name, rows in sets.items()},
        "weights": {name: round(float(value), 3) for name, value in zip(NAMES, coefficients, strict=True)},
        "intercept": round(float(regression.intercept_[0] - coefficients @ scaler.mean_), 3),
        "answer_above": round(cut, 3),
        "near_above": round(near_threshold(model, everything), 3),
    }
    print(json.dumps(record, indent=2))
    if options.write:
        path = Path(rag.__file__).parent / "data" / "refusal.json"
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
