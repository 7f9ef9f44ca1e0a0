"""What a list or number of cases asks of each case."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.ask.query.intent import FRAME, LIGHT
from rag.ask.query.preferences import PreferenceReader
from rag.ask.topics import Topics
from rag.text.patterns import patterns
from rag.text.synonyms import Phrase, Synonyms, any_met
from rag.text.words import content_terms, stem, stems, word_list
from rag.types import Exclusion, Filter, Filters, Request

_PATTERNS = patterns("requests")
_OR = re.compile(r"\s+or\s+|\s*/\s*")
#: Stems that a condition may hold without naming anything: 'used', 'took place', 'described'.
_EMPTY = FRAME | LIGHT | frozenset(stem for word in word_list("of_requests") for stem in stems(word))
_MEASURED = Filter("outcome", "measured")
#: Words that a sentence may need to say a phrase, for each of its words: 'paid' stands near 'participants', not in
#: 'attention was paid in the recruitment process of participants'. What stands for one word may have several.
_WITHIN, _ONE_WORD = 3, 6
_DENIALS = frozenset(map(stem, ("not", "never", "no", "neither", "nor", "without", "cannot")))
_DENIED_BEFORE = 3  # words


@dataclass(frozen=True, slots=True)
class Condition:
    """What a case must meet: ``filters`` by its card, not ``without``; be about one of the ``topics``, and say one of
    the ``phrases`` (stems).

    ``names``: whether names are asked for; else the 'Medical School' that somebody works at is no school.
    ``alternatives``: what stands for a word. ``negated``: the cases that do not are meant. ``about``: the ids of the
    cases about one of the topics.
    """

    filters: Filters
    without: tuple[Exclusion, ...]
    topics: tuple[Phrase, ...]
    phrases: tuple[Phrase, ...]
    names: bool
    alternatives: Mapping[str, Sequence[Phrase]]
    negated: bool = False
    about: frozenset[str] = frozenset()

    @property
    def by_card(self) -> bool:
        """Whether the cards alone decide."""
        return bool(self.filters or self.without or self.topics) and not self.phrases

    @property
    def asks(self) -> bool:
        """Whether anything is asked of a case but what it is without."""
        return bool(self.filters or self.topics or self.phrases)

    def said_by(self, words: Collection[str]) -> bool:
        """Whether words (stems) hold all of one of the phrases."""
        return any_met(self.phrases, words, self.alternatives)

    def told_by(self, sentence: Sequence[str]) -> bool:
        """Whether a sentence (its stems in order) says one of the phrases: its words near one another, not denied."""
        return self.said_by(sentence) and any(self._tells(sentence, phrase) for phrase in self.phrases)

    def _tells(self, sentence: Sequence[str], phrase: Phrase) -> bool:
        reach = _WITHIN * len(phrase) if len(phrase) > 1 else _ONE_WORD
        for first in range(len(sentence)):
            for last in range(first + 1, min(first + reach, len(sentence)) + 1):
                if any_met([phrase], sentence[first:last], self.alternatives):
                    if any_met([phrase], sentence[first + 1 : last], self.alternatives):
                        break  # begins later
                    if not _denies(sentence[max(0, first - _DENIED_BEFORE) : last]):
                        return True
                    break
        return False

    def named_by(self, words: Collection[str]) -> bool:
        """Whether words (stems) hold all of one of the topics."""
        return any_met(self.topics, words, self.alternatives)


@dataclass(frozen=True, eq=False)
class ConditionReader:
    """Reads conditions with the words of a library's cases."""

    preferences: PreferenceReader
    synonyms: Synonyms
    topics: Topics

    def read(self, request: Request, excluded: Sequence[Exclusion] = ()) -> Condition:
        """What a request asks of a case."""
        unmeasured = _PATTERNS["unmeasured"].search(request.condition)
        asked = _without(request.condition, unmeasured)
        words = asked if unmeasured else _PATTERNS["negated"].sub("", asked, count=1)
        filters, rest = self.preferences.split(words)
        named, topic = self.preferences.split(f"in {request.topic}") if request.topic else ((), "")
        filters = tuple(dict.fromkeys((*filters, *named)))
        without = list(excluded)
        if unmeasured:
            without.append(Exclusion("", (_MEASURED,)))
        elif measured := _PATTERNS["measured"].search(rest):
            rest = _without(rest, measured)
            filters = (*filters, _MEASURED)
        topics = _phrases(topic, FRAME)
        if subject := _PATTERNS["topic_of_cases"].search(rest):
            topics += _phrases(subject["topic"], FRAME)
            rest = _without(rest, subject)
        names = any(rest[term.start].isupper() for term in content_terms(rest))
        alternatives = self.synonyms.alternatives(f"{request.topic} {request.condition}")
        negated = words != asked
        condition = Condition(filters, tuple(without), topics, _phrases(rest), names, alternatives, negated)
        if not topics:
            return condition
        if about := self.topics.about(topics, alternatives):
            return replace(condition, about=about)
        # No case is about it: those that say it, with what else they are to say.
        phrases = tuple((*topic, *phrase) for topic in topics for phrase in condition.phrases or ((),))
        return replace(condition, topics=(), phrases=phrases)


def _denies(words: Sequence[str]) -> bool:
    """Whether words (stems) say that something is not so; 'not only' does not."""
    return any(
        (word in _DENIALS or word.endswith("n't")) and following != "onli" for word, following in pairwise([*words, ""])
    )


def _without(text: str, found: re.Match[str] | None) -> str:
    """``text`` without what was found in it."""
    return text[: found.start()] + text[found.end() :] if found else text


def _phrases(text: str, empty: Collection[str] = _EMPTY) -> tuple[Phrase, ...]:
    """The stems of what ``text`` names, of each of its alternatives, without the ``empty`` ones."""
    phrases = (tuple(t.stem for t in content_terms(part) if t.stem not in empty) for part in _OR.split(text))
    return tuple(phrase for phrase in phrases if phrase)
