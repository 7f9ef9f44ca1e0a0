"""What got in the way and what was learnt, over the whole library."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape

from rag.ask.query.filter_words import filter_text
from rag.explore.lessons import GROUP_WORDS, Group, LessonKind, Said
from rag.present.fields import NOT_STATED, flat, words_of
from rag.present.wording import FILTER_NAMES, counted
from rag.types import Case, Document, Filters, Span
from rag.types.documents import STRENGTHS
from rag.web.ask.answer_html import attribute, paragraph, places, source_button
from rag.web.cases.cards import case_link

GROUP_NAMES: dict[str, str] = {
    "means": "Money and time",
    "staff": "Staff and skills",
    "trust": "Trust and confidence",
    "culture": "Language and culture",
    "access": "Access and transport",
    "uptake": "Low take-up",
    "partners": "Partners and politics",
    "data": "Data and evaluation",
    "other": "Other",
}
TABS: dict[LessonKind, str] = {"barrier": "What got in the way", "lesson": "What was learnt"}

_ABOUT = (
    "What got in the way of the work, and what those who did it learnt, in the words of the sources. "
    "Read it before you plan."
)
_GROUPED = (
    "The groups are ours, to help you browse: a sentence stands in the group that most of its words belong to. "
    "The sentences are the sources’ own, and so is what they leave out."
)
_NOTHING: dict[LessonKind, str] = {
    "barrier": "No case here says what got in the way.",
    "lesson": "No case here says what was learnt.",
}
_SILENT = "That a case does not say so does not mean that all went well: most case studies are silent about it."


def lessons_html() -> str:
    """The frame of the view; its script fills it."""
    tabs = "".join(
        f'<label><input type="radio" name="show" value="{kind}"{" checked" if kind == "barrier" else ""}>'
        f"<span>{name} <b></b></span></label>"
        for kind, name in TABS.items()
    )
    return f"""
<h2 tabindex="-1">What didn’t work</h2><p class="about">{_ABOUT}</p>
<fieldset class="kinds"><legend>Show</legend><div>{tabs}</div></fieldset>
<form class="narrowing" role="search" aria-label="Sentences">
  <label class="field">Words in the sentence<input type="search" name="words" autocomplete="off"></label>
  <label class="field">Topic<select name="topic"><option value="">All topics</option></select></label>
  <label class="field">For whom<select name="community"><option value="">Everybody</option></select></label>
  <label class="field">Kind<select name="group"><option value="">All kinds</option></select></label>
</form>
<div class="wanted"></div>
<details class="grouping"><summary>How they are grouped</summary>{paragraph("note", _GROUPED)}{_table()}</details>
<p class="facts shown" role="status"></p>
<div class="sentences" tabindex="-1" aria-label="Sentences" role="group"><p class="waiting">Opening …</p></div>
<div class="tools"><button type="button" class="quiet" data-more hidden>Show more</button></div>
""".strip()


def _table() -> str:
    rows = "".join(
        f"<dt>{GROUP_NAMES[group]}</dt><dd>{escape(', '.join(words) or 'none of these words')}</dd>"
        for group, words in GROUP_WORDS.items()
    )
    return f"<dl>{rows}</dl>"


def options_html(every: str, counts: Mapping[str, int], chosen: str, names: Mapping[str, str] | None = None) -> str:
    """The choices of a list, each with its number of sentences; one that is ``chosen`` stays even without any."""
    shown = dict(counts) if not chosen or chosen in counts else {**counts, chosen: 0}
    options = "".join(
        f'<option value="{attribute(value)}"{" selected" if value == chosen else ""}>'
        f"{escape((names or {}).get(value, value))} ({number:,})</option>"
        for value, number in shown.items()
    )
    return f'<option value="">{every}</option>{options}'


def wanted_html(wanted: Filters) -> str:
    """What else is wanted than the lists show, each to be taken out."""
    chips = "".join(
        f'<li><button type="button" class="quiet" data-unwant="{want.kind}" data-value="{attribute(want.value)}">'
        f'{FILTER_NAMES[want.kind]}: {escape(filter_text(want))} <span aria-hidden="true">×</span>'
        '<span class="apart"> take out</span></button></li>'
        for want in wanted
    )
    return f'<ul class="chips" aria-label="Only cases with">{chips}</ul>' if chips else ""


def sentences_html(batch: Sequence[tuple[Said, Document]], before: Group | None = None) -> str:
    """Sentences under the headings of their groups; ``before`` is the group that the batch before ended with."""
    parts: list[str] = []
    for said, document in batch:
        if said.group != before:
            parts.append(f"{'</ul>' if parts else ''}<h3>{GROUP_NAMES[said.group]}</h3><ul>")
        elif not parts:
            parts.append("<ul>")
        parts.append(_sentence(said, document))
        before = said.group
    return "".join([*parts, "</ul>"]) if parts else ""


def _sentence(said: Said, document: Document) -> str:
    case, span = said.case, (said.facet.start, said.facet.end)
    words = flat(words_of(document, said.facet))
    quote = {"kind": "quote", "source": document.doc_id, "spans": places([span])}
    collected = json.dumps(quote, ensure_ascii=False)  # escaped, the bytes of odd file names could not be sent
    facts = " · ".join(filter(None, [_stated(case), STRENGTHS[case.outcome][0], document.published]))
    copied = f"“{words}” {case.title} ({document.doc_id})"
    return (
        f'<li><blockquote dir="auto"><p>{escape(words)}</p></blockquote>'
        f'<p class="from">{case_link(case)} '
        f'<span class="facts" dir="auto">{escape(facts)}</span></p><div class="tools">'
        f"{_opener(document, span)}"
        f'<button type="button" class="link" data-copy-sentence="{escape(copied)}">Copy</button>'
        f'<button type="button" class="link" data-collect="{attribute(collected)}">'
        "Add to the evidence pack</button></div></li>"
    )


def _opener(document: Document, span: Span) -> str:
    page = document.pages(*span)
    return source_button("link", document.doc_id, [span], f"Source{f', {page}' if page else ''}")


def _stated(case: Case) -> str:
    """Where and for whom, in the source's words."""
    people = [facet.value for facet in case.stated("community")][:2]
    return " · ".join([*([case.place] if case.place != NOT_STATED else []), *people])


def nothing_html(kind: LessonKind, narrowed: bool) -> str:
    """What stands where there is no sentence."""
    if narrowed:
        return '<p class="empty">No sentence is like that: take something out of the choices above.</p>'
    return f'<p class="empty">{_NOTHING[kind]} {_SILENT}</p>'


def sentences_text(shown: int, found: int, cases: int) -> str:
    """How many sentences are shown, and of how many cases."""
    of = f"{counted(found, 'sentence')} of {counted(cases, 'case')}"
    return f"{of}, {shown:,} shown." if shown < found else f"{of}." if found else ""
