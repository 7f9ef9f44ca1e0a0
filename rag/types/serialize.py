"""Dataclasses as JSON and back: what the index and the worker process pass on; never pickle."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(record: Any) -> str:
    """A dataclass as JSON, in ASCII: a file name that isn't UTF-8 holds characters that few files can."""
    return json.dumps(
        record,
        default=lambda part: {f.name: getattr(part, f.name) for f in fields(part)},
        separators=(",", ":"),
    )


def decode(kind: type[T], text: str) -> T:
    """The dataclass that ``encode`` was given. Raises ValueError, TypeError or KeyError if it isn't one."""
    make = _maker(cast(Hashable, kind))
    record: T = make(json.loads(text))
    return record


@cache
def _maker(hint: Any) -> Callable[[Any], Any]:
    """What turns parsed JSON back into a value of a dataclass's field type."""
    arguments = get_args(hint)
    if is_dataclass(hint):
        return _record_maker(hint)
    if get_origin(hint) is tuple and arguments[-1] is Ellipsis:
        item = _maker(arguments[0])
        return lambda values: tuple(item(value) for value in values)
    if get_origin(hint) is tuple:
        items = [_maker(argument) for argument in arguments]
        return lambda values: tuple(make(value) for make, value in zip(items, values, strict=True))
    if get_origin(hint) in (Union, UnionType):
        (present,) = (_maker(argument) for argument in arguments if argument is not NoneType)
        return lambda value: None if value is None else present(value)
    return lambda value: value


def _record_maker(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    makers = {field.name: _maker(hints[field.name]) for field in fields(kind)}
    return lambda values: kind(**{name: make(values[name]) for name, make in makers.items()})
