"""``rag add``, ``remove``, ``list``, ``status`` and ``sync``: what is in the library."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from pathlib import Path

from rag.cli.console import print_json, print_text, progress_bar, settings_of
from rag.config import Settings
from rag.errors import RagError, SourceError
from rag.index.collection import SourceCollection
from rag.sources.listed import sources_of
from rag.sources.watch import looks


def add_add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag add``."""
    parser.add_argument("sources", nargs="+", metavar="PATH-or-URL", help="files, folders, or addresses of web pages")
    parser.set_defaults(run=_add)


def add_remove_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag remove``."""
    parser.add_argument("names", nargs="+", metavar="NAME", help="as 'rag list' has it; files of your own stay")
    parser.set_defaults(run=_remove)


def add_list_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag list``."""
    parser.set_defaults(run=_list)


def add_status_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag status``."""
    parser.set_defaults(run=_status)


def add_sync_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag sync``."""
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="the library's folder (default: that of --seeds)"
    )
    parser.add_argument("--watch", action="store_true", help="go on until Ctrl-C, with every change of a file")
    parser.add_argument("--retry", action="store_true", help="read again what could not be read before")
    parser.set_defaults(run=_sync)


def _add(options: argparse.Namespace) -> None:
    collection = _collection(settings_of(options))
    names: list[str] = []
    refused: list[str] = []
    for source in options.sources:
        try:
            names.append(collection.add(source))
        except SourceError as error:
            refused.append(f"{source}: {error}")
    _synced(options, collection, retry=names)
    if refused:
        raise SourceError("\nrag: ".join(refused))


def _remove(options: argparse.Namespace) -> None:
    collection = _collection(settings_of(options))
    for name in options.names:
        collection.remove(name)
        if not options.json:
            print_text(f"{name}: taken out of the library")
    _synced(options, collection)


def _sync(options: argparse.Namespace) -> None:
    if options.folder and options.seeds:
        options.usage("give the folder once: rag sync FOLDER")
    options.seeds = options.folder or options.seeds
    collection = _collection(settings_of(options))
    _synced(options, collection, retry=None if options.retry else ())
    if options.watch:
        _watch(options, collection)


def _watch(options: argparse.Namespace, collection: SourceCollection) -> None:
    for _ in looks(collection.settings):
        try:
            if collection.is_behind():
                _synced(options, collection)
        except RagError as error:  # a folder that is away for a moment comes back
            print(f"rag: {error}", file=sys.stderr)


def _list(options: argparse.Namespace) -> None:
    from rag.present.files import file_record, files_text

    settings = settings_of(options)
    files = _collection(settings).records()
    if not files:
        sources_of(settings)  # raises if there is no such folder
    if options.json:
        print_json([file_record(file) for file in files])
    else:
        print_text(files_text(files) or "Nothing yet: rag sync FOLDER")


def _status(options: argparse.Namespace) -> None:
    from rag.index.segment import copies_in
    from rag.index.store.index import open_index
    from rag.present.files import status_record, status_text

    collection = _collection(settings_of(options))
    files, behind, home = collection.records(), collection.behind(), collection.settings.index_home
    near: dict[str, str] = {}
    if files:
        with open_index(home) as index:
            near = copies_in(index)
    if options.json:
        print_json({"index": str(home), **status_record(files, near, behind)})
    else:
        print_text(f"{status_text(files, near, behind)}\n\nIndex: {home}")


def _synced(options: argparse.Namespace, collection: SourceCollection, retry: Collection[str] | None = ()) -> None:
    """Brings the index up to date and says what changed."""
    from rag.present.files import synced_record, synced_text

    with progress_bar() as progress:
        done = collection.sync(progress, retry=retry)
    if options.json:
        print_json(synced_record(done))
    else:
        print_text(synced_text(done))


def _collection(settings: Settings) -> SourceCollection:
    from rag.index.embed import SentenceTransformerEmbedder
    from rag.index.worker import Worker

    return SourceCollection(settings, SentenceTransformerEmbedder(settings.model), Worker())
