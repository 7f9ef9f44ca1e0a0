"""Figures that are results of the work, and the words that make them so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.cases.fields.plans import plan_in
from rag.text.patterns import patterns
from rag.text.words import trimmed
from rag.types import Outcome, Span

_PATTERNS = patterns("measures")
#: One of these, or a digit, is in whatever has a figure; one of _CHANGES in whatever tells of change.
_SIZES, _NUMERALS, _CHANGES = (frozenset(_PATTERNS.words(name)) for name in ("sizes", "numerals", "changes"))
#: The patterns of results, each kind in the order in which they are tried.
_CHANGED, _OF_BASE, _COUNTED = map(_PATTERNS.group, ("changed", "of_base", "counted"))
_NEAR = 40  # characters between a figure and 'will' that still makes it a plan


def figures_in(sentence: str, words: set[str]) -> tuple[Outcome, tuple[Span, ...]] | None:
    """Whether a sentence states a 'measured' result or a bare 'figure', and the words that decide it; None if neither.

    ``words`` are those of the sentence in lower case: they say quickly that it can state none, as most do.
    """
    found = _figures(sentence, words)
    if found and (_PATTERNS["context"].search(sentence) or _PATTERNS["found_people"].search(sentence)):
        return None
    return found


def _figures(sentence: str, words: set[str]) -> tuple[Outcome, tuple[Span, ...]] | None:
    if not re.search(r"\d", sentence) and words.isdisjoint(_NUMERALS):
        return None
    has_share = bool(_PATTERNS["share"].search(sentence))
    if has_share and (spans := _deciding(sentence, ["in_brackets"])):
        return "measured", spans
    has_size = has_share or not words.isdisjoint(_SIZES)
    if has_size and not words.isdisjoint(_CHANGES) and (spans := _deciding(sentence, _CHANGED)):
        return "measured", spans
    if has_share and (spans := _deciding(sentence, _OF_BASE)):
        return ("figure" if _PATTERNS["of_no_change"].search(sentence) else "measured"), spans
    if _PATTERNS["count"].search(sentence) and (spans := _deciding(sentence, _COUNTED)):
        return "figure", spans
    return None


def _deciding(sentence: str, names: Sequence[str]) -> tuple[Span, ...]:
    """The figures, and what makes results of them, by the first of the patterns that finds any."""
    for name in names:
        spans = {
            match.span(part)
            for match in _PATTERNS[name].finditer(sentence)
            if _is_result(sentence, match)
            for part in ("figure", "said")
            if match[part].strip()
        }
        if spans:
            return _merged(sentence, sorted(spans))
    return ()


def _is_result(sentence: str, match: re.Match[str]) -> bool:
    start, end = match.span("figure")
    before = max(0, start - 60), start
    if _PATTERNS["rule"].search(sentence, *before) or _PATTERNS["numbers_a_thing"].search(sentence, *before):
        return False
    if _PATTERNS["who_they_are"].match(sentence[end:]):
        return False
    is_share = not _PATTERNS["count"].fullmatch(match["figure"])
    if (
        is_share
        and _PATTERNS["money"].search(sentence, max(0, match.start() - 20), match.end() + 20)
        and not _PATTERNS["opinion"].search(sentence)
    ):
        return False
    plan = plan_in(sentence)
    if plan is None:
        return True
    between = sentence[min(start, plan[0]) : max(start, plan[0])]
    return start < plan[0] and (plan[0] - end > _NEAR or bool(_PATTERNS["apart"].search(between)))


def _merged(sentence: str, spans: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for start, end in (trimmed(sentence, *span) for span in spans):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)
