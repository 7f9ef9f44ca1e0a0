"""The side that asks: a process that does work on files under limits, so that a bad file takes nothing else down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

from rag.errors import RagError
from rag.index.sandbox.child import ANSWER, BEGINS, ENDS, GAVE, PEAK, READY, REQUEST, read_exactly

_START_SECONDS = 60.0  # to start Python and import what does the work on a busy machine
_MOST_ANSWER = 2_000_000_000  # bytes; a longer answer is nonsense
_SAVE_ANEW = "open it in the program that made it, save it anew and add it again"
NONSENSE = f"the process that read it gave no sensible answer: the file is damaged; {_SAVE_ANEW}"

_Process = subprocess.Popen[bytes]


class LostError(Exception):
    """The process ended, was ended, or said what it should not; the message goes to the user."""


class Sandbox:
    """Has work done in a process that is started when first needed and ends with this object. Threads wait for one
    another.

    ``module`` is what runs there: it calls ``rag.index.sandbox.child.serve``. Work that is silent for more than
    ``seconds``, needs more than ``megabytes`` of memory or ends the process costs one request; the next one gets a new
    process, as after ``requests`` of them: what libraries leave behind does not pile up.

    On Windows the memory has no limit, and a program that was started there (OCR) may outlive the process. ``command``
    is what is run instead of the module, with seconds and megabytes as its arguments.
    """

    def __init__(
        self,
        module: str,
        *,
        seconds: float,
        megabytes: int,
        requests: int = 500,
        command: Sequence[str] | None = None,
    ) -> None:
        # -P: whatever lies in the folder the user works in is never imported.
        begin = command or (sys.executable, "-P", "-m", module)
        self._command = (*begin, str(seconds), str(megabytes))
        self._seconds = seconds
        self._megabytes = megabytes
        self._requests = requests
        self._process: _Process | None = None
        self._end: Callable[[], object] = lambda: None
        self._done = 0
        self._lock = threading.Lock()
        self.peak = 0  # the most memory the process had so far, in bytes; 0 where it can't be told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process; it is started again when needed. Not amid a request: this waits for it."""
        with self._lock:
            self._drop()

    def ask(self, about: object, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Sends what can be JSON, and bytes; gives each answer as it comes: BEGINS or GAVE, and what it holds.

        Raises LostError, and RagError if the process can't be started at all.
        """
        with self._lock:
            with ExitStack() as undo:
                undo.callback(self._drop)  # Ctrl-C comes here, too
                process = self._process = self._process or self._started()
                self._send(process, json.dumps(about).encode("ascii"), data)
                while (answer := self._answer(process, self._seconds))[0] != ENDS:
                    yield answer
                undo.pop_all()
            self._finish(answer[1])

    def _started(self) -> _Process:
        process = _start(self._command)
        self._end = weakref.finalize(self, _end, process)
        self._done = 0
        try:
            self._answer(process, _START_SECONDS)
        except LostError as error:
            raise RagError(
                f"the process that reads files can't be started ({_last_words(process)}): reinstall Precedent; if that "
                f"changes nothing, report it with the command {' '.join(self._command)}"
            ) from error
        return process

    def _drop(self) -> None:
        self._end()
        self._process = None

    def _finish(self, body: bytes) -> None:
        """After a request: a process that has done many, or has grown large, is not used again."""
        (peak,) = PEAK.unpack(body) if len(body) == PEAK.size else (0,)
        self.peak = max(self.peak, peak)
        self._done += 1
        if self._done >= self._requests or peak > self._megabytes * 1_000_000 / 2:
            self._drop()

    def _send(self, process: _Process, about: bytes, data: bytes) -> None:
        assert process.stdin is not None
        with self._limit(process, self._seconds):
            process.stdin.write(REQUEST.pack(len(about), len(data)) + about)
            process.stdin.write(data)
            process.stdin.flush()

    def _answer(self, process: _Process, seconds: float) -> tuple[bytes, bytes]:
        assert process.stdout is not None
        with self._limit(process, seconds):
            kind, size = ANSWER.unpack(read_exactly(process.stdout, ANSWER.size))
            if kind not in (READY, BEGINS, GAVE, ENDS) or size > _MOST_ANSWER:
                raise LostError(NONSENSE)
            return kind, read_exactly(process.stdout, size)

    @contextmanager
    def _limit(self, process: _Process, seconds: float) -> Iterator[None]:
        """Ends the process after ``seconds``: that unblocks whatever waits for it, on every system."""
        late = threading.Event()

        def run_out() -> None:
            late.set()
            _kill(process)

        timer = threading.Timer(seconds, run_out)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, EOFError) as error:
            if not late.is_set():
                raise LostError(self._end_reason(process)) from error
        finally:
            timer.cancel()
            timer.join()
        if late.is_set():
            raise LostError(
                f"reading it took more than {seconds:g} seconds: split it into smaller files, or {_SAVE_ANEW}"
            )

    def _end_reason(self, process: _Process) -> str:
        """Why the process ended by itself."""
        _kill(process)  # it may have closed its pipes and live on
        code = process.wait()
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        return (
            f"the process that read it broke down ({how}), as it does on a damaged file or one that needs more than "
            f"{self._megabytes} MB of memory: {_SAVE_ANEW}"
        )


def _start(command: Sequence[str]) -> _Process:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,  # the child lets go of it when it is ready
        env=_environment(os.environ),
        start_new_session=sys.platform != "win32",  # Ctrl-C goes to the parent alone
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _end(process: _Process) -> None:
    """Ends the process and what it started."""
    _kill(process)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):  # what was not sent before the process ended
                pipe.close()
    process.wait()


def _kill(process: _Process) -> None:
    # As long as it is not waited for, its number is not given to another process.
    if process.returncode is None:
        if sys.platform == "win32":
            process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _last_words(process: _Process) -> str:
    """What a process said that could not start."""
    _kill(process)
    _, errors = process.communicate()
    lines = errors.decode("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), f"exit code {process.returncode}")


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """The parent's, without its way to the network; one thread, so that the address space is not used up by stacks."""
    kept = {name: value for name, value in given.items() if not name.lower().endswith("_proxy")}
    one = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
    path = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
    return {**kept, **one, "PYTHONPATH": path}
