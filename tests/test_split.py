"""Passages: verbatim, whole, small enough to be read whole by the model."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cases.find import find_cases
from rag.index.embed import SentenceTransformerEmbedder
from rag.index.split import Splitter, count_tokens
from rag.readers.clean import clean
from rag.types import Case, Document, Passage, SourceFile
from tests.fakes import FakeEmbedder

FAKE = FakeEmbedder()


def split(document: Document, tokens: int = 200, window: int = 256) -> list[Passage]:
    return Splitter(tokens, window, FAKE.count_pieces).split(document, find_cases(document))


def page(text: str) -> Document:
    return clean(SourceFile("page.txt", text.encode()))


@pytest.fixture(scope="module")
def seed_passages(
    documents: dict[str, Document], seed_cases: list[Case], model: SentenceTransformerEmbedder
) -> list[Passage]:
    splitter = Splitter(200, model.window, model.count_pieces)
    return [
        passage
        for document in documents.values()
        for passage in splitter.split(document, [c for c in seed_cases if c.doc_id == document.doc_id])
    ]


def test_every_passage_is_verbatim(seed_passages: list[Passage], documents: dict[str, Document]) -> None:
    for passage in seed_passages:
        assert documents[passage.doc_id].text[passage.start : passage.end] == passage.text
        assert passage.n_tokens == count_tokens(passage.text)


def test_every_word_but_the_headings_is_in_one_passage(
    seed_passages: list[Passage], documents: dict[str, Document]
) -> None:
    for document in documents.values():
        own = [p for p in seed_passages if p.doc_id == document.doc_id]
        assert all(a.end <= b.start for a, b in pairwise(own))
        for block in document.blocks:
            inside = [p for p in own if p.start < block.end and block.start < p.end]
            assert bool(inside) == (block.kind != "heading")
            if inside:
                covered = sum(min(p.end, block.end) - max(p.start, block.start) for p in inside)
                assert covered >= block.end - block.start - len(inside)


def test_the_model_reads_every_passage_whole(seed_passages: list[Passage], model: SentenceTransformerEmbedder) -> None:
    assert max(model.count_pieces([p.searchable for p in seed_passages])) <= model.window == 256


def test_a_list_travels_with_its_lead_in(seed_passages: list[Passage], documents: dict[str, Document]) -> None:
    for passage in seed_passages:
        document = documents[passage.doc_id]
        first = next(b for b in document.blocks if b.start <= passage.start < b.end)
        if first.kind == "item" and first.lead_in:
            assert passage.lead_in == first.lead_in
            assert document.text[slice(*first.lead_in)] in passage.context


def test_bromley_is_one_passage_under_its_own_name(seed_passages: list[Passage]) -> None:
    passage = next(p for p in seed_passages if "a pharmacy campaign" in p.text)
    assert passage.text.startswith("This set explored the reasons")
    assert passage.text.endswith("maternity leaflet.")
    assert "Bromley: late booking into antenatal services" in passage.context


def test_a_lost_heading_is_not_replaced_by_a_neighbours(seed_passages: list[Passage]) -> None:
    passage = next(p for p in seed_passages if "selected Croydon as a pilot site" in p.text)
    assert "South Birmingham" not in passage.context


def test_a_long_list_is_cut_between_items_with_its_lead_in() -> None:
    items = "\n".join(f"  • item {n} about booking and maternity for the families of ward {n}" for n in range(40))
    passages = split(page(f"Title of the page\n\nThe team has tried:\n\n{items}\n\nThe end came later.\n"), tokens=60)
    listed = [p for p in passages if "item" in p.text]
    assert len(listed) > 3
    assert listed[0].text.startswith("The team has tried:\n\nitem 0")
    assert all("The team has tried:" in p.context for p in listed[1:])
    assert all(p.text.startswith("item") for p in listed[1:])


def test_a_passage_crosses_no_heading() -> None:
    document = page("Report of the year\n\nFirst part\n\nShort words here.\n\nSecond part\n\nOther words there.\n")
    assert [(p.heading_path, p.text) for p in split(document)] == [
        (("First part",), "Short words here."),
        (("Second part",), "Other words there."),
    ]


@given(
    st.lists(st.text(alphabet="abc. \n\t•é漢字", max_size=120), max_size=12),
    st.integers(min_value=20, max_value=60),
    st.integers(min_value=12, max_value=40),
)
def test_any_text_is_split_without_loss(lines: list[str], tokens: int, window: int) -> None:
    document = page("\n".join(lines))
    passages = split(document, tokens, window)
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""
        assert FAKE.count_pieces([passage.searchable])[0] <= window or len(passage.text) < 2
    assert all(a.end <= b.start for a, b in pairwise(passages))
    kept = "".join("".join(p.text.split()) for p in passages)
    expected = "".join("".join(document.text[b.start : b.end].split()) for b in document.blocks if b.kind != "heading")
    assert kept == expected


def test_one_endless_word_is_cut_rather_than_left_unread(model: SentenceTransformerEmbedder) -> None:
    document = page("ÀÉ漢" * 3000)
    passages = Splitter(200, model.window, model.count_pieces).split(document, find_cases(document))
    assert max(model.count_pieces([p.searchable for p in passages])) <= model.window
    assert "".join(p.text for p in passages) == document.text
