"""What the page's script calls for test questions, over the canned library."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.evaluation.metrics.answers import Evaluation
from rag.evaluation.questions.sets import Question, read_questions
from rag.evaluation.run import evaluate_library
from rag.snapshot import Snapshot
from rag.types import FileRecord, IndexedDocument, Progress, ScoredPassage
from rag.web.server import server_functions
from tests.page_library import (
    ABSURD,
    ANTENATAL,
    BETTER_HEALTH,
    DATA,
    FOLLOW_UP,
    LEAFLET,
    OUTREACH,
    CannedLibrary,
    document_from,
)

Call = Callable[..., dict[str, Any]]
ODD = "caf\udce9.txt"  # how Python gives the bytes b"caf\xe9.txt"


@pytest.fixture(scope="module")
def library() -> CannedLibrary:
    return CannedLibrary()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


def caller(library: CannedLibrary, path: Path) -> Call:
    functions = {function.__name__: function for function in server_functions(library, path, "secret")}
    return lambda name, /, **payload: functions[name]({"token": "secret", **payload})


@pytest.fixture
def call(library: CannedLibrary, path: Path) -> Call:
    return caller(library, path)


def mark_of(library: CannedLibrary, quote: str, **more: str) -> dict[str, str]:
    text = library.snapshot.document(BETTER_HEALTH).text
    parts = [(text.index(part), len(part)) for part in quote.split(" … ")]
    return {"source": BETTER_HEALTH, "spans": " ".join(f"{a}-{a + n}" for a, n in parts), **more}


def checked(call: Call) -> dict[str, Any]:
    call("check")
    while call("progress")["running"]:
        threading.Event().wait(0.01)
    return call("questions")


def test_a_narrowed_quote_is_kept_with_its_history(call: Call, library: CannedLibrary, path: Path) -> None:
    mark = mark_of(library, LEAFLET, words="distribution of a maternity leafl")
    reply = call("keep", question=f" {FOLLOW_UP} ", history=[ANTENATAL], marks=[mark])
    assert reply["done"]
    assert "Kept as test question q1, with 1 quote that should be found." in reply["html"]
    assert str(path) in reply["html"]
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "id": "q1",
        "kind": "follow-up",
        "question": FOLLOW_UP,
        "answerable": True,
        "evidence": [{"source": BETTER_HEALTH, "quote": "distribution of a maternity leaflet"}],
        "history": [ANTENATAL],
    }


def test_the_quotes_of_an_answer_are_kept_span_by_span(call: Call, library: CannedLibrary, path: Path) -> None:
    call("keep", question=ANTENATAL, marks=[mark_of(library, DATA), mark_of(library, OUTREACH), mark_of(library, DATA)])
    assert [gold.quote for gold in read_questions(path)[0].evidence] == [DATA, *OUTREACH.split(" … ")]
    assert checked(call)["checked"] == "1 question checked: none missed."


def test_a_refusal_is_kept_and_undone(call: Call, path: Path) -> None:
    reply = call("keep", question=ABSURD, refuse=True)
    assert "as one that should be refused" in reply["html"]
    assert read_questions(path) == [Question("q1", ABSURD, (), "unanswerable", False)]
    assert "Undone" in call("forget", key='"q1"')["html"]
    assert "No test questions yet." in call("questions")["html"]


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"question": " "}, "There is no question"),
        ({"question": "x" * 2001, "refuse": True}, "2,001 characters long"),
        ({"question": "a"}, "Nothing is marked"),
        ({"question": "a", "marks": [{"source": "gone.txt", "spans": "0-9"}]}, "no document"),
        ({"question": "a", "marks": [{"source": BETTER_HEALTH, "spans": "x"}]}, "no words of"),
        ({"question": "a", "marks": [{"source": BETTER_HEALTH, "spans": "0-99", "words": "<b>"}]}, "“&lt;b&gt;” does"),
        ({"question": "a", "refuse": True, "marks": [{"source": BETTER_HEALTH, "spans": "0-99"}]}, "Nothing is marked"),
    ],
    ids=["blank", "long", "unmarked", "no-document", "no-place", "other-words", "both"],
)  # fmt: skip
def test_what_can_not_be_kept_is_said(call: Call, path: Path, payload: dict[str, Any], why: str) -> None:
    reply = call("keep", **payload)
    assert not reply["done"]
    assert why in reply["html"]
    assert not path.exists()


@pytest.mark.parametrize("token", ["", "other"])
def test_other_sites_can_not_change_the_file(call: Call, path: Path, token: str) -> None:
    """Any page open in the browser can send a request here; only ours knows the token."""
    assert "reload the page" in call("keep", question=ABSURD, refuse=True, token=token)["html"]
    assert not path.exists()
    call("keep", question=ABSURD, refuse=True)
    call("remove", key='"q1"')
    before = path.read_bytes()
    for name in ("remove", "forget", "restore"):
        assert "reload the page" in call(name, key='"q1"', token=token)["html"]
    assert path.read_bytes() == before


def test_every_call_asks_for_the_token(library: CannedLibrary, path: Path) -> None:
    before = len(library.asked)
    for function in server_functions(library, path, "secret"):
        for payload in ({"question": ANTENATAL}, {"question": ANTENATAL, "token": "other"}, None):
            reply = function(payload)
            assert (reply["done"], "reload the page" in reply["html"]) == (False, True), function.__name__
    assert len(library.asked) == before


FIELDS = """
    question history filters without kept source spans view page seen start sort like id cases words for show group kind
    status searched missing keys key topic community items unanswered title purpose format quoted marks refuse what name
    names
""".split()
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["1-2", "case", "answer", "\ud800", "txt"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)
NO_CHANGE = """
    ask source facets about collection updating pack_view pack_seals pack_file pack_copy cases precedents card alike
    compare comparable lessons overview mark find keep remove forget restore questions progress export unlog gaps
    drop_gap restore_gap save_gaps
""".split()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), JUNK))
def test_whatever_is_sent_is_answered(call: Call, sent: dict[str, Any]) -> None:
    for name in NO_CHANGE:
        assert json.dumps(call(name, **sent), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("sent", [{"question": 7, "history": "x", "filters": [7, ["place"]]}, {"question": ["a"]}])
def test_what_is_not_as_it_should_be_is_not_there(call: Call, sent: dict[str, Any]) -> None:
    assert call("ask", **sent) == call("ask")


def test_what_stands_beside_something_odd_is_taken(call: Call, library: CannedLibrary) -> None:
    marks = [7, mark_of(library, LEAFLET), {"source": BETTER_HEALTH, "spans": 7}]
    assert "no words of" in call("keep", question=ANTENATAL, marks=marks[1:])["html"]
    assert "no document" in call("keep", question=ANTENATAL, marks=marks[:2])["html"]
    assert call("keep", question=ANTENATAL, history=[7, FOLLOW_UP, None], marks=marks[1:2])["done"]


def test_lone_surrogates_are_sent_back_as_something(call: Call) -> None:
    reply = call("mark", question="what \ud800 was", searched="")
    assert "what ? was" in reply["html"]
    assert json.dumps(reply, ensure_ascii=False).encode("utf-8")


def test_a_name_that_is_not_utf_8_hides_nothing_and_opens(path: Path) -> None:
    class Odd(CannedLibrary):
        def __init__(self) -> None:
            super().__init__()
            self._documents[ODD] = document_from(ODD, f"About {ODD}", ODD)
            held = IndexedDocument(ODD, ODD, "", "", 1, 1)
            self.files = (*self.files, FileRecord(ODD, "indexed", documents=(held,)))

    library = Odd()
    call = caller(library, path)
    replies = [call("about"), call("collection"), call("source", source=ODD), call("updating", names=[ODD])]
    for reply in replies:
        assert json.dumps(reply, ensure_ascii=False).encode("utf-8")
    assert "6 documents" in replies[0]["scope"]
    name = re.findall(r'data-source="(caf[^"]+)"', replies[1]["html"])[0]
    assert name in replies[0]["html"]
    assert "Not available" not in call("source", source=name)["html"]
    assert list(call("updating", names=[name])["lines"]) == [name]
    why = call("keep", question="a", marks=[{"source": name, "spans": "0-5"}])["html"]
    assert "not UTF-8" in why


def test_passages_that_are_not_quoted_come_first(call: Call, library: CannedLibrary) -> None:
    searched = "maternity data of women"
    first = call("find", searched=searched)["html"]
    assert first.index(DATA) < first.index("mental ill health during maternity")
    quoted = call("find", searched=searched, quoted=[mark_of(library, DATA)])["html"]
    assert quoted.index(DATA) > quoted.index("mental ill health during maternity")
    assert quoted.count("the answer quotes from this") == 1


def test_a_search_without_result_says_so(call: Call) -> None:
    assert call("find", searched="xyzzy") == {"done": True, "html": "", "text": "No passage found: try other words."}
    assert call("find", searched=" ")["html"] == ""


def test_a_failing_search_is_said(path: Path) -> None:
    class Failing(CannedLibrary):
        def search(self, *_: object, **__: object) -> list[ScoredPassage]:
            raise SourceError("the index is damaged: run 'rag index'")

    call = caller(Failing(), path)
    for name in ("mark", "find"):
        assert call(name, question="a", searched="a") == {
            "done": False,
            "html": '<p class="problem">the index is damaged: run &#39;rag index&#39;</p>',
        }


def test_questions_can_be_removed_and_brought_back(call: Call, path: Path) -> None:
    for asked in "ab":
        call("keep", question=asked, refuse=True)
    before = path.read_bytes()
    reply = call("remove", key='"q1"')
    assert "Removed: <span" in reply["html"]
    assert reply["count"] == "1 question: 0 with an answer here, 1 that should be refused."
    assert "no longer among" in call("remove", key='"q1"')["html"]
    assert call("restore", key='"q1"')["done"]
    assert path.read_bytes() == before


def test_a_broken_file_is_shown_and_kept(call: Call, path: Path) -> None:
    path.write_text("<b>broken\n", encoding="utf-8")
    view = call("questions")
    assert "line 1" in view["html"]
    assert "No test questions yet" not in view["html"]
    assert view["checked"] == ""
    assert call("check") == {"running": False}
    assert "line 1" in call("keep", question="a", refuse=True)["html"]
    assert path.read_text(encoding="utf-8") == "<b>broken\n"
    assert call("export", what="questions")["text"] == "<b>broken\n"


def test_a_check_says_what_changed_and_can_be_taken_away(call: Call, library: CannedLibrary, path: Path) -> None:
    call("keep", question=ANTENATAL, marks=[mark_of(library, LEAFLET)])
    call("keep", question=ABSURD, refuse=True)
    first = checked(call)
    assert first["checked"] == "2 questions checked: none missed."
    assert "check before" not in first["html"]
    assert "No question fares better or worse" in checked(call)["html"]

    report = call("export", what="report")
    assert "the check before" in report["text"]
    assert (report["name"], report["type"]) == ("questions-report.html", "text/html")
    assert report["text"].startswith("<!doctype html>")
    assert str(path) in report["text"]
    questions = call("export", what="questions")
    assert questions["name"] == "questions.jsonl"
    assert questions["text"] == path.read_text(encoding="utf-8")


def test_questions_are_answered_while_a_check_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = CannedLibrary()

    def slow(snapshot: Snapshot, questions: Sequence[Question], progress: Progress) -> Evaluation:
        while not library.asked:
            progress("ask", 0, len(questions))
        return evaluate_library(snapshot, questions, progress)

    monkeypatch.setattr("rag.web.questions.calls.evaluate_library", slow)
    call = caller(library, path)
    call("keep", question=ABSURD, refuse=True)
    assert call("check") == {"running": True, "done": 0, "total": 1, "text": "Checking: 0 of 1 question done"}
    assert call("questions")["running"]
    assert call("ask", question=ANTENATAL)["asked"]
    assert checked(call)["checked"] == "1 question checked: none missed."


def test_a_check_that_fails_says_why(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> Evaluation:
        raise SourceError("<gone>: run 'rag index'")

    monkeypatch.setattr("rag.web.questions.calls.evaluate_library", failing)
    call = caller(CannedLibrary(), path)
    call("keep", question=ABSURD, refuse=True)
    view = checked(call)
    assert '<p class="problem" role="alert">&lt;gone&gt;: run' in view["html"]
    assert view["checked"] == ""
    assert ABSURD in view["html"]
