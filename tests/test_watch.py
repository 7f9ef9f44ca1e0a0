"""Watching a library's sources: when it is time to look, of which each ``next`` waits for one."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.config import Settings
from rag.sources.additions import Additions
from rag.sources.watch import Pace, looks

NEVER = 3600.0
PACE = Pace(quiet=0.05, longest=NEVER, anyway=NEVER, glance=0.05)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "documents" / "deeper").mkdir(parents=True)
    return Settings(tmp_path / "documents", tmp_path / "index", added=tmp_path / "added")


@pytest.fixture
def watching(settings: Settings) -> Iterator[None]:
    """Looked for the first time: what changes from now on is noticed."""
    found = looks(settings, PACE)
    next(found)
    return found


def test_each_change_is_a_time_to_look(settings: Settings, watching: Iterator[None]) -> None:
    file = settings.seeds / "deeper" / "farm.txt"
    file.write_text("In Kendal.", encoding="utf-8")
    next(watching)
    file.write_text("In Truro.", encoding="utf-8")
    next(watching)
    file.unlink()
    next(watching)


def test_a_burst_of_changes_is_one(settings: Settings) -> None:
    found = looks(settings, Pace(quiet=2, longest=NEVER, anyway=NEVER, glance=0.05))
    next(found)

    def copy() -> None:
        for number in range(40):
            (settings.seeds / f"{number}.txt").write_text("In Leeds.", encoding="utf-8")
            threading.Event().wait(0.01)

    copying = threading.Thread(target=copy)
    copying.start()
    next(found)
    assert not copying.is_alive()


def test_what_was_added_is_watched_too(settings: Settings, watching: Iterator[None], tmp_path: Path) -> None:
    added = tmp_path / "elsewhere"
    added.mkdir()
    Additions(settings.added_folder).add(added, ())  # a list that was not there before
    next(watching)
    (added / "farm.txt").write_text("In Kendal.", encoding="utf-8")
    next(watching)


def test_a_file_that_was_added_and_saved_anew_stays_watched(settings: Settings, tmp_path: Path) -> None:
    file, fresh = tmp_path / "farm.txt", tmp_path / "fresh"
    file.write_text("In Kendal.", encoding="utf-8")
    Additions(settings.added_folder).add(file, ())
    watching = looks(settings, PACE)
    next(watching)
    for words in ("In Truro.", "In Hull."):
        fresh.write_text(words, encoding="utf-8")
        fresh.replace(file)  # as most editors do
        next(watching)


def test_a_folder_that_went_away_is_watched_again(settings: Settings, watching: Iterator[None]) -> None:
    shutil.rmtree(settings.seeds)
    next(watching)
    settings.seeds.mkdir()
    next(watching)
    (settings.seeds / "farm.txt").write_text("In Kendal.", encoding="utf-8")
    next(watching)


def test_what_no_notification_tells_is_looked_for_anyway(settings: Settings) -> None:
    watching = looks(settings, Pace(anyway=0.05, glance=0.05))
    for _ in range(3):
        next(watching)


@pytest.mark.parametrize("error", [OSError(28, "no space left on device"), RuntimeError("no such system call")])
def test_without_notifications_it_looks_again_and_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def watch(*_: object, **__: object) -> Iterator[None]:
        raise error

    monkeypatch.setattr("watchfiles.watch", watch)
    watching = looks(settings, PACE)
    for _ in range(3):
        next(watching)


def test_a_damaged_list_of_additions_is_no_reason_to_stop(settings: Settings, watching: Iterator[None]) -> None:
    settings.added_folder.mkdir()
    (settings.added_folder / "sources.json").write_text("broken", encoding="utf-8")
    next(watching)
    (settings.seeds / "farm.txt").write_text("In Kendal.", encoding="utf-8")
    next(watching)
