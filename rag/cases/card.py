"""A case's card: what it states of every kind, each with the words that say so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag.cases.account import Account
from rag.cases.facts import facts
from rag.cases.fields.activities import activities
from rag.cases.fields.barriers import barriers
from rag.cases.fields.bodies import labels_of as body_labels
from rag.cases.fields.communities import communities
from rag.cases.fields.communities import labels_of as community_labels
from rag.cases.fields.costs import as_told, costs
from rag.cases.fields.outcomes import outcomes
from rag.cases.fields.partners import partners
from rag.cases.fields.periods import periods
from rag.cases.fields.problems import problems
from rag.cases.fields.settings import settings
from rag.cases.fields.topics import labels_of as topic_labels
from rag.cases.fields.topics import topics
from rag.cases.fields.where import place_facets
from rag.types import Facet, FacetKind, Span

#: What gives the labels of values that fact boxes state.
_LABELS: Mapping[FacetKind, Callable[[str], tuple[str, ...]]] = {
    "community": community_labels,
    "topic": topic_labels,
    "partner": body_labels,
}
_READERS = (periods, communities, settings, topics, problems, activities, partners, costs, outcomes, barriers)


def card(account: Account, period: Facet | None = None, within: Sequence[Span] = ()) -> tuple[Facet, ...]:
    """What a case's account states. A place or period that a fact box gives beats those that the text only names;
    ``period`` is stated above a group of cases.
    """
    stated = [
        _labelled(f) for f in facts(account.document, [b for b in account.blocks if b.role in ("account", "date")])
    ]
    if not any(facet.kind == "place" for facet in stated):
        stated = [*place_facets(account, within), *stated]
    told = [as_told(account, facet) if facet.kind == "cost" else facet for facet in stated]
    taken: dict[str, list[Span]] = {}
    for facet in dict.fromkeys((*stated, *told)):
        taken.setdefault(facet.kind, []).append((facet.start, facet.end))
    read = [facet for reader in _READERS for facet in reader(account)]
    if "period" in taken:
        read = [facet for facet in read if facet.kind != "period"]
    return (
        *(f for f in stated if f.kind == "place"),
        *([period] if period else []),
        *(f for f in told if f.kind != "place"),
        *(f for f in read if not _overlaps(sorted(taken.get(f.kind, [])), f)),
    )


_BRACKETS = re.compile(r" ?\([^)]*\)?")


def _labelled(facet: Facet) -> Facet:
    """The facet with what it is counted by: general names, else its own words without their brackets."""
    labels_of = _LABELS.get(facet.kind)
    if facet.labels or not labels_of:
        return facet
    short = _BRACKETS.sub("", facet.value).strip()
    return replace(facet, labels=labels_of(facet.value) or ((short,) if short not in ("", facet.value) else ()))


def _overlaps(spans: Sequence[Span], facet: Facet) -> bool:
    after = bisect_left(spans, (facet.end, 0))
    return after > 0 and spans[after - 1][1] > facet.start
