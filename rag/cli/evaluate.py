"""``rag eval``: answers or rankings scored against test questions, compared, and held to floors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rag.cli.command import command, command_line
from rag.cli.console import check_writable, written
from rag.cli.options import Common, argument, option
from rag.cli.targets import RUN, Answers, Rankings
from rag.config import STAGES, Settings
from rag.errors import QuestionsError

if TYPE_CHECKING:
    from rag.cli.targets import Found, Target
    from rag.evaluation.metrics.compare import Comparison
    from rag.evaluation.metrics.floors import Floors

commands = command_line()

_REPORT, _WRITE_FLOOR = "--report NAME", "--write-floor FILE"


@dataclass(frozen=True, slots=True)
class _Options:
    """What ``rag eval`` takes beside the common options."""

    target: Annotated[Path, argument("TARGET", "test questions, BEIR folder or TREC topics")]
    qrels: Annotated[Path | None, option("FILE", "relevance judgements (TREC or BEIR) of the topics in TARGET")] = None
    split: Annotated[
        str | None,
        option("NAME", "which qrels/NAME.tsv of a BEIR folder (default: test, or the only one)"),
    ] = None
    answers: Annotated[
        Path | None,
        option("FILE", "score this instead of asking: what 'rag ask --file --json' wrote, or a TREC run"),
    ] = None
    report: Annotated[Path, option("NAME", "write NAME.json and NAME.html")] = Path("eval")
    run_file: Annotated[
        Path | None, option("FILE", "write the 100 best documents of each question as a TREC run", "--run")
    ] = None
    against: Annotated[
        Path | None,
        option("FILE", "compare, question by question, with an earlier report (.json) or TREC run"),
    ] = None
    floor: Annotated[Path | None, option("FILE", "exit with 1 if a metric fell through its floor in FILE")] = None
    write_floor: Annotated[Path | None, option("FILE", "record floors: the lower ends of the intervals found")] = None


@command(commands, "eval")
def evaluate(options: _Options, common: Common) -> None:
    """Score answers or rankings against test questions.

    \b
    TARGET is one of
      a file of test questions, one JSON object a line: answers are scored
      (retrieval, citations, refusals);
      a BEIR folder (corpus.jsonl, queries.jsonl, qrels/test.tsv): the ranking
      of its documents is scored;
      a TREC topics file with --qrels FILE: the ranking of the documents of
      --seeds is scored. A document's id is its name, with or without its
      suffix.

    \b
    To compare two configurations, run it twice with other settings and name
    the first report:
      rag eval questions.jsonl --report before
      PRECEDENT_PASSAGE_TOKENS=120 rag eval questions.jsonl --index other \\
        --report after --against before.json
    """
    if options.run_file and options.answers:
        common.wrong_usage("--run writes what is found when the questions are asked: leave out --answers")
    for path, named in _outputs(options):
        check_writable(path, named)
    _score(_target(options, common), options, common)


def _score(target: Target, options: _Options, common: Common) -> None:
    """Evaluates, reports, compares, and holds to the floors."""
    from rag.evaluation.metrics.compare import compare
    from rag.evaluation.metrics.floors import check_floors, fingerprint, floors_of, floors_text

    against = options.against
    corpus = _corpus(target.settings) if options.floor or options.write_floor else ""
    questions = fingerprint(target.content)
    floors = _floors(options.floor, corpus, questions) if options.floor else None
    before = target.earlier(against) if against else None
    found = target.evaluate(options.answers, options.run_file)
    comparison = compare(found.scores, before, against.name) if against and before is not None else None
    _report(options, found, comparison, target.about, common)
    if options.floor and floors:
        check_floors(floors, options.floor, found.metrics)
    if options.write_floor:
        recorded = floors_of(found.metrics, corpus=corpus, questions=questions)
        written(options.write_floor, floors_text(recorded), _WRITE_FLOOR)


def _target(options: _Options, common: Common) -> Target:
    from rag.evaluation.questions.judged import read_beir, read_trec
    from rag.evaluation.questions.sets import read_questions

    path, settings = options.target, common.settings
    about = {"Questions": path.name} | ({"Scored": options.answers.name} if options.answers else {})
    if options.split and not path.is_dir():
        common.wrong_usage("--split chooses among the qrels of a BEIR folder: TARGET is no folder")
    if path.is_dir():
        if common.seeds is None:
            settings = replace(settings, seeds=path / "corpus.jsonl")
        return Rankings(settings, about | _where(settings), read_beir(path, options.split, options.qrels))
    if options.qrels:
        return Rankings(settings, about | _where(settings), read_trec(path, options.qrels))
    try:
        return Answers(settings, about | _where(settings), read_questions(path))
    except QuestionsError as error:
        if path.suffix in (".jsonl", ".json") or not path.is_file():
            raise
        raise QuestionsError(f"{error}. If these are TREC topics, name their judgements with --qrels FILE") from error


def _where(settings: Settings) -> dict[str, str]:
    """The settings that bear on what is found and answered; of those that are as they come, only the size."""
    chosen = {
        "Model": settings.model,
        "Passage tokens": str(settings.passage_tokens),
        "Stages": ", ".join(settings.stages) if settings.stages != STAGES else "",
        "Reranker": settings.reranker,
        "Refusal": "calibrated" if settings.refusal_file.is_file() else "",
    }
    return {"Documents": settings.seeds.name} | {name: value for name, value in chosen.items() if value}


def _corpus(settings: Settings) -> str:
    """What tells these documents from others."""
    from rag.evaluation.metrics.floors import fingerprint
    from rag.sources.listed import checksums, sources_of

    return fingerprint(checksums(sources_of(settings)))


def _floors(path: Path, corpus: str, questions: str) -> Floors:
    """The floors of a file. Raises FloorError before anything is asked if they are for something else."""
    from rag.evaluation.metrics.floors import check_target, read_floors

    floors = read_floors(path)
    check_target(floors, path, corpus=corpus, questions=questions)
    return floors


def _report(
    options: _Options, found: Found, comparison: Comparison | None, about: Mapping[str, str], common: Common
) -> None:
    """Writes the report and prints it."""
    record = {"about": about, **found.record(comparison)}
    data, page = _report_files(options)
    written(data, json.dumps(record, indent=2, ensure_ascii=False), _REPORT)
    written(page, found.page(comparison, about), _REPORT)
    common.show(lambda: f"{found.text(comparison)}\nReport: {page} (and {data.name})", lambda: record)


def _report_files(options: _Options) -> tuple[Path, Path]:
    name = options.report.name
    return options.report.with_name(f"{name}.json"), options.report.with_name(f"{name}.html")


def _outputs(options: _Options) -> list[tuple[Path, str]]:
    """Every file to be written, and the option that named it."""
    named = [(options.run_file, RUN), (options.write_floor, _WRITE_FLOOR)]
    return [*((path, _REPORT) for path in _report_files(options)), *((path, option) for path, option in named if path)]
