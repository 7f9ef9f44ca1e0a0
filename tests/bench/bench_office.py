"""Reads the DOCX/ODT pairs of the GDS service manual (the same text twice) and other office files, and compares.

    PYTHONPATH=. python tests/bench/bench_office.py [--bench ../shared/bench] [--differences]

For each pair: the share of words (lower-cased ``\\w+``) the two texts have in common as multisets, and in order, as
multisets of 4-word shingles and by difflib; the larger text counts as the whole. 'source' is the share of words that
the files' own XML has in common, read without any rule (no element left out): what differs there differs in the files.
"""

from __future__ import annotations

import argparse
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from rag.errors import SourceError
from rag.readers.blocks import Content
from rag.readers.office.odt import read_odt
from rag.readers.office.slides import read_pptx
from rag.readers.office.word import read_docx
from rag.types import SourceFile

READERS: dict[str, Callable[[SourceFile], Content]] = {".docx": read_docx, ".odt": read_odt, ".pptx": read_pptx}


def content(path: Path) -> Content:
    return READERS[path.suffix](SourceFile(path.name, path.read_bytes()))


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def read_words(path: Path) -> list[str]:
    return words_of("\n".join(block.text for block in content(path).blocks))


def bare_words(path: Path) -> list[str]:
    """All words of the main part, tags taken as nothing or, where they part words, as blanks."""
    name, breaks = (
        ("word/document.xml", "w:p|w:tab|w:br") if path.suffix == ".docx" else ("content.xml", "text:[a-z-]+")
    )
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(name).decode("utf-8")
    xml = re.sub(r"<(text:span|text:a|text:bookmark[a-z-]*)\b[^>]*>|</(text:span|text:a)>", "", xml)
    if path.suffix == ".docx":
        xml = re.sub(r"<w:(instrText|delText)[^>]*>.*?</w:\1>", "", xml)
    xml = re.sub(rf"</?(?:{breaks})\b[^>]*>", " ", xml)
    text = re.sub(r"<[^>]*>", "", xml)
    return words_of(text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&apos;", "'"))


def shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))]


def shared(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    return sum((Counter(a) & Counter(b)).values()) / max(len(a), len(b), 1)


def in_order(a: Sequence[str], b: Sequence[str]) -> float:
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(len(a), len(b), 1)


def differences(a: Sequence[str], b: Sequence[str]) -> None:
    for kind, i, j, k, n in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind != "equal":
            print(f"      docx {' '.join(a[max(0, i - 2) : j + 1])!r}   odt {' '.join(b[max(0, k - 2) : n + 1])!r}")


def compare_pairs(folder: Path, *, show: bool) -> None:
    print(f"{'pair':42}{'words':>7}{'common':>9}{'shingles':>10}{'in order':>10}{'source':>9}{'kinds':>7}{'ms':>8}")
    for docx in sorted(folder.rglob("*.docx")):
        odt = docx.with_suffix(".odt")
        if not odt.exists():
            print(f"{docx.stem:42} has no .odt beside it")
            continue
        start = time.perf_counter()
        a, b = read_words(docx), read_words(odt)
        spent = 1000 * (time.perf_counter() - start)
        kinds = shared(
            [(x.kind, x.text[:20]) for x in content(docx).blocks], [(x.kind, x.text[:20]) for x in content(odt).blocks]
        )
        print(
            f"{docx.stem:42}{len(a):7}{shared(a, b):9.4f}{shared(shingles(a), shingles(b)):10.4f}{in_order(a, b):10.4f}"
            f"{shared(bare_words(docx), bare_words(odt)):9.4f}{kinds:7.2f}{spent:8.0f}"
        )
        if show:
            differences(a, b)


def read_others(folder: Path) -> None:
    print(f"\n{'other office files':42}{'words':>7}  blocks by kind")
    for path in sorted(p for p in folder.rglob("*") if p.suffix in READERS):
        if path.suffix != ".pptx" and path.with_suffix(".odt").exists() and path.with_suffix(".docx").exists():
            continue
        try:
            blocks = content(path).blocks
        except SourceError as error:
            print(f"{path.name:42} {error}")
            continue
        kinds = ", ".join(f"{n} {kind}" for kind, n in Counter(block.kind for block in blocks).most_common())
        print(f"{path.name:42}{len(read_words(path)):7}  {kinds}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("--differences", action="store_true", help="show where the texts of a pair differ")
    arguments = parser.parse_args()
    compare_pairs(arguments.bench / "files" / "gds-service-manual", show=arguments.differences)
    read_others(arguments.bench / "files")


if __name__ == "__main__":
    main()
