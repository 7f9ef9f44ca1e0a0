"""Answers, passages and documents as text, JSON, Markdown and HTML: every word and mark-up a user sees. Pure.

The page's style and behaviour lie beside it in ``page.css`` and ``page.js``.
"""

from rag.present.html import (
    answer_html,
    failure_html,
    notice_html,
    original_html,
    passage_place,
    passages_html,
    source_html,
)
from rag.present.listing import case_record, cases_text, passages_text
from rag.present.marking import (
    Candidate,
    candidates_html,
    found_text,
    marking_html,
    problem_html,
    saved_html,
    undone_html,
)
from rag.present.page import EXAMPLES, PAGE_TITLE, page_head, page_html, page_script
from rag.present.tests_view import checked_text, count_text, progress_text, questions_html, removed_html
from rag.present.text import answer_markdown, answer_record, answer_text, passage_record
from rag.present.wording import (
    CHECK_BEFORE,
    DESCRIPTION,
    MAX_QUESTION,
    REPORT_TITLE,
    no_question,
    nothing_marked,
    nothing_typed,
    page_failed,
    page_outdated,
    question_too_long,
    searched,
)

__all__ = [
    "CHECK_BEFORE",
    "DESCRIPTION",
    "EXAMPLES",
    "MAX_QUESTION",
    "PAGE_TITLE",
    "REPORT_TITLE",
    "Candidate",
    "answer_html",
    "answer_markdown",
    "answer_record",
    "answer_text",
    "candidates_html",
    "case_record",
    "cases_text",
    "checked_text",
    "count_text",
    "failure_html",
    "found_text",
    "marking_html",
    "no_question",
    "nothing_marked",
    "nothing_typed",
    "notice_html",
    "original_html",
    "page_failed",
    "page_head",
    "page_html",
    "page_outdated",
    "page_script",
    "passage_place",
    "passage_record",
    "passages_html",
    "passages_text",
    "problem_html",
    "progress_text",
    "question_too_long",
    "questions_html",
    "removed_html",
    "saved_html",
    "searched",
    "source_html",
    "undone_html",
]
