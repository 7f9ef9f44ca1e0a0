"""A library as one commit of its index has it: what asks, searches and looks. Never changed once it is made."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from rag.ask.answer import Answerer
from rag.ask.answerability import Signals, model_at
from rag.ask.close_reading import Reader
from rag.ask.merge_answers import put_together
from rag.ask.neighbours import PER_WINDOW, windows
from rag.ask.query.decompose import CaseName, asked_of, plan, rows_of
from rag.ask.query.filter_rows import Narrowing
from rag.ask.query.filter_words import nothing_left
from rag.ask.query.filters import Counts, counts, emptied_by
from rag.ask.query.follow_ups import resolve
from rag.ask.query.preferences import Wishes
from rag.ask.rerank import CrossEncoderReranker
from rag.ask.retrieve import Retriever, Stages, bundled_weights
from rag.cases.find import place_names
from rag.config import SEARCH_STAGES, Settings
from rag.errors import IndexUnusableError, SourceError
from rag.explore.precedents.find import PrecedentFinder
from rag.index.near_duplicates import once
from rag.index.originals import Originals
from rag.index.quotable_units import UnitIndex
from rag.index.segment import copies_in
from rag.index.store.index import OpenIndex
from rag.index.store.state import IndexState
from rag.sources.listed import is_below
from rag.text.spelling import Spelling, is_english
from rag.text.synonyms import Thesaurus, bundled_thesaurus
from rag.text.words import content_terms
from rag.types import (
    Answer,
    Case,
    Document,
    Embedder,
    FileRecord,
    Filters,
    Passage,
    Precedents,
    Query,
    ScoredPassage,
    Want,
)

_COUNTED = 100  # passages, the best, whose cases are counted for a question
_PIECES_OF_A_WORD = 3  # of a word the model's vocabulary holds whole, with the start and end marks: a real word
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")  # pasted with a question: no words to search for


class Snapshot:
    """The documents of one commit of an index: ask, search, list cases."""

    def __init__(self, settings: Settings, index: OpenIndex, embedder: Embedder) -> None:
        self._settings = settings
        self._index = index
        self._embedder = embedder

    # --- asking ---

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        sources: Collection[str] | None = None,
        filters: Filters = (),
        preferred: Filters | None = None,
    ) -> Answer:
        """The answer to ``question``; ``history`` holds the conversation's earlier questions as typed, oldest first.

        A question of several parts gets evidence for each. ``sources`` limits the search to these documents,
        ``filters`` to the cases that meet them. Cases that state what is ``preferred`` come before others; None: what
        the question says of place, people, setting and time. Every quote is checked against its stored document.
        """
        everywhere, results = self._allowed(sources, filters), self._settings.results

        def resolved(asked: str, before: Sequence[str]) -> Query:
            return self._resolved(asked, before, filters, preferred)

        if filters and not everywhere:
            wanted = (*filters, *(Want("source", name) for name in sources or ()))
            reason = nothing_left(emptied_by(self.cases(), wanted))
            return Answer(resolved(question, history), "none", 0.0, reason, filters=filters)

        def whole() -> Answer:
            return self._answerer.answer(resolved(question, history), results=results, allowed=everywhere)

        def text(doc_id: str) -> str:
            return self.document(doc_id).text

        def earlier() -> Answer:
            return self.ask(history[-1], history[:-1], sources=sources, filters=filters, preferred=preferred)

        parts = plan(question, history, earlier)
        answers: list[Answer] = []
        for part in parts:
            query = resolved(part.question, part.history)
            cases = asked_of(part, query, answers)
            allowed = self._rows_of_cases(cases, everywhere) if cases else everywhere
            answers.append(self._answerer.answer(query, results=results, allowed=allowed))
        answer = replace(put_together(question, parts, answers, whole, text, results=results), filters=filters)
        for citation in answer.citations:
            stored = text(citation.source)
            if citation.quote != " … ".join(stored[start:end] for start, end in citation.spans):
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
        asked = self._retriever.question(self._resolved(question, (), filters, preferred))
        found = self._once(self._retriever.search(asked, PER_WINDOW * k, self._allowed(sources, filters)))
        return list(islice(self._windows(found), k))

    def precedents(self, situation: str, k: int = 10, *, filters: Filters = ()) -> Precedents:
        """The ``k`` cases most like a situation, of those that meet the filters: by problem, people, place and means,
        each with what matches and what does not.
        """
        allowed = self._narrowing.cases(filters)
        return self._precedents.find(situation, k, allowed)

    def counts(self, question: str = "", history: Sequence[str] = (), *, filters: Filters = ()) -> Counts:
        """How many cases state what, of those that meet the filters of all other kinds.

        With a ``question``: of the cases of the best passages found for it within those filters.
        """
        if not content_terms(question):
            return counts(self.cases(), filters)
        asked = self._retriever.question(self.resolve(question, history))

        def found(others: Filters) -> set[str]:
            best = self._retriever.search(asked, _COUNTED, self._allowed(None, others))
            return {scored.passage.case_id for scored in best if scored.passage.case_id}

        return counts(self.cases(), filters, found)

    def stages(self, question: str, history: Sequence[str] = ()) -> Stages:
        """What each stage of the ranking says of the passages it reads closely. For fitting and looking."""
        return self._retriever.stages(self._retriever.question(self.resolve(question, history)))

    def signals(
        self, question: str, history: Sequence[str] = (), *, sources: Collection[str] | None = None
    ) -> Signals | None:
        """What the decision to answer rests on; None if there is nothing to search. For fitting and looking."""
        return self._answerer.signals(self.resolve(question, history), allowed=self._rows_of(sources))

    def rank(self, question: str, n: int = 100, history: Sequence[str] = ()) -> list[tuple[str, float]]:
        """The ``n`` best documents, best first: (name, score of its best passage). Nothing is preferred."""
        asked = self._retriever.question(replace(self.resolve(question, history), preferred=()))
        best: dict[str, float] = {}
        k = 2 * n
        while True:
            found = self._retriever.search(asked, k)
            for scored in found:
                best.setdefault(scored.passage.doc_id, scored.score)
            if len(best) >= n or len(found) < k:
                return list(best.items())[:n]
            k *= 4

    def resolve(self, question: str, history: Sequence[str] = ()) -> Query:
        """What would be searched for ``question`` in this conversation."""
        # Spelt before it is resolved: a misspelt 'comunities' must not look like a topic of its own.
        spelt, corrected = self._spelt(_MARKUP.sub(" ", question))
        query = resolve(spelt, [self._spelt(earlier)[0] for earlier in history], place_names)
        text = query.text
        alternatives = self._thesaurus.alternatives(text)
        also: dict[str, str] = {}
        for term in content_terms(text):
            others = [
                self._thesaurus.written[phrase]
                for phrase in alternatives.get(term.stem, ())
                if all(word in self._index.words for word in phrase)
            ]
            if others:
                also[text[term.start : term.end]] = ", ".join(others)
        preferred = self._wishes.understood(text)
        return replace(query, typed=question, corrected=corrected, also=tuple(also.items()), preferred=preferred)

    def _resolved(self, question: str, history: Sequence[str], filters: Filters, preferred: Filters | None) -> Query:
        """What is searched, and preferred without what is a filter anyway."""
        query = self.resolve(question, history)
        chosen = query.preferred if preferred is None else preferred
        return replace(query, preferred=tuple(want for want in chosen if want not in filters))

    def _spelt(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """``text`` with its misspelt words corrected, and which."""
        moved = self._spelling.corrections(text) if "spelling" in self._settings.stages else {}
        for typed, meant in moved.items():
            text = re.sub(rf"\b{re.escape(typed)}\b", meant, text)
        return text, tuple(moved.items())

    @cached_property
    def _spelling(self) -> Spelling:
        listed = bundled_thesaurus().written.values()  # a synonym of the library's words is no misspelling of them
        return Spelling((*listed, *(passage.searchable for passage in self._index.passages)), self._is_word)

    def _is_word(self, word: str) -> bool:
        """Whether the model's vocabulary, the English word list or the gazetteer holds a lower-case word."""
        return (
            self._embedder.count_pieces([word])[0] <= _PIECES_OF_A_WORD
            or is_english(word)
            or bool(place_names(word.capitalize()))
        )

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
        """The rows of some cases, of those ``within``: cases of one name may differ in what the filters want."""
        rows = rows_of(cases, self._index.passages, self.case_titles())
        return rows if within is None else sorted(set(rows).intersection(within))

    @cached_property
    def _narrowing(self) -> Narrowing:
        return Narrowing(self._index.passages, self._index.passage_documents, self._index.cases)

    def _allowed(self, sources: Collection[str] | None, filters: Filters) -> list[int] | None:
        """The rows of the passages that may be found; None: all."""
        rows = self._rows_of(sources)
        return self._narrowing.allowed(filters, rows) if filters else rows

    @cached_property
    def _precedents(self) -> PrecedentFinder:
        def search(text: str, k: int, allowed: Collection[int]) -> Sequence[ScoredPassage]:
            return self._retriever.search(self._retriever.question(self.resolve(text)), k, allowed)

        return PrecedentFinder(
            cases=self._index.cases,
            documents=self._index.documents,
            rows=self._narrowing.case_rows,
            units=UnitIndex(self._index.arrays),
            encoder=self._embedder,
            search=search,
        )

    @cached_property
    def _wishes(self) -> Wishes:
        return Wishes(self._index.cases.values(), place_names)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._index.arrays)

    @cached_property
    def _retriever(self) -> Retriever:
        return Retriever(
            passages=self._index.passages,
            vectors=self._index.vectors,
            words=self._index.words,
            reader=self._reader,
            encoder=self._embedder,
            weights=bundled_weights().without(
                *(stage for stage in SEARCH_STAGES if stage not in self._settings.stages)
            ),
            thesaurus=self._thesaurus,
            shares=self._narrowing.shares,
            reranker=CrossEncoderReranker(self._settings.reranker) if self._settings.reranker else None,
        )

    @cached_property
    def _thesaurus(self) -> Thesaurus:
        return bundled_thesaurus() if "synonyms" in self._settings.stages else Thesaurus({}, {})

    @cached_property
    def _answerer(self) -> Answerer:
        return Answerer(
            retriever=self._retriever,
            reader=self._reader,
            documents=self._index.documents,
            cases=self._index.cases,
            row=self._row,
            windows=self._windows,
            once=self._once,
            model=model_at(self._settings.refusal_file),
        )

    def _once(self, found: Sequence[ScoredPassage]) -> list[ScoredPassage]:
        """The passages without those that only repeat an earlier one, each with the other files that say the same."""
        kept = []
        for scored, others in once(found, self.near_duplicates):
            files = [name for doc_id in (scored.passage.doc_id, *others) for name in self._same.get(doc_id, ())]
            kept.append(replace(scored, also=(*others, *files)))
        return kept

    @cached_property
    def near_duplicates(self) -> dict[str, str]:
        """Documents that are nearly the same as an earlier one: doc_id -> the doc_id of that."""
        return copies_in(self._index)

    @cached_property
    def _same(self) -> dict[str, list[str]]:
        """The files that are the same as a document, by its id."""
        found: dict[str, list[str]] = {}
        for file in self.state.files:
            for name, original in [(file.name, file.same_as), *((p.name, p.same_as) for p in file.problems)]:
                if original:
                    found.setdefault(original, []).append(name)
        return found

    def _windows(self, found: Sequence[ScoredPassage]) -> Iterator[ScoredPassage]:
        return windows(found, self._index.passages, self._row, lambda doc_id: self._index.documents[doc_id].text)

    def _row(self, passage: Passage) -> int:
        return self._rows[passage.passage_id]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {passage.passage_id: row for row, passage in enumerate(self._index.passages)}
