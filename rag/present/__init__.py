"""Answers, passages, cards and lists as text, JSON and Markdown: what a terminal or a file shows. Pure."""
