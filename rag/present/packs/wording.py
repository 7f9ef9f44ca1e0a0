"""The sentences that every format of an evidence pack shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.ask.query.filter_words import filter_text
from rag.present.packs.collect import printable
from rag.present.wording import FILTER_NAMES, counted, sentence
from rag.types import Asked, FilterKind, Filters, Outcome, Pack, PackQuote, PackSource, Status
from rag.types.documents import STRENGTHS

UNTITLED = "Evidence pack"
NOTHING_QUOTED = "No quotes were collected with this answer."
NOTHING_LEFT = "None of the quotes that were collected with this answer can be shown any more."
NO_DATE = "date not stated"

#: How each question was answered, for a reader who has never seen the page.
STATUSES: dict[Status, str] = {
    "answered": "Answered by the quotes below.",
    "closest": "Nothing in the library clearly answers this. The quotes below are from the closest precedents.",
    "none": "Nothing in the library answers this or comes near it.",
}

CHECKING = (
    "Every quotation is word for word from the file named with it; ‘…’ stands where words between two quotations were "
    "left out, and only line breaks and spacing may differ. To check one, open the file at the page or section given, "
    "or open Precedent with the same library and press the quotation’s number: the words are marked in their source. "
    "‘Not stated’ means that no words of the source were found that say so, not that it did not happen."
)


def made_on(pack: Pack) -> str:
    """'22 November 2026'"""
    day = date.fromisoformat(pack.made)
    return f"{day.day} {day:%B %Y}"


def fingerprint_text(pack: Pack) -> str:
    """The library's fingerprint and what it is."""
    return (
        f"Library fingerprint {pack.fingerprint} ({counted(pack.documents, 'document')}): the same fingerprint means "
        "the same documents."
    )


def limited_to(filters: Filters) -> str:
    """'Limited to Place: Bradford, Leeds; For whom: Women', or that everything was searched."""
    kinds: dict[FilterKind, list[str]] = {}
    for each in filters:
        kinds.setdefault(each.kind, []).append(printable(filter_text(each)))
    parts = [f"{FILTER_NAMES[kind]}: {', '.join(values)}" for kind, values in kinds.items()]
    return f"Limited to {'; '.join(parts)}" if parts else "The whole library"


def searched_text(asked: Asked) -> str:
    """What was searched: the whole library or part of it, and with which words if they are not the question's."""
    words = f", with the words ‘{asked.searched}’" if asked.searched and asked.searched != asked.question else ""
    return f"{limited_to(asked.filters)}{words}"


def strength_text(outcome: Outcome) -> str:
    """The label of a strength of result and what it means, in one line."""
    label, meaning = STRENGTHS[outcome]
    return f"{label}. {meaning}"


def asked_text(asked: Asked) -> str:
    """A question that could not be answered, with what its search was limited to and what was near."""
    limited = f" ({searched_text(asked)})" if asked.filters or asked.searched else ""
    near = " (only loosely related precedents were found)" if asked.status == "closest" else ""
    return f"{asked.question}{limited}{near}"


def place_of(quote: PackQuote) -> str:
    """Where in its source a quote stands: 'page 3, ‘Results’'; '' if nothing is known."""
    section = quote.section.rstrip(":")
    return ", ".join(filter(None, [quote.page, f"‘{section}’" if section else ""]))


def reference(quote: PackQuote) -> str:
    """What stands beneath a quote, after its number: title, place, date and file."""
    source = quote.source
    named = [source.title, place_of(quote), source.published or NO_DATE]
    return f"{', '.join(filter(None, named))}. File: {source.file}"


def source_text(source: PackSource, pack: Pack) -> str:
    """A line of the list of sources, after its number."""
    parts = [source.author, source.title, source.published or sentence(NO_DATE), f"File: {source.file}"]
    line = ". ".join(part.rstrip(".") for part in parts if part)
    address = f". {source.address}" if source.address else ""
    return f"{line}{address}. Read on {made_on(pack)}."


def card_places(values: Sequence[PackQuote]) -> list[str]:
    """What stands after each of a field's values: '[1], page 3' where it is not said after the next one anyway."""
    found = [", ".join(filter(None, [f"[{quote.source.number}]", place_of(quote)])) for quote in values]
    return [place if place != after else "" for place, after in zip(found, [*found[1:], ""], strict=False)]
