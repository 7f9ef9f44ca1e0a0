"""Where people were met: a mosque, a clinic, a school, online."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.cases.account import Account, Told
from rag.cases.fields.outcomes import is_planned
from rag.cases.labels import setting_words
from rag.text.patterns import patterns
from rag.text.vocabulary import one_of, vocabulary
from rag.text.words import trimmed
from rag.types import Facet

_PATTERNS = patterns("settings")


_PHONE = "Telephone or text"
_NOT_PLACES = ("Online", _PHONE)
_NEAR = 90


@lru_cache(maxsize=1)
def _terms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """'in a local mosque' and 'a pharmacy campaign', by label."""
    there, describing, work = (_PATTERNS.source(name) for name in ("there", "describing", "work_of"))
    return tuple(
        (label, re.compile(pattern, re.IGNORECASE))
        for label, words in setting_words()
        for pattern in (
            rf"\b{there}(?P<value>(?:{describing}){{0,3}}? (?P<words>{words}))(?!\w)",
            rf"\b(?P<value>(?P<words>{words}))(?={work})",
            *([_PATTERNS.source("by_phone")] if label == _PHONE else []),
        )
    )


@lru_cache(maxsize=1)
def _any_term() -> re.Pattern[str]:
    """Any of the words: most sentences hold none."""
    lists = vocabulary("settings.txt")[""]
    return re.compile(
        rf"\b(?:{one_of(term for terms in lists.values() for term in terms)}|(?:tele)?phone)", re.IGNORECASE
    )


def settings(account: Account) -> list[Facet]:
    """The settings in which the work was done, the first mention of each: 'local mosque' as 'Place of worship'."""
    text = account.text
    found: dict[str, Facet] = {}
    for told in account.told:
        if not _any_term().search(text, told.start, told.end):
            continue
        sentence = account.words(told)
        if is_planned(sentence) or _PATTERNS["else_sentence"].search(sentence):
            continue
        if told.step in ("context", "lessons") or _PATTERNS["section_without_settings"].search(told.path):
            continue
        for label, pattern in _terms():
            match = None if label in found else pattern.search(text, told.start, told.end)
            if match and _is_there(text, match, told):
                start, end = trimmed(text, *match.span("words" if label in _NOT_PLACES else "value"))
                found[label] = Facet("setting", text[start:end], start, end, (label,))
    ordered = sorted(found.values(), key=lambda facet: (facet.end, facet.start, -len(facet.labels[0])))
    return [f for f, before in zip(ordered, [None, *ordered], strict=False) if not before or f.start >= before.end]


def _is_there(text: str, match: re.Match[str], told: Told) -> bool:
    """Whether the words stand for a place where something was done."""
    if _PATTERNS["else_after"].match(text, match.end(), told.end) or _PATTERNS["name_of_else"].fullmatch(
        match["words"]
    ):
        return False
    if "phone" in match["words"] and _PATTERNS["finds_people"].search(text, told.start, told.end):
        return False
    near = (max(told.start, match.start() - _NEAR), min(told.end, match.end() + _NEAR))
    return bool(_PATTERNS["work"].search(text, *near))
