"""What kind of answer is wanted where it is not passages: a list or number of cases, the library itself, a greeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.text.patterns import patterns

#: 'list' and 'count': all cases that meet a condition; 'which': as 'list', where the cards alone decide; 'failed':
#: those that tell what got in the way; 'latest' and 'earliest': the one that took place last or first; 'documents',
#: 'about' and 'help': the library itself; 'talk': a greeting or thanks.
RequestKind = Literal["list", "count", "which", "failed", "latest", "earliest", "documents", "about", "help", "talk"]

_PATTERNS = patterns("requests")
_OF_THE_LIBRARY: tuple[RequestKind, ...] = ("talk", "help", "documents", "about")
_OF_CASES: tuple[RequestKind, ...] = ("failed", "count", "list", "which")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; ``condition`` is what the cases must meet, in the question's words: '' for all."""

    kind: RequestKind
    condition: str = ""

    @property
    def of_library(self) -> bool:
        """Whether the library itself is meant, or nothing at all: no passage answers that."""
        return self.kind in _OF_THE_LIBRARY


def read_request(question: str) -> Request | None:
    """What kind of answer a question wants; None: passages."""
    asked = _PATTERNS["polite"].sub("", question, count=1) or question
    for kind in _OF_THE_LIBRARY:
        if _PATTERNS[kind].search(asked):
            return Request(kind)
    if one := _PATTERNS["one_of_all"].match(asked):
        return Request("latest" if _PATTERNS["latest"].search(one[0]) else "earliest", asked[one.end() :])
    for kind in _OF_CASES:
        if match := _PATTERNS[kind].match(asked):
            return Request(kind, asked[match.end() :])
    return None
