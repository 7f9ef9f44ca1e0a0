"""Questions that nothing here answered, by topic and by group of people."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
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


def groups_table(title: str, head: str, name: str, groups: Sequence[GapGroup]) -> str:
    """The topics, or the groups of people, with how many questions each has; ``name`` is theirs in addresses."""
    heads = "".join(f'<th scope="col">{label}</th>' for label in HEADS.values())
    rows = "".join(_row(name, group) for group in groups)
    return (
        f'<h3>{title}</h3><div class="scroller" role="region" tabindex="0" aria-label="{title}"><table>'
        f'<thead><tr><th scope="col">{head}</th><th scope="col">Questions</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(name: str, group: GapGroup) -> str:
    examples = "".join(
        f'<span class="facts" dir="auto">{escape(_brief(gap.latest.question))}</span>' for gap in group.gaps[:_EXAMPLES]
    )
    cells = "".join(f"<td>{group.count(kind) or '–'}</td>" for kind in HEADS)
    link = _link(escape(group.label), **{name: group.label})
    return f'<tr><th scope="row">{link}{examples}</th><td>{len(group.gaps)}</td>{cells}</tr>'


def both_table(summary: GapSummary) -> str:
    """Topic by group of people: how many questions; each number leads to them."""
    groups = [group.label for group in summary.communities]
    heads = "".join(f'<th scope="col">{escape(label)}</th>' for label in groups)
    rows = "".join(
        f'<tr><th scope="row">{escape(topic.label)}</th>'
        f"{''.join(_cell(topic.label, label, summary.both.get((topic.label, label), 0)) for label in groups)}</tr>"
        for topic in summary.topics
    )
    title = "By topic and group of people"
    return (
        f'<h3>{title}</h3><p class="facts">Number of questions; one may count for several topics and groups.</p>'
        f'<div class="scroller" role="region" tabindex="0" aria-label="{title}">'
        f'<table class="both"><thead><tr><th scope="col">Topic</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(topic: str, community: str, questions: int) -> str:
    if not questions:
        return "<td>–</td>"
    label = f"{counted(questions, 'question')}: {escape(topic)}, {escape(community)}"
    return f"<td>{_link(str(questions), label=label, topic=topic, community=community)}</td>"


def _link(text: str, label: str = "", **params: str) -> str:
    named = f' aria-label="{label}"' if label else ""
    return f'<a href="{escape(address("gaps", list(params.items())))}"{named}>{text}</a>'


def address(view: str, params: Sequence[tuple[str, str]]) -> str:
    """The address of a view with what it is to show."""
    return f"#{view}?{'&'.join(f'{name}={_quoted(value)}' for name, value in params)}"


def _quoted(value: str) -> str:
    # What is not ASCII stays: bytes of odd file names reach the page as private characters (rag.web.calls).
    return "".join(quote_plus(char) if char.isascii() else char for char in value)


def _brief(question: str) -> str:
    return question if len(question) <= _SHOWN else f"{question[:_SHOWN].rstrip()} …"
