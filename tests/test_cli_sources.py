"""``rag add``, ``remove``, ``list``, ``status`` and ``sync``, with the real model and worker processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rag.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
FARMERS = "Farm checks in Kendal\n\nNurses at the cattle market in Kendal measured the blood pressure of 40 farmers.\n"
BOOKING = "Maternity in Truro\n\nLate booking was common in Truro. The team wrote a leaflet about early booking.\n"
MOSQUES = "Screening in Luton\n\nThe mosque in Luton opened its hall for diabetes screening on Fridays.\n"


class Done(NamedTuple):
    """What a command returned and printed."""

    returncode: int
    stdout: str
    stderr: str


class Shelf:
    """A folder of documents and its library, reached through the command line alone."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "documents"
        self.folder.mkdir(parents=True)
        self._home = home

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PRECEDENT_SEEDS": str(self.folder),
            "PRECEDENT_INDEX": str(self._home / "index"),
            "PRECEDENT_ADDED": str(self._home / "added"),
        }

    def rag(self, *arguments: str) -> Done:
        """In this process, where torch is imported once."""
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in self.environment.items():
                patch.setenv(name, value)
            code = main(arguments)
        return Done(code, out.getvalue(), err.getvalue())

    def json(self, command: str, *arguments: str) -> Any:
        done = self.rag(command, *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def statuses(self) -> dict[str, str]:
        return {file["name"]: file["status"] for file in self.json("list")}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A library of one file of each sort, brought up to date once."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    shelf.write("farm.txt", FARMERS)
    shelf.write("again/farm.txt", FARMERS)
    shelf.write("empty.txt", "")
    shelf.write("photo.txt", bytes(range(256)) * 9)
    shelf.write("truro.txt", BOOKING)
    done = shelf.rag("sync")
    assert done.returncode == 0, done.stderr
    assert "again/farm.txt: 1 case, 1 passage" in done.stdout
    return shelf


def test_every_file_is_accounted_for(shelf: Shelf) -> None:
    assert shelf.statuses() == {
        "again/farm.txt": "indexed",
        "empty.txt": "empty",
        "farm.txt": "duplicate",
        "photo.txt": "unsupported",
        "truro.txt": "indexed",
    }
    status = shelf.json("status")
    assert status["up_to_date"] is True
    assert status["documents"] == 2
    assert [problem.split(":")[0] for problem in status["problems"]] == ["empty.txt", "photo.txt"]
    text = shelf.rag("status").stdout
    assert "5 files: 2 in the library, 1 the same as another, 1 without text, 1 of a kind that is not read" in text
    assert "farm.txt: the same file as again/farm.txt" in text


LIGHT = """
import sys
from rag.cli.main import main

def loaded():
    return sorted(sys.modules.keys() & {"gradio", "jinja2", "numpy", "pydantic", "rich", "torch"})

main(["--help"])
print("help:", loaded())
main(["sync"])
print("torch" in loaded())
"""


def test_help_costs_no_library_and_an_unchanged_folder_no_model(shelf: Shelf, tmp_path: Path) -> None:
    """In a process of its own, started from elsewhere."""
    environment = {**os.environ, **shelf.environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", LIGHT], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-3:] == ["help: []", "5 files as before", "False"]


def test_what_is_added_answers_and_what_is_removed_does_not(shelf: Shelf, tmp_path: Path) -> None:
    mosques = tmp_path / "mosques.txt"
    mosques.write_text(MOSQUES, encoding="utf-8")
    nowhere = tmp_path / "nowhere.pdf"
    added = shelf.rag("add", str(nowhere), str(mosques))
    assert added.returncode == 1
    assert f"there is nothing at {nowhere}" in added.stderr
    assert "mosques.txt: 1 case, 1 passage" in added.stdout  # one bad source does not stop the others
    question = "Which mosque opened its hall for diabetes screening?"
    answer = shelf.json("ask", question)
    assert [citation["source"] for citation in answer["citations"]] == ["mosques.txt"]
    assert shelf.rag("remove", "mosques.txt").returncode == 0
    assert mosques.exists()
    assert shelf.json("ask", question)["status"] != "answered"
    assert "mosques.txt" not in shelf.statuses()


def test_a_file_of_the_folder_is_left_out_and_brought_back(shelf: Shelf) -> None:
    shelf.rag("remove", "truro.txt")
    assert shelf.statuses()["truro.txt"] == "removed"
    assert (shelf.folder / "truro.txt").exists()
    shelf.rag("add", str(shelf.folder / "truro.txt"))
    assert shelf.statuses()["truro.txt"] == "indexed"


def test_a_name_that_is_not_there_is_said(shelf: Shelf) -> None:
    done = shelf.rag("remove", "nothing.txt")
    assert done.returncode == 1
    assert "there is no 'nothing.txt' in this library: 'rag list' shows what there is" in done.stderr
    assert "Traceback" not in done.stderr


def test_watching_goes_on_with_every_change(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.write("farm.txt", FARMERS)
    watching = subprocess.Popen(
        [sys.executable, "-u", "-m", "rag", "sync", str(shelf.folder), "--watch"],
        cwd=ROOT,
        env={**os.environ, **shelf.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert watching.stdout is not None
        assert watching.stdout.readline() == "farm.txt: 1 case, 1 passage\n"
        shelf.write("truro.txt", BOOKING)
        assert watching.stdout.readline() == "truro.txt: 1 case, 1 passage\n"
        assert watching.stdout.readline() == "1 file as before\n"
        (shelf.folder / "farm.txt").unlink()
        assert watching.stdout.readline() == "farm.txt: gone\n"
        assert watching.stdout.readline() == "1 file as before\n"
        if sys.platform != "win32":
            watching.send_signal(signal.SIGINT)
            out, err = watching.communicate()
            assert (watching.returncode, out) == (130, "")
            assert "Traceback" not in err
    finally:
        watching.kill()
        watching.communicate()
