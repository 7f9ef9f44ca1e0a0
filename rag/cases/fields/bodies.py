"""Names of organisations in a text, and which kind of body each is of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.cases.places import known_places
from rag.types import Span

#: Which kind of body a name is of, by its words; the first that fits counts.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (label, re.compile(pattern))
    for label, pattern in (
        ("Police", r"\b(?:Police|Constabulary|police)\b"),
        (
            "University",
            r"\b(?:Universit(?:y|ies)|universit(?:y|ies)|Medical School|School of \w+|School for \w+"
            r"|Institute of Technology|Research Institute)\b",
        ),
        (
            "NHS",
            r"\b(?:NHS|PCTs?|CCGs?|ICBs?|Primary Care Trusts?|[Pp]rimary care trusts?|Hospitals?|hospitals?|Infirmary"
            r"|Clinical Commissioning|Integrated Care|Health Board|Ambulance|Surgery|Medical Practice|GPs?"
            r"|GP practices?"
            r"|(?:health|care) (?:providers|services)|midwi(?:fe|ves)|pharmac(?:y|ies))\b",
        ),
        ("School", r"\b(?:Schools?|Academy Trust|College|schools?|colleges?)\b"),
        (
            "Faith group",
            r"\b(?:Church|Mosque|Temple|Synagogue|Gurdwara|Diocese|Mission|Chaplaincy|chaplaincy|Islamic"
            r"|[Ff]aith|mosques?|church(?:es)?|temples?)\b",
        ),
        (
            "Council",
            r"\b(?:Councils?|Borough|councils?|Local Authorit(?:y|ies)|local (?:authorit(?:y|ies)|government)"
            r"|Municipality|City of)\b",
        ),
        (
            "Government",
            r"\b(?:Department|Ministry|Government|Agency|Commission|HMRC|DVLA|Parliament|government|Cabinet"
            r"|departments)\b",
        ),
        (
            "Charity or community group",
            r"\b(?:Charity|Foundation|Association|Society|Trust|Alliance|Forum|Network|Age UK|Mind|Citizens Advice"
            r"|Centre|Center|Project|Community|CIC|Federation|Coalition|charit(?:y|ies)|voluntary|community"
            r"|volunteers?"
            r"|Red Cross|Oxfam|Fund)\b",
        ),
        (
            "Business",
            r"\b(?:Ltd|Limited|plc|PLC|Inc|LLP|Consult(?:ing|ancy|ants)|Company|business(?:es)?"
            r"|companies)\b",
        ),
    )
)
_BODY = (
    r"(?:Councils?|Trust|NHS|PCT|CCG|ICB|ICS|Hospitals?|Infirmary|Universit(?:y|ies)|Agency|Foundation|Association"
    r"|Society|Partnership|Centre|Center|Charity|Forum|Network|Alliance|Academy|Schools?|College|Library|Surgery"
    r"|Practice|Registry|Institute|Federation|Church|Mosque|Temple|Constabulary|Police|HMRC|DVLA|Department|Ministry"
    r"|Board|Authority|Commission|Union|Company|Ltd|Limited|Bureau|Unit|Group|Coalition|Corporation|Chamber"
    r"|Office|Service|Services|Housing|Club|Project|Bank|Fund|Government|Municipality|Secretariat|Mission|Cooperative"
    r"|Co-operative|CIC|Laboratory|Observatory|Consortium)"
)
_WORD = r"(?:[A-Z][\w’'.&-]*\w|[A-Z]{2,}|[A-Z])"
_LINK = r"(?: (?:of|for|and|the|de|do|da|del|&|on|upon|of the|for the|and the|–)(?= [A-Z]))?"
BODY_NAME = re.compile(rf"(?<![\w-]){_WORD}(?:{_LINK} {_WORD}){{0,9}}")
#: The word for a body ends its name or goes on with 'of ...': 'Open Government Directive' is none.
_IS_BODY = re.compile(
    rf"\b{_BODY}(?= (?:of|for|and|on|de|do|da|–|&)\b|$)|^(?:City|Borough|Town|Region|Province|State) of "
)
_HAS_BODY = re.compile(rf"\b{_BODY}\b|^City of ")
_CUT_OFF = re.compile(r".* [A-Z]$")  # 'Municipality of S', where the sentence seemed to end
_TOO_GENERAL = frozenset({"City", "Council", "Government", "State", "Other", "Local", "Unknown", "Yes", "No"})
_KNOWN = re.compile(
    r"\b(?:Age UK(?: [A-Z]\w+)*|Age Concern|Citizens Advice(?: Bureau)?|Mind|Barnardo['’]s|Macmillan"
    r"|Healthwatch \w+|Shelter"
    r"|Oxfam|UNICEF|World Bank|British Red Cross|Sure Start \w+|NHS(?: [A-Z]\w+){1,4})"
)
_RANKS = re.compile(r"(?: (?:Officers?|Officials|Staff|Members|Councillors))+$")
_INNER = re.compile(
    r"(?:(?:Steering|Organi[sz]ing|Advisory|Working|Planning|Project|Task|Focus|Core|Ethnic|Democratic) \w+$"
    r"|(?:.* )?(?:Conference|Working Group|Press)\b)"
)


def labels_of(name: str) -> tuple[str, ...]:
    """The kind of body ('NHS', 'Council', ...) that a name is of; () if its words don't say."""
    return next(((label,) for label, pattern in _KINDS if pattern.search(name)), ())


def body_names(text: str, start: int, end: int) -> Iterator[Span]:
    """Names of bodies in ``text[start:end]``."""
    for match in BODY_NAME.finditer(text, start, end):
        for a, b in _single(text, *match.span()):
            ranks = _RANKS.search(text[a:b])
            b = a + ranks.start() if ranks else b  # noqa: PLW2901
            words = text[a:b].removesuffix("’s").removesuffix("'s")
            if (" " in words and _IS_BODY.search(words) and not _is_none(words)) or _KNOWN.fullmatch(words):
                yield a, a + len(words)


def _is_none(words: str) -> bool:
    return bool(_INNER.match(words) or _CUT_OFF.match(words))


_FIRST = re.compile(
    r"(?:The|A|An|This|In|At|For|With|By|From|Our|Their|When|While|After|As|Since|Both|On|To|Meanwhile|However) "
)
_BETWEEN = re.compile(r",? and (?:the )?")


def _single(text: str, start: int, end: int) -> Iterator[Span]:
    """A run of capitalised words as one name, or two where each side of 'and' names a body."""
    if (first := _FIRST.match(text, start, end)) and text[start:end] != "The Children's Society":
        start = first.end()
    for match in _BETWEEN.finditer(text, start, end):
        left, right = text[start : match.start()], text[match.end() : end]
        if (
            _HAS_BODY.search(left)
            and _HAS_BODY.search(right)
            and re.search(r"[ -]", left)
            and not left.startswith("Department")
        ):
            yield start, match.start()
            start = match.end()
    yield start, end


def members(text: str, start: int, end: int) -> Iterator[Span]:
    """The names of a list 'Partners of the project: Aston Dars group, Bangladeshi Women’s Association'."""
    at = start
    for mark in re.finditer(r", |; |\.?$", text[start:end]):
        a, b = at, start + mark.start()
        at = start + mark.end()
        a += 4 * text.startswith("The ", a)
        b = a + len(_BRACKETS.sub("", text[a:b]))
        words = text[a:b]
        is_name = words[:1].isupper() and _WORDLIKE.search(words) and len(words.split()) <= _LONGEST_NAME
        if is_name and words not in _TOO_GENERAL and words not in known_places():
            yield a, b


_BRACKETS = re.compile(r" \([^()]*\)$")
_LONGEST_NAME = 10  # words
_WORDLIKE = re.compile(r"[^\W\d_]{3}|[A-Z]{2}")
