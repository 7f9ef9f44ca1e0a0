"""Fits the refusal model: PYTHONPATH=. python tests/bench/fit_refusal.py --work DIR [--write]

Questions that are answered, and three kinds that are not, none of them about the seed documents:

- squad2-dev: its questions; the same with the paragraph that answers them left out (near); the same with one
  word put for one of another question that stands nowhere here (swapped: 'bowel' for 'cervical'); questions about
  articles that are not there (far);
- participedia: practitioners' questions; the same without the cases that answer them, and questions written to look
  answerable (near);
- conditionalqa-pages, to look at but not to fit on: situations of several sentences are nothing practitioners type.

Prints AUROC, error rates and calibration of models fitted without the documents asked about (five folds), of a model
fitted on the other set alone, and the reliability diagram as a table. An answer is given where KEPT of the
practitioners' questions that are answered would be.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

import rag
from rag.ask.answerability import Signals
from rag.ask.query.intent import LIGHT
from rag.config import Settings
from rag.evaluation.metrics.figures import calibration
from rag.library import Library
from rag.text.words import content_terms, stems
from tests.bench.beir import read_jsonl, read_qrels

Floats = NDArray[np.float64]
KINDS = {"answered": 1.0, "near": 0.5, "swapped": 0.2, "far": 0.5}
KEPT = 0.8
SHOWN = 0.98  # of the near questions: they are shown the closest precedents
FOLDS = 5
NAMES = [field.name for field in fields(Signals)]


@dataclass(frozen=True)
class Row:
    """The signals of one question of a set, its kind, and its fold (by the document it is about)."""

    signals: Floats
    kind: str
    set: str
    fold: int


def row_of(
    library: Library, name: str, question: str, history: Sequence[str], *, gold: Collection[str], kind: str
) -> Iterator[Row]:
    """The question searched in the library, for 'near' ones of ``gold`` without these documents."""
    names = None
    if kind == "near" and gold:
        names = [document.doc_id for document in library.snapshot.documents() if document.doc_id not in gold]
    if signals := library.snapshot.signals(question, history, sources=names):
        fold = zlib.crc32((min(gold, default="") or question).encode()) % FOLDS
        yield Row(signals.vector(), kind, name, fold)


def beir(bench: Path, work: Path, name: str, count: int) -> Iterator[Row]:
    folder = bench / "beir" / name
    library = Library.open(Settings(folder / "corpus.jsonl", work / name))
    qrels = read_qrels(folder / "qrels" / "test.tsv")
    questions = [question for question in read_jsonl(folder / "queries.jsonl") if question["_id"] in qrels]
    random.Random(0).shuffle(questions)
    far = read_jsonl(path) if (path := folder / "queries_off_corpus.jsonl").exists() else []
    strangers = strange_words(library, [question["text"] for question in far]) if far else {}
    for question in questions[:count]:
        gold = set(qrels[question["_id"]])
        for kind in ("answered", "near"):
            yield from row_of(library, name, question["text"], (), gold=gold, kind=kind)
        if strangers and (text := swapped(question["text"], strangers)):
            yield from row_of(library, name, text, (), gold=gold, kind="swapped")
    for question in far:
        yield from row_of(library, name, question["text"], (), gold=(), kind="far")


def strange_words(library: Library, questions: Sequence[str]) -> dict[bool, list[str]]:
    """Words of the questions that the library has nowhere, with and without a capital."""
    stated = {stem for passage in library.snapshot.passages() for stem in stems(passage.searchable)}
    found: dict[bool, list[str]] = {True: [], False: []}
    for text in questions:
        for term in content_terms(text):
            word = text[term.start : term.end]
            if term.start and term.stem not in stated | LIGHT and word.isalpha():
                found[word[0].isupper()].append(word)
    return found


def swapped(question: str, strangers: dict[bool, list[str]]) -> str:
    """The question about something else: a content word of it, chosen by its letters, put for a strange one."""
    words = [term for term in content_terms(question) if term.stem not in LIGHT and question[term.start].isalpha()]
    if not words:
        return ""
    pick = zlib.crc32(question.encode())
    term = words[pick % len(words)]
    others = strangers[question[term.start].isupper()]
    return question[: term.start] + others[pick % len(others)] + question[term.end :]


def participedia(bench: Path, work: Path) -> Iterator[Row]:
    folder = bench / "library" / "participedia"
    library = Library.open(Settings(folder / "html", work / "participedia"))
    for question in read_jsonl(folder / "questions.jsonl"):
        history, gold = question.get("history", []), {evidence["source"] for evidence in question["evidence"]}
        kind = question["kind"].removeprefix("unanswerable-")
        for each in ("answered", "near") if question["answerable"] else (kind,):
            yield from row_of(library, folder.name, question["question"], history, gold=gold, kind=each)


def weights_of(rows: Sequence[Row]) -> Floats:
    """A set counts by the root of its questions; within it answered ones weigh as much as near and far together."""
    keys = [(row.set, row.kind) for row in rows]
    sizes = [sum(row.set == name for row in rows) for name, _ in keys]
    kinds = {
        name: sum(KINDS[kind] for kind in {row.kind for row in rows if row.set == name} - {"answered"})
        for name, _ in keys
    }
    weights = [
        math.sqrt(size) * (1.0 if kind == "answered" else KINDS[kind] / kinds[name]) / keys.count((name, kind))
        for (name, kind), size in zip(keys, sizes, strict=True)
    ]
    return np.array(weights) * len(rows) / sum(weights)


def fitted(rows: Sequence[Row]) -> Pipeline:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=5000))
    answered = [row.kind == "answered" for row in rows]
    model.fit(np.array([row.signals for row in rows]), answered, logisticregression__sample_weight=weights_of(rows))
    return model


def scored(model: Pipeline, rows: Sequence[Row]) -> Floats:
    probabilities: Floats = model.predict_proba(np.array([row.signals for row in rows]))[:, 1]
    return probabilities


def crossed(rows: Sequence[Row]) -> Floats:
    """The probability of each question by a model fitted without its fold."""
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        inside = [i for i, row in enumerate(rows) if row.fold == fold]
        scores[inside] = scored(fitted([row for row in rows if row.fold != fold]), [rows[i] for i in inside])
    return scores


def report(label: str, rows: Sequence[Row], scores: Floats, cut: float) -> None:
    kinds = np.array([row.kind for row in rows])
    strict = float(np.quantile(scores[kinds == "answered"], 0.05))
    parts = [f"{label:44s} answered {np.mean(scores[kinds == 'answered'] >= cut):.2f}"]
    for kind in ("near", "swapped", "far"):
        if (kinds == kind).any():
            both = (kinds == "answered") | (kinds == kind)
            parts.append(
                f"{kind} {np.mean(scores[kinds == kind] >= cut):.2f}, with 95% kept "
                f"{np.mean(scores[kinds == kind] >= strict):.3f}, "
                f"AUROC {roc_auc_score(kinds[both] == 'answered', scores[both]):.3f}"
            )
    print("; ".join(parts))


def reliability(label: str, rows: Sequence[Row], scores: Floats) -> None:
    """The reliability diagram of questions weighed as in the fit, as a table."""
    drawn = np.random.default_rng(0).choice(len(rows), size=20_000, p=weights_of(rows) / len(rows))
    found = calibration([(float(scores[i]), rows[i].kind == "answered") for i in drawn])
    assert found
    print(f"calibration, {label}: expected error {found.ece:.3f}")
    for part in found.bins:
        print(f"  {part.low:.1f} - {part.high:.1f}  sure {part.confidence:.2f}  was so {part.observed:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--work", type=Path, required=True, help="where the indexes go")
    parser.add_argument("--count", type=int, default=500, help="questions of a BEIR set (default 500)")
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    options = parser.parse_args()
    rows = [*beir(options.bench, options.work, "squad2-dev", options.count), *participedia(options.bench, options.work)]
    sets = list(dict.fromkeys(row.set for row in rows))
    kinds = np.array([row.kind for row in rows])
    across = crossed(rows)
    practitioners = across[[row.set == "participedia" and row.kind == "answered" for row in rows]]
    cut = float(np.quantile(practitioners, 1 - KEPT))
    model = fitted(rows)
    print(f"share answered (at {cut:.3f}) of questions that are answered, near and far:")
    for name in sets:
        own = [i for i, row in enumerate(rows) if row.set == name]
        report(f"  {name}, five folds", [rows[i] for i in own], across[own], cut)
        other = fitted([row for row in rows if row.set != name])
        report(f"  {name}, fitted on the other", [rows[i] for i in own], scored(other, [rows[i] for i in own]), cut)
    unseen = list(beir(options.bench, options.work, "conditionalqa-pages", options.count))
    report("  conditionalqa-pages, not fitted on", unseen, scored(model, unseen), cut)
    reliability("five folds", rows, across)
    reliability("conditionalqa-pages, not fitted on", unseen, scored(model, unseen))
    scaler, regression = model[0], model[-1]
    coefficients = regression.coef_[0] / scaler.scale_
    record = {
        "fitted_on": {name: sum(row.set == name for row in rows) for name in sets},
        "weights": {name: round(float(value), 3) for name, value in zip(NAMES, coefficients, strict=True)},
        "intercept": round(float(regression.intercept_[0] - coefficients @ scaler.mean_), 3),
        "answer_above": round(cut, 3),
        "near_above": round(float(np.quantile(across[kinds == "near"], 1 - SHOWN)), 3),
    }
    print(json.dumps(record, indent=2))
    if options.write:
        path = Path(rag.__file__).parent / "data" / "refusal.json"
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
