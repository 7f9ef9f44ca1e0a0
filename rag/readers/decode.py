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
_STATED = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)|^<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_CONTROLS = frozenset(range(1, 32)) - set(b"\t\n\r\f\x1b\x0b") | {127}
_HEAD = 65536
_MOST_CONTROLS, _MOST_NULS = 0.02, 0.1  # shares of a text's bytes; some programs leave NULs in text
_MOST_ACCENTS = 0.15  # share of bytes beyond ASCII in text of a Western language
_WIDE_NULS = 0.4  # share of NULs among every other byte that tells UTF-16 without a mark
_MAC = re.compile(rb"[a-z]\xd5[a-z]|\xd2[A-Za-z][^\xd2]{0,200}\xd3")  # women’s and “...” as old Macs wrote them
_JAPANESE_ESCAPES = (b"\x1b$B", b"\x1b$@")
_GUESSES = "cp1252 cp1250 cp1251 cp1253 cp1254 cp1256 mac_roman koi8_r cp932 euc_jp gb18030 big5 euc_kr cp866".split()


def decode(source: SourceFile) -> str:
    """The source as text, line ends unchanged.

    Raises UnsupportedSourceError for what is no text at all.
    """
    return decode_bytes(source.data)


def decode_bytes(data: bytes) -> str:
    """As ``decode``."""
    mark, encoding = _marked(data)
    if encoding:
        return data[len(mark) :].decode(encoding, errors="replace")
    if not looks_like_text(data):
        raise UnsupportedSourceError("it is not text, nor any other kind that is read: save its text as .txt or .html")
    if data.find(_JAPANESE_ESCAPES[0]) >= 0 or data.find(_JAPANESE_ESCAPES[1]) >= 0:
        return data.decode("iso2022_jp", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_by_guess(data)


def looks_like_text(data: bytes) -> bool:
    """Whether bytes can be text: in an encoding of two or four bytes, or nearly without control characters."""
    head = data[:_HEAD]
    mark, encoding = _marked(head)
    if encoding:
        text = head[len(mark) :].decode(encoding, errors="replace")
        strange = sum(char == "\ufffd" or (ord(char) < 128 and ord(char) in _CONTROLS) for char in text)
        return strange <= max(8, _MOST_CONTROLS * len(text))
    controls = sum(byte in _CONTROLS for byte in head)
    return controls <= max(8, _MOST_CONTROLS * len(head)) and head.count(0) <= max(8, _MOST_NULS * len(head))


def _marked(data: bytes) -> tuple[bytes, str]:
    """The byte order mark and the encoding it tells; the encoding alone if its NULs tell it; both empty otherwise."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    head = data[:4096]
    if len(head) >= 16:
        even, odd = head[::2].count(0) * 2 / len(head), head[1::2].count(0) * 2 / len(head)
        if odd > _WIDE_NULS and even < odd / 8:
            return b"", "utf-16-le"
        if even > _WIDE_NULS and odd < even / 8:
            return b"", "utf-16-be"
    return b"", ""


def _decode_by_guess(data: bytes) -> str:
    if stated := _STATED.search(data[:4096]):
        try:
            return data.decode((stated[1] or stated[2]).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    text = data.decode("utf-8", errors="surrogateescape")
    broken = sum("\udc80" <= char <= "\udcff" for char in text)
    if 8 * broken <= sum(char > "\x7f" for char in text):
        return without_surrogates(text)
    if _MAC.search(data):
        return data.decode("mac_roman")
    if sum(byte > 127 for byte in data) <= _MOST_ACCENTS * len(data):
        return data.decode("cp1252", errors="replace")
    from charset_normalizer import from_bytes

    head = data if len(data) <= _HEAD else data[: data.rfind(b"\n", 0, _HEAD) + 1] or data[:_HEAD]
    best = from_bytes(head, cp_isolation=_GUESSES).best()
    return data.decode(best.encoding if best is not None else "cp1252", errors="replace")


def without_surrogates(text: str) -> str:
    """A text in which bytes were kept as surrogates: they are UTF-8, else read as they are in Western files."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        pass
    return re.sub(
        "[\udc80-\udcff]", lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", errors="replace"), text
    )
