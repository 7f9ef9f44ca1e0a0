"""The page around the conversation: its frame, its style and its behaviour, all from this package."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from markupsafe import Markup

from rag.explore.lessons import GROUP_WORDS
from rag.present.packs.collect import MAX_ITEMS, MAX_NOTE, MAX_TITLE
from rag.present.wording import DESCRIPTION, MAX_UPLOAD, PAGE_FAILED, TOO_LARGE, counted
from rag.text.templates import render
from rag.types import Case, FileRecord
from rag.web.cases.view import EXAMPLE_SITUATION, MAX_SITUATION
from rag.web.compare.view import MOST_COMPARED
from rag.web.lessons.view import GROUP_NAMES, TABS

PAGE_TITLE = "Precedent"

#: Questions the seed documents answer, and one they don't.
EXAMPLES = (
    "What worked for late antenatal booking?",
    "Which projects worked through mosques or places of worship?",
    "How can we reach farmers with health checks?",
    "What reduced missed breast screening appointments in Liverpool?",
    "What worked to raise HPV vaccination among Gypsy, Roma and Traveller girls?",
)

_CONTENTS = "web/contents.html"
_LISTED = 100  # documents that 'What is in here' names


#: The views with a style of their own; the page's own comes before them.
_VIEWS = ("filters", "cases", "compare", "lessons", "overview", "pack", "questions", "gaps", "library")
_PARTS = ("page", *(f"{view}/{view}" for view in _VIEWS))


def page_head() -> str:
    """What goes into the page's <head>: the style, the icon, no outside request."""
    style = "\n".join(_resource(f"{part}.css") for part in _PARTS)
    return str(render("web/head.html", style=Markup(style)))  # Gradio joins it to its own, which must not be escaped


def _resource(name: str) -> str:
    return files("rag.web").joinpath(name).read_text(encoding="utf-8")


def page_html(examples: Sequence[str] = EXAMPLES, token: str = "") -> str:
    """The page before the first question; its script fills in what the library holds.

    It gives ``token`` with every call.
    """
    page = render(
        "web/page.html",
        token=token,
        title=PAGE_TITLE,
        description=DESCRIPTION,
        examples=examples,
        example_situation=EXAMPLE_SITUATION,
        max_situation=MAX_SITUATION,
        max_compared=MOST_COMPARED,
        lesson_tabs=TABS,
        group_names=GROUP_NAMES,
        group_words=GROUP_WORDS,
        max_items=MAX_ITEMS,
        max_title=MAX_TITLE,
        max_note=MAX_NOTE,
        largest=MAX_UPLOAD,
        too_large=TOO_LARGE,
        failed=PAGE_FAILED,
    )
    return str(page)


def scope_html(files: Sequence[FileRecord]) -> str:
    """What answers are taken from: how many documents and case studies."""
    documents = [document for file in files for document in file.documents]
    cases = sum(document.cases for document in documents)
    held = [counted(len(documents), "document")] if documents else []
    held += [counted(cases, "case study", "case studies")] if cases else []
    return render(_CONTENTS, "scope", held=", ".join(held))


def contents_html(files: Sequence[FileRecord], cases: Sequence[Case]) -> str:
    """The documents and their cases, those that come first; '' if there is none."""
    documents = [document for file in files for document in file.documents]
    shown = {document.doc_id: document for document in documents[:_LISTED]}
    own: dict[str, list[Case]] = {name: [] for name in shown}
    for case in cases:
        if case.doc_id in shown and case.title != shown[case.doc_id].title:
            own[case.doc_id].append(case)
    rows = [(name, document.title or name, own[name]) for name, document in shown.items()]
    more = len(documents) - len(shown)
    return render(_CONTENTS, "contents", documents=rows, more=counted(more, "more document") if more else "")
