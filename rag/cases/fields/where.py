"""Which place a case is about: of the places it names, the one it tells about rather than mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rag.cases.account import Account, Told
from rag.cases.fields.localities import part_of_place, titled_place
from rag.cases.mentions import Mention, has_plain_word, mentions
from rag.cases.places import known_places, unlisted_places
from rag.text.gazetteer import NATIONS, REGIONS, labels, lookup, names_in, spot
from rag.text.patterns import patterns
from rag.types import Facet, Span

_PATTERNS = patterns("where")

_WIDE = ("state", "region", "nation", "country")
_ENOUGH = 2.0
_MANY = 8  # places; of so many, one that is named once is in passing
_REPEATED = 2  # mentions of a place that the title names too
_FIRST = 2  # sentences that say what a case is about
_CLEAR = 1.5  # how much more often than any other place


def place_facets(account: Account, within: Sequence[Span] = ()) -> list[Facet]:
    """The place a case is about: one its title or heading names, else the one it tells most of; then the part of it,
    or the larger place, that is told too. None if unclear.

    Of what the account tells only the spans ``within`` count, if any are given.
    """
    text = account.text
    spans = within or account.spans
    found = list(_told_places(account, within))
    main = _stated(account, found, spans)
    part = part_of_place(account, within)
    most = _most_told(found)
    if not main:
        return []
    listed = most.span if most and most.entry and not spot(text[slice(*main)]) else None
    areas = tuple(dict.fromkeys(m.entry.spot.name for m in found if m.entry and m.entry.kind in _WIDE))
    around = labels(text[slice(*(listed or main))], areas) or _one_country(areas)
    exact = (part, main, listed) if _is_wide(text[slice(*main)]) else (main, part, listed)
    each = {text[slice(*span)]: span for span in exact if span}
    fullest = {value: span for value, span in each.items() if not any(value in other != value for other in each)}
    return [Facet("place", value, *span, labels(value, areas) or around) for value, span in fullest.items()]


def _one_country(areas: Sequence[str]) -> tuple[str, ...]:
    """The country of the areas named, if it is one: that of a place which the gazetteer lacks."""
    countries = {tuple(label for label in labels(area) if label not in REGIONS) for area in areas}
    return countries.pop() if len(countries) == 1 else ()


def _is_wide(value: str) -> bool:
    known = [lookup(name)[0] for name in names_in(value)]
    return bool(known) and all(entry.kind != "town" for entry in known)


def _stated(account: Account, found: Sequence[Mention], spans: Sequence[Span]) -> Span | None:
    for start, end in spans[:1]:
        if based := _PATTERNS["based"].search(account.text, start, end):
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
    found = sorted(mentions(text, start, end), key=lambda mention: not mention.chained)
    if found:
        return found[0].span
    named = unlisted_places(text, start, end)
    return named[0][1] if named else None


# --- names in sentences ---


def _told_places(account: Account, within: Sequence[Span]) -> Iterator[Mention]:
    """The places named in the sentences of an account, each with what the sentence makes of it."""
    number = 0
    for told in account.told:
        if within and not any(a <= told.start and told.end <= b for a, b in within):
            continue
        if _PATTERNS["section_without_places"].search(told.path):
            continue
        yield from _weighed(
            account.text,
            told,
            first=number < _FIRST,
            before_it=bool(_PATTERNS["section_before_the_work"].search(told.path)),
        )
        number += 1


def _weighed(text: str, told: Told, *, first: bool, before_it: bool) -> Iterator[Mention]:
    named = list(mentions(text, told.start, told.end))
    share = 1.0 if len({mention.name for mention in named}) <= 2 else 0.3
    share *= 0.1 if _PATTERNS["elsewhere"].search(text, told.start, told.end) else 1.0
    share *= 2.0 if first else 0.5 if before_it else 1.0
    for mention in named:
        is_listed = mention.name in known_places() or not mention.entry or mention.entry.kind != "town"
        if not is_listed and has_plain_word(mention.name, text):
            continue
        yield Mention(mention.name, mention.span, mention.weight * share, mention.entry, mention.chained)


# --- which of them ---


def _in_title(account: Account) -> list[Mention]:
    """The places of the gazetteer that the document's title names."""
    title = account.document.title
    return [m for m in mentions(title, 0, len(title)) if not _PATTERNS["about"].search(title[: m.span[0]])]


def _of_title(account: Account, found: Sequence[Mention], spans: Sequence[Span]) -> Span | None:
    """How the account words a place that its title names, the most exact one."""
    if named := titled_place(account, spans):
        return named
    for titled in sorted(_in_title(account), key=_exactness):
        same = [m for m in found if m.name == titled.name]
        surely = spans is account.spans and _stands_alone(titled, account.document.title)
        if any(m.weight for m in same) or (surely and len(same) >= _REPEATED):
            return (next((m for m in same if m.chained), None) or max(same, key=lambda m: m.weight)).span
    return None


def _stands_alone(titled: Mention, title: str) -> bool:
    """Whether a title surely names a place: not 'The Madison Project'."""
    return (
        titled.chained
        or " " in titled.name
        or bool(
            _PATTERNS["place_follows"].search(title[: titled.span[0]])
            and not title.startswith(("’", "'", "-"), titled.span[1])
        )
    )


_KINDS = ("town", "county", "state", "region", "nation", "country")


def _exactness(mention: Mention) -> int:
    return _KINDS.index(mention.entry.kind) if mention.entry else 0


def _most_told(found: Sequence[Mention]) -> Mention | None:
    """The place told of clearly more than any that does not lie in it or around it."""
    scores: Counter[str] = Counter()
    first: dict[str, Mention] = {}
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


def _together(one: Mention, other: Mention) -> bool:
    """Whether one of two places may lie in the other."""
    if not one.entry or not other.entry:
        return True
    if one.entry.kind == other.entry.kind:
        return False
    country = {one.entry.spot.country, other.entry.spot.country}
    return len(country) == 1 or (country - set(NATIONS) == {"United Kingdom"})
