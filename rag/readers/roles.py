"""What each block is to its document's account: the account itself, or a contact line, a call to take part, ...

Rules look at the words of a block and at the heading it stands under; each is a line of a table below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.readers.blocks import CleanText, RawBlock
from rag.types import Role

#: Page furniture that survives as text: dropped. Each pattern must fit the whole of a short block.
_FURNITURE = (
    r"skip to (main )?(content|navigation)\W*",
    r"(back to|go to) (the )?top( of (the )?page)?\W*",
    r"(share|print|email|save|bookmark|tweet|download) (this )?(page|article|story|post)?\W*",
    r"(share|follow us|find us) on( (facebook|twitter|x|linkedin|whatsapp|email|instagram|youtube|and|,))+\W*",
    r"(©|\(c\)|copyright)\b.{0,120}",
    r"all rights reserved\W*",
    r"(cookie|privacy) (policy|notice|settings|preferences)\W*",
    r"(accept|reject|manage|allow)( all| non-essential)? (cookies|preferences|and close|all)\W*",
    r"(don'?t|do not) show (me )?this message again\W*",
    r"was this (page|information|article) (helpful|useful)\W*( yes| no)*\W*",
    r"(loading|advertisement|menu|search|sign in|log ?in|register|home|previous|next|print|close)\W*",
    r"you are here\b.{0,120}",
    r"(please )?(enable|turn on) javascript\b.{0,160}",
)
_FURNITURE_PATTERN = re.compile("|".join(f"(?:{p})" for p in _FURNITURE), re.IGNORECASE | re.DOTALL)
_COOKIES = re.compile(r"\bcookies\b", re.IGNORECASE)
_COOKIE_TALK = re.compile(
    r"\b(we|this (web)?site|our (web)?site|uses?) (also )?(uses? |place |set )?cookies"
    r"|cookie (settings|preferences|policy)"
    r"|(accept|agree to|consent to|change|manage)\b.{0,40}cookies",
    re.IGNORECASE | re.DOTALL,
)

_DECLARATION = re.compile(
    r"\b(sponsor(ed|ship|s)?|paid for|funded|funding|commissioned|supported)\b[^.]{0,80}"
    r"\b(this|the following|non-promotional)\b[^.]{0,40}\b(piece|article|content|feature|supplement|advertorial|post)\b"
    r"|\bthis\b[^.]{0,40}\b(piece|article|content|feature|supplement|post)\b[^.]{0,60}"
    r"\b(was|is|has been) (sponsored|paid for|funded|commissioned|initiated)\b"
    r"|\b(conflicts?|declarations?) of interests?\b|\bcompeting interests?\b|\badvertisement feature\b"
    r"|\bno input into the content\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(uploaded|image|photo(graph)?|picture|logo|figure|credit|caption)\b(?!.*[.!?]\s+\S+ \S+).{0,160}",
    re.IGNORECASE | re.DOTALL,
)
_CONTACT = re.compile(
    r"(for|to (get|request|find out)) (further|more|any)\b[^.]{0,60}"
    r"\b(contact|e-?mail|call|phone|telephone|write to|speak to)\b"
    r"|(please )?(contact( us)?|e-?mail|tel(ephone)?|phone|call us|write to)\b[\s:]+\S.{0,120}$"
    r"|[^.]{0,80}\bcall us on\b|[\w.+-]+@[\w-]+\.[\w.]+$|(\+44|\(?0\d{2,4}\)?)[\d\s-]{6,12}$",
    re.IGNORECASE | re.DOTALL,
)
_CALLOUT = re.compile(
    r"(are|were) you (a|an|from|interested|living|working|looking)\b|get involved|how to (get involved|take part|apply)"
    r"|(you can|would you like to) (get involved|take part|join)|have your say|take part( in)?\b|join (us|in|the)\b"
    r"|(help|support) us\b|share your (story|views|experience|experiences)|by sharing your (views|experiences)"
    r"|(complete|completing|fill in|take|filling in) (our|the|this) (online )?(survey|questionnaire)"
    r"|(sign|signing) up\b|subscribe\b|register (now|here|for)|donate\b|volunteer with us",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"for (further|more)( information| details)?\b[^.]{0,80}\b(see|visit|read|go to)\b"
    r"|for (further|more) information\b|(find out|read|learn|see) more\b|click here|see also\b|download\b"
    r"|visit (our|the)\b|related (articles|pages|links|content)|looking for\b|find (advice|information|help|support)\b"
    r"|view (the|all)\b"
    r"|(note: ?)?(for )?an? (more detailed|longer|full(er)?) (version|account|report)\b[^.]{0,60}\b(see|visit|read)\b"
    r"|this (case( study)?|(alternate )?version|account|article|entry) was (originally |first )?(submitted|published)\b"
    r"|the following (report|document|link|page|video)\b|(external website)",
    re.IGNORECASE,
)
_DATE_WORDS = (
    r"((mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?,? ?)?(\d{1,2}(st|nd|rd|th)? )?"
    r"[a-z]{3,9}\.? (\d{1,2}(st|nd|rd|th)?,? )?(19|20)\d\d"
)
_DATE = re.compile(
    r"((page |article |content )?(first |last |date )?"
    r"(updated|published|reviewed|revised|posted|modified|created|written)( on| at)?\s*:?\s*"
    r"|date( of publication)?\s*:\s*)?"
    rf"({_DATE_WORDS}|\d{{1,2}}[/.-]\d{{1,2}}[/.-](19|20)?\d\d|(19|20)\d\d-\d\d-\d\d)\W*",
    re.IGNORECASE,
)
_SHORT = 8  # words: a line after 'contact:' that is still the contact's name or address


def is_furniture(text: str) -> bool:
    """Whether a block is page furniture: cookie notices, skip links, share bars, copyright lines."""
    words = len(text.split())
    if words <= 20 and _FURNITURE_PATTERN.fullmatch(text):
        return True
    return words <= 90 and bool(_COOKIES.search(text)) and bool(_COOKIE_TALK.search(text))


def is_date(text: str) -> bool:
    """Whether a block only dates the source: 'Updated July 2015'."""
    return len(text) <= 80 and bool(_DATE.fullmatch(text))


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
    if _CALLOUT.match(heading):
        return "callout"
    if re.match(r"contacts?\W*$", heading, re.IGNORECASE) or _CONTACT.match(heading):
        return "contact"
    return "pointer" if _POINTER.match(heading) else "account"


def _own_role(text: str, block: RawBlock) -> Role:
    words = len(text.split())
    if is_date(text):
        return "date"
    if words <= 90 and _DECLARATION.search(text):
        return "declaration"
    if words <= 40 and _CONTACT.match(text):
        return "contact"
    if block.kind == "paragraph" and words <= 12 and _CAPTION.fullmatch(text):
        return "caption"
    if words <= 45 and _CALLOUT.match(text):
        return "callout"
    return "pointer" if words <= 45 and _POINTER.match(text) else "account"


def _goes_on(before: Role, previous: str, text: str, block: RawBlock) -> bool:
    """A contact's name under 'contact:', the items under a call to take part."""
    if before == "contact" and previous.endswith(":"):
        return len(text.split()) <= _SHORT
    return before in ("callout", "contact") and previous.endswith(":") and block.kind == "item"
