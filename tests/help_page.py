"""docs/command-line.md, made of the help of every command: python -m tests.help_page"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from rag.cli.main import commands
from rag.cli.page import commands as page_commands

PAGE = Path(__file__).resolve().parents[1] / "docs" / "command-line.md"
_WIDTH = 100
_INTRODUCTION = """# Command line

What `--help` prints of each command. This page is generated (`python -m tests.help_page`); a test holds it true.
"""


def page() -> str:
    """The page as it should be."""
    helps = [*_helps("rag", get_command(commands)), *_helps("rag-ui", get_command(page_commands))]
    return "\n".join([_INTRODUCTION, *(f"## {name}\n\n```text\n{text}\n```\n" for name, text in helps)])


def _helps(name: str, command: Any, parent: Any = None) -> Iterator[tuple[str, str]]:
    with command.make_context(
        name, ["--help"], parent=parent, resilient_parsing=True, terminal_width=_WIDTH
    ) as context:
        yield context.command_path, command.get_help(context)
        for below in getattr(command, "commands", {}).values():
            yield from _helps(below.name, below, context)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
