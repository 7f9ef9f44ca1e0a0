"""The sources of an evidence pack for reference managers: BibTeX and RIS, an entry a source."""

from __future__ import annotations

import re
import unicodedata
from itertools import count

from rag.present.packs.wording import UNTITLED, fingerprint_text, made_on
from rag.types import Pack, PackSource

_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_SMALL = frozenset("and for from into the with".split())
_JOINED = str.maketrans("", "", "'’")
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # readers of BibTeX count escaped braces too
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def pack_bibtex(pack: Pack) -> str:
    """BibTeX in UTF-8."""
    about = " ".join(f"{pack.title or UNTITLED}, made on {made_on(pack)}. {fingerprint_text(pack)}".split())
    entries = [f"% {about.replace('@', '(at)')}\n"]  # an @ outside an entry would begin one
    for key, source in _keyed(pack).items():
        fields = {
            "title": source.title,
            "author": source.author,
            "year": year_of(source.published),
            "howpublished": f"File: {source.file}",
            "url": source.address,
            "urldate": pack.made,
            "note": _note(source, pack),
        }
        lines = [f"  {name} = {_braced(name, value)},\n" for name, value in fields.items() if value]
        entries.append(f"@misc{{{key},\n{''.join(lines)}}}\n")
    return "\n".join(entries)


def pack_ris(pack: Pack) -> str:
    """RIS in UTF-8, with CRLF line ends."""
    lines = []
    for key, source in _keyed(pack).items():
        fields = (
            ("TY", "WEB" if source.address else "GEN"),
            ("ID", key),
            ("TI", source.title),
            ("AU", source.author),
            ("PY", year_of(source.published)),
            ("UR", source.address),
            ("Y2", pack.made.replace("-", "/")),
            ("N1", f"File: {source.file}. {_note(source, pack)}"),
        )
        lines += [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
        lines += ["ER  - ", ""]
    return "".join(f"{line}\r\n" for line in lines)


def year_of(published: str) -> str:
    """The last year that the source's own date names; '' if it names none."""
    years = _YEAR.findall(published)
    return str(years[-1]) if years else ""


def _note(source: PackSource, pack: Pack) -> str:
    dated = f"The source’s own date: {source.published}. " if source.published else ""
    return f"{dated}Read on {made_on(pack)} in Precedent, library fingerprint {pack.fingerprint}."


def _keyed(pack: Pack) -> dict[str, PackSource]:
    """Every source by a key of its own, of ASCII letters and digits: 'partnerships2015'."""
    keyed: dict[str, PackSource] = {}
    for source in pack.sources:
        words = re.findall(r"[a-z]+", unicodedata.normalize("NFKD", source.title.lower()).translate(_JOINED))
        word = next((word for word in words if len(word) > 2 and word not in _SMALL), "source")
        stem = f"{word}{year_of(source.published)}"
        key = next(name for n in count() if (name := f"{stem}{f'-{n + 1}' if n else ''}") not in keyed)
        keyed[key] = source
    return keyed


def _braced(name: str, value: str) -> str:
    line = " ".join(value.split())
    if name == "url":
        return f"{{{line.translate(_URL)}}}"
    written = line.translate(_TEX)
    # Twice in braces: a title keeps its capitals, and an organisation is not taken for a first and a last name.
    return f"{{{{{written}}}}}" if name in ("title", "author") else f"{{{written}}}"
