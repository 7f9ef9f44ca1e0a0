"""Evidence packs of a library: from what was collected, or straight from questions, to a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from rag.errors import QuestionsError
from rag.packs import Stacks, asked_in, assemble, collected
from rag.present.packing import PACK_FORMATS, pack_file
from rag.types import Answer, Case, Collected, Document, FileRecord, Pack


class PackLibrary(Protocol):
    """What a pack is made from."""

    @property
    def files(self) -> tuple[FileRecord, ...]: ...
    def ask(self, question: str, history: Sequence[str] = ()) -> Answer: ...
    def document(self, doc_id: str) -> Document: ...
    def cases(self) -> list[Case]: ...


def stacks_of(library: PackLibrary, addresses: Mapping[str, str] | None = None) -> Stacks:
    """Where packs of a library are read from; ``addresses`` are those of web pages, by document."""
    return Stacks(library.document, {case.case_id: case for case in library.cases()}, library.files, addresses or {})


def pack_of(library: PackLibrary, questions: Sequence[str], cases: Sequence[str] = (), title: str = "") -> Pack:
    """Every question with its answer, then the cards of these cases (their ids); today's date.

    Questions that nothing answers are listed too.
    """
    answers = [library.ask(question) for question in questions]
    items = [collected(answer) for answer in answers if answer.status != "none"]
    items += [Collected(case=case_id) for case_id in cases]
    refused = [asked_in(answer) for answer in answers if answer.status != "answered"]
    return assemble(stacks_of(library), items, made=date.today().isoformat(), unanswered=refused, title=title)


def write_pack(
    library: PackLibrary, questions: Sequence[str], path: Path, cases: Sequence[str] = (), title: str = ""
) -> Pack:
    """Writes the pack of these questions and cases to ``path``; its ending says which format.

    Raises QuestionsError without either, for an ending that no format has, or if the file can't be written.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in PACK_FORMATS:
        known = ", ".join(f".{name}" for name in PACK_FORMATS)
        raise QuestionsError(f"a pack can't be written to {path.name}: name a file that ends in one of {known}")
    if not questions and not cases:
        raise QuestionsError("there is no question to make a pack of: give at least one")
    pack = pack_of(library, questions, cases, title)
    try:
        path.write_bytes(pack_file(pack, ending).data)
    except OSError as error:
        raise QuestionsError(f"the pack can't be written to {path} ({error}): name another file") from error
    return pack
