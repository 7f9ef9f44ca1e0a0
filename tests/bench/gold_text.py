"""What the cleaning of web pages costs or gains in answers: the same questions over raw pages and over their gold text.

    PYTHONPATH=. python tests/bench/gold_text.py --work DIR [--bench ../shared/bench]

DIR keeps both libraries, so that a second run is quick. The gold text of a page is its body as its site stores it,
under the page's title; what stands beside the body on the page (the 'Case Data' box) is no part of it.
"""

from __future__ import annotations

import argparse
import html
import json
from pathlib import Path

from rag.cli.console import progress_bar
from rag.config import Settings
from rag.evaluation.metrics.answers import Evaluation
from rag.evaluation.questions.sets import read_questions
from rag.evaluation.run import evaluate_library
from rag.library import Library

METRICS = ("hit@1", "hit@5", "evidence_recall@10", "first_citation_right", "abstained", "false_refusal")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    pages = options.bench / "library" / "participedia"
    write_gold(pages, options.work / "gold")
    found = [
        evaluated(pages / "html", options.work / "pages-index", pages / "questions.jsonl"),
        evaluated(options.work / "gold", options.work / "gold-index", pages / "questions.jsonl"),
    ]
    print("| | pages | gold text | difference |\n|---|---|---|---|")
    for name in METRICS:
        first, second = (round(evaluation.metrics[name].mean, 3) for evaluation in found)
        print(f"| {name} | {first:.3f} | {second:.3f} | {first - second:+.3f} |")


def write_gold(pages: Path, folder: Path) -> None:
    """A page of each gold body, named as the raw page is."""
    folder.mkdir(parents=True, exist_ok=True)
    titles = {entry["id"]: entry["title"] for entry in json.loads((pages / "index.json").read_text(encoding="utf-8"))}
    for path in sorted((pages / "gold").glob("*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))["htmlbody"]
        title = html.escape(titles[path.stem])
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
        (folder / f"{path.stem}.html").write_text(page, encoding="utf-8")


def evaluated(seeds: Path, index: Path, questions: Path) -> Evaluation:
    """The questions, answered from one of the libraries."""
    with progress_bar() as progress:
        library = Library.open(Settings(seeds, index, added=index.parent / "added"), progress)
        return evaluate_library(library.snapshot, read_questions(questions), progress)


if __name__ == "__main__":
    main()
