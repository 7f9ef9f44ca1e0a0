"""How long an answer takes, stage by stage: PYTHONPATH=. python tests/bench/latency.py [QUESTIONS] [--seeds DIR]

Warm: every question several times in one process; the stages' time is set against that of encoding the question, taken
within the same answers. A stage's time is without that of the stages it calls. Cold: a new process of ``rag ask`` on an
existing index, start to end. QUESTIONS is a file of questions or a BEIR folder, whose corpus is then the library; an
index of many thousand passages is built once (``rag index --seeds ... --index ...``) and named with --index.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.ask import answer
from rag.ask.answer import Answerer
from rag.ask.retrieve import Retriever
from rag.config import Settings, default_seeds
from rag.evaluation.questions.judged import read_beir
from rag.evaluation.questions.sets import Asked, read_asked
from rag.index.embed import SentenceTransformerEmbedder
from rag.library import Library
from rag.snapshot import Snapshot

ROOT = Path(__file__).resolve().parents[2]
ENCODING, REST = "encoding the question", "the rest"
_ROUNDS = 3

#: What is timed: the name it is printed by, and the functions that do it.
STAGES: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    (REST, Snapshot, ("ask",)),
    ("words: spelling, synonyms, follow-ups", Snapshot, ("resolve",)),
    (ENCODING, SentenceTransformerEmbedder, ("encode_queries",)),
    ("the question as stages see it", Retriever, ("question",)),
    ("candidates: dense, lexical", Retriever, ("_candidates",)),
    ("reading closely: late interaction, units", Retriever, ("_reading",)),
    ("fusing, fetching the best", Retriever, ("search",)),
    ("answering: quotes", Answerer, ("_quotes",)),
    ("answering: signals", Answerer, ("_signals",)),
    ("answering: missing words", answer, ("_missing",)),
    ("answering: statements", Answerer, ("_with_statements",)),
    ("answering: windows", Snapshot, ("_windows",)),
    ("answering: copies", Snapshot, ("_once",)),
)


class Stopwatch:
    """Wraps the functions of STAGES; ``spent`` is each stage's own time, in ms, since the last ``taken``."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = defaultdict(float)
        self._inner = [0.0]  # of each call under way, what the stages it called took
        for name, owner, functions in STAGES:
            for function in functions:
                setattr(owner, function, self._timed(name, getattr(owner, function)))

    def taken(self) -> dict[str, float]:
        """What each stage took; begins anew."""
        spent = dict(self._spent)
        self._spent.clear()
        return spent

    def _timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            result = self._call(name, lambda: function(*arguments, **named))
            return self._each(name, result) if isinstance(result, Iterator) else result

        return timed

    def _each(self, name: str, items: Iterator[Any]) -> Iterator[Any]:
        end = object()
        while (item := self._call(name, lambda: next(items, end))) is not end:
            yield item

    def _call(self, name: str, run: Callable[[], Any]) -> Any:
        self._inner.append(0.0)
        started = time.perf_counter()
        try:
            return run()
        finally:
            whole = 1000 * (time.perf_counter() - started)
            self._spent[name] += whole - self._inner.pop()
            self._inner[-1] += whole


def line(name: str, times: Sequence[float], unit: str = "ms") -> str:
    median, p95 = np.median(times), np.quantile(times, 0.95)
    return f"{name:42s} median {median:8.2f} {unit:2s}   p95 {p95:8.2f} {unit:2s}   n {len(times)}"


def warm(library: Library, asked: Sequence[Asked]) -> list[dict[str, float]]:
    """What each stage took, a mapping an answer."""
    watch = Stopwatch()
    for one in asked[:3]:
        library.ask(one.question, one.history)  # the first loads the model and what is kept of the library
    watch.taken()
    found = []
    for _ in range(_ROUNDS):
        for one in asked:
            library.ask(one.question, one.history)
            found.append(watch.taken())
    return found


def report(found: Sequence[dict[str, float]]) -> str:
    """A line a stage, then the stages beside the encoding."""
    encoding = [times.get(ENCODING, 0.0) for times in found]
    whole = [sum(times.values()) for times in found]
    added = [all_ - encode for all_, encode in zip(whole, encoding, strict=True)]
    lines = [line(name, [times.get(name, 0.0) for times in found]) for name, _, _ in STAGES if name != ENCODING]
    lines += [line("all stages together", added), line(ENCODING, encoding), line("answer, encoding included", whole)]
    shares = [more / encode for more, encode in zip(added, encoding, strict=True) if encode]
    return "\n".join([*lines, line("all stages / encoding", shares, "")])


def cold(question: str, settings: Settings, times: int) -> list[float]:
    """Of new processes, in ms."""
    command = [sys.executable, "-m", "rag", "ask", question, "--seeds", str(settings.seeds.resolve())]
    command += ["--index", str(settings.index_home.resolve())]
    found = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        found.append(1000 * (time.perf_counter() - started))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="?", type=Path, default=ROOT / "tests" / "questions.jsonl")
    parser.add_argument("--seeds", type=Path, help="default: the seeds, or the corpus of the BEIR folder")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--limit", type=int, default=200, help="questions asked (default 200)")
    parser.add_argument("--cold", type=int, default=5, help="cold starts (default 5)")
    options = parser.parse_args()
    path: Path = options.questions
    beir = path.is_dir()
    asked = [Asked(t.id, t.text) for t in read_beir(path).topics] if beir else read_asked(path)
    asked = asked[: options.limit]
    settings = Settings(options.seeds or (path / "corpus.jsonl" if beir else default_seeds()), options.index)
    library = Library.open(settings)
    print(
        f"{len(library.snapshot.documents())} documents, {len(library.snapshot.passages())} passages, "
        f"{len(asked)} questions"
    )
    print(report(warm(library, asked)))
    if options.cold:
        print(line("rag ask, cold", cold(asked[0].question, settings, options.cold)))


if __name__ == "__main__":
    main()
