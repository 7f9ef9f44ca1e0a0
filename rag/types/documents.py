"""Documents and what they hold. Offsets count characters of ``Document.text`` (the clean text); spans are half-open."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]
BlockKind = Literal["heading", "paragraph", "item", "quote"]

#: What a part of a document is to its account of the work:
#: the account itself, whom to contact, a call to take part, a declaration about the source (sponsor, conflict of
#: interest), the caption of a picture, a pointer elsewhere ('For more information see ...'), the date of the source.
Role = Literal["account", "contact", "callout", "declaration", "caption", "pointer", "date"]

#: What a case states. 'setting': where people were met (a mosque, a clinic, online); 'topic': health topic, condition
#: or issue; 'deed': what was done; 'barrier': what got in the way or failed; 'lesson': what those who did it learnt.
FacetKind = Literal[
    "place",
    "setting",
    "community",
    "topic",
    "problem",
    "deed",
    "partner",
    "period",
    "cost",
    "outcome",
    "barrier",
    "lesson",
]

#: What a source says came of the work, strongest first. 'measured': a figure with a comparison or base; 'figure': a
#: bare figure; 'reported': somebody says it helped; 'activity': what was done, no result; 'planned': only intended;
#: 'unstated': not even what was done.
Outcome = Literal["measured", "figure", "reported", "activity", "planned", "unstated"]

#: How strongly a source states what came of the work: the label, and what it means in one sentence.
STRENGTHS: dict[Outcome, tuple[str, str]] = {
    "measured": ("Measured", "The source gives a figure with a comparison or a base."),
    "figure": ("Figure only", "The source gives a figure, with nothing to compare it with."),
    "reported": ("Reported", "Somebody says that it helped, without a figure."),
    "activity": ("Activity only", "The source says what was done, not what came of it."),
    "planned": ("Planned only", "The source says what was intended, not that it was done."),
    "unstated": ("Not stated", "The source says neither what was done nor what came of it."),
}

#: What a source's numbered parts are: a PDF's pages, a deck's slides, a table's rows, a book's chapters.
PartKind = Literal["page", "slide", "row", "chapter"]


@dataclass(frozen=True, slots=True)
class OriginMap:
    """Where each character of the clean text stands in the decoded source, as runs.

    Run ``i`` starts at ``clean[i]`` in the clean text and at ``source[i]`` in the source; within a run both
    advance together. ``clean`` rises strictly from 0, ``source`` never falls.
    """

    clean: tuple[int, ...] = (0,)
    source: tuple[int, ...] = (0,)

    def to_source(self, offset: int) -> int:
        """The source offset of the character at ``offset`` of the clean text."""
        run = bisect_right(self.clean, offset) - 1
        return self.source[run] + offset - self.clean[run]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or quotation: ``text[start:end]`` of its document.

    ``lead_in`` is what the block must not be read without: a list item's lead-in, a quotation's speaker.
    ``gap`` marks a wider empty space before the block than between its neighbours; pages that lost their
    headings leave such gaps.
    """

    kind: BlockKind
    start: int
    end: int
    role: Role = "account"
    level: int = 0
    heading_path: tuple[str, ...] = ()
    lead_in: Span | None = None
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of a source: from ``start`` to the next one; ``label`` as shown ('page 3', 'Projects, row 7')."""

    start: int
    kind: PartKind
    label: str


@dataclass(frozen=True, slots=True)
class Document:
    """A cleaned source. ``published`` is a date as the source words it ('Updated July 2015'), or ''.

    ``author`` is a person or organisation the source names as its author, or ''. ``warnings`` say what a reader should
    know of the file: hidden text that was left out, pages without text.
    """

    doc_id: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    origin: OriginMap
    sha256: str
    published: str = ""
    author: str = ""
    media_type: str = "text/plain"
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()

    def part_at(self, offset: int) -> Part | None:
        """The part that holds the character at ``offset``; None if the source has no parts, or none yet."""
        index = bisect_right(self.parts, offset, key=lambda part: part.start)
        return self.parts[index - 1] if index else None

    def pages(self, start: int, end: int) -> str:
        """The parts that hold ``text[start:end]`` as shown: 'page 3', 'page 3 to page 4', or ''."""
        labels = [part.label for part in (self.part_at(start), self.part_at(max(start, end - 1))) if part]
        return " to ".join(dict.fromkeys(labels))

    @property
    def declarations(self) -> tuple[Span, ...]:
        """Spans of what the source declares about itself (sponsor, conflict of interest)."""
        return tuple((b.start, b.end) for b in self.blocks if b.role == "declaration")


@dataclass(frozen=True, slots=True)
class Facet:
    """Something a case states: ``value`` as shown, ``text[start:end]`` the words that say so.

    The value is those words; of an outcome, its class (``Outcome``), and ``trigger`` the words within that decide it
    (the figure, what it is compared with). ``labels`` are what cases are counted and filtered by: the region of a
    place ('Yorkshire and the Humber'), every year of a period ('2008', '2009'), the general names of a community
    ('South Asian', 'Women'), a topic or a setting.
    """

    kind: FacetKind
    value: str
    start: int
    end: int
    labels: tuple[str, ...] = ()
    trigger: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One initiative: a precedent. Its spans are disjoint, ordered, and may lie far apart in the document."""

    case_id: str
    doc_id: str
    title: str
    spans: tuple[Span, ...]
    facets: tuple[Facet, ...] = ()

    @property
    def place(self) -> str:
        """Where the work took place, in the source's words; 'not stated' if it does not say."""
        return next((f.value for f in self.facets if f.kind == "place"), "not stated")

    @property
    def outcome(self) -> Outcome:
        """The strongest kind of result the source states; without any, 'activity' if it says what was done."""
        order: tuple[Outcome, ...] = ("measured", "figure", "reported")
        stated = {f.value for f in self.stated("outcome")}
        return next((kind for kind in order if kind in stated), "activity" if self.stated("deed") else "unstated")

    def stated(self, kind: FacetKind) -> tuple[Facet, ...]:
        """What the case states of one kind, in order; empty if nothing."""
        return tuple(facet for facet in self.facets if facet.kind == kind)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded, searched and shown: ``document.text[start:end] == text``, always.

    ``lead_in`` is the span of a lead-in that stands outside the passage (a long list split in two). ``page`` is where
    in its source it begins ('page 3', 'slide 2', 'Projects, row 7'), or ''.
    """

    passage_id: str
    doc_id: str
    case_id: str | None
    title: str
    heading_path: tuple[str, ...]
    role: Role
    text: str
    start: int
    end: int
    n_tokens: int
    lead_in: Span | None = None
    page: str = ""
    context: str = ""  # title, case, headings and outer lead-in: embedded and searched with the text, never quoted

    @property
    def searchable(self) -> str:
        """The text that is embedded and searched."""
        return f"{self.context}\n{self.text}" if self.context else self.text
