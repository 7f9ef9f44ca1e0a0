"""Questions that the words below a heading answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from rag.cases.fields.outcomes import is_planned
from rag.cases.find import place_names
from rag.evaluation.propose.naming import is_title
from rag.evaluation.propose.wording import POINTING, Asked
from rag.text.words import content_terms, stems


class _Common(NamedTuple):
    """A ``heading`` that case studies share, what is ``asked`` of a case that has it, what its ``answer`` speaks of."""

    heading: str
    asked: str
    kind: str
    answer: str


_COMMON = (
    _Common(
        r"^(?:influence|outcomes?|impacts?|results?|effects?|achievements?|benefits)\b"
        r"|^what (?:happened|changed|was achieved|we achieved|worked)$",
        "What came of {}?",
        "what-worked",
        r"result(?:s|ed)\b|outcomes|led to|adopted|approved|implemented|agreed|passed|renewed|\d ?(?:%|per ?cent)|succe"
        r"|increased|improved|reduced|more likely|influenced",
    ),
    _Common(
        r"\bparticipant selection\b|^selection of participants|^recruitment$",
        "How were the participants of {} chosen?",
        "fact",
        r"select|recruit|chosen|random|invit|open to|volunt|appl(?:y|ied|ications?)\b|represent",
    ),
    _Common(r"\bfunding\b|^funders?$", "Who funded {}?", "fact", r"fund|financ|paid|grant|sponsor|\bbudget"),
    _Common(
        r"^(?:originating entities|organi[sz]ers?|partners?)\b",
        "Who was behind {}?",
        "fact",
        r"organi[sz]ed|\bled\b|founded|initiated|sponsored|created by|launched|set up|convened|proposed|partner",
    ),
    _Common(
        r"^(?:purpose|problems?|aims?|objectives?|goals?|the (?:challenge|problem|issue))\b",
        "What problem was {} meant to solve?",
        "fact",
        r"problem|\bneed(?:s|ed)?\b|\baim|purpose|\bgoal|objective|in order to|address",
    ),
    _Common(
        r"^(?:history|background|context)$",
        "How did {} come about?",
        "fact",
        r"began|started|idea|founded|origin|initiated|launched|established|set up|came about|in response|inspired",
    ),
    _Common(
        r"\blessons?\b|\bwhat we learn(?:ed|t)\b",
        "What was learnt from {}?",
        "what-worked",
        r"lesson|learn|should|need(?:s|ed)? to|in the future|improve|recommend|important",
    ),
    _Common(
        r"\bcriticisms?\b|^(?:limitations?|challenges|barriers|weaknesses)\b",
        "What are the weaknesses of {}?",
        "what-worked",
        r"critici|weakness|limitation|\blimited|lack of|drawback|too few|unfortunately|failed|low turnout|problems",
    ),
    _Common(r"^evaluation$", "How was {} evaluated?", "fact", r"evaluat|survey|interview|questionnaire|review|assess"),
    _Common(r"^(?:costs?|budget)$", "How much did {} cost?", "fact", r"[£$€] ?\d|\b(?:pounds|euros|dollars)\b"),
    _Common(
        r"^(?:what was found|(?:key )?findings)$",
        "What did {} find?",
        "fact",
        r"\bfound|show|reveal|lack|there (?:is|was)",
    ),
    _Common(r"^target groups?$", "Whom was {} for?", "fact", r"target|group|residents|citizens|\bfor\b"),
)
_NEXT = re.compile(r"^(?:next steps|what happen(?:s|ed) next|the future|future plans)$", re.IGNORECASE)
#: Headings that say nothing of what stands below them.
_EMPTY = re.compile(
    r"^(?:summary|overview|introduction|conclusions?|references|notes?|links?|.*links|secondary sources|sources.*"
    r"|further (?:information|reading).*|more (?:information|help)|see also|contacts?|contents|appendix.*|case stud.*"
    r"|about|definition.*|description|project description|detailed information|required|desired|examples?|guidance"
    r"|related.*|comments|discussion|deliberation.*|analysis.*|other.*|methods?|tips?|next|home|intended audience"
    r"|why .*do this)$",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"^(?:what|who|how|where|when|why|which|do|does|is|are|can|should)\b.*\?$", re.IGNORECASE)
_POINTS_OUTSIDE = re.compile(
    r"\b(?:it|its|they|their|we|our|us|you|your|i|my|this|these|that|those|here|he|she)\b", re.I
)
#: Verbs that begin a heading which tells what to do.
_DO = re.compile(
    r"^(?:use|make|build|write|test|plan|choose|involve|talk|decide|start|set|get|find|know|keep|avoid|check|create"
    r"|develop|design|understand|define|run|work|ask|manage|measure|provide|think|consider|learn|share|give|show"
    r"|automate|encourage|engage|identify|prepare|publish|record|recruit|review|organi[sz]e)\b (?!of\b|in\b|and\b)",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|will|can|do|does|did|must|should|helps?|works?|needs?|makes?)\b", re.I
)
_GOES_ON = re.compile(r"(?:They|Their|All of these|From these|Of these|Once|Just as|Though|Although|For example)\b")
_PREPOSITION = re.compile(r" (?:of|for|in|on|with|to|from|by|within|between|among|at|about|which) ", re.IGNORECASE)
_LONGEST = 9  # words


def asked_below(
    heading: str, sentences: Iterable[str], name: str, *, unique: bool, is_common: Callable[[str], bool]
) -> tuple[Asked, str] | None:
    """What ``heading`` makes one ask, and which of the ``sentences`` below it answers; None if nothing reads well.

    ``name``: of the case, '' if it has none. ``unique``: whether the heading stands once in the library. ``is_common``
    tells words that are written with a small letter from names.
    """
    heading = re.sub(r"^(?:\d+[.)]|[A-Z][.)]|step \d+:)\s+", "", heading.strip(" #*:.-–"), flags=re.IGNORECASE)
    below = [text for text in sentences if not (text[0].islower() or POINTING.match(text) or _GOES_ON.match(text))]
    if not is_title(heading) or not below or re.search(r"[:()\[\]“”\"\d]|[^\W\d_a-zA-Z]", heading):
        return None
    if name and (found := _of_case(heading, below, name)):
        return found
    if (
        not unique
        or _EMPTY.match(heading)
        or _POINTS_OUTSIDE.search(heading)
        or any(re.search(c.heading, heading, re.I) for c in _COMMON)
    ):
        return None
    asked = _of_topic(heading, is_common)
    own = {term.stem for term in content_terms(heading)}
    quote = next((sentence for sentence in below if own & set(stems(sentence))), "")
    return (asked, quote) if asked and quote else None


def _of_case(heading: str, below: list[str], name: str) -> tuple[Asked, str] | None:
    if _NEXT.match(heading):
        plan = next((sentence for sentence in below if is_planned(sentence)), "")
        return (Asked(f"What is planned to follow {name}?", "fact", "heading next"), plan) if plan else None
    for common in _COMMON:
        if re.search(common.heading, heading, re.IGNORECASE):
            quote = next((sentence for sentence in below if re.search(common.answer, sentence, re.IGNORECASE)), "")
            if quote:
                return Asked(common.asked.format(name), common.kind, f"heading {common.asked}"), quote
    return None


def _of_topic(heading: str, is_common: Callable[[str], bool]) -> Asked | None:
    if len(content_terms(heading)) < 2 or len(heading.split()) > _LONGEST:
        return None
    if _QUESTION.match(heading):
        return Asked(heading[0].upper() + heading[1:], "fact", "heading question")
    words = _within(heading, is_common)
    if "?" in words or "!" in words or re.match(r"(?:what|who|how|where|when|why)\b", words, re.IGNORECASE):
        return None
    if _DO.match(words):
        if " own " in words:  # 'run own operating system': short of a word
            return None
        return Asked(f"How should one {words[0].lower()}{words[1:]}?", "what-worked", "heading how")
    if _FINITE.search(words):
        return None
    head = _PREPOSITION.split(words)[0].split()
    plural = head[-1].endswith("s") and not head[-1].endswith(("ss", "us", "is"))
    if plural or head[0].endswith("ing") or head[0] in ("the", "a", "an"):
        return Asked(f"What is said about {words}?", "fact", "heading about")
    return None


def _within(heading: str, is_common: Callable[[str], bool]) -> str:
    """``heading`` as it reads inside a sentence: names and abbreviations keep their capitals."""
    first, *others = heading.split()
    lowered = [word.lower() if word.istitle() and is_common(word.lower()) else word for word in others]
    if others and not any(word[0].isupper() for word in lowered) and first.istitle() and not place_names(first):
        return " ".join([first.lower(), *lowered])  # the first capital is the heading's, not a name's
    if first in ("The", "A", "An") or (first.endswith("ing") and not place_names(first)):
        return " ".join([first.lower(), *others])
    return heading
