"""Filters in words: what one asks for, and that no case meets them."""

from __future__ import annotations

from rag.ask.query.filters import years_of
from rag.types import Filters, Want
from rag.types.documents import STRENGTHS


def want_text(want: Want) -> str:
    """A want in a few words: 'Bradford', 'since 2015', 'Measured'."""
    if want.kind == "outcome":
        return next((label for kind, (label, _) in STRENGTHS.items() if kind == want.value), want.value)
    years = years_of(want.value) if want.kind == "period" else None
    if years is None:
        return want.value
    if want.value.endswith("-"):
        return f"since {years[0]}"
    if want.value.startswith("-"):
        return f"until {years[1]}"
    return f"in {years[0]}" if years[0] == years[1] else f"{years[0]} to {years[1]}"


def nowhere(wants: Filters) -> str:
    """That no case states these; '' if there are none."""
    return " ".join(f"No case here {_lacks(want)}." for want in wants)


def nothing_left(emptying: Filters) -> str:
    """What a question is answered with where no case meets the filters; these of them leave nothing."""
    if len({want.kind for want in emptying}) == 1:
        return f"{nowhere(emptying)} Take that filter off to see what there is."
    told = ", ".join(f"‘{want_text(want)}’" for want in emptying)
    return f"No case here meets all of these filters together: {told}. Take one of them off to see what there is."


def _lacks(want: Want) -> str:
    text = want_text(want)
    return {
        "place": f"is from ‘{text}’",
        "community": f"is for ‘{text}’",
        "topic": f"is about ‘{text}’",
        "setting": f"names the setting ‘{text}’",
        "outcome": f"has results that are ‘{text}’",
        "period": f"says that it took place {text if not text[0].isdigit() else f'from {text}'}",
        "source": f"is from the file ‘{text}’",
    }[want.kind]
