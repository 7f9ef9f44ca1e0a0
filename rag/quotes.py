"""Which words of a passage answer a question: sentences and list items, scored by word and by meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.thesaurus import Phrase, met
from rag.tokens import QuestionTokens, within
from rag.types import Block, Document, Passage, Span, Vectors
from rag.words import sentences, stems


@dataclass(frozen=True, slots=True)
class Unit:
    """What can be quoted alone: a sentence, a list item with its lead-in, a quotation with its speaker.

    ``core`` is without the ``lead_in``.
    """

    core: Span
    lead_in: Span | None
    block: Block

    @property
    def spans(self) -> tuple[Span, ...]:
        """The lead-in, if any, and the core, in order of the text."""
        return tuple(sorted((self.lead_in, self.core))) if self.lead_in else (self.core,)


@dataclass(frozen=True, slots=True)
class Match:
    """How a unit meets a question. All between 0 and 1: ``meaning`` by token vectors, ``words`` by stems,
    ``cosine`` of the sentence.
    """

    meaning: float
    words: float
    cosine: float

    @property
    def score(self) -> float:
        """The one figure that quotes are chosen by."""
        return MEANING * self.meaning + WORDS * self.words + COSINE * self.cosine


#: Shares of the signals: chosen by hand, after comparing about twenty choices on public questions; few differed much.
MEANING, WORDS, COSINE = 0.5, 0.3, 0.2
#: What a word counts that stands not in the unit but around it: in its passage, title, case or headings.
AROUND = 0.7


def units(document: Document, passage: Passage) -> list[Unit]:
    """What can be quoted of a passage, in order."""
    found: list[Unit] = []
    led = {block.lead_in for block in document.blocks if block.kind in ("item", "quote") and block.lead_in}
    for block in document.blocks:
        start, end = max(block.start, passage.start), min(block.end, passage.end)
        if start >= end or block.kind == "heading":
            continue
        for span in sentences(document.text, start, end):
            # A lead-in or a speaker alone says nothing; they are quoted with what they lead.
            if span in led or not any(char.isalpha() for char in document.text[slice(*span)]):
                continue
            before = found[-1] if found else None
            if before and block.kind == "paragraph" and document.text[before.core[1] - 1] == ":":
                # 'For further details contact:' goes with the name on the next line.
                found[-1] = Unit((before.core[0], span[1]), before.lead_in, before.block)
            else:
                found.append(Unit(span, block.lead_in if block.kind in ("item", "quote") else None, block))
    return found


def matches(
    units_: Sequence[Unit],
    *,
    question: QuestionTokens,
    words: Sequence[str],
    alternatives: Mapping[str, tuple[Phrase, ...]],
    idf: NDArray[np.float32],
    target: Vectors,
    vectors: Vectors,
    places: NDArray[np.int32],
    document: Document,
    passage: Passage,
) -> list[Match]:
    """How each unit of a passage meets the question.

    ``vectors`` (m, w) and ``places`` (m,) are the passage's tokens, ``target`` (w,) the question's vector in the same
    directions; ``words`` are the question's content stems with their ``alternatives`` and ``idf``.
    """
    similarity = question.vectors @ vectors.T if len(vectors) else np.zeros((len(question.vectors), 0), np.float32)
    around = set(stems(passage.searchable))
    whole = similarity.max(axis=1, initial=0.0)
    found = []
    for unit in units_:
        inside = within(places, unit.spans)
        best = np.maximum(similarity[:, inside].max(axis=1, initial=0.0), AROUND * whole)
        own = {stem for start, end in unit.spans for stem in stems(document.text[start:end])}
        stated = np.array([_stated(word, own, around, alternatives) for word in words], dtype=np.float32)
        core = vectors[within(places, [unit.core])]
        mean = core.mean(axis=0) if len(core) else np.zeros_like(target)
        found.append(
            Match(
                meaning=_weighted(best, question.weights),
                words=_weighted(stated, idf),
                cosine=max(0.0, float(mean @ target / (np.linalg.norm(mean) + 1e-9))),
            )
        )
    return found


def _stated(word: str, own: set[str], around: set[str], alternatives: Mapping[str, tuple[Phrase, ...]]) -> float:
    if met(word, own, alternatives):
        return 1.0
    return AROUND if met(word, around, alternatives) else 0.0


def _weighted(values: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    total = float(weights.sum())
    return float(values @ weights) / total if total > 0 else 0.0


_NEEDS_ANTECEDENT = re.compile(
    r"(?:They|It|He|She|This|These|Those|Their|Its|His|Her|Such|Other|Others|Both|Here|There|Then|But|However|Also"
    r"|Additionally|As a result|The (?:idea|aim|second|third|events?|project|programme|initiative|team|work|group))\b"
)


def with_antecedent(document: Document, unit: Unit, passage: Passage) -> tuple[Span, ...]:
    """The unit's core, and the sentence before it where it opens with a word that points back ('They took place')."""
    start, end = unit.core
    if unit.lead_in or not _NEEDS_ANTECEDENT.match(document.text, start):
        return (unit.core,)
    before = [span for span in sentences(document.text, passage.start, start) if span[1] <= start]
    if not before:
        return (unit.core,)
    gap = document.text[before[-1][1] : start]
    return (before[-1], unit.core) if "\n" in gap else ((before[-1][0], end),)


_SHORT_LIST_WORDS = 60
_SHORT_ITEM_WORDS = 12


def short_list(document: Document, unit: Unit) -> list[Span]:
    """All items of the list that ``unit`` is of, if they are few words each and together; else none."""
    if not unit.lead_in or unit.block.kind != "item":
        return []
    items = [
        (block.start, block.end) for block in document.blocks if block.kind == "item" and block.lead_in == unit.lead_in
    ]
    lengths = [len(document.text[start:end].split()) for start, end in items]
    return items if max(lengths) <= _SHORT_ITEM_WORDS and sum(lengths) <= _SHORT_LIST_WORDS else []
