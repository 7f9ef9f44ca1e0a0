"""Indexing: files are parsed, split, embedded and written as segments of an index that is never repaired in place."""
