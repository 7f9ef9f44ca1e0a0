"""The second view of the page: the test questions, what checking them found, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from rag.evaluation.metrics.answers import Evaluation, Result
from rag.evaluation.questions.curated_file import key_of
from rag.evaluation.questions.sets import Gold, Question, Record
from rag.present.wording import counted
from rag.types import Span
from rag.web.ask.answer_html import source_button
from rag.web.questions.background_checks import compared

_ABOUT = (
    "A test question is one you know the answer to: with the words that should be found, or with none because nothing "
    "here answers it. Checking them all shows whether answers are still right after documents or settings changed."
)
_NONE_YET = (
    "No test questions yet. Ask something in the conversation, then choose ‘This should have found …’ below the answer "
    "and mark the passage that answers it. If the answer is right, ‘This is right: keep it’ does it with one click."
)
_SHOWN_PASSAGES = 3  # of a missed question
_SNIPPET = 300  # characters

#: Where the words of a piece of evidence stand in its document; () if they don't, None if there is no such document.
Places = Mapping[Gold, tuple[Span, ...] | None]


def questions_html(
    questions: Sequence[Question],
    where: str,
    places: Places,
    *,
    latest: Evaluation | None = None,
    previous: Evaluation | None = None,
    problem: str = "",
) -> str:
    """The whole view. ``where`` names the file of the questions; ``problem`` says why it or the last check failed."""
    results = {result.question: result for result in latest.results} if latest else {}
    rows = "".join(_question(question, places, results.get(question)) for question in questions)
    only = latest.misses if latest else ()
    return "".join(
        [
            f'<h2 tabindex="-1">Test questions</h2><p class="about">{_ABOUT}</p>',
            '<p class="facts"><a href="#gaps">What people ask that is not here</a></p>',
            f'<p class="facts"><span class="count">{"" if problem and not questions else count_text(questions)}</span> '
            f'<span class="file">{escape(where)}</span></p>',
            f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else "",
            _tools(bool(questions), latest is not None),
            '<div class="progress" hidden><progress max="1" value="0" aria-label="Questions checked"></progress>'
            '<p></p></div><div class="kept" role="status"></div>',
            _check(latest, previous) if latest else "",
            "" if questions or problem else f'<p class="empty">{_NONE_YET}</p>',
            _ONLY_MISSED if only and questions else "",
            f'<ol class="questions">{rows}</ol>' if questions else "",
        ]
    )


def count_text(questions: Sequence[Question]) -> str:
    """How many questions there are, and of which sort."""
    if not questions:
        return "No questions."
    answerable = sum(question.answerable for question in questions)
    return (
        f"{counted(len(questions), 'question')}: {answerable} with an answer here, "
        f"{len(questions) - answerable} that should be refused."
    )


def progress_text(done: int, total: int) -> str:
    """How far a check is."""
    return f"Checking: {done:,} of {counted(total, 'question')} done"


def checked_text(latest: Evaluation) -> str:
    """That a check came to an end, and how many questions it found missed."""
    n = len(latest.misses)
    return f"{counted(len(latest.results), 'question')} checked: {n or 'none'} missed."


def removed_html(question: Question) -> str:
    """What stands in place of a question that was taken out."""
    return (
        f'<p>Removed: <span dir="auto">{escape(question.question)}</span></p>'
        f'<div class="tools"><button type="button" class="quiet" data-restore="{escape(key_of(question))}">'
        'Undo</button></div><div class="why" role="alert"></div>'
    )


def outcome(result: Result) -> str:
    """How a question fared, in a few words."""
    if not result.question.answerable:
        return "Answered, though nothing here answers it" if result.missed else "Rightly refused"
    scores = result.scores
    if scores["false_refusal"]:
        said = "Wrongly refused"
    elif result.missed:
        said = "Other words quoted"
    else:
        said = "Right quote first" if scores["first_citation_right"] else "Right quote, but not first"
    return f"{said} · {_found(result)}"


def _found(result: Result) -> str:
    return f"evidence in passage {result.rank}" if result.rank else "evidence in none of the passages found"


def _tools(questions: bool, checked: bool) -> str:
    buttons = [
        '<button type="button" class="primary" data-check>Check all questions</button>' if questions else "",
        '<button type="button" class="quiet" data-should>New question</button>',
        _download("questions", "Download the questions") if questions else "",
        _download("report", "Download the report") if checked else "",
    ]
    return f'<div class="tools">{"".join(buttons)}</div>'


def _download(what: str, label: str) -> str:
    return f'<button type="button" class="quiet" data-download="{what}">{label}</button>'


_ONLY_MISSED = (
    '<label class="choice only"><input type="checkbox" name="only"><span>Show only what was missed</span></label>'
)


def _check(latest: Evaluation, previous: Evaluation | None) -> str:
    """What a check found: figures in plain words, what changed, the report to unfold."""
    answerable = [result for result in latest.results if result.question.answerable]
    others = [result for result in latest.results if not result.question.answerable]
    parts = ['<section class="check" aria-label="Result of the check">']
    if answerable:
        parts.append(f"<h3>Of {counted(len(answerable), 'question')} with an answer here</h3>")
        parts.append(_figures(answerable, _ANSWERABLE))
    if others:
        parts.append(f"<h3>Of {counted(len(others), 'question')} that should be refused</h3>")
        parts.append(_figures(others, {"abstained": "rightly refused"}))
    parts.append(_changes(previous, latest) if previous else "")
    parts.append(
        '<details class="report"><summary>Full report</summary>'
        '<iframe title="Full report of the check" sandbox=""></iframe></details></section>'
    )
    return "".join(parts)


_ANSWERABLE = {
    "hit@1": "evidence in the first passage",
    "hit@5": "evidence in the first five",
    "first_citation_right": "right words quoted first",
    "false_refusal": "wrongly refused",
}


def _figures(results: Sequence[Result], names: Mapping[str, str]) -> str:
    rows = [(label, sum(result.scores[name] for result in results)) for name, label in names.items()]
    cells = "".join(f"<div><dt>{label}</dt><dd>{n:.0f} <span>of {len(results)}</span></dd></div>" for label, n in rows)
    return f'<dl class="figures">{cells}</dl>'


def _changes(previous: Evaluation, latest: Evaluation) -> str:
    better, worse = compared(previous, latest)
    if not better and not worse:
        return '<p class="note">No question fares better or worse than at the check before.</p>'
    parts = ["<h3>Since the check before</h3>"]
    for label, pairs in (("Better", better), ("Worse", worse)):
        rows = "".join(
            f'<li><span dir="auto">{escape(new.question.question)}</span>'
            f'<span class="facts">{outcome(old)} → {outcome(new)}</span></li>'
            for old, new in pairs
        )
        parts.append(f'<h4>{label}: {len(pairs)}</h4><ul class="changes">{rows}</ul>')
    return "".join(parts)


def _question(question: Question, places: Places, result: Result | None) -> str:
    history = "".join(f'<p class="facts" dir="auto">after: {escape(earlier)}</p>' for earlier in question.history)
    kind = escape(" · ".join([str(question.id), question.kind]))
    expected = "".join(_gold(gold, places) for gold in question.evidence)
    if not question.answerable:
        expected = '<p class="note">Should be refused: nothing here answers it.</p>'
    tone = "" if result is None else "missed" if result.missed else "met"
    return (
        f'<li class="{tone}" data-key="{escape(key_of(question))}">'
        f'{history}<h3 dir="auto">{escape(question.question)}</h3><p class="facts">{kind}</p>'
        f"{_outcome(result, tone) if result else ''}{expected}{_instead(result) if result and result.missed else ''}"
        '<div class="tools"><button type="button" class="quiet" data-remove '
        f'aria-label="Remove: {escape(question.question)}">Remove</button></div>'
        '<div class="why" role="alert"></div></li>'
    )


def _outcome(result: Result, tone: str) -> str:
    return f'<p class="outcome" data-tone="{tone}">{outcome(result)}</p>'


def _gold(gold: Gold, places: Places) -> str:
    found = places.get(gold)
    where = f'<span class="file">{escape(gold.source)}</span>'
    if found is not None:
        where = source_button("link minor", gold.source, found, gold.source, label=f"Open {gold.source} at these words")
    warning = ""
    if found is None:
        warning = "This document is not in the library."
    elif not found:
        warning = "These words are not in the document as it is now."
    return (
        f'<blockquote dir="auto"><p>{escape(gold.quote)}</p></blockquote><p class="place">{where}'
        f"{f' <span class=problem>{warning}</span>' if warning else ''}</p>"
    )


def _instead(result: Result) -> str:
    """What a missed question got: what was quoted first and the passages that came first."""
    rows = [("Quoted first", citation, "quote") for citation in result.answer.get("citations", ())[:1]]
    passages = result.answer.get("passages", ())[:_SHOWN_PASSAGES]
    rows += [(f"Passage {rank}", passage, "text") for rank, passage in enumerate(passages, 1)]
    if not rows:
        return ""
    listed = "".join(
        f'<li><span class="facts">{label} · {_record_button(record)}</span>'
        f'<p dir="auto">{escape(_brief(str(record.get(words, ""))))}</p></li>'
        for label, record, words in rows
    )
    return f'<details class="instead"><summary>What came instead</summary><ul>{listed}</ul></details>'


def _record_button(record: Record) -> str:
    source = str(record.get("source", ""))
    spans = record.get("spans") or [[record.get("start", 0), record.get("end", 0)]]
    return source_button("link minor", source, [(start, end) for start, end in spans], source)


def _brief(text: str) -> str:
    return text if len(text) <= _SNIPPET else f"{text[:_SNIPPET].rstrip()} …"
