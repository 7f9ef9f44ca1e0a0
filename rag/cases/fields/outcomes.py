"""What came of the work, how strongly the source states it, and the words that show it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.cases.account import Account, Told
from rag.cases.facts import labelled
from rag.cases.fields.measures import figures_in
from rag.cases.fields.plans import is_planned, plan_in
from rag.cases.steps import Step, steps
from rag.text.words import trimmed
from rag.types import Facet, Outcome, Span

__all__ = ["is_planned", "outcome_of", "outcomes", "triggers"]

_HELPED = re.compile(
    r"\b(?:[Ii]ncreased|[Ii]mproved|[Rr]educed|helped (?!(?:to )?(?:create|develop|design|identify|shape|deliver|run"
    r"|organi[sz]e|set up|plan|host|facilitate|draft|fund|write|lead|prepare)\b)|enabled"
    r"|empowered|succeeded|benefit(?:t)?ed|strengthened|raised (?:awareness|uptake|attendance)"
    r"|(?:built|gained|won) (?:greater )?trust"
    r"|(?:was|were|been|proved|very|highly|a(?: great| huge)?) success(?:ful(?:ly)?)?\b|success in|led to|resulted in"
    r"|made \w+.{1,60} more\b|detected early|phenomenal|far in excess|(?:made|make)s? a (?:real )?difference"
    r"|(?:exceed(?:ed|ing)|surpass(?:ed|ing)|beyond) (?:all |our |the |their |every |any )*expectations"
    r"|well received|positive (?:feedback|response|effect|impact)|more (?:confident|aware)\b|inspired)\b",
    re.DOTALL,
)
#: What is a result without a figure where results are told: what came of what was asked for.
_TAKEN_UP = re.compile(
    r"\b(?:(?:was|were|been|council|government|board|city|parliament|authority|trust|ministry) (?:\w+ ){0,2}?(?:adopted"
    r"|implemented|accepted|approved|passed|incorporated|taken up|enacted|rolled out|replicated|extended)"
    r"|changed|gave rise to|contributed to|influenced)\b"
)
_DENIED = re.compile(
    r"\b(?:not|n['’]t|never|no|none|nor|neither|fail(?:ed|s|ure)?|unclear|unlikely|little|few|hardly|lack(?:ed|s)?|without"
    r"|whether|if|would have|could have|could|might|would|should|unable|unfortunately|difficult)\b|n['’]t\b",
    re.IGNORECASE,
)
#: 'for improved services': no verb.
_NO_VERB = re.compile(
    r"\b(?:to|of|for|through|with|an?|the|via|towards?|from|into|about|in) (?:increased|improved|reduced)$"
)
_INTENDED = re.compile(
    r"\b(?:aim(?:s|ed|ing)?|goals?|objectives?|purposes?|in order to|intend(?:s|ed)?|meant to|designed to"
    r"|hop(?:e[ds]?|ing)"
    r"|sought to|seeks? to|mission|so that|must|need(?:s|ed)? to|ideally|can (?:also )?be)\b"
)
#: What people said of the work is a result, whatever they hope to do.
_FED_BACK = re.compile(
    r"\bpositive feedback\b|\b(?:expressed|said|reported|stated) (?:\w+ ){0,3}?(?:willingness|satisfaction)\b"
)
_MOST_WORDS_OF_BOX = 4  # of the value of a fact
_LONGEST = 2000  # characters of a sentence; what is longer is a table or a list run together
_LETTERS = re.compile(r"[a-z]+")
#: One of these is in whatever says that it helped.
_PRAISE = frozenset(
    """
    increased improved reduced helped enabled empowered succeeded benefited benefitted strengthened
    raised built gained won success successful successfully led resulted made make makes detected
    phenomenal excess expectations well positive confident aware inspired adopted implemented accepted approved
    passed incorporated taken enacted rolled replicated extended changed gave contributed influenced
    """.split()
)
#: Steps of an account that tell of no results, and those where praise is of something else.
_WITHOUT_RESULTS: frozenset[Step] = frozenset({"problem", "context", "aims", "money"})
_NO_PRAISE: frozenset[Step] = frozenset({"people", "fact", "barriers"})


@dataclass(frozen=True, slots=True)
class _Reading:
    kind: Outcome
    trigger: tuple[Span, ...] = ()


def outcome_of(sentence: str) -> Outcome:
    """What kind of result one sentence states."""
    return _read(sentence).kind


def triggers(sentence: str) -> tuple[Span, ...]:
    """The words that decide what kind of result a sentence states, as spans within it, in order."""
    return _read(sentence).trigger


def outcomes(account: Account) -> list[Facet]:
    """One facet for every sentence that states a result or a plan: the strongest and most telling first, what a fact
    box counts after what is told, plans last.
    """
    found: list[tuple[float, Facet]] = []
    for told, step in steps(account):
        if step in _WITHOUT_RESULTS:
            continue
        reading = _read(account.text[told.start : told.end], step)
        if reading.kind != "activity":
            trigger = tuple((told.start + a, told.start + b) for a, b in reading.trigger)
            facet = Facet("outcome", reading.kind, told.start, told.end, trigger=trigger)
            found.append((_rank(reading.kind, step, is_boxed=_is_boxed(account.text, told)), facet))
    return [facet for _, facet in sorted(found, key=lambda ranked: ranked[0])]


_RANKS: tuple[Outcome, ...] = ("measured", "figure", "reported", "activity", "planned")


def _is_boxed(text: str, told: Told) -> bool:
    """Whether a sentence is a line of a fact box: 'Total Number of Participants: 69'."""
    line = labelled(text, told.block.start, told.block.end)
    return line is not None and len(text[line[1] : told.block.end].split()) <= _MOST_WORDS_OF_BOX


def _rank(kind: Outcome, step: Step, *, is_boxed: bool) -> float:
    """Lower is stronger; of equal strength what is told as a result comes before what is told elsewhere."""
    if is_boxed and kind == "figure":
        return _RANKS.index("reported") + 0.5
    return _RANKS.index(kind) - 0.25 * (step == "result" and kind != "planned")


def _read(sentence: str, step: Step = "") -> _Reading:
    if len(sentence) > _LONGEST:
        return _Reading("activity")
    words = set(_LETTERS.findall(sentence.lower()))
    if figures := figures_in(sentence, words):
        return _Reading(*figures)
    plan = plan_in(sentence)
    if plan and not (_FED_BACK.search(sentence, 0, plan[0]) and step not in _NO_PRAISE):
        return _Reading("planned", (plan,))
    may_praise = step not in _NO_PRAISE and not words.isdisjoint(_PRAISE)
    if may_praise and (helped := _helped(sentence, told_as_result=step == "result")):
        return _Reading("reported", (helped,))
    return _Reading("activity")


def _helped(sentence: str, *, told_as_result: bool) -> Span | None:
    """The words that say that it helped, where they are neither denied nor only an aim."""
    if sentence.endswith(":"):
        return None
    patterns = (_HELPED, _TAKEN_UP) if told_as_result else (_HELPED,)
    for match in (found for pattern in patterns for found in pattern.finditer(sentence)):
        before = sentence[max(0, match.start() - 80) : match.start()]
        if not (_DENIED.search(before) or _INTENDED.search(before) or _NO_VERB.search(before + match.group())):
            return trimmed(sentence, *match.span())
    return None
