"""Whom the work was for, or who took part in it: groups of people, each in the source's words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from rag.cases.account import Account
from rag.cases.facts import fact_kind, label_key, labelled
from rag.cases.mentions import has_plain_word
from rag.cases.vocabulary import is_all, labels_by_term, of_references, one_of, outside_brackets, term_key, vocabulary
from rag.types import Facet, Span

_DATA = "communities.txt"
_GENERAL = "General public"
#: Labels that most accounts could bear: groups of theirs alone need more to show for it.
_BROAD = frozenset(
    {"Women", "Men", "Children and families", "Young people", "Students", "Patients", "Service users", "Workers"}
)

#: Words for people that a describing word may stand before.
_HEADS = """
    women, men, girls, boys, mothers, mums, fathers, dads, parents, children, babies, young people, youth, youths,
    teenagers, adolescents, elders, older people, older women, older men, elderly people, adults, people, persons,
    peoples, individuals, families, family, communities, community, populations, population, groups, group, households,
    neighbourhoods, neighborhoods, areas, wards, villages, residents, tenants, migrants, refugees, asylum seekers,
    immigrants, carers, patients, students, pupils, learners, users, clients, farmers, workers, participants,
    worshippers, congregations, minorities, minority, pensioners, veterans, service users, speakers, citizens, voters,
    youngsters, women and girls, heritage communities, backgrounds, background, heritage, origin, descent, groupings,
    survivors, villagers, inhabitants, ladies, seniors, couples, infants, young women, young men, young adults,
    businesses
"""
_NOT_OF_THEM = (
    r"(?![\w-]|[’'´]s? (?i:centre|center|guild|institute|house|aid|organi[sz]ation|group|association|forum|council"
    r"|parliament|rights|day|hospital|services?|work|health worker|commission|committee|league|network|union)"
    r"| (?:Association|Centre|Center|Council|Foundation|Forum|Group|Network|Trust|Union|Society|Project|Party"
    r"|Commission|Committee|Act|Parliament|Coalition|Programme|Program|Initiative|Board|Alliance|Federation)\b"
    r"| (?:cent(?:re|er)s?|groups?|projects?|council|councils|parliaments?|clubs?|work|workers?|services?"
    r"|organi[sz]ations?|leaders?|staff"
    r"|officers?|groups? leaders?|associations?|unions?|movements?|health workers?|forums?|assembl(?:y|ies)"
    r"|development|budgets?|programmes?|programs?|policy|policies|committees?|representatives|halls?|clinic"
    r"|radio|television|media|newspapers?|language|languages|affairs|issues|safety|engagement|involvement"
    r"|participation|budgeting|meetings?|cohesion|hospitals?|schools?|studies|government|wing)\b)"
)
#: Before the group: 'than their white counterparts', what the work was not for; a body's name going on.
_NOT_BEFORE = re.compile(
    r"(?:\b(?:than|unlike|compared (?:to|with)|except|not|versus|outside|either|languages?) "
    r"(?:(?:the|their|other|any|most|in|among) ){0,2}|\w-)$",
    re.IGNORECASE,
)
_IN_A_NAME = re.compile(r"[\w,;] (?!I\b)[A-Z][\w-]* $")  # 'Empowered ' of 'Coventry Empowered African Women'
_NAME_GOES_ON = re.compile(r" [A-Z]\w")  # 'Youth Statute'
#: Before the group: it is whom the work was for.
_FOR = re.compile(
    r"\b(?:for|with|among|amongst|target(?:ed|ing|s)?|reach(?:ed|ing)?|support(?:ed|ing|s)?(?: to)?|help(?:ed|ing|s)?"
    r"|engag(?:e|ed|ing)|inform(?:ed|ing)?|educat(?:e|ed|ing)|encourag(?:e|ed|ing)|empower(?:ed|ing)?|enabl(?:e"
    r"|ed|ing)"
    r"|recruit(?:ed|ing)?|involv(?:e|ed|ing)|includ(?:e|ed|ing)|invit(?:e|ed|ing)|train(?:ed|ing)?|serv(?:e|ed"
    r"|es|ing)"
    r"|offer(?:ed|ing)?|aimed at|directed at|tailored to|offered to|open to|available to|by|toward|towards|needs of"
    r"|uptake (?:by|of|in)|experiences? of|facing|fac(?:e|ed) by|lives of|health of|affecting|inequalities within"
    r"|which|identifying|address(?:ed|ing)?|improv(?:e|ed|ing)|work(?:ed|ing)? (?:directly )?with|give|gives"
    r"|gave|giving"
    r"|let|allow(?:ed|ing)?|bring(?:s|ing)?|brought|selected|composed of|consisted of|comprising|made up of)"
    r"(?: (?!and\b|or\b|but\b|as\b|to\b)[\w’'´-]+){0,3} ?$",
    re.IGNORECASE,
)
_OF_PLACE = re.compile(r"\b[A-Z]\w+[’']s? $")  # 'Bradford’s South Asian population'
_ABOUT_THEM = re.compile(
    r"(?: (?:who )?(?:took part|took responsibility|attended|participated|voted|were (?:asked|invited|recruited|trained"
    r"|offered|given|encouraged|consulted|selected|chosen|able to))|,? (?:the )?intended beneficiaries|,? for whom)\b"
)
_YOUTH_OF = re.compile(
    r" (?!and|or|in|from|to|who|with|of|at|on|for|aged|were|was|are|is|as|by|took|had|have|living)[a-z]"
)
_FIGURES = re.compile(r"\b(?:census|per ?cent of the (?:population|electorate)|estimated to be|unemployment rate)\b")
_REACH = 90  # characters looked at before and after a group


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, tuple[str, ...]], re.Pattern[str]]:
    """The labels of every word, and the pattern of every word."""
    lists = vocabulary(_DATA)
    labels: dict[str, tuple[str, ...]] = labels_by_term(lists["describing"])
    for term, found in labels_by_term(lists["people"]).items():
        labels[term] = tuple(dict.fromkeys((*labels.get(term, ()), *found)))
    every = [term for section in ("describing", "people") for terms in lists[section].values() for term in terms]
    return labels, re.compile(rf"(?<!\w){one_of(every)}(?!\w)")


@lru_cache(maxsize=1)
def _broader() -> dict[str, tuple[str, ...]]:
    """The labels that each label counts under too."""
    found: dict[str, tuple[str, ...]] = {}
    for broader, labels in vocabulary(_DATA)["broader"].items():
        for label in labels:
            found[label] = (*found.get(label, ()), broader)
    return found


@lru_cache(maxsize=1)
def _groups() -> re.Pattern[str]:
    """'East and West African elders', 'older Polish people from deprived areas', 'carers': at most a phrase."""
    lists = vocabulary(_DATA)
    describing = one_of(term for terms in lists["describing"].values() for term in terms)
    people = one_of(term for terms in lists["people"].values() for term in terms)
    heads = one_of(term.strip() for term in _HEADS.split(","))
    compass = r"(?:(?:East|West|North|South|Central|Eastern|Western|Southern|Northern)(?:,| and| or) )?"
    said = rf"{compass}{describing}(?!\w)(?:[- ](?:led|speaking|born))?"
    joined = rf"{said}(?:(?:, | and |, and | or |/| & | ){said}){{0,6}}"
    group = rf"(?:{joined}(?: (?:and )?{people}| {heads})(?:,? and {heads})?|{people})"
    more = (
        rf"(?: and {people})?"
        rf"(?: (?:from|of) (?:the |some |our )?{joined} {heads}"
        r"| in (?:the )?(?:more |most )?(?:deprived|disadvantaged|rural|coastal|poor) (?:areas|communities|wards)"
        r"(?: of [A-Z]\w+(?: and [A-Z]\w+)?)?"
        r"| with (?:a |severe |serious |long[- ]term |chronic |mental |learning |physical ){0,3}"
        r"(?:disabilit(?:y|ies)|illness|ill health|(?:health )?conditions?|(?:health )?problems|dementia|diabetes"
        r"|cancer|autism|HIV|depression)"
        r"|,? aged (?:over |under |between )?\d\d?(?:(?: to | and |[–-])\d\d?| (?:and|or) (?:over|above|under"
        r"|older))?"
        r"| over (?:the age of )?\d\d| under \d\d)?"
    )
    return re.compile(rf"(?<![\w@#]){group}{more}{_NOT_OF_THEM}")


@dataclass(slots=True)
class _Group:
    """What is known of the people of one set of labels; ``is_served``: words say that the work was for them."""

    mentions: list[Span] = field(default_factory=list)
    score: float = 0.0
    is_titled: bool = False
    is_served: bool = False


#: Who holds an office is no public.
_OFFICES = re.compile(
    r"\bpublic (?=(?:officials?|servants?|administrat\w+|sector|bod(?:y|ies)|services?)\b)", re.IGNORECASE
)


def labels_of(value: str) -> tuple[str, ...]:
    """The general names of the groups that a value names, then the broader groups that these belong to."""
    own = _own_labels(_OFFICES.sub("", outside_brackets(value)))
    return tuple(dict.fromkeys((*own, *(broader for label in own for broader in _broader().get(label, ())))))


def _own_labels(value: str) -> tuple[str, ...]:
    """The labels of the words themselves: 'Nigerian and Turkish women' are three groups."""
    labels, pattern = _words()
    found = [label for m in pattern.finditer(value) for label in _labels_of_word(labels, m.group())]
    kept = list(dict.fromkeys(found))
    if "Ethnic minorities" in kept and ("Black" in kept or "Asian" in kept):  # 'Black, Asian and minority ethnic'
        kept = [label for label in kept if label not in ("Black", "Asian")]
    if "Children and families" in kept and "Women" in kept and not re.search(r"\b(?:[Ww]om[ae]n|[Gg]irls)\b", value):
        kept.remove("Women")  # 'mothers and fathers'
    return tuple(label for label in kept if label != _GENERAL or len(kept) == 1)


def _labels_of_word(labels: dict[str, tuple[str, ...]], word: str) -> tuple[str, ...]:
    return labels.get(term_key(word), ())


def communities(account: Account) -> list[Facet]:
    """The groups of people a case was for, each once in its longest words, the main one first."""
    text = account.text
    groups: dict[frozenset[str], _Group] = defaultdict(_Group)
    for start, end in account.titles:
        for span in _named(text, start, end, is_title=True):
            group = groups[frozenset(_own_labels(text[slice(*span)]))]
            group.mentions.append(span)
            group.score += 3
            group.is_titled = group.is_served = True
    length = 0
    boxed = False
    for told in account.told:
        if told.step == "fact" and (line := labelled(text, told.block.start, told.block.end)):
            boxed |= (fact_kind(label_key(line[0])) or ("", 0))[0] == "community"
            continue
        if of_references(told.block):
            continue
        length += told.end - told.start
        certain = 0.5 if _FIGURES.search(text, told.start, told.end) else 1.0
        for span in _named(text, told.start, told.end):
            group = groups[frozenset(_own_labels(text[slice(*span)]))]
            weight = _weight(text, told.start, told.end, span)
            group.mentions.append(span)
            group.score += certain * weight
            group.is_served |= weight > 1
    titled = set(_own_labels(account.document.title)) if is_all(account) else set()
    for labels, group in groups.items():
        group.score += 3 * bool(titled & labels - {_GENERAL})
    return _chosen(text, groups, length, boxed)


def _named(text: str, start: int, end: int, *, is_title: bool = False) -> Iterator[Span]:
    """Groups named in ``text[start:end]``, without those that only a comparison or a body's name mentions."""
    for match in _groups().finditer(text, start, end):
        a, b = match.span()
        before = text[max(start, a - 40) : a]
        in_name = _IN_A_NAME.search(before) or (text[a].isupper() and _NAME_GOES_ON.match(text, b))
        if _NOT_BEFORE.search(before) or (in_name and not is_title):
            continue
        words = text[a:b].casefold()
        if words == "public" or (words.endswith("youth") and _YOUTH_OF.match(text, b)):
            continue
        if (labels := _own_labels(text[a:b])) and set(labels) != {"Men", "Women"}:
            yield a, b


def _weight(text: str, start: int, end: int, span: Span) -> float:
    before = text[max(start, span[0] - _REACH) : span[0]]
    if _FOR.search(before):
        return 2.0
    return 1.5 if _OF_PLACE.search(before) or _ABOUT_THEM.match(text, span[1], min(end, span[1] + _REACH)) else 1.0


_SHORT = 1200  # characters of an account in which one mention shows whom it was for
_FOR_ONE_MORE = 2500  # characters that ask for one mention more
_MOST = 6


def _chosen(text: str, groups: dict[frozenset[str], _Group], length: int, boxed: bool) -> list[Facet]:
    """``boxed``: a fact box names the main groups already."""
    general = groups.pop(frozenset({_GENERAL}), None)
    _told_shorter(groups)
    least = min(1.0 + max(0, length - _SHORT) / _FOR_ONE_MORE, 5.0)
    top = max((group.score for group in groups.values()), default=0.0)
    kept = {
        labels: group
        for labels, group in groups.items()
        if group.is_titled or _is_enough(labels, group, max(least * (1.5 if labels <= _BROAD else 1.0), 0.2 * top))
    }
    enough = 1.5 if general and general.is_served and length <= _SHORT else 2 * least + 1
    if not kept and not boxed and general and general.score >= enough:
        return [_public(text, general)]
    order = sorted(kept.values(), key=lambda g: (not g.is_titled, -g.score, g.mentions[0]))[:_MOST]
    return [_facet(text, group) for group in order]


def _is_enough(labels: frozenset[str], group: _Group, least: float) -> bool:
    return (group.is_served or not labels <= _BROAD) and group.score >= least


def _told_shorter(groups: dict[frozenset[str], _Group]) -> None:
    """'These women' of an account of Turkish women are those: a broad group counts for the one it shortens."""
    for labels in [labels for labels in groups if labels <= _BROAD]:
        fuller = [other for other in groups if labels < other]
        if fuller:
            into = groups[max(fuller, key=lambda other: groups[other].score)]
            into.score += groups.pop(labels).score


def _facet(text: str, group: _Group) -> Facet:
    """The fullest words for a group; of those as full, the most usual, then the first."""
    counts = Counter(text[a:b].casefold() for a, b in group.mentions)
    words = {span: text[slice(*span)] for span in group.mentions}
    start, end = max(words, key=lambda span: (len(words[span].split()), counts[words[span].casefold()], -span[0]))
    return Facet("community", text[start:end], start, end, labels_of(text[start:end]))


_OF_WHERE = re.compile(
    r" (?:in|of|from) (?:the )?(?!(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December|The|This|A)\b)(?P<name>[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,3})"
)
_AGED = re.compile(r",? (?:aged|over|under) .*$")


def _public(text: str, group: _Group) -> Facet:
    """The words most used for the public, with where they live if told: 'residents in Miles Platting'."""

    def head(span: Span) -> str:
        return _AGED.sub("", text[slice(*span)]).split()[-1].casefold()

    counts = Counter(map(head, group.mentions))
    ends = {span: _end_of_where(text, span[1]) for span in group.mentions}
    start, end = max(
        group.mentions,
        key=lambda span: (counts[head(span)], ends[span] > span[1], len(text[slice(*span)].split()), -span[0]),
    )
    end = ends[start, end]
    return Facet("community", text[start:end], start, end, (_GENERAL,))


def _end_of_where(text: str, end: int) -> int:
    """Where a place that follows ends: of 'residents' in 'residents of Eastfield'."""
    where = _OF_WHERE.match(text, end)
    if not where or _NAME_GOES_ON.match(text, where.end()) or has_plain_word(re.sub("[’']", " ", where["name"]), text):
        return end
    return where.end()


def group_names(text: str, start: int, end: int) -> list[Span]:
    """Every group of people that ``text[start:end]`` names, whatever it says of them."""
    return [match.span() for match in _groups().finditer(text, start, end)]
