"""Lists and numbers of cases over library/participedia: 100 questions, checked against its ``index.json``.

    PYTHONPATH=. python tests/bench/bench_lists.py --index DIR [--bench ../shared/bench] [--wrong 10]

Expected are the pages whose location, and whose title, issues or topics, are what is asked. A location is given in
several languages ('Italien'). Reported: F1 of ``listed`` by the mean (of a question about no page: whether nothing is
listed), the share of exact numbers, and ms a question.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from rag.config import Settings
from rag.library import Library

#: A place as it is asked for, and what its locations look like.
PLACES = {
    "Italy": r"Itali(?:a|en)|Italy",
    "Canada": r"[CK]anada(?! Bay)",
    "Germany": "Germany|Deutschland",
    "Brazil": r"Bra[sz]il",
    "Australia": "Australi",
    "France": "France|Frankreich",
    "Argentina": "Argentin",
    "Chile": "Chile",
    "India": r"India\b|Indien\b",
    "the United States": "United States|Vereinigte Staaten",
    "the United Kingdom": "United Kingdom|Königreich",
    "Colombia": r"[CK]olumbi|Colombia",
    "Spain": r"Spain|Spanien",
    "Belgium": r"Belgi",
    "Denmark": r"Denmark|Dänemark",
    "Poland": r"Poland|Polen",
    "China": r"\bChina\b",
    "Mexico": r"(?<!New )Mexico|Mexiko",
    "Peru": r"\bPeru\b",
    "South Africa": "South Africa|Südafrika",
    "Japan": r"\bJapan\b",
    "Norway": "Norw",
    "Chicago": "Chicago",
    "Toronto": "Toronto",
    "Porto Alegre": "Porto Alegre",
    "Seattle": "Seattle",
    "London": r"London",
    "Berlin": "Berlin",
    "New York": "New York",
    "Sydney": "Sydney",
}
#: A topic as it is asked for, and what its issues or topics look like.
TOPICS = {
    "budgeting": r"budget",
    "health": r"\bhealth",
    "the environment": r"environment",
    "immigration": r"immigra",
    "education": r"educat",
    "poverty": r"poverty",
    "human rights": r"human rights",
    "electoral reform": r"electoral.*reform",
    "criminal justice": r"criminal justice",
    "gender equality": r"gender.*equality",
    "housing": r"housing",
    "climate change": r"climate change",
    "community development": r"community development",
    "economic development": r"economic development",
    "planning": r"planning",
    "arts and culture": r"arts.*culture",
    "science": r"\bscience",
    "energy": r"\benergy",
    "water": r"\bwater\b",
    "nuclear waste": r"nuclear waste",
}
OF_A_PLACE = [
    "Which projects were in {place}?",
    "How many projects are from {place}?",
    "List all cases in {place}",
    "projects in {place}",
    "Are there any projects in {place}?",
    "show me everything from {place}",
    "how many of the cases took place in {place}",
    "Could you list the projects in {place}, please?",
]
OF_A_TOPIC = [
    "Which projects were about {topic}?",
    "How many projects dealt with {topic}?",
    "List all cases on {topic}",
    "everything you have about {topic}",
    "What number of projects addressed {topic}?",
]
OF_BOTH = [
    "Which projects in {place} were about {topic}?",
    "How many projects about {topic} were in {place}?",
    "List the projects on {topic} in {place}",
    "projects about {topic} in {place}",
]
OF_ELSEWHERE = [
    "Which projects about {topic} were not in {place}?",
    "How many projects about {topic} were outside {place}?",
    "List all projects on {topic}, excluding {place}",
    "projects on {topic} anywhere but {place}",
]
PAIRS = [
    ("the United States", "budgeting"),
    ("Canada", "health"),
    ("Italy", "planning"),
    ("Brazil", "budgeting"),
    ("Germany", "immigration"),
    ("Australia", "health"),
    ("the United Kingdom", "budgeting"),
    ("France", "the environment"),
    ("Argentina", "budgeting"),
    ("India", "human rights"),
    ("Canada", "electoral reform"),
    ("the United States", "education"),
    ("Italy", "the environment"),
    ("the United States", "energy"),
    ("Denmark", "climate change"),
]


@dataclass(frozen=True)
class Asked:
    """A question; ``expected`` are the ids of the pages that meet it."""

    question: str
    expected: frozenset[str]


def questions(pages: list[dict[str, Any]]) -> list[Asked]:
    """The 100 questions: 30 about a place, 40 about a topic, 15 about both, 15 about a topic elsewhere."""

    def met(place: str = "", topic: str = "", *, inside: bool = True) -> frozenset[str]:
        found = []
        for page in pages:
            stated = (page["title"], *page["issues"], *page["topics"])
            about = not topic or any(re.search(TOPICS[topic], text, re.IGNORECASE) for text in stated)
            location = str(page["location"])
            here = not place or bool(re.search(PLACES[place], location)) is inside
            if about and here and (inside or "[no data" not in location):
                found.append(str(page["id"]))
        return frozenset(found)

    asked = [
        Asked(wording.format(place=place), met(place))
        for place, wording in zip(PLACES, cycle(OF_A_PLACE), strict=False)
    ]
    for first in (0, 1):  # every topic in two wordings
        wordings = islice(cycle(OF_A_TOPIC), first, None)
        asked += [Asked(wording.format(topic=t), met("", t)) for t, wording in zip(TOPICS, wordings, strict=False)]
    for (place, topic), wording, elsewhere in zip(PAIRS, cycle(OF_BOTH), cycle(OF_ELSEWHERE), strict=False):
        asked.append(Asked(wording.format(place=place, topic=topic), met(place, topic)))
        asked.append(Asked(elsewhere.format(place=place, topic=topic), met(place, topic, inside=False)))
    return asked


def f1(listed: frozenset[str], expected: frozenset[str]) -> float:
    """1.0 where both are empty."""
    return 2 * len(listed & expected) / (len(listed) + len(expected)) if listed or expected else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--wrong", type=int, default=0, help="how many of the worst to show")
    options = parser.parse_args()
    folder = options.bench / "library" / "participedia"
    asked = questions(json.loads((folder / "index.json").read_text(encoding="utf-8")))
    rows = []
    library = Library.open(Settings(seeds=folder / "html", index=options.index))
    library.ask(asked[0].question)  # the model is loaded by the first
    for each in asked:
        start = time.perf_counter()
        answer = library.ask(each.question)
        took = 1000 * (time.perf_counter() - start)
        listed = frozenset(case_id.split(".html")[0] for case_id in answer.listed)
        rows.append((f1(listed, each.expected), answer.count == len(each.expected), took, each, listed))
    numbers = [row for row in rows if re.search("how many|number", row[3].question, re.IGNORECASE)]
    print(f"{len(rows)} questions; F1 of lists {statistics.mean(row[0] for row in rows):.3f}")
    print(
        f"exact numbers {statistics.mean(row[1] for row in numbers):.3f} of {len(numbers)} that ask for one;", end=" "
    )
    print(f"{statistics.mean(row[1] for row in rows):.3f} of all; {statistics.median(row[2] for row in rows):.0f} ms")
    for score, _, _, each, listed in sorted(rows, key=lambda row: row[0])[: options.wrong]:
        lacks, beside = sorted(each.expected - listed)[:6], sorted(listed - each.expected)[:6]
        print(f"{score:.2f} {each.question} ({len(each.expected)}): lacks {lacks}, beside {beside} of {len(listed)}")


if __name__ == "__main__":
    main()
