"""Sentences of a document's general sections that come back to one of its cases."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from rag.cases.account import Account
from rag.cases.fields.outcomes import outcomes
from rag.text.patterns import patterns
from rag.text.words import sentences
from rag.types import Case, Document, Span


def with_returns(document: Document, cases: list[Case]) -> list[Case]:
    """Sentences of general sections that come back to a case: by its place, or by a person it introduced."""
    last = max(end for case in cases for _, end in case.spans)
    returns: dict[str, list[Span]] = {case.case_id: [] for case in cases}
    names = _Names(document, cases)
    for block in document.blocks[bisect_left(document.blocks, last, key=lambda block: block.start) :]:
        if block.kind == "heading" or block.role != "account":
            continue
        current: list[str] = []
        for start, end in sentences(document.text, block.start, block.end):
            named = names.of(document.text[start:end])
            current = named or (current if _goes_on(document.text[start:end]) else [])
            for case_id in current:
                spans = returns[case_id]
                if spans and not document.text[spans[-1][1] : start].strip():
                    spans[-1] = (spans[-1][0], end)
                else:
                    spans.append((start, end))
    return [_returned(document, case, returns[case.case_id]) for case in cases]


def _returned(document: Document, case: Case, more: Sequence[Span]) -> Case:
    if not more:
        return case
    first = bisect_left(document.blocks, more[0][0], key=lambda block: block.end)
    told = Account(document, document.blocks[first:], within=tuple(more))
    return replace(case, spans=(*case.spans, *more), facets=(*case.facets, *outcomes(told)))


_PATTERNS = patterns("openings")


class _Names:
    """What a sentence may call the cases by: the place of each, and persons that it names."""

    def __init__(self, document: Document, cases: Sequence[Case]) -> None:
        self._order = {case.case_id: number for number, case in enumerate(cases)}
        self._words = {case.case_id: document.text[slice(*case.spans[0])] for case in cases}
        self._places: dict[str, list[str]] = {}
        for case in cases:
            if case.place != "not stated":
                self._places.setdefault(case.place, []).append(case.case_id)
        names = sorted(self._places, key=len, reverse=True)
        self._pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b") if names else None

    def of(self, sentence: str) -> list[str]:
        """The ids of the cases that a sentence names, in order."""
        found = set(self._pattern.findall(sentence)) if self._pattern else set()
        named = {case_id for place in found for case_id in self._places[place]}
        for surname in _PATTERNS["person"].findall(sentence):
            named |= {case_id for case_id, own in self._words.items() if surname in own}
        return sorted(named, key=self._order.__getitem__)


def _goes_on(sentence: str) -> bool:
    """Whether a sentence goes on with what the one before it spoke of."""
    return bool(_PATTERNS["goes_on"].match(sentence))
