"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from rag.cli.console import print_json, print_text
from rag.config import STAGES, Settings, stages_of
from rag.errors import RagError
from rag.types.documents import STRENGTHS

if TYPE_CHECKING:
    from rag.types import Filters

Parser = Callable[[str], object]

_EXAMPLES = {"outcome": ", ".join(STRENGTHS), "period": "'2015-2018', '2015-', '-2018'"}


def option(metavar: str, what: str, *names: str, parser: Parser | None = None) -> Any:
    """An option with a value; its name is its parameter's unless ``names`` say otherwise."""
    return typer.Option(*names, metavar=metavar, help=what, parser=parser, readable=False)


def argument(metavar: str, what: str) -> Any:
    """What a command is given without the name of an option."""
    return typer.Argument(metavar=metavar, help=what, readable=False)


def flag(what: str, name: str) -> Any:
    """An option without a value."""
    return typer.Option(name, help=what)


def positive(given: str | int) -> int:
    """A number of things to show, from 1 to 1000."""
    text = str(given)
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 1000:
        raise typer.BadParameter(f"should be a number from 1 to 1000, is {text!r}")
    return int(text)


def _stated(kind: str) -> Any:
    examples = f" ({_EXAMPLES[kind]})" if kind in _EXAMPLES else ""
    return option(kind.upper(), f"only cases of this {kind}{examples} (repeatable)")


@dataclass(frozen=True, slots=True)
class Common:
    """What every command takes."""

    context: typer.Context
    seeds: Annotated[Path | None, option("DIR", "folder of documents, or a BEIR corpus (default: the seeds)")] = None
    index: Annotated[Path | None, option("DIR", "folder of the index (default: one for each --seeds)")] = None
    model: Annotated[str | None, option("MODEL", "sentence-transformers id or folder (default: the bundled one)")] = (
        None
    )
    stages: Annotated[
        str | None, option("NAMES", f"the stages of the search that are on (default: {','.join(STAGES)})")
    ] = None
    json: Annotated[bool, flag("print JSON", "--json")] = False

    @property
    def settings(self) -> Settings:
        """The environment's settings, overridden by the options. Raises RagError for what can't be."""
        stages = None if self.stages is None else stages_of(self.stages)
        return Settings.from_environment(seeds=self.seeds, index=self.index, model=self.model, stages=stages)

    def show(self, text: Callable[[], str], record: Callable[[], object]) -> None:
        """Prints a ``record`` with --json, else a ``text``."""
        if self.json:
            print_json(record())
        else:
            print_text(text())

    def wrong_usage(self, message: str) -> NoReturn:
        """Ends with ``message``, the usage and exit code 2."""
        self.context.fail(message)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents and cases a command looks at."""

    source: Annotated[list[str] | None, option("NAME", "only this document (repeatable)")] = None
    place: Annotated[list[str] | None, _stated("place")] = None
    community: Annotated[list[str] | None, _stated("community")] = None
    topic: Annotated[list[str] | None, _stated("topic")] = None
    setting: Annotated[list[str] | None, _stated("setting")] = None
    outcome: Annotated[list[str] | None, _stated("outcome")] = None
    period: Annotated[list[str] | None, _stated("period")] = None

    @property
    def filters(self) -> Filters:
        """What cases must state. Raises RagError for what can't be understood."""
        from rag.ask.query.filters import filter_of

        found = []
        for kind, values in asdict(self).items():
            for value in values or () if kind != "source" else ():
                want = filter_of(kind, value)
                if want is None:
                    examples = f": it is {_EXAMPLES[kind]}" if kind in _EXAMPLES else ""
                    raise RagError(f"{value!r} is no {kind}{examples}")
                found.append(want)
        return tuple(found)
