"""The data that passes through the house, and the interfaces its rooms offer each other.

All offsets count characters of ``Document.text`` (the clean text) unless said otherwise; spans are half-open.
Scores: higher is better, everywhere.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
Vectors = NDArray[np.float32]
Scores = NDArray[np.float32]
Rows = NDArray[np.int64]

BlockKind = Literal["heading", "paragraph", "item", "quote"]

#: What a part of a document is to its account of the work:
#: the account itself, whom to contact, a call to take part, a declaration about the source (sponsor, conflict of
#: interest), the caption of a picture, a pointer elsewhere ('For more information see ...'), the date of the source.
Role = Literal["account", "contact", "callout", "declaration", "caption", "pointer", "date"]

FacetKind = Literal["place", "community", "topic", "period", "partner", "outcome"]

#: What a source says came of the work, strongest first. 'measured': a figure with a comparison or base; 'figure': a
#: bare figure; 'reported': somebody says it helped; 'activity': what was done, no result; 'planned': only intended.
Outcome = Literal["measured", "figure", "reported", "activity", "planned"]

Status = Literal["answered", "closest", "none"]

#: What a source's numbered parts are: a PDF's pages, a deck's slides, a table's rows, a book's chapters.
PartKind = Literal["page", "slide", "row", "chapter"]

#: What became of a file that was given: in the index; the same as another that is; without any text; of a kind that is
#: not read; damaged, protected or over a limit; left out by the user.
FileStatus = Literal["indexed", "duplicate", "empty", "unsupported", "failed", "removed"]

#: Called as progress(stage, done, total).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source as it was found. ``name`` is its path below the sources folder, with forward slashes.

    ``media_type`` is '' if the content is to show what it is.
    """

    name: str
    data: bytes
    media_type: str = ""

    @property
    def sha256(self) -> str:
        """Of the bytes as found, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that is to be in the library: its ``name`` there, and where it is.

    ``stamp`` is its state on the disk (size, times, number): as long as that is the same, so is the file.
    ``refused`` says why it is not read at all; ``of_corpus`` that it is one of many sources in the file at ``path``.
    """

    name: str
    path: Path
    stamp: tuple[int, ...] = ()
    refused: str = ""
    of_corpus: bool = False


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
    """Something a case states: ``value`` as shown, ``text[start:end]`` the words that say so."""

    kind: FacetKind
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """A text's tokens: unit ``vectors`` (n, width) and where each token stands in the text.

    The model's start and end marks are left out, and so is what lies beyond its window.
    """

    vectors: Vectors
    spans: list[Span]


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
        """The strongest kind of result the source states; 'activity' if it states none."""
        order: tuple[Outcome, ...] = ("measured", "figure", "reported")
        stated = {f.value for f in self.facets if f.kind == "outcome"}
        return next((kind for kind in order if kind in stated), "activity")


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document with its cases."""

    document: Document
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A file, or a file within another ('archive.zip/notes.doc'), that gave no document, and why.

    ``same_as`` is the document that a duplicate is the same as.
    """

    name: str
    status: FileStatus
    reason: str
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file gave: a document, several (an archive), or none."""

    documents: tuple[ParsedDocument, ...] = ()
    problems: tuple[Problem, ...] = ()


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


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage with its relevance to a question.

    ``dense``: cosine of passage and question; ``lexical``: BM25; ``evidence``: how well its best sentence or item
    meets the question; ``late``: how well its words meet the question's words by meaning; ``score``: all of them fused.
    ``also`` are other files that say the same: copies of its document.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    evidence: float = 0.0
    late: float = 0.0
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: ``typed`` as the user wrote it, ``carried`` words taken over from the question ``earlier``.

    ``text`` is the carried words and the question, its misspelt words corrected: ``corrected`` as (typed, meant).
    ``also`` are words beside which others of the same meaning are searched: (word, the others).
    """

    typed: str
    text: str
    carried: tuple[str, ...] = ()
    earlier: str = ""
    corrected: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str], ...] = ()

    @property
    def asked(self) -> str:
        """The question itself, its misspelt words corrected, without what is carried over."""
        return self.text.removeprefix(" ".join(self.carried)).strip()


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and where it stands. ``quote`` joins the spans' text with ' … '.

    ``page`` says where in its source it stands, if that has pages, slides or rows; ``also`` which other files say it.
    """

    number: int
    source: str
    title: str
    section: str
    case: str
    quote: str
    spans: tuple[Span, ...]
    page: str = ""
    also: tuple[str, ...] = ()


NoteKind = Literal["planned", "period", "published", "declared"]


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must know beside a quote, in the source's ``words``.

    'planned': these words tell what was intended, not what was done; 'period': when the work took place; 'published':
    the source's own date; 'declared': what the source declares about itself.
    """

    kind: NoteKind
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What one case (or one document outside any case) contributes to an answer.

    ``heading`` names the case, ``evidence`` is the strongest kind of result the source states of it (None outside
    any case), ``notes`` what a reader must know beside the quotes.
    """

    heading: str
    evidence: Outcome | None
    citations: tuple[int, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """``confidence`` is the probability that the passages answer the question; ``reason`` says why this status.

    ``unanswered`` are the parts of an answered question that nothing answers.
    """

    query: Query
    status: Status
    confidence: float
    reason: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[ScoredPassage, ...] = ()
    missing: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was built with; an index is never read with other settings."""

    format_version: int
    model: str
    model_checksum: str
    dimension: int
    splitter: dict[str, int | str]


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document in the index. ``segment`` holds it; ``text_key`` is the same for the same words."""

    doc_id: str
    title: str
    segment: str
    text_key: str
    cases: int
    passages: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What became of a file that was given. ``reason`` says why it is not in the index, or is it in part.

    ``stamp`` as in FoundFile. ``same_as`` is the document that a duplicate is the same as; ``problems`` are those of
    files within it.
    """

    name: str
    status: FileStatus
    reason: str = ""
    sha256: str = ""
    stamp: tuple[int, ...] = ()
    documents: tuple[IndexedDocument, ...] = ()
    same_as: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """``kept`` are the records that stay (some with a new stamp), ``read`` the files that are new or changed, ``gone``
    the records of those that are no more. ``news`` says whether any record differs from before.
    """

    kept: tuple[FileRecord, ...]
    read: tuple[FoundFile, ...]
    gone: tuple[FileRecord, ...]
    news: bool

    @property
    def size(self) -> int:
        """Bytes of the files to read."""
        return sum(file.stamp[0] for file in self.read if file.stamp)


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: the records of the files it ``read`` and of those that are ``gone``; ``kept`` stayed."""

    read: tuple[FileRecord, ...] = ()
    gone: tuple[FileRecord, ...] = ()
    kept: int = 0


class Embedder(Protocol):
    """Turns text into unit vectors. ``window`` is the most word pieces the model reads at once."""

    @property
    def name(self) -> str: ...
    @property
    def checksum(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def window(self) -> int: ...
    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, the model's own start and end marks included."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), unit length."""

    def encode_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """(n, dimension), unit length, and each text's token vectors, in one pass."""

    def encode_queries(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """The same of queries."""


class VectorStore(Protocol):
    """Cosine search over rows of unit vectors."""

    @property
    def matrix(self) -> Vectors:
        """All vectors, (n, dimension)."""

    def search(self, vector: Vectors, k: int, allowed: Collection[int] | None = None) -> tuple[Rows, Scores]:
        """Rows and cosines of the ``k`` nearest of the ``allowed`` rows (all by default), best first."""


class TextIndex(Protocol):
    """BM25 over rows of words."""

    def __contains__(self, word: object) -> bool:
        """Whether the word stands in any row."""

    def idf(self, words: Sequence[str]) -> Scores:
        """How rare each word is."""

    def scores(self, words: Sequence[str]) -> Scores:
        """Every row's score, (n,)."""

    def search(self, words: Sequence[str], k: int, allowed: Collection[int] | None = None) -> tuple[Rows, Scores]:
        """Rows and scores of the ``k`` best of the ``allowed`` rows (all by default), best first."""


class Reranker(Protocol):
    """A last stage that reads question and passage together."""

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """How well each passage answers, (n,)."""
