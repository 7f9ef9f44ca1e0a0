"""Test collections of the field: questions and relevance judgements as BEIR folders or TREC files keep them."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.errors import QuestionsError
from rag.evaluation.questions.sets import UNSPECIFIED
from rag.text.jsonl import UTF16, json_lines, read_bytes

Qrels = Mapping[str, Mapping[str, int]]  # topic id -> document id -> grade; above 0 is relevant

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
_QUERY_SHAPE = '{"_id": "q1", "text": "a question"}'
_QREL_SHAPE = "'topic 0 document grade' (TREC) or 'topic<tab>document<tab>grade' (BEIR), the grade a whole number"
_TOPIC_SHAPE = "'id<tab>question' on a line, or <top> <num> 1 <title> question </top>"


@dataclass(frozen=True, slots=True)
class Topic:
    """A question whose relevant documents have been judged. White space in ids is written %20, as a run needs it."""

    id: str
    text: str
    kind: str = UNSPECIFIED


@dataclass(frozen=True, slots=True)
class Judged:
    """A test collection. ``topics`` are those with judgements; ``others`` are asked for a run, but in no figure.

    A judged topic without a question has an empty text: nothing can be found for it.
    """

    topics: tuple[Topic, ...]
    qrels: Qrels
    others: tuple[Topic, ...] = ()


def read_beir(folder: Path, split: str | None = None, qrels: Path | None = None) -> Judged:
    """A BEIR folder's ``queries.jsonl`` with the judgements of one split, or of the file ``qrels``.

    Without ``split``, that is 'test' if there is one, else the only one. Topics that only other splits judge are left
    out. Raises QuestionsError naming file and line.
    """
    splits = {path.stem: path for path in sorted((folder / QRELS).glob("*.tsv"))}
    chosen = qrels or splits[_split(folder, list(splits), split)]
    of_other_splits = {topic for path in splits.values() if path != chosen for topic in read_qrels(path)}
    return _judged(_beir_topics(folder / QUERIES), read_qrels(chosen), of_other_splits)


def read_trec(topics: Path, qrels: Path) -> Judged:
    """A TREC topics file with its judgements. Raises QuestionsError naming file and line."""
    return _judged(_trec_topics(topics), read_qrels(qrels), ())


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Judgements in the TREC or BEIR format. Raises QuestionsError naming file and line."""
    found: dict[str, dict[str, int]] = {}
    for number, line in text_lines(path):
        topic, document, grade = _qrel(path, number, line)
        if grade is None:
            if number == 1:
                continue  # BEIR's header
            raise QuestionsError(f"{path}, line {number}: the grade is no whole number. Expected {_QREL_SHAPE}")
        if found.setdefault(topic, {}).setdefault(document, grade) != grade:
            raise QuestionsError(f"{path}, line {number}: {document!r} already has another grade for topic {topic!r}")
    if not found:
        raise QuestionsError(f"{path} holds no judgements. Expected lines {_QREL_SHAPE}")
    return found


def document_ids(names: Iterable[str], qrels: Qrels) -> dict[str, str]:
    """name -> the id by which judgements call the document: its name, or its name without the suffix.

    Raises QuestionsError if an id could be either of two documents.
    """
    names = list(names)
    judged = {document for documents in qrels.values() for document in documents}
    taken: dict[str, str] = {}
    ids = {}
    full = {one_word(name) for name in names}
    for name in names:
        short = one_word(name.removesuffix(PurePosixPath(name).suffix))
        shortened = short in judged - full and one_word(name) not in judged
        ids[name] = short if shortened else one_word(name)
        other = taken.setdefault(ids[name], name)
        if other != name:
            raise QuestionsError(f"{ids[name]!r} in the judgements may be {other} or {name}: write it with its suffix")
    return ids


def one_word(text: str) -> str:
    """``text`` as a column of a TREC file can hold it: white space as %20."""
    return re.sub(r"\s", "%20", text.strip())


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number, text) of the lines that hold anything. Raises QuestionsError for what is no UTF-8 (or UTF-16) text."""
    data = read_bytes(path)
    encoding = "utf-16" if data.startswith(UTF16) else "utf-8-sig"
    try:
        lines = data.decode(encoding).split("\n")
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1
        raise QuestionsError(f"{path}, line {at}: is not UTF-8 text. Save the file as UTF-8") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, line.rstrip("\r")


def _split(folder: Path, splits: list[str], wanted: str | None) -> str:
    there = ", ".join(splits)
    if not splits:
        raise QuestionsError(
            f"no judgements in {folder / QRELS}: a BEIR folder has {QRELS}/test.tsv; or give --qrels FILE"
        )
    if wanted is not None and wanted not in splits:
        raise QuestionsError(f"no {wanted}.tsv in {folder / QRELS}: choose with --split from {there}")
    if wanted is None and "test" not in splits and len(splits) > 1:
        raise QuestionsError(f"{folder / QRELS} holds {there}: say which with --split")
    return wanted or ("test" if "test" in splits else splits[0])


def _judged(topics: list[Topic], qrels: dict[str, dict[str, int]], of_other_splits: Collection[str]) -> Judged:
    asked = tuple(topic for topic in topics if topic.id in qrels)
    if not asked:
        raise QuestionsError(
            f"none of the {len(qrels)} judged topics is among the {len(topics)} questions: their ids differ "
            f"({min(qrels)!r} and {topics[0].id!r}, for instance)"
        )
    others = tuple(topic for topic in topics if topic.id not in qrels and topic.id not in of_other_splits)
    ids = {topic.id for topic in asked}
    unasked = tuple(Topic(name, "") for name in qrels if name not in ids)
    return Judged(asked + unasked, qrels, others)


def _beir_topics(path: Path) -> list[Topic]:
    topics = []
    for line in json_lines(path, _QUERY_SHAPE):
        name, text = line.text("_id"), line.text("text")
        if not name.strip() or not text.strip():
            raise line.wrong('"_id" or "text" is empty')
        metadata = line.fields.get("metadata")
        kind = metadata.get("kind") if isinstance(metadata, dict) else None
        topics.append(Topic(one_word(name), text, kind if isinstance(kind, str) else UNSPECIFIED))
    return _distinct(path, topics, _QUERY_SHAPE)


def _trec_topics(path: Path) -> list[Topic]:
    lines = list(text_lines(path))
    if lines and lines[0][1].lstrip().startswith("<"):
        return _distinct(path, list(_marked_topics(path, "\n".join(line for _, line in lines))), _TOPIC_SHAPE)
    topics = []
    for number, line in lines:
        name, tab, text = line.partition("\t")
        if not (tab and name.strip() and text.strip()):
            raise QuestionsError(f"{path}, line {number}: is no topic. Expected {_TOPIC_SHAPE}")
        topics.append(Topic(one_word(name), text.strip()))
    return _distinct(path, topics, _TOPIC_SHAPE)


def _marked_topics(path: Path, text: str) -> Iterator[Topic]:
    """Topics between <top> and </top>; the marks within are not closed in the classic form."""
    for place, body in enumerate(re.split(r"(?i)<top>", text)[1:], 1):
        fields = []
        for name, label in (("num", "number"), ("title", "topic")):
            found = re.search(rf"(?is)<{name}>\s*(?:{label}\s*:)?([^<]*)", body)
            if not found or not found[1].strip():
                raise QuestionsError(f"{path}, topic {place}: has no <{name}>. Expected {_TOPIC_SHAPE}")
            fields.append(" ".join(html.unescape(found[1]).split()))
        yield Topic(one_word(fields[0]), fields[1])


def _distinct(path: Path, topics: list[Topic], shape: str) -> list[Topic]:
    seen = set()
    for topic in topics:
        if topic.id in seen:
            raise QuestionsError(f"{path}: two questions have the id {topic.id!r}")
        seen.add(topic.id)
    if not topics:
        raise QuestionsError(f"{path} holds no questions. Expected {shape}")
    return topics


def _qrel(path: Path, number: int, line: str) -> tuple[str, str, int | None]:
    """Topic, document and grade of a line; the grade None if it is no number."""
    columns = [column.strip() for column in line.split("\t")]  # BEIR's ids may hold spaces
    if len(columns) != 3:
        words = line.split()
        columns = words[:1] + words[2:] if len(words) == 4 else words
    if len(columns) != 3 or not all(columns):
        raise QuestionsError(f"{path}, line {number}: has not the columns of a judgement. Expected {_QREL_SHAPE}")
    grade = int(columns[2]) if re.fullmatch(r"[+-]?\d+", columns[2]) else None
    return one_word(columns[0]), one_word(columns[1]), grade
