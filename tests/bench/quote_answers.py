"""How often the first quote holds the answer: PYTHONPATH=. python tests/bench/quote_answers.py --work DIR [--count N]

Asks the questions of squad2-dev, whose answers are words of the paragraphs, and looks for one of them in the first
citation, and in all of them, whether the question was answered or ended in the closest precedents.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np

from rag.config import Settings
from rag.evaluation.metrics.answers import words_of
from rag.library import Library
from tests.bench.beir import read_jsonl


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--work", type=Path, required=True, help="where the index goes")
    parser.add_argument("--count", type=int, default=1500)
    options = parser.parse_args()
    folder = options.bench / "beir" / "squad2-dev"
    library = Library.open(Settings(folder / "corpus.jsonl", options.work / folder.name))
    questions = [q for q in read_jsonl(folder / "queries.jsonl") if q["metadata"]["answers"]]
    random.Random(0).shuffle(questions)
    first, any_of, words, refused = [], [], [], []
    for question in questions[: options.count]:
        answer = library.ask(question["text"])
        wanted = [f" {words_of(text)} " for text in question["metadata"]["answers"]]
        holds = [any(w in f" {words_of(citation.quote)} " for w in wanted) for citation in answer.citations]
        first.append(any(holds[:1]))
        any_of.append(any(holds))
        refused.append(answer.status != "answered")
        words += [len(citation.quote.split()) for citation in answer.citations[:1]]
    print(f"{len(first)} questions: first quote holds the answer {np.mean(first):.3f}, any quote {np.mean(any_of):.3f}")
    print(f"words of the first quote: median {np.median(words):.0f}, 95% {np.percentile(words, 95):.0f}")
    print(f"refused {np.mean(refused):.3f}")


if __name__ == "__main__":
    main()
