r"""Patterns as data: a table a subject in ``rag/data/patterns``, each with an example it finds and one it must not.

    [money]
    pattern = '''£\s?\d[\d,.]*(?: {scale})?'''
    flags = "i"                    # optional: i (any case), m (^ and $ at lines), s (. is any character)
    finds = ["it cost £4,000"]
    misses = ["four thousand"]

    [scale]
    words = "thousand, millions?, billion"

- ``words``: alternatives, separated by commas. They are the whole pattern, or stand in it for ``{words}``.
- ``{name}`` stands for another pattern of the table, ``{table.name}`` for one of another table.
- ``group``: what several patterns are called together; they are tried in the order of the table.
- ``asks``, ``kind``: of a heading, the question that it makes one ask and what that counts as.
- A pattern may go over several lines: their breaks, and the spaces around these, don't count.

``tests/test_patterns.py`` holds each to its examples.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_NAME = re.compile(r"\{(?:([a-z_]+)\.)?([a-z_]+)\}")
_COMMA = re.compile(r",\s+")


@cache
def patterns(table: str) -> Patterns:
    """The patterns of ``rag/data/patterns/{table}.toml``."""
    return Patterns(tomllib.loads(files("rag").joinpath(f"data/patterns/{table}.toml").read_text(encoding="utf-8")))


class Patterns(Mapping[str, re.Pattern[str]]):
    """Patterns by name, in the order of the table, each compiled when it is first used."""

    def __init__(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        self.entries = entries
        self._compiled: dict[str, re.Pattern[str]] = {}

    def __getitem__(self, name: str) -> re.Pattern[str]:
        if name not in self._compiled:
            flags = re.RegexFlag(0)
            for letter in self.entries[name].get("flags", ""):
                flags |= re.RegexFlag[letter.upper()]
            self._compiled[name] = re.compile(self.source(name), flags)
        return self._compiled[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def words(self, name: str) -> list[str]:
        """The words of a list."""
        words = _COMMA.split(self.entries[name].get("words", "").strip())
        return [_in_one_line(word) for word in words]

    def group(self, name: str) -> tuple[str, ...]:
        """The names of the patterns of a group."""
        return tuple(each for each, entry in self.entries.items() if entry.get("group") == name)

    def source(self, name: str) -> str:
        """A pattern as it is written, its words and those it names put in."""
        written = _in_one_line(self.entries[name].get("pattern", "{words}"))
        written = written.replace("{words}", f"(?:{'|'.join(self.words(name))})")

        def named(found: re.Match[str]) -> str:
            table = patterns(found[1]) if found[1] else self
            return f"(?:{table.source(found[2])})"

        return _NAME.sub(named, written)


def _in_one_line(written: str) -> str:
    return "".join(line.strip() for line in written.splitlines()) if "\n" in written else written
