"""What to call a case in a question, so that it reads well and tells the case from the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.cases.find import place_names
from rag.evaluation.propose.wording import holds
from rag.text.words import content_terms
from rag.types import Case, Document

_TAIL = re.compile(r"(?: [-–—] |: | \().*$")
_NUMBERED = re.compile(r"^[\d.]+\s")
_LONGEST_TITLE = 12  # words


@dataclass(frozen=True, slots=True)
class Name:
    """``text`` goes into a question; ``place`` is the place it names, '' if it names none."""

    text: str
    place: str = ""
    topic: str = ""

    def within(self, question: str) -> str:
        """``question``, begun with the case it is about: 'In the Bradford project, how many ...'."""
        return f"In {self.text}, {question[0].lower()}{question[1:]}"


def case_names(cases: Sequence[Case], documents: Mapping[str, Document]) -> dict[str, Name]:
    """case_id -> name; a case that can't be named well is left out."""
    titled = Counter(_plain_title(case, documents[case.doc_id]) for case in cases)
    places = Counter(case.place for case in cases if _place_is_named(case, documents[case.doc_id]))
    names = {}
    for case in cases:
        title = _plain_title(case, documents[case.doc_id])
        place = case.place if _place_is_named(case, documents[case.doc_id]) else ""
        if place and places[place] == 1:
            names[case.case_id] = Name(
                f"the {place.split(',')[0]} project", place, topic_of(case, documents[case.doc_id])
            )
        elif topic := topic_of(case, documents[case.doc_id]):
            where = f" in {place}" if place else ""
            names[case.case_id] = Name(f"the work on {topic}{where}", place, topic)
        elif holds("actor_and_deed", title) and holds("takes_the", title.split(":")[0]):
            actor = title.split(":")[0].removeprefix("The ")
            names[case.case_id] = Name(f"the {actor}", place)
        elif titled[title] == 1 and not holds("no_title", title) and len(title.split()) <= _LONGEST_TITLE:
            names[case.case_id] = Name(_as_name(title, documents[case.doc_id].text), place)
    return names


def topic_of(case: Case, document: Document) -> str:
    """The topic in a title 'PLACE: TOPIC' if it can stand after 'work on', else ''."""
    _, colon, topic = case.title.partition(": ")
    if (
        not colon
        or holds("no_title", case.title)
        or topic == document.title
        or not topic[0].islower()
        or re.search("[:,]", topic)
    ):
        return ""
    if sum(word[0].isupper() for word in topic.split()) > len(topic.split()) / 2:
        return ""
    before = re.search(rf"(\w+) {re.escape(topic)}", document.text)
    verb_follows = before is not None and before[1].lower() in ("to", "and", "can", "will", "should")
    return "" if verb_follows or len(topic.split()) > _LONGEST_TITLE else topic


def is_title(title: str) -> bool:
    """Whether a title or heading is words for readers, not a file name or a field of its file's head."""
    return not holds("no_title", title) and len(content_terms(title)) > 0


def _plain_title(case: Case, document: Document) -> str:
    whole = case.title == document.title or case.title.endswith(f": {document.title}")
    return _NUMBERED.sub("", document.title if whole else case.title).strip(" .:")


def _place_is_named(case: Case, document: Document) -> bool:
    """Whether the case is surely about its place: its title names it, in a document of several cases or by itself."""
    if case.place == "not stated":
        return False
    plain = _plain_title(case, document)
    place = case.place.split(",")[0]
    at = plain.find(place)
    return at >= 0 and place in place_names(plain) and not plain[:at].rstrip().endswith(("New", "Fort", "San"))


def _as_name(title: str, text: str) -> str:
    """The title as a name if it reads as one, else in quotation marks."""
    short = _TAIL.sub("", title)
    words = re.findall(r"[\w’'-]+", short)
    capitalised = [word for word in words if word[0].isupper() or word[0].isdigit()]
    small = [word for word in words if word[0].islower()]
    name_like = words and len(words) >= 2 and len(capitalised) > len(small) and all(len(w) <= 4 for w in small)
    if short != title or not name_like or words[0].endswith("ing") or re.search(r"[?!,‘’“”\"]", short):
        return f"‘{title}’"
    if re.match(r"(?:The|A|An) ", short):
        return short[0].lower() + short[1:]
    in_text = rf"\b{re.escape(short)}(?=[.,;:)]| (?:is|was|were|has|had|in|of|to|and|as|at|for|on|by|with)\b)"
    with_article = len(re.findall(rf"\b[Tt]he {in_text}", text))
    without = len(re.findall(rf"(?<![Tt]he ){in_text}", text)) - 1  # the title itself
    head = re.split(r" (?:on|for|of|in|to|with) ", short)[0]
    possessive = re.match(r"(?:[A-Z][\w-]+ )*[A-Z][\w-]+[’']s ", short) and not holds("by_people", short)
    return f"the {short}" if with_article > max(without, 0) or (holds("takes_the", head) and not possessive) else short
