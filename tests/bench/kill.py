"""Index runs that are killed at random moments: PYTHONPATH=. python tests/bench/kill.py [--kills 200] [--seed N]

Each run makes an index equal to a folder that has changed, in a process of its own with a worker of its own, in many
small commits; kill -9 ends it. Then the index is opened: every document in it must be whole, in a version that its file
has had; one whose file was there all the time must not be missing; nothing may pile up; the worker must end by itself;
and a later run must finish the job, so that the index is that of the folder, to the vector. Documents are embedded by
hand-made vectors. Not for Windows.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import signal
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import rag.index.build
from rag.config import Settings
from rag.errors import RagError
from rag.index.parse import parse
from rag.index.segment import SplitDocument, split_document
from rag.index.store.state import read_state
from rag.index.worker import Worker
from rag.text.words import stems, stop_stems
from rag.types import SourceFile
from tests.fakes import FakeEmbedder
from tests.shelf import Held, held, study
from tests.store_example import bm25

NAMES = [f"{folder}{number}.txt" for folder in ("", "deep/", "deep/er/") for number in range(8)]
PASSAGES_A_COMMIT = 3
_CHAINED = 3  # runs that are killed one after the other before one is let finish, at most
_WORKER_ENDS = 10.0  # seconds


@dataclass
class Shelf:
    """The folder, its index and a worker. A file's text tells its number, which tells the file."""

    root: Path
    chance: random.Random
    worker: Worker = field(default_factory=Worker)

    @property
    def settings(self) -> Settings:
        return Settings(self.root / "documents", self.root / "index", added=self.root / "added")

    @property
    def home(self) -> Path:
        return self.settings.index_home

    def there(self) -> dict[str, str]:
        """name -> sha256 of each file."""
        paths = {name: self.settings.seeds / name for name in NAMES}
        return {n: hashlib.sha256(path.read_bytes()).hexdigest() for n, path in paths.items() if path.exists()}

    def indexed(self) -> dict[str, str] | None:
        """The same as the index has it; None if there is none."""
        state = read_state(self.home)
        return {record.name: record.sha256 for record in state.files} if state else None

    def change(self, share: float, *, vanish: bool = True) -> None:
        """Some files get a new version; some vanish."""
        for number, name in enumerate(NAMES):
            path = self.settings.seeds / name
            if self.chance.random() < share:
                path.parent.mkdir(parents=True, exist_ok=True)
                unfinished = path.with_name(".new")
                unfinished.write_text(text_of(100 * self.chance.randint(1, 10**7) + number), encoding="utf-8")
                unfinished.replace(path)
            elif vanish and number and self.chance.random() < share / 3:
                path.unlink(missing_ok=True)

    def sync(self, worker: Worker | None = None, *, rebuild: bool = False) -> None:
        rag.index.build.sync(self.settings, FakeEmbedder(), worker or self.worker, rebuild=rebuild)


def text_of(number: int) -> str:
    return study(number, 1 + number % 3)


# --- the runs ---


def one_sync(shelf: Shelf) -> None:
    with Worker() as worker:
        shelf.sync(worker)


def rebuild(shelf: Shelf) -> None:
    with Worker() as worker:
        shelf.sync(worker, rebuild=True)


def many_syncs(shelf: Shelf) -> None:
    """Of a few changes each: small segments come and are joined again and again."""
    with Worker() as worker:
        for _ in range(10):
            shelf.change(0.1, vanish=False)
            shelf.sync(worker)


#: What is killed, and how many small segments an index may have then.
RUNS: dict[str, tuple[Callable[[Shelf], None], int]] = {
    "first build": (one_sync, 8),
    "sync of changes": (one_sync, 8),
    "rebuild": (rebuild, 8),
    "syncs with joins": (many_syncs, 1),
}


def started(run: Callable[[Shelf], None], shelf: Shelf) -> int:
    """The id of the process of a run."""
    shelf.chance = random.Random(shelf.chance.random())
    process = os.fork()
    if process == 0:
        code = 1
        try:
            run(shelf)
            code = 0
        finally:
            os._exit(code)
    return process


def killed(process: int, after: float) -> tuple[bool, list[int]]:
    """Whether the run was still at it after some seconds, and was killed; and the processes it had started."""
    until = time.monotonic() + after
    while time.monotonic() < until:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            if status:
                raise SystemExit(f"a run failed by itself with status {status}")
            return False, []
        time.sleep(min(0.002, max(0.0, until - time.monotonic())))
    children = children_of(process)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return True, children


def children_of(process: int) -> list[int]:
    """Known on Linux only."""
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in listed.split()]


def outlived(children: list[int]) -> list[int]:
    """Those that have not ended by themselves in time."""
    until = time.monotonic() + _WORKER_ENDS
    while (alive := [child for child in children if is_alive(child)]) and time.monotonic() < until:
        time.sleep(0.01)
    return alive


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] not in ("Z", "X")


# --- what must be ---


@dataclass
class Findings:
    """What was looked at, and what was wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    finished: Counter[str] = field(default_factory=Counter)
    states: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, kind: str, run: str, what: object) -> None:
        self.wrong[kind].append(f"{run}: {what}")


def check(shelf: Shelf, run: str, before: dict[str, str] | None, steady: set[str], findings: Findings) -> None:
    """The index after a kill. ``before`` is what it was of, None if there was none; ``steady`` are the files that were
    there ever since it was up to date.
    """
    try:
        now = shelf.indexed()
        if now is None:
            findings.states[run]["none yet"] += 1
            if before is not None:
                findings.note(LOST, run, "there is no index any more")
            return
        found = held(shelf.home)
    except (RagError, AssertionError) as error:
        findings.note(LOST, run, error)
        return
    findings.documents[run] += len(found.documents)
    for name in found.documents:
        if not is_whole(name, found):
            findings.note(HALF, run, name)
    if before is not None and steady - set(found.documents):
        findings.note(LOST, run, f"without {steady - set(found.documents)}")
    state = "as before" if now == before else "done" if now == shelf.there() else "on the way"
    findings.states[run][state] += 1


def is_whole(name: str, found: Held) -> bool:
    """Whether all of a document in the index is what some version of its file gives."""
    document = found.documents[name]
    numbers = re.findall(r"measured (\d+) people", document.text)
    if len(numbers) != 1 or NAMES[int(numbers[0]) % 100] != name:
        return False
    whole = split(name, text_of(int(numbers[0])))
    rows = [row for row, passage in enumerate(found.passages) if passage.doc_id == name]
    return (
        document == whole.parsed.document
        and [case for case in found.cases if case.doc_id == name] == list(whole.parsed.cases)
        and [found.passages[row] for row in rows] == list(whole.passages)
        and np.array_equal(found.vectors[rows], vectors_of([whole]))
    )


def split(name: str, text: str) -> SplitDocument:
    (parsed,) = parse(SourceFile(name, text.encode())).documents
    return split_document(parsed, FakeEmbedder(), Settings(Path()).passage_tokens)


def vectors_of(documents: list[SplitDocument]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return FakeEmbedder().embed_passages([passage.searchable for one in documents for passage in one.passages])


def is_that_of_its_folder(shelf: Shelf, found: Held) -> bool:
    """Whether the index is what a build from scratch gives."""
    files = sorted((name, (shelf.settings.seeds / name).read_text(encoding="utf-8")) for name in shelf.there())
    whole = [split(name, text) for name, text in files]
    passages = [passage for one in whole for passage in one.passages]
    words = [[word for word in stems(passage.searchable) if word not in stop_stems()] for passage in passages]
    return (
        list(found.documents.values()) == [one.parsed.document for one in whole]
        and found.cases == [case for one in whole for case in one.parsed.cases]
        and found.passages == passages
        and np.array_equal(found.vectors, vectors_of(whole))
        and all(np.allclose(scores, bm25([word], words), rtol=1e-5) for word, scores in found.scores.items() if scores)
    )


def finish(shelf: Shelf, run: str, findings: Findings) -> None:
    """The next run does what was left to do, and clears up."""
    try:
        shelf.sync(rebuild=run == "rebuild")
        found = held(shelf.home)
    except (RagError, AssertionError) as error:
        findings.note(UNFINISHED, run, error)
        return
    if not is_that_of_its_folder(shelf, found):
        findings.note(UNFINISHED, run, "the index is not that of its folder")
    if lying_about(shelf.home):
        findings.note(STRAY, run, sorted(path.name for path in shelf.home.iterdir()))
    findings.finished[run] += 1


def lying_about(home: Path) -> int:
    """How many folders are there that the index does not name."""
    state = read_state(home)
    return sum(path.is_dir() for path in home.iterdir()) - (1 + len(state.segments) if state else 0)


LOST, HALF, STRAY = "lost or corrupt", "half in", "strays"
WORKERS, UNFINISHED = "workers that outlived their run", "not finished by the next run"
KINDS = (LOST, HALF, STRAY, WORKERS, UNFINISHED)


def kill_runs(run: str, kills: int, root: Path, chance: random.Random, findings: Findings) -> None:
    action, rag.index.build._MOST_SMALL = RUNS[run]
    rag.index.build._BATCH = PASSAGES_A_COMMIT
    first = run == "first build"
    longest = 3.0  # seconds a run takes; kills are spread over them
    shelf = Shelf(root / "0", chance)
    while findings.kills[run] < kills:
        if first:
            shelf = Shelf(root / str(findings.kills[run]), shelf.chance, shelf.worker)
        shelf.change(0.5)
        shelf.change(1.0 if first or not shelf.home.exists() else 0.2)
        if not first:
            shelf.sync()
        steady = set(shelf.there())
        for _ in range(chance.randint(1, _CHAINED)):
            if not first:
                shelf.change(0.4)
                steady &= set(shelf.there())
            before = shelf.indexed()
            begun = time.monotonic()
            was_killed, children = killed(started(action, shelf), chance.uniform(0, longest))
            steady &= set(shelf.there())
            if not was_killed:
                longest = 0.7 * longest + 0.3 * (time.monotonic() - begun)
                continue
            findings.kills[run] += 1
            longest *= 1.02  # were it too short, no run would ever tell
            for child in outlived(children):
                findings.note(WORKERS, run, child)
            check(shelf, run, before, steady, findings)
            if lying_about(shelf.home) > 3 * len(NAMES):
                findings.note(STRAY, run, f"{lying_about(shelf.home)} folders that nothing names")
        finish(shelf, run, findings)
    shelf.worker.close()


def report(findings: Findings) -> str:
    states = ("none yet", "as before", "on the way", "done")
    head = f"{'run':18}{'kills':>7}{'finished':>10}{'documents':>11}" + "".join(f"{state:>12}" for state in states)
    lines = [
        f"{run:18}{findings.kills[run]:7}{findings.finished[run]:10}{findings.documents[run]:11}"
        + "".join(f"{findings.states[run][state]:12}" for state in states)
        for run in RUNS
    ]
    wrong = [f"  {kind}: {what}" for kind in KINDS for what in findings.wrong[kind][:20]]
    counts = ", ".join(f"{len(findings.wrong[kind])} {kind}" for kind in KINDS)
    return "\n".join([head, *lines, *wrong, f"{findings.kills.total()} kills: {counts}"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    findings = Findings()
    began = time.monotonic()
    for number, run in enumerate(RUNS):
        share = options.kills // len(RUNS) + (number < options.kills % len(RUNS))
        with tempfile.TemporaryDirectory() as root:
            kill_runs(run, share, Path(root), random.Random(options.seed + number), findings)
        print(f"{run}: {findings.kills[run]} kills after {time.monotonic() - began:.0f} s", flush=True)
    print(report(findings))
    print(f"{time.monotonic() - began:.0f} s; seed {options.seed}")
    raise SystemExit(any(findings.wrong.values()))


if __name__ == "__main__":
    main()
