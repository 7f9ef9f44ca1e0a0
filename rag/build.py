"""From a folder of sources to its index: read, cleaned, split and embedded, unless the index is up to date."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.cases import find_cases
from rag.clean import clean, decode
from rag.config import Settings
from rag.errors import IndexUnusableError, SourceError
from rag.load import other_files, read_source, source_paths
from rag.split import SPLITTER_VERSION, Splitter
from rag.store import FORMAT_VERSION, IndexContents, OpenIndex, locked, open_index, read_manifest, write_index
from rag.tokens import TokenIndex
from rag.types import Case, Document, Embedder, Manifest, Passage, Progress, SourceFile, TokenVectors, Vectors
from rag.units import UnitIndex, UnitRows, unit_rows
from rag.words import WORDS_VERSION, stems, stop_stems

#: Bytes of sources up to which an index that is out of date is rebuilt without being asked: some seconds' work.
REBUILT_UNASKED = 400_000
_CHUNK = 64  # passages embedded at a time


@dataclass(frozen=True, slots=True)
class Sources:
    """The readable sources of a folder; ``problems`` says of each of the others why it was left out."""

    files: tuple[SourceFile, ...]
    problems: tuple[str, ...]

    @property
    def checksums(self) -> dict[str, str]:
        """name -> sha256"""
        return {file.name: file.sha256 for file in self.files}


def up_to_date_index(
    settings: Settings, embedder: Embedder, sources: Sources, progress: Progress | None, *, rebuild: bool
) -> tuple[OpenIndex, bool]:
    """The index of ``sources``, and whether it was built just now. Raises as ``Library.open`` does."""
    home = settings.index_home
    index = None if rebuild else _usable(settings, embedder, sources)
    if index:
        return index, False
    with locked(home, waiting=lambda: progress("wait", 0, 1) if progress else None):
        # Whoever held the lock may have built what is wanted.
        index = None if rebuild else _usable(settings, embedder, sources)
        if index:
            return index, False
        write_index(home, _contents(settings, embedder, sources, progress))
    return open_index(home), True


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
