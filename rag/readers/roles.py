"""What each block is to its document's account: the account itself, or a contact line, a call to take part, ...

Rules look at the words of a block and at the heading it stands under; what they look for stands in
``rag/data/patterns/roles.toml``.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.readers.blocks import CleanText, RawBlock
from rag.text.patterns import patterns
from rag.types import Role

_SAYS = patterns("roles")
_SHORT = 8  # words: a line after 'contact:' that is still the contact's name or address


def is_furniture(text: str) -> bool:
    """Whether a block is page furniture: cookie notices, skip links, share bars, copyright lines."""
    words = len(text.split())
    if words <= 20 and _SAYS["furniture"].fullmatch(text):
        return True
    return words <= 90 and bool(_SAYS["cookies"].search(text)) and bool(_SAYS["cookie_talk"].search(text))


def is_date(text: str) -> bool:
    """Whether a block only dates the source: 'Updated July 2015'."""
    return len(text) <= 80 and bool(_SAYS["date"].fullmatch(text))


def roles(raw: Sequence[RawBlock], clean: Sequence[CleanText]) -> list[Role]:
    """The role of each block."""
    found: list[Role] = []
    section: Role = "account"  # what the heading above says of everything under it
    for block, (index, text) in zip(raw, enumerate(c.text for c in clean), strict=True):
        if block.kind == "heading":
            section = _section_role(text)
            found.append(section)
            continue
        role = block.role or _own_role(text, block)
        if role == "account" and section != "account":
            role = section
        if role == "account" and index and _goes_on(found[-1], clean[index - 1].text, text, block):
            role = found[-1]
        found.append(role)
    return found


def _section_role(heading: str) -> Role:
    if _SAYS["callout"].match(heading):
        return "callout"
    if _SAYS["contact_heading"].match(heading) or _SAYS["contact"].match(heading):
        return "contact"
    return "pointer" if _SAYS["pointer"].match(heading) else "account"


def _own_role(text: str, block: RawBlock) -> Role:
    words = len(text.split())
    if is_date(text):
        return "date"
    if words <= 90 and _SAYS["declaration"].search(text):
        return "declaration"
    if words <= 40 and _SAYS["contact"].match(text):
        return "contact"
    if block.kind == "paragraph" and words <= 12 and _SAYS["caption"].fullmatch(text):
        return "caption"
    if words <= 45 and _SAYS["callout"].match(text):
        return "callout"
    return "pointer" if words <= 45 and _SAYS["pointer"].match(text) else "account"


def _goes_on(before: Role, previous: str, text: str, block: RawBlock) -> bool:
    """A contact's name under 'contact:', the items under a call to take part."""
    if before == "contact" and previous.endswith(":"):
        return len(text.split()) <= _SHORT
    return before in ("callout", "contact") and previous.endswith(":") and block.kind == "item"
