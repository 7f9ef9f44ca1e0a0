"""Wording and mark-up: exact where users or scripts read it, brute force where offsets matter."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.present.text import answer_markdown, answer_record, answer_text
from rag.types import Answer, Block, Citation, Document, Note, OriginMap, Outcome, Query, Role, Span, Statement
from rag.web.ask.answer_html import answer_html, notice_html
from rag.web.ask.source_view import failure_html, original_html, source_html
from rag.web.page import contents_html, page_head, page_html, scope_html
from rag.web.scripts import LOADING, page_scripts
from tests.page_library import ABSURD, ANTENATAL, BETTER_HEALTH, DATA, FOLLOW_UP, OUTREACH, WORSHIP, CannedLibrary

RECORD_KEYS = {"id", "question", "status", "confidence", "answer", "missing", "citations", "passages"}


@pytest.fixture(scope="module")
def library() -> CannedLibrary:
    return CannedLibrary()


def document(text: str, *blocks: Block, origin: OriginMap | None = None, published: str = "") -> Document:
    return Document("a.txt", "A title", text, blocks, origin or OriginMap(), "", published)


class _Marks(HTMLParser):
    """The text inside <mark> and inside the document's body, as a browser would show them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.marks: list[str] = []
        self.ids = 0
        self.text = ""
        self._open = False
        self.feed(str(html)[html.index('<div class="text"') :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mark":
            self._open = True
            self.marks.append("")
            self.ids += ("id", "cited") in attrs

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open:
            self.marks[-1] += data


def test_an_answer_as_text(library: CannedLibrary) -> None:
    assert answer_text(library.ask(ANTENATAL)) == (
        "This case does not state a measured result.\n\n"
        "Bromley: late booking into antenatal services (activity only: no measured result is stated)\n"
        f"  “{DATA}” [1]\n"
        f"  “{OUTREACH}” [2]\n"
        "  “Core to the programme is the production and distribution of a maternity leaflet.” [3]\n"
        "  Note: When, in the source’s words: meetings ended in July 2010\n"
        "\n"
        "Sources\n"
        "  [1] [2] [3] Partnerships for Better Health (001_3599fcccaf629e3b.txt)"
    )


def test_the_closest_precedents_as_text(library: CannedLibrary) -> None:
    text = answer_text(library.ask(WORSHIP))
    first, _, rest = text.partition("\n\n")
    assert first == (
        "Nothing here clearly answers that. None of the passages found mentions ‘mosques’. The closest precedent is:"
    )
    assert rest.startswith(
        "Coventry: health of Asian women (the source gives a figure, without a comparison)\n  “visiting "
    )


def test_nothing_near_as_text(library: CannedLibrary) -> None:
    assert answer_text(library.ask(ABSURD)) == (
        "Nothing found here answers that or comes near it. None of the passages found mentions ‘moon’ or ‘land’."
    )


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_kind_of_result_has_its_own_remark(outcome: Outcome) -> None:
    answer = Answer(Query("q", "q"), "answered", 1.0, "", (Statement("H", outcome, ()),))
    others = set(get_args(Outcome)) - {outcome}
    remarks = {answer_text(replace(answer, statements=(Statement("H", o, ()),))) for o in others}
    assert answer_text(answer) not in remarks
    assert answer_text(answer).startswith("H (")


@pytest.mark.parametrize(
    ("note", "line"),
    [
        (Note("planned", "It may\n collaborate."), "Told as planned, not as done: “It may collaborate.”"),
        (Note("period", "2010-2011"), "When, in the source’s words: 2010-2011"),
        (Note("published", "Updated July 2015"), "The source’s own date: Updated July 2015"),
        (Note("declared", "X paid for this."), "The source declares: “X paid for this.”"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_notes_say_what_they_are(note: Note, line: str) -> None:
    answer = Answer(Query("q", "q"), "answered", 1.0, "", (Statement("H", None, (), (note,)),))
    assert answer_text(answer) == f"H\n  Note: {line}"
    assert f'<p class="note" dir="auto">{line}</p>' in answer_html(answer)


def test_a_declaration_is_given_in_full_once() -> None:
    note, other = Note("declared", "X paid."), Note("declared", "Y paid.")
    statements = tuple(
        Statement(heading, None, (), (said,)) for heading, said in zip("HIJ", (note, note, other), strict=True)
    )
    text = answer_text(Answer(Query("q", "q"), "answered", 1.0, "", statements))
    assert [line.strip() for line in text.splitlines() if "Note" in line] == [
        "Note: The source declares: “X paid.”",
        "Note: The source declares: as above",
        "Note: The source declares: “Y paid.”",
    ]


@pytest.mark.parametrize(
    ("missing", "words"),
    [(("a",), "mentions ‘a’."), (("a", "b"), "mentions ‘a’ or ‘b’."), (("a", "b", "c"), "mentions ‘a’, ‘b’ or ‘c’.")],
)
def test_uncovered_words_are_listed(missing: tuple[str, ...], words: str) -> None:
    refusal = Answer(Query("q", "q"), "none", 0.0, "", missing=missing)
    assert answer_text(refusal).endswith(words)
    assert "mentions" not in answer_text(replace(refusal, missing=()))


def test_several_precedents_are_told_as_several(library: CannedLibrary) -> None:
    one = library.ask(WORSHIP)
    two = replace(one, statements=one.statements * 2)
    assert "The closest precedent is:" in answer_text(one)
    assert "The closest precedents are:" in answer_text(two)


def test_without_a_case_there_is_no_chip() -> None:
    answer = Answer(Query("q", "q"), "answered", 1.0, "", (Statement("H", None, ()),))
    assert "chip" not in answer_html(answer)
    assert "chip" in answer_html(replace(answer, statements=(Statement("H", "activity", ()),)))


def test_a_quote_with_its_own_marks_gets_no_second_pair() -> None:
    citation = Citation(1, "a.txt", "T", "", "", "“Said.”", ((0, 7),))
    answer = Answer(Query("q", "q"), "answered", 1.0, "", (Statement("H", None, (1,)),), (citation,))
    assert "  “Said.” [1]" in answer_text(answer).splitlines()


def test_the_record_has_what_scripts_read(library: CannedLibrary) -> None:
    answer = library.ask(ANTENATAL)
    scored = replace(answer.passages[0], score=np.float32(0.5))  # type: ignore[arg-type]
    answer = replace(answer, confidence=np.float64(0.91), passages=(scored,))
    record = json.loads(json.dumps(answer_record(answer, "d001", {"bromley": "Bromley"})))
    assert set(record) >= RECORD_KEYS
    assert record["id"] == "d001"
    assert record["question"] == ANTENATAL
    assert record["confidence"] == 0.91
    assert record["answer"] == answer_text(answer)
    start, end = answer.citations[2].spans[0]
    assert record["citations"][2] == {
        "number": 3,
        "source": BETTER_HEALTH,
        "title": "Partnerships for Better Health",
        "case": "Bromley: late booking into antenatal services",
        "section": "2008-2009",
        "page": "",
        "also": [],
        "quote": "Core to the programme is the production and distribution of a maternity leaflet.",
        "spans": [[start, end]],
        "field": None,
    }
    passage = scored.passage
    assert record["passages"] == [
        {
            "rank": 1,
            "source": BETTER_HEALTH,
            "case": "Bromley",
            "page": "",
            "also": [],
            "text": passage.text,
            "start": passage.start,
            "end": passage.end,
            "score": 0.5,
        }
    ]


def test_the_record_leaves_an_unknown_case_empty(library: CannedLibrary) -> None:
    record = answer_record(library.ask(ANTENATAL), "")
    assert {passage["case"] for passage in record["passages"]} == {""}


def test_markdown_carries_question_quotes_and_sources(library: CannedLibrary) -> None:
    lines = answer_markdown(library.ask(ANTENATAL)).splitlines()
    assert lines[0] == f"**{ANTENATAL}**"
    assert "### Bromley: late booking into antenatal services" in lines
    assert "*activity only: no measured result is stated*" in lines
    assert "> “Core to the programme is the production and distribution of a maternity leaflet.” [3]" in lines
    assert lines[-1] == "[3] Partnerships for Better Health, ‘2008-2009’ (001\\_3599fcccaf629e3b.txt)"


def test_markdown_of_hostile_text_stays_text() -> None:
    refusal = Answer(Query("<b>*x*</b>\n# [y](z)", "<b>*x*</b>\n# [y](z)"), "none", 0.0, "")
    assert answer_markdown(refusal).startswith("**\\<b>\\*x\\*\\</b> # \\[y\\](z)**")


def test_what_was_searched_is_told_only_when_it_differs(library: CannedLibrary) -> None:
    assert "Searched for" not in answer_html(library.ask(ANTENATAL))
    followed = answer_html(library.ask(FOLLOW_UP, [ANTENATAL]))
    assert "Searched for: and who ran it? antenatal booking (‘antenatal booking’ taken over" in followed
    respaced = Answer(Query(" a  b\n", "a b"), "none", 0.0, "")
    assert "Searched for" not in answer_html(respaced)


def test_answers_are_escaped_everywhere() -> None:
    evil = "<i onclick='x'>&\""
    citation = Citation(1, evil, evil, evil, evil, evil, ((0, 1),))
    statement = Statement(evil, None, (1,), (Note("declared", evil),))
    query = Query(evil, f"{evil} more", (evil,))
    for status, missing in (("answered", ()), ("closest", (evil,))):
        answer = Answer(query, status, 0.5, evil, (statement,), (citation,), (), missing)  # type: ignore[arg-type]
        assert "<i" not in answer_html(answer, {})
    assert "<i" not in notice_html(evil, evil)
    assert "<i" not in failure_html(evil)


def test_a_list_is_quoted_as_a_list_under_its_lead_in(library: CannedLibrary) -> None:
    html = answer_html(library.ask(ANTENATAL))
    assert "<li>… a pharmacy campaign</li><li>… work with Nigerian and Ghanaian communities in two areas</li>" in html


def test_an_ellipsis_of_the_source_makes_no_list() -> None:
    citation = Citation(1, "a.txt", "T", "", "", "They said: … well", ((0, 17),))
    answer = Answer(Query("q", "q"), "answered", 1.0, "", (Statement("H", None, (1,)),), (citation,))
    assert "<p>They said: … well&nbsp;<button" in answer_html(answer)


@given(
    lines=st.lists(st.text(st.sampled_from("ab <>&\"'é😀"), min_size=1, max_size=12), min_size=1, max_size=6),
    spans=st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=4),
)
def test_marks_cover_exactly_the_cited_characters(lines: list[str], spans: list[Span]) -> None:
    text = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:i]) for i in range(len(lines))]
    blocks = [Block("paragraph", start, start + len(line)) for start, line in zip(starts, lines, strict=True)]
    shown = _Marks(source_html(document(text, *blocks), spans))
    cited = {i for start, end in spans for i in range(max(start, 0), min(end, len(text)))}
    expected = "".join(character for i, character in enumerate(text) if i in cited and character != "\n")
    assert "".join(shown.marks) == expected
    assert shown.ids == bool(shown.marks)
    assert shown.text == text.replace("\n", "")


def test_words_outside_every_block_are_still_shown() -> None:
    shown = _Marks(source_html(document("before inside after", Block("item", 7, 13)), [(0, 19)]))
    assert shown.text == "before inside after"
    assert shown.marks == ["before ", "inside", " after"]


def test_blocks_become_headings_lists_and_quotes() -> None:
    text = "Head\none\ntwo\nsaid"
    blocks = (
        Block("heading", 0, 4, level=1),
        Block("item", 5, 8),
        Block("item", 9, 12),
        Block("quote", 13, 17),
    )
    html = source_html(document(text, *blocks, published="Updated July 2015"))
    assert '<h3 dir="auto">Head</h3><ul><li dir="auto">one</li><li dir="auto">two</li></ul>' in html
    assert '<blockquote dir="auto"><p>said</p></blockquote>' in html
    assert "a.txt · Updated July 2015" in html


@pytest.mark.parametrize(
    ("role", "label"),
    [
        ("contact", "Contact"),
        ("callout", "Call to take part"),
        ("declaration", "Declaration"),
        ("caption", "Caption"),
        ("pointer", "Pointer"),
        ("date", "Date"),
    ],
)
def test_what_is_not_the_account_is_labelled(role: Role, label: str) -> None:
    html = source_html(document("words", Block("paragraph", 0, 5, role)))
    assert f'<span class="role">{label}</span> words' in html
    assert 'class="role"' not in source_html(document("words", Block("paragraph", 0, 5)))


def test_every_role_can_be_shown() -> None:
    blocks = [Block("paragraph", i, i + 1, role) for i, role in enumerate(get_args(Role))]
    assert source_html(document("x" * len(blocks), *blocks)).count('class="role"') == len(blocks) - 1


def test_the_original_is_marked_where_the_quote_came_from() -> None:
    original = "<p>abc <!-- hidden -->def</p>"
    origin = OriginMap((0, 4), (original.index("abc"), original.index("def")))
    cleaned = document("abc def", Block("paragraph", 0, 7), origin=origin)
    for quote in ("abc", "def"):
        start = cleaned.text.index(quote)
        shown = _Marks(original_html(cleaned, original, [(start, start + 3)]))
        assert shown.marks == [quote]
        assert shown.text == original


def test_the_page_names_no_other_host() -> None:
    everything = "".join([page_head(), page_html(), LOADING, *page_scripts().values()])
    addresses = [word for word in everything.replace("'", '"').split('"') if "://" in word]
    assert addresses == ["http://www.w3.org/2000/svg"]


def test_the_page_shows_what_it_holds(library: CannedLibrary) -> None:
    assert scope_html(library.snapshot.files).startswith("5 documents, 2 case studies, on this machine only.")
    assert "1 document, on this machine only." in scope_html(library.snapshot.files[2:3])
    assert "There are no documents yet" in scope_html(())
    contents = contents_html(library.snapshot.files, library.snapshot.cases())
    assert "Bromley: late booking" in contents
    assert "<img" not in contents
    assert "<h2>For example</h2>" not in page_html(examples=())
