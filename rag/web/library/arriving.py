"""Files on their way into the library: how far each is, what became of it, how far an update is."""

from __future__ import annotations

from markupsafe import Markup

from rag.present.files import outcome_text
from rag.present.wording import counted
from rag.text.templates import render
from rag.types import FileRecord
from rag.web.library.view import STATES, warning_lines, within_lines

_STAGES = {
    "waiting": "Waiting to be read",
    "reading": "Being read …",
    "read": "Read; searchable in a moment",
    "stopped": "Not read yet: the update did not come to its end",
}


def update_text(stage: str, done: int, total: int, name: str) -> str:
    """How far an update is."""
    if stage == "wait":
        return "Another program is bringing this library up to date: waiting for it."
    if stage == "embed":
        return f"Making what was read searchable: {done:,} of {counted(total, 'passage')}"
    if not total and not name:
        return "Looking what there is to do …"
    return (
        f"{done:,} of {counted(total, 'file')} read{f'; now: {name}' if name else ''}" if total else f"Reading {name}"
    )


def arrival_html(stage: str, file: FileRecord | None) -> Markup:
    """What is said of a file that was just given: how far it is, or what became of it."""
    template = "web/library/arriving.html"
    if stage or file is None:
        said = _STAGES[stage] if stage else "Done: see the list below"
        return render(template, "under_way", stage=stage, said=said)
    if file.status == "indexed":
        said = f"In the library: {outcome_text(file)}"
    else:
        said = ": ".join(filter(None, [STATES[file.status], file.reason]))
    notes = [*warning_lines(file), *within_lines(file)]
    return render(template, "arrived", status=file.status, said=said, notes=notes)


def update_failed_html(why: str) -> Markup:
    """What is said when an update did not come to its end."""
    return render("web/library/arriving.html", "update_failed", why=why)
