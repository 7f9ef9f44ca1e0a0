"""Evidence packs as files: Word, Markdown, CSV, BibTeX, RIS."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rag.present.packs.markdown import pack_markdown
from rag.present.packs.references import pack_bibtex, pack_ris
from rag.present.packs.rows import pack_csv
from rag.present.packs.word import pack_docx
from rag.types import Pack


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file to save: its name, its media type, its bytes."""

    name: str
    type: str
    data: bytes


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: By the file's ending: its media type, and what makes it.
PACK_FORMATS: Mapping[str, tuple[str, Callable[[Pack], bytes]]] = {
    "docx": (_WORD, pack_docx),
    "md": ("text/markdown", lambda pack: pack_markdown(pack).encode()),
    "csv": ("text/csv", lambda pack: pack_csv(pack).encode("utf-8-sig")),  # Excel takes it for UTF-8 by its mark
    "bib": ("application/x-bibtex", lambda pack: pack_bibtex(pack).encode()),
    "ris": ("application/x-research-info-systems", lambda pack: pack_ris(pack).encode()),
}


def pack_file(pack: Pack, ending: str) -> PackFile:
    """The pack as a file of one of PACK_FORMATS, named after its title. Raises KeyError for another ending."""
    media_type, make = PACK_FORMATS[ending]
    ascii_title = unicodedata.normalize("NFKD", pack.title).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", ascii_title))[:60].strip("-") or "evidence-pack"
    return PackFile(f"{name}-{pack.made}.{ending}", media_type, make(pack))
