"""Sentences and stems: what can be quoted, and what counts as the same word."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.words import content_terms, sentences, stem, stems, stop_stems, terms, trimmed, unique
from rag.types import Span


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "sentences_",
    [
        ["Uptake rose.", "It fell again!", "Why?"],
        ["Dr. Khan and Mrs. Ali met Prof. Lee at St. Mary’s.", "They agreed."],
        ["Some groups, e.g. Somali women, i.e. mothers, were asked.", "All came."],
        ["It cost approx. 300 pounds vs. 500 before.", "It was cheap."],
        ["J. Smith wrote it.", "K. Lee read it."],
        ["It rose by 3.5 per cent at 10.30 on No. 4 Mill Road.", "Then it stopped."],
        ["She said: “It helped me.”", "We believed her."],
        ["(It was late.)", "They came."],
        ["“Really?” asked the nurse.", "Nobody answered."],
        ["It went on … and on.", "It ended…", "At last."],
        ["The team met in Jan. 2010 and left.", "It was cold."],
        ["The 1990s were hard.", "2010 was better."],
        ["Was it free?!", "It was."],
    ],
    ids=lambda found: found[0][:24],
)
def test_text_is_cut_at_the_ends_of_its_sentences(sentences_: list[str]) -> None:
    assert cut(" ".join(sentences_)) == sentences_


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\n ", []),
        ("no stop", ["no stop"]),
        ("A heading\nA sentence. ", ["A heading", "A sentence."]),
        ("One line\n\n  another", ["One line", "another"]),
        ("Visit www.example.org/a.b today. Thanks", ["Visit www.example.org/a.b today.", "Thanks"]),
    ],
)
def test_edges_of_text(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_only_the_asked_part_is_cut() -> None:
    text = "One ends. Two ends. Three ends."
    assert sentences(text, 4, 18) == [(4, 9), (10, 18)]


PROSE = st.lists(
    st.one_of(
        st.sampled_from(
            ["Dr.", "e.g.", "J.", "“Yes.”", "(no)", ".", "!", "…", "\n", "\n\n", " ", "\u00a0", "Word", "word"]
        ),
        st.text(max_size=6),
    ),
    max_size=30,
).map(" ".join)


@given(PROSE, st.integers(0, 40), st.integers(0, 40))
def test_sentences_are_ordered_disjoint_and_lose_no_character(text: str, skipped: int, left: int) -> None:
    start, end = min(skipped, len(text)), max(len(text) - left, 0)
    end = max(start, end)
    spans = sentences(text, start, end)
    assert all(start <= a < b <= end and trimmed(text, a, b) == (a, b) for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    covered = {i for a, b in spans for i in range(a, b)}
    assert {i for i in range(start, end) if not text[i].isspace()} <= covered


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bookings", "booking"),
        ("Booked", "booking"),
        ("women’s", "woman"),
        ("women's", "Women"),
        ("mothers’", "mother"),
        ("ran", "run"),
        ("running", "ran"),
        ("children", "child"),
        ("paid", "pays"),
        ("CAFÉ", "cafe"),
        ("cafe\u0301", "café"),
        ("Zürich", "zurich"),
        ("STRASSE", "straße"),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("booking", "bus"), ("men", "women"), ("نساء", "رجال"), ("2010", "2011")],
)
def test_other_words_have_other_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_terms_know_where_they_stand() -> None:
    text = "Women’s groups, 40 of_them: ‘don’t’ – e-mail!"
    assert [text[term.start : term.end] for term in terms(text)] == [
        *("Women’s", "groups", "40", "of", "them", "don’t", "e", "mail"),
    ]
    assert [term.stem for term in terms(text)] == stems(text)


@given(st.text(max_size=60))
def test_every_term_is_the_stem_of_its_own_span(text: str) -> None:
    found = terms(text)
    assert all(term.stem == stem(text[term.start : term.end]) for term in found)
    spans: list[Span] = [(term.start, term.end) for term in found]
    assert all(a < b for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_content_terms_leave_out_what_says_nothing() -> None:
    text = "What’s been done about the women who didn’t book in Coventry?"
    assert [text[term.start : term.end] for term in content_terms(text)] == ["women", "book", "Coventry"]
    assert not {term.stem for term in content_terms(text)} & stop_stems()


def test_unique_keeps_the_first() -> None:
    assert unique(["b", "a", "b", "c", "a"]) == ["b", "a", "c"]
