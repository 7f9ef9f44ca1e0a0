"""What came of the work, how strongly the source states it, and the words that show it."""

from __future__ import annotations

import re

from rag.cases.account import Account
from rag.types import Facet, Outcome

_NUMBER = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|half|a (?:third|quarter)|doubled|trebled"
    r"|tripled)"
)
_SHARE = (
    rf"(?:\b{_NUMBER}\s?(?:%|per ?cent(?:age points)?\b|times\b|-fold\b)"
    r"|\b(?:half|a third|two[- ]thirds|a quarter|doubled|halved|trebled|tripled)\b)"
)
_CHANGE = (
    r"(?:increas(?:ed|ing)|reduc(?:ed|ing)|decreas(?:ed|ing)|improv(?:ed|ing)|rais(?:ed|ing)|lower(?:ed|ing)"
    r"|rose|fell|grew"
    r"|dropped|cut|doubled|halved|trebled|tripled|rise|fall|drop|reduction|increase|more likely|less likely"
    r"|higher than"
    r"|lower than|compared (?:with|to))"
)
_MEASURED = re.compile(
    rf"\b{_CHANGE}\b.{{0,120}}?(?:{_SHARE}|\bfrom {_NUMBER}.{{0,30}}\bto {_NUMBER})|{_SHARE}.{{0,80}}\b{_CHANGE}\b"
    rf"|{_SHARE}.{{0,80}}\b(?:against|versus|up from|down from)\b.{{0,30}}{_SHARE}"
    rf"|{_SHARE} of (?:the |all |those |our )?(?:people|women|men|patients|participants|attendees|residents|respondents"
    r"|families|children|members|panelists|panellists|voters|households|staff)\b",
    re.IGNORECASE | re.DOTALL,
)
_PEOPLE_COUNT = re.compile(
    r"\b\d[\d,]*\s+(?:\w+ ){0,3}(?:people|women|men|patients|participants|attendees|residents|families|children"
    r"|members"
    r"|households|referrals|appointments|screenings|events|staff|volunteers)\b"
    r".{0,60}\b(?:booked|attended|took part|taken part|received|registered|joined|signed|completed|trained"
    r"|reached|seen|supported|screened|recruited|referred|vaccinated|participated|helped|identified|diagnosed)\b",
    re.IGNORECASE | re.DOTALL,
)
_REPORTED = re.compile(
    r"\b(?:[Ii]ncreased|[Ii]mproved|[Rr]educed|helped (?!to (?:create|develop|design|identify|shape))|enabled"
    r"|empowered"
    r"|succeeded|benefit(?:t)?ed|strengthened|raised (?:awareness|uptake|attendance)"
    r"|(?:built|gained|won) (?:greater )?trust"
    r"|(?:was|were|been|proved|very|highly|a) successful(?:ly)?|success in|led to|resulted in|made \w+.{1,60} more"
    r"|detected early|phenomenal|far in excess|make a real difference)\b",
    re.DOTALL,
)
_CONTEXT = re.compile(
    r"\b(?:census|estimated to be|are spoken|population|prevalence|national(?:ly)? (?:data|average|rates?)"
    r"|presents? with)\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:may|will|plans? to|planned to|intends? to|intention to|hopes? (?:to|that)|hope is that"
    r"|due (?:to (?:be|start|begin)|for)|in (?:the )?future|looking to|expected to|is hoped"
    r"|is to be|are to be|need to be taken forward)\b"
)


def is_planned(sentence: str) -> bool:
    """Whether a sentence tells what is intended rather than what was done."""
    return bool(_PLANNED.search(sentence))


def outcome_of(sentence: str) -> Outcome:
    """What kind of result one sentence states."""
    planned = is_planned(sentence)
    if _MEASURED.search(sentence) and not _CONTEXT.search(sentence) and not planned:
        return "measured"
    if _PEOPLE_COUNT.search(sentence) and not planned:
        return "figure"
    if planned:
        return "planned"
    return "reported" if _REPORTED.search(sentence) else "activity"


def outcomes(account: Account) -> list[Facet]:
    """One facet for every sentence that states a result or a plan."""
    found = []
    for told in account.told:
        kind = outcome_of(account.text[told.start : told.end])
        if kind != "activity":
            found.append(Facet("outcome", kind, told.start, told.end))
    return found
