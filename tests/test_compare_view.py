"""Cases side by side: the table as data, as mark-up and as text, and what the page asks the server for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rag.present.comparison import Column, Row, comparison_markdown, comparison_rich, rows_of
from rag.types import Block, Case, Document, Facet, FacetKind, OriginMap
from rag.web.calls import Reply
from rag.web.compare.view import comparison_html
from rag.web.server import server_functions
from tests.page_library import CannedLibrary

HULL = """Walks in Hull

In Hull, older women met to walk in 2015. Nurses led the walks. Visits fell from 40 to 20. \
Rain | and *wind* kept many away. Some had no shoes. Buses were late. Two paths were closed."""
LEEDS = "Swimming in Leeds\n\nIn Leeds, retired women met to swim in 2015. It helped them. A pool is planned."


def told(kind: FacetKind, text: str, words: str, *labels: str, value: str = "", trigger: str = "") -> Facet:
    start = text.index(words)
    spans = ((text.index(trigger), text.index(trigger) + len(trigger)),) if trigger else ()
    return Facet(kind, value or words, start, start + len(words), labels, spans)


def column(name: str, text: str, *facets: Facet, published: str = "") -> Column:
    title = text.partition("\n")[0]
    blocks = (Block("paragraph", len(title) + 2, len(text)),)
    document = Document(name, f"{title}: a report", text, blocks, OriginMap(), "", published)
    return Column(Case(f"{name}#1", name, title, ((0, len(text)),), facets), document)


WALKS = column(
    "hull.txt",
    HULL,
    told("place", HULL, "Hull", "Yorkshire and the Humber"),
    told("community", HULL, "older women", "Women", "Older people"),
    told("period", HULL, "2015", "2015"),
    told("deed", HULL, "Nurses led the walks."),
    told("outcome", HULL, "Visits fell from 40 to 20.", value="measured", trigger="from 40 to 20"),
    told("barrier", HULL, "Rain | and *wind* kept many away."),
    told("barrier", HULL, "Some had no shoes."),
    told("barrier", HULL, "Buses were late."),
    told("barrier", HULL, "Two paths were closed."),
    published="May 2016",
)
SWIMS = column(
    "leeds.txt",
    LEEDS,
    told("place", LEEDS, "Leeds", "Yorkshire and the Humber"),
    told("community", LEEDS, "retired women", "Older people", "Women"),
    told("period", LEEDS, "in 2015", "2015"),
    told("outcome", LEEDS, "It helped them.", value="reported"),
    told("outcome", LEEDS, "A pool is planned.", value="planned"),
)


def row(name: str, *columns: Column) -> Row:
    return next(row for row in rows_of(columns) if row.name == name)


@pytest.mark.parametrize(
    ("name", "verdict", "differs"),
    [
        ("For whom", "same", False),  # the same general names, in other words
        ("When", "same", False),
        ("Where", "partly the same", True),  # two places of one region
        ("Setting", "none says", False),
        ("What was done", "1 of 2 say", True),
        ("What came of it", "differs", True),
        ("Strength of outcome", "differs", True),
        ("Date of the source", "1 of 2 say", True),
    ],
)
def test_each_row_says_how_the_cases_compare(name: str, verdict: str, differs: bool) -> None:
    found = row(name, WALKS, SWIMS)
    assert (found.verdict, found.differs) == (verdict, differs)


def test_what_all_cases_share_is_known_by_words_or_by_general_names() -> None:
    assert row("Where", WALKS, SWIMS).shared == {"yorkshire and the humber"}
    assert row("For whom", WALKS, SWIMS).shared == {"women", "older people"}
    assert row("Where", WALKS).shared == frozenset()
    assert row("Where", WALKS).verdict == ""


def test_the_strength_of_an_outcome_is_named_explained_and_shown_where_it_stands() -> None:
    measured, reported = (cell.values[0] for cell in row("Strength of outcome", WALKS, SWIMS).cells)
    assert measured.words == "Measured"
    assert measured.note.endswith("“from 40 to 20”")
    assert [HULL[start:end] for start, end in measured.spans] == ["Visits fell from 40 to 20."]
    assert reported.words == "Reported"


def test_what_is_planned_stands_apart_from_what_came_of_it() -> None:
    assert [value.words for value in row("What came of it", SWIMS).cells[0].values] == ["It helped them."]
    assert [value.words for value in row("Planned, not told as done", SWIMS).cells[0].values] == ["A pool is planned."]
    assert "Planned, not told as done" not in [row.name for row in rows_of([WALKS])]


def test_every_value_opens_its_words_and_long_cells_are_folded() -> None:
    html = comparison_html([WALKS, SWIMS])
    start = HULL.index("Some had no shoes.")
    assert f'data-source="hull.txt" data-spans="{start}-{start + 18}"' in html
    assert '<td class="blank">not stated</td>' in html
    assert "<summary>1 more</summary>" in html  # the fourth barrier
    assert html.count("Yorkshire and the Humber <b") == 2  # shared by both
    assert "Show only rows that differ" in html
    assert "Show only rows that differ" not in comparison_html([WALKS])
    assert 'data-left="hull.txt#1" aria-label="Move left: Walks in Hull" disabled' in html


def test_no_title_or_name_becomes_markup() -> None:
    evil = "<i onclick='x'>&\""
    case = Case(evil, evil, evil, ((0, 3),), (Facet("deed", evil, 0, len(evil)),))
    columns = [Column(case, Document(evil, evil, evil, (), OriginMap(), ""))]
    assert "<i on" not in comparison_html(columns, [evil])
    assert "<i on" not in comparison_rich(columns)
    assert "&lt;i onclick" in comparison_rich(columns)


def test_the_table_is_copied_whole() -> None:
    markdown = comparison_markdown([WALKS, SWIMS]).splitlines()
    assert markdown[0] == "|  | Walks in Hull | Swimming in Leeds |"
    assert markdown[1] == "| --- | --- | --- |"
    assert "| **When** | “2015” | “in 2015” |" in markdown
    assert "| **Setting** | not stated | not stated |" in markdown
    barriers = next(line for line in markdown if "got in the way" in line)
    assert r"“Rain \| and \*wind\* kept many away.” · “Some had no shoes.” · “Buses were late.”" in barriers
    assert barriers.endswith("| not stated |")
    rich = comparison_rich([WALKS, SWIMS])
    assert "<th>What was done</th><td><p>“Nurses led the walks.”</p></td><td><i>not stated</i></td>" in rich
    assert "button" not in rich


# --- the server ---


@pytest.fixture
def functions(tmp_path: Path) -> dict[str, Any]:
    return {f.__name__: f for f in server_functions(CannedLibrary(), tmp_path / "questions.jsonl", "t")}


def compare(functions: dict[str, Any], *cases: object) -> Reply:
    reply: Reply = functions["compare"]({"token": "t", "cases": list(cases)})
    return reply


def test_cases_come_in_the_order_asked_for_once_each_and_five_at_most(functions: dict[str, Any]) -> None:
    assert compare(functions, "coventry", "bromley", "coventry")["cases"] == ["coventry", "bromley"]
    assert "This is one case" in compare(functions, "bromley")["html"]


def test_what_is_not_in_the_library_is_named_and_left_out(functions: dict[str, Any]) -> None:
    reply = compare(functions, "gone", "bromley", 7)
    assert reply["cases"] == ["bromley"]
    assert "not in the library, or not any more, and left out: ‘gone’" in reply["html"]
    nothing = compare(functions)
    assert nothing["cases"] == []
    assert 'href="#cases"' in nothing["html"]


def test_cases_beyond_five_are_named() -> None:
    html = comparison_html([WALKS, SWIMS], beyond=["Sixth <i>", "Seventh"])
    assert "5 cases at most can be read side by side. Left out: ‘Sixth &lt;i&gt;’, ‘Seventh’" in html
    many = comparison_html([WALKS], beyond=[f"n{n}" for n in range(13)])
    assert "‘n8’, ‘n9’ and 3 more" in many


def test_cases_to_choose_from_are_found_by_title(functions: dict[str, Any]) -> None:
    def comparable(words: str) -> Reply:
        reply: Reply = functions["comparable"]({"token": "t", "words": words})
        return reply

    assert comparable("")["html"].count("data-compare=") == 2
    assert comparable("ASIAN women")["html"].count("data-compare=") == 1
    assert comparable("asian")["shown"] == "1 case."
    assert "No case has all these words" in comparable("asian moon")["shown"]
