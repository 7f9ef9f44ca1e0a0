"""Where running text that tells of several initiatives begins to tell of each (``reports`` reads what form shows).

A document is taken to hold several only on strong evidence; each kind of evidence is one function below:

- parallel openings: 'This set explored ...', 'The Luton set looked at ...', each below a gap or a place's heading;
- numbered ones: 'two programmes ... The first is ...', 'The second programme is ...';
- several paragraphs that each introduce another organisation, in another place, by what it created.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rag.cases.places import places
from rag.text.patterns import patterns
from rag.text.words import content_terms, sentences
from rag.types import Block, Document, Span

_PATTERNS = patterns("openings")
_LEAST_PARALLEL = 3
_LEAST_INTRODUCED = 3


@dataclass(frozen=True, slots=True)
class Opening:
    """The block at which a case begins; ``actor`` names who did it, ``topic`` spans what it was about."""

    block: int
    actor: Span | None = None
    topic: Span | None = None


def openings(document: Document) -> list[Opening]:
    """Where the cases of a document of several begin, in order; empty for a document that tells of one."""
    found: dict[int, Opening] = {}
    for evidence in (_parallel, _numbered, _introductions):
        for opening in evidence(document):
            # A heading right above an opening paragraph is that paragraph's own.
            if opening.block + 1 not in found:
                found.setdefault(opening.block, opening)
    return [found[index] for index in sorted(found)] if len(found) > 1 else []


def _accounts(document: Document) -> Iterable[tuple[int, Block]]:
    return ((i, b) for i, b in enumerate(document.blocks) if b.role == "account" and b.kind in ("paragraph", "quote"))


def _parallel(document: Document) -> list[Opening]:
    """Paragraphs that open alike ('This set ...', 'The Luton set ...') where a heading is, or was."""
    found: list[tuple[str, Opening]] = []
    for index, block in _accounts(document):
        opens = _PATTERNS["parallel"].match(document.text, block.start, block.end)
        before = document.blocks[index - 1] if index else None
        below_place = before is not None and before.kind == "heading" and _names_place(document, before)
        if opens and (block.gap or below_place or opens["name"]):
            actor = opens.span("name") if opens["name"] else None
            found.append((opens["unit"], Opening(index, actor, topic_after_verb(document, opens.end(), block.end))))
    counts = Counter(unit for unit, _ in found)
    return [opening for unit, opening in found if counts[unit] >= _LEAST_PARALLEL]


def _numbered(document: Document) -> list[Opening]:
    """'... two programmes. The first is ...' and the paragraphs that open with 'The second programme'."""
    ordinals = [
        (i, m) for i, b in _accounts(document) if (m := _PATTERNS["ordinal"].match(document.text, b.start, b.end))
    ]
    if not ordinals:
        return []
    for index, block in _accounts(document):
        counted = _PATTERNS["counted"].search(document.text, block.start, block.end)
        if counted and ordinals[-1][0] > index:
            later = [(i, m) for i, m in ordinals if i > index]
            return [
                Opening(index, None, topic_after_verb(document, counted.end(), block.end)),
                *(Opening(i, None, topic_after_verb(document, m.end(), document.blocks[i].end)) for i, m in later),
            ]
    return []


def _names_place(document: Document, block: Block) -> bool:
    return bool(places(document.text, block.start, block.end))


def _introductions(document: Document) -> list[Opening]:
    """Paragraphs that each introduce an organisation not named before, in a place not named before."""
    found: list[Opening] = []
    seen_places: set[str] = set()
    for index, block in _accounts(document):
        here = {name for name, _ in places(document.text, block.start, block.end)}
        # Only a new place calls for the search for new names, which reads all that stands before.
        if here - seen_places and (opening := _introduction(document, index, block)):
            found.append(opening)
        seen_places |= here
    return found if len(found) >= _LEAST_INTRODUCED and not _is_about_one(document) else []


def _introduction(document: Document, index: int, block: Block) -> Opening | None:
    for start, end in sentences(document.text, block.start, block.end)[:2]:
        for match in _PATTERNS["introduction"].finditer(document.text, start, end):
            name = match["actor"]
            first = document.text.find(name.removeprefix("The ")) >= start
            if first and len(name.removeprefix("The ").split()) > 1:
                return Opening(index, match.span("actor"), _shorten(document.text, *match.span("object")))
    return None


def _is_about_one(document: Document) -> bool:
    """Whether the title's words run through the text, as they do where one initiative is told."""
    title = [term.stem for term in content_terms(document.title)]
    paragraphs = [{t.stem for t in content_terms(document.text[b.start : b.end])} for _, b in _accounts(document)]
    names = [w for w in title if document.title and sum(w in p for p in paragraphs) >= 0.6 * len(paragraphs)]
    return len(names) >= 2


def topic_after_verb(document: Document, start: int, end: int) -> Span | None:
    """What a sentence says its subject 'explored', 'focused on', 'looked at'."""
    verb = _PATTERNS["object_start"].match(document.text, start, end)
    return _shorten(document.text, verb.end() if verb else start, end)


_TOPIC_CHARS = 160


def _shorten(text: str, start: int, end: int) -> Span | None:
    """The first clause of ``text[start:end]`` without filler at its front."""
    if stop := _PATTERNS["clause_end"].search(text, start, end):
        end = stop.start()
    end = min(end, start + _TOPIC_CHARS)
    while end < len(text) and end > start and text[end - 1].isalnum() and text[end].isalnum():
        end -= 1
    while filler := _PATTERNS["filler"].match(text, start, end):
        start = filler.end()
    while end > start and not text[end - 1].isalnum() and text[end - 1] not in "”’)":
        end -= 1
    return (start, end) if end - start > 3 else None
