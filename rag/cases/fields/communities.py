"""Whom the work was for, or who took part in it: groups of people, each in the source's words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from rag.cases.account import Account
from rag.cases.facts import fact_kind, label_key, labelled
from rag.cases.mentions import has_plain_word
from rag.cases.sections import of_references
from rag.text.patterns import patterns
from rag.text.vocabulary import Lexicon, one_of, outside_brackets, vocabulary
from rag.types import Facet, Span

_DATA = "communities.txt"
_GENERAL = "General public"
#: Labels that most accounts could bear: groups of theirs alone need more to show for it.
_BROAD = frozenset(
    {"Women", "Men", "Children and families", "Young people", "Students", "Patients", "Service users", "Workers"}
)

_PATTERNS = patterns("communities")
#: What may stand around the words of the lists.
_AROUND = ("compass", "led", "of_area", "condition_or_age", "of_another")
_REACH = 90  # characters looked at before and after a group


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon(_DATA, "describing", "people", around=r"(?<!\w){}(?!\w)")


@lru_cache(maxsize=1)
def _broader() -> dict[str, tuple[str, ...]]:
    """The labels that each label counts under too."""
    found: dict[str, tuple[str, ...]] = {}
    for broader, labels in vocabulary(_DATA)["broader"].items():
        for label in labels:
            found[label] = (*found.get(label, ()), broader)
    return found


@lru_cache(maxsize=1)
def _groups() -> re.Pattern[str]:
    """'East and West African elders', 'older Polish people from deprived areas', 'carers': at most a phrase."""
    lists = vocabulary(_DATA)
    describing, people, heads = (
        one_of(term for terms in lists[section].values() for term in terms)
        for section in ("describing", "people", "heads")
    )
    compass, led, of_area, after, of_another = map(_PATTERNS.source, _AROUND)
    said = rf"(?:{compass})?{describing}(?!\w)(?:{led})?"
    joined = rf"{said}(?:(?:, | and |, and | or |/| & | ){said}){{0,6}}"
    group = rf"(?:{joined}(?: (?:and )?{people}| {heads})(?:,? and {heads})?|{people})"
    more = rf"(?: and {people})?(?: (?:from|of) (?:the |some |our )?{joined} {heads}|{of_area}|{after})?"
    return re.compile(rf"(?<![\w@#]){group}{more}(?!{of_another})")


@dataclass(slots=True)
class _Group:
    """What is known of the people of one set of labels; ``is_served``: words say that the work was for them."""

    mentions: list[Span] = field(default_factory=list)
    score: float = 0.0
    is_titled: bool = False
    is_served: bool = False


def labels_of(value: str) -> tuple[str, ...]:
    """The general names of the groups that a value names, then the broader groups that these belong to."""
    own = _own_labels(_PATTERNS["offices"].sub("", outside_brackets(value)))
    return tuple(dict.fromkeys((*own, *(broader for label in own for broader in _broader().get(label, ())))))


def _own_labels(value: str) -> tuple[str, ...]:
    """The labels of the words themselves: 'Nigerian and Turkish women' are three groups."""
    kept = list(_lexicon().labels_in(value))
    if "Ethnic minorities" in kept and ("Black" in kept or "Asian" in kept):  # 'Black, Asian and minority ethnic'
        kept = [label for label in kept if label not in ("Black", "Asian")]
    if "Children and families" in kept and "Women" in kept and not _PATTERNS["women"].search(value):
        kept.remove("Women")  # 'mothers and fathers'
    return tuple(label for label in kept if label != _GENERAL or len(kept) == 1)


def communities(account: Account) -> list[Facet]:
    """The groups of people a case was for, each once in its longest words, the main one first."""
    text = account.text
    groups: dict[frozenset[str], _Group] = defaultdict(_Group)
    for start, end in account.titles:
        for span in _named(text, start, end, is_title=True):
            group = groups[frozenset(_own_labels(text[slice(*span)]))]
            group.mentions.append(span)
            group.score += 3
            group.is_titled = group.is_served = True
    length = 0
    boxed = False
    for told in account.told:
        if told.step == "fact" and (line := labelled(text, told.block.start, told.block.end)):
            boxed |= (fact_kind(label_key(line[0])) or ("", 0))[0] == "community"
            continue
        if of_references(told.block):
            continue
        length += told.end - told.start
        certain = 0.5 if _PATTERNS["figures"].search(text, told.start, told.end) else 1.0
        for span in _named(text, told.start, told.end):
            group = groups[frozenset(_own_labels(text[slice(*span)]))]
            weight = _weight(text, told.start, told.end, span)
            group.mentions.append(span)
            group.score += certain * weight
            group.is_served |= weight > 1
    titled = set(_own_labels(account.document.title)) if account.is_all else set()
    for labels, group in groups.items():
        group.score += 3 * bool(titled & labels - {_GENERAL})
    return _chosen(text, groups, length, boxed)


def _named(text: str, start: int, end: int, *, is_title: bool = False) -> Iterator[Span]:
    """Groups named in ``text[start:end]``, without those that only a comparison or a body's name mentions."""
    for match in _groups().finditer(text, start, end):
        a, b = match.span()
        before = text[max(start, a - 40) : a]
        in_name = _PATTERNS["in_a_name"].search(before) or (
            text[a].isupper() and _PATTERNS["name_goes_on"].match(text, b)
        )
        if _PATTERNS["not_before"].search(before) or (in_name and not is_title):
            continue
        words = text[a:b].casefold()
        if words == "public" or (words.endswith("youth") and _PATTERNS["youth_of"].match(text, b)):
            continue
        if (labels := _own_labels(text[a:b])) and set(labels) != {"Men", "Women"}:
            yield a, b


def _weight(text: str, start: int, end: int, span: Span) -> float:
    before = text[max(start, span[0] - _REACH) : span[0]]
    if _PATTERNS["for"].search(before):
        return 2.0
    return (
        1.5
        if _PATTERNS["of_place"].search(before)
        or _PATTERNS["about_them"].match(text, span[1], min(end, span[1] + _REACH))
        else 1.0
    )


_SHORT = 1200  # characters of an account in which one mention shows whom it was for
_FOR_ONE_MORE = 2500  # characters that ask for one mention more
_MOST = 6


def _chosen(text: str, groups: dict[frozenset[str], _Group], length: int, boxed: bool) -> list[Facet]:
    """``boxed``: a fact box names the main groups already."""
    general = groups.pop(frozenset({_GENERAL}), None)
    _told_shorter(groups)
    least = min(1.0 + max(0, length - _SHORT) / _FOR_ONE_MORE, 5.0)
    top = max((group.score for group in groups.values()), default=0.0)
    kept = {
        labels: group
        for labels, group in groups.items()
        if group.is_titled or _is_enough(labels, group, max(least * (1.5 if labels <= _BROAD else 1.0), 0.2 * top))
    }
    enough = 1.5 if general and general.is_served and length <= _SHORT else 2 * least + 1
    if not kept and not boxed and general and general.score >= enough:
        return [_public(text, general)]
    order = sorted(kept.values(), key=lambda g: (not g.is_titled, -g.score, g.mentions[0]))[:_MOST]
    return [_facet(text, group) for group in order]


def _is_enough(labels: frozenset[str], group: _Group, least: float) -> bool:
    return (group.is_served or not labels <= _BROAD) and group.score >= least


def _told_shorter(groups: dict[frozenset[str], _Group]) -> None:
    """'These women' of an account of Turkish women are those: a broad group counts for the one it shortens."""
    for labels in [labels for labels in groups if labels <= _BROAD]:
        fuller = [other for other in groups if labels < other]
        if fuller:
            into = groups[max(fuller, key=lambda other: groups[other].score)]
            into.score += groups.pop(labels).score


def _facet(text: str, group: _Group) -> Facet:
    """The fullest words for a group; of those as full, the most usual, then the first."""
    counts = Counter(text[a:b].casefold() for a, b in group.mentions)
    words = {span: text[slice(*span)] for span in group.mentions}
    start, end = max(words, key=lambda span: (len(words[span].split()), counts[words[span].casefold()], -span[0]))
    return Facet("community", text[start:end], start, end, labels_of(text[start:end]))


_AGED = re.compile(r",? (?:aged|over|under) .*$")


def _public(text: str, group: _Group) -> Facet:
    """The words most used for the public, with where they live if told: 'residents in Miles Platting'."""

    def head(span: Span) -> str:
        return _AGED.sub("", text[slice(*span)]).split()[-1].casefold()

    counts = Counter(map(head, group.mentions))
    ends = {span: _end_of_where(text, span[1]) for span in group.mentions}
    start, end = max(
        group.mentions,
        key=lambda span: (counts[head(span)], ends[span] > span[1], len(text[slice(*span)].split()), -span[0]),
    )
    end = ends[start, end]
    return Facet("community", text[start:end], start, end, (_GENERAL,))


def _end_of_where(text: str, end: int) -> int:
    """Where a place that follows ends: of 'residents' in 'residents of Eastfield'."""
    where = _PATTERNS["of_where"].match(text, end)
    if (
        not where
        or _PATTERNS["name_goes_on"].match(text, where.end())
        or has_plain_word(re.sub("[’']", " ", where["name"]), text)
    ):
        return end
    return where.end()


def group_names(text: str, start: int, end: int) -> list[Span]:
    """Every group of people that ``text[start:end]`` names, whatever it says of them."""
    return [match.span() for match in _groups().finditer(text, start, end)]
