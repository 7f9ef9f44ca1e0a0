"""Where people were met: a mosque, a clinic, a school, online."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.cases.account import Account, Told
from rag.cases.fields.outcomes import is_planned
from rag.cases.labels import setting_words
from rag.cases.vocabulary import one_of, vocabulary
from rag.text.words import trimmed
from rag.types import Facet

#: What ties a place to what was done there.
_THERE = r"(?:in|at|on|inside|visit(?:ing|ed|s)?|via|through|using|by|with|over)"
#: Up to three words between the two: 'in a local mosque', 'at the weekly livestock market'.
_BETWEEN = (
    r"(?: (?:an?|the|their|its|our|his|her|this|each|every|some|all|both))?"
    r"(?P<value>(?: (?!(?:of|for|on|about|in|and|that|which|who|is|are|was|were|to|by|with|the|an?|public|private"
    r"|including)\b)[\w’'‘-]+){0,3}? "
)
_WORK = re.compile(
    r"\b(?:held|took place|take place|taken place|takes place|met|meet(?:s|ings?)?|events?|sessions?|workshops?"
    r"|clinics?|ran|run"
    r"|running|host\w*|deliver\w*|visit\w*|offer\w*|provid\w*|set up|launch\w*|distribut\w*|advertis\w*"
    r"|recruit\w*|work(?:ed|ing|s)?"
    r"|campaign\w*|screen\w*|train\w*|outreach|poster\w*|leaflet\w*|survey\w*|consult\w*|vot(?:ed|ing|es?)"
    r"|submit\w*|participat\w*"
    r"|discuss\w*|deliberat\w*|gather\w*|attend\w*|complet\w*|contact\w*|interview\w*|establish\w*|drop[- ]in"
    r"|pilot\w*|creat\w*"
    r"|share\w*|invit\w*|forum|stall|exhibition\w*|booked|roadshow|used|using|assembl\w*|convened|organi[sz]ed"
    r"|register\w*)\b",
    re.IGNORECASE,
)
#: Words beside it that make it something else: 'hospital admissions', 'school leavers', 'market research'.
_ELSE_AFTER = re.compile(
    r"[’']s\b|[ -](?:students?|pupils?|buildings?|choice|related|primary|number|meetings?|counci\w+|boards?"
    r"|penetration|reform|admissions?|stays?|leavers|age|aged|board|district|system|funding|budget\w*|research"
    r"|forces?|econom\w*|share|price\w*|rate"
    r"|managers?|management|staff|trust|treatment|care|reform|closures?|policy|policies|population|service"
    r"|services|data|meals|fees"
    r"|teachers?|governors?|investigative|workers?|owners?|programme|reports?|sector|value|places|costs?"
    r"|records?|practices?|party"
    r"|act|building programme|improvements?|repairs?|renovation|construction|project|projects|equipment|years?"
    r"|chaplain\w*|team"
    r"|groups?|lobby|conference|leaders?|members|officials?|street|road|page|link|address)\b|[.]\w",
    re.IGNORECASE,
)
_ELSE_SENTENCE = re.compile(
    r"\b(?:for (?:more|further) (?:information|details)|click|see (?:the|our|also)|visit our|available (?:at"
    r"|from|on)|retrieved|accessed"
    r"|website \(external|for example|such as|e\.g\.|could|would|should|closed|closure|proposal to"
    r"|build(?:ing)? (?:a|new)|elsewhere"
    r"|similar to|previously|cookies?)\b|https?:|www\.",
    re.IGNORECASE,
)
_NOT_TOLD = re.compile(
    r"\b(?:references|bibliography|links|notes|sources?|see also|further reading|history|background|context"
    r"|problems?|analysis"
    r"|criticisms?|lessons|case data|contact)\b",
    re.IGNORECASE,
)


#: Names of something else: 'World Café', 'Bonn Science Shop', 'Christ Church'.
_NAME_OF_ELSE = re.compile(
    r"(?:Church|Street|Caf[ée]|Shop|Market|Restaurants?|Home|Hospital|Press|Gallery|Theatre|Online)s?"
)
_PHONE = "Telephone or text"
_NOT_PLACES = ("Online", _PHONE)
#: By phone the work itself is done; those who take part in it are found in many ways.
_FINDS_PEOPLE = re.compile(r"\b(?:recruit\w*|select\w*|invit\w*|contacted|regist\w*|sampl\w*)\b", re.IGNORECASE)
_BY_PHONE = r"\b(?P<value>(?P<words>(?:by|via|over) (?:the )?(?:tele)?phone))\b"
_NEAR = 90


@lru_cache(maxsize=1)
def _terms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """'in a local mosque' and 'a pharmacy campaign', by label."""
    return tuple(
        (label, re.compile(pattern, re.IGNORECASE))
        for label, words in setting_words()
        for pattern in (
            rf"\b{_THERE}{_BETWEEN}(?P<words>{words}))(?!\w)",
            rf"\b(?P<value>(?P<words>{words}))(?= (?:campaigns?|outreach|roadshows?|drop-ins?|stalls?)\b)",
            *([_BY_PHONE] if label == _PHONE else []),
        )
    )


@lru_cache(maxsize=1)
def _any_term() -> re.Pattern[str]:
    """Any of the words: most sentences hold none."""
    lists = vocabulary("settings.txt")[""]
    return re.compile(
        rf"\b(?:{one_of(term for terms in lists.values() for term in terms)}|(?:tele)?phone)", re.IGNORECASE
    )


def settings(account: Account) -> list[Facet]:
    """The settings in which the work was done, the first mention of each: 'local mosque' as 'Place of worship'."""
    text = account.text
    found: dict[str, Facet] = {}
    for told in account.told:
        if not _any_term().search(text, told.start, told.end):
            continue
        sentence = text[told.start : told.end]
        if is_planned(sentence) or _ELSE_SENTENCE.search(sentence):
            continue
        if told.step in ("context", "lessons") or _NOT_TOLD.search(" ".join(told.block.heading_path)):
            continue
        for label, pattern in _terms():
            match = None if label in found else pattern.search(text, told.start, told.end)
            if match and _is_there(text, match, told):
                start, end = trimmed(text, *match.span("words" if label in _NOT_PLACES else "value"))
                found[label] = Facet("setting", text[start:end], start, end, (label,))
    ordered = sorted(found.values(), key=lambda facet: (facet.end, facet.start, -len(facet.labels[0])))
    return [f for f, before in zip(ordered, [None, *ordered], strict=False) if not before or f.start >= before.end]


def _is_there(text: str, match: re.Match[str], told: Told) -> bool:
    """Whether the words stand for a place where something was done."""
    if _ELSE_AFTER.match(text, match.end(), told.end) or _NAME_OF_ELSE.fullmatch(match["words"]):
        return False
    if "phone" in match["words"] and _FINDS_PEOPLE.search(text, told.start, told.end):
        return False
    near = (max(told.start, match.start() - _NEAR), min(told.end, match.end() + _NEAR))
    return bool(_WORK.search(text, *near))
