"""Cases like a situation, in words."""

from __future__ import annotations

from rag.present.fields import FIELDS, flat
from rag.present.wording import counted
from rag.types import Aspect, Document, Likeness, Match, Precedents

ASPECTS: dict[Aspect, str] = {"problem": "Problem", "people": "People", "place": "Place", "means": "Means"}
LIKENESSES: dict[Likeness, str] = {"full": "Matches", "part": "Partly", "none": "Not here"}

#: What is said of an aspect that no case meets, after 'no case here'.
_LACKING: dict[Aspect, str] = {
    "problem": "works on that problem",
    "people": "was for those people",
    "place": "is from such a place",
    "means": "used those means",
}


def count_precedents_text(found: Precedents, *, narrowed: bool = False) -> str:
    """How many cases are shown for a situation; ``narrowed``: filters limit which ones can be."""
    if not found.situation.parts:
        return "Describe the problem, the people, the place or what you have: there is nothing to go by yet."
    if not found.found:
        return "No case that meets these filters is like that." if narrowed else "Nothing here is like that."
    return f"The {counted(len(found.found), 'case')} most like it, nearest first" if found.found[1:] else "1 case"


def remarks_text(found: Precedents, *, narrowed: bool = False) -> str:
    """What no case of the library meets, or of those that meet the filters if it is ``narrowed``, said plainly; '' if
    each aspect is met by one.
    """
    none = "none of these cases" if narrowed else "no case here"
    lacking = [f"{none} {_LACKING[aspect]}" for aspect in ASPECTS if aspect in found.lacking]
    if not lacking or not found.found:
        return ""
    said = "; ".join(lacking)
    met = [ASPECTS[aspect].lower() for aspect in found.situation.aspects if aspect not in found.lacking]
    *others, last = met or [""]
    by = f"{', '.join(others)} and {last}" if others else last
    nearest = f" Nearest by {by}:" if by and "problem" in found.lacking else ""
    return f"{said[0].upper()}{said[1:]}.{nearest}"


def absent_text(match: Match, document: Document) -> str:
    """That a case says nothing of an aspect of a situation, and what it tells of instead."""
    if not match.instead:
        return "It says nothing of this"
    words = dict.fromkeys(flat(document.text[slice(*span)]) for _, span in match.instead)
    label = dict(FIELDS)[match.instead[0][0]].lower()
    return f"Nothing of this; {label}: “{'; '.join(words)}”"
