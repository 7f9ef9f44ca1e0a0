"""What a sentence says is intended rather than done."""

from __future__ import annotations

import re

from rag.text.words import trimmed
from rag.types import Span

#: Not before it: 'You will need ...', 'the political will'.
_GENERAL = (
    r"(?<![Yy]ou )(?<![Oo]ne )(?<![Pp]eople )(?<![Nn]obody )(?<![Ee]veryone )(?<!or )(?<!the )(?<!a )(?<!their )"
    r"(?<!political )(?<!of )"
)
_PLANNED = re.compile(
    rf"{_GENERAL}\bwill (?!always|often|never|usually|tend\b|inevitably|likely|sometimes|power|of\b|only ever|to\b)"
    rf"|{_GENERAL}\bmay (?:(?:also|soon|well|later|yet|then) )?"
    r"(?!be\b|have\b|not\b|feel\b|seem\b|need\b|want\b|include\b|vary\b|differ\b|also\b|even\b|well\b|or\b|only\b|\d)"
    r"|\bmay be (?:extended|rolled|repeated|expanded|offered|continued)\b|\bmay in (?:the )?future\b"
    r"|\b(?:(?<!no )(?<!any )(?<!abandoned )(?<!longer )plans? to|planned to|intends? to|intention to|hopes? (?:to"
    r"|that)|hope is that"
    r"|due (?:to (?:be|start|begin)|for (?:publication|completion|launch|delivery|release))"
    r"|in (?:the )?future(?! \w+s\b)|looking to|expected to (?!have an?\b)|is hoped"
    r"|is to be|are to be|need to be taken forward)\b"
)
_MAY_PLAN = re.compile(r"will|may|plan|inten|hope|due|future|looking to|expected|to be")  # in whatever is planned
#: Before 'will': 'If you ask, people will come.'
_SUPPOSED = re.compile(r"\b(?:[Ii]f|[Ww]hen|[Ww]henever|[Uu]nless|[Oo]nce)\b[^.;]{0,100}$")


def is_planned(sentence: str) -> bool:
    """Whether a sentence tells what is intended rather than what was done."""
    return plan_in(sentence) is not None


def plan_in(sentence: str) -> Span | None:
    """The words that make a plan of a sentence; None if it is none. Guidance and general truths are no plans."""
    if not _MAY_PLAN.search(sentence):
        return None
    for match in _PLANNED.finditer(sentence):
        is_will = match.group().startswith(("will", "may"))
        if not (is_will and _SUPPOSED.search(sentence, 0, match.start())):
            return match.start(), trimmed(sentence, *match.span())[1]
    return None
