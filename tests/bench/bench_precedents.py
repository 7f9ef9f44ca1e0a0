"""How often the case that fits a situation comes first, or among the first three: precedent search and plain search.

    PYTHONPATH=. python tests/bench/bench_precedents.py [--situations FILE] [--seeds FOLDER] [--index FOLDER] [--misses]

A line of the file: {"situation": "...", "case": "FILE#NUMBER"}.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from rag.config import Settings, default_seeds
from rag.library import Library

OWN = Path(__file__).resolve().parents[1] / "situations.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--situations", type=Path, default=OWN)
    parser.add_argument("--seeds", type=Path, default=default_seeds())
    parser.add_argument("--index", type=Path)
    parser.add_argument("--misses", action="store_true", help="show what came before the case that fits")
    options = parser.parse_args()
    library = Library.open(Settings.from_environment(seeds=options.seeds, index=options.index))
    told = [json.loads(line) for line in options.situations.read_text(encoding="utf-8").splitlines()]
    library.snapshot.precedents(told[0]["situation"])  # the model is loaded by the first
    titles = library.snapshot.case_titles()
    ranks, plain, times = list[int](), list[int](), list[float]()
    for each in told:
        begun = time.perf_counter()
        found = [p.case.case_id for p in library.snapshot.precedents(each["situation"]).found]
        times.append(time.perf_counter() - begun)
        ranks.append(rank(found, each["case"]))
        plain.append(rank(searched(library, each["situation"]), each["case"]))
        if options.misses and ranks[-1] != 1:
            print(f"{ranks[-1] or '-':>3} (search {plain[-1] or '-'})  {each['situation']}")
            print("".join(f"        {titles[case_id]}\n" for case_id in found[:3]), end="")
    print(
        f"{len(told)} situations, {len(library.snapshot.cases())} cases; "
        f"median {1000 * sorted(times)[len(times) // 2]:.0f} ms"
    )
    for name, each_rank in (("precedents", ranks), ("search", plain)):
        print(f"{name:<12}hit@1 {hits(each_rank, 1):.2f}  hit@3 {hits(each_rank, 3):.2f}")


def searched(library: Library, situation: str) -> list[str]:
    """The cases of the passages that plain search finds, best first."""
    found = library.snapshot.search(situation, 30)
    return list(dict.fromkeys(s.passage.case_id for s in found if s.passage.case_id))


def rank(found: Sequence[str], wanted: str) -> int:
    """From 1; 0 if it is not there."""
    return found.index(wanted) + 1 if wanted in found else 0


def hits(ranks: Sequence[int], k: int) -> float:
    """The share of situations whose case is among the first ``k``."""
    return sum(0 < rank <= k for rank in ranks) / len(ranks)


if __name__ == "__main__":
    main()
