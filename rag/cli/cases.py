"""``rag cases``, ``precedents``, ``compare``, ``pack``, ``gaps``: what was done elsewhere, and what nobody tells of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rag.cli.command import command, command_line
from rag.cli.console import check_writable, open_library, print_text, written
from rag.cli.options import Common, Scope, argument, flag, option, positive
from rag.errors import RagError

if TYPE_CHECKING:
    from rag.library import Library
    from rag.types import Case

commands = command_line()

_EXPORT = "--export FILE"


@command(commands)
def cases(
    scope: Scope,
    common: Common,
    full: Annotated[bool, flag("every field in the source's words, or 'not stated'", "--full")] = False,
) -> None:
    """List the cases: who did what, where, and what came of it."""
    from rag.ask.query.filters import meets
    from rag.present.listing import card_text, case_record, cases_text

    filters = scope.filters
    library = open_library(common.settings)
    documents = {document.doc_id: document for document in library.snapshot.documents()}
    wanted = documents if scope.source is None else library.snapshot.documents_of(scope.source)
    found = [case for case in library.snapshot.cases() if case.doc_id in wanted and meets(case, filters)]
    stated = [(case, documents[case.doc_id]) for case in found]
    common.show(
        lambda: "\n\n".join(card_text(*each) for each in stated) if full else cases_text(found, documents),
        lambda: [case_record(*each) for each in stated],
    )


@command(commands)
def precedents(
    common: Common,
    situation: Annotated[list[str], argument("SITUATION", "your own situation in a few sentences")],
    n: Annotated[int, option("N", "how many cases", "-n", parser=positive)] = 5,
) -> None:
    """Rank the cases by how like your own situation they are."""
    from rag.present.listing import precedents_record, precedents_text

    library = open_library(common.settings)
    found = library.snapshot.precedents(" ".join(situation), n)
    documents = {document.doc_id: document for document in library.snapshot.documents()}
    common.show(lambda: precedents_text(found, documents), lambda: precedents_record(found))


@command(commands)
def compare(
    common: Common,
    chosen: Annotated[
        list[str],
        argument("CASE", "two to five different cases, as 'rag cases --json' names them"),
    ],
) -> None:
    """Put cases side by side as a table: a row a field."""
    from rag.present.comparison import Column, comparison_markdown
    from rag.present.listing import case_record
    from rag.text.words import unique
    from rag.web.compare.view import MOST_COMPARED

    names = unique(chosen)
    if not 2 <= len(names) <= MOST_COMPARED:
        common.wrong_usage(f"give 2 to {MOST_COMPARED} different cases: 'rag cases --json' lists their ids")
    library = open_library(common.settings)
    columns = [Column(case, library.snapshot.document(case.doc_id)) for case in _cases_named(names, library)]
    common.show(
        lambda: comparison_markdown(columns),
        lambda: [case_record(column.case, column.document) for column in columns],
    )


def _cases_named(names: Sequence[str], library: Library) -> list[Case]:
    known = {case.case_id: case for case in library.snapshot.cases()}
    for name in names:
        if name not in known:
            raise RagError(f"there is no case {name!r}: 'rag cases --json' lists the ids")
    return [known[name] for name in names]


@command(commands)
def pack(
    common: Common,
    write: Annotated[Path, option("FILE", "the file: .docx, .md, .csv, .bib or .ris")],
    questions: Annotated[list[str] | None, argument("QUESTION", "questions whose answers go into the pack")] = None,
    case: Annotated[list[str] | None, option("CASE", "a case's card (repeatable)")] = None,
    title: Annotated[str, option("TITLE", "what the pack is for")] = "",
) -> None:
    """Write an evidence pack: Word, Markdown, CSV, BibTeX or RIS."""
    from rag.present.packs.write import write_pack

    check_writable(write, "--write FILE")
    library = open_library(common.settings)
    _cases_named(case or (), library)
    made = write_pack(library, questions or (), write, case or (), title)
    common.show(
        lambda: f"{write}: library fingerprint {made.fingerprint}",
        lambda: {"file": str(write), "fingerprint": made.fingerprint, "items": len(made.items)},
    )


@command(commands)
def gaps(
    common: Common,
    export: Annotated[Path | None, option("FILE", "write the refused questions as a question set")] = None,
    forget: Annotated[bool, flag("delete what was kept", "--forget")] = False,
) -> None:
    """What people asked that the library lacks."""
    from rag.evaluation.questions.from_gaps import gaps_questions
    from rag.evaluation.questions.sets import question_record
    from rag.explore.gaps.file import GapFile
    from rag.explore.gaps.summary import summary_of
    from rag.web.gaps.view import exported_text, gaps_text

    file = GapFile(common.settings.gaps_file)
    if forget:
        file.forget()
        print_text(f"Forgotten: {file.path} keeps nothing.")
        return
    noted = file.read()
    summary = summary_of(noted.events)
    exported = gaps_questions(summary.gaps)
    records = [question_record(question) for question in exported.questions]
    if export:
        lines = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
        written(export, lines, _EXPORT)
        print_text(exported_text(exported))
    else:
        common.show(lambda: gaps_text(summary, str(file.path), noted.damaged), lambda: records)
