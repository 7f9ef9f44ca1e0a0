"""How long a sync takes: PYTHONPATH=. python tests/bench/sync_time.py [--files 10000] [--model]

Writes that many small case studies to a temporary folder and builds their index; then times 'rag sync' of the unchanged
folder, and of one changed file, as whole processes, and in this one what it takes beyond parsing and embedding. For the
build alone the passages' vectors are drawn from a hat, which is as much work for the index and little for the model;
--model takes the real ones (about 100 passages a second). All that is timed uses the real model. No network.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import rag.index.build
from rag.config import Settings
from rag.index.collection import SourceCollection
from rag.index.embed import SentenceTransformerEmbedder
from rag.index.store.index import open_index
from rag.index.worker import Worker
from rag.library import Library
from rag.types import TokenVectors, Vectors

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("Kendal", "Truro", "Luton", "Hull", "Bath", "York", "Leeds", "Derby", "Ely", "Wells", "Ripon", "Stoke")
WHO = ("farmers", "new mothers", "taxi drivers", "older tenants", "night workers", "school leavers", "carers")
WHAT = ("a leaflet", "a walk-in clinic", "home visits", "a phone line", "a market stall", "text reminders")
_TIMES = 4


class Drawn(SentenceTransformerEmbedder):
    """The real model in all but its vectors, which are as many and as long."""

    def encode_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        tokens = []
        for text in texts:
            hat = np.random.default_rng(zlib.crc32(text.encode()))
            places = [(start, start + 4) for start in range(0, len(text), 5)]
            tokens.append(TokenVectors(unit(hat.normal(size=(len(places), self.dimension))), places))
        return unit(np.array([found.vectors.mean(axis=0) for found in tokens])), tokens


def unit(vectors: np.ndarray[Any, Any]) -> Vectors:
    scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def study(number: int) -> str:
    """A small case study, of one passage, unlike any other."""
    place, who, what = PLACES[number % 12], WHO[number % 7], WHAT[number % 6]
    return (
        f"{what.capitalize()} for {who} in {place}, project {number}\n\n"
        f"The council of {place} set up {what} for {who} in ward {number}. {number % 97 + 3} of them came in the first "
        f"month, and uptake of checks rose from {number % 40} to {number % 40 + 9} per cent. It was run by team "
        f"{number * 7919 % 100003} with the local surgery.\n"
    )


Times = np.ndarray[tuple[int, ...], np.dtype[np.float64]]  # seconds by the clock, and of this process's processor time


def now() -> Times:
    return np.array([time.perf_counter(), time.process_time()])


def nothing() -> Times:
    return np.zeros(2)


class Parts:
    """The time spent in some functions, without that of those they call, by the name it is told under."""

    def __init__(self, timed: Sequence[tuple[str, Any, str]]) -> None:
        self.spent: dict[str, Times] = defaultdict(nothing)
        self._inner = [nothing()]
        for name, owner, function in timed:
            setattr(owner, function, self._timed(name, getattr(owner, function)))

    def _timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            self._inner.append(nothing())
            begun = now()
            try:
                return function(*arguments, **named)
            finally:
                whole = now() - begun
                self.spent[name] += whole - self._inner.pop()
                self._inner[-1] += whole

        return timed


PARSING, EMBEDDING = "its parsing, the worker's start included", "its embedding, the model's start included"
PARTS: tuple[tuple[str, Any, str], ...] = (
    (PARSING, Worker, "parse"),
    (EMBEDDING, SentenceTransformerEmbedder, "encode_passages"),
    (EMBEDDING, SentenceTransformerEmbedder, "count_pieces"),
    (EMBEDDING, rag.index.build, "manifest_of"),
    ("finding the files", rag.index.build, "sources_of"),
    ("reading and checking the state", rag.index.build, "read_state"),
    ("planning", rag.index.build, "plan_of"),
    ("writing the segment", rag.index.build, "add_segment"),
    ("committing", rag.index.build, "commit"),
    ("joining small segments: opening", rag.index.build, "open_index"),
    ("joining small segments", rag.index.build, "joined"),
    ("splitting, signatures, words", rag.index.build, "contents_of"),
    ("splitting, signatures, words", rag.index.build, "split_document"),
    ("clearing up", rag.index.build, "remove_dead"),
)


#: Runs a command; then prints the seconds it took, its exit code, and the most memory it had in bytes (0: not known).
#: A process of its own: what the system tells of a process includes the memory of the one that started it.
LAUNCHER = """
import subprocess, sys, time
begun = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
seconds, peak = time.perf_counter() - begun, 0
if sys.platform != "win32":
    import resource
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(seconds, code, peak)
"""


def sync_process(settings: Settings) -> tuple[float, int, str]:
    """A whole process of 'rag sync': seconds, the most memory it had in bytes (0: not known), the end of its output."""
    command = [sys.executable, "-m", "rag", "sync", str(settings.seeds), "--index", str(settings.index_home)]
    environment = {**os.environ, "XDG_DATA_HOME": str(settings.added_folder.parents[2]), "PYTHONPATH": str(ROOT)}
    launched = [sys.executable, "-c", LAUNCHER, *command]
    done = subprocess.run(launched, env=environment, capture_output=True, encoding="utf-8", check=True)
    seconds, code, peak = done.stdout.split()
    if code != "0":
        raise SystemExit(done.stderr)
    return float(seconds), int(peak), (done.stderr.strip().splitlines() or [""])[-1]


def line(name: str, seconds: Sequence[float], note: str = "") -> str:
    return f"{name:46} median {statistics.median(seconds):6.2f} s   worst {max(seconds):6.2f} s   {note}"


def changed(settings: Settings, number: int) -> None:
    (settings.seeds / f"{number % 100:02d}" / f"{number}.txt").write_text(study(number + 10**6), encoding="utf-8")


def whole_processes(settings: Settings, files: int) -> list[str]:
    runs = [sync_process(settings) for _ in range(_TIMES)]
    note = f"{max(peak for _, peak, _ in runs) / 1e6:.0f} MB   {runs[-1][2]!r}"
    lines = [line("rag sync, nothing changed", [seconds for seconds, _, _ in runs], note)]
    runs = []
    for number in range(_TIMES):
        changed(settings, number * files // _TIMES)
        runs.append(sync_process(settings))
    note = f"{max(peak for _, peak, _ in runs) / 1e6:.0f} MB   {runs[-1][2]!r}"
    return [*lines, line("rag sync, one file changed", [seconds for seconds, _, _ in runs], note)]


def parts_of_a_sync(settings: Settings, files: int) -> list[str]:
    """Of one changed file, in this process: more often than small segments are let pile up, so that they are joined."""
    parts = Parts(PARTS)
    collection = SourceCollection(settings, SentenceTransformerEmbedder(settings.model), Worker())
    found: dict[str, list[Times]] = defaultdict(list)
    for number in range(12):
        changed(settings, 1 + number * files // 12)
        parts.spent.clear()
        begun = now()
        done = collection.sync()
        whole = now() - begun
        assert [record.status for record in done.read] == ["indexed"]
        found["one file changed, beyond parsing and embedding"].append(
            whole - parts.spent[PARSING] - parts.spent[EMBEDDING]
        )
        for name in dict.fromkeys(name for name, _, _ in PARTS):
            found[f"  {name}"].append(parts.spent[name])
        found["  the whole"].append(whole)
    lines = []
    for name, times in found.items():
        clock, processor = np.array(times).T.tolist()
        note = f"processor {statistics.median(processor):.2f} s, worst {max(processor):.2f} s"
        lines.append(line(name, clock, note))
    return [*lines, "(12 times; small segments were joined once or more)"]


def opening(settings: Settings) -> list[str]:
    seconds: list[float] = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        open_index(settings.index_home).close()
        seconds.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    library = Library.open(settings)
    opened = time.perf_counter() - begun
    library.ask("How did Luton reach new mothers?")
    asked = time.perf_counter() - begun - opened
    begun = time.perf_counter()
    library.ask("What was done for taxi drivers in York?")
    again = time.perf_counter() - begun
    note = f"{len(library.snapshot.documents())} documents, {len(library.snapshot.passages())} passages"
    library.close()
    return [
        line("opening the index", seconds, note),
        line("Library.open", [opened]),
        line("the first answer, the model's start included", [asked]),
        line("the next answer", [again]),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--model", action="store_true", help="embed with the real model when building, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "documents"
        for number in range(options.files):
            path = folder / f"{number % 100:02d}" / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(study(number), encoding="utf-8")
        home = Path(root) / "index"
        # Where a process of 'rag sync' with this user data folder keeps what was added.
        own = Settings(folder, home)
        settings = Settings(folder, home, added=Path(root) / "precedent" / "added" / own.added_folder.name)
        embedder = SentenceTransformerEmbedder() if options.model else Drawn()
        begun = time.perf_counter()
        SourceCollection(settings, embedder, Worker()).sync()
        built = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
        vectors = "real vectors" if options.model else "vectors drawn from a hat"
        print(f"{options.files} files, {vectors}: built in {built:.0f} s, index {size / 1e6:.0f} MB", flush=True)
        print("\n".join(whole_processes(settings, options.files)), flush=True)
        print("\n".join(opening(settings)), flush=True)
        print("\n".join(parts_of_a_sync(settings, options.files)))


if __name__ == "__main__":
    main()
