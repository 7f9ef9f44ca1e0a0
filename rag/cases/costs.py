"""What the work cost, and who paid."""

from __future__ import annotations

from rag.cases.account import Account
from rag.types import Facet


def costs(account: Account) -> list[Facet]:
    """Sums of money spent on the work."""
    return []
