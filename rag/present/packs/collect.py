"""An evidence pack: what a user collected, read anew from the library's own documents. Pure.

No word of a quote comes from the page: it is taken from the stored document, at the places that were collected.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import get_args

from rag.errors import SourceError
from rag.present.fields import pages_of
from rag.text.words import without_repeats
from rag.types import (
    Answer,
    Asked,
    Case,
    Collected,
    Document,
    Facet,
    FacetKind,
    FileRecord,
    Outcome,
    Pack,
    PackCase,
    PackField,
    PackItem,
    PackQuote,
    PackSource,
    Place,
    QuoteGroup,
    Span,
)

LONGEST_QUOTE = 20_000  # characters
MAX_ITEMS = 200  # collected, and questions listed, at most
MAX_NOTE = 2_000  # characters
MAX_TITLE = 300

_FIELDS: tuple[FacetKind, ...] = get_args(FacetKind)
_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # in XML and UTF-8


def fingerprint(files: Iterable[FileRecord]) -> str:
    """Twelve hexadecimal digits that are the same for the same documents, read the same way.

    They begin the SHA-256 of every document's name, its file's SHA-256 and the key of its clean text, sorted.
    """
    held = sorted(f"{d.doc_id}\t{file.sha256}\t{d.text_key}\n" for file in files for d in file.documents)
    return hashlib.sha256("".join(held).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def collected(answer: Answer) -> Collected:
    """An answer, to be put into a pack."""
    places = tuple(Place(citation.source, citation.spans) for citation in answer.citations)
    return Collected(places, asked_in(answer))


def asked_in(answer: Answer) -> Asked:
    """What an answer was asked."""
    query = answer.query
    return Asked(query.typed, answer.status, answer.filters, "" if query.text == query.typed else query.text)


@dataclass(frozen=True)
class Stacks:
    """Where packs are read from: documents by name (raising SourceError for none), cases by id in order of document and
    appearance, what became of every file, and the addresses of web pages by document.
    """

    document: Callable[[str], Document]
    cases: Mapping[str, Case]
    files: Sequence[FileRecord]
    addresses: Mapping[str, str] = field(default_factory=dict)


def assemble(
    stacks: Stacks,
    items: Sequence[Collected],
    *,
    made: str,
    unanswered: Sequence[Asked] = (),
    title: str = "",
    purpose: str = "",
) -> Pack:
    """The pack of ``items`` in their order; ``made`` is a date as YYYY-MM-DD."""
    reading = _Reading(stacks)
    read = tuple(reading.item(item) for item in items)
    return Pack(
        title=printable(title),
        purpose=printable(purpose),
        made=made,
        fingerprint=fingerprint(stacks.files),
        documents=sum(len(file.documents) for file in stacks.files),
        items=read,
        unanswered=tuple(_printable_question(asked) for asked in unanswered),
        sources=tuple(reading.sources.values()),
    )


def seals_of(stacks: Stacks, item: Collected) -> tuple[str, ...]:
    """What tells later whether the words that were collected are still the same: a seal for the case, or for each of
    the item's places; '' where they are not there now.
    """
    if not item.case:
        return tuple(_seal(stacks, place) for place in item.places)
    case = stacks.cases.get(item.case)
    return (_seal(stacks, Place(case.doc_id, case.spans)) if case else "",)


def _seal(stacks: Stacks, place: Place) -> str:
    try:
        words = _words(stacks.document(place.source), place.spans)
    except SourceError:
        return ""
    return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def printable(text: str) -> str:
    """``text`` without what no file of text can hold."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class _Reading:
    """Reads items of one pack, numbering its sources in order of their first quote."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks
        self.sources: dict[str, PackSource] = {}
        spans: dict[str, list[tuple[Span, Case]]] = {}
        for case in stacks.cases.values():
            spans.setdefault(case.doc_id, []).extend((span, case) for span in case.spans)
        self._cases_in = {name: sorted(found, key=lambda pair: pair[0]) for name, found in spans.items()}

    def item(self, item: Collected) -> PackItem:
        note = printable(item.note.strip())
        now = seals_of(self._stacks, item)
        sealed = zip_longest(item.seals[: len(now)], now, fillvalue="")
        changed = [before not in ("", after) for before, after in sealed]
        if item.case:
            return self._case_item(item.case, note, changed=any(changed))
        asked = _printable_question(item.asked) if item.asked else None
        groups, lost = self._groups(item.places, changed)
        title = asked.question if asked else groups[0].heading if groups else "A quote that was collected"
        return PackItem(title, asked, groups, note=note, lost=lost)

    def _groups(
        self, places: Sequence[Place], changed: Sequence[bool]
    ) -> tuple[tuple[QuoteGroup, ...], tuple[str, ...]]:
        """The quotes by case, and what is not there any more; ``changed`` says of each place whether its words are
        others now.
        """
        groups: dict[tuple[str, str], tuple[Case | None, list[PackQuote]]] = {}
        lost: list[str] = []
        for place, is_changed in zip(places, changed, strict=True):
            try:
                document = self._stacks.document(place.source)
            except SourceError:
                lost.append(gone(place.source))
                continue
            if is_changed or not _stands(document, place.spans):
                lost.append(words_changed(place.source))
                continue
            case = self._case_at(place)
            group = groups.setdefault((place.source, case.case_id if case else ""), (case, []))
            group[1].append(self._quote(document, place.spans, case))
        found = (
            QuoteGroup(quotes[0].case or quotes[0].source.title, case.outcome if case else None, tuple(quotes))
            for case, quotes in groups.values()
        )
        return tuple(found), tuple(dict.fromkeys(lost))

    def _case_item(self, case_id: str, note: str, *, changed: bool) -> PackItem:
        case = self._stacks.cases.get(case_id)
        if case is None:
            return PackItem("A case that was collected", note=note, lost=(CASE_GONE,))
        try:
            document = self._stacks.document(case.doc_id)
        except SourceError:
            return PackItem(printable(case.title), note=note, lost=(gone(case.doc_id),))
        card = PackCase(
            case_id=case.case_id,
            title=printable(case.title),
            source=self._source(document),
            outcome=case.outcome,
            fields=tuple(self._field(document, case, kind) for kind in _FIELDS),
            pages=pages_of(case, document),
        )
        return PackItem(card.title, case=card, note=note, lost=(CASE_CHANGED,) if changed else ())

    def _field(self, document: Document, case: Case, kind: FacetKind) -> PackField:
        facets = without_repeats(case.stated(kind), lambda facet: document.text[facet.start : facet.end])
        quotes = tuple(self._quote(document, ((facet.start, facet.end),), case) for facet in facets)
        return PackField(kind, quotes, tuple(map(_outcome, facets)) if kind == "outcome" else ())

    def _quote(self, document: Document, spans: tuple[Span, ...], case: Case | None) -> PackQuote:
        return PackQuote(
            source=self._source(document),
            spans=spans,
            text=printable(" … ".join(_words(document, spans))),
            page=document.pages(spans[0][0], spans[-1][1]),
            section=printable(_section(document, spans[0][0])),
            case=printable(case.title) if case else "",
        )

    def _source(self, document: Document) -> PackSource:
        name = document.doc_id
        if name not in self.sources:
            self.sources[name] = PackSource(
                number=len(self.sources) + 1,
                doc_id=name,
                file=printable(name),
                title=printable(document.title or name),
                author=printable(document.author),
                published=printable(document.published),
                address=printable(self._stacks.addresses.get(name, "")),
            )
        return self.sources[name]

    def _case_at(self, place: Place) -> Case | None:
        """The case that the quote's last words belong to: a lead-in may stand above a group of cases."""
        at = place.spans[-1][0]
        cases = self._cases_in.get(place.source, [])
        before = bisect_right(cases, at, key=lambda pair: pair[0][0])
        if not before or cases[before - 1][0][1] <= at:
            return None
        return cases[before - 1][1]


CASE_GONE = "The case is not in the library any more, or its document has changed: find it again and collect it anew."
CASE_CHANGED = "The document has changed since this case was collected: this is what it says now."


def words_changed(name: str) -> str:
    """What is said of quotes that are withheld because their document has changed."""
    return (
        f"‘{printable(name)}’ has changed since this was collected, and words that were quoted from it no longer stand "
        "where they stood: find them again and collect them anew."
    )


def gone(name: str) -> str:
    """What is said of a quote whose document was taken out of the library."""
    return f"‘{printable(name)}’ is not in the library any more."


def _stands(document: Document, spans: Sequence[Span]) -> bool:
    """Whether these are places of the document, and not more than may be quoted."""
    inside = all(0 <= start < end <= len(document.text) for start, end in spans)
    return bool(spans) and inside and sum(end - start for start, end in spans) <= LONGEST_QUOTE


def _words(document: Document, spans: Sequence[Span]) -> list[str]:
    return [document.text[start:end] for start, end in spans]


def _section(document: Document, offset: int) -> str:
    """The heading that stands nearest above the words, unless it only repeats the title."""
    at = bisect_right(document.blocks, offset, key=lambda block: block.start) - 1
    path = document.blocks[at].heading_path if at >= 0 else ()
    return path[-1] if path and path[-1] != document.title else ""


def _outcome(facet: Facet) -> Outcome:
    return next((kind for kind in _OUTCOMES if kind == facet.value), "unstated")


def _printable_question(asked: Asked) -> Asked:
    return Asked(printable(asked.question), asked.status, asked.filters, printable(asked.searched))
