"""Places as a text names them: names of the gazetteer, with the areas they are in, and how much each mention says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.cases.places import as_place, known_places
from rag.text.gazetteer import Entry, lookup, spot
from rag.types import Span

_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*")
_MOST_WORDS = 4
#: The area that follows a place: 'Frodsham, Cheshire', 'Kavaja (Albania)'.
_THEN = re.compile(r"(?:, ?| ?\(| - )(?:the )?(?=[A-Z])")
#: A name that the gazetteer lacks, before the area it is in.
_UNLISTED_BEFORE = re.compile(
    r"(?:\b(?:in|at|near|around|outside) (?:the )?(?:(?:city|town|village|municipality|community|district) of )?"
    r"|\(|^)([A-Z][\w’'-]+(?: (?:de |do |da |del |dos |upon |of )?[A-Z][\w’'-]+){0,3})(?:, | \()$"
)
_LONGEST_BEFORE = 60
_STRONGLY_IN = re.compile(
    r"\b(?:in|across|throughout|around|within|(?:city|town|village|borough|county|municipality|people|residents"
    r"|citizens|state|province) of) (?:the )?$",
    re.IGNORECASE,
)
#: Who acts or lives there: 'Bromley PCT', 'Luton residents', 'the Liverpool project'.
_ITS_OWN = re.compile(
    r"(?:’s|'s)?(?:-based)? (?:(?:City|County|Borough|District|Town|Parish|Metropolitan|Unitary|Regional|Local)"
    r" ?)*(?:Councils?|PCT|NHS|CCG|Primary Care|residents|citizens|community|communities|councillors|project|programme"
    r"|partnership|set|group|pilot|city|neighbourhood|estate|borough|area|region|ward)\b"
)
#: Named for a place, not about it.
_NAMED_FOR_BEFORE = re.compile(
    r"\b(?:University|Universities|College|Bank|Bishop|Duke|Earl|Treaty|Institute|School) of $"
)
_NAMED_FOR_AFTER = re.compile(
    r"(?:’s|'s)? (?:Foundation|University|Institute|College|School|Press|Times|Post|Herald|Omnifacts|Treaty|Declaration"
    r"|Convention|Conference|Model|[A-Z][a-z]+ (?:University|Foundation|Institute|Press))\b"
)
NOT_NAMES = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday"
    r"|Wednesday|Thursday|Friday|Saturday|Sunday|The|This|It|We|In|At|University|Department|Ministry|Government)\b"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """``name`` as the gazetteer has it, the words that stand for it with the areas after it, and how much they say."""

    name: str
    span: Span
    weight: float
    entry: Entry | None = None
    chained: bool = False


def mentions(text: str, start: int, end: int) -> Iterator[Mention]:
    """The places of the gazetteer in ``text[start:end]``, and names before an area it has ('Frodsham, Cheshire')."""
    after = start
    words = list(_CAPITALISED.finditer(text, start, end))
    for number, word in enumerate(words):
        if word.start() < after:
            continue
        known = _longest(text, words[number:], end)
        if not known:
            continue
        name, stop, entry = known
        after = stop
        span = as_place(text, (word.start(), stop), start)
        before = text[max(start, word.start() - _LONGEST_BEFORE) : word.start()]
        if span is None or _NAMED_FOR_BEFORE.search(before) or _NAMED_FOR_AFTER.match(text, stop, end):
            continue
        chained = with_areas(text, stop, end)
        if chained and (there := spot(text[span[0] : chained])) != entry.spot:
            entry = next((e for e in lookup(name) if e.spot == there), entry)
            chained = chained if entry.spot == there else 0
        if entry.kind != "town" and (unlisted := _unlisted_name(before)):
            begin = word.start() - len(before) + unlisted.start(1)
            after = chained or stop
            yield Mention(unlisted[1], (begin, after), 3.0, None, chained=True)
            continue
        weight = _weight(
            text,
            before,
            name,
            stop,
            end,
            known=name in known_places() or entry.kind != "town",
            entry_is_town=entry.kind == "town",
        )
        if chained and (entry.kind == "town" or chained > stop):
            after = chained
            yield Mention(name, (span[0], chained), 3.0, entry, chained=True)
        else:
            yield Mention(name, span, weight, entry)


def _unlisted_name(before: str) -> re.Match[str] | None:
    match = _UNLISTED_BEFORE.search(before)
    return match if match and not NOT_NAMES.match(match[1]) and not lookup(match[1]) else None


def _weight(text: str, before: str, name: str, stop: int, end: int, *, known: bool, entry_is_town: bool) -> float:
    if (entry_is_town and before.endswith(("the ", "The "))) or NOT_NAMES.match(name):
        return 0.0  # 'in the Union', 'in March'
    if len(name) == 2 and name not in ("UK", "US"):
        return 0.0
    if _ITS_OWN.match(text, stop, end):
        return 2.0
    if _STRONGLY_IN.search(before):
        return 2.0
    if re.match(r" [A-Z]", text[stop : stop + 2]) or re.search(r"\b[A-Z]\w+ $", before):
        return 0.5 if known else 0.0
    return 1.0 if known else 0.0


def _longest(text: str, words: Sequence[re.Match[str]], end: int) -> tuple[str, int, Entry] | None:
    """The longest name of the gazetteer that begins with the first of ``words``, where it ends and what it is."""
    start = words[0].start()
    for word in reversed(words[:_MOST_WORDS]):
        for stop in (word.end(), word.end() - 2):
            name = text[start:stop]
            whole = stop == word.end() or text[stop : word.end()] in ("’s", "'s")
            if stop <= end and whole and (known := lookup(name)):
                return name, stop, known[0]
    return None


def with_areas(text: str, stop: int, end: int) -> int:
    """Where the areas after a place end ('Porto Alegre, Rio Grande do Sul, Brazil'); 0 without any."""
    reached = 0
    while then := _THEN.match(text, stop, end):
        words = list(_CAPITALISED.finditer(text, then.end(), min(end, then.end() + _LONGEST_BEFORE)))
        known = _longest(text, words, end) if words and words[0].start() == then.end() else None
        if not known or known[2].kind == "town" or (reached == 0 and _is_list(text, known[1], end)):
            break
        reached = stop = known[1] + text.startswith(")", known[1])
    return reached - (reached > 0 and text[reached - 1] == ")" and "(" not in text[stop - 60 : reached])


def _is_list(text: str, after: int, end: int) -> bool:
    """Whether 'Argentina, Brazil' goes on as a list does."""
    return bool(re.compile(r",? (?:and|or) [A-Z]").match(text, after, end))


def has_plain_word(name: str, text: str) -> bool:
    """Whether a text also writes a word of the name small: 'Street' is no town there."""
    return any(word.casefold() in _plain_words(text) for word in name.split())


@lru_cache(maxsize=4)
def _plain_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<![\w.@/-])[^\W\d_A-Z][\w’'-]{2,}", text))
