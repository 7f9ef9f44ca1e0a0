"""Taking a question apart into what it asks. In doubt it stays whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rag.ask.query.follow_ups import MOST_NEW_WORDS, leans_back, picks_from_earlier, points_back, topic_words
from rag.ask.query.intent import asks_result
from rag.text.patterns import patterns
from rag.text.words import content_terms, sentences, unique
from rag.types import Answer, Outcome, Passage, Query

MOST_PARTS = 3
_DONE = "What was done, and with what results"
_RESULTS = "What were the results?"

_SENTENCES_END = re.compile(r"(?<=[?!;])\s+")
_TO = re.compile(r" (?:with|to) ", re.IGNORECASE)
_PATTERNS = patterns("decompose")
_COMPARISONS = _PATTERNS.group("comparison")
_LONGEST_QUESTION = 400  # characters; what is longer tells of a situation
_LONGEST_THING = 10  # words
_SAME_OPENING = 3  # words


#: Document and title ('' for what belongs to no case).
CaseName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """A ``question`` to be asked after ``history``; ``shown`` is how a reader is told that nothing answers it.

    ``case`` is the only one it is asked of, if any; ``stated``: it is answered if the case states one of these.
    """

    question: str
    history: tuple[str, ...]
    shown: str
    case: CaseName | None = None
    stated: tuple[Outcome, ...] = ()


def decompose(question: str, history: Sequence[str], earlier: Callable[[], Answer]) -> list[SubQuestion]:
    """What has to be asked to answer ``question``; ``earlier`` gives the answer to the last question of ``history``."""
    if history and picks_from_earlier(question) and (cases := cited_cases(earlier())):
        return [_of_case(question, case) for case in cases]
    if history and (ordinal := picked(question)) and (cases := cited_cases(earlier())):
        number, rest = ordinal
        if number < len(cases):
            return [_of_case(rest or f"{_DONE}?", cases[number])]
    parts = questions_in(question)
    return [SubQuestion(part, (*history, *parts[:done]), _alone(part)) for done, part in enumerate(parts)]


_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def picked(question: str) -> tuple[int, str] | None:
    """The place, from 0 (-1: the last), of the case before that a question picks, and what it asks of that."""
    found = patterns("follow_ups")["ordinal"].match(question)
    if not found:
        return None
    number = found["number"].lower()
    return _ORDINALS.index(number) if number in _ORDINALS else -1, question[found.end() :].strip()


def cited_cases(answer: Answer) -> list[CaseName]:
    """The cases that an answer quotes."""
    return list(dict.fromkeys((citation.source, citation.case) for citation in answer.citations))


def cases_to_search(part: SubQuestion, query: Query, before: Sequence[Answer]) -> list[CaseName]:
    """The cases in which ``part`` is looked for, all if []; ``before`` are the answers of the parts before it.

    'What worked for X, and how long did it run?': what leans on another part asks of the cases that answer that.
    """
    if part.case:
        return [part.case]
    answered = [answer for answer in before if answer.status == "answered"]
    return cited_cases(answered[-1]) if query.carried and answered else []


def rows_of(cases: Collection[CaseName], passages: Iterable[Passage], titles: Mapping[str, str]) -> list[int]:
    """The rows of the passages of ``cases``; ``titles`` is case_id -> title."""
    return [
        row for row, passage in enumerate(passages) if (passage.doc_id, titles.get(passage.case_id or "", "")) in cases
    ]


def _of_case(question: str, case: CaseName) -> SubQuestion:
    """'Which of these were evaluated?' asked of one case."""
    named = f"‘{case[1] or case[0]}’"
    if re.search(r"\b(?:compare|differ)", question, re.IGNORECASE):
        return SubQuestion(f"{_DONE}: {case[1]}?", (), f"what was done, and with what results: {named}?", case)
    if asks_result(question):
        stated: tuple[Outcome, ...] = ("measured", "figure", "reported")
        measured = re.search(r"\bmeasur", question, re.IGNORECASE)
        return SubQuestion(_RESULTS, (), f"what were the results of {named}?", case, stated[:1] if measured else stated)
    return SubQuestion(question, (), f"{question.rstrip(' ?.')}: {named}?", case)


def _alone(part: str) -> str:
    """A part as a question of its own: 'and who paid for it' is 'who paid for it?'."""
    alone = _PATTERNS["begins_with_connector"].sub("", part)
    return f"{alone.rstrip(' ?.,;')}?"


def questions_in(question: str) -> list[str]:
    """The questions that ``question`` is made of, at most MOST_PARTS: itself, if it asks one thing.

    A later part may lean on the one before ('and who paid for it'), as a follow-up does.
    """
    if len(question) > _LONGEST_QUESTION:
        return [question]
    if compared := _compared(question):
        return compared
    if both := _PATTERNS["each_named"].match(question):
        return [f"{both['head']} {both['link']} {name}?" for name in (both["one"], both["other"])]
    asked: list[str] = []
    for sentence in chain.from_iterable(map(_sentences, _SENTENCES_END.split(question))):
        if not _PATTERNS["opens"].match(sentence):
            return [question]  # a situation and its question belong together
        asked += _clauses(sentence)
    if len(asked) > MOST_PARTS:
        asked = [*asked[: MOST_PARTS - 1], " ".join(asked[MOST_PARTS - 1 :])]
    first, *later = asked or [""]
    if not (topic_words(first) or points_back(first)) or not all(map(_clear, later)):
        return [question]  # 'what were the costs and what were the benefits of ...?'
    return [first, *(_completed(part, first) for part in later)]


def _clear(part: str) -> bool:
    """Whether it can be told if a later part has a topic of its own: it names one, or it clearly leans back."""
    return leans_back(part) or bool(_names(part)) or len(topic_words(part)) > MOST_NEW_WORDS


def _completed(part: str, first: str) -> str:
    """A later part with what it can't be understood without; what leans on the first stays as it is."""
    alone = _PATTERNS["begins_with_connector"].sub("", part)
    opening = first.lower().split()[:_SAME_OPENING]
    if len(opening) == _SAME_OPENING and alone.lower().split()[:_SAME_OPENING] == opening and topic_words(part):
        return alone  # 'what was done for farmers and what was done for refugees?'
    if leans_back(part) or _names(part) or alone == part or not _names(first):
        return part
    return f"{part.rstrip(' ?.,;')} ({', '.join(_names(first))})?"


def _names(text: str) -> list[str]:
    """The capitalised words of ``text`` but its first."""
    words = [text[term.start : term.end] for term in content_terms(text) if term.start > 0]
    return unique(word for word in words if word[0].isupper())


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _clauses(sentence: str) -> list[str]:
    """A sentence cut where a further question begins."""
    found: list[str] = []
    begin = 0
    for match in _PATTERNS["joined"].finditer(sentence):
        before, after = sentence[begin : match.start()], sentence[match.end() :]
        if _PATTERNS["opens"].match(before) and content_terms(before) and not _belong_together(before, after):
            found.append(before)
            begin = match.end()
    return [*found, sentence[begin:]]


def _belong_together(before: str, after: str) -> bool:
    """'women who smoke' and 'and who drink', 'between what A did' and 'and what B did'."""
    if _PATTERNS["between_one"].search(before):
        return True
    relative = _PATTERNS["may_be_relative"].match(after) and _PATTERNS["has_relative"].search(before)
    return bool(relative) and not points_back(after)


def _compared(question: str) -> list[str]:
    """A question for each thing that is compared; [] if nothing is, or it is not clear what."""
    for text, aspect in _without_respect(question):
        for pattern in _COMPARISONS:
            if match := _PATTERNS[pattern].match(text):
                named = match.groupdict()
                things = _things(named["things"]) if named.get("things") else [named["one"], named["other"]]
                if 2 <= len(unique(things)) == len(things) <= MOST_PARTS and all(_is_thing(thing) for thing in things):
                    things, shared = _shared(things)
                    about = aspect or named.get("aspect") or shared
                    return [f"{_DONE}: {thing}{about}?" for thing in things]
    return []


def _without_respect(question: str) -> list[tuple[str, str]]:
    """The question cut before what things are compared on, at each place where that may be; last, uncut."""
    cuts = [match.start() for match in _PATTERNS["in_respect_of"].finditer(question)]
    return [*((question[:cut], question[cut:].rstrip(" ?.!")) for cut in reversed(cuts)), (question, "")]


def _things(text: str) -> list[str]:
    for link in (_PATTERNS["things_against"], _TO):
        if len(halves := link.split(text)) == 2:
            return halves if link is not _TO or not _PATTERNS["things_and"].search(text) else []
    things = _PATTERNS["things_and"].split(re.sub(r"^(?:both|the differences? between|between) ", "", text))
    listed = len(things) == 2 or "," in text or all(thing[:1].isupper() for thing in things)
    return things if listed else []


def _is_thing(text: str) -> bool:
    if len(text.split()) > _LONGEST_THING or _PATTERNS["asks"].match(text):
        return False
    return bool(topic_words(text)) or points_back(text)


def _shared(things: Sequence[str]) -> tuple[list[str], str]:
    """The things with what is said of all of them once: 'the projects in A and B', 'leaflets and posters for C'."""
    placed = [_PATTERNS["placed"].match(thing) for thing in things]
    first, last = placed[0], placed[-1]
    if first and not any(placed[1:]) and (not topic_words(first["head"]) or _all_names([first["rest"], *things[1:]])):
        return [things[0], *(f"{first['head']} {first['link']} {thing}" for thing in things[1:])], ""
    if last and not any(placed[:-1]):
        return [*things[:-1], last["head"]], f" {last['link']} {last['rest']}"
    name, _, kind = things[-1].rpartition(" ")
    if name and not topic_words(kind) and _all_names(things):
        return [*(f"{thing} {kind}" for thing in things[:-1]), things[-1]], ""
    return list(things), ""


def _all_names(things: Iterable[str]) -> bool:
    return all(re.sub(r"^the ", "", thing)[:1].isupper() for thing in things)
