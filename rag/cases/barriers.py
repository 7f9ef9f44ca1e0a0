"""What got in the way or failed, and what was learnt."""

from __future__ import annotations

from rag.cases.account import Account
from rag.types import Facet


def barriers(account: Account) -> list[Facet]:
    """Sentences that say what got in the way, and what those who did the work learnt."""
    return []
