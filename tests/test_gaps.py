"""The log of questions that were not answered, or not well: its file, its summary, its question set, its calls."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.cases.fields.communities import labels_of as groups_in
from rag.cases.fields.topics import labels_of as topics_in
from rag.cli.main import main
from rag.errors import QuestionsError
from rag.evaluation.questions.from_gaps import gaps_questions
from rag.evaluation.questions.sets import question_record, read_questions
from rag.explore.gaps.file import GapEvent, GapFile, GapKind
from rag.explore.gaps.summary import NO_GROUP, OTHER_TOPIC, Gap, gaps_of, summary_of
from rag.index.collection import SourceCollection
from rag.types import Filter, Status
from rag.web.gaps.view import exported_text, gap_html, gaps_text, marks_text, summary_html
from rag.web.server import server_functions
from tests.fakes import FakeEmbedder
from tests.page_library import BETTER_HEALTH, LEAFLET, CannedLibrary

Call = Callable[..., dict[str, Any]]
MOON = "How do I land on the moon?"
SOMALI = "Cervical screening for Somali women"
ANTENATAL = "What worked for late antenatal booking?"


def event(
    number: int, question: str = MOON, kind: GapKind = "refused", status: Status = "none", **more: Any
) -> GapEvent:
    return GapEvent(f"k{number}", f"2026-05-01T10:00:{number:02}+01:00", kind, question, status, **more)


def one_gap(*events: GapEvent) -> Gap:
    [gap] = gaps_of(events)
    return gap


@pytest.fixture
def file(tmp_path: Path) -> GapFile:
    return GapFile(tmp_path / "kept" / "gaps.jsonl")


# --- the file ---


def test_events_are_read_back_as_they_were_added(file: GapFile) -> None:
    full = event(
        2,
        "ümläut “q”\nline",
        "wrong citation",
        "answered",
        searched="s",
        history=("before", "that"),
        filters=(Filter("place", "Hull"),),
        missing=("moon",),
        source="caf\udce9.txt",
        quote="words … more",
    )
    file.add(event(1))
    file.add(full)
    assert file.read() == ([event(1), full], 0)
    assert len(file.path.read_bytes().splitlines()) == 2


def test_no_file_holds_nothing_and_nothing_kept_makes_no_file(file: GapFile) -> None:
    assert file.read() == ([], 0)
    file.forget()
    assert not file.path.exists()
    nowhere = GapFile(Path(os.devnull))
    nowhere.add(event(1))
    assert (nowhere.keeps, nowhere.read(), nowhere.remove(["k1"])) == (False, ([], 0), [])


@pytest.mark.parametrize(
    "line",
    [
        b'{"half',
        b"\xff\xfe",
        b"[]",
        b'{"key": "k", "kind": "refused", "question": " ", "status": "none"}',
        b'{"key": "k", "kind": "odd", "question": "q", "status": "none"}',
        b'{"key": "k", "kind": "refused", "question": 3, "status": "none"}',
    ],
)
def test_a_damaged_line_is_passed_over_and_the_next_is_whole(file: GapFile, line: bytes) -> None:
    file.add(event(1))
    with file.path.open("ab") as damaged:
        damaged.write(line)
    file.add(event(2))
    assert file.read() == ([event(1), event(2)], 1)
    file.remove(["k1"])
    assert file.read() == ([event(2)], 1)
    assert line in file.path.read_bytes()
    assert "1 line of the file can’t be read" in summary_html(summary_of([event(2)]), "gaps.jsonl", 1)


def test_what_is_removed_can_be_added_again_in_its_place(file: GapFile) -> None:
    file.add(event(1), event(2, SOMALI), event(3))
    assert file.remove({"k1", "k3", "other"}) == [event(1), event(3)]
    assert file.read().events == [event(2, SOMALI)]
    file.add(event(1), event(3))
    assert [gap.latest.key for gap in gaps_of(file.read().events)] == ["k3", "k2"]
    file.forget()
    assert file.read() == ([], 0)


def test_the_oldest_helpful_go_first_then_the_oldest(file: GapFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.explore.gaps.file.MOST_EVENTS", 3)
    file.add(event(1), event(2, kind="helpful"), event(3, kind="helpful"), event(4))
    assert [e.key for e in file.read().events] == ["k1", "k3", "k4"]
    file.add(event(5), event(6))
    assert [e.key for e in file.read().events] == ["k4", "k5", "k6"]


def test_a_mark_is_appended_without_reading_the_file(file: GapFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.add(event(1))
    again = GapFile(file.path)
    again.add(event(2))
    with monkeypatch.context() as unread:
        unread.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
        for number in range(3, 8):
            again.add(event(number))
    assert len(file.read().events) == 7


def test_the_limit_holds_when_two_programs_add(file: GapFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.explore.gaps.file.MOST_EVENTS", 20)
    other = GapFile(file.path)
    for number in range(10, 40):
        (file if number % 2 else other).add(event(number))
        assert len(file.read().events) <= 20
    assert [e.key for e in file.read().events][-18:] == [f"k{number}" for number in range(22, 40)]


def test_a_file_that_cannot_be_read_is_not_forgotten_in_silence(file: GapFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", lambda path, **_: denied(path))
    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(QuestionsError, match="can't be read"):
        file.forget()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(QuestionsError, match="PRECEDENT_GAPS"):
        GapFile(tmp_path / "file" / "gaps.jsonl").add(event(1))
    with pytest.raises(QuestionsError, match="can't be read"):
        GapFile(tmp_path).read()


# --- what it tells ---


def test_the_same_question_counts_up_and_other_filters_or_questions_before_make_another() -> None:
    same = [event(1), event(2, "  how do I land on THE moon"), event(3, kind="unhelpful")]
    others = [event(4, filters=(Filter("place", "Hull"),)), event(5, history=("before",))]
    found = gaps_of([*others, *same])
    assert [len(gap.events) for gap in found] == [1, 1, 3]
    assert marks_text(found[2]) == "Not answered twice, marked not helpful once"
    assert len({gap.key for gap in found}) == 3


@pytest.mark.parametrize(
    ("kinds", "weight"),
    [
        (["refused"], 1),
        (["refused", "helpful"], 0),
        (["unhelpful", "refused", "helpful"], 1),
        (["wrong citation", "wrong citation"], 2),
        (["helpful"], -1),
    ],
)
def test_helpful_counts_against(kinds: list[GapKind], weight: int) -> None:
    events = [event(number, kind=kind) for number, kind in enumerate(kinds)]
    assert one_gap(*events).weight == weight
    summary = summary_of(events)
    assert (len(summary.gaps), summary.answered) == ((1, 0) if weight > 0 else (0, 1))


def test_topics_and_groups_are_those_of_the_cards() -> None:
    assert one_gap(event(1, SOMALI)).topics == topics_in(SOMALI)
    assert set(groups_in(SOMALI)) >= {"East African", "Women"}
    assert one_gap(event(1, SOMALI)).communities == groups_in(SOMALI)
    lower = one_gap(event(1, "what works for dementia among turkish women?"))
    assert (lower.topics, set(lower.communities) >= {"Turkish", "Women"}) == (("Dementia",), True)
    carried = one_gap(event(1, "and who ran it?", searched="and who ran it? antenatal booking"))
    assert carried.topics == topics_in("antenatal booking") != ()
    wanted = one_gap(event(1, "who ran it?", filters=(Filter("topic", "Chess"), Filter("community", "Scouts"))))
    assert (wanted.topics, wanted.communities) == (("Chess",), ("Scouts",))
    assert (one_gap(event(1)).topics, one_gap(event(1)).communities) == ((OTHER_TOPIC,), (NO_GROUP,))


def test_the_summary_counts_by_topic_and_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "rag.explore.gaps.summary.topics_in", lambda said: ("Screening",) if "screening" in said else ()
    )
    monkeypatch.setattr(
        "rag.explore.gaps.summary.groups_in", lambda said: tuple(w for w in ("Women", "Somali", "Polish") if w in said)
    )
    events = [
        event(1),
        event(2, "screening for Somali Women"),
        event(3, "screening for Somali Women", "unhelpful"),
        event(4, "screening for Polish Women"),
        event(5, ANTENATAL, "helpful", "answered"),
    ]
    summary = summary_of(events)
    assert [(group.label, len(group.gaps)) for group in summary.topics] == [("Screening", 2), (OTHER_TOPIC, 1)]
    assert [group.label for group in summary.communities] == ["Women", "Polish", "Somali", NO_GROUP]
    assert (summary.topics[0].count("refused"), summary.topics[0].count("unhelpful")) == (2, 1)
    assert summary.both == {
        ("Screening", "Somali"): 1,
        ("Screening", "Polish"): 1,
        ("Screening", "Women"): 2,
        (OTHER_TOPIC, NO_GROUP): 1,
    }
    assert summary.answered == 1
    text = gaps_text(summary, "gaps.jsonl")
    assert "3 questions: not answered 3 times, marked not helpful once. 1 more question is left out" in text
    assert "      2  Screening\n      1  Other" in text


def test_a_question_is_shown_with_what_the_library_lacks_and_as_text() -> None:
    evil = "<script>hit()</script>"
    gap = one_gap(
        event(1, evil, missing=("moon", "<b>")),
        event(2, evil, "wrong citation", "answered", source=evil, quote=evil),
    )
    html = gap_html(gap, {(evil, evil): None})
    assert "<script>" not in html
    assert "<b>" not in html
    assert "None of the passages found mentions ‘moon’ or ‘&lt;b&gt;’." in html
    assert "not in the library any more" in html
    assert "1 May 2026" in html
    asked = one_gap(event(1, "a & b?", history=("first?",), filters=(Filter("place", "Hull"),)))
    assert 'href="#ask?q=a+%26+b%3F&amp;after=first%3F&amp;place=Hull"' in gap_html(asked, {})


# --- the question set ---


def test_refused_questions_are_saved_and_others_left_out_and_said() -> None:
    every = [
        event(1, MOON, history=("before",)),
        event(2, SOMALI, "unhelpful", "answered"),
        event(3, ANTENATAL),
        event(4, ANTENATAL, "wrong citation", "answered"),
        event(5, "in Hull?", filters=(Filter("place", "Hull"),)),
    ]
    exported = gaps_questions(summary_of(every).gaps)
    [question] = exported.questions
    assert (question.question, question.history, question.answerable) == (MOON, ("before",), False)
    assert question.kind == "unanswerable-near"
    assert (exported.answered, exported.filtered) == (2, 1)
    said = exported_text(exported)
    assert said.startswith("1 question saved")
    assert "2 questions left out because there was an answer" in said
    assert "1 question left out because filters" in said
    again = gaps_questions(summary_of([*every, event(6, MOON, history=("before",))]).gaps)
    assert again.questions[0].id == question.id


def test_rag_eval_reads_and_runs_what_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rag.library.SentenceTransformerEmbedder", lambda _model: FakeEmbedder())
    monkeypatch.chdir(tmp_path)
    saved = tmp_path / "gaps.jsonl"
    questions = gaps_questions(gaps_of([event(1), event(2, SOMALI)])).questions
    saved.write_text("".join(f"{json.dumps(question_record(q))}\n" for q in questions), encoding="utf-8")
    assert read_questions(saved) == questions
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "farm.txt").write_text("Checks in Kendal\n\nFarmers came to the market in Kendal.", encoding="utf-8")
    code = main(["eval", str(saved), "--seeds", str(seeds), "--index", str(tmp_path / "index"), "--json"])
    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {result["question"] for result in report["questions"]} == {MOON, SOMALI}


# --- the calls of the page ---


@pytest.fixture
def library(file: GapFile) -> CannedLibrary:
    library = CannedLibrary()
    held = library.collection
    library.collection = SourceCollection(replace(held.settings, gaps=file.path), held.embedder, held.parser)
    return library


@pytest.fixture
def call(library: CannedLibrary, tmp_path: Path) -> Call:
    functions = {f.__name__: f for f in server_functions(library, tmp_path / "questions.jsonl", "secret")}
    return lambda name, **payload: functions[name]({"token": "secret", **payload})


def refused(**more: Any) -> dict[str, Any]:
    return {"kind": "refused", "status": "none", "question": MOON, **more}


def test_a_refusal_is_noted_and_a_mark_taken_back(call: Call, file: GapFile) -> None:
    call("log", **refused(searched="moon", history=["h"], filters=[["place", "Hull"]], missing=["moon"]))
    reply = call("log", kind="unhelpful", status="none", question=MOON)
    assert reply["html"] == "Noted on this computer. Thank you."
    first, second = file.read().events
    assert (first.kind, first.searched, first.history, first.missing) == ("refused", "moon", ("h",), ("moon",))
    assert first.filters == (Filter("place", "Hull"),)
    assert call("unlog", keys=[second.key]) == {"done": True}
    assert file.read().events == [first]


def test_a_wrong_citation_is_noted_in_the_words_of_its_source(
    call: Call, library: CannedLibrary, file: GapFile
) -> None:
    start = library.snapshot.document(BETTER_HEALTH).text.index(LEAFLET)
    spans = f"{start}-{start + len(LEAFLET)}"
    wrong = {"kind": "wrong citation", "status": "answered", "question": ANTENATAL}
    assert call("log", **wrong, source=BETTER_HEALTH, spans=spans)["done"]
    assert [(e.source, e.quote) for e in file.read().events] == [(BETTER_HEALTH, LEAFLET)]
    assert f'data-spans="{spans}"' in call("gaps")["html"]
    for source, at in ((BETTER_HEALTH, "9-9 999999-9999999"), (BETTER_HEALTH, ""), ("other.txt", spans)):
        assert call("log", **wrong, source=source, spans=at)["done"] is False
    assert len(file.read().events) == 1


@pytest.mark.parametrize(
    "payload",
    [
        {},
        refused(question=" "),
        refused(question=7),
        refused(kind="odd"),
        refused(status="answered"),
        refused(status=None),
    ],
)
def test_what_is_not_understood_is_not_noted(call: Call, file: GapFile, payload: dict[str, Any]) -> None:
    reply = call("log", **payload)
    assert reply["done"] is False
    assert "Reload it" in reply["html"]
    assert not file.path.exists()


def test_what_is_noted_has_its_bounds(call: Call, file: GapFile) -> None:
    pairs = [["place", f"x{n}"] for n in range(60)] + [["place"], 3, ["odd", "x"]]
    call("log", **refused(question="q" * 9000, missing=["m" * 900] * 900, history=["h" * 1500] * 9, filters=pairs))
    [kept] = file.read().events
    assert (len(kept.question), len(kept.missing), len(kept.missing[0])) == (2000, 50, 100)
    assert (len(kept.history), len(kept.filters)) == (2, 50)


def test_the_view_lists_a_topic_and_a_batch_at_a_time(call: Call) -> None:
    assert "Nothing here yet" in call("gaps")["summary"]
    for number in range(52):
        call("log", **refused(question=f"moon {number}"))
    call("log", **refused(question=SOMALI))
    first = call("gaps")
    assert (first["html"].count("data-gap="), "3 left" in first["more"]) == (50, True)
    rest = call("gaps", start="50")
    assert (rest["html"].count("data-gap="), rest["more"]) == (3, "")
    topic = topics_in(SOMALI)[0]
    one = call("gaps", topic=topic, community="Women")
    assert (one["html"].count("data-gap="), SOMALI in one["html"]) == (1, True)
    assert f"1 question of ‘{topic}’, ‘Women’" in one["heading"]


def test_a_question_is_removed_brought_back_and_all_is_forgotten(call: Call, file: GapFile) -> None:
    for _ in range(2):
        call("log", **refused())
    key = one_gap(*file.read().events).key
    assert MOON in call("drop_gap", key=key)["html"]
    assert file.read().events == []
    assert call("drop_gap", key=key)["done"] is False
    assert call("restore_gap", key=key)["done"]
    assert len(file.read().events) == 2
    assert call("restore_gap", key=key)["done"] is False
    saved = call("save_gaps")
    assert json.loads(saved["text"])["question"] == MOON
    assert saved["name"] == "not-answered.jsonl"
    assert call("forget_gaps")["done"]
    assert file.path.read_bytes() == b""
    assert call("save_gaps")["text"] == ""


def test_what_was_removed_is_kept_until_it_is_back(call: Call, file: GapFile, monkeypatch: pytest.MonkeyPatch) -> None:
    call("log", **refused())
    key = one_gap(*file.read().events).key
    call("drop_gap", key=key)
    call("log", **refused())
    call("drop_gap", key=key)  # both times can be brought back
    with monkeypatch.context() as broken:
        broken.setattr(GapFile, "_locked", _full)
        assert "no space left" in call("restore_gap", key=key)["html"]
    assert call("restore_gap", key=key)["done"]
    assert len(file.read().events) == 2


def _full(file: GapFile) -> None:
    raise QuestionsError(f"{file.path} can't be written (no space left)")


def test_only_filters_there_are_are_noted(call: Call, file: GapFile) -> None:
    odd = "caf\U0010dce9.txt"  # as the page holds the byte of a name that is not UTF-8
    call("log", **refused(filters=[["outcome", "best"], ["period", "then"], ["period", "2015-"], ["source", odd]]))
    [kept] = file.read().events
    assert kept.filters == (Filter("period", "2015-"), Filter("source", "caf\udce9.txt"))
    assert f'href="#ask?q=How+do+I+land+on+the+moon%3F&amp;period=2015-&amp;source={odd}"' in call("gaps")["html"]


def test_where_the_settings_keep_nothing_it_is_said(library: CannedLibrary, tmp_path: Path) -> None:
    held = library.collection
    library.collection = SourceCollection(replace(held.settings, gaps=Path(os.devnull)), held.embedder, held.parser)
    functions = {f.__name__: f for f in server_functions(library, tmp_path / "questions.jsonl", "")}
    assert "PRECEDENT_GAPS" in functions["log"](refused())["html"]
    assert "Nothing is kept" in functions["gaps"]({})["summary"]
