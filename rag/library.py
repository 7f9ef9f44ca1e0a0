"""The one place where the parts are put together: documents in, answers out."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.answer import Answerer
from rag.cases import find_cases, place_names
from rag.clean import clean, decode
from rag.compound import asked_of, plan, put_together, rows_of
from rag.config import SEARCH_STAGES, Settings
from rag.conversation import resolve
from rag.embed import SentenceTransformerEmbedder
from rag.errors import IndexUnusableError, SourceError
from rag.evaluate import Evaluation, Question, evaluate
from rag.evidence import Reader
from rag.load import other_files, read_source, source_paths
from rag.present import answer_record
from rag.refusal import Signals, model_at
from rag.rerank import CrossEncoderReranker
from rag.retrieve import Retriever, Stages, bundled_weights
from rag.spelling import Spelling, is_english
from rag.split import SPLITTER_VERSION, Splitter
from rag.store import FORMAT_VERSION, IndexContents, OpenIndex, locked, open_index, read_manifest, write_index
from rag.thesaurus import Thesaurus, bundled_thesaurus
from rag.tokens import TokenIndex
from rag.types import (
    Answer,
    Case,
    Document,
    Embedder,
    Manifest,
    Passage,
    Progress,
    Query,
    ScoredPassage,
    SourceFile,
    TokenVectors,
    Vectors,
)
from rag.units import UnitIndex, UnitRows, unit_rows
from rag.windows import windows
from rag.words import WORDS_VERSION, content_terms, stems, stop_stems

#: Bytes of sources up to which an index that is out of date is rebuilt without being asked: some seconds' work.
REBUILT_UNASKED = 400_000
_PIECES_OF_A_WORD = 3  # of a word the model's vocabulary holds whole, with the start and end marks: a real word
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")  # pasted with a question: no words to search for
_CHUNK = 64  # passages embedded at a time
_WINDOWED = 4  # times as many passages are searched as windows are wanted: neighbours share one


@dataclass(frozen=True, slots=True)
class Sources:
    """The readable sources of a folder; ``problems`` says of each of the others why it was left out."""

    files: tuple[SourceFile, ...]
    problems: tuple[str, ...]

    @property
    def checksums(self) -> dict[str, str]:
        """name -> sha256"""
        return {file.name: file.sha256 for file in self.files}


class Library:
    """Documents with their index: ask, search, list cases. Make one with ``Library.open``."""

    def __init__(
        self,
        settings: Settings,
        index: OpenIndex,
        embedder: Embedder,
        problems: Sequence[str] = (),
        *,
        built: bool = False,
    ) -> None:
        self.built = built  # just now, because there was no index or it was out of date
        self._settings = settings
        self._index = index
        self._embedder = embedder
        self.problems = tuple(problems)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        progress: Progress | None = None,
        *,
        embedder: Embedder | None = None,
        rebuild: bool = False,
    ) -> Library:
        """The library of ``settings``, its index built first if there is none or it is out of date.

        Raises SourceError if there is nothing to read, ModelError if the model can't be used, IndexUnusableError if
        the index is out of date and building it takes more than seconds (``rebuild`` does it all the same).
        """
        settings = settings or Settings.from_environment()
        embedder = embedder or SentenceTransformerEmbedder(settings.model)
        sources = read_sources(settings)
        home = settings.index_home
        index = None if rebuild else _usable(settings, embedder, sources)
        if index is None:
            with locked(home, waiting=lambda: progress("wait", 0, 1) if progress else None):
                # Whoever held the lock may have built what is wanted.
                index = None if rebuild else _usable(settings, embedder, sources)
                if index is None:
                    write_index(home, _contents(settings, embedder, sources, progress))
        return cls(settings, index or open_index(home), embedder, sources.problems, built=index is None)

    # --- asking ---

    def ask(self, question: str, history: Sequence[str] = (), *, sources: Collection[str] | None = None) -> Answer:
        """The answer to ``question``; ``history`` holds the conversation's earlier questions as typed, oldest first.

        A question of several parts gets evidence for each. ``sources`` limits the search to these documents. Every
        quote is checked against its stored document.
        """
        everywhere, results = self._rows_of(sources), self._settings.results

        def whole() -> Answer:
            return self._answerer.answer(self.resolve(question, history), results=results, allowed=everywhere)

        def text(doc_id: str) -> str:
            return self.document(doc_id).text

        parts = plan(question, history, lambda: self.ask(history[-1], history[:-1], sources=sources))
        answers: list[Answer] = []
        for part in parts:
            query = self.resolve(part.question, part.history)
            cases = asked_of(part, query, answers)
            allowed = rows_of(cases, self._index.passages, self.case_titles()) if cases else everywhere
            answers.append(self._answerer.answer(query, results=results, allowed=allowed))
        answer = put_together(question, parts, answers, whole, text, results=results)
        for citation in answer.citations:
            stored = text(citation.source)
            if citation.quote != " … ".join(stored[start:end] for start, end in citation.spans):
                raise IndexUnusableError(
                    f"a quote does not stand in {citation.source}: build the index again with: rag index"
                )
        return answer

    def search(self, question: str, k: int = 10, *, sources: Collection[str] | None = None) -> list[ScoredPassage]:
        """The ``k`` most relevant passages, best first, each with its neighbours of the same case (``rag.windows``)."""
        asked = self._retriever.question(self.resolve(question))
        found = self._retriever.search(asked, _WINDOWED * k, self._rows_of(sources))
        return list(islice(self._windows(found), k))

    def stages(self, question: str, history: Sequence[str] = ()) -> Stages:
        """What each stage of the ranking says of the passages it reads closely. For fitting and looking."""
        return self._retriever.stages(self._retriever.question(self.resolve(question, history)))

    def signals(
        self, question: str, history: Sequence[str] = (), *, sources: Collection[str] | None = None
    ) -> Signals | None:
        """What the decision to answer rests on; None if there is nothing to search. For fitting and looking."""
        return self._answerer.signals(self.resolve(question, history), allowed=self._rows_of(sources))

    def rank(self, question: str, n: int = 100, history: Sequence[str] = ()) -> list[tuple[str, float]]:
        """The ``n`` best documents, best first: (name, score of its best passage)."""
        asked = self._retriever.question(self.resolve(question, history))
        best: dict[str, float] = {}
        k = 2 * n
        while True:
            found = self._retriever.search(asked, k)
            for scored in found:
                best.setdefault(scored.passage.doc_id, scored.score)
            if len(best) >= n or len(found) < k:
                return list(best.items())[:n]
            k *= 4

    def evaluate(self, questions: Sequence[Question], progress: Progress | None = None) -> Evaluation:
        """How well the library answers ``questions``: each is asked and timed; ``progress("ask", done, total)``."""
        titles = self.case_titles()
        answers = []
        for question in questions[:1]:
            self.ask(question.question)  # loads the model, which is no part of any question's time
        for done, question in enumerate(questions, 1):
            begun = time.perf_counter()
            answer = self.ask(question.question, question.history)
            taken = round(1000 * (time.perf_counter() - begun), 1)
            answers.append({**answer_record(answer, question.id, titles), "ms": taken})
            if progress:
                progress("ask", done, len(questions))
        texts = {file.name: decode(file) for file in read_sources(self._settings).files}
        return evaluate(questions, answers, texts)

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
        return replace(query, typed=question, corrected=corrected, also=tuple(also.items()))

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
    def settings(self) -> Settings:
        """What the library was opened with."""
        return self._settings

    def documents(self) -> list[Document]:
        """Every document in order of its name."""
        return list(self._index.documents.values())

    def document(self, doc_id: str) -> Document:
        """One document. Raises SourceError if there is none of this name."""
        if doc_id not in self._index.documents:
            raise SourceError(f"there is no document {doc_id!r} in this library: 'rag cases' lists what there is")
        return self._index.documents[doc_id]

    def original(self, doc_id: str) -> str:
        """The decoded text of the document's source file, as it is now."""
        self.document(doc_id)
        for name, path in source_paths(self._settings.seeds):
            if name == doc_id:
                return decode(read_source(name, path))
        raise SourceError(f"{doc_id} is no longer in {self._settings.seeds}: build the index again with: rag index")

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
        wanted = {self.document(name).doc_id for name in sources}
        return [row for row, doc_id in enumerate(self._doc_ids) if doc_id in wanted]

    @cached_property
    def _doc_ids(self) -> list[str]:
        """The document of every passage, in row order."""
        return [passage.doc_id for passage in self._index.passages]

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
            model=model_at(self._settings.refusal_file),
        )

    def _windows(self, found: Sequence[ScoredPassage]) -> Iterator[ScoredPassage]:
        return windows(found, self._index.passages, self._row, lambda doc_id: self._index.documents[doc_id].text)

    def _row(self, passage: Passage) -> int:
        return self._rows[passage.passage_id]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {passage.passage_id: row for row, passage in enumerate(self._index.passages)}


def read_sources(settings: Settings) -> Sources:
    """Every source below the folder of the settings; one that can't be read becomes a problem, not an error.

    Raises SourceError if there is none at all.
    """
    files: list[SourceFile] = []
    problems: list[str] = []
    for name, path in source_paths(settings.seeds):
        try:
            file = read_source(name, path)
            if decode(file).strip():
                files.append(file)
            else:
                problems.append(f"{name} is empty")
        except SourceError as error:
            problems.append(str(error))
    if others := other_files(settings.seeds):
        named = ", ".join(others[:3]) + (" and others" if len(others) > 3 else "")
        problems.append(f"{named}: only .txt, .md and .html are read; save the text in one of these")
    if not files:
        reasons = "; ".join(problems[:3])
        raise SourceError(f"nothing to read in {settings.seeds} ({reasons})")
    return Sources(tuple(files), tuple(problems))


def _usable(settings: Settings, embedder: Embedder, sources: Sources) -> OpenIndex | None:
    """The index, if it was built from these sources with these settings; None if it is to be built (again)."""
    home = settings.index_home
    try:
        found = read_manifest(home)
        if found is None:
            return None
        wanted = _manifest(settings, embedder, sources, found.dimension)
        if found == wanted:
            return open_index(home)
    except IndexUnusableError:
        return None  # damaged: built again; nothing is lost, the sources are there
    if sum(len(file.data) for file in sources.files) > REBUILT_UNASKED:
        raise IndexUnusableError(
            f"The index in {home} was built {_difference(found, wanted)}; building it again takes a while. "
            f"Do it with: rag index --seeds {settings.seeds}"
        )
    return None


def _difference(found: Manifest, wanted: Manifest) -> str:
    if found.sources != wanted.sources:
        changed = {name for name, _ in found.sources.items() ^ wanted.sources.items()}
        return f"from other documents ({len(changed)} added, changed or removed, among them {min(changed)})"
    return "with other settings (model or passage size)"


def _manifest(settings: Settings, embedder: Embedder, sources: Sources, dimension: int) -> Manifest:
    return Manifest(
        format_version=FORMAT_VERSION,
        model=embedder.name,
        model_checksum=embedder.checksum,
        dimension=dimension,
        splitter={"version": SPLITTER_VERSION, "words": WORDS_VERSION, "tokens": settings.passage_tokens},
        sources=sources.checksums,
    )


def _contents(settings: Settings, embedder: Embedder, sources: Sources, progress: Progress | None) -> IndexContents:
    """Cleans, splits and embeds the sources."""
    splitter = Splitter(settings.passage_tokens, embedder.window, embedder.count_pieces)
    documents: list[Document] = []
    cases: list[Case] = []
    passages: list[Passage] = []
    for done, file in enumerate(sources.files, 1):
        document = clean(file)
        found = find_cases(document)
        documents.append(document)
        cases += found
        passages += splitter.split(document, found)
        if progress:
            progress("read", done, len(sources.files))
    vectors, tokens = _embedded(embedder, {document.doc_id: document for document in documents}, passages, progress)
    stop = stop_stems()
    return IndexContents(
        manifest=_manifest(settings, embedder, sources, embedder.dimension),
        documents=documents,
        cases=cases,
        passages=passages,
        vectors=vectors,
        words=[[word for word in stems(passage.searchable) if word not in stop] for passage in passages],
        arrays=tokens,
    )


def _embedded(
    embedder: Embedder, documents: Mapping[str, Document], passages: Sequence[Passage], progress: Progress | None
) -> tuple[Vectors, dict[str, NDArray[Any]]]:
    """The passages' vectors (n, dimension) and the arrays of their tokens and units, in one pass of the encoder."""
    units: dict[int, UnitRows] = {}
    vectors = np.zeros((len(passages), embedder.dimension), dtype=np.float32)
    order = list(range(len(passages)))
    random.Random(0).shuffle(order)  # the token index fits its directions on the first that come

    def encoded() -> Iterator[tuple[int, TokenVectors, list[int]]]:
        for start in range(0, len(order), _CHUNK):
            rows = order[start : start + _CHUNK]
            chunk, tokens = embedder.encode_passages([passages[row].searchable for row in rows])
            vectors[rows] = chunk
            if progress:
                progress("embed", min(start + _CHUNK, len(order)), len(order))
            for row, found in zip(rows, tokens, strict=True):
                passage, places = passages[row], _places(passages[row], found)
                units[row] = unit_rows(documents[passage.doc_id], passage, found, places)
                yield row, found, places

    arrays = TokenIndex.build(encoded(), embedder.dimension)
    return vectors, arrays | UnitIndex.build([units[row] for row in range(len(passages))], embedder.dimension)


def _places(passage: Passage, tokens: TokenVectors) -> list[int]:
    """Where each token of the searchable text begins in the document; -1 for those of the context."""
    before = len(passage.searchable) - len(passage.text)
    return [start - before + passage.start if start >= before else -1 for start, _ in tokens.spans]
