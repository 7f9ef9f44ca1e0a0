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
        words/          for BM25: how often each word stands in which passage
        arrays/         the passages' unit vectors, and any further arrays a build wants to keep
    HOME/.lock          held while an index is built
"""
