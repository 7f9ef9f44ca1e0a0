"""Who did the work, and with whom: named organisations, and 'faith and voluntary organisations' where it says so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.cases.account import Account
from rag.cases.facts import labelled
from rag.cases.fields.bodies import body_names, labels_of, members
from rag.cases.fields.outcomes import is_planned
from rag.cases.sections import of_references
from rag.text.patterns import patterns
from rag.types import Facet, Span

_PATTERNS = patterns("partners")
_AND = re.compile(r", and |, | and | & ")
_QUALIFIER = re.compile(r"[a-z][\w’'´-]*")  # 'faith' of 'faith and voluntary organisations'
_MOST = 8


@dataclass(slots=True)
class _Body:
    """What shows that a body did the work: ``span`` is the mention that shows it best."""

    span: Span
    role: float = 0.0
    best: float = 0.0
    mentions: int = 0

    def add(self, role: float, span: Span) -> None:
        self.mentions += 1
        self.role += role
        if role > self.best:
            self.best, self.span = role, span


_List = tuple[int, int, list[Span]]  # start and end of a list of partners, those without a name
_LEAD, _ACTOR, _PARTNER = 3.0, 2.0, 1.0


def partners(account: Account) -> list[Facet]:
    """The organisations that did the work together, the one that led it first, bodies without a name last."""
    text = account.text
    bodies: dict[str, _Body] = {}
    unnamed: dict[str, Span] = {}
    for told in account.told:
        if told.step == "fact" and labelled(text, told.block.start, told.block.end):
            continue
        if of_references(told.block) or _PATTERNS["awards"].search(text, told.start, told.end):
            continue
        lists = list(_lists(text, told.start, told.end))
        for role, span in _roles(text, told.start, told.end, lists):
            bodies.setdefault(_key(text[slice(*span)]), _Body(span)).add(role, span)
        found = [span for _, _, spans in lists for span in spans]
        if found and not is_planned(account.words(told)):
            for span in found:
                unnamed.setdefault(text[slice(*span)].casefold(), span)
    return _chosen(text, bodies, unnamed)


def _roles(text: str, start: int, end: int, lists: Sequence[_List]) -> Iterator[tuple[float, Span]]:
    """The bodies a sentence names, each with how surely it says that they did the work; 0 if it doesn't say so."""
    if listed := _PATTERNS["partner_list"].search(text, start, end) or _PATTERNS["who"].match(text, start, end):
        role = _LEAD if _PATTERNS["ran"].search(listed.group()) else _PARTNER
        named = list(members(text, listed.end(), end))
        yield from ((role, span) for span in (named if len(named) > 1 or text.startswith("Who", start) else []))
        return
    linked, after = 0.0, start
    for a, b in body_names(text, start, end):
        before = text[max(start, a - _REACH) : a]
        in_list = linked and _PATTERNS["next"].fullmatch(text, after, a)
        if _PATTERNS["source"].search(before):
            role = 0.0
        elif _PATTERNS["led"].search(before):
            role = _LEAD
        elif _PATTERNS["leads"].match(text, b, end) and not before.endswith(("This ", "this ")):
            role = _ACTOR
        elif _PATTERNS["with"].search(before) or in_list or _is_within(lists, a):
            role = _PARTNER
        else:
            role = 0.0
        linked, after = (role if role != _ACTOR else 0.0), b
        yield role, (a, b)


def _is_within(lists: Sequence[_List], at: int) -> bool:
    after = bisect_right(lists, at, key=lambda found: found[0])
    return after > 0 and at <= lists[after - 1][1]


_REACH = 110  # characters before a name that are looked at


def _lists(text: str, start: int, end: int) -> Iterator[_List]:
    """Where a list of partners stands ('with faith and voluntary organisations and Mind'), and its unnamed bodies."""
    for cue in _PATTERNS["cue"].finditer(text, start, end):
        found: list[Span] = []
        at = cue.end()
        pending: int | None = None
        while at < end:
            if article := _PATTERNS["article"].match(text, at, end):
                at = article.end()
            if body := _PATTERNS["unnamed"].match(text, at, end):
                found.append((at if pending is None else pending, body.end()))
                pending, stop = None, body.end()
            elif name := patterns("bodies")["name"].match(text, at, end):
                pending, stop = None, name.end()
            elif word := _QUALIFIER.match(text, at, end):
                pending, stop = (at if pending is None else pending), word.end()
            else:
                break
            bracket = _BRACKET.match(text, stop, end)
            joined = _AND.match(text, bracket.end() if bracket else stop)
            if not joined:
                break
            at = joined.end()
        yield cue.end(), at, found


_BRACKET = re.compile(r" \([^)]{0,20}\)")


def _key(name: str) -> str:
    return name.casefold().replace("’", "'").removesuffix("'s")


def _chosen(text: str, bodies: dict[str, _Body], unnamed: dict[str, Span]) -> list[Facet]:
    sure = sorted(
        (body for body in bodies.values() if body.role), key=lambda b: (-b.best, -b.role, -b.mentions, b.span)
    )
    spans = [body.span for body in sure[: 4 * _MOST]]
    whole = [_key(text[a:b]) for a, b in spans]
    spans = [span for span, key in zip(spans, whole, strict=True) if not any(w.endswith(f" {key}") for w in whole)]
    spans += [span for span in unnamed.values() if not any(a <= span[0] < b for a, b in spans)]
    return [Facet("partner", text[a:b], a, b, labels_of(text[a:b])) for a, b in spans[:_MOST]]
