"""Questions that nothing here answered, or not well: what a library's curator sees of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from rag.ask.query.filter_words import filter_text
from rag.evaluation.questions.from_gaps import GapQuestions
from rag.explore.gaps.file import GapKind
from rag.explore.gaps.summary import Gap, GapSummary
from rag.present.wording import STATUS_LABELS, counted, uncovered
from rag.types import Span
from rag.web.ask.answer_html import attribute, paragraph, source_button
from rag.web.gaps.tables import HEADS, address, both_table, groups_table

#: Where the words of a wrong citation stand in their document: (source, quote) -> spans; None if there is none.
QuotePlaces = Mapping[tuple[str, str], Sequence[Span] | None]

_ABOUT = (
    "Questions that nothing here answered, and answers that were marked as not helpful or as citing wrongly: "
    "what the library lacks, by topic and by group of people."
)
_NONE_YET = (
    "Nothing here yet. When a question finds no answer, or somebody marks an answer as not helpful or a citation as "
    'wrong, it is listed here. <a href="#ask">Ask something</a>'
)
_KEEPING = "Questions that are not answered are kept on this computer, to see what the library lacks."
_NOTED = "Noted on this computer. Thank you."
_TAKEN_BACK = "Taken back: nothing of it is kept."
_STOPPED = 'Questions are not kept any more. <a href="#gaps">Change this</a>'
_KEPT_OFF = 'Not noted: you stopped keeping questions. <a href="#gaps">Change this</a>'

_MARKS: dict[GapKind, str] = {
    "refused": "not answered",
    "unhelpful": "marked not helpful",
    "wrong citation": "citation marked wrong",
    "helpful": "marked helpful",
}
_MONTHS = "January February March April May June July August September October November December".split()
_TIMES = {1: "once", 2: "twice"}


def gaps_html() -> str:
    """The frame of the view; its script fills it. The templates are what is said below answers."""
    return f"""
<h2 tabindex="-1">What people ask that is not here</h2><p class="about">{_ABOUT}
<a href="#tests">Back to the test questions</a></p>
<label class="choice keeping"><input type="checkbox" name="keep-gaps" checked>
  <span>Keep questions that are not answered, and what is marked below answers</span></label>
<p class="facts">Your choice in this browser. Nothing leaves this computer.</p>
<div class="told" role="status"></div>
<div class="asked-for"><p class="waiting">Opening …</p></div>
<template class="kept-here"><p class="kept-here">{_KEEPING}
  <button type="button" class="link" data-stop-keeping>Stop keeping them</button></p></template>
<template class="stopped"><p class="kept-here" tabindex="-1">{_STOPPED}</p></template>
<template class="kept-off">{_KEPT_OFF}</template>
<template class="taken-back">{_TAKEN_BACK}</template>
<template class="beside"><span class="judged" role="status"></span></template>
<template class="forgotten">Everything that was kept is deleted.</template>
""".strip()


def noted_html(*, kept: bool) -> str:
    """What is said of a mark; ``kept`` is False where the settings keep nothing."""
    return _NOTED if kept else "Not noted: PRECEDENT_GAPS says that nothing is kept."


def summary_html(summary: GapSummary, path: str, damaged: int) -> str:
    """How much there is, what can be done with it, and by topic and group what was asked."""
    parts = [
        f'<p class="facts">Kept in <span class="file" dir="auto">{escape(path)}</span></p>',
        f'<p class="problem">{damaged_text(damaged)}</p>' if damaged else "",
    ]
    if not summary.gaps:
        answered = f'<p class="note">{_answered_text(summary.answered)}</p>' if summary.answered else ""
        forget = _tools(0) if summary.answered or damaged else ""
        return "".join([*parts, f'<p class="empty">{_NONE_YET}</p>', answered, forget])
    parts += [f'<p class="total">{total_text(summary)}</p>', _tools(len(summary.gaps))]
    parts.append(groups_table("By topic", "Topic", "topic", summary.topics))
    parts.append(groups_table("By group of people", "Group", "community", summary.communities))
    if len(summary.topics) > 1 and len(summary.communities) > 1:
        parts.append(both_table(summary))
    return "".join(parts)


def not_kept_html() -> str:
    """What the view shows where the settings say that nothing is kept."""
    return (
        '<p class="empty">Nothing is kept: PRECEDENT_GAPS says so. Take that setting away, or name a file with it, '
        "and start the program again.</p>"
    )


def damaged_text(damaged: int) -> str:
    """How many lines of the file were passed over; '' if none were."""
    were = "line of the file can’t be read and was" if damaged == 1 else "lines of the file can’t be read and were"
    return f"{damaged:,} {were} passed over." if damaged else ""


def total_text(summary: GapSummary) -> str:
    """How many questions there are, and what was noted of them."""
    totals = {kind: sum(gap.counts[kind] for gap in summary.gaps) for kind in HEADS}
    told = [f"{_MARKS[kind]} {_times(total)}" for kind, total in totals.items() if total]
    answered = f" {_answered_text(summary.answered)}" if summary.answered else ""
    return f"{counted(len(summary.gaps), 'question')}: {', '.join(told)}.{answered}"


def _answered_text(answered: int) -> str:
    which = "1 more question is" if answered == 1 else f"{answered:,} more questions are"
    return f"{which} left out, marked helpful at least as often as anything spoke against the answers."


def _tools(questions: int) -> str:
    many = f"{counted(questions, 'question')} and every mark" if questions else "every mark"
    save = '<button type="button" class="quiet" data-save-gaps>Save as a question set</button>' if questions else ""
    return f"""<div class="tools">{save}
<button type="button" class="quiet" data-forget-first>Forget all</button></div>
<div class="sure" hidden><p>This deletes {many} from this computer, and the questions that were not
answered from the evidence pack of this browser. It can’t be undone.</p><div class="tools">
<button type="button" class="quiet" data-forget-gaps>Forget all</button>
<button type="button" class="quiet" data-keep-gaps>Keep them</button></div></div>"""


def gaps_heading_html(found: int, topic: str, community: str) -> str:
    """Over the list: all of them, or which; with a way back to all."""
    chosen = ", ".join(f"‘{escape(label)}’" for label in (topic, community) if label)
    everything = ' <a href="#gaps">Show all</a>' if chosen else ""
    of = f" of {chosen}" if chosen else ", newest first"
    return f'<h3 class="listed" tabindex="-1">{counted(found, "question")}{of}{everything}</h3>'


def gap_html(gap: Gap, places: QuotePlaces) -> str:
    """One question: what was noted of it, what the library lacks, and what can be done. Its place in the list is that
    of an answer in the conversation: what marks passages reads what was asked from it.
    """
    latest = gap.latest
    asked = {
        "question": latest.question,
        "searched": latest.searched or latest.question,
        "quoted": [],
        "answered": False,
    }
    filters = ", ".join(filter_text(want) for want in latest.filters)
    named = escape(latest.question)
    about = " · ".join([*gap.topics, *gap.communities])
    return (
        f'<li class="turn" data-gap="{gap.key}" data-history="{escape(json.dumps(latest.history))}">'
        f"{''.join(paragraph('facts', f'after: {earlier}') for earlier in latest.history)}"
        f'<h4 dir="auto">{named}</h4><p class="status" data-status="{latest.status}">{STATUS_LABELS[latest.status]}</p>'
        f'<p class="facts">{marks_text(gap)} · <time datetime="{escape(latest.time)}">'
        f"{escape(_day(latest.time))}</time></p>{paragraph('facts', about)}{paragraph('note', uncovered(gap.missing))}"
        f"{paragraph('facts', f'Asked with filters: {filters}' if filters else '')}"
        f"{''.join(_wrong(*citation, places.get(citation)) for citation in gap.wrong)}"
        f'<div class="tools" data-asked="{escape(json.dumps(asked, ensure_ascii=False))}">'
        f'<a href="{escape(_again(gap))}" data-checking="{named}">Ask it again</a>'
        f'<button type="button" class="link" data-should aria-label="This should have found …: {named}">'
        "This should have found …</button>"
        f'<button type="button" class="link" data-drop-gap aria-label="Remove: {named}">Remove</button></div>'
        '<div class="kept" role="status"></div></li>'
    )


def _again(gap: Gap) -> str:
    latest = gap.latest
    before = [("after", question) for question in latest.history]
    filters = [(str(want.kind), want.value) for want in latest.filters]
    return address("ask", [("q", latest.question), *before, *filters])


def _wrong(source: str, quote: str, spans: Sequence[Span] | None) -> str:
    where = f'<span class="file" dir="auto">{escape(source)}</span>'
    if spans is not None:
        where = source_button("link minor", source, spans, source, label=f"Open {source} at these words")
    gone = ' <span class="facts">(not in the library any more)</span>' if spans is None else ""
    return (
        f'<p class="note">This citation was marked as wrong:</p><blockquote dir="auto"><p>{escape(quote)}</p>'
        f"</blockquote><p>{where}{gone}</p>"
    )


def marks_text(gap: Gap) -> str:
    """What was noted of a question, and how often."""
    told = [f"{_MARKS[kind]} {_times(gap.counts[kind])}" for kind in _MARKS if gap.counts[kind]]
    return ", ".join(told).capitalize()


def _times(count: int) -> str:
    return _TIMES.get(count, f"{count:,} times")


def _day(time: str) -> str:
    """The day of an ISO time: '3 May 2026'; of anything else its beginning."""
    try:
        day = datetime.fromisoformat(time)
    except ValueError:
        return time[:10]
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def more_gaps_html(left: int) -> str:
    """Leads to the questions that are not listed yet; '' if there are none."""
    if left <= 0:
        return ""
    return f'<button type="button" class="quiet" data-more-gaps>Show more ({left:,} left)</button>'


def dropped_html(gap_key: str, question: str) -> str:
    """What stands in place of a question that was removed."""
    return (
        f'<p>Removed: <span dir="auto">{escape(question)}</span></p><div class="tools">'
        f'<button type="button" class="quiet" data-restore-gap="{attribute(gap_key)}">Undo</button></div>'
        '<div class="kept" role="status"></div>'
    )


def exported_text(exported: GapQuestions) -> str:
    """What a saved question set holds, and what was left out and why."""
    n = len(exported.questions)
    told = [
        f"{counted(n, 'question')} saved: each is to be refused until a document answers it. "
        "‘rag eval’ reads the file and tells which are answered now."
        if n
        else "Nothing to save: no question was refused without filters."
    ]
    if exported.answered:
        told.append(
            f"{counted(exported.answered, 'question')} left out because there was an answer, not a good one: choose "
            "‘This should have found …’ to mark the words that are right, which keeps it with the test questions."
        )
    if exported.filtered:
        told.append(f"{counted(exported.filtered, 'question')} left out because filters limited the search.")
    return " ".join(told)


def gaps_text(summary: GapSummary, path: str, damaged: int = 0) -> str:
    """The summary for a terminal: totals, topics, groups of people, then the questions, newest first."""
    lines = [f"Kept in {path}", *filter(None, [damaged_text(damaged)])]
    if not summary.gaps:
        return "\n".join([*lines, "No question is noted that was not answered, or not well."])
    lines += [total_text(summary)]
    for title, groups in (("By topic", summary.topics), ("By group of people", summary.communities)):
        lines += ["", title]
        lines += [f"  {len(group.gaps):>5,}  {group.label}" for group in groups]
    lines += ["", "Questions, newest first"]
    for gap in summary.gaps:
        lines += [f"  {gap.latest.time[:10]:10}  {' '.join(gap.latest.question.split())}"]
        lines += [f"              {marks_text(gap)}"]
        lines += [f"              {uncovered(gap.missing)}"] if gap.missing else []
    return "\n".join(lines)
