"""What was done."""

from __future__ import annotations

import re

from rag.cases.account import Account, Told
from rag.cases.fields.outcomes import is_planned, outcome_of
from rag.cases.steps import Step, steps
from rag.types import Facet

_MOST = 6
_DONE = (
    r"(?:created|ran|held|hosted|trained|translated|distributed|set up|piloted|advertised|launched|established"
    r"|developed"
    r"|organi[sz]ed|introduced|delivered|provided|produced|published|opened|built|designed|commissioned|appointed"
    r"|recruited"
    r"|invited|convened|conducted|carried out|offered|arranged|facilitated|visited|met with|worked (?:with|closely"
    r"|together)"
    r"|partnered|undertook|undertaken|surveyed|interviewed|consulted|campaigned|promoted|printed|sent|mailed|formed"
    r"|founded"
    r"|initiated|implemented|installed|screened|vaccinated|taught|educated|supported|funded|allocated|drew up"
    r"|drafted|wrote"
    r"|prepared|presented|discussed|deliberated|voted|selected|gathered|collected|mapped|tested|adapted|redesigned"
    r"|replaced"
    r"|renovated|planted|painted|broadcast|televised|participated|took part|took place|analysed|analyzed|examined"
    r"|explored"
    r"|looked at|focused on|reviewed|devised|led|employed|hired|used(?! to\b| by\b)|brought together|engaged|raised"
    r"|rolled out|updated"
    r"|involved|included|culminated in|circulated|posted|shared|integrated|co-?produced|co-?designed|measured|monitored"
    r"|communicated|promoted|highlighted|wr[io]te(?:s|n)?|simplified|removed|encouraged)"
)
_CONCRETE = re.compile(
    r"\b(?:workshops?|events?|clinics?|leaflets?|posters?|meetings?|sessions?|training|courses?|campaign|roadshow"
    r"|website"
    r"|survey|questionnaires?|focus groups?|interviews?|forums?|hearings?|packs?|guides?|videos?|films?|app|portal"
    r"|helpline"
    r"|translat\w+|interpreters?|drop[- ]in|screening|health checks?|outreach|mosques?|churches|schools?|volunteers?"
    r"|workers?"
    r"|grants?|votes?|ballots?|proposals?|budget|report|toolkit|newsletter|radio|partnership|programme|program|panel"
    r"|assembly"
    r"|exhibition|garden|bus|vans?|letters?|leaders|visits?|referrals?|service|map|seminar|conference|committee"
    r"|projects?)\b",
)
_ACTIVE = re.compile(rf"(?<!\bis )(?<!\bare )(?<!\bbe )(?<!\bbeing )(?<!\bto )(?<!\bthe )(?<!\bwell )(?<!-)\b{_DONE}\b")
_GOING_ON = re.compile(
    r"\b(?:is|are) (?:currently |also |now )?(?:continuing|running|working|undertaking|developing|delivering"
    r"|providing|offering"
    r"|helping|building|holding|organi[sz]ing|training|piloting|exploring)\b"
    r"|^(?:\S+ ){1,6}?(?:works with|provides|offers|runs)\b"
    r"|\baimed to\b.{0,80}\bby \w+ing\b"
)
_PASSIVE = re.compile(rf"\b(?:was|were|has been|have been|had been|been) (?:\w+ ){{0,2}}?{_DONE}\b")
_LEADS_TO_DEEDS = re.compile(
    r"\b(?:activit\w+|areas? of work|work|services?|actions?|measures|steps|interventions|events|campaign|programme"
    r"|project|they|we"
    r"|team|approach|process|initiative|changes|which|methods|strategies|materials)\b.{0,160}\b(?:includ(?:e[ds]?"
    r"|ing)|involv(?:e[ds]?|ing)"
    r"|consisted of|comprised|did|such as|follow(?:s|ing)|made|used|were|are|developed|online)\W*$|\bparticipants:$",
    re.IGNORECASE | re.DOTALL,
)
_LEADS_ELSEWHERE = re.compile(
    r"\b(?:will|aims?|objectives?|goals?|purposes?|recommend\w*|need to|should|can|could|hopes?|issues|problems"
    r"|concerns|results?"
    r"|outcomes?|benefits?|highlights|evidence|learn\w*|lessons|criteria|questions?|principles|topics|themes|priorities"
    r"|findings|advantages|challenges|get involved|designed to|in order to|enable|partners?|members"
    r"|participants (?:were|are)"
    r"|categories|reasons|options|proposals|values|services lack)\b",
    re.IGNORECASE,
)
_NOT_THE_DEED = re.compile(
    r"^(?:however|although|when|while|whilst|if|once)\b"
    r"|^(?:with|after|since|following) the (?:adoption|enactment|passage|passing|election|fall|end|collapse)\b"
    r"|\b(?:not|never|n['’]t|without|should|could|would|must|might"
    r"|if|hopes?|aims? (?:to|of)|goal|objective|purpose"
    r"|according to|can|thus|only about|important|i|meant to|argues?|believes?|criticis\w+|suggests?|likely|census"
    r"|is known|are known|percent|per cent"
    r"|citation|ibid|et al|research(?:ers)? (?:found|shows?))\b|%|\?$",
)
_WHO_OR_WHAT = re.compile(r"(?:It|They|He|She|These|Their|His|Both|As)\b|This (?:\w+ed|is|was|has|had)\b")
#: 'Targeted audience : General public; ...': a line of facts, no sentence.
_FACT_LINE = re.compile(r"[^.:]{2,60}:\s.*[^.!?”’\"')\]]$|[^.:]{2,60} : ", re.DOTALL)
#: An item that only names a method: 'world cafés;', 'a deliberative poll/survey;'.
_METHOD = re.compile(
    r"(?:an? |the )?(?:[\w’'-]+[ /]){0,3}(?:caf[ée]s?|polls?|polling|jur(?:y|ies)|survey|panels?|assembl(?:y|ies)"
    r"|conferences?|forums?|dialogues?|deliberation|media|budgeting|meetings?(?:™)?)(?:/\w+)?"
    r"(?: \([^)]*\))?[.;,]?(?: and)?",
    re.IGNORECASE,
)
_STEPS: dict[Step, int] = {
    "deed": 3,
    "": 2,
    "summary": 2,
    "people": 0,
    "result": 0,
    "aims": -2,
    "problem": -2,
    "context": -2,
    "money": -3,
    "fact": -1,
    "review": -4,
    "lessons": -3,
    "barriers": -5,
}
_FEWEST_WORDS, _MOST_WORDS = 6, 60
_FEWEST_WORDS_OF_ITEM = 2
_ENOUGH = 4
_LEAST = -1  # of a step below which no sentence counts enough


def deeds(account: Account) -> list[Facet]:
    """The sentences and list items that say what was done: the six most telling, in the order of the text."""
    scored: list[tuple[int, int, Facet]] = []
    for number, (told, step) in enumerate(steps(account)):
        sentence = account.text[told.start : told.end]
        item = _item_score(account.text, told, sentence)
        score = _score(sentence, step) if item is None else item
        if score >= _ENOUGH:
            scored.append((-score, number, Facet("deed", sentence, told.start, told.end)))
    best: dict[str, Facet] = {}
    for _, _, facet in sorted(scored, key=lambda each: each[:2]):
        best.setdefault(facet.value, facet)
    return sorted(list(best.values())[:_MOST], key=lambda facet: facet.start)


def _item_score(text: str, told: Told, sentence: str) -> int | None:
    """How tellingly an item of a list of activities says what was done: 0 in a list of aims or the like; None of what
    may say it in a sentence of its own.
    """
    lead_in = told.block.lead_in
    if told.block.kind != "item" or lead_in is None:
        return None
    lead = text[slice(*lead_in)]
    if _LEADS_ELSEWHERE.search(lead) or is_planned(lead):
        return 0
    if not _LEADS_TO_DEEDS.search(lead) or told.start != told.block.start:
        return None
    if len(sentence.split()) < _FEWEST_WORDS_OF_ITEM or is_planned(sentence) or _METHOD.fullmatch(sentence):
        return 0
    return _ENOUGH + 1 + bool(_CONCRETE.search(sentence.lower()))


def _score(sentence: str, step: Step) -> int:
    """How tellingly a sentence says what was done; 0 if it does not."""
    if not _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS or sentence[-1] in ":?" or sentence[0] in "“\"‘'(":
        return 0
    if _STEPS.get(step, 0) < _LEAST or _FACT_LINE.match(sentence):
        return 0
    words = sentence.lower()
    done = _ACTIVE.search(words)
    verb = done or _GOING_ON.search(words)
    if not verb or "yet to" in words or _NOT_THE_DEED.search(words, 0, verb.end()) or is_planned(sentence):
        return 0
    score = 2 + _STEPS.get(step, 0)
    score += min(2, len(set(_CONCRETE.findall(words)))) + bool(_PASSIVE.search(words))
    score -= 2 * (outcome_of(sentence) in ("measured", "reported")) + (done is None)
    return score - bool(_WHO_OR_WHAT.match(sentence))
