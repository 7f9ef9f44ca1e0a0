"""The log of questions that the library did not answer, or not well: what people ask that it lacks."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from rag.cases.communities import labels_of as groups_in
from rag.cases.topics import labels_of as topics_in
from rag.errors import QuestionsError
from rag.files import write_whole
from rag.questions import Question
from rag.types import FilterKind, Filters, Status, Want

GapKind = Literal["refused", "unhelpful", "wrong citation", "helpful"]

#: The most that are kept; then the oldest 'helpful' go first, then the oldest of the others.
MOST_EVENTS = 10_000

#: What a question belongs to that names no topic, or no group of people, that is known.
OTHER_TOPIC, NO_GROUP = "Other", "No group named"

_KINDS: tuple[GapKind, ...] = get_args(GapKind)
_STATUSES: tuple[Status, ...] = get_args(Status)
_FILTERS: tuple[FilterKind, ...] = get_args(FilterKind)
_PATIENCE = 10  # seconds that another program may take to write
_WORKED = re.compile(r"\bwhat (?:has |have |had )?work(?:s|ed)?\b", re.IGNORECASE)  # not about employment


@dataclass(frozen=True, slots=True)
class GapEvent:
    """One time that a question was refused, or that its answer was marked.

    ``time``: ISO 8601, local. ``searched``: the question with what was carried over from ``history``. ``missing``:
    its words that no passage mentions. ``source``, ``quote``: the citation that was marked as wrong.
    """

    key: str
    time: str
    kind: GapKind
    question: str
    status: Status
    searched: str = ""
    history: tuple[str, ...] = ()
    filters: Filters = ()
    missing: tuple[str, ...] = ()
    source: str = ""
    quote: str = ""


class Noted(NamedTuple):
    """What a file holds: its events in order, and how many lines can't be read."""

    events: list[GapEvent]
    damaged: int


class GapFile:
    """The events at ``path``, JSON Lines; ``os.devnull`` keeps none. Several programs may use it at the same time.

    Every method raises QuestionsError for a file that can't be read or written, and then changes nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._changing = threading.Lock()

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return str(self.path) != os.devnull

    def read(self) -> Noted:
        """What is kept; lines that can't be read are passed over and counted."""
        rows = [_event(row) for row in self._rows()]
        return Noted([event for event in rows if event], rows.count(None))

    def add(self, *events: GapEvent) -> None:
        """Appends events, written through to the disk; drops old ones where there are too many."""
        if not self.keeps:
            return
        lines = b"".join(_line(event) for event in events)
        with self._locked():
            with self.path.open("ab+") as file:
                if file.tell():  # a line that was cut short must not spoil the next
                    file.seek(-1, os.SEEK_END)
                    lines = lines if file.read(1) == b"\n" else b"\n" + lines
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
            rows = self._rows()
            if len(rows) > MOST_EVENTS:
                self._write(_newest(rows))

    def remove(self, keys: Collection[str]) -> list[GapEvent]:
        """Takes out the events with these keys; those that were there."""
        if not self.keeps:
            return []
        with self._locked():
            kept, removed = [], []
            for row in self._rows():
                event = _event(row)
                if event and event.key in keys:
                    removed.append(event)
                else:
                    kept.append(row)
            if removed:
                self._write(kept)
        return removed

    def forget(self) -> None:
        """Empties the file."""
        if self.keeps and self.path.exists():
            with self._locked():
                self._write([])

    def _rows(self) -> list[bytes]:
        if not self.keeps:
            return []
        try:
            return [row for row in self.path.read_bytes().split(b"\n") if row.strip()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise QuestionsError(f"{self.path} can't be read ({error.strerror}): make it a readable file") from error

    def _write(self, rows: Sequence[bytes]) -> None:
        write_whole(self.path, b"".join(row + b"\n" for row in rows))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        mend = "make it writable, or choose another place with PRECEDENT_GAPS"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._changing, FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=_PATIENCE):
                yield
        except Timeout as error:
            raise QuestionsError(f"another program has been writing {self.path} for long: try again later") from error
        except OSError as error:
            raise QuestionsError(f"{self.path} can't be written ({error.strerror}): {mend}") from error


def _line(event: GapEvent) -> bytes:
    record = {name: value for name, value in asdict(event).items() if value or name in ("question", "status")}
    if event.filters:
        record["filters"] = [[want.kind, want.value] for want in event.filters]
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _event(row: bytes) -> GapEvent | None:
    """The event of a line; None if it is damaged."""
    try:
        record = json.loads(row.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    text = {name: record.get(name, "") for name in ("key", "time", "question", "searched", "source", "quote")}
    if not all(isinstance(value, str) for value in text.values()) or not text["key"] or not text["question"].strip():
        return None
    kind, status = record.get("kind"), record.get("status")
    history, missing = _texts(record.get("history")), _texts(record.get("missing"))
    filters = filters_of(record.get("filters"))
    if kind not in _KINDS or status not in _STATUSES:
        return None
    return GapEvent(**text, kind=kind, status=status, history=history, missing=missing, filters=filters)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def filters_of(pairs: Any) -> Filters:
    """Pairs of kind and value as filters, whatever else came with them."""
    known = {kind: kind for kind in _FILTERS}
    found = [_texts(pair) for pair in pairs] if isinstance(pairs, list) else []
    return tuple(Want(known[pair[0]], pair[1]) for pair in found if len(pair) == 2 and pair[0] in known)


def _newest(rows: Sequence[bytes]) -> list[bytes]:
    """MOST_EVENTS of the rows, in their order: damaged ones go first, then old helpful ones, then old ones."""

    def worth(place: int) -> tuple[int, str, int]:
        event = _event(rows[place])
        return (0, "", place) if event is None else (1 + (event.kind != "helpful"), event.time, place)

    kept = sorted(range(len(rows)), key=worth)[len(rows) - MOST_EVENTS :]
    return [rows[place] for place in sorted(kept)]


@dataclass(frozen=True)
class Gap:
    """A question, as asked under the same filters after the same questions, with all that was noted, oldest first."""

    events: tuple[GapEvent, ...]

    @property
    def latest(self) -> GapEvent:
        """What was noted last."""
        return self.events[-1]

    @cached_property
    def key(self) -> str:
        """Names the question in addresses and calls."""
        return _key(self.latest)

    @cached_property
    def counts(self) -> Mapping[GapKind, int]:
        """How often each kind of thing was noted."""
        return Counter(event.kind for event in self.events)

    @property
    def weight(self) -> int:
        """What speaks against its answers, less what speaks for them: above 0, the library lacks something."""
        return len(self.events) - 2 * self.counts["helpful"]

    @property
    def missing(self) -> tuple[str, ...]:
        """The words that no passage mentioned when it was last refused."""
        return next((event.missing for event in reversed(self.events) if event.missing), ())

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """The citations that were marked as wrong: source, quote."""
        return tuple(dict.fromkeys((e.source, e.quote) for e in self.events if e.kind == "wrong citation"))

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """What it is about, in the words of the cards; OTHER_TOPIC if it names nothing known."""
        return self._labels(topics_in, "topic") or (OTHER_TOPIC,)

    @cached_property
    def communities(self) -> tuple[str, ...]:
        """Whom it is about, in the words of the cards; NO_GROUP if it names none known."""
        return self._labels(groups_in, "community") or (NO_GROUP,)

    def _labels(self, labels_of: Callable[[str], tuple[str, ...]], kind: FilterKind) -> tuple[str, ...]:
        # Worked out when read, not when noted: the lists of topics and groups grow.
        said = _WORKED.sub(" ", f"{self.latest.question}\n{self.latest.searched}")
        named = list(labels_of(said))
        if not re.search(r"(?<=\s)[A-Z]", said):  # 'somali women'
            named += labels_of(re.sub(r"\b[a-z]", lambda letter: letter[0].upper(), said))
        for want in self.latest.filters:
            if want.kind == kind:
                named += labels_of(want.value) or (want.value,)
        return tuple(dict.fromkeys(named))


def gaps_of(events: Iterable[GapEvent]) -> list[Gap]:
    """The questions of the events, those noted last first."""
    questions: dict[str, list[GapEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.time):
        questions[_key(event)].append(event)
    return sorted((Gap(tuple(each)) for each in questions.values()), key=lambda gap: gap.latest.time, reverse=True)


def _key(event: GapEvent) -> str:
    """The same for the same question, whatever its capitals, spaces and punctuation."""
    words = " ".join(re.findall(r"\w+", event.question.casefold())) or event.question
    asked = [words, event.history, sorted((want.kind, want.value) for want in event.filters)]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


class GapGroup(NamedTuple):
    """The questions of one topic, or of one group of people."""

    label: str
    gaps: tuple[Gap, ...]

    def count(self, kind: GapKind) -> int:
        """How often this was noted of them."""
        return sum(gap.counts[kind] for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class GapSummary:
    """What the library lacks: ``gaps`` newest first, by topic and by group of people (most questions first, those of
    none last), and ``both``: (topic, group) -> number of questions. ``answered``: questions left out, because as much
    speaks for their answers.
    """

    gaps: tuple[Gap, ...]
    topics: tuple[GapGroup, ...]
    communities: tuple[GapGroup, ...]
    both: Mapping[tuple[str, str], int]
    answered: int


def summary_of(events: Iterable[GapEvent]) -> GapSummary:
    """What the events tell of what the library lacks."""
    every = gaps_of(events)
    gaps = [gap for gap in every if gap.weight > 0]
    both = Counter((topic, community) for gap in gaps for topic in gap.topics for community in gap.communities)
    by_topic = _grouped(((label, gap) for gap in gaps for label in gap.topics), OTHER_TOPIC)
    by_group = _grouped(((label, gap) for gap in gaps for label in gap.communities), NO_GROUP)
    return GapSummary(tuple(gaps), by_topic, by_group, both, len(every) - len(gaps))


def _grouped(labelled: Iterable[tuple[str, Gap]], last: str) -> tuple[GapGroup, ...]:
    groups: dict[str, list[Gap]] = defaultdict(list)
    for label, gap in labelled:
        groups[label].append(gap)
    found = [GapGroup(label, tuple(gaps)) for label, gaps in groups.items()]
    return tuple(sorted(found, key=lambda group: (group.label == last, -len(group.gaps), group.label)))


class GapQuestions(NamedTuple):
    """Questions for ``rag eval``, and how many are left out: answered, so that the right words are not known; asked
    under filters, which a question set has none of.
    """

    questions: list[Question]
    answered: int
    filtered: int


def gaps_questions(gaps: Sequence[Gap]) -> GapQuestions:
    """Those that were refused when last noted, as questions that are to be refused until a document answers them."""
    answered = sum(gap.latest.status == "answered" for gap in gaps)
    refused = [gap for gap in gaps if gap.latest.status != "answered"]
    plain = [gap.latest for gap in refused if not gap.latest.filters]
    questions = [
        Question(f"gap-{_key(event)[:8]}", event.question, event.history, "unanswerable-near", answerable=False)
        for event in plain
    ]
    return GapQuestions(questions, answered, len(refused) - len(plain))
