"""The command ``rag``: the groups of its commands, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from rag.cli import asking, cases, evaluate, questions, sources
from rag.cli.command import command_line, run

commands = command_line()
for group in (asking, cases, sources, questions, evaluate):
    commands.add_typer(group.commands)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    return run(commands, "rag", arguments)


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("precedent")
    except PackageNotFoundError:
        found = "(not installed)"
    print(f"rag {found}")
    raise typer.Exit


@commands.callback()
def _rag(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="show the version and exit")
    ] = False,
) -> None:
    """Cited answers from case studies."""
