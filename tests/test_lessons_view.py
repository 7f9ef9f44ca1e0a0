"""Sentences that say what got in the way and what was learnt: grouped, narrowed, shown."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from rag.explore.lessons import Group, group_of, said
from rag.types import Block, Case, Document, Facet, Filter, OriginMap
from rag.web.calls import Reply, name_of, sendable
from rag.web.lessons.view import GROUP_NAMES, sentences_html, wanted_html
from rag.web.server import server_functions
from tests.page_library import CannedLibrary

MONEY = "Funding ran out, and the budget was cut."
TRUST = "Women did not trust the clinic."
STAFF = "Nurses were hard to recruit."
LEARNT = "Start with the mosques."


@pytest.mark.parametrize(
    ("sentence", "group"),
    [
        (MONEY, "means"),
        (TRUST, "trust"),
        (STAFF, "staff"),
        ("Few interpreters knew the languages.", "culture"),
        ("There was no transport to the venue.", "access"),
        ("Attendance was low.", "uptake"),
        ("The councillors and the mayor were in conflict over it.", "partners"),
        ("No baseline had been measured.", "data"),
        ("It rained.", "other"),
        ("The councillors did not trust data, nor did they trust evaluation.", "trust"),  # of equals the first
    ],
)
def test_a_sentence_stands_in_the_group_of_most_of_its_words(sentence: str, group: Group) -> None:
    assert group_of(sentence) == group


def case(name: str, text: str, *facets: tuple[str, str], topic: str = "") -> Case:
    found = [_facet(kind, text, words) for kind, words in facets]
    if topic:
        found.append(Facet("topic", text[:3], 0, 3, (topic,)))
    return Case(f"{name}#1", name, f"Case {name}", ((0, len(text)),), tuple(found))


def _facet(kind: Any, text: str, words: str) -> Facet:
    start = text.index(words)
    return Facet(kind, words, start, start + len(words))


A_TEXT = f"In Hull, {TRUST} {MONEY} {MONEY} {LEARNT}"
B_TEXT = f"In Ely, {STAFF} {MONEY}"
A = case(
    "a.txt", A_TEXT, ("place", "Hull"), ("barrier", TRUST), ("barrier", MONEY), ("lesson", LEARNT), topic="Diabetes"
)
B = case("b.txt", B_TEXT, ("barrier", STAFF), ("barrier", MONEY), topic="Flu")
TEXTS = {"a.txt": A_TEXT, "b.txt": B_TEXT}


def documents() -> dict[str, Document]:
    return {
        name: Document(name, f"Report {name}", text, (Block("paragraph", 0, len(text)),), OriginMap(), "", "May 2016")
        for name, text in TEXTS.items()
    }


def test_sentences_come_group_by_group() -> None:
    found = [(one.case.case_id, one.facet.value) for one in said([A, B], "barrier")]
    assert found == [("a.txt#1", MONEY), ("b.txt#1", MONEY), ("b.txt#1", STAFF), ("a.txt#1", TRUST)]


def test_what_a_case_repeats_comes_once() -> None:
    twice = case("a.txt", A_TEXT, ("barrier", MONEY), ("barrier", MONEY))
    assert len(said([twice], "barrier")) == 1


def test_sentences_are_found_by_words_in_any_form_and_by_what_their_case_states() -> None:
    assert [one.facet.value for one in said([A, B], "barrier", words="recruiting nurse")] == [STAFF]
    assert said([A, B], "barrier", words="recruiting moon") == []
    assert {one.case for one in said([A, B], "barrier", (Filter("topic", "Diabetes"),))} == {A}
    assert [one.facet.value for one in said([A, B], "lesson")] == [LEARNT]


def test_each_sentence_is_shown_word_for_word_with_its_case_and_place() -> None:
    html = sentences_html([(one, documents()[one.case.doc_id]) for one in said([A], "barrier")])
    start = A_TEXT.index(TRUST)
    assert f"<p>{TRUST}</p>" in html
    assert 'href="#case?id=a.txt%231"' in html
    assert "Hull · Not stated · May 2016" in html
    assert f'data-source="a.txt" data-spans="{start}-{start + len(TRUST)}"' in html
    collected = [unescape(part.partition('"')[0]) for part in html.split('data-collect="')[1:]]
    assert json.loads(collected[1]) == {"kind": "quote", "source": "a.txt", "spans": f"{start}-{start + len(TRUST)}"}
    assert html.index("<h3>Money and time</h3>") < html.index("<h3>Trust and confidence</h3>")


def test_a_batch_that_goes_on_with_a_group_has_no_second_heading() -> None:
    found = [(one, documents()[one.case.doc_id]) for one in said([A, B], "barrier")]
    assert sentences_html(found[1:], before="means").startswith("<ul><li>")
    assert sentences_html(found[1:], before="means").count("<h3>") == 2
    assert sentences_html(found).count("<ul>") == sentences_html(found).count("</ul>") == 3


def test_a_sentence_of_a_file_with_an_odd_name_is_collected_by_that_name() -> None:
    name = "caf\udce9.txt"
    told = case(name, B_TEXT, ("barrier", STAFF))
    document = Document(name, "Report", B_TEXT, (Block("paragraph", 0, len(B_TEXT)),), OriginMap(), "")
    [one] = said([told], "barrier")

    html = sendable({"html": sentences_html([(one, document)])})["html"]
    collected = unescape(html.partition('data-collect="')[2].partition('"')[0])
    assert name_of(json.loads(collected)["source"]) == name


def test_what_is_wanted_is_worded_as_everywhere() -> None:
    wanted = (Filter("period", "2015-"), Filter("topic", "measured"), Filter("outcome", "measured"))
    chips = [part.partition(" <span")[0] for part in wanted_html(wanted).split('">')[2:]]
    assert [chip for chip in chips if ":" in chip] == [
        "Period: since 2015",
        "Topic: measured",
        "Strength of outcome: Measured",
    ]


# --- the server ---


class TellingLibrary(CannedLibrary):
    """Two cases with barriers, and many of one kind."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Case] = [A, B]

    def cases(self) -> list[Case]:
        return getattr(self, "told", [])

    def document(self, doc_id: str) -> Document:
        return documents()[doc_id]


@pytest.fixture
def library() -> TellingLibrary:
    return TellingLibrary()


@pytest.fixture
def lessons(library: TellingLibrary, tmp_path: Path) -> Any:
    functions = {f.__name__: f for f in server_functions(library, tmp_path / "questions.jsonl", "t")}

    def call(**payload: object) -> Reply:
        reply: Reply = functions["lessons"]({"token": "t", **payload})
        return reply

    return call


def test_what_is_wanted_narrows_what_is_shown_and_counted(lessons: Any) -> None:
    reply = lessons()
    assert reply["shown"] == "4 sentences of 2 cases."
    assert reply["counts"] == {"barrier": 4, "lesson": 1}
    assert '<option value="means">Money and time (2)</option>' in reply["group"]
    assert '<option value="Diabetes">Diabetes (2)</option>' in reply["topic"]
    narrowed = lessons(filters=[["topic", "Flu"], ["show", "barrier"]], group="staff")
    assert narrowed["shown"] == "1 sentence of 1 case."
    assert STAFF in narrowed["html"]
    assert '<option value="Flu" selected>' in narrowed["topic"]
    assert narrowed["wanted"] == ""
    elsewhere = lessons(filters=[["place", "Hull"], ["topic", 7], "x"], show="lesson")
    assert LEARNT in elsewhere["html"]
    assert 'data-unwant="place" data-value="Hull"' in elsewhere["wanted"]


def test_where_nothing_is_said_the_page_says_so(lessons: Any, library: TellingLibrary) -> None:
    assert "No sentence is like that" in lessons(words="moon")["html"]
    assert "No sentence is like that" not in lessons(words=f"trust{' ' * 2000}moon")["html"]  # as long as a question
    library.told = []
    library.files = tuple(library.files[:1])
    assert "No case here says what got in the way." in lessons()["html"]
    assert "No case here says what was learnt." in lessons(show="lesson")["html"]


def test_forty_sentences_come_at_a_time(lessons: Any, library: TellingLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    many = " ".join(f"Funding {n} ran out." for n in range(90))
    monkeypatch.setitem(TEXTS, "a.txt", many)
    library.told = [case("a.txt", many, *(("barrier", f"Funding {n} ran out.") for n in range(90)))]
    library.files = tuple(library.files[:1])
    first, last = lessons(), lessons(start="80")
    assert (first["html"].count("<blockquote"), first["next"]) == (40, 40)
    assert first["shown"] == "90 sentences of 1 case, 40 shown."
    assert (last["html"].count("<blockquote"), last["next"]) == (10, 0)
    assert "<h3>" not in last["html"]


def test_every_group_has_a_name() -> None:
    assert list(GROUP_NAMES) == ["means", "staff", "trust", "culture", "access", "uptake", "partners", "data", "other"]
