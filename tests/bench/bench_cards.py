"""Measures what case cards say: precision and recall of every field.

    python tests/bench/bench_cards.py [--bench ../shared/bench] [--set seeds] [--errors] [--json]

- seeds: the cases of the seeds against the gold table made by hand (tests/gold/cases.jsonl, rules in its README.md);
- pages: every tenth page of participedia against its 'Case Data' (location, issues and topics, dates), read whole, and
  as prose alone: without the 'Case Data', the harder of the two. --pages, --every and --offset draw other samples.
- --gold FILE: pages of participedia, as prose alone, against a gold table of files ("file" instead of "case").

A value of a page is right: a place that names the city, state or country; a topic that is, or holds half the words of,
an issue or topic; a period with the year of the start or the end. Pages whose 'Case Data' leave a field empty don't
count for it. 'place, city' counts pages: of those with a city, where some value names it ('recall'), and of those with
a place, where some value names more than the country ('precision').
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.index.parse import parse
from rag.sources.folder import find_files, read_file
from rag.text.words import stems
from rag.types import Case, Document, SourceFile
from tests.card_scores import ROWS, Score, read_gold, same_name, score_cases

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
PAGES = Path("library") / "participedia" / "html"
SETS = ("seeds", "whole page", "prose alone")
CITY_ROW = "place, city"
_BOX = ".group-case-data"
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_CODE = re.compile(r"(?:^|\s)[A-Z]{2}$")
_NO_DATE = re.compile(r"no data entered|December 31, 1969|January 1, 1970")  # the day from which computers count
_OTHER_NAMES = {"United States": ("US", "USA", "U.S."), "United Kingdom": ("UK", "Great Britain", "Britain")}

Scores = dict[str, Score]


@dataclass(frozen=True, slots=True)
class CaseData:
    """What a page's 'Case Data' say; a field that they leave empty is empty."""

    city: tuple[str, ...]
    country: tuple[str, ...]
    topics: tuple[str, ...]
    years: tuple[str, ...]


def read(sources: Iterable[SourceFile]) -> tuple[list[Case], dict[str, Document]]:
    cases: list[Case] = []
    documents: dict[str, Document] = {}
    for source in sources:
        for parsed in parse(source).documents:
            cases += parsed.cases
            documents[parsed.document.doc_id] = parsed.document
    return cases, documents


def seeds() -> Scores:
    return score_cases(*read(map(read_file, find_files(SEEDS))), read_gold())


def extra(path: Path, folder: Path) -> Scores:
    gold = read_gold(path)
    wanted = {each.name for each in gold}
    pages = (without_box(read_file(found)) for found in find_files(folder) if found.name in wanted)
    scores = score_cases(*read(pages), gold)
    return {row: scores[row] for row in ROWS if any(row in each.judged for each in gold)}


def sample(folder: Path, pages: int, every: int, offset: int) -> list[tuple[SourceFile, CaseData]]:
    """Every ``every``-th page that has 'Case Data', in order of its number."""
    found = sorted(find_files(folder), key=lambda f: int(f.path.stem))
    drawn: list[tuple[SourceFile, CaseData]] = []
    for file in found[offset::every]:
        source = read_file(file)
        data = case_data(LexborHTMLParser(source.data))
        if data and len(drawn) < pages:
            drawn.append((source, data))
    return drawn


def case_data(page: LexborHTMLParser) -> CaseData | None:
    box = page.css_first(_BOX)
    if box is None:
        return None
    country = _texts(box, ".country-name")
    city = _texts(box, ".adr .fn, .adr .street-address, .adr .locality, .adr .region, .location-hidden")
    local = [_CODE.sub("", part.strip()).strip() for text in city for part in text.split(",")]
    return CaseData(
        tuple(part for part in dict.fromkeys(local) if part and part not in country),
        tuple(country) + tuple(name for each in country for name in _OTHER_NAMES.get(each, ())),
        tuple(_items(box, "field-issue-area") + _items(box, "field-issue-area-other")),
        tuple(_YEAR.findall(" ".join(_items(box, "field-start-date") + _items(box, "field-end-date")))),
    )


def _items(box: LexborNode, name: str) -> list[str]:
    return [text for text in _texts(box, f".field-name-{name} .field-item") if not _NO_DATE.search(text)]


def _texts(box: LexborNode, selector: str) -> list[str]:
    return [text for node in box.css(selector) if (text := " ".join(node.text().split()))]


def without_box(source: SourceFile) -> SourceFile:
    page = LexborHTMLParser(source.data)
    for box in page.css(_BOX):
        box.decompose()
    return SourceFile(source.name, (page.html or "").encode(), source.media_type)


def against_case_data(drawn: Sequence[tuple[SourceFile, CaseData]], *, prose: bool) -> Scores:
    scores = {row: Score() for row in ("place", CITY_ROW, "topic", "period")}
    for source, data in drawn:
        cases, _ = read([without_box(source) if prose else source])
        score_page(scores, source.name, cases, data)
    return scores


def score_page(scores: Scores, name: str, cases: Sequence[Case], data: CaseData) -> None:
    def values(kind: str) -> list[str]:
        stated = [facet.value for case in cases for facet in case.stated(kind)]  # type: ignore[arg-type]
        return list({" ".join(stems(value)): value for value in reversed(stated)}.values())[::-1]

    places = values("place")
    if data.city or data.country:
        in_city = [any(names(place, part) for part in data.city) for place in places]
        right = [
            city or any(names(place, part) for part in data.country)
            for place, city in zip(places, in_city, strict=True)
        ]
        wanted = ", ".join((*data.city, *data.country[:1]))
        scores["place"].add(name, list(zip(places, right, strict=True)), [(wanted, any(right))])
        score = scores[CITY_ROW]
        if any(right):
            score.add(name, [(f"no more than the country: {', '.join(places)}", any(in_city))], [])
        if data.city:
            score.add(name, [], [(", ".join(data.city), any(in_city))])
    if data.topics:
        topics = values("topic")
        same = [[same_name(value, topic) for topic in data.topics] for value in topics]
        needed = [(topic, any(row[i] for row in same)) for i, topic in enumerate(data.topics)]
        scores["topic"].add(name, [(value, any(row)) for value, row in zip(topics, same, strict=True)], needed)
    if data.years:
        periods = values("period")
        right = [not set(data.years).isdisjoint(_YEAR.findall(value)) for value in periods]
        wanted = " to ".join(dict.fromkeys(data.years))
        scores["period"].add(name, list(zip(periods, right, strict=True)), [(wanted, any(right))])


def names(place: str, part: str) -> bool:
    """Whether one holds the words of the other."""
    a, b = (f" {' '.join(stems(text))} " for text in (place, part))
    return a in b or b in a


def shown(title: str, scores: Mapping[str, Score], *, errors: bool) -> str:
    lines = [
        f"\n{title}",
        f"{'':18}{'precision':>10}{'':>10}{'recall':>8}{'':>10}{'first value':>13}",
    ]
    for row, score in scores.items():
        values, needed = score.right + len(score.wrong), score.needed
        if not values and not needed:
            lines.append(f"{row:18}{'nothing stated, nothing extracted':>43}")
            continue
        precision = f"{score.precision:10.3f}{f'{score.right}/{values}':>10}" if values else f"{'-':>10}{'0/0':>10}"
        recall = f"{score.recall:8.3f}{f'{score.found}/{needed}':>10}" if needed else f"{'-':>8}{'0/0':>10}"
        first = (
            f"{score.first_right:7.3f}{f'{score.first}/{score.stated}':>6}"
            if needed and values and row != CITY_ROW
            else ""
        )
        lines.append(f"{row:18}{precision}{recall}{first}")
    if errors:
        lines += _errors(title, scores)
    return "\n".join(lines)


def _errors(title: str, scores: Mapping[str, Score]) -> Iterable[str]:
    for row, score in scores.items():
        for label, findings in (("WRONG", score.wrong), ("MISSED", score.missed)):
            if findings:
                yield f"\n--- {title}: {row}, {label}: {len(findings)}"
            for finding in findings:
                yield f"  {finding.case:34} {finding.words}"


def as_json(scores: Mapping[str, Score]) -> dict[str, Any]:
    return {
        row: {**asdict(score), "precision": score.precision, "recall": score.recall, "first_right": score.first_right}
        for row, score in scores.items()
    }


def measure(arguments: argparse.Namespace) -> dict[str, Scores]:
    wanted = arguments.sets or (() if arguments.gold else SETS)
    folder = arguments.bench / PAGES
    measured: dict[str, Scores] = {}
    if "seeds" in wanted:
        measured["seeds, against the gold table"] = seeds()
    if pages := [name for name in SETS[1:] if name in wanted]:
        drawn = sample(folder, arguments.pages, arguments.every, arguments.offset)
        for name in pages:
            title = f"{len(drawn)} pages, {name}, against 'Case Data'"
            measured[title] = against_case_data(drawn, prose=name == "prose alone")
    for path in arguments.gold:
        measured[f"pages, prose alone, against {path.name}"] = extra(path, folder)
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("--set", choices=SETS, action="append", dest="sets", help="default: all (repeatable)")
    parser.add_argument("--pages", type=int, default=30, help="how many pages at most (default: 30)")
    parser.add_argument("--every", type=int, default=10, metavar="N", help="take every N-th page (default: 10)")
    parser.add_argument("--offset", type=int, default=0, metavar="N", help="begin with page N (default: 0)")
    parser.add_argument(
        "--gold", type=Path, action="append", default=[], help="also a gold table of files (repeatable)"
    )
    parser.add_argument("--errors", action="store_true", help="list every value that is wrong or missing")
    parser.add_argument("--json", action="store_true", help="print JSON, with the errors")
    arguments = parser.parse_args()
    measured = measure(arguments)
    if arguments.json:
        print(json.dumps({title: as_json(scores) for title, scores in measured.items()}, ensure_ascii=False, indent=1))
        return
    for title, scores in measured.items():
        rows = {row: scores[row] for row in (*ROWS, CITY_ROW) if row in scores}
        print(shown(title, rows, errors=arguments.errors))


if __name__ == "__main__":
    main()
