"""Every pattern finds its own examples and leaves its counterexamples alone."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from rag.text.patterns import Patterns, patterns

TABLES = sorted(
    entry.name.removesuffix(".toml")
    for entry in files("rag").joinpath("data/patterns").iterdir()
    if "toml" in entry.name
)
EVERY = [(table, name) for table in TABLES for name in patterns(table)]


@pytest.mark.parametrize(("table", "name"), EVERY, ids=[f"{table}-{name}" for table, name in EVERY])
def test_a_pattern_holds_to_its_examples(table: str, name: str) -> None:
    entry, pattern = patterns(table).entries[name], patterns(table)[name]
    assert entry["finds"], "an example that it must find"
    assert entry["misses"], "an example that it must not find"
    assert [text for text in entry["finds"] if not found(pattern, text)] == []
    assert [text for text in entry["misses"] if found(pattern, text)] == []
    assert set(entry) <= {"pattern", "words", "flags", "finds", "misses", "why", "group", "asks", "kind"}


def found(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a pattern finds anything: no characters are nothing."""
    return any(match.group() for match in pattern.finditer(text))


def test_a_pattern_may_name_another_of_its_table() -> None:
    table = Patterns({"day": {"pattern": "[Mm]onday|[Tt]uesday"}, "on": {"pattern": "^on {day}$", "flags": "m"}})
    assert table["on"].search("later\non Tuesday")
    assert not table["on"].search("Tuesday")
    assert list(table) == ["day", "on"]


def test_a_pattern_may_be_a_list_of_words_or_hold_one() -> None:
    table = Patterns(
        {
            "scale": {"words": "\nthousand, millions?,\nbillion\n"},
            "money": {"pattern": "(?P<sum>£{words}) {scale}", "words": r"\d{1,3}, one"},
        }
    )
    assert table["scale"].fullmatch("million")
    assert table["scale"].pattern == "(?:thousand|millions?|billion)"
    assert table["money"].fullmatch("£12 thousand")
    assert table["money"].fullmatch("£one billion")


def test_breaks_of_lines_in_a_pattern_do_not_count() -> None:
    table = Patterns({"took_place": {"pattern": "\n  took\n    (?: its)?\n   [ ]place\n"}})
    assert table["took_place"].fullmatch("took its place")


def test_patterns_of_a_group_come_in_the_order_of_the_table() -> None:
    table = Patterns({"b": {"pattern": "b", "group": "letters"}, "one": {"pattern": "1"}, "a": {"group": "letters"}})
    assert table.group("letters") == ("b", "a")
    assert table.group("words") == ()
