"""The only reader and writer of an index folder: documents, cases, passages, vectors, words, manifest.

An index can always be rebuilt from its sources, so nothing is ever repaired in place: what can't be trusted
is reported as IndexUnusableError. A build that dies, or finds the disk full, leaves the last index alone.

    HOME/current        the live generation's folder and the sha256 of its manifest
    HOME/gen-.../       one complete index; never changed once it is live
        manifest.json   what it was built from and with; size and sha256 of every other file
        library.sqlite  documents, cases and passages, one JSON record a row
        vectors.faiss   the passages' unit vectors, in row order
        words/          BM25: a sparse matrix of scores (passages x words) and the vocabulary
        arrays/         any further arrays a build wants to keep
    HOME/.lock          held while an index is built
"""

from rag.store.generations import locked
from rag.store.index import FORMAT_VERSION, IndexContents, OpenIndex, open_index, read_manifest, write_index
from rag.store.search import FlatVectors, WordScores

__all__ = [
    "FORMAT_VERSION",
    "FlatVectors",
    "IndexContents",
    "OpenIndex",
    "WordScores",
    "locked",
    "open_index",
    "read_manifest",
    "write_index",
]
