"""Documents, cases and passages as JSON records in an SQLite file, read back one at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, overload

from rag.errors import IndexUnusableError
from rag.records import decode, encode

T = TypeVar("T")


def to_sqlite(tables: Mapping[str, Iterable[tuple[str, Any]]]) -> bytes:
    """An SQLite file's content: a table each, its rows the (key, record) pairs in their order, from 0."""
    connection = sqlite3.connect(":memory:")
    try:
        for name, records in tables.items():
            connection.execute(f"CREATE TABLE {name} (row INTEGER PRIMARY KEY, key TEXT, record TEXT)")
            rows = ((row, json.dumps(key), encode(record)) for row, (key, record) in enumerate(records))
            connection.executemany(f"INSERT INTO {name} VALUES (?, ?, ?)", rows)
        connection.commit()
        return connection.serialize()
    finally:
        connection.close()


class RecordFile:
    """An open SQLite file of records; ``damaged`` makes the error to raise when it can't be read."""

    def __init__(self, path: Path, damaged: Callable[[str], IndexUnusableError]) -> None:
        self._damaged = damaged
        self._lock = Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False)

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


class Table(Sequence[T]):
    """Records in row order, read when asked for; the last few thousand are kept."""

    def __init__(self, file: RecordFile, name: str, kind: type[T]) -> None:
        self._file, self._name, self._kind = file, name, kind
        self._length = int(file.select(f"SELECT count(*) FROM {name}")[0][0])
        self._at = lru_cache(maxsize=2048)(self._read)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        rows = range(self._length)[index]
        return self._at(rows) if isinstance(rows, int) else [self._at(row) for row in rows]

    def __iter__(self) -> Iterator[T]:
        for start in range(0, self._length, 1000):
            query = f"SELECT record FROM {self._name} WHERE row >= ? AND row < ? ORDER BY row"
            for (text,) in self._file.select(query, start, start + 1000):
                yield self._file.decode(self._kind, text)

    def keys(self) -> list[str]:
        """Every record's key, in row order, without reading the records."""
        rows = self._file.select(f"SELECT key FROM {self._name} ORDER BY row")
        return [json.loads(key) for (key,) in rows]

    def _read(self, row: int) -> T:
        rows = self._file.select(f"SELECT record FROM {self._name} WHERE row = ?", row)
        return self._file.decode(self._kind, rows[0][0])


class KeyedTable(Mapping[str, T]):
    """Records by key, in row order, read when asked for."""

    def __init__(self, table: Table[T]) -> None:
        self._table = table
        self._rows = {key: row for row, key in enumerate(table.keys())}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __getitem__(self, key: str) -> T:
        return self._table[self._rows[key]]
