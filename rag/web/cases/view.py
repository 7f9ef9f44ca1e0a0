"""The cases of the library: filtered, found by what they tell, each as a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from rag.present.fields import flat
from rag.present.precedents import ASPECTS, LIKENESSES, absent_text, remarks_text
from rag.present.wording import counted
from rag.types import Case, Document, Likeness, Match, Precedent, Precedents
from rag.web.ask.answer_html import paragraph, source_button
from rag.web.cases.cards import brief_card_html, case_actions, case_link, origin_html, strength_html

#: The longest situation that is read, in characters.
MAX_SITUATION = 1000

EXAMPLE_SITUATION = "Seaside town, older Polish community, low flu jab uptake, one children’s centre."

_SIGNS: dict[Likeness, str] = {"full": "✓", "part": "~", "none": "✗"}

_SORTS = (("", "As in the library"), ("strength", "Strongest result first"))


def cases_html() -> str:
    """The frame of the view; its script fills it."""
    sorts = "".join(f'<option value="{value}">{label}</option>' for value, label in _SORTS)
    return f"""
<h2 tabindex="-1">Cases</h2>
<p class="lead">Every precedent in the library as a card: who did what, where, for whom, and what came of it.</p>
<div class="finding">
  <form class="situation">
    <label for="situation">Describe your situation</label>
    <p class="hint" id="situation-hint">The problem, the people, the kind of place, what you have to work with.
      For example: {EXAMPLE_SITUATION}</p>
    <textarea id="situation" rows="3" maxlength="{MAX_SITUATION}" aria-describedby="situation-hint"></textarea>
    <button type="submit" class="primary">Find cases like it</button>
    <a href="#cases" hidden>Show all cases</a>
  </form>
  <div class="filters" data-for="cases"></div>
  <div class="found">
    <div class="over">
      <p class="count" role="status" tabindex="-1"></p>
      <label class="sort">Order <select>{sorts}</select></label>
    </div>
    <div class="remarks"></div>
    <ol class="cards" hidden></ol>
    <div class="none" role="status"></div>
    <p class="waiting">Opening …</p>
    <button type="button" class="quiet" data-more-cases hidden>Show more</button>
  </div>
</div>
<template class="opening-case"><h2 tabindex="-1">Case</h2><p class="waiting">Opening …</p></template>
""".strip()


def cards_html(cases: Sequence[Case], document: Callable[[str], Document]) -> str:
    """A batch of cases as cards."""
    return "".join(brief_card_html(case, document(case.doc_id)) for case in cases)


def count_cases_text(shown: int, found: int, held: int) -> str:
    """How many cases are listed, of how many that meet the filters, of how many there are."""
    if not held:
        return "There are no cases in this library yet."
    if not found:
        return "No case meets these filters."
    kept = counted(found, "case") if found == held else f"{counted(found, 'case')} of {held:,}"
    return kept if shown >= found else f"{kept}, {shown:,} shown"


def no_cases_html(held: int) -> str:
    """What stands in place of the cards when there are none."""
    if held:
        return '<p class="empty">Take a filter away, or <a href="#cases">show all cases</a>.</p>'
    return '<p class="empty">Add documents in the <a href="#library">library</a>: its cases come up here.</p>'


def no_case_html() -> str:
    """What an address of a case that is not there shows."""
    return (
        '<h2 tabindex="-1">This case is not here</h2><p class="lead">The library has changed since this address was '
        'made, or the address is incomplete. <a href="#cases">See all cases</a>.</p>'
    )


# --- precedents ---


def precedents_html(found: Precedents, document: Callable[[str], Document]) -> str:
    """The cases most like a situation, each with what matches and what does not."""
    return "".join(_precedent(precedent, document(precedent.case.doc_id)) for precedent in found.found)


def remarks_html(found: Precedents, *, narrowed: bool = False) -> str:
    """``remarks_text`` as a paragraph."""
    return paragraph("remark", remarks_text(found, narrowed=narrowed))


def alike_html(found: Sequence[Precedent]) -> str:
    """Links to cases like another, each with what it shares."""
    if not found:
        return '<p class="unstated">None that shares its problem or its people.</p>'
    rows = []
    for precedent in found:
        shared = [ASPECTS[m.aspect].lower() for m in precedent.matches if m.likeness != "none"]
        said = f'<p class="facts">Like it in: {", ".join(shared)}</p>' if shared else ""
        rows.append(f"<li>{case_link(precedent.case)}{said}</li>")
    return f'<ul class="alike">{"".join(rows)}</ul>'


def _precedent(precedent: Precedent, document: Document) -> str:
    case = precedent.case
    rows = "".join(_match_row(match, document) for match in precedent.matches)
    table = (
        '<table class="matches"><caption class="apart">What matches your situation</caption><thead><tr>'
        '<th scope="col">Aspect</th><th scope="col">Match</th><th scope="col">Your words</th>'
        f'<th scope="col">This case</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    return (
        f'<li class="card"><h3>{case_link(case)}</h3>{strength_html(case, document)}{table}'
        f'{origin_html(case, document)}<div class="actions">{case_actions(case)}</div></li>'
    )


def _match_row(match: Match, document: Document) -> str:
    wanted = "; ".join(match.wanted)
    sign = f'<span aria-hidden="true">{_SIGNS[match.likeness]}</span> {LIKENESSES[match.likeness]}'
    return (
        f'<tr data-likeness="{match.likeness}"><th scope="row">{ASPECTS[match.aspect]}</th><td class="how">{sign}</td>'
        f'<td class="wanted" dir="auto">{escape(wanted)}</td><td>{_case_words(match, document)}</td></tr>'
    )


def _case_words(match: Match, document: Document) -> str:
    """What the case says that is alike; else what it tells of instead."""
    if not match.found:
        return f'<span class="unstated">{escape(absent_text(match, document))}</span>'
    buttons = " ".join(
        source_button("value", document.doc_id, [span], flat(document.text[slice(*span)])) for span in match.found
    )
    both = f' <span class="ours">both under: {escape(match.shared)}</span>' if match.shared else ""
    return f"{buttons}{both}"
