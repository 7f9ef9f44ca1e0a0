"""Evaluations as plain text, JSON and self-contained HTML pages."""

from rag.report.answers import evaluation_html, evaluation_misses, evaluation_record, evaluation_table
from rag.report.rankings import ranking_html, ranking_misses, ranking_record, ranking_table

__all__ = [
    "evaluation_html",
    "evaluation_misses",
    "evaluation_record",
    "evaluation_table",
    "ranking_html",
    "ranking_misses",
    "ranking_record",
    "ranking_table",
]
