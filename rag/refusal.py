"""Whether what was found answers the question: several signals and a fitted logistic model.

The weights are in ``data/refusal.json``, written by ``tests/bench/fit_refusal.py``; it says from which questions.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

_NUMERAL = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundred|thousand|million|dozens?|several hundred|half|third|quarter|none|no)"
)
#: What a question asks for, and what words that answer it must hold. The first row that fits counts.
_FIGURES = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(needed, re.IGNORECASE))
    for asked, needed in (
        (
            r"\bhow much\b.*\b(?:costs?|pay|paid|spend|spent|charged?|budget|funding|money|worth|raised?|earn)\b"
            r"|\b(?:what|how much) (?:was|is|were|did) .{0,40}\b(?:cost|price|budget|fee|salary|funding)\b|\bhow much (?:money|funding)\b",
            r"[£$€]\s?\d|\b(?:pounds?|euros?|dollars?|pence)\b|\b\d[\d,.]*\s?(?:k|m|bn|million)\b|\bfree\b",
        ),
        (
            r"\b(?:what|which) (?:share|proportion|percentage|fraction|rate)\b|\bby how (?:much|many)\b|\bpercentage of\b",
            r"%|\bper ?cent\b|\b(?:half|thirds?|quarters?|doubled|halved|trebled)\b|\b\d[\d,.]*\b|\btimes\b",
        ),
        (
            r"\bhow long\b",
            rf"\b{_NUMERAL}[- ]?(?:\w+ )?(?:minutes?|hours?|days?|weeks?|months?|years?|decades?|terms?)\b|\b(?:19|20)\d\d\b",
        ),
        (r"\bhow often\b", r"\b(?:weekly|monthly|daily|yearly|annual(?:ly)?|fortnightly|every|once|twice|each|times|per)\b"),
        (r"\bhow (?:many|much|old|far)\b|\bwhat (?:number|age)\b", rf"\b{_NUMERAL}\b"),
        (
            r"^\W*(?:and )?(?:when|what year|which year|in what year|on what date)\b",
            r"\b(?:1[5-9]|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
            r"|spring|summer|autumn|winter|century|weekly|monthly)\b|\b\d{1,2}(?:st|nd|rd|th)\b",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision rests on.

    ``dense``: best cosine of a passage; ``meaning``: how well the best quote meets the question's words by meaning;
    ``margin``: by how much the best passage leads the sixth, by fused score, and ``lead`` the eleventh, by late interaction;
    ``uncovered``: idf share of the rarest content word that stands in none of the five best passages; ``unnamed``: share of
    the named things (capitals, numbers) that stand in none of them; ``number_lacking``: 1 if a figure or date is asked for and the best quote has none of
    that kind.
    """

    dense: float
    meaning: float
    margin: float
    lead: float
    uncovered: float
    unnamed: float
    number_lacking: float

    def vector(self) -> NDArray[np.float64]:
        """The signals in the order of the fields."""
        return np.array(list(asdict(self).values()), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class RefusalModel:
    """Logistic regression: the probability that the passages found answer the question."""

    weights: Mapping[str, float]
    intercept: float
    answer_above: float
    near_above: float

    def confidence(self, signals: Signals) -> float:
        """Between 0 and 1."""
        score = self.intercept + sum(self.weights[name] * value for name, value in asdict(signals).items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


@lru_cache(maxsize=1)
def bundled_model() -> RefusalModel:
    """The fitted model that ships with the package."""
    record = json.loads(files("rag").joinpath("data/refusal.json").read_text(encoding="utf-8"))
    return RefusalModel(record["weights"], record["intercept"], record["answer_above"], record["near_above"])


def number_lacking(question: str, quote: str) -> float:
    """1.0 if the question asks for a figure, sum, length of time or date and the quote has none of its kind."""
    needed = figure_asked(question)
    return float(needed is not None and not needed.search(quote))


def figure_asked(question: str) -> re.Pattern[str] | None:
    """What the words that answer must hold if the question asks for a figure, else None."""
    return next((needed for asked, needed in _FIGURES if asked.search(question)), None)
