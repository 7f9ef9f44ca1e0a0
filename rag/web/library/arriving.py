"""Files on their way into the library: how far each is, what became of it, how far an update is."""

from __future__ import annotations

from html import escape

from rag.present.files import outcome_text
from rag.present.wording import counted
from rag.types import FileRecord
from rag.web.library.view import STATES, limited_list, note_html, within_html
from rag.web.questions.marking import problem_html

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


def arrival_html(stage: str, file: FileRecord | None) -> str:
    """What is said of a file that was just given: how far it is, or what became of it."""
    if stage:
        return f'<span class="stage" data-stage="{stage}">{_STAGES[stage]}</span>'
    if file is None:
        return '<span class="stage" data-stage="done">Done: see the list below</span>'
    if file.status == "indexed":
        said = f"In the library: {outcome_text(file)}"
    else:
        said = ": ".join(filter(None, [STATES[file.status], file.reason]))
    warnings = [note_html(warning) for document in file.documents for warning in document.warnings]
    within = [within_html(problem) for problem in file.problems]
    return (
        f'<span class="stage" data-stage="done" data-state="{file.status}">{escape(said)}</span>'
        f"{limited_list([*warnings, *within])}"
    )


def update_failed_html(why: str) -> str:
    """What is said when an update did not come to its end."""
    return (
        f"{problem_html(f'The library could not be brought up to date: {why}')}"
        "<p>What was in it goes on answering. "
        '<button type="button" class="quiet" data-update>Try again</button></p>'
    )
