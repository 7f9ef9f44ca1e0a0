"""Small places that the gazetteer lacks: what a title and the text name, and the part of a listed place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.cases.account import Account
from rag.cases.mentions import has_plain_word, mentions, with_areas
from rag.text.gazetteer import lookup
from rag.text.patterns import patterns
from rag.types import Span

_PATTERNS = patterns("localities")
_PARTS = ("part_after_kind", "part_before_kind", "part_in_kind", "part_of_whole")
_MOST_TITLE_WORDS = 3
_LONGEST_WORD = 30
_LABEL_WORDS = 3
_FIRST = 8  # sentences that say which part of a place is meant


def titled_place(account: Account, spans: Sequence[Span]) -> Span | None:
    """How the account words a place that its title names but the gazetteer lacks, with the areas after it."""
    title, text = account.document.title, account.text
    before, after = _PATTERNS.source("is_place_before"), _PATTERNS.source("is_place_after")
    certain = [match["name"] for match in _PATTERNS["in_title"].finditer(title)]
    for name in dict.fromkeys((*certain, *_runs(title))):
        if name == title or not _is_unlisted(name, text):
            continue
        words = re.escape(name).replace("St\\ ", "St\\.?\\ ").replace("St\\.\\ ", "St\\.?\\ ")
        words = re.sub("[’']", "[’'´]", words)
        pattern = re.compile(rf"{before}(?P<a>{words})(?![\w’'-]| [A-Z])|(?<![\w-])(?P<b>{words})(?={after})")
        if found := next((m for span in spans if (m := pattern.search(text, *span))), None):
            start, stop = found.span("a" if found["a"] else "b")
            return start, max(stop, with_areas(text, stop, spans[-1][1]))
    return None


def _is_unlisted(name: str, text: str) -> bool:
    return not (
        lookup(name)
        or patterns("places")["not_names"].match(name)
        or _PATTERNS["method"].search(name)
        or has_plain_word(name, text)
    )


def _runs(title: str) -> Iterator[str]:
    """Two and three capitalised words of a title that follow each other, the longest first."""
    for size in range(_MOST_TITLE_WORDS, 1, -1):
        for run in _PATTERNS["title_words"].finditer(title):
            words = list(_PATTERNS["word"].finditer(run.group()))
            for first in range(len(words) - size + 1):
                if not lookup(words[first + size - 1].group()):  # 'Imagine Philadelphia'
                    yield run.group()[words[first].start() : words[first + size - 1].end()]


def part_of_place(account: Account, within: Sequence[Span] = ()) -> Span | None:
    """The estate, ward or villages where the work was done, as the first sentences tell."""
    text = account.text
    told = [t for t in account.told if not within or any(a <= t.start and t.end <= b for a, b in within)]
    told = [t for t in told if len(text[t.start : t.end].split()) > _LABEL_WORDS]
    for number, each in enumerate(told):
        if number >= _FIRST and not _PATTERNS["section_where"].search(" ".join(each.block.heading_path[-1:])):
            continue
        for pattern in _PARTS:
            for match in _PATTERNS[pattern].finditer(text, each.start, each.end):
                if span := _part(text, match, each.end, needs_whole=pattern == "part_of_whole"):
                    return span
    return None


def _part(text: str, match: re.Match[str], end: int, *, needs_whole: bool) -> Span | None:
    names = re.split(r", and |, | and | & | / ", match["names"])
    after_a_name = re.search(r"[A-Z]\w+ $", text[max(0, match.start() - _LONGEST_WORD) : match.start()])
    unlisted = [name for name in names if _is_unlisted(name, text)]
    others = [entry for name in names if name not in unlisted for entry in lookup(name)[:1]]
    if after_a_name or _PATTERNS["venue"].search(names[-1]) or not unlisted or lookup(match["names"]):
        return None  # 'Roots of Change in San Francisco'
    if len(unlisted) + len(others) < len(names) or any(entry.kind != "town" for entry in others):
        return None
    if needs_whole:
        joined = _PATTERNS["to_the_whole"].match(text, match.end("names"), end)
        whole = next(mentions(text, joined.end(), end), None) if joined else None
        if not joined or not whole or whole.span[0] != joined.end() or not whole.entry:
            return None
    return match.span("names")
