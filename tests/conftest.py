"""What several test files need: the seeds read, cleaned and indexed; one model, one browser, one page a session.

Tests run side by side (pytest-xdist), a file in one process: fixtures of a file are made once. Files that need the real
model share one process, so that it is loaded once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from rag.cases.find import find_cases
from rag.config import Settings
from rag.index.embed import SentenceTransformerEmbedder
from rag.library import Library
from rag.readers.clean import clean
from rag.sources.folder import find_files, read_file
from rag.types import Case, Document
from tests.browser import browser, page, served, stage  # noqa: F401 (fixtures)

SEEDS = Path(__file__).resolve().parents[1] / "seeds"

#: Neither how long an example takes nor how long it takes to make one is a fault: the machine may be busy.
_PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=25, **_PATIENT)
settings.register_profile("ci", max_examples=100, **_PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named after their argument: archives hold the time at which they were made."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a file run in one process; so do all that need the real model."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            needs_model = "model" in getattr(item, "fixturenames", ())
            item.add_marker(pytest.mark.xdist_group("model" if needs_model else item.path.stem))


@pytest.fixture(scope="session", autouse=True)
def own_user_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a developer has calibrated or kept for the seeds has no part in the tests, nor they in it."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("user-data")
        patch.setenv("XDG_DATA_HOME", str(folder))
        patch.setattr("rag.config.user_data", lambda: folder / "precedent")
        yield


@pytest.fixture(scope="session")
def documents() -> dict[str, Document]:
    """The cleaned seeds by name."""
    return {file.name: clean(read_file(file)) for file in find_files(SEEDS)}


@pytest.fixture(scope="session")
def seed_cases(documents: dict[str, Document]) -> list[Case]:
    """The cases the rules find in the seeds."""
    return [case for document in documents.values() for case in find_cases(document)]


@pytest.fixture(scope="session")
def model() -> SentenceTransformerEmbedder:
    """The default model, loaded once."""
    return SentenceTransformerEmbedder()


@pytest.fixture(scope="session")
def seeds_index(model: SentenceTransformerEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the seeds, built once."""
    home = tmp_path_factory.mktemp("seeds") / "index"
    Library.open(Settings(SEEDS, home), embedder=model).close()
    return home


@pytest.fixture(scope="session")
def seeds_library(model: SentenceTransformerEmbedder, seeds_index: Path) -> Iterator[Library]:
    """The seeds with the real model; read only."""
    library = Library.open(Settings(SEEDS, seeds_index), embedder=model)
    yield library
    library.close()


@pytest.fixture(scope="session")
def seeds_page(seeds_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page over the seeds with the real model."""
    with served(seeds_library, tmp_path_factory.mktemp("kept") / "questions.jsonl") as address:
        yield address
