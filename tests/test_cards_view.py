"""Cases as cards: in brief, in full, and beside a situation; as mark-up and on the command line."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from rag.present.fields import FIELDS, NOT_STATED, triggers
from rag.present.listing import card_text, precedents_record, precedents_text
from rag.present.precedents import count_precedents_text, remarks_text
from rag.types import (
    Aspect,
    Case,
    Document,
    Facet,
    FacetKind,
    Match,
    OriginMap,
    Part,
    Precedent,
    Precedents,
    Situation,
    SituationPart,
)
from rag.types.documents import STRENGTHS
from rag.web.cases.cards import brief_card_html, card_html
from rag.web.cases.view import alike_html, count_cases_text, precedents_html

TEXT = (
    "In Luton, <b>Polish</b> elders feared the flu jab.\n"
    "Nurses visited the Polish\nclub. Uptake rose from 20% to 45% by 2015. They plan to visit schools."
)
DOCUMENT = Document(
    "flu & more.pdf", "Jabs & clubs", TEXT, (), OriginMap(), "", "June 2016", parts=(Part(0, "page", "page 3"),)
)


def span(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def facet(kind: FacetKind, words: str, *labels: str, value: str = "", trigger: tuple[str, ...] = ()) -> Facet:
    return Facet(kind, value or words, *span(words), labels, tuple(map(span, trigger)))


ROSE = "Uptake rose from 20% to 45% by 2015."
CASE = Case(
    "flu & more.pdf#1",
    "flu & more.pdf",
    "Luton: <b>Polish</b> elders",
    ((0, len(TEXT)),),
    (
        facet("place", "Luton", "East of England", "England"),
        facet("community", "Polish", "Eastern European"),
        facet("community", "elders", "Older people"),
        facet("deed", "Nurses visited the Polish\nclub."),
        facet("period", "2015", "2015"),
        facet("outcome", ROSE, value="measured", trigger=("20%", "45%", "20%")),
        facet("outcome", "They plan to visit schools.", value="planned"),
    ),
)
BARE = Case("bare#1", "flu & more.pdf", "Bare", ((0, 10),))


def words(html: str) -> str:
    """What is read of the mark-up."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def field(html: str, label: str) -> str:
    """The mark-up of one field of a card."""
    found = re.search(rf"<dt>{re.escape(label)}</dt><dd[^>]*>(.*?)</dd>", html, re.DOTALL)
    assert found, label
    return found[1]


def test_a_full_card_shows_every_field_in_its_order() -> None:
    html = card_html(CASE, DOCUMENT)
    labels = re.findall(r"<dt>(.*?)</dt>", html)
    assert labels == [*(label for _, label in FIELDS), "Planned, not told as done", "Source"]


def test_each_value_opens_the_words_that_state_it() -> None:
    button = field(card_html(CASE, DOCUMENT), "What was done")
    start, end = span("Nurses visited the Polish\nclub.")
    assert f'data-source="flu &amp; more.pdf" data-spans="{start}-{end}"' in button
    assert words(button) == "Nurses visited the Polish club."


def test_a_field_without_words_says_so() -> None:
    html = card_html(CASE, DOCUMENT)
    assert words(field(html, "Cost")) == NOT_STATED
    assert "<button" not in field(html, "Cost")


def test_several_values_are_a_list_each_with_what_it_is_counted_under() -> None:
    html = field(card_html(CASE, DOCUMENT), "For whom")
    assert html.count("<li>") == 2
    assert words(html) == "Polish counted under: Eastern European elders counted under: Older people"


def test_a_label_that_repeats_the_words_or_a_year_is_not_shown() -> None:
    case = Case("c#1", CASE.doc_id, "T", CASE.spans, (facet("community", "Polish", "Polish"), *CASE.stated("period")))
    html = card_html(case, DOCUMENT)
    assert words(field(html, "For whom")) == "Polish"
    assert words(field(html, "When")) == "2015"


def test_what_is_planned_is_no_outcome() -> None:
    html = card_html(CASE, DOCUMENT)
    assert words(field(html, "What came of it")) == f"Measured {ROSE}"
    assert words(field(html, "Planned, not told as done")) == "They plan to visit schools."
    assert "Planned, not" not in card_html(BARE, DOCUMENT)


def test_the_strength_is_explained_with_the_words_that_decided_it() -> None:
    assert triggers(CASE, DOCUMENT) == ["20%", "45%"]
    label, meaning = STRENGTHS["measured"]
    assert f"{label} {meaning} 20% 45%" in words(card_html(CASE, DOCUMENT))
    assert triggers(BARE, DOCUMENT) == []


def test_the_source_has_its_page_and_date() -> None:
    assert words(field(card_html(CASE, DOCUMENT), "Source")) == "Jabs & clubs , page 3, June 2016"


def test_a_brief_card_tells_what_was_done_and_what_came_of_it() -> None:
    html = brief_card_html(CASE, DOCUMENT)
    assert words(field(html, "Where")) == "Luton East of England"
    assert words(field(html, "For whom")) == "Polish; elders"
    assert words(field(html, "What was done")) == "“Nurses visited the Polish club.”"
    assert words(field(html, "What came of it")) == f"“{ROSE}”"
    assert words(field(brief_card_html(BARE, DOCUMENT), "What came of it")) == NOT_STATED


def test_many_values_are_counted_in_brief() -> None:
    many = tuple(facet("topic", word) for word in ("flu", "jab", "club", "schools", "Nurses"))
    html = brief_card_html(Case("c#1", CASE.doc_id, "T", CASE.spans, many), DOCUMENT)
    assert words(field(html, "Topic")) == "flu; jab; club and 2 more"


def test_a_title_is_text_and_its_address_can_be_shared() -> None:
    html = brief_card_html(CASE, DOCUMENT)
    assert "<b>" not in html
    assert 'href="#case?id=flu%20%26%20more.pdf%231"' in html
    assert 'data-compare="flu &amp; more.pdf#1"' in html
    assert 'data-collect="{&#34;kind&#34;: &#34;case&#34;, &#34;case&#34;: &#34;flu &amp; more.pdf#1' in html


def test_an_odd_file_name_stays_in_the_address() -> None:
    assert 'href="#case?id=f\udcfc.txt%231"' in brief_card_html(replace(CASE, case_id="f\udcfc.txt#1"), DOCUMENT)


@pytest.mark.parametrize(
    ("shown", "found", "held", "text"),
    [
        (1, 1, 1, "1 case"),
        (30, 55, 55, "55 cases, 30 shown"),
        (7, 7, 55, "7 cases of 55"),
        (30, 40, 55, "40 cases of 55, 30 shown"),
        (0, 0, 55, "No case meets these filters."),
        (0, 0, 0, "There are no cases in this library yet."),
    ],
)
def test_how_many_cases_are_shown(shown: int, found: int, held: int, text: str) -> None:
    assert count_cases_text(shown, found, held) == text


# --- beside a situation ---

SITUATION = Situation(
    "Poles in Hove, no flu jab, a club",
    (
        SituationPart("people", 0, 5),
        SituationPart("place", 9, 13),
        SituationPart("problem", 15, 25),
        SituationPart("means", 27, 33),
    ),
)
MATCHES = (
    Match("problem", "full", 0.9, ("no flu jab",), (span("feared the flu jab"),)),
    Match("people", "part", 0.6, ("Poles",), (span("Polish"),), shared="Eastern European"),
    Match("place", "none", 0.0, ("Hove",), instead=(("place", span("Luton")),)),
    Match("means", "none", 0.0, ("a club",)),
)


def found_with(*matches: Match, lacking: tuple[Aspect, ...] = ()) -> Precedents:
    return Precedents(SITUATION, (Precedent(CASE, 0.8, matches),), lacking)


def test_each_aspect_says_in_words_how_it_matches() -> None:
    html = precedents_html(found_with(*MATCHES), lambda _: DOCUMENT)
    rows = [words(row) for row in re.findall(r"<tr data-likeness.*?</tr>", html)]
    assert rows == [
        "Problem ✓ Matches no flu jab feared the flu jab",
        "People ~ Partly Poles Polish both under: Eastern European",
        "Place ✗ Not here Hove Nothing of this; where: “Luton”",
        "Means ✗ Not here a club It says nothing of this",
    ]
    assert 'data-spans="{}-{}"'.format(*span("feared the flu jab")) in html


@pytest.mark.parametrize(
    ("lacking", "text"),
    [
        ((), ""),
        (("problem",), "No case here works on that problem. Nearest by people, place and means:"),
        (("place",), "No case here is from such a place."),
        (
            ("people", "problem"),
            "No case here works on that problem; no case here was for those people. Nearest by place and",
        ),
    ],
)
def test_what_the_library_lacks_is_said(lacking: tuple[Aspect, ...], text: str) -> None:
    said = remarks_text(found_with(*MATCHES, lacking=lacking))
    assert said.startswith(text)
    assert bool(said) == bool(text)


def test_where_filters_are_set_only_what_they_leave_is_spoken_of() -> None:
    found = found_with(*MATCHES, lacking=("problem", "place"))
    assert remarks_text(found, narrowed=True).startswith(
        "None of these cases works on that problem; none of these cases is from such a place. Nearest by"
    )
    nothing = Precedents(SITUATION, ())
    assert count_precedents_text(nothing, narrowed=True) == "No case that meets these filters is like that."


def test_without_anything_to_go_by_it_asks_for_more() -> None:
    assert count_precedents_text(Precedents(Situation("", ()), ())).startswith("Describe the problem")
    assert count_precedents_text(Precedents(SITUATION, ())) == "Nothing here is like that."


def test_cases_like_another_say_in_what() -> None:
    html = alike_html(found_with(*MATCHES).found)
    assert words(html) == "Luton: <b>Polish</b> elders Like it in: problem, people"
    assert "None that shares" in alike_html([])


# --- on the command line ---


def test_a_card_as_text_has_every_field() -> None:
    text = card_text(CASE, DOCUMENT)
    lines = text.splitlines()
    assert lines[0] == "Luton: <b>Polish</b> elders (flu & more.pdf#1)"
    for _, label in FIELDS:
        assert f"  {label}" in lines
    assert lines[lines.index("  Cost") + 1] == f"      {NOT_STATED}"
    assert lines[lines.index("  Planned, not told as done") + 1] == "      They plan to visit schools."
    assert lines[-1] == "      Jabs & clubs, flu & more.pdf, page 3, June 2016"


def test_precedents_as_text_and_as_a_record() -> None:
    found = found_with(*MATCHES, lacking=("place",))
    text = precedents_text(found, {CASE.doc_id: DOCUMENT})
    assert " 1. Luton: <b>Polish</b> elders (flu & more.pdf#1): measured" in text
    assert "      Problem: matches: no flu jab → “feared the flu jab”" in text
    assert "      Place: not here: Hove → Nothing of this; where: “Luton”" in text
    record = precedents_record(found)
    assert record["lacking"] == ["place"]
    assert record["parts"] == {"problem": ["no flu jab"], "people": ["Poles"], "place": ["Hove"], "means": ["a club"]}
    assert record["found"][0]["matches"][0] == {
        "aspect": "problem",
        "likeness": "full",
        "wanted": ["no flu jab"],
        "found": [list(span("feared the flu jab"))],
    }
