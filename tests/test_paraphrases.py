"""The same question in other words gets the same answer."""

from __future__ import annotations

import tomllib
from pathlib import Path

from rag.ask.query.wording import in_the_singular, without_politeness
from rag.library import Library
from rag.types import Answer

GROUPS = tomllib.loads((Path(__file__).parent / "data" / "paraphrases.toml").read_text(encoding="utf-8"))["groups"]
LEAST_ALIKE = 0.95  # of the groups


def outcome(answer: Answer) -> tuple[str, str]:
    """Its status and first case."""
    first = answer.statements[0] if answer.statements else None
    return answer.status, (first.case or first.heading) if first else ""


def test_paraphrases_get_the_same_status_and_first_case(seeds_library: Library) -> None:
    apart = {}
    for group in GROUPS:
        outcomes = {question: outcome(seeds_library.ask(question)) for question in group}
        if len(set(outcomes.values())) > 1:
            apart[group[0]] = outcomes
    assert len(GROUPS) == 40
    assert len(GROUPS) - len(apart) >= LEAST_ALIKE * len(GROUPS), apart


def test_politeness_asks_nothing() -> None:
    assert without_politeness("Could you please tell me what worked, please?") == "what worked?"
    assert without_politeness("What do the case studies say about interpreters?") == "interpreters?"
    assert without_politeness("please") == "please"


def test_one_and_many_are_encoded_alike() -> None:
    assert in_the_singular("Which farmers came with their GPs?") == "Which farmer came with their GP?"
    assert in_the_singular("a woman with the children") == "woman with the child"
    assert in_the_singular("James has diabetes news") == "James has diabetes news"
