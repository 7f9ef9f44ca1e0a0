"""A curator's test questions: the file they are kept in, and the words of a document that are marked as the answer."""

from __future__ import annotations

import codecs
import json
import re
import threading
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from rag.errors import QuestionsError
from rag.evaluation.questions.sets import Gold, Question, add_question, read_questions
from rag.text.files import write_whole
from rag.text.jsonl import UTF16, bytes_if_there
from rag.text.words import content_terms, sentences, trimmed
from rag.types import Document, Span

#: The longest text that is marked as a whole, in characters; an evaluation reads no more of a quote.
MAX_MARKED = 1_500
_SHORT = 160  # characters: a passage up to here is suggested as a whole
_WORD = re.compile(r"[\w%£$]+")  # as an evaluation compares words
_BETWEEN = r"[^\w%£$]+"
_BEFORE, _AFTER = r"(?<![\w%£$])", r"(?![\w%£$])"


class QuestionFile:
    """The test questions at ``path``, JSON Lines. The first makes the file; a change is made whole or not at all.

    Every method raises QuestionsError for a file that can't be read, written or understood, and then changes nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._changing = threading.Lock()
        self._removed: dict[str, tuple[int, bytes]] = {}  # key -> number of its row, the row

    def questions(self) -> list[Question]:
        """In order; none if there is no file yet, or nothing in it."""
        return read_questions(self.path) if bytes_if_there(self.path).strip() else []

    def text(self) -> str:
        """The file as it is."""
        data = bytes_if_there(self.path)
        return data.decode("utf-16" if data.startswith(UTF16) else "utf-8", errors="replace")

    def add(self, asked: str, history: Sequence[str], evidence: Sequence[Gold]) -> Question:
        """Adds a question with an id of its own; without evidence it is one that should be refused."""
        with self._changing:
            kept = self.questions()
            for other in kept:
                if (other.question, other.history) == (asked, tuple(history)):
                    raise QuestionsError(f"this is already test question {other.id}: remove that one first")
            taken = {str(question.id) for question in kept} | {str(json.loads(key)) for key in self._removed}
            name = next(name for number in count(len(kept) + 1) if (name := f"q{number}") not in taken)
            kind = "unanswerable" if not evidence else "follow-up" if history else "from-chat"
            question = Question(name, asked, tuple(history), kind, bool(evidence), tuple(evidence))
            add_question(self.path, question)
            return question

    def remove(self, key: str) -> Question:
        """Takes out the question with this ``key_of``; ``restore`` puts it back."""
        with self._changing:
            questions = self.questions()
            place = next((i for i, question in enumerate(questions) if key_of(question) == key), None)
            if place is None:
                raise QuestionsError("this question is no longer among the test questions: reload the page")
            rows = self._rows()
            row = [number for number, row in enumerate(rows) if row.strip()][place]
            self._write([*rows[:row], *rows[row + 1 :]])
            self._removed[key] = (row, rows[row])
            return questions[place]

    def restore(self, key: str) -> None:
        """Puts a removed question back in its place."""
        with self._changing:
            if key in map(key_of, self.questions()):
                raise QuestionsError(
                    f"{self.path} has a question with the id {json.loads(key)} again: remove that first"
                )
            if key not in self._removed:
                raise QuestionsError("this question can't be brought back: it was removed before the program started")
            number, row = self._removed[key]
            rows = self._rows()
            self._write([*rows[:number], row, *rows[number:]])
            del self._removed[key]

    def _rows(self) -> list[bytes]:
        data = bytes_if_there(self.path)
        if data.startswith(UTF16):
            raise QuestionsError(f"{self.path} is UTF-16 text: save it as UTF-8 to change it here")
        return data.removeprefix(codecs.BOM_UTF8).split(b"\n")

    def _write(self, rows: Sequence[bytes]) -> None:
        try:
            write_whole(self.path, b"\n".join(rows))
        except OSError as error:
            raise QuestionsError(f"{self.path} can't be written ({error.strerror}): make it writable") from error


def key_of(question: Question) -> str:
    """Names a question of a file as a text; 1 and "1" are different ids."""
    return json.dumps(question.id)


def marked(document: Document, spans: Sequence[Span], words: str = "") -> list[Gold]:
    """What a curator marked in ``document``: the text of each span, or only these ``words`` of them, word for word.

    Words may leave some out between two '…'. Raises QuestionsError if they don't stand there, or nothing is left.
    """
    text = document.text
    places = [whole_words(text, max(0, start), min(end, len(text))) for start, end in spans if start < end]
    if places and words.strip():
        first, last = min(start for start, _ in places), max(end for _, end in places)
        places = [(first + a, first + b) for a, b in _parts(text[first:last], words)]
    quotes = [text[start:end] for start, end in places if start < end]
    if not any(_WORD.search(quote) for quote in quotes):
        raise QuestionsError(f"no words of {document.doc_id} are marked: choose the words that answer the question")
    if max(map(len, quotes)) > MAX_MARKED:
        raise QuestionsError(f"more than {MAX_MARKED:,} characters are marked: choose only the words that answer")
    return [Gold(document.doc_id, quote) for quote in quotes]


def places_of(quote: str, text: str) -> tuple[Span, ...]:
    """Where the words of ``quote`` stand in ``text``; () if they don't."""
    try:
        return tuple(_parts(text, quote))
    except QuestionsError:
        return ()


def _parts(text: str, words: str) -> list[Span]:
    """Where ``words`` stand in ``text``, as one run or as parts between ellipses."""
    if whole := _find(text, words):
        return [whole]
    found = []
    for part in re.split(r"…|\.\.\.", words):
        if not part.strip():
            continue
        span = _find(text, part)
        if span is None:
            shown = " ".join(part.split())
            raise QuestionsError(
                f"“{shown[:200]}” does not stand in this passage word for word: copy the words from it"
            )
        found.append(span)
    return found


def _find(text: str, words: str) -> Span | None:
    """Where ``words`` stand in ``text``: as they are, white space aside, else case and punctuation aside too."""
    if not _WORD.search(words):
        return None
    exact = r"\s+".join(map(re.escape, words.split()))
    loose = _BETWEEN.join(map(re.escape, _WORD.findall(words)))
    for pattern in (_BEFORE + exact + _AFTER, exact, _BEFORE + loose + _AFTER):
        if found := re.search(pattern, text, re.IGNORECASE):
            return whole_words(text, *found.span())
    return None


def whole_words(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends, no word cut in two."""
    start, end = trimmed(text, start, end)
    while 0 < start < end and _WORD.fullmatch(text, start - 1, start + 1):
        start -= 1
    while start < end < len(text) and _WORD.fullmatch(text, end - 1, end + 1):
        end += 1
    return start, end


def suggested(passage: str, question: str) -> str:
    """The words of a passage that are most likely meant: its sentence with most of the question's words."""
    if len(passage) <= _SHORT:
        return passage.strip()
    wanted = {term.stem for term in content_terms(question)}
    found = [passage[start:end] for start, end in sentences(passage)]
    best = max(found, key=lambda sentence: len(wanted & {term.stem for term in content_terms(sentence)}), default="")
    return best[:MAX_MARKED]
