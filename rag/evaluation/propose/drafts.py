"""Questions that the documents answer, with the words that do: from sentences, headings, topics, and several cases."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.cases.fields.outcomes import outcome_of
from rag.cases.find import place_names
from rag.evaluation.propose.headings import asked_below
from rag.evaluation.propose.naming import Name, case_names
from rag.evaluation.propose.patterns import asked_by
from rag.evaluation.propose.wording import Asked, Sentence, holds
from rag.evaluation.questions.sets import Gold
from rag.text.words import content_terms, sentences, stems
from rag.types import Block, Case, Document, Facet

_SHORTEST, _LONGEST = 5, 70  # words of a quote
_MOST_EVIDENCE = 4  # quotes of a question that several cases answer
#: Patterns whose question may stand without its case when a name is what it asks about.
_OF_NAMES = frozenset({"definition", "when", "who", "aim", "found", "how"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A question before it is chosen, of one ``case`` ('' if of several)."""

    asked: Asked
    evidence: tuple[Gold, ...]
    reason: str
    case: str = ""


def drafts(documents: Mapping[str, Document], cases: Sequence[Case]) -> Iterator[Draft]:
    """Every question that can be made, case by case, the surest kinds first."""
    names = case_names(cases, documents)
    written = Counter(word for document in documents.values() for word in re.findall(r"[^\W\d_]+", document.text))
    headings = Counter(
        document.text[block.start : block.end].casefold()
        for document in documents.values()
        for block in document.blocks
        if block.kind == "heading"
    )

    def is_common(word: str) -> bool:
        return written[word] > 0 and written[word] >= written[word.capitalize()]

    for case in cases:
        document = documents[case.doc_id]
        name = names.get(case.case_id, Name(""))
        yield from _from_sentences(document, case, name, is_common)
        yield from _from_topic(document, case, name)
        yield from _from_headings(document, case, name, headings, is_common)
    yield from _of_communities(documents, cases)
    yield from _of_several(documents, cases)


def _from_sentences(document: Document, case: Case, name: Name, is_common: Callable[[str], bool]) -> Iterator[Draft]:
    for block in _account(document, case):
        for text in _sentences_of(document, block):
            for asked in asked_by(Sentence(text, name.text, is_common)):
                question = _told_apart(asked, name)
                if question and _fair(question, text):
                    what = "an outcome" if outcome_of(text) in ("measured", "figure") else "a sentence"
                    reason = f"from {what} of {name.text or f'‘{document.title}’'}"
                    yield Draft(asked._replace(text=question), (Gold(document.doc_id, text),), reason, case.case_id)


def _told_apart(asked: Asked, name: Name) -> str:
    """The question with the case it is about, unless it names it; '' if it needs a case that has no name."""
    if asked.pattern in _OF_NAMES and holds("name", asked.text):
        return asked.text
    said = {name.text, name.text.strip("‘’").removeprefix("the "), name.place.split(",")[0]} - {""}
    if any(words in asked.text for words in said):
        return asked.text
    return name.within(asked.text) if name.text else ""


def _fair(question: str, quote: str) -> bool:
    """Whether a question leaves something to find: it does not hold all that the quote says."""
    known = set(stems(question))
    return sum(term.stem not in known for term in content_terms(quote)) >= 2 and quote.rstrip(". ") not in question


def _from_topic(document: Document, case: Case, name: Name) -> Iterator[Draft]:
    about = _sentence_with(document, case, name.topic) if name.topic else ""
    if not about:
        return
    place = next((_quote(document, facet) for facet in case.facets if facet.kind == "place"), "")
    if name.place and (place or name.place in about):
        asked = Asked(f"Where has work been done on {name.topic}?", "fact", "topic where")
        evidence = _golds(document, about, "" if name.place in about else place)
        yield Draft(asked, evidence, f"from the topic and place of {name.text}", case.case_id)
    results = [f for f in case.facets if f.kind == "outcome" and f.value in ("measured", "figure", "reported")]
    evidence = _golds(document, about, *(_quote(document, facet) for facet in results[:2]))
    asked = Asked(f"What has been done about {name.topic}?", "what-worked", "topic")
    yield Draft(asked, evidence, f"from the topic of {name.text}", case.case_id)


def _from_headings(
    document: Document, case: Case, name: Name, headings: Mapping[str, int], is_common: Callable[[str], bool]
) -> Iterator[Draft]:
    blocks = [b for b in document.blocks if any(start <= b.start and b.end <= end for start, end in case.spans)]
    for at, heading in enumerate(blocks):
        words = document.text[heading.start : heading.end]
        if heading.kind != "heading" or words == document.title or words in case.title or place_names(words) == [words]:
            continue
        section = takewhile(lambda block: block.kind != "heading", blocks[at + 1 :])
        said = [q for block in section if _is_account(block) for q in _sentences_of(document, block) if _telling(q)]
        found = asked_below(words, said, name.text, unique=headings[words.casefold()] == 1, is_common=is_common)
        if found and _fair(found[0].text, found[1]):
            reason = f"from the heading ‘{words}’ of {name.text or f'‘{document.title}’'}"
            yield Draft(found[0], _golds(document, found[1]), reason, case.case_id)


def _of_communities(documents: Mapping[str, Document], cases: Sequence[Case]) -> Iterator[Draft]:
    """What was done for each group of people, those of most cases first; a people is asked about once."""
    found: dict[str, dict[str, Gold]] = defaultdict(dict)
    for case in cases:
        for facet in case.facets:
            people = facet.value.endswith("s") and " " in facet.value and not facet.value.endswith("areas")
            if facet.kind == "community" and people and case.case_id not in found[facet.value]:
                quote = _quote(documents[case.doc_id], facet)
                if holds("work", quote):
                    found[facet.value][case.case_id] = Gold(case.doc_id, quote)
    seen: set[str] = set()
    for community, quotes in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        which = community.rsplit(" ", 1)[0].casefold()
        if not quotes or which in seen:
            continue
        seen.add(which)
        if len(quotes) > 1:
            reason = f"{len(quotes)} cases tell of ‘{community}’"
            yield _several(f"Which projects worked with {community}?", list(quotes.values()), reason)
        else:
            asked = Asked(f"What has been done for {community}?", "what-worked", "community")
            yield Draft(asked, tuple(quotes.values()), f"one case tells of ‘{community}’", next(iter(quotes)))


def _of_several(documents: Mapping[str, Document], cases: Sequence[Case]) -> Iterator[Draft]:
    """What was done in a place that several cases are about, and which cases state a measured result."""
    of_place: dict[str, list[Gold]] = defaultdict(list)
    measured: list[Gold] = []
    for case in cases:
        facets = [f for f in case.facets if f.kind == "place" or (f.kind == "outcome" and f.value == "measured")]
        for facet in facets:
            if quote := _quote(documents[case.doc_id], facet):
                (of_place[case.place] if facet.kind == "place" else measured).append(Gold(case.doc_id, quote))
                if facet.kind == "outcome":
                    break  # one result a case
    for place, golds in of_place.items():
        if len(golds) > 1:
            yield _several(f"What has been done in {place}?", golds, f"{len(golds)} cases are about {place}")
    if 1 < len(measured) <= _MOST_EVIDENCE:
        asked = "Which projects report a measured result?"
        yield _several(asked, measured, f"{len(measured)} cases state a measured result")


def _several(question: str, evidence: Sequence[Gold], reason: str) -> Draft:
    return Draft(Asked(question, "precedent", "several"), tuple(dict.fromkeys(evidence))[:_MOST_EVIDENCE], reason)


# --- evidence ---


def _account(document: Document, case: Case) -> Iterator[Block]:
    for block in document.blocks:
        inside = any(start <= block.start and block.end <= end for start, end in case.spans)
        if inside and _is_account(block):
            yield block


def _is_account(block: Block) -> bool:
    return block.role == "account" and block.kind in ("paragraph", "item")


def _sentences_of(document: Document, block: Block) -> list[str]:
    return [document.text[start:end] for start, end in sentences(document.text, block.start, block.end)]


def _telling(sentence: str) -> bool:
    """Whether a sentence is long enough to say something and short enough to quote."""
    if sentence[-1] in ":?" or "http" in sentence or sentence.count("“") != sentence.count("”"):
        return False
    return _SHORTEST <= len(sentence.split()) <= _LONGEST


def _sentence_with(document: Document, case: Case, words: str) -> str:
    for block in _account(document, case):
        for quote in _sentences_of(document, block):
            if words in quote and _telling(quote):
                return quote
    return ""


def _quote(document: Document, facet: Facet) -> str:
    """The sentence of the account that holds a facet; '' if none does."""
    block = next((b for b in document.blocks if b.start <= facet.start < b.end), None)
    if block is None or not _is_account(block):
        return ""
    spans = sentences(document.text, block.start, block.end)
    quote = next((document.text[start:end] for start, end in spans if start <= facet.start < end), "")
    return quote if _telling(quote) else ""


def _golds(document: Document, *quotes: str) -> tuple[Gold, ...]:
    return tuple(Gold(document.doc_id, quote) for quote in dict.fromkeys(quotes) if quote)
