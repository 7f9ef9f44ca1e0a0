r"""Patterns as data: a table a subject in ``rag/data/patterns``, each with an example it finds and one it must not.

    [money]
    pattern = '''£\s?\d[\d,.]*'''
    flags = "i"                    # optional: i (any case), m (^ and $ at lines), s (. is any character)
    finds = ["it cost £4,000"]
    misses = ["four thousand"]

``{name}`` within a pattern stands for another of the table. ``tests/test_patterns.py`` holds each to its examples.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_NAME = re.compile(r"\{([a-z_]+)\}")


@cache
def patterns(table: str) -> Patterns:
    """The patterns of ``rag/data/patterns/{table}.toml``."""
    return Patterns(tomllib.loads(files("rag").joinpath(f"data/patterns/{table}.toml").read_text(encoding="utf-8")))


class Patterns(Mapping[str, re.Pattern[str]]):
    """Patterns by name, each compiled when it is first used."""

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

    def source(self, name: str) -> str:
        """A pattern as it is written, those it names put in."""
        written: str = self.entries[name]["pattern"]
        return _NAME.sub(lambda found: f"(?:{self.source(found[1])})", written)
