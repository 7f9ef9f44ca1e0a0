"""Where one initiative ends and the next begins, against a list made by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.cases.fields.outcomes import is_planned, outcome_of
from rag.cases.find import find_cases, place_names
from rag.readers.clean import clean
from rag.types import Block, Case, Document, OriginMap, Part, SourceFile
from tests.growth import assert_in_proportion

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


# --- reports of many cases ---

STEPS = ("Background", "What was done", "Results")
TOWNS = (
    "Leeds",
    "Truro",
    "Luton",
    "Derby",
    "Exeter",
    "Wigan",
    "Bolton",
    "Oldham",
    "Walsall",
    "Dudley",
    "Slough",
    "Poole",
)


def steps_of(town: str, heading: str = "### {}") -> str:
    """An account after a template, as Markdown."""
    told = [
        f"Few carers in {town} came to the surgery before.",
        f"The {town} bakery held open mornings for carers every week.",
        f"Some 40 carers of {town} attended and were trained as volunteers.",
    ]
    return "\n\n".join(f"{heading.format(step)}\n\n{text}" for step, text in zip(STEPS, told, strict=True))


def report(*parts: str, name: str = "report.md") -> Document:
    return clean(SourceFile(name, "\n\n".join(parts).encode()))


def titles(document: Document) -> list[str]:
    return [case.title for case in find_cases(document)]


def told_by(case: Case, document: Document) -> str:
    return "\n".join(document.text[start:end] for start, end in case.spans)


FRONT = (
    "# Reaching carers",
    "## Contents\n\n" + "\n\n".join(f"Case study {n}: {town} bakery .... {n + 3}" for n, town in enumerate(TOWNS, 1)),
    "## Introduction\n\nThis report gathers what members told us about carers in the past year.",
    "## Methodology\n\nWe asked every member for one account and checked each by telephone.",
)
BACK = (
    "## Conclusions\n\nAcross all of these accounts carers came when somebody they knew asked them.",
    "## References\n\nCarers UK (2019) State of caring.",
    "## Appendix A: Questions\n\nWhat did you do, and what came of it?",
)
NUMBERED = [f"## Case study {n}: {town} bakery\n\n{steps_of(town)}" for n, town in enumerate(TOWNS, 1)]
UNNUMBERED = [f"## {town} bakery mornings\n\n{steps_of(town)}" for town in TOWNS]
NAMELESS = ("Fresh Start", "Warm Welcome", "Open Door", "Good Neighbours")


def test_numbered_case_studies_are_cases_and_what_surrounds_them_is_none() -> None:
    document = report(*FRONT, *NUMBERED, *BACK)
    cases = find_cases(document)
    assert [(c.title, c.place) for c in cases] == [
        (f"Case study {n}: {town} bakery", town) for n, town in enumerate(TOWNS, 1)
    ]
    for case, town in zip(cases, TOWNS, strict=True):
        told = told_by(case, document)
        assert told.startswith(case.title)
        assert told.endswith(f"Some 40 carers of {town} attended and were trained as volunteers.")


def test_a_template_told_again_and_again_divides() -> None:
    document = report(*FRONT[:1], *FRONT[2:], *UNNUMBERED, *BACK)
    assert titles(document) == [f"{town} bakery mornings" for town in TOWNS]
    assert told_by(find_cases(document)[-1], document).endswith("trained as volunteers.")


@pytest.mark.parametrize("heading", ["## {}", "{}:"], ids=["same level", "run-in"])
def test_template_labels_of_any_form_divide(heading: str) -> None:
    run_in = heading == "{}:"
    parts = [f"## {name}\n\n{steps_of('Hull', heading)}" for name in NAMELESS]
    parts = [part.replace(":\n\n", ": ") if run_in else part for part in parts]
    document = report("# Annual review", "## Foreword\n\nWe thank all who took part in this.", *parts, *BACK)
    assert titles(document) == list(NAMELESS)


def test_a_title_that_was_not_seen_as_a_heading_is_one() -> None:
    parts = [f"{'' if name == 'Open Door' else '## '}{name}\n\n{steps_of('Hull')}" for name in NAMELESS]
    assert titles(report("# Annual review", *parts)) == list(NAMELESS)


def test_number_and_name_on_two_lines_are_one_title() -> None:
    parts = [f"## Case study {n}\n\n## {name}\n\n{steps_of('Hull')}" for n, name in enumerate(NAMELESS, 1)]
    assert titles(report("# Annual review", *parts)) == [f"Case study {n}: {t}" for n, t in enumerate(NAMELESS, 1)]


def test_project_names_in_fact_boxes_divide() -> None:
    parts = [
        f"Project name: {name}\n\nLocation: {town}\n\nAims: To reach carers.\n\nResults: Some carers of {town} came."
        for name, town in zip(NAMELESS, TOWNS, strict=False)
    ]
    cases = find_cases(report("# Annual review", *parts))
    assert [(case.title, case.place) for case in cases] == list(zip(NAMELESS, TOWNS, strict=False))


def test_headings_below_case_studies_that_name_bodies_divide() -> None:
    bodies = ("Leeds City Council", "Age Concern Trust", "Exeter University")
    parts = [f"### {body}\n\nIt held open mornings for carers every week of the year." for body in bodies]
    around = ("# Carers matter", "## Why carers\n\nThey are many.", "## Case studies", *parts)
    assert titles(report(*around, "## What next\n\nWe will ask again in a year.")) == list(bodies)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            (
                "# A bakery for carers",
                "## Background\n\nIn Leeds.",
                "## What we did\n\nWe baked.",
                "## Results\n\n40 came.",
                "## Conclusion\n\nIt worked.",
            ),
            id="sections of one project",
        ),
        pytest.param(
            ("# A bakery for carers", *(f"## Year {n}\n\n{steps_of('Leeds')}" for n in (1, 2, 3))), id="years of one"
        ),
        pytest.param(
            (
                "# How to welcome carers",
                *(f"## {verb} carers\n\n{steps_of('you')}" for verb in ("Ask", "Greet", "Thank")),
            ),
            id="guidance",
        ),
        pytest.param(
            (
                "# A bakery for carers",
                "## Executive summary\n\n" + steps_of("Leeds"),
                "## The account\n\n" + steps_of("Leeds"),
            ),
            id="summary and account",
        ),
        pytest.param(
            (
                "# A bakery for carers",
                "## What we did\n\n" + "We baked bread with carers every week. " * 40,
                "## Case study 1: Ann\n\nAnn liked the bread very much indeed.",
                "## Case study 2: Joe\n\nJoe liked the bread very much indeed.",
            ),
            id="boxes about people",
        ),
        pytest.param(
            ("# A bakery for carers", *(f"## Example {n}\n\nThe oven was opened early on Mondays." for n in (1, 2, 3))),
            id="examples of one account",
        ),
        pytest.param(
            (
                "# A bakery for carers",
                "## Reading list\n\nBread, by a baker, is the book that we used most.",
                "## From Leeds to the region\n\nThe bakery then opened a second shop nearby.",
                "## Costs\n\nLittle.",
            ),
            id="places in passing",
        ),
    ],
)
def test_one_account_remains_one_case(parts: tuple[str, ...]) -> None:
    assert len(find_cases(report(*parts))) == 1


def laid_out(parts: list[tuple[str, str, list[tuple[str, str]]]]) -> Document:
    """A document of numbered parts: (kind, label, blocks as (kind, text)); a heading of a part is of level 2."""
    text, blocks, places = "", [], []
    for kind, label, lines in parts:
        places.append(Part(len(text), kind, label))  # type: ignore[arg-type]
        for block_kind, words in lines:
            level = 2 if block_kind == "heading" else 0
            blocks.append(Block(block_kind, len(text), len(text) + len(words), level=level))  # type: ignore[arg-type]
            text += words + "\n\n"
    return Document("d", "Annual review", text.rstrip(), tuple(blocks), OriginMap(), "", parts=tuple(places))


def test_page_ranges_follow_from_the_cases_of_a_paged_report() -> None:
    pages = [
        ("page", "page 1", [("heading", "Introduction"), ("paragraph", "This report gathers accounts of members.")])
    ]
    for number, town in enumerate(TOWNS):
        first, second = 2 * number + 2, 2 * number + 3
        pages.append(("page", f"page {first}", [("heading", f"{town} bakery"), ("heading", "Background")]))
        pages[-1][2].append(("paragraph", f"Few carers came to the surgery in {town}."))
        pages.append(("page", f"page {second}", [("heading", "Results"), ("paragraph", "Some 40 carers attended.")]))
    document = laid_out(pages)
    ranges = []
    for case in find_cases(document):
        first_page, last_page = document.part_at(case.spans[0][0]), document.part_at(case.spans[-1][1] - 1)
        assert first_page and last_page
        ranges.append((case.place, first_page.label, last_page.label))
    assert ranges == [(town, f"page {2 * n + 2}", f"page {2 * n + 3}") for n, town in enumerate(TOWNS)]


def test_rows_are_cases() -> None:
    rows = [
        (
            "row",
            f"Projects, row {n}",
            [("heading", name), ("paragraph", f"Location: {town}"), ("paragraph", "Theme: Diet")],
        )
        for n, (name, town) in enumerate(zip(NAMELESS, TOWNS, strict=False), 2)
    ]
    cases = find_cases(laid_out(rows))
    assert [(case.title, case.place) for case in cases] == list(zip(NAMELESS, TOWNS, strict=False))
    assert all([f.value for f in case.facets if f.kind == "topic"] == ["Diet"] for case in cases)


def test_a_deck_is_one_case() -> None:
    slides = [
        ("slide", f"slide {n}", [("heading", f"{town} bakery"), ("paragraph", "It held open mornings for carers.")])
        for n, town in enumerate(TOWNS, 1)
    ]
    assert len(find_cases(laid_out(slides))) == 1


# --- fact boxes ---


def facets_of(text: str) -> list[tuple[str, str]]:
    document = report("# Open mornings\n\nBread was baked.", text)
    (case,) = find_cases(document)
    for facet in case.facets:
        assert facet.kind == "outcome" or document.text[facet.start : facet.end] == facet.value
    return [(facet.kind, facet.value) for facet in case.facets]


@pytest.mark.parametrize(
    ("line", "facets"),
    [
        ("Location: Bromley, London", [("place", "Bromley, London")]),
        ("WHERE | Nether Wallop", [("place", "Nether Wallop")]),
        ("General issue(s): Health, Environment", [("topic", "Health"), ("topic", "Environment")]),
        ("Tags: diet, sleep and exercise", [("topic", "diet"), ("topic", "sleep"), ("topic", "exercise")]),
        ("Topic: Planning (e.g. transport, housing); Arts & Culture", [
            ("topic", "Planning (e.g. transport, housing)"), ("topic", "Arts & Culture"),
        ]),
        ("Start date: 3/2014", [("period", "3/2014")]),
        ("Duration: 18 months", [("period", "18 months")]),
        ("Target population: Young mothers", [("community", "Young mothers")]),
        ("Partners: Age UK, Mind and Relate", [("partner", "Age UK"), ("partner", "Mind"), ("partner", "Relate")]),
        ("Funder: Department for Culture, Media and Sport", [("partner", "Department for Culture, Media and Sport")]),
        ("Location: [no data entered]", []),
        ("Participants: 275", []),
        ("Note: bring bread", []),
        ("Where: it all began in a small hall with three chairs, two of them broken, and nobody else there", []),
    ],
)  # fmt: skip
def test_fact_boxes_are_facets(line: str, facets: list[tuple[str, str]]) -> None:
    assert facets_of(line) == facets


def test_a_stated_place_beats_a_guessed_one_and_the_exact_one_comes_first() -> None:
    text = "In Leeds and Leeds again.\n\nCountry: United Kingdom\n\nTown: Diss\n\n"
    assert [value for kind, value in facets_of(text) if kind == "place"] == ["Diss", "United Kingdom"]


def test_coordinates_are_no_words_of_a_place_and_other_labels_no_values() -> None:
    lines = [
        ("heading", "Location"),
        ("paragraph", "Geolocation: Zeguo, Wenling City, China 28° 22' 2.046\" N, 121° 22' 2.424\" E"),
        ("paragraph", "Geographical Scope: Local (e.g. City/Town)"),
    ]
    (case,) = find_cases(laid_out([("page", "page 1", lines)]))
    assert [(facet.kind, facet.value) for facet in case.facets] == [("place", "Zeguo, Wenling City, China")]


def test_a_heading_may_be_the_label() -> None:
    lines = [
        ("heading", "Where:"),
        ("paragraph", "Nether Wallop"),
        ("heading", "Partners"),
        ("item", "Mind"),
        ("item", "GPs"),
    ]
    (case,) = find_cases(laid_out([("page", "page 1", lines)]))
    assert [(facet.kind, facet.value) for facet in case.facets] == [
        ("place", "Nether Wallop"),
        ("partner", "Mind"),
        ("partner", "GPs"),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("From New Bolton to York, not New York", ["York", "New York"]),
        ("South Manchester, Newcastle upon Tyne", ["South Manchester", "Newcastle upon Tyne"]),
        ("Oxford Street, Oxford", ["Oxford"]),
        ("Reading groups met in Reading.", ["Reading"]),
        ("Dr Lincoln of the London-based trust", ["London"]),
    ],
)
def test_places_within_other_names_are_none(text: str, names: list[str]) -> None:
    assert place_names(text) == names


def test_a_long_document_takes_time_in_proportion() -> None:
    def read(cases: int) -> None:
        parts = [("page", f"page {n}", [("heading", f"Case study {n}: Walking club")]) for n in range(1, cases + 1)]
        for number, (_, _, lines) in enumerate(parts):
            lines += [
                ("paragraph", f"Background: few came to club {number}."),
                ("paragraph", "Results: Some 40 attended."),
            ]
        document = laid_out(parts)
        assert len(find_cases(document)) == cases

    assert_in_proportion(read, 60)
