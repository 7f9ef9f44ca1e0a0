"""What a question leaves out: 'but not in Coventry', 'other than Asian women', 'without interpreters'.

What is left out is taken from the words that are searched, and keeps cases and passages from being found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.text.patterns import patterns
from rag.text.words import content_terms
from rag.types import Exclusion, Filters

_PATTERNS = patterns("exclusions")
#: In this order; some leave out only what the library or the gazetteer knows as a place, people or setting.
_CUES = ("unwanted", "anything", "without", "named", "outside")
_OF_WHAT_IS_KNOWN = ("named", "outside")
_LONGEST_QUESTION = 400  # characters; what is longer tells of a situation


def read_exclusions(
    question: str, named: Callable[[str], Filters], *, situation: bool = False, fact: bool = False
) -> tuple[str, tuple[Exclusion, ...]]:
    """The question without what it leaves out, and that; ``named`` reads places, people and settings in a text.

    In doubt nothing is left out, and the question stays whole. A ``situation`` tells much with 'not' and 'outside'
    that leaves nothing out; 'What battle outside Quebec was lost?' asks for a ``fact``.
    """
    found: list[Exclusion] = []
    rest = question
    told = situation or len(question) > _LONGEST_QUESTION
    for name in _CUES[:1] if told else _CUES[:-1] if fact else _CUES:
        at = 0
        while cue := _PATTERNS[name].search(rest, at):
            end = _PATTERNS["ends"].search(rest, cue.end())
            stop = end.start() if end else len(rest)
            if (
                name in _OF_WHAT_IS_KNOWN
                and (names := _PATTERNS["names"].match(rest, cue.end(), stop))
                and named(f"in {names[0]}")
            ):
                stop = names.end()  # 'projects that weren’t in London reached women'
            left_out = list(_left_out(rest[cue.end() : stop], named, anything=name not in _OF_WHAT_IS_KNOWN))
            at = cue.end()
            if left_out:
                found += left_out
                rest = f"{rest[: cue.start()]} {rest[stop:]}"
                at = cue.start()
    return (_tidy(rest), tuple(dict.fromkeys(found))) if found else (question, ())


def _left_out(clause: str, named: Callable[[str], Filters], *, anything: bool) -> Iterator[Exclusion]:
    for part in _PATTERNS["between"].split(clause):
        words = _PATTERNS["opens"].sub("", part).strip(" ’'\"“”‘")
        if filters := named(f"in {words}"):
            yield Exclusion(words, filters)
        elif anything and content_terms(words):
            yield Exclusion(words)


def _tidy(text: str) -> str:
    """Without the blanks and commas that stood around what was taken out."""
    text = re.sub(r"\s+([,;.?!])", r"\1", " ".join(text.split()))
    return re.sub(r"^[\s,;.]+|,(?=[?.!]|$)|(?<=[?.!;])\s*[.,;]+", "", text)
