"""The fields of a case's card, in the order in which public-health case-study templates give them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.types import Document, Facet, FacetKind, Outcome
from rag.words import without_repeats

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

#: How strongly a source states what came of the work: the label, and what it means in one sentence.
STRENGTHS: dict[Outcome, tuple[str, str]] = {
    "measured": ("Measured", "The source gives a figure with a comparison or a base."),
    "figure": ("Figure only", "The source gives a figure, with nothing to compare it with."),
    "reported": ("Reported", "Somebody says that it helped, without a figure."),
    "activity": ("Activity only", "The source says what was done, not what came of it."),
    "planned": ("Planned only", "The source says what was intended, not that it was done."),
    "unstated": ("Not stated", "The source says neither what was done nor what came of it."),
}


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
