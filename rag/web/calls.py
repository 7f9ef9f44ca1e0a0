"""What a call from the page brings, whatever it brings; and what becomes of errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, TypeVar, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from rag.ask.query.filters import filter_of
from rag.errors import QuestionsError, RagError
from rag.present.wording import MAX_QUESTION, PAGE_OUTDATED
from rag.text.templates import render
from rag.types import Filters, Span
from rag.web.live import Live

_EARLIER_QUESTIONS = 20
_FILTERS = 100  # at most, in one call

# Bytes of a file's name that are not UTF-8 are half surrogate pairs in Python, which can't be sent. They go to the
# page as private characters, in whatever they stand, and come back in names.
_HALF = re.compile("[\ud800-\udfff]")
_SENT = re.compile("[\U0010d800-\U0010dfff]")
_SHIFT = 0x100000

Reply = dict[str, Any]
ServerFunction = Callable[[Any], Reply]


def at_most(most: int) -> AfterValidator:
    """The beginning of a text or a tuple."""
    return AfterValidator(lambda value: value[:most])


def name_of(text: str) -> str:
    """The name of a file or document as it is on this machine; what ``sendable`` made of it is undone."""
    return _SENT.sub(lambda sent: chr(ord(sent[0]) - _SHIFT), text)


def _whole(value: Any) -> Any:
    """A lone surrogate can't be sent back as UTF-8."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def _number(value: Any) -> int:
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else 0


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _spans(value: Any) -> tuple[Span, ...]:
    text = value if isinstance(value, str) else ""
    return tuple((int(start), int(end)) for start, end in re.findall(r"\b(\d{1,9})-(\d{1,9})\b", text))


def _filters(value: Any) -> Filters:
    found = []
    for item in value[:_FILTERS] if isinstance(value, list) else ():
        pair = [name_of(_whole(text)) for text in _texts(item)]
        if len(pair) == 2 and (one := filter_of(*pair)):
            found.append(one)
    return tuple(dict.fromkeys(found))


Text = Annotated[str, BeforeValidator(_whole)]
Trimmed = Annotated[Text, AfterValidator(str.strip)]
Words = Annotated[Text, at_most(MAX_QUESTION)]
Name = Annotated[Text, AfterValidator(name_of)]  # of a file, document or case
Number = Annotated[int, PlainValidator(_number)]  # whole, not below 0; as text
Texts = Annotated[tuple[Text, ...], BeforeValidator(_texts)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_texts)]
Spans = Annotated[tuple[Span, ...], PlainValidator(_spans)]  # '12-40 52-60'
FilterPairs = Annotated[Filters, PlainValidator(_filters)]  # [[kind, value], ...]; whatever is none is left out
#: The conversation's earlier questions.
History = Annotated[
    Texts, AfterValidator(lambda texts: tuple(text[:MAX_QUESTION] for text in texts[-_EARLIER_QUESTIONS:]))
]


class Call(BaseModel):
    """What a call, or an object within it, brings. What is missing, or is not what it should be, is its default."""

    @model_validator(mode="before")
    @classmethod
    def _object(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {}

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_default(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(value)
        except ValidationError:
            return cls.model_fields[info.field_name or ""].default


class Seen(Call):
    """The state of the library that the page has ``seen``."""

    seen: Text = ""


C = TypeVar("C", bound=Call)
V = TypeVar("V", bound="View")
S = TypeVar("S", bound=Seen)


class View:
    """What the page calls of one of its views: the methods whose names don't begin with '_'."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._library = live.library
        self._lock = live.lock

    def functions(self, token: str) -> list[ServerFunction]:
        """All of them, for those who know the ``token``."""
        return [_server_function(getattr(self, name), token) for name in vars(type(self)) if not name.startswith("_")]


def unless_seen(function: Callable[[V, S], Reply]) -> Callable[[V, S], Reply]:
    """The function of a view whose reply tells the library's state, and is "same" alone if the page has seen that."""

    @wraps(function)
    def called(view: V, call: S) -> Reply:
        state = view._live.state()
        return {"done": True, "same": True} if call.seen == state else {**function(view, call), "state": state}

    return called


def _server_function(function: Callable[[C], Reply], token: str) -> ServerFunction:
    """The function for the page: a call becomes the model that its argument is of, an error that was raised on purpose
    becomes a reply, and every reply can be sent.
    """
    (kind,) = (hint for name, hint in get_type_hints(function).items() if name != "return")

    @wraps(function)
    def called(payload: Any) -> Reply:
        try:
            if not isinstance(payload, Mapping) or payload.get("token", "") != token:
                raise QuestionsError(PAGE_OUTDATED)
            reply = function(kind.model_validate(payload))
        except RagError as error:
            reply = {"done": False, "html": render("web/elements.html", "problem", message=str(error))}
        return sendable(reply)

    return called


def sendable(reply: Reply) -> Reply:
    """A reply that can be sent; ``name_of`` undoes it."""
    return {_sendable(key): _sendable(value) for key, value in reply.items()}


def _sendable(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub(lambda half: chr(ord(half[0]) + _SHIFT), value)
    if isinstance(value, Mapping):
        return {_sendable(key): _sendable(inner) for key, inner in value.items()}
    return [_sendable(inner) for inner in value] if isinstance(value, list) else value
