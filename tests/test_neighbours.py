"""Windows: found passages with their neighbours, verbatim, small enough, nothing shown twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ask.neighbours import READ, with_neighbours
from rag.index.store.index import OpenIndex
from rag.types import Passage, Role, ScoredPassage
from tests.conftest import SEEDS
from tests.parts import index_of

ROLES: tuple[Role, ...] = ("account", "contact")


@dataclass(frozen=True)
class Library:
    """Texts by name, and the passages of them, one document after the other."""

    texts: Mapping[str, str]
    passages: Sequence[Passage]

    def row(self, passage: Passage) -> int:
        return [p.passage_id for p in self.passages].index(passage.passage_id)

    def with_neighbours(self, rows: Sequence[int], limit: int = READ) -> list[ScoredPassage]:
        found = [ScoredPassage(self.passages[row], 1.0 - i, 0.5, 2.0, 0.25, 0.125) for i, row in enumerate(rows)]
        return list(with_neighbours(found, self.passages, self.row, self.texts.__getitem__, limit))

    def held(self, window: Passage) -> list[int]:
        """The rows of the passages that the window shows."""
        return [
            row
            for row, passage in enumerate(self.passages)
            if passage.doc_id == window.doc_id and window.start <= passage.start and passage.end <= window.end
        ]


def library_of(*documents: Sequence[tuple[str, str | None, Role]]) -> Library:
    """Each passage as (words, case, role); a line lies between two."""
    texts, passages = {}, []
    for number, parts in enumerate(documents):
        name, start = f"{number}.txt", 0
        texts[name] = "\n".join(words for words, _, _ in parts)
        for words, case, role in parts:
            at = (start, start + len(words))
            lead_in = (0, 1) if start else None
            passages.append(
                Passage(f"{name}:{start}", name, case, "T", (words,), role, words, *at, len(words), lead_in)
            )
            start += len(words) + 1
    return Library(texts, passages)


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    passage = st.tuples(
        st.integers(1, 30).map(lambda length: "abcdefghij"[length % 10] * length),
        st.sampled_from([None, "c1", "c1", "c1", "c2"]),
        st.sampled_from(["account", "account", *ROLES]),
    )
    return library_of(*draw(st.lists(st.lists(passage, min_size=1, max_size=8), min_size=1, max_size=3)))


@st.composite
def searches(draw: st.DrawFn) -> tuple[Library, list[int], int]:
    """A library, the rows found, best first, and the most characters of a window."""
    library = draw(libraries())
    rows = draw(st.lists(st.sampled_from(range(len(library.passages))), unique=True))
    return library, rows, draw(st.integers(1, 120))


def kind(passage: Passage) -> tuple[str, str | None, str]:
    return passage.doc_id, passage.case_id, passage.role


@given(searches())
def test_neighbours_hold_to_their_rules(search: tuple[Library, list[int], int]) -> None:
    library, rows, limit = search
    found = library.with_neighbours(rows, limit)
    shown: list[int] = []
    at = 0  # in ``rows``
    for scored in found:
        window = scored.passage
        held = library.held(window)
        assert window.text == library.texts[window.doc_id][window.start : window.end]
        assert len(window.text) <= limit or len(held) == 1
        assert {kind(library.passages[row]) for row in held} == {kind(window)}
        assert window.start == library.passages[held[0]].start
        assert window.end == library.passages[held[-1]].end
        assert window.n_tokens == sum(library.passages[row].n_tokens for row in held)
        assert window.lead_in == library.passages[held[0]].lead_in
        # The next one found that no window shows yet.
        while rows[at] in shown:
            at += 1
        row = rows[at]
        assert row in held
        found_there = library.passages[row]
        assert window == replace(
            found_there,
            text=window.text,
            start=window.start,
            end=window.end,
            n_tokens=window.n_tokens,
            lead_in=window.lead_in,
        )
        assert replace(scored, passage=found_there) == ScoredPassage(found_there, 1.0 - at, 0.5, 2.0, 0.25, 0.125)
        assert not {*held} & {*shown}
        assert is_as_wide_as_can_be(library, held, shown, limit)
        shown += held
    assert {*rows} <= {*shown}


def is_as_wide_as_can_be(library: Library, held: Sequence[int], shown: Sequence[int], limit: int) -> bool:
    """Whether neither neighbour could be taken in."""
    first, last = library.passages[held[0]], library.passages[held[-1]]
    for other in (held[0] - 1, held[-1] + 1):
        if 0 <= other < len(library.passages) and other not in shown:
            neighbour = library.passages[other]
            length = max(last.end, neighbour.end) - min(first.start, neighbour.start)
            if kind(neighbour) == kind(first) and length <= limit:
                return False
    return True


def account(*words: str) -> list[tuple[str, str | None, Role]]:
    return [(text, "c", "account") for text in words]


FIVE = library_of(account("one", "two", "three", "four", "five"))


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (1, "three"),
        (8, "three"),
        (9, "two three"),
        (10, "three four"),  # what follows is tried first
        (13, "three four"),
        (14, "two three four"),
        (17, "two three four"),
        (18, "one two three four"),
        (19, "two three four five"),
        (23, "one two three four five"),
    ],
)
def test_what_is_shown_grows_on_both_sides_in_turn(limit: int, expected: str) -> None:
    [window] = FIVE.with_neighbours([2], limit)
    assert window.passage.text.split() == expected.split()


def test_where_one_side_is_too_long_the_other_grows_on() -> None:
    library = library_of(account("one", "two", "three", "f" * 99))
    assert [w.passage.text.split() for w in library.with_neighbours([2], 20)] == [["one", "two", "three"]]


def test_what_an_earlier_one_took_in_does_not_come_again() -> None:
    assert [w.passage.text.split() for w in FIVE.with_neighbours([2, 3, 1, 4, 0], 14)] == [
        ["two", "three", "four"],
        ["five"],
        ["one"],
    ]


def test_what_is_shown_stops_at_what_is_shown_already() -> None:
    texts = [w.passage.text.split() for w in FIVE.with_neighbours([4, 2], 9)]
    assert texts == [["four", "five"], ["two", "three"]]


@pytest.mark.parametrize(
    "other", [("other", "c2", "account"), ("other", None, "account"), ("other", "c", "contact")], ids=str
)
def test_what_is_shown_ends_where_case_or_role_changes(other: tuple[str, str | None, Role]) -> None:
    library = library_of([*account("one"), other, *account("two", "three")], account("four"))
    assert [w.passage.text.split() for w in library.with_neighbours([2])] == [["two", "three"]]
    assert [w.passage.text.split() for w in library.with_neighbours([1])] == [["other"]]
    assert [w.passage.text.split() for w in library.with_neighbours([4])] == [["four"]]


def test_a_passage_alone_is_itself() -> None:
    [window] = FIVE.with_neighbours([2], 1)
    assert window.passage is FIVE.passages[2]


def test_neighbours_come_one_by_one() -> None:
    def endless() -> Iterator[ScoredPassage]:
        for row in (0, 4):
            yield ScoredPassage(FIVE.passages[row], 1.0, 0.0, 0.0)
        raise AssertionError("no more were wanted")

    lazily = with_neighbours(endless(), FIVE.passages, FIVE.row, FIVE.texts.__getitem__, 1)
    assert [next(lazily).passage.text, next(lazily).passage.text] == ["one", "five"]


def test_nothing_found_nothing_shown() -> None:
    assert FIVE.with_neighbours([]) == []


# --- the seeds ---


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    with index_of(tmp_path_factory.mktemp("seeds"), SEEDS) as opened:
        yield opened


def test_neighbours_of_the_seeds(index: OpenIndex) -> None:
    library = Library({name: document.text for name, document in index.documents.items()}, list(index.passages))
    rows = list(range(len(library.passages)))
    rows = rows[::3] + rows[1::3] + rows[2::3]
    found = library.with_neighbours(rows)
    assert len(found) < len(rows)
    assert sorted(row for window in found for row in library.held(window.passage)) == sorted(rows)
    for window in (scored.passage for scored in found):
        assert window.text == library.texts[window.doc_id][window.start : window.end]
    assert max(len(window.passage.text) for window in found) <= READ
