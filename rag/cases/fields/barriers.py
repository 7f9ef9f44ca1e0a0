"""What got in the way or failed, and what was learnt."""

from __future__ import annotations

import re

from rag.cases.account import Account, Told
from rag.cases.fields.outcomes import is_planned
from rag.cases.steps import Step, is_alone, steps, with_the_one_before
from rag.types import Facet, FacetKind

_MOST = 6
_FEWEST_WORDS, _MOST_WORDS = 7, 60

#: What got in the way, wherever it is told: the words leave no doubt.
_HINDERED = re.compile(
    r"\b(?:prov(?:ed|en|ing) (?:\w+ )?(?:difficult|challenging|hard|impossible|problematic)"
    r"|(?:was|were|(?<!had )been|it is|is) (?:\w+ )?(?:hampered|hindered|hamstrung|undermined|criti[cz]i[sz]ed"
    r"|marred|plagued|delayed|abandoned"
    r"|cancelled|discontinued|suspended|underestimated|disappoint\w+)"
    r"|(?:main|biggest|greatest|major|key|one|another|significant|further|primary|principal"
    r"|more of an?)"
    r" (?:\w+ )?(?:challenges?|difficulty|difficulties|obstacles?|weakness(?:es)?|drawbacks?|limitations?"
    r"|shortcomings?|criticisms?"
    r"|barriers?|setbacks?|disadvantages?|flaws?)"
    r"|(?:challenge|difficulty|weakness|limitation|criticism|drawback|obstacle|barrier)s? (?:was|were|is"
    r"|encountered|remains?)"
    r"|criticisms? (?:of|that|about|against)|(?:was|were) (?:unable|reluctant|not able|not possible|not enough"
    r"|not sufficient\w*|not representative|not well|ill-)"
    r"|fail(?:ed|s|ure) to|poorly attended"
    r"|(?:staff|high) turnover"
    r"|ran out of|(?:funding|money|grant) (?:\w+ )?(?:ended|ran out|was cut|stopped|ceased)|(?<!all )too (?:short"
    r"|few|little|long|expensive|complex"
    r"|technical|late|complicated|much time|costly)|not enough (?:time|people|money|information|resources)"
    r"|language barriers?"
    r"|limited (?:time|participation|impact|influence|budget|opportunit)|time constraints?|dropped out"
    r"|drop-?outs?|met with (?:\w+ )?(?:resistance|opposition|obstacles|scepticism|skepticism)"
    r"|caused (?:some )?confusion|hesitant|reluctant|not (?:been )?easy|presented (?:\w+ )?(?:challenges"
    r"|difficulties|problems)|limited the"
    r"|did not (?:fully|attend|participate|achieve|succeed|work|lead|reach|take part|respond|turn|show"
    r"|understand|feel|receive)"
    r"|not a success|unsuccessful\w*|setbacks?|lost (?:interest|momentum)|fell short|little (?:impact|influence"
    r"|effect|interest)|no (?:real |direct |binding )?(?:impact|influence|follow-up|effect))\b",
)
#: What was wanting: before the work and elsewhere it is the problem, where the work is judged it got in the way.
_WANTING = re.compile(
    r"\b(?:low(?:er)? (?:turn-?out|attendance|participation|response|take-?up|uptake)|under-?represented"
    r"|over-?represented"
    r"|lack(?:ed|s|ing)? (?:of|the|any|a)\b)",
)
#: What is said of barriers where the author judges or tells of them; elsewhere it may be anything.
_JUDGED = re.compile(
    r"\b(?:unfortunately|difficult\w*|challeng\w+|problem\w*|lack(?:ed|ing|s)?"
    r"|unclear|criti[cq]\w+"
    r"|weak\w*|limit(?:ed|ation|ations|s)|insufficient|inadequate|fail(?:ed|s|ure)|resistance|sceptic\w*|skeptic\w*"
    r"|bias(?:ed)?|unequal"
    r"|barriers?|costly|expensive|concerns?|unable|reluctant|frustrat\w+|disadvantage\w*|excluded|low|poor|too)\b",
)
_WEIGHTY = (
    r"(?:also |very |really |extremely |therefore |absolutely )?(?:important|essential|crucial|vital|critical"
    r"|imperative|key)"
)
_LEARNT = re.compile(
    r"\b(?:(?:we|they|team|organi[sz]ers?|has|have|staff|council) (?:also |now |have )?(?:learn(?:t|ed)|reali[sz]ed"
    r"|recogni[sz]ed?) (?:that|how|the)|have learnt|(?:key|main|important|valuable|major|biggest|first|another"
    r"|one) lessons?"
    rf"|lessons? (?:is|was) that|(?:it is|it['’]s) {_WEIGHTY} (?:that|for|to(?! (?:note|look|mention|point|remember"
    r"|stress|say|see|understand|highlight|recall|consider|keep|clarify|know|emphasi[sz]e|reali[sz]e|acknowledge)\b))"
    rf"|(?:is|are|was|were) {_WEIGHTY} (?:to|for|in) (?:the |its |their |this |our )?(?:success|\w+ing\b)"
    r"|(?:key|crucial|central|essential|vital|critical) (?:to|for|in) (?:the |its |their |this |our )?(?:\w+ )?success"
    r"|success factors?|(?:key|reason|secret|credit\w*) (?:\w+ )?(?:to|for|of) (?:the |its |their )?(?:\w+ )?success"
    r"|(?:case|experience|project|process|pilot|example|this|evaluation) (?:\w+ )?(?:shows?|showed|demonstrate[ds]?"
    r"|highlight(?:s|ed)?|confirm(?:s|ed)?) the (?:importance|value|need)|confirmation of the importance"
    r"|recogni[sz]ed the need"
    r"|(?:needs?|has|have) to be (?:tailored|carefully|considered)|works? best|worked (?:very "
    r"|particularly )?(?:well|best)"
    r"|(?:in|with) hindsight|would have (?:helped|been better|been more effective)|(?:would"
    r"|we) (?:strongly )?(?:recommend|advise)"
    r"|different (?:\w+ )?(?:strategies|approaches) are needed)\b"
)
_QUOTED = re.compile(
    r"[“\"].{0,60}\b(?:it['’]s about|it is about|the key|the (?:most )?important thing|you have to|you need to)\b",
    re.IGNORECASE,
)
#: Where lessons are told.
_ADVISED = re.compile(
    r"\b(?:should|must|need(?:s|ed)? to|ensure|important|essential|crucial|key|helped|success\w*|recommend\w*|better"
    r"|effective\w*|valued|useful|best|timing|significantly)\b",
)
_HYPOTHETICAL = re.compile(
    r"\b(?:if|could|might|would|may|to avoid|overcame|overcome|whether|aims? to|without)\b",
)
_NO_BARRIER = re.compile(
    r"\b(?:who|that|which) (?:\w+ )?(?:did|do|does|could|was|were) not\b|\b(?:no (?:major |significant "
    r"|real )?(?:problems?|difficult\w+|barriers?|criticisms?|conflict)|not only|not just|was not (?:a problem"
    r"|difficult)|what did|no (?:[\w-]+ ){0,4}criticism|had failed|diminish\w*|backdrop|previous|to address|to solve"
    r"|ways to|not seem|any problems|higher than expected|appealing|should (?:be|not|also)"
    r"|necessary to|would be necessary|as the challenges"
    r"|need not|problem[- ]solving|solv(?:e[ds]?|ing)|addressed|tackl\w+|breaking down|break down|remove[ds]?"
    r"|reduc(?:e[ds]?|ing))\b",
)
_JUDGING: frozenset[Step] = frozenset({"review", "lessons", "barriers"})
_UNTOLD: frozenset[Step] = frozenset({"", "summary"})
_PROBLEM_FIRST = 3  # where no heading tells, the first third of an account tells of the problem
_BEFORE_THE_WORK: frozenset[Step] = frozenset({"problem", "context", "aims", "fact"})


def barriers(account: Account) -> list[Facet]:
    """What got in the way of this work, then what was learnt from it: at most six sentences of each, in order."""
    found: dict[FacetKind, list[tuple[int, int, Facet]]] = {"barrier": [], "lesson": []}
    before: Told | None = None
    every = steps(account)
    for number, (told, step) in enumerate(every):
        sentence = account.text[told.start : told.end]
        is_early = step in _UNTOLD and number * _PROBLEM_FIRST < len(every)
        if (
            step not in _BEFORE_THE_WORK
            and _is_sentence(sentence)
            and (read := _read(sentence.lower(), step, is_early=is_early))
        ):
            kind, score = read
            start, end = with_the_one_before(account.text, told, before)
            if (start < told.start or is_alone(sentence)) and not is_planned(sentence):
                found[kind].append((-score, number, Facet(kind, account.text[start:end], start, end)))
        before = told
    return [*_best(account.text, found["barrier"]), *_best(account.text, found["lesson"])]


def _best(text: str, scored: list[tuple[int, int, Facet]]) -> list[Facet]:
    """The surest, in order, none twice; two that share words as one."""
    surest: dict[str, Facet] = {}
    for _, _, facet in sorted(scored, key=lambda each: each[:2]):
        surest.setdefault(facet.value, facet)
    kept: list[Facet] = []
    for facet in sorted(list(surest.values())[:_MOST], key=lambda facet: (facet.start, facet.end)):
        start = facet.start
        if kept and facet.start < kept[-1].end:
            start = kept.pop().start
        kept.append(Facet(facet.kind, text[start : facet.end], start, facet.end))
    return kept


def _is_sentence(sentence: str) -> bool:
    is_row = "|" in sentence
    return _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS and sentence[-1] not in "?:" and not is_row


def _read(words: str, step: Step, *, is_early: bool) -> tuple[FacetKind, int] | None:
    """What a sentence in lower case tells of, and how surely; None if neither of barriers nor of lessons."""
    lesson, barrier = _lesson(words, step), 0 if is_early else _barrier(words, step)
    if not max(lesson, barrier):
        return None
    return ("lesson", lesson) if lesson >= barrier else ("barrier", barrier)


def _barrier(words: str, step: Step) -> int:
    hindered = bool(_HINDERED.search(words) or (step in _JUDGING and _WANTING.search(words)))
    if step == "barriers":
        score = 4 if hindered else 3 if _JUDGED.search(words) and not _HYPOTHETICAL.search(words) else 0
    elif not hindered or _HYPOTHETICAL.search(words):
        score = 0
    else:
        score = 3 if step in ("review", "lessons", "result") else 2
    return 0 if score and _NO_BARRIER.search(words) else score


def _lesson(words: str, step: Step) -> int:
    if "%" in words or "whether" in words or step == "barriers":
        return 0
    learnt = bool(_LEARNT.search(words) or _QUOTED.match(words))
    if step == "lessons":
        return 4 if learnt else 1 if _ADVISED.search(words) else 0
    return 2 if learnt else 0
