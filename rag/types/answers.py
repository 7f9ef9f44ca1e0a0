"""Questions, what is found for them, and answers. Scores: higher is better, everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.types.documents import FacetKind, Outcome, Passage, Span
from rag.types.filters import Exclusion, Filters

Status = Literal["answered", "closest", "none"]

#: What the words that answer must hold, where it is asked for.
Sought = Literal["email", "phone", "funder", "money", "share", "duration", "frequency", "number", "date"]

#: 'list' and 'count': all cases that meet a condition; 'failed': those that tell what got in the way; 'latest' and
#: 'earliest': the one that took place last or first; 'summary': one case, by its card; 'documents', 'about' and
#: 'help': the library itself; 'talk': a greeting or thanks.
RequestKind = Literal["list", "count", "failed", "latest", "earliest", "summary", "documents", "about", "help", "talk"]
RequestOrder = Literal["date", "result", "place"]
OF_THE_LIBRARY: tuple[RequestKind, ...] = ("talk", "help", "documents", "about")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. ``condition`` is what the cases must meet, ``topic`` what they must be about, in the words of
    the question: '' for all. ``order`` is what they are ordered by, if it is asked for.
    """

    kind: RequestKind
    condition: str = ""
    topic: str = ""
    order: RequestOrder | None = None

    @property
    def of_library(self) -> bool:
        """Whether the library itself is meant, or nothing at all: no passage answers that."""
        return self.kind in OF_THE_LIBRARY


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
    ``also`` are words beside which others of the same meaning are searched: (word, the others). ``preferred`` is what
    the question says of place, people and time: cases that state it come before others. ``excluded`` is what it leaves
    out; ``text`` holds no word of it. ``request`` is the kind of answer that is wanted; None: passages. ``sought`` is
    what the words that answer must hold.
    """

    typed: str
    text: str
    carried: tuple[str, ...] = ()
    earlier: str = ""
    corrected: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    preferred: Filters = ()
    excluded: tuple[Exclusion, ...] = ()
    request: Request | None = None
    sought: Sought | None = None

    @property
    def asked(self) -> str:
        """The question itself, its misspelt words corrected, without what is carried over."""
        return self.text.removeprefix(" ".join(self.carried)).strip()


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and where it stands. ``quote`` joins the spans' text with ' … '.

    ``page`` says where in its source it stands, if that has pages, slides or rows; ``also`` which other files say it.
    ``field`` is what of a case's card it states, where a card is the answer.
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
    field: FacetKind | None = None


NoteKind = Literal["planned", "period", "published", "declared", "scanned"]


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must know beside a quote, in the source's ``words``.

    'planned': these words tell what was intended, not what was done; 'period': when the work took place; 'published':
    the source's own date; 'declared': what the source declares about itself; 'scanned': that
    its pages were read by OCR.
    """

    kind: NoteKind
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What one case (or one document outside any case) contributes to an answer.

    ``heading`` names the case, ``evidence`` is the strongest kind of result the source states of it (None outside
    any case), ``notes`` what a reader must know beside the quotes. ``case`` is the case's id, or ''. ``trigger`` is
    where the words stand that show the kind of result, ``shown_by`` these words.
    """

    heading: str
    evidence: Outcome | None
    citations: tuple[int, ...]
    notes: tuple[Note, ...] = ()
    case: str = ""
    trigger: tuple[Span, ...] = ()
    shown_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """``confidence`` is the probability that the passages answer the question; ``reason`` says why this status.

    ``unanswered`` are the parts of an answered question that nothing answers; ``filters`` what the search was limited
    to. ``told`` is an answer in words that are not quoted: a number of cases, what the library holds. ``listed`` are
    the ids of all cases that meet what is asked, ``count`` how many these are, where a list or number is asked for;
    ``cards`` are the filters that find the same cases, if there are such. ``lacking`` is what is sought and no quote of
    the first case holds. ``documents`` are the ids and titles of those that are told of.
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
    filters: Filters = ()
    told: str = ""
    listed: tuple[str, ...] = ()
    count: int | None = None
    lacking: Sought | None = None
    cards: Filters = ()
    documents: tuple[tuple[str, str], ...] = ()

    def cited_by(self, statement: Statement) -> list[Citation]:
        """The citations of one statement, in its order."""
        by_number = {citation.number: citation for citation in self.citations}
        return [by_number[number] for number in statement.citations]
