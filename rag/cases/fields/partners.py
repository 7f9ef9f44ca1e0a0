"""Who did the work, and with whom: named organisations, and 'faith and voluntary organisations' where it says so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.cases.account import Account
from rag.cases.facts import labelled
from rag.cases.fields.bodies import BODY_NAME, body_names, labels_of, members
from rag.cases.fields.outcomes import is_planned
from rag.cases.vocabulary import of_references
from rag.types import Facet, Span

_AWARDS = re.compile(
    r"\b(?:awards?|finalists?|winners?|shortlisted|won the|sponsor(?:ed|ship)|category)\b", re.IGNORECASE
)
_SOURCE = re.compile(
    r"\b(?:according to|data (?:from|of)|figures from|statistics|census|survey by|published by|cited|(?:see"
    r"|visit)(?: also)?"
    r"|originally submitted|for more information|website|article|et al|ISBN|pp\.|retrieved|compared (?:with|to)"
    r"|such as the|report by)\b[^.]{0,40}$",
    re.IGNORECASE,
)
_LED = re.compile(
    r"\b(?:led|run|organi[sz]ed|initiated|delivered|developed|set up|established|launched|created|commissioned"
    r"|managed"
    r"|coordinated|co-ordinated|convened|hosted|conducted|carried out|implemented|founded|administered|facilitated"
    r"|introduced|promoted|designed|undertaken|created|made|sponsored|overseen|held)"
    r"(?: \w+ly| jointly| and \w+){0,2} by(?: (?:the|a|an|both))?(?: [a-z][\w’-]*){0,4} $",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"\b(?:(?:in|a) (?:partnership|collaboration|association|conjunction|co-operation|cooperation) (?:with|between)"
    r"|partner(?:ed|ing|ship)?s? (?:with|between|of|including|such as|are|were|included?)"
    r"|joint(?:ly)? (?:\w+ ){0,2}(?:by|between|with)"
    r"|work(?:ed|ing|s)? (?:\w+ ){0,2}(?:with|alongside)|collaborat(?:ed|ing|ion) (?:with|between|of)|alongside"
    r"|together with|(?:supported|funded|financed|backed|assisted|sponsored|paid for|provided|joined|contracted"
    r"|hosted|moderated|facilitated) (?:\w+ )?by|with (?:the )?(?:support|help|assistance|funding|participation"
    r"|involvement) (?:of|from)"
    r"|support(?:ed)? from|funding (?:from|by)|grants? from|contributions? from|a joint effort between|consortium of"
    r"|project of|initiative of|programme of|program of|commissioned)"
    r"(?: (?:the|a|an|both|its|their|local))?(?: [a-z][\w’-]*){0,3} $",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"(?: \([A-Z][\w ]*\))?,? (?:has |have |had |also |then |jointly |first |in \d{4} ){0,2}"
    r"(?:created|ran|launched|organi[sz]ed|set up|developed|established|initiated|led|delivered|held|hosted"
    r"|commissioned"
    r"|piloted|introduced|is continuing|provides support|started|began|invited|runs|leads|conducted|undertook"
    r"|designed"
    r"|convened|founded|is undertaking|implemented|decided to|worked with|coordinated|provided|funded|agreed"
    r"|brought)\b"
)
_CUE = re.compile(
    r"\b(?:in (?:partnership|collaboration|conjunction) with|(?:worked|works|working|work) (?:directly "
    r"|closely )?with"
    r"|partner(?:ed|ing) with|(?:jointly )?run by|joint effort between|collaborat(?:ed|ing) with"
    r"|partners (?:such as|like|including|include|included)|alongside|together with) ",
    re.IGNORECASE,
)
_AND = re.compile(r", and |, | and | & ")
_ARTICLE = re.compile(
    r"(?:(?:the|a|an|both|its|their|some|several|other|various|many|these|those|all|different|major"
    r"|a (?:wide )?(?:range|number|variety) of) )+"
)
#: 'voluntary organisations', 'the NHS': at the front of a part of a list.
_UNNAMED = re.compile(
    r"NHS\b|(?:local|central|regional|city|national) government\b|(?:(?!(?:at|in|of|from|on|to|who|that"
    r"|for)\b)[a-z][\w’'´-]* ){1,4}?(?:organi[sz]ations|councils?|charities|centres|schools|mosques|churches"
    r"|pharmacies"
    r"|practices|providers|agencies|authorities|sector|departments|trusts|groups|colleges|universities"
    r"|businesses|companies|police|associations|NGOs|nurseries|libraries|employers|trade unions)(?![\w-])"
)
_QUALIFIER = re.compile(r"[a-z][\w’'´-]*")  # 'faith' of 'faith and voluntary organisations'
_PARTNER_LIST = re.compile(r"\b[Pp]artners(?: (?:of|in|on|include|included|were|are)\b[^:.\n]{0,100})?: ?")
#: Questions of fact boxes: 'Who else supported the initiative?: Mind', 'Who paid for it?: Leeds City Council'.
_WHO = re.compile(r"Who (?:else |was |were |is |has )?(?:\w+ )?[^:?\n]{3,70}\?? ?: ")
_RAN = re.compile(r"\b(?:responsible|organi[sz]ed|ran|led|initiated)\b")
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
        if of_references(told.block) or _AWARDS.search(text, told.start, told.end):
            continue
        lists = list(_lists(text, told.start, told.end))
        for role, span in _roles(text, told.start, told.end, lists):
            bodies.setdefault(_key(text[slice(*span)]), _Body(span)).add(role, span)
        found = [span for _, _, spans in lists for span in spans]
        if found and not is_planned(text[told.start : told.end]):
            for span in found:
                unnamed.setdefault(text[slice(*span)].casefold(), span)
    return _chosen(text, bodies, unnamed)


def _roles(text: str, start: int, end: int, lists: Sequence[_List]) -> Iterator[tuple[float, Span]]:
    """The bodies a sentence names, each with how surely it says that they did the work; 0 if it doesn't say so."""
    if listed := _PARTNER_LIST.search(text, start, end) or _WHO.match(text, start, end):
        role = _LEAD if _RAN.search(listed.group()) else _PARTNER
        named = list(members(text, listed.end(), end))
        yield from ((role, span) for span in (named if len(named) > 1 or text.startswith("Who", start) else []))
        return
    linked, after = 0.0, start
    for a, b in body_names(text, start, end):
        before = text[max(start, a - _REACH) : a]
        in_list = linked and _NEXT.fullmatch(text, after, a)
        if _SOURCE.search(before):
            role = 0.0
        elif _LED.search(before):
            role = _LEAD
        elif _LEADS.match(text, b, end) and not before.endswith(("This ", "this ")):
            role = _ACTOR
        elif _WITH.search(before) or in_list or _is_within(lists, a):
            role = _PARTNER
        else:
            role = 0.0
        linked, after = (role if role != _ACTOR else 0.0), b
        yield role, (a, b)


def _is_within(lists: Sequence[_List], at: int) -> bool:
    after = bisect_right(lists, at, key=lambda found: found[0])
    return after > 0 and at <= lists[after - 1][1]


_REACH = 110  # characters before a name that are looked at
_NEXT = re.compile(r"(?: \([^)]*\))?(?:,|,? and|;)(?: the)? ")


def _lists(text: str, start: int, end: int) -> Iterator[_List]:
    """Where a list of partners stands ('with faith and voluntary organisations and Mind'), and its unnamed bodies."""
    for cue in _CUE.finditer(text, start, end):
        found: list[Span] = []
        at = cue.end()
        pending: int | None = None
        while at < end:
            if article := _ARTICLE.match(text, at, end):
                at = article.end()
            if body := _UNNAMED.match(text, at, end):
                found.append((at if pending is None else pending, body.end()))
                pending, stop = None, body.end()
            elif name := BODY_NAME.match(text, at, end):
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
