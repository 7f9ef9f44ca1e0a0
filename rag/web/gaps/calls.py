"""Noting questions that were not answered, and what was marked below answers; what a curator sees of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from rag.errors import QuestionsError, SourceError
from rag.evaluation.questions.curated_file import MAX_MARKED, places_of
from rag.evaluation.questions.from_gaps import gaps_questions
from rag.evaluation.questions.sets import question_record
from rag.explore.gaps.file import GapEvent, GapFile, GapKind
from rag.explore.gaps.summary import Gap, gaps_of, summary_of
from rag.library import Library
from rag.present.wording import MAX_QUESTION, counted
from rag.text.templates import render
from rag.types import Span, Status
from rag.web.calls import Call, FilterPairs, History, Name, Number, Reply, Spans, Text, Texts, Trimmed, View, at_most
from rag.web.gaps import view as gaps_view
from rag.web.live import Live

_SUMMARY, _LISTED = "web/gaps/summary.html", "web/gaps/listed.html"
_NOTED = "Noted on this computer. Thank you."
_NOT_NOTED = "Not noted: PRECEDENT_GAPS says that nothing is kept."
_SAVED = "not-answered.jsonl"
_BATCH = 50  # questions listed at a time
_MOST_HISTORY = 4_000  # characters of the earlier questions that are kept: of the last ones
_MOST_WORDS, _WORD = 50, 100  # words that nothing mentions, their characters
_MOST_FILTERS = 50
_MOST_KEYS = 50  # taken back at once


class Gaps(Call):
    """What happened below an answer, cut to what is kept; the ``keys`` of what was noted; or the questions of a topic
    and a group (all if none is named) from number ``start`` on, and one of them by its ``key``.
    """

    kind: GapKind | None = None
    status: Status | None = None
    question: Annotated[Trimmed, at_most(MAX_QUESTION)] = ""
    searched: Annotated[Trimmed, at_most(2 * MAX_QUESTION)] = ""
    history: History = ()
    filters: Annotated[FilterPairs, at_most(_MOST_FILTERS)] = ()
    missing: Annotated[Texts, at_most(_MOST_WORDS)] = ()
    source: Name = ""
    spans: Spans = ()
    keys: Annotated[Texts, at_most(_MOST_KEYS)] = ()
    topic: Text = ""
    community: Text = ""
    start: Number = 0
    key: Text = ""


class GapCalls(View):
    """Noting questions that were not answered, kept where the library's settings say; and the view 'What people ask
    that is not here'.
    """

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self._file = GapFile(live.library.collection.settings.gaps_file)
        self._removed: dict[str, list[GapEvent]] = {}

    def log(self, call: Gaps) -> Reply:
        """Notes a refusal or a mark; "key" takes it back."""
        event = _event(self._library, call)
        self._file.add(event)
        return {"done": True, "key": event.key, "html": _NOTED if self._file.keeps else _NOT_NOTED}

    def unlog(self, call: Gaps) -> Reply:
        self._file.remove(call.keys)
        return {"done": True}

    def gaps(self, call: Gaps) -> Reply:
        """The summary, and a batch of the questions."""
        if not self._file.keeps:
            return {"done": True, "summary": render(_SUMMARY, "not_kept"), "heading": "", "html": "", "more": ""}
        events, damaged = self._file.read()
        summary = summary_of(events)
        found = [gap for gap in summary.gaps if _about(gap, call.topic, call.community)]
        listed = found[call.start : call.start + _BATCH]
        heading = {"found": counted(len(found), "question"), "topic": call.topic, "community": call.community}
        return {
            "done": True,
            "summary": gaps_view.summary_html(summary, str(self._file.path), damaged),
            "heading": render(_LISTED, "heading", **heading) if summary.gaps else "",
            "html": "".join(gaps_view.gap_html(gap, _places(self._library, gap)) for gap in listed),
            "more": render(_LISTED, "more", left=len(found) - call.start - len(listed)),
        }

    def drop_gap(self, call: Gaps) -> Reply:
        gap = next((gap for gap in gaps_of(self._file.read().events) if gap.key == call.key), None)
        if gap is None:
            raise QuestionsError("this question is no longer kept: reload the page")
        removed = self._file.remove({event.key for event in gap.events})
        self._removed[call.key] = [*self._removed.get(call.key, []), *removed]
        return {"done": True, "html": render(_LISTED, "dropped", key=call.key, question=gap.latest.question)}

    def restore_gap(self, call: Gaps) -> Reply:
        events = self._removed.pop(call.key, [])
        if not events:
            raise QuestionsError("this question can't be brought back: it was removed before the program started")
        try:
            self._file.add(*events)
        except QuestionsError:
            self._removed[call.key] = [*events, *self._removed.get(call.key, [])]
            raise
        return {"done": True}

    def forget_gaps(self, _: Call) -> Reply:
        self._removed.clear()
        self._file.forget()
        return {"done": True}

    def save_gaps(self, _: Call) -> Reply:
        """A question set as a file to download; "text" is '' where there is nothing to save."""
        exported = gaps_questions(summary_of(self._file.read().events).gaps)
        lines = [json.dumps(question_record(question), ensure_ascii=False) for question in exported.questions]
        text = "".join(f"{line}\n" for line in lines)
        return {"done": True, "name": _SAVED, "text": text, "html": gaps_view.exported_text(exported)}


def _event(library: Library, call: Gaps) -> GapEvent:
    """What the call notes. Raises QuestionsError, SourceError."""
    is_odd = (call.kind, call.status) == ("refused", "answered")
    if not call.question or call.kind is None or call.status is None or is_odd:
        raise QuestionsError("this can't be noted: the page did not say what was asked and what came of it. Reload it")
    is_citation = call.kind == "wrong citation"
    return GapEvent(
        key=secrets.token_hex(8),
        time=datetime.now().astimezone().isoformat(timespec="milliseconds"),
        kind=call.kind,
        question=call.question,
        status=call.status,
        searched=call.searched,
        history=_last(call.history),
        filters=call.filters,
        missing=tuple(word[:_WORD] for word in call.missing),
        source=call.source if is_citation else "",
        quote=_quote(library, call.source, call.spans) if is_citation else "",
    )


def _last(history: Sequence[str]) -> tuple[str, ...]:
    """The last of the earlier questions, as many as are kept."""
    kept: list[str] = []
    left = _MOST_HISTORY
    for question in reversed(history):
        left -= len(question)
        if left < 0:
            break
        kept.append(question)
    return tuple(reversed(kept))


def _quote(library: Library, source: str, spans: Sequence[Span]) -> str:
    text = library.snapshot.document(source).text
    quote = " … ".join(text[start:end] for start, end in spans if start < end <= len(text))
    if not quote.strip():
        raise QuestionsError("this can't be noted: the document has changed since. Ask again")
    return quote[:MAX_MARKED]


def _about(gap: Gap, topic: str, community: str) -> bool:
    return (not topic or topic in gap.topics) and (not community or community in gap.communities)


def _places(library: Library, gap: Gap) -> gaps_view.QuotePlaces:
    found: dict[tuple[str, str], Sequence[Span] | None] = {}
    for source, quote in gap.wrong:
        try:
            found[source, quote] = places_of(quote, library.snapshot.document(source).text)
        except SourceError:
            found[source, quote] = None
    return found
