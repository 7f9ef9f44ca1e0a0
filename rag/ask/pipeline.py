"""The parts that a question goes through over one commit of an index, put together as the settings say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.ask.answer import Answerer
from rag.ask.answerability import model_at
from rag.ask.case_answers import CaseAnswerer
from rag.ask.close_reading import Reader
from rag.ask.compose import Composer
from rag.ask.conditions import ConditionReader
from rag.ask.neighbours import with_neighbours
from rag.ask.over_cases import CaseLister
from rag.ask.query.filter_rows import RowFilter
from rag.ask.query.understanding import QueryUnderstanding
from rag.ask.rerank import CrossEncoderReranker
from rag.ask.retrieve import Retriever, bundled_weights
from rag.ask.topics import Topics
from rag.config import SEARCH_STAGES, Settings
from rag.index.near_duplicates import once
from rag.index.segment import copies_in
from rag.index.store.index import OpenIndex
from rag.text.synonyms import Synonyms, bundled_synonyms
from rag.types import Embedder, Passage, ScoredPassage


@dataclass(frozen=True, eq=False)
class Pipeline:
    """Each part is made when it is first needed."""

    settings: Settings
    index: OpenIndex
    embedder: Embedder

    @cached_property
    def understanding(self) -> QueryUnderstanding:
        """What reads questions."""
        return QueryUnderstanding(
            passages=self.index.passages,
            cases=self.index.cases.values(),
            words=self.index.words,
            pieces=lambda word: self.embedder.count_pieces([word])[0],
            synonyms=self._synonyms,
            corrects="spelling" in self.settings.stages,
        )

    @cached_property
    def row_filter(self) -> RowFilter:
        """What knows which passages filters leave."""
        return RowFilter(self.index.passages, self.index.passage_documents, self.index.cases, self.index.words)

    @cached_property
    def retriever(self) -> Retriever:
        """What finds passages."""
        return Retriever(
            passages=self.index.passages,
            vectors=self.index.vectors,
            words=self.index.words,
            reader=self._reader,
            encoder=self.embedder,
            weights=bundled_weights().without(*(stage for stage in SEARCH_STAGES if stage not in self.settings.stages)),
            synonyms=self._synonyms,
            shares=self.row_filter.shares,
            reranker=CrossEncoderReranker(self.settings.reranker) if self.settings.reranker else None,
        )

    @cached_property
    def answerer(self) -> Answerer:
        """What composes answers."""
        return Answerer(
            retriever=self.retriever,
            reader=self._reader,
            documents=self.index.documents,
            cases=self.index.cases,
            row=self._row,
            with_neighbours=self.with_neighbours,
            once=self.once,
            model=model_at(self.settings.refusal_file),
        )

    @cached_property
    def case_answerer(self) -> CaseAnswerer:
        """What answers with lists and numbers of cases."""
        lister = CaseLister(
            cases=self.index.cases,
            documents=self.index.documents,
            passages=self.index.passages,
            rows=self.row_filter,
            conditions=ConditionReader(
                self.understanding.preferences, self._synonyms, Topics(self.index.cases, self.row_filter)
            ),
        )
        composer = Composer(self.index.documents, self.index.cases)
        return CaseAnswerer(
            lister=lister, composer=composer, passages=self.index.passages, rows=self.row_filter.case_rows
        )

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.index.arrays)

    @cached_property
    def _synonyms(self) -> Synonyms:
        return bundled_synonyms() if "synonyms" in self.settings.stages else Synonyms({}, {})

    # --- what is found, as it is shown ---

    def once(self, found: Sequence[ScoredPassage]) -> list[ScoredPassage]:
        """The passages without those that only repeat an earlier one, each with the other files that say the same."""
        kept = []
        for scored, others in once(found, self.near_duplicates):
            files = [name for doc_id in (scored.passage.doc_id, *others) for name in self._same_files.get(doc_id, ())]
            kept.append(replace(scored, also=(*others, *files)))
        return kept

    def with_neighbours(
        self, found: Sequence[ScoredPassage], allowed: Collection[int] | None = None
    ) -> Iterator[ScoredPassage]:
        """Each with its neighbours of the same case, of the ``allowed`` rows (all by default)."""
        documents, passages = self.index.documents, self.index.passages
        left_out = () if allowed is None else set(range(len(passages))).difference(allowed)
        return with_neighbours(found, passages, self._row, lambda doc_id: documents[doc_id].text, left_out=left_out)

    @cached_property
    def near_duplicates(self) -> dict[str, str]:
        """Documents that are nearly the same as an earlier one: doc_id -> the doc_id of that."""
        return copies_in(self.index)

    @cached_property
    def _same_files(self) -> dict[str, list[str]]:
        """The files that are the same as a document, by its id."""
        found: dict[str, list[str]] = {}
        for file in self.index.state.files:
            for name, original in [(file.name, file.same_as), *((p.name, p.same_as) for p in file.problems)]:
                if original:
                    found.setdefault(original, []).append(name)
        return found

    def _row(self, passage: Passage) -> int:
        return self._rows[passage.passage_id]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {passage.passage_id: row for row, passage in enumerate(self.index.passages)}
