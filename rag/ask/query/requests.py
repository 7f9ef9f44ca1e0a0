"""What kind of answer is wanted where it is not passages: a list or number of cases, one case, the library itself, a
greeting.
"""

from __future__ import annotations

from rag.ask.query.wording import without_politeness
from rag.text.patterns import patterns
from rag.types import OF_THE_LIBRARY, Request, RequestKind, RequestOrder

_PATTERNS = patterns("requests")
_ORDERS: dict[str, RequestOrder] = {
    "result": "result",
    "outcome": "result",
    "strength": "result",
    "strongest": "result",
    "best": "result",
    "place": "place",
    "location": "place",
    "region": "place",
}
_OF_CASES: tuple[RequestKind, ...] = ("failed", "count", "list", "summary")
#: How what asks for cases is searched, so that 'list', 'any' and 'are there' find what 'which' does.
_SEARCHED_AS: dict[RequestKind, str] = {
    "list": "Which {topic} projects {condition}",
    "count": "Which {topic} projects {condition}",
    "summary": "Tell me about {condition}",
}


def read_request(question: str) -> Request | None:
    """What kind of answer a question wants; None: passages."""
    asked = without_politeness(question)
    for kind in OF_THE_LIBRARY:
        if _PATTERNS[kind].search(asked):
            return Request(kind)
    if one := _PATTERNS["one_of_all"].match(asked):
        return Request("latest" if _PATTERNS["latest"].search(one[0]) else "earliest", asked[one.end() :])
    if _PATTERNS["everything"].match(asked):
        return Request("list")
    for kind in _OF_CASES:
        if match := _PATTERNS[kind].match(asked):
            condition, order = _ordered(asked[match.end() :])
            return Request(kind, condition, (match.groupdict().get("topic") or "").strip(), order)
    return None


def _ordered(condition: str) -> tuple[str, RequestOrder | None]:
    """A condition without the order that is asked for, and that."""
    found = _PATTERNS["ordered"].search(condition)
    if not found:
        return condition, None
    by = (found["by"] or found["last"]).lower()
    return condition[: found.start()], _ORDERS.get(by, "date")


def searched_as(question: str, request: Request | None) -> str:
    """The question as it is searched: the same in whatever words a list, number or summary is asked for."""
    if not request or request.kind not in _SEARCHED_AS or not (request.condition.strip(" ?.!") or request.topic):
        return question
    condition = request.condition.strip().removeprefix("that ")
    return " ".join(_SEARCHED_AS[request.kind].format(topic=request.topic, condition=condition).split())
