"""The page around the conversation: its frame, its style and its behaviour, all from this package."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from rag.present.wording import DESCRIPTION, MAX_UPLOAD, PAGE_FAILED, counted
from rag.types import Case, FileRecord
from rag.web.ask.answer_html import source_button
from rag.web.ask.source_view import failure_html
from rag.web.cases.view import cases_html
from rag.web.compare.view import compare_html
from rag.web.gaps.view import gaps_html
from rag.web.lessons.view import lessons_html
from rag.web.library.view import library_html
from rag.web.overview.view import overview_html
from rag.web.pack.view import pack_html

PAGE_TITLE = "Precedent"

#: Questions the seed documents answer, and one they don't.
EXAMPLES = (
    "What worked for late antenatal booking?",
    "Which projects worked through mosques or places of worship?",
    "How can we reach farmers with health checks?",
    "What reduced missed breast screening appointments in Liverpool?",
    "What worked to raise HPV vaccination among Gypsy, Roma and Traveller girls?",
)

_LISTED = 100  # documents that 'What is in here' names

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='7' fill='%231f5573'/%3E"
    "%3Ctext x='16' y='26' font-family='Georgia,serif' font-size='30' fill='white' text-anchor='middle'%3E"
    "“%3C/text%3E%3C/svg%3E"
)


#: The views with a style of their own; the page's own comes before them.
_VIEWS = ("filters", "cases", "compare", "lessons", "overview", "pack", "questions", "gaps", "library")
_PARTS = ("page", *(f"{view}/{view}" for view in _VIEWS))


def page_head() -> str:
    """What goes into the page's <head>: the style, the icon, no outside request."""
    style = "\n".join(_resource(f"{part}.css") for part in _PARTS)
    scheme = '<meta name="color-scheme" content="light dark">'
    return f'<link rel="icon" href="{_ICON}">{scheme}<style>{style}</style>'


def _resource(name: str) -> str:
    return files("rag.web").joinpath(name).read_text(encoding="utf-8")


def page_html(examples: Sequence[str] = EXAMPLES, token: str = "") -> str:
    """The page before the first question; its script fills in what the library holds.

    It gives ``token`` with every call.
    """
    return f"""
<div class="precedent" data-token="{escape(token)}">
  <div class="chat">
    <header class="bar">
      <h1>{PAGE_TITLE}</h1>
      <nav aria-label="Views">{_links()}</nav>
      <button type="button" class="quiet" data-new>New conversation</button>
    </header>
    <section class="view asking" data-name="ask" aria-label="Ask">
      <div class="filters" data-for="ask"></div>
      <div class="talk">{_talk(examples)}</div>
    </section>
    {_view("cases", "Cases", cases_html())}
    {_view("case", "Case", "")}
    {_view("compare", "Compare", compare_html())}
    {_view("lessons", "What didn’t work", lessons_html())}
    {_view("overview", "The library at a glance", overview_html())}
    {_view("pack", "Evidence pack", pack_html())}
    <section class="view tests" data-name="tests" aria-label="Test questions"
      hidden><p class="waiting">Opening …</p></section>
    {_view("gaps", "What people ask that is not here", gaps_html())}
    <section class="view library" data-name="library" aria-label="Library" data-largest="{MAX_UPLOAD}"
      hidden>{library_html()}</section>
  </div>
  <aside class="source" aria-label="Source" hidden></aside>
  <template class="pending"><article class="turn"><h2 class="question" dir="auto"></h2>
    <p class="waiting">Searching…</p></article></template>
  <template class="failed-source">{failure_html("")}</template>
  <template class="failed-call"><p class="problem">{escape(PAGE_FAILED)}</p></template>
  <template class="copied">Copied.</template>
</div>
""".strip()


#: The views that the bar leads to, and what they are called there.
_BAR = (
    ("ask", "Ask"),
    ("cases", "Cases"),
    ("compare", "Compare"),
    ("lessons", "What didn’t work"),
    ("overview", "At a glance"),
    ("pack", "Evidence pack"),
    ("library", "Library"),
    ("tests", "Tests"),
)


def _links() -> str:
    return "".join(f'<a href="#{name}">{label} <span class="count"></span></a>' for name, label in _BAR)


def _view(name: str, label: str, html: str) -> str:
    return f'<section class="view {name}-view" data-name="{name}" aria-label="{label}" hidden>{html}</section>'


def _talk(examples: Sequence[str]) -> str:
    return f"""
<section class="welcome">
  <p class="tagline">{DESCRIPTION}</p>
  <p class="scope"></p>
  {_examples(examples)}
  <details class="contents" hidden><summary>What is in here</summary><ul></ul></details>
</section>
<div class="log" role="log" aria-label="Conversation"></div>
<form class="ask">
  <label for="question">Your question</label>
  <textarea id="question" rows="1" placeholder="What worked for …" autocomplete="off"
    spellcheck="true" enterkeyhint="send"></textarea>
  <button type="submit">Ask</button>
</form>
"""


def scope_html(files: Sequence[FileRecord]) -> str:
    """What answers are taken from: how many documents and case studies."""
    documents = [document for file in files for document in file.documents]
    if not documents:
        return 'There are no documents yet: <a href="#library">add some in the library</a>.'
    cases = sum(document.cases for document in documents)
    described = f", {counted(cases, 'case study', 'case studies')}" if cases else ""
    held = f"{counted(len(documents), 'document')}{described}, on this machine only."
    return f"{held} When nothing here answers a question, the page says so."


def _examples(examples: Sequence[str]) -> str:
    if not examples:
        return ""
    buttons = "".join(
        f'<li><button type="button" data-again="{escape(text)}">{escape(text)}</button></li>' for text in examples
    )
    return f'<h2>For example</h2><ul class="examples">{buttons}</ul>'


def contents_html(files: Sequence[FileRecord], cases: Sequence[Case]) -> str:
    """The documents and their cases, those that come first; '' if there is none."""
    documents = [document for file in files for document in file.documents]
    shown = {document.doc_id: document for document in documents[:_LISTED]}
    own: dict[str, list[str]] = {}
    for case in cases:
        if case.doc_id in shown and case.title != shown[case.doc_id].title:
            button = source_button("link", case.doc_id, case.spans, case.title)
            own.setdefault(case.doc_id, []).append(f'<li dir="auto">{button}</li>')
    rows = []
    for name, document in shown.items():
        listed = f"<ul>{''.join(own[name])}</ul>" if name in own else ""
        rows.append(f'<li dir="auto">{source_button("link", name, (), document.title or name)}{listed}</li>')
    if more := len(documents) - len(shown):
        rows.append(f'<li>and {counted(more, "more document")}: <a href="#library">see the library</a></li>')
    return "".join(rows)
