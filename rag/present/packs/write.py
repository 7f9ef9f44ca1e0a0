"""Evidence packs of a library: from what was collected, or straight from questions, to a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from rag.errors import QuestionsError
from rag.library import Library
from rag.present.packs.collect import MAX_TITLE, Stacks, asked_in, assemble, collected
from rag.present.packs.formats import PACK_FORMATS, pack_file
from rag.sources.additions import Additions
from rag.types import Collected, FileRecord, Pack


def addresses_of(files: Iterable[FileRecord], added: Path) -> Mapping[str, str]:
    """The addresses of those documents that are web pages, by document; ``added`` is the folder of additions."""
    urls = {addition.name: addition.url for addition in Additions(added).added}
    return {
        document.doc_id: url for file in files if (url := urls.get(file.addition, "")) for document in file.documents
    }


def stacks_of(library: Library) -> Stacks:
    """Where packs of a library are read from."""
    cases = {case.case_id: case for case in library.snapshot.cases()}
    return Stacks(
        library.snapshot.document,
        cases,
        library.snapshot.files,
        addresses_of(library.snapshot.files, library.settings.added_folder),
    )


def pack_of(library: Library, questions: Sequence[str], cases: Sequence[str] = (), title: str = "") -> Pack:
    """Every question with its answer, then the cards of these cases (their ids); today's date.

    Questions that nothing answers are listed too.
    """
    answers = [library.ask(question) for question in questions]
    items = [collected(answer) for answer in answers if answer.status != "none"]
    items += [Collected(case=case_id) for case_id in cases]
    refused = [asked_in(answer) for answer in answers if answer.status != "answered"]
    return assemble(stacks_of(library), items, made=date.today().isoformat(), unanswered=refused, title=title)


def write_pack(
    library: Library, questions: Sequence[str], path: Path, cases: Sequence[str] = (), title: str = ""
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
