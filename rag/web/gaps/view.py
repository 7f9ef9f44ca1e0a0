"""Questions that nothing here answered, or not well: what a library's curator sees of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup

from rag.ask.query.filter_words import filter_text
from rag.evaluation.questions.from_gaps import GapQuestions
from rag.explore.gaps.file import GapKind
from rag.explore.gaps.summary import Gap, GapSummary
from rag.present.wording import STATUS_LABELS, counted, uncovered
from rag.text.templates import render
from rag.types import Span

#: Where the words of a wrong citation stand in their document: (source, quote) -> spans; None if there is none.
QuotePlaces = Mapping[tuple[str, str], Sequence[Span] | None]

#: What is counted by topic and group of people, and what its column is called.
_HEADS: dict[GapKind, str] = {
    "refused": "Not answered",
    "unhelpful": "Not helpful",
    "wrong citation": "Wrong citation",
}
_MARKS: dict[GapKind, str] = {
    "refused": "not answered",
    "unhelpful": "marked not helpful",
    "wrong citation": "citation marked wrong",
    "helpful": "marked helpful",
}
_TIMES = {1: "once", 2: "twice"}


def summary_html(summary: GapSummary, path: str, damaged: int) -> Markup:
    """How much there is, what can be done with it, and by topic and group what was asked."""
    return render(
        "web/gaps/summary.html",
        "summary",
        summary=summary,
        path=path,
        damaged=damaged_text(damaged),
        total=total_text(summary) if summary.gaps else "",
        answered=_answered_text(summary.answered) if summary.answered else "",
        questions=counted(len(summary.gaps), "question"),
        heads=_HEADS,
    )


def damaged_text(damaged: int) -> str:
    """How many lines of the file were passed over; '' if none were."""
    were = "line of the file can’t be read and was" if damaged == 1 else "lines of the file can’t be read and were"
    return f"{damaged:,} {were} passed over." if damaged else ""


def total_text(summary: GapSummary) -> str:
    """How many questions there are, and what was noted of them."""
    totals = {kind: sum(gap.counts[kind] for gap in summary.gaps) for kind in _HEADS}
    told = [f"{_MARKS[kind]} {_times(total)}" for kind, total in totals.items() if total]
    answered = f" {_answered_text(summary.answered)}" if summary.answered else ""
    return f"{counted(len(summary.gaps), 'question')}: {', '.join(told)}.{answered}"


def _answered_text(answered: int) -> str:
    which = "1 more question is" if answered == 1 else f"{answered:,} more questions are"
    return f"{which} left out, marked helpful at least as often as anything spoke against the answers."


def gap_html(gap: Gap, places: QuotePlaces) -> Markup:
    """One question: what was noted of it, what the library lacks, and what can be done."""
    latest = gap.latest
    return render(
        "web/gaps/listed.html",
        "question",
        gap=gap,
        status=STATUS_LABELS[latest.status],
        marks=marks_text(gap),
        day=_day(latest.time),
        missing=uncovered(gap.missing),
        filters=", ".join(map(filter_text, latest.filters)),
        wrong=[(*citation, places.get(citation)) for citation in gap.wrong],
        asked={
            "question": latest.question,
            "searched": latest.searched or latest.question,
            "quoted": [],
            "answered": False,
        },
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
    return f"{day.day} {day:%B %Y}"


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
