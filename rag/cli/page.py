"""``rag-ui`` and ``python ui.py``: the page served on this machine, and opened in the browser."""

from __future__ import annotations

import errno
import socket
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from time import sleep as wait
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.command import HELP, command_line, run
from rag.cli.console import progress_bar
from rag.cli.options import flag, option
from rag.config import Settings, default_seeds
from rag.errors import RagError
from rag.index.collection import problems_of
from rag.present.wording import DESCRIPTION
from rag.web.app import build_page, is_loopback, launch
from rag.web.page import EXAMPLES, PAGE_TITLE

if TYPE_CHECKING:
    from rag.library import Library

commands = command_line()

_TOLD = 10  # files that could not be read; the page lists all
_TEXT_BROWSERS = frozenset({"www-browser", "links", "elinks", "lynx", "w3m"})  # they would take the terminal over


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``rag-ui`` and ``python ui.py``; returns the exit code."""
    return run(commands, "rag-ui", argv)


def _port(given: str | int) -> int:
    text = str(given)
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise typer.BadParameter(f"{text!r} is not a port: use a number from 1 to 65535")


@commands.command(help=DESCRIPTION, context_settings=HELP)
def serve(
    *,
    host: Annotated[str, option("HOST", "address to listen on")] = "127.0.0.1",
    port: Annotated[int, option("PORT", "port to listen on", parser=_port)] = 7860,
    no_browser: Annotated[bool, flag("don't open the page in the browser", "--no-browser")] = False,
    seeds: Annotated[Path | None, option("DIR", "folder of documents to answer from")] = None,
    index: Annotated[Path | None, option("DIR", "folder of the index built from them")] = None,
    questions: Annotated[Path | None, option("FILE", "file that test questions are kept in")] = None,
) -> None:
    try:
        check_address(host, port)
        settings = Settings.from_environment(seeds=seeds, index=index, questions=questions)
        examples = EXAMPLES if settings.seeds == default_seeds() else ()
        page = build_page(_open(settings), settings.questions_file, examples)
        address = launch(page, host, port)
    except OSError as error:
        raise RagError(str(error)) from error
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        raise typer.Exit(130) from None
    print(f"{PAGE_TITLE} is at {address}   (stop it with Ctrl-C)", flush=True)
    if sys.stdout.isatty() and not no_browser:
        show(address)
    try:
        while True:
            wait(0.5)  # short enough for Windows, where Ctrl-C can't end a long wait
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
    page.close(verbose=False)


def _open(settings: Settings) -> Library:
    from rag.library import Library

    with progress_bar() as progress:
        library = Library.open(settings, progress, empty=True)
    _tell_problems(problems_of(library.snapshot.files))
    return library


def _tell_problems(problems: Sequence[str]) -> None:
    for problem in problems[:_TOLD]:
        print(f"rag-ui: left out: {problem}", file=sys.stderr)
    if len(problems) > _TOLD:
        more = len(problems) - _TOLD
        print(f"rag-ui: {more:,} more left out: the page's library says which and why", file=sys.stderr)


def show(address: str) -> None:
    """Opens ``address`` in the user's browser, if there is one; the terminal names the address anyway."""
    try:
        browser = webbrowser.get()
        if browser.name not in _TEXT_BROWSERS:
            browser.open(address)
    except (webbrowser.Error, OSError):
        pass


def check_address(host: str, port: int) -> None:
    """Says before the model loads what Gradio would say after it, and less clearly."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 7860
            raise RagError(f"port {port} is already in use: try 'rag-ui --port {other}'") from None
        if error.errno == errno.EACCES:
            raise RagError(f"port {port} is not open to this user: try 'rag-ui --port 7860'") from None
        raise RagError(
            f"this machine can't listen on {host!r}: use 'rag-ui --host 127.0.0.1' ({error.strerror})"
        ) from None
    if not is_loopback(host):
        print(f"Warning: others on the network can read everything here (--host {host}).", file=sys.stderr)
