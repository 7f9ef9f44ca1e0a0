"""Which health topic, condition or issue the work was about."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache

from rag.cases.account import Account
from rag.cases.facts import fact_kind, label_key, labelled
from rag.cases.sections import of_references
from rag.text.patterns import patterns
from rag.text.vocabulary import Lexicon, outside_brackets, term_key
from rag.types import Facet, Span

_DATA = "topics.txt"
_MOST = 4
_TITLED, _HEADED, _PROBLEM, _SAID = 5.0, 1.0, 1.5, 1.0  # what a word counts for by where it stands
_SHORT = 900  # characters of an account in which one mention makes a topic
_FOR_ONE_MORE = 2000  # characters that ask for one mention more
_LEAST, _HIGHEST_LEAST = 1.0, 6.0
_OF_TOP = 0.35  # of the mentions of the topic that is named most
_PATTERNS = patterns("topics")


@dataclass(frozen=True, slots=True)
class _Mention:
    span: Span
    weight: float


@lru_cache(maxsize=2)
def _lexicon(*sections: str) -> Lexicon:
    return Lexicon(_DATA, *sections, around=r"(?<![\w@#.]){}s?(?!\w|-\w)")


def labels_of(value: str) -> tuple[str, ...]:
    """The labels of a topic as a fact box gives it: of 'Urban planning' 'Planning and regeneration'; () if unknown."""
    return _lexicon("text", "facts").labels_in(outside_brackets(value))[:_MOST]


def topics(account: Account) -> list[Facet]:
    """The topics of a case, the main one first, each in the words that show it best.

    Where a fact box names the topics, only what the case's own title says beside them.
    """
    said, boxed, length = _mentions(account)
    scores = {label: sum(mention.weight for mention in each) for label, each in said.items()}
    for label in _of_document_title(account):
        scores[label] = scores.get(label, 0.0) + _TITLED
    titled = {label for label, each in said.items() if any(m.weight == _TITLED for m in each)}
    least = min(_LEAST + max(0, length - _SHORT) / _FOR_ONE_MORE, _HIGHEST_LEAST)
    least = max(least, _OF_TOP * max(map(len, said.values()), default=0))
    kept = [
        label
        for label in said
        if (label in titled if boxed is not None else scores[label] >= least) and label not in (boxed or ())
    ]
    kept.sort(key=lambda label: (-scores[label], said[label][0].span))
    return _facets(account.text, {label: said[label] for label in kept[:_MOST]})


def _mentions(account: Account) -> tuple[dict[str, list[_Mention]], set[str] | None, int]:
    """The mentions of each label; the labels that a fact box gives, None without one; characters told."""
    said: dict[str, list[_Mention]] = defaultdict(list)
    boxed: set[str] | None = None
    length = 0
    for start, end in account.titles:
        _collect(account.text, start, end, _TITLED, said)
    for block in account.blocks:
        if block.kind == "heading" and block.role == "account" and (block.start, block.end) not in account.titles:
            own = account.text[block.start : block.end] == account.document.title
            _collect(account.text, block.start, block.end, _TITLED if own else _HEADED, said)
    for told in account.told:
        if of_references(told.block):
            continue
        length += told.end - told.start
        if told.step == "fact" and (line := labelled(account.text, told.block.start, told.block.end)):
            if (fact_kind(label_key(line[0])) or ("", 0))[0] == "topic":
                boxed = (boxed or set()) | set(labels_of(account.words(told)))
            continue
        weight = _PROBLEM if told.step in ("aims", "context") else _SAID
        _collect(account.text, told.start, told.end, weight, said)
    return said, boxed, length


def _collect(text: str, start: int, end: int, weight: float, said: dict[str, list[_Mention]]) -> None:
    for match, labels in _lexicon("text").find(text, start, end):
        if _PATTERNS["not_before"].search(text[max(start, match.start() - 30) : match.start()]):
            continue
        if _PATTERNS["name_goes_on"].match(text, match.end()) and match.group()[0].isupper():
            continue
        for label in labels:
            said[label].append(_Mention(match.span(), weight))


def _of_document_title(account: Account) -> set[str]:
    """The labels of the document's title, where all of it tells of this case and the title stands nowhere in it."""
    tells_all = account.is_all and not account.titles
    return set(_lexicon("text").labels_in(account.document.title)) if tells_all else set()


def _facets(text: str, said: dict[str, list[_Mention]]) -> list[Facet]:
    """A facet for each label, or one for several that the same words show."""
    labels: dict[Span, list[str]] = {}
    for label, mentions in said.items():
        counts = Counter(term_key(text[slice(*m.span)]) for m in mentions)
        best = max(mentions, key=lambda m: (m.weight == _TITLED, counts[term_key(text[slice(*m.span)])], -m.span[0]))
        labels.setdefault(_whole(text, best.span, mentions), []).append(label)
    return [Facet("topic", text[a:b], a, b, tuple(names)) for (a, b), names in labels.items()]


def _whole(text: str, span: Span, mentions: list[_Mention]) -> Span:
    """The words of a topic with those they are joined to: 'late booking into antenatal services'."""
    start, end = span
    for a, b in sorted(m.span for m in mentions):
        if a > end and _PATTERNS["joined"].fullmatch(text, end, a):
            end = b
        elif b < start and _PATTERNS["joined"].fullmatch(text, b, start):
            start = a
    return start, end
