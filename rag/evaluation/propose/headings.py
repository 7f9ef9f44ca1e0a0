"""Questions that the words below a heading answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rag.cases.fields.outcomes import is_planned
from rag.cases.find import place_names
from rag.evaluation.propose.naming import is_title
from rag.evaluation.propose.wording import PATTERNS, Asked
from rag.text.patterns import patterns
from rag.text.words import content_terms, stems

_PATTERNS = patterns("headings")


#: Headings that case studies share. The table of patterns has what is asked of a case that has one, and beside it what
#: an answer speaks of.
_COMMON = _PATTERNS.group("common")
_LONGEST = 9  # words


def asked_below(
    heading: str, sentences: Iterable[str], name: str, *, unique: bool, is_common: Callable[[str], bool]
) -> tuple[Asked, str] | None:
    """What ``heading`` makes one ask, and which of the ``sentences`` below it answers; None if nothing reads well.

    ``name``: of the case, '' if it has none. ``unique``: whether the heading stands once in the library. ``is_common``
    tells words that are written with a small letter from names.
    """
    heading = _PATTERNS["numbered"].sub("", heading.strip(" #*:.-–"))
    below = [text for text in sentences if not (text[0].islower() or _goes_on(text))]
    if not is_title(heading) or not below or re.search(r"[:()\[\]“”\"\d]|[^\W\d_a-zA-Z]", heading):
        return None
    if name and (found := _of_case(heading, below, name)):
        return found
    if (
        not unique
        or _PATTERNS["says_nothing"].match(heading)
        or _PATTERNS["points_outside"].search(heading)
        or any(_PATTERNS[name].search(heading) for name in _COMMON)
    ):
        return None
    asked = _of_topic(heading, is_common)
    own = {term.stem for term in content_terms(heading)}
    quote = next((sentence for sentence in below if own & set(stems(sentence))), "")
    return (asked, quote) if asked and quote else None


def _goes_on(sentence: str) -> bool:
    return bool(PATTERNS["pointing"].match(sentence) or _PATTERNS["goes_on"].match(sentence))


def _of_case(heading: str, below: list[str], name: str) -> tuple[Asked, str] | None:
    if _PATTERNS["next_steps"].match(heading):
        plan = next((sentence for sentence in below if is_planned(sentence)), "")
        return (Asked(f"What is planned to follow {name}?", "fact", "heading next"), plan) if plan else None
    for common in _COMMON:
        if _PATTERNS[common].search(heading):
            answers = _PATTERNS[f"{common}_answer"]
            quote = next((sentence for sentence in below if answers.search(sentence)), "")
            if quote:
                asked, kind = _PATTERNS.entries[common]["asks"], _PATTERNS.entries[common].get("kind", "fact")
                return Asked(asked.format(name), kind, f"heading {asked}"), quote
    return None


def _of_topic(heading: str, is_common: Callable[[str], bool]) -> Asked | None:
    if len(content_terms(heading)) < 2 or len(heading.split()) > _LONGEST:
        return None
    if _PATTERNS["question"].match(heading):
        return Asked(heading[0].upper() + heading[1:], "fact", "heading question")
    words = _within(heading, is_common)
    if "?" in words or "!" in words or _PATTERNS["question_word"].match(words):
        return None
    if _PATTERNS["tells_what_to_do"].match(words):
        if " own " in words:  # 'run own operating system': short of a word
            return None
        return Asked(f"How should one {words[0].lower()}{words[1:]}?", "what-worked", "heading how")
    if _PATTERNS["finite_verb"].search(words):
        return None
    head = _PATTERNS["preposition"].split(words)[0].split()
    plural = head[-1].endswith("s") and not head[-1].endswith(("ss", "us", "is"))
    if plural or head[0].endswith("ing") or head[0] in ("the", "a", "an"):
        return Asked(f"What is said about {words}?", "fact", "heading about")
    return None


def _within(heading: str, is_common: Callable[[str], bool]) -> str:
    """``heading`` as it reads inside a sentence: names and abbreviations keep their capitals."""
    first, *others = heading.split()
    lowered = [word.lower() if word.istitle() and is_common(word.lower()) else word for word in others]
    if others and not any(word[0].isupper() for word in lowered) and first.istitle() and not place_names(first):
        return " ".join([first.lower(), *lowered])  # the first capital is the heading's, not a name's
    if first in ("The", "A", "An") or (first.endswith("ing") and not place_names(first)):
        return " ".join([first.lower(), *others])
    return heading
