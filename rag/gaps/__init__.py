"""The log of questions that the library did not answer, or not well: what people ask that it lacks."""

from rag.gaps.file import GapEvent, GapFile, GapKind, Noted
from rag.gaps.summary import (
    NO_GROUP,
    OTHER_TOPIC,
    Gap,
    GapGroup,
    GapQuestions,
    GapSummary,
    gaps_of,
    gaps_questions,
    summary_of,
)

__all__ = [
    "NO_GROUP",
    "OTHER_TOPIC",
    "Gap",
    "GapEvent",
    "GapFile",
    "GapGroup",
    "GapKind",
    "GapQuestions",
    "GapSummary",
    "Noted",
    "gaps_of",
    "gaps_questions",
    "summary_of",
]
