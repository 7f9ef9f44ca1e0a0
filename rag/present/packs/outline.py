"""An evidence pack as headings, paragraphs, quotations and tables: what each format of it writes in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.present.fields import FIELDS, NOT_STATED, flat
from rag.present.packs.wording import (
    CHECKING,
    NOTHING_LEFT,
    NOTHING_QUOTED,
    STATUSES,
    UNTITLED,
    asked_text,
    card_places,
    fingerprint_text,
    made_on,
    reference,
    searched_text,
    source_text,
    strength_text,
)
from rag.present.wording import in_quotes
from rag.types import Pack, PackCase, PackField, PackItem, PackQuote, PackSource
from rag.types.documents import STRENGTHS


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 1 is the pack's title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; ``label`` opens it, set off. 'warning': what is not there any more."""

    text: str
    label: str = ""
    kind: Literal["plain", "quiet", "warning"] = "plain"

    @property
    def lines(self) -> list[str]:
        """Those that are not empty."""
        return list(filter(str.strip, self.text.splitlines()))


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quote with its number and where it stands."""

    quote: PackQuote

    @property
    def words(self) -> str:
        """In quotation marks."""
        return in_quotes(self.quote.text)

    @property
    def number(self) -> str:
        """What it is cited by."""
        return f"[{self.quote.source.number}]"

    @property
    def reference(self) -> str:
        """What stands beneath it, after its number."""
        return reference(self.quote)


@dataclass(frozen=True, slots=True)
class Value:
    """What a field states, with its ``label`` (how strong a result is) or '', and where it stands: '' if that is where
    the next one does.
    """

    label: str
    quote: PackQuote
    place: str

    @property
    def words(self) -> str:
        """In quotation marks, on one line."""
        return flat(in_quotes(self.quote.text))


@dataclass(frozen=True, slots=True)
class Card:
    """A case's fields as a table: each field's name and its values by line, ``blank`` where there are none."""

    title: str
    rows: tuple[tuple[str, tuple[tuple[Value, ...], ...]], ...]
    blank: str = NOT_STATED


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of lines."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the list of sources."""

    source: PackSource
    text: str


_SHORT = 60  # characters

Part = Heading | Words | Quotation | Card | Bullets | SourceLine


def outline(pack: Pack) -> Iterator[Part]:
    """The whole pack."""
    yield Heading(1, pack.title or UNTITLED)
    if pack.purpose:
        yield Words(pack.purpose)
    yield Words(f"Made on {made_on(pack)} with Precedent. {fingerprint_text(pack)}", kind="quiet")
    for number, item in enumerate(pack.items, 1):
        yield Heading(2, f"{number}. {item.title}")
        yield from item_parts(item)
    if pack.unanswered:
        yield Heading(2, "Questions the library could not answer")
        yield Words("These were asked too. No document of the library clearly answers them.")
        yield Bullets(tuple(map(asked_text, pack.unanswered)))
    if pack.sources:
        yield Heading(2, "Sources")
        for source in pack.sources:
            yield SourceLine(source, source_text(source, pack))
    yield Heading(2, "About the quotations")
    yield Words(CHECKING)


def item_parts(item: PackItem) -> Iterator[Part]:
    """One item, without its title."""
    for lost in item.lost:
        yield Words(lost, kind="warning")
    if item.note:
        yield Words(item.note, label="Note")
    yield from body_parts(item)


def body_parts(item: PackItem) -> Iterator[Part]:
    """One item without its title, its note, and what is not there any more."""
    if item.asked:
        yield Words(searched_text(item.asked), label="Searched")
        yield Words(STATUSES[item.asked.status] if item.groups else _unquoted(item), label="Answer")
    if item.case:
        yield from _case(item.case)
    for group in item.groups:
        if item.asked:
            yield Heading(3, group.heading)
        if group.outcome:
            yield Words(strength_text(group.outcome), label="Strength of result", kind="quiet")
        yield from map(Quotation, group.quotes)


def _unquoted(item: PackItem) -> str:
    assert item.asked
    if item.lost:
        return NOTHING_LEFT
    return STATUSES["none"] if item.asked.status == "none" else NOTHING_QUOTED


def _case(case: PackCase) -> Iterator[Part]:
    where = f", {case.pages}" if case.pages else ""
    yield Words(f"{case.source.title} [{case.source.number}]{where}", label="Source")
    yield Words(strength_text(case.outcome), label="Strength of result")
    labels = dict(FIELDS)
    yield Card(case.title, tuple((labels[field.kind], _lines(field)) for field in case.fields))


def _lines(field: PackField) -> tuple[tuple[Value, ...], ...]:
    """A field's values: what is short follows on one line, up to where the place is said."""
    labels = [STRENGTHS[outcome][0] for outcome in field.outcomes] or [""] * len(field.quotes)
    lines: list[list[Value]] = []
    for value in map(Value, labels, field.quotes, card_places(field.quotes)):
        short = not value.label and len(value.quote.text) <= _SHORT
        if lines and short and len(lines[-1][-1].quote.text) <= _SHORT and not lines[-1][-1].place:
            lines[-1].append(value)
        else:
            lines.append([value])
    return tuple(map(tuple, lines))
