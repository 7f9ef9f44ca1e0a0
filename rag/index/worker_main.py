"""What runs in the process that reads files: ``python -m rag.index.worker_main SECONDS MEGABYTES``."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from rag.index.parse import parse_one
from rag.index.sandbox.child import Parent, limits, serve
from rag.readers.archive import unpacked
from rag.readers.pdf import ocr
from rag.types import Parsed, Problem, SourceFile
from rag.types.serialize import encode

T = TypeVar("T")


def main() -> None:
    """Reads files until the input ends."""
    serve(read)


def read(parent: Parent, about: Any, data: bytes) -> None:
    """Reads one file, ``about`` which is known: its name, its media type, and how many files within it to pass over."""
    name, media_type, done = about
    ocr.before_page = parent.needs_time  # a scanned page has as much time as a file
    files = iter(unpacked(SourceFile(name, data, media_type)))
    number = 0
    while (found := _guarded(name, lambda: next(files, None))) is not None:
        if number >= done:
            parent.begins(found.name)
            parent.gave(_record(found))
        number += 1


def _record(found: SourceFile | Problem) -> bytes:
    """What a file gave, as JSON."""
    gave = found if isinstance(found, Problem) else _guarded(found.name, lambda: encode(parse_one(found)))
    record = encode(Parsed(problems=(gave,))) if isinstance(gave, Problem) else gave
    return record.encode("ascii")


def _guarded(name: str, action: Callable[[], T]) -> T | Problem:
    """What ``action`` gives, or the problem that kept it from it."""
    try:
        return action()
    except MemoryError:
        reason = f"reading it took more than {limits()[1]} MB of memory: split it into smaller files and add those"
    except BaseException as error:  # noqa: BLE001 - one bad file never stops the others; a Rust panic is no Exception
        reason = (
            f"it could not be read ({type(error).__name__} in {_place(error.__traceback__)}): the file is damaged, or "
            "Precedent has a fault here; open it in the program that made it, save it anew and add it again"
        )
    return Problem(name, "failed", reason)


def _place(traceback: TracebackType | None) -> str:
    """The innermost line of ours: 'rag.readers.pdf, line 12'."""
    place = "its reader"
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("rag.") and module != __name__:
            place = f"{module}, line {traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


if __name__ == "__main__":
    main()
