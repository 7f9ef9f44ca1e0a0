"""Filters: the values there are to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from rag.text.words import content_terms
from rag.web.calls import Call, FilterPairs, History, Reply, Text, View, Words
from rag.web.filters.view import facets_html
from rag.web.live import Live


class Facets(Call):
    """The values to filter by in a view (``for``); with a question, of the cases found for it."""

    question: Words = ""
    history: History = ()
    filters: FilterPairs = ()
    view: Annotated[Text, Field(alias="for")] = ""


class FilterCalls(View):
    """Filters: the values there are to choose from, with their numbers of cases."""

    def facets(self, call: Facets) -> Reply:
        """The values of every kind."""
        with self._lock:
            counted = self._library.snapshot.counts(call.question, call.history, filters=call.filters)
        followed = bool(content_terms(call.question))
        html = facets_html(counted, call.filters, _titles(self._live), followed=followed, view=call.view)
        return {"done": True, "html": html}


def _titles(live: Live) -> Mapping[str, str]:
    """doc_id -> title"""
    return {document.doc_id: document.title for file in live.files for document in file.documents}
