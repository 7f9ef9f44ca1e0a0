"""What the library itself is: its documents, what they are about, what can be asked of it; and a word in return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from rag.ask.query.filters import terms_of
from rag.text.language import other_language
from rag.types import Answer, Case, Document, FacetKind, Query, RequestKind

_MOST_NAMED = 8  # topics, places
_MOST_TITLES = 40
_NOT_ENGLISH = "This library is in English: ask in English for an answer. What the words alone found:"
_TALK = "You’re welcome. Ask about what was tried elsewhere, in your own words, whenever you like."
_HELP = (
    "Ask in your own words what worked elsewhere, for whom, where or with what result: ‘What worked for ...?’, "
    "‘Which projects ...?’, ‘How many projects were in ...?’, ‘... but not in ...’. Every answer is quoted word for "
    "word with its source, or says that nothing here answers."
)


def library_answer(query: Query, kind: RequestKind, documents: Collection[Document], cases: Sequence[Case]) -> Answer:
    """The answer to a question about the library, or to a greeting; it quotes nothing."""
    told = {
        "talk": lambda: _TALK,
        "help": lambda: f"{_HELP} {_holds(documents, cases)}",
        "documents": lambda: f"{_holds(documents, cases)}\n{_titles(documents, cases)}",
        "about": lambda: f"{_holds(documents, cases)}{_about(cases)}",
    }[kind]()
    named = tuple((each.doc_id, each.title) for each in documents) if kind == "documents" else ()
    reason = "This is about the library, not about what its documents say."
    return Answer(query, "answered", 1.0, reason, told=told, documents=named)


def in_its_language(answer: Answer) -> Answer:
    """The answer; to a question that is clearly not in English, what the words found, and that the library is."""
    if not other_language(answer.query.typed):
        return answer
    return replace(answer, status="closest" if answer.statements else "none", told=_NOT_ENGLISH)


def _holds(documents: Collection[Document], cases: Collection[Case]) -> str:
    def counted(number: int, thing: str) -> str:
        return f"{number:,} {thing}{'' if number == 1 else 's'}"

    return f"This library holds {counted(len(documents), 'document')} with {counted(len(cases), 'case')}."


def _titles(documents: Collection[Document], cases: Collection[Case]) -> str:
    """A line a document: its title and the number of its cases."""
    own = Counter(case.doc_id for case in cases)
    lines = [f"– {document.title} ({own[document.doc_id]})" for document in documents]
    more = [f"– and {len(lines) - _MOST_TITLES:,} more"] if len(lines) > _MOST_TITLES else []
    return "\n".join([*lines[:_MOST_TITLES], *more])


def _about(cases: Sequence[Case]) -> str:
    """The topics, people, places and years that most cases state."""
    told = []
    for kind, name in (("topic", "Topics"), ("community", "For"), ("place", "Places")):
        if most := _most(cases, kind):  # type: ignore[arg-type]
            told.append(f"{name}: {', '.join(most)}.")
    years = sorted(int(y) for case in cases for f in case.stated("period") for y in f.labels if y.isdecimal())
    told += [f"Years: {years[0]} to {years[-1]}."] if years else []
    return "".join(f"\n{line}" for line in told)


def _most(cases: Sequence[Case], kind: FacetKind) -> list[str]:
    found = Counter(name for case in cases for name in {n for facet in case.stated(kind) for n in terms_of(facet)})
    return [name for name, _ in found.most_common(_MOST_NAMED)]
