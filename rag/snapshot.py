"""A library as one commit of its index has it: what asks, searches and looks. Never changed once it is made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from rag.ask.answerability import Signals
from rag.ask.catalogue import in_its_language, library_answer
from rag.ask.merge_answers import merge_answers
from rag.ask.neighbours import FOUND_PER_SHOWN
from rag.ask.pipeline import Pipeline
from rag.ask.query.decompose import CaseName, SubQuestion, cases_to_search, decompose, rows_of
from rag.ask.query.filter_words import nothing_left
from rag.ask.query.filters import Counts, counts, emptied_by
from rag.ask.query.requests import read_request
from rag.config import Settings
from rag.errors import IndexUnusableError, SourceError
from rag.explore.precedents.find import PrecedentFinder
from rag.index.originals import Originals
from rag.index.quotable_units import QuotableUnitIndex
from rag.index.store.index import OpenIndex
from rag.index.store.state import IndexState
from rag.sources.listed import is_below
from rag.text.spans import quoted
from rag.text.words import content_terms
from rag.types import (
    Answer,
    Case,
    Document,
    Embedder,
    FileRecord,
    Filter,
    Filters,
    Passage,
    Precedents,
    Query,
    ScoredPassage,
)

_COUNTED = 100  # passages, the best, whose cases are counted for a question


class Snapshot:
    """The documents of one commit of an index: ask, search, list cases."""

    def __init__(self, settings: Settings, index: OpenIndex, embedder: Embedder) -> None:
        self._settings = settings
        self._index = index
        self._embedder = embedder
        self._pipeline = Pipeline(settings, index, embedder)

    # --- asking ---

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
        """The answer to ``question``; ``history`` holds the conversation's earlier questions as typed, oldest first.

        A question of several parts gets evidence for each. ``sources`` limits the search to these documents,
        ``filters`` to the cases that meet them. Cases that state what is ``preferred`` come before others; None: what
        the question says of place, people, setting and time. What it leaves out in words that are ``kept`` is not left
        out. Every quote is checked against its stored document.
        A list or number of cases is answered over all of them, and what the library is from its catalogue.
        """
        request = read_request(question)
        if request and request.of_library:
            return library_answer(self.understand(question), request.kind, self.documents(), self.cases())
        allowed = self._allowed(sources, filters)

        def understood(asked: str, before: Sequence[str]) -> Query:
            query = self._understood(asked, before, filters, preferred)
            return replace(query, excluded=tuple(each for each in query.excluded if each.words not in kept))

        def whole() -> Answer:
            return self._answered(understood(question, history), allowed)

        def earlier() -> Answer:
            return self.ask(history[-1], history[:-1], sources=sources, filters=filters, preferred=preferred)

        if filters and not allowed:
            return self._emptied(understood(question, history), sources or (), filters)
        parts = decompose(question, history, earlier)
        answers = self._each_answered(parts, understood, allowed)
        answer = merge_answers(question, parts, answers, whole, self._text, results=self._settings.results)
        if len(parts) == 1 and answer.query.request and not answer.query.carried:
            among = self._pipeline.row_filter.cases_among(allowed)
            answer = self._pipeline.case_answerer.answer(answer.query, answer.query.request, among, answer)
        return replace(self._verified(in_its_language(answer)), filters=filters)

    def _each_answered(
        self,
        parts: Sequence[SubQuestion],
        understood: Callable[[str, Sequence[str]], Query],
        allowed: Collection[int] | None,
    ) -> list[Answer]:
        """The answers to the parts of a question, each from the cases that it leans on."""
        answers: list[Answer] = []
        for part in parts:
            query = understood(part.question, part.history)
            answers.append(self._answered(query, allowed, cases_to_search(part, query, answers)))
        return answers

    def _emptied(self, query: Query, sources: Collection[str], filters: Filters) -> Answer:
        """That no case is left to answer from."""
        wanted = (*filters, *(Filter("source", name) for name in sources))
        return Answer(query, "none", 0.0, nothing_left(emptied_by(self.cases(), wanted)), filters=filters)

    def _answered(self, query: Query, allowed: Collection[int] | None, cases: Collection[CaseName] = ()) -> Answer:
        """The answer to one query, from some ``cases`` alone if there are any."""
        within = self._left(query, self._rows_of_cases(cases, allowed) if cases else allowed)
        if query.excluded and not within:
            left_out = ", ".join(f"‘{each.words}’" for each in query.excluded)
            return Answer(query, "none", 0.0, f"Nothing is left to search without {left_out}.")
        return self._pipeline.answerer.answer(query, results=self._settings.results, allowed=within)

    def _verified(self, answer: Answer) -> Answer:
        """The answer, if every quote stands word for word in its stored document."""
        for citation in answer.citations:
            if citation.quote != quoted(self._text(citation.source), citation.spans):
                raise IndexUnusableError(
                    f"a quote does not stand in {citation.source}: build the index again with: rag index"
                )
        return answer

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        sources: Collection[str] | None = None,
        filters: Filters = (),
        preferred: Filters | None = None,
    ) -> list[ScoredPassage]:
        """The ``k`` most relevant passages, best first, each with its neighbours of the same case.

        ``sources``, ``filters`` and ``preferred`` as for ``ask``.
        """
        retriever = self._pipeline.retriever
        asked = retriever.question(self._understood(question, (), filters, preferred))
        allowed = self._left(asked.query, self._allowed(sources, filters))
        found = self._pipeline.once(retriever.search(asked, FOUND_PER_SHOWN * k, allowed))
        return list(islice(self._pipeline.with_neighbours(found, allowed), k))

    def precedents(self, situation: str, k: int = 10, *, filters: Filters = ()) -> Precedents:
        """The ``k`` cases most like a situation, of those that meet the filters: by problem, people, place and means,
        each with what matches and what does not.
        """
        wanted, excluded = self._pipeline.understanding.exclusions(situation, situation=True)
        row_filter = self._pipeline.row_filter
        left_out = row_filter.cases_left_out(excluded)
        return self._precedents.find(wanted, k, [each for each in row_filter.cases(filters) if each not in left_out])

    def counts(self, question: str = "", history: Sequence[str] = (), *, filters: Filters = ()) -> Counts:
        """How many cases state what, of those that meet the filters of all other kinds.

        With a ``question``: of the cases of the best passages found for it within those filters.
        """
        if not content_terms(question):
            return counts(self.cases(), filters)
        asked = self._pipeline.retriever.question(self.understand(question, history))

        def found(others: Filters) -> set[str]:
            allowed = self._left(asked.query, self._allowed(None, others))
            best = self._pipeline.retriever.search(asked, _COUNTED, allowed)
            return {scored.passage.case_id for scored in best if scored.passage.case_id}

        return counts(self.cases(), filters, found)

    def signals(
        self, question: str, history: Sequence[str] = (), *, sources: Collection[str] | None = None
    ) -> Signals | None:
        """What the decision to answer rests on; None if there is nothing to search. For fitting and looking."""
        query = self.understand(question, history)
        return self._pipeline.answerer.signals(query, allowed=self._left(query, self._rows_of(sources)))

    def rank(self, question: str, n: int = 100, history: Sequence[str] = ()) -> list[tuple[str, float]]:
        """The ``n`` best documents, best first: (name, score of its best passage). Nothing is preferred."""
        asked = self._pipeline.retriever.question(replace(self.understand(question, history), preferred=()))
        best: dict[str, float] = {}
        k = 2 * n
        while True:
            found = self._pipeline.retriever.search(asked, k, self._left(asked.query, None))
            for scored in found:
                best.setdefault(scored.passage.doc_id, scored.score)
            if len(best) >= n or len(found) < k:
                return list(best.items())[:n]
            k *= 4

    def understand(self, question: str, history: Sequence[str] = ()) -> Query:
        """What would be searched for ``question`` in this conversation."""
        return self._pipeline.understanding.understand(question, history)

    def _understood(self, question: str, history: Sequence[str], filters: Filters, preferred: Filters | None) -> Query:
        """What is searched, and preferred without what is a filter anyway."""
        query = self.understand(question, history)
        chosen = query.preferred if preferred is None else preferred
        return replace(query, preferred=tuple(each for each in chosen if each not in filters))

    # --- looking ---

    @property
    def state(self) -> IndexState:
        """What the index was built with, and what became of every file."""
        return self._index.state

    @property
    def files(self) -> tuple[FileRecord, ...]:
        """What became of every file that was given, in order of name."""
        return self.state.files

    @cached_property
    def originals(self) -> Originals:
        """The documents' source files as they are now."""
        return Originals(self._settings, self.files, self._index.documents)

    def documents(self) -> list[Document]:
        """Every document in order of its name."""
        return list(self._index.documents.values())

    def document(self, doc_id: str) -> Document:
        """One document. Raises SourceError if there is none of this name."""
        if doc_id not in self._index.documents:
            raise SourceError(f"there is no document {doc_id!r} in this library, or not any more")
        return self._index.documents[doc_id]

    def _text(self, doc_id: str) -> str:
        return self.document(doc_id).text

    def documents_of(self, sources: Collection[str]) -> set[str]:
        """The names of the documents that are one of the ``sources``, or in a folder that is. Raises SourceError for a
        source that there is not.
        """
        wanted = set(sources)
        found = {doc_id for doc_id in self._index.documents if is_below(doc_id, wanted)}
        for name in sources:
            if not any(is_below(doc_id, [name]) for doc_id in found):
                self.document(name)  # says that there is none
        return found

    @property
    def near_duplicates(self) -> Mapping[str, str]:
        """Documents that are nearly the same as an earlier one: doc_id -> the doc_id of that."""
        return self._pipeline.near_duplicates

    def cases(self) -> list[Case]:
        """Every case in order of document and appearance."""
        return list(self._index.cases.values())

    def passages(self) -> Sequence[Passage]:
        """Every passage in row order."""
        return self._index.passages

    def case_titles(self) -> Mapping[str, str]:
        """case_id -> title"""
        return {case.case_id: case.title for case in self.cases()}

    def close(self) -> None:
        """Lets go of the index's files."""
        self._index.close()

    # --- parts ---

    def _rows_of(self, sources: Collection[str] | None) -> list[int] | None:
        if sources is None:
            return None
        wanted = self.documents_of(sources)
        return [row for row, doc_id in enumerate(self._index.passage_documents) if doc_id in wanted]

    def _rows_of_cases(self, cases: Collection[CaseName], within: Collection[int] | None) -> list[int]:
        """The rows of some cases, of those ``within``: cases of one name may differ in what the filters ask for."""
        rows = rows_of(cases, self._index.passages, self.case_titles())
        return rows if within is None else sorted(set(rows).intersection(within))

    def _allowed(self, sources: Collection[str] | None, filters: Filters) -> list[int] | None:
        """The rows of the passages that may be found; None: all."""
        rows = self._rows_of(sources)
        return self._pipeline.row_filter.allowed(filters, rows) if filters else rows

    def _left(self, query: Query, allowed: Collection[int] | None) -> Collection[int] | None:
        """The ``allowed`` rows without those of what the question leaves out; None: all."""
        return self._pipeline.row_filter.without(query.excluded, allowed) if query.excluded else allowed

    @cached_property
    def _precedents(self) -> PrecedentFinder:
        def search(text: str, k: int, allowed: Collection[int]) -> Sequence[ScoredPassage]:
            retriever = self._pipeline.retriever
            return retriever.search(retriever.question(self.understand(text)), k, allowed)

        return PrecedentFinder(
            cases=self._index.cases,
            documents=self._index.documents,
            rows=self._pipeline.row_filter.case_rows,
            units=QuotableUnitIndex(self._index.arrays),
            encoder=self._embedder,
            search=search,
        )
