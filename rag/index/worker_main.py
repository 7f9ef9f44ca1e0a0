"""What runs in the process that reads files: ``python -m rag.index.worker_main SECONDS MEGABYTES``.

It ends by itself when its input ends, that is when the process that started it has ended, whatever it does then.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import BinaryIO, TypeVar

from rag.index.parse import parse_one
from rag.index.worker import BEGINS, ENDS, FRAME, GAVE, PEAK, READY, REQUEST, read_exactly
from rag.readers.archive import unpacked
from rag.readers.pdf import ocr
from rag.types import Parsed, Problem, SourceFile
from rag.types.serialize import encode

T = TypeVar("T")

_GRACE = 15  # seconds after which the system ends a process that should have been ended


def main() -> None:
    """Reads files until the input ends."""
    seconds, megabytes = math.ceil(float(sys.argv[1])), int(sys.argv[2])
    requests, answers = _own_pipes()
    _limit(megabytes)
    _send(answers, READY)
    waiting: SimpleQueue[tuple[SourceFile, int]] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    begun = b""  # the name of the file that is read now

    def answer(kind: bytes, body: bytes) -> None:
        _alarm(seconds + _GRACE)
        _send(answers, kind, body)

    ocr.before_page = lambda: answer(BEGINS, begun)  # a scanned page has as much time as a file
    while True:
        source, done = waiting.get()
        for kind, body in frames(source, done, megabytes):
            begun = body if kind == BEGINS else b""
            answer(kind, body)
        _alarm(0)
        del source
        _send(answers, ENDS, PEAK.pack(_peak()))


def frames(source: SourceFile, done: int, megabytes: int) -> Iterator[tuple[bytes, bytes]]:
    """The answers for one file; the first ``done`` files within it are passed over."""
    files = iter(unpacked(source))
    number = 0
    while True:
        found = _guarded(source.name, megabytes, lambda: next(files, None))
        if found is None:
            return
        if number >= done:
            yield BEGINS, found.name.encode("utf-8", "surrogatepass")
            yield GAVE, _record(found, megabytes)
        number += 1


def _record(found: SourceFile | Problem, megabytes: int) -> bytes:
    """What a file gave, as JSON."""
    gave = found if isinstance(found, Problem) else _guarded(found.name, megabytes, lambda: encode(parse_one(found)))
    record = encode(Parsed(problems=(gave,))) if isinstance(gave, Problem) else gave
    return record.encode("ascii")


def _guarded(name: str, megabytes: int, action: Callable[[], T]) -> T | Problem:
    """What ``action`` gives, or the problem that kept it from it."""
    try:
        return action()
    except MemoryError:
        reason = f"reading it took more than {megabytes} MB of memory: split it into smaller files and add those"
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


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, out of reach of what libraries print or programs they start read."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    os.close(nothing)
    return requests, answers


def _listen(requests: BinaryIO, waiting: SimpleQueue[tuple[SourceFile, int]]) -> None:
    """Passes requests on; ends the process, even amid a file, when there will be no more."""
    try:
        while True:
            about_size, size = REQUEST.unpack(read_exactly(requests, REQUEST.size))
            name, media_type, done = json.loads(read_exactly(requests, about_size))
            waiting.put((SourceFile(name, read_exactly(requests, size), media_type), done))
    finally:
        if sys.platform != "win32" and os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)  # with the programs it has started
        os._exit(1)


def _send(answers: BinaryIO, kind: bytes, body: bytes = b"") -> None:
    answers.write(FRAME.pack(kind, len(body)))
    answers.write(body)
    answers.flush()


def _limit(megabytes: int) -> None:
    """Limits that the system holds; Windows has none of these."""
    if sys.platform != "win32":
        import resource

        limits = {
            resource.RLIMIT_AS: megabytes * 1_000_000,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: 20_000_000,  # no reader writes files; Python keeps its compiled modules
            resource.RLIMIT_NOFILE: 256,
        }
        for kind, most in limits.items():
            _soft, hard = resource.getrlimit(kind)
            limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
            with suppress(ValueError, OSError):  # macOS does not take every limit
                resource.setrlimit(kind, (limit, limit))


def _alarm(seconds: int) -> None:
    """The system ends this process after ``seconds`` (0: never), even if it hangs in a library and nobody watches."""
    if sys.platform != "win32":
        signal.alarm(seconds)


def _peak() -> int:
    """The most memory this process had, in bytes; 0 where it can't be told.

    Not ``getrusage``: what that tells includes the parent's, if it was larger, when this process was started.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main()
