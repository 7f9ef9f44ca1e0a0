"""What cases are filtered by, and what leaves them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FilterKind = Literal["place", "community", "topic", "setting", "outcome", "period", "source"]


@dataclass(frozen=True, slots=True, order=True)
class Filter:
    """One thing a case must state.

    ``value`` is a facet's value or one of its labels (upper and lower case alike); of an outcome, its class; of a
    period '2015-2018', '2015-' (since) or '-2018' (until), met by any year of the case's; of a source, a document's
    name or a folder's.
    """

    kind: FilterKind
    value: str


#: Filters of one kind are alternatives; every kind that there is must be met. Empty: everything.
Filters = tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What is left out, in the question's ``words``: the cases that meet all ``filters``; without filters, those that
    say the words anywhere. Passages that say the words are left out too, whatever their case.
    """

    words: str
    filters: Filters = ()
