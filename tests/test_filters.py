"""Filters: which cases are wanted, what a question says of them, and that they apply before the search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.ask.answer import Answerer
from rag.ask.close_reading import Reader
from rag.ask.pipeline import Pipeline
from rag.ask.query.filter_words import filter_text, nothing_left
from rag.ask.query.filters import Count, counts, emptied_by, filter_of, meets, names_of, share, unmet, years_of
from rag.ask.query.preferences import PreferenceReader
from rag.ask.retrieve import Retriever, Weights, standardised
from rag.config import Settings
from rag.errors import SourceError
from rag.index.store.index import open_index
from rag.library import Library
from rag.present.wording import results_told
from rag.text.synonyms import Synonyms
from rag.types import Answer, Case, Facet, FacetKind, Filter, FilterKind, Outcome, Query, Statement
from tests.fakes import FakeEmbedder, Here
from tests.parts import SURE


def make_sure(pipeline: Pipeline) -> None:
    """Has every question answered."""
    vars(pipeline)["answerer"] = replace(pipeline.answerer, model=SURE)


def facet(kind: FacetKind, value: str, *labels: str) -> Facet:
    return Facet(kind, value, 0, 1, labels)


BRADFORD = Case(
    "a.txt#1",
    "a.txt",
    "Bradford",
    ((0, 9),),
    (
        facet("place", "Bradford", "Yorkshire and the Humber", "England"),
        facet("community", "Pakistani women", "South Asian", "Women"),
        facet("setting", "the local mosque", "Mosques and places of worship"),
        facet("topic", "diabetes", "Diabetes"),
        facet("period", "2008-2010", "2008", "2009", "2010"),
        facet("deed", "Nurses came."),
        facet("outcome", "measured"),
    ),
)
BATH = Case(
    "reports/b.pdf#1",
    "reports/b.pdf",
    "Bath",
    ((0, 9),),
    (
        facet("place", "Bath", "South West", "England"),
        facet("community", "refugees", "Migrants, refugees and asylum seekers"),
        facet("setting", "market", "Markets"),
        facet("topic", "sugar", "diabetes"),
        facet("period", "since 2015", "2015"),
        facet("deed", "Leaflets were given out."),
    ),
)
UNSTATED = Case("c.txt#1", "c.txt", "Nothing stated", ((0, 9),))
CASES = [BRADFORD, BATH, UNSTATED]
KNOWN = ("Glasgow", "Yorkshire", "Leeds")


def want(kind: FilterKind, value: str) -> Filter:
    return Filter(kind, value)


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        ((), CASES),
        ((want("place", "bradford"),), [BRADFORD]),
        ((want("place", "England"),), [BRADFORD, BATH]),
        ((want("community", "South Asian"), want("community", "Migrants, refugees and asylum seekers")), CASES[:2]),
        ((want("community", "Women"), want("place", "Bath")), []),
        ((want("topic", "Diabetes"), want("setting", "market")), [BATH]),
        ((want("outcome", "measured"),), [BRADFORD]),
        ((want("outcome", "activity"), want("outcome", "unstated")), [BATH, UNSTATED]),
        ((want("period", "2010-"),), [BRADFORD, BATH]),
        ((want("period", "-2009"),), [BRADFORD]),
        ((want("period", "2011-2014"),), []),
        ((want("period", "2015"),), [BATH]),
        ((want("source", "reports"),), [BATH]),
        ((want("source", "c.txt"), want("source", "a.txt")), [BRADFORD, UNSTATED]),
        ((want("source", "report"),), []),
    ],
    ids=str,
)
def test_a_case_meets_one_value_of_every_kind(wanted: tuple[Filter, ...], met: list[Case]) -> None:
    assert [case for case in CASES if meets(case, wanted)] == met


def test_the_share_of_what_is_preferred() -> None:
    wants = (want("place", "Bradford"), want("community", "Women"), want("period", "2015-"))
    assert [share(case, wants) for case in CASES] == pytest.approx([2 / 3, 1 / 3, 0])
    assert share(BRADFORD, ()) == 0


def test_what_leaves_nothing_is_named() -> None:
    glasgow, women, bath = want("place", "Glasgow"), want("community", "Women"), want("place", "Bath")
    assert emptied_by(CASES, (women, glasgow)) == (glasgow,)
    assert emptied_by(CASES, (women, bath)) == (women, bath)
    assert unmet(CASES, (women, glasgow)) == (glasgow,)
    assert nothing_left((glasgow,)).startswith("No case here is from ‘Glasgow’.")
    assert "together: ‘Women’, ‘Bath’" in nothing_left((women, bath))


@pytest.mark.parametrize(
    ("value", "years"),
    [
        ("2015-2018", (2015, 2018)),
        ("2015-", (2015, 2099)),
        ("-2018", (1800, 2018)),
        ("2015", (2015, 2015)),
        ("2018-2015", None),
        ("-", None),
        ("", None),
        ("15-18", None),
        ("20152018", None),
        ("2015-2018-", None),
    ],
)
def test_years_of_a_period(value: str, years: tuple[int, int] | None) -> None:
    assert years_of(value) == years
    assert (filter_of("period", value) is None) == (years is None)


@pytest.mark.parametrize("bad", [("colour", "red"), ("place", ""), ("place", "x" * 301), ("outcome", "good")])
def test_what_is_no_filter(bad: tuple[str, str]) -> None:
    assert filter_of(*bad) is None


@pytest.mark.parametrize("name", [" notes.txt ", "a/" * 200 + "long.txt"])
def test_a_source_is_wanted_by_its_name_as_it_is(name: str) -> None:
    assert filter_of("source", name) == Filter("source", name)
    assert filter_of("place", " Bath ") == Filter("place", "Bath")


# --- counting ---


def test_places_are_counted_by_region() -> None:
    assert counts(CASES)["place"] == (
        Count("South West", 1, (Count("Bath", 1),)),
        Count("Yorkshire and the Humber", 1, (Count("Bradford", 1),)),
    )


def test_names_are_counted_once_a_case_whatever_their_case() -> None:
    counted = counts(CASES)
    assert counted["topic"] == (Count("Diabetes", 2),)
    assert counted["period"] == (Count("2008", 1), Count("2009", 1), Count("2010", 1), Count("2015", 1))
    assert counted["outcome"] == (Count("measured", 1), Count("activity", 1), Count("unstated", 1))
    assert [count.value for count in counted["source"]] == ["a.txt", "c.txt", "reports/b.pdf"]


def test_a_kind_is_counted_without_its_own_filter() -> None:
    counted = counts(CASES, (want("place", "Bradford"), want("topic", "Diabetes")))
    assert [count.value for count in counted["place"]] == ["South West", "Yorkshire and the Humber"]
    assert counted["topic"] == (Count("Diabetes", 1),)
    assert counted["setting"] == (Count("Mosques and places of worship", 1),)


def test_what_is_chosen_is_listed_even_if_nothing_is_left_of_it() -> None:
    assert counts(CASES, (want("topic", "Asthma"),))["topic"] == (Count("Diabetes", 2), Count("Asthma", 0))


def test_what_is_chosen_shows_the_cases_it_finds() -> None:
    """England is no region that is offered, Westminster a part of a place, 'reports' a folder."""
    westminster = Case(
        "d.txt#1", "d.txt", "W", ((0, 9),), (facet("place", "Westminster, London", "London", "England"),)
    )
    cases = [*CASES, westminster]
    for value, number in (("England", 3), ("Westminster", 1), ("London", 1), ("bath", 1)):
        wanted = want("place", value)
        (shown,) = (
            one.cases
            for count in counts(cases, (wanted,))["place"]
            for one in (count, *count.below)
            if one.value.casefold() == value.casefold()
        )
        assert shown == number == sum(meets(case, (wanted,)) for case in cases), value
    assert counts(cases, (want("source", "reports"),))["source"][-1] == Count("reports", 1)


def test_every_number_is_that_of_the_cases_the_value_finds() -> None:
    """One case files 'Walking' under 'Exercise', another is about nothing more general than 'walking'."""
    one = Case("e.txt#1", "e.txt", "E", ((0, 9),), (facet("topic", "walking", "Exercise"),))
    other = Case("f.txt#1", "f.txt", "F", ((0, 9),), (facet("topic", "Walking"),))
    assert counts([one, other])["topic"] == (Count("Walking", 2), Count("Exercise", 1))
    assert sum(meets(case, (want("topic", "walking"),)) for case in (one, other)) == 2


def test_files_differ_by_the_case_of_their_names() -> None:
    cases = [Case(f"{name}#1", name, name, ((0, 9),)) for name in ("A.txt", "a.txt")]
    assert counts(cases, (want("source", "B.TXT"), want("source", "b.txt")))["source"] == (
        *(Count("A.txt", 1), Count("a.txt", 1), Count("B.TXT", 0), Count("b.txt", 0)),
    )


def test_counts_follow_a_question() -> None:
    asked: list[tuple[Filter, ...]] = []

    def found(filters: tuple[Filter, ...]) -> list[str]:
        asked.append(filters)
        return ["a.txt#1"]

    place = want("place", "Bath")
    counted = counts(CASES, (place,), found)
    assert set(asked) == {(), (place,)}
    assert [count.value for count in counted["place"]] == ["Yorkshire and the Humber", "Bath"]
    assert counted["source"] == ()


# --- what a question says ---


def known(text: str) -> list[str]:
    return [name for name in KNOWN if name in text]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What worked in Bradford?", {"Bradford"}),
        ("what worked in bradford", {"Bradford"}),
        ("What did Bradford do for South Asian women?", {"Bradford", "South Asian", "Women"}),
        ("Has anyone reached Women?", {"Women"}),
        ("What helped refugees since 2015?", {"Migrants, refugees and asylum seekers", "2015-"}),
        ("between 2008 and 2010", {"2008-2010"}),
        ("from 2008 to 2010 or in 2012", {"2008-2010", "2012-2012"}),
        ("2008–10", {"2008-2010"}),
        ("after 2009, before 2012", {"2010-", "-2011"}),
        ("in the 1990s", {"1990-1999"}),
        ("Who worked in mosques?", {"Mosques and places of worship"}),
        ("at a market or a mosque", {"Markets", "Mosques and places of worship"}),
        ("What worked in Glasgow?", {"Glasgow"}),
        ("across Yorkshire", {"Yorkshire and the Humber"}),
        ("anything in Bath", {"Bath"}),
        # ordinary words and other names
        ("Bath aids for older people", set()),
        ("give people a bath", set()),
        ("working with reading groups", set()),
        ("How is the market for nurses?", set()),
        ("the Women’s Institute", set()),
        ("a hall in Bradford Road", set()),
        ("at Glasgow Hills Hospital", set()),
        ("2000 people and 2015 leaflets", set()),
        ("between 2010 and 2008", set()),
        ("", set()),
    ],
)
def test_wishes_are_read_from_a_question(question: str, wanted: set[str]) -> None:
    assert {one.value for one in PreferenceReader(CASES, known).read(question)} == wanted


def test_without_labels_there_are_no_wishes() -> None:
    assert PreferenceReader([UNSTATED], lambda _: ()).read("What worked for women in mosques in Bradford?") == ()


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (want("period", "2015-"), "since 2015"),
        (want("period", "-2015"), "until 2015"),
        (want("period", "2015-2015"), "in 2015"),
        (want("period", "2008-2010"), "2008 to 2010"),
        (want("outcome", "measured"), "Measured"),
        (want("place", "Bath"), "Bath"),
    ],
)
def test_a_want_in_words(one: Filter, text: str) -> None:
    assert filter_text(one) == text


# --- before the search ---

TOWNS = {"Truro": 3, "Luton": 40}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Forty cases of Luton that fit a question about leaflets better than the three of Truro."""
    folder = tmp_path_factory.mktemp("towns") / "cases"
    folder.mkdir()
    for town, number in TOWNS.items():
        for i in range(number):
            leaflets = "leaflet about booking and maternity booking " * (3 if town == "Luton" else 1)
            told = f"The nurses of {town} wrote a {leaflets} for ward {town}{i}. They met {i} farmers."
            (folder / f"{town}{i}.txt").write_text(f"Leaflets in {town}\n\n{told}\n", encoding="utf-8")
    clubs = "".join(f"## Case study {n}: A walking club\n\nBackground: few came to club {n}.\n\n" for n in (1, 2, 3))
    (folder / "guide.md").write_text(f"# A guide\n\nEvery leaflet about booking helps.\n\n{clubs}", encoding="utf-8")
    library = Library.open(
        Settings(folder, folder.parent / "index", added=folder.parent / "added"), embedder=FakeEmbedder(), parser=Here()
    )
    yield library
    library.close()


QUESTION = "Which leaflet about maternity booking was written?"


def test_filters_apply_before_the_search(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = library.snapshot.search(QUESTION, 10)
    assert "Truro" not in {scored.passage.doc_id[:5] for scored in everywhere}
    found = library.snapshot.search(QUESTION, 10, filters=(want("place", "Truro"),))
    assert sorted({scored.passage.doc_id for scored in found}) == ["Truro0.txt", "Truro1.txt", "Truro2.txt"]
    pipeline = library._snapshot._pipeline
    monkeypatch.setitem(vars(pipeline), "answerer", replace(pipeline.answerer, model=SURE))
    answer = library.snapshot.ask(QUESTION, filters=(want("place", "Truro"),))
    assert {citation.source[:5] for citation in answer.citations} == {"Truro"}
    assert {scored.passage.doc_id[:5] for scored in answer.passages} == {"Truro"}
    assert answer.filters == (want("place", "Truro"),)


def test_the_filtered_order_is_that_of_all_that_is_allowed(library: Library) -> None:
    """Cosine and BM25 of every allowed passage, by hand, against what the filtered search gives."""
    with open_index(library.settings.index_home) as index:
        truro = [row for row, passage in enumerate(index.passages) if passage.doc_id.startswith("Truro")]
        weights = Weights(dense=0.5, lexical=0.5, evidence=0.0, late=0.0, aside=0.0)
        retriever = Retriever(
            passages=index.passages,
            vectors=index.vectors,
            words=index.words,
            reader=Reader(index.arrays),
            encoder=FakeEmbedder(),
            weights=weights,
            synonyms=Synonyms({}, {}),
        )
        question = retriever.question(Query(QUESTION, QUESTION))
        cosine = np.array([index.vectors.matrix[np.array([row])][0] @ question.vector for row in truro])
        bm25 = sum(index.words.scores([word]) for word in question.words)
        by_hand = 0.5 * standardised(cosine) + 0.5 * standardised(np.asarray(bm25)[truro])
        best = sorted(zip(-by_hand, truro, strict=True))
        for k in (1, 2, len(truro)):
            found = retriever.search(question, k, truro)
            assert [scored.passage.passage_id for scored in found] == [
                index.passages[row].passage_id for _, row in best[:k]
            ]
            assert [scored.score for scored in found] == pytest.approx([-score for score, _ in best[:k]], abs=1e-4)


def test_no_case_left_is_said_plainly(library: Library) -> None:
    answer = library.snapshot.ask(QUESTION, filters=(want("place", "Glasgow"),))
    assert (answer.status, answer.passages, answer.confidence) == ("none", (), 0.0)
    assert answer.reason == "No case here is from ‘Glasgow’. Take that filter off to see what there is."
    assert library.snapshot.search(QUESTION, filters=(want("place", "Glasgow"),)) == []


def test_what_belongs_to_no_case_is_found_by_its_source_alone(library: Library) -> None:
    (outside,) = (p for p in library.snapshot.passages() if p.case_id is None)
    assert "Every leaflet" in outside.text

    def finds(*filters: Filter) -> bool:
        found = library.snapshot.search("leaflet", 100, filters=filters)
        return outside.passage_id in {scored.passage.passage_id for scored in found}

    assert finds(want("source", "guide.md"))
    assert not finds(want("source", "Luton1.txt"))
    assert not finds(want("source", "guide.md"), want("outcome", "unstated"))
    assert not finds(want("place", "Truro"), want("place", "Luton"))


def test_sources_and_filters_narrow_together(library: Library) -> None:
    found = library.snapshot.search(QUESTION, sources=["Truro1.txt", "Luton1.txt"], filters=(want("place", "Truro"),))
    assert {scored.passage.doc_id for scored in found} == {"Truro1.txt"}


def test_what_the_question_says_comes_first_and_can_be_taken_off(library: Library) -> None:
    asked = "Which leaflet about maternity booking was written in Truro?"
    assert library.ask(asked).query.preferred == (want("place", "Truro"),)
    assert library.snapshot.ask(asked, preferred=()).query.preferred == ()
    assert library.snapshot.ask(asked, filters=(want("place", "Truro"),)).query.preferred == ()
    preferred = (want("place", "Truro"),)
    with_truro = {s.passage.passage_id: s.score for s in library.snapshot.search(QUESTION, 50, preferred=preferred)}
    without = {s.passage.passage_id: s.score for s in library.snapshot.search(QUESTION, 50, preferred=())}
    lifted = {name[:5] for name in with_truro if with_truro[name] > without.get(name, -9.0) + 0.1}
    assert lifted == {"Truro"}


def test_no_case_is_denied_that_only_the_sources_leave_out(library: Library) -> None:
    truro = (want("place", "Truro"),)
    reason = library.snapshot.ask(QUESTION, sources=["Luton1.txt"], filters=truro).reason
    assert reason.startswith("No case here meets all of these filters together: ‘Truro’, ‘Luton1.txt’.")
    nowhere = library.snapshot.ask(QUESTION, sources=["Luton1.txt"], filters=(want("place", "Glasgow"),))
    assert nowhere.reason.startswith("No case here is from ‘Glasgow’.")


def test_the_documents_of_sources(library: Library) -> None:
    assert library.snapshot.documents_of(["Truro1.txt", "guide.md"]) == {"Truro1.txt", "guide.md"}
    with pytest.raises(SourceError, match="there is no document 'Truro'"):
        library.snapshot.documents_of(["Truro1.txt", "Truro"])


def test_a_part_of_a_question_does_not_quote_what_the_filter_excludes(tmp_path: Path) -> None:
    """Two cases of one document have the same title: the second part is asked of the case that the first one quotes."""
    folder = tmp_path / "cases"
    folder.mkdir()
    rows = "".join(
        f"Leaflet about booking,The nurses wrote a leaflet about maternity booking for {who} with the {who}.,"
        f"The leaflet for {who} ran for {months} months.\n"
        for months, who in enumerate(("women", "farmers"), 5)
    )
    (folder / "leaflets.csv").write_text(f"Name,What was done,Time\n{rows}", encoding="utf-8")
    library = Library.open(
        Settings(folder, tmp_path / "index", added=tmp_path / "added"), embedder=FakeEmbedder(), parser=Here()
    )
    make_sure(library._snapshot._pipeline)
    asked = "What worked for maternity booking with a leaflet, and how long did it run?"
    answer = library.snapshot.ask(asked, filters=(want("community", "Women"),))
    titles = [case.title for case in library.snapshot.cases()]
    library.close()
    assert titles == ["Leaflet about booking"] * 2
    assert answer.status == "answered"
    assert {scored.passage.case_id for scored in answer.passages} == {"leaflets.csv#1"}


def test_follow_ups_and_parts_keep_the_filters(library: Library) -> None:
    truro = (want("place", "Truro"),)
    for question, history in (("Who wrote it?", [QUESTION]), (f"{QUESTION} And who met farmers?", [])):
        answer = library.snapshot.ask(question, history, filters=truro)
        assert {scored.passage.doc_id[:5] for scored in answer.passages} == {"Truro"}
        assert answer.filters == truro


def test_counts_are_of_the_cases_found(library: Library) -> None:
    everything = {
        place.value: place.cases for count in library.snapshot.counts()["place"] for place in (count.below or (count,))
    }
    assert everything == TOWNS
    filtered = library.snapshot.counts(QUESTION, filters=(want("place", "Truro"),))
    assert sum(count.cases for count in filtered["source"]) == TOWNS["Truro"]


# --- what worked ---


def told(question: str, *evidence: Outcome) -> str:
    statements = tuple(Statement(str(i), strength, (i,)) for i, strength in enumerate(evidence, 1))
    return results_told(Answer(Query(question, question), "answered", 1.0, "", statements))


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (("activity",), "This case does not state a measured result."),
        (("measured",), "This case states a measured result."),
        (("activity", "reported"), "None of these cases states a measured result."),
        (("measured", "figure", "activity"), "1 of these 3 cases states a measured result."),
        (("measured", "measured", "activity"), "2 of these 3 cases state a measured result."),
        (("measured", "measured"), "Both of these cases state a measured result."),
        ((), ""),
    ],
)
def test_it_is_said_whether_a_result_was_measured(evidence: tuple[Outcome, ...], words: str) -> None:
    assert told("What worked for booking?", *evidence) == words
    assert told("Who ran it?", *evidence) == ""


def test_the_measured_case_comes_first_where_it_is_as_near(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    same = "The nurses wrote a leaflet about maternity booking"
    (folder / "a.txt").write_text(f"Leaflets in Truro\n\n{same} in Truro. It was a busy year.\n", encoding="utf-8")
    (folder / "b.txt").write_text(
        f"Leaflets in Luton\n\n{same} in Luton. Booking rose by 40 per cent, compared with 2007.\n", encoding="utf-8"
    )
    (folder / "c.txt").write_text(
        "Farm checks in Kendal\n\nFarmers came to the market. Attendance rose by 40 per cent, compared with 2007.\n",
        encoding="utf-8",
    )
    library = Library.open(
        Settings(folder, tmp_path / "index", added=tmp_path / "added"), embedder=FakeEmbedder(), parser=Here()
    )
    snapshot = library._snapshot
    assert isinstance(snapshot._pipeline.answerer, Answerer)
    make_sure(snapshot._pipeline)
    told = [
        (s.heading, s.evidence) for s in library.ask("What worked for a leaflet about maternity booking?").statements
    ]
    library.close()
    assert told[0] == ("Leaflets in Luton", "measured")
    assert ("Leaflets in Truro", "activity") in told[1:]


@pytest.mark.parametrize(
    ("place", "within"),
    [
        ("49th Ward Chicago, IL", {"49th Ward Chicago", "Chicago", "IL"}),
        ("10013 New York, NY", {"10013 New York", "New York", "NY"}),
        ("Seattle and King County WA", {"Seattle", "King County WA", "King County"}),
        ("London Borough of Camden", {"London Borough of Camden", "Camden"}),
        ("South Birmingham", {"South Birmingham"}),
    ],
)
def test_a_place_may_be_called_by_what_its_name_is_made_of(place: str, within: set[str]) -> None:
    assert set(names_of(Facet("place", place, 0, len(place)))) - {place} == within - {place}
