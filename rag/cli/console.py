"""What the commands share: opening the library, progress, printing, writing files."""

from __future__ import annotations

import errno
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import QuestionsError
from rag.text.files import write_whole

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.library import Library
    from rag.types import Progress

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STAGES = {
    "read": "Reading documents",
    "embed": "Embedding passages",
    "wait": "Waiting for another build",
    "ask": "Asking questions",
}


def open_library(settings: Settings, *, rebuild: bool = False) -> Library:
    """The library, with progress and what was left out on stderr if its index is built."""
    from rag.index.collection import problems_of
    from rag.library import Library
    from rag.present.files import behind_text

    with progress_bar() as progress:
        library = Library.open(settings, progress, rebuild=rebuild)
    for problem in problems_of(library.synced.read) if library.synced else ():
        print(f"rag: left out: {problem}", file=sys.stderr)
    if library.away:
        print(f"rag: {library.away}; meanwhile the index answers as it was", file=sys.stderr)
    if library.behind:
        print(f"rag: {behind_text(library.behind)}", file=sys.stderr)
    return library


class progress_bar:  # noqa: N801 - a context manager, named like a function
    """A bar on a terminal's stderr, a line a stage elsewhere; nothing at all if nothing is done."""

    def __enter__(self) -> Progress:
        self._stage = ""
        self._bar: Any = None
        self._task: Any = None
        return self._step

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _step(self, stage: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            if stage != self._stage:
                print(f"{_STAGES.get(stage, stage)} ({total:,})", file=sys.stderr, flush=True)
            self._stage = stage
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True), transient=True)
            self._bar.start()
        if stage != self._stage:
            self._task = self._bar.add_task(_STAGES.get(stage, stage), total=total)
            self._stage = stage
        self._bar.update(self._task, completed=done, total=total)


def print_text(text: str) -> None:
    """Plain in a pipe; on a terminal with headings, markers and notes coloured. What names hold can't steer it."""
    text = _CONTROLS.sub("?", text)
    if not sys.stdout.isatty():
        print(text)
        return
    from rich.console import Console
    from rich.text import Text

    coloured = Text(text)
    coloured.highlight_regex(r"(?m)^\S.*$", "bold")
    coloured.highlight_regex(r"\[\d+\]", "cyan")
    coloured.highlight_regex(r"(?m)^ +Note: .*$", "yellow")
    Console(highlight=False).print(coloured)


def print_json(record: object, indent: int | None = 2) -> None:
    """JSON, with escapes where the console is not UTF-8."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf8sig")
    print(json.dumps(record, ensure_ascii=not utf8, indent=indent), flush=True)


def written(path: Path, content: str, option: str) -> None:
    """Writes a file that ``option`` named. Raises QuestionsError."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise _unwritable(path, error, option) from error


def check_writable(path: Path, option: str) -> None:
    """Raises QuestionsError if a file could not be written at ``path``: better said before long work than after."""
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _unwritable(path, error, option) from error


def _unwritable(path: Path, error: OSError, option: str) -> QuestionsError:
    return QuestionsError(f"can't write {path} ({error.strerror}): choose another place with {option}")
