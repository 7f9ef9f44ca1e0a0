"""A library with canned answers over seed documents: the page is tested without a model or an index."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import cast

from rag.ask.query.filters import Counts, counts
from rag.config import Settings
from rag.errors import SourceError
from rag.index.collection import SourceCollection
from rag.library import Library
from rag.snapshot import Snapshot
from rag.text.words import stems
from rag.types import (
    Answer,
    Block,
    BlockKind,
    Case,
    Citation,
    Document,
    FileRecord,
    Filters,
    IndexedDocument,
    Note,
    OriginMap,
    Passage,
    Precedents,
    Query,
    Role,
    ScoredPassage,
    Situation,
    SourceFile,
    Span,
    Statement,
)
from tests.fakes import FakeEmbedder, Here

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
BETTER_HEALTH = "001_3599fcccaf629e3b.txt"
COVENTRY = "000_c28814b4554d0604.txt"
#: A file name and title that would run if it were not escaped, in HTML or in a Gradio template.
HOSTILE = "<img src=x onerror=hit()> ${globalThis.hit()} {{value}} `.txt"

ANTENATAL = "What worked for late antenatal booking?"
WORSHIP = "Which projects worked through mosques or places of worship?"
ABSURD = "How do I land on the moon?"
FOLLOW_UP = "and who ran it?"
BROKEN = "break the index"
FAILING = "fail"

BROMLEY = "Bromley: late booking into antenatal services"
ACTIVITY = "activity only: no measured result is stated"
#: The same as the page shows it, with what only a screen reader reads.
ACTIVITY_CHIP = "Activity only: The source says what was done, not what came of it."
DATA = "Maternity data identified high rates of late booking for Nigerian, Ghanaian, Turkish and Sri Lankan women."
OUTREACH = (
    "Bromley PCT is continuing a range of dissemination and outreach activities to raise the need for early "
    "registration with maternity services including: … a pharmacy campaign … work with Nigerian and Ghanaian "
    "communities in two areas … work with faith and voluntary organisations in targeted areas … "
    "work with children’s centres"
)
LEAFLET = "Core to the programme is the production and distribution of a maternity leaflet."
VISITS = "visiting places of worship to gain the trust of women by meeting them where they feel safe"

#: Titles of two documents that are hard on a browser, and the words at their end.
MANY_BLOCKS = "Five thousand blocks"
LONG_LINE = "One very long line"
LAST_WORDS = "and here it ends"

_SENTENCE = "Nurses asked women, and women asked nurses. "
_LINE = re.compile(r"[^\s•][^\n]*")


def document_from(doc_id: str, text: str, title: str = "", published: str = "") -> Document:
    """A document whose blocks are the lines of ``text``; bullets make items, short lines make headings."""
    blocks = tuple(_block(text, m.start(), m.end()) for m in _LINE.finditer(text))
    return Document(doc_id, title or doc_id, text, blocks, OriginMap(), sha256="", published=published)


def _read(name: str) -> str:
    return (SEEDS / name).read_text(encoding="utf-8").replace("\xa0", " ")


def _block(text: str, start: int, end: int) -> Block:
    line = text[start:end].rstrip()
    kind: BlockKind = "paragraph"
    if text[:start].endswith("• "):
        kind = "item"
    elif len(line) < 60 and not line.endswith((".", ":")):
        kind = "heading"
    role: Role = "account"
    if line.startswith("Contact "):
        role = "contact"
    elif line.startswith("For more information"):
        role = "pointer"
    return Block(kind, start, start + len(line), role, level=2 if kind == "heading" and start else 1)


class CannedOriginals:
    """The texts of a library's documents as their sources."""

    def __init__(self, library: CannedLibrary) -> None:
        self._library = library

    def text(self, doc_id: str) -> str:
        return self._library.document(doc_id).text

    def file(self, doc_id: str) -> SourceFile:
        return SourceFile(doc_id, self.text(doc_id).encode())

    def texts(self) -> dict[str, str]:
        return {document.doc_id: document.text for document in self._library.documents()}


class CannedLibrary(Library):
    """Answers a few questions of the seeds as the real library would; ``asked`` records what it was asked.

    It is its own snapshot.
    """

    def __init__(self) -> None:
        home = Path(tempfile.mkdtemp())
        weakref.finalize(self, shutil.rmtree, home, ignore_errors=True)
        settings = Settings(SEEDS, index=home / "index", added=home / "added")
        self.collection = SourceCollection(settings, FakeEmbedder(), Here())
        self._documents = {
            BETTER_HEALTH: document_from(BETTER_HEALTH, _read(BETTER_HEALTH), "Partnerships for Better Health"),
            COVENTRY: document_from(
                COVENTRY,
                _read(COVENTRY),
                "Health Improvement Activities with Asian Women in Coventry",
                "Updated July 2015",
            ),
            HOSTILE: document_from(HOSTILE, "<script>hit()</script> & “text”", HOSTILE),
            "blocks.txt": document_from("blocks.txt", f"{_SENTENCE}\n" * 5000 + LAST_WORDS, MANY_BLOCKS),
            "line.txt": document_from("line.txt", _SENTENCE * 60_000 + LAST_WORDS, LONG_LINE),
        }
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        own = [case.doc_id for case in self.cases()]
        self.files = tuple(
            FileRecord(
                name, "indexed", documents=(IndexedDocument(name, d.title, "", "", own.count(name), passages=2),)
            )
            for name, d in self._documents.items()
        )

    def last_asked(self) -> tuple[str, tuple[str, ...]]:
        return self.asked[-1]

    def documents(self) -> list[Document]:
        return list(self._documents.values())

    def document(self, doc_id: str) -> Document:
        if doc_id not in self._documents:
            raise SourceError(f"no document {doc_id!r}: run 'rag index'")
        return self._documents[doc_id]

    @property
    def snapshot(self) -> Snapshot:
        return cast("Snapshot", self)

    @property
    def originals(self) -> CannedOriginals:
        return CannedOriginals(self)

    @property
    def near_duplicates(self) -> Mapping[str, str]:
        return {}

    def precedents(self, situation: str, k: int = 10, *, filters: Filters = ()) -> Precedents:
        return Precedents(Situation(situation, ()), ())

    def case_titles(self) -> Mapping[str, str]:
        return {case.case_id: case.title for case in self.cases()}

    def cases(self) -> list[Case]:
        spans = self._spans(BETTER_HEALTH, DATA)
        return [
            Case("bromley", BETTER_HEALTH, BROMLEY, spans),
            Case("coventry", COVENTRY, "Coventry: health of Asian women", self._spans(COVENTRY, VISITS)),
        ]

    def resolve(self, question: str, history: Sequence[str] = ()) -> Query:
        return Query(question, question)

    def counts(self, question: str = "", history: Sequence[str] = (), *, filters: Filters = ()) -> Counts:
        return counts(self.cases(), filters)

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
        self.asked.append((question, tuple(history)))
        if question == BROKEN:
            raise SourceError("the index is damaged: run 'rag index'")
        if question == FAILING:
            raise RuntimeError("a bug")
        if question == FOLLOW_UP and history:
            carried = "antenatal booking"
            return self._bromley(Query(question, f"{question} {carried}", (carried,), history[-1]))
        if question == ANTENATAL:
            return self._bromley(Query(question, question))
        if question == WORSHIP:
            return self._closest(Query(question, question))
        query = Query(question, question)
        return Answer(query, "none", 0.02, "The nearest passage is far away.", missing=("moon", "land"))

    def search(
        self, question: str, k: int = 10, *, sources: Collection[str] | None = None, filters: Filters = ()
    ) -> list[ScoredPassage]:
        """The lines of the two seeds, those with most words of the question first."""
        wanted = set(stems(question))
        passages = [
            self._line(document, match)
            for document in map(self.document, (BETTER_HEALTH, COVENTRY))
            for match in _LINE.finditer(document.text)
        ]
        scores = [float(len(wanted & set(stems(passage.text)))) for passage in passages]
        found = [ScoredPassage(*pair, 0, 0) for pair in zip(passages, scores, strict=True) if pair[1]]
        return sorted(found, key=lambda scored: -scored.score)[:k]

    def _line(self, document: Document, match: re.Match[str]) -> Passage:
        start, end = match.span()
        return Passage(
            f"{document.doc_id}:{start}", document.doc_id, None, document.title, (), "account", match[0], start, end, 30
        )

    def _bromley(self, query: Query) -> Answer:
        citations = tuple(
            self._citation(number, BETTER_HEALTH, quote, BROMLEY)
            for number, quote in enumerate((DATA, OUTREACH, LEAFLET), 1)
        )
        notes = (Note("period", "meetings ended in July 2010"),)
        statement = Statement(BROMLEY, "activity", (1, 2, 3), notes, case="bromley")
        passages = tuple(self._passage(c, 0.9 - i / 10, "bromley") for i, c in enumerate(citations))
        return Answer(query, "answered", 0.91, "", (statement,), citations, passages)

    def _closest(self, query: Query) -> Answer:
        citation = self._citation(1, COVENTRY, VISITS, "Coventry: health of Asian women")
        statement = Statement(citation.case, "figure", (1,))
        passages = (self._passage(citation, 0.4, "coventry"),)
        return Answer(query, "closest", 0.3, "", (statement,), (citation,), passages, ("mosques",))

    def _spans(self, doc_id: str, quote: str) -> tuple[Span, ...]:
        text = self._documents[doc_id].text
        starts = [(text.index(part), len(part)) for part in quote.split(" … ")]
        return tuple((start, start + length) for start, length in starts)

    def _citation(self, number: int, doc_id: str, quote: str, case: str) -> Citation:
        title = self._documents[doc_id].title
        return Citation(number, doc_id, title, "2008-2009", case, quote, self._spans(doc_id, quote))

    def _passage(self, citation: Citation, score: float, case_id: str) -> ScoredPassage:
        start, end = citation.spans[0]
        passage = Passage(
            f"{citation.source}:{start}",
            citation.source,
            case_id,
            citation.title,
            (citation.section,),
            "account",
            self._documents[citation.source].text[start:end],
            start,
            end,
            n_tokens=30,
        )
        return ScoredPassage(passage, score, dense=score / 2, lexical=score * 10)
