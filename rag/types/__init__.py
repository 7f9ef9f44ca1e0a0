"""The data that passes through the house, and the interfaces its rooms offer each other.

All offsets count characters of ``Document.text`` (the clean text) unless said otherwise; spans are half-open.
Scores: higher is better, everywhere.
"""

from rag.types.answers import Answer, Citation, Note, NoteKind, Query, ScoredPassage, Statement, Status
from rag.types.arrays import Rows, Scores, TokenVectors, Vectors
from rag.types.documents import (
    Block,
    BlockKind,
    Case,
    Document,
    Facet,
    FacetKind,
    OriginMap,
    Outcome,
    Part,
    PartKind,
    Passage,
    Role,
    Span,
)
from rag.types.filters import FilterKind, Filters, Want
from rag.types.interfaces import Embedder, Reranker, TextIndex, VectorStore
from rag.types.sources import (
    FileRecord,
    FileStatus,
    FoundFile,
    IndexedDocument,
    Manifest,
    Parsed,
    ParsedDocument,
    Plan,
    Problem,
    Progress,
    SourceFile,
    Synced,
)

__all__ = [
    "Answer",
    "Block",
    "BlockKind",
    "Case",
    "Citation",
    "Document",
    "Embedder",
    "Facet",
    "FacetKind",
    "FileRecord",
    "FileStatus",
    "FilterKind",
    "Filters",
    "FoundFile",
    "IndexedDocument",
    "Manifest",
    "Note",
    "NoteKind",
    "OriginMap",
    "Outcome",
    "Parsed",
    "ParsedDocument",
    "Part",
    "PartKind",
    "Passage",
    "Plan",
    "Problem",
    "Progress",
    "Query",
    "Reranker",
    "Role",
    "Rows",
    "ScoredPassage",
    "Scores",
    "SourceFile",
    "Span",
    "Statement",
    "Status",
    "Synced",
    "TextIndex",
    "TokenVectors",
    "VectorStore",
    "Vectors",
    "Want",
]
