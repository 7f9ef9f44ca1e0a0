"""Cases: where one initiative ends and the next begins in a document, and what each states about itself."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

from rag.cases.account import Account
from rag.cases.boundaries.openings import Opening, openings
from rag.cases.boundaries.reports import Member, members
from rag.cases.card import card
from rag.cases.facts import label_key, labelled
from rag.cases.fields.periods import years
from rag.cases.labels import years_covered
from rag.cases.later_mentions import with_returns
from rag.cases.places import known_places, places
from rag.cases.sections import family_of
from rag.text.patterns import patterns
from rag.types import Block, Case, Document, Facet, Span

_PATTERNS = patterns("openings")


def place_names(text: str) -> list[str]:
    """The places a text names, in order."""
    return [name for name, _ in places(text, 0, len(text))]


def find_cases(document: Document) -> list[Case]:
    """The cases of a document in order of appearance. A document that tells of one initiative is one case."""
    if reported := members(document):
        return _of_report(document, reported)
    opened = openings(document)
    if not opened:
        whole = _whole_account(document)
        return [_single_case(document, whole)] if whole else []
    spans = [_run(document, opened, number) for number in range(len(opened))]
    over = _lines_over_groups(document, spans)
    cases = [
        _case(document, opening, span, number, _governing_period(document, over, opening))
        for number, (opening, span) in enumerate(zip(opened, spans, strict=True))
    ]
    return with_returns(document, cases)


# --- documents of one case ---


def _whole_account(document: Document) -> Span | None:
    """From the first heading below a generic title ('Case studies') to the end."""
    blocks = document.blocks
    if not any(b.role == "account" and b.kind != "heading" for b in blocks):
        return None
    title = next((b for b in blocks if document.text[b.start : b.end] == document.title), None)
    return (title.start if title else blocks[0].start), blocks[-1].end


_SHORT_PLACE = 5  # words; an address does not stand before a title


def _single_case(document: Document, span: Span) -> Case:
    blocks = _blocks_within(document, span)
    titles = [(b.start, b.end) for b in document.blocks if document.text[b.start : b.end] == document.title][:1]
    facets = card(Account(document, tuple(blocks), tuple(titles)))
    title = document.title
    place = next((facet.value for facet in facets if facet.kind == "place"), "")
    partner = next((facet.value for facet in facets if facet.kind == "partner"), "")
    if shown := _shown_place(place, title):
        title = f"{shown}: {title}"
    elif partner and not place and partner not in title:
        title = f"{partner}: {title}"
    return Case(_case_id(document, 0), document.doc_id, title, _told(blocks), facets)


def _shown_place(place: str, title: str) -> str:
    """What of a place stands before a title that does not name it: a short name, or the known part of an address."""
    words = {word.casefold() for word in re.findall(r"\w{4,}", place)}
    if place in title or not words.isdisjoint(re.findall(r"\w+", title.casefold())):
        return ""
    parts = [part.strip() for part in place.split(",")]
    if len(parts) == 1:
        return place if len(place.split()) <= _SHORT_PLACE else ""
    return next((part for part in parts if part in known_places()), "")


def _told(blocks: Sequence[Block]) -> tuple[Span, ...]:
    """The spans of a case's blocks, without declarations about the source and captions."""
    kept: list[Span] = []
    joins = False
    for block in blocks:
        if block.role in ("declaration", "caption"):
            joins = False
            continue
        kept = [*kept[:-1], (kept[-1][0], block.end)] if joins else [*kept, (block.start, block.end)]
        joins = True
    return tuple(kept)


# --- reports of many cases ---


def _of_report(document: Document, reported: Sequence[Member]) -> list[Case]:
    titles = [_reported_title(document, member) for member in reported]
    shared = {title for title, count in Counter(titles).items() if count > 1}
    cases: list[Case] = []
    for number, (member, title) in enumerate(zip(reported, titles, strict=True)):
        blocks = document.blocks[member.first : member.stop]
        headings = tuple((document.blocks[i].start, document.blocks[i].end) for i in member.title)
        facets = card(Account(document, tuple(blocks), headings))
        if title in shared or not title:
            title = _told_apart(document, member, title, facets)  # noqa: PLW2901
        cases.append(Case(_case_id(document, number), document.doc_id, title, _told(blocks), facets))
    return cases


_BARS = re.compile(r"\s*:?\s*\|\s*")  # between the cells of a table row


def _reported_title(document: Document, member: Member) -> str:
    """The words of the case's own heading: of 'Project name: Fresh Start' those after the colon."""
    words: list[str] = []
    for index in member.title:
        block = document.blocks[index]
        line = labelled(document.text, block.start, block.end)
        is_name = line is not None and family_of(label_key(line[0])) == "name"
        words.append(document.text[line[1] if line and is_name else block.start : block.end])
    return ": ".join(_BARS.sub(": ", part) for part in words)


_SHORT_LINE = 90


def _told_apart(document: Document, member: Member, title: str, facets: Sequence[Facet]) -> str:
    """A title that other cases share, with the line below it and whose it is."""
    below = document.blocks[member.first + len(member.title) : member.stop][:1]
    line = document.text[below[0].start : below[0].end] if below else ""
    whose = next((f.value for kind in ("partner", "place") for f in facets if f.kind == kind), "")
    told = [whose, title or document.title, _BARS.sub(": ", line) if len(line) <= _SHORT_LINE else ""]
    return ": ".join(part for part in told if part)


# --- documents of several cases ---


def _run(document: Document, opened: Sequence[Opening], number: int) -> Span:
    """From the opening (and a heading right above it that is its own) to where something else begins."""
    first = opened[number].block
    blocks = document.blocks
    limit = opened[number + 1].block if number + 1 < len(opened) else len(blocks)
    starts_with_heading = blocks[first].kind == "heading"
    gaps_divide = sum(blocks[o.block].gap for o in opened) >= 2
    last = first
    for index in range(first + 1, limit):
        block = blocks[index]
        if _ends_run(document, opened, block, first, starts_with_heading=starts_with_heading):
            break
        if gaps_divide and block.gap and blocks[first].gap:
            break
        last = index
    if first and blocks[first - 1].kind == "heading" and _is_own_heading(document, first - 1):
        first -= 1
    return blocks[first].start, blocks[last].end


def _ends_run(
    document: Document, opened: Sequence[Opening], block: Block, first: int, *, starts_with_heading: bool
) -> bool:
    if block.kind == "heading":
        return not (starts_with_heading and block.level > document.blocks[first].level)
    if block.role == "declaration":
        return True
    # 'The Foundation ended its meetings for the 2008-2009 project groups': a line over a group of cases.
    return bool(years(document.text, block.start, block.end)) and _speaks_of_groups(document, block)


def _speaks_of_groups(document: Document, block: Block) -> bool:
    return block.gap and bool(_PATTERNS["groups"].search(document.text[block.start : block.end]))


def _is_own_heading(document: Document, heading: int) -> bool:
    block = document.blocks[heading]
    return bool(places(document.text, block.start, block.end))


def _lines_over_groups(document: Document, spans: Sequence[Span]) -> list[Block]:
    """The lines outside all cases that speak of a group of them."""
    outside: list[Block] = []
    following = iter([*spans, (len(document.text), len(document.text))])
    start, end = next(following)
    for block in document.blocks:
        while end <= block.start:
            start, end = next(following, (len(document.text) + 1, len(document.text) + 2))
        if block.start < start and _speaks_of_groups(document, block):
            outside.append(block)
    return outside


def _governing_period(document: Document, over: Sequence[Block], opening: Opening) -> Facet | None:
    """The years in the last line before ``opening`` that stands over a group of cases."""
    before = document.blocks[opening.block].start
    line = next((block for block in reversed(over) if block.start < before), None)
    span = years(document.text, line.start, line.end) if line else None
    if not line or not span:
        return None
    value = _with_noun(document.text, span, line.end)
    return Facet("period", value, span[0], span[0] + len(value), years_covered(document.text[slice(*span)]))


def _with_noun(text: str, span: Span, end: int) -> str:
    """'2008-2009 project groups' rather than '2008-2009'."""
    more = _PATTERNS["groups_after_years"].match(text, span[1], end)
    return text[span[0] : more.end() if more else span[1]]


def _case(document: Document, opening: Opening, span: Span, number: int, period: Facet | None) -> Case:
    text = document.text
    block = document.blocks[opening.block]
    above = [(b.start, b.end) for b in document.blocks if b.kind == "heading" and span[0] <= b.start < block.start]
    if block.kind == "heading":
        above.append((block.start, block.end))
    named = [opening.actor] if opening.actor else []
    titles = [*above, *(s for s in named if places(text, *s))]
    facets = card(Account(document, _blocks_within(document, span), tuple(titles)), period, [span])
    place = next((facet for facet in facets if facet.kind == "place"), None)
    return Case(_case_id(document, number), document.doc_id, _title(document, opening, above, place), (span,), facets)


def _title(document: Document, opening: Opening, headings: Sequence[Span], place: Facet | None) -> str:
    """Words of the text: 'PLACE: TOPIC', 'PLACE: WHO, WHAT THEY CREATED', or the case's own heading."""
    text = document.text
    topic = text[slice(*opening.topic)] if opening.topic else ""
    actor = text[slice(*opening.actor)] if opening.actor else ""
    heading = text[slice(*headings[0])] if headings else ""
    if heading and not topic:
        return heading
    if place and actor and place.value in actor and actor != place.value:
        return f"{actor}: {topic}" if topic else actor
    if actor and not (place and actor == place.value):
        topic = f"{actor}, {topic}" if topic else actor
    where = heading or (place.value if place else "")
    title = f"{where}: {topic}" if where and topic else topic or where or document.title
    return title[0].upper() + title[1:]


# --- both ---


def _blocks_within(document: Document, span: Span) -> tuple[Block, ...]:
    first = bisect_left(document.blocks, span[0], key=lambda block: block.start)
    return document.blocks[first : bisect_right(document.blocks, span[1], key=lambda block: block.end)]


def _case_id(document: Document, number: int) -> str:
    return f"{document.doc_id}#{number + 1}"
