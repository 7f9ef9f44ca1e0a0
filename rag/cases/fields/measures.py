"""Figures that are results of the work, and the words that make them so."""

from __future__ import annotations

import re

from rag.cases.fields.plans import plan_in
from rag.text.words import trimmed
from rag.types import Outcome, Span

_WORD_NUMBER = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_NUMBER = rf"(?:(?!(?:19|20)\d\d\b)\d[\d,.]{{0,12}}|(?:{_TENS}[- ])?{_WORD_NUMBER}|{_TENS})"
_PART = r"(?:half|(?:one|a)[- ](?:third|quarter|fifth)|two[- ](?:thirds|fifths)|three[- ]quarters|four[- ]fifths)"
_SHARE = (
    rf"(?:\b{_NUMBER}(?:\s?[-–]\s?\d[\d.]*)?\s?(?:%|(?:per ?cent(?:age[- ]points?)?|percent)\b)"
    rf"|(?<! and )\b{_PART}(?= (?:of|felt|said|agreed|reported|thought|were)\b)"
    rf"|\b{_NUMBER} (?:in|out of)(?: every)? {_NUMBER}(?= \w)|\b\d[\d,]{{0,12}} of (?:the |all |our )?{_NUMBER}(?= \w))"
)
_SIZE = (
    rf"(?:{_SHARE}|\b{_NUMBER}[- ](?:times|fold|(?:percentage[- ])?points?)\b|(?<=\bby )(?:almost |nearly |about "
    rf"|over )?(?:a )?(?:half|third|quarter)\b)"
)
_CHANGE = (
    r"\b(?:increas(?:ed|ing)|increases?(?= (?:in|of|from|to|by|among|for)\b)|reduc(?:ed|es|ing|tions?)|decreas(?:ed"
    r"|ing)"
    r"|decreases?(?= (?:in|of|from|to|by|among|for)\b)|improv(?:ed|ing|ements?)|rais(?:ed|ing)"
    r"|lower(?:ed|ing)|rose|risen|rise|fell|fallen|(?:a|the) (?:sharp )?fall|grew|grown|dropped|drop|cut|went"
    r"|doubled|halved|trebled|tripled"
    r"|(?:more|less) likely|(?:higher|lower|more|fewer|less) than(?! (?:an? )?(?:\d|half|third|quarter|two|three|one"
    r"|nine))|compared (?:with|to)|up from|down from|versus"
    r"|changed?(?= from\b)|sav(?:ed|ings?))\b"
)
_OWN = (
    r"(?:participants?|attendees?|respondents|patients?|panell?ists|delegates|jurors|users|customers|members|staff"
    r"|volunteers|clients|trainees|recipients|panel|those (?:who|screened|tested|surveyed|asked)|them|visitors)"
)
_ANYBODY = (
    r"(?:people|women|men|residents|citizens|voters|families|children|households|students|pupils|parents|villagers"
    r"|adults|tenants|farmers|mothers|carers|youth|individuals|neighbou?rs|locals|inhabitants|participants|attendees"
    r"|respondents|patients|members|delegates|staff|volunteers|users|visitors|viewers|customers|organi[sz]ations"
    r"|community members|officials|teachers|schools|groups|representatives|stakeholders|panell?ists|clients|learners)"
)
_SAID = (
    r"(?:said|felt|feel|reported|agreed|disagreed|rated|stated|declared|believed|considered|found|voted|chose|preferred"
    r"|supported|favou?red|opposed|thought|expressed|indicated|responded|answered|recommended|described"
    r"|perceive[ds]?|learne?[dt]|read|knew|opposing|supporting|agreeing|favou?ring"
    r"|approved|claimed|acknowledged|reported)"
)
_CAME = (
    r"(?:attended|took part|taken part|received|(?<!electorally )registered(?! (?:residents|voters|users|electors))"
    r"|joined|signed(?: up)?|completed|reached|seen|screened"
    r"|booked|referred|vaccinated|participated|helped|diagnosed|tested|trained|turned (?:out|up)|showed up|came|visited"
    r"|enrolled|benefit(?:t)?ed|contributed|voted|volunteered|(?:attending|taking part|participating|turning (?:up"
    r"|out)|voting|joining)|recruited|identified|gathered|engaged|involved|returned"
    r"|submitted|supported)"
)
_FOUND = (
    r"(?:were|was|are|is) (?:(?:now|already|newly|being|then|subsequently) )?(?:flagged|found|positive|diagnosed"
    r"|identified|satisfied|very|able|made|accepted|implemented|adopted|online|at risk|referred|convinced|more"
    r"|in favou?r|approved|happy|confident|funded)"
)
_ITEMS = (
    r"(?:proposals|ideas|demands|forms|sheets|surveys|bids|applications|projects|recommendations|submissions|votes"
    r"|ballots|responses"
    r"|comments"
    r"|complaints|visits|views|page ?views|signatures|downloads|calls|screenings|referrals|appointments|jobs|petitions"
    r"|questionnaires|schemes|events|questions|posts|suggestions|checks|homes|trees|contributions|transactions)"
)
_MADE = (
    r"(?:received|submitted|generated|produced|approved|implemented|adopted|accepted|completed|resolved|collected"
    r"|cast|funded|logged|posted|installed|fitted|built|planted|made|created|delivered|carried out|processed|raised"
    r"|awarded|issued|saw|handled|gathered)"
)
_DREW = (
    r"(?:attracted|attended by|reached|involved|engaged|brought together|drew|participation of|attendance of|drawing"
    r"|bringing together|visited by"
    r"|benefit(?:t)?ed|served|enrolled|trained|supported|helped|screened|recruited|gathered|vaccinated|mobili[sz]ed"
    r"|turnout of|taught|contacted by|joined by)"
)
_COUNT = (
    r"(?<![\w.,£$€/\[])(?!(?:19|20)\d\d\b)(?:\d{1,3}(?:[,. ]\d{3}){1,4}"
    r"|(?:\d{1,9}[-–])?\d{1,9}(?:\.\d{1,3} (?=million))?)(?![\d%]|\.\d| ?(?:%|per ?cent))"
    r"(?: (?:million|thousand|hundred))?"
    r"|\b(?:(?:several |many )?(?:dozens|hundreds|thousands) of|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety"
    r"|(?:a|one|two|three|four|five|six) (?:hundred|thousand|dozen))(?:[- ]\w+)?)"
)
_UP_TO = r"(?:[\w'’-]+ ){0,3}?"
_CHANGED = [
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        rf"(?P<said>\bbefore\b).{{0,40}}?(?P<figure>{_SHARE}.{{0,30}}?\bafter\b.{{0,40}}?{_SHARE})",
        (
            rf"(?P<said>{_CHANGE}).{{0,120}}?(?P<figure>\bfrom (?:\w+ ){{0,2}}?[£$€]?{_NUMBER}.{{0,40}}?\bto (?:\w+ "
            rf"){{0,2}}?[£$€]?{_NUMBER}\s?(?:%|per ?cent)?|{_SIZE})"
        ),
        rf"(?P<figure>{_SIZE}).{{0,80}}?(?P<said>{_CHANGE})",
        r"(?P<figure>\b(?:more than |nearly |almost |over )?(?:doubled|halved|trebled|tripled|quadrupled)\b)(?P<said>)",
        rf"(?P<said>\bfrom )(?P<figure>{_SHARE}.{{0,60}}?\b(?:to|but by)\b.{{0,40}}?{_SHARE})",
    )
]
_IN_BRACKETS = re.compile(rf"(?P<figure>\((?:from )?{_SHARE} to {_SHARE})(?P<said>)\)", re.IGNORECASE)
_OF_BASE = [
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        rf"(?P<said>vote of )(?P<figure>{_SHARE}(?: to {_SHARE})?)",
        rf"(?P<figure>{_SHARE}.{{0,60}}?\b(?:against|up from|down from)\b.{{0,30}}?{_SHARE})(?P<said>)",
        (
            rf"(?P<said>(?:participation|take-?up|uptake|turn-?out|attendance|satisfaction"
            rf"|coverage)(?: \w+)? (?:reache[ds]|was|of)) (?:\w+ ){{0,2}}?(?P<figure>{_SHARE})"
        ),
        (
            rf"(?P<figure>{_SHARE}) (?P<said>support|approval|satisfaction|turn-?out"
            r"|(?:response|return|completion) rate"
            rf"|of (?:the )?votes?|in favou?r)\b"
        ),
        rf"(?P<figure>{_SHARE})(?P<said> of (?:the |all |those |these |our |its |their )?{_UP_TO}{_OWN}\b)",
        rf"(?P<figure>{_SHARE})[^.;]{{0,70}}?\b(?P<said>{_SAID}|{_CAME}|{_FOUND})\b",
        (
            rf"\b(?P<said>{_SAID}|passed|approved|supported|won|backed|rejected|attended)\b (?:by "
            rf"|with )?(?:[\w-]+ ){{0,4}}?(?P<figure>{_SHARE})"
        ),
        rf"(?P<figure>{_SHARE})(?P<said> of (?:all |the )?(?:[\w-]+ ){{1,4}}?(?:(?:is|are|were|was) now|now|online)\b)",
        rf"(?P<said>\bnow (?:[\w-]+ ){{0,3}}?)(?P<figure>{_SHARE} of)",
    )
]
_COUNTED = [
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        (
            rf"(?P<figure>{_COUNT})(?: of (?:them|whom|these|those))? (?P<said>attended|responded|replied|took part"
            rf"|participated|voted|registered(?! (?:voters|residents|users))|completed|turned (?:up|out))\b"
        ),
        rf"\b(?P<said>number of (?:active )?participants)(?: \([^)]{{0,20}}\))?(?: ?:| was| is) (?P<figure>{_COUNT})",
        rf"(?P<figure>{_COUNT}) (?P<said>(?:unique )?(?:visitors|visits|page ?views)) (?:were|was|have|had)\b",
        rf"(?P<figure>{_COUNT}) {_UP_TO}{_ANYBODY}\b(?: \([^)]{{0,40}}\))?[^.;\d]{{0,60}}?\b(?P<said>{_CAME})\b",
        rf"\b(?P<said>{_DREW})\b[^.;]{{0,50}}?(?P<figure>{_COUNT}) {_UP_TO}{_ANYBODY}\b",
        (
            rf"(?P<figure>{_COUNT}) {_UP_TO}{_ITEMS}\b[^.;]{{0,40}}?\b(?:were|was|been"
            rf"|being) (?:\w+ ){{0,2}}?(?P<said>{_MADE})\b"
        ),
        rf"\b(?P<said>{_MADE})\b (?:[\w-]+ ){{0,4}}?(?P<figure>{_COUNT}) {_UP_TO}{_ITEMS}\b",
        (
            rf"(?P<said>\b(?:attracted|drew|saw|received|recorded"
            rf"|had) )(?:[\w-]+ ){{0,3}}?(?P<figure>{_COUNT}) {_UP_TO}(?:visit\w*|views|hits|users)\b"
        ),
    )
]
#: A sentence with one of these tells how things stand in general, or stood before.
_CONTEXT = re.compile(
    r"\b(?:census|estimated to be|are spoken|population|prevalence|national(?:ly)? (?:data|average|rates?)"
    r"|presents? with|nationwide|worldwide|unemployment|inflation|gdp|literacy|poverty|per capita|immigrants"
    r"|(?:is|are) (?:\w+ )?(?:\w+ )?times (?:more|less)|mortality rates?|life expectancy|of Americans"
    r"|American adults|Pew|baseline survey|century)\b"
    r"|^(?:[Ii]n|[Bb]y|[Bb]efore) (?:\w+ )?(?:19|20)\d\d,? (?:only|just|fewer than|less than)\b"
    r"|^(?:[Bb]efore|[Pp]rior to|[Pp]reviously)\b|\b(?:one|1) in (?:\w+|\d+) (?:people|women|men|adults"
    r"|children) (?:has|have|is|are|will|live)",
)
#: Before a figure: it is a rule, a plan or a supposition.
_RULE = re.compile(
    r"\b(?:at least|at most|no (?:more|less|fewer) than|minimum|maximum|must|shall|should|requir\w+|needs? (?:to|a"
    r"|at)|if|threshold"
    r"|quorum|up to|would|could|can|may|each|every|per|consist\w*|compos\w+|made up of|comprise[ds]?|unless"
    r"|target(?:ed)?|aim(?:s|ed)?|goal|groups of|eligible|expect(?:s|ed)?|invit\w+|includes|open to (?:all|any|up)"
    r"|estimated"
    r"|between \d[\d,.]* and|ages?|aged|worth|means|asked the|percent chance|whether|unclear|core group|(?:team|staff"
    r"|committee) of)\b[^.;]{0,50}$",
    re.IGNORECASE,
)
#: Before a figure that only numbers something.
_NUMBERS_A_THING = re.compile(
    (
        r"\b(?:day|phase|part|section|measure|scenario|article|figure|table|number|step|stage|year|round|group|week"
        r"|module)s? $"
    ),
    re.IGNORECASE,
)
#: Beside a share: it is one of money.
_MONEY = re.compile(
    r"\b(?:tax(?:es)?|price|fees?|rents?|wages?|salar\w+|interest rates?|budgets?|revenue|income|financ\w+|funds?"
    r"|funding|gdp"
    r"|expenditures?|spending|investment|costs? of)\b",
    re.IGNORECASE,
)
#: After a figure: what it says of people is who they are, no result.
_WHO_THEY_ARE = re.compile(
    r"^[^.;]{0,60}?\b(?:earned|had been residents|had (?:an?|no|some|never)|did not have|identified (?:as"
    r"|themselves)|lived|owned|came from"
    r"|represented|selection|younger than|older than|supporters)\b"
    r"|^[^.;,]{0,100}?\b(?:were|was|are|is|being|comprised?|be)\b (?:\w+ ){0,3}?(?:women|men|female|male|white|black"
    r"|hispanic"
    r"|latino|asian|aged|under|over|between|from|randomly|selected|chosen|appointed|elected|experts|students|married"
    r"|young|old(?:er)?|years|living|born|residents|citizens|members|unemployed|retired|employed|drawn|eligible)\b"
    r"|^[^.;]{0,30}? (?:women|men|female|male|white|black|hispanic|latino|asian|african)s?\b[,;)]",
    re.IGNORECASE,
)
#: One of these, or a digit, is in whatever has a figure.
_SIZES = frozenset("from point points fold times half third quarter doubled halved trebled tripled quadrupled".split())
_DIGIT = re.compile(r"\d")
_NUMERALS = frozenset(
    """
    one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty
    seventy eighty ninety hundred hundreds thousand thousands dozen dozens half third thirds quarter
    quarters fifth fifths doubled halved trebled tripled quadrupled
    """.split()
)
_SHARES = re.compile(_SHARE, re.IGNORECASE)
_COUNTS = re.compile(_COUNT, re.IGNORECASE)
#: One of these is in whatever tells of change.
_CHANGES = frozenset(
    """
    increased increasing increase increases reduced reduces reducing reduction reductions decreased
    decreasing decrease decreases improved improving improvement improvements raised raising lowered
    lowering rose risen rise fell fallen fall grew grown dropped drop cut went doubled halved trebled
    tripled quadrupled likely than compared up down versus against change changed saved saving savings
    from before
    """.split()
)
_OPINION = re.compile(
    r"\b(?:support\w*|favou?r\w*|opinions?|voted?|agree\w*|sav(?:ed|ings?)|opposed?)\b", re.IGNORECASE
)
#: How many of those asked came is how people were found.
_FOUND_PEOPLE = re.compile(r"\b(?:mobili[sz]ation|recruitment|acceptance) rates? (?:was|were|of)\b", re.IGNORECASE)
#: With a share of people: how many answered or joined, or what they would like to be done, is no effect of the work.
_OF_NO_CHANGE = re.compile(
    r"\b(?:(?:response|return|joining) rates?|(?:agreed|felt|thought|believed) that [^.;]{0,60} should"
    r"|(?:were|was) (?:sent|contacted)"
    r"|recruited|wanted|preferred|would prefer|undecided|randomly|invitations?|joining the panel"
    r"|(?:said|answered) (?:yes|no)|consider(?:ed)? themselves)\b(?! to (?:get|be) involved)",
    re.IGNORECASE,
)
#: Between a figure and a plan: the plan is another matter, or what people said.
_APART = re.compile(rf"[;]|, and\b|\b{_SAID}\b", re.IGNORECASE)
_NEAR = 40  # characters between a figure and 'will' that still makes it a plan


def figures_in(sentence: str, words: set[str]) -> tuple[Outcome, tuple[Span, ...]] | None:
    """Whether a sentence states a 'measured' result or a bare 'figure', and the words that decide it; None if neither.

    ``words`` are those of the sentence in lower case: they say quickly that it can state none, as most do.
    """
    found = _figures(sentence, words)
    return None if found and (_CONTEXT.search(sentence) or _FOUND_PEOPLE.search(sentence)) else found


def _figures(sentence: str, words: set[str]) -> tuple[Outcome, tuple[Span, ...]] | None:
    has_digit = bool(_DIGIT.search(sentence))
    if not has_digit and words.isdisjoint(_NUMERALS):
        return None
    has_share = bool(_SHARES.search(sentence))
    if has_share and (spans := _deciding(sentence, [_IN_BRACKETS])):
        return "measured", spans
    has_size = has_share or not words.isdisjoint(_SIZES)
    if has_size and not words.isdisjoint(_CHANGES) and (spans := _deciding(sentence, _CHANGED)):
        return "measured", spans
    if has_share and (spans := _deciding(sentence, _OF_BASE)):
        return ("figure" if _OF_NO_CHANGE.search(sentence) else "measured"), spans
    if _COUNTS.search(sentence) and (spans := _deciding(sentence, _COUNTED)):
        return "figure", spans
    return None


def _deciding(sentence: str, patterns: list[re.Pattern[str]]) -> tuple[Span, ...]:
    """The figures, and what makes results of them, by the first of the patterns that finds any."""
    for pattern in patterns:
        spans = {
            match.span(name)
            for match in pattern.finditer(sentence)
            if _is_result(sentence, match)
            for name in ("figure", "said")
            if match[name].strip()
        }
        if spans:
            return _merged(sentence, sorted(spans))
    return ()


def _is_result(sentence: str, match: re.Match[str]) -> bool:
    start, end = match.span("figure")
    before = max(0, start - 60), start
    if _RULE.search(sentence, *before) or _NUMBERS_A_THING.search(sentence, *before):
        return False
    if _WHO_THEY_ARE.match(sentence[end:]):
        return False
    is_share = not _COUNTS.fullmatch(match["figure"])
    if (
        is_share
        and _MONEY.search(sentence, max(0, match.start() - 20), match.end() + 20)
        and not _OPINION.search(sentence)
    ):
        return False
    plan = plan_in(sentence)
    if plan is None:
        return True
    between = sentence[min(start, plan[0]) : max(start, plan[0])]
    return start < plan[0] and (plan[0] - end > _NEAR or bool(_APART.search(between)))


def _merged(sentence: str, spans: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for start, end in (trimmed(sentence, *span) for span in spans):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)
