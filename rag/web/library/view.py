"""The third view of the page: what is in the library, adding to it, taking out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from markupsafe import Markup

from rag.present.files import changed_text, outcome_text
from rag.present.wording import counted, sentence
from rag.text.templates import render
from rag.types import FileRecord, IndexedDocument, Plan

#: Where a file came from: dragged in, fetched, added by its path, or out of the library's folder.
Origin = Literal["copy", "web", "listed", "folder"]
#: What is said of a file, and the name of the file within it of which it is said.
Line = tuple[str, str | None]

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


def collection_summary(files: Sequence[FileRecord]) -> str:
    """How much is in the library, and of how many files."""
    documents = [document for file in files for document in file.documents]
    if not documents:
        return "None of the files could be read: each says why below." if files else ""
    cases = counted(sum(document.cases for document in documents), "case study", "case studies")
    passages = counted(sum(document.passages for document in documents), "passage")
    return f"{counted(len(documents), 'document')}, {cases}, {passages}, out of {counted(len(files), 'file')}."


def no_files_html(any_at_all: bool) -> Markup:
    """What stands where no file is listed."""
    return render("web/library/files.html", "no_files", any_at_all=any_at_all)


def is_listed(file: FileRecord, near: Mapping[str, str], state: str, words: str) -> bool:
    """Whether a file is of a ``state`` ('' is all) and holds all ``words`` in its names or titles."""
    if state and state not in _states_of(file, near):
        return False
    said = " ".join([file.name, *(d.title for d in file.documents), *(p.name for p in file.problems)]).casefold()
    return all(word in said for word in words.casefold().split())


def _states_of(file: FileRecord, near: Mapping[str, str]) -> set[str]:
    """The states a file is counted under: its own and those of files within it."""
    found: set[str] = {file.status, *(problem.status for problem in file.problems)}
    if any(document.doc_id in near for document in file.documents):
        found.add("alike")
    if (file.reason and file.status == "indexed") or any(document.warnings for document in file.documents):
        found.add("warned")
    return found


def states_html(files: Sequence[FileRecord], near: Mapping[str, str], chosen: str) -> Markup:
    """What can be chosen to be listed, with how many files that is."""
    counts = Counter(state for file in files for state in _states_of(file, near))
    shown = [("", "All", len(files))]
    shown += [(state, label, counts[state]) for state, label in STATES.items() if counts[state]]
    if chosen in STATES and not counts[chosen]:
        shown.append((chosen, STATES[chosen], 0))
    return render("web/library/files.html", "states", shown=shown, chosen=chosen)


def file_html(file: FileRecord, origin: Origin, near: Mapping[str, str]) -> Markup:
    """One file: what became of it, its documents, what to know of them, and a button to take it out."""
    indexed = file.status == "indexed"
    several = len(file.documents) > 1 or any(document.doc_id != file.name for document in file.documents)
    became = outcome_text(file).removesuffix(f"; {file.reason}") if indexed else ""
    likes = [like for document in file.documents if (like := _like(document, near))]
    return render(
        "web/library/files.html",
        "listed",
        file=file,
        opened=file.documents[0] if indexed and not several else None,
        state="" if indexed else STATES[file.status],
        facts=" · ".join(filter(None, [became, _ORIGINS[origin]])),
        reason=sentence(file.reason),
        documents=[(document, _held(document, near)) for document in file.documents] if several else [],
        notes=[
            [] if several else [(sentence(like), None) for like in likes],
            warning_lines(file),
            within_lines(file),
        ],
        copied=origin in ("copy", "web"),
    )


def _held(document: IndexedDocument, near: Mapping[str, str]) -> str:
    held = f"{counted(document.cases, 'case')}, {counted(document.passages, 'passage')}"
    return "; ".join(filter(None, [held, _like(document, near)]))


def _like(document: IndexedDocument, near: Mapping[str, str]) -> str:
    return f"like {near[document.doc_id]}, shown together" if document.doc_id in near else ""


def warning_lines(file: FileRecord) -> list[Line]:
    """What there is to know of a file."""
    return [(sentence(warning), None) for document in file.documents for warning in document.warnings]


def within_lines(file: FileRecord) -> list[Line]:
    """What became of the files within a file."""
    return [
        (said.reason if said.status == "duplicate" else f"{STATES[said.status].lower()}: {said.reason}", said.name)
        for said in file.problems
    ]


def discarded_html(name: str, *, deleted: bool) -> Markup:
    """What stands in place of a file that was taken out."""
    return render("web/library/files.html", "discarded", name=name, deleted=deleted)


def shown_text(shown: int, total: int) -> str:
    """How many files are listed, of how many."""
    return f"{shown:,} of {counted(total, 'file')} shown" if shown < total else counted(total, "file")


def changes_html(plan: Plan | None, unread: int) -> Markup:
    """What could be brought up to date, and what could be tried again; ``plan`` None is everything."""
    return render(
        "web/library/files.html",
        "changes",
        news=_news(plan),
        unread=counted(unread, "file") if unread else "",
    )


def _news(plan: Plan | None) -> str:
    if plan is None:
        return "The library’s index is to be built."
    if not plan.news:
        return ""
    return f"{changed_text(plan) or 'Something changed'} since the library was last brought up to date."
