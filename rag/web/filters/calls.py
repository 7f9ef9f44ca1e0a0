"""Filters: what a call wants, and the values there are to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rag.ask.query.filters import filter_of
from rag.present.wording import MAX_QUESTION
from rag.text.words import content_terms
from rag.types import Filters
from rag.web.calls import Reply, ServerFunction, history_of, items_of, names_of, text_of
from rag.web.filters.view import facets_html
from rag.web.live import Live
from rag.web.questions.background_checks import Turns

_WANTS = 100  # at most, in one call


def wants_in(payload: Any, name: str = "filters") -> Filters:
    """What is wanted by [[kind, value], ...] in the payload; whatever is none is left out."""
    found = []
    for item in items_of(payload, name)[:_WANTS]:
        pair = names_of({"pair": item}, "pair") if isinstance(item, list) else []
        if len(pair) == 2 and (want := filter_of(*pair)):
            found.append(want)
    return tuple(dict.fromkeys(found))


def filtering(live: Live, turns: Turns) -> list[ServerFunction]:
    """The values to filter by, with their numbers of cases."""

    def facets(payload: Any) -> Reply:
        """For the view named by "for"; with a "question", of the cases found for it."""
        question = text_of(payload, "question")[:MAX_QUESTION]
        chosen = wants_in(payload)
        with turns:
            counted = live.library.snapshot.counts(question, history_of(payload), filters=chosen)
        view = text_of(payload, "for")
        followed = bool(content_terms(question))
        return {"done": True, "html": facets_html(counted, chosen, _titles(live), followed=followed, view=view)}

    return [facets]


def _titles(live: Live) -> Mapping[str, str]:
    """doc_id -> title"""
    return {document.doc_id: document.title for file in live.files for document in file.documents}
