"""Files of questions and answers: JSON Lines, one object a line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from rag.errors import QuestionsError

Record = Mapping[str, Any]  # an answer as `rag ask --json` prints it

MISSING = "missing"  # the status of a question without an answer
UNSPECIFIED = "unspecified"  # the kind of a question that names none

QUESTION_SHAPE = (
    '{"id": "q1", "kind": "fact", "question": "...", "answerable": true, '
    '"evidence": [{"source": "file name", "quote": "words of the source"}]}'
)
ASKED_SHAPE = '{"question": "...", "id": "q1", "history": ["an earlier question"]}, the last two optional'
ANSWER_SHAPE = (
    '{"id": "q1", "question": "...", "status": "answered", "citations": [{"source": "...", "quote": "..."}], '
    '"passages": [{"source": "...", "text": "..."}]}, as `rag ask --file QUESTIONS --json` prints it'
)


class Gold(NamedTuple):
    """Words of a source that answer a question."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the earlier questions of its conversation."""

    id: str | int
    question: str
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question(Asked):
    """A question with its expected answer: ``evidence`` should be found, ``also`` may be cited too."""

    kind: str = UNSPECIFIED
    answerable: bool = True
    evidence: tuple[Gold, ...] = ()
    also: tuple[Gold, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """One JSON object of a file, and how to say what is wrong with it."""

    path: Path
    number: int
    shape: str
    fields: dict[str, Any]

    def wrong(self, what: str) -> QuestionsError:
        return QuestionsError(f"{self.path}, line {self.number}: {what}. Expected one JSON object a line: {self.shape}")

    def text(self, name: str, default: str | None = None) -> str:
        value = self.fields.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.wrong(f'"{name}" is missing' if value is None else f'"{name}" is not a text')
        return value

    def id(self) -> str | int | None:
        value = self.fields.get("id")
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise self.wrong('"id" is neither a text nor a whole number')
        return value

    def items(self, name: str) -> list[Any]:
        value = self.fields.get(name)
        if not isinstance(value, list | None):
            raise self.wrong(f'"{name}" is not a list')
        return value or []

    def objects(self, name: str, *keys: str) -> list[dict[str, Any]]:
        """The list ``name`` of objects, each with texts under ``keys``."""
        objects = self.items(name)
        for number, item in enumerate(objects, start=1):
            for key in keys:
                if not isinstance(item, dict) or not isinstance(item.get(key), str):
                    raise self.wrong(f'item {number} of "{name}" has no text under "{key}"')
        return objects


def read_questions(path: Path) -> list[Question]:
    """A question set, in order. A question without an id is named after its line.

    Raises QuestionsError, with file and line, for what can't be read or doesn't have the expected shape.
    """
    seen: dict[str | int, int] = {}
    questions = []
    for line in _lines(path, QUESTION_SHAPE):
        question = _question(line)
        first = seen.setdefault(question.id, line.number)
        if first != line.number:
            raise line.wrong(f"the id {question.id!r} is already that of line {first}")
        questions.append(question)
    return questions


def read_asked(path: Path) -> list[Asked]:
    """The questions of a file, in order, with what is needed to answer them; only "question" is required.

    Raises QuestionsError as ``read_questions`` does.
    """
    return [_asked(line) for line in _lines(path, ASKED_SHAPE)]


def read_answers(path: Path) -> list[dict[str, Any]]:
    """The answers of a file that `rag ask --file QUESTIONS --json` wrote, in order.

    Raises QuestionsError as ``read_questions`` does.
    """
    answers = []
    for line in _lines(path, ANSWER_SHAPE):
        if not line.id():
            line.text("question")
        line.text("status", MISSING)
        line.objects("citations", "source", "quote")
        line.objects("passages", "source", "text")
        confidence = line.fields.get("confidence", 0.0)
        if not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
            raise line.wrong('"confidence" is not a number from 0 to 1')
        answers.append(line.fields)
    return answers


def _asked(line: _Line) -> Asked:
    history = line.items("history")
    if not all(isinstance(earlier, str) for earlier in history):
        raise line.wrong('"history" is not a list of texts')
    return Asked(line.id() or f"line-{line.number}", line.text("question"), tuple(history))


def _question(line: _Line) -> Question:
    asked = _asked(line)
    answerable = line.fields.get("answerable")
    if not isinstance(answerable, bool):
        raise line.wrong('"answerable" is neither true nor false')
    evidence, also = (
        tuple(Gold(item["source"], item["quote"]) for item in line.objects(name, "source", "quote"))
        for name in ("evidence", "also")
    )
    if answerable and not evidence:
        raise line.wrong('an answerable question has no "evidence"')
    kind = line.text("kind", UNSPECIFIED)
    return Question(asked.id, asked.question, asked.history, kind, answerable, evidence, also)


def _lines(path: Path, shape: str) -> list[_Line]:
    """The objects of a JSON Lines file; a byte order mark and blank lines are passed over."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise QuestionsError(f"{path} can't be read: {error.strerror}. Name a file of questions or answers") from error
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # what `>` writes in Windows PowerShell
        data = data.decode("utf-16", errors="replace").encode("utf-8")
    rows = enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1)
    lines = [_line(path, number, row, shape) for number, row in rows if row.strip()]
    if not lines:
        raise QuestionsError(f"{path} is empty. Expected one JSON object a line: {shape}")
    return lines


def _line(path: Path, number: int, row: bytes, shape: str) -> _Line:
    line = _Line(path, number, shape, {})
    try:
        fields = json.loads(row.decode("utf-8"))
        json.dumps(fields, ensure_ascii=False).encode("utf-8")  # half a surrogate pair could not be shown or saved
    except UnicodeError as error:
        raise line.wrong("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise line.wrong(f"is not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise line.wrong("is not a JSON object")
    return replace(line, fields=fields)
