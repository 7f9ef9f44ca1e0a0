"""Measures where cases begin and end, and what fact boxes say, on real pages and reports.

    python tests/bench/bench_cases.py [--bench ../shared/bench] [--wrong 10]

- participedia: pages that are exactly one case; whether the case's place shares a word with the location stated in the
  index, its topics with the issues and topics stated there;
- the service manual's case studies: each PDF alone is one case; all joined into one PDF are as many, each on its pages;
  each page of guidance is at most one case;
- time for a document of 500 and of 5,000 blocks.

The joined report needs pypdf.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rag.cases.find import find_cases
from rag.readers.clean import clean
from rag.types import Case, Document, SourceFile

_COORDINATES = re.compile(r"\d{1,3}°.*", re.DOTALL)


def read(path: Path) -> Document:
    return clean(SourceFile(path.name, path.read_bytes()))


def words(text: str) -> set[str]:
    return set(re.findall(r"\w{2,}", _COORDINATES.sub("", text).casefold()))


def values(case: Case, kind: str) -> list[str]:
    return [facet.value for facet in case.facets if facet.kind == kind]


def participedia(folder: Path, wrong: int) -> None:
    index: list[dict[str, Any]] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    counts: Counter[str] = Counter()
    misses: list[str] = []
    seconds = 0.0
    for entry in index:
        document = read(folder / "html" / f"{entry['id']}.html")
        start = time.perf_counter()
        cases = find_cases(document)
        seconds += time.perf_counter() - start
        counts["one case"] += len(cases) == 1
        if len(cases) != 1:
            misses.append(f"{entry['id']}: {len(cases)} cases: {[case.title for case in cases]}")
            continue
        location = "" if "no data" in entry["location"] else entry["location"]
        if words(location):
            counts["located"] += 1
            counts["place stated"] += cases[0].place != "not stated"
            same = bool(words(location) & words(" ".join(values(cases[0], "place"))))
            counts["place"] += same
            if not same:
                misses.append(f"{entry['id']}: place {cases[0].place!r}, stated {location!r}")
        wanted = {topic.casefold() for topic in (*entry["issues"], *entry["topics"])}
        found = {topic.casefold() for topic in values(cases[0], "topic")}
        counts["topics stated"] += len(wanted)
        counts["topics found"] += len(found)
        counts["topics right"] += len(wanted & found)
    print(f"participedia: {len(index)} pages, {1000 * seconds / len(index):.0f} ms a page")
    print(f"  exactly one case  {counts['one case'] / len(index):.3f}")
    print(f"  place, of {counts['located']} located: any {counts['place stated'] / counts['located']:.3f}", end=", ")
    print(f"shares a word {counts['place'] / counts['located']:.3f}")
    print(f"  topics: recall {counts['topics right'] / max(1, counts['topics stated']):.3f}", end=", ")
    print(f"precision {counts['topics right'] / max(1, counts['topics found']):.3f}")
    print("".join(f"    {miss}\n" for miss in misses[:wrong]), end="")


def service_manual(folder: Path, wrong: int) -> None:
    paths = sorted(folder.rglob("*case-study*.pdf"))
    alone = [len(find_cases(read(path))) for path in paths]
    print(f"service manual: {sum(count == 1 for count in alone)} of {len(alone)} case studies are one case alone")
    joined(paths)
    pages = sorted(folder.rglob("*.md"))
    split = [path for path in pages if len(find_cases(read(path))) > 1]
    print(f"  pages of guidance that are at most one case: {len(pages) - len(split)} of {len(pages)}")
    print("".join(f"    {path}\n" for path in split[:wrong]), end="")


def joined(paths: list[Path]) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    wanted: list[tuple[int, int]] = []
    for path in paths:
        first = len(writer.pages) + 1
        writer.append(PdfReader(path))
        wanted.append((first, len(writer.pages)))
    data = io.BytesIO()
    writer.write(data)
    document = clean(SourceFile("joined.pdf", data.getvalue()))
    cases = find_cases(document)
    found = [pages(document, case) for case in cases]
    right = sum(own in wanted for own in found)
    print(f"  joined into one PDF: {len(cases)} cases of {len(paths)}, page range right for {right}")
    for case, own in zip(cases, found, strict=True):
        print(f"    {'ok   ' if own in wanted else 'WRONG'} pages {own[0]}-{own[1]}: {case.title}")


def pages(document: Document, case: Case) -> tuple[int, int]:
    """The first and last page of a case."""
    parts = [document.part_at(offset) for offset in (case.spans[0][0], case.spans[-1][1] - 1)]
    first, last = (int(part.label.split()[-1]) if part else 0 for part in parts)
    return first, last


def speed() -> None:
    account = (
        "## Case study {n}: Walking club\n\nBackground: few came.\n\nThe club walked in Leeds.\n\nResults: 40 came."
    )
    flat = "## Walking {n}\n\nDr Ann Hill of Leeds walked in March 2014.\n\nThe second programme ran in Hull."
    for name, pattern, each in (("cases", account, 4), ("one account", flat, 3)):
        for blocks in (500, 5000):
            text = "\n\n".join(pattern.format(n=n) for n in range(blocks // each))
            document = clean(SourceFile("long.md", text.encode()))
            start = time.perf_counter()
            cases = find_cases(document)
            seconds = time.perf_counter() - start
            print(f"{name}: {len(document.blocks)} blocks, {len(cases)} cases, {1000 * seconds:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="name N pages that are wrong, of each set")
    arguments = parser.parse_args()
    participedia(arguments.bench / "library" / "participedia", arguments.wrong)
    service_manual(arguments.bench / "files" / "gds-service-manual", arguments.wrong)
    speed()


if __name__ == "__main__":
    main()
