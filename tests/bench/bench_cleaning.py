"""Compares our HTML cleaning with trafilatura and resiliparse on pages with hand-made gold text.

    python tests/bench/bench_cleaning.py [--bench ../shared/bench] [--set boilerplate] [--worst 10]

Score: multisets of 4-word shingles of lower-cased ``\\w+`` tokens; per page true and false positives and false
negatives divided by their sum; precision, recall and F1 of the sums over pages.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rag.clean.html import read_html

Extract = Callable[[str], str]
Page = tuple[str, str, str]  # name, HTML, gold text


@dataclass(slots=True)
class Score:
    """Sums over pages; ``pages`` holds (F1 of the page, name)."""

    hit: float = 0.0
    extra: float = 0.0
    missed: float = 0.0
    seconds: float = 0.0
    pages: list[tuple[float, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.extra) if self.hit else 0.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit else 0.0

    @property
    def f1(self) -> float:
        return harmonic_mean(self.precision, self.recall)

    def add(self, name: str, gold: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> None:
        hit = sum((gold & found).values())
        extra, missed = sum(found.values()) - hit, sum(gold.values()) - hit
        total = hit + extra + missed
        if total:
            self.hit += hit / total
            self.extra += extra / total
            self.missed += missed / total
        self.pages.append((2 * hit / (total + hit) if total else 1.0, name))


def harmonic_mean(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def boilerplate(folder: Path) -> Iterator[Page]:
    gold = json.loads((folder / "boilerplate" / "ground-truth.json").read_text(encoding="utf-8"))
    for name, truth in sorted(gold.items()):
        data = gzip.decompress((folder / "boilerplate" / "html" / f"{name}.html.gz").read_bytes())
        yield name, data.decode("utf-8", "replace"), truth["articleBody"]


def participedia(folder: Path) -> Iterator[Page]:
    for path in sorted((folder / "library" / "participedia" / "html").glob("*.html")):
        gold = json.loads((path.parent.parent / "gold" / f"{path.stem}.json").read_text(encoding="utf-8"))
        body = html.unescape(re.sub(r"<[^>]*>", " ", gold["htmlbody"]))
        yield path.stem, path.read_bytes().decode("utf-8", "replace"), body


SETS: dict[str, Callable[[Path], Iterator[Page]]] = {"boilerplate": boilerplate, "participedia": participedia}


def ours(source: str) -> str:
    return "\n".join(block.text for block in read_html(source).blocks)


def trafilatura(source: str, *, precision: bool = False, recall: bool = False) -> str:
    from trafilatura import extract

    return extract(source, favor_precision=precision, favor_recall=recall, include_comments=False) or ""


def resiliparse(source: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(source, main_content=True))


EXTRACTORS: dict[str, Extract] = {
    "ours": ours,
    "trafilatura": trafilatura,
    "trafilatura, precision": lambda source: trafilatura(source, precision=True),
    "trafilatura, recall": lambda source: trafilatura(source, recall=True),
    "resiliparse": resiliparse,
}


def measure(extract: Extract, pages: list[Page]) -> Score:
    score = Score()
    for name, source, gold in pages:
        start = time.perf_counter()
        text = extract(source)
        score.seconds += time.perf_counter() - start
        score.add(name, shingles(gold), shingles(text))
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("--set", choices=sorted(SETS), action="append", dest="sets", help="default: all")
    parser.add_argument("--only", choices=list(EXTRACTORS), action="append", help="default: all")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name the N worst pages of each")
    arguments = parser.parse_args()
    for set_name in arguments.sets or SETS:
        pages = list(SETS[set_name](arguments.bench))
        print(f"\n{set_name}: {len(pages)} pages")
        print(f"{'':24}{'F1':>8}{'precision':>11}{'recall':>8}{'ms/page':>9}")
        for name in arguments.only or EXTRACTORS:
            score = measure(EXTRACTORS[name], pages)
            milliseconds = 1000 * score.seconds / len(pages)
            print(f"{name:24}{score.f1:8.4f}{score.precision:11.4f}{score.recall:8.4f}{milliseconds:9.1f}")
            for page_f1, page in sorted(score.pages)[: arguments.worst]:
                print(f"    {page_f1:6.3f}  {page}")


if __name__ == "__main__":
    main()
