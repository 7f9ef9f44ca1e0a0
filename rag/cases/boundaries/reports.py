"""Reports of many cases: which blocks belong to each, and what stands around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.cases.boundaries.series import Start, below_many, named_share, of_places, series, usual_level
from rag.cases.boundaries.template import template
from rag.cases.facts import label_key
from rag.cases.sections import Outline, is_guidance, is_matter
from rag.types import Document

#: The share of a report's account that its cases must hold: a guide with a few boxes remains one document.
_LEAST_SHARE = 0.5
_LEAST_SHARE_NAMED = 0.25


@dataclass(frozen=True, slots=True)
class Member:
    """One case of a report: ``blocks[first:stop]``; ``title`` are the blocks that name it."""

    first: int
    stop: int
    title: tuple[int, ...]


def members(document: Document) -> list[Member]:
    """The cases that the form of a document shows, in order; empty for one that shows no more than one."""
    if rows := _rows(document):
        return rows
    outline = Outline(document)
    numbered = _members(outline, series(outline), contiguous=True)
    templated = _members(outline, template(outline))
    found = templated if _includes(templated, numbered) else numbered or templated
    return found or _members(outline, below_many(outline)) or _members(outline, of_places(outline))


def _rows(document: Document) -> list[Member]:
    """A case for each row of a table that a heading names."""
    first_block = {block.start: index for index, block in enumerate(document.blocks)}
    starts = [(part.kind, first_block.get(part.start)) for part in document.parts]
    stops = [*(block for _, block in starts), len(document.blocks)][1:]
    found: list[Member] = []
    for (kind, first), stop in zip(starts, stops, strict=False):
        if kind != "row" or first is None or stop is None:
            continue
        # The row's own heading is its last: a sheet's may stand above it.
        headings = [i for i in range(first, stop) if document.blocks[i].kind == "heading"]
        if headings and headings[-1] + 1 < stop:
            found.append(Member(headings[-1], stop, (headings[-1],)))
    return found if len(found) > 1 else []


def _includes(larger: Sequence[Member], smaller: Sequence[Member]) -> bool:
    """Whether ``larger`` has more cases, and nearly all that ``smaller`` has."""
    firsts = {first for member in larger for first in (member.first, *member.title)}
    same = sum(bool({member.first, *member.title} & firsts) for member in smaller)
    return len(larger) > len(smaller) and same >= 0.8 * len(smaller)


def _members(outline: Outline, starts: Sequence[Start], *, contiguous: bool = False) -> list[Member]:
    """From each start to where its account ends; empty where the cases hold too little of the document."""
    if len(starts) < 2:
        return []
    blocks = len(outline.document.blocks)
    limits = [min(s.block, own.scope or blocks) for own, s in pairwise(starts)]
    limits.append(starts[-1].scope or blocks)
    level = usual_level(starts)
    again = _repeated(outline, starts, limits)
    found: list[Member] = []
    for number, (start, limit) in enumerate(zip(starts, limits, strict=True)):
        last = number + 1 == len(starts)
        stop = _stop(outline, start, limit, level, again, last=last, contiguous=contiguous and not last)
        found.append(Member(start.block, stop, start.title))
    told = sum(outline.told(member.first, member.stop) for member in found)
    named = named_share(outline, starts) >= 0.6 and not is_guidance(outline.document.title)
    enough = told >= (_LEAST_SHARE_NAMED if named else _LEAST_SHARE) * outline.all_told
    return found if enough else []


def _repeated(outline: Outline, starts: Sequence[Start], limits: Sequence[int]) -> set[str]:
    """The headings that stand in more than one case."""
    counts: Counter[str] = Counter()
    for start, limit in zip(starts, limits, strict=True):
        counts.update({mark.key for mark in outline.headings_between(start.body, limit)})
    return {key for key, count in counts.items() if count > 1}


def _stop(
    outline: Outline, start: Start, limit: int, level: int, again: set[str], *, last: bool, contiguous: bool
) -> int:
    """Where the account that begins at ``start`` ends: at a heading of its level or above that is no part of it.

    ``contiguous``: the case is one of a numbered series, followed by the next one.
    """
    title = {label_key(outline.words(block)) for block in start.title}
    seen: set[str] = set()
    stop = limit
    for mark in outline.headings_between(start.body, limit):
        part = mark.key in title or (mark.key in again and mark.key not in seen)
        seen.add(mark.key)
        if part and not (last and mark.level < level):
            continue
        # Levels are guessed from sizes of letters: 'The service' a step too high is still a step of the account.
        step = bool(mark.family) and not last and mark.level + 1 >= level
        ends = (mark.level < level and not step) or (is_matter(mark.key) and (last or mark.level <= level))
        other = mark.level == level and not mark.family and not contiguous
        if ends or other or (last and not level and not mark.family):
            stop = mark.block
            break
    while stop - 1 > start.body and outline.document.blocks[stop - 1].kind == "heading":
        stop -= 1
    return stop
