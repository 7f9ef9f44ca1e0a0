"""The metrics by hand and against the pinned figures of an independent scorer; question and answer files."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import QuestionsError
from rag.evaluation.metrics.answers import Evaluation, cover, evaluate, is_right, is_verbatim, source_words
from rag.evaluation.metrics.figures import figure
from rag.evaluation.questions.sets import Gold, Question, add_question, read_answers, read_asked, read_questions

HERE = Path(__file__).parent
SOURCE = "One two three four five six. Seven eight nine ten! Eleven twelve thirteen fourteen."
GOLD = Gold("a.txt", "two three four five")
OTHER = Gold("a.txt", "eleven twelve thirteen fourteen")


def passage(text: str, source: str = "a.txt") -> dict[str, str]:
    return {"source": source, "text": text}


def citation(quote: str, source: str = "a.txt") -> dict[str, str]:
    return {"source": source, "quote": quote}


def answer(status: str = "answered", **fields: Any) -> dict[str, Any]:
    return {"id": "q", "question": "Which?", "status": status, "citations": [], "passages": [], **fields}


def question(*evidence: Gold, answerable: bool = True, **fields: Any) -> Question:
    return Question("q", "Which?", answerable=answerable, evidence=evidence, **fields)


def scored(asked: Question, *answers: Mapping[str, Any]) -> Evaluation:
    return evaluate([asked], answers, {"folder/a.txt": SOURCE})


def means(evaluation: Evaluation) -> dict[str, float]:
    return {name: found.mean for name, found in evaluation.metrics.items()}


def seed_texts() -> dict[str, str]:
    seeds = HERE.parent / "seeds"
    return {path.name: path.read_text(encoding="utf-8", errors="replace") for path in seeds.iterdir()}


# An independent scorer -------------------------------------------------------------------------------------


def test_agrees_with_the_independent_scorer_to_the_third_decimal() -> None:
    expected = json.loads((HERE / "data" / "eval_expected.json").read_text(encoding="utf-8"))
    evaluation = evaluate(
        read_questions(HERE / "questions.jsonl"),
        read_answers(HERE / "data" / "eval_answers.jsonl"),
        seed_texts(),
    )
    ours = {name: round(mean, 3) for name, mean in means(evaluation).items()} | evaluation.counts
    for kind, figures in evaluation.by_kind.items():
        for name in figures.keys() & {"cited_right", "abstained"}:
            ours[f"kind:{kind}:{name}"] = round(figures[name].mean, 3)
    assert ours == expected
    assert evaluation.problems == ()


# Comparing texts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        ("one two three four", "one two three four", 1.0),
        ("one two three four", "zero one two three", 0.5),
        ("One, two - THREE!", "one “two” three", 1.0),
        ("one two three", "one two", 0.0),
        ("one two", "zero one two three", 1.0),
        ("two one", "zero one two three", 0.0),
        ("", "one two three", 0.0),
        ("caf&eacute; cost £5 ½", "CAFÉ cost £5 1⁄2", 1.0),
    ],
)
def test_cover_is_the_share_of_trigrams(part: str, whole: str, share: float) -> None:
    assert cover(part, whole) == share


@pytest.mark.parametrize(
    ("quote", "verbatim"),
    [
        ("two three", True),
        ("two THREE’ four", True),
        ("two three … nine ten", True),
        ("two three ... seven [...] eleven", True),
        ("two three … nine eleven", False),
        ("wo three", False),
        ("two thre", False),
        (" … ", False),
        ("", False),
    ],
)
def test_each_span_of_a_verbatim_quote_is_a_run_of_whole_words(quote: str, *, verbatim: bool) -> None:
    assert is_verbatim(quote, source_words(SOURCE)) is verbatim


def test_markup_of_a_source_is_not_among_its_words() -> None:
    page = "<p>One <b>two</b></p><script>three</script><style>four</style>five &amp; six < seven"
    assert source_words(page) == "one two five six seven"


@pytest.mark.parametrize(
    ("cited", "right"),
    [
        (citation("two three four five"), True),
        (citation("one two three four five six seven eight nine ten"), True),  # holds all of the gold quote
        (citation("three four five"), True),  # all of it stands in the gold quote
        (citation("three four"), False),  # fewer than three words
        (citation("four five six seven eight"), False),  # no trigram shared
        (citation("two three four five", "b.txt"), False),
        (citation("two three four five", "some/folder/a.txt"), True),
        (citation("x" * 1_495 + " two three four five"), False),  # beyond the characters that count
    ],
)
def test_a_citation_is_right_when_it_shares_half_of_either_text(cited: dict[str, str], *, right: bool) -> None:
    assert is_right(cited, [GOLD]) is right


# Metrics ---------------------------------------------------------------------------------------------------


def test_finding_metrics_by_hand() -> None:
    passages = [passage("nothing"), passage(GOLD.quote, "b.txt"), passage(GOLD.quote), *[passage("-")] * 3]
    evaluation = scored(question(GOLD, OTHER), answer(passages=[*passages, passage(OTHER.quote)]))
    found = means(evaluation)
    assert found["hit@1"] == 0
    assert found["hit@5"] == 1
    assert found["mrr@10"] == 1 / 3
    assert found["evidence_recall@5"] == 1 / 2
    assert found["evidence_recall@10"] == 1
    assert evaluation.results[0].rank == 3


@pytest.mark.parametrize(("rank", "reciprocal", "recall"), [(1, 1.0, 1.0), (10, 0.1, 1.0), (11, 0.0, 0.0)])
def test_ranks_beyond_ten_count_for_nothing(rank: int, reciprocal: float, recall: float) -> None:
    found = means(scored(question(GOLD), answer(passages=[passage("-")] * (rank - 1) + [passage(GOLD.quote)])))
    assert (found["mrr@10"], found["evidence_recall@10"]) == (reciprocal, recall)


def test_four_fifths_of_a_quote_must_stand_in_the_part_of_a_passage_that_counts() -> None:
    gold = Gold("a.txt", "one two three four five six seven")  # five trigrams
    four_of_five, three_of_five = "one two three four five six", "one two three four five"
    assert means(scored(question(gold), answer(passages=[passage(four_of_five)])))["hit@1"] == 1
    assert means(scored(question(gold), answer(passages=[passage(three_of_five)])))["hit@1"] == 0
    late = "x" * 1_990 + f" {gold.quote}"
    assert means(scored(question(gold), answer(passages=[passage(late)])))["hit@1"] == 0


def test_citing_metrics_by_hand() -> None:
    cited = [citation("seven eight nine ten"), citation(GOLD.quote), citation("not in the source")]
    evaluation = scored(question(GOLD, OTHER), answer(citations=cited))
    found = means(evaluation)
    assert found["cited_right"] == 1
    assert found["first_citation_right"] == 0
    assert found["cited_coverage"] == 1 / 2
    assert found["citation_precision"] == 1 / 3
    assert found["false_refusal"] == 0
    assert evaluation.results[0].not_verbatim == ("not in the source",)
    assert evaluation.counts == {
        "questions": 1,
        "answers_missing": 0,
        "citations": 3,
        "citations_not_verbatim": 1,
    }


def test_further_relevant_passages_may_be_cited_and_need_not_be() -> None:
    asked = question(GOLD, also=(OTHER,))
    found = means(scored(asked, answer(citations=[citation(OTHER.quote)])))
    assert (found["cited_right"], found["citation_precision"], found["cited_coverage"]) == (1, 1, 0)
    assert means(scored(asked, answer(citations=[citation(GOLD.quote)])))["cited_coverage"] == 1


def test_refusing_an_answerable_question_makes_its_citations_wrong_but_not_uncovered() -> None:
    evaluation = scored(question(GOLD), answer("closest", citations=[citation(GOLD.quote)]))
    found = means(evaluation)
    assert (found["false_refusal"], found["cited_right"], found["first_citation_right"]) == (1, 0, 0)
    assert found["cited_coverage"] == 1
    assert "citation_precision" not in found
    assert evaluation.misses == evaluation.results


@pytest.mark.parametrize(("status", "abstained"), [("closest", 1), ("none", 1), ("answered", 0)])
def test_an_unanswerable_question_is_met_by_a_refusal(status: str, abstained: int) -> None:
    evaluation = scored(question(answerable=False), answer(status, citations=[citation("two three four")]))
    assert means(evaluation) == {"abstained": abstained}
    assert len(evaluation.misses) == 1 - abstained


def test_a_missing_answer_is_wrong_everywhere() -> None:
    stranger = answer() | {"id": "x", "question": "Another?"}
    evaluation = scored(question(GOLD), stranger)
    assert {name for name, mean in means(evaluation).items() if mean} == {"false_refusal"}
    assert evaluation.counts["answers_missing"] == 1
    assert means(scored(question(answerable=False), stranger)) == {"abstained": 0}


def test_answers_are_matched_by_id_else_by_question_and_the_later_counts() -> None:
    by_question = answer(citations=[citation(GOLD.quote)]) | {"id": None}
    assert means(scored(question(GOLD), by_question))["cited_right"] == 1
    assert means(scored(question(GOLD), by_question, answer()))["cited_right"] == 0
    assert means(scored(question(GOLD), answer("none"), answer()))["false_refusal"] == 0


def test_an_answer_without_a_citation_has_precision_0() -> None:
    assert means(scored(question(GOLD), answer()))["citation_precision"] == 0


def test_figures_by_kind_are_those_of_its_questions() -> None:
    asked = [
        Question("1", "a", kind="fact", evidence=(GOLD,)),
        Question("2", "b", kind="fact", evidence=(GOLD,)),
        Question("3", "c", kind="far", answerable=False),
    ]
    good = {"id": "1", "status": "answered", "citations": [citation(GOLD.quote)]}
    by_kind = evaluate(asked, [good], {"a.txt": SOURCE}).by_kind
    assert list(by_kind) == ["fact", "far"]
    assert (by_kind["fact"]["cited_right"].mean, by_kind["fact"]["cited_right"].n) == (0.5, 2)
    assert set(by_kind["far"]) == {"abstained"}


def test_gold_quotes_that_their_source_lacks_are_named() -> None:
    unfounded = scored(question(GOLD, Gold("a.txt", "five four three")), answer()).problems
    assert unfounded == ("q: 'five four three' is not in a.txt",)


# Properties ------------------------------------------------------------------------------------------------

WORDS = st.lists(st.sampled_from([*SOURCE.split(), "…", "other", "<b>"]), max_size=12).map(" ".join)
SOURCES = st.sampled_from(["a.txt", "x/a.txt", "b.txt"])
GOLDS = st.builds(Gold, SOURCES, WORDS)
ANSWERS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["q", "other"]),
        "status": st.sampled_from(["answered", "closest", "none", "failed"]),
        "citations": st.lists(st.builds(citation, WORDS, SOURCES), max_size=4),
        "passages": st.lists(st.builds(passage, WORDS, SOURCES), max_size=12),
    }
)


@settings(max_examples=30)
@given(st.lists(GOLDS, min_size=1, max_size=3), st.lists(GOLDS, max_size=2), st.lists(ANSWERS, max_size=2))
def test_metrics_stay_between_0_and_1(evidence: list[Gold], also: list[Gold], answers: list[Any]) -> None:
    for asked in (question(*evidence, also=tuple(also)), question(answerable=False)):
        for found in scored(asked, *answers).metrics.values():
            assert 0 <= found.mean <= 1
            assert -1e-9 <= found.low <= found.mean + 1e-9
            assert found.mean - 1e-9 <= found.high <= 1 + 1e-9


@settings(max_examples=30)
@given(
    st.lists(
        st.lists(st.integers(0, 10), min_size=1, max_size=4, unique=True).map(
            lambda starts: [Gold("a.txt", " ".join(SOURCE.split()[start : start + 4])) for start in starts]
        ),
        min_size=1,
        max_size=5,
    )
)
def test_perfect_answers_score_1(evidence_of: list[list[Gold]]) -> None:
    asked = [Question(str(n), f"{n}?", evidence=tuple(golds)) for n, golds in enumerate(evidence_of)]
    answers = [
        {
            "id": each.id,
            "status": "answered",
            "citations": [citation(gold.quote) for gold in each.evidence],
            "passages": [passage(gold.quote) for gold in each.evidence],
        }
        for each in asked
    ]
    far = Question("far", "far?", answerable=False)
    evaluation = evaluate([*asked, far], [*answers, {"id": "far", "status": "none"}], {"a.txt": SOURCE})
    found = means(evaluation)
    assert found.pop("false_refusal") == 0
    assert set(found.values()) == {1.0}
    assert len(found) == 10
    assert evaluation.counts["citations_not_verbatim"] == 0
    assert evaluation.misses == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_an_interval_holds_its_mean_and_never_changes(values: list[float]) -> None:
    found = figure(values)
    assert found == figure(values)
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9
    assert found.mean == sum(values) / len(values)


def test_an_interval_is_that_of_the_binomial_for_hits_and_misses() -> None:
    found = figure([1.0] * 50 + [0.0] * 50)
    assert found.low == pytest.approx(0.40, abs=0.015)  # 0.5 - 1.96 * sqrt(0.25 / 100)
    assert found.high == pytest.approx(0.60, abs=0.015)


# Files -----------------------------------------------------------------------------------------------------

GOOD = '{"id": "a", "question": "Which?", "answerable": false}'


def test_a_question_set_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    rows = [
        '\ufeff{"question": "Wo?", "answerable": false}',
        "",
        '{"id": 7, "kind": "fact", "question": "Which\u2028one?", "answerable": true, '
        '"history": ["Before?"], "also": [{"source": "b.txt", "quote": "x"}], '
        '"evidence": [{"source": "a.txt", "quote": "two three"}]}\r',
    ]
    path.write_text("\n".join(rows), encoding="utf-8", newline="")
    assert read_questions(path) == [
        Question("line-1", "Wo?", answerable=False),
        Question(
            7,
            "Which\u2028one?",
            ("Before?",),
            "fact",
            evidence=(Gold("a.txt", "two three"),),
            also=(Gold("b.txt", "x"),),
        ),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_editors_and_consoles_write_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{GOOD.replace('Which', 'Où')}\r\n", encoding=encoding, newline="")
    assert [each.question for each in read_questions(path)] == ["Où?"]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "is not a JSON object"),
        ('{"question": "\\ud800", "answerable": false}', "is not UTF-8 text"),
        ('{"answerable": false}', '"question" is missing'),
        ('{"question": 1, "answerable": false}', '"question" is not a text'),
        ('{"id": true, "question": "?", "answerable": false}', '"id" is neither'),
        ('{"question": "?"}', '"answerable" is neither true nor false'),
        ('{"question": "?", "answerable": "no"}', '"answerable" is neither true nor false'),
        ('{"question": "?", "answerable": true}', 'no "evidence"'),
        ('{"question": "?", "answerable": true, "evidence": {}}', '"evidence" is not a list'),
        ('{"question": "?", "answerable": true, "evidence": [{"source": "a"}]}', 'no text under "quote"'),
        ('{"question": "?", "answerable": true, "evidence": ["words"]}', 'no text under "source"'),
        ('{"question": "?", "answerable": false, "history": "before"}', '"history" is not a list'),
        ('{"question": "?", "answerable": false, "history": [1]}', '"history" is not a list of texts'),
        (GOOD, "the id 'a' is already that of line 1"),
    ],
)
def test_a_bad_line_is_named_with_what_was_expected(tmp_path: Path, row: str, wrong: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{GOOD}\n\n{row}\n", encoding="utf-8")
    with pytest.raises(QuestionsError) as caught:
        read_questions(path)
    message = str(caught.value)
    assert "questions.jsonl, line 3: " in message
    assert wrong in message
    assert '"evidence": [{"source"' in message


def test_only_the_question_is_needed_to_ask(tmp_path: Path) -> None:
    path = tmp_path / "asked.jsonl"
    path.write_text('{"question": "One?"}\n{"id": "b", "question": "", "history": ["One?"]}', encoding="utf-8")
    assert [(each.id, each.question, each.history) for each in read_asked(path)] == [
        ("line-1", "One?", ()),
        ("b", "", ("One?",)),
    ]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("{}", '"question" is missing'),
        (
            '{"id": "a", "citations": [{"source": "a.txt"}]}',
            'item 1 of "citations" has no text under "quote"',
        ),
        ('{"id": "a", "passages": [{"text": "a"}]}', 'item 1 of "passages" has no text under "source"'),
        ('{"id": "a", "confidence": NaN}', '"confidence" is not a number from 0 to 1'),
        ('{"id": "a", "confidence": "high"}', '"confidence" is not a number from 0 to 1'),
        ('{"id": "a", "status": 1}', '"status" is not a text'),
    ],
)
def test_a_bad_answer_is_named(tmp_path: Path, row: str, wrong: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(QuestionsError, match="line 1") as caught:
        read_answers(path)
    assert wrong in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xef\xbb\xbf", b"\xff\x00\x01", b"\x00"])
def test_a_file_that_holds_nothing_readable_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "questions.jsonl"
    if content is not None:
        path.write_bytes(content)
    for read in (read_questions, read_asked, read_answers):
        with pytest.raises(QuestionsError, match=r"questions\.jsonl"):
            read(path)


# Adding questions ------------------------------------------------------------------------------------------

ADDED = Question("new", "Größe?", ("Before?",), "fact", evidence=(GOLD,), also=(OTHER,))
LINE = '{"id":  "old", "question": "Which?", "answerable": false}'


def test_a_first_question_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sets" / "questions.jsonl"
    add_question(path, ADDED)
    add_question(path, Question(7, "Far?", answerable=False))
    assert read_questions(path) == [ADDED, Question(7, "Far?", answerable=False)]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("before", [b"", b"\n", LINE.encode(), f"\ufeff{LINE}\r\n\r\n".encode()])
def test_what_stood_there_stays_as_it_is(tmp_path: Path, before: bytes) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(before)
    add_question(path, ADDED)
    assert path.read_bytes().startswith(before)
    assert read_questions(path)[-1] == ADDED


@pytest.mark.parametrize(
    ("before", "added", "message"),
    [
        (LINE.encode(), Question("old", "Which?", answerable=False), "already has a question with the id 'old'"),
        (LINE.encode(), Question("new", "Which?"), 'an answerable question has no "evidence"'),
        (LINE.encode(), Question("new", "\ud800", answerable=False), "is not UTF-8 text"),
        (b"{\n", ADDED, "line 1: is not JSON"),
        (LINE.encode("utf-16"), ADDED, "save it as UTF-8"),
    ],
)
def test_what_can_not_be_added_changes_nothing(tmp_path: Path, before: bytes, added: Question, message: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(before)
    with pytest.raises(QuestionsError, match=message):
        add_question(path, added)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_place_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(QuestionsError, match=r"can't be written .*PRECEDENT_QUESTIONS"):
        add_question(tmp_path / "file" / "q.jsonl", ADDED)


def test_questions_added_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda number: add_question(path, Question(number, "?", answerable=False)), range(1, 30)))
    assert {question.id for question in read_questions(path)} == set(range(1, 30))
