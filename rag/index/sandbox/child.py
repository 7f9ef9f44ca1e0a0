"""What runs in the process: a task, for one request after another.

It ends by itself when its input ends, that is when the process that started it has ended, whatever it does then. What
goes between the two is lengths, JSON and bytes; nothing is pickled.
"""

from __future__ import annotations

import json
import math
import os
import signal
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, BinaryIO

#: What an answer is: nothing yet, the process is ready; the name of what it begins with, or none; what that gave;
#: nothing more, all is done, with the most memory the process had (0: not known).
READY, BEGINS, GAVE, ENDS = b"R", b"B", b"G", b"E"

ANSWER = struct.Struct(">cQ")  # kind, bytes that follow
REQUEST = struct.Struct(">QQ")  # bytes of what it is about, as JSON; bytes of the file
PEAK = struct.Struct(">Q")

_GRACE = 15  # seconds after which the system ends a process that should have been ended


class Parent:
    """The process that asked, to be told how far its request is; from one answer to the next there are ``seconds``."""

    def __init__(self, answers: BinaryIO, seconds: float) -> None:
        self._answers = answers
        self._alarm = math.ceil(seconds) + _GRACE
        self._begun = b""

    def begins(self, name: str) -> None:
        """What is done next, '' for nothing that has a name: if it ends the process, that is its fault."""
        self._begun = name.encode("utf-8", "surrogatepass")
        self.needs_time()

    def needs_time(self) -> None:
        """What was begun may take as long again."""
        self.send(BEGINS, self._begun)

    def gave(self, result: bytes) -> None:
        """What came of it."""
        self._begun = b""
        self.send(GAVE, result)

    def send(self, kind: bytes, body: bytes = b"") -> None:
        """An answer of any kind."""
        if sys.platform != "win32":  # the system ends what hangs at work, even in a library while nobody watches
            signal.alarm(self._alarm if kind in (BEGINS, GAVE) else 0)
        self._answers.write(ANSWER.pack(kind, len(body)))
        self._answers.write(body)
        self._answers.flush()


#: Does what a request is about, with its bytes.
Task = Callable[[Parent, Any, bytes], None]


def serve(task: Task) -> None:
    """Does the task until the input ends. The limits are the last two arguments: seconds and megabytes."""
    seconds, megabytes = limits()
    requests, answers = _own_pipes()
    _limit(megabytes)
    parent = Parent(answers, seconds)
    parent.send(READY)
    waiting: SimpleQueue[tuple[Any, bytes]] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    while True:
        about, data = waiting.get()
        parent.begins("")
        task(parent, about, data)
        del data
        parent.send(ENDS, PEAK.pack(_peak()))


def limits() -> tuple[float, int]:
    """The seconds and megabytes that this process has."""
    seconds, megabytes = sys.argv[-2:]
    return float(seconds), int(megabytes)


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, out of reach of what libraries print or programs they start read."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    os.close(nothing)
    return requests, answers


def _listen(requests: BinaryIO, waiting: SimpleQueue[tuple[Any, bytes]]) -> None:
    """Passes requests on; ends the process, even amid a task, when there will be no more."""
    try:
        while True:
            about_size, size = REQUEST.unpack(read_exactly(requests, REQUEST.size))
            waiting.put((json.loads(read_exactly(requests, about_size)), read_exactly(requests, size)))
    finally:
        if sys.platform != "win32" and os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)  # with the programs it has started
        os._exit(1)


def _limit(megabytes: int) -> None:
    """Limits that the system holds; Windows has none of these."""
    if sys.platform != "win32":
        import resource

        most = {
            resource.RLIMIT_AS: megabytes * 1_000_000,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: 20_000_000,  # no reader writes files; Python keeps its compiled modules
            resource.RLIMIT_NOFILE: 256,
        }
        for kind, wanted in most.items():
            _soft, hard = resource.getrlimit(kind)
            limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            with suppress(ValueError, OSError):  # macOS does not take every limit
                resource.setrlimit(kind, (limit, limit))


def _peak() -> int:
    """The most memory this process had, in bytes; 0 where it can't be told.

    Not ``getrusage``: what that tells includes the parent's, if it was larger, when this process was started.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def read_exactly(stream: IO[bytes], size: int) -> bytes:
    """The next ``size`` bytes. Raises EOFError if there are fewer."""
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
