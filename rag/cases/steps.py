"""Where in its account a sentence stands, told from the headings above it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, get_args

from rag.cases.account import Account, Told
from rag.cases.facts import label_key
from rag.text.patterns import patterns
from rag.types import Facet, Span

#: The steps that headings name, as they are tried: an 'analysis of results' is a review. 'problem': what was to be
#: solved; 'people': who took part and how they were chosen; 'barriers': what got in the way; 'review': the author's
#: judgement, good and bad; 'outside': references and links.
_Named = Literal[
    "outside",
    "review",
    "barriers",
    "lessons",
    "result",
    "people",
    "problem",
    "aims",
    "money",
    "deed",
    "summary",
    "context",
]
Step = Literal[_Named, "fact", ""]

_PATTERNS = patterns("steps")
_NAMED: tuple[_Named, ...] = get_args(_Named)
_MOST_WORDS_OF_HEADING = 8
_MOST_WORDS_WITH_THE_ONE_BEFORE = 60


@lru_cache(maxsize=4096)
def _below(headings: tuple[str, ...]) -> Step:
    for heading in reversed(headings):
        key = label_key(heading)
        if len(key.split()) <= _MOST_WORDS_OF_HEADING:
            for step in _NAMED:
                if _PATTERNS[step].search(key):
                    return step
    return ""


def step_of(told: Told) -> Step:
    """The step of the account that the sentence belongs to; '' where no heading says."""
    if step := _below(told.block.heading_path):
        return step
    return told.step if told.step != "name" else ""


def steps(account: Account) -> list[tuple[Told, Step]]:
    """Every sentence with its step, without references and links.

    Challenges told of after what was done are what got in the way, those told before it the problem.
    """
    found: list[tuple[Told, Step]] = []
    is_done = False
    for told in account.told:
        step = step_of(told)
        if step == "outside":
            continue
        is_done = is_done or step in ("deed", "result")
        if step == "problem" and is_done and "challenge" in " ".join(told.block.heading_path[-1:]).casefold():
            step = "barriers"
        found.append((told, step))
    return found


@cache
def step_weights(field: str) -> Mapping[str, int]:
    """How far a sentence under each step is expected to tell what a field of the card says; more is likelier."""
    weights: dict[str, dict[str, int]] = tomllib.loads(
        files("rag").joinpath("data/step_weights.toml").read_text(encoding="utf-8")
    )
    return weights[field]


def most_telling(scored: Iterable[tuple[int, Facet]], most: int) -> list[Facet]:
    """The facets of the highest scores, the first of equals first; none twice, ``most`` at most."""
    best: dict[str, Facet] = {}
    for _, facet in sorted(scored, key=lambda each: -each[0]):
        best.setdefault(facet.value, facet)
    return list(best.values())[:most]


def is_alone(sentence: str) -> bool:
    """Whether a sentence is understood without the one before it."""
    return not _PATTERNS["needs_the_one_before"].match(sentence)


def with_the_one_before(text: str, told: Told, before: Told | None) -> Span:
    """A sentence's span; of 'They ...' or 'However ...' that of the sentence before too, if they are short enough."""
    if before is None or before.block is not told.block or is_alone(text[told.start : told.end]):
        return told.start, told.end
    is_short = len(text[before.start : told.end].split()) < _MOST_WORDS_WITH_THE_ONE_BEFORE
    return (before.start if is_short else told.start), told.end
