"""Which documents are copies: MinHash beside embeddings, on pairs that the data tells apart, and the time for many.

    PYTHONPATH=. python tests/bench/bench_duplicates.py [--bench ../shared/bench] [--sample 80]

Copies: files of one name in two formats (job.docx, job.odt), and pages published again: with another site's header and
footer (120 words), or with a tenth of their text left out at the end. All other pairs count as different; how many of
them are alike by chance or by template shows in the precision. Embeddings: the cosine of two documents' mean passage
vectors, by the bundled model, on a sample.
"""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from rag.errors import SourceError
from rag.index.near_duplicates import SIZE, near_duplicates, signature
from rag.readers.clean import clean
from rag.types import SourceFile

Pair = tuple[str, str]
Alike = Callable[[str, str], float]

_FURNITURE = " ".join(f"menu{number}" for number in range(60))
_MINIMUM = 60  # words of a document that takes part
_MODEL_WORDS = 150  # words a vector
_MOST_VECTORS = 8  # a document


def sources(bench: Path) -> Iterator[SourceFile]:
    manual = bench / "files" / "gds-service-manual"
    for path in sorted(manual.rglob("*")):
        if path.suffix in {".md", ".docx", ".odt", ".pdf"}:
            yield SourceFile(f"manual/{path.relative_to(manual).as_posix()}", path.read_bytes())
    for path in sorted((bench / "library" / "participedia" / "html").glob("*.html")):
        yield SourceFile(f"participedia/{path.name}", path.read_bytes())
    for path in sorted((bench / "boilerplate" / "html").glob("*.html.gz")):
        yield SourceFile(f"news/{path.stem}", gzip.decompress(path.read_bytes()))


def texts(bench: Path) -> dict[str, str]:
    """Clean text by name; unreadable, very short and exactly equal ones are left out."""
    found: dict[str, str] = {}
    for source in sources(bench):
        try:
            text = clean(source).text
        except SourceError:
            continue
        if len(text.split()) >= _MINIMUM:
            found[source.name] = text
    return found


def two_formats(found: dict[str, str]) -> set[Pair]:
    stems: dict[PurePosixPath, list[str]] = {}
    for name in found:
        if name.endswith((".docx", ".odt")):
            stems.setdefault(PurePosixPath(name).with_suffix(""), []).append(name)
    return {(pair[0], pair[1]) for pair in map(sorted, stems.values()) if len(pair) == 2}


def published_again(found: dict[str, str]) -> tuple[dict[str, str], set[Pair], set[Pair]]:
    """Every fifth page a second time, within another site, and cut: the texts, and the pairs of each kind."""
    again: dict[str, str] = {}
    framed: set[Pair] = set()
    cut: set[Pair] = set()
    for name in sorted(name for name in found if name.endswith(".html"))[::5]:
        words = found[name].split()
        again[f"{name}#framed"] = f"{_FURNITURE} {found[name]} {_FURNITURE}"
        again[f"{name}#cut"] = " ".join(words[: len(words) * 9 // 10])
        framed.add((name, f"{name}#framed"))
        cut.add((name, f"{name}#cut"))
    return again, framed, cut


def shares(names: list[str], vectors: NDArray[np.uint32]) -> dict[Pair, float]:
    """The estimated share of common runs of each pair, in order of names."""
    found = {}
    for row, name in enumerate(names):
        for other, share in zip(names[row + 1 :], (vectors[row + 1 :] == vectors[row]).mean(axis=1), strict=True):
            found[name, other] = float(share)
    return found


def cosines(found: dict[str, str], names: list[str]) -> dict[Pair, float]:
    from rag.index.embed import SentenceTransformerEmbedder

    embedder = SentenceTransformerEmbedder()
    means = {}
    for name in names:
        words = found[name].split()
        cuts = [" ".join(words[at : at + _MODEL_WORDS]) for at in range(0, len(words), _MODEL_WORDS)][:_MOST_VECTORS]
        mean = embedder.encode_passages(cuts)[0].mean(axis=0)
        means[name] = mean / np.linalg.norm(mean)
    return {(a, b): float(means[a] @ means[b]) for a, b in combinations(names, 2)}


def table(title: str, alike: dict[Pair, float], copies: set[Pair], thresholds: list[float]) -> None:
    ordered = {pair for pair in copies if pair in alike}
    others = sorted(((share, pair) for pair, share in alike.items() if pair not in ordered), reverse=True)
    print(f"\n{title}: {len(ordered)} copies, {len(others)} other pairs")
    print(f"{'threshold':>10}{'precision':>11}{'recall':>8}{'wrong':>7}")
    for threshold in thresholds:
        hit = sum(alike[pair] >= threshold for pair in ordered)
        wrong = sum(share >= threshold for share, _ in others)
        print(f"{threshold:10.2f}{hit / max(1, hit + wrong):11.3f}{hit / max(1, len(ordered)):8.3f}{wrong:7}")
    for share, (a, b) in others[:6]:
        print(f"    {share:.3f}  {a} | {b}")


def clock(count: int) -> None:
    """Time to link ``count`` signatures, a quarter of them copies that differ in about 3 places of 100."""
    random = np.random.default_rng(0)
    first = random.integers(0, 2**32 - 2, (count * 3 // 4, SIZE), dtype=np.uint32)
    copies = first[random.integers(0, len(first), count - len(first))].copy()
    changed = random.random(copies.shape) < 0.03
    copies[changed] = random.integers(0, 2**32 - 2, int(changed.sum()), dtype=np.uint32)
    start = time.perf_counter()
    linked = near_duplicates([str(number) for number in range(count)], np.concatenate([first, copies]))
    print(f"\n{count} signatures: {len(linked)} of {len(copies)} copies linked in {time.perf_counter() - start:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("--sample", type=int, default=80, help="documents beside the copies that are embedded; 0: none")
    arguments = parser.parse_args()

    found = texts(arguments.bench)
    pairs = two_formats(found)
    again, framed, cut = published_again(found)
    found |= again
    start = time.perf_counter()
    names = sorted(found)
    vectors = np.stack([signature(found[name]) for name in names])
    size = sum(map(len, found.values())) / 1e6
    print(f"{len(names)} documents, {size:.1f} million characters: signatures in {time.perf_counter() - start:.2f} s")
    alike = shares(names, vectors)
    original = [name for name in names if "#" not in name]
    plain = {pair: share for pair, share in alike.items() if not any("#" in name for name in pair)}
    table("MinHash, two formats", plain, pairs, [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95])
    for title, kind in (("within another site", framed), ("a tenth cut off", cut)):
        reached = sorted(alike[pair] for pair in kind)
        counts = ", ".join(f"{sum(x >= t for x in reached) / len(reached):.2f} at {t}" for t in (0.7, 0.8, 0.85, 0.9))
        print(f"published again, {title}: {len(kind)} pages, recall {counts}")
    if arguments.sample:
        some = sorted(
            {name for pair in pairs for name in pair} | set(original[:: max(1, len(original) // arguments.sample)])
        )
        table("the sample by MinHash", {p: plain[p] for p in combinations(some, 2)}, pairs, [0.8, 0.9])
        table("the sample by embeddings", cosines(found, some), pairs, [0.8, 0.9, 0.95, 0.98, 0.99])
    clock(20_000)


if __name__ == "__main__":
    main()
