"""A situation as somebody describes it: which of its words tell the problem, the people, the place and the means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.cases.find import place_names
from rag.text.gazetteer import spot
from rag.text.patterns import patterns
from rag.text.vocabulary import Lexicon, term_key, vocabulary
from rag.text.words import STOP_WORDS, content_terms
from rag.types import Aspect, Case, Document, FacetKind, Situation, SituationPart, Span

_ENDED = re.compile(r"\s*(?:[,;:.!?\n]|$)")  # 'elderly, Polish'
_PATTERNS = patterns("situation")
_OF_PLACE = frozenset(
    {"Farmers and rural", "Coastal communities", "Deprived areas"}
)  # people told apart by their place
_BEGINS = re.compile(r"(?<!\w)[a-z]")  # a word
_EVERYBODY = "General public"
_LONGEST = 2000  # characters
_LONGEST_OWN = 300  # characters of one field of a case that is looked for as a situation


@dataclass(frozen=True, slots=True)
class _Hits:
    """What the lists know of a text; ``context`` is what says only whose situation it is ('a district council')."""

    people: Sequence[SituationPart]
    places: Sequence[SituationPart]
    means: Sequence[SituationPart]
    topics: Sequence[SituationPart]
    context: Sequence[SituationPart]

    @property
    def named(self) -> list[SituationPart]:
        return [*self.people, *self.places, *self.means]

    def within(self, start: int, end: int) -> _Hits:
        every = (self.people, self.places, self.means, self.topics, self.context)
        return _Hits(*([hit for hit in hits if start <= hit.start < end] for hits in every))


def read_situation(text: str) -> Situation:
    """The parts of ``text`` by aspect, in order. What no list knows counts as the problem, or as means where it says
    that somebody has or uses something; people, a kind of place or of body by themselves are never the problem.
    Of a long text the beginning is read.
    """
    text = text[:_LONGEST]
    hits = _hits(text)
    parts = [part for clause in _clauses(text) for part in _parts(text, clause, hits)]
    if parts and all(part.aspect == "means" and not part.labels for part in parts):
        parts = [replace(part, aspect="problem") for part in parts]
    return Situation(text, tuple(sorted(parts, key=lambda part: (part.start, part.end))))


def situation_of(case: Case, document: Document) -> str:
    """What a case would be found by, as its own situation: its problem, people and place in the source's words."""
    told: list[str] = []
    kinds: tuple[FacetKind, ...] = ("problem", "topic", "community", "place")
    for kind in kinds:
        words = (document.text[facet.start : facet.end].split() for facet in case.stated(kind)[:2])
        told += [" ".join(each)[:_LONGEST_OWN].rstrip(".") for each in words]
    return ". ".join(dict.fromkeys([case.title, *told]))


# --- parts ---


def _hits(text: str) -> _Hits:
    # Whoever writes without capitals still means the Polish.
    capitals = _BEGINS.sub(lambda match: match.group().upper(), text)
    capitals = capitals if len(capitals) == len(text) else text
    people, places = list(_people(capitals)), list(_places(text, capitals))
    means = list(_listed(text, "means", "situations.txt", "means"))
    # Of words that overlap the longest name counts: 'children's centre' is no group of children.
    people, means = _apart(people, means), _apart(means, [*people, *places])
    places = _apart(places, means)
    topics = _apart(_listed(text, "problem", "topics.txt", "text"), [*people, *places])
    return _Hits(people, places, means, topics, list(_listed(text, "place", "situations.txt", "context")))


def _clauses(text: str) -> Iterator[Span]:
    start = 0
    for match in [*_PATTERNS["ends"].finditer(text), None]:
        end = match.start() if match else len(text)
        words = text[start:end]
        if words.strip():
            yield start + len(words) - len(words.lstrip()), start + len(words.rstrip())
        start = match.end() if match else end


def _parts(text: str, clause: Span, hits: _Hits) -> Iterator[SituationPart]:
    """What one clause tells; neighbouring pieces about the same are one part."""
    runs: list[tuple[Aspect, int, int]] = []
    before: Aspect | None = None
    subject: int | None = None  # where those begin that the next piece goes on about
    for start, end in _pieces(text, clause, hits):
        own = hits.within(start, end)
        aspect = _aspect(text, (start, end), own, before)
        yield from [*own.people, *own.places, *(own.means if aspect != "problem" else ())]
        if aspect is None:
            subject = start
            continue
        if subject is not None and not _PATTERNS["of_subject"].match(text, start, end):
            subject = None
        if aspect == before and runs:
            runs[-1] = (aspect, runs[-1][1], end)
        elif aspect == "problem" or _says_more(text, (start, end), own.named):
            runs.append((aspect, start if subject is None else subject, end))
        before, subject = aspect, None
    for aspect, start, end in runs:
        joining = _PATTERNS["joining"].match(text, start, end)
        about = hits.within(start, end).topics if aspect == "problem" else ()
        labels = dict.fromkeys(label for part in about for label in part.labels)
        yield SituationPart(aspect, joining.end() if joining else start, end, tuple(labels))


def _pieces(text: str, clause: Span, hits: _Hits) -> Iterator[Span]:
    """A clause cut before words that may begin something else, never within a name."""
    start = clause[0]
    for match in _PATTERNS["cues"].finditer(text, *clause):
        if any(hit.start < match.end() < hit.end for hit in hits.named):
            continue
        said = text[start : match.start()].split()
        if match["how"] and (not said or said[-1].casefold() in STOP_WORDS):  # 'English is poor'
            continue
        if said:
            yield start, match.start()
            start = match.end()
    yield start, clause[1]


def _aspect(text: str, piece: Span, own: _Hits, before: Aspect | None) -> Aspect | None:
    """What a piece tells beside its people and places, after what was told ``before``; None if nothing."""
    if not _says_more(text, piece, [*own.named, *own.context]):
        return None
    wants, trouble = (
        bool(_PATTERNS["wants"].search(text, *piece)),
        bool(_PATTERNS["trouble"].search(text, *piece) or own.topics),
    )
    if wants:
        return "problem"
    if _PATTERNS["money"].search(text, *piece):
        return "means"
    if _PATTERNS["offers"].search(text, *piece):
        return "problem" if trouble and not own.means else "means"
    if trouble or own.people:
        return "problem"
    goes_on = before == "means" and _PATTERNS["goes_on"].match(text, *piece)
    return "means" if own.means or goes_on or _PATTERNS["one_or_some"].match(text[slice(*piece)]) else "problem"


def _apart(parts: Iterable[SituationPart], others: Sequence[SituationPart]) -> list[SituationPart]:
    """The parts that share no words with longer ones of the others."""

    def is_in(part: SituationPart, other: SituationPart) -> bool:
        shares = other.start < part.end and part.start < other.end
        return shares and other.end - other.start > part.end - part.start

    return [part for part in parts if not any(is_in(part, other) for other in others)]


def _says_more(text: str, clause: Span, hits: Sequence[SituationPart]) -> bool:
    """Whether a clause says more than its hits do."""
    return any(
        not any(hit.start <= clause[0] + term.start < hit.end for hit in hits)
        for term in content_terms(text[slice(*clause)])
        if not term.stem.isdigit()
    )


def _people(text: str) -> Iterator[SituationPart]:
    """Groups of people: 'older Polish community' is one, with the labels of both words."""
    people = _mentions(text, "communities.txt", "people")
    found = sorted([*people, *_mentions(text, "communities.txt", "describing")], key=lambda m: (m[0], -m[1]))
    named = {mention[:2] for mention in people}
    run: list[tuple[int, int, tuple[str, ...]]] = []
    for mention in [*found, (len(text) + 9, len(text) + 9, ())]:
        if run and mention[0] < run[-1][1]:
            continue  # within a longer one
        if run and _PATTERNS["between_people"].fullmatch(text, run[-1][1], max(run[-1][1], mention[0])):
            run.append(mention)
            continue
        head = _PATTERNS["people_head"].match(text, run[-1][1]) if run else None
        while run and not head and run[-1][:2] not in named and _OF_PLACE.issuperset(run[-1][2]):
            run.pop()  # 'young people inner city', 'rural': where, not who
        if run and (head or _ENDED.match(text, run[-1][1]) or any(m[:2] in named for m in run)):
            labels = tuple(dict.fromkeys(label for _, _, each in run for label in each if label != _EVERYBODY))
            if labels:
                yield SituationPart("people", run[0][0], head.end() if head else run[-1][1], labels)
        run = [mention]


def _places(text: str, capitals: str) -> Iterator[SituationPart]:
    """Kinds of place, and places by name with their region."""
    listed = list(_listed(capitals, "place", "situations.txt", "places"))
    names = list(dict.fromkeys(place_names(text)))
    yield from (part for part in listed if text[part.start : part.end] not in names)
    for name in names:
        known = spot(name)
        areas = tuple(filter(None, (known.region, known.country))) if known else ()
        start = text.index(name)
        kinds = tuple(label for part in listed if part.start == start for label in part.labels)
        yield SituationPart("place", start, start + len(name), (name, *kinds, *areas))


def _listed(text: str, aspect: Aspect, file: str, section: str) -> Iterator[SituationPart]:
    for start, end, labels in _mentions(text, file, section):
        yield SituationPart(aspect, start, end, labels)


# --- lists of words ---


@lru_cache(maxsize=8)
def _lexicon(file: str, section: str) -> Lexicon:
    return Lexicon(file, section)


def _mentions(text: str, file: str, section: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """The terms of a list in a text, with their labels."""
    return [(*match.span(), labels) for match, labels in _lexicon(file, section).find(text)]


def told_of(text: str, aspect: Aspect) -> Iterable[SituationPart]:
    """What a text tells of an aspect, as far as the lists know it."""
    if aspect == "people":
        return _people(text)
    if aspect == "problem":
        return _listed(text, "problem", "topics.txt", "text")
    return _listed(text, aspect, "situations.txt", "places" if aspect == "place" else "means")


def is_place_name(words: str) -> bool:
    """Whether words of the list of places name one, as 'Wiltshire' does and 'village' does not."""
    return term_key(words) in _place_names()


@lru_cache(maxsize=1)
def _place_names() -> frozenset[str]:
    terms = (term for listed in vocabulary("situations.txt")["places"].values() for term in listed)
    return frozenset(term_key(term) for term in terms if term[0].isupper())


@lru_cache(maxsize=1)
def wider() -> Mapping[str, frozenset[str]]:
    """The wider labels that a label comes under."""
    listed = vocabulary("situations.txt")["wider"]
    return {label: frozenset(others) for label, others in listed.items()}
