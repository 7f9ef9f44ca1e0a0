"""Nothing calls back up: a module imports from lower layers only, and never from a sibling of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: A folder counts as one module.
LAYERS = [
    {"errors", "types", "files"},
    {"config", "words", "gazetteer", "questions", "html_parts", "models", "records", "segmented", "network", "robots"},
    {
        "load",
        "additions",
        "fetch",
        "duplicates",
        "clean",
        "page_image",
        "cases",
        "split",
        "embed",
        "rerank",
        "store",
        "tokens",
        "units",
        "windows",
        "conversation",
        "refusal",
        "asked",
        "filters",
        "thesaurus",
        "spelling",
        "evaluate",
        "curate",
        "packs",
    },
    {
        "wishes",
        "sources",
        "parse",
        "evidence",
        "quotes",
        "checks",
        "propose",
        "calibrate",
        "compound",
        "lessons",
        "overview",
        "gaps",
    },
    {"narrowing", "retrieve", "precedents", "plan", "ingest", "worker"},
    {"worker_main", "picture"},
    {"answer", "build", "present", "report"},
    {"snapshot", "holdings", "export"},
    {"library", "updates"},
    {"server"},
    {"console"},
    {"cli_eval", "cli_sources", "cli_cases"},
    {"cli", "__init__"},
    {"__main__"},
]
LAYER = {module: number for number, layer in enumerate(LAYERS) for module in layer}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT / "rag").parts
    return parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The modules of the package that a file imports, TYPE_CHECKING or not."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "rag" else [f"rag.{a.name}" for a in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("rag.")}
    return found


FILES = sorted((ROOT / "rag").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=[str(p.relative_to(ROOT)) for p in FILES])
def test_imports_point_down(path: Path) -> None:
    own = module_of(path)
    for other in imported(path) - {own}:
        assert LAYER[other] < LAYER[own], f"{own} imports {other}"


def test_every_module_has_its_layer() -> None:
    assert {module_of(path) for path in FILES} == set(LAYER)


def test_the_page_and_only_the_page_knows_gradio() -> None:
    for path in FILES:
        assert "gradio" not in path.read_text(encoding="utf-8").replace("gradio's", ""), path
