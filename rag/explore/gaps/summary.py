"""What the noted questions tell of what the library lacks. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rag.cases.fields.communities import labels_of as groups_in
from rag.cases.fields.topics import labels_of as topics_in
from rag.explore.gaps.file import GapEvent, GapKind
from rag.text.patterns import patterns
from rag.types import FilterKind

#: What a question belongs to that names no topic, or no group of people, that is known.
OTHER_TOPIC, NO_GROUP = "Other", "No group named"


@dataclass(frozen=True)
class Gap:
    """A question, as asked under the same filters after the same questions, with all that was noted, oldest first."""

    events: tuple[GapEvent, ...]

    @property
    def latest(self) -> GapEvent:
        """What was noted last."""
        return self.events[-1]

    @cached_property
    def key(self) -> str:
        """Names the question in addresses and calls."""
        return _key(self.latest)

    @cached_property
    def counts(self) -> Mapping[GapKind, int]:
        """How often each kind of thing was noted."""
        return Counter(event.kind for event in self.events)

    @property
    def weight(self) -> int:
        """What speaks against its answers, less what speaks for them: above 0, the library lacks something."""
        return len(self.events) - 2 * self.counts["helpful"]

    @property
    def missing(self) -> tuple[str, ...]:
        """The words that no passage mentioned when it was last refused."""
        return next((event.missing for event in reversed(self.events) if event.missing), ())

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """The citations that were marked as wrong: source, quote."""
        return tuple(dict.fromkeys((e.source, e.quote) for e in self.events if e.kind == "wrong citation"))

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """What it is about, in the words of the cards; OTHER_TOPIC if it names nothing known."""
        return self._labels(topics_in, "topic") or (OTHER_TOPIC,)

    @cached_property
    def communities(self) -> tuple[str, ...]:
        """Whom it is about, in the words of the cards; NO_GROUP if it names none known."""
        return self._labels(groups_in, "community") or (NO_GROUP,)

    def _labels(self, labels_of: Callable[[str], tuple[str, ...]], kind: FilterKind) -> tuple[str, ...]:
        # Worked out when read, not when noted: the lists of topics and groups grow.
        said = patterns("intent")["what_works"].sub(" ", f"{self.latest.question}\n{self.latest.searched}")
        named = list(labels_of(said))
        if not re.search(r"(?<=\s)[A-Z]", said):  # 'somali women'
            named += labels_of(re.sub(r"\b[a-z]", lambda letter: letter[0].upper(), said))
        for each in self.latest.filters:
            if each.kind == kind:
                named += labels_of(each.value) or (each.value,)
        return tuple(dict.fromkeys(named))


def gaps_of(events: Iterable[GapEvent]) -> list[Gap]:
    """The questions of the events, those noted last first."""
    questions: dict[str, list[GapEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.time):
        questions[_key(event)].append(event)
    return sorted((Gap(tuple(each)) for each in questions.values()), key=lambda gap: gap.latest.time, reverse=True)


def _key(event: GapEvent) -> str:
    """The same for the same question, whatever its capitals, spaces and punctuation."""
    words = " ".join(re.findall(r"\w+", event.question.casefold())) or event.question
    asked = [words, event.history, sorted((each.kind, each.value) for each in event.filters)]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


class GapGroup(NamedTuple):
    """The questions of one topic, or of one group of people."""

    label: str
    gaps: tuple[Gap, ...]

    def count(self, kind: GapKind) -> int:
        """How often this was noted of them."""
        return sum(gap.counts[kind] for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class GapSummary:
    """What the library lacks: ``gaps`` newest first, by topic and by group of people (most questions first, those of
    none last), and ``both``: (topic, group) -> number of questions. ``answered``: questions left out, because as much
    speaks for their answers.
    """

    gaps: tuple[Gap, ...]
    topics: tuple[GapGroup, ...]
    communities: tuple[GapGroup, ...]
    both: Mapping[tuple[str, str], int]
    answered: int


def summary_of(events: Iterable[GapEvent]) -> GapSummary:
    """What the events tell of what the library lacks."""
    every = gaps_of(events)
    gaps = [gap for gap in every if gap.weight > 0]
    both = Counter((topic, community) for gap in gaps for topic in gap.topics for community in gap.communities)
    by_topic = _grouped(((label, gap) for gap in gaps for label in gap.topics), OTHER_TOPIC)
    by_group = _grouped(((label, gap) for gap in gaps for label in gap.communities), NO_GROUP)
    return GapSummary(tuple(gaps), by_topic, by_group, both, len(every) - len(gaps))


def _grouped(labelled: Iterable[tuple[str, Gap]], last: str) -> tuple[GapGroup, ...]:
    groups: dict[str, list[Gap]] = defaultdict(list)
    for label, gap in labelled:
        groups[label].append(gap)
    found = [GapGroup(label, tuple(gaps)) for label, gaps in groups.items()]
    return tuple(sorted(found, key=lambda group: (group.label == last, -len(group.gaps), group.label)))
