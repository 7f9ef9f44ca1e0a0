"""Compares readers of PDF: how far they agree, how many words are English, what is left torn, time, install size.

    PYTHONPATH=. python tests/bench/bench_pdf.py [--bench ../shared/bench] [--worst 5]

None of these files has its text apart, so nothing is gold here. 'agreement' is the mean F1 of 4-word shingles
(lower-cased ``\\w+`` tokens, so their order counts) with each of the others; 'English' the share of words of four
letters or more that are English words; 'hyphens' are words torn at line ends that stay torn, 'numbers' lines that only
number a page, in a thousand words each.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from rag.errors import SourceError
from rag.readers.pdf.reader import read_pdf
from rag.text import spelling
from rag.types import SourceFile
from tests.bench.bench_cleaning import shingles

Read = Callable[[Path], str]
FOLDERS = ("gds-service-manual", "py-pdf")


def ours(path: Path) -> str:
    return "\n".join(block.text for block in read_pdf(SourceFile(path.name, path.read_bytes())).blocks)


def pdfium(path: Path) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def pypdf(path: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def pdfminer(path: Path) -> str:
    from pdfminer.high_level import extract_text

    return str(extract_text(path))


def pdfplumber(path: Path) -> str:
    import pdfplumber as library

    with library.open(path) as pdf:
        return "\n".join(page.extract_text() or "" for page in pdf.pages)


READERS: dict[str, tuple[Read, tuple[str, ...]]] = {
    "ours, on pypdfium2": (ours, ("pypdfium2",)),
    "pypdfium2 alone": (pdfium, ("pypdfium2",)),
    "pypdf": (pypdf, ("pypdf",)),
    "pdfminer.six": (pdfminer, ("pdfminer.six", "cryptography", "cffi", "pycparser", "charset-normalizer")),
    "pdfplumber": (
        pdfplumber,
        (
            "pdfplumber",
            "pdfminer.six",
            "pypdfium2",
            "pillow",
            "cryptography",
            "cffi",
            "pycparser",
            "charset-normalizer",
        ),
    ),
}


@dataclass(slots=True)
class Result:
    seconds: float = 0.0
    texts: dict[Path, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def f1(a: str, b: str) -> float:
    left, right = shingles(a), shingles(b)
    total = sum(left.values()) + sum(right.values())
    return 2 * sum((left & right).values()) / total if total else 1.0


def measure(read: Read, paths: list[Path]) -> Result:
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException
    from pypdf.errors import PyPdfError
    from pypdfium2 import PdfiumError

    result = Result()
    read(paths[0])  # imports are not counted
    for path in paths:
        start = time.perf_counter()
        try:
            result.texts[path] = read(path)
        except (SourceError, PdfiumError, PyPdfError, PDFException, PdfminerException, ValueError, KeyError) as error:
            result.failed.append(f"{path.name}: {type(error).__name__}")
            result.texts[path] = ""
        result.seconds += time.perf_counter() - start
    return result


def torn_words(text: str) -> int:
    return len(re.findall(r"[a-z]-\s*\n\s*[a-z]|[a-z]\ufffe[a-z]", text))


def page_numbers(text: str) -> int:
    """Lines that hold no more than a page's number."""
    return len(re.findall(r"(?im)^\s*(?:page\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?\s*$", text))


def installed(packages: tuple[str, ...]) -> float:
    """Megabytes on the disk."""
    size = 0
    for package in packages:
        for file in metadata.files(package) or ():
            place = Path(str(file.locate()))
            size += place.stat().st_size if place.is_file() else 0
    return size / 1e6


def english(text: str) -> tuple[int, int]:
    """Words of four letters or more that are English, and all of them."""
    words = re.findall(r"[^\W\d_]{4,}", text.casefold())
    known = spelling.english()
    return sum(word in known or word.removesuffix("s") in known for word in words), len(words)


def rows(results: dict[str, Result]) -> Iterator[str]:
    paths = list(next(iter(results.values())).texts)
    for name, result in results.items():
        words = max(1, sum(len(text.split()) for text in result.texts.values()))
        others = [
            f1(other.texts[path], result.texts[path])
            for label, other in results.items()
            for path in paths
            if label != name and len(other.texts[path].split()) >= 20 <= len(result.texts[path].split())
        ]
        known = [english(text) for path, text in result.texts.items() if "gds" in str(path)]
        torn = 1000 * sum(map(torn_words, result.texts.values())) / words
        running = 1000 * sum(map(page_numbers, result.texts.values())) / words
        yield (
            f"| {name} | {_mean(others):.3f} | {sum(a for a, _ in known) / sum(b for _, b in known):.3f} | {torn:.2f} "
            f"| {running:.2f} | {1000 * result.seconds / len(paths):.0f} | {installed(READERS[name][1]):.1f} "
            f"| {len(result.failed)} |"
        )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name our N worst files")
    arguments = parser.parse_args()
    paths = sorted(p for folder in FOLDERS for p in (arguments.bench / "files" / folder).rglob("*.pdf"))
    results = {name: measure(read, paths) for name, (read, _) in READERS.items()}
    print(f"{len(paths)} PDFs")
    print("| reader | agreement | English | hyphens | numbers | ms a file | MB | not read |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows(results):
        print(row)
    own = next(iter(results.values()))
    print("not read by ours:", "; ".join(own.failed))
    ranked = sorted((f1(text, results["pdfplumber"].texts[path]), path.name) for path, text in own.texts.items())
    for score, name in ranked[: arguments.worst]:
        print(f"{score:.3f}  {name}")


if __name__ == "__main__":
    main()
