"""What was done."""

from __future__ import annotations

from rag.cases.account import Account
from rag.types import Facet


def deeds(account: Account) -> list[Facet]:
    """The sentences and list items that say what was done."""
    return []
