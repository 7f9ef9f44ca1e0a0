"""What the work cost, or what it was funded with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.cases.account import Account
from rag.cases.fields.outcomes import is_planned
from rag.text.patterns import patterns
from rag.types import Facet, Span

_PATTERNS = patterns("costs")
_A = re.compile(r"\b[Aa]n? $")
_NEAR = 60
_MOST = 4


def costs(account: Account) -> list[Facet]:
    """Sums of money that the work cost or was funded with ('a £1.2 million grant from the Big Lottery Fund'), and that
    it cost nothing more; each sum once.
    """
    text = account.text
    found: dict[str, Facet] = {}
    for told in account.told:
        if is_planned(account.words(told)) or _PATTERNS["section_without_costs"].search(told.path):
            continue
        labelled = (
            bool(_PATTERNS["cost_heading"].fullmatch(told.block.heading_path[-1].strip(" :?")))
            if told.block.heading_path
            else False
        )
        for span in _sums(text, told.start, told.end, labelled=labelled):
            value = text[slice(*span)]
            found.setdefault(re.sub(r"\D", "", value) or value, Facet("cost", value, *span))
    return list(found.values())[:_MOST]


_CENTS = re.compile(r"[.,]\d\d$")


def as_told(account: Account, stated: Facet) -> Facet:
    """A sum as the account's sentences word it ('£6000'), where a fact box states the same number in dollars."""
    box = _PATTERNS["as_stated"].fullmatch(stated.value)
    if not box or not stated.value.startswith("US$"):
        return stated
    for told in account.told:
        for match in _PATTERNS["as_stated"].finditer(account.text, told.start, told.end) if told.step != "fact" else ():
            if _number(match) == _number(box):
                return Facet("cost", match.group(), *match.span())
    return stated


def _number(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", _CENTS.sub("", match["number"]))


def _sums(text: str, start: int, end: int, *, labelled: bool) -> Iterator[Span]:
    for match in _PATTERNS["no_cost"].finditer(text, start, end):
        yield match.span()
    for match in _PATTERNS["sum"].finditer(text, start, end):
        grant = _PATTERNS["grant"].match(text, match.end(), end)
        near = text[max(start, match.start() - _NEAR) : min(end, (grant or match).end() + _NEAR // 2)]
        if _PATTERNS["of_something_else"].search(text, start, end) or not (
            grant or labelled or _PATTERNS["spent"].search(near)
        ):
            continue
        article = _A.search(text, max(start, match.start() - 3), match.start()) if grant else None
        yield article.start() if article else match.start(), (grant or match).end()
