"""Cases side by side."""

from __future__ import annotations

from typing import Any

from rag.present.comparison import Column
from rag.present.wording import MAX_QUESTION
from rag.text.words import unique
from rag.types import Case
from rag.web.calls import Reply, ServerFunction, names_of, text_of
from rag.web.compare.view import MOST_COMPARED, choices_html, choices_text, comparison_html, no_comparison_html
from rag.web.live import Live

_CHOICES = 30  # cases to choose from that are listed at a time


def comparing(live: Live) -> list[ServerFunction]:
    """Everything the view 'Compare' asks for."""

    def compare(payload: Any) -> Reply:
        """The ``cases`` side by side, in this order."""
        known, asked = live.cases(), unique(names_of(payload, "cases"))
        found = [known[name] for name in asked if name in known]
        cases, beyond = found[:MOST_COMPARED], [case.title for case in found[MOST_COMPARED:]]
        missing = [name for name in asked if name not in known]
        columns = [Column(case, live.library.snapshot.document(case.doc_id)) for case in cases]
        html = comparison_html(columns, missing, beyond) if columns else no_comparison_html(missing)
        return {"done": True, "html": html, "cases": [case.case_id for case in cases]}

    def comparable(payload: Any) -> Reply:
        """Cases to choose from, whose title or place holds all ``words``."""
        words = text_of(payload, "words")[:MAX_QUESTION].casefold().split()
        found = [case for case in live.cases().values() if all(word in _said(case) for word in words)]
        shown = found[:_CHOICES]
        text = choices_text(len(shown), len(found), " ".join(words))
        return {"done": True, "html": choices_html(shown), "shown": text}

    return [compare, comparable]


def _said(case: Case) -> str:
    return f"{case.title} {case.place}".casefold()
