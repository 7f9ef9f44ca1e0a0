"""The cases of the library: filtered, found by what they tell, each as a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rag.present.fields import flat
from rag.present.precedents import ASPECTS, LIKENESSES, absent_text, remarks_text
from rag.present.wording import counted
from rag.text.templates import render
from rag.types import Case, Document, Likeness, Match, Precedent, Precedents, Span
from rag.web.cases.cards import brief_card_html, face_of

#: The longest situation that is read, in characters.
MAX_SITUATION = 1000

EXAMPLE_SITUATION = "Seaside town, older Polish community, low flu jab uptake, one children’s centre."

_FOUND = "web/cases/found.html"
_SIGNS: dict[Likeness, str] = {"full": "✓", "part": "~", "none": "✗"}


class _Row(NamedTuple):
    """How a case meets an aspect of the situation: the words ``found`` in it, or what is said of their absence."""

    match: Match
    aspect: str
    sign: str
    likeness: str
    found: Sequence[tuple[str, Span]]
    absent: str


def cards_html(cases: Sequence[Case], document: Callable[[str], Document]) -> str:
    """A batch of cases as cards."""
    return "".join(brief_card_html(case, document(case.doc_id)) for case in cases)


def count_cases_text(shown: int, found: int, held: int) -> str:
    """How many cases are listed, of how many that meet the filters, of how many there are."""
    if not held:
        return "There are no cases in this library yet."
    if not found:
        return "No case meets these filters."
    kept = counted(found, "case") if found == held else f"{counted(found, 'case')} of {held:,}"
    return kept if shown >= found else f"{kept}, {shown:,} shown"


def no_cases_html(held: int) -> str:
    """What stands in place of the cards when there are none."""
    return render(_FOUND, "no_cases", held=held)


def no_case_html() -> str:
    """What an address of a case that is not there shows."""
    return render(_FOUND, "no_case")


def precedents_html(found: Precedents, document: Callable[[str], Document]) -> str:
    """The cases most like a situation, each with what matches and what does not."""
    return "".join(_precedent(precedent, document(precedent.case.doc_id)) for precedent in found.found)


def remarks_html(found: Precedents, *, narrowed: bool = False) -> str:
    """``remarks_text`` as a paragraph."""
    return render("web/elements.html", "paragraph", css="remark", text=remarks_text(found, narrowed=narrowed))


def alike_html(found: Sequence[Precedent]) -> str:
    """Links to cases like another, each with what it shares."""
    return render(_FOUND, "alike", found=[(precedent.case, _shared(precedent)) for precedent in found])


def _shared(precedent: Precedent) -> str:
    return ", ".join(ASPECTS[match.aspect].lower() for match in precedent.matches if match.likeness != "none")


def _precedent(precedent: Precedent, document: Document) -> str:
    rows = [_row(match, document) for match in precedent.matches]
    return render(_FOUND, "precedent", face=face_of(precedent.case, document), rows=rows)


def _row(match: Match, document: Document) -> _Row:
    found = [(flat(document.text[start:end]), (start, end)) for start, end in match.found]
    absent = "" if found else absent_text(match, document)
    return _Row(match, ASPECTS[match.aspect], _SIGNS[match.likeness], LIKENESSES[match.likeness], found, absent)
