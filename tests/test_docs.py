"""What the documentation says is true: help texts, links, settings, examples."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from rag.config import Settings
from rag.index.embed import SentenceTransformerEmbedder
from tests import help_page

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / ".github" / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:rag|tests|docs)/[\w./-]+)`")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} in {page.name}"
        assert not anchor or anchor in anchors(there), f"{target} in {page.name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_that_are_named_are_there(page: Path) -> None:
    """Former places are named in the changelog alone."""
    for path in _PATH.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), f"{path} in {page.name}"


def test_the_help_of_every_command_is_as_it_says() -> None:
    assert help_page.PAGE.read_text(encoding="utf-8") == help_page.page(), "run: python -m tests.help_page"


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "index.md" or f"({page.name})" in index


def test_every_setting_is_documented() -> None:
    settings = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in Settings.__slots__:
        assert f"`PRECEDENT_{name.upper()}`" in settings


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_examples_run(
    example: Path,
    model: SentenceTransformerEmbedder,
    seeds_index: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PRECEDENT_INDEX", str(seeds_index))
    monkeypatch.setattr("rag.library.SentenceTransformerEmbedder", lambda _model: model)
    runpy.run_path(str(example), run_name="__main__")
    told = {"ask": "a pharmacy campaign", "precedents": "Wiltshire", "evaluate": "{'hit@1': 1.0}"}
    assert told[example.stem] in capsys.readouterr().out
