"""Scanned pages, read by the command ``tesseract`` where it is installed."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

from rag.readers.pdf.shapes import Style, Word

MOST_PAGES = 50  # a file; the others are named in a warning
SECONDS = 20  # a page; most take two to ten
_DPI = 400  # small type on small scans is misread at less
_MOST_PIXELS = 5000  # along a side
_SURE = 30  # of 100: below that tesseract guesses at smudges


#: Called before each page: whoever limits the time of a file may give a scanned page as much.
before_page: Callable[[], None] | None = None


def command() -> str | None:
    """The command's path, or None if it is not installed."""
    return shutil.which("tesseract")


def read_scan(page: Any, tesseract: str) -> list[Word]:
    """The words of a scanned page, upright; none if it can't be read within its time."""
    if before_page:
        before_page()
    width, height = page.get_size()
    scale = min(_DPI / 72, _MOST_PIXELS / max(width, height, 1.0))
    bitmap = page.render(scale=scale, grayscale=True)
    image = io.BytesIO()
    bitmap.to_pil().save(image, "PPM")
    bitmap.close()
    try:
        done = subprocess.run(
            [tesseract, "stdin", "stdout", "--dpi", str(round(72 * scale)), "tsv"],
            input=image.getvalue(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # more threads only make it slower
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return _words(done.stdout.decode("utf-8", "replace"), scale)


def _words(table: str, scale: float) -> list[Word]:
    """Words of tesseract's table; those of a line share its baseline and size."""
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row.get("level") == "5" and (row.get("text") or "").strip() and float(row["conf"]) >= _SURE:
            lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    sizes = {key: _size(rows) / scale for key, rows in lines.items()}
    found: list[Word] = []
    for key, rows in lines.items():
        # Sizes are measured, so they waver: those of a block are taken as one.
        block = sorted(size for other, size in sizes.items() if other[0] == key[0])
        style = Style(float(round(block[len(block) // 2])) or 1.0)
        bottoms = sorted(int(row["top"]) + int(row["height"]) for row in rows)
        baseline = bottoms[len(bottoms) // 2 if len(bottoms) > 2 else 0] / scale
        for row in rows:
            left = int(row["left"]) / scale
            found.append(Word(row["text"].strip(), left, left + int(row["width"]) / scale, baseline, style, len(found)))
    return found


def _size(rows: list[dict[str, str]]) -> float:
    """Letters take up three quarters of their size, roughly."""
    heights = sorted(int(row["height"]) for row in rows)
    return heights[len(heights) // 2] / 0.78
