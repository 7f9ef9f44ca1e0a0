"""Bytes to text: the encoding a file states, else the one it is in."""

from __future__ import annotations

import codecs
import re

from rag.errors import UnsupportedSourceError
from rag.types import SourceFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STATED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CONTROLS = frozenset(range(1, 32)) - set(b"\t\n\r\f\x1b\x0b") | {127}
_HEAD = 65536
_MOST_CONTROLS, _MOST_NULS = 0.02, 0.1  # shares of a text's bytes; some programs leave NULs in text
_MOST_ACCENTS = 0.15  # share of bytes beyond ASCII in text of a Western language


def decode(source: SourceFile) -> str:
    """The source as text, line ends unchanged.

    Raises UnsupportedSourceError for what is no text at all.
    """
    return decode_bytes(source.data)


def decode_bytes(data: bytes) -> str:
    """As ``decode``."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    if not looks_like_text(data):
        raise UnsupportedSourceError("it is not text, nor any other kind that is read: save its text as .txt or .html")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_by_guess(data)


def looks_like_text(data: bytes) -> bool:
    """Whether bytes can be text: with a byte order mark, or nearly without control characters."""
    head = data[:_HEAD]
    if any(head.startswith(mark) for mark, _ in _MARKS):
        return True
    controls = sum(byte in _CONTROLS for byte in head)
    return controls <= max(8, _MOST_CONTROLS * len(head)) and head.count(0) <= max(8, _MOST_NULS * len(head))


def _decode_by_guess(data: bytes) -> str:
    if stated := _STATED.search(data[:4096]):
        try:
            return data.decode(stated[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    if sum(byte > 127 for byte in data) <= _MOST_ACCENTS * len(data):
        return data.decode("cp1252", errors="replace")
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=["cp1252", "cp1250", "cp1251", "cp1256", "utf-16", "mac_roman"]).best()
    return str(best) if best is not None else data.decode("cp1252", errors="replace")
