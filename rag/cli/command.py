"""How a function becomes a command: its parameters are the options, its docstring is the help."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any, get_type_hints

import typer
from typer.core import TyperCommand
from typer.main import get_command

from rag.errors import RagError

_EXIT_CODES = "Exit codes: 0 done (a refusal is an answer), 1 something is wrong and said on stderr, 2 wrong usage."
#: How help is asked for, and its widest line.
HELP = {"help_option_names": ["--help", "-h"], "max_content_width": 100}


class _Command(TyperCommand):
    """Its help says nothing of Python's types."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        rows = [(each.param_type_name, each.get_help_record(ctx)) for each in self.get_params(ctx)]
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            if shown := [(row[0].partition(" <")[0], row[1]) for of, row in rows if row and of == kind]:
                with formatter.section(title):
                    formatter.write_dl(shown)


def command_line() -> typer.Typer:
    """Commands, or a group of them, with plain help."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=HELP, epilog=_EXIT_CODES)


def command(group: typer.Typer, name: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Adds a function to ``group``. A parameter that is a dataclass stands for the options that are its fields."""

    def added(function: Callable[..., None]) -> Callable[..., None]:
        bundles: dict[str, Any] = {each: kind for each, kind in get_type_hints(function).items() if is_dataclass(kind)}

        @wraps(function)
        def called(**given: object) -> None:
            for bundle, kind in bundles.items():
                given[bundle] = kind(**{field.name: given.pop(field.name) for field in fields(kind)})
            try:
                function(**given)
                sys.stdout.flush()
            except BrokenPipeError:
                # The reader of our pipe went away ('| head'): nothing more to say, not even on closing.
                sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115

        called.__signature__ = Signature(list(_parameters(function, bundles)))  # type: ignore[attr-defined]
        summary = (function.__doc__ or "").partition("\n")[0]
        group.command(name, cls=_Command, epilog=_EXIT_CODES, short_help=summary)(called)
        return function

    return added


def run(commands: typer.Typer, name: str, arguments: Sequence[str] | None) -> int:
    """Runs what a command line asks for; returns its exit code."""
    _tolerate_console()
    try:
        get_command(commands).main(arguments, prog_name=name, windows_expand_args=False)
    except SystemExit as ended:
        return int(ended.code or 0)
    except RagError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    return 0


def _parameters(function: Callable[..., None], bundles: dict[str, Any]) -> Iterator[Parameter]:
    """A command's own parameters, then those that its bundles hold."""
    for source in (function, *bundles.values()):
        hints = get_type_hints(source, include_extras=True)
        for parameter in signature(source).parameters.values():
            if parameter.name not in bundles:
                yield parameter.replace(kind=Parameter.KEYWORD_ONLY, annotation=hints[parameter.name])


def _tolerate_console() -> None:
    """A console that can't show a character shows '?' instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
