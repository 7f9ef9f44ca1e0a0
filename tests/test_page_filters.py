"""Filters on the page: beside the conversation, above the answer as chips, in the address."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from rag.ask.query.preferences import PreferenceReader
from rag.types import Answer, Case, Facet, Filter, Filters, Outcome, Query
from rag.web.ask.answer_html import answer_html
from tests.browser import Stage, ask, overflow, phone
from tests.page_library import ANTENATAL, BETTER_HEALTH, BROMLEY, FOLLOW_UP, HOSTILE, CannedLibrary

IN_BROMLEY = f"{ANTENATAL[:-1]} in Bromley since 2009?"
PLACE, SINCE = Filter("place", "Bromley"), Filter("period", "2009-")
MANY = [f"Topic {chr(65 + i)}" for i in range(12)]


def facet(kind: str, value: str, *labels: str) -> Facet:
    return Facet(kind, value, 0, 1, labels)  # type: ignore[arg-type]


class LabelledLibrary(CannedLibrary):
    """The canned library with labelled cases; ``wanted`` records filters and preferences."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[tuple[Filters, Filters | None]] = []

    def last_wanted(self) -> tuple[Filters, Filters | None]:
        return self.wanted[-1]

    def cases(self) -> list[Case]:
        bromley, coventry = super().cases()
        stated = (
            facet("place", "Bromley", "London", "England"),
            facet("community", "Nigerian women", "Women"),
            facet("period", "2008-2010", "2008", "2009", "2010"),
            *(facet("topic", topic) for topic in MANY),
            facet("deed", "x"),
        )
        there = (facet("place", "Coventry", "West Midlands"), facet("community", "x", "Women"), facet("topic", HOSTILE))
        return [replace(bromley, facets=stated), replace(coventry, facets=there)]

    def understand(self, question: str, history: Sequence[str] = ()) -> Query:
        return Query(question, question, preferred=PreferenceReader(self.cases(), lambda _: ()).read(question))

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        sources: Collection[str] | None = None,
        filters: Filters = (),
        preferred: Filters | None = None,
        kept: Collection[str] = (),
    ) -> Answer:
        self.wanted.append((filters, preferred))
        known = ANTENATAL if question == IN_BROMLEY else question
        answer = super().ask(known, history, sources=sources)
        chosen = self.understand(question).preferred if preferred is None else preferred
        return replace(answer, filters=filters, query=replace(answer.query, typed=question, preferred=chosen))


@pytest.fixture(scope="module")
def library() -> LabelledLibrary:
    return LabelledLibrary()


@pytest.fixture(scope="module")
def address(stage: Stage, library: LabelledLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stage.serving(library, tmp_path_factory.mktemp("page") / "questions.jsonl") as address:
        yield address


def values(page: Page, kind: str) -> list[str]:
    boxes = page.locator(f'.filters[data-for="ask"] input[name="{kind}"]')
    return [str(value) for value in boxes.evaluate_all("boxes => boxes.map(box => box.value)")]


def tick(page: Page, name: str) -> None:
    page.locator('.filters[data-for="ask"]').get_by_label(name).first.check()


def told(page: Page) -> str:
    return str(page.evaluate("decodeURIComponent(location.hash).replaceAll('+', ' ')"))


def test_places_stand_below_their_region_and_long_lists_are_folded(page: Page) -> None:
    page.locator(".filters .facets").wait_for()
    assert values(page, "place") == ["London", "Bromley", "West Midlands", "Coventry"]
    expect(page.locator(".filters label", has_text="Bromley")).to_be_hidden()
    page.locator(".filters summary", has_text="1 place").first.click()
    expect(page.locator(".filters label", has_text="Bromley")).to_be_visible()
    page.locator(".filters summary", has_text="Topic").click()
    expect(page.locator('.filters input[name="topic"]:visible')).to_have_count(8)
    page.locator(".filters summary", has_text="5 more").click()
    expect(page.locator('.filters input[name="topic"]:visible')).to_have_count(13)


def test_a_filter_asks_the_last_question_again_in_its_place(page: Page, library: LabelledLibrary) -> None:
    ask(page, ANTENATAL)
    assert told(page) == f"#ask?q={ANTENATAL}"
    tick(page, "Women")
    expect(page.locator(".want.hard")).to_have_text(["only Women×"])
    expect(page.locator(".turn")).to_have_count(1)
    assert library.last_wanted() == ((Filter("community", "Women"),), None)
    expect(page.locator('.filters input[value="Women"]')).to_be_focused()
    assert told(page) == f"#ask?q={ANTENATAL}&community=Women"

    ask(page, FOLLOW_UP)
    assert library.last_asked() == (FOLLOW_UP, (ANTENATAL,))
    assert library.last_wanted() == ((Filter("community", "Women"),), None)
    assert told(page) == f"#ask?q={FOLLOW_UP}&after={ANTENATAL}&community=Women"

    page.get_by_role("button", name="Clear all").click()
    expect(page.locator(".turn").last.locator(".want")).to_have_count(0)
    assert library.last_asked() == (FOLLOW_UP, (ANTENATAL,))
    assert library.last_wanted() == ((), None)


def test_what_was_understood_can_be_taken_off_or_made_a_filter(page: Page, library: LabelledLibrary) -> None:
    ask(page, IN_BROMLEY)
    expect(page.locator(".want")).to_have_text(["Bromleyonly Bromley×", "since 2009only since 2009×"])
    page.get_by_role("button", name="Ask without: since 2009").click()
    expect(page.locator(".want")).to_have_count(1)
    assert library.last_wanted() == ((), (PLACE,))
    assert told(page) == f"#ask?q={IN_BROMLEY}&without=period:2009-"
    expect(page.get_by_role("button", name="only Bromley")).to_be_focused()

    page.get_by_role("button", name="only Bromley").click()
    expect(page.locator(".want.hard")).to_have_count(1)
    assert library.last_wanted()[0] == (PLACE,)
    expect(page.locator('.filters input[value="Bromley"]')).to_be_checked()
    page.get_by_role("button", name="Take off the filter: Bromley").click()
    expect(page.locator(".want.hard")).to_have_count(0)
    assert library.last_wanted()[0] == ()


def test_an_address_opens_question_and_filters(page: Page, address: str, library: LabelledLibrary) -> None:
    page.goto("about:blank")
    page.goto(
        f"{address}#ask?q=and+who+ran+it%3F&after={ANTENATAL[:-1]}%3F&place=Bromley&without=period:2009-&place=&outcome=x"
    )
    expect(page.locator(".want.hard")).to_have_text(["only Bromley×"])
    assert library.last_asked() == (FOLLOW_UP, (ANTENATAL,))
    assert library.last_wanted() == ((PLACE,), ())
    expect(page.locator('.filters input[value="Bromley"]')).to_be_checked()
    page.reload()
    expect(page.locator(".want.hard")).to_have_text(["only Bromley×"])
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator(".filters input:checked")).to_have_count(0)
    assert told(page) == "#ask"


def test_a_period_is_chosen_by_its_years(page: Page, library: LabelledLibrary) -> None:
    ask(page, ANTENATAL)
    page.locator(".filters summary", has_text="Period").click()
    page.locator(".filters select[name=first]").select_option("2010")
    expect(page.locator(".want.hard")).to_contain_text("Since 2010")
    page.locator(".filters select[name=last]").select_option("2009")
    expect(page.locator(".want.hard")).to_contain_text("In 2009")
    assert library.last_wanted()[0] == (Filter("period", "2009-2009"),)


def test_one_period_takes_the_place_of_another(page: Page, address: str, library: LabelledLibrary) -> None:
    ask(page, IN_BROMLEY)
    page.locator(".filters summary", has_text="Period").click()
    page.locator(".filters select[name=first]").select_option("2010")
    expect(page.locator(".want.hard")).to_have_count(1)
    page.get_by_role("button", name="only since 2009").click()
    expect(page.locator(".want.hard")).to_have_text(["only Since 2009×"])
    assert library.last_wanted()[0] == (SINCE,)
    expect(page.locator(".filters select[name=first]")).to_have_value("2009")
    tick(page, "Women")
    expect(page.locator(".want.hard")).to_have_count(2)
    assert set(library.last_wanted()[0]) == {SINCE, Filter("community", "Women")}
    page.goto("about:blank")
    page.goto(f"{address}#ask?q={ANTENATAL[:-1]}%3F&period=2010-2010&period=2009-")
    expect(page.locator(".want.hard")).to_have_text(["only Since 2009×"])


def test_what_an_earlier_question_was_asked_with_is_only_told(page: Page) -> None:
    ask(page, IN_BROMLEY)
    first = page.locator(".turn").first
    expect(first.get_by_role("button", name="only Bromley")).to_be_visible()
    ask(page, FOLLOW_UP)
    expect(first.locator(".want").first).to_contain_text("Bromley")
    expect(first.locator(".want button:visible")).to_have_count(0)
    expect(first.get_by_role("button", name=re.compile("only|without"))).to_have_count(0)


def test_closing_a_source_does_not_ask_an_earlier_question(page: Page, library: LabelledLibrary) -> None:
    ask(page, ANTENATAL)
    page.get_by_role("button", name="Citation 1").first.click()
    expect(page.locator("#cited")).to_be_focused()
    expect(page.locator(".filters .folding > summary")).to_be_visible()  # no room beside the conversation
    expect(page.locator(".filters .facets")).to_be_hidden()
    ask(page, FOLLOW_UP)
    asked = len(library.asked)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".source")).to_be_hidden()
    expect(page.locator(".filters .facets")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(2)
    page.wait_for_timeout(300)
    assert len(library.asked) == asked
    assert told(page).startswith(f"#ask?q={FOLLOW_UP}")


@phone
def test_on_a_phone_the_filters_are_folded_above(page: Page) -> None:
    ask(page, ANTENATAL)
    expect(page.locator(".filters .facets")).to_be_hidden()
    page.locator(".filters .folding > summary").click()
    tick(page, "Women")
    expect(page.locator(".want.hard")).to_have_count(1)
    expect(page.locator(".filters .facets")).to_be_visible()  # stays open: more may be chosen
    assert overflow(page) <= 0


# --- the mark-up of an answer ---


def shown(evidence: Outcome, **more: object) -> str:
    library = CannedLibrary()
    answer = library.ask(ANTENATAL)
    statement = replace(answer.statements[0], evidence=evidence, **more)  # type: ignore[arg-type]
    return answer_html(replace(answer, statements=(statement,)), unmet=(Filter("place", "<Glasgow>"),))


def test_the_strength_shows_its_meaning_and_the_words_that_decide() -> None:
    html = shown("measured", trigger=((3, 6), (9, 12)), shown_by=("38%", "of <those>"))
    assert 'title="The source gives a figure with a comparison or a base."' in html
    assert ">Measured<" in html
    assert f'data-source="{BETTER_HEALTH}" data-spans="3-6 9-12"' in html
    assert "“38%” … “of &lt;those&gt;”" in html


def test_a_case_leads_to_its_card_and_the_comparison() -> None:
    html = shown("activity", case="001.txt#1?é")
    assert 'href="#case?id=001.txt%231%3Fé"' in html
    assert 'data-compare="001.txt#1?é"' in html
    assert BROMLEY in html


def test_each_citation_can_be_called_wrong() -> None:
    html = shown("activity")
    assert [f'data-judge="wrong" data-number="{n}"' in html for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert html.count("data-judge=") == 5


def test_what_no_case_states_is_said_and_escaped() -> None:
    answer = CannedLibrary().ask(ANTENATAL)
    wanted = (Filter("place", "<Glasgow>"),)
    html = answer_html(replace(answer, query=replace(answer.query, preferred=wanted)), unmet=wanted)
    assert "No case here is from ‘&lt;Glasgow&gt;’." in html
    assert "<Glasgow>" not in html
