"""Questions of several parts: what is asked, and what the answers of the parts become together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.ask.merge_answers import merge_answers
from rag.ask.query.decompose import MOST_PARTS, SubQuestion, cases_to_search, decompose, questions_in
from rag.config import Settings
from rag.library import Library
from rag.present.text import answer_markdown, answer_record, answer_text
from rag.types import Answer, Citation, Note, Outcome, Passage, Query, ScoredPassage, Span, Statement, Status
from rag.web.ask.answer_html import answer_html
from tests.fakes import FakeEmbedder
from tests.growth import assert_in_proportion
from tests.parts import SURE

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"
DONE = "What was done, and with what results:"


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Compare Bradford and Wiltshire", ["Bradford", "Wiltshire"]),
        ("compare bradford with wiltshire", ["bradford", "wiltshire"]),
        ("Bradford vs Wiltshire", ["Bradford", "Wiltshire"]),
        ("How does Bradford compare with Wiltshire?", ["Bradford", "Wiltshire"]),
        ("What is the difference between Bradford and Wiltshire?", ["Bradford", "Wiltshire"]),
        ("Compare Bradford, Wiltshire and Luton on cost", ["Bradford on cost", "Wiltshire on cost", "Luton on cost"]),
        (
            "How do Bradford and Wiltshire compare on word of mouth?",
            [f"{x} on word of mouth" for x in ("Bradford", "Wiltshire")],
        ),
        (
            "How did Coventry differ from Luton in terms of uptake?",
            [f"{x} in terms of uptake" for x in ("Coventry", "Luton")],
        ),
        (
            "What are the main differences between the projects in Luton and Bromley?",
            ["the projects in Luton", "the projects in Bromley"],
        ),
        (
            "Compare work on diabetes in Bradford and Wiltshire",
            [f"work on diabetes in {x}" for x in ("Bradford", "Wiltshire")],
        ),
        ("Compare the Bradford and Wiltshire projects", ["the Bradford projects", "Wiltshire projects"]),
        ("Compare leaflets and posters for farmers", ["leaflets for farmers", "posters for farmers"]),
        ("Compare outcomes for men and women", ["outcomes for men", "outcomes for women"]),
        ("How does it compare with Bromley?", ["it", "Bromley"]),
    ],
)
def test_each_thing_compared_is_asked_about(question: str, things: Sequence[str]) -> None:
    assert questions_in(question) == [f"{DONE} {thing}?" for thing in things]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "What worked for late booking, and who paid for it?",
            ["What worked for late booking", "and who paid for it?"],
        ),
        ("Who ran it and how much did it cost?", ["Who ran it", "and how much did it cost?"]),
        ("What worked for late booking? Who paid for it?", ["What worked for late booking?", "Who paid for it?"]),
        ("What was done in Luton and who took part?", ["What was done in Luton", "and who took part?"]),
        ("and who paid for it, and how much did it come to?", ["and who paid for it", "and how much did it come to?"]),
        ("What worked in Bromley; was it evaluated?", ["What worked in Bromley;", "was it evaluated?"]),
        (
            "What worked for women who book late and who paid for it?",
            ["What worked for women who book late", "and who paid for it?"],
        ),
        (
            "Who funded the training, how long did it run and was it evaluated?",
            ["Who funded the training", "how long did it run", "and was it evaluated?"],
        ),
        (  # a part that would stand alone, though it names nothing, takes the name along
            "How did Bradford advertise its events and what share of people were at risk of diabetes?",
            ["How did Bradford advertise its events", "and what share of people were at risk of diabetes (Bradford)?"],
        ),
        (  # one that names something of its own does not
            "How many languages are spoken in Coventry and who chaired the group in Luton?",
            ["How many languages are spoken in Coventry", "and who chaired the group in Luton?"],
        ),
        (  # nor one that is put in the same words
            "What was done for refugees and what was done for farmers?",
            ["What was done for refugees", "what was done for farmers?"],
        ),
    ],
)
def test_each_clause_that_asks_is_a_part(question: str, parts: Sequence[str]) -> None:
    assert questions_in(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Which projects worked through mosques and community centres?",
        "What helped with diet and exercise?",
        "What worked to raise HPV vaccination among Gypsy, Roma and Traveller girls?",
        "When and where was it held?",
        "What worked and what did not work for late booking?",
        "What happened to attendance and why?",
        "What was done and who took part in Luton?",
        "How many women attended and were screened?",
        "What support is there for women who are pregnant and who smoke?",
        "How did translators help, and where possible train staff?",
        "What did farmers say about the checks and how they felt?",
        "Some councils paid for it, but what did other councils do?",
        "The Rhine Gorge is between Koblenz and what other city?",
        "We run a clinic in Leeds. What worked for late booking and who paid for it?",
        "do oximeters work as well on darker skin? what did councillors recommend",
        "What is the difference between what worked in Bradford and what worked in Luton?",
        "What is the difference between a measured and a reported result?",
        "Compare Gypsy, Roma and Traveller health with other people",
        "How do they compare?",
        "Which entities resolve conflict between laws of different systems?",
        "",
    ],
)
def test_in_doubt_a_question_stays_whole(question: str) -> None:
    assert questions_in(question) == [question]


@pytest.mark.parametrize("name", ["questions.jsonl", "near_misses.jsonl"])
def test_no_test_question_of_ours_is_split(name: str) -> None:
    for line in (ROOT / "tests" / name).read_text(encoding="utf-8").splitlines():
        question = json.loads(line)["question"]
        assert questions_in(question) == [question]


def test_no_more_than_three_parts() -> None:
    parts = questions_in("Who ran it? Who paid for it? Was it evaluated? Did it work? Who took part?")
    assert len(parts) == MOST_PARTS
    assert parts[-1] == "Was it evaluated? Did it work? Who took part?"


@pytest.mark.parametrize("filler", ["vs ", "compare ", "how do a compare ", " on ", "and who is ", ", is it "])
def test_a_question_of_any_shape_is_read_in_proportion_to_its_length(filler: str) -> None:
    assert_in_proportion(lambda size: questions_in("compare " + filler * size), 250)


def test_later_parts_come_after_the_earlier_ones() -> None:
    first, second = decompose("What worked for late booking, and who paid for it?", ["Earlier?"], lambda: NOTHING)
    assert first == SubQuestion("What worked for late booking", ("Earlier?",), "What worked for late booking?")
    assert second.history == ("Earlier?", "What worked for late booking")
    assert second.shown == "who paid for it?"


# --- putting together ---

TEXT = "Nurses came. Farmers paid. Forty were seen. The market was full."
NOTHING = Answer(Query("", ""), "none", 0.0, "")


def scored(start: int, end: int, score: float, doc_id: str = "a.txt") -> ScoredPassage:
    passage = Passage(f"{doc_id}{start}", doc_id, None, "", (), "account", TEXT[start:end], start, end, 1)
    return ScoredPassage(passage, score, 0.0, 0.0)


def answer(
    question: str,
    *quotes: tuple[str, Span],
    status: Status = "answered",
    confidence: float = 0.9,
    passages: Sequence[ScoredPassage] = (),
    carried: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    notes: tuple[Note, ...] = (),
) -> Answer:
    """An answer with one statement for each case of ``quotes``: (case, span of TEXT)."""
    citations = tuple(
        Citation(number, "a.txt", "A", "", case, TEXT[slice(*span)], (span,))
        for number, (case, span) in enumerate(quotes, 1)
    )
    statements = tuple(
        Statement(case, None, tuple(c.number for c in citations if c.case == case), notes)
        for case in dict.fromkeys(case for case, _ in quotes)
    )
    query = Query(question, " ".join([*carried, question]), carried)
    return Answer(query, status, confidence, status, statements, citations, tuple(passages), missing)


def together(*answers: Answer, results: int = 10, whole: Answer = NOTHING) -> Answer:
    parts = [SubQuestion(one.query.typed, (), one.query.typed) for one in answers]
    return merge_answers("typed", parts, answers, lambda: whole, lambda doc_id: TEXT, results=results)


def test_the_answer_of_a_whole_question_is_left_as_it_is() -> None:
    one = answer("typed", ("X", (0, 12)))
    part = SubQuestion("typed", (), "typed")
    assert merge_answers("typed", [part], [one], lambda: NOTHING, lambda doc_id: TEXT, results=1) is one


def test_quotes_of_one_case_stand_under_its_heading_numbered_anew() -> None:
    found = together(
        answer("a", ("X", (0, 12)), ("Y", (27, 43)), notes=(Note("period", "2010"),)),
        answer("b", ("X", (13, 26)), ("Z", (44, 64)), notes=(Note("period", "2010"),)),
    )
    assert [(s.heading, s.citations) for s in found.statements] == [("X", (1, 2)), ("Y", (3,)), ("Z", (4,))]
    assert [c.number for c in found.citations] == [1, 2, 3, 4]
    assert [c.quote for c in found.citations[:2]] == ["Nurses came.", "Farmers paid."]
    assert found.statements[0].notes == (Note("period", "2010"),)


def test_quotes_that_share_words_become_one() -> None:
    found = together(answer("a", ("X", (0, 26))), answer("b", ("X", (13, 43))), answer("c", ("X", (0, 12))))
    [citation] = found.citations
    assert citation.spans == ((0, 43),)
    assert citation.quote == "Nurses came. Farmers paid. Forty were seen."
    assert found.statements[0].citations == (1,)


def test_passages_come_in_turn_and_none_twice() -> None:
    one = [scored(0, 12, 0.9), scored(27, 43, 0.8), scored(44, 64, 0.7)]
    two = [scored(0, 26, 0.95), scored(0, 12, 0.5, "b.txt")]
    found = together(answer("a", passages=one), answer("b", passages=two), results=3)
    assert [(s.passage.doc_id, s.passage.start) for s in found.passages] == [("a.txt", 0), ("a.txt", 27), ("b.txt", 0)]


def test_a_part_that_nothing_answers_is_said_beside_the_others() -> None:
    found = together(
        answer("who ran it?", ("X", (0, 12)), confidence=0.8),
        answer("who paid?", ("Y", (13, 26)), status="closest", confidence=0.3, missing=("paid",)),
    )
    assert (found.status, found.confidence, found.unanswered) == ("answered", 0.8, ("who paid?",))
    assert [statement.heading for statement in found.statements] == ["X"]
    said = "Nothing here clearly answers: who paid?"
    assert said in answer_text(found)
    assert said in answer_markdown(found)
    assert f'<p class="opening" dir="auto">{said}</p>' in answer_html(found)
    assert answer_record(found, "")["unanswered"] == ["who paid?"]


def test_without_any_answer_the_closest_of_all_parts_are_shown() -> None:
    found = together(
        answer("a", ("X", (0, 12)), status="closest", confidence=0.2),
        answer("b", ("Y", (13, 26)), status="closest", confidence=0.4),
        answer("c", status="none", confidence=0.0),
    )
    assert (found.status, found.confidence, found.unanswered) == ("closest", 0.4, ())
    assert [statement.heading for statement in found.statements] == ["X", "Y"]
    assert "Nothing here clearly answers that." in answer_text(found)


def test_what_was_taken_over_alone_answers_nothing() -> None:
    found = together(
        answer("late booking?", ("X", (0, 12))),
        answer("who paid?", ("X", (13, 26)), carried=("late", "booking"), missing=("paid",)),
    )
    assert found.unanswered == ("who paid?",)
    assert [citation.quote for citation in found.citations] == ["Nurses came."]
    alone = together(
        answer("who paid?", ("X", (13, 26)), carried=("late",), missing=("paid",)),
        answer("who chaired?", ("X", (0, 12)), carried=("late",), missing=("chaired",)),
    )
    assert alone.status == "closest"


def test_a_case_has_results_if_it_states_them() -> None:
    def asked(evidence: Outcome, status: Status, stated: tuple[Outcome, ...]) -> Answer:
        one = answer("results?", ("X", (0, 12)), status=status, confidence=0.1)
        one = replace(one, statements=(replace(one.statements[0], evidence=evidence),))
        other = answer("results?", ("Y", (13, 26)), confidence=0.5)
        parts = [
            SubQuestion("results?", (), "of X?", ("a.txt", "X"), stated),
            SubQuestion("results?", (), "of Y?", ("a.txt", "Y")),
        ]
        return merge_answers("typed", parts, [one, other], lambda: NOTHING, lambda doc_id: TEXT, results=1)

    stated: tuple[Outcome, ...] = ("measured", "reported")
    assert asked("reported", "closest", stated).unanswered == ()
    assert asked("reported", "closest", stated).confidence == 0.9
    assert asked("activity", "answered", stated).unanswered == ("of X?",)
    assert asked("reported", "answered", stated[:1]).unanswered == ("of X?",)


def test_what_the_whole_question_finds_is_not_lost() -> None:
    whole = answer("typed", ("Z", (44, 64)), confidence=0.5)
    lacking = answer("who paid?", ("Y", (13, 26)), status="closest", confidence=0.3)
    found = together(answer("who ran it?", ("X", (0, 12))), lacking, whole=whole)
    assert [statement.heading for statement in found.statements] == ["X", "Z"]
    assert (found.confidence, found.unanswered) == (0.9, ("who paid?",))
    assert together(lacking, lacking, whole=whole) is whole
    both = together(answer("who ran it?", ("X", (0, 12))), answer("who paid?", ("Y", (13, 26))), whole=whole)
    assert [statement.heading for statement in both.statements] == ["X", "Y"]


def test_what_was_searched_is_said() -> None:
    query = together(answer("late booking?"), answer("who paid?", carried=("late", "booking"))).query
    assert (query.typed, query.text) == ("typed", "late booking; late booking who paid?")
    assert query.carried == ()  # it comes from the same question


# --- in a library ---


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    seeds = tmp_path_factory.mktemp("compound") / "seeds"
    seeds.mkdir()
    for name, text in {
        "kendal": "Farm checks in Kendal\n\nNurses measured farmers at the market in Kendal. Farmers paid nothing.\n",
        "truro": "Maternity in Truro\n\nThe team in Truro wrote a leaflet about late booking. It ran for two years.\n",
        "leeds": "A mosque in Leeds\n\nThe mosque in Leeds held a screening for diabetes. Volunteers held it yearly.\n",
    }.items():
        (seeds / f"{name}.txt").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.ask.pipeline.model_at", lambda path: SURE)
        library = Library.open(Settings(seeds, seeds.parent / "index"), embedder=FakeEmbedder())
        library.ask("anything")  # takes the model up
    return library


def test_a_comparison_brings_evidence_for_each(library: Library) -> None:
    found = library.ask("Compare the market and the mosque")
    assert {citation.source for citation in found.citations} >= {"kendal.txt", "leeds.txt"}
    assert {scored.passage.doc_id for scored in found.passages[:2]} == {"kendal.txt", "leeds.txt"}
    assert found.query.typed == "Compare the market and the mosque"
    assert len(found.passages) == len({scored.passage.passage_id for scored in found.passages})


def test_these_are_the_cases_of_the_answer_before(library: Library) -> None:
    earlier = "Compare Kendal and Leeds"
    told = {citation.source for citation in library.ask(earlier).citations}
    found = library.ask("Which of these were evaluated?", [earlier])
    assert {scored.passage.doc_id for scored in found.passages} == told
    assert found.query.text.startswith("What were the results? (")
    alone = library.ask("Which of these ran for two years?", ["Who held a screening at the mosque in Leeds?"])
    assert {scored.passage.doc_id for scored in alone.passages} <= told - {"truro.txt"} | {"leeds.txt"}


def test_a_part_that_leans_is_looked_for_in_the_cases_of_the_other(library: Library) -> None:
    found = library.snapshot.ask(
        "Who held a diabetes screening, and how long did it run?", sources=["leeds.txt", "truro.txt"]
    )
    parts = decompose("Who held a diabetes screening, and how long did it run?", [], lambda: NOTHING)
    query = library.snapshot.understand(parts[1].question, parts[1].history)
    assert query.carried == ("held", "diabetes", "screening")
    first = library.ask("Who held a diabetes screening")
    assert cases_to_search(parts[1], query, [first]) == [(c.source, c.case) for c in first.citations]
    assert cases_to_search(parts[1], query, [replace(first, status="closest")]) == []
    assert cases_to_search(parts[0], library.snapshot.understand(parts[0].question), []) == []
    assert {citation.source for citation in found.citations} == {c.source for c in first.citations}


# --- over the seeds, with the real model ---


@pytest.fixture
def seeds(seeds_library: Library) -> Library:
    return seeds_library


def headings(found: Answer) -> list[str]:
    return [statement.heading.split(":")[0] for statement in found.statements]


def test_places_are_compared(seeds: Library) -> None:
    found = seeds.ask("Compare Bradford and Wiltshire")
    assert (found.status, found.unanswered) == ("answered", ())
    assert headings(found) == ["Bradford", "Well Farmers for Wiltshire"]
    found = seeds.ask("Compare Bradford and Glasgow")
    assert headings(found) == ["Bradford"]
    assert found.unanswered == (f"{DONE} Glasgow?",)


def test_both_halves_of_a_question_are_answered_or_said_not_to_be(seeds: Library) -> None:
    found = seeds.ask(
        "How many languages are spoken in Coventry and who chaired the BAME topic group in Hertfordshire?"
    )
    quotes = " ".join(citation.quote for citation in found.citations)
    assert "126 languages are spoken" in quotes
    assert "Chairman of the BAME Health Inequalities Topic Group" in quotes
    found = seeds.ask("What worked for late booking, and who paid for it?")
    assert headings(found) == ["Bromley"]
    assert found.unanswered == ("who paid for it?",)


def test_which_of_these_had_results(seeds: Library) -> None:
    found = seeds.ask("Which of these were evaluated?", ["Which projects worked through mosques or places of worship?"])
    by_case = {statement.heading: statement for statement in found.statements}
    [bradford] = [statement for heading, statement in by_case.items() if heading.startswith("Bradford")]
    assert bradford.evidence == "measured"
    quotes = [citation.quote for citation in found.citations if citation.number in bradford.citations]
    assert any("30 per cent of people were flagged" in quote for quote in quotes)
    assert any("Luton" in part for part in found.unanswered)
