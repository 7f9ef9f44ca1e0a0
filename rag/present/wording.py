"""The sentences that text, Markdown and HTML share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.ask.query.filter_words import filter_text
from rag.ask.query.intent import asks_what_worked
from rag.present.fields import FIELD_NAMES
from rag.types import Answer, Citation, FilterKind, Note, NoteKind, Outcome, Role, Sought, Statement, Status

DESCRIPTION = "Ask case studies what worked elsewhere. Every quote is word for word, with its source."

#: The longest question the page answers, in characters.
MAX_QUESTION = 2000

STATUS_LABELS: dict[Status, str] = {
    "answered": "Answered",
    "closest": "Closest precedents",
    "none": "Nothing near",
}

#: What a source says came of the work.
OUTCOME_LABELS: dict[Outcome, str] = {
    "measured": "the source states a measured result",
    "figure": "the source gives a figure, without a comparison",
    "reported": "the source reports a result, without measuring it",
    "activity": "activity only: no measured result is stated",
    "planned": "planned only: not told as done",
    "unstated": "what came of it is not stated",
}

_SOUGHT: dict[Sought, str] = {
    "email": "what the e-mail address is",
    "phone": "what the phone number is",
    "funder": "who paid",
    "money": "how much money it was",
    "share": "what share it was",
    "duration": "how long it took",
    "frequency": "how often",
    "number": "how many",
    "date": "when",
}

#: What each kind of filter is called, in the order in which they stand.
FILTER_NAMES: dict[FilterKind, str] = {
    "place": "Place",
    "community": "For whom",
    "topic": "Topic",
    "setting": "Setting",
    "outcome": "Strength of outcome",
    "period": "Period",
    "source": "Source",
}

_NOTE_LABELS: dict[NoteKind, str] = {
    "planned": "Told as planned, not as done",
    "period": "When, in the source’s words",
    "published": "The source’s own date",
    "declared": "The source declares",
    "scanned": "Check the words against the page",
}

ROLE_LABELS: dict[Role, str] = {
    "account": "",
    "contact": "Contact",
    "callout": "Call to take part",
    "declaration": "Declaration",
    "caption": "Caption",
    "pointer": "Pointer",
    "date": "Date",
}

#: Bytes of the largest file that the page takes.
MAX_UPLOAD = 50_000_000

#: What a request is answered with that was not made to this machine's own names.
OTHER_HOST = "Precedent answers on its own machine alone: open the address that its terminal window names."

#: What a change is answered with that does not come from the page as it was served last.
PAGE_OUTDATED = "This page is older than the program behind it: reload the page, then try again."


def opening(answer: Answer) -> str:
    """What an answer opens with: of a refusal, that it is one, why, and what follows; of an answer about what worked,
    whether its cases state a measured result; else ''.
    """
    if answer.told and answer.status != "closest":
        return answer.told
    if answer.status == "answered":
        return results_told(answer)
    if answer.filters and not answer.passages:
        return answer.reason
    why = " ".join(filter(None, [uncovered(answer.missing), unstated(answer)]))
    if answer.status == "closest" and answer.statements:
        one, results = len(answer.statements) == 1, results_told(answer)
        follows = "The closest precedent follows." if one else "The closest precedents follow."
        colon = "The closest precedent is:" if one else "The closest precedents are:"
        sentences = [answer.told or "Nothing here clearly answers that.", why, follows if results else colon, results]
    else:
        sentences = ["Nothing found here answers that or comes near it.", why]
    return " ".join(filter(None, sentences))


def results_told(answer: Answer) -> str:
    """Of a question about what worked: how many of the cases shown state a measured result; '' of any other."""
    stated = [statement.evidence for statement in answer.statements if statement.evidence]
    if not stated or not asks_what_worked(answer.query.asked):
        return ""
    measured = stated.count("measured")
    if len(stated) == 1:
        return "This case states a measured result." if measured else "This case does not state a measured result."
    if not measured:
        return "None of these cases states a measured result."
    many = "Both" if measured == 2 else f"All {measured}"
    if measured == len(stated):
        return f"{many} of these cases state a measured result."
    return f"{measured} of these {len(stated)} cases {'states' if measured == 1 else 'state'} a measured result."


def limits(answer: Answer) -> str:
    """What the search was limited to, what came first and what was left out, in a line; '' if nothing of it."""
    told = [f"Only cases with: {', '.join(map(filter_text, answer.filters))}"] if answer.filters else []
    if answer.query.preferred:
        told.append(f"First, if they fit as well: {', '.join(map(filter_text, answer.query.preferred))}")
    if answer.query.excluded:
        told.append(f"Left out: {', '.join(each.words for each in answer.query.excluded)}")
    return ". ".join(told)


def unanswered(answer: Answer) -> str:
    """Which parts of an answered question nothing answers; '' if all are answered."""
    return f"Nothing here clearly answers: {' Nor: '.join(answer.unanswered)}" if answer.unanswered else ""


def remark(statement: Statement) -> str:
    """What kind of result the source states; '' where no case is told of."""
    return OUTCOME_LABELS[statement.evidence] if statement.evidence else ""


def note_text(note: Note) -> str:
    """What a reader must know beside a quote, in one line."""
    words = " ".join(note.words.split())
    return f"{_NOTE_LABELS[note.kind]}: {f'“{words}”' if note.kind in ('planned', 'declared') else words}"


def statements_with_notes(answer: Answer) -> list[tuple[Statement, list[str]]]:
    """The statements with their notes. A declaration is given in full once, then referred to."""
    declared: set[Note] = set()
    result = []
    for statement in answer.statements:
        notes = [
            f"{_NOTE_LABELS['declared']}: as above" if note in declared else note_text(note) for note in statement.notes
        ]
        declared.update(note for note in statement.notes if note.kind == "declared")
        result.append((statement, notes))
    return result


def uncovered(missing: Iterable[str]) -> str:
    """Which words of the question no passage covers; '' if all are covered."""
    *others, last = [f"‘{word}’" for word in missing] or [""]
    words = f"{', '.join(others)} or {last}" if others else last
    return f"None of the passages found mentions {words}." if words else ""


def unstated(answer: Answer) -> str:
    """That what is sought is nowhere stated near the question; '' where it is, or nothing of the kind is sought."""
    return f"The nearest case does not say {_SOUGHT[answer.lacking]}." if answer.lacking else ""


def searched(answer: Answer) -> str:
    """What was searched when it is not what was typed, else ''."""
    query = answer.query
    told = []
    if " ".join(query.text.split()) != " ".join(query.typed.split()):
        left_out = f", leaving out {' and '.join(each.words for each in query.excluded)}" if query.excluded else ""
        told.append(f"Searched for: {query.text.rstrip(' ?') if left_out else query.text}{left_out}")
    if query.carried:
        told[-1] += f" ({_quoted_list(query.carried)} taken over from the conversation)"
    told += [f"‘{typed}’ was read as ‘{meant}’" for typed, meant in query.corrected]
    told += [f"‘{word}’ also finds: {others}" for word, others in query.also]
    return ". ".join(told)


def _quoted_list(words: Iterable[str]) -> str:
    return ", ".join(f"‘{word}’" for word in words)


def told_as(citation: Citation) -> str:
    """What of a case's card a quote states, before it; '' where no card is the answer."""
    return f"{FIELD_NAMES[citation.field]}: " if citation.field else ""


def in_quotes(quote: str) -> str:
    """The quote in quotation marks, unless it brings its own."""
    return quote if quote.startswith("“") and quote.endswith("”") else f"“{quote}”"


def place_in(citation: Citation) -> str:
    """Where in the library a quote stands: title, page, section, file, and the other files that say the same."""
    section = f", ‘{citation.section}’" if citation.section and citation.section != citation.title else ""
    return f"{citation.title or citation.source}{section} ({files_of([citation])})"


def files_of(cited: Sequence[Citation]) -> str:
    """The file that citations of one source stand in, with their pages, and the other files that say the same."""
    pages = dict.fromkeys(citation.page for citation in cited if citation.page)
    also = dict.fromkeys(name for citation in cited for name in citation.also)
    where = ", ".join([cited[0].source, *pages])
    return f"{where}; also in {', '.join(also)}" if also else where


def sources(answer: Answer) -> list[tuple[list[Citation], str, str]]:
    """The cited sources in order of first citation: their citations, title and name."""
    by_source: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_source.setdefault(citation.source, []).append(citation)
    return [(cited, cited[0].title or source, source) for source, cited in by_source.items()]


def counted(n: int, one: str, many: str = "") -> str:
    """'1 passage', '2 passages'."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def question_too_long(length: int) -> str:
    """What a question that is too long gets for an answer."""
    return (
        f"That question is {length:,} characters long; this page reads up to {MAX_QUESTION:,}. "
        "Please ask it in a sentence or two."
    )


#: What an empty question gets for an answer.
NOTHING_TYPED = "Please type a question, for example one of those shown when the page opens."

#: What a question gets for an answer when the program itself failed.
PAGE_FAILED = (
    "That did not work: the program on this machine stopped or failed. If its terminal window is closed, "
    "start it again with ‘rag-ui’ and reload this page; otherwise the window shows what went wrong."
)


def no_picture(page: int, why: str) -> str:
    """What stands above the text of a PDF whose page can't be shown."""
    return f"Page {page:,} can’t be shown as a picture: {why}. Here is its cleaned text."


def sentence(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


#: What is said of a file that is too large to be sent.
TOO_LARGE = f"It is larger than {MAX_UPLOAD // 1_000_000} MB. Add it where it lies with: rag add PATH"

#: What is said of an upload that did not arrive whole.
UPLOAD_BROKEN = "The file did not arrive whole: try again."

#: What is said of an address that is none.
NO_ADDRESS = "That is not an address of a web page: it begins with http:// or https://"
