"""How long an answer takes: PYTHONPATH=. python tests/bench/latency.py [QUESTIONS] [--seeds DIR] [--cold N]

Warm: every question three times in one process, beside the time of encoding the question alone. Cold: a new process of
``rag ask`` on an existing index, start to end.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rag.config import Settings, default_seeds
from rag.embed import SentenceTransformerEmbedder
from rag.evaluate import read_asked
from rag.library import Library

ROOT = Path(__file__).resolve().parents[2]


def milliseconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000


def line(name: str, times: list[float]) -> str:
    return f"{name:28s} median {np.median(times):8.1f} ms   p95 {np.quantile(times, 0.95):8.1f} ms   n {len(times)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="?", type=Path, default=ROOT / "tests" / "questions.jsonl")
    parser.add_argument("--seeds", type=Path, default=default_seeds())
    parser.add_argument("--cold", type=int, default=5, help="cold starts (default 5)")
    options = parser.parse_args()
    embedder = SentenceTransformerEmbedder()
    library = Library.open(Settings(options.seeds), embedder=embedder)
    asked = read_asked(options.questions)
    library.ask(asked[0].question)  # the first question loads the model
    answer, encode = [], []
    for _ in range(3):
        for one in asked:
            query = library.resolve(one.question, one.history)
            encode.append(milliseconds(lambda query=query: embedder.encode_queries([query.text])))  # type: ignore[misc]
            answer.append(milliseconds(lambda one=one: library.ask(one.question, one.history)))  # type: ignore[misc]
    print(f"{len(library.documents())} documents, {len(library.passages())} passages")
    print(line("encoding the question", encode))
    print(line("answer, encoding included", answer))
    command = [sys.executable, "-m", "rag", "ask", asked[0].question, "--seeds", str(options.seeds)]
    cold = [
        milliseconds(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT))
        for _ in range(options.cold)
    ]
    if cold:
        print(line("rag ask, cold", cold))


if __name__ == "__main__":
    main()
