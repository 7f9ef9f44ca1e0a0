"""Putting the answers of a question's parts together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from rag.ask.query.decompose import SubQuestion
from rag.ask.query.intent import LIGHT
from rag.text.spans import merged, overlap, quoted
from rag.text.words import content_terms, stem, unique
from rag.types import Answer, Citation, Passage, Query, ScoredPassage, Statement

_NOT_HELD = "The passages found are near the question, but none mentions what it asks."
_NOT_STATED = "The source states no such result."
#: How sure it is that a result is stated where the rules of ``rag.cases.find`` find one: taken, not fitted.
_STATED = 0.9


def merge_answers(
    typed: str,
    parts: Sequence[SubQuestion],
    answers: Sequence[Answer],
    whole: Callable[[], Answer],
    text: Callable[[str], str],
    *,
    results: int,
) -> Answer:
    """One answer to the question ``typed`` from those of its ``parts``.

    ``whole`` answers it as it is typed: that is shown too if nothing answers one of the parts. ``text`` gives a
    document's text by its id.
    """
    if len(parts) == 1 and parts[0].question == typed:
        return answers[0]
    found = [_judged(part, answer) for part, answer in zip(parts, answers, strict=True)]
    answered = [answer for answer in found if answer.status == "answered"]
    unanswered = [part.shown for part, answer in zip(parts, found, strict=True) if answer.status != "answered"]
    if unanswered and not any(part.case for part in parts) and (as_typed := whole()).status == "answered":
        if not answered:
            return as_typed
        answered.append(as_typed)
    best = max(answered or found, key=lambda answer: answer.confidence)
    told = answered or [answer for answer in found if answer.status == best.status]
    citations, statements = _combined(told, text)
    return replace(
        best,
        query=_query(typed, parts, [answer.query for answer in found]),
        statements=statements,
        citations=citations,
        passages=_in_turn([answer.passages for answer in found])[:results],
        missing=tuple(unique(word for answer in found for word in answer.missing)),
        unanswered=tuple(unanswered) if answered else (),
    )


def _judged(part: SubQuestion, answer: Answer) -> Answer:
    """A part's answer with the status it has as a part."""
    if part.stated:
        if any(statement.evidence in part.stated for statement in answer.statements):
            return replace(answer, status="answered", confidence=max(answer.confidence, _STATED))
        return replace(answer, status="closest", reason=_NOT_STATED) if answer.status == "answered" else answer
    own = {term.stem for term in content_terms(answer.query.asked)} - LIGHT
    taken_over = answer.query.carried and own and own <= {stem(word) for word in answer.missing}
    if answer.status == "answered" and (taken_over or not answer.statements):
        return replace(answer, status="closest", reason=_NOT_HELD)  # only what another part asks was found
    return answer


def _query(typed: str, parts: Sequence[SubQuestion], queries: Sequence[Query]) -> Query:
    first = queries[0]
    text = "; ".join(unique(query.text.rstrip(" ?.,;") for query in queries)) + "?"
    titles = [part.case[1] for part in parts if part.case and part.case[1] not in text]
    return Query(
        typed,
        f"{text} ({'; '.join(titles)})" if titles else text,
        first.carried,  # what later parts carry was typed in the same question
        first.earlier,
        tuple(dict.fromkeys(pair for query in queries for pair in query.corrected)),
        tuple(dict.fromkeys(pair for query in queries for pair in query.also)),
        tuple(dict.fromkeys(each for query in queries for each in query.preferred)),
        tuple(dict.fromkeys(each for query in queries for each in query.excluded)),
    )


def _combined(
    answers: Sequence[Answer], text: Callable[[str], str]
) -> tuple[tuple[Citation, ...], tuple[Statement, ...]]:
    """Citations and statements of all; those of one case under its heading, quotes that overlap made one."""
    groups: dict[tuple[str, str], list[tuple[Statement, list[Citation]]]] = {}
    for answer in answers:
        for statement in answer.statements:
            cited = answer.cited_by(statement)
            groups.setdefault((cited[0].source, statement.heading), []).append((statement, cited))
    citations: list[Citation] = []
    statements: list[Statement] = []
    for told in groups.values():
        kept = _without_overlap(chain.from_iterable(cited for _, cited in told), text)
        first = len(citations) + 1
        citations += [replace(citation, number=number) for number, citation in enumerate(kept, first)]
        notes = tuple(dict.fromkeys(note for statement, _ in told for note in statement.notes))
        numbers = tuple(range(first, first + len(kept)))
        statements.append(replace(told[0][0], citations=numbers, notes=notes))
    return tuple(citations), tuple(statements)


def _without_overlap(citations: Iterable[Citation], text: Callable[[str], str]) -> list[Citation]:
    """Citations of one document, those that share words put together."""
    kept: list[Citation] = []
    for citation in citations:
        at = next((i for i, other in enumerate(kept) if overlap(other.spans, citation.spans)), None)
        if at is None:
            kept.append(citation)
            continue
        spans = merged([*kept[at].spans, *citation.spans])
        kept[at] = replace(kept[at], spans=spans, quote=quoted(text(citation.source), spans))
    return kept


def _in_turn(lists: Sequence[Sequence[ScoredPassage]]) -> tuple[ScoredPassage, ...]:
    """The passages of all in turn; one that overlaps an earlier one is left out."""
    kept: list[ScoredPassage] = []
    for scored in chain.from_iterable(zip_longest(*lists)):
        if scored and not any(_same_words(scored.passage, other.passage) for other in kept):
            kept.append(scored)
    return tuple(kept)


def _same_words(one: Passage, other: Passage) -> bool:
    return one.doc_id == other.doc_id and one.start < other.end and other.start < one.end
