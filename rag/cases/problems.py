"""What problem the work set out to solve."""

from __future__ import annotations

from rag.cases.account import Account
from rag.types import Facet


def problems(account: Account) -> list[Facet]:
    """The sentences that say what the problem was."""
    return []
