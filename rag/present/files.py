"""What became of every file, as text and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rag.index.collection import problems_of
from rag.present.record import record
from rag.present.wording import counted
from rag.types import FileRecord, FileStatus, Plan, Synced

_LISTED = 40  # files that a sync names one by one

#: In the order they are listed.
_STATUSES: Mapping[FileStatus, str] = {
    "indexed": "in the library",
    "duplicate": "the same as another",
    "empty": "without text",
    "unsupported": "of a kind that is not read",
    "failed": "could not be read",
    "removed": "left out by you",
}


def files_text(files: Sequence[FileRecord]) -> str:
    """Every file with what became of it."""
    lines = []
    for file in files:
        lines.append(f"{file.name}\n    {outcome_text(file)}")
        lines += [f"    {warning}" for document in file.documents for warning in document.warnings]
        lines += [f"    {problem.name}: {problem.reason}" for problem in file.problems]
    return "\n".join(lines)


def outcome_text(file: FileRecord) -> str:
    """'2 cases, 14 passages', or why there are none."""
    if file.status == "duplicate":
        return f"counted once: {file.reason}"
    if file.status != "indexed":
        return f"{_STATUSES[file.status]}: {file.reason}" if file.reason else _STATUSES[file.status]
    cases = sum(document.cases for document in file.documents)
    passages = sum(document.passages for document in file.documents)
    parts = [counted(cases, "case"), counted(passages, "passage")]
    if len(file.documents) > 1:
        parts.insert(0, counted(len(file.documents), "document"))
    said = ", ".join(parts)
    return f"{said}; {file.reason}" if file.reason else said


def behind_text(plan: Plan | None) -> str:
    """What a sync would do."""
    if plan is None:
        return "The index is to be built: run rag sync."
    changed = changed_text(plan)
    return f"{changed} since the index was built: bring it up to date with: rag sync" if changed else "Up to date."


def changed_text(plan: Plan) -> str:
    """'2 files added or changed and 1 file gone'; '' if none is."""
    said = [f"{counted(len(plan.read), 'file')} added or changed"] if plan.read else []
    said += [f"{counted(len(plan.gone), 'file')} gone"] if plan.gone else []
    return " and ".join(said)


def synced_text(done: Synced) -> str:
    """What a sync did: every file that it read, and what became of it."""
    lines = [f"{file.name}: {outcome_text(file)}" for file in done.read]
    if len(lines) > _LISTED:
        lines = [counts_text(done.read), *problems_of(done.read)]
    lines += [f"{file.name}: gone" for file in done.gone]
    if done.kept:
        lines.append(f"{counted(done.kept, 'file')} as before")
    return "\n".join(lines) or "Nothing to do"


def counts_text(files: Sequence[FileRecord]) -> str:
    """'12 files: 10 in the library, 2 without text'."""
    counts = Counter(file.status for file in files)
    states = ", ".join(f"{counts[status]:,} {words}" for status, words in _STATUSES.items() if counts[status])
    return f"{counted(len(files), 'file')}: {states}" if files else "No files yet"


def synced_record(done: Synced) -> dict[str, Any]:
    """The same for ``--json``."""
    return {
        "read": [file_record(file) for file in done.read],
        "gone": [file.name for file in done.gone],
        "kept": done.kept,
    }


def status_text(files: Sequence[FileRecord], near: Mapping[str, str], behind: Plan | None) -> str:
    """How many files are in which state, then each that is not in the library and why.

    ``near`` are documents that are nearly the same as another.
    """
    documents = [document for file in files for document in file.documents]
    lines = [
        counts_text(files),
        f"{counted(len(documents), 'document')}, "
        f"{counted(sum(d.cases for d in documents), 'case')}, "
        f"{counted(sum(d.passages for d in documents), 'passage')}",
        behind_text(behind),
    ]
    if problems := problems_of(files):
        lines += ["", "Not in the library:", *(f"  {problem}" for problem in problems)]
    same = [f"  {file.name}: {file.reason}" for file in files if file.status == "duplicate"]
    same += [f"  {p.name}: {p.reason}" for file in files for p in file.problems if p.status == "duplicate"]
    if same:
        lines += ["", "Counted once:", *same]
    if near:
        lines += ["", "Nearly the same, shown together:", *(f"  {name}: like {first}" for name, first in near.items())]
    warned = [f"  {d.doc_id}: {warning}" for d in documents for warning in d.warnings]
    if warned:
        lines += ["", "To know:", *warned]
    return "\n".join(lines)


def status_record(files: Sequence[FileRecord], near: Mapping[str, str], behind: Plan | None) -> dict[str, Any]:
    """The same for ``--json``."""
    return {
        "counts": dict(Counter(file.status for file in files)),
        "documents": sum(len(file.documents) for file in files),
        "up_to_date": behind is not None and not behind.news,
        "problems": list(problems_of(files)),
        "near_duplicates": dict(near),
        "files": [file_record(file) for file in files],
    }


def file_record(file: FileRecord) -> dict[str, Any]:
    """A file for ``--json``."""
    return {
        **record(file, "name status reason same_as"),
        "documents": [{"id": d.doc_id, **record(d, "title cases passages warnings")} for d in file.documents],
        "problems": [record(problem, "name status reason") for problem in file.problems],
    }
