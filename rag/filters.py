"""Which cases are wanted: what a case must state, what a question says of it, and how many cases state what."""

from __future__ import annotations

from rag.types import Case, Filters


def meets(case: Case, filters: Filters) -> bool:
    """Whether a case states everything that is wanted."""
    return not filters
