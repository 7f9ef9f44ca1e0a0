"""Cases: where one initiative ends and the next begins in a document, and what each states about itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.cases.facets import (
    communities,
    is_planned,
    outcome_of,
    outcomes,
    periods,
    place_facet,
    places,
    years,
)
from rag.cases.openers import Opening, openings
from rag.types import Block, Case, Document, Facet, Span
from rag.words import sentences

__all__ = ["find_cases", "is_planned", "outcome_of", "place_names"]


def place_names(text: str) -> list[str]:
    """The places a text names, in order."""
    return [name for name, _ in places(text, 0, len(text))]


def find_cases(document: Document) -> list[Case]:
    """The cases of a document in order of appearance. A document that tells of one initiative is one case."""
    opened = openings(document)
    if not opened:
        whole = _whole_account(document)
        return [_single_case(document, whole)] if whole else []
    spans = [_run(document, opened, number) for number in range(len(opened))]
    cases = [
        _case(document, opening, span, number, _governing_period(document, spans, opening))
        for number, (opening, span) in enumerate(zip(opened, spans, strict=True))
    ]
    return _with_returns(document, cases)


# --- documents of one case ---


def _whole_account(document: Document) -> Span | None:
    """From the first heading below a generic title ('Case studies') to the end."""
    blocks = document.blocks
    if not any(b.role == "account" and b.kind != "heading" for b in blocks):
        return None
    title = next((b for b in blocks if document.text[b.start : b.end] == document.title), None)
    return (title.start if title else blocks[0].start), blocks[-1].end


def _single_case(document: Document, span: Span) -> Case:
    spans = _without(document, span, ("declaration", "caption"))
    titles = [(b.start, b.end) for b in document.blocks if document.text[b.start : b.end] == document.title][:1]
    place = place_facet(document.text, _accounts_within(document, spans), titles)
    title = document.title
    if place and place.value.split(",")[0] not in title:
        title = f"{place.value}: {title}"
    return Case(_case_id(document, 0), document.doc_id, title, spans, _facets(document, spans, place))


def _without(document: Document, span: Span, roles: Sequence[str]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for block in document.blocks:
        if block.start < span[0] or block.end > span[1]:
            continue
        joins = bool(kept) and not any(b.role in roles for b in document.blocks if kept[-1][1] <= b.start < block.start)
        if block.role not in roles:
            kept = [*kept[:-1], (kept[-1][0], block.end)] if joins else [*kept, (block.start, block.end)]
    return tuple(kept)


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
        opener = document.blocks[first]
        return not (starts_with_heading and block.level > opener.level)
    if block.role == "declaration":
        return True
    # 'The Foundation ended its meetings for the 2008-2009 project groups': a line over a group of cases.
    return bool(years(document.text, block.start, block.end)) and _speaks_of_groups(document, block)


def _speaks_of_groups(document: Document, block: Block) -> bool:
    groups = r"\b(?:groups|sets|projects|partnerships|programmes|areas?|sites|pilots)\b"
    return block.gap and bool(re.search(groups, document.text[block.start : block.end]))


def _is_own_heading(document: Document, heading: int) -> bool:
    block = document.blocks[heading]
    return bool(places(document.text, block.start, block.end))


def _governing_period(document: Document, spans: Sequence[Span], opening: Opening) -> Facet | None:
    """The years in the last line before ``opening`` that stands over a group of cases."""
    for block in reversed(document.blocks[: opening.block]):
        inside = any(start <= block.start < end for start, end in spans)
        if not inside and _speaks_of_groups(document, block):
            span = years(document.text, block.start, block.end)
            return Facet("period", _with_noun(document.text, span, block.end), *span) if span else None
    return None


def _with_noun(text: str, span: Span, end: int) -> str:
    """'2008-2009 project groups' rather than '2008-2009'."""
    more = re.compile(r"(?: \w+)? (?:groups|sets|projects|partnerships)\b").match(text, span[1], end)
    return text[span[0] : more.end() if more else span[1]]


def _case(document: Document, opening: Opening, span: Span, number: int, period: Facet | None) -> Case:
    text = document.text
    block = document.blocks[opening.block]
    above = [(b.start, b.end) for b in document.blocks if b.kind == "heading" and span[0] <= b.start < block.start]
    if block.kind == "heading":
        above.append((block.start, block.end))
    named = [opening.actor] if opening.actor else []
    place = place_facet(text, [span], [*above, *(s for s in named if places(text, *s))])
    facets = _facets(document, (span,), place, period)
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


def _with_returns(document: Document, cases: list[Case]) -> list[Case]:
    """Sentences of general sections that come back to a case: by its place, or by a person it introduced."""
    inside = [span for case in cases for span in case.spans]
    returns: dict[str, list[Span]] = {case.case_id: [] for case in cases}
    last = max(end for _, end in inside)
    for block in document.blocks:
        if block.start < last or block.kind == "heading" or block.role != "account":
            continue
        current: list[Case] = []
        for start, end in sentences(document.text, block.start, block.end):
            named = [case for case in cases if _comes_back(document, case, start, end)]
            current = named or (current if _goes_on(document.text[start:end]) else [])
            for case in current:
                spans = returns[case.case_id]
                joins = spans and not document.text[spans[-1][1] : start].strip()
                returns[case.case_id] = [*spans[:-1], (spans[-1][0], end)] if joins else [*spans, (start, end)]
    found = []
    for case in cases:
        if more := returns[case.case_id]:
            extra = outcomes(document.text, more)
            case = Case(case.case_id, case.doc_id, case.title, (*case.spans, *more), (*case.facets, *extra))  # noqa: PLW2901
        found.append(case)
    return found


_PERSON = re.compile(r"\b(?:Dr|Ms|Mr|Mrs|Prof(?:essor)?|Cllr) ([A-Z][\w’'-]+)")


def _comes_back(document: Document, case: Case, start: int, end: int) -> bool:
    if case.place != "not stated" and re.search(rf"\b{re.escape(case.place)}\b", document.text[start:end]):
        return True
    own = document.text[slice(*case.spans[0])]
    return any(surname in own for surname in _PERSON.findall(document.text[start:end]))


def _goes_on(sentence: str) -> bool:
    """Whether a sentence goes on with what the one before it spoke of."""
    return bool(re.match(r"[“\"‘]|(?:They|These|This|It|He|She|Their|Its)\b", sentence))


# --- both ---


def _accounts_within(document: Document, spans: Sequence[Span]) -> list[Span]:
    return [
        (b.start, b.end)
        for b in document.blocks
        if b.role == "account" and any(start <= b.start and b.end <= end for start, end in spans)
    ]


def _facets(
    document: Document, spans: Sequence[Span], place: Facet | None, period: Facet | None = None
) -> tuple[Facet, ...]:
    accounts = _accounts_within(document, spans)
    facets = [facet for facet in (place, period) if facet]
    return (
        *facets,
        *periods(document.text, accounts),
        *communities(document.text, accounts),
        *outcomes(document.text, accounts),
    )


def _case_id(document: Document, number: int) -> str:
    return f"{document.doc_id}#{number + 1}"
