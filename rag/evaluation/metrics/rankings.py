"""How good a ranking of documents is, by the field's own measures (ir_measures), and what it missed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rag.evaluation.metrics.evaluated import Evaluated, Scored, figures_by_kind
from rag.evaluation.metrics.figures import figures
from rag.evaluation.questions.judged import Judged, Topic
from rag.evaluation.questions.runs import Run
from rag.evaluation.questions.sets import UNSPECIFIED

#: our name -> that of ir_measures
MEASURES = {
    "ndcg@10": "nDCG@10",
    "map@100": "AP@100",
    "mrr@10": "RR@10",
    "hit@1": "Success@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "recall@100": "R@100",
}
SHOWN = 10  # documents kept of each ranking


@dataclass(frozen=True, slots=True)
class RankedResult(Scored):
    """``found`` are the first documents of the ranking, ``rank`` is the place of the first relevant one."""

    found: tuple[str, ...]
    relevant: tuple[str, ...]

    @property
    def missed(self) -> bool:
        """Nothing relevant among the first ten."""
        return self.scores["recall@10"] == 0


@dataclass(frozen=True, slots=True)
class RankingEvaluation(Evaluated[RankedResult]):
    """Over all judged topics, by kind if the topics have kinds; ``others`` counts the topics that nobody judged."""

    others: int

    @property
    def counts(self) -> dict[str, int]:
        """Judged topics, those without anything found, and topics that nobody judged."""
        return {
            "questions": len(self.results),
            "answers_missing": sum(not result.found for result in self.results),
            "unjudged": self.others,
        }


def evaluate_run(
    judged: Judged,
    run: Run,
    *,
    milliseconds: Mapping[str, float] | None = None,
    documents: Collection[str] | None = None,
) -> RankingEvaluation:
    """Score a run. A judged topic that is missing from it scores zero; topics that nobody judged don't count.

    ``milliseconds`` each topic took; ``documents``: the ids of all documents there are, if known.
    """
    scores = _scores(judged, run)
    results = tuple(_result(topic, judged, run, scores[topic.id], milliseconds or {}) for topic in judged.topics)
    by_kind = figures_by_kind(results)
    return RankingEvaluation(
        results,
        figures(result.scores for result in results),
        by_kind if set(by_kind) != {UNSPECIFIED} else {},
        tuple(_problems(judged, documents)),
        len(judged.others),
    )


def _scores(judged: Judged, run: Run) -> dict[str, dict[str, float]]:
    import ir_measures

    measures = {ir_measures.parse_measure(theirs): ours for ours, theirs in MEASURES.items()}
    qrels = {topic: dict(documents) for topic, documents in judged.qrels.items()}
    # By place: the measures' implementations break ties of scores in different ways.
    ranked = {
        topic: {document: -float(place) for place, document in enumerate(documents)} for topic, documents in run.items()
    }
    found: dict[str, dict[str, float]] = {topic: dict.fromkeys(MEASURES, 0.0) for topic in qrels}
    for each in ir_measures.iter_calc(list(measures), qrels, ranked):
        found[each.query_id][measures[each.measure]] = float(each.value)
    return found


def _result(
    topic: Topic, judged: Judged, run: Run, scores: Mapping[str, float], milliseconds: Mapping[str, float]
) -> RankedResult:
    relevant = tuple(document for document, grade in judged.qrels[topic.id].items() if grade > 0)
    found = tuple(run.get(topic.id, ()))
    rank = next((place for place, document in enumerate(found, 1) if document in relevant), None)
    taken = milliseconds.get(topic.id)
    return RankedResult(topic.id, topic.kind, topic.text, scores, rank, taken, found[:SHOWN], relevant)


def _problems(judged: Judged, documents: Collection[str] | None) -> Iterator[str]:
    """What no ranking could get right."""
    if unasked := [topic.id for topic in judged.topics if not topic.text]:
        yield f"{len(unasked)} judged topics have no question, {unasked[0]!r} among them: they score zero"
    if hopeless := [topic for topic, grades in judged.qrels.items() if max(grades.values()) <= 0]:
        yield f"{len(hopeless)} judged topics have no relevant document, {hopeless[0]!r} among them: they score zero"
    if documents is not None:
        relevant = (name for grades in judged.qrels.values() for name, grade in grades.items() if grade > 0)
        if unknown := [name for name in dict.fromkeys(relevant) if name not in documents]:
            yield f"{len(unknown)} relevant documents are not in the library, {unknown[0]!r} among them"
