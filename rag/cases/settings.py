"""Where people were met: a mosque, a clinic, a school, online."""

from __future__ import annotations

from rag.cases.account import Account
from rag.types import Facet


def settings(account: Account) -> list[Facet]:
    """The settings a case names."""
    return []
