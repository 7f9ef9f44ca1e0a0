"""What ``rag eval`` can score: answers to test questions, or rankings of judged documents."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.cli.console import open_library, progress_bar, written

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.evaluation.metrics.answers import Evaluation
    from rag.evaluation.metrics.compare import Comparison
    from rag.evaluation.metrics.figures import Figure, Scores
    from rag.evaluation.metrics.rankings import RankingEvaluation
    from rag.evaluation.questions.judged import Judged, Topic
    from rag.evaluation.questions.sets import Question
    from rag.library import Library

RUN = "--run FILE"
_TITLE = "Retrieval report"


@dataclass(frozen=True, slots=True)
class Found:
    """An evaluation and how it is shown beside a comparison, if there is one."""

    metrics: Mapping[str, Figure]
    scores: Scores
    text: Callable[[Comparison | None], str]
    record: Callable[[Comparison | None], dict[str, Any]]
    page: Callable[[Comparison | None, Mapping[str, str]], str]


class Target(Protocol):
    """What is evaluated. ``content``: JSON-able data that tells one question set from another."""

    @property
    def settings(self) -> Settings: ...
    @property
    def content(self) -> object: ...
    @property
    def about(self) -> dict[str, str]: ...
    def evaluate(self, answers: Path | None, run_file: Path | None) -> Found:
        """Scores the ``answers`` of a file; without one asks, and writes the rankings to ``run_file`` if named."""

    def earlier(self, path: Path) -> Scores:
        """The scores in an earlier report, or of a run."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Our own question sets: the answers are scored."""

    settings: Settings
    about: dict[str, str]
    questions: Sequence[Question]

    @property
    def content(self) -> object:
        from rag.evaluation.questions.sets import question_record

        return [question_record(question) for question in self.questions]

    def evaluate(self, answers: Path | None, run_file: Path | None) -> Found:
        from rag.evaluation.report.answers import (
            evaluation_html,
            evaluation_misses,
            evaluation_record,
            evaluation_table,
        )

        found = self._scored(answers) if answers else self._asked(run_file)
        return Found(
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
            written(run_file, run_text(as_run(ranked)), RUN)
        return evaluation


@dataclass(frozen=True, slots=True)
class Rankings:
    """Test collections with judged documents: the ranking is scored."""

    settings: Settings
    about: dict[str, str]
    judged: Judged

    @property
    def content(self) -> object:
        return [[(topic.id, topic.text) for topic in self.judged.topics], self.judged.qrels]

    def evaluate(self, answers: Path | None, run_file: Path | None) -> Found:
        from rag.evaluation.metrics.rankings import evaluate_run
        from rag.evaluation.questions.runs import read_run
        from rag.evaluation.report.rankings import ranking_html, ranking_misses, ranking_record, ranking_table

        found = evaluate_run(self.judged, read_run(answers)) if answers else self._asked(run_file)
        return Found(
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
            written(run_file, run_text(run), RUN)
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
