"""A BEIR folder (corpus.jsonl, queries*.jsonl, qrels/test.tsv) as text documents that Precedent can index."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from rag.config import Settings
from rag.library import Library


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """One object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """query id -> document id -> grade, of judgements above 0."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if int(row["score"]) > 0:
                found[row["query-id"]][row["corpus-id"]] = int(row["score"])
    return dict(found)


def library_of(beir: Path, work: Path) -> Library:
    """The folder's corpus as a library: a text file a document below ``work``, its index beside it."""
    sources = work / beir.name
    sources.mkdir(parents=True, exist_ok=True)
    for document in read_jsonl(beir / "corpus.jsonl"):
        path = sources / f"{document['_id']}.txt"
        text = f"{document.get('title', '')}\n\n{document['text']}\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    return Library.open(Settings(sources, work / f"{beir.name}-index"))
