"""What a question says of place, people, setting and time: 'in Bradford', 'for South Asian women', 'since 2015'.

Read with the words that the library's own cases use; a known place is read even if no case is from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.ask.query.filters import names_of, terms_of, years_of
from rag.text.gazetteer import spot
from rag.text.patterns import patterns
from rag.text.words import STOP_WORDS, singular, word_list
from rag.types import Case, Filter, FilterKind, Filters, Span

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_WITHOUT_CUE = frozenset({"online", "by phone", "by telephone", "outdoor", "outdoors"})
_CAPITAL_AFTER = re.compile(r" [A-Z]")
_PATTERNS = patterns("preferences")
_PLACES_AND_WORDS = frozenset(word_list("places_and_words"))
_DIRECTIONS = frozenset({"east", "west", "north", "south", "central", "new"})
_NOBODY = STOP_WORDS.union(word_list("everybody"))
_SHORTEST = 3  # letters of a word that stands for a longer name

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    """What a phrase of the library stands for; ``whole`` if it is the full name of it, not a part."""

    each: Filter
    whole: bool


class PreferenceReader:
    """The words by which the cases of a library can be wanted; ``places`` names the known places in a text."""

    def __init__(self, cases: Iterable[Case], places: Callable[[str], Sequence[str]]) -> None:
        self._places = places
        self._named: dict[FilterKind, dict[Phrase, _Name]] = {"place": {}, "community": {}, "setting": {}}
        for case in cases:
            for facet in case.facets:
                if facet.kind == "place":
                    for name in names_of(facet):
                        self._add("place", name, name, whole=True)
                elif facet.kind in ("community", "setting"):
                    for label in terms_of(facet):
                        self._add(facet.kind, label, label, whole=True)
                        for part in re.split(r", | and | or ", label):
                            self._add(facet.kind, part, label, whole=False)
        self._longest = max((len(p) for named in self._named.values() for p in named), default=0)

    def _add(self, kind: FilterKind, words: str, value: str, *, whole: bool) -> None:
        phrase = tuple(singular(word.group()) for word in _WORD.finditer(words))
        known = self._named[kind].get(phrase)
        if (
            not phrase
            or _NOBODY.issuperset(phrase)
            or (not whole and (len(words) < _SHORTEST or words.casefold() in _DIRECTIONS))
        ):
            return
        if known is None or (whole and not known.whole):
            self._named[kind][phrase] = _Name(Filter(kind, value), whole)

    def read(self, question: str) -> Filters:
        """What the question wants, in the order in which it says so; each once."""
        return self.split(question)[0]

    def split(self, question: str) -> tuple[Filters, str]:
        """What the question wants, and the question without the words that say so."""
        periods, rest = _periods(question)
        found = self._named_in(rest)
        for (start, end), _ in found:
            rest = f"{rest[:start]}{' ' * (end - start)}{rest[end:]}"
        named = [(rest.find(name), name) for name in self._places(rest)]  # no case is from there
        unknown = [
            ((at, at), self._region(name))
            for at, name in named
            if not _PATTERNS["other_name_after"].match(rest[at + len(name) :])
        ]
        for (at, _), _ in unknown:
            name = next(name for start, name in named if start == at)
            rest = f"{rest[:at]}{' ' * len(name)}{rest[at + len(name) :]}"
        ordered = sorted([*found, *periods, *unknown], key=lambda pair: pair[0][0])
        return tuple(dict.fromkeys(_by_country(each) for _, each in ordered)), rest

    def _region(self, name: str) -> Filter:
        """A place that no case states by this name: 'Yorkshire' is the region whose name it begins."""
        begins = (n.each for n in self._named["place"].values() if n.each.value.startswith(f"{name} and "))
        return next(begins, Filter("place", name))

    def _named_in(self, question: str) -> list[tuple[Span, Filter]]:
        words = [m.span() for m in _WORD.finditer(question)]
        keys = [singular(question[slice(*span)]) for span in words]
        found: list[tuple[Span, Filter]] = []
        first, setting_until = 0, -1
        while first < len(words):
            step = 1
            for length in range(min(self._longest, len(words) - first), 0, -1):
                span = (words[first][0], words[first + length - 1][1])
                phrase = tuple(keys[first : first + length])
                if each := self._want(phrase, question, span, setting_until):
                    found.append((span, each))
                    setting_until = span[1] if each.kind == "setting" else setting_until
                    step = length
                    break
            first += step
        return found

    def _want(self, phrase: Phrase, question: str, span: Span, setting_until: int) -> Filter | None:
        """What a phrase of the question wants; None if it is no name here, or only looks like one."""
        before = question[: span[0]]
        if setting := self._named["setting"].get(phrase):
            listed = setting_until >= 0 and _PATTERNS["listed"].match(question[setting_until : span[0]])
            if listed or " ".join(phrase) in _WITHOUT_CUE or _PATTERNS["before_setting"].search(before):
                return setting.each
        if community := self._named["community"].get(phrase):
            possessive = question[span[0] : span[1]].endswith(("s’", "s'", "’s", "'s"))
            if not (possessive and _PATTERNS["no_people_after"].match(question[span[1] :])):
                return community.each
        place = self._named["place"].get(phrase)
        return place.each if place and self._is_place(question, span) else None

    @staticmethod
    def _is_place(question: str, span: Span) -> bool:
        written, before = question[slice(*span)], question[: span[0]]
        if _PATTERNS["other_name_before"].search(before) or _PATTERNS["other_name_after"].match(question[span[1] :]):
            return False
        if written.split()[0].casefold() in _DIRECTIONS and _CAPITAL_AFTER.match(question, span[1]):
            return False  # 'South East Ontario'
        ordinary = written.casefold() in _PLACES_AND_WORDS
        if not written[0].isupper():
            return not ordinary and _PATTERNS["before_place"].search(before) is not None
        return not (ordinary and (not before.strip() or before.rstrip()[-1] in ".!?:"))


def _by_country(each: Filter) -> Filter:
    """'UK' is the country that its places are counted under."""
    where = spot(each.value) if each.kind == "place" else None
    return Filter("place", where.name) if where and where.name == where.country else each


def _periods(question: str) -> tuple[list[tuple[Span, Filter]], str]:
    """The periods a question names, and the question without them."""
    found: list[tuple[Span, Filter]] = []

    def take(name: str, value: Callable[[str, str], str]) -> None:
        nonlocal question
        pattern = _PATTERNS[name]
        for m in pattern.finditer(question):
            first, *last = [group for group in m.groups() if group]
            each = Filter("period", value(first, last[0] if last else ""))
            if years_of(each.value):
                found.append((m.span(), each))
        question = pattern.sub(lambda m: " " * len(m.group()), question)

    take("year_range", lambda first, last: f"{first}-{last if len(last) == 4 else first[:2] + last}")
    take("decade", lambda decade, _: f"{decade}0-{decade}9")
    take("since", lambda year, _: f"{year}-")
    take("after", lambda year, _: f"{int(year) + 1}-")
    take("until", lambda year, _: f"-{year}")
    take("before", lambda year, _: f"-{int(year) - 1}")
    take("in_year", lambda year, _: f"{year}-{year}")
    return found, question
