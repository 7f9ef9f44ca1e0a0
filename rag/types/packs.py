"""What a user collects for a paper of her own, and the evidence pack that is made of it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types.answers import Status
from rag.types.documents import FacetKind, Outcome, Span
from rag.types.filters import Filters


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: spans of a document's clean text."""

    source: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, how it was answered, what its search was limited to, and the words ``searched`` where they are not
    those of the question.
    """

    question: str
    status: Status
    filters: Filters = ()
    searched: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """One thing that was collected: the answer to what was ``asked`` with its quotes, a ``case`` (its id), or, with
    neither, the quotes at ``places`` alone.

    ``note`` is the user's own; ``seals`` (``rag.present.packs.collect``), one for each of ``places`` or one for the
    case, tell later whether the words are still the same; '' or none where that is not known.
    """

    places: tuple[Place, ...] = ()
    asked: Asked | None = None
    case: str = ""
    note: str = ""
    seals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackSource:
    """A source of a pack. ``number`` is what it is cited by; ``published`` its own date as it words it, or ''."""

    number: int
    doc_id: str
    file: str
    title: str
    author: str = ""
    published: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class PackQuote:
    """Words of a source, verbatim: ``text`` joins the spans' words with ' … '. ``case`` and ``section`` may be ''."""

    source: PackSource
    spans: tuple[Span, ...]
    text: str
    page: str = ""
    section: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class PackField:
    """What a case states of one kind; no quotes: it is not stated."""

    kind: FacetKind
    quotes: tuple[PackQuote, ...]
    outcomes: tuple[Outcome, ...] = ()  # of each quote, where the kind is 'outcome'


@dataclass(frozen=True, slots=True)
class PackCase:
    """A case's card: every field in the order of the card. ``pages`` is where in its source it stands."""

    case_id: str
    title: str
    source: PackSource
    outcome: Outcome
    fields: tuple[PackField, ...]
    pages: str = ""


@dataclass(frozen=True, slots=True)
class QuoteGroup:
    """The quotes of an answer from one case (or of one document outside any case), and how strong its result is."""

    heading: str
    outcome: Outcome | None
    quotes: tuple[PackQuote, ...]


@dataclass(frozen=True, slots=True)
class PackItem:
    """Something collected, as the library has it now: an answer (``asked``, ``groups``), a ``case``, or quotes
    (``groups``). ``lost`` says what is not there any more.
    """

    title: str
    asked: Asked | None = None
    groups: tuple[QuoteGroup, ...] = ()
    case: PackCase | None = None
    note: str = ""
    lost: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What it is called."""
        return "Answer" if self.asked else "Case" if self.case else "Quote"


@dataclass(frozen=True, slots=True)
class Pack:
    """An evidence pack. ``made`` is a date as YYYY-MM-DD; ``fingerprint`` that of the library, which holds so many
    ``documents``; ``sources`` are all that are quoted, by number.
    """

    title: str
    purpose: str
    made: str
    fingerprint: str
    documents: int
    items: tuple[PackItem, ...]
    unanswered: tuple[Asked, ...]
    sources: tuple[PackSource, ...]
