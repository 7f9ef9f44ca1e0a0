"""Readers: a file of any kind becomes clean text, with a map from every character back to its place in the source."""
