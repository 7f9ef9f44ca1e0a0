"""How well one case meets one aspect of a situation: by labels, by what its text tells, and by meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

import numpy as np

from rag.explore.precedents.situation import is_place_name, told_of, wider
from rag.text.patterns import patterns
from rag.text.spans import overlap
from rag.text.words import content_terms
from rag.types import Aspect, Case, Document, Facet, FacetKind, Likeness, Match, Span

#: What of a case tells each aspect, the most telling first.
KINDS: dict[Aspect, tuple[FacetKind, ...]] = {
    "problem": ("problem", "topic"),
    "people": ("community",),
    "place": ("place",),
    "means": ("setting", "deed", "partner"),
}
_INSTEAD, _NAME = 2, 60  # values told in place of what is not there; characters of the longest name
_WIDER, _SIBLING = 0.6, 0.3  # of the same label: 'Polish' is Eastern European, so are Romanians
_NEAR, _SAME = 0.30, 0.58  # cosines of a situation's words and a sentence: from nothing alike to the same
_PART, _FULL = 0.32, 0.8  # scores from which a case meets an aspect in part, in full
_NEARLY = 0.45  # as good as 'partly' by meaning alone
_UNLISTED = 0.75  # of meaning, where no label says that the problem is the same
_OF_LABELS = 0.5  # share of labels in the score of a problem; the rest is meaning
_READ = 20_000  # characters of a case's text that are read for what it tells of
_OFTEN, _ONCE = 0.9, 0.6  # of what the text tells of without stating it: several times, or once in passing
_FOUND = 2  # passages shown of an aspect
_STATING: tuple[FacetKind, ...] = ("problem", "deed", "topic")  # what a case says of the problem it worked on
_NAMED: tuple[FacetKind, ...] = ("place", "community", "setting", "partner")  # what a case states by a name
_OF_WORDS = 0.5  # share of a problem's words that say the same where no list knows it
_PATTERNS = patterns("situation")
_WAYS = ("low", "high", "late")  # something may be wrong


@dataclass(frozen=True, slots=True)
class Wanted:
    """One aspect of a situation: its words, its labels with their weights, and its direction among the vectors."""

    aspect: Aspect
    words: tuple[str, ...]
    labels: Mapping[str, float]


@dataclass(frozen=True)
class Profile:
    """A case as situations are compared with it; worked out once."""

    case: Case
    document: Document

    @cached_property
    def told(self) -> Mapping[Aspect, Mapping[str, list[Span]]]:
        """What its text tells of each aspect, as far as the lists know it: label -> where."""
        found: dict[Aspect, dict[str, list[Span]]] = {aspect: {} for aspect in KINDS}
        for first, last in self.case.spans:
            text = self.document.text[first : min(last, first + _READ)]
            for aspect, labels in found.items():
                for part in told_of(text, aspect):
                    for label in part.labels:
                        labels.setdefault(label, []).append((first + part.start, first + part.end))
        return found

    @property
    def labels(self) -> set[str]:
        """Everything it is counted under."""
        return {label for facet in self.case.facets for label in _labels(facet)}

    def facets(self, aspect: Aspect) -> list[Facet]:
        """What it states of an aspect."""
        return [facet for kind in KINDS[aspect] for facet in self.case.stated(kind)]


def match(wanted: Wanted, profile: Profile, nearest: tuple[float, Span] | None) -> Match:
    """How a case meets one aspect; ``nearest`` is its sentence that is nearest in meaning, with the cosine."""
    cosine, sentence = nearest or (0.0, None)
    meaning = float(np.clip((cosine - _NEAR) / (_SAME - _NEAR), 0.0, 1.0))
    labelled = _by_labels(wanted, profile)
    if wanted.aspect == "problem":
        return _problem(wanted, profile, labelled, meaning, sentence)
    by_label, found, shared = labelled
    score = by_label if wanted.labels else meaning * _FULL
    if wanted.aspect == "means":
        score = max(score, meaning * _FULL)
    likeness = _likeness(score)
    if likeness == "none":
        return Match(wanted.aspect, "none", score, wanted.words, instead=_instead(profile, wanted.aspect))
    if not found and sentence:
        found = [sentence]
    return Match(wanted.aspect, likeness, score, wanted.words, tuple(found), shared=shared)


def _problem(
    wanted: Wanted, profile: Profile, labelled: tuple[float, list[Span], str], meaning: float, sentence: Span | None
) -> Match:
    """A shared topic is half of a shared problem: the words must be near as well."""
    by_label, found, shared = labelled
    score = max(_OF_LABELS * by_label + (1 - _OF_LABELS) * meaning, _UNLISTED * meaning) if wanted.labels else meaning
    likeness = _likeness(score) if wanted.labels else _likeness(score * _FULL)
    if likeness == "none" and meaning >= _NEARLY:
        likeness = "part"
    if likeness == "none":
        return Match("problem", "none", score, wanted.words, instead=_instead(profile, "problem"))
    spans = [sentence] if sentence and (meaning >= _NEARLY or not found) else found[:1]
    if likeness == "full":
        same = _same_problem(wanted, profile, spans)
        likeness, spans = ("full", [same]) if same else ("part", spans)
    return Match("problem", likeness, score, wanted.words, tuple(spans), shared=shared)


def _same_problem(wanted: Wanted, profile: Profile, near: Sequence[Span]) -> Span | None:
    """Where the case states the same problem in its own words: the same label or words, gone wrong the same way."""
    stating = [(facet.start, facet.end) for kind in _STATING for facet in profile.case.stated(kind)]
    problems = [(facet.start, facet.end) for facet in profile.case.stated("problem")]
    nearest = [span for span in near if overlap([span], stating)]
    told = " ".join(wanted.words)
    ways, words = _ways(told), _words(told)
    for start, end in dict.fromkeys([*problems, *nearest, *stating]):
        text = profile.document.text[start:end]
        labels = {label for part in told_of(text, "problem") for label in part.labels}
        same = labels & set(wanted.labels) if wanted.labels else len(words & _words(text)) >= _OF_WORDS * len(words)
        if same and (not ways or ways & _ways(text)):
            return start, end
    return None


def _ways(text: str) -> set[str]:
    return {way for way in _WAYS if _PATTERNS[way].search(text)}


def _words(text: str) -> set[str]:
    """The stems of what is told, without those that say which way it went."""
    for way in _WAYS:
        text = _PATTERNS[way].sub(" ", text)
    return {term.stem for term in content_terms(_PATTERNS["uptake"].sub("uptake", text))}


def _likeness(score: float) -> Likeness:
    return "full" if score >= _FULL else "part" if score >= _PART else "none"


def _by_labels(wanted: Wanted, profile: Profile) -> tuple[float, list[Span], str]:
    """The share of the labels' weight that the case bears, where it says so, and a label that both come under."""
    total = sum(wanted.labels.values())
    if not total:
        return 0.0, [], ""
    stated = _stated(wanted.aspect, profile)
    score, found, shared = 0.0, list[tuple[float, list[Span]]](), ""
    for label, weight in wanted.labels.items():
        best, where, common = max(
            ((kinship(label, own) * factor, spans, own) for own, (spans, factor) in stated.items()),
            key=lambda each: each[0],
            default=(0.0, [], ""),
        )
        score += weight * best
        if best:
            found.append((weight * best, where))
            shared = shared or (_common(label, common) if best < 1 else "")
    found.sort(key=lambda each: -each[0])
    spans = [span for turn in zip_longest(*(where for _, where in found)) for span in turn if span]
    return score / total, list(dict.fromkeys(spans))[:_FOUND], shared


def _stated(aspect: Aspect, profile: Profile) -> dict[str, tuple[list[Span], float]]:
    """What a case is labelled with of an aspect: where it says so, and how surely it is about that."""
    stated: dict[str, tuple[list[Span], float]] = {}
    for facet in profile.facets(aspect):
        for label in _labels(facet):
            stated.setdefault(label, ([(facet.start, facet.end)], 1.0))
    for label, spans in profile.told.get(aspect, {}).items():
        stated.setdefault(label, _told(aspect, profile, spans))
    return stated


def _told(aspect: Aspect, profile: Profile, spans: Sequence[Span]) -> tuple[list[Span], float]:
    """The words that tell of a label, within those that state something, and how surely the case is about it.

    That Wiltshire is rural is known, not told: the name alone tells it in passing.
    """
    text = profile.document.text
    words = [span for span in spans if aspect != "place" or not is_place_name(text[slice(*span)])]
    short = [(f.start, f.end) for kind in _NAMED for f in profile.case.stated(kind) if f.end - f.start <= _NAME]
    stated = [next((facet for facet in short if facet[0] <= start and end <= facet[1]), None) for start, end in words]
    seen = dict[str, Span]()
    for span, facet in sorted(zip(words, stated, strict=True), key=lambda each: each[1] is None):
        shown = facet or span
        seen.setdefault(text[slice(*shown)].casefold(), shown)
    surely = len(words) > 1 or any(stated)
    return list(seen.values())[:_FOUND] or list(spans[:1]), _OFTEN if surely else _ONCE


def _labels(facet: Facet) -> tuple[str, ...]:
    """What a facet is counted under; a place also by its own name."""
    return (*facet.labels, facet.value) if facet.kind == "place" else facet.labels


def kinship(label: str, other: str) -> float:
    """How near two labels are: 1 if they are the same, less where one comes under the other or both under a third."""
    if label == other:
        return 1.0
    mine, theirs = _wider(label), _wider(other)
    if _short(other) in mine or _short(label) in theirs:
        return _WIDER
    return _SIBLING if mine & theirs else 0.0


def _common(label: str, other: str) -> str:
    if label == other:
        return ""
    if _short(other) in _wider(label):
        return other
    if _short(label) in _wider(other):
        return label
    return min(_wider(label) & _wider(other), default="")


def _short(label: str) -> str:
    """The list of wider labels is separated by commas, which some labels hold."""
    return label.partition(",")[0]


def _wider(label: str) -> frozenset[str]:
    return wider().get(label, wider().get(_short(label), frozenset()))


def _instead(profile: Profile, aspect: Aspect) -> tuple[tuple[FacetKind, Span], ...]:
    """What it states of an aspect: a name or two, or one sentence."""
    stated = profile.facets(aspect)
    if aspect == "means":  # everything that was done is something else
        stated = [facet for facet in stated if facet.kind == "setting"]
    facets = stated[:_INSTEAD]
    short = [facet for facet in facets if facet.kind == facets[0].kind and facet.end - facet.start <= _NAME]
    return tuple((facet.kind, (facet.start, facet.end)) for facet in short or facets[:1])
