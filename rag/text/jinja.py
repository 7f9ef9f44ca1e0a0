"""How templates are read, and what they can do to a value: ``{{ name|attribute }}``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from rag.text.plain import brief, plain, shortened
from rag.types import Span

_BETWEEN_TAGS = re.compile(r"(?:(?<=>)|\A)\s*\n\s*(?:(?=<)|\Z)")
_BREAK = re.compile(r"\s*\n\s*")
_ASCII = re.compile(r"[\x00-\x7f]+")


def environment() -> Environment:
    """What reads the package's templates."""
    made = Environment(
        loader=PackageLoader("rag", ""),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        extensions=[_WithoutIndent],
    )
    made.filters |= {"attribute": attribute, "in_address": in_address, "json": as_json, "places": places}
    made.filters |= {"plain": plain, "brief": brief, "shortened": shortened}
    return made


class _WithoutIndent(Extension):
    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", _BREAK.sub(" ", _BETWEEN_TAGS.sub("", token.value)))
            else:
                yield token


def attribute(name: str) -> Markup:
    """A name as the value of an attribute that is read back: a browser would make a line feed of a carriage return."""
    return escape(name).replace("\r", Markup("&#13;"))


def in_address(value: str) -> str:
    """A value as part of an address within the page. What is not ASCII stays: bytes of odd file names reach the page
    as private characters (rag.web.calls).
    """
    return _ASCII.sub(lambda found: quote(found[0], safe=""), value)


def as_json(value: object) -> str:
    """A value for a script. Nothing is escaped: the bytes of odd file names could not be sent."""
    return json.dumps(value, ensure_ascii=False)


def places(spans: Sequence[Span]) -> str:
    """Spans as the page's script passes them on: '12-40 52-60'."""
    return " ".join(f"{start}-{end}" for start, end in spans)
