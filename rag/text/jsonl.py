"""JSON Lines: one object a line, and how to say what is wrong with one."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.errors import QuestionsError

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One JSON object of a file, and how to say what is wrong with it."""

    path: Path
    number: int
    shape: str
    fields: dict[str, Any]

    def wrong(self, what: str) -> QuestionsError:
        """An error that names file and line and says what was expected."""
        return QuestionsError(f"{self.path}, line {self.number}: {what}. Expected one JSON object a line: {self.shape}")

    def text(self, name: str, default: str | None = None) -> str:
        """The text under ``name``; without ``default`` it has to be there."""
        value = self.fields.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.wrong(f'"{name}" is missing' if value is None else f'"{name}" is not a text')
        return value

    def id(self) -> str | int | None:
        """The id, if there is one."""
        value = self.fields.get("id")
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise self.wrong('"id" is neither a text nor a whole number')
        return value

    def items(self, name: str) -> list[Any]:
        """The list under ``name``, by default empty."""
        value = self.fields.get(name)
        if not isinstance(value, list | None):
            raise self.wrong(f'"{name}" is not a list')
        return value or []

    def objects(self, name: str, *keys: str) -> list[dict[str, Any]]:
        """The list ``name`` of objects, each with texts under ``keys``."""
        objects = self.items(name)
        for number, item in enumerate(objects, start=1):
            for key in keys:
                if not isinstance(item, dict) or not isinstance(item.get(key), str):
                    raise self.wrong(f'item {number} of "{name}" has no text under "{key}"')
        return objects


def read_bytes(path: Path) -> bytes:
    """What the file holds. Raises QuestionsError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise QuestionsError(f"{path} can't be read: {error.strerror}. Name a file of questions or answers") from error


def bytes_if_there(path: Path) -> bytes:
    """What the file holds; nothing if there is none. Raises QuestionsError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise QuestionsError(f"{path} can't be read ({error.strerror}): make it a readable file") from error


def json_lines(path: Path, shape: str, data: bytes | None = None) -> list[JsonLine]:
    """The objects of the file at ``path`` (or of ``data``, as if it stood there), at least one.

    A byte order mark and blank lines are passed over. ``shape`` shows what a line should look like. Raises
    QuestionsError naming file and line.
    """
    data = read_bytes(path) if data is None else data
    if data.startswith(UTF16):  # what `>` writes in Windows PowerShell
        data = data.decode("utf-16", errors="replace").encode("utf-8")
    rows = enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1)
    lines = [_line(path, number, row, shape) for number, row in rows if row.strip()]
    if not lines:
        raise QuestionsError(f"{path} is empty. Expected one JSON object a line: {shape}")
    return lines


def _line(path: Path, number: int, row: bytes, shape: str) -> JsonLine:
    line = JsonLine(path, number, shape, {})
    try:
        fields = json.loads(row.decode("utf-8"))
        json.dumps(fields, ensure_ascii=False).encode("utf-8")  # half a surrogate pair could not be shown or saved
    except UnicodeError as error:
        raise line.wrong("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise line.wrong(f"is not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise line.wrong("is not a JSON object")
    return replace(line, fields=fields)
