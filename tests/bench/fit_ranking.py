"""Fits the weights of the ranking: PYTHONPATH=. python tests/bench/fit_ranking.py --work DIR [--write]

Development questions of four sets, none of them about the seed documents: squad2-dev, scifact and conditionalqa-pages
(a document is right) and participedia (a passage that holds the evidence is right). Of all weights in steps of STEP,
those with the best mean nDCG@10 are taken, a set counting by the root of its questions. Prints the figures of weights
chosen without the documents asked about (five folds), and what each stage adds; indexes are kept in DIR.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import rag
from rag.ask.retrieve import Weights
from rag.config import Settings
from rag.evaluation.metrics.answers import FOUND, cover
from rag.evaluation.questions.sets import read_questions
from rag.library import Library
from tests.bench.beir import read_jsonl, read_qrels
from tests.stages import Stages, stages_of

Floats = NDArray[np.float64]
NAMES = [field.name for field in fields(Weights) if field.name != "aside"]
SETS = ("squad2-dev", "scifact", "conditionalqa-pages", "participedia")
ASIDE = 0.2  # nothing in these sets says what it should be
STEP, FOLDS = 0.05, 5
ABLATIONS = {
    "dense alone": ["dense"],
    "BM25 alone": ["lexical"],
    "dense + BM25": ["dense", "lexical"],
    "+ best sentence or item": ["dense", "lexical", "evidence"],
    "+ late interaction (all)": NAMES,
    "without dense": NAMES[1:],
    "without BM25": [name for name in NAMES if name != "lexical"],
    "without best sentence or item": [name for name in NAMES if name != "evidence"],
}


@dataclass(frozen=True)
class Asked:
    """The stages (n, stages) of the passages of one question, their documents (n,) by number, and how right each
    document is, by number. ``ideal`` is the best DCG@10 that could be reached; ``about`` a document that answers.
    """

    stages: Floats
    documents: NDArray[np.int64]
    grades: Mapping[int, float]
    ideal: float
    about: str


def asked_of(stages: Stages, documents: Sequence[str], grades: Mapping[str, float], best: Sequence[float]) -> Asked:
    names = sorted(set(documents))
    number = {name: place for place, name in enumerate(names)}
    right = {number[name]: grade for name, grade in grades.items() if grade and name in number}
    return Asked(
        np.stack([getattr(stages, name) for name in NAMES], axis=1).astype(np.float64),
        np.array([number[name] for name in documents]),
        right,
        sum(grade / math.log2(rank + 1) for rank, grade in enumerate(sorted(best, reverse=True)[:10], 1)),
        min(grades, default=""),
    )


def asked_stages(library: Library, question: str, history: Sequence[str] = ()) -> Stages:
    retriever = library.snapshot._pipeline.retriever
    return stages_of(retriever, retriever.question(library.snapshot.understand(question, history)))


def beir(folder: Path, work: Path) -> list[Asked]:
    library = Library.open(Settings(folder / "corpus.jsonl", work / folder.name))
    qrels = read_qrels(folder / "qrels" / "test.tsv")
    found = []
    for query in read_jsonl(folder / "queries.jsonl"):
        if grades := qrels.get(query["_id"]):
            stages = asked_stages(library, query["text"])
            documents = [library.snapshot.passages()[row].doc_id for row in stages.rows]
            found.append(asked_of(stages, documents, grades, list(grades.values())))
    return found


def practitioners(folder: Path, work: Path) -> list[Asked]:
    """A passage is its own document here: the right one of the right page is wanted."""
    library = Library.open(Settings(folder / "html", work / folder.name))
    found = []
    for question in read_questions(folder / "questions.jsonl"):
        if not question.answerable:
            continue
        stages = asked_stages(library, question.question, question.history)
        passages = [library.snapshot.passages()[row] for row in stages.rows]
        grades = {
            p.passage_id: 1.0
            for p in passages
            if any(gold.source == p.doc_id and cover(gold.quote, p.text) >= FOUND for gold in question.evidence)
        }
        found.append(asked_of(stages, [p.passage_id for p in passages], grades, [1.0] * len(question.evidence)))
    return found


def ndcg(asked: Asked, weights: Floats) -> Floats:
    """nDCG@10 by each of several ``weights`` (w, stages), (w,): of documents, each as good as its best passage."""
    scores = asked.stages @ weights.T
    best = np.full((int(asked.documents.max()) + 1, len(weights)), -np.inf)
    np.maximum.at(best, asked.documents, scores)
    gained = np.zeros(len(weights))
    for document, grade in asked.grades.items():
        rank = 1 + (best > best[document]).sum(axis=0)
        gained += np.where(rank <= 10, grade / np.log2(rank + 1), 0.0)
    return gained / asked.ideal


def every_choice() -> Floats:
    """All weights in steps of STEP that add up to 1, (choices, stages)."""
    steps = round(1 / STEP)
    places = itertools.product(range(steps + 1), repeat=len(NAMES) - 1)
    return np.array([(*some, steps - sum(some)) for some in places if sum(some) <= steps]) * STEP


@dataclass(frozen=True)
class Sets:
    """nDCG@10 of every choice of weights for the questions of each set, (choices, questions); and their folds."""

    choices: Floats
    scores: Mapping[str, Floats]
    folds: Mapping[str, NDArray[np.int64]]

    def best(self, names: Sequence[str], without: int = -1) -> int:
        """The number of the best choice that uses only the stages ``names``, on all folds but one."""
        usable = ~self.choices[:, [name not in names for name in NAMES]].any(axis=1)
        value = np.zeros(len(self.choices))
        for name, scores in self.scores.items():
            kept = self.folds[name] != without
            value += math.sqrt(scores.shape[1]) * scores[:, kept].mean(axis=1)
        return int(np.argmax(np.where(usable, value, -1.0)))

    def crossed(self, names: Sequence[str]) -> list[float]:
        """Mean nDCG@10 of each set, every question ranked by weights chosen without its document."""
        chosen = [self.best(names, fold) for fold in range(FOLDS)]
        return [
            float(np.mean([scores[chosen[fold], question] for question, fold in enumerate(self.folds[name])]))
            for name, scores in self.scores.items()
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--work", type=Path, required=True, help="where the indexes go")
    parser.add_argument("--write", action="store_true", help="write rag/data/ranking.json")
    options = parser.parse_args()
    questions = {
        name: practitioners(options.bench / "library" / name, options.work)
        if name == "participedia"
        else beir(options.bench / "beir" / name, options.work)
        for name in SETS
    }
    choices = every_choice()
    sets = Sets(
        choices,
        {name: np.stack([ndcg(a, choices) for a in asked], axis=1) for name, asked in questions.items()},
        {name: np.array([zlib.crc32(a.about.encode()) % FOLDS for a in asked]) for name, asked in questions.items()},
    )
    print(f"{'nDCG@10, five folds':34}", *(f"{name:>20}" for name in SETS))
    for label, names in ABLATIONS.items():
        print(f"{label:34}", *(f"{value:20.4f}" for value in sets.crossed(names)), flush=True)
    best = sets.best(NAMES)
    print(f"{'weights of all questions':34}", *(f"{scores[best].mean():20.4f}" for scores in sets.scores.values()))
    final = Weights(**{**dict(zip(NAMES, choices[best].round(2).tolist(), strict=True)), "aside": ASIDE})
    print(asdict(final))
    if options.write:
        record = {
            "fitted_by": "tests/bench/fit_ranking.py",
            "questions": {name: len(asked) for name, asked in questions.items()},
            "weights": asdict(final),
        }
        path = Path(rag.__file__).parent / "data" / "ranking.json"
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
