"""What several test files need: the seeds, read, cleaned and with their cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.cases.find import find_cases
from rag.readers.clean import clean
from rag.sources.folder import load
from rag.types import Case, Document
from tests.browser import browser, page  # noqa: F401 (fixtures)

SEEDS = Path(__file__).resolve().parents[1] / "seeds"


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
    return {file.name: clean(file) for file in load(SEEDS)}


@pytest.fixture(scope="session")
def seed_cases(documents: dict[str, Document]) -> list[Case]:
    """The cases the rules find in the seeds."""
    return [case for document in documents.values() for case in find_cases(document)]
