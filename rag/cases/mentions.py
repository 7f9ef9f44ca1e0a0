"""Places as a text names them: names of the gazetteer, with the areas they are in, and how much each mention says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.cases.places import as_place, known_places
from rag.text.gazetteer import Entry, lookup, spot
from rag.text.patterns import patterns
from rag.types import Span

_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*")
_MOST_WORDS = 4
_PATTERNS = patterns("places")
_LONGEST_BEFORE = 60


@dataclass(frozen=True, slots=True)
class Mention:
    """``name`` as the gazetteer has it, the words that stand for it with the areas after it, and how much they say."""

    name: str
    span: Span
    weight: float
    entry: Entry | None = None
    chained: bool = False


def mentions(text: str, start: int, end: int) -> Iterator[Mention]:
    """The places of the gazetteer in ``text[start:end]``, and names before an area it has ('Frodsham, Cheshire')."""
    after = start
    words = list(_CAPITALISED.finditer(text, start, end))
    for number, word in enumerate(words):
        if word.start() < after:
            continue
        known = _longest(text, words[number:], end)
        if not known:
            continue
        name, stop, entry = known
        after = stop
        span = as_place(text, (word.start(), stop), start)
        before = text[max(start, word.start() - _LONGEST_BEFORE) : word.start()]
        if (
            span is None
            or _PATTERNS["named_for_before"].search(before)
            or _PATTERNS["named_for_after"].match(text, stop, end)
        ):
            continue
        chained = with_areas(text, stop, end)
        if chained and (there := spot(text[span[0] : chained])) != entry.spot:
            entry = next((e for e in lookup(name) if e.spot == there), entry)
            chained = chained if entry.spot == there else 0
        if entry.kind != "town" and (unlisted := _unlisted_name(before)):
            begin = word.start() - len(before) + unlisted.start(1)
            after = chained or stop
            yield Mention(unlisted[1], (begin, after), 3.0, None, chained=True)
            continue
        if chained and (entry.kind == "town" or chained > stop):
            after = chained
            yield Mention(name, (span[0], chained), 3.0, entry, chained=True)
        else:
            yield Mention(name, span, _weight(text, before, name, stop, end, is_town=entry.kind == "town"), entry)


def _unlisted_name(before: str) -> re.Match[str] | None:
    match = _PATTERNS["unlisted_before_area"].search(before)
    return match if match and not _PATTERNS["not_names"].match(match[1]) and not lookup(match[1]) else None


def _weight(text: str, before: str, name: str, stop: int, end: int, *, is_town: bool) -> float:
    if (is_town and before.endswith(("the ", "The "))) or _PATTERNS["not_names"].match(name):
        return 0.0  # 'in the Union', 'in March'
    if len(name) == 2 and name not in ("UK", "US"):
        return 0.0
    if _PATTERNS["its_own"].match(text, stop, end) or _PATTERNS["surely_in"].search(before):
        return 2.0
    if is_town and name not in known_places():
        return 0.0
    within_name = re.match(r" [A-Z]", text[stop : stop + 2]) or re.search(r"\b[A-Z]\w+ $", before)
    return 0.5 if within_name else 1.0


def _longest(text: str, words: Sequence[re.Match[str]], end: int) -> tuple[str, int, Entry] | None:
    """The longest name of the gazetteer that begins with the first of ``words``, where it ends and what it is."""
    start = words[0].start()
    for word in reversed(words[:_MOST_WORDS]):
        for stop in (word.end(), word.end() - 2):
            name = text[start:stop]
            whole = stop == word.end() or text[stop : word.end()] in ("’s", "'s")
            if stop <= end and whole and (known := lookup(name)):
                return name, stop, known[0]
    return None


def with_areas(text: str, stop: int, end: int) -> int:
    """Where the areas after a place end ('Porto Alegre, Rio Grande do Sul, Brazil'); 0 without any."""
    reached = 0
    while then := _PATTERNS["area_after"].match(text, stop, end):
        words = list(_CAPITALISED.finditer(text, then.end(), min(end, then.end() + _LONGEST_BEFORE)))
        known = _longest(text, words, end) if words and words[0].start() == then.end() else None
        if not known or known[2].kind == "town" or (reached == 0 and _is_list(text, known[1], end)):
            break
        reached = stop = known[1] + text.startswith(")", known[1])
    return reached - (reached > 0 and text[reached - 1] == ")" and "(" not in text[stop - 60 : reached])


def _is_list(text: str, after: int, end: int) -> bool:
    """Whether 'Argentina, Brazil' goes on as a list does."""
    return bool(_PATTERNS["list_goes_on"].match(text, after, end))


def has_plain_word(name: str, text: str) -> bool:
    """Whether a text also writes a word of the name small: 'Street' is no town there."""
    return any(word.casefold() in _plain_words(text) for word in name.split())


@lru_cache(maxsize=4)
def _plain_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<![\w.@/-])[^\W\d_A-Z][\w’'-]{2,}", text))
