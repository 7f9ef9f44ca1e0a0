"""Our own question sets, and the answers to them."""

from __future__ import annotations

import codecs
import json
import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from rag.errors import QuestionsError
from rag.text.files import write_whole
from rag.text.jsonl import UTF16, JsonLine, json_lines, read_bytes

Record = Mapping[str, Any]  # an answer as `rag ask --json` prints it

MISSING = "missing"  # the status of a question without an answer
UNSPECIFIED = "unspecified"  # the kind of a question that names none

_ADDING = threading.Lock()  # two clicks at once: the second adds to what the first wrote

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


def read_questions(path: Path) -> list[Question]:
    """A question set, in order. A question without an id is named after its line.

    Raises QuestionsError, with file and line, for what can't be read or doesn't have the expected shape.
    """
    return _questions(path, read_bytes(path))


def add_question(path: Path, question: Question) -> None:
    """Appends ``question`` to the set at ``path``, which is made if there is none; its lines stay as they are.

    Raises QuestionsError if the file can't be read or written, is no question set, or has a question of this id; and
    if ``question`` itself could not be read back (answerable without evidence). Nothing is written then.
    """
    with _ADDING:
        before = read_bytes(path) if path.exists() else b""
        if before.startswith(UTF16):
            raise QuestionsError(f"{path} is UTF-16 text: save it as UTF-8 to add questions to it")
        kept = _questions(path, before) if before.removeprefix(codecs.BOM_UTF8).strip() else []
        if any(question.id == other.id for other in kept):
            raise QuestionsError(f"{path} already has a question with the id {question.id!r}: choose another id")
        line = json.dumps(question_record(question), ensure_ascii=False).encode("utf-8", "surrogatepass")
        after = before + (b"" if not before or before.endswith(b"\n") else b"\n") + line + b"\n"
        _questions(path, after)
        try:
            write_whole(path, after)
        except OSError as error:
            raise QuestionsError(
                f"{path} can't be written ({error.strerror}): make it writable, or choose another place "
                "with PRECEDENT_QUESTIONS"
            ) from error


def question_record(question: Question) -> dict[str, Any]:
    """The JSON object that ``read_questions`` reads back as ``question``; what is empty is left out."""
    lists = {
        "evidence": [gold._asdict() for gold in question.evidence],
        "also": [gold._asdict() for gold in question.also],
        "history": list(question.history),
    }
    kind = {} if question.kind == UNSPECIFIED else {"kind": question.kind}
    asked = {"question": question.question, "answerable": question.answerable}
    return {"id": question.id, **kind, **asked, **{name: items for name, items in lists.items() if items}}


def _questions(path: Path, data: bytes) -> list[Question]:
    seen: dict[str | int, int] = {}
    questions = []
    for line in json_lines(path, QUESTION_SHAPE, data):
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
    return [_asked(line) for line in json_lines(path, ASKED_SHAPE)]


def read_answers(path: Path) -> list[dict[str, Any]]:
    """The answers of a file that `rag ask --file QUESTIONS --json` wrote, in order.

    Raises QuestionsError as ``read_questions`` does.
    """
    answers = []
    for line in json_lines(path, ANSWER_SHAPE):
        if not line.id():
            line.text("question")
        line.text("status", MISSING)
        line.objects("citations", "source", "quote")
        line.objects("passages", "source", "text")
        confidence = line.fields.get("confidence", 0.0)
        if not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
            raise line.wrong('"confidence" is not a number from 0 to 1')
        taken = line.fields.get("ms", 0.0)
        if not isinstance(taken, int | float) or not 0 <= taken < math.inf:
            raise line.wrong('"ms" is not a number of milliseconds')
        answers.append(line.fields)
    return answers


def _asked(line: JsonLine) -> Asked:
    history = line.items("history")
    if not all(isinstance(earlier, str) for earlier in history):
        raise line.wrong('"history" is not a list of texts')
    return Asked(line.id() or f"line-{line.number}", line.text("question"), tuple(history))


def _question(line: JsonLine) -> Question:
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
