"""The source files of indexed documents, as they are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.config import Settings
from rag.errors import SourceError
from rag.readers.archive import unpacked
from rag.readers.decode import decode
from rag.readers.media import is_text
from rag.sources.folder import read_file
from rag.sources.listed import sources_of
from rag.types import Document, FileRecord, SourceFile


@dataclass(frozen=True, slots=True)
class Originals:
    """The files that the ``documents`` (by doc_id) were read from; ``files`` says what became of each."""

    settings: Settings
    files: Sequence[FileRecord]
    documents: Mapping[str, Document]

    def text(self, doc_id: str) -> str:
        """The decoded text of the document's source file. Raises SourceError, also if it is no text."""
        if not is_text(self._document(doc_id).media_type):
            raise SourceError(f"{doc_id} is no text file: its cleaned text is all there is to show")
        return decode(self.file(doc_id))

    def file(self, doc_id: str) -> SourceFile:
        """The document's source: a file, or one within an archive. Raises SourceError, also if it has changed."""
        document = self._document(doc_id)
        source = next(self._sources({doc_id}), None)
        if source is None or source.sha256 != document.sha256:
            raise SourceError(f"{doc_id} has changed since it was read: bring the index up to date with: rag sync")
        return source

    def texts(self) -> dict[str, str]:
        """The text of each document, and of each file that is the same, as its source has it now.

        Of what is no text file, its cleaned text.
        """
        plain = {name for name, document in self.documents.items() if is_text(document.media_type)}
        texts = {name: document.text for name, document in self.documents.items() if name not in plain}
        texts |= {source.name: decode(source) for source in self._sources(plain)}
        return texts | {file.name: texts[file.same_as] for file in self.files if file.same_as in texts}

    def _document(self, doc_id: str) -> Document:
        if doc_id not in self.documents:
            raise SourceError(f"there is no document {doc_id!r} in this library, or not any more")
        return self.documents[doc_id]

    def _sources(self, doc_ids: Collection[str]) -> Iterator[SourceFile]:
        """The sources of some documents. Raises SourceError for one that is there no more."""
        there = {file.name: file for file in sources_of(self.settings).files}
        for record in self.files:
            wanted = {document.doc_id for document in record.documents} & set(doc_ids)
            if wanted and record.name not in there:
                raise SourceError(
                    f"{record.name} is not among the sources any more: bring the index up to date with: rag sync"
                )
            if wanted:
                found = unpacked(read_file(there[record.name]))
                yield from (source for source in found if isinstance(source, SourceFile) and source.name in wanted)
