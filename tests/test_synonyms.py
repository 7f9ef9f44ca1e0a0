"""Words that stand for one another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.ask.close_reading import Reader
from rag.ask.retrieve import SYNONYM, Retriever
from rag.index.store.index import OpenIndex
from rag.library import Library
from rag.text.synonyms import _LONGEST, Synonyms, bundled_synonyms, met, parsed
from rag.text.words import stem, stems, stop_stems
from rag.types import Query
from tests.fakes import FakeEmbedder
from tests.parts import index_of

FILE = Path(__file__).parents[1] / "rag" / "data" / "synonyms.txt"
GROUPS = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]

#: Phrases that are understood when typed, but never searched beside others, and why: an index holds no stop words, and
#: the one word that is left says something else.
NOT_SEARCHED = {
    "A&E": "'e' is a letter",
    "after birth": "'birth' is also before it",
    "check-up": "to check is no examination",
    "did not attend": "who attends does the contrary",
    "no-shows": "to show is the contrary",
    "well-being": "'well' is 'good', or a hole for water",
}


def test_a_phrase_stands_for_another() -> None:
    synonyms = parsed(["# a comment", "", "smear, smear test, cervical screening", "chemist, pharmacy"])
    found = synonyms.alternatives("a smear test at the chemist")
    assert set(found) == {"smear", "test", "chemist"}
    assert met("smear", {"cervic", "screen"}, found)
    assert not met("smear", {"cervic"}, found)
    assert met("chemist", {"pharmaci"}, found)
    assert not met("booking", {"pharmaci"}, found)


def test_the_bundled_groups_are_read() -> None:
    synonyms = bundled_synonyms()
    assert (stem("pharmacy"),) in synonyms.groups[(stem("chemist"),)]
    for phrase, others in synonyms.groups.items():
        assert others, phrase
        assert phrase not in others


@pytest.fixture
def library(seeds_library: Library) -> Library:
    return seeds_library


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What worked for late antinatal booking?", "reasons behind late booking into antenatal services"),
        ("chemist campaign for pregnant women", "a pharmacy campaign"),
        ("smear tests for asian ladies", "cervical"),
        ("dentist work in Luton", "preventative oral health"),
    ],
)
def test_practitioners_words_find_the_sources(library: Library, question: str, words: str) -> None:
    answer = library.ask(question)
    assert answer.status == "answered"
    assert words in " ".join(citation.quote for citation in answer.citations)


def test_what_was_searched_is_shown(library: Library) -> None:
    query = library.snapshot.understand("antinatal work of the chemist")
    assert query.typed == "antinatal work of the chemist"
    assert query.text == "antenatal work of the chemist"
    assert query.corrected == (("antinatal", "antenatal"),)
    assert "pharmacy" in dict(query.also)["chemist"]


# --- phrases ---


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    texts = {
        "hall.txt": "A visit in Hull\n\nNurses came to a place of worship on a Friday. They came by bus.\n",
        "work.txt": "Worship in York\n\nThe worship was long. Nurses left.\n",
        "show.txt": "A show in Bath\n\nThe show was about care. They attend every show there.\n",
        "dna.txt": "A clinic in Truro\n\nThe DNA rate fell after the telephone calls.\n",
    }
    with index_of(tmp_path_factory.mktemp("phrases"), texts) as opened:
        yield opened


def found_with(line: str, question: str, index: OpenIndex) -> dict[str, tuple[float, float]]:
    """Document -> (BM25, words of its best unit that stand for the question's) with one group of synonyms."""
    synonyms, reader = parsed([line]), Reader(index.arrays)
    retriever = Retriever(
        passages=index.passages,
        vectors=index.vectors,
        words=index.words,
        reader=reader,
        encoder=FakeEmbedder(),
        synonyms=synonyms,
    )
    asked = retriever.question(Query(question, question))
    lexical = {scored.passage.doc_id: scored.lexical for scored in retriever.search(asked, len(index.passages))}
    reading = reader.read(
        range(len(index.passages)),
        tokens=asked.tokens,
        vector=asked.vector,
        words=dict.fromkeys(asked.words, 1.0),
        alternatives=asked.alternatives,
    )
    bounds = zip(reading.start[:-1], reading.start[1:], strict=True)
    words = [float(reading.words[first:last].max()) for first, last in bounds]
    return {p.doc_id: (lexical[p.doc_id], w) for p, w in zip(index.passages, words, strict=True)}


def test_a_phrase_with_a_stop_word_is_found_by_its_other_words(index: OpenIndex) -> None:
    found = found_with("minaret, place of worship", "minaret", index)
    [hall] = [row for row, passage in enumerate(index.passages) if passage.doc_id == "hall.txt"]
    both = float(SYNONYM * np.sum([index.words.scores([word])[hall] for word in ("place", "worship")]))
    assert both > 0
    assert found["hall.txt"] == pytest.approx((both, 1.0))
    assert {name: one for name, one in found.items() if any(one)} == {"hall.txt": found["hall.txt"]}


def test_a_phrase_that_is_typed_with_its_stop_word_finds_the_others(index: OpenIndex) -> None:
    found = found_with("DNA, did not attend", "patients who did not attend", index)
    [clinic] = [row for row, passage in enumerate(index.passages) if passage.doc_id == "dna.txt"]
    rate = float(SYNONYM * index.words.scores(["dna"])[clinic])
    assert rate > 0
    assert found["dna.txt"][0] == pytest.approx(rate)
    assert found["hall.txt"] == (0.0, 0.0)


def test_a_phrase_whose_other_word_says_something_else_is_not_searched(index: OpenIndex) -> None:
    assert parsed(["DNA, no show"]).alternatives("DNA")["dna"] == (("no", "show"),)
    plain, found = found_with("a, b", "DNA", index), found_with("DNA, no show, did not attend", "DNA", index)
    assert plain["dna.txt"][0] > 0
    assert found == plain
    assert found["show.txt"] == (0.0, 0.0)


# --- the file ---


@pytest.mark.parametrize(
    "lines",
    [
        ["chemist, pharmacy,"],
        ["chemist,, pharmacy"],
        ["  chemist ,\tpharmacy  "],
        ["", " ", ",", " , ,", "chemist, pharmacy", ", ,"],
        ["# a, b", "chemist, pharmacy"],
        ["chemist, pharmacy", "chemist, pharmacy"],
    ],
    ids=["trailing comma", "empty phrase", "spaces", "empty groups", "comment", "twice"],
)
def test_what_says_nothing_changes_nothing(lines: list[str]) -> None:
    plain = Synonyms(
        {("chemist",): (("pharmaci",),), ("pharmaci",): (("chemist",),)},
        {("chemist",): "chemist", ("pharmaci",): "pharmacy"},
    )
    assert parsed(lines) == plain


def test_a_phrase_is_shown_as_the_file_first_has_it() -> None:
    written = parsed(["chemist, chemists, place of worship, places of worship", "places of worship, Chemists"]).written
    assert written == {("chemist",): "chemist", ("place", "worship"): "place of worship"}


@pytest.mark.parametrize("line", GROUPS)
def test_every_line_is_a_group(line: str) -> None:
    groups = parsed([line]).groups
    assert len(groups) >= 2
    for phrase, others in groups.items():
        assert others, phrase
        assert len(phrase) <= _LONGEST, "longer phrases are not looked for in a question"


def test_what_is_searched_can_stand_in_an_index() -> None:
    synonyms = bundled_synonyms()
    searched = {phrase for others in synonyms.groups.values() for phrase in others}
    unheld = {phrase for phrase in searched if stop_stems() & set(phrase)}
    assert unheld == {tuple(stems(text)) for text in NOT_SEARCHED}
