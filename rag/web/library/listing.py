"""What the library holds, what has changed in its folders, and how far an update is."""

from __future__ import annotations

from typing import Any

from rag.errors import IndexUnusableError
from rag.sources.additions import Additions
from rag.sources.changes import is_unread
from rag.web.calls import Reply, ServerFunction, names_of, number_of, text_of
from rag.web.library.arriving import arrival_html, update_failed_html, update_text
from rag.web.library.background_sync import Updates
from rag.web.library.view import (
    Origin,
    changes_html,
    collection_summary,
    file_html,
    is_listed,
    no_files_html,
    shown_text,
    states_html,
)
from rag.web.live import Live
from rag.web.page import scope_html
from rag.web.questions.marking import problem_html

_ROWS = 100  # files listed at a time
_LINES = 1_000  # files on the way, at most


def listing(live: Live, updates: Updates) -> list[ServerFunction]:
    """The view of the library, in parts."""

    def about(_: Any) -> Reply:
        """The counts and contents that the page opens with."""
        return {"done": True, "scope": scope_html(live.files), "html": live.contents()}

    def collection(payload: Any) -> Reply:
        """A batch of the files that are of a ``state`` and whose names or titles hold the ``words``."""
        files, near = live.files, live.near()
        state, words, start = text_of(payload, "state"), text_of(payload, "words"), number_of(payload, "start")
        found = [file for file in files if is_listed(file, near, state, words)]
        origins = _origins(live)
        rows = [file_html(file, origins.get(file.addition, "folder"), near) for file in found[start : start + _ROWS]]
        shown = min(len(found), start + _ROWS)
        return {
            "done": True,
            "html": "".join(rows) or no_files_html(bool(files)),
            "summary": collection_summary(files),
            "states": states_html(files, near, state),
            "shown": shown_text(shown, len(found)) if files else "",
            "next": shown if shown < len(found) else 0,
            "updating": _standing(live, updates, []),
        }

    def changes(_: Any) -> Reply:
        """Whether files of the folders changed, and how many could not be read."""
        unread = sum(is_unread(file) for file in live.files)
        try:
            plan = live.library.collection.behind()
        except IndexUnusableError as error:
            return {"done": False, "html": problem_html(str(error))}
        return {"done": True, "html": changes_html(plan, unread)}

    def updating(payload: Any) -> Reply:
        """How far the update is, and what became of the files that are asked after."""
        return _standing(live, updates, names_of(payload, "names")[:_LINES])

    return [about, collection, changes, updating]


def _standing(live: Live, updates: Updates, names: list[str]) -> Reply:
    now = updates.running
    stages = {name: updates.stage_of(name) for name in names}  # before the files: what is done then is among them
    files = {file.name: file for file in live.files} if names else {}
    lines = {name: arrival_html(stage, files.get(name)) for name, stage in stages.items()}
    failed = "" if now or not updates.failure else update_failed_html(updates.failure)
    if now is None:
        return {"done": True, "running": False, "lines": lines, "failed": failed, "text": ""}
    text = update_text(now.stage, now.done, now.total, now.name)
    return {"done": True, "running": True, "at": now.done, "of": now.total, "text": text, "lines": lines, "failed": ""}


def _origins(live: Live) -> dict[str, Origin]:
    """Where each addition came from, by its name; every other file is one of the user's folders."""
    found: dict[str, Origin] = {}
    for addition in Additions(live.library.collection.settings.added_folder).added:
        found[addition.name] = "web" if addition.url else "copy" if addition.kept else "listed"
    return found
