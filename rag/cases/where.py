"""Which place a case is about: of the places it names, the one it tells about rather than mentions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.cases.account import Account, Told
from rag.cases.places import NAME, as_place, known_places, unlisted_places
from rag.gazetteer import NATIONS, Entry, labels, lookup, names_in, spot
from rag.types import Facet, Span

_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*")
_MOST_WORDS = 4
_BASED = re.compile(rf"\b({NAME})-based\b")

#: The area that follows a place: 'Frodsham, Cheshire', 'Kavaja (Albania)'.
_THEN = re.compile(r"(?:, ?| ?\(| - )(?:the )?(?=[A-Z])")
#: A name that the gazetteer lacks, before the area it is in.
_UNLISTED_BEFORE = re.compile(
    r"(?:\b(?:in|at|near|around|outside) (?:the )?(?:(?:city|town|village|municipality|community|district) of )?"
    r"|\(|^)([A-Z][\w’'-]+(?: (?:de |do |da |del |dos |upon |of )?[A-Z][\w’'-]+){0,3})(?:, | \()$"
)
_LONGEST_BEFORE = 60
_IN = re.compile(
    r"\b(?:in|across|throughout|around|within|near|from|at|for|to|of) (?:the )?"
    r"(?:(?:city|town|village|borough|county|municipality|state|province|people|residents|citizens|area"
    r"|streets) of )?$",
    re.IGNORECASE,
)
_STRONGLY_IN = re.compile(
    r"\b(?:in|across|throughout|around|within|(?:city|town|village|borough|county|municipality|people|residents"
    r"|citizens|state|province) of) (?:the )?$",
    re.IGNORECASE,
)
#: Who acts or lives there: 'Bromley PCT', 'Luton residents', 'the Liverpool project'.
_ITS_OWN = re.compile(
    r"(?:’s|'s)?(?:-based)? (?:(?:City|County|Borough|District|Town|Parish|Metropolitan|Unitary|Regional|Local)"
    r" ?)*(?:Councils?|PCT|NHS|CCG|Primary Care|residents|citizens|community|communities|councillors|project|programme"
    r"|partnership|set|group|pilot|city|neighbourhood|estate|borough|area|region|ward)\b"
)
#: Named for a place, not about it.
_NAMED_FOR_BEFORE = re.compile(
    r"\b(?:University|Universities|College|Bank|Bishop|Duke|Earl|Treaty|Institute|School) of $"
)
_NAMED_FOR_AFTER = re.compile(
    r"(?:’s|'s)? (?:Foundation|University|Institute|College|School|Press|Times|Post|Herald|Omnifacts|Treaty|Declaration"
    r"|Convention|Conference|Model|[A-Z][a-z]+ (?:University|Foundation|Institute|Press))\b"
)
#: Said of somewhere else: what others do, where an idea came from, where it went.
_ELSEWHERE = re.compile(
    r"\b(?:such as|similar to|inspired|model(?:led|ed)|originat\w+|pioneered|elsewhere|other (?:cities"
    r"|countries|towns|places"
    r"|states|areas)|first (?:developed|introduced|used|emerged|implemented)|compared|unlike|like those|born in"
    r"|for example"
    r"|around the world|studied|graduated|published|University)\b",
    re.IGNORECASE,
)
_NOT_TOLD = re.compile(
    r"\b(?:references|bibliography|links|notes|sources?|see also|further reading|literature|footnotes|citations"
    r"|related|resources)\b",
    re.IGNORECASE,
)
_BEFORE_IT = re.compile(r"\b(?:history|origin|background|context|criticism|analysis|lessons)\b", re.IGNORECASE)
_NOT_NAMES = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday"
    r"|Wednesday|Thursday|Friday|Saturday|Sunday|The|This|It|We|In|At|University|Department|Ministry|Government)\b"
)
_WIDE = ("state", "region", "nation", "country")
_ENOUGH = 2.0
_MANY = 8  # places; of so many, one that is named once is in passing
_FIRST = 2  # sentences that say what a case is about
_CLEAR = 1.5  # how much more often than any other place


@dataclass(frozen=True, slots=True)
class _Mention:
    """``name`` as the gazetteer has it, the words that stand for it with the areas after it, and how much they say."""

    name: str
    span: Span
    weight: float
    entry: Entry | None = None
    chained: bool = False


def place_facet(account: Account, within: Sequence[Span] = ()) -> Facet | None:
    """The place a case is about: one its title or heading names, else the one it tells most of; None if unclear.

    Of what the account tells only the spans ``within`` count, if any are given.
    """
    text = account.text
    spans = within or account.spans
    found = list(_told_places(account, within))
    areas = tuple(dict.fromkeys(m.entry.spot.name for m in found if m.entry and m.entry.kind in _WIDE))
    span = _stated(account, found, spans)
    if not span:
        return None
    value = text[slice(*span)]
    return Facet("place", value, *span, labels(value, areas))


def _stated(account: Account, found: Sequence[_Mention], spans: Sequence[Span]) -> Span | None:
    for start, end in spans[:1]:
        if based := _BASED.search(account.text, start, end):
            first = based.start(1) + (4 if based[1].startswith("The ") else 0)
            if spot(account.text[first : based.end(1)]):
                return first, based.end(1)
    for start, end in account.titles:
        if named := _in_heading(account.text, start, end):
            return named
    if titled := _of_title(account, found, spans):
        return titled
    of_title = [lookup(name)[0] for name in names_in(account.document.title)]
    areas = [entry for entry in of_title if entry.kind != "town"]
    best = _most_told([m for m in found if all(m.entry is None or m.entry.lies_in(area) for area in areas)])
    return best.span if best else None


def _in_heading(text: str, start: int, end: int) -> Span | None:
    """'Westminster, London' is one place."""
    if all(part in known_places() for part in text[start:end].split(", ")):
        return start, end
    found = sorted(_mentions(text, start, end), key=lambda mention: not mention.chained)
    if found:
        return found[0].span
    named = unlisted_places(text, start, end)
    return named[0][1] if named else None


# --- names in sentences ---


def _told_places(account: Account, within: Sequence[Span]) -> Iterator[_Mention]:
    """The places named in the sentences of an account, each with what the sentence makes of it."""
    number = 0
    for told in account.told:
        if within and not any(a <= told.start and told.end <= b for a, b in within):
            continue
        path = " ".join(told.block.heading_path)
        if _NOT_TOLD.search(path):
            continue
        yield from _weighed(account.text, told, first=number < _FIRST, before_it=bool(_BEFORE_IT.search(path)))
        number += 1


def _weighed(text: str, told: Told, *, first: bool, before_it: bool) -> Iterator[_Mention]:
    mentions = list(_mentions(text, told.start, told.end))
    share = 1.0 if len({mention.name for mention in mentions}) <= 2 else 0.3
    share *= 0.1 if _ELSEWHERE.search(text, told.start, told.end) else 1.0
    share *= 2.0 if first else 0.5 if before_it else 1.0
    for mention in mentions:
        is_listed = mention.name in known_places() or not mention.entry or mention.entry.kind != "town"
        if not is_listed and _has_plain_word(mention.name, text):
            continue
        yield _Mention(mention.name, mention.span, mention.weight * share, mention.entry, mention.chained)


def _mentions(text: str, start: int, end: int) -> Iterator[_Mention]:
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
        if span is None or _NAMED_FOR_BEFORE.search(before) or _NAMED_FOR_AFTER.match(text, stop, end):
            continue
        chained = _with_areas(text, stop, end)
        if chained and (there := spot(text[span[0] : chained])) != entry.spot:
            entry = next((e for e in lookup(name) if e.spot == there), entry)
            chained = chained if entry.spot == there else 0
        if entry.kind != "town" and (unlisted := _unlisted_name(before)):
            begin = word.start() - len(before) + unlisted.start(1)
            after = chained or stop
            yield _Mention(unlisted[1], (begin, after), 3.0, None, chained=True)
            continue
        weight = _weight(
            text,
            before,
            name,
            stop,
            end,
            known=name in known_places() or entry.kind != "town",
            entry_is_town=entry.kind == "town",
        )
        if chained and (entry.kind == "town" or chained > stop):
            after = chained
            yield _Mention(name, (span[0], chained), 3.0, entry, chained=True)
        else:
            yield _Mention(name, span, weight, entry)


def _unlisted_name(before: str) -> re.Match[str] | None:
    match = _UNLISTED_BEFORE.search(before)
    return match if match and not _NOT_NAMES.match(match[1]) and not lookup(match[1]) else None


def _weight(text: str, before: str, name: str, stop: int, end: int, *, known: bool, entry_is_town: bool) -> float:
    if (entry_is_town and before.endswith(("the ", "The "))) or _NOT_NAMES.match(name):
        return 0.0  # 'in the Union', 'in March'
    if len(name) == 2 and name not in ("UK", "US"):
        return 0.0
    if _ITS_OWN.match(text, stop, end):
        return 2.0
    if _STRONGLY_IN.search(before):
        return 2.0
    if re.match(r" [A-Z]", text[stop : stop + 2]) or re.search(r"\b[A-Z]\w+ $", before):
        return 0.5 if known else 0.0
    return 1.0 if known else 0.0


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


def _with_areas(text: str, stop: int, end: int) -> int:
    """Where the areas after a place end ('Porto Alegre, Rio Grande do Sul, Brazil'); 0 without any."""
    reached = 0
    while then := _THEN.match(text, stop, end):
        words = list(_CAPITALISED.finditer(text, then.end(), min(end, then.end() + _LONGEST_BEFORE)))
        known = _longest(text, words, end) if words and words[0].start() == then.end() else None
        if not known or known[2].kind == "town" or (reached == 0 and _is_list(text, known[1], end)):
            break
        reached = stop = known[1] + text.startswith(")", known[1])
    return reached - (reached > 0 and text[reached - 1] == ")" and "(" not in text[stop - 60 : reached])


def _is_list(text: str, after: int, end: int) -> bool:
    """Whether 'Argentina, Brazil' goes on as a list does."""
    return bool(re.compile(r",? (?:and|or) [A-Z]").match(text, after, end))


# --- which of them ---


_ABOUT = re.compile(r"\b(?:on|about|with|against) $")
_UNLISTED_IN_TITLE = re.compile(
    r"(?:\b[Ii]n |[(]|^(?=[^,(:]+, |[^,(:]+- ))(?P<name>[A-Z][^\W\d_A-Z]+(?:[- ](?:d[aeio] |del |dos |upon "
    r"|of )?[A-Z][^\W\d_A-Z]+){0,3})"
    r"(?=$|, ?[A-Z]| ?[(-]|\)|:)"
)
_OF_OR_IN = r"\b(?:in|at|near|en|em|di|de|da|do) (?:(?:city|town|village|municipality) of )?"


def _in_title(account: Account) -> list[_Mention]:
    """The places of the gazetteer that the document's title names."""
    title = account.document.title
    return [m for m in _mentions(title, 0, len(title)) if not _ABOUT.search(title[: m.span[0]])]


def _of_title(account: Account, found: Sequence[_Mention], spans: Sequence[Span]) -> Span | None:
    """How the account words a place that its title names, the most exact one."""
    title, text = account.document.title, account.text
    for match in _UNLISTED_IN_TITLE.finditer(title):
        name = match["name"]
        if name == title or lookup(name) or _NOT_NAMES.match(name) or _has_plain_word(name, text):
            continue
        pattern = re.compile(rf"{_OF_OR_IN}({re.escape(name)})(?![\w’'-]| [A-Z])")
        if mentioned := next((m for span in spans if (m := pattern.search(text, *span))), None):
            stop = mentioned.end(1)
            return mentioned.start(1), max(stop, _with_areas(text, stop, spans[-1][1]))
    for name in (m.name for m in sorted(_in_title(account), key=_exactness)):
        same = [m for m in found if m.name == name]
        if any(m.weight for m in same):
            return (next((m for m in same if m.chained), None) or max(same, key=lambda m: m.weight)).span
    return None


def _has_plain_word(name: str, text: str) -> bool:
    """Whether a text also writes a word of the name small: 'Street' is no town there."""
    return any(word.casefold() in _plain_words(text) for word in name.split())


@lru_cache(maxsize=4)
def _plain_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<![\w.@/-])[^\W\d_A-Z][\w’'-]{2,}", text))


_KINDS = ("town", "county", "state", "region", "nation", "country")


def _exactness(mention: _Mention) -> int:
    return _KINDS.index(mention.entry.kind) if mention.entry else 0


def _most_told(found: Sequence[_Mention]) -> _Mention | None:
    """The place told of clearly more than any that does not lie in it or around it."""
    scores: Counter[str] = Counter()
    first: dict[str, _Mention] = {}
    for mention in found:
        scores[mention.name] += mention.weight  # type: ignore[assignment]
        if mention.name not in first or (mention.chained and not first[mention.name].chained):
            first[mention.name] = mention
    ranked = sorted(first, key=lambda name: -scores[name])
    if not ranked or scores[ranked[0]] < _ENOUGH:
        return None
    times = sum(mention.name == ranked[0] and mention.weight > 0 for mention in found)
    if times == 1 and scores[ranked[0]] <= _ENOUGH and len(found) > _MANY:
        return None
    best = first[ranked[0]]
    for name in ranked[1:]:
        other = first[name]
        if scores[name] * _CLEAR <= scores[ranked[0]]:
            break
        if not _together(best, other):
            return None
        if _exactness(other) < _exactness(best):
            best = other
    return best


def _together(one: _Mention, other: _Mention) -> bool:
    """Whether one of two places may lie in the other."""
    if not one.entry or not other.entry:
        return True
    if one.entry.kind == other.entry.kind:
        return False
    country = {one.entry.spot.country, other.entry.spot.country}
    return len(country) == 1 or (country - set(NATIONS) == {"United Kingdom"})
