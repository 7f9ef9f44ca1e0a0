"""The third view of the page: what is in the library, adding to it, taking out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Literal

from rag.present.files import outcome_text
from rag.present.wording import TOO_LARGE, TOO_MANY, counted, sentence
from rag.types import FileRecord, IndexedDocument, Plan, Problem
from rag.web.ask.answer_html import attribute, source_button
from rag.web.questions.marking import problem_html

#: Where a file came from: dragged in, fetched, added by its path, or out of the library's folder.
Origin = Literal["copy", "web", "listed", "folder"]

#: What a file is listed under, in this order.
STATES = {
    "indexed": "In the library",
    "duplicate": "The same as another",
    "alike": "Nearly the same as another",
    "warned": "With something to know",
    "empty": "Without text",
    "unsupported": "Not read",
    "failed": "Could not be read",
    "removed": "Left out by you",
}
_ORIGINS: Mapping[Origin, str] = {
    "copy": "added here",
    "web": "from the web",
    "listed": "added by its path",
    "folder": "",
}
_ABOUT = (
    "What answers are taken from. Everything stays on this machine; a file you drag in is copied, and the original "
    "stays where it is."
)
_KINDS = (
    "Web pages, PDF, Word, OpenDocument, PowerPoint, Excel, CSV, Markdown, text, EPUB, e-mail, and zip archives of "
    "these; up to 50 MB each."
)
_UNREADABLE = "The browser could not read it: it may have changed, or be a folder. Try again."
_LISTED = 5  # documents, problems or warnings shown of one file


def library_html() -> str:
    """The frame of the view; its script fills it."""
    return f"""
<h2>Library</h2><p class="about">{_ABOUT}</p><p class="facts summary"></p>
<form class="adding">
  <div class="drop">
    <p>Drag files or folders here, or</p>
    <div class="tools"><button type="button" class="primary" data-pick="files">Choose files</button>
      <button type="button" class="quiet" data-pick="folder">Choose a folder</button></div>
    <p class="facts">{_KINDS}</p>
    <input type="file" name="files" multiple hidden><input type="file" name="folder" webkitdirectory hidden>
  </div>
  <div class="finder"><label class="field">Address of a web page or a file on the web
    <input type="text" inputmode="url" name="address" autocomplete="off" spellcheck="false"
      placeholder="www.example.org/report.pdf"></label>
    <button type="submit" class="quiet">Add</button></div>
</form>
<div class="said" role="status"></div>
<div class="progress" hidden><progress max="1" value="0" aria-label="Files read"></progress><p></p></div>
<ul class="arrivals" aria-label="Files being added"></ul>
<div class="news"></div>
<fieldset class="states" hidden><legend>Show</legend><div></div></fieldset>
<label class="field search" hidden>Find by name or title<input type="search" name="words" autocomplete="off"></label>
<ol class="files" tabindex="-1" aria-label="Files"><li class="waiting">Opening …</li></ol>
<div class="tools"><span class="facts shown" role="status"></span>
  <button type="button" class="quiet" data-more hidden>Show more</button></div>
<template class="arrival"><li><span class="name" dir="auto"></span> <span class="stage">Waiting to be copied</span></li>
</template>
<template class="sending">Being copied …</template>
<template class="fetching">Being fetched …</template>
<template class="too-large">{problem_html(TOO_LARGE)}</template>
<template class="unreadable">{problem_html(_UNREADABLE)}</template>
<template class="too-many">{problem_html(TOO_MANY)}</template>
""".strip()


def collection_summary(files: Sequence[FileRecord]) -> str:
    """How much is in the library, and of how many files."""
    documents = [document for file in files for document in file.documents]
    if not documents:
        return "None of the files could be read: each says why below." if files else ""
    cases = counted(sum(document.cases for document in documents), "case study", "case studies")
    passages = counted(sum(document.passages for document in documents), "passage")
    return f"{counted(len(documents), 'document')}, {cases}, {passages}, out of {counted(len(files), 'file')}."


def no_files_html(any_at_all: bool) -> str:
    """What stands where no file is listed."""
    said = (
        "No file of this kind with these words in its name or title."
        if any_at_all
        else "Nothing is in the library yet. Drag documents in above, or put them into its folder and choose "
        "‘Bring up to date’."
    )
    return f'<li class="empty">{said}</li>'


def is_listed(file: FileRecord, near: Mapping[str, str], state: str, words: str) -> bool:
    """Whether a file is of a ``state`` ('' is all) and holds all ``words`` in its names or titles."""
    if state and state not in _states_of(file, near):
        return False
    said = " ".join([file.name, *(d.title for d in file.documents), *(p.name for p in file.problems)]).casefold()
    return all(word in said for word in words.casefold().split())


def _states_of(file: FileRecord, near: Mapping[str, str]) -> set[str]:
    """The states a file is counted under: its own and those of files within it."""
    found: set[str] = {file.status, *_statuses_within(file)}
    if any(document.doc_id in near for document in file.documents):
        found.add("alike")
    if (file.reason and file.status == "indexed") or any(document.warnings for document in file.documents):
        found.add("warned")
    return found


def _statuses_within(file: FileRecord) -> list[str]:
    return [problem.status for problem in file.problems]


def states_html(files: Sequence[FileRecord], near: Mapping[str, str], chosen: str) -> str:
    """What can be chosen to be listed, with how many files that is."""
    counts = Counter(state for file in files for state in _states_of(file, near))
    shown = {"": ("All", len(files))} | {s: (label, counts[s]) for s, label in STATES.items() if counts[s]}
    if chosen not in shown and chosen in STATES:
        shown[chosen] = (STATES[chosen], 0)
    return "".join(
        f'<label><input type="radio" name="state" value="{state}"{" checked" if state == chosen else ""}>'
        f"<span>{label} <b>{count:,}</b></span></label>"
        for state, (label, count) in shown.items()
    )


def file_html(file: FileRecord, origin: Origin, near: Mapping[str, str]) -> str:
    """One file: what became of it, its documents, what to know of them, and a button to take it out."""
    facts = " · ".join(filter(None, [_indexed_text(file), _ORIGINS[origin]]))
    parts = [
        f'<li data-name="{attribute(file.name)}">',
        f'<div class="row"><h3 dir="auto">{_heading(file)}</h3>{_button(file, origin)}</div>',
        f'<p class="state" data-state="{file.status}">{STATES[file.status]}</p>' if file.status != "indexed" else "",
        f'<p class="facts">{escape(facts)}</p>' if facts else "",
        _reason(file),
        limited_list([_document(d, near) for d in file.documents] if _is_several(file) else _likeness(file, near)),
        limited_list([note_html(warning) for d in file.documents for warning in d.warnings]),
        limited_list([within_html(p) for p in file.problems]),
        _sure(file, origin),
        '<div class="why" role="alert"></div></li>',
    ]
    return "".join(parts)


def _indexed_text(file: FileRecord) -> str:
    return outcome_text(file).removesuffix(f"; {file.reason}") if file.status == "indexed" else ""


def _is_several(file: FileRecord) -> bool:
    return len(file.documents) > 1 or any(document.doc_id != file.name for document in file.documents)


def _heading(file: FileRecord) -> str:
    """The file's name; the title of its only document opens it."""
    if file.status != "indexed" or _is_several(file):
        return escape(file.name)
    title = file.documents[0].title or file.name
    opened = source_button("link", file.documents[0].doc_id, (), title)
    return opened if title == file.name else f'{opened} <span class="file">{escape(file.name)}</span>'


def _reason(file: FileRecord) -> str:
    if file.status == "removed":
        return '<p class="note">It stays where it is; answers leave it out.</p>'
    return f'<p class="note" dir="auto">{escape(sentence(file.reason))}</p>' if file.reason else ""


def _document(document: IndexedDocument, near: Mapping[str, str]) -> str:
    what = f"{counted(document.cases, 'case')}, {counted(document.passages, 'passage')}"
    title = source_button("link", document.doc_id, (), document.title or document.doc_id)
    like = f"; like {near[document.doc_id]}, shown together" if document.doc_id in near else ""
    return f'<li dir="auto">{title} <span class="file">{escape(document.doc_id)}: {escape(what + like)}</span></li>'


def _likeness(file: FileRecord, near: Mapping[str, str]) -> list[str]:
    return [note_html(f"like {near[d.doc_id]}, shown together") for d in file.documents if d.doc_id in near]


def note_html(text: str) -> str:
    """Something to know of a file."""
    return f'<li dir="auto">{escape(sentence(text))}</li>'


def within_html(problem: Problem) -> str:
    """What became of a file within another."""
    said = problem.reason if problem.status == "duplicate" else f"{STATES[problem.status].lower()}: {problem.reason}"
    return f'<li dir="auto"><span class="file">{escape(problem.name)}</span> {escape(said)}</li>'


def limited_list(rows: Sequence[str]) -> str:
    """A list, all but its beginning folded away."""
    if not rows:
        return ""
    more = rows[_LISTED:]
    rest = f"<details><summary>{len(more):,} more</summary><ul>{''.join(more[:500])}</ul></details>" if more else ""
    return f'<ul class="within">{"".join(rows[:_LISTED])}</ul>{rest}'


def _button(file: FileRecord, origin: Origin) -> str:
    if file.status == "removed":
        return _named("data-bring-back", "Put back", file.name)
    return _named("data-ask-first" if origin in ("copy", "web") else "data-discard", "Remove", file.name)


def _named(does: str, label: str, name: str) -> str:
    return f'<button type="button" class="quiet" {does} aria-label="{label}: {escape(name)}">{label}</button>'


def _sure(file: FileRecord, origin: Origin) -> str:
    """What is asked before a copy is deleted, which can't be undone."""
    if origin not in ("copy", "web"):
        return ""
    return (
        '<div class="sure" hidden><p>This deletes the copy that was made of it.</p><div class="tools">'
        '<button type="button" class="quiet" data-discard>Delete the copy</button>'
        '<button type="button" class="quiet" data-stay>Keep it</button></div></div>'
    )


def discarded_html(name: str, *, deleted: bool) -> str:
    """What stands in place of a file that was taken out."""
    shown = f'<span dir="auto">{escape(name)}</span>'
    if deleted:
        return f"<p>Removed, and the copy deleted: {shown}</p>"
    undo = f'<button type="button" class="quiet" data-bring-back aria-label="Undo: {escape(name)}">Undo</button>'
    return (
        f"<p>Left out: {shown}. The file stays where it is.</p>"
        f'<div class="tools">{undo}</div><div class="why" role="alert"></div>'
    )


def shown_text(shown: int, total: int) -> str:
    """How many files are listed, of how many."""
    return f"{shown:,} of {counted(total, 'file')} shown" if shown < total else counted(total, "file")


def changes_html(plan: Plan | None, unread: int) -> str:
    """What could be brought up to date, and what could be tried again; ``plan`` None is everything."""
    rows = []
    said = [] if plan else ["The library’s index is to be built"]
    if plan and plan.news:
        said = [f"{counted(len(plan.read), 'file')} added or changed"] if plan.read else []
        said += [f"{counted(len(plan.gone), 'file')} gone"] if plan.gone else []
        said = said or ["Something changed"]
    if said:
        since = f"{' and '.join(said)}{' since the library was last brought up to date' if plan else ''}."
        rows.append(f'<p>{since} <button type="button" class="quiet" data-update>Bring up to date</button></p>')
    if unread:
        rows.append(
            f"<p>{counted(unread, 'file')} could not be read, or not all of it. "
            '<button type="button" class="quiet" data-update="everything">Try again</button></p>'
        )
    return "".join(rows)
