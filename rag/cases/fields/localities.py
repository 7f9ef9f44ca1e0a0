"""Small places that the gazetteer lacks: what a title and the text name, and the part of a listed place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.cases.account import Account
from rag.cases.mentions import NOT_NAMES, has_plain_word, mentions, with_areas
from rag.text.gazetteer import lookup
from rag.types import Span

_WORD = r"[A-Z][’']?[^\W\d_A-Z][^\W\d_]*"
_JOIN = r"(?:[- ]|[- ](?:d[aeio]l?|dos|des|du|upon|on|of|the|le|la) |[- ](?:d|l|dell|dall|all)[’'])"
_NAME = rf"(?:St\.? )?{_WORD}(?:{_JOIN}{_WORD}|[’'][A-Z]?[a-z]+(?= |$)){{0,3}}"
_NAMES = rf"{_NAME}(?:(?:, and|,| and| &| /) {_NAME}){{0,5}}"
_KIND = (
    r"(?:villages?|wards?|areas?|neighbou?rhoods?|estates?|suburbs?|parish(?:es)?|districts?|quarters?|hamlets?"
    r"|townships?|barrios?)"
)
_KIND_OF_TOWN = r"(?:cit(?:y|ies)|towns?|boroughs?|municipalit(?:y|ies)|communes?|islands?|count(?:y|ies))"
#: 'the villages of Whitemoor, Nanpean and Foxhole', 'the Castlefield & Oakridge area of', 'in East End and Hendon in'.
_PARTS = (
    re.compile(rf"\b{_KIND}(?: of| called| known as|:| -| –) (?:the )?(?P<names>{_NAMES})(?![\w’'-]| [A-Z])"),
    re.compile(rf"\b[Tt]he (?P<names>{_NAMES})(?: \w+)? {_KIND}(?= (?:of|in) (?:the )?[A-Z])"),
    re.compile(rf"\b(?:in|across|throughout|around) the (?P<names>{_NAMES})(?: [A-Z]+)?(?: {_KIND}){{1,2}}\b"),
    re.compile(rf"\b(?:in|across|(?:people|residents|citizens) of) (?P<names>{_NAMES})(?=(?: in|,) [A-Z])"),
)
_TO_THE_WHOLE = re.compile(
    rf"(?: [A-Z]+)?(?: {_KIND}){{0,2}}(?: (?:of|in|within)(?: the)?(?: {_KIND_OF_TOWN} of)? |, )(?=[A-Z])"
)
_IN_TITLE = re.compile(rf"(?:\bin |^In |[(]|^(?=[^,(:]+, |[^,(:]+- ))(?P<name>{_NAME})(?=$|, ?[A-Z]| ?[(-]|\)|:)")
_TITLE_WORDS = re.compile(rf"{_WORD}(?:[ -]{_WORD})+")
_MOST_TITLE_WORDS = 3
_IS_PLACE_BEFORE = (
    rf"\b(?:(?:in|at|near|around|across|en|em|di|de|da|do) (?:the )?(?:(?:city|town|village|municipality) of )?"
    rf"|(?:{_KIND}|{_KIND_OF_TOWN}|people|residents|citizens|inhabitants) (?:of|in) (?:the )?)"
)
_IS_PLACE_AFTER = (
    rf"(?: (?:is|was|has been) (?:an? |the |one of )(?:[\w’'-]+ ){{0,3}}(?:{_KIND}|{_KIND_OF_TOWN})\b| \(population\b"
    rf"|(?:’s|'s)? (?:residents|citizens|inhabitants|{_KIND}|{_KIND_OF_TOWN})\b)"
)
_VENUE = re.compile(
    r"\b(?:Cent(?:er|re)|Hall|Building|Hotel|Library|School|Church|College|University|Hospital|Theatre|Stadium|House"
    r"|Museum|Council|Network|Association|Initiative|Project|Programme|Board|Committee|Group|Trust|Street|Road)$"
)
#: What the work is, not where.
_METHOD = re.compile(
    r"\b(?:Participat\w+|Budget\w*|Citizens?|Jur(?:y|ies)|Assembl(?:y|ies)|Deliberat\w+|Polls?|Polling|Community|Public"
    r"|Planning|Panel|Dialogue|Forum|Democra\w+|Engagement|Consultation|Change|Practice|Health|Youth|Future)\b"
)
_WHERE = re.compile(r"\b(?:where|location|area|overview|summary|abstract)\b", re.IGNORECASE)
_LONGEST_WORD = 30
_LABEL_WORDS = 3
_FIRST = 8  # sentences that say which part of a place is meant


def titled_place(account: Account, spans: Sequence[Span]) -> Span | None:
    """How the account words a place that its title names but the gazetteer lacks, with the areas after it."""
    title, text = account.document.title, account.text
    certain = [match["name"] for match in _IN_TITLE.finditer(title)]
    for name in dict.fromkeys((*certain, *_runs(title))):
        if name == title or not _is_unlisted(name, text):
            continue
        words = re.escape(name).replace("St\\ ", "St\\.?\\ ").replace("St\\.\\ ", "St\\.?\\ ")
        words = re.sub("[’']", "[’'´]", words)
        pattern = re.compile(
            rf"{_IS_PLACE_BEFORE}(?P<a>{words})(?![\w’'-]| [A-Z])|(?<![\w-])(?P<b>{words})(?={_IS_PLACE_AFTER})"
        )
        if found := next((m for span in spans if (m := pattern.search(text, *span))), None):
            start, stop = found.span("a" if found["a"] else "b")
            return start, max(stop, with_areas(text, stop, spans[-1][1]))
    return None


def _is_unlisted(name: str, text: str) -> bool:
    return not (lookup(name) or NOT_NAMES.match(name) or _METHOD.search(name) or has_plain_word(name, text))


def _runs(title: str) -> Iterator[str]:
    """Two and three capitalised words of a title that follow each other, the longest first."""
    for size in range(_MOST_TITLE_WORDS, 1, -1):
        for run in _TITLE_WORDS.finditer(title):
            words = list(re.finditer(_WORD, run.group()))
            for first in range(len(words) - size + 1):
                if not lookup(words[first + size - 1].group()):  # 'Imagine Philadelphia'
                    yield run.group()[words[first].start() : words[first + size - 1].end()]


def part_of_place(account: Account, within: Sequence[Span] = ()) -> Span | None:
    """The estate, ward or villages where the work was done, as the first sentences tell."""
    text = account.text
    told = [t for t in account.told if not within or any(a <= t.start and t.end <= b for a, b in within)]
    told = [t for t in told if len(text[t.start : t.end].split()) > _LABEL_WORDS]
    for number, each in enumerate(told):
        if number >= _FIRST and not _WHERE.search(" ".join(each.block.heading_path[-1:])):
            continue
        for pattern in _PARTS:
            for match in pattern.finditer(text, each.start, each.end):
                if span := _part(text, match, each.end, needs_whole=pattern is _PARTS[-1]):
                    return span
    return None


def _part(text: str, match: re.Match[str], end: int, *, needs_whole: bool) -> Span | None:
    names = re.split(r", and |, | and | & | / ", match["names"])
    after_a_name = re.search(r"[A-Z]\w+ $", text[max(0, match.start() - _LONGEST_WORD) : match.start()])
    unlisted = [name for name in names if _is_unlisted(name, text)]
    others = [entry for name in names if name not in unlisted for entry in lookup(name)[:1]]
    if after_a_name or _VENUE.search(names[-1]) or not unlisted or lookup(match["names"]):
        return None  # 'Roots of Change in San Francisco'
    if len(unlisted) + len(others) < len(names) or any(entry.kind != "town" for entry in others):
        return None
    if needs_whole:
        joined = _TO_THE_WHOLE.match(text, match.end("names"), end)
        whole = next(mentions(text, joined.end(), end), None) if joined else None
        if not joined or not whole or whole.span[0] != joined.end() or not whole.entry:
            return None
    return match.span("names")
