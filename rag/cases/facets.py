"""What a case states about itself: when, for whom, and what came of it, each with the words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.types import Facet, Outcome, Span
from rag.words import sentences

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_YEARS = re.compile(r"\b(?:19|20)\d\d\s?[–-]\s?(?:(?:19|20)\d\d|\d\d)\b")
_PERIOD = re.compile(
    rf"\b(?:between (?:{_MONTHS})(?: (?:19|20)\d\d)? and (?:{_MONTHS}) (?:19|20)\d\d"
    rf"|(?:from )?(?:{_MONTHS})(?: (?:19|20)\d\d)? (?:to|until) (?:{_MONTHS}) (?:19|20)\d\d)\b|"
    r"\b(?:(?:(?:in|since|from|until|by|during|on) )?"
    r"(?:(?:\d{1,2} )?(?:early |late |spring |summer |autumn |winter )?"
    rf"(?:{_MONTHS}) (?:19|20)\d\d|(?:spring|summer|autumn|winter) (?:19|20)\d\d)"
    r"|(?:in|since|from|until|by|during) (?:19|20)\d\d"
    r"|for (?:over |about |around |more than )?"
    r"(?:\d+|two|three|four|five|six|ten|twelve|eighteen) (?:weeks|months|years))\b"
)

_AWARD = re.compile(r"\b(?:awards?|finalists?|winners?|shortlisted|won the)\b", re.IGNORECASE)

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


def periods(text: str, spans: Iterable[Span]) -> list[Facet]:
    """Dates and durations, as worded; the years of awards are none of the work's."""
    found = []
    for span in spans:
        for start, end in sentences(text, *span):
            if _AWARD.search(text, start, end):
                continue
            ranges = [m.span() for m in _YEARS.finditer(text, start, end)]
            single = [m.span() for m in _PERIOD.finditer(text, start, end)]
            single = [(a, b) for a, b in single if not any(a < stop and begin < b for begin, stop in ranges)]
            found += [Facet("period", text[a:b], a, b) for a, b in (*ranges, *single)]
    return sorted(found, key=lambda facet: facet.start)


def years(text: str, start: int, end: int) -> Span | None:
    """The first range of years ('2008-2009') in ``text[start:end]``."""
    match = _YEARS.search(text, start, end)
    return match.span() if match else None


def communities(text: str, spans: Iterable[Span]) -> list[Facet]:
    """The groups of people a case names, each once."""
    found: dict[str, Facet] = {}
    for start, end in spans:
        for m in _COMMUNITY.finditer(text, start, end):
            found.setdefault(m.group().casefold(), Facet("community", m.group(), *m.span()))
    return list(found.values())


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


def outcomes(text: str, spans: Iterable[Span]) -> list[Facet]:
    """One facet for every sentence that states a result or a plan."""
    found = []
    for span in spans:
        for start, end in sentences(text, *span):
            kind = outcome_of(text[start:end])
            if kind != "activity":
                found.append(Facet("outcome", kind, start, end))
    return found
