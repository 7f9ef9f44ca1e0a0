"""What a file's content shows it to be, whatever its name says."""

from __future__ import annotations

from pathlib import PurePosixPath

from rag.clean.decode import decode_bytes, looks_like_text
from rag.clean.html import looks_like_html

HTML = "text/html"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"
PDF = "application/pdf"
UNKNOWN = "application/octet-stream"

_HEAD = 65536  # bytes that are looked at
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})


def media_type_of(name: str, data: bytes) -> str:
    """The media type of a file's content; its ``name`` decides only between kinds of plain text.

    UNKNOWN for what is of no kind that is read.
    """
    if data.startswith(b"%PDF-"):
        return PDF
    if not looks_like_text(data):
        return UNKNOWN
    if looks_like_html(decode_bytes(data[:_HEAD])):
        return HTML
    return MARKDOWN if PurePosixPath(name).suffix.lower() in _MARKDOWN_SUFFIXES else PLAIN


def is_text(media_type: str) -> bool:
    """Whether a file of this type is text: each of its characters can be shown as it stands in the file."""
    return media_type.startswith("text/")
