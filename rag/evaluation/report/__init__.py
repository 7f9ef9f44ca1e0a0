"""Evaluations as plain text, JSON and self-contained HTML pages."""
