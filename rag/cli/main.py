"""The command ``rag``: ask, search, cases, precedents, compare, pack, gaps, the sources, propose, calibrate, eval."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli import cases as cli_cases
from rag.cli import sources as cli_sources
from rag.cli.cases import filters_in
from rag.cli.console import (
    check_writable,
    open_library,
    positive,
    print_json,
    print_text,
    progress_bar,
    settings_of,
    written,
)
from rag.cli.evaluate import add_eval_arguments, run_eval
from rag.config import STAGES
from rag.errors import QuestionsError, RagError
from rag.index.collection import problems_of

if TYPE_CHECKING:
    from rag.evaluation.calibrate import Probe
    from rag.evaluation.propose.propose import Proposal
    from rag.evaluation.questions.sets import Question
    from rag.library import Library

__all__ = ["main", "progress_bar"]

_Run = Callable[[argparse.Namespace], None]

_WRITE = "--write FILE"
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
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, summary: str, run: _Run | None = None) -> argparse.ArgumentParser:
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
        sub.add_argument(
            "--stages", metavar="NAMES", help=f"the stages of the search that are on (default: {','.join(STAGES)})"
        )
        sub.add_argument("--json", action="store_true", help="print JSON")
        return sub

    command("index", "Build the index again.", _index)
    ask = command("ask", "Answer a question with cited quotes, or say that nothing here answers it.", _ask)
    ask.add_argument("question", nargs="*", help="the question; - reads it from standard input")
    ask.add_argument("--file", type=Path, metavar="FILE", help="answer a file of questions, one JSON object a line")
    ask.add_argument(
        "--history", action="append", default=[], metavar="QUESTION", help="an earlier question (repeatable)"
    )
    ask.add_argument("--source", action="append", metavar="NAME", help="search only this document (repeatable)")
    cli_cases.add_filter_arguments(ask)
    search = command("search", "List the most relevant passages.", _search)
    search.add_argument("question", nargs="+")
    search.add_argument("-k", type=positive, default=10, metavar="N", help="how many passages (default 10)")
    search.add_argument("--source", action="append", metavar="NAME", help="search only this document (repeatable)")
    cli_cases.add_filter_arguments(search)
    cases = command("cases", "List the cases: who did what, where, and what came of it.")
    cases.add_argument("--source", action="append", metavar="NAME", help="only this document's (repeatable)")
    cli_cases.add_cases_arguments(cases)
    cli_cases.add_precedents_arguments(command("precedents", "Rank the cases by how like your own situation they are."))
    cli_cases.add_compare_arguments(command("compare", "Put cases side by side as a table: a row a field."))
    cli_cases.add_pack_arguments(command("pack", "Write an evidence pack: Word, Markdown, CSV, BibTeX or RIS."))
    cli_cases.add_gaps_arguments(command("gaps", "What people asked that the library lacks."))
    cli_sources.add_add_arguments(command("add", "Add files, folders or web pages to the library."))
    cli_sources.add_remove_arguments(command("remove", "Take sources out of the library; your own files stay."))
    cli_sources.add_list_arguments(command("list", "List every file and what became of it."))
    cli_sources.add_status_arguments(command("status", "What is in the library, what is not, and why."))
    cli_sources.add_sync_arguments(command("sync", "Make the library equal to its folder."))
    propose = command("propose", "Propose test questions from what the documents say, to correct and keep.", _propose)
    propose.add_argument("-n", type=positive, default=40, metavar="N", help="at most how many (default 40)")
    propose.add_argument("--write", type=Path, metavar="FILE", help="write them to a new file, one JSON object a line")
    calibrate = command("calibrate", "Refit the decision to answer on test questions of your own.", _calibrate)
    calibrate.add_argument("questions", nargs="?", type=Path, metavar="QUESTIONS", help="test questions, as for eval")
    calibrate.add_argument(
        "--keep", type=_share, default=0.95, metavar="SHARE",
        help="of the answerable questions, how many are to be answered (default 0.95)",
    )  # fmt: skip
    calibrate.add_argument("--write", action="store_true", help="use the result for these documents from now on")
    calibrate.add_argument("--reset", action="store_true", help="delete what was calibrated for these documents")
    add_eval_arguments(command("eval", "Score answers or rankings against test questions.", run_eval))
    return parser


class _Version(argparse.Action):
    """argparse's own wants the version at every start, and looking it up takes a while."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("precedent")
        except PackageNotFoundError:
            found = "(not installed)"
        print(f"{parser.prog} {found}")
        parser.exit()


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0.5 <= share <= 1:
        raise argparse.ArgumentTypeError(f"should be a number from 0.5 to 1, is {text!r}")
    return share


# --- commands ---


def _index(options: argparse.Namespace) -> None:
    library = open_library(settings_of(options), rebuild=True)
    documents, cases, passages = (
        len(library.snapshot.documents()),
        len(library.snapshot.cases()),
        len(library.snapshot.passages()),
    )
    home = library.settings.index_home
    record = {"documents": documents, "cases": cases, "passages": passages, "index": str(home)}
    if options.json:
        print_json({**record, "problems": list(problems_of(library.snapshot.files))})
    else:
        print_text(f"{documents} documents, {cases} cases, {passages} passages indexed in {home}")


def _ask(options: argparse.Namespace) -> None:
    from rag.present.text import answer_record, answer_text
    from rag.present.wording import searched

    if bool(options.question) == bool(options.file):
        options.usage('give either a question or --file FILE: rag ask "What worked for late antenatal booking?"')
    if options.file:
        _ask_file(options)
        return
    question = sys.stdin.read().strip() if options.question == ["-"] else " ".join(options.question)
    library = open_library(settings_of(options))
    answer = library.snapshot.ask(question, options.history, sources=options.source, filters=filters_in(options))
    if options.json:
        print_json(answer_record(answer, "", library.snapshot.case_titles()))
    else:
        if remark := searched(answer):
            print(f"{remark}\n", file=sys.stderr)
        print_text(answer_text(answer))


def _ask_file(options: argparse.Namespace) -> None:
    """One JSON object a line with --json, else the answers one below the other."""
    from rag.evaluation.questions.sets import read_asked
    from rag.present.text import answer_record, answer_text

    asked = read_asked(options.file)
    filters = filters_in(options)
    library = open_library(settings_of(options))
    titles = library.snapshot.case_titles()
    for one in asked:
        answer = library.snapshot.ask(one.question, one.history, sources=options.source, filters=filters)
        if options.json:
            print_json(answer_record(answer, one.id, titles), indent=None)
        else:
            print_text(f"{one.id}: {one.question}\n\n{answer_text(answer)}\n\n")


def _search(options: argparse.Namespace) -> None:
    from rag.present.listing import passages_text
    from rag.present.text import passage_record

    library = open_library(settings_of(options))
    found = library.snapshot.search(
        " ".join(options.question), options.k, sources=options.source, filters=filters_in(options)
    )
    titles = library.snapshot.case_titles()
    if options.json:
        print_json([passage_record(rank, scored, titles) for rank, scored in enumerate(found, 1)])
    else:
        print_text(passages_text(found, titles))


def _propose(options: argparse.Namespace) -> None:
    from rag.evaluation.propose.propose import proposals_jsonl, propose

    if options.write:
        if options.write.exists():
            raise QuestionsError(f"{options.write} exists, and may hold your changes: choose a new file with {_WRITE}")
        check_writable(options.write, _WRITE)
    library = open_library(settings_of(options))
    documents = {document.doc_id: document for document in library.snapshot.documents()}
    proposals = propose(documents, library.snapshot.cases(), n=options.n)
    if not proposals:
        raise QuestionsError(
            f"nothing in {library.settings.seeds} makes a question that reads well: write your own "
            "(README, 'Test questions')"
        )
    if options.write:
        written(options.write, proposals_jsonl(proposals), _WRITE)
    if options.json or not (options.write or sys.stdout.isatty()):
        for proposal in proposals:
            print_json(proposal.record, indent=None)
    elif options.write:
        near = sum(not proposal.question.answerable for proposal in proposals)
        print_text(
            f"{len(proposals)} questions, {near} of them near misses, in {options.write}: read and correct them."
        )
    else:
        print_text("\n\n".join(map(_proposal_text, proposals)))


def _proposal_text(proposal: Proposal) -> str:
    question = proposal.question
    lines = [f"{question.id}  {question.question}"]
    if question.answerable:
        lines.append(f"      answerable, {proposal.reason}")
        lines += [f"      ‘{gold.quote}’ ({gold.source})" for gold in question.evidence]
    else:
        lines.append(f"      {proposal.reason}")  # which says that it is a near miss
        lines += [f"      comes close to ‘{gold.quote}’ ({gold.source})" for gold in proposal.near]
    return "\n".join(lines)


def _calibrate(options: argparse.Namespace) -> None:
    if bool(options.questions) == options.reset:
        options.usage("give either QUESTIONS or --reset: rag calibrate questions.jsonl --write")
    settings = settings_of(options)
    if options.reset:
        _reset_calibration(options, settings.refusal_file)
        return
    from rag.ask.answerability import bundled_model, save_model
    from rag.evaluation.calibrate import calibrate, calibrated_record, calibrated_text, require_enough
    from rag.evaluation.questions.sets import read_questions

    questions = read_questions(options.questions)
    require_enough(questions)
    # What an earlier calibration left, whole or damaged, has no part in a new one.
    library = open_library(replace(settings, refusal=Path(os.devnull)))
    found = calibrate(bundled_model(), _probes(library, questions), keep=options.keep)
    if options.write:
        save_model(settings.refusal_file, found.model, found.about)
    if options.json:
        print_json({**calibrated_record(found), "file": str(settings.refusal_file), "written": options.write})
        return
    print_text(calibrated_text(found))
    if options.write:
        print_text(f"\nIn use for these documents from now on: {settings.refusal_file}\nUndo with --reset.")
    else:
        print_text("\nNothing is changed yet: --write puts it to use.")


def _probes(library: Library, questions: Sequence[Question]) -> list[Probe]:
    """The questions with their signals; those that hold no word to search for are left out."""
    from rag.ask.answer import SEVERAL_SHARE
    from rag.ask.query.intent import question_kind
    from rag.evaluation.calibrate import Probe

    probes = []
    with progress_bar() as progress:
        for done, question in enumerate(questions, 1):
            signals = library.snapshot.signals(question.question, question.history)
            if signals is None:
                print(f"rag: left out: question {question.id} holds no word to search for", file=sys.stderr)
            else:
                kind = question_kind(library.snapshot.understand(question.question, question.history).asked)
                probes.append(Probe(question, signals, SEVERAL_SHARE if kind == "several" else 1.0))
            progress("ask", done, len(questions))
    return probes


def _reset_calibration(options: argparse.Namespace, path: Path) -> None:
    """Deletes a calibrated model, damaged or not."""
    was_there = path.is_file()
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise RagError(f"can't delete {path} ({error.strerror}): delete it yourself") from error
    if options.json:
        print_json({"file": str(path), "deleted": was_there})
    elif was_there:
        print_text(f"Deleted {path}: whether to answer is decided by the model as it ships again.")
    else:
        print_text(f"Nothing was calibrated for these documents: there is no {path}.")


def _tolerate_console() -> None:
    """A console that can't show a character shows '?' instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
