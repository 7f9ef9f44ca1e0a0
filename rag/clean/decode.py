"""Bytes to text: the encoding a file states, else the one it is in."""

from __future__ import annotations

import codecs
import re

from rag.errors import SourceError
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
_MOST_CONTROLS, _MOST_NULS = 0.02, 0.1  # shares of a text's bytes; some programs leave NULs in text
_MOST_ACCENTS = 0.15  # share of bytes beyond ASCII in text of a Western language


def decode(source: SourceFile) -> str:
    """The source as text, line ends unchanged.

    Raises SourceError for what is no text at all.
    """
    for mark, encoding in _MARKS:
        if source.data.startswith(mark):
            return source.data[len(mark) :].decode(encoding, errors="replace")
    _refuse_binary(source)
    try:
        return source.data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_by_guess(source.data)


def _refuse_binary(source: SourceFile) -> None:
    head = source.data[:65536]
    controls = sum(byte in _CONTROLS for byte in head)
    nuls = head.count(0)
    if controls > max(8, _MOST_CONTROLS * len(head)) or nuls > max(8, _MOST_NULS * len(head)):
        raise SourceError(
            f"{source.name} is not text ({controls + nuls} control bytes in its first {len(head):,}): "
            "remove it from the folder, or save its text as .txt or .html"
        )


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
