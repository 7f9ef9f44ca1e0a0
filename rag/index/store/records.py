"""Documents, cases and passages as JSON records in an SQLite file, read back one at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, overload

import numpy as np

from rag.errors import IndexUnusableError
from rag.index.store.segment_arrays import Placement
from rag.types.serialize import decode, encode

T = TypeVar("T")


def to_sqlite(tables: Mapping[str, Iterable[tuple[str, str, Any]]]) -> bytes:
    """An SQLite file's content: a table each, its rows the (key, document, record) triples in their order, from 0."""
    connection = sqlite3.connect(":memory:")
    try:
        for name, records in tables.items():
            connection.execute(f"CREATE TABLE {name} (row INTEGER PRIMARY KEY, key TEXT, document TEXT, record TEXT)")
            rows = (
                (row, json.dumps(key), json.dumps(document), encode(record))
                for row, (key, document, record) in enumerate(records)
            )
            connection.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?)", rows)
        connection.commit()
        return connection.serialize()
    finally:
        connection.close()


class RecordFile:
    """An open SQLite file of records; ``damaged`` makes the error to raise when it can't be read, or opened."""

    def __init__(self, path: Path, damaged: Callable[[str], IndexUnusableError]) -> None:
        self._damaged = damaged
        self._lock = Lock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False)
        except sqlite3.Error as error:  # removed, perhaps, by a build that replaced it
            raise damaged(str(error)) from error

    def select(self, query: str, *values: int) -> list[tuple[Any, ...]]:
        """All rows of the query. Raises IndexUnusableError."""
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error

    def decode(self, kind: type[T], text: str) -> T:
        """The record. Raises IndexUnusableError."""
        try:
            return decode(kind, text)
        except (ValueError, TypeError, KeyError) as error:
            raise self._damaged(f"a record can't be read: {error}") from error

    def close(self) -> None:
        """Closes the file; what was not read yet can't be read any more."""
        with self._lock:
            self._connection.close()


class JoinedTable(Sequence[T]):
    """The records of several segments, in order of their documents' names: those of each segment's ``live`` documents.

    ``keys`` and ``documents`` are each record's key and document. Records are read when asked for; the last few
    thousand of each segment are kept.
    """

    def __init__(self, files: Sequence[RecordFile], name: str, kind: type[T], live: Sequence[Collection[str]]) -> None:
        self._files, self._name, self._kind = files, name, kind
        found = [
            (document, number, row, key)
            for number, (file, documents) in enumerate(zip(files, live, strict=True))
            for row, (key, document) in enumerate(_keys(file, name))
            if document in documents
        ]
        found.sort(key=lambda record: record[:3])
        self.documents = [document for document, _, _, _ in found]
        self.keys = [key for _, _, _, key in found]
        places = np.array([place[1:3] for place in found], dtype=np.int64).reshape(-1, 2)
        self.placement = Placement(places[:, 0], places[:, 1])
        self._at = lru_cache(maxsize=2048 * len(files))(self._read)

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        rows = range(len(self))[index]
        return self._at(rows) if isinstance(rows, int) else [self._at(row) for row in rows]

    def __iter__(self) -> Iterator[T]:
        start = 0
        while start < len(self):
            stop = self._run(start)
            segment, first = int(self.placement.segment[start]), int(self.placement.local[start])
            yield from self._between(segment, first, first + stop - start)
            start = stop

    def _run(self, start: int) -> int:
        """Where the rows from ``start`` on stop following one another in one segment, at most a thousand."""
        part = slice(start, start + 1000)
        local = self.placement.local[part]
        breaks = (np.diff(local) != 1) | (np.diff(self.placement.segment[part]) != 0)
        return start + (int(np.argmax(breaks)) + 1 if breaks.any() else len(local))

    def _read(self, row: int) -> T:
        first = int(self.placement.local[row])
        (record,) = self._between(int(self.placement.segment[row]), first, first + 1)
        return record

    def _between(self, segment: int, first: int, last: int) -> list[T]:
        """The records of a segment's rows from ``first`` up to ``last``."""
        file = self._files[segment]
        query = f"SELECT record FROM {self._name} WHERE row >= ? AND row < ? ORDER BY row"
        return [file.decode(self._kind, text) for (text,) in file.select(query, first, last)]


def _keys(file: RecordFile, name: str) -> list[tuple[str, str]]:
    """The key and the document of every record of a table, in row order, without reading the records."""
    rows = file.select(f"SELECT key, document FROM {name} ORDER BY row")
    return [(json.loads(key), json.loads(document)) for key, document in rows]


class KeyedTable(Mapping[str, T]):
    """Records by key, in row order, read when asked for."""

    def __init__(self, table: JoinedTable[T]) -> None:
        self._table = table
        self._rows = {key: row for row, key in enumerate(table.keys)}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __getitem__(self, key: str) -> T:
        return self._table[self._rows[key]]
