"""The headings with which the cases of a report begin: numbered ones, those under 'Case studies', those of places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.cases.facts import label_key
from rag.cases.places import places
from rag.cases.sections import (
    Mark,
    Outline,
    is_matter,
    is_over_many,
    is_part_of_one,
    may_be_title,
    names_whose,
    tells_of_many,
)
from rag.text.patterns import patterns

_PATTERNS = patterns("series")
_MOST_CHARS = 160
_LEAST_TOLD = 30  # characters below a heading that make it more than a line of a contents page
_MOST_NAMED = 0.6  # share of headings that must name a place or an organisation where nothing else speaks for cases


@dataclass(frozen=True, slots=True)
class Start:
    """Where a case begins. ``title`` are the blocks that name it, ``level`` its heading's (0: none was seen).

    ``scope`` is the block at which the part of the report that tells of cases ends.
    """

    block: int
    key: str
    level: int = 0
    title: tuple[int, ...] = ()
    scope: int | None = None

    @property
    def body(self) -> int:
        """The first block below the title."""
        return max((self.block, *(block + 1 for block in self.title)))


def series_title(words: str) -> re.Match[str] | None:
    """Whether a heading is one of a series: 'Case study 3: Leeds', 'Case study: Leeds', 'Project 4'."""
    if len(words) > _MOST_CHARS:
        return None
    numbered = re.sub(r"^\d+(?:\.\d+)*[.)]?\s+", "", words)
    match = _PATTERNS["series"].fullmatch(numbered)
    if not match:
        return None
    says_title = bool(match["title"].strip()) and bool(match["mark"].strip())
    if match["number"]:
        return match if match["number"].isdigit() or says_title or not match["title"] else None
    return match if match["study"] and says_title else None


def series(outline: Outline) -> list[Start]:
    """'Case study 3: Leeds', 'Case study: Leeds', 'Project 4': at least two of one word, each with text below it.

    'Example 2', 'Story 3' and the like are often steps of one account: they count where most name a place or body.
    """
    groups: dict[str, list[Start]] = {}
    for start, word in _series_candidates(outline):
        groups.setdefault(word, []).append(start)
    found: list[Start] = []
    for word, candidates in groups.items():
        starts = _each_once(outline, candidates)
        weak = word not in ("study", "project", "initiative", "case")
        if weak and named_share(outline, starts) < _MOST_NAMED:
            continue
        seen = sum(start.level > 0 for start in starts)
        if len(starts) >= 2 and 2 * seen >= len(starts) and (word == "study" or len(starts) > len(found)):
            found = starts
            if word == "study":
                break
    return found


def _series_candidates(outline: Outline) -> list[tuple[Start, str]]:
    blocks = outline.document.blocks
    levels = {mark.block: mark.level for mark in outline.headings}
    found: list[tuple[Start, str]] = []
    for index, block in enumerate(blocks):
        if index not in levels and not may_be_title(outline.document.text, block):
            continue
        words = outline.words(index)
        match = series_title(words)
        if not match:
            continue
        title: tuple[int, ...] = (index,)
        key = _PATTERNS["page_number"].sub("", words.casefold()) if match["title"] else label_key(words)
        following = index + 1
        if not match["title"].strip() and following in levels and not _opens_account(outline, following):
            title = (index, following)
            key = f"{key} {outline.words(following).casefold()}"
        word = "study" if match["study"] else (match["strong"] or match["weak"]).casefold()
        found.append((Start(index, key, levels.get(index, 0), title), word))
    # A paragraph of the contents page, or a reference in the text, is of the same word; the fullest one is taken later.
    return sorted(found, key=lambda pair: (pair[1] != "study", pair[0].block))


def _opens_account(outline: Outline, heading: int) -> bool:
    mark = next(iter(outline.headings_between(heading, heading + 1)), None)
    return mark is None or bool(mark.family) or is_matter(mark.key)


def _each_once(outline: Outline, candidates: Sequence[Start]) -> list[Start]:
    """Each title where its text is: not on the contents page, not as the running title of a later page."""
    ordered = sorted(candidates, key=lambda start: start.block)
    ordered = [s for i, s in enumerate(ordered) if not i or ordered[i - 1].key != s.key]
    stops = [*(start.block for start in ordered), len(outline.document.blocks)][1:]
    told = [s for s, stop in zip(ordered, stops, strict=True) if outline.told(s.body, stop) >= _LEAST_TOLD]
    last = {start.key: start for start in told}
    return sorted(last.values(), key=lambda start: start.block)


def named_share(outline: Outline, starts: Sequence[Start]) -> float:
    """The share of titles that name a place or an organisation, each another one."""
    named = {
        start.key
        for start in starts
        if any(names_whose(outline.document.text, outline.span(block)) for block in start.title)
    }
    return len(named) / len(starts) if starts else 0.0


def below_many(outline: Outline) -> list[Start]:
    """The headings below 'Case studies', or a title that announces several, where most name whose they are."""
    if _is_deck(outline):
        return []
    found: list[Start] = []
    after = 0
    for position, parent in enumerate(outline.headings):
        if parent.block < after or not is_over_many(parent.key):
            continue
        scope = next((m.block for m in outline.headings[position + 1 :] if m.level <= parent.level), None)
        stop = len(outline.document.blocks) if scope is None else scope
        kids = _kids(outline, outline.headings_between(parent.block + 1, stop), stop)
        if len(kids) >= 2 and named_share(outline, kids) >= _MOST_NAMED:
            found += [Start(kid.block, kid.key, kid.level, kid.title, stop) for kid in kids]
            after = stop
    if not found and tells_of_many(outline.document.title):
        title = next((m.block for m in outline.headings if outline.words(m.block) == outline.document.title), -1)
        kids = _kids(outline, [m for m in outline.headings if m.block > title], len(outline.document.blocks))
        found = kids if len(kids) > 2 and named_share(outline, kids) >= _MOST_NAMED else []
    return found


def _kids(outline: Outline, headings: Sequence[Mark], stop: int) -> list[Start]:
    """The headings of the highest level among ``headings`` that may name a case and have text below."""
    level = min((mark.level for mark in headings), default=0)
    direct = [mark for mark in headings if mark.level == level]
    stops = [*(mark.block for mark in direct), stop][1:]
    return [
        Start(mark.block, mark.key, mark.level, (mark.block,))
        for mark, end in zip(direct, stops, strict=True)
        if may_name_case(mark) and outline.told(mark.block, end) >= _LEAST_TOLD
    ]


def may_name_case(mark: Mark) -> bool:
    """Whether a heading is neither a step of an account, nor matter around cases, nor a part of one undertaking."""
    return not mark.family and not is_matter(mark.key) and not is_part_of_one(mark.key) and not is_over_many(mark.key)


def of_places(outline: Outline) -> list[Start]:
    """Sibling headings that nearly all name a place, each another one that the title does not name."""
    if _is_deck(outline):
        return []
    for siblings in _siblings(outline.headings):
        own = [mark for mark in siblings if not is_matter(mark.key)]
        named: dict[str, Mark] = {}
        for mark in own:
            found = places(outline.document.text, *outline.span(mark.block))
            if found and found[0][0] not in outline.document.title and may_name_case(mark):
                named.setdefault(found[0][0], mark)
        stops = [*(mark.block for mark in siblings[1:]), len(outline.document.blocks)]
        told = {m.block for m, stop in zip(siblings, stops, strict=True) if outline.told(m.block, stop) >= _LEAST_TOLD}
        starts = [Start(m.block, m.key, m.level, (m.block,)) for m in named.values() if m.block in told]
        if len(starts) >= 2 and len(starts) >= (0.8 if len(starts) > 2 else 1) * len(own):
            return starts
    return []


def _siblings(headings: Sequence[Mark]) -> list[list[Mark]]:
    """The headings of one level with nothing higher between them, the highest first."""
    closed: list[list[Mark]] = []
    open_: dict[int, list[Mark]] = {}
    for mark in headings:
        closed.extend(open_.pop(level) for level in sorted(open_) if level > mark.level)
        open_.setdefault(mark.level, []).append(mark)
    return sorted([*closed, *open_.values()], key=lambda group: (group[0].level, group[0].block))


def _is_deck(outline: Outline) -> bool:
    return any(part.kind == "slide" for part in outline.document.parts)


def usual_level(starts: Sequence[Start]) -> int:
    """The level most of the cases' headings have; 0 if none was seen as a heading."""
    counts = Counter(start.level for start in starts if start.level)
    return max(counts, key=lambda level: (counts[level], -level)) if counts else 0
