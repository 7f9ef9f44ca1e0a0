"""What the work cost, or what it was funded with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.cases.account import Account
from rag.cases.fields.outcomes import is_planned
from rag.types import Facet, Span

_SUM = re.compile(
    r"(?:(?:around|about|approximately|roughly|nearly|almost|over|up to|just under|more than) )?"
    r"(?:£|€|(?:US|CA|AU|NZ|R|C|A)?\$|(?:GBP|EUR|USD|CAD|AUD)\s?)\s?\d[\d,.]*(?<![,.])(?: \d{3}(?!\d))*"
    r"(?:\.\d\d\b)?(?:\s?(?:k|m|bn|million|billion|thousand)\b)?"
    r"|\b\d[\d,.]*(?<![,.])(?:\s(?:million|billion|thousand))?\s(?:pounds|euros?|(?:US |Canadian )?dollars)\b",
    re.IGNORECASE,
)
#: 'a £1.2 million grant from the Big Lottery Fund'
_GRANT = re.compile(
    r"\s(?:(?:seed|start-up|initial|small|lottery|research|pilot|annual|\w+) )?(?:grants?|of funding|funding)\b"
    r"(?: from (?:the )?[A-Z][\w’'&-]*(?: (?:of |for |and |the )?[A-Z][\w’'&-]*){0,6})?"
)
_A = re.compile(r"\b[Aa]n? $")
_NO_COST = re.compile(
    r"\b(?:(?:at |with |for |incurred |there (?:was|were) )?no (?:additional|extra|direct|set-up|financial) costs?"
    r"|cost[- ]neutral|no (?:dedicated |additional |extra )?(?:funding|budget) (?:was|is|were) (?:required"
    r"|needed|available)"
    r"|within existing (?:resources|budgets))\b",
    re.IGNORECASE,
)
#: Words that tie a sum to what was spent on the work itself.
_SPENT = re.compile(
    r"\b(?:costs?(?: of)?|costing|budget of|budget for (?:the|this) (?:project|process|programme|pilot"
    r"|initiative|event|work)"
    r"|(?:project|programme|total|overall|operating|annual) budget|grants? (?:of|was|were|from|worth|totalling)"
    r"|funded|funding|secured|sponsor\w*|donat\w+"
    r"|financed|raised|paid for|spent on (?:the|this) (?:project|process|programme|pilot|initiative|event|work))\b",
    re.IGNORECASE,
)
#: Sums of something else: saved, earned, charged, decided over, or spent on what was chosen.
_OTHER = re.compile(
    r"\b(?:sav(?:e|ed|es|ing|ings)|income|earn\w*|salar(?:y|ies)|wages?|debts?|benefits?|return on"
    r"|per (?:person|head|patient|capita"
    r"|hour|day|night|year|month|week|household|participant)|each|apiece|price|fees?|tax(?:es)?|rent|revenue"
    r"|deficit|cuts?|fines?"
    r"|allocat\w*|distribut\w*|bid(?:s|ding)?|applied|apply|applicants?|awarded|vot(?:e|es|ed|ing)|decid\w*"
    r"|to spend|spend|pot|"
    r"participatory budget\w*|winning|projects|groups|stipend|honorari\w*|compensat\w*|incentive|loss(?:es)?"
    r"|GDP|economy|worth"
    r"|investments?|discretionary|capital|ward|shortfall|loan\w*|NHS £|national\w*|nationwide|in the UK"
    r"|every year|proposals?|to join|tickets?|trusted|ranging|donations|area received|federal|government's)\b",
    re.IGNORECASE,
)
_NOT_TOLD = re.compile(
    r"\b(?:references|bibliography|links|notes|sources?|history|background|problems?)\b", re.IGNORECASE
)
_COST_HEADING = re.compile(
    r"(?:project |total |the )?(?:costs?|budget|funding|resources)(?: and (?:costs?|budget|funding|resources))?",
    re.IGNORECASE,
)
_NEAR = 60
_MOST = 4


def costs(account: Account) -> list[Facet]:
    """Sums of money that the work cost or was funded with ('a £1.2 million grant from the Big Lottery Fund'), and that
    it cost nothing more; each sum once.
    """
    text = account.text
    found: dict[str, Facet] = {}
    for told in account.told:
        if is_planned(text[told.start : told.end]) or _NOT_TOLD.search(" ".join(told.block.heading_path)):
            continue
        labelled = (
            bool(_COST_HEADING.fullmatch(told.block.heading_path[-1].strip(" :?")))
            if told.block.heading_path
            else False
        )
        for span in _sums(text, told.start, told.end, labelled=labelled):
            value = text[slice(*span)]
            found.setdefault(re.sub(r"\D", "", value) or value, Facet("cost", value, *span))
    return list(found.values())[:_MOST]


_AS_STATED = re.compile(r"(?:£|€|(?:US|CA|AU|NZ|R)?\$)\s?(?P<number>\d[\d,. ]*\d)(?!\s?(?:k|m|bn|million|billion)\b)")
_CENTS = re.compile(r"[.,]\d\d$")


def as_told(account: Account, stated: Facet) -> Facet:
    """A sum as the account's sentences word it ('£6000'), where a fact box states the same number in dollars."""
    box = _AS_STATED.fullmatch(stated.value)
    if not box or not stated.value.startswith("US$"):
        return stated
    for told in account.told:
        for match in _AS_STATED.finditer(account.text, told.start, told.end) if told.step != "fact" else ():
            if _number(match) == _number(box):
                return Facet("cost", match.group(), *match.span())
    return stated


def _number(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", _CENTS.sub("", match["number"]))


def _sums(text: str, start: int, end: int, *, labelled: bool) -> Iterator[Span]:
    for match in _NO_COST.finditer(text, start, end):
        yield match.span()
    for match in _SUM.finditer(text, start, end):
        grant = _GRANT.match(text, match.end(), end)
        near = text[max(start, match.start() - _NEAR) : min(end, (grant or match).end() + _NEAR // 2)]
        if _OTHER.search(text, start, end) or not (grant or labelled or _SPENT.search(near)):
            continue
        article = _A.search(text, max(start, match.start() - 3), match.start()) if grant else None
        yield article.start() if article else match.start(), (grant or match).end()
