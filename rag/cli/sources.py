"""``rag add``, ``remove``, ``list``, ``status``, ``sync`` and ``index``: what is in the library."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rag.cli.command import command, command_line
from rag.cli.console import open_library, print_text, progress_bar
from rag.cli.options import Common, argument, flag
from rag.errors import RagError, SourceError

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.index.collection import SourceCollection

commands = command_line()


@command(commands)
def add(
    common: Common,
    sources: Annotated[list[str], argument("PATH-or-URL", "files, folders, or addresses of web pages")],
) -> None:
    """Add files, folders or web pages to the library."""
    collection = _collection(common.settings)
    names: list[str] = []
    refused: list[str] = []
    for source in sources:
        try:
            names.append(collection.add(source))
        except SourceError as error:
            refused.append(f"{source}: {error}")
    _synced(common, collection, retry=names)
    if refused:
        raise SourceError("\nrag: ".join(refused))


@command(commands)
def remove(
    common: Common,
    names: Annotated[list[str], argument("NAME", "as 'rag list' has it; files of your own stay")],
) -> None:
    """Take sources out of the library; your own files stay."""
    collection = _collection(common.settings)
    for name in names:
        collection.remove(name)
        if not common.json:
            print_text(f"{name}: taken out of the library")
    _synced(common, collection)


@command(commands, "list")
def list_files(common: Common) -> None:
    """List every file and what became of it."""
    from rag.present.files import file_record, files_text
    from rag.sources.listed import sources_of

    settings = common.settings
    files = _collection(settings).records()
    if not files:
        sources_of(settings)  # raises if there is no such folder
    common.show(
        lambda: files_text(files) or "Nothing yet: rag sync FOLDER",
        lambda: [file_record(file) for file in files],
    )


@command(commands)
def status(common: Common) -> None:
    """What is in the library, what is not, and why."""
    from rag.index.segment import copies_in
    from rag.index.store.index import open_index
    from rag.present.files import status_record, status_text

    collection = _collection(common.settings)
    files, behind, home = collection.records(), collection.behind(), collection.settings.index_home
    near: dict[str, str] = {}
    if files:
        with open_index(home) as index:
            near = copies_in(index)
    common.show(
        lambda: f"{status_text(files, near, behind)}\n\nIndex: {home}",
        lambda: {"index": str(home), **status_record(files, near, behind)},
    )


@command(commands)
def sync(
    common: Common,
    folder: Annotated[Path | None, argument("FOLDER", "the library's folder (default: that of --seeds)")] = None,
    watch: Annotated[bool, flag("go on until Ctrl-C, with every change of a file", "--watch")] = False,
    retry: Annotated[bool, flag("read again what could not be read before", "--retry")] = False,
) -> None:
    """Make the library equal to its folder."""
    if folder and common.seeds:
        common.wrong_usage("give the folder once: rag sync FOLDER")
    collection = _collection(replace(common, seeds=folder or common.seeds).settings)
    _synced(common, collection, retry=None if retry else ())
    if watch:
        _watch(common, collection)


def _watch(common: Common, collection: SourceCollection) -> None:
    from rag.sources.watch import looks

    for _ in looks(collection.settings):
        try:
            if collection.is_behind():
                _synced(common, collection)
        except RagError as error:  # a folder that is away for a moment comes back
            print(f"rag: {error}", file=sys.stderr)


@command(commands)
def index(common: Common) -> None:
    """Build the index again."""
    from rag.index.collection import problems_of

    library = open_library(common.settings, rebuild=True)
    built, home = library.snapshot, library.settings.index_home
    documents, cases, passages = len(built.documents()), len(built.cases()), len(built.passages())
    record = {"documents": documents, "cases": cases, "passages": passages, "index": str(home)}
    common.show(
        lambda: f"{documents} documents, {cases} cases, {passages} passages indexed in {home}",
        lambda: {**record, "problems": list(problems_of(built.files))},
    )


def _synced(common: Common, collection: SourceCollection, retry: Collection[str] | None = ()) -> None:
    """Brings the index up to date and says what changed."""
    from rag.present.files import synced_record, synced_text

    with progress_bar() as progress:
        done = collection.sync(progress, retry=retry)
    common.show(lambda: synced_text(done), lambda: synced_record(done))


def _collection(settings: Settings) -> SourceCollection:
    from rag.index.collection import SourceCollection
    from rag.index.embed import SentenceTransformerEmbedder
    from rag.index.worker import Worker

    return SourceCollection(settings, SentenceTransformerEmbedder(settings.model), Worker())
