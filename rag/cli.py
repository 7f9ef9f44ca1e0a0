"""The command ``rag``: index, ask, search, cases, eval."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.cli_eval import add_eval_arguments, run_eval
from rag.console import open_library, print_json, print_text, progress_bar, settings_of
from rag.errors import RagError

__all__ = ["main", "progress_bar"]

_EPILOG = "Exit codes: 0 done (a refusal is an answer), 1 something is wrong and said on stderr, 2 wrong usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    _tolerate_console()
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except RagError as error:
        print(f"rag: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of our pipe went away ('| head'): nothing more to say, not even on closing.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        return 0
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rag", description="Cited answers from case studies.", epilog=_EPILOG)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], None], summary: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary, epilog=_EPILOG)
        sub.set_defaults(run=run, usage=sub.error)
        sub.add_argument(
            "--seeds", type=Path, metavar="DIR", help="folder of documents, or a BEIR corpus (default: the seeds)"
        )
        sub.add_argument(
            "--index", type=Path, metavar="DIR", help="folder of the index (default: one for each --seeds)"
        )
        sub.add_argument(
            "--model", metavar="MODEL", help="sentence-transformers id or folder (default: the bundled one)"
        )
        sub.add_argument("--json", action="store_true", help="print JSON")
        return sub

    command("index", _index, "Build the index again.")
    ask = command("ask", _ask, "Answer a question with cited quotes, or say that nothing here answers it.")
    ask.add_argument("question", nargs="*", help="the question; - reads it from standard input")
    ask.add_argument("--file", type=Path, metavar="FILE", help="answer a file of questions, one JSON object a line")
    ask.add_argument(
        "--history", action="append", default=[], metavar="QUESTION", help="an earlier question (repeatable)"
    )
    ask.add_argument("--source", action="append", metavar="NAME", help="search only this document (repeatable)")
    search = command("search", _search, "List the most relevant passages.")
    search.add_argument("question", nargs="+")
    search.add_argument("-k", type=_positive, default=10, metavar="N", help="how many passages (default 10)")
    search.add_argument("--source", action="append", metavar="NAME", help="search only this document (repeatable)")
    cases = command("cases", _cases, "List the cases: who did what, where, and what came of it.")
    cases.add_argument("--source", action="append", metavar="NAME", help="only this document's (repeatable)")
    add_eval_arguments(command("eval", run_eval, "Score answers or rankings against test questions."))
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"should be a number from 1 to 1000, is {text!r}")
    return int(text)


# --- commands ---


def _index(options: argparse.Namespace) -> None:
    library = open_library(settings_of(options), rebuild=True)
    documents, cases, passages = len(library.documents()), len(library.cases()), len(library.passages())
    home = library.settings.index_home
    record = {"documents": documents, "cases": cases, "passages": passages, "index": str(home)}
    if options.json:
        print_json({**record, "problems": list(library.problems)})
    else:
        print_text(f"{documents} documents, {cases} cases, {passages} passages indexed in {home}")


def _ask(options: argparse.Namespace) -> None:
    from rag.present import answer_record, answer_text, searched

    if bool(options.question) == bool(options.file):
        options.usage('give either a question or --file FILE: rag ask "What worked for late antenatal booking?"')
    if options.file:
        _ask_file(options)
        return
    question = sys.stdin.read().strip() if options.question == ["-"] else " ".join(options.question)
    library = open_library(settings_of(options))
    answer = library.ask(question, options.history, sources=options.source)
    if options.json:
        print_json(answer_record(answer, "", library.case_titles()))
    else:
        if remark := searched(answer):
            print(f"{remark}\n", file=sys.stderr)
        print_text(answer_text(answer))


def _ask_file(options: argparse.Namespace) -> None:
    """One JSON object a line with --json, else the answers one below the other."""
    from rag.evaluate import read_asked
    from rag.present import answer_record, answer_text

    asked = read_asked(options.file)
    library = open_library(settings_of(options))
    titles = library.case_titles()
    for one in asked:
        answer = library.ask(one.question, one.history, sources=options.source)
        if options.json:
            print_json(answer_record(answer, one.id, titles), indent=None)
        else:
            print_text(f"{one.id}: {one.question}\n\n{answer_text(answer)}\n\n")


def _search(options: argparse.Namespace) -> None:
    from rag.present import passage_record, passages_text

    library = open_library(settings_of(options))
    found = library.search(" ".join(options.question), options.k, sources=options.source)
    titles = library.case_titles()
    if options.json:
        print_json([passage_record(rank, scored, titles) for rank, scored in enumerate(found, 1)])
    else:
        print_text(passages_text(found, titles))


def _cases(options: argparse.Namespace) -> None:
    from rag.present import case_record, cases_text

    library = open_library(settings_of(options))
    wanted = {library.document(name).doc_id for name in options.source} if options.source else None
    cases = [case for case in library.cases() if wanted is None or case.doc_id in wanted]
    documents = {document.doc_id: document for document in library.documents()}
    if options.json:
        print_json([case_record(case, documents[case.doc_id]) for case in cases])
    else:
        print_text(cases_text(cases, documents))


def _tolerate_console() -> None:
    """A console that can't show a character shows '?' instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
