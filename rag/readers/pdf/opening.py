"""Opening a PDF, and what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rag.errors import SourceError
from rag.text.patterns import patterns

_DAMAGED = "its PDF is damaged and can't be read: open it in a PDF viewer, save or print it as a new PDF and add that"
_LOCKED = "it is protected by a password: open it with the password, save a copy without one and add that"

_DATE = re.compile(r"D?:?((?:19|20)\d\d)(\d\d)?(\d\d)?")


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The PDF, closed again afterwards. Raises SourceError if it can't be read; so does any page of it."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    broken = (pypdfium2.PdfiumError, ValueError, TypeError, OSError, IndexError, OverflowError, ArithmeticError)
    pdf = None
    try:
        pdf = pypdfium2.PdfDocument(data)
        yield pdf
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        raise SourceError(_LOCKED if locked else _DAMAGED) from error
    except broken as error:
        raise SourceError(_DAMAGED) from error
    finally:
        if pdf is not None:
            pdf.close()


def page_of(pdf: Any, index: int) -> Any | None:
    """A page, or None if it is damaged."""
    import pypdfium2

    try:
        return pdf[index]
    except pypdfium2.PdfiumError:
        return None


def stated_title(metadata: dict[str, str], words: str) -> str:
    """The title in the file's properties, unless a program made it up or the pages don't know its words."""
    title = " ".join(metadata.get("Title", "").split())
    own = re.findall(r"\w+", title.casefold())
    known = set(re.findall(r"\w+", words.casefold()))
    if (
        not own
        or patterns("properties")["tool_title"].match(title)
        or sum(word in known for word in own) < 0.6 * len(own)
    ):
        return ""
    return title


def stated_author(metadata: dict[str, str], words: str) -> str:
    """The author in the file's properties, if the pages name them too: often it is whoever owned the computer."""
    author = " ".join(metadata.get("Author", "").split())
    return author if len(author) > 4 and author.casefold() in " ".join(words.casefold().split()) else ""


def stated_date(metadata: dict[str, str]) -> str:
    """When the file was made, as an ISO date, or ''."""
    match = _DATE.match(metadata.get("CreationDate", ""))
    return "-".join(part for part in match.groups() if part) if match else ""
