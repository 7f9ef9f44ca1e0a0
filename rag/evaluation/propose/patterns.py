"""Questions that one sentence of a source answers, made from its own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.cases.fields.outcomes import is_planned, outcome_of
from rag.evaluation.propose.wording import PATTERNS, Asked, Sentence, clause, holds
from rag.text.words import word_pairs

_BASE_FORMS = word_pairs("base_forms")
_PAST = {"run": "ran", "written": "wrote", "organized": "organised"}
_LONGEST_FINDER = 5  # words: in a longer subject 'identified' is an adjective, more often than not
_SHORTEST, _LONGEST = 6, 60  # words of a sentence worth asking about

_Match = re.Match[str]
_Maker = Callable[[_Match, Sentence], str]  # the question, '' if none can be asked


def asked_by(sentence: Sentence) -> Iterator[Asked]:
    """What ``sentence`` answers, the surest first; a question names its case only where that is its subject."""
    text = sentence.text.rstrip(".!… ")
    if _SHORTEST <= len(text.split()) <= _LONGEST and text[0] not in "“\"‘'(" and "?" not in text:
        for name, label, make in (*_OF_FIGURES, *_OF_WORDS) if holds("holds_figure", text) else _OF_WORDS:
            found = PATTERNS[name].search(text)
            if found and (question := make(found, sentence)):
                yield Asked(question, "what-worked" if name == "helped" else "fact", label)


def _inverted(verb: str, subject: str) -> str:
    """Verb and subject as they stand in a question: 'was held', 'the fair' is 'was the fair held'."""
    first, _, rest = verb.partition(" ")
    if first in ("was", "were"):
        return f"{first} {subject} {rest}"
    if verb == "aims":
        return f"does {subject} aim"
    return f"did {subject} {_BASE_FORMS[first]} {rest}".rstrip()


def _of_subject(question: str, *, of_case: bool = True, longest: int = _LONGEST) -> _Maker:
    """Asks ``question`` of the noun phrase that begins a sentence, unless it may not be the case itself."""

    def make(found: _Match, sentence: Sentence) -> str:
        subject = sentence.subject(found["subject"])
        if not subject or len(subject.split()) > longest or (subject == sentence.name and not of_case):
            return ""
        return question.format(_inverted(found["verb"], subject))

    return make


def _share(found: _Match, _: Sentence) -> str:
    rest = "" if is_planned(found.string) else clause(found["rest"])
    return f"What share of {rest}?" if rest else ""


def _count(found: _Match, _: Sentence) -> str:
    before = found.string[: found.start("figure")].strip()
    rest = "" if holds("of_a_base", before) or is_planned(found.string) else clause(found["rest"])
    return f"How many {rest}?" if rest else ""


def _number(found: _Match, _: Sentence) -> str:
    rest = clause(found["rest"], 3)
    return f"How many {rest}?" if rest else ""


def _change(found: _Match, sentence: Sentence) -> str:
    if outcome_of(found.string) not in ("measured", "figure") or not sentence.name:
        return ""
    before, changed = found.string[: found.start()].strip(), found["object"].strip()
    its_doing = before.endswith(",") if found["verb"].endswith("ing") else holds("the_case", before)
    if not its_doing or holds("pointing", changed.replace(" who ", " ")) or holds("they", changed):
        return ""
    among = clause(found["rest"] or "", 1)
    return f"By how much {_inverted(found['verb'], sentence.name)} {changed} {among}".strip() + "?"


def _who(found: _Match, sentence: Sentence) -> str:
    subject = sentence.subject(found["subject"])
    return f"Who {_PAST.get(found['verb'], found['verb'])} {subject}?" if subject else ""


def _helped(found: _Match, _: Sentence) -> str:
    """What made a difference, of a sentence that reports one."""
    if outcome_of(found.string) not in ("reported", "measured", "figure"):
        return ""
    subject, rest = found["subject"], clause(f"{found['verb']} {found['rest']}")
    vague = holds("pointing they auxiliary dangling", subject) or len(subject.split()) < 2
    return "" if vague or not rest or holds("they", rest) else f"What {rest}?"


def _purpose(found: _Match, sentence: Sentence) -> str:
    own = found["subject"] or ""
    begun = own[:1].upper() + own[1:]
    subject = sentence.name if not own or holds("the_case", begun) else ""
    subject = subject or (own if own and sentence.subject(begun) else "")
    be = {"were": "was", "are": "is"}.get(found["be"], found["be"])
    return f"What {be} the {found['noun']} of {subject}?" if subject else ""


def _focus(found: _Match, sentence: Sentence) -> str:
    """Not where the case is called after its topic: the question would answer itself."""
    if not sentence.name or sentence.name.startswith("the work on"):
        return ""
    return f"What {_inverted(found['verb'], sentence.name)}?"


def _definition(found: _Match, sentence: Sentence) -> str:
    """Of names of two words or more, or written unlike other words."""
    subject = found["subject"]
    plain_word = " " not in subject and subject.istitle()
    if plain_word or not sentence.subject(subject):
        return ""
    return f"What {found['be']} {'the ' if found['the'] else ''}{subject}?"


#: Name of the pattern, what questions made by it are counted as, and what makes them; the surest first.
_OF_FIGURES: tuple[tuple[str, str, _Maker], ...] = (
    ("share", "share", _share),
    ("count", "count", _count),
    ("number_of", "count", _number),
    ("change", "change", _change),
    ("rise", "change", _of_subject("By how much {}?", of_case=False)),
)
_OF_WORDS: tuple[tuple[str, str, _Maker], ...] = (
    ("who", "who", _who),
    ("when", "when", _of_subject("When {}?")),
    ("how", "how", _of_subject("How {}?", of_case=False)),
    ("helped", "helped", _helped),
    ("found", "found", _of_subject("What {}?", longest=_LONGEST_FINDER)),
    ("purpose", "aim", _purpose),
    ("aim", "aim", _of_subject("What {} to do?")),
    ("focus", "focus", _focus),
    ("definition", "definition", _definition),
)
