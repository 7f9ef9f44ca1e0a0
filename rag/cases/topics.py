"""Which health topic, condition or issue the work was about."""

from __future__ import annotations

from rag.cases.account import Account
from rag.types import Facet


def topics(account: Account) -> list[Facet]:
    """The topics of a case, the main one first."""
    return []
