"""Noting questions that were not answered, and what was marked below answers; what a curator sees of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from rag.errors import QuestionsError, SourceError
from rag.evaluation.questions.curated_file import MAX_MARKED, places_of
from rag.evaluation.questions.from_gaps import gaps_questions
from rag.evaluation.questions.sets import question_record
from rag.explore.gaps.file import GapEvent, GapFile, GapKind
from rag.explore.gaps.summary import Gap, gaps_of, summary_of
from rag.library import Library
from rag.present.wording import MAX_QUESTION
from rag.types import Span, Status
from rag.web.calls import Reply, ServerFunction, history_of, name_of, number_of, spans_in, text_of, texts_of
from rag.web.filters.calls import wants_in
from rag.web.gaps import view as gaps_view

_SAVED = "not-answered.jsonl"
_BATCH = 50  # questions listed at a time
_MOST_HISTORY = 4_000  # characters of the earlier questions that are kept: of the last ones
_MOST_WORDS, _WORD = 50, 100  # words that nothing mentions, their characters
_MOST_FILTERS = 50
_MOST_KEYS = 50  # taken back at once


def noting_gaps(library: Library) -> list[ServerFunction]:
    """All of it, kept where the library's settings say."""
    file = GapFile(library.collection.settings.gaps_file)
    return [*_noting(library, file), *_reviewing(library, file)]


def _noting(library: Library, file: GapFile) -> list[ServerFunction]:
    """What happens below answers: a refusal or a mark is noted, and a mark is taken back."""

    def log(payload: Any) -> Reply:
        """Notes what ``kind`` says; "key" takes it back."""
        event = _event(library, payload)
        file.add(event)
        return {"done": True, "key": event.key, "html": gaps_view.noted_html(kept=file.keeps)}

    def unlog(payload: Any) -> Reply:
        file.remove(texts_of(payload, "keys")[:_MOST_KEYS])
        return {"done": True}

    return [log, unlog]


def _reviewing(library: Library, file: GapFile) -> list[ServerFunction]:
    """The view 'What people ask that is not here'."""
    removed: dict[str, list[GapEvent]] = {}

    def gaps(payload: Any) -> Reply:
        """The summary, and the questions of a topic and a group (all if none is named) from number ``start`` on."""
        if not file.keeps:
            return {"done": True, "summary": gaps_view.not_kept_html(), "heading": "", "html": "", "more": ""}
        events, damaged = file.read()
        summary = summary_of(events)
        topic, community = text_of(payload, "topic"), text_of(payload, "community")
        found = [gap for gap in summary.gaps if _about(gap, topic, community)]
        start = number_of(payload, "start")
        listed = found[start : start + _BATCH]
        rows = "".join(gaps_view.gap_html(gap, _places(library, gap)) for gap in listed)
        heading = gaps_view.gaps_heading_html(len(found), topic, community) if summary.gaps else ""
        return {
            "done": True,
            "summary": gaps_view.summary_html(summary, str(file.path), damaged),
            "heading": heading,
            "html": rows,
            "more": gaps_view.more_gaps_html(len(found) - start - len(listed)),
        }

    def drop_gap(payload: Any) -> Reply:
        key = text_of(payload, "key")
        gap = next((gap for gap in gaps_of(file.read().events) if gap.key == key), None)
        if gap is None:
            raise QuestionsError("this question is no longer kept: reload the page")
        removed[key] = [*removed.get(key, []), *file.remove({event.key for event in gap.events})]
        return {"done": True, "html": gaps_view.dropped_html(key, gap.latest.question)}

    def restore_gap(payload: Any) -> Reply:
        key = text_of(payload, "key")
        events = removed.pop(key, [])
        if not events:
            raise QuestionsError("this question can't be brought back: it was removed before the program started")
        try:
            file.add(*events)
        except QuestionsError:
            removed[key] = [*events, *removed.get(key, [])]
            raise
        return {"done": True}

    def forget_gaps(_: Any) -> Reply:
        removed.clear()
        file.forget()
        return {"done": True}

    def save_gaps(_: Any) -> Reply:
        """A question set as a file to download; "text" is '' where there is nothing to save."""
        exported = gaps_questions(summary_of(file.read().events).gaps)
        lines = [json.dumps(question_record(question), ensure_ascii=False) for question in exported.questions]
        text = "".join(f"{line}\n" for line in lines)
        return {"done": True, "name": _SAVED, "text": text, "html": gaps_view.exported_text(exported)}

    return [gaps, drop_gap, restore_gap, forget_gaps, save_gaps]


def _event(library: Library, payload: Any) -> GapEvent:
    """What the payload notes, cut to what is kept. Raises QuestionsError, SourceError."""
    question = text_of(payload, "question").strip()[:MAX_QUESTION]
    kinds: dict[str, GapKind] = {kind: kind for kind in get_args(GapKind)}
    statuses: dict[str, Status] = {status: status for status in get_args(Status)}
    kind, status = kinds.get(text_of(payload, "kind")), statuses.get(text_of(payload, "status"))
    if not question or kind is None or status is None or (kind == "refused" and status == "answered"):
        raise QuestionsError("this can't be noted: the page did not say what was asked and what came of it. Reload it")
    source, quote = "", ""
    if kind == "wrong citation":
        source = name_of(payload, "source")
        quote = _quote(library, source, spans_in(text_of(payload, "spans")))
    return GapEvent(
        key=secrets.token_hex(8),
        time=datetime.now().astimezone().isoformat(timespec="milliseconds"),
        kind=kind,
        question=question,
        status=status,
        searched=text_of(payload, "searched").strip()[: 2 * MAX_QUESTION],
        history=_last(history_of(payload)),
        filters=wants_in(payload)[:_MOST_FILTERS],
        missing=tuple(word[:_WORD] for word in texts_of(payload, "missing")[:_MOST_WORDS]),
        source=source,
        quote=quote,
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
