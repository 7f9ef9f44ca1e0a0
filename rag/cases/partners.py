"""Who did the work, and with whom."""

from __future__ import annotations

from rag.cases.account import Account
from rag.types import Facet


def partners(account: Account) -> list[Facet]:
    """The organisations that did the work together."""
    return []
