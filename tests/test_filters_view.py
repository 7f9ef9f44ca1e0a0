"""What to filter by as mark-up: what is ticked, what the numbers are of, and how much of it is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rag.ask.query.filters import Count, Counts
from rag.present.wording import MAX_QUESTION
from rag.types import Filter, FilterKind, Filters
from rag.web.filters.view import facets_html
from rag.web.server import server_functions
from tests.page_library import CannedLibrary


def shown(
    kind: FilterKind, counts: list[Count], chosen: Filters = (), *, followed: bool = False, view: str = "ask"
) -> str:
    return facets_html({kind: tuple(counts)}, chosen, {}, followed=followed, view=view)


def boxes(html: str) -> list[str]:
    return re.findall(r'<input type="checkbox" name="\w+" value="([^"]*)"', html)


def ticked(html: str) -> list[str]:
    return re.findall(r'value="([^"]*)" checked', html)


def test_it_says_what_the_numbers_are_of() -> None:
    topics = [Count("Diabetes", 2)]
    assert "Numbers: of all cases." in shown("topic", topics)
    assert "found for the question." in shown("topic", topics, followed=True)
    assert "found for the situation." in shown("topic", topics, followed=True, view="cases")


def test_a_long_group_is_cut_but_what_is_chosen_stays() -> None:
    counts = [Count(f"{n}.txt", 1) for n in range(5000)]
    html = shown("source", counts, (Filter("source", "4999.txt"),))
    assert boxes(html) == ["4999.txt", *(f"{n}.txt" for n in range(59))]
    assert ticked(html) == ["4999.txt"]
    assert "<summary>4,992 more</summary>" in html
    assert "and 4,940 more: narrow them down with another filter" in html
    assert len(html) < 30_000
    assert "narrow" not in shown("source", counts[:60])


def test_the_places_of_a_region_are_cut_too() -> None:
    region = Count("London", 200, tuple(Count(f"Ward {n}", 1) for n in range(200)))
    html = shown("place", [region], (Filter("place", "ward 150"),))
    assert boxes(html) == ["London", *(f"Ward {n}" for n in range(20)), "Ward 150"]
    assert ticked(html) == ["Ward 150"]
    assert "200 places" in html
    assert "and 179 more: narrow" in html


def test_upper_and_lower_case_are_alike_but_not_of_files() -> None:
    assert ticked(shown("topic", [Count("Diabetes", 1)], (Filter("topic", "diabetes"),))) == ["Diabetes"]
    files = [Count("A.txt", 1), Count("a.txt", 1)]
    assert ticked(shown("source", files, (Filter("source", "a.txt"),))) == ["a.txt"]


class Counting(CannedLibrary):
    """Keeps the questions that cases were counted for."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: list[str] = []

    def counts(self, question: str = "", history: Sequence[str] = (), *, filters: Filters = ()) -> Counts:
        self.counted.append(question)
        return super().counts(question, history, filters=filters)


def test_a_question_without_words_is_not_said_to_find_anything(tmp_path: Path) -> None:
    library = Counting()
    facets = {f.__name__: f for f in server_functions(library, tmp_path / "q.jsonl", "t")}["facets"]

    def numbers(question: str) -> str:
        return str(re.findall(r"Numbers: [^<]*", facets({"token": "t", "for": "ask", "question": question})["html"])[0])

    assert numbers("??") == "Numbers: of all cases."
    assert numbers("booking " * 1000) == "Numbers: of the cases found for the question."
    assert len(library.counted[-1]) == MAX_QUESTION
