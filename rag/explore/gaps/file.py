"""The file in which questions are noted that the library did not answer, or not well."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from rag.ask.query.filters import filter_of
from rag.errors import QuestionsError
from rag.text.files import write_whole
from rag.text.jsonl import bytes_if_there
from rag.types import Filters, Status

GapKind = Literal["refused", "unhelpful", "wrong citation", "helpful"]

#: The most that are kept; then a tenth goes: first the oldest 'helpful', then the oldest of the others.
MOST_EVENTS = 10_000

_KINDS: tuple[GapKind, ...] = get_args(GapKind)
_STATUSES: tuple[Status, ...] = get_args(Status)
_PATIENCE = 10  # seconds that another program may take to write


@dataclass(frozen=True, slots=True)
class GapEvent:
    """One time that a question was refused, or that its answer was marked.

    ``time``: ISO 8601, local. ``searched``: the question with what was carried over from ``history``. ``missing``:
    its words that no passage mentions. ``source``, ``quote``: the citation that was marked as wrong.
    """

    key: str
    time: str
    kind: GapKind
    question: str
    status: Status
    searched: str = ""
    history: tuple[str, ...] = ()
    filters: Filters = ()
    missing: tuple[str, ...] = ()
    source: str = ""
    quote: str = ""


class Noted(NamedTuple):
    """What a file holds: its events in order, and how many lines can't be read."""

    events: list[GapEvent]
    damaged: int


class GapFile:
    """The events at ``path``, JSON Lines; ``os.devnull`` keeps none. Several programs may use it at the same time.

    Every method raises QuestionsError for a file that can't be read or written, and then changes nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._changing = threading.Lock()
        self._size, self._lines = 0, 0  # of the file as it was left: another program may write it too

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return str(self.path) != os.devnull

    def read(self) -> Noted:
        """What is kept; lines that can't be read are passed over and counted."""
        rows = [_event(row) for row in self._rows()]
        return Noted([event for event in rows if event], rows.count(None))

    def add(self, *events: GapEvent) -> None:
        """Appends events, written through to the disk; drops old ones where there are too many."""
        if not self.keeps:
            return
        lines = b"".join(_line(event) for event in events)
        with self._locked():
            with self.path.open("ab+") as file:
                known = file.tell() == self._size
                if file.tell():  # a line that was cut short must not spoil the next
                    file.seek(-1, os.SEEK_END)
                    lines = lines if file.read(1) == b"\n" else b"\n" + lines
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
                self._size = file.tell()
            self._lines = self._lines + len(events) if known else len(self._rows())
            if self._lines > MOST_EVENTS:
                self._write(_newest(self._rows()))

    def remove(self, keys: Collection[str]) -> list[GapEvent]:
        """Takes out the events with these keys; those that were there."""
        if not self.keeps:
            return []
        with self._locked():
            kept, removed = [], []
            for row in self._rows():
                event = _event(row)
                if event and event.key in keys:
                    removed.append(event)
                else:
                    kept.append(row)
            if removed:
                self._write(kept)
        return removed

    def forget(self) -> None:
        """Empties the file, if there is one."""
        if self._rows():
            with self._locked():
                self._write([])

    def _rows(self) -> list[bytes]:
        data = bytes_if_there(self.path) if self.keeps else b""
        return [row for row in data.split(b"\n") if row.strip()]

    def _write(self, rows: Sequence[bytes]) -> None:
        content = b"".join(row + b"\n" for row in rows)
        write_whole(self.path, content)
        self._size, self._lines = len(content), len(rows)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        mend = "make it writable, or choose another place with PRECEDENT_GAPS"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._changing, FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=_PATIENCE):
                yield
        except Timeout as error:
            raise QuestionsError(f"another program has been writing {self.path} for long: try again later") from error
        except OSError as error:
            raise QuestionsError(f"{self.path} can't be written ({error.strerror}): {mend}") from error


def _line(event: GapEvent) -> bytes:
    record = {name: value for name, value in asdict(event).items() if value or name in ("question", "status")}
    if event.filters:
        record["filters"] = [[each.kind, each.value] for each in event.filters]
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _event(row: bytes) -> GapEvent | None:
    """The event of a line; None if it is damaged."""
    try:
        record = json.loads(row.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    text = {name: record.get(name, "") for name in ("key", "time", "question", "searched", "source", "quote")}
    if not all(isinstance(value, str) for value in text.values()) or not text["key"] or not text["question"].strip():
        return None
    kind, status = record.get("kind"), record.get("status")
    history, missing = _texts(record.get("history")), _texts(record.get("missing"))
    filters = _filters(record.get("filters"))
    if kind not in _KINDS or status not in _STATUSES:
        return None
    return GapEvent(**text, kind=kind, status=status, history=history, missing=missing, filters=filters)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _filters(pairs: Any) -> Filters:
    found = [_texts(pair) for pair in pairs] if isinstance(pairs, list) else []
    return tuple(each for pair in found if len(pair) == 2 and (each := filter_of(*pair)))


def _newest(rows: Sequence[bytes]) -> list[bytes]:
    """Nine tenths of MOST_EVENTS of the rows, so that not every further one has the file written anew; in their order.
    Damaged ones go first, then old helpful ones, then old ones.
    """

    def worth(place: int) -> tuple[int, str, int]:
        event = _event(rows[place])
        return (0, "", place) if event is None else (1 + (event.kind != "helpful"), event.time, place)

    kept = sorted(range(len(rows)), key=worth)[-(MOST_EVENTS - MOST_EVENTS // 10) :]
    return [rows[place] for place in sorted(kept)]
