"""The fields of a case's card, in the order in which public-health case-study templates give them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.text.words import without_repeats
from rag.types import Case, Document, Facet, FacetKind

#: What a field without words shows.
NOT_STATED = "not stated"

FIELDS: tuple[tuple[FacetKind, str], ...] = (
    ("place", "Where"),
    ("setting", "Setting"),
    ("community", "For whom"),
    ("topic", "Topic"),
    ("problem", "The problem"),
    ("deed", "What was done"),
    ("partner", "Who did it, and with whom"),
    ("period", "When"),
    ("cost", "Cost"),
    ("outcome", "What came of it"),
    ("barrier", "What got in the way"),
    ("lesson", "What was learnt"),
)


def words_of(document: Document, facet: Facet) -> str:
    """The words of the source that state a facet, verbatim."""
    return document.text[facet.start : facet.end]


def flat(text: str) -> str:
    """The text in one line: what stands in several cells or lines of its source is read on."""
    return " ".join(text.split())


def once(document: Document, facets: Iterable[Facet]) -> list[Facet]:
    """The facets without those that only repeat an earlier one's words."""
    return without_repeats(facets, lambda facet: words_of(document, facet))


def general_names(facet: Facet) -> tuple[str, ...]:
    """What a facet is counted under, as it is worth showing: of a place only its region, or country."""
    if facet.kind in ("period", "outcome"):  # each year of a period is in its words, or between them
        return ()
    return facet.labels[:1] if facet.kind == "place" else facet.labels


def shown_labels(facet: Facet, words: Sequence[str]) -> tuple[str, ...]:
    """Those general names of a facet that add something to the ``words`` beside which they stand."""
    told = _plain(" ".join(words))
    return tuple(label for label in general_names(facet) if _plain(label) not in told)


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")


def triggers(case: Case, document: Document) -> list[str]:
    """The words that decide how strong the case's outcome is, each once; those of its first outcome of that kind."""
    deciding = next((f for f in case.stated("outcome") if f.value == case.outcome and f.trigger), None)
    found = (flat(document.text[start:end]) for start, end in (deciding.trigger if deciding else ()))
    return list(dict.fromkeys(found))
