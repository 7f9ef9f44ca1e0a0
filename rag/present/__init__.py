"""Answers, passages and documents as text, JSON, Markdown and HTML: every word and mark-up a user sees. Pure.

The page's style and behaviour lie beside it in ``page.css`` and ``page.js``.
"""

from rag.present.html import answer_html, failure_html, notice_html, original_html, passages_html, source_html
from rag.present.listing import case_record, cases_text, passages_text
from rag.present.page import EXAMPLES, PAGE_TITLE, page_head, page_html, page_script
from rag.present.text import answer_markdown, answer_record, answer_text, passage_record
from rag.present.wording import DESCRIPTION, MAX_QUESTION, nothing_typed, page_failed, question_too_long, searched

__all__ = [
    "DESCRIPTION",
    "EXAMPLES",
    "MAX_QUESTION",
    "PAGE_TITLE",
    "answer_html",
    "answer_markdown",
    "answer_record",
    "answer_text",
    "case_record",
    "cases_text",
    "failure_html",
    "nothing_typed",
    "notice_html",
    "original_html",
    "page_failed",
    "page_head",
    "page_html",
    "page_script",
    "passage_record",
    "passages_html",
    "passages_text",
    "question_too_long",
    "searched",
    "source_html",
]
