"""What can be quoted of a passage, and that the index gives it back as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pytest

from rag.index.quotable_units import QuotableUnit, QuotableUnitIndex, unit_rows, units, word_key, words_kept
from rag.index.store.index import OpenIndex
from rag.readers.clean import clean
from rag.text.words import sentences, stems, stop_stems
from rag.types import Block, BlockKind, Document, OriginMap, Passage, SourceFile, Span, TokenVectors
from tests.conftest import SEEDS
from tests.fakes import FakeEmbedder
from tests.parts import index_of
from tests.store_example import arrays_of_one

FAKE = FakeEmbedder()


def passage_of(document: Document, start: int = 0, end: int | None = None) -> Passage:
    end = len(document.text) if end is None else end
    return Passage("p", document.doc_id, None, "Title", (), "account", document.text[start:end], start, end, 1)


def document_of(*blocks: tuple[BlockKind, str], led: Mapping[int, str] | None = None) -> Document:
    """A document of these blocks, one a paragraph; ``led``: the words that lead the block of this number."""
    text = "\n\n".join(words for _, words in blocks)
    made, start = [], 0
    for number, (kind, words) in enumerate(blocks):
        lead = (led or {}).get(number)
        lead_in = (text.index(lead), text.index(lead) + len(lead)) if lead else None
        made.append(Block(kind, start, start + len(words), lead_in=lead_in))
        start += len(words) + 2
    return Document("page.txt", "Title", text, tuple(made), OriginMap(), "s")


def shown(document: Document, found: list[QuotableUnit]) -> list[tuple[str, str | None]]:
    """(core, lead-in) of each, in words."""
    return [
        (document.text[slice(*unit.core)], document.text[slice(*unit.lead_in)] if unit.lead_in else None)
        for unit in found
    ]


def units_of(document: Document, start: int = 0, end: int | None = None) -> list[tuple[str, str | None]]:
    return shown(document, units(document, passage_of(document, start, end)))


# --- sentences ---


def test_every_sentence_is_a_unit() -> None:
    document = document_of(
        ("paragraph", "Late booking was common. Dr. Lee wrote a leaflet!"), ("paragraph", "It helped")
    )
    assert units_of(document) == [
        ("Late booking was common.", None),
        ("Dr. Lee wrote a leaflet!", None),
        ("It helped", None),
    ]
    assert [unit.block for unit in units(document, passage_of(document))] == [0, 0, 1]


def test_headings_and_what_has_no_letter_are_none() -> None:
    document = document_of(
        ("heading", "Maternity in Truro"), ("paragraph", "2008 - 2009. It ran. (40)."), ("item", "61%"), ("quote", "…")
    )
    assert units_of(document) == [("It ran.", None)]


def test_only_what_stands_in_the_passage_is_a_unit() -> None:
    document = document_of(("paragraph", "First words. Second words. Third words."), ("paragraph", "Last words."))
    second = document.text.index("Second")
    assert units_of(document, second, document.text.index(" Third")) == [("Second words.", None)]
    assert units_of(document, second + 7, len(document.text) - 6) == [
        ("words.", None),
        ("Third words.", None),
        ("Last", None),
    ]
    assert units_of(document, second, second) == []


# --- what is not read alone ---


def test_an_item_comes_with_its_lead_in() -> None:
    document = document_of(
        ("paragraph", "Booking was late. The team tried:"),
        ("item", "a leaflet. It was read."),
        ("item", "a market stall"),
        led={1: "The team tried:", 2: "The team tried:"},
    )
    lead = "The team tried:"
    assert units_of(document) == [
        ("Booking was late.", None),
        ("a leaflet.", lead),
        ("It was read.", lead),
        ("a market stall", lead),
    ]
    # In whichever passage the item stands.
    assert units_of(document, document.text.index("a market")) == [("a market stall", lead)]


def test_a_quotation_comes_with_its_speaker() -> None:
    document = document_of(
        ("quote", "We were heard. It helped."),
        ("quote", "A mother"),
        ("paragraph", "Then it ended."),
        led={0: "A mother"},
    )
    found = units(document, passage_of(document))
    assert shown(document, found) == [
        ("We were heard.", "A mother"),
        ("It helped.", "A mother"),
        ("Then it ended.", None),
    ]
    # In order of the text: the speaker stands after the words.
    assert found[0].spans == (found[0].core, found[0].lead_in)
    assert found[2].spans == (found[2].core,)


def test_the_spans_of_an_item_begin_with_its_lead_in() -> None:
    document = document_of(("paragraph", "They did:"), ("item", "leaflets"), led={1: "They did:"})
    [item] = units(document, passage_of(document))
    assert item.spans == (item.lead_in, item.core) == ((0, 9), (11, 19))


def test_a_paragraph_is_read_without_its_lead_in() -> None:
    document = document_of(("paragraph", "They did it."), ("paragraph", "Leaflets."), led={1: "They did it."})
    assert units_of(document) == [("They did it.", None), ("Leaflets.", None)]


def test_an_opening_line_goes_with_the_next() -> None:
    document = document_of(
        ("paragraph", "It went on. For further details contact:"),
        ("paragraph", "Ann Smith. She is in Truro."),
        ("item", "x"),
    )
    found = units(document, passage_of(document))
    assert shown(document, found) == [
        ("It went on.", None),
        ("For further details contact:\n\nAnn Smith.", None),
        ("She is in Truro.", None),
        ("x", None),
    ]
    assert [unit.block for unit in found] == [0, 0, 1, 2]


def test_a_last_line_with_a_colon_stands_alone() -> None:
    document = document_of(("paragraph", "For details contact:"), ("item", "Ann Smith"), ("paragraph", "The end:"))
    assert units_of(document) == [("For details contact:", None), ("Ann Smith", None), ("The end:", None)]


def test_units_of_a_page_as_it_is_cleaned() -> None:
    page = (
        "<h1>Care in Truro</h1><p>Late booking was common. The team tried:</p><ul><li>a leaflet<li>a market stall</ul>"
        "<blockquote><p>We were heard.</p><footer>A mother</footer></blockquote>"
        "<p>For further details contact:</p><p>Ann Smith, Truro</p>"
    )
    document = clean(SourceFile("page.html", f"<html><body>{page}</body></html>".encode()))
    assert units_of(document) == [
        ("Late booking was common.", None),
        ("a leaflet", "The team tried:"),
        ("a market stall", "The team tried:"),
        ("We were heard.", "A mother"),
        ("For further details contact:\n\nAnn Smith, Truro", None),
    ]


# --- the seeds, and what the index keeps of them ---


@pytest.fixture(scope="module")
def seed_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    with index_of(tmp_path_factory.mktemp("seeds"), SEEDS) as opened:
        yield opened


@pytest.fixture(scope="module")
def seed_units(seed_index: OpenIndex) -> list[list[QuotableUnit]]:
    """By row, from the documents."""
    return [units(seed_index.documents[passage.doc_id], passage) for passage in seed_index.passages]


def overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def test_units_are_words_of_their_passage_and_block(
    seed_index: OpenIndex, seed_units: list[list[QuotableUnit]]
) -> None:
    for passage, found in zip(seed_index.passages, seed_units, strict=True):
        document = seed_index.documents[passage.doc_id]
        for unit in found:
            block, text = document.blocks[unit.block], document.text[slice(*unit.core)]
            assert passage.start <= unit.core[0] < unit.core[1] <= passage.end
            assert text == text.strip()
            assert any(map(str.isalpha, text))
            assert block.start <= unit.core[0] < block.end
            assert block.kind != "heading"
            assert unit.lead_in == (block.lead_in if block.kind in ("item", "quote") else None)
        assert all(before.core[1] <= after.core[0] for before, after in pairwise(found))
    assert sum(unit.lead_in is not None for found in seed_units for unit in found) > 10


def test_every_sentence_can_be_quoted(seed_index: OpenIndex, seed_units: list[list[QuotableUnit]]) -> None:
    for passage, found in zip(seed_index.passages, seed_units, strict=True):
        document = seed_index.documents[passage.doc_id]
        leads = {block.lead_in for block in document.blocks}
        for block in document.blocks:
            start, end = max(block.start, passage.start), min(block.end, passage.end)
            for span in sentences(document.text, start, end) if start < end else []:
                said = any(char.isalpha() for char in document.text[slice(*span)])
                assert sum(overlap(span, unit.core) for unit in found) == (said and span not in leads)


def test_the_index_gives_the_units_back(seed_index: OpenIndex, seed_units: list[list[QuotableUnit]]) -> None:
    kept = QuotableUnitIndex(seed_index.arrays)
    assert sum(map(len, seed_units)) == len(kept.spans) > 100
    assert [kept.units(row) for row in range(len(seed_index.passages))] == seed_units


def test_a_units_vector_is_the_mean_of_its_tokens(seed_index: OpenIndex, seed_units: list[list[QuotableUnit]]) -> None:
    kept = QuotableUnitIndex(seed_index.arrays)
    for row, passage in enumerate(seed_index.passages):
        text, shift = passage.searchable, passage.start - len(passage.searchable) + len(passage.text)
        [tokens] = FAKE.embed_tokens([text])
        for number, unit in enumerate(seed_units[row], int(kept.first[row])):
            own = [
                vector
                for (start, _), vector in zip(tokens.spans, tokens.vectors, strict=True)
                if unit.core[0] <= start + shift < unit.core[1]
            ]
            mean = np.mean(own, axis=0)
            assert kept.vectors[number : number + 1][0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-3)


def test_tokens_of_core_and_lead_in(seed_index: OpenIndex, seed_units: list[list[QuotableUnit]]) -> None:
    kept = QuotableUnitIndex(seed_index.arrays)
    led = 0
    for row, passage in enumerate(seed_index.passages):
        document, text = seed_index.documents[passage.doc_id], passage.searchable
        [tokens] = FAKE.embed_tokens([text])
        for unit, bounds in zip(seed_units[row], kept.tokens[kept.first[row] : kept.last[row]], strict=True):
            a, b, c, d = map(int, bounds)
            core = document.text[slice(*unit.core)]
            assert [text[slice(*span)] for span in tokens.spans[a:b]] == words_in(core)
            here = unit.lead_in is not None and unit.lead_in[0] >= passage.start
            lead = document.text[slice(*unit.lead_in)] if unit.lead_in and here else ""
            assert [text[slice(*span)] for span in tokens.spans[c:d]] == words_in(lead)
            led += here
    assert led


def words_in(text: str) -> list[str]:
    [tokens] = FAKE.embed_tokens([text])
    return [text[start:end] for start, end in tokens.spans]


def test_the_words_kept_are_the_content_words(seed_index: OpenIndex, seed_units: list[list[QuotableUnit]]) -> None:
    kept = QuotableUnitIndex(seed_index.arrays)
    number = 0
    vocabulary: set[str] = set()
    for passage, found in zip(seed_index.passages, seed_units, strict=True):
        text = seed_index.documents[passage.doc_id].text
        for unit in found:
            content = {stem for start, end in unit.spans for stem in stems(text[start:end])} - stop_stems()
            here = kept.words[kept.words_start[number] : kept.words_start[number + 1]]
            assert sorted(here.tolist()) == sorted(map(word_key, content))
            vocabulary |= content
            number += 1
    assert number == len(kept.words_start) - 1
    assert len({*map(word_key, vocabulary)}) == len(vocabulary) > 500


# --- parts ---


def test_a_units_window_may_end_before_it() -> None:
    """What the model did not read has no tokens and no direction."""
    document = document_of(("paragraph", "Booking was late. Farmers came."))
    tokens = TokenVectors(np.array([[0.6, 0.8], [0.0, 1.0]], dtype=np.float32), [(0, 7), (8, 11)])
    rows = unit_rows(document, passage_of(document), tokens, [0, 8])
    assert rows.tokens.tolist() == [[0, 2, 0, 0], [2, 2, 0, 0]]
    length = float(np.hypot(0.3, 0.9))
    assert rows.vectors.tolist() == [pytest.approx([0.3 / length, 0.9 / length], abs=1e-3), [0.0, 0.0]]
    assert [len(words) for words in rows.words] == [2, 2]


@pytest.mark.parametrize(
    ("begins_with", "places", "expected"),
    [
        ("They", [-1, -1, 0, 5, 11, 22], [[4, 5, 2, 4], [5, 6, 2, 4]]),
        ("leaflets", [-1, -1, 11, 22], [[2, 3, 2, 2], [3, 4, 2, 2]]),  # the lead-in's tokens are the context's
        ("visits", [22], [[0, 1, 0, 0]]),
    ],
)
def test_which_tokens_are_whose(begins_with: str, places: list[int], expected: list[list[int]]) -> None:
    led = {1: "They did:", 2: "They did:"}
    document = document_of(("paragraph", "They did:"), ("item", "leaflets,"), ("item", "visits"), led=led)
    tokens = TokenVectors(np.ones((len(places), 2), dtype=np.float32), [(0, 1)] * len(places))
    rows = unit_rows(document, passage_of(document, document.text.index(begins_with)), tokens, places)
    assert rows.tokens.tolist() == expected


def test_vectors_that_cancel_out_have_no_direction() -> None:
    document = document_of(("paragraph", "Late booking"))
    tokens = TokenVectors(np.array([[1.0, 0.0], [-1.0, 0.0]], dtype=np.float32), [(0, 4), (5, 12)])
    assert unit_rows(document, passage_of(document), tokens, [0, 5]).vectors.tolist() == [[0.0, 0.0]]


def test_passages_without_units_are_kept() -> None:
    full, bare = document_of(("paragraph", "Booking. Farmers.")), document_of(("heading", "Care"))
    nothing = TokenVectors(np.zeros((0, 3), np.float32), [])
    parts = [unit_rows(document, passage_of(document), nothing, []) for document in (bare, full, bare)]
    kept = QuotableUnitIndex(arrays_of_one(QuotableUnitIndex.build(parts, 3), len(parts)))
    assert [len(kept.units(row)) for row in range(3)] == [0, 2, 0]
    assert (kept.vectors[0:2].shape, kept.tokens[0:2].shape, kept.words_start.tolist()) == ((2, 3), (2, 4), [0, 1, 2])


def test_an_empty_library_has_empty_arrays() -> None:
    arrays = QuotableUnitIndex.build([], 32)
    assert set(arrays) == set(QuotableUnitIndex.ARRAYS)
    assert {name: array.shape for name, array in arrays.items()} == {
        "unit_start": (1,),
        "unit_spans": (0, 5),
        "unit_tokens": (0, 4),
        "unit_vectors": (0, 32),
        "unit_words": (0,),
        "unit_words_start": (1,),
    }


def test_a_words_key_is_its_checksum() -> None:
    assert word_key("123456789") == 0xCBF43926  # CRC-32's own test value
    assert word_key("") == 0


def test_words_kept() -> None:
    found = words_kept(["market", "the", "book", "market", "of", "book"])
    assert found.dtype == np.uint32
    assert found.tolist() == sorted([word_key("book"), word_key("market")])
    assert words_kept(["the", "of"]).tolist() == words_kept([]).tolist() == []
