"""Cleaning: a source file becomes a Document, with a map from every character back to its place in the source."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import PurePosixPath

from rag.readers.blocks import CleanText, Content, RawBlock, SourcePart, normalise, origin_map
from rag.readers.by_kind import content_of
from rag.readers.decode import without_surrogates
from rag.readers.media import is_text, media_type_of
from rag.readers.roles import is_date, is_furniture, roles
from rag.readers.text_kinds import HTML
from rag.text.words import sentences
from rag.types import Block, Document, Part, SourceFile, Span

_GENERIC_TITLE = re.compile(
    r"(case stud(y|ies)|home( page)?|news|untitled( document)?|index|article|blog|resources?|welcome)\W*",
    re.IGNORECASE,
)


def clean(source: SourceFile) -> Document:
    """The document of a source file of one document (``rag.readers.archive`` takes several out of one file).

    Raises SourceError for what can't be read. A source without any words gives a document without blocks.
    """
    media_type = source.media_type or media_type_of(source.name, source.data)
    content = content_of(source, media_type)
    kept = [(block, normal) for block in content.blocks if (normal := normalise(block.text, block.origin)).text]
    kept = [(block, normal) for block, normal in kept if not is_furniture(normal.text)]
    blocks, clean_text, places = _assemble([b for b, _ in kept], [n for _, n in kept])
    return Document(
        doc_id=source.name,
        title=_stated(content, media_type, blocks, clean_text) or PurePosixPath(source.name).stem,
        text=clean_text,
        blocks=tuple(blocks),
        origin=origin_map(places),
        sha256=source.sha256,
        published=_dated(media_type, _line(content.published), _published(blocks, clean_text)),
        author=_line(content.author),
        media_type=media_type,
        parts=_parts(content.parts, places),
        warnings=tuple(map(_line, content.warnings)),
    )


def _line(stated: str) -> str:
    """What a file states of itself, as one line without control characters and halves of characters."""
    text = without_surrogates(stated)
    return normalise(text, range(len(text))).text


def _parts(stated: Sequence[SourcePart], places: Sequence[int]) -> tuple[Part, ...]:
    """Where each part begins in the clean text; one that nothing was kept of is left out."""
    found: list[Part] = []
    for part in stated:
        start = bisect_left(places, part.origin)
        if found and found[-1].start == start:
            found.pop()
        if start < len(places):
            found.append(Part(start, part.kind, _line(part.label)))
    return tuple(found)


def _assemble(raw: Sequence[RawBlock], normal: Sequence[CleanText]) -> tuple[list[Block], str, list[int]]:
    """Blocks with their offsets, the clean text and the origin of its every character."""
    parts: list[str] = []
    places: list[int] = []
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    headed = False
    all_roles = roles(raw, normal)
    for index, (block, words) in enumerate(zip(raw, normal, strict=True)):
        if index:
            joined = "\n" if block.kind == "item" and raw[index - 1].kind == "item" else "\n\n"
            parts.append(joined)
            places += [places[-1]] * len(joined)
        # 'Interested? Call us on ...' may look like a heading, but is something to quote.
        kind = "paragraph" if block.kind == "heading" and all_roles[index] == "contact" else block.kind
        if kind == "heading":
            path = _path_below(path, block.level, stands_alone=bool(blocks) and blocks[-1].kind == "heading")
        start = len(places)
        blocks.append(
            Block(
                kind=kind,
                start=start,
                end=start + len(words.text),
                role=all_roles[index],
                level=block.level,
                heading_path=tuple(heading for _, heading in path),
                gap=block.gap,
            )
        )
        is_title = block.level == 1 and not headed
        if kind == "heading":
            headed = True
            if not is_title:
                path.append((block.level, words.text))
        parts.append(words.text)
        places += words.origin
    text = "".join(parts)
    return _with_lead_ins(blocks, text), text, places


def _path_below(path: list[tuple[int, str]], level: int, *, stands_alone: bool) -> list[tuple[int, str]]:
    """The headings a heading of ``level`` stands under.

    Plain text shows no levels: a heading right below another of its level is taken to stand under it.
    """
    above = [(lv, words) for lv, words in path if lv < level]
    if stands_alone and path and path[-1][0] == level:
        above.append(path[-1])
    return above


def _with_lead_ins(blocks: list[Block], text: str) -> list[Block]:
    """List items get the span of their lead-in, quotations that of their speaker."""
    found: list[Block] = []
    lead: dict[int, Span | None] = {}  # nesting depth -> lead-in
    for index, block in enumerate(blocks):
        span: Span | None = None
        before = found[-1] if found else None
        if block.kind == "item":
            if before is None or before.kind != "item":
                lead = {block.level: _item_lead_in(before, text)}
            elif block.level > before.level:
                lead[block.level] = (before.start, before.end)
            span = lead.get(block.level) or next((v for v in lead.values() if v), None)
        elif block.kind == "quote":
            span = _speaker(blocks, index, text)
        found.append(_replace_lead_in(block, span))
    return found


def _replace_lead_in(block: Block, span: Span | None) -> Block:
    return Block(block.kind, block.start, block.end, block.role, block.level, block.heading_path, span, block.gap)


def _item_lead_in(before: Block | None, text: str) -> Span | None:
    """The last sentence of the paragraph above a list, if it leads into it."""
    if before is None or before.kind not in ("paragraph", "quote"):
        return None
    last = sentences(text, before.start, before.end)[-1]
    words = text[last[0] : last[1]]
    leads = words.endswith((":", "-", "–", "—")) or words[-1].isalnum()
    return last if leads or re.search(r"\b(following|below)\b", words) else None


_SPEAKER_WORDS = 25
_TITLE_WORDS = 12


def _speaker(blocks: Sequence[Block], index: int, text: str) -> Span | None:
    """Who says a quotation: the line before it that ends in a colon, or a short line after it."""
    first = index
    while first and blocks[first - 1].kind == "quote":
        first -= 1
    last = index
    while last + 1 < len(blocks) and blocks[last + 1].kind == "quote":
        last += 1
    if first and blocks[first - 1].kind == "paragraph":
        before = sentences(text, blocks[first - 1].start, blocks[first - 1].end)[-1]
        if text[before[1] - 1] in ":," and len(text[before[0] : before[1]].split()) <= _SPEAKER_WORDS:
            return before
    signature = blocks[last]
    words = text[signature.start : signature.end]
    if last > first and index < last and len(words.split()) <= _SPEAKER_WORDS and words[-1] not in '.!?”"’':
        return signature.start, signature.end
    return None


def _stated(content: Content, media_type: str, blocks: Sequence[Block], text: str) -> str:
    """The document's title; '' for a table that states none, as the names of its rows are those of its cases."""
    stated = _line(content.title)
    if content.parts and content.parts[0].kind == "row":
        return stated
    return _title(stated or _opening(media_type, blocks, text), blocks, text)


def _title(stated: str, blocks: Sequence[Block], text: str) -> str:
    """The title a page states, else the first heading that says something."""
    headings = [text[b.start : b.end] for b in blocks if b.kind == "heading" and b.role == "account"]
    candidates = [title for title in (stated.strip(), *headings[:2]) if title]
    return next((title for title in candidates if not _GENERIC_TITLE.fullmatch(title)), "".join(candidates[:1]))


def _opening(media_type: str, blocks: Sequence[Block], text: str) -> str:
    """The short line that a paged document begins with: its title, though it may not look like a heading."""
    if is_text(media_type) or not blocks or blocks[0].kind != "paragraph":
        return ""
    words = text[blocks[0].start : blocks[0].end]
    return words if len(words.split()) <= _TITLE_WORDS and words[-1].isalnum() and "|" not in words else ""


def _dated(media_type: str, stated: str, printed: str) -> str:
    """A web page states its date; other files state when they were last saved, so a printed date comes first."""
    return stated or printed if media_type == HTML else printed or stated


def _published(blocks: Sequence[Block], text: str) -> str:
    dates = [text[b.start : b.end] for b in blocks if b.role == "date" and is_date(text[b.start : b.end])]
    return dates[-1] if dates else ""
