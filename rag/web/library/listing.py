"""What the library holds, what has changed in its folders, and how far an update is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from rag.sources.additions import Additions
from rag.sources.changes import is_unread
from rag.web.calls import Call, Names, Number, Reply, Text, View, at_most
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

_ROWS = 100  # files listed at a time
_LINES = 1_000  # files on the way, at most


class Listed(Call):
    """A batch of the files that are of a ``state`` and whose names or titles hold the ``words``; or the
    ``names`` of those that are asked after.
    """

    state: Text = ""
    words: Text = ""
    start: Number = 0
    names: Annotated[Names, at_most(_LINES)] = ()


class ListCalls(View):
    """The view of the library, in parts."""

    def __init__(self, live: Live, updates: Updates) -> None:
        super().__init__(live)
        self._updates = updates

    def about(self, _: Call) -> Reply:
        """The counts and contents that the page opens with."""
        return {"done": True, "scope": scope_html(self._live.files), "html": self._live.contents()}

    def collection(self, call: Listed) -> Reply:
        """A batch of the files."""
        files, near = self._live.files, self._live.near()
        found = [file for file in files if is_listed(file, near, call.state, call.words)]
        origins = _origins(self._live)
        shown = min(len(found), call.start + _ROWS)
        rows = [file_html(file, origins.get(file.addition, "folder"), near) for file in found[call.start : shown]]
        return {
            "done": True,
            "html": "".join(rows) or no_files_html(bool(files)),
            "summary": collection_summary(files),
            "states": states_html(files, near, call.state),
            "shown": shown_text(shown, len(found)) if files else "",
            "next": shown if shown < len(found) else 0,
            "updating": self._standing(()),
        }

    def changes(self, _: Call) -> Reply:
        """Whether files of the folders changed, and how many could not be read."""
        unread = sum(is_unread(file) for file in self._live.files)
        return {"done": True, "html": changes_html(self._library.collection.behind(), unread)}

    def updating(self, call: Listed) -> Reply:
        """How far the update is, and what became of the files."""
        return self._standing(call.names)

    def _standing(self, names: Sequence[str]) -> Reply:
        updates = self._updates
        now = updates.running
        stages = {name: updates.stage_of(name) for name in names}  # before the files: what is done then is among them
        files = {file.name: file for file in self._live.files} if names else {}
        lines = {name: arrival_html(stage, files.get(name)) for name, stage in stages.items()}
        reply: Reply = {"done": True, "running": now is not None, "lines": lines, "failed": "", "text": ""}
        if now:
            text = update_text(now.stage, now.done, now.total, now.name)
            return {**reply, "at": now.done, "of": now.total, "text": text}
        return {**reply, "failed": update_failed_html(updates.failure) if updates.failure else ""}


def _origins(live: Live) -> dict[str, Origin]:
    """Where each addition came from, by its name; every other file is one of the user's folders."""
    found: dict[str, Origin] = {}
    for addition in Additions(live.library.collection.settings.added_folder).added:
        found[addition.name] = "web" if addition.url else "copy" if addition.kept else "listed"
    return found
