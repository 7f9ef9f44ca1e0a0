"""Filters in words: what one asks for, and that no case meets them."""

from __future__ import annotations

from rag.ask.query.filters import years_of
from rag.types import Filter, Filters
from rag.types.documents import STRENGTHS


def filter_text(each: Filter) -> str:
    """A filter in a few words: 'Bradford', 'since 2015', 'Measured'."""
    if each.kind == "outcome":
        return next((label for kind, (label, _) in STRENGTHS.items() if kind == each.value), each.value)
    years = years_of(each.value) if each.kind == "period" else None
    if years is None:
        return each.value
    if each.value.endswith("-"):
        return f"since {years[0]}"
    if each.value.startswith("-"):
        return f"until {years[1]}"
    return f"in {years[0]}" if years[0] == years[1] else f"{years[0]} to {years[1]}"


def nowhere(filters: Filters) -> str:
    """That no case states these; '' if there are none."""
    return " ".join(f"No case here {_lacks(each)}." for each in filters)


def nothing_left(emptying: Filters) -> str:
    """What a question is answered with where no case meets the filters; these of them leave nothing."""
    if len({each.kind for each in emptying}) == 1:
        return f"{nowhere(emptying)} Take that filter off to see what there is."
    told = ", ".join(f"‘{filter_text(each)}’" for each in emptying)
    return f"No case here meets all of these filters together: {told}. Take one of them off to see what there is."


def _lacks(each: Filter) -> str:
    text = filter_text(each)
    return {
        "place": f"is from ‘{text}’",
        "community": f"is for ‘{text}’",
        "topic": f"is about ‘{text}’",
        "setting": f"names the setting ‘{text}’",
        "outcome": f"has results that are ‘{text}’",
        "period": f"says that it took place {text if not text[0].isdigit() else f'from {text}'}",
        "source": f"is from the file ‘{text}’",
    }[each.kind]
