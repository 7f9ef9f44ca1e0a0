"""The command ``rag eval``: answers or rankings scored against test questions, compared, and held to floors."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.cli.console import check_writable, open_library, print_json, print_text, progress_bar, settings_of, written
from rag.config import STAGES, Settings
from rag.errors import QuestionsError

if TYPE_CHECKING:
    from rag.evaluation.metrics.answers import Evaluation
    from rag.evaluation.metrics.compare import Comparison
    from rag.evaluation.metrics.figures import Figure, Scores
    from rag.evaluation.metrics.floors import Floors
    from rag.evaluation.metrics.rankings import RankingEvaluation
    from rag.evaluation.questions.judged import Judged, Topic
    from rag.evaluation.questions.sets import Question
    from rag.library import Library

EVAL_HELP = """\
Score answers or rankings against test questions.

TARGET is one of
  a file of test questions, one JSON object a line: answers are scored (retrieval, citations, refusals);
  a BEIR folder (corpus.jsonl, queries.jsonl, qrels/test.tsv): the ranking of its documents is scored;
  a TREC topics file with --qrels FILE: the ranking of the documents of --seeds is scored. A document's id is its
  name, with or without its suffix.

To compare two configurations, run it twice with other settings and name the first report:
  rag eval questions.jsonl --report before
  PRECEDENT_PASSAGE_TOKENS=120 rag eval questions.jsonl --index other --report after --against before.json
"""

_TITLE = "Retrieval report"
_RUN, _REPORT, _WRITE_FLOOR = "--run FILE", "--report NAME", "--write-floor FILE"


def add_eval_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``rag eval`` takes beside the common options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = EVAL_HELP
    add = parser.add_argument
    add("target", type=Path, metavar="TARGET", help="test questions, BEIR folder or TREC topics")
    add("--qrels", type=Path, metavar="FILE", help="relevance judgements (TREC or BEIR) of the topics in TARGET")
    add("--split", metavar="NAME", help="which qrels/NAME.tsv of a BEIR folder (default: test, or the only one)")
    add(
        "--answers", type=Path, metavar="FILE",
        help="score this instead of asking: what 'rag ask --file --json' wrote, or a TREC run",
    )  # fmt: skip
    add(
        "--report",
        type=Path,
        default=Path("eval"),
        metavar="NAME",
        help="write NAME.json and NAME.html (default: eval)",
    )
    add(
        "--run", dest="run_file", type=Path, metavar="FILE",
        help="write the 100 best documents of each question as a TREC run",
    )  # fmt: skip
    add(
        "--against", type=Path, metavar="FILE",
        help="compare, question by question, with an earlier report (.json) or TREC run",
    )  # fmt: skip
    add("--floor", type=Path, metavar="FILE", help="exit with 1 if a metric fell through its floor in FILE")
    add("--write-floor", type=Path, metavar="FILE", help="record floors: the lower ends of the intervals found")


def run_eval(options: argparse.Namespace) -> None:
    """Evaluates, reports, compares, and holds to the floors."""
    from rag.evaluation.metrics.compare import compare
    from rag.evaluation.metrics.floors import check_floors, fingerprint, floors_of, floors_text

    if options.run_file and options.answers:
        options.usage("--run writes what is found when the questions are asked: leave out --answers")
    for path, option in _outputs(options):
        check_writable(path, option)
    target = _target(options)
    corpus = _corpus(target.settings) if options.floor or options.write_floor else ""
    questions = fingerprint(target.content)
    floors = _floors(options.floor, corpus, questions) if options.floor else None
    before = target.earlier(options.against) if options.against else None
    found = target.evaluate(options)
    comparison = compare(found.scores, before, options.against.name) if before is not None else None
    _report(options, found, comparison, target.about)
    if floors:
        check_floors(floors, options.floor, found.metrics)
    if options.write_floor:
        recorded = floors_of(found.metrics, corpus=corpus, questions=questions)
        written(options.write_floor, floors_text(recorded), _WRITE_FLOOR)


@dataclass(frozen=True, slots=True)
class _Found:
    """An evaluation and how it is shown beside a comparison, if there is one."""

    metrics: Mapping[str, Figure]
    scores: Scores
    text: Callable[[Comparison | None], str]
    record: Callable[[Comparison | None], dict[str, Any]]
    page: Callable[[Comparison | None, Mapping[str, str]], str]


class _Target(Protocol):
    """What is evaluated. ``content``: JSON-able data that tells one question set from another."""

    @property
    def settings(self) -> Settings: ...
    @property
    def content(self) -> object: ...
    @property
    def about(self) -> dict[str, str]: ...
    def evaluate(self, options: argparse.Namespace) -> _Found: ...
    def earlier(self, path: Path) -> Scores:
        """The scores in an earlier report, or of a run."""


def _target(options: argparse.Namespace) -> _Target:
    from rag.evaluation.questions.judged import read_beir, read_trec
    from rag.evaluation.questions.sets import read_questions

    path, settings = options.target, settings_of(options)
    about = {"Questions": path.name} | ({"Scored": options.answers.name} if options.answers else {})
    if options.split and not path.is_dir():
        options.usage("--split chooses among the qrels of a BEIR folder: TARGET is no folder")
    if path.is_dir():
        if options.seeds is None:
            settings = replace(settings, seeds=path / "corpus.jsonl")
        return _Rankings(settings, about | _where(settings), read_beir(path, options.split, options.qrels))
    if options.qrels:
        return _Rankings(settings, about | _where(settings), read_trec(path, options.qrels))
    try:
        return _Answers(settings, about | _where(settings), read_questions(path))
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


@dataclass(frozen=True, slots=True)
class _Answers:
    """Our own question sets: the answers are scored."""

    settings: Settings
    about: dict[str, str]
    questions: Sequence[Question]

    @property
    def content(self) -> object:
        from rag.evaluation.questions.sets import question_record

        return [question_record(question) for question in self.questions]

    def evaluate(self, options: argparse.Namespace) -> _Found:
        from rag.evaluation.report.answers import (
            evaluation_html,
            evaluation_misses,
            evaluation_record,
            evaluation_table,
        )

        found = self._scored(options.answers) if options.answers else self._asked(options.run_file)
        return _Found(
            found.metrics,
            found.scores,
            lambda comparison: f"{evaluation_table(found, comparison)}\n{evaluation_misses(found)}",
            lambda comparison: evaluation_record(found, comparison),
            lambda comparison, about: evaluation_html(found, title=_TITLE, about=about, comparison=comparison),
        )

    def earlier(self, path: Path) -> Scores:
        from rag.evaluation.metrics.compare import read_report

        return read_report(path)

    def _scored(self, answers: Path) -> Evaluation:
        from rag.evaluation.metrics.answers import evaluate
        from rag.evaluation.questions.sets import read_answers

        return evaluate(self.questions, read_answers(answers), open_library(self.settings).snapshot.originals.texts())

    def _asked(self, run_file: Path | None) -> Evaluation:
        from rag.evaluation.questions.runs import DEPTH, as_run, run_text
        from rag.evaluation.run import evaluate_library

        library = open_library(self.settings)
        with progress_bar() as progress:
            evaluation = evaluate_library(library.snapshot, self.questions, progress)
        if run_file:
            ranked = [
                (asked.id, library.snapshot.rank(asked.question, DEPTH, asked.history)) for asked in self.questions
            ]
            written(run_file, run_text(as_run(ranked)), _RUN)
        return evaluation


@dataclass(frozen=True, slots=True)
class _Rankings:
    """Test collections with judged documents: the ranking is scored."""

    settings: Settings
    about: dict[str, str]
    judged: Judged

    @property
    def content(self) -> object:
        return [[(topic.id, topic.text) for topic in self.judged.topics], self.judged.qrels]

    def evaluate(self, options: argparse.Namespace) -> _Found:
        from rag.evaluation.metrics.rankings import evaluate_run
        from rag.evaluation.questions.runs import read_run
        from rag.evaluation.report.rankings import ranking_html, ranking_misses, ranking_record, ranking_table

        scored = options.answers
        found = evaluate_run(self.judged, read_run(scored)) if scored else self._asked(options.run_file)
        return _Found(
            found.metrics,
            found.scores,
            lambda comparison: f"{ranking_table(found, comparison)}\n{ranking_misses(found)}",
            lambda comparison: ranking_record(found, comparison),
            lambda comparison, about: ranking_html(found, title=_TITLE, about=about, comparison=comparison),
        )

    def earlier(self, path: Path) -> Scores:
        from rag.evaluation.metrics.compare import is_report, read_report
        from rag.evaluation.metrics.rankings import evaluate_run
        from rag.evaluation.questions.runs import read_run

        return read_report(path) if is_report(path) else evaluate_run(self.judged, read_run(path)).scores

    def _asked(self, run_file: Path | None) -> RankingEvaluation:
        from rag.evaluation.metrics.rankings import evaluate_run
        from rag.evaluation.questions.judged import document_ids
        from rag.evaluation.questions.runs import as_run, run_text

        library = open_library(self.settings)
        ids = document_ids((document.doc_id for document in library.snapshot.documents()), self.judged.qrels)
        topics = [topic for topic in self.judged.topics if topic.text] + list(self.judged.others if run_file else ())
        rankings, milliseconds = _ranked(library, topics, ids)
        run = as_run(rankings)
        if run_file:
            written(run_file, run_text(run), _RUN)
        return evaluate_run(self.judged, run, milliseconds=milliseconds, documents=frozenset(ids.values()))


def _ranked(
    library: Library, topics: Sequence[Topic], ids: Mapping[str, str]
) -> tuple[list[tuple[str, list[tuple[str, float]]]], dict[str, float]]:
    """Of each topic its best documents by their ``ids``, and the milliseconds it took."""
    from rag.evaluation.questions.runs import DEPTH

    for topic in topics[:1]:
        library.snapshot.rank(topic.text, 1)  # loads the model, which is no part of any question's time
    rankings, milliseconds = [], {}
    with progress_bar() as progress:
        for done, topic in enumerate(topics, 1):
            begun = time.perf_counter()
            found = library.snapshot.rank(topic.text, DEPTH)
            milliseconds[topic.id] = round(1000 * (time.perf_counter() - begun), 1)
            rankings.append((topic.id, [(ids[name], score) for name, score in found]))
            progress("ask", done, len(topics))
    return rankings, milliseconds


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
    options: argparse.Namespace, found: _Found, comparison: Comparison | None, about: Mapping[str, str]
) -> None:
    """Writes the report and prints it."""
    record = {"about": about, **found.record(comparison)}
    data, page = _report_files(options)
    written(data, json.dumps(record, indent=2, ensure_ascii=False), _REPORT)
    written(page, found.page(comparison, about), _REPORT)
    if options.json:
        print_json(record)
    else:
        print_text(found.text(comparison))
        print_text(f"Report: {page} (and {data.name})")


def _report_files(options: argparse.Namespace) -> tuple[Path, Path]:
    name = options.report.name
    return options.report.with_name(f"{name}.json"), options.report.with_name(f"{name}.html")


def _outputs(options: argparse.Namespace) -> list[tuple[Path, str]]:
    """Every file to be written, and the option that named it."""
    named = [(options.run_file, _RUN), (options.write_floor, _WRITE_FLOOR)]
    return [*((path, _REPORT) for path in _report_files(options)), *((path, option) for path, option in named if path)]
