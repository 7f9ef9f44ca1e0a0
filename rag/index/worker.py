"""Files are read in a process of their own, with limits on time and memory: a bad one takes nothing else down.

``rag.index.worker_main`` is what runs in the process.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.config import MOST_BYTES
from rag.index.parsed import joined
from rag.index.sandbox.child import BEGINS
from rag.index.sandbox.process import NONSENSE, LostError, Sandbox
from rag.types import Parsed, Problem, SourceFile
from rag.types.serialize import decode

_LOSSES = 3  # files within one archive that may end the process; the rest of it is then left alone


class Worker(Sandbox):
    """Parses files, one after another.

    What goes wrong with a file is a problem of its own. Of an archive, each file within has the time and memory of one,
    and one that fails doesn't stop the others. ``files`` is how many one process reads, ``most_bytes`` how large one
    may be.
    """

    def __init__(
        self,
        *,
        seconds: float = 45.0,
        megabytes: int = 900,
        files: int = 500,
        most_bytes: int = MOST_BYTES,
        command: Sequence[str] | None = None,
    ) -> None:
        module = "rag.index.worker_main"
        super().__init__(module, seconds=seconds, megabytes=megabytes, requests=files, command=command)
        self._most_bytes = most_bytes

    def parse(self, source: SourceFile) -> Parsed:
        """What ``rag.index.parse.parse`` gives, with a problem for what could not be read within the limits.

        Raises RagError if the process can't be started at all.
        """
        if len(source.data) > self._most_bytes:
            reason = f"it is larger than {self._most_bytes // 1_000_000} MB: split it into smaller files and add those"
            return _failed(source.name, reason)
        found: list[Parsed] = []  # what each file within gave
        for _ in range(_LOSSES):
            if self._read_on(source, found):
                return joined(found)
        reason = (
            f"{_LOSSES} files in it could not be read, so the rest of it was not tried: unpack it and add the files"
        )
        return joined([*found, _failed(source.name, reason)])

    def _read_on(self, source: SourceFile, found: list[Parsed]) -> bool:
        """Adds to ``found`` what the files within ``source`` after these give; False if one of them ended it."""
        within = ""  # the file that is read now
        try:
            for kind, body in self.ask([source.name, source.media_type, len(found)], source.data):
                if kind == BEGINS:
                    within = body.decode("utf-8", "surrogatepass")
                else:
                    found.append(_parsed(body))
                    within = ""
        except LostError as error:
            name = within or source.name
            if all(problem.name != name for each in found for problem in each.problems):
                found.append(_failed(name, str(error)))
            return not within
        return True


def _parsed(body: bytes) -> Parsed:
    try:
        return decode(Parsed, body.decode("ascii"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise LostError(NONSENSE) from error


def _failed(name: str, reason: str) -> Parsed:
    return Parsed(problems=(Problem(name, "failed", reason),))
