"""A situation as somebody describes it: which of its words tell the problem, the people, the place and the means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from rag.cases import place_names
from rag.cases.vocabulary import labels_by_term, one_of, term_key, vocabulary
from rag.gazetteer import spot
from rag.types import Aspect, Case, Document, FacetKind, Situation, SituationPart, Span
from rag.words import content_terms

#: Where one thing ends and the next begins.
_ENDS = re.compile(
    r"[,;:.!?\n]+(?=\s|$)|\s[–—-]\s|\s(?:but|while|whereas|although|because|so that)\s"
    r"|\s(?:and|with)\s(?=(?:an?|one|two|three|our|some|only|we|there|several)\b)",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\b(?:we (?:have|can|could|run|own|employ|already)|(?:have|has) (?:a|an|one|two|only)|available|budget|money"
    r"|funding|funded|grant|resources?|staff|team|using|through|via|by means of|help from|work with|partner(?:s|ship)?"
    r"|£\s?\d[\d,]*k?)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?:an?|one|two|three|some|our|several) ", re.IGNORECASE)
_TROUBLE = re.compile(
    r"\b(?:low|poor|late|later|high|higher|rising|growing|missed|miss|missing|few|fewer|lack|lacking|no|not|never"
    r"|nobody|don['’]t|doesn['’]t|do not|does not|won['’]t|can['’]t|cannot|uptake|take-up|attend\w*|rates?|barriers?"
    r"|inequalit\w+|problems?|trouble|struggl\w+|worr\w+|fear\w*|distrust|mistrust|trust|stigma|isolated|excluded"
    r"|concern\w*|complain\w*|need\w*|want\w*|reduce|improve|increase|raise|prevent|tackle|stop|avoid\w*|unaware"
    r"|hesitan\w+|refus\w+|reluctant)\b",
    re.IGNORECASE,
)
#: A word for people after the words that say which: 'older Polish community'.
_HEAD = re.compile(
    r"[\s-]+(?:communit(?:y|ies)|people|population|residents|families|family|women|men|mothers|mums|parents|girls|boys|"
    r"elders|adults|children|patients|groups?|households|tenants|workers|migrants|backgrounds?|heritage|speakers|folk|"
    r"pensioners|neighbourhoods?|students|pupils|refugees|couples|ladies)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"\s*(?:[,;:.!?\n]|$)")  # 'elderly, Polish'
_BETWEEN = re.compile(r"(?:[\s/-]|,? and |, |,? or | & ){1,2}")  # between words of one group of people
_OF_PLACE = frozenset(
    {"Farmers and rural", "Coastal communities", "Deprived areas"}
)  # people told apart by their place
_EVERYBODY = "General public"
_LONGEST = 2000  # characters
_LONGEST_OWN = 300  # characters of one field of a case that is looked for as a situation


def read_situation(text: str) -> Situation:
    """The parts of ``text`` by aspect, in order. What no list knows counts as the problem, or as means where it says
    that somebody has or uses something. Of a long text the beginning is read.
    """
    text = text[:_LONGEST]
    people, places = list(_people(text)), list(_places(text))
    means = list(_listed(text, "means", "situations.txt", "means"))
    # Of words that overlap the longest name counts: 'children's centre' is no group of children.
    people, means = _apart(people, means), _apart(means, people)
    topics = _apart(_listed(text, "problem", "topics.txt", "text"), [*people, *places])
    parts: list[SituationPart] = []
    for start, end in _clauses(text):
        told, placed, used, about = (_within(each, start, end) for each in (people, places, means, topics))
        troubled = bool(_TROUBLE.search(text, start, end) or told)
        has = bool(_MEANS.search(text, start, end) or (_COUNTED.match(text, start, end) and not (troubled or about)))
        rest = _says_more(text, (start, end), [*told, *placed, *used])
        aspect: Aspect = "means" if has or (used and not (troubled or about)) else "problem"
        labels = tuple(dict.fromkeys(label for part in about for label in part.labels)) if aspect == "problem" else ()
        if rest:
            parts.append(SituationPart(aspect, start, end, labels))
        parts += [*told, *placed, *(used if aspect == "means" or not rest else ())]
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


def _clauses(text: str) -> Iterator[Span]:
    start = 0
    for match in [*_ENDS.finditer(text), None]:
        end = match.start() if match else len(text)
        words = text[start:end]
        if words.strip():
            yield start + len(words) - len(words.lstrip()), start + len(words.rstrip())
        start = match.end() if match else end


def _apart(parts: Iterable[SituationPart], others: Sequence[SituationPart]) -> list[SituationPart]:
    """The parts that share no words with longer ones of the others."""

    def is_in(part: SituationPart, other: SituationPart) -> bool:
        shares = other.start < part.end and part.start < other.end
        return shares and other.end - other.start > part.end - part.start

    return [part for part in parts if not any(is_in(part, other) for other in others)]


def _within(parts: Sequence[SituationPart], start: int, end: int) -> list[SituationPart]:
    return [part for part in parts if start <= part.start < end]


def _says_more(text: str, clause: Span, hits: Sequence[SituationPart]) -> bool:
    """Whether a clause says more than its hits do."""
    return any(
        not any(hit.start <= clause[0] + term.start < hit.end for hit in hits)
        for term in content_terms(text[slice(*clause)])
    )


def _people(text: str) -> Iterator[SituationPart]:
    """Groups of people: 'older Polish community' is one, with the labels of both words."""
    people = _mentions(text, _lexicon("communities.txt", "people"))
    found = sorted([*people, *_mentions(text, _lexicon("communities.txt", "describing"))], key=lambda m: (m[0], -m[1]))
    named = {mention[:2] for mention in people}
    run: list[tuple[int, int, tuple[str, ...]]] = []
    for mention in [*found, (len(text) + 9, len(text) + 9, ())]:
        if run and mention[0] < run[-1][1]:
            continue  # within a longer one
        if run and _BETWEEN.fullmatch(text, run[-1][1], max(run[-1][1], mention[0])):
            run.append(mention)
            continue
        head = _HEAD.match(text, run[-1][1]) if run else None
        if run and (head or _ENDED.match(text, run[-1][1]) or any(m[:2] in named for m in run)):
            labels = tuple(dict.fromkeys(label for _, _, each in run for label in each if label != _EVERYBODY))
            if labels:
                yield SituationPart("people", run[0][0], head.end() if head else run[-1][1], labels)
        run = [mention]


def _places(text: str) -> Iterator[SituationPart]:
    """Kinds of place, and places by name with their region."""
    listed = list(_listed(text, "place", "situations.txt", "places"))
    names = list(dict.fromkeys(place_names(text)))
    yield from (part for part in listed if text[part.start : part.end] not in names)
    for name in names:
        known = spot(name)
        areas = tuple(filter(None, (known.region, known.country))) if known else ()
        start = text.index(name)
        kinds = tuple(label for part in listed if part.start == start for label in part.labels)
        yield SituationPart("place", start, start + len(name), (name, *kinds, *areas))


def _listed(text: str, aspect: Aspect, file: str, section: str) -> Iterator[SituationPart]:
    for start, end, labels in _mentions(text, _lexicon(file, section)):
        yield SituationPart(aspect, start, end, labels)


# --- lists of words ---

_Lexicon = tuple[Mapping[str, tuple[str, ...]], re.Pattern[str]]


@lru_cache(maxsize=8)
def _lexicon(file: str, section: str) -> _Lexicon:
    """The labels of each term of a list ('' is all of a file), and the pattern that finds them."""
    lists: dict[str, tuple[str, ...]] = {}
    for name, listed in vocabulary(file).items():
        for label, words in listed.items() if section in ("", name) else ():
            lists[label] = (*lists.get(label, ()), *words)
    terms = (term for each in lists.values() for term in each)
    return labels_by_term(lists), re.compile(rf"(?<!\w){one_of(terms)}s?(?!\w)")


def _mentions(text: str, lexicon: _Lexicon) -> list[tuple[int, int, tuple[str, ...]]]:
    labels, pattern = lexicon
    return [
        (*m.span(), labels.get(key, labels.get(key.removesuffix("s"), ())))
        for m in pattern.finditer(text)
        if (key := term_key(m.group()))
    ]


def told_of(text: str, aspect: Aspect) -> Iterable[SituationPart]:
    """What a text tells of an aspect, as far as the lists know it."""
    if aspect == "people":
        return _people(text)
    if aspect == "problem":
        return _listed(text, "problem", "topics.txt", "text")
    return _listed(text, aspect, "situations.txt", "places" if aspect == "place" else "means")


@lru_cache(maxsize=1)
def wider() -> Mapping[str, frozenset[str]]:
    """The wider labels that a label comes under."""
    listed = vocabulary("situations.txt")["wider"]
    return {label: frozenset(others) for label, others in listed.items()}
