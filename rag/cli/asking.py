"""``rag ask`` and ``search``: what the sources say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from rag.cli.command import command, command_line
from rag.cli.console import open_library, print_json, print_text
from rag.cli.options import Common, Scope, argument, option, positive

commands = command_line()


@command(commands)
def ask(
    scope: Scope,
    common: Common,
    question: Annotated[list[str] | None, argument("QUESTION", "the question; - reads it from standard input")] = None,
    file: Annotated[Path | None, option("FILE", "answer a file of questions, one JSON object a line")] = None,
    history: Annotated[list[str] | None, option("QUESTION", "an earlier question (repeatable)")] = None,
) -> None:
    """Answer a question with cited quotes, or say that nothing here answers it."""
    from rag.present.text import answer_record, answer_text
    from rag.present.wording import searched

    if bool(question) == bool(file):
        common.wrong_usage('give either a question or --file FILE: rag ask "What worked for late antenatal booking?"')
    if file:
        _ask_file(file, scope, common)
        return
    asked = sys.stdin.read().strip() if question == ["-"] else " ".join(question or ())
    library = open_library(common.settings)
    answer = library.snapshot.ask(asked, history or (), sources=scope.source, filters=scope.filters)
    if common.json:
        print_json(answer_record(answer, "", library.snapshot.case_titles()))
    else:
        if remark := searched(answer):
            print(f"{remark}\n", file=sys.stderr)
        print_text(answer_text(answer))


def _ask_file(file: Path, scope: Scope, common: Common) -> None:
    """One JSON object a line with --json, else the answers one below the other."""
    from rag.evaluation.questions.sets import read_asked
    from rag.present.text import answer_record, answer_text

    asked = read_asked(file)
    filters = scope.filters
    library = open_library(common.settings)
    titles = library.snapshot.case_titles()
    for one in asked:
        answer = library.snapshot.ask(one.question, one.history, sources=scope.source, filters=filters)
        if common.json:
            print_json(answer_record(answer, one.id, titles), indent=None)
        else:
            print_text(f"{one.id}: {one.question}\n\n{answer_text(answer)}\n\n")


@command(commands)
def search(
    scope: Scope,
    common: Common,
    question: Annotated[list[str], argument("QUESTION", "what to search for")],
    k: Annotated[int, option("N", "how many passages", "-k", parser=positive)] = 10,
) -> None:
    """List the most relevant passages."""
    from rag.present.listing import passages_text
    from rag.present.text import passage_record

    library = open_library(common.settings)
    found = library.snapshot.search(" ".join(question), k, sources=scope.source, filters=scope.filters)
    titles = library.snapshot.case_titles()
    common.show(
        lambda: passages_text(found, titles),
        lambda: [passage_record(rank, scored, titles) for rank, scored in enumerate(found, 1)],
    )
