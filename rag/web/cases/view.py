"""The cases of the library: filtered, found by what they tell, each as a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.present.fields import flat
from rag.present.precedents import ASPECTS, LIKENESSES, absent_text
from rag.present.wording import counted
from rag.text.templates import render
from rag.types import Document, Precedent, Precedents
from rag.web.cases.cards import face_of

#: The longest situation that is read, in characters.
MAX_SITUATION = 1000

EXAMPLE_SITUATION = "Seaside town, older Polish community, low flu jab uptake, one children’s centre."

_FOUND = "web/cases/found.html"


def count_cases_text(shown: int, found: int, held: int) -> str:
    """How many cases are listed, of how many that meet the filters, of how many there are."""
    if not held:
        return "There are no cases in this library yet."
    if not found:
        return "No case meets these filters."
    kept = counted(found, "case") if found == held else f"{counted(found, 'case')} of {held:,}"
    return kept if shown >= found else f"{kept}, {shown:,} shown"


def precedents_html(found: Precedents, document: Callable[[str], Document]) -> str:
    """The cases most like a situation, each with what matches and what does not."""
    return "".join(_precedent(precedent, document(precedent.case.doc_id)) for precedent in found.found)


def alike_html(found: Sequence[Precedent]) -> str:
    """Links to cases like another, each with what it shares."""
    return render(_FOUND, "alike", found=[(precedent.case, _shared(precedent)) for precedent in found])


def _shared(precedent: Precedent) -> str:
    return ", ".join(ASPECTS[match.aspect].lower() for match in precedent.matches if match.likeness != "none")


def _precedent(precedent: Precedent, document: Document) -> str:
    rows = []
    for match in precedent.matches:
        found = [(flat(document.text[start:end]), (start, end)) for start, end in match.found]
        rows.append((match, found, "" if found else absent_text(match, document)))
    face = face_of(precedent.case, document)
    return render(_FOUND, "precedent", face=face, rows=rows, aspects=ASPECTS, likenesses=LIKENESSES)
