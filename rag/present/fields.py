"""The fields of a case's card, in the order in which public-health case-study templates give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rag.text.words import without_repeats
from rag.types import Case, Document, Facet, FacetKind
from rag.types.documents import STRENGTHS

#: What a field without words shows.
NOT_STATED = "not stated"

#: What the field of outcomes that are only planned is called.
PLANNED = "Planned, not told as done"

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

FIELD_NAMES: Mapping[FacetKind, str] = dict(FIELDS)


def words_of(document: Document, facet: Facet) -> str:
    """The words of the source that state a facet, verbatim."""
    return document.text[facet.start : facet.end]


def flat(text: str) -> str:
    """The text in one line: what stands in several cells or lines of its source is read on."""
    return " ".join(text.split())


def once(document: Document, facets: Iterable[Facet]) -> list[Facet]:
    """The facets without those that only repeat an earlier one's words."""
    return without_repeats(facets, lambda facet: words_of(document, facet))


def told_fields(case: Case, document: Document) -> Iterator[tuple[str, list[Facet]]]:
    """A card's fields: their names and what states them, each once; what is only planned stands by itself, if
    there is any.
    """
    for kind, name in FIELDS:
        facets = [facet for facet in case.stated(kind) if not is_plan(facet)]
        yield name, once(document, facets)
    if planned := once(document, filter(is_plan, case.stated("outcome"))):
        yield PLANNED, planned


def is_plan(facet: Facet) -> bool:
    """Whether it says what was planned to come of the work, not what came of it."""
    return facet.kind == "outcome" and facet.value == "planned"


def strength_of(facet: Facet) -> str:
    """How strongly it states what came of the work; '' of what states something else, or only a plan."""
    if facet.kind != "outcome" or is_plan(facet):
        return ""
    return next((label for outcome, (label, _) in STRENGTHS.items() if outcome == facet.value), "")


def pages_of(case: Case, document: Document) -> str:
    """The pages that a case stands on; '' where its document has none."""
    return document.pages(case.spans[0][0], case.spans[-1][1]) if case.spans else ""


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
