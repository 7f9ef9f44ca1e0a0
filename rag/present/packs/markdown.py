"""An evidence pack as Markdown."""

from __future__ import annotations

import re

from rag.present.packs.outline import Bullets, Card, Heading, Part, Quotation, SourceLine, Value, Words, outline
from rag.types import Pack

# Marks within a line, and those that make something of a line's beginning.
_MARKS = re.compile(r"([\\`*_\[\]<>|~])")
_BEGINNING = re.compile(r"^(?:([#+-])|(\d+)([.)]))(?=\s|$)")


def pack_markdown(pack: Pack) -> str:
    """The whole pack, with a final line break."""
    return "\n\n".join(map(_written, outline(pack))) + "\n"


def _written(part: Part) -> str:
    match part:
        case Heading(level, text):
            return f"{'#' * level} {_plain(text)}"
        case Words():
            lines = "\n\n".join(map(_line, part.lines))
            return f"**{part.label}:** {lines}" if part.label else lines
        case Quotation():
            return f"> {_plain(part.words)} {_plain(part.number)}\n>\n> {_plain(part.reference)}"
        case Bullets(items):
            return "\n".join(f"- {_line(item)}" for item in items)
        case SourceLine(source, text):
            return f"\\[{source.number}\\] {_plain(text)}"
        case Card():
            return _table(part)


def _table(card: Card) -> str:
    rows = ["| Field | In the source’s words |", "|---|---|"]
    for label, values in card.rows:
        cells = "<br>".join("; ".join(map(_value, line)) for line in values)
        rows.append(f"| {label} | {cells or f'*{card.blank}*'} |")
    return "\n".join(rows)


def _value(value: Value) -> str:
    label = f"*{value.label}:* " if value.label else ""
    return f"{label}{_plain(value.words)} {_plain(value.place)}".rstrip()


def _line(text: str) -> str:
    """A line that begins a paragraph or an item."""
    return _BEGINNING.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", _plain(text))


def _plain(text: str) -> str:
    """``text`` on one line, safe from Markdown's own marks."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
