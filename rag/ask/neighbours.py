"""What a reader is shown of a passage that was found: the passage with its neighbours of the same case.

Small passages are found best, larger ones are read best; the answer to a question often stands just beside the words
that resemble it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from rag.types import Passage, ScoredPassage

READ = 1_900  # characters: about a screen
FOUND_PER_SHOWN = 3  # passages to find for each one shown: neighbours are shown together


def with_neighbours(
    found: Iterable[ScoredPassage],
    passages: Sequence[Passage],
    row: Callable[[Passage], int],
    text: Callable[[str], str],
    limit: int = READ,
    *,
    left_out: Collection[int] = (),
) -> Iterator[ScoredPassage]:
    """Each of ``found`` widened to at most ``limit`` characters; what an earlier one took in does not come again.

    ``passages`` are all of the library in order, ``row`` their number, ``text`` a document's text by its id;
    ``left_out`` are rows that no passage is widened by.
    """
    shown = set(left_out)
    for scored in found:
        at = row(scored.passage)
        if at in shown:  # taken in by an earlier one
            continue
        first, last = _grown(passages, at, shown, limit)
        shown.update(range(first, last + 1))
        yield replace(scored, passage=_joined(passages[first : last + 1], scored.passage, text))


def _grown(passages: Sequence[Passage], at: int, shown: set[int], limit: int) -> tuple[int, int]:
    """The first and last row of what is shown around ``at``, grown on both sides in turn."""
    first = last = at
    while True:
        before = first, last
        for other in (last + 1, first - 1):
            if not 0 <= other < len(passages) or other in shown or not _together(passages[at], passages[other]):
                continue
            wider = min(first, other), max(last, other)
            if passages[wider[1]].end - passages[wider[0]].start <= limit:
                first, last = wider
        if (first, last) == before:
            return before


def _together(one: Passage, other: Passage) -> bool:
    return (one.doc_id, one.case_id, one.role) == (other.doc_id, other.case_id, other.role)


def _joined(parts: Sequence[Passage], found: Passage, text: Callable[[str], str]) -> Passage:
    if len(parts) == 1:
        return found
    start, end = parts[0].start, parts[-1].end
    return replace(
        found,
        text=text(found.doc_id)[start:end],
        start=start,
        end=end,
        n_tokens=sum(part.n_tokens for part in parts),
        page=parts[0].page,
        lead_in=parts[0].lead_in,
    )
