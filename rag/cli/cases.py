"""``rag cases``, ``precedents``, ``compare``, ``pack``, ``gaps``: what was done elsewhere, and what nobody tells of."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rag.ask.query.filters import KINDS, filter_of, meets
from rag.cli.console import check_writable, open_library, positive, print_json, print_text, settings_of, written
from rag.errors import RagError
from rag.types import Case, Filters
from rag.types.documents import STRENGTHS

_EXPORT = "--export FILE"
_STATED = tuple(kind for kind in KINDS if kind != "source")
_EXAMPLES = {"outcome": ", ".join(STRENGTHS), "period": "'2015-2018', '2015-', '-2018'"}


def add_filter_arguments(parser: argparse.ArgumentParser) -> None:
    """What cases must state: an option for each kind, beside ``--source``."""
    for kind in _STATED:
        examples = f" ({_EXAMPLES[kind]})" if kind in _EXAMPLES else ""
        parser.add_argument(
            f"--{kind}", action="append", metavar=kind.upper(), help=f"only cases of this {kind}{examples} (repeatable)"
        )


def filters_in(options: argparse.Namespace) -> Filters:
    """The filters that were given. Raises RagError for one that can't be understood."""
    found = []
    for kind in _STATED:
        for value in getattr(options, kind) or ():
            want = filter_of(kind, value)
            if want is None:
                examples = f": it is {_EXAMPLES[kind]}" if kind in _EXAMPLES else ""
                raise RagError(f"{value!r} is no {kind}{examples}")
            found.append(want)
    return tuple(found)


def add_cases_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag cases``."""
    add_filter_arguments(parser)
    parser.add_argument("--full", action="store_true", help="every field in the source's words, or 'not stated'")
    parser.set_defaults(run=_cases)


def add_precedents_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag precedents``."""
    parser.add_argument("situation", nargs="+", help="your own situation in a few sentences")
    parser.add_argument("-n", type=positive, default=5, metavar="N", help="how many cases (default 5)")
    parser.set_defaults(run=_precedents)


def add_compare_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag compare``."""
    parser.add_argument(
        "cases", nargs="+", metavar="CASE", help="two to five different cases, as 'rag cases --json' names them"
    )
    parser.set_defaults(run=_compare)


def add_pack_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag pack``."""
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="questions whose answers go into the pack")
    parser.add_argument("--case", action="append", default=[], metavar="CASE", help="a case's card (repeatable)")
    parser.add_argument("--title", default="", metavar="TITLE", help="what the pack is for")
    parser.add_argument(
        "--write", type=Path, required=True, metavar="FILE", help="the file: .docx, .md, .csv, .bib or .ris"
    )
    parser.set_defaults(run=_pack)


def add_gaps_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``rag gaps``."""
    parser.add_argument("--export", type=Path, metavar="FILE", help="write the refused questions as a question set")
    parser.add_argument("--forget", action="store_true", help="delete what was kept")
    parser.set_defaults(run=_gaps)


def _cases(options: argparse.Namespace) -> None:
    from rag.present.listing import card_text, case_record, cases_text

    filters = filters_in(options)
    library = open_library(settings_of(options))
    documents = {document.doc_id: document for document in library.snapshot.documents()}
    wanted = documents if options.source is None else library.snapshot.documents_of(options.source)
    cases = [case for case in library.snapshot.cases() if case.doc_id in wanted and meets(case, filters)]
    if options.json:
        print_json([case_record(case, documents[case.doc_id]) for case in cases])
    elif options.full:
        print_text("\n\n".join(card_text(case, documents[case.doc_id]) for case in cases))
    else:
        print_text(cases_text(cases, documents))


def _precedents(options: argparse.Namespace) -> None:
    from rag.present.listing import precedents_record, precedents_text

    library = open_library(settings_of(options))
    found = library.snapshot.precedents(" ".join(options.situation), options.n)
    if options.json:
        print_json(precedents_record(found))
    else:
        print_text(precedents_text(found, {document.doc_id: document for document in library.snapshot.documents()}))


def _compare(options: argparse.Namespace) -> None:
    from rag.present.comparison import Column, comparison_markdown
    from rag.present.listing import case_record
    from rag.text.words import unique
    from rag.web.compare.view import MOST_COMPARED

    names = unique(options.cases)
    if not 2 <= len(names) <= MOST_COMPARED:
        options.usage(f"give 2 to {MOST_COMPARED} different cases: 'rag cases --json' lists their ids")
    library = open_library(settings_of(options))
    known = {case.case_id: case for case in library.snapshot.cases()}
    chosen = [_case_named(name, known) for name in names]
    columns = [Column(case, library.snapshot.document(case.doc_id)) for case in chosen]
    if options.json:
        print_json([case_record(column.case, column.document) for column in columns])
    else:
        print_text(comparison_markdown(columns))


def _case_named(name: str, known: dict[str, Case]) -> Case:
    if name not in known:
        raise RagError(f"there is no case {name!r}: 'rag cases --json' lists the ids")
    return known[name]


def _pack(options: argparse.Namespace) -> None:
    from rag.present.packs.write import write_pack

    check_writable(options.write, "--write FILE")
    library = open_library(settings_of(options))
    known = {case.case_id: case for case in library.snapshot.cases()}
    for name in options.case:
        _case_named(name, known)
    pack = write_pack(library, options.questions, options.write, options.case, options.title)
    if options.json:
        print_json({"file": str(options.write), "fingerprint": pack.fingerprint, "items": len(pack.items)})
    else:
        print_text(f"{options.write}: library fingerprint {pack.fingerprint}")


def _gaps(options: argparse.Namespace) -> None:
    from rag.evaluation.questions.from_gaps import gaps_questions
    from rag.evaluation.questions.sets import question_record
    from rag.explore.gaps.file import GapFile
    from rag.explore.gaps.summary import summary_of
    from rag.web.gaps.view import exported_text, gaps_text

    file = GapFile(settings_of(options).gaps_file)
    if options.forget:
        file.forget()
        print_text(f"Forgotten: {file.path} keeps nothing.")
        return
    noted = file.read()
    summary = summary_of(noted.events)
    exported = gaps_questions(summary.gaps)
    records = [question_record(question) for question in exported.questions]
    if options.export:
        lines = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
        written(options.export, lines, _EXPORT)
        print_text(exported_text(exported))
    elif options.json:
        print_json(records)
    else:
        print_text(gaps_text(summary, str(file.path), noted.damaged))
