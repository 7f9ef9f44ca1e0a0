"""What was collected for a paper of one’s own, as mark-up: for the page, and for the clipboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from rag.present.packs.collect import MAX_NOTE
from rag.present.packs.outline import Part, body_parts, outline
from rag.present.packs.wording import asked_text, fingerprint_text
from rag.present.wording import counted
from rag.text.templates import render
from rag.types import Pack, PackItem


def packed_html(pack: Pack, left_out: Sequence[bool]) -> Markup:
    """What is in the pack. ``left_out`` says of each unanswered question whether it is to be left out."""
    held = f"{counted(len(pack.items), 'item')} from {counted(len(pack.sources), 'source')}"
    return render(
        "web/pack/packed.html",
        "packed",
        facts=f"{held}. {fingerprint_text(pack)}",
        items=[(item, _summary(item), parts_html(body_parts(item), raised=1)) for item in pack.items],
        unanswered=list(zip(map(asked_text, pack.unanswered), left_out, strict=True)),
        max_note=MAX_NOTE,
    )


def _summary(item: PackItem) -> str:
    """What is folded away."""
    if item.case:
        stated = sum(bool(field.quotes) for field in item.case.fields)
        return f"Its card: {stated} of {len(item.case.fields)} fields stated"
    quotes = sum(len(group.quotes) for group in item.groups)
    return counted(quotes, "quote") if quotes else "What was searched"


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
