"""Cases that are like a situation somebody describes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.types.documents import Case, FacetKind, Span

#: What a situation and a case are compared by. 'means': what was done, where people were met, by whom.
Aspect = Literal["problem", "people", "place", "means"]

#: 'full': the case states the same; 'part': something wider, narrower or near in meaning; 'none': nothing of it.
Likeness = Literal["full", "part", "none"]


@dataclass(frozen=True, slots=True)
class SituationPart:
    """Words of a situation that tell one aspect: ``text[start:end]`` of it; ``labels`` as cases are counted by."""

    aspect: Aspect
    start: int
    end: int
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What somebody described, and its parts in order of the text."""

    text: str
    parts: tuple[SituationPart, ...]

    def words(self, aspect: Aspect) -> tuple[str, ...]:
        """The words that tell one aspect, each once: of parts within one another, the longest."""
        own = [part for part in self.parts if part.aspect == aspect]
        whole = [
            p
            for p in own
            if not any(o.start <= p.start and p.end <= o.end and o.end - o.start > p.end - p.start for o in own)
        ]
        return tuple(dict.fromkeys(self.text[part.start : part.end] for part in whole))

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """The aspects it tells of."""
        order: tuple[Aspect, ...] = ("problem", "people", "place", "means")
        told = {part.aspect for part in self.parts}
        return tuple(aspect for aspect in order if aspect in told)


@dataclass(frozen=True, slots=True)
class Match:
    """How a case meets one aspect of a situation.

    ``wanted`` are the situation's words, ``found`` where in the document the case says what is alike (empty if nothing
    is), ``instead`` what it states of this aspect where it is something else. ``shared`` is the general name that both
    come under ('Eastern European'), or ''. ``score`` is from 0 to 1.
    """

    aspect: Aspect
    likeness: Likeness
    score: float
    wanted: tuple[str, ...]
    found: tuple[Span, ...] = ()
    instead: tuple[tuple[FacetKind, Span], ...] = ()
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Precedent:
    """A case that is like a situation; ``matches`` has one entry for each aspect that the situation tells of."""

    case: Case
    score: float
    matches: tuple[Match, ...]

    def likeness(self, aspect: Aspect) -> Likeness:
        """How the case meets one aspect."""
        return next((match.likeness for match in self.matches if match.aspect == aspect), "none")


@dataclass(frozen=True, slots=True)
class Precedents:
    """The cases most like a situation, best first; ``lacking`` are the aspects that none of those looked at meets:
    of the whole library, or of the cases that meet the filters.
    """

    situation: Situation
    found: tuple[Precedent, ...]
    lacking: tuple[Aspect, ...] = ()
