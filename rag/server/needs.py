"""What the page needs of a library."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from rag.evaluate import Evaluation
from rag.filters import Counts
from rag.holdings import Holdings
from rag.questions import Question
from rag.types import (
    Answer,
    Case,
    Document,
    FileRecord,
    Filters,
    Precedents,
    Progress,
    Query,
    ScoredPassage,
    SourceFile,
)


class PageLibrary(Protocol):
    """What the page needs of a ``rag.library.Library``. While it is the same, ``files`` is the same object."""

    @property
    def holdings(self) -> Holdings: ...
    @property
    def files(self) -> tuple[FileRecord, ...]: ...
    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        sources: Collection[str] | None = None,
        filters: Filters = (),
        preferred: Filters | None = None,
    ) -> Answer: ...
    def resolve(self, question: str, history: Sequence[str] = ()) -> Query: ...
    def counts(self, question: str = "", history: Sequence[str] = (), *, filters: Filters = ()) -> Counts: ...
    def search(
        self, question: str, k: int = 10, *, sources: Collection[str] | None = None, filters: Filters = ()
    ) -> Sequence[ScoredPassage]: ...
    def precedents(self, situation: str, k: int = 10, *, filters: Filters = ()) -> Precedents: ...
    def evaluate(self, questions: Sequence[Question], progress: Progress | None = None) -> Evaluation: ...
    def document(self, doc_id: str) -> Document: ...
    def original(self, doc_id: str) -> str: ...
    def source(self, doc_id: str) -> SourceFile: ...
    def near_duplicates(self) -> Mapping[str, str]: ...
    def cases(self) -> list[Case]: ...
    def case_titles(self) -> Mapping[str, str]: ...
