"""The only reader and writer of an index folder: documents, cases, passages, vectors, words, files.

An index can always be rebuilt from its sources, so nothing is ever repaired in place: what can't be trusted
is reported as IndexUnusableError. A build that dies, or finds the disk full, leaves the last index alone.

    HOME/current        the live generation's folder and the sha256 of its manifest
    HOME/building       the same of a build from scratch that is not complete yet
    HOME/gen-.../       never changed once it is live
        manifest.json   what it was built with, its segments (each with the sha256 of its manifest)
        files.json      what became of every file that was given: which documents, in which segment
    HOME/seg-.../       some documents; never changed, shared by the generations that name it
        manifest.json   size and sha256 of every other file
        library.sqlite  documents, cases and passages, one JSON record a row
        vectors.faiss   the passages' unit vectors, in row order
        words/          for BM25: how often each word stands in which passage
        arrays/         any further arrays a build wants to keep
    HOME/.lock          held while an index is built
"""

from rag.store.generations import BUILDING, CURRENT, Folder, live_generation, locked, remove_dead
from rag.store.index import OpenIndex, SegmentContents, add_segment, open_index, segment_array
from rag.store.search import FlatVectors, WordCounts, WordScores
from rag.store.state import FORMAT_VERSION, IndexState, commit, read_state

__all__ = [
    "BUILDING",
    "CURRENT",
    "FORMAT_VERSION",
    "FlatVectors",
    "Folder",
    "IndexState",
    "OpenIndex",
    "SegmentContents",
    "WordCounts",
    "WordScores",
    "add_segment",
    "commit",
    "live_generation",
    "locked",
    "open_index",
    "read_state",
    "remove_dead",
    "segment_array",
]
