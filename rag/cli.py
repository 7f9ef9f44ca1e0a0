"""The command ``rag``: index, ask, search, cases, eval."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import Settings
from rag.errors import QuestionsError, RagError

if TYPE_CHECKING:
    from rag.library import Library
    from rag.types import Progress

_EPILOG = "Exit codes: 0 done (a refusal is an answer), 1 something is wrong and said on stderr, 2 wrong usage."
_STAGES = {"read": "Reading documents", "embed": "Embedding passages", "wait": "Waiting for another build"}


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
        sub.add_argument("--seeds", type=Path, metavar="DIR", help="folder of documents (default: the seed documents)")
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
    evaluate = command("eval", _eval, "Score answers to test questions.")
    evaluate.add_argument("questions", type=Path, help="test questions, one JSON object a line")
    evaluate.add_argument(
        "--answers", type=Path, metavar="FILE", help="score what 'rag ask --file --json' wrote instead"
    )
    evaluate.add_argument(
        "--report",
        type=Path,
        default=Path("eval"),
        metavar="NAME",
        help="write NAME.json and NAME.html (default: eval)",
    )
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"should be a number from 1 to 1000, is {text!r}")
    return int(text)


# --- commands ---


def _index(options: argparse.Namespace) -> None:
    library = _open(options, rebuild=True)
    documents, cases, passages = len(library.documents()), len(library.cases()), len(library.passages())
    home = library.settings.index_home
    record = {"documents": documents, "cases": cases, "passages": passages, "index": str(home)}
    if options.json:
        _print_json({**record, "problems": list(library.problems)})
    else:
        _print(f"{documents} documents, {cases} cases, {passages} passages indexed in {home}")


def _ask(options: argparse.Namespace) -> None:
    from rag.present import answer_record, answer_text, searched

    if bool(options.question) == bool(options.file):
        options.usage('give either a question or --file FILE: rag ask "What worked for late antenatal booking?"')
    if options.file:
        _ask_file(options)
        return
    question = sys.stdin.read().strip() if options.question == ["-"] else " ".join(options.question)
    library = _open(options)
    answer = library.ask(question, options.history, sources=options.source)
    if options.json:
        _print_json(answer_record(answer, "", library.case_titles()))
    else:
        if remark := searched(answer):
            print(f"{remark}\n", file=sys.stderr)
        _print(answer_text(answer))


def _ask_file(options: argparse.Namespace) -> None:
    """One JSON object a line with --json, else the answers one below the other."""
    from rag.evaluate import read_asked
    from rag.present import answer_record, answer_text

    asked = read_asked(options.file)
    library = _open(options)
    titles = library.case_titles()
    for one in asked:
        answer = library.ask(one.question, one.history, sources=options.source)
        if options.json:
            _print_json(answer_record(answer, one.id, titles), indent=None)
        else:
            _print(f"{one.id}: {one.question}\n\n{answer_text(answer)}\n\n")


def _search(options: argparse.Namespace) -> None:
    from rag.present import passage_record, passages_text

    library = _open(options)
    found = library.search(" ".join(options.question), options.k, sources=options.source)
    titles = library.case_titles()
    if options.json:
        _print_json([passage_record(rank, scored, titles) for rank, scored in enumerate(found, 1)])
    else:
        _print(passages_text(found, titles))


def _cases(options: argparse.Namespace) -> None:
    from rag.present import case_record, cases_text

    library = _open(options)
    wanted = {library.document(name).doc_id for name in options.source} if options.source else None
    cases = [case for case in library.cases() if wanted is None or case.doc_id in wanted]
    documents = {document.doc_id: document for document in library.documents()}
    if options.json:
        _print_json([case_record(case, documents[case.doc_id]) for case in cases])
    else:
        _print(cases_text(cases, documents))


def _eval(options: argparse.Namespace) -> None:
    from rag.clean import decode
    from rag.evaluate import evaluate, read_answers, read_questions
    from rag.library import read_sources
    from rag.present import answer_record
    from rag.report import evaluation_html, evaluation_misses, evaluation_record, evaluation_table

    questions = read_questions(options.questions)
    settings = _settings(options)
    about = {"Questions": options.questions.name, "Documents": settings.seeds.name}
    if options.answers:
        answers = read_answers(options.answers)
        about["Answers"] = options.answers.name
    else:
        library = _open(options)
        titles = library.case_titles()
        answers = [answer_record(library.ask(q.question, q.history), q.id, titles) for q in questions]
    texts = {file.name: decode(file) for file in read_sources(settings).files}
    evaluation = evaluate(questions, answers, texts)
    record = evaluation_record(evaluation)
    page = evaluation_html(evaluation, title="Retrieval report", about=about)
    written = [
        _written(
            options.report.with_name(options.report.name + ".json"), json.dumps(record, indent=2, ensure_ascii=False)
        ),
        _written(options.report.with_name(options.report.name + ".html"), page),
    ]
    if options.json:
        _print_json(record)
    else:
        _print(evaluation_table(evaluation))
        _print(evaluation_misses(evaluation))
        _print(f"Report: {written[1]} (and {written[0].name})")


def _written(path: Path, content: str) -> Path:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise QuestionsError(
            f"can't write {path} ({error.strerror}): choose another place with --report NAME"
        ) from error
    return path


# --- opening and printing ---


def _settings(options: argparse.Namespace) -> Settings:
    return Settings.from_environment(seeds=options.seeds, index=options.index, model=options.model)


def _open(options: argparse.Namespace, *, rebuild: bool = False) -> Library:
    from rag.library import Library

    with progress_bar() as progress:
        library = Library.open(_settings(options), progress, rebuild=rebuild)
    for problem in library.problems if library.built else ():
        print(f"rag: left out: {problem}", file=sys.stderr)
    return library


class progress_bar:  # noqa: N801 - a context manager, named like a function
    """A bar on a terminal's stderr, a line a stage elsewhere; nothing at all if nothing is built."""

    def __enter__(self) -> Progress:
        self._stage = ""
        self._bar: Any = None
        self._task: Any = None
        return self._step

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _step(self, stage: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            if stage != self._stage:
                print(f"{_STAGES.get(stage, stage)} ({total:,})", file=sys.stderr, flush=True)
            self._stage = stage
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True), transient=True)
            self._bar.start()
        if stage != self._stage:
            self._task = self._bar.add_task(_STAGES.get(stage, stage), total=total)
            self._stage = stage
        self._bar.update(self._task, completed=done, total=total)


def _print(text: str) -> None:
    """Plain in a pipe; on a terminal with headings, markers and notes coloured."""
    if not sys.stdout.isatty():
        print(text)
        return
    from rich.console import Console
    from rich.text import Text

    coloured = Text(text)
    coloured.highlight_regex(r"(?m)^\S.*$", "bold")
    coloured.highlight_regex(r"\[\d+\]", "cyan")
    coloured.highlight_regex(r"(?m)^ +Note: .*$", "yellow")
    Console(highlight=False).print(coloured)


def _print_json(record: object, indent: int | None = 2) -> None:
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf8sig")
    print(json.dumps(record, ensure_ascii=not utf8, indent=indent), flush=True)


def _tolerate_console() -> None:
    """A console that can't show a character shows '?' instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
