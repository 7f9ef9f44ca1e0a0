"""Evidence packs of a library: from what was collected, or straight from questions, to a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from rag.additions import Additions
from rag.config import Settings
from rag.errors import QuestionsError
from rag.packs import Stacks, asked_in, assemble, collected
from rag.present.pack_view import MAX_TITLE
from rag.present.packing import PACK_FORMATS, pack_file
from rag.types import Answer, Case, Collected, Document, FileRecord, Pack


class PackLibrary(Protocol):
    """What a pack is made from."""

    @property
    def settings(self) -> Settings: ...
    @property
    def files(self) -> tuple[FileRecord, ...]: ...
    def ask(self, question: str, history: Sequence[str] = ()) -> Answer: ...
    def document(self, doc_id: str) -> Document: ...
    def cases(self) -> list[Case]: ...


def addresses_of(files: Iterable[FileRecord], added: Path) -> Mapping[str, str]:
    """The addresses of those documents that are web pages, by document; ``added`` is the folder of additions."""
    urls = {addition.name: addition.url for addition in Additions(added).added}
    return {
        document.doc_id: url for file in files if (url := urls.get(file.addition, "")) for document in file.documents
    }


def stacks_of(library: PackLibrary) -> Stacks:
    """Where packs of a library are read from."""
    cases = {case.case_id: case for case in library.cases()}
    return Stacks(library.document, cases, library.files, addresses_of(library.files, library.settings.added_folder))


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

    Raises QuestionsError without either, for an ending that no format has, for a title that is too long, or if the
    file can't be written.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in PACK_FORMATS:
        known = ", ".join(f".{name}" for name in PACK_FORMATS)
        raise QuestionsError(f"a pack can't be written to {path.name}: name a file that ends in one of {known}")
    if not questions and not cases:
        raise QuestionsError("there is no question to make a pack of: give at least one")
    if len(title) > MAX_TITLE:
        raise QuestionsError(f"the title has {len(title):,} characters: give one of {MAX_TITLE} at most")
    pack = pack_of(library, questions, cases, title)
    try:
        path.write_bytes(pack_file(pack, ending).data)
    except OSError as error:
        raise QuestionsError(f"the pack can't be written to {path} ({error}): name another file") from error
    return pack
