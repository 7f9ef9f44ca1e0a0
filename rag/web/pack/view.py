"""What was collected for a paper of one’s own, and the files made of it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.present.packs.collect import MAX_ITEMS, MAX_NOTE, MAX_TITLE
from rag.present.packs.outline import body_parts
from rag.present.packs.wording import asked_text, fingerprint_text
from rag.present.wording import counted
from rag.types import Asked, Pack, PackItem
from rag.web.ask.answer_html import case_address
from rag.web.pack.preview import part_html

#: The buttons that save the pack: the file's ending, what it is called, and for what it is good.
_FORMATS = (
    ("docx", "Word", "A document to paste from or send as it is"),
    ("md", "Markdown", "Plain text with headings"),
    ("csv", "Spreadsheet (CSV)", "A row for each quote and each field of a case"),
    ("bib", "BibTeX", "The sources, for a reference manager"),
    ("ris", "RIS", "The sources, for EndNote, Zotero or Mendeley"),
)


def pack_html() -> str:
    """The frame of the view; its script fills it."""
    return f"""
<h2 tabindex="-1">Evidence pack</h2>
<p class="purpose">Collect answers, cases and quotes here, then take them into your paper, each with its source.</p>
<div class="empty" hidden>{_empty()}</div>
<div class="filled" hidden>
  <div class="about">
    <label>Title of your paper <input type="text" name="title" maxlength="{MAX_TITLE}" autocomplete="off"></label>
    <label>What it is for (optional) <textarea name="purpose" rows="1" maxlength="{MAX_NOTE}"></textarea></label>
  </div>
  {_exports()}
  <div class="content"><p class="waiting">Opening …</p></div>
</div>
<p class="saying" role="status"></p>
<template class="pack-full">{pack_full()}</template>
""".strip()


def _exports() -> str:
    buttons = "".join(
        f'<button type="button" class="{"primary" if ending == "docx" else "quiet"}" data-save-pack="{ending}" '
        f'title="{meant}">{label}</button>'
        for ending, label, meant in _FORMATS
    )
    return (
        '<div class="exports" role="group" aria-labelledby="save-pack"><span id="save-pack">Save as</span>'
        f"{buttons}</div>"
        '<p class="exports"><span>or</span><button type="button" class="quiet" data-copy-pack '
        'title="To paste into a document">Copy all</button></p>'
    )


def _empty() -> str:
    return (
        "<p>There is nothing in the pack yet.</p><ul>"
        '<li>Ask a question on <a href="#ask">Ask</a> and add its answer.</li>'
        '<li>Look through the <a href="#cases">cases</a> and add those that are like yours.</li>'
        '<li>Add single quotes from <a href="#lessons">What didn’t work</a>.</li></ul>'
        "<p>The pack makes a Word document, text, a table or references of them: every quote word for word with its "
        "source, and the questions that nothing here answers. It stays in this browser until you remove it.</p>"
    )


def packed_html(pack: Pack, left_out: Sequence[bool]) -> str:
    """What is in the pack. ``left_out`` says of each unanswered question whether it is to be left out."""
    last = len(pack.items) - 1
    items = "".join(_item(item, at, last) for at, item in enumerate(pack.items))
    facts = f"{counted(len(pack.items), 'item')} from {counted(len(pack.sources), 'source')}. {fingerprint_text(pack)}"
    listed = f'<ol class="items">{items}</ol>' if items else '<p class="none">Nothing else was collected yet.</p>'
    clear = '<button type="button" class="link" data-clear-pack>Remove everything</button>'
    return (
        f'<p class="facts">{escape(facts)}</p>{listed}{_unanswered(pack.unanswered, left_out)}<p class="clear">{clear}'
        "</p>"
    )


def _item(item: PackItem, at: int, last: int) -> str:
    kind = "Answer" if item.asked else "Case" if item.case else "Quote"
    name = escape(f"{kind}: {item.title}")
    body = "".join(part_html(part, raised=1) for part in body_parts(item))
    details = f'<details><summary>{_summary(item)}</summary><div class="body">{body}</div></details>' if body else ""
    moves = (
        _button("up", "Move up", name, off=at == 0)
        + _button("down", "Move down", name, off=at == last)
        + _button("drop", "Remove", name)
    )
    return (
        f'<li data-at="{at}"><p class="kind">{kind}</p><h3 dir="auto">{_title(item)}</h3>'
        f'<div class="moves">{moves}</div>'
        f"{details}{_warnings(item)}"
        f'<label class="noted">Notes <textarea name="note" rows="1" maxlength="{MAX_NOTE}" '
        f'aria-label="Notes on {name}">{escape(item.note)}</textarea></label></li>'
    )


def _title(item: PackItem) -> str:
    title = escape(item.title)
    return f'<a href="{escape(case_address(item.case.case_id))}">{title}</a>' if item.case else title


def _button(what: str, label: str, name: str, *, off: bool = False) -> str:
    disabled = ' aria-disabled="true"' if off else ""
    return (
        f'<button type="button" class="quiet" data-move-pack="{what}" aria-label="{label}: {name}"{disabled}>{label}'
        "</button>"
    )


def _summary(item: PackItem) -> str:
    """What is folded away."""
    if item.case:
        stated = sum(bool(field.quotes) for field in item.case.fields)
        return f"Its card: {stated} of {len(item.case.fields)} fields stated"
    quotes = sum(len(group.quotes) for group in item.groups)
    return counted(quotes, "quote") if quotes else "What was searched"


def _warnings(item: PackItem) -> str:
    return "".join(f'<p class="warning">{escape(lost)}</p>' for lost in item.lost)


def _unanswered(questions: Sequence[Asked], left_out: Sequence[bool]) -> str:
    if not questions:
        return ""
    rows = "".join(
        f'<li><label><input type="checkbox" name="include" value="{at}"{"" if out else " checked"}> '
        f'<span dir="auto">{escape(asked_text(asked))}</span></label></li>'
        for at, (asked, out) in enumerate(zip(questions, left_out, strict=True))
    )
    return (
        '<section class="unanswered"><h3>Questions the library could not answer</h3>'
        "<p>Asked in this browser, and refused. They go into the pack, so that its readers know what was looked for; "
        f"take the tick away to leave one out.</p><ul>{rows}</ul></section>"
    )


def pack_full() -> str:
    """What is said when one more item would be too many."""
    return f"The pack holds {MAX_ITEMS} items, which is all it can: remove some first."


def no_such_format() -> str:
    """What a file of an unknown format is answered with."""
    return "There is no such format: use one of the buttons."


def nothing_collected() -> str:
    """What is said when a file is to be made of nothing."""
    return "There is nothing in the pack yet: add an answer, a case or a quote."
