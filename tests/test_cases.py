"""Where one initiative ends and the next begins, against a list made by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.cases import find_cases, is_planned, outcome_of
from rag.clean import clean
from rag.types import Case, Document, SourceFile

GOLD = json.loads((Path(__file__).parent / "data" / "gold_cases.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Found:
    """A gold case and what the rules found of it."""

    place: str
    case: Case | None
    overlap: float


def characters(document: Document, spans: list[tuple[int, int]]) -> set[int]:
    return {i for start, end in spans for i in range(start, end) if not document.text[i].isspace()}


def gold_spans(document: Document, quotes: list[tuple[str, str]]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for first, last in quotes:
        start = document.text.index(first, spans[-1][1] if spans else 0)
        spans.append((start, document.text.index(last, start) + len(last)))
    return spans


def best_match(document: Document, gold: dict[str, object], cases: list[Case]) -> Found:
    """The case that shares most characters with the gold one, and how much: intersection over union."""
    wanted = characters(document, gold_spans(document, gold["spans"]))  # type: ignore[arg-type]
    best, overlap = None, 0.0
    for case in cases:
        own = characters(document, list(case.spans)) if case.doc_id == document.doc_id else set()
        share = len(wanted & own) / len(wanted | own)
        if share > overlap:
            best, overlap = case, share
    return Found(str(gold["place"]), best, overlap)


@pytest.mark.parametrize("gold", GOLD, ids=[f"{g['place']}: {g['about']}" for g in GOLD])
def test_rules_find_the_gold_case(
    gold: dict[str, object], documents: dict[str, Document], seed_cases: list[Case]
) -> None:
    found = best_match(documents[str(gold["source"])], gold, seed_cases)
    assert found.case is not None
    assert found.case.place == gold["place"]
    assert found.overlap >= 0.85, found.case.title


def test_rules_find_nothing_else(documents: dict[str, Document], seed_cases: list[Case]) -> None:
    assert len(seed_cases) == len(GOLD)


def test_titles_are_words_of_the_text(documents: dict[str, Document], seed_cases: list[Case]) -> None:
    for case in seed_cases:
        text = documents[case.doc_id].text.casefold() + documents[case.doc_id].title.casefold()
        for part in case.title.split(": "):
            for piece in part.split(", "):
                assert piece.casefold() in text, case.title


def test_a_misprinted_period_is_shown_as_it_stands(seed_cases: list[Case]) -> None:
    bromley = next(case for case in seed_cases if case.place == "Bromley")
    assert "2000-2010 project groups" in [facet.value for facet in bromley.facets if facet.kind == "period"]


def test_facets_stand_in_the_text(documents: dict[str, Document], seed_cases: list[Case]) -> None:
    for case in seed_cases:
        for facet in case.facets:
            words = documents[case.doc_id].text[facet.start : facet.end]
            assert facet.kind == "outcome" or facet.value.startswith(words)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("This increased uptake by 76 per cent in women attending cervical screening.", "measured"),
        ("Roughly 30 per cent of people were flagged as being at risk of diabetes.", "measured"),
        ("Some 200 women booked for mammography and 40 women attended.", "figure"),
        ("The chaplaincy built greater trust among the community, she says.", "reported"),
        ("The PCT may in future collaborate with local mosques.", "planned"),
        ("Core to the programme is the production of a maternity leaflet.", "activity"),
        ("Coventry's ethnic population was estimated to be 22 per cent at the last census.", "activity"),
        ("The service will reduce waiting by 20 per cent.", "planned"),
    ],
)
def test_kinds_of_outcome(sentence: str, kind: str) -> None:
    assert outcome_of(sentence) == kind


def test_planned_is_not_done() -> None:
    assert is_planned("There is intention to influence the standard.")
    assert not is_planned("Different specialists would attend every week.")


def one_page(text: str) -> Document:
    return clean(SourceFile("page.txt", text.encode()))


def test_a_page_about_one_initiative_is_one_case() -> None:
    document = one_page(
        "A walking group for new parents in Kendal\n\nBackground\n\nThis project began in 2019. It met weekly.\n\n"
        "What we did\n\nThis project trained ten volunteers. The council launched a website.\n\n"
        "Results\n\nThis project reached 40 parents.\n"
    )
    assert [case.title for case in find_cases(document)] == ["A walking group for new parents in Kendal"]


def test_numbered_case_headings_divide() -> None:
    document = one_page(
        "Eight ways to reach people\n\nOur report gathers what we heard from members.\n\nCase study 1: Leeds bakery\n\n"
        "The bakery held open mornings for carers.\n\nCase study 2: Truro library\n\n"
        "The library lent tablets to patients.\n"
    )
    assert [(case.title, case.place) for case in find_cases(document)] == [
        ("Case study 1: Leeds bakery", "Leeds"),
        ("Case study 2: Truro library", "Truro"),
    ]


def test_a_page_without_words_has_no_case() -> None:
    assert find_cases(one_page("\n \n")) == []
