"""Fits the weights of the ranking: PYTHONPATH=. python tests/bench/fit_ranking.py --work DIR [--write]

Development questions of four sets, none of them about the seed documents: squad2-dev, scifact and conditionalqa-pages
(a document is right) and participedia (a passage that holds the evidence is right). The weights maximise the
likelihood of the right passages among those read closely (listwise softmax, ListNet's top-one loss, Cao et al. 2007),
every set counting as SHARES says. Prints the figures of weights fitted without the documents asked about (five folds),
and what each stage adds; indexes are kept in DIR.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import rag
from rag.config import Settings
from rag.evaluate.answers import FOUND, cover
from rag.library import Library
from rag.questions import read_questions
from rag.retrieve import Stages, Weights
from tests.bench.beir import read_jsonl, read_qrels

Floats = NDArray[np.float64]
NAMES = [field.name for field in fields(Weights) if field.name != "aside"]
SHARES = {"squad2-dev": 2.0, "scifact": 1.0, "conditionalqa-pages": 0.5, "participedia": 1.0}
ASIDE = 0.2  # nothing in these sets says what it should be
RIDGE, FOLDS = 0.005, 5
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
    """The stages of the passages of one question (n, stages), their documents, and how right each is (n,).

    ``ideal`` is the best DCG@10 that could be reached; ``about`` the document that answers, for the folds.
    """

    stages: Floats
    documents: list[str]
    grades: Floats
    ideal: float
    about: str


def asked_of(stages: Stages, documents: Sequence[str], grades: Sequence[float], best: Sequence[float]) -> Asked:
    ranked = sorted(best, reverse=True)[:10]
    right = [d for d, grade in zip(documents, grades, strict=True) if grade]
    columns = np.stack([getattr(stages, name) for name in NAMES], axis=1).astype(np.float64)
    return Asked(columns, list(documents), np.array(grades), dcg(ranked), right[0] if right else "")


def dcg(grades: Sequence[float]) -> float:
    return float(sum(grade / np.log2(rank + 1) for rank, grade in enumerate(grades, 1)))


def beir(folder: Path, work: Path) -> list[Asked]:
    library = Library.open(Settings(folder / "corpus.jsonl", work / folder.name))
    qrels = read_qrels(folder / "qrels" / "test.tsv")
    found = []
    for query in read_jsonl(folder / "queries.jsonl"):
        if grades := qrels.get(query["_id"]):
            stages = library.stages(query["text"])
            documents = [library.passages()[row].doc_id for row in stages.rows]
            found.append(asked_of(stages, documents, [grades.get(d, 0) for d in documents], list(grades.values())))
    return found


def practitioners(folder: Path, work: Path) -> list[Asked]:
    """A passage is its own document here: the right one of the right page is wanted."""
    library = Library.open(Settings(folder / "html", work / folder.name))
    found = []
    for question in read_questions(folder / "questions.jsonl"):
        if not question.answerable:
            continue
        stages = library.stages(question.question, question.history)
        passages = [library.passages()[row] for row in stages.rows]
        grades = [
            float(any(gold.source == p.doc_id and cover(gold.quote, p.text) >= FOUND for gold in question.evidence))
            for p in passages
        ]
        found.append(asked_of(stages, [p.passage_id for p in passages], grades, [1.0] * len(question.evidence)))
    return found


def ndcg(asked: Asked, weights: Floats) -> float:
    """nDCG@10 of the documents, each as good as its best passage."""
    best: dict[str, float] = {}
    for place in np.argsort(-(asked.stages @ weights), kind="stable"):
        best.setdefault(asked.documents[place], float(asked.grades[place]))
    return dcg(list(best.values())[:10]) / asked.ideal


def fitted(sets: Mapping[str, Sequence[Asked]], names: Sequence[str]) -> Floats:
    """Weights of the stages, 0 for those that are not among ``names``."""
    on = np.array([name in names for name in NAMES])
    parts = [(SHARES[name], [a for a in asked if 0 < (a.grades > 0).mean() < 1]) for name, asked in sets.items()]

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, gradient = float(RIDGE * weights @ weights), 2 * RIDGE * weights
        for share, questions in parts:
            for question in questions:
                scores = question.stages @ weights
                likely = np.exp(scores - scores.max())
                likely /= likely.sum()
                right = np.where(question.grades > 0, likely, 0.0)
                value -= float(share * np.log(right.sum()) / len(questions))
                gradient = gradient + share * question.stages.T @ (likely - right / right.sum()) / len(questions)
        return value, gradient * on

    bounds = [(0.0, None) if used else (0.0, 0.0) for used in on]
    result: Floats = minimize(loss, on.astype(float), jac=True, method="L-BFGS-B", bounds=bounds).x
    return result


def crossed(sets: Mapping[str, Sequence[Asked]], names: Sequence[str]) -> dict[str, float]:
    """Mean nDCG@10 of each set, every question ranked by weights fitted without its document."""
    scores: dict[str, list[float]] = {name: [] for name in sets}
    fold: Callable[[Asked], int] = lambda asked: sum(asked.about.encode()) % FOLDS  # noqa: E731
    for number in range(FOLDS):
        weights = fitted({n: [a for a in asked if fold(a) != number] for n, asked in sets.items()}, names)
        for name, asked in sets.items():
            scores[name] += [ndcg(a, weights) for a in asked if fold(a) == number]
    return {name: float(np.mean(values)) for name, values in scores.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--work", type=Path, required=True, help="where the indexes go")
    parser.add_argument("--write", action="store_true", help="write rag/data/ranking.json")
    options = parser.parse_args()
    sets = {
        name: practitioners(options.bench / "library" / name, options.work)
        if name == "participedia"
        else beir(options.bench / "beir" / name, options.work)
        for name in SHARES
    }
    print(f"{'nDCG@10, five folds':34}", *(f"{name:>20}" for name in sets))
    for label, names in ABLATIONS.items():
        print(f"{label:34}", *(f"{value:20.4f}" for value in crossed(sets, names).values()), flush=True)
    weights = fitted(sets, NAMES)
    print(
        f"{'weights of all questions':34}", *(f"{np.mean([ndcg(a, weights) for a in s]):20.4f}" for s in sets.values())
    )
    weights = weights / weights.sum()
    final = Weights(*map(float, weights.round(3)), aside=ASIDE / 2)
    print(asdict(final))
    if options.write:
        record = {
            "fitted_by": "tests/bench/fit_ranking.py",
            "questions": {name: len(asked) for name, asked in sets.items()},
            "weights": asdict(final),
        }
        path = Path(rag.__file__).parent / "data" / "ranking.json"
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
