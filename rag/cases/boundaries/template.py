"""Cases told after one template: 'Background', 'What was done', 'Results', and again, each time below another title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.cases.boundaries.series import Start, may_name_case, named_share, series_title
from rag.cases.sections import Mark, Outline, is_guidance, is_part_of_one, may_be_title, tells_of_many
from rag.text.patterns import patterns

_PATTERNS = patterns("series")
_ACCOUNTS = frozenset({"aims", "deed", "result", "lessons"})
_OFTEN = 0.6  # the share of cases that shows how a report is made


@dataclass(slots=True)
class _Cycle:
    """The labels of one account, and the headings found between it and the account before."""

    titles: list[Mark]
    labels: list[Mark] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        return {label.key for label in self.labels}


def template(outline: Outline) -> list[Start]:
    """The titles above each repetition of the same steps; empty if the steps are not those of accounts."""
    counts = Counter(mark.key for mark in outline.marks)
    labels = {key for key, count in counts.items() if count > 1}
    if not any(mark.family and mark.key in labels for mark in outline.marks):
        return []
    first = _cycles(outline, labels, counts)
    level = _title_level(first)
    firsts = Counter(cycle.labels[0].key for cycle in first)
    cycles = _cycles(outline, labels, counts, level, firsts.most_common(1)[0][0]) if firsts else []
    starts = _starts(outline, cycles, level)
    return [start for start, _ in starts] if _is_template(outline, starts) else []


def _cycles(
    outline: Outline, labels: set[str], counts: Counter[str], level: int | None = None, first_label: str = ""
) -> list[_Cycle]:
    """The repetitions: a new one begins where a label comes again and a title stands before it."""
    cycles: list[_Cycle] = []
    titles: list[Mark] = []
    seen: set[str] = set()
    for mark in outline.marks:
        if mark.family and mark.family != "name" and mark.key in labels:
            again = mark.key in seen or (bool(first_label) and mark.key == first_label and bool(seen))
            if again and not titles:
                titles = _unseen_title(outline, mark, first_label)
            if not cycles or (again and titles):
                cycles.append(_Cycle(titles))
                seen = set()
            cycles[-1].labels.append(mark)
            seen.add(mark.key)
            titles = []
        elif mark.is_heading and not may_name_case(mark) and mark.family != "name" and not _is_case(mark):
            titles = [] if not mark.family else titles  # below 'Methodology' no case begins
        elif mark.family == "name" or _may_title(mark, counts, level):
            titles.append(mark)
    return cycles


def _may_title(mark: Mark, counts: Counter[str], level: int | None) -> bool:
    if not mark.is_heading or (level and mark.level > level):
        return False
    return counts[mark.key] <= 2 or _is_case(mark)  # what comes more often is a running title


def _is_case(mark: Mark) -> bool:
    return bool(_PATTERNS["case"].search(mark.key))


def _unseen_title(outline: Outline, label: Mark, first_label: str) -> list[Mark]:
    """The line above a case's first label, where the heading was not seen as one; or the page that begins with it."""
    if label.key != first_label:
        return []
    before = label.block - 1
    if before >= 0 and may_be_title(outline.document.text, outline.document.blocks[before]):
        return [Mark(before, outline.words(before).casefold(), "", 0)]
    return [Mark(label.block, "", "", 0)] if outline.opens_page(label.block) else []


def _title_level(cycles: Sequence[_Cycle]) -> int | None:
    """The highest level at which most of the repetitions have a heading above them."""
    levels = Counter(level for cycle in cycles for level in {mark.level for mark in cycle.titles if mark.level})
    often = [level for level, count in levels.items() if count >= _OFTEN * len(cycles)]
    return min(often) if often else None


def _starts(outline: Outline, cycles: Sequence[_Cycle], level: int | None) -> list[tuple[Start, _Cycle]]:
    """Where each repetition's case begins; those without a title are none."""
    stacked = sum(len(c.titles) > 1 and c.titles[-2].block == c.titles[-1].block - 1 for c in cycles)
    found: dict[int, tuple[Start, _Cycle]] = {}
    for cycle in cycles:
        fitting = [mark for mark in cycle.titles if mark.level == level] or cycle.titles
        if not fitting:
            continue
        at = len(fitting) - 1
        if stacked >= _OFTEN * len(cycles) and at and fitting[at - 1].block == fitting[at].block - 1:
            at -= 1
        mark = fitting[at]
        first = mark.block
        headed = outline.headings_between(first - 1, first)
        alone = headed and (match := series_title(outline.words(first - 1))) and not match["title"].strip()
        title = (first - 1, first) if alone else (first,) if mark.key else ()
        top = _top_of_page(outline, title[0] if title else first)
        if top < first and not alone and outline.may_title(top):
            title = (top,)
        found.setdefault(top, (Start(top, mark.key, mark.level, title), cycle))
    return list(found.values())


_MOST_LINES = 6


def _top_of_page(outline: Outline, first: int) -> int:
    """The block that opens the page, if only short lines stand between it and ``first``."""
    for block in range(first, max(-1, first - _MOST_LINES), -1):
        if outline.opens_page(block):
            return block
        if not block or not outline.is_line(block - 1):
            break
    return first


def _is_template(outline: Outline, starts: Sequence[tuple[Start, _Cycle]]) -> bool:
    if len(starts) < 2:
        return False
    counts = Counter(key for _, cycle in starts for key in cycle.keys)
    core = {key for key, count in counts.items() if count >= max(2, 0.5 * len(starts))}
    families = {label.family for _, cycle in starts for label in cycle.labels if label.key in core}
    enough = len(families) >= 2 and bool(families & _ACCOUNTS)
    facts = len(core) >= 2 and families <= {"fact", "context"} and len(starts) > 2
    parts = sum(is_part_of_one(start.key) for start, _ in starts)
    if not (enough or facts) or 2 * parts >= len(starts):
        return False
    only = [start for start, _ in starts]
    named = named_share(outline, only)
    if is_guidance(outline.document.title):
        return named >= _OFTEN
    many = tells_of_many(outline.document.title) or any(_PATTERNS["case"].search(start.key) for start in only)
    return len(starts) > 2 or len(families) > 2 or many or named == 1
