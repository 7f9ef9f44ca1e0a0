"""Which language a question is in, where that is clearly not English."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from rag.text.spelling import is_english
from rag.text.words import STOP_WORDS

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS = 4  # of fewer, the detector is a guess
#: How sure the detector must be, and the share of words that are none in English. Of 2,129 English questions of five
#: public sets and the seeds' none passes both; of 11 in seven other languages all but one do.
_SURE, _UNKNOWN = 0.8, 1 / 3


def other_language(text: str) -> str:
    """The ISO 639-1 code of a text's language if it is clearly not English, else ''."""
    words = _WORD.findall(text.lower())
    unknown = [word for word in words if word not in STOP_WORDS and not is_english(word)]
    if len(words) < _FEWEST_WORDS or len(unknown) < _UNKNOWN * len(words):
        return ""
    language, probability = _identifier().classify(text)
    return str(language) if language != "en" and probability > _SURE else ""


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """Loaded (0.1 to 0.7 s) when a question first looks foreign."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
