"""An evidence pack as mark-up: for the page, and for the clipboard."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from rag.present.packs.outline import Part, outline
from rag.text.templates import render
from rag.types import Pack


def pack_rich(pack: Pack) -> Markup:
    """The whole pack without anything that only works on the page: what a word processor pastes."""
    return parts_html(outline(pack), linked=False)


def parts_html(parts: Iterable[Part], *, linked: bool = True, raised: int = 0) -> Markup:
    """The parts; numbers of quotes are buttons that open their source if they are ``linked``, headings ``raised``
    levels deeper.
    """
    return render("web/pack/preview.html", "written", parts=list(map(_named, parts)), linked=linked, raised=raised)


def _named(part: Part) -> tuple[str, Part]:
    return type(part).__name__, part
