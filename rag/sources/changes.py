"""What a sync has to do: which files are new, changed, gone, or as they were."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace

from rag.errors import SourceError
from rag.sources.folder import read_file
from rag.sources.listed import Sources, is_below
from rag.types import FileRecord, FoundFile, Plan

_LEFT_OUT = "bring it back with: rag add NAME"
_HOLDS_OTHERS = (".zip", ".eml")


def plan_of(sources: Sources, records: Sequence[FileRecord], *, retry: Collection[str] | None = ()) -> Plan:
    """What to do to make an index with these ``records`` equal to ``sources``.

    A file whose stamp is as it was is not opened; one whose bytes are as they were is not read again. ``retry`` are
    names of files and folders that are read again if they could not be before, None is all.
    """
    before = {record.name: record for record in records}
    kept: dict[str, FileRecord] = {}
    read: dict[str, FoundFile] = {}
    for file in sources.files:
        record = before.get(file.name)
        if file.refused:
            kept[file.name] = _refused(file, record)
        elif record is None or (is_unread(record) and (retry is None or is_below(file.name, retry))):
            read[file.name] = file
        elif record.stamp == file.stamp:
            kept[file.name] = _readable(record, file)
        elif same := _still_the_same(file, record):
            kept[file.name] = same
        else:
            read[file.name] = file
    kept |= {file.name: FileRecord(file.name, "removed", _LEFT_OUT) for file in sources.left_out}
    # What stands in a folder that can't be looked into now is not gone.
    hidden = {file.name for file in sources.files if file.refused}
    for record in records:
        if record.name not in kept and record.name not in read and is_below(record.name, hidden):
            kept[record.name] = record
    _read_again(kept, read, {file.name: file for file in sources.files})
    gone = tuple(record for record in records if record.name not in kept and record.name not in read)
    news = bool(read or gone) or any(record != before.get(name) for name, record in kept.items())
    # Loose files first: of the same words in a file and in an archive, the file's are indexed.
    order = sorted(read, key=lambda name: (name.lower().endswith(_HOLDS_OTHERS), name))
    return Plan(tuple(kept.values()), tuple(read[name] for name in order), gone, news)


def is_unread(record: FileRecord) -> bool:
    """Whether a file could not be read, or not whole: reading it again may give more."""
    if record.status in ("failed", "empty", "unsupported"):
        return True
    if any(problem.status != "duplicate" for problem in record.problems):
        return True
    return any(warning.startswith("Page") for document in record.documents for warning in document.warnings)


def _refused(file: FoundFile, record: FileRecord | None) -> FileRecord:
    if record and record.documents and not os.path.exists(file.path):  # noqa: PTH110 - never raises
        return _from_before(record, file.refused)
    new = FileRecord(file.name, "failed", file.refused, addition=file.addition)
    return record if record == new else new


def _from_before(record: FileRecord, reason: str) -> FileRecord:
    """The record of a file that can't be read now: its last good version stays."""
    return replace(record, reason=f"{reason}; what is in the library is from before")


def _still_the_same(file: FoundFile, record: FileRecord) -> FileRecord | None:
    """The record of a touched file whose bytes are as they were; of one that can't be read now, as it was before."""
    try:
        same = read_file(file).sha256 == record.sha256
    except SourceError as error:
        if record.documents:
            return _from_before(record, str(error))
        return record if record.status == "failed" and record.reason == str(error) else None
    return _readable(record, file) if same else None


def _readable(record: FileRecord, file: FoundFile) -> FileRecord:
    """The record of a file that is as it was, and can be read, if it could not be for a time."""
    if record.status == "indexed" and record.reason:
        record = replace(record, reason="")
    return record if record.stamp == file.stamp else replace(record, stamp=file.stamp)


def _read_again(kept: dict[str, FileRecord], read: dict[str, FoundFile], files: dict[str, FoundFile]) -> None:
    """A file that was the same as another's document is read itself when that is not there any more, or is read again:
    it may be the same as something else then.
    """
    lost = True
    while lost:
        there = {document.doc_id for record in kept.values() for document in record.documents}
        lost = False
        for name, record in list(kept.items()):
            same_as = {record.same_as, *(problem.same_as for problem in record.problems)} - {""}
            if name in files and not same_as <= there:
                del kept[name]
                read[name] = files[name]
                lost = True
