"""What a call from the page brings, whatever it brings; and what becomes of errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from rag.errors import QuestionsError, RagError
from rag.present.wording import MAX_QUESTION, PAGE_OUTDATED
from rag.types import Span
from rag.web.questions.marking import problem_html

_EARLIER_QUESTIONS = 20

# Bytes of a file's name that are not UTF-8 are half surrogate pairs in Python, which can't be sent. They go to the
# page as private characters, in whatever they stand, and come back in names.
_HALF = re.compile("[\ud800-\udfff]")
_SENT = re.compile("[\U0010d800-\U0010dfff]")
_SHIFT = 0x100000

Reply = dict[str, Any]
ServerFunction = Callable[[Any], Reply]


def telling_why(function: ServerFunction) -> ServerFunction:
    """An error that was raised on purpose becomes a reply."""

    @wraps(function)
    def telling(payload: Any) -> Reply:
        try:
            return function(payload)
        except RagError as error:
            return {"done": False, "html": problem_html(str(error))}

    return telling


def of_this_page(function: ServerFunction, token: str) -> ServerFunction:
    """The function for those alone who know the ``token``: any other site open in the browser can call us too."""

    @wraps(function)
    def guarded(payload: Any) -> Reply:
        if text_of(payload, "token") != token:
            raise QuestionsError(PAGE_OUTDATED)
        return function(payload)

    return guarded


def sendable(function: ServerFunction) -> ServerFunction:
    """The function with replies that can be sent whatever files are called; ``name_of`` undoes it."""

    @wraps(function)
    def sending(payload: Any) -> Reply:
        return {_sendable(key): _sendable(value) for key, value in function(payload).items()}

    return sending


def _sendable(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub(lambda half: chr(ord(half[0]) + _SHIFT), value)
    if isinstance(value, Mapping):
        return {_sendable(key): _sendable(inner) for key, inner in value.items()}
    return [_sendable(inner) for inner in value] if isinstance(value, list) else value


def text_of(payload: Any, name: str) -> str:
    """A text of the payload; '' if there is none."""
    value = payload.get(name) if isinstance(payload, Mapping) else None
    # A lone surrogate can't be sent back as UTF-8.
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def name_of(payload: Any, name: str) -> str:
    """The name of a file or document in the payload, as it is on this machine; '' if there is none."""
    return _named(text_of(payload, name))


def _named(text: str) -> str:
    return _SENT.sub(lambda sent: chr(ord(sent[0]) - _SHIFT), text)


def number_of(payload: Any, name: str) -> int:
    """A whole number of the payload, not below 0; 0 if there is none."""
    text = text_of(payload, name)
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def items_of(payload: Any, name: str) -> list[Any]:
    """A list of the payload."""
    value = payload.get(name) if isinstance(payload, Mapping) else None
    return value if isinstance(value, list) else []


def texts_of(payload: Any, name: str) -> list[str]:
    """The texts in a list of the payload."""
    return [item for item in items_of(payload, name) if isinstance(item, str)]


def names_of(payload: Any, name: str) -> list[str]:
    """The names of files in a list of the payload."""
    return list(map(_named, texts_of(payload, name)))


def history_of(payload: Any) -> list[str]:
    """The conversation's earlier questions."""
    return [question[:MAX_QUESTION] for question in texts_of(payload, "history")[-_EARLIER_QUESTIONS:]]


def spans_in(text: str) -> list[Span]:
    """'12-40 52-60' as spans."""
    return [(int(start), int(end)) for start, end in re.findall(r"\b(\d{1,9})-(\d{1,9})\b", text)]
