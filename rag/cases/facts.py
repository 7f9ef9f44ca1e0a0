"""Fact boxes: blocks that read 'Location: Bromley', each value a facet with exactly its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from rag.cases.labels import is_empty_date, setting_labels, years_covered
from rag.cases.places import known_places
from rag.text.gazetteer import labels as place_labels
from rag.text.gazetteer import lookup, names_in
from rag.text.patterns import patterns
from rag.text.words import trimmed
from rag.types import Block, Document, Facet, FacetKind, Span

_PATTERNS = patterns("facts")
_PLACES = ("place", "authority", "county", "country")  # the more exact label first
_OTHERS: tuple[FacetKind, ...] = ("topic", "period", "community", "partner", "cost", "setting", "outcome")
#: The kinds of fact, each with the pattern of its labels.
_KINDS: tuple[tuple[FacetKind, str], ...] = (
    *(("place", name) for name in _PLACES),
    *((kind, kind) for kind in _OTHERS),
)

_LABEL_CHARS = 80
_BRACKETS = re.compile(r"\s?\([^)]{0,40}\)")
#: Most words of a value that is a fact rather than prose.
_MOST_WORDS, _MOST_WORDS_OF = 20, {"topic": 40, "period": 12, "community": 25, "partner": 40}
_MOST_WORDS_BELOW_HEADING = 8


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value: ``rank`` orders facts of one kind, the most exact label first."""

    kind: FacetKind
    rank: int
    values: tuple[Span, ...]


def label_key(label: str) -> str:
    """A label as it is compared: 'General Issue(s):' is 'general issue', '2.1 What Leeds did' is 'what was done'."""
    words = " ".join(label.casefold().split())
    words = _PATTERNS["numbering"].sub("", words, count=1) if _PATTERNS["numbering"].match(words) else words
    words = _BRACKETS.sub("", words).strip(" :.?|–—-*_#")
    words = words.removeprefix("the ").removeprefix("our ")
    return "what was done" if _PATTERNS["who_did"].fullmatch(words) else words


def labelled(text: str, start: int, end: int) -> tuple[str, int] | None:
    """The label of a line 'Label: value' or 'Label | value', and where its value begins; None without a label."""
    match = _PATTERNS["labelled"].match(text, start, min(end, start + _LABEL_CHARS))
    if not match:
        return None
    value = trimmed(text, match.end(), end)[0]
    return match["label"], trimmed(text, value + 1, end)[0] if text.startswith("|", value) else value


def fact_kind(key: str) -> tuple[FacetKind, int] | None:
    """What a label of a fact box states, and how exact it is (lower is more so)."""
    return next(((kind, rank) for rank, (kind, label) in enumerate(_KINDS) if _PATTERNS[label].fullmatch(key)), None)


def facts(document: Document, blocks: Sequence[Block]) -> list[Facet]:
    """The facets that the fact boxes among ``blocks`` state, in order; of places, the most exact first."""
    found: list[Fact] = []
    heading: tuple[FacetKind, int] | None = None
    for block in blocks:
        text = document.text[block.start : block.end]
        if fact := _fact_line(document.text, block):
            found.append(fact)
        elif block.kind == "heading":
            heading = fact_kind(label_key(text)) if len(text) <= _LABEL_CHARS else None
        elif heading and not text.endswith(":"):  # 'Where' as a heading, 'Bromley' below it
            if heading[0] not in ("outcome", "topic") and not labelled(document.text, block.start, block.end):
                values = _values(document.text, heading[0], block.start, block.end, is_heading=True)
                found.append(Fact(*heading, values))
            heading = heading if block.kind == "item" else None
    found.sort(key=lambda fact: (fact.kind != "place", fact.rank if fact.kind == "place" else 0))
    facets = [Facet(fact.kind, document.text[a:b], a, b) for fact in found for a, b in fact.values]
    return list(dict.fromkeys(_with_labels(facets)))


def _with_labels(facets: Sequence[Facet]) -> list[Facet]:
    """The facets with what they are counted by; a start counts for every year to the end stated next."""
    areas = [facet.value for facet in facets if facet.kind == "place"]
    found = []
    for facet, following in zip_longest(facets, facets[1:]):
        labels: tuple[str, ...] = ()
        if facet.kind == "place":
            labels = place_labels(facet.value, areas)
        elif facet.kind == "setting":
            labels = setting_labels(facet.value)
        elif facet.kind == "period":
            until = following.value if following and following.kind == "period" else ""
            labels = years_covered(facet.value)
            if len(labels) == 1 and len(ends := years_covered(until)) == 1 and labels < ends:
                labels = years_covered(f"{labels[0]}-{ends[0]}")
        found.append(replace(facet, labels=labels))
    return found


def _fact_line(text: str, block: Block) -> Fact | None:
    line = labelled(text, block.start, block.end)
    kind = fact_kind(label_key(line[0])) if line else None
    if not line or not kind or kind[0] == "outcome":  # results are told in sentences, read where all sentences are
        return None
    return Fact(*kind, _values(text, kind[0], line[1], block.end))


def _values(text: str, kind: FacetKind, start: int, end: int, *, is_heading: bool = False) -> tuple[Span, ...]:
    """The values of a label at ``text[start:end]``; none where nothing is said, or prose follows."""
    if kind == "place" and (spot := _PATTERNS["coordinates"].search(text, start, end)):
        end = spot.start()
    words = len(text[start:end].split())
    if not words or words > (_MOST_WORDS_BELOW_HEADING if is_heading else _MOST_WORDS_OF.get(kind, _MOST_WORDS)):
        return ()
    if kind == "place" and words > _MOST_WORDS_BELOW_HEADING and text[start].islower():
        return ()  # 'Where: it all began in a hall ...'
    if is_heading and text[end - 1] in ".!?" and words > 3:
        return ()
    spans = [part for a, b in _split(text, start, end, ";|") for part in _parts(text, kind, a, b)]
    kept = [trimmed(text, a, b) for a, b in spans]
    kept = [_place_alone(text, a, b) for a, b in kept] if kind == "place" else kept
    return tuple((a, b) for a, b in kept if _says_something(text[a:b], kind))


def _says_something(value: str, kind: FacetKind) -> bool:
    if _PATTERNS["says_nothing"].fullmatch(value):
        return False
    if kind == "community" and (
        _PATTERNS["no_people"].fullmatch(value) or _PATTERNS["no_group"].fullmatch(value) or _is_place(value)
    ):
        return False
    if kind == "place" and _PATTERNS["no_place"].fullmatch(value):
        return False
    if kind == "period" and is_empty_date(value):
        return False
    if kind == "cost":
        return any(c.isdigit() for c in value) or value.casefold().startswith(("no ", "free", "in kind"))
    return any(c.isdigit() for c in value) if kind == "period" else any(c.isalpha() for c in value)


def _is_place(value: str) -> bool:
    """Whether a value is no more than the name of a place: the 'OH' of 'Kettering Foundation, Dayton, OH'."""
    return bool(lookup(value))


def _place_alone(text: str, start: int, end: int) -> Span:
    """A place without words that name none: the body that met, a code, the council of the place."""
    if before := _PATTERNS["before_place"].match(text, start, end):
        start = before.end()
    code = _PATTERNS["code"].match(text, start, end)
    if code and not lookup(code["code"]) and names_in(text[code.end() : end]):
        start = code.end()
    council = _PATTERNS["council"].search(text, start, end)
    return start, council.start() if council and council.end() == end else end


def _parts(text: str, kind: FacetKind, start: int, end: int) -> list[Span]:
    """The parts of a value that its commas and last 'and' separate, where they make a list."""
    if kind in ("period", "outcome", "cost"):
        return [(start, end)]
    if kind == "place":
        halves = _at_last_and(text, start, end)
        both = all(text[slice(*trimmed(text, a, b))] in known_places() for a, b in halves)
        return halves if both else [(start, end)]
    parts = _split(text, start, end, ",")
    words = [text[a:b].strip() for a, b in parts]
    if len(parts) == 1 or any(word.startswith(("&", "etc")) for word in words):
        return [(start, end)]
    if kind == "partner" and _PATTERNS["body_for"].search(words[0]):
        return [(start, end)]  # 'Department for Culture, Media and Sport'
    if kind == "community" and not all(len(word.split()) <= 5 and word[:1].isupper() for word in words):
        return [(start, end)]  # 'Black women, aged 50 or over'
    last = parts.pop()
    first = trimmed(text, *last)[0]
    if text.startswith("and ", first):
        return [*parts, (first + 4, last[1])]
    halves = _at_last_and(text, *last)
    names = kind == "topic" or all(text[a : a + 1].isupper() for a, _ in (trimmed(text, *half) for half in halves))
    return [*parts, *(halves if names and not _PATTERNS["body_for"].search(text, *last) else [last])]


def _at_last_and(text: str, start: int, end: int) -> list[Span]:
    at = text.rfind(" and ", start, end)
    is_within = text.count("(", start, at) > text.count(")", start, at)  # '(e.g. scientists and engineers)'
    return [(start, at), (at + 5, end)] if at > start and not is_within else [(start, end)]


def _split(text: str, start: int, end: int, marks: str) -> list[Span]:
    """``text[start:end]`` at the marks outside brackets."""
    found: list[Span] = []
    depth = 0
    begin = start
    for index in range(start, end):
        char = text[index]
        depth = max(0, depth + (char in "([") - (char in ")]"))
        if char in marks and not depth:
            found.append((begin, index))
            begin = index + 1
    return [*found, (begin, end)]
