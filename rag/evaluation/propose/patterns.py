"""Questions that one sentence of a source answers, made from its own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.cases.fields.outcomes import is_planned, outcome_of
from rag.evaluation.propose.wording import (
    AUXILIARY,
    DANGLING,
    DATE,
    FIGURE,
    NUMBER,
    POINTING,
    SUBJECT,
    THE_CASE,
    THEY,
    Asked,
    Sentence,
    clause,
)

_PEOPLE = (
    r"(?:people|women|men|patients|participants|attendees|residents|families|children|members|households|staff"
    r"|volunteers|students|pupils|respondents|citizens|voters|delegates|panell?ists|farmers|carers|parents|teachers"
    r"|young people|visitors|users|applicants|organi[sz]ations|groups|schools|practices)"
)
_DID = (
    r"(?:was|were|had|felt|said|took part|took|agreed|attended|booked|reported|received|registered|joined|signed|voted"
    r"|completed|participated|wanted|thought|believed|supported|knew|found|came|chose|met|used|rated|gave"
    r"|responded|expressed|indicated|favou?red|opposed|preferred|shared|applied|volunteered|enrolled)"
)
_NO_ADJECTIVE = (
    r"(?:of|the|and|or|to|in|out|per|other|next|such|more|different|largest|smallest|main|age|original|is|are|was"
    r"|were|have|had)\b"
)
#: How verbs read after 'did'.
_PLAIN = dict(
    pair.split(":")
    for pair in (
        "reduced:reduce improved:improve cut:cut increased:increase decreased:decrease raised:raise lowered:lower"
        " increasing:increase reducing:reduce decreasing:decrease improving:improve lowering:lower cutting:cut"
        " rose:rise fell:fall grew:grow dropped:drop declined:decline found:find showed:show revealed:reveal"
        " identified:identify highlighted:highlight suggested:suggest confirmed:confirm concluded:conclude"
        " explored:explore examined:examine investigated:investigate began:begin started:start ended:end aimed:aim"
        " sought:seek tried:try"
    ).split()
) | {
    "focused on": "focus on",
    "looked at": "look at",
    "concentrated on": "concentrate on",
    "took place": "take place",
    "set out": "set out",
}
_CHANGED = r"increased|reduced|decreased|improved|raised|lowered|cut"
_CHANGING = r"increasing|reducing|decreasing|improving|lowering|cutting"
_MADE = (
    r"(?:funded|financed|run|led|organi[sz]ed|chaired|founded|created|launched|developed|designed|commissioned"
    r"|delivered|hosted|sponsored|facilitated|evaluated|set up|established|initiated|coordinated|co-ordinated|managed"
    r"|written|produced|convened)"
)
_PAST = {"run": "ran", "written": "wrote", "organized": "organised"}
_BEGUN = (
    r"held|launched|established|founded|set up|created|introduced|formed|opened|completed|conducted|convened"
    r"|published|started|implemented"
)
_REACHED = (
    r"(?:advertised|selected|recruited|chosen|promoted|delivered|evaluated|measured|trained|publicised|publicized"
    r"|monitored|distributed|informed|invited|collected|counted|calculated|identified|assessed|allocated)"
)
_LONGEST_FINDER = 5  # words: in a longer subject 'identified' is an adjective, more often than not
_SHORTEST, _LONGEST = 6, 60  # words of a sentence worth asking about


def asked_by(sentence: Sentence) -> Iterator[Asked]:
    """What ``sentence`` answers, the surest first; a question names its case only where that is its subject."""
    text = sentence.text.rstrip(".!… ")
    if _SHORTEST <= len(text.split()) <= _LONGEST and text[0] not in "“\"‘'(" and "?" not in text:
        for make in (*_OF_FIGURES, *_OF_WORDS) if _FIGURE.search(text) else _OF_WORDS:
            if asked := make(text, sentence):
                yield asked


def _share(text: str, _: Sentence) -> Asked | None:
    """'94% of participants felt that ...'"""
    found = re.search(
        rf"\b{FIGURE} of (?P<rest>(?:the |all |all the |those )?[a-z][a-z’'-]*(?: [a-z’'-]+){{0,5}}? {_DID}\b.*)", text
    )
    rest = clause(found["rest"]) if found and not is_planned(text) else ""
    return Asked(f"What share of {rest}?", "fact", "share") if rest else None


def _count(text: str, _: Sentence) -> Asked | None:
    """'200 women booked ...'; not '12 of 40 women', whose base would be taken for the count."""
    adjectives = rf"(?:(?!{_NO_ADJECTIVE})[a-z-]+ ){{0,2}}?"
    found = re.search(
        rf"(?:^|[ (])(?!(?:19|20)\d\d )(?P<figure>{NUMBER}) (?P<rest>{adjectives}{_PEOPLE} {_DID}\b.*)", text, re.I
    )
    before = text[: found.start("figure")].strip() if found else ""
    part = re.search(r"\b(?:aged?|phase|part|top|next|these|all|of(?: (?:the|original|all|those)){0,3})$", before, re.I)
    rest = clause(found["rest"]) if found and not part and not is_planned(text) else ""
    return Asked(f"How many {rest}?", "fact", "count") if rest else None


def _number(text: str, _: Sentence) -> Asked | None:
    """'126 languages are spoken in the city'"""
    found = re.match(rf"(?:In (?:all|total), )?{NUMBER} (?P<rest>[a-z]+s (?:are|were) [a-z]+(?:en|ed|ld)\b.*)", text)
    rest = clause(found["rest"], 3) if found else ""
    return Asked(f"How many {rest}?", "fact", "count") if rest else None


def _change(text: str, sentence: Sentence) -> Asked | None:
    """'This increased uptake by 76 per cent in women ...', '..., reducing waits by half': the case did."""
    found = re.search(
        rf"\b(?P<verb>{_CHANGED}|{_CHANGING})\b (?P<object>(?:[^\s,;:()]+ ){{1,14}}?)(?:by|from) "
        rf"(?:\w+ ){{0,2}}?{FIGURE}(?P<rest> (?:in|among|for|across) [^,;:()]+)?",
        text,
    )
    if found is None or outcome_of(text) not in ("measured", "figure") or not sentence.name:
        return None
    before, changed = text[: found.start()].strip(), found["object"].strip()
    its_doing = before.endswith(",") if found["verb"].endswith("ing") else THE_CASE.match(before)
    if not its_doing or POINTING.search(changed.replace(" who ", " ")) or THEY.search(changed):
        return None
    among = clause(found["rest"] or "", 1)
    asked = f"By how much did {sentence.name} {_PLAIN[found['verb']]} {changed} {among}".strip()
    return Asked(f"{asked}?", "fact", "change")


def _rise(text: str, sentence: Sentence) -> Asked | None:
    """'Attendance rose by 12 per cent'"""
    risen = "increased|decreased|improved|rose|fell|grew|dropped|declined"
    found = re.match(rf"{SUBJECT} (?P<verb>{risen}) (?:\w+ )?(?:by|from) (?:\w+ ){{0,2}}?{FIGURE}", text)
    subject = sentence.subject(found["subject"]) if found else ""
    if found is None or not subject or subject == sentence.name:
        return None
    return Asked(f"By how much did {subject} {_PLAIN[found['verb']]}?", "fact", "change")


def _who(text: str, sentence: Sentence) -> Asked | None:
    """'The training was funded by the ...'"""
    found = re.match(
        rf"{SUBJECT} (?:was|were|has been|have been) (?:originally |jointly |initially |first |mainly )?"
        rf"(?P<verb>{_MADE}) by (?!(?:means|way|using|early|late|about|mid)\b|\w+ing\b|\d)",
        text,
    )
    subject = sentence.subject(found["subject"]) if found else ""
    if found is None or not subject:
        return None
    return Asked(f"Who {_PAST.get(found['verb'], found['verb'])} {subject}?", "fact", "who")


def _when(text: str, sentence: Sentence) -> Asked | None:
    """'The conference was held in May 2009', 'The meeting took place on ...'"""
    found = re.match(
        rf"{SUBJECT} (?P<verb>(?:was|were) (?:\w+ly )?(?:{_BEGUN})|took place|began|started|ended)"
        rf"(?: (?!by\b)[\w’'-]+){{0,6}}? (?:in|on|from|between|during|since) {DATE}",
        text,
    )
    subject = sentence.subject(found["subject"]) if found else ""
    if found is None or not subject:
        return None
    if found["verb"] in _PLAIN:
        return Asked(f"When did {subject} {_PLAIN[found['verb']]}?", "fact", "when")
    be, _, done = found["verb"].partition(" ")
    return Asked(f"When {be} {subject} {done}?", "fact", "when")


def _how(text: str, sentence: Sentence) -> Asked | None:
    """'Events were advertised via posters'"""
    found = re.match(
        rf"{SUBJECT} (?P<be>was|were) (?P<verb>(?:randomly )?{_REACHED}) "
        r"(?:by (?:\w+ing|means|way|the use|a|an|random)\b|via\b|through\b|using\b|with the help\b|from among\b"
        r"|based on\b)",
        text,
    )
    subject = sentence.subject(found["subject"]) if found else ""
    if found is None or not subject or subject == sentence.name:
        return None
    return Asked(f"How {found['be']} {subject} {found['verb']}?", "fact", "how")


def _helped(text: str, _: Sentence) -> Asked | None:
    """What made a difference, of a sentence that reports one: 'Working with local partners built greater trust'."""
    found = re.match(
        r"(?P<subject>[A-Z][^,;:()]{8,120}?) (?P<verb>helped|made|enabled|allowed|encouraged|led to|resulted in|built"
        r"|improved|increased|reduced|strengthened|raised)"
        r" (?!(?:over|by|from|in|at|during|to|with|on|as)\b)(?P<rest>.+)",
        text,
    )
    if found is None or outcome_of(text) not in ("reported", "measured", "figure"):
        return None
    subject, rest = found["subject"], clause(f"{found['verb']} {found['rest']}")
    vague = POINTING.search(subject) or THEY.search(subject) or AUXILIARY.search(subject) or len(subject.split()) < 2
    if vague or not rest or DANGLING.search(subject) or THEY.search(rest):
        return None
    return Asked(f"What {rest}?", "what-worked", "helped")


def _found(text: str, sentence: Sentence) -> Asked | None:
    """'The survey showed that ...'"""
    found = re.match(
        rf"{SUBJECT} (?P<verb>found|showed|revealed|identified|highlighted|(?:suggested|confirmed|concluded)(?= that))"
        r" \w+ ",
        text,
    )
    subject = sentence.subject(found["subject"]) if found else ""
    if found is None or not subject or len(subject.split()) > _LONGEST_FINDER:
        return None
    return Asked(f"What did {subject} {_PLAIN[found['verb']]}?", "fact", "found")


def _purpose(text: str, sentence: Sentence) -> Asked | None:
    """'The aim of the exercise was to ...'"""
    found = re.match(
        r"(?:The|Its) (?:main |overall |primary |central )?(?P<noun>aim|purpose|goal|objective)s?"
        r"(?: of (?P<subject>[^,;:()]{3,80}?))? (?P<be>was|were|is|are) to\b",
        text,
    )
    if found is None:
        return None
    own = found["subject"] or ""
    case = sentence.name if not own or THE_CASE.match(own[0].upper() + own[1:]) else ""
    subject = case or (own if own and sentence.subject(own[0].upper() + own[1:]) else "")
    be = {"were": "was", "are": "is"}.get(found["be"], found["be"])
    return Asked(f"What {be} the {found['noun']} of {subject}?", "fact", "aim") if subject else None


def _aim(text: str, sentence: Sentence) -> Asked | None:
    """'The guide aims to ...', 'The network was set up to ...'"""
    found = re.match(
        rf"{SUBJECT} (?P<verb>aims|aimed|sought|set out|tried|(?:was|were) (?:designed|set up|created|established))"
        r" to\b",
        text,
    )
    subject = sentence.subject(found["subject"]) if found else ""
    if found is None or not subject:
        return None
    be, _, done = found["verb"].partition(" ")
    if be in ("was", "were"):
        return Asked(f"What {be} {subject} {done} to do?", "fact", "aim")
    if found["verb"] == "aims":
        return Asked(f"What does {subject} aim to do?", "fact", "aim")
    return Asked(f"What did {subject} {_PLAIN[found['verb']]} to do?", "fact", "aim")


def _focus(text: str, sentence: Sentence) -> Asked | None:
    """'This set explored ...'; not where the case is called after its topic: the question would answer itself."""
    found = re.match(
        r"(?:It|This|(?:The|This)(?: \w+)? (?:set|project|programme|program|initiative|work|group)) "
        r"(?P<verb>focused on|looked at|explored|examined|investigated|concentrated on)\b",
        text,
    )
    if found is None or not sentence.name or sentence.name.startswith("the work on"):
        return None
    return Asked(f"What did {sentence.name} {_PLAIN[found['verb']]}?", "fact", "focus")


def _definition(text: str, sentence: Sentence) -> Asked | None:
    """'The Esquel Group (EG) is a private ...': of names of two words or more, or written unlike other words."""
    found = re.match(
        r"(?P<the>The )?(?P<subject>[A-Z][\w’'-]*(?: (?:[A-Z][\w’'-]*|of|for|and|on|the|in)){0,6})(?: \([^)]*\))?"
        r" (?P<be>is|are|was|were) (?:an?|one of the|the (?:first|largest|only|main)) \w+ \w+",
        text,
    )
    if found is None:
        return None
    subject = found["subject"]
    plain_word = " " not in subject and subject.istitle()
    if plain_word or not sentence.subject(subject):
        return None
    return Asked(f"What {found['be']} {'the ' if found['the'] else ''}{subject}?", "fact", "definition")


_FIGURE = re.compile(rf"\b{NUMBER}\b|%|\b(?:half|third|quarter)", re.IGNORECASE)
_Maker = Callable[[str, Sentence], Asked | None]
_OF_FIGURES: tuple[_Maker, ...] = (_share, _count, _number, _change, _rise)
_OF_WORDS: tuple[_Maker, ...] = (_who, _when, _how, _helped, _found, _purpose, _aim, _focus, _definition)
