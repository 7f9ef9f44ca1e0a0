"""The account a web page gives, without the page's furniture: headings, paragraphs, list items, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.clean.blocks import RawBlock
from rag.clean.dom import Element, Page, parse_page
from rag.types import BlockKind, Role

#: Elements that are never part of an account.
_FURNITURE_TAGS = frozenset(
    "head title nav button select input label form dialog menu aside footer object audio video canvas map "
    "datalist progress meter".split()
)
_FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo search searchbox dialog alertdialog alert menu menubar toolbar tablist form "
    "complementary button status tooltip".split()
)
#: Words of class and id names that mark furniture.
_FURNITURE_WORDS = frozenset(
    "nav navbar navigation menu submenu breadcrumb breadcrumbs masthead footer sidebar toolbar topbar skip "
    "cookie cookies consent gdpr banner popup modal overlay lightbox tooltip "
    "login signin signup register subscribe subscription newsletter paywall donate "
    "share sharing shares social sharebar addthis addtoany sharedaddy facebook twitter whatsapp pinterest "
    "comment comments disqus respond reply replies discussion discussions feedback rating ratings "
    "related recommended recommendations recommend readmore more trending popular outbrain taboola teaser teasers "
    "ad ads advert adverts advertisement advertising advertorial sponsored sponsor promo promos promotion "
    "pager pagination paging tags tag taglist byline author authors bio meta metadata dateline timestamp "
    "copyright credit credits gallery carousel slideshow widget "
    "utility buttons button btn".split()
)
#: Class names that hide as they stand; as a part of a longer name they say something else ('label-hidden').
_FURNITURE_NAMES = frozenset(
    "hidden invisible hide visually-hidden visuallyhidden is-hidden sr-only screen-reader-text element-invisible "
    "print noprint no-print".split()
)
#: Words by which a name tells of furniture beside or around the element, not of the element.
_RELATION_WORDS = frozenset("no not with without has have one two".split())
_BLOCK_TAGS = frozenset(
    "html body div p section article main header footer aside nav h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption "
    "thead tbody tfoot tr td th blockquote figure figcaption pre hr form fieldset legend address details summary "
    "center hgroup dir menu".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LARGE_SHARE = 0.4  # what holds more of a page's unlinked text than this is no furniture, whatever it is called
_SHORT = 40  # characters; a shorter line says nothing about where the account is
_MOST = 0.7


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page's account. ``published`` is a date the page states about itself, as worded, or ''."""

    title: str
    blocks: tuple[RawBlock, ...]
    published: str


@dataclass(slots=True)
class _Line:
    """Text that stands together: ``pieces`` are runs, or a separator and where the tag it stands for begins."""

    kind: BlockKind
    level: int
    role: Role | None
    owner: Element
    pieces: list[int | tuple[str, int]] = field(default_factory=list)
    size: int = 0
    linked: int = 0


def looks_like_html(source: str) -> bool:
    """Whether a text is a web page, perhaps with a line or two before it, rather than plain text."""
    start = source[:5000].lower()
    if re.search(r"<!doctype html|<html[\s>]|<body[\s>]|<head[\s>]", start):
        return True
    return len(re.findall(r"</?(?:p|div|h[1-6]|li|ul|ol|table|tr|td|span|br|a)\b[^<>]*>", start)) >= 3


def read_html(source: str) -> HtmlPage:
    """Reads any page, however broken; one without text gives no blocks."""
    page = parse_page(source)
    title_tag, og = "", ""
    _drop_furniture(page)
    lines = list(_lines(page))
    container = _container(page.root, lines)
    kept = [line for line in lines if _inside(line.owner, container)]
    kept = _trim(kept, container)
    blocks = tuple(block for line in kept for block in _block(page, line))
    return HtmlPage("", blocks, "")


def _is_named_furniture(element: Element) -> bool:
    """Whether one of its class names or its id is a name for furniture."""
    names = f"{element.attributes.get('class', '')} {element.attributes.get('id', '')}".split()
    for name in names:
        if name.lower() in _FURNITURE_NAMES:
            return True
        words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
        if not _FURNITURE_WORDS.isdisjoint(words) and _RELATION_WORDS.isdisjoint(words):
            return True
    return False


def _is_furniture(element: Element) -> bool:
    attributes = element.attributes
    return (
        element.tag in _FURNITURE_TAGS
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", attributes.get("style", "")))
        or attributes.get("role") in _FURNITURE_ROLES
        or _is_named_furniture(element)
    )


def _drop_furniture(page: Page) -> None:
    elements = list(page.root.elements())
    for element in reversed(elements):
        element.measure(page)
    total = sum(e.size - e.linked for e in page.root.children if isinstance(e, Element))
    for element in elements:
        if element.size - element.linked <= _LARGE_SHARE * total and _is_furniture(element):
            element.remove()


def _inside(element: Element | None, container: Element) -> bool:
    while element is not None:
        if element is container:
            return True
        element = element.parent
    return False


def _lines(page: Page) -> Iterator[_Line]:
    lists = quotes = links = 0
    heading = 0
    role: Role | None = None
    row: Element | None = None
    line: _Line | None = None
    broken = False
    blocks = [page.root]
    for node, entered in page.root.walk():
        if isinstance(node, int):
            if line is None or (line.pieces and isinstance(last := line.pieces[-1], int) and last > node):
                if line and line.size:
                    yield line
                kind: BlockKind = "heading" if heading else "quote" if quotes else "item" if lists else "paragraph"
                level = heading or (lists if kind == "item" else 0)
                line = _Line(kind, level, role, blocks[-1])
            size = len(page.runs[node][1].strip())
            line.pieces.append(node)
            line.size += size
            line.linked += size if links else 0
            broken = False
            continue
        tag = node.tag
        step = 1 if entered else -1
        flush = tag in _BLOCK_TAGS
        if tag == "br" and entered:
            flush = broken
            broken = True
            if line and not flush:
                line.pieces.append(("\n", node.start))
        elif row is not None and tag in ("td", "th", "p"):
            flush = False
            if entered and tag != "p" and line and line.pieces:
                line.pieces.append((" | ", node.start))
        elif tag == "tr":
            row = node if entered and _is_data_row(node) else None
        elif tag == "a":
            links += step if "href" in node.attributes else 0
        elif tag in _HEADINGS:
            heading = _HEADINGS[tag] if entered else 0
        elif tag == "blockquote":
            quotes += step
        elif tag == "cite" and quotes:
            flush = True
        elif tag in ("ul", "ol", "dl"):
            lists += step
        elif tag == "figcaption":
            role = "caption" if entered else None
        if flush:
            if line and line.size:
                yield line
            line = None
            broken = False
        if flush:
            if entered:
                blocks.append(node)
            else:
                while blocks[-1] is not node and len(blocks) > 1:
                    blocks.pop()
                if len(blocks) > 1:
                    blocks.pop()
    if line and line.size:
        yield line


def _is_data_row(row: Element) -> bool:
    cells = [child for child in row.children if isinstance(child, Element)]
    return len(cells) > 1 and not any(
        e.tag in _BLOCK_TAGS and e.tag not in ("td", "th", "p") for e in row.elements()
    )


def _prose(line: _Line) -> int:
    unlinked = line.size - line.linked
    return unlinked if unlinked >= _SHORT and line.kind != "heading" else 0


def _container(root: Element, lines: list[_Line]) -> Element:
    weight: dict[int, int] = {}
    for line in lines:
        if prose := _prose(line):
            element: Element | None = line.owner
            while element is not None:
                weight[id(element)] = weight.get(id(element), 0) + prose
                element = element.parent
    best = root
    while True:
        inner = [c for c in best.children if isinstance(c, Element)]
        heaviest = max(inner, key=lambda e: weight.get(id(e), 0), default=None)
        if heaviest is None or heaviest.tag == "p" or weight.get(id(heaviest), 0) < _MOST * weight.get(id(best), 0) or not weight.get(id(heaviest)):
            return best
        best = heaviest


def _trim(lines: list[_Line], container: Element) -> list[_Line]:
    return [line for line in lines if line.linked <= 0.6 * line.size]


def _block(page: Page, line: _Line) -> Iterator[RawBlock]:
    text: list[str] = []
    origin: list[int] = []
    last = -1
    for piece in line.pieces:
        if isinstance(piece, int):
            if last >= 0 and piece != last + 1:
                start, raw = page.runs[last]
                text.append(" ")
                origin.append(start + len(raw))
            characters, places = page.characters(piece)
            text.append(characters)
            origin += places
            last = piece
        else:
            text.append(piece[0])
            origin += [piece[1]] * len(piece[0])
    yield RawBlock(line.kind, "".join(text), tuple(origin), line.level, role=line.role)
