"""Processes with limits on time and memory, for work on files that come from anywhere."""
