"""``rag propose`` and ``calibrate``: test questions of one's own, and the decision to answer fitted to them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.command import command, command_line
from rag.cli.console import check_writable, open_library, print_json, print_text, progress_bar, written
from rag.cli.options import Common, argument, flag, option, positive
from rag.errors import QuestionsError, RagError

if TYPE_CHECKING:
    from rag.evaluation.calibrate import Probe
    from rag.evaluation.propose.propose import Proposal
    from rag.evaluation.questions.sets import Question
    from rag.library import Library

commands = command_line()

_WRITE = "--write FILE"


@command(commands)
def propose(
    common: Common,
    n: Annotated[int, option("N", "at most how many", "-n", parser=positive)] = 40,
    write: Annotated[Path | None, option("FILE", "write them to a new file, one JSON object a line")] = None,
) -> None:
    """Propose test questions from what the documents say, to correct and keep."""
    from rag.evaluation.propose.propose import propose

    if write:
        if write.exists():
            raise QuestionsError(f"{write} exists, and may hold your changes: choose a new file with {_WRITE}")
        check_writable(write, _WRITE)
    library = open_library(common.settings)
    documents = {document.doc_id: document for document in library.snapshot.documents()}
    proposals = propose(documents, library.snapshot.cases(), n=n)
    if not proposals:
        raise QuestionsError(
            f"nothing in {library.settings.seeds} makes a question that reads well: write your own "
            "(README, 'Test questions')"
        )
    _show_proposals(proposals, write, as_json=common.json)


def _show_proposals(proposals: Sequence[Proposal], write: Path | None, *, as_json: bool) -> None:
    from rag.evaluation.propose.propose import proposals_jsonl

    if write:
        written(write, proposals_jsonl(proposals), _WRITE)
    if as_json or not (write or sys.stdout.isatty()):
        for proposal in proposals:
            print_json(proposal.record, indent=None)
    elif write:
        near = sum(not proposal.question.answerable for proposal in proposals)
        print_text(f"{len(proposals)} questions, {near} of them near misses, in {write}: read and correct them.")
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


def _share(given: str | float) -> float:
    try:
        share = float(given)
    except ValueError:
        share = 0.0
    if not 0.5 <= share <= 1:
        raise typer.BadParameter(f"should be a number from 0.5 to 1, is {str(given)!r}")
    return share


@command(commands)
def calibrate(
    common: Common,
    questions: Annotated[Path | None, argument("QUESTIONS", "test questions, as for eval")] = None,
    keep: Annotated[
        float,
        option("SHARE", "of the answerable questions, how many are to be answered", parser=_share),
    ] = 0.95,
    write: Annotated[bool, flag("use the result for these documents from now on", "--write")] = False,
    reset: Annotated[bool, flag("delete what was calibrated for these documents", "--reset")] = False,
) -> None:
    """Refit the decision to answer on test questions of your own."""
    if questions and not reset:
        _calibrate(questions, common, keep=keep, write=write)
    elif reset and not questions:
        _reset(common.settings.refusal_file, common)
    else:
        common.wrong_usage("give either QUESTIONS or --reset: rag calibrate questions.jsonl --write")


def _calibrate(path: Path, common: Common, *, keep: float, write: bool) -> None:
    from rag.ask.answerability import bundled_model, save_model
    from rag.evaluation.calibrate import calibrate, calibrated_record, calibrated_text, require_enough
    from rag.evaluation.questions.sets import read_questions

    settings = common.settings
    questions = read_questions(path)
    require_enough(questions)
    # What an earlier calibration left, whole or damaged, has no part in a new one.
    library = open_library(replace(settings, refusal=Path(os.devnull)))
    found = calibrate(bundled_model(), probes_of(library, questions), keep=keep)
    if write:
        save_model(settings.refusal_file, found.model, found.about)
    used = f"In use for these documents from now on: {settings.refusal_file}\nUndo with --reset."
    common.show(
        lambda: f"{calibrated_text(found)}\n\n{used if write else 'Nothing is changed yet: --write puts it to use.'}",
        lambda: {**calibrated_record(found), "file": str(settings.refusal_file), "written": write},
    )


def probes_of(library: Library, questions: Sequence[Question]) -> list[Probe]:
    """The questions with their signals. Left out are those that hold no word to search for, and those that are not the
    model's to decide: lists, numbers and summaries of cases.
    """
    from rag.ask.answer import SEVERAL_SHARE
    from rag.ask.query.intent import question_kind
    from rag.evaluation.calibrate import Probe

    probes = []
    with progress_bar() as progress:
        for done, question in enumerate(questions, 1):
            query = library.snapshot.understand(question.question, question.history)
            signals = library.snapshot.signals(question.question, question.history)
            if query.request:
                print(f"rag: left out: question {question.id} is answered from every case", file=sys.stderr)
            elif signals is None:
                print(f"rag: left out: question {question.id} holds no word to search for", file=sys.stderr)
            else:
                share = SEVERAL_SHARE if question_kind(query.asked) == "several" else 1.0
                probes.append(Probe(question, signals, share))
            progress("ask", done, len(questions))
    return probes


def _reset(path: Path, common: Common) -> None:
    """Deletes a calibrated model, damaged or not."""
    was_there = path.is_file()
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise RagError(f"can't delete {path} ({error.strerror}): delete it yourself") from error
    deleted = f"Deleted {path}: whether to answer is decided by the model as it ships again."
    nothing = f"Nothing was calibrated for these documents: there is no {path}."
    common.show(lambda: deleted if was_there else nothing, lambda: {"file": str(path), "deleted": was_there})
