"""Questions that nothing here answered, by topic and by group of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from rag.explore.gaps.file import GapKind
from rag.explore.gaps.summary import GapGroup, GapSummary
from rag.present.wording import counted

_EXAMPLES = 2  # questions that stand under a topic's name
_SHOWN = 200  # characters of a question under a topic's name

#: What is counted, and what its column is called.
HEADS: dict[GapKind, str] = {
    "refused": "Not answered",
    "unhelpful": "Not helpful",
    "wrong citation": "Wrong citation",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A topic, or a group of people, with the beginnings of some of its questions and how many there are."""

    label: str
    address: str
    examples: Sequence[str]
    numbers: Sequence[int | str]


@dataclass(frozen=True, slots=True)
class Table:
    """The topics, or the groups of people."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many questions a topic and a group have together, and where they are listed."""

    number: int
    address: str
    label: str


@dataclass(frozen=True, slots=True)
class Both:
    """Topics by groups of people; a cell without questions is None."""

    groups: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell | None]]]


def groups_table(title: str, head: str, name: str, groups: Sequence[GapGroup]) -> Table:
    """The topics, or the groups of people, with how many questions each has; ``name`` is theirs in addresses."""
    return Table(title, [head, "Questions", *HEADS.values()], [_row(name, group) for group in groups])


def _row(name: str, group: GapGroup) -> Row:
    examples = [_brief(gap.latest.question) for gap in group.gaps[:_EXAMPLES]]
    numbers = [len(group.gaps), *(group.count(kind) or "–" for kind in HEADS)]
    return Row(group.label, address("gaps", [(name, group.label)]), examples, numbers)


def both_table(summary: GapSummary) -> Both:
    """Topic by group of people: how many questions; each number leads to them."""
    groups = [group.label for group in summary.communities]
    topics = [topic.label for topic in summary.topics]
    return Both(groups, [(topic, [_cell(summary, topic, group) for group in groups]) for topic in topics])


def _cell(summary: GapSummary, topic: str, community: str) -> Cell | None:
    questions = summary.both.get((topic, community), 0)
    if not questions:
        return None
    label = f"{counted(questions, 'question')}: {topic}, {community}"
    return Cell(questions, address("gaps", [("topic", topic), ("community", community)]), label)


def address(view: str, params: Sequence[tuple[str, str]]) -> str:
    """The address of a view with what it is to show."""
    return f"#{view}?{'&'.join(f'{name}={_quoted(value)}' for name, value in params)}"


def _quoted(value: str) -> str:
    # What is not ASCII stays: bytes of odd file names reach the page as private characters (rag.web.calls).
    return "".join(quote_plus(char) if char.isascii() else char for char in value)


def _brief(question: str) -> str:
    return question if len(question) <= _SHOWN else f"{question[:_SHOWN].rstrip()} …"
