"""Files are read in a process of their own, with limits on time and memory: a bad one takes nothing else down.

A request is a file's name, as JSON, and its bytes; the answers are frames: a kind, a length, and the name of the file
that is read now, or a ``Parsed`` as JSON. Nothing is pickled. ``rag.index.worker_main`` is what runs in the process.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from rag.config import MOST_BYTES
from rag.errors import RagError
from rag.index.parse import joined
from rag.types import Parsed, Problem, SourceFile
from rag.types.serialize import decode

#: What a frame holds: nothing yet, the process is ready; the name of the file it begins with (one within an archive);
#: what that file gave, as JSON; nothing more, all is read, with the most memory the process had (0: not known).
READY, BEGINS, GAVE, ENDS = b"R", b"B", b"G", b"E"

FRAME = struct.Struct(">cQ")  # kind, bytes that follow
REQUEST = struct.Struct(">QQ")  # bytes of [name, media type, files within it that are already done], bytes of the file
PEAK = struct.Struct(">Q")

_START_SECONDS = 60.0  # to start Python and import the parser on a busy machine
_FILES = 500  # that one process reads: what its libraries leave behind does not pile up
_LOSSES = 3  # files within one archive that may end the process; the rest of it is then left alone
_MOST_ANSWER = 2_000_000_000  # bytes; a longer answer is nonsense
_SAVE_ANEW = "open it in the program that made it, save it anew and add it again"


class _LostError(Exception):
    """The process ended, was ended, or said what it should not; the message goes to the user."""


class Worker:
    """Parses files, one after another, in a process that is started when first needed and ends with this object.

    A file that takes longer than ``seconds`` or needs more than ``megabytes`` of memory, or that ends the process, is
    a problem of its own; the next one gets a new process. Of an archive, each file within has this time and memory,
    and one that fails doesn't stop the others. Threads wait for one another.

    On Windows the memory has no limit, and a program that a reader started (OCR) may outlive the process. ``command``
    is what is run instead, with seconds and megabytes as its arguments.
    """

    def __init__(self, *, seconds: float = 45.0, megabytes: int = 900, command: Sequence[str] | None = None) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        # -P: whatever lies in the folder the user works in is never imported.
        self._command = tuple(command or (sys.executable, "-P", "-m", "rag.index.worker_main"))
        self._child: _Child | None = None
        self._end: Callable[[], object] = lambda: None
        self._files = 0
        self._lock = threading.Lock()
        self.peak = 0  # the most memory the process had so far, in bytes; 0 where it can't be told

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process; it is started again when needed. Not amid a file: this waits for it."""
        with self._lock:
            self._drop()

    def parse(self, source: SourceFile) -> Parsed:
        """What ``rag.index.parse.parse`` gives, with a problem for what could not be read within the limits.

        Raises RagError if the process can't be started at all.
        """
        if len(source.data) > MOST_BYTES:
            reason = f"it is larger than {MOST_BYTES // 1_000_000} MB: split it into smaller files and add those"
            return _failed(source.name, reason)
        found: list[Parsed] = []  # what each file within gave
        for _ in range(_LOSSES):
            with self._lock:
                finished = self._read_on(source, found)
            if finished:
                return joined(found)
        reason = (
            f"{_LOSSES} files in it could not be read, so the rest of it was not tried: unpack it and add the files"
        )
        return joined([*found, _failed(source.name, reason)])

    def _read_on(self, source: SourceFile, found: list[Parsed]) -> bool:
        """Adds to ``found`` what the files within ``source`` after these give; False if one of them ended it."""
        within: str | None = None  # the file that is read now
        child = self._running()
        finished = False
        try:
            child.ask(source, len(found), self._seconds)
            while not finished:
                kind, body = child.answer(self._seconds)
                if kind == BEGINS:
                    within = body.decode("utf-8", "surrogatepass")
                elif kind == GAVE:
                    found.append(_parsed(body))
                    within = None
                else:
                    finished = True
        except _LostError as error:
            name = within or source.name
            if all(problem.name != name for each in found for problem in each.problems):
                found.append(_failed(name, str(error)))
            return within is None
        finally:
            if not finished:  # Ctrl-C comes here, too
                self._drop()
        self._finish(body)
        return True

    def _running(self) -> _Child:
        if self._child is None:
            command = [*self._command, str(self._seconds), str(self._megabytes)]
            self._child = _Child(command, self._megabytes)
            self._end = weakref.finalize(self, self._child.end)
            self._files = 0
            ready = False
            try:
                self._child.answer(_START_SECONDS)
                ready = True
            except _LostError as error:
                raise RagError(
                    f"the process that reads files can't be started ({_last_words(command)}): reinstall Precedent; "
                    f"if that changes nothing, report it with the command {' '.join(command)}"
                ) from error
            finally:
                if not ready:
                    self._drop()
        return self._child

    def _drop(self) -> None:
        self._end()
        self._child = None

    def _finish(self, body: bytes) -> None:
        """After a file: a process that has read many, or has grown large, is not used again."""
        (peak,) = PEAK.unpack(body) if len(body) == PEAK.size else (0,)
        self.peak = max(self.peak, peak)
        self._files += 1
        if self._files >= _FILES or peak > self._megabytes * 1_000_000 / 2:
            self._drop()


class _Child:
    """The process and its pipes."""

    def __init__(self, command: Sequence[str], megabytes: int) -> None:
        self._megabytes = megabytes
        self._late = False
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(os.environ),
            start_new_session=sys.platform != "win32",  # Ctrl-C goes to the parent alone
            creationflags=creation_flags(),
        )

    def ask(self, source: SourceFile, done: int, seconds: float) -> None:
        """Sends a file, ``done`` files within which are not wanted. Raises _LostError."""
        about = json.dumps([source.name, source.media_type, done]).encode("ascii")
        assert self._process.stdin is not None
        with self._limit(seconds):
            self._process.stdin.write(REQUEST.pack(len(about), len(source.data)) + about)
            self._process.stdin.write(source.data)
            self._process.stdin.flush()

    def answer(self, seconds: float) -> tuple[bytes, bytes]:
        """The next frame: its kind and what it holds. Raises _LostError."""
        assert self._process.stdout is not None
        with self._limit(seconds):
            header = read_exactly(self._process.stdout, FRAME.size)
            kind, size = FRAME.unpack(header)
            if kind not in (READY, BEGINS, GAVE, ENDS) or size > _MOST_ANSWER:
                raise _LostError(_nonsense())
            return kind, read_exactly(self._process.stdout, size)

    def end(self) -> None:
        """Ends the process and what it started."""
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent before the process ended
                    pipe.close()
        self._process.wait()

    @contextmanager
    def _limit(self, seconds: float) -> Iterator[None]:
        """Ends the process after ``seconds``: that unblocks whatever waits for it, on every system."""
        timer = threading.Timer(seconds, self._run_out)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, EOFError) as error:
            if not self._late:
                raise _LostError(self._end_reason()) from error
        finally:
            timer.cancel()
            timer.join()
        if self._late:
            raise _LostError(
                f"reading it took more than {seconds:g} seconds: split it into smaller files, or {_SAVE_ANEW}"
            )

    def _run_out(self) -> None:
        self._late = True
        self._kill()

    def _kill(self) -> None:
        # As long as it is not waited for, its number is not given to another process.
        if self._process.returncode is None:
            if sys.platform == "win32":
                self._process.kill()
            else:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)

    def _end_reason(self) -> str:
        """Why the process ended by itself."""
        self._kill()  # it may have closed its pipes and live on
        code = self._process.wait()
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        return (
            f"the process that read it broke down ({how}), as it does on a damaged file or one that needs more than "
            f"{self._megabytes} MB of memory: {_SAVE_ANEW}"
        )


def read_exactly(stream: IO[bytes], size: int) -> bytes:
    """The next ``size`` bytes. Raises EOFError if there are fewer."""
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _last_words(command: Sequence[str]) -> str:
    """What the command says when it fails."""
    try:
        done = subprocess.run(
            command,
            input=b"",
            capture_output=True,
            env=child_environment(os.environ),
            timeout=_START_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    lines = done.stderr.decode("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), f"exit code {done.returncode}")


def _parsed(body: bytes) -> Parsed:
    try:
        return decode(Parsed, body.decode("ascii"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _LostError(_nonsense()) from error


def _failed(name: str, reason: str) -> Parsed:
    return Parsed(problems=(Problem(name, "failed", reason),))


def _nonsense() -> str:
    return f"the process that read it gave no sensible answer: the file is damaged; {_SAVE_ANEW}"


def child_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The parent's, without its way to the network; one thread, so that the address space is not used up by stacks."""
    kept = {name: value for name, value in given.items() if not name.lower().endswith("_proxy")}
    one = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
    path = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
    return {**kept, **one, "PYTHONPATH": path}


def creation_flags() -> int:
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return flags
