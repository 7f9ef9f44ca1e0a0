"""Reads every file of a folder as the library would, and says what became of it, how long that took, how much memory.

    python tests/bench/bench_files.py [--bench ../shared/bench] [--folder files] [--suffix .pdf] [--slowest 5]

Each file is read in a process of its own, so that its peak memory is its own (where the system tells it). A file counts
as indexed if any document came of it; reasons are given for all others, and for what an archive or a mail holds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 120
_STATUSES = ("indexed", "empty", "unsupported", "failed", "crashed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one file gave; ``megabytes`` is the most memory its process, or one that it started (OCR), had."""

    name: str
    kind: str
    status: str
    seconds: float
    megabytes: float
    documents: int = 0
    cases: int = 0
    characters: int = 0
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def peak() -> float:
    """Megabytes; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    size = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return size / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def read_one(path: Path) -> None:
    """Runs in a process of its own: prints what a file gave, as JSON."""
    from rag.index.parse import parse
    from rag.readers.media import media_type_of
    from rag.types import SourceFile

    data = path.read_bytes()
    start = time.perf_counter()
    parsed = parse(SourceFile(path.name, data))
    seconds = time.perf_counter() - start
    found = parsed.documents
    problems = parsed.problems
    print(
        json.dumps(
            {
                "kind": media_type_of(path.name, data),
                "status": "indexed" if found else problems[0].status if problems else "crashed",
                "seconds": seconds,
                "megabytes": peak(),
                "documents": len(found),
                "cases": sum(len(parsed.cases) for parsed in found),
                "characters": sum(len(parsed.document.text) for parsed in found),
                "reasons": [f"{problem.name}: {problem.reason}" for problem in problems],
                "warnings": [warning for parsed in found for warning in parsed.document.warnings],
            }
        )
    )


def outcome_of(path: Path) -> Outcome:
    start = time.perf_counter()
    command = [sys.executable, __file__, "--one", str(path)]
    try:
        run = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, encoding="utf-8")
    except subprocess.TimeoutExpired:
        return Outcome(path.name, "", "crashed", _SECONDS, 0, reasons=(f"took longer than {_SECONDS} s",))
    if run.returncode:
        last = (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1]
        return Outcome(path.name, path.suffix, "crashed", time.perf_counter() - start, 0, reasons=(last,))
    found = json.loads(run.stdout.splitlines()[-1])
    found |= {name: tuple(found[name]) for name in ("reasons", "warnings")}
    return Outcome(name=path.name, **found)


def show(outcomes: dict[Path, Outcome], root: Path, slowest: int) -> None:
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes.values():
        by_kind[outcome.kind].append(outcome)
    print(f"{'kind':44.44}{'files':>6}" + "".join(f"{s:>12}" for s in _STATUSES) + f"{'slowest s':>11}{'most MB':>9}")
    for kind, found in sorted(by_kind.items(), key=lambda entry: -len(entry[1])):
        counts = Counter(outcome.status for outcome in found)
        print(
            f"{kind.replace('openxmlformats-officedocument', 'ooxml'):44.44}{len(found):6}"
            + "".join(f"{counts[status]:12}" for status in _STATUSES)
            + f"{max(o.seconds for o in found):11.2f}{max(o.megabytes for o in found):9.0f}"
        )
    print("\nnot indexed, or not wholly:")
    for path, outcome in outcomes.items():
        for reason in outcome.reasons:
            print(f"  {outcome.status:12} {path.relative_to(root).as_posix()}\n{'':15}{reason}")
    print("\nwarnings:")
    for warning, count in Counter(w for outcome in outcomes.values() for w in outcome.warnings).most_common(20):
        print(f"  {count:4}  {warning}")
    print("\nslowest:")
    for path, outcome in sorted(outcomes.items(), key=lambda entry: -entry[1].seconds)[:slowest]:
        print(f"  {outcome.seconds:6.2f} s {outcome.megabytes:6.0f} MB  {path.relative_to(root).as_posix()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("--folder", default="files", help="folder within it")
    parser.add_argument("--suffix", action="append", help="only files with this suffix")
    parser.add_argument("--slowest", type=int, default=5, metavar="N", help="name the N slowest")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        read_one(arguments.one)
        return
    root = arguments.bench / arguments.folder
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    if arguments.suffix:
        paths = [path for path in paths if path.suffix.lower() in arguments.suffix]
    show({path: outcome_of(path) for path in paths}, root, arguments.slowest)


if __name__ == "__main__":
    main()
