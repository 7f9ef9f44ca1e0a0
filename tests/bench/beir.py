"""A BEIR folder (corpus.jsonl, queries*.jsonl, qrels/test.tsv) as text documents that Precedent can index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.config import Settings
from rag.evaluation.questions import judged
from rag.library import Library
from rag.text.jsonl import json_lines


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """One object a line."""
    return [line.fields for line in json_lines(path, "an object")]


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """query id -> document id -> grade, of judgements above 0."""
    found = {
        topic: {document: grade for document, grade in grades.items() if grade > 0}
        for topic, grades in judged.read_qrels(path).items()
    }
    return {topic: grades for topic, grades in found.items() if grades}


def library_of(beir: Path, work: Path) -> Library:
    """The folder's corpus as a library: a text file a document below ``work``, its index beside it.

    `rag eval FOLDER` reads the corpus as it is; this is for scripts whose indexes are of files.
    """
    sources = work / beir.name
    sources.mkdir(parents=True, exist_ok=True)
    for document in read_jsonl(beir / "corpus.jsonl"):
        path = sources / f"{document['_id']}.txt"
        text = f"{document.get('title', '')}\n\n{document['text']}\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    return Library.open(Settings(sources, work / f"{beir.name}-index"))
