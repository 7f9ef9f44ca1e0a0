"""Whom the work was for."""

from __future__ import annotations

import re

from rag.cases.account import Account
from rag.types import Facet

_PEOPLES = (
    r"(?:South |East |West |North |Central |Eastern |Sri |African |Black |British )?"
    r"(?:Asian|Nigerian|Ghanaian|Turkish|Kurdish|Lankan|Bangladeshi|Pakistani|Indian|Chinese|Vietnamese"
    r"|Filipino|Somali|Eritrean|Ethiopian|African|Caribbean|Arab"
    r"|Polish|Romanian|Roma|Gypsy|Traveller|Irish|Jewish|Muslim|Sikh|Hindu|Christian|Syrian|Afghan|Ukrainian"
    r"|Portuguese"
    r"|Latin American|Hispanic|Aboriginal|Indigenous|First Nations|Tamil|Congolese|Sudanese|Yemeni|Iranian|Iraqi"
    r"|[Bb]lack and minority ethnic|[Bb]lack,? [Aa]sian and [Mm]inority [Ee]thnic|BAME|BME"
    r"|[Mm]inority ethnic|[Ee]thnic minority)"
)
_HEADS = (
    r"(?:women|men|people|elders|mothers|girls|boys|children|young people|older people|communities|community"
    r"|populations?|families|patients|groups|residents|migrants|refugees)"
)
_COMMUNITY = re.compile(
    rf"\b{_PEOPLES}(?:(?:, | and |, and | or ){_PEOPLES})*(?:[- ]?led)?(?: {_HEADS}| (?:and )?older people)?\b"
    rf"|\b(?:farmers?(?: and rural populations?)?|rural populations?|refugees|asylum seekers|carers|veterans"
    r"|homeless people|sex workers|prisoners|disabled people|care leavers"
    r"|people with (?:a )?learning disabilit(?:y|ies)"
    r"|(?:deaf|blind|trans|gay|LGBT\+?|rural|coastal|deprived) (?:people|communities|women|men|areas))\b"
)


def communities(account: Account) -> list[Facet]:
    """The groups of people a case names, each once."""
    text = account.text
    found: dict[str, Facet] = {}
    for start, end in account.spans:
        for m in _COMMUNITY.finditer(text, start, end):
            found.setdefault(m.group().casefold(), Facet("community", m.group(), *m.span()))
    return list(found.values())
