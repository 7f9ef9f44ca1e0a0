"""A case as a card: what its source states, field by field, in the source's words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from rag.present.fields import FIELDS, NOT_STATED, flat, once, shown_labels, triggers, words_of
from rag.types import Case, Document, Facet, FacetKind
from rag.types.documents import STRENGTHS
from rag.web.ask.answer_html import attribute, case_address, source_button

COLLECT = "Add to evidence pack"
_IN_BRIEF: tuple[FacetKind, ...] = ("place", "community", "topic", "period")
_SHOWN_IN_BRIEF = 3  # values of one field


def case_link(case: Case, css: str = "") -> str:
    """A link to a case's card, named by its title."""
    marked = f' class="{css}"' if css else ""
    return f'<a{marked} href="{attribute(case_address(case.case_id))}" dir="auto">{escape(case.title)}</a>'


def brief_card_html(case: Case, document: Document) -> str:
    """A case in a list: the most that can be seen at a glance."""
    rows = "".join(_brief_row(case, document, kind) for kind in _IN_BRIEF)
    told = _line("What was done", _first(case, document, "deed")) + _line("What came of it", _result(case, document))
    return (
        f'<li class="card"><h3>{case_link(case)}</h3>{strength_html(case, document)}'
        f'<dl class="brief">{rows}</dl><dl class="told">{told}</dl>'
        f'{origin_html(case, document)}<div class="actions">{case_actions(case)}</div></li>'
    )


def card_html(case: Case, document: Document) -> str:
    """A case in full: every field, each value a button that opens the words in their source."""
    rows = "".join(f"<div><dt>{label}</dt><dd>{_values(case, document, kind)}</dd></div>" for kind, label in FIELDS)
    whole = source_button("quiet", case.doc_id, case.spans, "Read the whole case in its source")
    return (
        f'<h2 tabindex="-1" dir="auto">{escape(case.title)}</h2>'
        '<p class="lead">What its source states, in the source’s words: choose any of them to see where they stand.</p>'
        f'{strength_html(case, document)}<dl class="fields">{rows}{_planned(case, document)}'
        f"<div><dt>Source</dt><dd>{origin_html(case, document)}</dd></div></dl>"
        f'<div class="actions">{whole}{case_actions(case)}</div>'
        '<h3>Cases like this one</h3><div class="others"><p class="waiting">Looking …</p></div>'
    )


def strength_html(case: Case, document: Document) -> str:
    """How strongly the source states a result: the label, what it means, and the words that decided it."""
    label, meaning = STRENGTHS[case.outcome]
    words = "".join(f' <q dir="auto">{escape(trigger)}</q>' for trigger in triggers(case, document))
    return (
        f'<p class="strength"><span class="chip" data-strength="{case.outcome}">{label}</span> '
        f'<span class="meaning">{meaning}</span>{words}</p>'
    )


def case_actions(case: Case) -> str:
    """What can be done with a case: compare it, collect it."""
    collected = json.dumps({"kind": "case", "case": case.case_id}, ensure_ascii=False)
    quiet, named = '<button type="button" class="quiet"', escape(case.title).replace("\r", " ")
    apart = f'<span class="apart" dir="auto">: {named}</span>'
    return (
        f'{quiet} data-compare="{attribute(case.case_id)}">Compare{apart}</button>'
        f'{quiet} data-collect="{attribute(collected)}" aria-label="{COLLECT}: {named}">{COLLECT}</button>'
    )


def value_button(document: Document, facet: Facet) -> str:
    """The words that state a facet, as a button that opens them in their source."""
    return source_button("value", document.doc_id, [(facet.start, facet.end)], flat(words_of(document, facet)))


# --- in brief ---


def _brief_row(case: Case, document: Document, kind: FacetKind) -> str:
    facets = case.stated(kind)
    label = dict(FIELDS)[kind]
    if not facets:
        return f'<div><dt>{label}</dt><dd class="unstated">{NOT_STATED}</dd></div>'
    words = list(dict.fromkeys(flat(words_of(document, facet)) for facet in facets))
    more = f" and {len(words) - _SHOWN_IN_BRIEF} more" if len(words) > _SHOWN_IN_BRIEF else ""
    region = shown_labels(facets[0], words)[:1] if kind == "place" else ()
    ours = f' <span class="ours">{escape(region[0])}</span>' if region else ""
    shown = escape("; ".join(words[:_SHOWN_IN_BRIEF]) + more)
    return f'<div><dt>{label}</dt><dd dir="auto">{shown}{ours}</dd></div>'


def _line(label: str, words: str) -> str:
    css, text = ("words", f"“{words}”") if words else ("unstated", NOT_STATED)
    return f'<div><dt>{label}</dt><dd class="{css}" dir="auto">{escape(text)}</dd></div>'


def _first(case: Case, document: Document, kind: FacetKind) -> str:
    return next((flat(words_of(document, facet)) for facet in case.stated(kind)), "")


def _result(case: Case, document: Document) -> str:
    """The first of the strongest outcomes; what is only planned is none."""
    return next((flat(words_of(document, f)) for f in case.stated("outcome") if f.value == case.outcome), "")


def origin_html(case: Case, document: Document) -> str:
    """The document, where in it the case stands, and its date."""
    pages = document.pages(case.spans[0][0], case.spans[-1][1]) if case.spans else ""
    known = ", ".join(filter(None, [pages, flat(document.published)]))
    button = source_button("link", case.doc_id, case.spans[:1], document.title or case.doc_id)
    return f'<p class="origin" dir="auto">{button}{f", {escape(known)}" if known else ""}</p>'


# --- in full ---


def _values(case: Case, document: Document, kind: FacetKind) -> str:
    facets = [facet for facet in case.stated(kind) if facet.value != "planned" or kind != "outcome"]
    return _listed([_value(document, facet) for facet in once(document, facets)])


def _value(document: Document, facet: Facet) -> str:
    """The words as a button; before an outcome how strong it is, after a name the general ones it is counted under."""
    outcome = next((label for kind, (label, _) in STRENGTHS.items() if kind == facet.value), "")
    strength = f'<span class="ours">{outcome}</span> ' if facet.kind == "outcome" and outcome else ""
    labels = shown_labels(facet, [words_of(document, facet)])
    counted = f' <span class="ours">counted under: {escape("; ".join(labels))}</span>' if labels else ""
    return f"{strength}{value_button(document, facet)}{counted}"


def _listed(values: Sequence[str]) -> str:
    if not values:
        return f'<span class="unstated">{NOT_STATED}</span>'
    if len(values) == 1:
        return values[0]
    return f"<ul>{''.join(f'<li>{value}</li>' for value in values)}</ul>"


def _planned(case: Case, document: Document) -> str:
    planned = [facet for facet in case.stated("outcome") if facet.value == "planned"]
    if not planned:
        return ""
    values = [value_button(document, facet) for facet in once(document, planned)]
    return f"<div><dt>Planned, not told as done</dt><dd>{_listed(values)}</dd></div>"
