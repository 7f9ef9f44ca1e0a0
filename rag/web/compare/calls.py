"""Cases side by side."""

from __future__ import annotations

from rag.present.comparison import Column
from rag.text.words import unique
from rag.types import Case
from rag.web.calls import Call, Names, Reply, View, Words
from rag.web.compare.view import MOST_COMPARED, choices_html, choices_text, comparison_html, no_comparison_html

_CHOICES = 30  # cases to choose from that are listed at a time


class Compare(Call):
    """The cases to stand side by side, in this order; or ``words`` of those to choose from."""

    cases: Names = ()
    words: Words = ""


class CompareCalls(View):
    """Everything the view 'Compare' asks for."""

    def compare(self, call: Compare) -> Reply:
        """The cases side by side."""
        known, asked = self._live.cases(), unique(call.cases)
        found = [known[name] for name in asked if name in known]
        cases, beyond = found[:MOST_COMPARED], [case.title for case in found[MOST_COMPARED:]]
        missing = [name for name in asked if name not in known]
        columns = [Column(case, self._library.snapshot.document(case.doc_id)) for case in cases]
        html = comparison_html(columns, missing, beyond) if columns else no_comparison_html(missing)
        return {"done": True, "html": html, "cases": [case.case_id for case in cases]}

    def comparable(self, call: Compare) -> Reply:
        """Cases to choose from, whose title or place holds all words."""
        words = call.words.casefold().split()
        found = [case for case in self._live.cases().values() if all(word in _said(case) for word in words)]
        shown = found[:_CHOICES]
        text = choices_text(len(shown), len(found), " ".join(words))
        return {"done": True, "html": choices_html(shown), "shown": text}


def _said(case: Case) -> str:
    return f"{case.title} {case.place}".casefold()
