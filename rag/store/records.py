"""Documents, cases and passages as JSON records in an SQLite file, read back one row at a time."""

from __future__ import annotations

import json
import sqlite3
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from threading import Lock
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints, overload

from rag.errors import IndexUnusableError
from rag.types import Case, Document, Passage

T = TypeVar("T")

TABLES: dict[str, type[Any]] = {"documents": Document, "cases": Case, "passages": Passage}


def encode(record: Any) -> str:
    """A dataclass as JSON, in ASCII: file names that aren't UTF-8 hold characters that SQLite refuses."""
    return json.dumps(asdict(record), ensure_ascii=True, separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """The dataclass ``encode`` was given. Raises ValueError if the text is no such record."""
    return _maker(kind)(json.loads(text))


def to_sqlite(tables: Mapping[str, Iterable[Any]]) -> bytes:
    """The content of an SQLite file with one record a row, row numbers from 0."""
    connection = sqlite3.connect(":memory:")
    try:
        for name, records in tables.items():
            connection.execute(f"CREATE TABLE {name} (row INTEGER PRIMARY KEY, record TEXT NOT NULL)")
            rows = ((row, encode(record)) for row, record in enumerate(records))
            connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)
        connection.commit()
        return connection.serialize()
    finally:
        connection.close()


class Records:
    """An open SQLite file of records. ``damaged`` makes the error to raise when it can't be read."""

    def __init__(self, path: Path, damaged: Callable[[str], IndexUnusableError]) -> None:
        self._damaged = damaged
        self._lock = Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self.select("PRAGMA query_only = 1")

    def select(self, query: str, *values: int) -> list[tuple[Any, ...]]:
        """All rows of the query. Raises IndexUnusableError."""
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error

    def table(self, name: str, kind: type[T]) -> Table[T]:
        return Table(self, name, kind)

    def decode(self, kind: type[T], text: str) -> T:
        """The record. Raises IndexUnusableError."""
        try:
            return decode(kind, text)
        except (ValueError, TypeError, KeyError) as error:
            raise self._damaged(f"a record can't be read ({error})") from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()


class Table(Sequence[T]):
    """Records in row order, read when asked for; the last few hundred are kept."""

    def __init__(self, records: Records, name: str, kind: type[T]) -> None:
        self._records, self._name, self._kind = records, name, kind
        self._length = int(records.select(f"SELECT count(*) FROM {name}")[0][0])
        self._at = lru_cache(maxsize=512)(self._read)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self._at(row) for row in range(*index.indices(self._length))]
        row = index + self._length if index < 0 else index
        if not 0 <= row < self._length:
            raise IndexError(f"row should be from 0 to {self._length - 1}, is {index}")
        return self._at(int(row))

    def __iter__(self) -> Iterator[T]:
        for start in range(0, self._length, 1000):
            rows = self._records.select(
                f"SELECT record FROM {self._name} WHERE row >= ? AND row < ? ORDER BY row", start, start + 1000
            )
            yield from (self._records.decode(self._kind, text) for (text,) in rows)

    def keys(self, field: str) -> list[str]:
        """One text field of every record, without reading the records."""
        query = f"SELECT json_extract(record, '$.{field}') FROM {self._name} ORDER BY row"
        return [key for (key,) in self._records.select(query)]

    def _read(self, row: int) -> T:
        rows = self._records.select(f"SELECT record FROM {self._name} WHERE row = ?", row)
        return self._records.decode(self._kind, rows[0][0])
