"""What headings and labels say they are: a step of an account, matter around cases, a case's own name."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.cases.facts import fact_kind, label_key, labelled
from rag.cases.places import places
from rag.types import Block, Document, Span

Family = Literal["context", "aims", "deed", "result", "lessons", "fact", "name", ""]

#: The steps in which accounts of projects are told. A case repeats the steps of the case before it.
_FAMILIES: tuple[tuple[Family, str], ...] = (
    (
        "name",
        r"(?:project|initiative|programme|scheme|case study|service|intervention) (?:name|title)"
        r"|name of (?:the )?\w+|title",
    ),
    (
        "context",
        r"(?:the )?(?:broader )?(?:background|context|problems?|challenges?|issues?|situation|needs?|rationale"
        r"|starting point"
        r"|history|overview|summary|introduction|at a glance|story so far)(?: and (?:background|context|purpose"
        r"|needs?|aims?))?"
        r"|why (?:it|this|we|they|was)\b.{0,40}|what (?:was|is) the (?:problem|issue|challenge|need|situation)"
        r"|about (?:the|this|us)?.{0,30}|problems? and (?:purposes?|objectives?)",
    ),
    (
        "aims",
        r"(?:(?:key|main|project|overall|what were the) )?(?:aims?|objectives?|purposes?|goals?)(?: and (?:aims"
        r"|objectives|goals))?",
    ),
    (
        "deed",
        r"what (?:was|we|they) (?:done|did|do)|what happened|what (?:it|this) (?:involved|is)|how (?:it|we"
        r"|they) (?:works?|worked|did it)"
        r"|what|how|(?:our |their |the )?(?:approach|activit(?:y|ies)|actions?(?: taken)?|methods?|intervention"
        r"|delivery"
        r"|implementation|solution|process|response|project|initiative|service|work|idea|project description"
        r"|description)",
    ),
    (
        "result",
        r"(?:(?:key|main|the|early|initial) )?(?:outcomes?|results?|impacts?|effects?|findings|benefits?"
        r"|achievements?"
        r"|evaluation|successes|outputs|difference (?:it )?(?:made|makes)|evidence(?: of (?:impact|success))?)"
        r"(?:,? (?:and |& )?(?:outcomes?|results?|impacts?|effects?|benefits?|outputs))*"
        r"|what (?:changed|difference (?:it|this) made|was achieved|did (?:it|we|they) achieve"
        r"|were the (?:results|outcomes))",
    ),
    (
        "lessons",
        r"(?:(?:key|main) )?(?:lessons?(?: learne?[dt])?(?: from \w+)?|learning(?: points)?|reflections|top tips"
        r"|what (?:worked(?: well)?|we learne?[dt]|they learne?[dt]|didn['’]t work)|challenges(?: and \w+)?"
        r"|barriers|next steps"
        r"|sustainability|success factors|recommendations|advice for others|future plans?|what next)",
    ),
    (
        "fact",
        r"(?:contacts?|further (?:information|details)|costs?|funding|budget|resources|website|web|e-?mail"
        r"|setting|type|scale"
        r"|target group|links?|key facts|facts|staff(?:ing)?)(?: .{0,30})?",
    ),
)
_FAMILY_PATTERNS = [(family, re.compile(pattern)) for family, pattern in _FAMILIES]

#: What stands around the cases of a report.
_MATTER = re.compile(
    r"(?:table of )?contents|list of .*|foreword|preface|executive summary|(?:introduction|background|overview"
    r"|summary)(?: .{0,40})?"
    r"|acknowledge?ments?|about (?:this|the|us)\b.{0,60}|(?:our |research |study )?method(?:s|ology"
    r"|ological)\b.{0,40}"
    r"|how (?:we|to) .*|(?:general )?discussion|conclu(?:sions?|ding)\b.*|(?:key |our )?recommendations?\b.*"
    r"|(?:notes and )?references|bibliography|(?:end|foot)?notes|further reading|glossary|abbreviations|acronyms"
    r"|append(?:ix|ices)\b.*|annex(?:es)?\b.*|index|contributors|credits|(?:key |main |summary of )?(?:findings"
    r"|messages|themes)"
    r"|lessons\b.*|what (?:we|have we) (?:learne?[dt]|found)\b.*|next steps|looking (?:ahead|forward)"
    r"|(?:external )?links|sources"
    r"|useful .*|contacts?(?: us| details)?|get in touch|analysis\b.*|cross[- ]case\b.*|(?:selection"
    r"|comparison) of\b.*"
    r"|implications\b.*|limitations|making .* (?:happen|work)|(?:the )?way forward|policy context|results"
    r"|findings|tables?|figures?"
)
#: Parts of one undertaking rather than undertakings.
_PARTS_OF_ONE = re.compile(
    r"(?:phase|year|stage|step|day|week|month|workshop|session|module|chapter|part|section|objective|aim|goal"
    r"|theme|strand"
    r"|work ?(?:package|stream)|recommendation|question|principle|priority|round|wave|cohort|option|tip|task"
    r"|standard|figure"
    r"|table|box|appendix|annex|unit|lesson|activity|quarter|sprint|finding|outcome|key)\b|(?:19|20)\d\d\b"
)
_BODIES = re.compile(
    r"\b(?:Councils?|Trust|NHS|PCT|CCG|ICB|ICS|Hospitals?|Infirmary|University|Agency|Foundation|Association"
    r"|Society|Partnership"
    r"|Cent(?:re|er)|Charity|Forum|Network|Alliance|Academy|School|College|Housing|Library|Surgery|Practice"
    r"|Registry|House"
    r"|Project|Initiative|Programme|Scheme|Campaign|Club|Service|Federation|Church|Mosque|Temple|Constabulary"
    r"|Police|HMRC|DVLA"
    r"|Department|Ministry|Board|Co-?operative|Community Interest|CIC|Ltd|Group)\b"
)
_MANY = re.compile(
    r"(?:\d+(?:\.\d+)*\.? )?(?:part \w+:? )?(?:(?:the|our|some|local|selected|individual|good|best|practice"
    r"|short|detailed|\w+) ){0,3}"
    r"(?:case stud(?:ies)|case examples|(?:practice )?examples(?: of (?:good |best )?practice)?|projects"
    r"|initiatives|pilots?"
    r"|pilot (?:sites|projects)|project (?:profiles|summaries|reports|descriptions)|profiles|schemes|good practice)"
)
_GUIDANCE = re.compile(
    r"\b(?:how to|guide(?: to)?|guidance|toolkit|handbook|manual|checklist|standards?|framework|tips|policy)\b",
    re.IGNORECASE,
)
_MANY_IN_TITLE = re.compile(
    r"\b(?:case studies|projects|examples|initiatives|pilots|stories|compendium|profiles)\b", re.IGNORECASE
)
_TITLE_WORDS = 18


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading, a line that may be one, or a run-in label ('Aims: ...'), as ``block`` begins with it."""

    block: int
    key: str
    family: Family
    level: int  # of a heading; 0 of what is none

    @property
    def is_heading(self) -> bool:
        return self.level > 0


@lru_cache(maxsize=4096)
def family_of(key: str) -> Family:
    """Which step of an account a heading or label opens; '' if none."""
    if len(key) > 80:
        return ""
    for family, pattern in _FAMILY_PATTERNS:
        if pattern.fullmatch(key):
            return family
    return "fact" if fact_kind(key) else ""


@lru_cache(maxsize=4096)
def is_matter(key: str) -> bool:
    """Whether a heading stands over what surrounds cases: contents, methodology, references."""
    return len(key) <= 120 and bool(_MATTER.fullmatch(key))


def is_part_of_one(key: str) -> bool:
    """'Phase 2', 'Year 1', 'Workshop 3': parts of one undertaking."""
    return bool(_PARTS_OF_ONE.match(key))


def is_over_many(key: str) -> bool:
    """'Case studies', 'Our projects': a heading with a case below it for each heading."""
    return len(key) <= 80 and bool(_MANY.fullmatch(key))


def tells_of_many(title: str) -> bool:
    return bool(_MANY_IN_TITLE.search(title))


def is_guidance(title: str) -> bool:
    """Whether a title announces advice rather than accounts."""
    return bool(_GUIDANCE.search(title)) and not tells_of_many(title)


def names_whose(text: str, span: Span) -> bool:
    """Whether a heading names a place or an organisation."""
    return bool(_BODIES.search(text, *span)) or bool(places(text, *span))


def may_be_title(text: str, block: Block) -> bool:
    """Whether a paragraph may be a heading that was not seen as one: short, capitalised, no sentence, no label."""
    words = text[block.start : block.end]
    return (
        block.kind == "paragraph"
        and block.role == "account"
        and 0 < len(words.split()) <= _TITLE_WORDS
        and (words[0].isupper() or words[0].isdigit())
        and words[-1] not in ".;,:!?”"
    )


def marks(document: Document) -> list[Mark]:
    """The headings and run-in labels of a document, in order."""
    found: list[Mark] = []
    for index, block in enumerate(document.blocks):
        text = document.text
        if block.kind == "heading":
            if block.role == "account":
                line = labelled(text, block.start, block.end)
                own = label_key(text[block.start : block.end])
                key = label_key(line[0]) if line and family_of(label_key(line[0])) in ("fact", "name") else own
                found.append(Mark(index, key, family_of(key), max(1, block.level)))
        elif line := labelled(text, block.start, block.end):
            key = label_key(line[0])
            if family := family_of(key):
                found.append(Mark(index, key, family, 0))
    return found


class Outline:
    """A document's marks, with what stands below and between them. All look-ups take logarithmic time or less."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.marks = marks(document)
        self.headings = [mark for mark in self.marks if mark.is_heading]
        self._starts = {part.start for part in document.parts if part.kind != "row"}
        self._told = [0]  # characters of account before each block
        for block in document.blocks:
            told = block.end - block.start if block.kind != "heading" and block.role == "account" else 0
            self._told.append(self._told[-1] + told)

    def span(self, block: int) -> Span:
        return self.document.blocks[block].start, self.document.blocks[block].end

    def words(self, block: int) -> str:
        return self.document.text[slice(*self.span(block))]

    def told(self, first: int, stop: int) -> int:
        """Characters of account in the blocks from ``first`` to before ``stop``."""
        return self._told[max(first, stop)] - self._told[first]

    @property
    def all_told(self) -> int:
        return self._told[-1]

    def opens_page(self, block: int) -> bool:
        """Whether a page, slide or chapter begins with the block."""
        return self.document.blocks[block].start in self._starts

    def is_line(self, block: int) -> bool:
        """Whether a block is a heading, a short line or a label with a short value rather than a sentence."""
        words = self.words(block)
        return len(words.split()) <= _TITLE_WORDS and words[-1] not in ".;!?”"

    def may_title(self, block: int) -> bool:
        """Whether a block is a heading or may be one."""
        found = self.document.blocks[block]
        return found.kind == "heading" or may_be_title(self.document.text, found)

    def headings_between(self, first: int, stop: int) -> list[Mark]:
        """The headings of the blocks from ``first`` to before ``stop``."""
        low = bisect_left(self.headings, first, key=lambda mark: mark.block)
        high = bisect_left(self.headings, stop, key=lambda mark: mark.block)
        return self.headings[low:high]
